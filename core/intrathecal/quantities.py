"""Typed quantities and how people write them: `ml("0.5")`, `hours(2)`. Outside the verifiable subset.

Each function takes a whole number or a decimal text and is exact: what is no whole number of base units is refused.
A quantity never rounds; the one place where a dose is rounded, toward less drug, is `intrathecal.pricing`.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

from intrathecal.fields import Within
from intrathecal.units import (
    CONCENTRATION_MAX,
    DAILY_MASS_MAX,
    DAY,
    END,
    FLOW_MAX,
    MILLILITRE,
    MULTIPLE_MAX,
    NANOLITRE,
    PER_MILLE,
    PRESSURE_MAX,
    SINGLE_MASS_MAX,
    VOLUME_MAX,
)


@frozen
class Duration:
    """A length of time, or a time since commissioning."""

    seconds: int = field(validator=Within(0, END, "s"))
    """s."""


@frozen
class Flow:
    """A nominal flow."""

    nl_per_day: int = field(validator=Within(0, FLOW_MAX, "nL/d"))
    """nL/d."""


@frozen
class Volume:
    """A nominal volume."""

    quanta: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: 86 400 in 1 nL."""


@frozen
class Concentration:
    """Mass of a drug in a volume of solution."""

    ng_per_ml: int = field(validator=Within(0, CONCENTRATION_MAX, "ng/mL"))
    """ng/mL."""


@frozen
class Mass:
    """Mass of a drug."""

    ng: int = field(validator=Within(0, SINGLE_MASS_MAX, "ng"))
    """ng."""


@frozen
class DailyMass:
    """Mass of a drug in a day, or a rate of it."""

    ng_per_day: int = field(validator=Within(0, DAILY_MASS_MAX, "ng/d"))
    """ng/d."""


@frozen
class Ratio:
    """A share of a whole."""

    per_mille: int = field(validator=Within(0, PER_MILLE, "per mille"))
    """per mille."""


@frozen
class Pressure:
    """An ambient pressure, absolute."""

    hpa: int = field(validator=Within(0, PRESSURE_MAX, "hPa"))
    """hPa."""


@frozen
class Multiple:
    """How many times as much."""

    per_mille: int = field(validator=Within(0, MULTIPLE_MAX, "per mille"))
    """per mille."""


Quantity = Duration | Flow | Volume | Concentration | Mass | DailyMass | Ratio | Pressure | Multiple
"""Any of them."""

EXAMPLES: Final[dict[type[object], str]] = {
    Duration: "minutes(10)",
    Flow: 'ml_per_day("0.5")',
    Volume: 'ml("0.5")',
    Concentration: "mg_per_ml(25)",
    Mass: 'mg("0.25")',
    DailyMass: "ug_per_day(100)",
    Ratio: 'per_cent("14.5")',
    Pressure: "hpa(753)",
    Multiple: "times(2)",
}
"""By kind of quantity: how one is written, for the text of errors."""

_NUMBER = re.compile(r"-?([0-9]{1,18})(?:\.([0-9]{1,18}))?")


@frozen
class _Base:
    """What a kind of quantity is counted in."""

    unit: str
    max: int
    largest: str
    """`max`, as people write it."""


_TIME = _Base("s", END, f"{END // DAY} days")
_FLOW = _Base("nL/d", FLOW_MAX, f"{FLOW_MAX // 1_000_000} mL/d")
_VOLUME = _Base("quanta", VOLUME_MAX, f"{VOLUME_MAX // MILLILITRE} mL")
_CONCENTRATION = _Base("ng/mL", CONCENTRATION_MAX, f"{CONCENTRATION_MAX // 1_000_000} mg/mL")
_MASS = _Base("ng", SINGLE_MASS_MAX, f"{SINGLE_MASS_MAX // 1_000_000} mg")
_DAILY = _Base("ng/d", DAILY_MASS_MAX, f"{DAILY_MASS_MAX // 1_000_000} mg/d")
_SHARE = _Base("per mille", PER_MILLE, f"{PER_MILLE} per mille")
_PRESSURE = _Base("hPa", PRESSURE_MAX, f"{PRESSURE_MAX} hPa")
_TIMES = _Base("per mille", MULTIPLE_MAX, f"{MULTIPLE_MAX // PER_MILLE} times")


def seconds(value: int | str) -> Duration:
    """A duration of `value` s."""
    return Duration(_whole("seconds", value, "s", 1, _TIME))


def minutes(value: int | str) -> Duration:
    """A duration of `value` min."""
    return Duration(_whole("minutes", value, "min", 60, _TIME))


def hours(value: int | str) -> Duration:
    """A duration of `value` h."""
    return Duration(_whole("hours", value, "h", 3_600, _TIME))


def days(value: int | str) -> Duration:
    """A duration of `value` days of 24 h."""
    return Duration(_whole("days", value, "d", DAY, _TIME))


def nl_per_day(value: int | str) -> Flow:
    """A flow of `value` nL/d."""
    return Flow(_whole("nl_per_day", value, "nL/d", 1, _FLOW))


