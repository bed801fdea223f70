"""Therapy audited: whether what is commanded is what may run now."""

from __future__ import annotations

from typing import Final

from attrs import define

from intrathecal import Drive, Event, Step
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.promises import Promise

LONGEST: Final = 1_800
"""s: for so long a flow is commanded at the most."""


@define(eq=False)
class Therapy:
    """Judges each command by what a clinician meant."""

    heard: Heard

    def judge(self, event: Event, answer: Step) -> None:
        """One more command."""
        flow = answer.command.flow
        self._judge_command(event, answer)
        heard = self.heard
        if heard.failed and flow not in (0, heard.fallback):
            heard.breach(Promise.SAFE, event.at, f"{flow} nL/d, not {heard.fallback} nL/d or none")
        if heard.bridge is not None and heard.device.drive == Drive.PROGRAMMABLE:
            self._judge_bridge(event.at, flow)

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
        meant = max(bridge.flow, bridge.meeting_flow, heard.fallback)
        if flow > meant:
            heard.breach(Promise.BRIDGE, at, f"{flow} nL/d, not {meant} nL/d")
