"""A pump's battery: time and what is delivered use it up. What it holds is the scenario's to say, no catalogue's."""

from __future__ import annotations

from typing import Final

from attrs import define, field, frozen

from intrathecal import Fault
from intrathecal.units import MILLILITRE, PER_MILLE

_ML: Final = 1_000 * MILLILITRE
"""1 mL in thousandths of a quantum."""


@frozen
class Battery:
    """What a full one can do."""

    idle: int
    """s: how long it lasts while nothing is delivered."""
    millilitre: int
    """s: by how much less, for each mL that is delivered."""
    due: int
    """per mille: at which share left, or less, the hardware reports that it is to be replaced."""
    reports: bool
    """The hardware reports anything of it at all."""


@define(eq=False)
class Cell:
    """One battery in use."""

    battery: Battery
    left: int = field()
    """In seconds, each a millilitre's thousandths of quanta; 0: nothing turns any more."""
    told: set[Fault] = field(factory=set)
    """What was reported of it."""

    @left.default
    def _full(self) -> int:
        return self.battery.idle * _ML

    @property
    def empty(self) -> bool:
        """Nothing turns any more."""
        return self.left == 0

    def lasts(self, seconds: int, rate: int) -> int:
        """s: how many of so many whole seconds it lasts at that flow (thousandths of nL/d); where not even one, what is
        left of it is nothing."""
        lasting = min(seconds, self.left // (_ML + self.battery.millilitre * rate))
        if lasting == 0:
            self.left = 0
        return lasting

    def spend(self, seconds: int, volume: int) -> None:
        """So many seconds have passed in which so much was delivered (thousandths of a quantum)."""
        self.left -= seconds * _ML + self.battery.millilitre * volume

    def reported(self) -> list[Fault]:
        """What the hardware has to report of it and has not reported yet, each once."""
        low = PER_MILLE * self.left <= self.battery.due * self.battery.idle * _ML
        found = [(Fault.REPLACEMENT_DUE, low), (Fault.END_OF_SERVICE, self.empty)]
        new = [fault for fault, holds in found if holds and fault not in self.told] if self.battery.reports else []
        self.told.update(new)
        return new
