"""One step of a run: what was asked for, what the pump was before, what it was told, and what it answered."""

from __future__ import annotations

from attrs import frozen

from intrathecal import Event, Pump, Step
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.plant.hardware import NOTHING_BEFALLS, Fate
from intrathecal_hosts.therapy import Replacement


@frozen
class Record:
    """One step of a run."""

    happening: Happening | None
    """What the scenario asked for; `None` for the host's own ticks and missed time."""
    key: str
    """Where the scenario says so, such as `event[3]`; empty for the host's own."""
    before: Pump
    event: Event | Replacement
    step: Step
    lost: bool = False
    """The power went with it: the pump goes on from `before`."""
    fate: Fate = NOTHING_BEFALLS
    """What befalls the hardware in the whole run, told to nobody: for a plant to suffer when its time comes."""

    @property
    def delivered(self) -> int:
        """quanta: what was counted as delivered in this step, all of it before `event.at`."""
        command = self.before.command
        applied = self.step.pump.now - self.before.now
        return command.flow * min(applied, command.until - self.before.now)

    @property
    def replaced(self) -> bool:
        """Whether another pump took over in this step."""
        return isinstance(self.event, Replacement) and self.step.verdict.accepted
