"""What an auditor knows of a pump: what the pump was told, and what the plant shows and no pump can know."""

from __future__ import annotations

from typing import Final

from attrs import define, field, frozen

from intrathecal import (
    ChangeSolution,
    Commission,
    Device,
    Drive,
    Drug,
    Event,
    Fault,
    FaultFound,
    Interrogate,
    LevelMeasured,
    MriBegins,
    MriEnds,
    PortBolus,
    Program,
    Refill,
    Reread,
    Retire,
    Solution,
)
from intrathecal.prescription import PatientBolusOrder
from intrathecal_hosts.plant.flow import tolerance
from intrathecal_hosts.plant.plant import THOUSAND, Plant
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
    order: PatientBolusOrder | None = None
    """The patient's boluses, as prescribed."""
    fallback: int = 0
    """nL/d: as prescribed."""
    failed: bool = False
    """A fault has ended therapy, and nothing was prescribed since."""
    retired: bool = False
    """The pump was taken out of service."""
    outside: int | None = None
    """s: when the pressure was last outside the allowed bands, or the pump warmer than the body."""
    lost: bool = False
    """A step was lost, and the pump does not know it yet."""
    astray: int = 0
    """s: when the pressure was last outside the allowed bands, a step was lost, or nothing ran and nobody knew."""
    scanned: bool = False
    """An MRI is announced."""
    doubted: bool = False
    """An MRI is announced, or its end is not verified."""
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
        self.reckoned += 0 if self.doubted else stood
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
        if isinstance(event, Program | ChangeSolution):
            self.order = event.prescription.patient_bolus
            self.fallback = event.prescription.fallback
            self.failed = False
        if isinstance(event, ChangeSolution):
            self.bridge = Bridging(event.bridge_flow, event.meeting_flow, strengths_of(event.solution))
            self.reckoned = 0
        if isinstance(event, MriBegins | MriEnds):
            self.scanned, self.doubted = isinstance(event, MriBegins), True
        if isinstance(event, Interrogate) and not self.scanned and Fault.MOTOR_STALL not in self.plant.faults:
            self.doubted = self.doubted and not (event.motor_turns and event.program_confirmed)
        if isinstance(event, FILLS):
            self.short, self.sensed = self.plant.volume < THOUSAND * event.filled, False
        if isinstance(event, LevelMeasured):
            self.sensed = THOUSAND * event.volume <= self.plant.volume
        self.retired = self.retired or isinstance(event, Retire)
        self.lost = self.lost and not isinstance(event, Reread)
        if isinstance(event, Reread):
            self.failed = self.device.drive == Drive.PROGRAMMABLE
        if isinstance(event, FaultFound):
            stalls = event.fault == Fault.MOTOR_STALL and self.scanned
            self.failed = self.failed or (event.fault != Fault.REPLACEMENT_DUE and not stalls)

    def _meet(self, solution: Solution) -> None:
        for each in solution.ingredients:
            if each.concentration > 0:
                self.drugs[each.drug.code] = each.drug
