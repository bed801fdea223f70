"""What came of a run: the books over all refills, boluses, refusals, alarms, and where it went against the scenario."""

from __future__ import annotations

from attrs import Factory, define, frozen

from intrathecal import Alarm, ClinicianBolus, PatientBolus, PortBolus, Pump, Reason, Refill
from intrathecal_hosts.runner import Record


@frozen
class Refusal:
    """An event that the core refused."""

    at: int
    """s."""
    key: str
    """Where the scenario asks for it, such as `event[3]`."""
    kind: str
    reason: Reason


@frozen
class AlarmChange:
    """An alarm rose, or left the list."""

    at: int
    """s."""
    alarm: Alarm
    risen: bool


@frozen
class Surprise:
    """An event was not answered as the scenario expects."""

    at: int
    key: str
    kind: str
    expected: Reason
    came: Reason


@frozen
class Books:
    """The reservoir's books over all refills, in quanta: filled = remaining + delivered + withdrawn + written off."""

    filled: int
    remaining: int
    delivered: int
    withdrawn: int
    written_off: int


@define
class Summary:
    """Collects the records of a run, in order."""

    boluses_given: int = 0
    steps: int = 0
    refusals: list[Refusal] = Factory(list)
    surprises: list[Surprise] = Factory(list)
    alarms: list[AlarmChange] = Factory(list)
    pump: Pump | None = None
    """The pump after the last step."""
    closed: Books = Books(filled=0, remaining=0, delivered=0, withdrawn=0, written_off=0)
    """The accounts that refills have closed."""

    def see(self, record: Record) -> None:
        """Count the record."""
        answer = record.step
        self.steps += 1
        self.pump = answer.pump
        if isinstance(record.event, PatientBolus | ClinicianBolus | PortBolus) and answer.verdict.accepted:
            self.boluses_given += 1
        if isinstance(record.event, Refill) and answer.verdict.accepted:
            self._close(answer.pump)
        self._answered(record)
        for alarm in Alarm:
            if answer.alarms.risen[alarm]:
                self.alarms.append(AlarmChange(at=answer.pump.now, alarm=alarm, risen=True))
            if answer.alarms.ended[alarm]:
                self.alarms.append(AlarmChange(at=answer.pump.now, alarm=alarm, risen=False))

    def books(self) -> Books:
        """All accounts, closed and open."""
        closed = self.closed
        if self.pump is None:
            return closed
        reservoir = self.pump.reservoir
        return Books(
            filled=closed.filled + reservoir.filled,
            remaining=reservoir.remaining,
            delivered=closed.delivered + reservoir.delivered,
            withdrawn=closed.withdrawn + reservoir.withdrawn,
            written_off=closed.written_off + reservoir.written_off,
        )

    def refused_for(self) -> dict[Reason, int]:
        """By reason: how many events were refused for it."""
        reasons = [refusal.reason for refusal in self.refusals]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}

    def _close(self, pump: Pump) -> None:
        account = pump.closed
        self.closed = Books(
            filled=self.closed.filled + account.filled,
            remaining=0,
            delivered=self.closed.delivered + account.delivered,
            withdrawn=self.closed.withdrawn + account.withdrawn,
            written_off=self.closed.written_off + account.written_off,
        )

    def _answered(self, record: Record) -> None:
        reason = record.step.verdict.reason
        at = record.event.at
        kind = type(record.event).__name__ if record.happening is None else record.happening.kind
        if reason != Reason.NONE:
            self.refusals.append(Refusal(at=at, key=record.key, kind=kind, reason=reason))
        expected = Reason.NONE if record.happening is None else record.happening.expect
        if reason != expected:
            self.surprises.append(Surprise(at=at, key=record.key, kind=kind, expected=expected, came=reason))
