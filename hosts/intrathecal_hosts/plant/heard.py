"""What an auditor knows of a pump: what it is to do, and what the plant shows and no pump can know."""

from __future__ import annotations

from typing import Final

from attrs import define, field, frozen

from intrathecal import (
    ChangeSolution,
    Commission,
    Device,
    Drug,
    Event,
    LevelMeasured,
    PortBolus,
    Refill,
    Reread,
    Retire,
    Solution,
)
from intrathecal_hosts.plant.flow import tolerance
from intrathecal_hosts.plant.plant import THOUSAND, Plant
from intrathecal_hosts.plant.prescribed import Prescribed
from intrathecal_hosts.plant.promises import Breach, Promise
from intrathecal_hosts.plant.strengths import Strengths, strengths_of

FILLS: Final = Commission | Refill | ChangeSolution
"""What brings something into the reservoir."""


@frozen
class Bridging:
    """What a clinician meant to run while the line holds the solution before."""

    flow: int
    """nL/d."""
    meeting_flow: int
    """nL/d."""
    strengths: Strengths
    """Of the new solution."""


@define(eq=False)
class Heard:
    """What is known of one pump, and of the plant that it drives."""

    plant: Plant
    breaches: list[Breach] = field(factory=list)
    """What was found to be broken."""
    drugs: dict[int, Drug] = field(factory=dict)
    """By code: of all that was ever filled in or injected."""
    retired: bool = False
    """The pump was taken out of service."""
    outside: int | None = None
    """s: when the pressure was last outside the allowed bands, or the pump warmer than the body."""
    lost: bool = False
    """A step was lost, and the pump does not know it yet."""
    astray: int = 0
    """s: when the pressure was last outside the allowed bands, a step was lost, or nothing ran and nobody knew."""
    short: bool = False
    """Less came into the reservoir than the pump was told, or warmth has let out more of it."""
    sensed: bool = False
    """The last level reading since then showed no more than there was."""
    withheld: int = 0
    """Thousandths of a quantum: what the plant had withheld at the last event."""
    heated: int = 0
    """Thousandths of a quantum: what had run while the plant was warm, at the last event."""
    reckoned: int = 0
    """Thousandths of a quantum: of that, what since the last change of solution the pump reckons to be in the line."""
    bridge: Bridging | None = None
    """The last change of solution."""
    prescribed: Prescribed = field()
    """What the pump is to do."""

    @prescribed.default
    def _nothing(self) -> Prescribed:
        return Prescribed(self.plant.device)

    @property
    def device(self) -> Device:
        """The plant's."""
        return self.plant.device

    def breach(self, promise: Promise, at: int, what: str) -> None:
        """A promise is found to be broken."""
        self.breaches.append(Breach(promise, at, what))

    def allowed_pressure(self) -> bool:
        """Whether the pressure is in one of the device's allowed bands."""
        fast, _ = tolerance(self.device, self.plant.pressure)
        return fast <= self.device.fast

    def mark_standstill(self, at: int) -> None:
        """That since the last event nothing, or too little, ran of what was commanded, and the pump cannot know."""
        stood, self.withheld = self.plant.withheld - self.withheld, self.plant.withheld
        self.reckoned += 0 if self.prescribed.doubted else stood
        deceived = self.short and self.plant.dry
        if stood > 0 or (deceived and not self.sensed):
            self.astray = at
        if deceived:
            self.bridge = None

    def mark_warmth(self, at: int) -> None:
        """That since the last event more ran than any tolerance explains, and the pump cannot know."""
        ran, self.heated = self.plant.heated - self.heated, self.plant.heated
        if ran > 0:
            self.outside, self.short, self.sensed = at, True, False

    def learn(self, event: Event) -> None:
        """What an event that was accepted tells."""
        if isinstance(event, FILLS | PortBolus):
            self._meet(event.solution)
        if isinstance(event, ChangeSolution):
            self.bridge = Bridging(event.bridge_flow, event.meeting_flow, strengths_of(event.solution))
            self.reckoned = 0
        if isinstance(event, FILLS):
            self.short, self.sensed = self.plant.volume < THOUSAND * event.filled, False
        if isinstance(event, LevelMeasured):
            self.sensed = THOUSAND * event.volume <= self.plant.volume
        self.retired = self.retired or isinstance(event, Retire)
        self.lost = self.lost and not isinstance(event, Reread)

    def _meet(self, solution: Solution) -> None:
        for each in solution.ingredients:
            if each.concentration > 0:
                self.drugs[each.drug.code] = each.drug
