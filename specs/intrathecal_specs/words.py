"""Words that requirements share."""

from __future__ import annotations

from intrathecal.alarm import Alarm
from intrathecal.arithmetic import greatest, least
from intrathecal.device import Drive
from intrathecal.drug import Ingredient
from intrathecal.events import (
    Acknowledge,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    Interrogate,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    Prime,
    Program,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Stop,
    Withdraw,
)
from intrathecal.fault import Fault
from intrathecal.pump import Mode, Phase, Pump, Reservoir
from intrathecal.trial import Trial
from intrathecal.verdict import Step

Numbered = (
    Commission
    | Program
    | Stop
    | PatientBolus
    | ClinicianBolus
    | CancelBolus
    | Prime
    | ReviseCatheter
    | Withdraw
    | Refill
    | ChangeSolution
    | MriBegins
    | MriEnds
    | Interrogate
    | Retire
    | ScreeningDose
    | ScreeningResponse
    | PortBolus
    | Silence
    | Acknowledge
    | ShiftSchedule
)
"""Events that carry a number."""
Commanding = (
    Commission
    | Program
    | Stop
    | ClinicianBolus
    | CancelBolus
    | Prime
    | ReviseCatheter
    | Withdraw
    | Refill
    | ChangeSolution
    | MriBegins
    | MriEnds
    | Interrogate
    | Retire
    | ScreeningDose
    | ScreeningResponse
    | PortBolus
    | ShiftSchedule
)
"""A clinician's commands about pump and therapy."""
ByClinician = Commanding | Acknowledge
"""Events that need a clinician's authority."""
Prescribing = Program | ChangeSolution
"""Events that bring a prescription."""
Drawing = Refill | ChangeSolution
"""Events that draw the pump empty and fill it again."""
Filling = Drawing | Commission
"""Events that fill the pump."""
ByPatient = PatientBolus | Silence
"""Events that a patient may send."""

CRITICAL = (
    Alarm.EMPTY,
    Alarm.MOTOR_STALL,
    Alarm.END_OF_SERVICE,
    Alarm.MEMORY_FAULT,
    Alarm.RESET,
    Alarm.OVER_DELIVERY,
    Alarm.STOPPED_LONG,
    Alarm.LATE_HOST,
    Alarm.UNVERIFIED_AFTER_MRI,
    Alarm.PRESSURE,
)
"""Alarms of what can harm at once; all others give days."""
NANOGRAM = 86_400 * 1_000_000
"""quanta · ng/mL in 1 ng: 86 400 quanta a nanolitre, 1 000 000 nanolitres a millilitre."""
TRUE_NANOGRAM = NANOGRAM * 1_000
"""quanta · ng/mL · per mille in 1 ng."""

LOW = Alarm.LOW_RESERVOIR
EMPTY = Alarm.EMPTY
LATE = Alarm.LATE_HOST
STOPPED_LONG = Alarm.STOPPED_LONG
OVER_DELIVERY = Alarm.OVER_DELIVERY
DISCREPANCY = Alarm.REFILL_DISCREPANCY


def bolus_or_priming(pump: Pump) -> bool:
    """Whether a bolus or priming runs, in place of the schedule."""
    return pump.mode == Mode.BOLUS or pump.mode == Mode.PRIMING


def by_prescription(pump: Pump) -> bool:
    """Whether what runs is the schedule, or the bridge before it."""
    return pump.mode == Mode.BASAL or pump.mode == Mode.BRIDGING


def resumed(pump: Pump) -> Mode:
    """The mode in which therapy goes on: by the bridge, while there is one, or by the schedule."""
    return Mode.BRIDGING if pump.bridge.late != 0 else Mode.BASAL


def programmable(pump: Pump) -> bool:
    """Whether the pump's flow can be commanded."""
    return pump.device.drive == Drive.PROGRAMMABLE


def constant(pump: Pump) -> bool:
    """Whether the pump's flow is constant: set in the factory, driven by gas, without motor and electronics."""
    return pump.device.drive == Drive.CONSTANT_FLOW


def before_implantation(pump: Pump) -> bool:
    """Whether the pump is still in its box: its patient is in a trial, a candidate, or rejected."""
    return pump.phase == Phase.TRIAL or pump.phase == Phase.CANDIDATE or pump.phase == Phase.REJECTED


def was_tried(trial: Trial, ingredient: Ingredient) -> bool:
    """Whether the trial found an effective dose of the ingredient's drug."""
    return ingredient.concentration > 0 and trial.effective > 0 and trial.protocol.drug == ingredient.drug.code


def is_tried(trial: Trial, ingredient: Ingredient) -> bool:
    """Whether the ingredient's drug is the one that the trial's protocol is about."""
    return ingredient.concentration > 0 and trial.protocol.drug == ingredient.drug.code


def hardware_delivers(pump: Pump) -> bool:
    """Whether no fault is present that keeps the hardware from delivering: a stalled motor, a memory fault, the end."""
    faults = pump.faults
    return not faults[Fault.MOTOR_STALL] and not faults[Fault.MEMORY] and not faults[Fault.END_OF_SERVICE]


def in_doubt(pump: Pump) -> bool:
    """Whether what counts as delivered may not have been: in an MRI, and until its outcome is verified."""
    return pump.mri.announced or pump.mri.unverified_since >= 0


def runs_elsewhere(pump: Pump) -> bool:
    """Whether a flow is commanded that may not bring the patient what counts as delivered: in an MRI and until its
    outcome is verified it may not run, and priming, which an empty pump does not go on with, fills the line."""
    primes = pump.mode == Mode.PRIMING and pump.reservoir.remaining > pump.reservoir.empty_level
    return pump.command.flow > 0 and (in_doubt(pump) or primes)


def safe_flow(pump: Pump) -> int:
    """nL/d: what the safe mode prescribes while the pump is not empty."""
    falls_back = pump.limits.stop_dangerous and hardware_delivers(pump)
    return pump.therapy.prescription.fallback if falls_back else 0


def rereads(event: Event, after: Step) -> bool:
    """Whether a step was lost, and a pump with a motor is left with its fallback."""
    return isinstance(event, Reread) and after.verdict.accepted and not constant(after.pump)


def ran(before: Pump, after: Step) -> int:
    """s: how long the last command ran in this step: until the step, or until its own end if that came first."""
    return least(after.pump.now, before.command.until) - before.now


def leaves_little(held: int, filled: Reservoir) -> bool:
    """Whether a pump that held so much (quanta) was filled with so little that it is empty; or low, and holds less."""
    low = filled.remaining <= filled.low_level and filled.remaining < held
    return filled.remaining <= filled.empty_level or low


def overlap(begins: int, ends: int, start: int, length: int) -> int:
    """s: how much of `begins` to `ends` lies within `length` seconds from `start` on."""
    return greatest(least(ends, start + length) - greatest(begins, start), 0)


def true_strength(ingredient: Ingredient, fast: int) -> int:
    """ng/mL · per mille: what a millilitre of nominal volume truly brings at the fast end of tolerance."""
    return ingredient.concentration * (1_000 + fast)


def left_at_the_fast_end(pump: Pump, at: int) -> int:
    """quanta · per mille: what is truly left at `at` (s, within the command), had every part of the delivery run at the
    fast end of the band of pressure in which it did."""
    r = pump.reservoir
    running = pump.command.flow * (at - pump.now) * (1_000 + pump.band.fast)
    return 1_000 * (r.filled - r.withdrawn) - r.fastest - running
