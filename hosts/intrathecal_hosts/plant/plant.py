"""The plant: a pump in a patient, simulated exactly, which obeys its commands as truly as its hardware does.

Volumes are thousandths of a quantum, so that a flow that is off by per mille stays a whole number: one nL/d at so much
per mille brings so many of them each second.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from attrs import define, field

from intrathecal import (
    ChangeSolution,
    Command,
    Commission,
    Device,
    Drive,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    PortBolus,
    PressureChanged,
    Refill,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    Solution,
    Withdraw,
)
from intrathecal_hosts.plant.battery import Cell
from intrathecal_hosts.plant.body import NANOGRAM, Body, Time
from intrathecal_hosts.plant.flow import AIR, KEPT_FOR, Flow, errors, tolerance
from intrathecal_hosts.plant.hardware import NOTHING_BEFALLS, Fate, Fitting
from intrathecal_hosts.plant.line import Line, Plug
from intrathecal_hosts.plant.needle import CHANGED_AS_TOLD, REFILLED_AS_TOLD, ChangeTruth, RefillTruth, part
from intrathecal_hosts.plant.sensor import Error, Sensor
from intrathecal_hosts.plant.strengths import NOTHING, Strengths, mixed, strengths_of

THOUSAND: Final = 1_000
"""Parts of a quantum."""
DEAD: Final = frozenset([Fault.MOTOR_STALL, Fault.MEMORY, Fault.END_OF_SERVICE])
"""Faults with which the motor stands still."""


@define(eq=False)
class Plant:
    """What the hardware, the line and the patient are, now."""

    device: Device
    flow: Flow = Flow.NOMINAL
    seed: int = 0
    catheter_error: int = 0
    """per mille of the uncertainty that the clinician told: how much more the catheter truly holds."""
    body: Body = field(factory=Body)
    now: int = 0
    """s."""
    volume: int = 0
    """In the reservoir."""
    strengths: Strengths = NOTHING
    """Of what is in the reservoir."""
    told: Strengths = NOTHING
    """What the clinicians told of it."""
    line: Line = field(factory=Line)
    pressure: int = AIR
    """hPa."""
    faults: set[Fault] = field(factory=set)
    implanted: bool = False
    command: Command | None = None
    ran_at: Time | None = None
    """s: the last moment at which anything was delivered."""
    fate: Fate = NOTHING_BEFALLS
    """What befalls this pump's hardware."""
    cell: Cell | None = None
    """The battery; without one it lives on."""
    sensor: Sensor = field(factory=Sensor)
    withheld: int = 0
    """Thousandths of a quantum: what commands would have brought while the motor stood still, and nobody had reported
    that."""
    heated: int = 0
    """Thousandths of a quantum: what ran while the pump was warmer than the body, faster than it can know."""
    beside: int = 0
    """Thousandths of a quantum: what needles have left in the tissue beside the pump."""
    _began: int = field(init=False)
    _fated: Fate = field(init=False, default=NOTHING_BEFALLS)
    """Of all pumps."""
    _fitting: Fitting | None = field(init=False, default=None)
    _error: Callable[[int, int, int], int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._began = self.now
        self._error = errors(self.flow, self.seed)

    def befall(self, fate: Fate) -> None:
        """What of that begins since this pump is in use befalls its hardware."""
        if fate is not self._fated:
            self.fate, self._fated = fate.since(self._began), fate

    def advance(self, to: int) -> None:
        """Time passes: the last command runs to its own end at the latest; a constant flow runs on."""
        while self.now < to:
            until = min(to, (self.now // KEPT_FOR + 1) * KEPT_FOR)
            self._run(until)
            self.now = until

    def obey(self, command: Command) -> None:
        """From now on."""
        self.command = command

    def happen(self, event: Event) -> None:
        """What an event that was accepted does to the hardware, the line and the patient."""
        if isinstance(event, Commission):
            self.implanted = True
            self._fill(event.solution, THOUSAND * event.filled, NOTHING, 0)
            self.line = Line()
            self.line.lay(THOUSAND * self.device.tubing)
            self._lay_catheter(event.catheter, event.catheter_uncertainty)
        elif isinstance(event, ReviseCatheter):
            self.line.cut(THOUSAND * self.device.tubing)
            self._lay_catheter(event.catheter, event.catheter_uncertainty)
        elif isinstance(event, Refill):
            self.refill(event, REFILLED_AS_TOLD)
        elif isinstance(event, ChangeSolution):
            self.change(event, CHANGED_AS_TOLD)
        elif isinstance(event, Withdraw):
            self.volume = max(self.volume - THOUSAND * event.volume, 0)
        elif isinstance(event, PortBolus):
            self._take(self.now, self.now, Plug(THOUSAND * event.volume, strengths_of(event.solution)))
        elif isinstance(event, ScreeningDose):
            given = {event.drug: event.mass * NANOGRAM}
            self.body.take(self.now, self.now, given, given)
        elif isinstance(event, PressureChanged):
            self.pressure = event.pressure
        elif isinstance(event, FaultFound):
            self.faults.add(event.fault)
        elif isinstance(event, FaultGone):
            self.faults.discard(event.fault)
        elif isinstance(event, Retire):
            self.implanted = False

    def refill(self, event: Refill, truly: RefillTruth) -> None:
        """A refill by a needle that may not be where it seems to be: what was not drawn mixes with what comes in."""
        self._exchange(event, truly, self.strengths)

    def change(self, event: ChangeSolution, truly: ChangeTruth) -> None:
        """Another solution by such a needle: what was truly rinsed out leaves the new one in its place."""
        rinsed = truly.rinsed and self._drawn(truly) == self._deliverable
        self._exchange(event, truly, strengths_of(event.solution) if rinsed else self.strengths)

    def filled(self, event: Refill | ChangeSolution, truly: RefillTruth) -> int:
        """Thousandths of a quantum: what would be in the reservoir after that."""
        return self.volume - self._drawn(truly) + truly.came(THOUSAND * event.filled)

    def level(self, error: Error) -> int:
        """quanta: what the level sensor shows now."""
        return self.sensor.read(self.volume, error)

    def reported(self) -> list[Fault]:
        """What the hardware of an implanted pump has to report of itself now, each fault once."""
        return self.cell.reported() if self.cell is not None and self.implanted else []

    @property
    def stands(self) -> bool:
        """Whether the motor stands still, whatever anybody knows of it."""
        return self.fate.stands(self.now) or (self.cell is not None and self.cell.empty)

    @property
    def dry(self) -> bool:
        """Whether no more than the residual volume is left."""
        return self._deliverable == 0

    @property
    def asked(self) -> int:
        """nL/d: what the command asks for now, of hardware that reports no fault with which it cannot run."""
        running = self.command is not None and self.now < self.command.until and not DEAD & self.faults
        return self.command.flow if running and self.command is not None and self.implanted else 0

    @property
    def commanded(self) -> int:
        """nL/d: what is to run now, were the hardware exact."""
        if self.device.drive == Drive.CONSTANT_FLOW:
            return self.device.flow_min if self.implanted else 0
        return 0 if self.stands else self.asked

    @property
    def running(self) -> int:
        """Thousandths of nL/d: what truly runs now; nothing, once only the residual is left."""
        return 0 if self.dry else self._true(self.commanded)

    @property
    def at_tip(self) -> Strengths:
        """Of what leaves the catheter next."""
        return self.line.plugs[0].strengths if self.line.plugs else self.strengths

    @property
    def _deliverable(self) -> int:
        return max(self.volume - THOUSAND * self.device.residual, 0)

    def _true(self, flow: int) -> int:
        """Thousandths of nL/d: what a flow (nL/d) truly is now."""
        fast, slow = tolerance(self.device, self.pressure)
        return flow * max(THOUSAND + self._error(self.now // KEPT_FOR, fast, slow) + self.fate.faster(self.now), 0)

    def _run(self, until: int) -> None:
        """Up to then the flow is as true as it is now."""
        while self.now < until:
            self._fit()
            rate, end = self.running, self._steady(until)
            if self.cell is not None and not self.cell.empty:
                end = self.now + self.cell.lasts(end - self.now, rate)
            if end == self.now:
                continue  # the battery is empty from now on
            if self.stands:
                self.withheld += self._true(self.asked) * (end - self.now)
            before = self.volume
            self._deliver(end, rate)
            if self.fate.faster(self.now) > 0:
                self.heated += before - self.volume
            if self.cell is not None and not self.cell.empty:
                self.cell.spend(end - self.now, before - self.volume)
            self.now = end

    def _steady(self, until: int) -> int:
        """s: up to when, and at most up to `until`, neither the command ends nor anything befalls the hardware."""
        end = self.fate.next_turn(self.now, until)
        if self.device.drive == Drive.PROGRAMMABLE and self.command is not None and self.now < self.command.until:
            end = min(end, self.command.until)
        return end

    def _fit(self) -> None:
        """A battery that is new now."""
        fitting = self.fate.fitted(self.now)
        if fitting is not None and fitting != self._fitting:
            self.cell, self._fitting = Cell(fitting.battery), fitting

    def _deliver(self, end: int, rate: int) -> None:
        """From now to `end` (s), as far as there is something to deliver."""
        left = self._deliverable
        volume = min(rate * (end - self.now), left)
        if volume == 0:
            self.body.rest(end - self.now)
            return
        stops = self.now + Fraction(volume, rate) if volume == left else end
        self.volume -= volume
        self.ran_at = stops
        self.body.served = True
        self.body.rest(end - stops)
        begin: Time = self.now
        for plug in self.line.push(Plug(volume, self.strengths, self.told)):
            till = stops if plug.volume == volume else begin + Fraction(plug.volume, rate)
            self._take(begin, till, plug)
            begin = till

    def _take(self, begin: Time, end: Time, plug: Plug) -> None:
        came, told = (
            {code: plug.volume * strength for code, strength in strengths.items()}
            for strengths in (plug.strengths, plug.told)
        )
        self.body.take(begin, end, came, told)

    def _exchange(self, event: Refill | ChangeSolution, truly: RefillTruth, kept: Strengths) -> None:
        """`kept`: of what is not drawn."""
        told = THOUSAND * event.filled
        self._fill(event.solution, truly.came(told), kept, self.volume - self._drawn(truly))
        self.beside += truly.missed(told)

    def _drawn(self, truly: RefillTruth) -> int:
        return min(part(truly.drawn, self._deliverable, self._deliverable), self._deliverable)

    def _fill(self, solution: Solution, filled: int, kept: Strengths, left: int) -> None:
        """`filled`: what comes in; `left`: what is there already, and `kept` what is in that."""
        self.told = strengths_of(solution)
        self.strengths = mixed(kept, left, self.told, filled)
        self.volume = left + filled

    def _lay_catheter(self, volume: int, uncertainty: int) -> None:
        """quanta: as the clinician told."""
        self.line.lay(max(THOUSAND * volume + self.catheter_error * uncertainty, 0))
