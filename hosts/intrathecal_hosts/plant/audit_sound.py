"""Sound audited: whether the most urgent alarm sounds that is listed, how long it is silenced, and whether what rises
and ends is told."""

from __future__ import annotations

from itertools import compress
from typing import Final

from attrs import define

from intrathecal import Acknowledge, Alarm, Event, Silence, Step
from intrathecal.alarm import SILENT
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.promises import Promise

CRITICAL: Final = frozenset(alarm for alarm in Alarm if alarm < Alarm.LOW_RESERVOIR)
"""Those that stay listed until a clinician acknowledges them (ALM-7)."""
SILENT_LONGEST: Final = 600
"""s: for so long a critical alarm is silenced at the most."""
ALL: Final = tuple(Alarm)
"""Every alarm, the most urgent first."""
Listed = frozenset[Alarm]


@define(eq=False)
class Sounding:
    """Judges what the alarms of one pump tell."""

    heard: Heard
    listed: Listed = frozenset()
    """In the last answer."""
    silent_until: int = -1
    """s: the end of the last silence that was accepted, or when something new broke it."""
    before: tuple[Listed, int] = (frozenset(), -1)
    """Both, as they were before the last answer."""

    def judge(self, event: Event, answer: Step) -> None:
        """One more answer."""
        self.before = self.listed, self.silent_until
        listed = _of(answer.alarms.listed)
        risen = _of(answer.alarms.risen)
        ended = _of(answer.alarms.ended)
        if not listed - self.listed <= risen <= listed or ended != self.listed - listed:
            self.heard.breach(Promise.LOG, event.at, "what rises or ends is not what comes to the list, or leaves it")
        self._judge_latched(event, answer, ended)
        self._judge_silence(event, answer, listed)
        if risen or listed - self.listed:
            self.silent_until = event.at
        most = min(listed, default=SILENT) if event.at >= self.silent_until else SILENT
        if answer.alarms.sounding != most:
            self.heard.breach(Promise.SOUND, event.at, f"{_name(answer.alarms.sounding)} sounds, not {_name(most)}")
        self.listed = listed

    def lose(self) -> None:
        """The last answer is lost."""
        self.listed, self.silent_until = self.before

    def _judge_latched(self, event: Event, answer: Step, ended: Listed) -> None:
        cleared = {event.alarm} if isinstance(event, Acknowledge) and answer.verdict.accepted else set()
        for alarm in sorted(ended & CRITICAL - cleared):
            self.heard.breach(Promise.LOG, event.at, f"{alarm.name} is gone, and nobody has acknowledged it")

    def _judge_silence(self, event: Event, answer: Step, listed: Listed) -> None:
        """An accepted silence begins."""
        if not isinstance(event, Silence) or not answer.verdict.accepted:
            return
        longest = min(self.heard.device.silence, SILENT_LONGEST if listed & CRITICAL else self.heard.device.silence)
        if event.duration > longest or event.at <= self.silent_until:
            what = f"{event.duration} s, not {longest} s, after a silence until {self.silent_until} s"
            self.heard.breach(Promise.SOUND, event.at, what)
        self.silent_until = event.at + event.duration


def _of(flags: tuple[bool, ...]) -> Listed:
    return frozenset(compress(ALL, flags))


def _name(alarm: int) -> str:
    return "nothing" if alarm == SILENT else Alarm(alarm).name
