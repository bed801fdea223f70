"""Requirements that are false, each by a little: canaries. A process that lets an engine refute one of them registers
it, before anything else is imported that reads the requirements."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from intrathecal import Device, Pump, Step, Tick
from intrathecal.bridging import put_by
from intrathecal.verdict import Reason
from intrathecal_specs.requirement import requirement


@frozen
class FalseRequirement:
    """A requirement that is false, and the task in which a proof of it fails."""

    function: Callable[..., bool]
    id: str
    """That of the true one that it is like."""
    task: str

    def register(self) -> None:
        """Make it one of the requirements of this process."""
        requirement(self.id, hazards=(), source="none: it is false, and must be refuted")(self.function)


def what_is_left_of_a_silence_is_less_than_the_longest(device: Device, pump: Pump) -> bool:
    """One second less than ALM-3 allows, asked of a leaf, which proofs know by its contract alone: what is behind its
    result must count as read, or nobody would ask again once it has changed."""
    return put_by(pump.alarms.silent_until - pump.now, 0) < pump.device.silence


def an_event_that_is_a_second_late_is_taken(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """One second more than TIME-1 allows."""
    return after.verdict.reason != Reason.TIME_PAST or event.at < before.now - 1


FALSE = {
    each.function.__name__: each
    for each in (
        FalseRequirement(what_is_left_of_a_silence_is_less_than_the_longest, "ALM-3", "decide Silence"),
        FalseRequirement(an_event_that_is_a_second_late_is_taken, "TIME-1", "step Tick"),
    )
}
"""By name: one of every state, which asks a leaf, and one across a step."""
