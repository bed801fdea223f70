"""Whole-number arithmetic that says which way it rounds."""

from __future__ import annotations


def div_floor(a: int, b: int) -> int:
    """`a / b` rounded down; `b` above 0."""
    return a // b


def div_ceil(a: int, b: int) -> int:
    """`a / b` rounded up; `b` above 0."""
    return -(-a // b)


def least(a: int, b: int) -> int:
    """The smaller of the two."""
    return a if a <= b else b


def greatest(a: int, b: int) -> int:
    """The larger of the two."""
    return a if a >= b else b
