"""How whole numbers of base units are written for a reader: millilitres, milligrams, days."""

from __future__ import annotations

from intrathecal.units import DAY, NANOLITRE

_ML = 1_000_000
_SPOKEN_OF_IN_MG = 2_000_000
"""ng/d: above this hard limit a drug is spoken of in milligrams."""


def spoken_of_in_micrograms(hard: int) -> bool:
    """Whether labels and experts speak of micrograms of a drug with the hard limit `hard` ng/d, as for baclofen."""
    return hard <= _SPOKEN_OF_IN_MG


def ml_exactly(quanta: int) -> str:
    """A volume in mL, exactly: what is left of a nanolitre is given as a fraction of it."""
    nanolitres, rest = divmod(abs(quanta), NANOLITRE)
    sign = "-" if quanta < 0 else ""
    text = f"{sign}{decimals(nanolitres, _ML, 6)} mL"
    return f"{text} {'-' if quanta < 0 else '+'} {rest}/{NANOLITRE} nL" if rest else text


def ml_per_day(flow: int) -> str:
    """A flow of `flow` nL/d in mL/d, exactly, without its unit."""
    return decimals(flow, _ML, 6)


def decimals(value: int, whole: int, places: int) -> str:
    """`value / whole` (value at least 0) to the nearest of so many decimal places, zeros at the end left out."""
    return fixed(value, whole, places).rstrip("0").rstrip(".")


def fixed(value: int, whole: int, places: int) -> str:
    """`value / whole` (value at least 0) to the nearest of so many decimal places, at least one."""
    scale = 10**places
    units, part = divmod((2 * value * scale + whole) // (2 * whole), scale)
    return f"{units}.{part:0{places}d}"


def moment(seconds: int) -> str:
    """A time as scenarios write it: `3 d 04:30`, with seconds where they are not zero."""
    days, rest = divmod(seconds, DAY)
    text = f"{days} d {rest // 3600:02d}:{rest // 60 % 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text
