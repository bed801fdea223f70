"""A level sensor: what it shows of the true volume, be it as wrong as it may."""

from __future__ import annotations

from typing import Final

from attrs import define, frozen

from intrathecal.units import DAY, PER_MILLE, VOLUME_MAX

_THOUSAND: Final = 1_000
"""Parts of a quantum."""


@frozen
class Error:
    """How a reading is wrong."""

    offset: int = 0
    """quanta: so much more than there is."""
    share: int = 0
    """per mille: so much more of what there is."""
    stuck: bool = False
    """It shows what it showed last, if ever it showed anything."""


@define(eq=False)
class Sensor:
    """The sensor of one pump."""

    shown: int | None = None
    """quanta: its last reading."""

    def read(self, volume: int, error: Error) -> int:
        """quanta, rounded down: what it shows where so much is in the reservoir (thousandths of a quantum). It shows no
        less than nothing, and no more than any reservoir holds."""
        if self.shown is None or not error.stuck:
            seen = volume * (PER_MILLE + error.share) // (PER_MILLE * _THOUSAND) + error.offset
            self.shown = min(max(seen, 0), VOLUME_MAX)
        return self.shown


def drifted(offset: int, by_day: int, seconds: int) -> int:
    """quanta, rounded down: an offset that grows by so much a day, after so many seconds."""
    return offset + by_day * seconds // DAY
