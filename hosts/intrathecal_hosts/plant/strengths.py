"""How strong a solution is, drug by drug, and how strong a mixture of two: exactly, and so perhaps a fraction."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from intrathecal import Solution

Exact = int | Fraction
"""A number of which nothing was rounded."""
Strengths = Mapping[int, Exact]
"""By a drug's code: its concentration (ng/mL), above 0."""
NOTHING: Final[Strengths] = {}
"""Of saline, or of air."""


def strengths_of(solution: Solution) -> Strengths:
    """By code: the concentration (ng/mL) of each drug that is in it."""
    return {each.drug.code: each.concentration for each in solution.ingredients if each.concentration > 0}


def mixed(one: Strengths, volume: int, other: Strengths, more: int) -> Strengths:
    """Of so much of one solution (`volume`) and so much of another (`more`), both in the same unit; if there is nothing
    of the one, the other."""
    if volume == 0 or one == other:
        return other
    masses = {code: volume * one.get(code, 0) + more * other.get(code, 0) for code in {**one, **other}}
    return {code: _exact(Fraction(mass, volume + more)) for code, mass in masses.items() if mass > 0}


def _exact(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number
