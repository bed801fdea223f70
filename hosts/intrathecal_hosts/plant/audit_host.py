"""What a host hears audited: no command is obeyed twice, and gaps and stops are told."""

from __future__ import annotations

from attrs import define

from intrathecal import Alarm, Cause, Drive, Event, Missed, Retire, Step, Stop
from intrathecal_hosts.plant.body import DAY
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.promises import Promise


@define(eq=False)
class Telling:
    """Judges what a pump obeys, and what it tells."""

    heard: Heard
    number: int = 0
    """That of the last command that was obeyed."""
    until: int | None = None
    """s: when the last command ended."""
    running: bool = False
    """Whether therapy was to run by it."""

    def judge_late(self, event: Event, answer: Step) -> None:
        """Whether a gap before the event is told."""
        if self.until is None or not self.running or isinstance(event, Retire | Stop):
            return
        gap, device = event.at - self.until, self.heard.device
        late = gap > (0 if isinstance(event, Missed) else device.grace)
        if late and device.drive == Drive.PROGRAMMABLE and not answer.alarms.listed[Alarm.LATE_HOST]:
            self.heard.breach(Promise.LATE, event.at, f"{gap} s late, and no alarm")

    def judge_event(self, event: Event) -> None:
        """One that was accepted."""
        number = getattr(event, "number", None)
        if number is not None and number <= self.number:
            what = f"{type(event).__name__} {number} is obeyed after {self.number}"
            self.heard.breach(Promise.REPEAT, event.at, what)
        self.number = self.number if number is None else number

    def judge_silence(self, event: Event, answer: Step) -> None:
        """Whether it is told that nothing runs."""
        heard = self.heard
        if not heard.plant.implanted:
            return
        if answer.command.flow == 0 and answer.command.cause == Cause.THERAPY:
            heard.breach(Promise.SILENCE, event.at, "nothing runs, and the cause is therapy")
        if heard.lost or not heard.allowed_pressure():
            heard.astray = event.at
        ran = None if heard.plant.ran_at is None else max(heard.plant.ran_at, heard.astray)
        if ran is not None and event.at - ran > 2 * DAY and not _told(answer):
            heard.breach(Promise.SILENCE, event.at, f"nothing has run for {int(event.at - ran)} s, and no alarm")

    def remember(self, answer: Step) -> None:
        """What is commanded from now on."""
        self.until = answer.command.until
        self.running = answer.command.cause in (Cause.THERAPY, Cause.SCHEDULED)


def _told(answer: Step) -> bool:
    return any(answer.alarms.listed[each] for each in (Alarm.STOPPED_LONG, Alarm.EMPTY, Alarm.RESET))
