"""How facts of the catalogue are written for a reader: as a scenario file reads them, each number with its unit."""

from __future__ import annotations

from enum import Enum

from intrathecal.device import Band
from intrathecal.quantities import Concentration, DailyMass, Duration, Flow, Mass, Multiple, Ratio, Volume
from intrathecal.units import DAY, MILLILITRE
from intrathecal_hosts.amounts import decimals

_UNITS_OF_TIME = ((DAY, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def told(value: object, micrograms: bool) -> str:
    """A fact's value; `micrograms`: masses in ug, else in mg. Raises `TypeError` for what no catalogue holds."""
    mass, ng = ("ug", 1_000) if micrograms else ("mg", 1_000_000)
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return value.name
        case tuple():
            return ", ".join(told(item, micrograms) for item in value) or "none"
        case Band():
            off = f"+{decimals(value.fast, 10, 1)} % -{decimals(value.slow, 10, 1)} %" if value.allowed else "forbidden"
            return f"to {value.up_to} hPa {off}"
        case Volume():
            return f"{decimals(value.quanta, MILLILITRE, 6)} mL"
        case Flow():
            return f"{decimals(value.nl_per_day, 1_000_000, 6)} mL/d"
        case Ratio():
            return f"{decimals(value.per_mille, 10, 1)} %"
        case Multiple():
            return f"{decimals(value.per_mille, 1_000, 3)} times"
        case Duration():
            return _length(value.seconds)
        case Mass():
            return f"{decimals(value.ng, ng, 6)} {mass}"
        case DailyMass():
            return f"{decimals(value.ng_per_day, ng, 6)} {mass}/d"
        case Concentration():
            return f"{decimals(value.ng_per_ml, ng, 6)} {mass}/mL"
    raise TypeError(f"told: takes a value of a fact, not {value!r}")


def _length(seconds: int) -> str:
    """A duration in the largest unit of which it is a whole number."""
    length, unit = next((length, unit) for length, unit in _UNITS_OF_TIME if seconds % length == 0)
    return f"{seconds // length} {unit}"
