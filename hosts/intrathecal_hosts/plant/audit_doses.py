"""Doses audited: how much of a drug comes in 24 hours, and how soon a dose or a bolus follows the last."""

from __future__ import annotations

from collections import deque

from attrs import define, field

from intrathecal import ClinicianBolus, Event, PatientBolus, PortBolus, Prime, ScreeningDose, ScreeningResponse
from intrathecal_hosts.plant.body import DAY, NANOGRAM
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.plant.strengths import Strengths, strengths_of


@define(eq=False)
class Doses:
    """Judges what a patient is given, whichever pump gives it."""

    heard: Heard
    fastest: int
    """per mille: the fast end of tolerance; of all devices that the patient has had, the fastest."""
    screened: int | None = None
    """s: when the last screening dose was given."""
    unanswered: bool = False
    """It awaits its response."""
    starts: deque[int] = field(factory=deque)
    """s: the patient's boluses of the last 24 hours."""
    judged: dict[int, tuple[int, int]] = field(factory=dict)
    """By code: with how many pieces of a drug's intake the 24 hours that end, and that begin, were judged."""

    def going_on(self, heard: Heard) -> Doses:
        """The same with another pump in the same patient."""
        return Doses(
            heard,
            fastest=max(self.fastest, heard.device.fast),
            starts=self.starts,
            judged=self.judged,
        )

    def judge_event(self, event: Event) -> None:
        """A dose or a bolus that was accepted."""
        if isinstance(event, ScreeningDose):
            if self.unanswered or self._screened_within_a_day(event.at):
                self.heard.breach(Promise.SCREENING, event.at, f"a dose follows that of {self.screened} s")
            self.screened, self.unanswered = event.at, True
        if isinstance(event, ScreeningResponse):
            self.unanswered = False
        if isinstance(event, PatientBolus):
            self._judge_patient_bolus(event)
        if isinstance(event, PatientBolus | ClinicianBolus | Prime):
            self._judge_flow_sure(event.at)
        if isinstance(event, ClinicianBolus):
            self._judge_single(event.at, event.volume, self.heard.plant.told)
        if isinstance(event, PortBolus):
            self._judge_single(event.at, event.volume, strengths_of(event.solution))

    def judge_flow(self, at: int, flow: int) -> None:
        """What is to run from now on (nL/d)."""
        if flow > 0 and self._screened_within_a_day(at):
            self.heard.breach(Promise.SCREENING, at, f"{flow} nL/d after a dose at {self.screened} s")

    def judge_day(self, at: int) -> None:
        """Of each drug the 24 hours that end with what came since it was judged last, and those that began with a piece
        and are over since then; by what was told of what came."""
        heard = self.heard
        if not heard.allowed_pressure():
            heard.outside = at
        for code, intake in heard.plant.body.told.items():
            if code not in heard.drugs:
                continue  # of a drug that no pump has held only the code is known, and it has no ceiling yet
            ended, begun = self.judged.get(code, (0, 0))
            over = intake.over(at)
            if heard.outside is not None and at < heard.outside + DAY:
                self.judged[code] = (len(intake.ends), over)
                continue
            ceiling = ceiling_of(heard.drugs[code].hard, self.fastest)
            worst = intake.worst_day(ended, begun, over)
            if worst > ceiling * NANOGRAM:
                heard.breach(Promise.DOSE, at, f"24 hours hold {float(worst / NANOGRAM):.1f} ng, not {ceiling} ng")
            self.judged[code] = (len(intake.ends), over)

    def _screened_within_a_day(self, at: int) -> bool:
        return self.screened is not None and at - self.screened < DAY

    def _judge_patient_bolus(self, event: PatientBolus) -> None:
        heard, order, last = self.heard, self.heard.prescribed.order, self.heard.prescribed.bolus_ends
        assert order is not None
        if last is not None and event.at - last < order.lockout:
            heard.breach(Promise.LOCKOUT, event.at, f"{event.at - last} s, not {order.lockout} s")
        while self.starts and self.starts[0] <= event.at - DAY:
            self.starts.popleft()
        self.starts.append(event.at)
        if len(self.starts) > order.count:
            heard.breach(Promise.COUNT, event.at, f"{len(self.starts)} in 24 hours, not {order.count}")
        self._judge_single(event.at, order.volume, heard.plant.told)

    def _judge_flow_sure(self, at: int) -> None:
        if self.heard.prescribed.scanned or not self.heard.allowed_pressure():
            self.heard.breach(Promise.BOLUS, at, "it begins in an announced MRI, or outside the allowed pressure")

    def _judge_single(self, at: int, volume: int, strengths: Strengths) -> None:
        """`volume`: quanta."""
        heard = self.heard
        for code, strength in strengths.items():
            most = volume * (THOUSAND + heard.device.fast) * strength
            single = heard.drugs[code].single
            if most > single * NANOGRAM:
                heard.breach(Promise.BOLUS, at, f"it holds {float(most / NANOGRAM):.1f} ng, not {single} ng")


def ceiling_of(hard: int, fast: int) -> int:
    """ng: the ceiling of a drug whose hard limit is `hard` (ng/d), at the fast end of tolerance (per mille)."""
    return -(-hard * (1_000 + fast) * 49 * 101 // (1_000 * 48 * 100))
