"""The auditor: judges a pump by its events, its answers and the truth, as someone could who watched from outside.

It uses nothing of what the core reckons: no book, no window, no price, no predicate. What it holds a pump to is told in
`promises`.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from attrs import define, field, frozen

from intrathecal import (
    Alarm,
    Cause,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Device,
    Drive,
    Drug,
    Event,
    Fault,
    FaultFound,
    Interrogate,
    LevelMeasured,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    Program,
    Pump,
    Reason,
    Refill,
    Reread,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Solution,
    Step,
    Stop,
)
from intrathecal.prescription import PatientBolusOrder
from intrathecal_hosts.plant.body import DAY, NANOGRAM
from intrathecal_hosts.plant.flow import tolerance
from intrathecal_hosts.plant.plant import THOUSAND, Plant
from intrathecal_hosts.plant.promises import Breach, Promise
from intrathecal_hosts.plant.strengths import Strengths, strengths_of

HOUR: Final = 3_600
"""s."""
ALARM_OF: Final = {
    Fault.MOTOR_STALL: Alarm.MOTOR_STALL,
    Fault.END_OF_SERVICE: Alarm.END_OF_SERVICE,
    Fault.MEMORY: Alarm.MEMORY_FAULT,
    Fault.RESET: Alarm.RESET,
    Fault.REPLACEMENT_DUE: Alarm.REPLACEMENT_DUE,
}
"""What a fault is told by."""
UNDATED: Final = frozenset(
    [Reason.TIME_PAST, Reason.TIME_AHEAD, Reason.TIME_OVER, Reason.NOT_MISSED, Reason.OTHER_DEVICE]
)
"""For these an event is refused before it counts as having come."""
LOW_WHERE_DANGEROUS: Final = 4_000_000 * 86_400
"""quanta, 4 mL: by then the low alarm has sounded where a sudden stop is dangerous (domain.md 4.4)."""


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
class Auditor:
    """Watches one pump, and the plant that it drives."""

    plant: Plant
    breaches: list[Breach] = field(factory=list)
    drugs: dict[int, Drug] = field(factory=dict)
    """By code: of all that was ever filled in or injected."""
    order: PatientBolusOrder | None = None
    """The patient's boluses, as prescribed."""
    screened: int | None = None
    """s: when the last screening dose was given."""
    unanswered: bool = False
    """It awaits its response."""
    starts: deque[int] = field(factory=deque)
    """s: the patient's boluses of the last 24 hours."""
    bolus_flow: int = 0
    """nL/d: of the bolus that runs."""
    bolus_ends: int | None = None
    """s: when the last bolus ended, or is to end."""
    until: int | None = None
    """s: when the last command ended."""
    running: bool = False
    """Whether therapy was to run by it."""
    number: int = 0
    """That of the last command that was obeyed."""
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
    judged: dict[int, tuple[int, int]] = field(factory=dict)
    """By code: with how many pieces of a drug's intake the 24 hours that end, and that begin, were judged."""
    fastest: int = field()
    """per mille: the fast end of the device; of all that the patient has had, the fastest."""

    @fastest.default
    def _own(self) -> int:
        return self.plant.device.fast

    @property
    def device(self) -> Device:
        """The plant's."""
        return self.plant.device

    def see(self, event: Event, answer: Step) -> None:
        """An event and its answer, once the plant has come to the event's time, and before it obeys. One that was
        refused for its time, or for its device, is as if it had never been."""
        if answer.verdict.reason in UNDATED:
            return
        self._judge_late(event, answer)
        self._mark_standstill(event)
        self._mark_warmth(event)
        if answer.verdict.accepted:
            self._learn(event)
            self._judge_repeat(event)
            self._judge_screening(event)
            self._judge_bolus(event)
            self._judge_fault(event, answer)
        self._judge_command(event, answer)
        self._judge_low(event, answer)
        self._judge_residual(event, answer)
        self._judge_safe(event, answer)
        self._judge_bridge(event, answer)
        self._judge_silence(event, answer)
        self.judge_dose(event.at)
        self.until = answer.command.until
        self.running = answer.command.cause in (Cause.THERAPY, Cause.SCHEDULED)

    def lose(self, pump: Pump) -> None:
        """Power was lost with the last step, and the pump is as it was before: what it says of itself begins there; and
        how long nothing has run it does not know until it is told that it was reread."""
        self.until, self.number = None, pump.number
        self.order = pump.therapy.prescription.patient_bolus
        self.fallback = pump.therapy.prescription.fallback
        self.lost = True

    # -- what it learns ---------------------------------------------------------------------------------------

    def _learn(self, event: Event) -> None:
        if isinstance(event, Commission | Refill | ChangeSolution | PortBolus):
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
        if isinstance(event, Commission | Refill | ChangeSolution):
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

    def _mark_standstill(self, event: Event) -> None:
        """That since the last event nothing, or too little, ran of what was commanded, and the pump cannot know."""
        stood, self.withheld = self.plant.withheld - self.withheld, self.plant.withheld
        self.reckoned += 0 if self.doubted else stood
        deceived = self.short and self.plant.dry
        if stood > 0 or (deceived and not self.sensed):
            self.astray = event.at
        if deceived:
            self.bridge = None

    def _mark_warmth(self, event: Event) -> None:
        """That since the last event more ran than any tolerance explains, and the pump cannot know."""
        ran, self.heated = self.plant.heated - self.heated, self.plant.heated
        if ran > 0:
            self.outside, self.short, self.sensed = event.at, True, False

    def _meet(self, solution: Solution) -> None:
        for each in solution.ingredients:
            if each.concentration > 0:
                self.drugs[each.drug.code] = each.drug

    # -- what it judges ---------------------------------------------------------------------------------------

    def judge_dose(self, at: int) -> None:
        """Of each drug the 24 hours that end with what came since it was judged last, and those that began with a piece
        and are over since then; by what was told of what came."""
        if not self.allowed_pressure():
            self.outside = at
        for code, intake in self.plant.body.told.items():
            if code not in self.drugs:
                continue  # of a drug that no pump has held only the code is known, and it has no ceiling yet
            ended, begun = self.judged.get(code, (0, 0))
            over = intake.over(at)
            if self.outside is not None and at < self.outside + DAY:
                self.judged[code] = (len(intake.ends), over)
                continue
            ceiling = ceiling_of(self.drugs[code].hard, self.fastest)
            worst = intake.worst_day(ended, begun, over)
            if worst > ceiling * NANOGRAM:
                self._breach(Promise.DOSE, at, f"24 hours hold {float(worst / NANOGRAM):.1f} ng, not {ceiling} ng")
            self.judged[code] = (len(intake.ends), over)

    def _judge_screening(self, event: Event) -> None:
        if isinstance(event, ScreeningDose):
            if self.unanswered or self._screened_within_a_day(event.at):
                self._breach(Promise.SCREENING, event.at, f"a dose follows that of {self.screened} s")
            self.screened, self.unanswered = event.at, True
        if isinstance(event, ScreeningResponse):
            self.unanswered = False

    def _screened_within_a_day(self, at: int) -> bool:
        return self.screened is not None and at - self.screened < DAY

    def _judge_bolus(self, event: Event) -> None:
        if isinstance(event, PatientBolus):
            self._judge_patient_bolus(event)
        if isinstance(event, ClinicianBolus):
            self.bolus_flow, self.bolus_ends = event.volume // event.duration, event.at + event.duration

    def _judge_patient_bolus(self, event: PatientBolus) -> None:
        assert self.order is not None
        if self.bolus_ends is not None and event.at - self.bolus_ends < self.order.lockout:
            self._breach(Promise.LOCKOUT, event.at, f"{event.at - self.bolus_ends} s, not {self.order.lockout} s")
        while self.starts and self.starts[0] <= event.at - DAY:
            self.starts.popleft()
        self.starts.append(event.at)
        if len(self.starts) > self.order.count:
            self._breach(Promise.COUNT, event.at, f"{len(self.starts)} in 24 hours, not {self.order.count}")
        self.bolus_flow = self.order.volume // self.order.duration
        self.bolus_ends = event.at + self.order.duration

    def _judge_repeat(self, event: Event) -> None:
        number = getattr(event, "number", None)
        if number is not None and number <= self.number:
            self._breach(Promise.REPEAT, event.at, f"{type(event).__name__} {number} is obeyed after {self.number}")
        self.number = self.number if number is None else number

    def _judge_fault(self, event: Event, answer: Step) -> None:
        if isinstance(event, FaultFound) and not self.retired and not answer.alarms.listed[ALARM_OF[event.fault]]:
            self._breach(Promise.FAULT, event.at, f"{event.fault.name} is not listed")

    def _judge_command(self, event: Event, answer: Step) -> None:
        flow = answer.command.flow
        if self.bolus_ends is not None and event.at < self.bolus_ends and flow != self.bolus_flow:
            self.bolus_ends = event.at  # it was broken off
        if flow > 0 and self._screened_within_a_day(event.at):
            self._breach(Promise.SCREENING, event.at, f"{flow} nL/d after a dose at {self.screened} s")
        within = flow == 0 or self.device.flow_min <= flow <= self.device.flow_max
        if not within or answer.command.until - answer.pump.now > HOUR // 2:
            self._breach(Promise.COMMAND, event.at, f"{flow} nL/d until {answer.command.until} s")

    def _judge_low(self, event: Event, answer: Step) -> None:
        if not self.plant.implanted or self.lost or (self.short and not self.sensed):
            return
        dangerous = any(drug.stop_dangerous for code, drug in self.drugs.items() if code in self.plant.told)
        low = max(self.device.low, LOW_WHERE_DANGEROUS if dangerous else 0)
        if self.plant.volume <= THOUSAND * low and not answer.alarms.listed[Alarm.LOW_RESERVOIR]:
            self._breach(Promise.LOW, event.at, f"{self.plant.volume // THOUSAND} quanta are left, and no alarm")

    def _judge_residual(self, event: Event, answer: Step) -> None:
        runs = answer.command.flow > 0 and answer.command.cause == Cause.THERAPY
        dry = self.plant.implanted and self.plant.volume <= THOUSAND * self.device.residual
        dry = dry and not self.lost and not self.short
        if runs and dry and self.allowed_pressure() and self.device.drive == Drive.PROGRAMMABLE:
            self._breach(Promise.RESIDUAL, event.at, f"{answer.command.flow} nL/d, and nothing is left")

    def _judge_safe(self, event: Event, answer: Step) -> None:
        if self.failed and answer.command.flow not in (0, self.fallback):
            self._breach(Promise.SAFE, event.at, f"{answer.command.flow} nL/d, not {self.fallback} nL/d or none")

    def _judge_bridge(self, event: Event, answer: Step) -> None:
        if self.bridge is None or self.device.drive == Drive.CONSTANT_FLOW:
            return
        if self.plant.line.before(self.bridge.strengths) <= self.reckoned:
            self.bridge = None
            return
        meant = max(self.bridge.flow, self.bridge.meeting_flow, self.fallback)
        if answer.command.flow > meant:
            self._breach(Promise.BRIDGE, event.at, f"{answer.command.flow} nL/d, not {meant} nL/d")

    def _judge_late(self, event: Event, answer: Step) -> None:
        if self.until is None or not self.running or isinstance(event, Retire | Stop):
            return
        gap = event.at - self.until
        late = gap > (0 if isinstance(event, Missed) else self.device.grace)
        if late and self.device.drive == Drive.PROGRAMMABLE and not answer.alarms.listed[Alarm.LATE_HOST]:
            self._breach(Promise.LATE, event.at, f"{gap} s late, and no alarm")

    def _judge_silence(self, event: Event, answer: Step) -> None:
        if not self.plant.implanted:
            return
        if answer.command.flow == 0 and answer.command.cause == Cause.THERAPY:
            self._breach(Promise.SILENCE, event.at, "nothing runs, and the cause is therapy")
        if self.lost or not self.allowed_pressure():
            self.astray = event.at
        ran = None if self.plant.ran_at is None else max(self.plant.ran_at, self.astray)
        if ran is not None and event.at - ran > 2 * DAY and not self._told(answer):
            self._breach(Promise.SILENCE, event.at, f"nothing has run for {int(event.at - ran)} s, and no alarm")

    def _told(self, answer: Step) -> bool:
        return any(answer.alarms.listed[each] for each in (Alarm.STOPPED_LONG, Alarm.EMPTY, Alarm.RESET))

    def allowed_pressure(self) -> bool:
        """Whether the pressure is in one of the device's allowed bands."""
        fast, _ = tolerance(self.device, self.plant.pressure)
        return fast <= self.device.fast

    def _breach(self, promise: Promise, at: int, what: str) -> None:
        self.breaches.append(Breach(promise, at, what))


def ceiling_of(hard: int, fast: int) -> int:
    """ng: the ceiling of a drug whose hard limit is `hard` (ng/d), at the fast end of tolerance (per mille)."""
    return -(-hard * (1_000 + fast) * 49 * 101 // (1_000 * 48 * 100))
