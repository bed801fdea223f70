"""A small host that obeys the core: it runs a scenario from its beginning to its end and yields every step.

The host is called for at the end of every command and at every happening. While an outage lasts it is away; back again,
it tells the core what it missed, at most one slot at a time, and only then goes on; of a constant flow it missed
nothing, and tells it what has run. In a scenario that is not attended nothing happens but what is listed. What the
hardware notices or senses the host tells the core; of what it does not notice, it knows nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from attrs import define, field

from intrathecal import Drive, Event, LevelMeasured, Missed, Pump, Tick, step, transfer
from intrathecal.quantities import Duration
from intrathecal.units import SLOT
from intrathecal_hosts.agenda import agenda
from intrathecal_hosts.befalling import fate_of
from intrathecal_hosts.calling import due_at
from intrathecal_hosts.circumstances import Failing, Outage, Raw, ReadingLevel
from intrathecal_hosts.orders import event_of
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.hardware import NOTHING_BEFALLS, Fate
from intrathecal_hosts.plant.sensor import Error, drifted
from intrathecal_hosts.record import Record
from intrathecal_hosts.therapy import Due, Replacement, Scenario

__all__ = ["Host", "Record", "run"]

OF_HARDWARE = "hardware"
"""The key of what the hardware reports by itself."""


def run(scenario: Scenario, audited: Audited | None = None) -> Iterator[Record]:
    """Every step of the scenario, in order, up to its end; as each is yielded, the hardware that is `audited` has
    obeyed it.

    Raises `ScenarioError` for an event that cannot be made; `read` has already made each of them once.
    """
    host = Host.of(scenario, audited)
    yield from host.lead(scenario.until)
    if scenario.attended:
        yield host.look_in(scenario.until)
        yield from host.listen()


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
    audited: Audited | None = None
    """The hardware that it drives, where there is any."""
    fate: Fate = NOTHING_BEFALLS
    """What befalls the hardware, of which the host knows nothing."""
    back: int | None = None
    """s: when the host is here again; `None` while it is."""
    _left: deque[Due] = field(factory=deque)
    """What is listed, and has not happened yet."""

    @classmethod
    def of(cls, scenario: Scenario, audited: Audited | None = None) -> Host:
        """A host at the scenario's beginning, with the hardware that it drives. Without any, a scenario that asks the
        hardware something gets one whose true flow is the commanded one; in the others nothing is simulated."""
        fate = fate_of(scenario)
        asks = bool(fate.fittings) or any(isinstance(each, ReadingLevel) for each in scenario.happenings)
        if audited is None and asks:
            audited = Audited.of(scenario.beginning.device, Flow.NOMINAL, 0)
        if audited is not None:
            audited.befall(fate)
        return cls(scenario, scenario.beginning, audited, fate, left=deque(agenda(scenario)))

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
                yield from self.listen()
        yield from self._wait(to)

    def deliver(self, due: Due) -> Iterator[Record]:
        """What is due now happens, whether the scenario lists it or not.

        Raises `ScenarioError` for an event that cannot be made.
        """
        pump = self.pump
        number = pump.number if due.happening.duplicate else pump.number + 1
        event: Event | Replacement
        if isinstance(due.happening, ReadingLevel):
            event = self._measured(due.happening, due.at)
        else:
            event = event_of(self.scenario, pump, due, number)
        lost = isinstance(due.happening, Raw) and due.happening.lost
        if isinstance(event, Replacement):  # a transfer takes no time: the old pump's books are brought to it first
            yield self.look_in(due.at)
            pump = self.pump
            answer = transfer(pump, event.device, event.authority)
        else:
            answer = step(pump.device, pump, event)
        self.pump = pump if lost else answer.pump
        told = Record(
            happening=due.happening, key=due.key, before=pump, event=event, step=answer, lost=lost, fate=self.fate
        )
        yield self._obeyed(told)

    def look_in(self, at: int) -> Record:
        """The host calls, as it does when a command ends: it was obeyed up to `at` (s)."""
        return self._step(Tick(at=at))

    def listen(self) -> Iterator[Record]:
        """What the hardware has to report, now that the host is here."""
        now = self.pump.now
        for fault in self.audited.reported() if self.audited is not None else ():
            yield from self.deliver(Due(now, OF_HARDWARE, Failing(at=Duration(now), fault=fault)))

    def _measured(self, reading: ReadingLevel, at: int) -> LevelMeasured:
        """What the sensor of the hardware shows."""
        assert self.audited is not None  # a scenario with readings has hardware
        since = at - reading.at.seconds
        offset = drifted(reading.offset.quanta, reading.drift.quanta, since)
        error = Error(offset=offset, share=reading.share.per_mille, stuck=reading.stuck)
        return LevelMeasured(at=at, volume=self.audited.level(at, error))

    def _obeyed(self, record: Record) -> Record:
        """The hardware, if there is any, does what the answer commands."""
        if self.audited is not None:
            self.audited.see(record)
        return record

    def _wait(self, to: int) -> Iterator[Record]:
        if self.back is not None:
            yield from self._be_away(self.back, to)
        if self.back is None and self.scenario.attended:
            yield from self._advance(to)

    def _advance(self, to: int) -> Iterator[Record]:
        while due_at(self.pump) < to:
            yield self.look_in(due_at(self.pump))
            yield from self.listen()

    def _be_away(self, back: int, to: int) -> Iterator[Record]:
        """Up to `to`, or up to the end of the outage where that comes first."""
        if self.pump.device.drive == Drive.CONSTANT_FLOW:
            yield from self._advance(min(back, to))
        else:
            yield from self._miss(back, to)
        if back <= to:
            self.back = None
            yield self.look_in(back)
            yield from self.listen()

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
        return self._obeyed(Record(happening=None, key="", before=pump, event=event, step=answer, fate=self.fate))
