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
    Solution,
    Withdraw,
)
from intrathecal_hosts.plant.body import Body, Time
from intrathecal_hosts.plant.flow import AIR, KEPT_FOR, Flow, errors, tolerance
from intrathecal_hosts.plant.line import NOTHING, Line, Plug, Strengths

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
    line: Line = field(factory=Line)
    pressure: int = AIR
    """hPa."""
    faults: set[Fault] = field(factory=set)
    implanted: bool = False
    command: Command | None = None
    ran_at: Time | None = None
    """s: the last moment at which anything was delivered."""
    _error: Callable[[int, int, int], int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._error = errors(self.flow, self.seed)

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
            self._fill(event.solution, event.filled, 0)
            self.line = Line()
            self.line.lay(THOUSAND * self.device.tubing)
            self._lay_catheter(event.catheter, event.catheter_uncertainty)
        elif isinstance(event, ReviseCatheter):
            self.line.cut(THOUSAND * self.device.tubing)
            self._lay_catheter(event.catheter, event.catheter_uncertainty)
        elif isinstance(event, Refill | ChangeSolution):
            self._fill(event.solution, event.filled, min(self.volume, THOUSAND * self.device.residual))
        elif isinstance(event, Withdraw):
            self.volume = max(self.volume - THOUSAND * event.volume, 0)
        elif isinstance(event, PortBolus):
            self._take(self.now, self.now, Plug(THOUSAND * event.volume, strengths_of(event.solution)))
        elif isinstance(event, PressureChanged):
            self.pressure = event.pressure
        elif isinstance(event, FaultFound):
            self.faults.add(event.fault)
        elif isinstance(event, FaultGone):
            self.faults.discard(event.fault)
        elif isinstance(event, Retire):
            self.implanted = False

    @property
    def commanded(self) -> int:
        """nL/d: what is to run now, were the hardware exact."""
        if not self.implanted:
            return 0
        if self.device.drive == Drive.CONSTANT_FLOW:
            return self.device.flow_min
        running = self.command is not None and self.now < self.command.until and not DEAD & self.faults
        return self.command.flow if running and self.command is not None else 0

    @property
    def running(self) -> int:
        """Thousandths of nL/d: what truly runs now; nothing, once only the residual is left."""
        if self._deliverable == 0:
            return 0
        fast, slow = tolerance(self.device, self.pressure)
        return self.commanded * (THOUSAND + self._error(self.now // KEPT_FOR, fast, slow))

    @property
    def at_tip(self) -> Strengths:
        """Of what leaves the catheter next."""
        return self.line.plugs[0].strengths if self.line.plugs else self.strengths

    @property
    def _deliverable(self) -> int:
        return max(self.volume - THOUSAND * self.device.residual, 0)

    def _run(self, until: int) -> None:
        """Up to then the flow is as true as it is now."""
        while self.now < until:
            end = until
            if self.device.drive == Drive.PROGRAMMABLE and self.command is not None and self.now < self.command.until:
                end = min(until, self.command.until)
            self._deliver(end, self.running)
            self.now = end

    def _deliver(self, end: int, rate: int) -> None:
        """From now to `end` (s), as far as there is something to deliver."""
        left = self._deliverable
        volume = min(rate * (end - self.now), left)
        if volume == 0:
            return
        stops = self.now + Fraction(volume, rate) if volume == left else end
        self.volume -= volume
        self.ran_at = stops
        begin: Time = self.now
        for plug in self.line.push(Plug(volume, self.strengths)):
            till = stops if plug.volume == volume else begin + Fraction(plug.volume, rate)
            self._take(begin, till, plug)
            begin = till

    def _take(self, begin: Time, end: Time, plug: Plug) -> None:
        self.body.take(begin, end, {code: plug.volume * strength for code, strength in plug.strengths.items()})

    def _fill(self, solution: Solution, filled: int, left: int) -> None:
        """`filled`: quanta; `left`: what could not be drawn before. After a rinse that is the new solution too."""
        self.strengths = strengths_of(solution)
        self.volume = THOUSAND * filled + left

    def _lay_catheter(self, volume: int, uncertainty: int) -> None:
        """quanta: as the clinician told."""
        self.line.lay(max(THOUSAND * volume + self.catheter_error * uncertainty, 0))


def strengths_of(solution: Solution) -> Strengths:
    """By code: the concentration (ng/mL) of each drug that is in it."""
    return {each.drug.code: each.concentration for each in solution.ingredients if each.concentration > 0}
