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


def largest(values: tuple[int, ...]) -> int:
    """The largest of the values, and 0 at the least."""
    found = 0
    for value in values:
        found = greatest(found, value)
    return found


def smallest(values: tuple[int, ...], most: int) -> int:
    """The smallest of the values, and `most` at the most."""
    found = most
    for value in values:
        found = least(found, value)
    return found