def ml_per_day(value: int | str) -> Flow:
    """A flow of `value` mL/d."""
    return Flow(_whole("ml_per_day", value, "mL/d", 1_000_000, _FLOW))


def ul_per_hour(value: int | str) -> Flow:
    """A flow of `value` uL/h."""
    return Flow(_whole("ul_per_hour", value, "uL/h", 24_000, _FLOW))


def nl(value: int | str) -> Volume:
    """A volume of `value` nL."""
    return Volume(_whole("nl", value, "nL", NANOLITRE, _VOLUME))


def ul(value: int | str) -> Volume:
    """A volume of `value` uL."""
    return Volume(_whole("ul", value, "uL", 1_000 * NANOLITRE, _VOLUME))


def ml(value: int | str) -> Volume:
    """A volume of `value` mL."""
    return Volume(_whole("ml", value, "mL", MILLILITRE, _VOLUME))


def ng_per_ml(value: int | str) -> Concentration:
    """A concentration of `value` ng/mL."""
    return Concentration(_whole("ng_per_ml", value, "ng/mL", 1, _CONCENTRATION))


def ug_per_ml(value: int | str) -> Concentration:
    """A concentration of `value` ug/mL."""
    return Concentration(_whole("ug_per_ml", value, "ug/mL", 1_000, _CONCENTRATION))


def mg_per_ml(value: int | str) -> Concentration:
    """A concentration of `value` mg/mL."""
    return Concentration(_whole("mg_per_ml", value, "mg/mL", 1_000_000, _CONCENTRATION))


def ng(value: int | str) -> Mass:
    """A mass of `value` ng."""
    return Mass(_whole("ng", value, "ng", 1, _MASS))


def ug(value: int | str) -> Mass:
    """A mass of `value` ug."""
    return Mass(_whole("ug", value, "ug", 1_000, _MASS))


def mg(value: int | str) -> Mass:
    """A mass of `value` mg."""
    return Mass(_whole("mg", value, "mg", 1_000_000, _MASS))


def ng_per_day(value: int | str) -> DailyMass:
    """A daily mass of `value` ng/d."""
    return DailyMass(_whole("ng_per_day", value, "ng/d", 1, _DAILY))


def ug_per_day(value: int | str) -> DailyMass:
    """A daily mass of `value` ug/d."""
    return DailyMass(_whole("ug_per_day", value, "ug/d", 1_000, _DAILY))


def mg_per_day(value: int | str) -> DailyMass:
    """A daily mass of `value` mg/d."""
    return DailyMass(_whole("mg_per_day", value, "mg/d", 1_000_000, _DAILY))


def ug_per_hour(value: int | str) -> DailyMass:
    """A rate of `value` ug/h, counted by the day."""
    return DailyMass(_whole("ug_per_hour", value, "ug/h", 24_000, _DAILY))


def per_cent(value: int | str) -> Ratio:
    """A ratio of `value` %."""
    return Ratio(_whole("per_cent", value, "%", 10, _SHARE))


def per_mille(value: int | str) -> Ratio:
    """A ratio of `value` per mille."""
    return Ratio(_whole("per_mille", value, "per mille", 1, _SHARE))


def hpa(value: int | str) -> Pressure:
    """A pressure of `value` hPa."""
    return Pressure(_whole("hpa", value, "hPa", 1, _PRESSURE))


def kpa(value: int | str) -> Pressure:
    """A pressure of `value` kPa."""
    return Pressure(_whole("kpa", value, "kPa", 10, _PRESSURE))


def times(value: int | str) -> Multiple:
    """`value` times as much."""
    return Multiple(_whole("times", value, "times", PER_MILLE, _TIMES))


def _whole(name: str, value: object, unit: str, factor: int, base: _Base) -> int:
    """`value`, of which one is `factor` base units, in whole base units.

    Raises `TypeError` for what is neither a whole number nor a text, `ValueError` for a text that is no decimal number,
    and for a value that is negative, no whole number of base units, or above the largest.
    """
    if type(value) is not int and type(value) is not str:
        text = f"{value}" if _NUMBER.fullmatch(f"{value}") else "1"
        raise TypeError(
            f"{name}: takes a whole number or a decimal text, not {value!r} of type {type(value).__name__}; "
            f'write {name}("{text}")'
        )
    match = _NUMBER.fullmatch(f"{value}")
    if match is None:
        raise ValueError(
            f"{name}: {value!r} {unit} is no decimal number of at most 18 digits on either side of a point"
        )
    if f"{value}".startswith("-"):
        raise ValueError(f"{name}: {value} {unit} is negative, takes 0 {unit} or more")
    digits = match[2] or ""
    scale: int = 10 ** len(digits)
    whole, rest = divmod(int(match[1] + digits) * factor, scale)
    if rest:
        raise ValueError(f"{name}: {value} {unit} is no whole number of the base unit, {base.unit}")
    if whole > base.max:
        raise ValueError(f"{name}: {value} {unit} is above the largest, {base.largest}")
    return whole
