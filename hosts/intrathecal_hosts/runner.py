"""A small host that obeys the core: it runs a scenario from its beginning to its end and yields every step.

The host is called for at the end of every command and at every happening. While an outage lasts it is away; back again,
it tells the core what it missed, at most one slot at a time, and only then goes on; of a constant flow it missed
nothing, and tells it what has run. In a scenario that is not attended nothing happens but what is listed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from attrs import frozen

from intrathecal import Drive, Event, Missed, Pump, Step, Tick, step, transfer
from intrathecal.units import SLOT
from intrathecal_hosts.orders import event_of
from intrathecal_hosts.scenario import Happening, Outage, Raw
from intrathecal_hosts.therapy import Due, Replacement, Scenario, agenda


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


Run = Generator[Record, None, Pump]
"""Steps, and the pump that they end in."""


def run(scenario: Scenario) -> Iterator[Record]:
    """Every step of the scenario, in order, up to its end.

    Raises `ScenarioError` for an event that cannot be made; `read` has already made each of them once.
    """
    pump = scenario.beginning
    for due in agenda(scenario):
        if scenario.attended:
            pump = yield from _advance(pump, due.at)
        if isinstance(due.happening, Outage):
            pump = yield from _be_away(pump, due.at + due.happening.duration.seconds)
        else:
            pump = yield from _deliver(scenario, pump, due)
    if not scenario.attended:
        return
    pump = yield from _advance(pump, scenario.until)
    yield from _host_step(pump, Tick(at=scenario.until))


def _advance(pump: Pump, to: int) -> Run:
    while pump.command.until < to:
        pump = yield from _host_step(pump, Tick(at=pump.command.until))
    return pump


def _be_away(pump: Pump, back: int) -> Run:
    if pump.device.drive == Drive.CONSTANT_FLOW:
        pump = yield from _advance(pump, back)
        return (yield from _host_step(pump, Tick(at=back)))
    while pump.command.until < back:
        pump = yield from _host_step(pump, Missed(at=min(pump.now + SLOT, back)))
    return (yield from _host_step(pump, Tick(at=back)))


def _deliver(scenario: Scenario, pump: Pump, due: Due) -> Run:
    number = pump.number if due.happening.duplicate else pump.number + 1
    event = event_of(scenario, pump, due, number)
    lost = isinstance(due.happening, Raw) and due.happening.lost
    if isinstance(event, Replacement):  # a transfer takes no time: the old pump's books are brought to it first
        pump = yield from _host_step(pump, Tick(at=due.at))
        answer = transfer(pump, event.device, event.authority)
    else:
        answer = step(pump.device, pump, event)
    yield Record(happening=due.happening, key=due.key, before=pump, event=event, step=answer, lost=lost)
    return pump if lost else answer.pump


def _host_step(pump: Pump, event: Tick | Missed) -> Run:
    answer = step(pump.device, pump, event)
    yield Record(happening=None, key="", before=pump, event=event, step=answer)
    return answer.pump
