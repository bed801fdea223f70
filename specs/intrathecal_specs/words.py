"""Words that requirements share."""

from __future__ import annotations

from intrathecal.alarm import Alarm
from intrathecal.arithmetic import greatest, least
from intrathecal.drug import Ingredient
from intrathecal.events import (
    Acknowledge,
    CancelBolus,
    ClinicianBolus,
    Commission,
    Interrogate,
    MriBegins,
    MriEnds,
    PatientBolus,
    Program,
    Refill,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Silence,
    Stop,
    Withdraw,
)
from intrathecal.fault import Fault
from intrathecal.pump import Phase, Pump
from intrathecal.trial import Trial
from intrathecal.verdict import Step

Numbered = (
    Commission
    | Program
    | Stop
    | PatientBolus
    | ClinicianBolus
    | CancelBolus
    | Withdraw
    | Refill
    | MriBegins
    | MriEnds
    | Interrogate
    | Retire
    | ScreeningDose
    | ScreeningResponse
    | Silence
    | Acknowledge
)
"""Events that carry a number."""
ByClinician = (
    Commission
    | Program
    | Stop
    | ClinicianBolus
    | CancelBolus
    | Withdraw
    | Refill
    | MriBegins
    | MriEnds
    | Interrogate
    | Retire
    | ScreeningDose
    | ScreeningResponse
    | Acknowledge
)
"""Events that need a clinician's authority."""
ByPatient = PatientBolus | Silence
"""Events that a patient may send."""

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


def before_implantation(pump: Pump) -> bool:
    """Whether the pump is still in its box: its patient is in a trial, a candidate, or rejected."""
    return pump.phase == Phase.TRIAL or pump.phase == Phase.CANDIDATE or pump.phase == Phase.REJECTED


def was_tried(trial: Trial, ingredient: Ingredient) -> bool:
    """Whether the trial found an effective dose of the ingredient's drug."""
    return ingredient.concentration > 0 and trial.effective > 0 and trial.protocol.drug == ingredient.drug.code


def hardware_delivers(pump: Pump) -> bool:
    """Whether no fault is present that keeps the hardware from delivering: a stalled motor, a memory fault, the end."""
    faults = pump.faults
    return not faults[Fault.MOTOR_STALL] and not faults[Fault.MEMORY] and not faults[Fault.END_OF_SERVICE]


def safe_flow(pump: Pump) -> int:
    """nL/d: what the safe mode prescribes while the pump is not empty."""
    falls_back = pump.limits.stop_dangerous and hardware_delivers(pump)
    return pump.therapy.prescription.fallback if falls_back else 0


def ran(before: Pump, after: Step) -> int:
    """s: how long the last command ran in this step: until the step, or until its own end if that came first."""
    return least(after.pump.now, before.command.until) - before.now


def overlap(begins: int, ends: int, start: int, length: int) -> int:
    """s: how much of `begins` to `ends` lies within `length` seconds from `start` on."""
    return greatest(least(ends, start + length) - greatest(begins, start), 0)


def true_strength(ingredient: Ingredient, fast: int) -> int:
    """ng/mL · per mille: what a millilitre of nominal volume truly brings at the fast end of tolerance."""
    return ingredient.concentration * (1_000 + fast)


def true_volume(filled: int, withdrawn: int, delivered: int, fast: int) -> int:
    """quanta · per mille: what is left at the fast end of tolerance."""
    return 1_000 * (filled - withdrawn) - (1_000 + fast) * delivered
