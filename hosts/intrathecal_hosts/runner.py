"""A small host that obeys the core: it runs a scenario from its beginning to its end and yields every step.

The host is called for at the end of every command and at every happening. While an outage lasts it is away; back again,
it tells the core what it missed, at most one slot at a time, and only then goes on; of a constant flow it missed
nothing, and tells it what has run. In a scenario that is not attended nothing happens but what is listed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from attrs import define, field, frozen

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


def run(scenario: Scenario) -> Iterator[Record]:
    """Every step of the scenario, in order, up to its end.

    Raises `ScenarioError` for an event that cannot be made; `read` has already made each of them once.
    """
    host = Host.of(scenario)
    yield from host.lead(scenario.until)
    if scenario.attended:
        yield host.look_in(scenario.until)


@define(eq=False)
class Host:
    """A host on its way through a scenario, which can be led from one time to the next, and be asked for more than what
    the scenario lists.

    Where it is led in pieces, its steps are those of one run, whatever the pieces: it calls the core for what is due,
    and never for a piece's end.
    """

    scenario: Scenario
    pump: Pump
    """As it is after the last step."""
    back: int | None = None
    """s: when the host is here again; `None` while it is."""
    _left: deque[Due] = field(factory=deque)
    """What is listed, and has not happened yet."""

    @classmethod
    def of(cls, scenario: Scenario) -> Host:
        """A host at the scenario's beginning."""
        return cls(scenario, scenario.beginning, left=deque(agenda(scenario)))

    def lead(self, to: int) -> Iterator[Record]:
        """Every step up to `to` (s), what happens at that time included. A command that ends then is left to end.

        Raises `ScenarioError` for an event that cannot be made.
        """
        while self._left and self._left[0].at <= to:
            due = self._left.popleft()
            yield from self._wait(due.at)
            if isinstance(due.happening, Outage):
                self.back = due.at + due.happening.duration.seconds
            else:
                yield from self.deliver(due)
        yield from self._wait(to)

    def deliver(self, due: Due) -> Iterator[Record]:
        """What is due now happens, whether the scenario lists it or not.

        Raises `ScenarioError` for an event that cannot be made.
        """
        pump = self.pump
        number = pump.number if due.happening.duplicate else pump.number + 1
        event = event_of(self.scenario, pump, due, number)
        lost = isinstance(due.happening, Raw) and due.happening.lost
        if isinstance(event, Replacement):  # a transfer takes no time: the old pump's books are brought to it first
            yield self.look_in(due.at)
            pump = self.pump
            answer = transfer(pump, event.device, event.authority)
        else:
            answer = step(pump.device, pump, event)
        self.pump = pump if lost else answer.pump
        yield Record(happening=due.happening, key=due.key, before=pump, event=event, step=answer, lost=lost)

    def look_in(self, at: int) -> Record:
        """The host calls, as it does when a command ends: it was obeyed up to `at` (s)."""
        return self._step(Tick(at=at))

    def _wait(self, to: int) -> Iterator[Record]:
        if self.back is not None:
            yield from self._be_away(self.back, to)
        if self.back is None and self.scenario.attended:
            yield from self._advance(to)

    def _advance(self, to: int) -> Iterator[Record]:
        while self.pump.command.until < to:
            yield self.look_in(self.pump.command.until)

    def _be_away(self, back: int, to: int) -> Iterator[Record]:
        """Up to `to`, or up to the end of the outage where that comes first."""
        if self.pump.device.drive == Drive.CONSTANT_FLOW:
            yield from self._advance(min(back, to))
        else:
            yield from self._miss(back, to)
        if back <= to:
            self.back = None
            yield self.look_in(back)

    def _miss(self, back: int, to: int) -> Iterator[Record]:
        while self.pump.command.until < back:
            at = min(self.pump.now + SLOT, back)
            if at > to:
                return
            yield self._step(Missed(at=at))

    def _step(self, event: Tick | Missed) -> Record:
        pump = self.pump
        answer = step(pump.device, pump, event)
        self.pump = answer.pump
        return Record(happening=None, key="", before=pump, event=event, step=answer)
