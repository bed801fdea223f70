"""The bands of ambient pressure of the catalogue's devices. Outside the verifiable subset.

An airliner's cabin is kept at 753 hPa, 8 000 ft, or more. 10 m of fresh water are 981 hPa, a foot of sea water is
30.643 hPa; both come on top of the 1 013 hPa of the air.
"""

from __future__ import annotations

from typing import Final

from intrathecal.catalogue.facts import Fact, chosen
from intrathecal.device import Band
from intrathecal.units import PRESSURE_MAX

_THIN = Band(up_to=700, allowed=False, fast=999, slow=1_000)
_BEYOND = Band(up_to=PRESSURE_MAX, allowed=False, fast=999, slow=1_000)


def _air_to(highest: int, off: int) -> tuple[Band, ...]:
    """Bands that allow 700 to `highest` hPa, with a tolerance of `off` per mille on either side."""
    return (_THIN, Band(up_to=highest, allowed=True, fast=off, slow=off), _BEYOND, _BEYOND)


ON_LAND_145: Final[Fact[tuple[Band, ...]]] = chosen(
    _air_to(1_100, 145), note="weather and the cabin of an airliner; no source was read for more"
)
ON_LAND_150: Final[Fact[tuple[Band, ...]]] = chosen(
    _air_to(1_100, 150), note="weather and the cabin of an airliner; no source was read for more"
)
PROMETRA_II: Final[Fact[tuple[Band, ...]]] = chosen(
    _air_to(1_100, 150), "S-flow", note="weather and the cabin of an airliner; hyperbaric exposure is contraindicated"
)
SYNCHROMED_II: Final[Fact[tuple[Band, ...]]] = chosen(
    _air_to(1_993, 145), "S-scuba", "S-hbo", note="10 m of fresh water, less than 2 atm; the tolerance as on land"
)
GENERIC_PROGRAMMABLE: Final[Fact[tuple[Band, ...]]] = chosen(
    _air_to(3_403, 150), note="flights, and dives to less than 78 ft of sea water; the tolerance as on land"
)

_CABIN = Band(up_to=949, allowed=True, fast=700, slow=150)
_WEATHER = Band(up_to=1_100, allowed=True, fast=300, slow=300)
_ABOVE_CABINS = Band(up_to=752, allowed=False, fast=999, slow=1_000)
_BY_PROPELLANT = "driven by about 550 hPa above the air, itself 15 % off: thinner air makes it faster"

CONSTANT_FLOW: Final[Fact[tuple[Band, ...]]] = chosen(
    (_ABOVE_CABINS, _CABIN, _WEATHER, _BEYOND), "S-codfaq", note=f"{_BY_PROPELLANT}; no dives, swimming alone"
)
GENERIC_CONSTANT_FLOW: Final[Fact[tuple[Band, ...]]] = chosen(
    (
        Band(up_to=752, allowed=False, fast=999, slow=1_000),
        Band(up_to=1_100, allowed=True, fast=700, slow=300),
        Band(up_to=3_403, allowed=True, fast=150, slow=999),
        _BEYOND,
    ),
    note=f"flights, and dives to less than 78 ft of sea water, where it may all but stand still; {_BY_PROPELLANT}",
)
