"""The auditor: judges a pump by its events, its answers and the truth, as someone could who watched from outside.

It uses nothing of what the core reckons: no book, no window, no price, no predicate. What it holds a pump to is told in
`promises`.
"""

from __future__ import annotations

from typing import Final

from attrs import define

from intrathecal import Event, Pump, Reason, Step
from intrathecal_hosts.plant.audit_alarms import judge_alarms
from intrathecal_hosts.plant.audit_doses import Doses
from intrathecal_hosts.plant.audit_host import Telling
from intrathecal_hosts.plant.audit_reservoir import judge_reservoir
from intrathecal_hosts.plant.audit_sound import Sounding
from intrathecal_hosts.plant.audit_therapy import Therapy
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.plant.prescribed import Prescribed
from intrathecal_hosts.plant.promises import Breach

UNDATED: Final = frozenset(
    [Reason.TIME_PAST, Reason.TIME_AHEAD, Reason.TIME_OVER, Reason.NOT_MISSED, Reason.OTHER_DEVICE]
)
"""For these an event is refused before it counts as having come."""


@define(eq=False)
class Auditor:
    """Watches one pump, and the plant that it drives."""

    heard: Heard
    doses: Doses
    therapy: Therapy
    telling: Telling
    sounding: Sounding

    @classmethod
    def of(cls, plant: Plant) -> Auditor:
        """The first pump of a patient."""
        heard = Heard(plant)
        return cls(heard, Doses(heard, plant.device.fast), Therapy(heard), Telling(heard), Sounding(heard))

    def successor(self, plant: Plant) -> Auditor:
        """Who watches the pump that takes over, in the same patient."""
        old = self.heard
        outside = old.outside if old.allowed_pressure() else old.plant.now
        heard = Heard(plant, drugs=old.drugs, outside=outside)
        heard.prescribed.bolus_ends = old.prescribed.bolus_ends
        telling = Telling(heard, self.telling.number)
        return Auditor(heard, self.doses.going_on(heard), Therapy(heard), telling, Sounding(heard))

    @property
    def plant(self) -> Plant:
        """What the pump drives."""
        return self.heard.plant

    @property
    def breaches(self) -> list[Breach]:
        """The promises that were broken."""
        return self.heard.breaches

    def see(self, event: Event, answer: Step) -> None:
        """An event and its answer, once the plant has come to the event's time, and before it obeys. One that was
        refused for its time, or for its device, is as if it had never been."""
        if answer.verdict.reason in UNDATED:
            return
        prescribed = self.heard.prescribed
        self.telling.judge_late(event, answer)
        self.heard.mark_standstill(event.at)
        self.heard.mark_warmth(event.at)
        prescribed.advance(event.at)
        if answer.verdict.accepted:
            self.heard.learn(event)
            self.telling.judge_event(event)
            self.doses.judge_event(event)
            prescribed.learn(event)
        prescribed.hear(answer.command)
        self.doses.judge_flow(event.at, answer.command.flow)
        self.therapy.judge(event, answer)
        judge_reservoir(self.heard, event, answer)
        judge_alarms(self.heard, event, answer)
        self.sounding.judge(event, answer)
        self.telling.judge_silence(event, answer)
        self.doses.judge_day(event.at)
        self.telling.remember(answer)

    def lose(self, pump: Pump, kept: Prescribed) -> None:
        """Power was lost with the last step, and the pump is as it was before: what it says of itself begins there, and
        what it is to do is what was `kept` of that; and how long nothing has run it does not know until it is told that
        it was reread."""
        self.telling.until, self.telling.number = None, pump.number
        self.heard.prescribed = kept
        self.sounding.lose()
        self.heard.lost = True
