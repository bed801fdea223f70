"""Quantities as texts with their unit: a number, a space, a unit, such as `25 mg/mL`, `0.25 mg`, `14.5 %`.

A number is whole or a decimal with a point; it is read exactly, and one that is no whole number of base units is
refused. Durations, and times since commissioning, are one or more parts, the larger first: `3 d`, `12 h`, `90 min`,
`30 s`; a clock time, `04:30` or `04:30:15`, stands alone or after days. So `3 d 04:30` is 3 days, 4 hours, 30 minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import frozen

from intrathecal import quantities
from intrathecal.quantities import Concentration, DailyMass, Duration, Flow, Mass, Pressure, Quantity, Ratio, Volume
from intrathecal.units import DAY, NANOLITRE, PER_MILLE

UNITS: Final[dict[type[Quantity], dict[str, Callable[[str], Quantity]]]] = {
    Volume: {"mL": quantities.ml, "uL": quantities.ul, "nL": quantities.nl},
    Flow: {"mL/d": quantities.ml_per_day, "uL/h": quantities.ul_per_hour, "nL/d": quantities.nl_per_day},
    DailyMass: {
        "mg/d": quantities.mg_per_day,
        "ug/d": quantities.ug_per_day,
        "ug/h": quantities.ug_per_hour,
        "ng/d": quantities.ng_per_day,
    },
    Mass: {"mg": quantities.mg, "ug": quantities.ug, "ng": quantities.ng},
    Concentration: {"mg/mL": quantities.mg_per_ml, "ug/mL": quantities.ug_per_ml, "ng/mL": quantities.ng_per_ml},
    Ratio: {"%": quantities.per_cent},
    Pressure: {"hPa": quantities.hpa, "kPa": quantities.kpa},
}
"""By kind of quantity: each unit that may be written, and what reads a number of it."""
Rate = DailyMass | Flow
"""A dose in a day of the first drug, or a flow: the unit tells."""
Amount = Mass | Volume
"""A dose of the first drug, or a volume: the unit tells."""
Part = Volume | Ratio
"""A volume, or a share of one: the unit tells."""


@frozen
class Balance:
    """A side of the reservoir's books: unlike a volume it may be negative, and add up over any number of refills."""

    quanta: int


@frozen
class Deviation:
    """A share by which something is above a whole, or below it."""

    per_mille: int


@frozen
class Warmth:
    """How much warmer something is than the body, or colder."""

    tenths: int
    """°C / 10."""


_WARMTH = re.compile(r"(-?)([0-9]{1,2})(?:\.([0-9]))? °C")
_DEVIATION = re.compile(r"(-?)([0-9]{1,3})(?:\.([0-9]))? %")
_BALANCE = re.compile(rf"(-?)([0-9]{{1,9}})(?:\.([0-9]{{1,6}}))? mL(?: [+-] ([0-9]{{1,5}})/{NANOLITRE} nL)?")
_PART = re.compile(r"([0-9]{1,10}) ?(d|h|min|s)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_SECONDS: Final = {"d": DAY, "h": 3_600, "min": 60, "s": 1}


def quantity(text: object, *kinds: type[Quantity]) -> Quantity:
    """The quantity that `text` states, of the kind that its unit tells.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    makers = {unit: make for kind in kinds for unit, make in UNITS[kind].items()}
    number, _, unit = text.strip().partition(" ") if isinstance(text, str) else ("", "", "")
    if unit not in makers:
        raise ValueError(f"takes a text with a number and one of the units {', '.join(makers)}, not {text!r}")
    return makers[unit](number)


def balance(text: object) -> Balance:
    """The balance that `text` states as `simulate` prints it, such as `-0.25 mL` or `1.5 mL + 3/86400 nL`.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    match = _BALANCE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"takes a text with a number of mL, with at most 6 decimal places, not {text!r}")
    nanolitres = int(match[2] + (match[3] or "").ljust(6, "0"))
    quanta = nanolitres * NANOLITRE + int(match[4] or 0)
    return Balance(quanta=-quanta if match[1] else quanta)


def deviation(text: object) -> Deviation:
    """The deviation that `text` states, such as `-2.5 %`; at most 100 % either way.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    match = _DEVIATION.fullmatch(text) if isinstance(text, str) else None
    per_mille = 0 if match is None else 10 * int(match[2]) + int(match[3] or 0)
    if match is None or per_mille > PER_MILLE:
        raise ValueError(f"takes a text with a number of %, -100 to 100, with at most 1 decimal place, not {text!r}")
    return Deviation(-per_mille if match[1] else per_mille)


def warmth(text: object) -> Warmth:
    """The difference of temperature that `text` states, such as `-1.5 °C`; less than 100 °C either way.

    Raises `ValueError`, saying what is wrong, for anything else.
    """
    match = _WARMTH.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"takes a text with a number of °C, below 100, with at most 1 decimal place, not {text!r}")
    tenths = 10 * int(match[2]) + int(match[3] or 0)
    return Warmth(-tenths if match[1] else tenths)


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
