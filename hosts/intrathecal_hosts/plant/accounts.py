"""What anyone can reckon of what was told and commanded: what a reservoir holds, whether what needle and sensor find
there can be, and how far a line is filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import define, evolve, field, frozen

from intrathecal import (
    Acknowledge,
    Alarm,
    ChangeSolution,
    Commission,
    Device,
    Drive,
    Event,
    LevelMeasured,
    PressureChanged,
    Refill,
    Reread,
    ReviseCatheter,
    Withdraw,
)
from intrathecal_hosts.plant.flow import AIR, KEPT_FOR, tolerance
from intrathecal_hosts.plant.plant import THOUSAND

ROUNDED: Final = 2
"""quanta: more than all that is rounded away where a level is told in whole quanta."""


@frozen
class Crossing:
    """A new solution on its way through the line."""

    bridge: int
    """nL/d: until it can arrive."""
    meeting: int
    """nL/d: until it surely has arrived."""
    fast: int
    """per mille: the fast end of the device."""
    slow: int
    """per mille: its slow end in ordinary air."""
    least: int
    """quanta: the smallest volume that the line may have."""
    most: int
    """quanta: its largest."""
    ran: int = 0
    """quanta: all that was commanded since."""
    surely: int = 0
    """quanta: of that, what no MRI and no pressure has made doubtful."""

    @property
    def over(self) -> bool:
        """Whether it surely has arrived."""
        return self.surely > 0 and (THOUSAND - self.slow) * self.surely >= THOUSAND * self.most

    @property
    def due(self) -> int:
        """nL/d: the bridge, if the new solution can surely not arrive within a second of it, or else the meeting."""
        away = (THOUSAND + self.fast) * (self.ran + self.bridge) <= THOUSAND * self.least
        return self.bridge if away else self.meeting


@define(eq=False)
class Accounts:
    """The two accounts, of what was told of needles and catheter, and of what was commanded."""

    device: Device
    held: int = 0
    """quanta: what was filled in, less what was withdrawn since."""
    gone: int = 0
    """Thousandths of a quantum: the most that can have left since, at the fast end of any pressure that is allowed, or
    of the one that was."""
    most: int = 0
    """Thousandths of a quantum: the same, each part at the fast end of the pressure at which it ran."""
    least: int = 0
    """Thousandths of a quantum: the least, each part at the slow end; of what was doubted, nothing."""
    pressure: int = AIR
    """hPa: as it was told last."""
    over: bool = False
    """A needle found less than can be, and nobody has acknowledged it."""
    under: bool = False
    """A needle found more than can be, and nobody has acknowledged it."""
    disagrees: bool = False
    """The last level reading since the reservoir was filled showed what cannot be."""
    to_check: bool = False
    """Since the reservoir was filled it counted as empty, or nothing ran for two days."""
    catheter: int = 0
    """quanta."""
    uncertainty: int = 0
    """quanta: how far that may be off."""
    crossing: Crossing | None = None
    """While the line may hold the solution before."""
    fast: int = field()
    """per mille: the fast end at the present pressure."""
    slow: int = field()
    """per mille: the slow end at the present pressure."""

    @fast.default
    def _fast_in_air(self) -> int:
        return tolerance(self.device, AIR)[0]

    @slow.default
    def _slow_in_air(self) -> int:
        return tolerance(self.device, AIR)[1]

    @property
    def widest(self) -> int:
        """per mille: the fast end at the present pressure, or at any that is allowed where that is wider."""
        return max(self.device.fast, self.fast)

    @property
    def could_be_empty(self) -> bool:
        """Whether all that is left could be the residual volume, but for two seconds of the fastest flow."""
        device = self.device
        return THOUSAND * (self.held - device.residual - 2 * device.flow_max - ROUNDED) <= self.gone

    @property
    def counts_as_empty(self) -> bool:
        """Whether all that is left could be the residual volume, but for two seconds of the fastest flow, even if it
        was at no other pressure than it was."""
        return self.spare(self.device.residual) < THOUSAND

    @property
    def outside(self) -> bool:
        """Whether the pressure that was told is in none of the allowed bands."""
        band = next(each for each in self.device.bands if self.pressure <= each.up_to)
        return not band.allowed

    def spare(self, threshold: int) -> int:
        """Thousandths of a quantum: what may leave before no more than so much (quanta) could be left, and two seconds
        of the fastest flow."""
        return THOUSAND * (self.held - threshold - 2 * self.device.flow_max) - self.most

    def run(self, volume: int, doubted: bool) -> None:
        """So much (quanta) was commanded; `doubted`: in an MRI, or before its end was verified."""
        self.gone += volume * (THOUSAND + self.widest)
        self.most += volume * (THOUSAND + self.fast)
        self.least += 0 if doubted else volume * (THOUSAND - self.slow)
        if self.crossing is None:
            return
        unsure = doubted or self.slow > tolerance(self.device, AIR)[1]
        surely = self.crossing.surely + (0 if unsure else volume)
        crossing = evolve(self.crossing, ran=self.crossing.ran + volume, surely=surely)
        self.crossing = None if crossing.over else crossing

    def learn(self, event: Event) -> None:
        """What an event that was accepted tells."""
        learn = _LEARN.get(type(event))
        if learn is not None:
            learn(self, event)

    def fill(self, event: Commission | Refill | ChangeSolution) -> None:
        """The reservoir was filled, once it was empty."""
        self.held, self.gone, self.most, self.least = event.filled, 0, 0, 0
        self.disagrees, self.to_check = False, False

    def lay(self, event: Commission | ReviseCatheter) -> None:
        """A catheter was implanted."""
        self.catheter, self.uncertainty = event.catheter, event.catheter_uncertainty

    def _commission(self, event: Commission) -> None:
        self.fill(event)
        self.lay(event)

    def _refill(self, event: Refill | ChangeSolution) -> None:
        residual, error = self.device.residual, self.device.measuring_error
        self.over = self.over or THOUSAND * (event.drawn + residual + error - self.held) + self.most < 0
        self.under = self.under or THOUSAND * (event.drawn - error - self.held) + self.least > 0
        self.fill(event)

    def _change(self, event: ChangeSolution) -> None:
        self._refill(event)
        line = self.device.tubing + self.catheter
        self.crossing = Crossing(
            bridge=event.bridge_flow,
            meeting=event.meeting_flow,
            fast=self.device.fast,
            slow=tolerance(self.device, AIR)[1],
            least=line - self.uncertainty,
            most=line + self.uncertainty,
        )

    def _withdraw(self, event: Withdraw) -> None:
        self.held -= event.volume

    def _see(self, event: LevelMeasured) -> None:
        error = self.device.measuring_error
        less = THOUSAND * (event.volume + error - self.held) + self.most < 0
        self.disagrees = less or THOUSAND * (event.volume - error - self.held) + self.least > 0

    def _acknowledge(self, event: Acknowledge) -> None:
        self.over = self.over and event.alarm != Alarm.OVER_DELIVERY
        self.under = self.under and event.alarm != Alarm.REFILL_DISCREPANCY

    def _press(self, event: PressureChanged) -> None:
        self.pressure = event.pressure
        self.fast, self.slow = tolerance(self.device, event.pressure)

    def _reread(self, event: Reread) -> None:
        if self.device.drive == Drive.CONSTANT_FLOW:
            return
        lost = self.device.flow_max * KEPT_FOR * (THOUSAND + self.widest)
        self.gone += lost
        self.most += lost


_LEARN: Final[dict[type[Event], Callable[[Accounts, Any], None]]] = {
    Commission: Accounts._commission,
    Refill: Accounts._refill,
    ChangeSolution: Accounts._change,
    ReviseCatheter: Accounts.lay,
    Withdraw: Accounts._withdraw,
    LevelMeasured: Accounts._see,
    Acknowledge: Accounts._acknowledge,
    PressureChanged: Accounts._press,
    Reread: Accounts._reread,
}
"""By event: what it tells."""
