"""What came of a run: books over all refills and pumps, boluses, refusals, alarms, and what the file did not expect."""

from __future__ import annotations

from attrs import Factory, define, frozen

from intrathecal import (
    Alarm,
    ChangeSolution,
    ClinicianBolus,
    Device,
    PatientBolus,
    Phase,
    PortBolus,
    Pump,
    Reason,
    Refill,
    refill_by,
)
from intrathecal.pump import ClosedAccount, Reservoir
from intrathecal_hosts.record import Record


@frozen
class Refusal:
    """An event that the core refused."""

    at: int
    """s."""
    key: str
    """Where the scenario asks for it, such as `event[3]`."""
    kind: str
    reason: Reason
    earliest: int
    """s: from when on it would be accepted, as far as the core tells; `NEVER` where it does not."""


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
class InUse:
    """A pump, from when on it was the patient's."""

    since: int
    """s."""
    device: Device


@frozen
class Books:
    """The books over all refills and pumps, in quanta: filled = remaining + delivered + withdrawn + written off."""

    filled: int
    remaining: int
    """What was left in pumps that were replaced included."""
    delivered: int
    withdrawn: int
    written_off: int

    def plus(self, account: Reservoir | ClosedAccount, remaining: int) -> Books:
        """These books and an account in which so much remains."""
        return Books(
            filled=self.filled + account.filled,
            remaining=self.remaining + remaining,
            delivered=self.delivered + account.delivered,
            withdrawn=self.withdrawn + account.withdrawn,
            written_off=self.written_off + account.written_off,
        )


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
    pumps: list[InUse] = Factory(list)
    """Every pump, the first one first."""
    closed: Books = Books(filled=0, remaining=0, delivered=0, withdrawn=0, written_off=0)
    """The accounts that refills have closed, and those of pumps that were replaced."""

    def see(self, record: Record) -> None:
        """Count the record."""
        answer = record.step
        self.steps += 1
        self.pump = answer.pump
        if isinstance(record.event, PatientBolus | ClinicianBolus | PortBolus) and answer.verdict.accepted:
            self.boluses_given += 1
        if isinstance(record.event, Refill | ChangeSolution) and answer.verdict.accepted:
            self.closed = self.closed.plus(answer.pump.closed, remaining=0)
        if record.replaced:
            self.closed = _with_open_account(self.closed, record.before)
        if record.replaced or not self.pumps:
            self.pumps.append(InUse(since=record.before.now, device=answer.pump.device))
        self._answered(record)
        for alarm in Alarm:
            if answer.alarms.risen[alarm]:
                self.alarms.append(AlarmChange(at=answer.pump.now, alarm=alarm, risen=True))
            if answer.alarms.ended[alarm]:
                self.alarms.append(AlarmChange(at=answer.pump.now, alarm=alarm, risen=False))

    def books(self) -> Books:
        """All accounts, closed and open."""
        return self.closed if self.pump is None else _with_open_account(self.closed, self.pump)

    def refill_by(self) -> int | None:
        """s: by when the pump in use at the end is to be refilled; `None` where none is, or nothing is prescribed."""
        pump = self.pump
        return refill_by(pump) if pump is not None and pump.phase == Phase.IMPLANTED and pump.dosing.last > 0 else None

    def refused_for(self) -> dict[Reason, int]:
        """By reason: how many events were refused for it."""
        reasons = [refusal.reason for refusal in self.refusals]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}

    def _answered(self, record: Record) -> None:
        verdict = record.step.verdict
        reason = verdict.reason
        at = record.event.at
        kind = type(record.event).__name__ if record.happening is None else record.happening.kind
        if reason != Reason.NONE:
            refusal = Refusal(at=at, key=record.key, kind=kind, reason=reason, earliest=verdict.earliest)
            self.refusals.append(refusal)
        expected = Reason.NONE if record.happening is None else record.happening.expect
        if reason != expected:
            self.surprises.append(Surprise(at=at, key=record.key, kind=kind, expected=expected, came=reason))


def _with_open_account(books: Books, pump: Pump) -> Books:
    return books.plus(pump.reservoir, remaining=pump.reservoir.remaining)
