"""What was prescribed: which flow is due at any moment, as a user knows it from what the pump was told and commanded
alone."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, Final

from attrs import define, field, frozen

from intrathecal import (
    CancelBolus,
    Cause,
    ChangeSolution,
    ClinicianBolus,
    Command,
    Commission,
    Device,
    Drive,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    Interrogate,
    Mode,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    Prime,
    Program,
    Refill,
    Reread,
    Retire,
    ShiftSchedule,
    Stop,
)
from intrathecal.prescription import PatientBolusOrder
from intrathecal_hosts.plant.accounts import Accounts
from intrathecal_hosts.plant.plant import DEAD

SLOT: Final = 1_800
"""s: half an hour, for which a flow is prescribed; the first of all begins at time 0."""
LONG: Final = 172_800
"""s, two days: a pump that stands for longer is to be checked (domain.md 1.7)."""


@frozen
class Bolus:
    """A bolus, or priming, that runs in place of the schedule."""

    flow: int
    """nL/d."""
    ends: int
    """s."""
    primes: bool
    """It is priming, and no bolus."""


@define(eq=False)
class Prescribed:
    """What one pump is to do."""

    device: Device
    accounts: Accounts = field()
    mode: Mode = Mode.STOPPED
    """Stopped, safe or suspended; else basal, whatever runs in place of the schedule."""
    flows: tuple[int, ...] = ()
    """nL/d, by half-hour: a day of them."""
    first: int = 0
    """In which half-hour the first of them was due."""
    order: PatientBolusOrder | None = None
    """The patient's boluses."""
    fallback: int = 0
    """nL/d."""
    reread: bool = False
    """A step was lost since this was prescribed."""
    dangerous: bool = False
    """To stop what the reservoir holds suddenly is dangerous, by what was told of it."""
    faults: frozenset[Fault] = frozenset()
    """Those that were found, and have not passed."""
    scanned: bool = False
    """An MRI is announced."""
    doubted: bool = False
    """An MRI is announced, or its end is not verified."""
    unverified: int | None = None
    """s: when the first MRI ended of those whose end is not verified."""
    day: int = 0
    """quanta: a whole day of what was prescribed last, with all boluses of the patient's."""
    ran_at: int | None = None
    """s: up to when a flow was commanded last that was not none."""
    bolus: Bolus | None = None
    """What runs in place of the schedule."""
    bolus_left: int = 0
    """quanta: of what was asked of it, what was not commanded yet."""
    bolus_ends: int | None = None
    """s: when the last bolus ended, or is to end, or the last injection was given."""
    ran_out: bool = False
    """At the last event the reservoir could be empty, by then."""
    at: int = 0
    """s: of the last event."""
    flow: int = 0
    """nL/d: as commanded then."""
    until: int = 0
    """s: the end of that command."""

    @accounts.default
    def _new_accounts(self) -> Accounts:
        return Accounts(self.device)

    def kept(self) -> Prescribed:
        """The same, for when what comes next is lost."""
        other = copy(self)
        other.accounts = copy(self.accounts)
        return other

    @property
    def falling_back(self) -> int:
        """nL/d: what still runs where therapy cannot: the fallback, where a sudden stop is dangerous and no fault is
        known with which the motor stands still."""
        return self.fallback if self.dangerous and not self.faults & DEAD else 0

    @property
    def due(self) -> int:
        """nL/d: what is to run now, if the host is here and the reservoir is not empty."""
        if self.mode == Mode.SAFE:
            return self.falling_back
        if self.mode != Mode.BASAL:
            return 0
        if self.bolus is not None:
            return self.bolus.flow
        if self.accounts.crossing is not None:
            return self.accounts.crossing.due
        return self.flows[(self.at // SLOT - self.first) % len(self.flows)]

    @property
    def slot_ends(self) -> int:
        """s: when the half-hour does for which that is prescribed."""
        return (self.at // SLOT + 1) * SLOT

    def advance(self, at: int) -> None:
        """Time passes up to `at` (s); the last command ran to its own end at the latest."""
        end = min(at, self.until)
        if self.flow > 0:
            ran = self.flow * (end - self.at)
            self.accounts.run(ran, self.doubted)
            self.ran_at = end if end > self.at else self.ran_at
            self.bolus_left -= ran
        if self.bolus is not None:
            self.ran_out = self.accounts.could_be_empty
            if at > self.until or at >= self.bolus.ends:
                self._end_bolus(end)
        self.at = at

    def learn(self, event: Event) -> None:
        """What an event that was accepted tells."""
        learn = _LEARN.get(type(event))
        if learn is not None:
            learn(self, event)
        self.accounts.learn(event)

    def hear(self, command: Command) -> None:
        """What the pump commands from now on. A reservoir that could be empty may have ended a bolus."""
        other = self.bolus is not None and (command.flow != self.bolus.flow or command.cause == Cause.EMPTY)
        if other and (self.ran_out or self.accounts.could_be_empty):
            self._end_bolus(self.at)
        self.flow, self.until = command.flow, command.until

    def mark_supply(self) -> None:
        """That the pump is to be checked, as it counts as empty, or has stood for two days, now."""
        stood = self.ran_at is not None and self.at - self.ran_at > LONG
        self.accounts.to_check = self.accounts.to_check or self.accounts.counts_as_empty or stood

    def _end_bolus(self, at: int) -> None:
        if self.bolus is not None and not self.bolus.primes:
            self.bolus_ends = at
        self.bolus = None

    def _begin(self, volume: int, duration: int, primes: bool) -> None:
        self.bolus = Bolus(volume // duration, self.at + duration, primes)
        self.bolus_left = volume
        if not primes:
            self.bolus_ends = self.bolus.ends

    def _fill(self, event: Commission | Refill | ChangeSolution) -> None:
        self.dangerous = any(each.drug.stop_dangerous for each in event.solution.ingredients if each.concentration > 0)

    def _program(self, event: Program | ChangeSolution) -> None:
        self._end_bolus(event.at)
        prescription = event.prescription
        self.mode, self.first, self.reread = Mode.BASAL, event.at // SLOT, False
        self.flows, self.fallback, self.order = prescription.flows, prescription.fallback, prescription.patient_bolus
        self.day = SLOT * sum(self.flows) + self.order.count * self.order.volume
        self.faults -= {Fault.RESET}

    def _change(self, event: ChangeSolution) -> None:
        self._program(event)
        self._fill(event)

    def _shift(self, event: ShiftSchedule) -> None:
        self.first -= event.slots

    def _stop(self, event: Stop | Retire) -> None:
        self._end_bolus(event.at)
        self.mode = Mode.STOPPED

    def _patient_bolus(self, event: PatientBolus) -> None:
        assert self.order is not None
        self._begin(self.order.volume, self.order.duration, primes=False)

    def _give(self, event: ClinicianBolus | Prime) -> None:
        self._begin(event.volume, event.duration, primes=isinstance(event, Prime))

    def _cancel(self, event: CancelBolus) -> None:
        self._end_bolus(event.at)

    def _inject(self, event: PortBolus) -> None:
        self.bolus_ends = event.at

    def _find(self, event: FaultFound) -> None:
        self.faults |= {event.fault}
        if event.fault == Fault.REPLACEMENT_DUE or self.mode == Mode.STOPPED:
            return
        self._end_bolus(event.at)
        waits = event.fault == Fault.MOTOR_STALL and self.scanned and self.mode != Mode.SAFE
        self.mode = Mode.SUSPENDED if waits else Mode.SAFE

    def _pass(self, event: FaultGone) -> None:
        self.faults -= {event.fault}
        self.mode = Mode.BASAL if self.mode == Mode.SUSPENDED else self.mode

    def _reread(self, event: Reread) -> None:
        if self.device.drive == Drive.CONSTANT_FLOW:
            return
        self.bolus, self.bolus_ends = None, event.at
        self.faults |= {Fault.RESET}
        self.mode = Mode.STOPPED if self.mode == Mode.STOPPED else Mode.SAFE
        self.reread = True

    def _scan(self, event: MriBegins | MriEnds) -> None:
        """Where there is no motor, there is nothing to verify."""
        self.scanned = isinstance(event, MriBegins)
        self.doubted = self.scanned or self.device.drive == Drive.PROGRAMMABLE
        if not self.scanned and self.doubted and self.unverified is None:
            self.unverified = event.at

    def _interrogate(self, event: Interrogate) -> None:
        found = event.motor_turns and event.program_confirmed and Fault.MOTOR_STALL not in self.faults
        self.doubted = self.doubted and (self.scanned or not found)
        self.unverified = self.unverified if self.doubted else None


_LEARN: Final[dict[type[Event], Callable[[Prescribed, Any], None]]] = {
    Commission: Prescribed._fill,
    Refill: Prescribed._fill,
    Program: Prescribed._program,
    ChangeSolution: Prescribed._change,
    ShiftSchedule: Prescribed._shift,
    Stop: Prescribed._stop,
    Retire: Prescribed._stop,
    PatientBolus: Prescribed._patient_bolus,
    ClinicianBolus: Prescribed._give,
    Prime: Prescribed._give,
    CancelBolus: Prescribed._cancel,
    PortBolus: Prescribed._inject,
    FaultFound: Prescribed._find,
    FaultGone: Prescribed._pass,
    Reread: Prescribed._reread,
    MriBegins: Prescribed._scan,
    MriEnds: Prescribed._scan,
    Interrogate: Prescribed._interrogate,
}
"""By event: what it tells."""
