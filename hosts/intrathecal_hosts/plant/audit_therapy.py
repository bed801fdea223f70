"""Therapy audited: whether what is commanded is what may run now."""

from __future__ import annotations

from typing import Final

from attrs import define

from intrathecal import Cause, Command, Drive, Event, Missed, Mode, Step
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.promises import Promise

LONGEST: Final = 1_800
"""s: for so long a flow is commanded at the most."""


@define(eq=False)
class Therapy:
    """Judges each command by what is prescribed."""

    heard: Heard

    def judge(self, event: Event, answer: Step) -> None:
        """One more command; a constant flow is what it is."""
        self._judge_command(event, answer)
        if self.heard.device.drive == Drive.PROGRAMMABLE:
            if self.heard.bridge is not None:
                self._judge_bridge(event.at, answer.command.flow)
            self._judge_flow(event, answer.command)

    def _judge_flow(self, event: Event, command: Command) -> None:
        heard, prescribed = self.heard, self.heard.prescribed
        flow, until, due = command.flow, command.until, prescribed.due
        if isinstance(event, Missed) and flow > 0:
            heard.breach(Promise.ABSENCE, event.at, f"{flow} nL/d, while a host tells of what it missed")
        if flow != due and not (due > 0 and self._excused(event, command)):
            heard.breach(self._concerned(), event.at, f"{flow} nL/d, not {due} nL/d")
        if flow > 0 and until > prescribed.slot_ends:
            heard.breach(Promise.SCHEDULE, event.at, f"{flow} nL/d until {until} s, not {prescribed.slot_ends} s")
        if prescribed.bolus is not None and flow * (until - event.at) > prescribed.bolus_left:
            what = f"{flow * (until - event.at)} quanta are to come, and {prescribed.bolus_left} are left of it"
            heard.breach(Promise.BOLUS, event.at, what)

    def _concerned(self) -> Promise:
        """Which promise it is that something else runs than is due."""
        prescribed = self.heard.prescribed
        if prescribed.mode == Mode.BASAL:
            return Promise.SCHEDULE if prescribed.bolus is None else Promise.BOLUS
        return Promise.STOP if prescribed.mode == Mode.STOPPED else Promise.SAFE

    def _excused(self, event: Event, command: Command) -> bool:
        """Whether there is a cause to run nothing, or the fallback, in place of what is due."""
        prescribed = self.heard.prescribed
        if command.cause == Cause.EMPTY and prescribed.accounts.could_be_empty:
            return command.flow in (0, prescribed.falling_back)
        given_up = prescribed.reread and prescribed.mode == Mode.SAFE
        return command.flow == 0 and (isinstance(event, Missed) or given_up)

    def _judge_command(self, event: Event, answer: Step) -> None:
        flow, until, device = answer.command.flow, answer.command.until, self.heard.device
        within = flow == 0 or device.flow_min <= flow <= device.flow_max
        if not within or until - answer.pump.now > LONGEST:
            self.heard.breach(Promise.COMMAND, event.at, f"{flow} nL/d until {until} s")

    def _judge_bridge(self, at: int, flow: int) -> None:
        heard, bridge = self.heard, self.heard.bridge
        assert bridge is not None
        if heard.plant.line.before(bridge.strengths) <= heard.reckoned:
            heard.bridge = None
            return
        meant = max(bridge.flow, bridge.meeting_flow)
        if flow > meant:
            heard.breach(Promise.BRIDGE, at, f"{flow} nL/d, not {meant} nL/d")
