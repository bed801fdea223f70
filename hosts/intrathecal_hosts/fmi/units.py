"""The units in which an FMU speaks, and what they are in base units of the SI, as FMI 2.0 defines them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from intrathecal.units import DAY


@frozen
class Unit:
    """A unit: so many of its base."""

    name: str
    factor: float
    base: Mapping[str, int]
    """The exponent of each base unit of the SI that is in it; without any, a plain number."""


ML: Final = Unit("mL", 1e-6, {"m": 3})
ML_PER_DAY: Final = Unit("mL/d", 1e-6 / DAY, {"m": 3, "s": -1})
MG: Final = Unit("mg", 1e-6, {"kg": 1})
MG_PER_DAY: Final = Unit("mg/d", 1e-6 / DAY, {"kg": 1, "s": -1})
HPA: Final = Unit("hPa", 100.0, {"kg": 1, "m": -1, "s": -2})
PER_CENT: Final = Unit("%", 0.01, {})
UNITS: Final = (ML, ML_PER_DAY, MG, MG_PER_DAY, HPA, PER_CENT)
"""All of them."""
