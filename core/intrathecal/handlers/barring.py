"""Whether an event is one to decide at all: who stands behind it, whether it is new, and what this pump can do."""

from __future__ import annotations

from typing import Final

from intrathecal.device import Device, Drive
from intrathecal.events import (
    Acknowledge,
    Authority,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    Prime,
    Program,
    Refill,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Stop,
    Tick,
    Withdraw,
)
from intrathecal.pump import Phase, Pump
from intrathecal.verdict import Reason

OF_THE_IMPLANTED: Final = (
    Program | Withdraw | Refill | ChangeSolution | MriBegins | Retire | PortBolus | ReviseCatheter | ShiftSchedule
)
"""What a clinician does to an implanted pump alone."""
OF_A_CLINICIAN: Final = (
    OF_THE_IMPLANTED
    | Commission
    | Stop
    | ClinicianBolus
    | CancelBolus
    | Prime
    | MriEnds
    | Interrogate
    | ScreeningDose
    | ScreeningResponse
    | Acknowledge
)
"""What a clinician alone may do."""
NUMBERED: Final = OF_A_CLINICIAN | PatientBolus | Silence
"""Commands, which a repeated message must not repeat; all else is time and measurements."""
OF_A_MOTOR: Final = (
    PatientBolus | ClinicianBolus | CancelBolus | Prime | Program | Interrogate | FaultFound | FaultGone | ShiftSchedule
)
"""What needs a motor, or electronics that report, whatever it asks for."""


def barred(device: Device, pump: Pump, event: Event) -> Reason:
    """Why the event is not one to decide, whatever it asks for. Time is always decided."""
    if isinstance(event, Tick | Missed):
        return Reason.NONE
    if isinstance(event, OF_A_CLINICIAN) and event.authority != Authority.CLINICIAN:
        return Reason.NOT_CLINICIAN
    if isinstance(event, NUMBERED) and event.number <= pump.number:
        return Reason.DUPLICATE
    if isinstance(event, OF_A_MOTOR) and device.drive == Drive.CONSTANT_FLOW:
        return Reason.NO_MOTOR
    if isinstance(event, OF_THE_IMPLANTED) and pump.phase != Phase.IMPLANTED:
        return Reason.NOT_IMPLANTED
    return Reason.NONE
