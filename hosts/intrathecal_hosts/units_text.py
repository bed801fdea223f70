"""Quantities as texts with their unit: a number, a space, a unit, such as `25 mg/mL`, `0.25 mg`, `14.5 %`.

A number is decimal digits with at most one point, no sign, no exponent; it is read exactly, and one that is no whole
number of base units is refused. Durations, and times since commissioning, are one or more parts, the larger first:
`3 d`, `12 h`, `90 min`, `30 s`, and last a clock time `04:30` or `04:30:15`; so `3 d 04:30` is 3 days, 4 hours and 30
minutes.
"""

from __future__ import annotations

import re
from typing import Final, TypeVar

from attrs import frozen

from intrathecal.units import DAY, MILLILITRE, NANOLITRE


@frozen
class Volume:
    """quanta."""

    quanta: int


@frozen
class Flow:
    """nL/d."""

    flow: int


@frozen
class MassFlow:
    """ng/d."""

    dose: int


@frozen
class Mass:
    """ng."""

    ng: int


@frozen
class Concentration:
    """ng/mL."""

    concentration: int


@frozen
class Tolerance:
    """per mille."""

    per_mille: int


@frozen
class Duration:
    """s."""

    seconds: int


Quantity = Volume | Flow | MassFlow | Mass | Concentration | Tolerance
Kind = TypeVar("Kind", Volume, Flow, MassFlow, Mass, Concentration, Tolerance)

UNITS: Final[dict[type[Quantity], dict[str, int]]] = {
    Volume: {"mL": MILLILITRE, "uL": 1_000 * NANOLITRE, "nL": NANOLITRE},
    Flow: {"mL/d": 1_000_000, "uL/d": 1_000, "mL/h": 24_000_000, "uL/h": 24_000, "nL/d": 1},
    MassFlow: {"mg/d": 1_000_000, "ug/d": 1_000, "ng/d": 1},
    Mass: {"mg": 1_000_000, "ug": 1_000, "ng": 1},
    Concentration: {"mg/mL": 1_000_000, "ug/mL": 1_000, "ng/mL": 1},
    Tolerance: {"%": 10},
}
"""By kind of quantity: each unit that may be written, and how many base units it is."""

_NUMBER = re.compile(r"(\d{1,12})(?:\.(\d{1,12}))?")
_PART = re.compile(r"(\d{1,10}) ?(d|h|min|s)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_SECONDS: Final = {"d": DAY, "h": 3_600, "min": 60, "s": 1}


def quantity(text: object, *kinds: type[Kind]) -> Kind:
    """The quantity that `text` states, of the kind that its unit tells.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    units = {unit: (kind, factor) for kind in kinds for unit, factor in UNITS[kind].items()}
    takes = f"takes a text with a number and one of the units {', '.join(units)}"
    if not isinstance(text, str):
        raise ValueError(f"{takes}, not {text!r}")
    number, _, unit = text.strip().partition(" ")
    if unit not in units:
        raise ValueError(f"{takes}, not {text!r}")
    kind, factor = units[unit]
    return kind(_whole(number, factor, text))


def duration(text: object) -> Duration:
    """The duration, or time since commissioning, that `text` states.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    takes = f"takes a time such as '3 d 04:30', '12 h' or '90 min', not {text!r}"
    if not isinstance(text, str) or not text.strip():
        raise ValueError(takes)
    rest, total, smallest = text.strip(), 0, DAY + 1
    while rest:
        part = _PART.match(rest)
        clock = _CLOCK.fullmatch(rest)
        if clock is not None and smallest >= DAY:
            hours, minutes, seconds = (int(digits or 0) for digits in clock.groups())
            return Duration(total + 3_600 * hours + 60 * minutes + seconds)
        if part is None or _SECONDS[part[2]] >= smallest:
            raise ValueError(takes)
        smallest = _SECONDS[part[2]]
        total += int(part[1]) * smallest
        rest = rest[part.end() :].lstrip()
    return Duration(total)


def _whole(number: str, factor: int, text: str) -> int:
    digits = _NUMBER.fullmatch(number)
    if digits is None:
        raise ValueError(f"takes a number without sign or exponent before the unit, not {text!r}")
    decimals = digits[2] or ""
    value, rest = divmod(int(digits[1] + decimals) * factor, 10 ** len(decimals))
    if rest:
        raise ValueError(f"{text!r} is finer than this quantity can be")
    return value
