"""Scripts: what leads where random moves seldom come to; each is a few events, one after the other."""

from __future__ import annotations

from random import Random
from typing import Final

from intrathecal import (
    Acknowledge,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Drive,
    Fault,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    Missed,
    Mode,
    MriBegins,
    MriEnds,
    PatientBolus,
    Phase,
    PortBolus,
    PressureChanged,
    Prime,
    Program,
    Pump,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    Silence,
    Stop,
    Withdraw,
)
from intrathecal.units import SLOT
from intrathecal_hosts.attack.deeds import (
    Act,
    Deed,
    Replaced,
    Wait,
    a_full_day,
    a_heavy_day,
    a_sound_day,
    act,
    as_slow_as_may_be,
    bringing_a_trace_but_none,
    bringing_the_tried,
    emptied,
    half_as_strong,
    half_as_strong_but_none,
    largest,
    leaving_out,
    missed,
    nearly_emptied,
    used_to_the_most,
)

PRESSES: Final = (act(PatientBolus), Wait(1), act(PatientBolus), Wait(2))
"""The patient asks twice."""
SOUND: Final = Act(Program, a_sound_day)
"""A prescription that nothing speaks against, as a rule."""
IMPLANT: Final = (act(Commission, reference_acknowledged=True), Act(Program, a_full_day), act(Program), SOUND)
BOLUSES: Final = (Act(ClinicianBolus, largest), Wait(1)) * 25
"""Each as large as may be."""
IMPLANT_FOR_MORE: Final[tuple[Deed, ...]] = (
    Act(Commission, used_to_the_most),
    Act(Program, a_full_day),
    Act(Program, a_heavy_day),
    Wait(50),
    *BOLUSES,
    Act(ChangeSolution, half_as_strong),
)
"""The same, where no dose before limits what is prescribed; and a bridge for which such a day has no room."""
STALL: Final = {"fault": Fault.MOTOR_STALL}
IN_AN_MRI: Final[tuple[Deed, ...]] = (
    Act(Withdraw, emptied),
    act(MriBegins),
    act(Refill, emptied=True),
    Act(ChangeSolution, half_as_strong),
    act(MriEnds),
    act(Refill, emptied=True),
)
"""Of a pump that must be empty for it nothing is filled before it is over."""
OF_THE_IMPLANTED: Final[tuple[tuple[Deed, ...], ...]] = (
    (act(Program), act(PatientBolus), Wait(1), act(PatientBolus)),
    (act(PatientBolus), act(CancelBolus), act(PatientBolus)),
    (SOUND, *PRESSES * 20),
    PRESSES * 20,
    (Act(Program, a_full_day), Act(Program, a_full_day)),
    (SOUND, *BOLUSES, *BOLUSES),
    (SOUND, *BOLUSES[:24]),
    (Act(Program, a_heavy_day), *BOLUSES),
    (Act(ChangeSolution, half_as_strong), Wait(40), act(Program)),
    (Act(ChangeSolution, half_as_strong), act(PressureChanged, pressure=600), Wait(3), act(PressureChanged)),
    (Act(ChangeSolution, half_as_strong), act(MriBegins), Wait(3), act(MriEnds), act(Interrogate)),
    (Act(ChangeSolution, half_as_strong), act(FaultFound, fault=Fault.RESET), Wait(150)),
    (Act(ChangeSolution, half_as_strong_but_none), Wait(1)),
    (Act(ChangeSolution, bringing_a_trace_but_none), Wait(1)),
    (Act(ChangeSolution, leaving_out), Wait(1)),
    (act(ClinicianBolus), Wait(2), act(ClinicianBolus)),
    (act(ClinicianBolus), act(FaultFound, fault=Fault.RESET), act(Program)),
    (act(Prime), Wait(1), act(PatientBolus), act(PortBolus), Wait(40)),
    (act(PatientBolus), act(PortBolus), Wait(1), act(PortBolus)),
    (act(Prime, duration=2 * SLOT), Wait(1), act(CancelBolus)),
    (act(ReviseCatheter), act(Prime, duration=2 * SLOT), act(CancelBolus)),
    (act(ReviseCatheter), act(Prime, volume=1), act(Prime), act(ChangeSolution), Wait(60)),
    (act(ReviseCatheter), act(Prime, duration=1), act(Prime), Act(Withdraw, emptied), Wait(2)),
    (act(ChangeSolution), Wait(3), act(PatientBolus), act(Program)),
    (act(ChangeSolution), act(FaultFound, fault=Fault.RESET), act(Program), Wait(30)),
    (act(ChangeSolution, emptied=True, rinsed=True), Wait(100)),
    (SOUND, act(MriBegins), act(PatientBolus), Act(ClinicianBolus, largest), act(MriEnds), act(PatientBolus)),
    (SOUND, act(PressureChanged, pressure=400), act(PatientBolus), Wait(1), act(PressureChanged), *PRESSES),
    (act(MriBegins), act(FaultFound, **STALL), Wait(1), act(Program), act(FaultGone, **STALL), act(MriEnds)),
    (act(MriBegins), act(FaultFound, **STALL), Wait(3), act(FaultGone, **STALL), act(MriEnds), Wait(60)),
    (act(MriBegins), act(MriEnds), Wait(60), act(Interrogate), act(Interrogate, motor_turns=True)),
    (act(FaultFound, **STALL), act(Program), act(FaultGone, **STALL), act(Program)),
    (act(FaultFound, fault=Fault.REPLACEMENT_DUE), act(Stop), act(Silence), act(Interrogate)),
    (act(Stop), Wait(110), act(Program), act(Program, restart_acknowledged=True), Wait(2)),
    (act(Stop, sudden_acknowledged=True), Wait(110), Act(ChangeSolution, as_slow_as_may_be), Wait(2)),
    (Act(Withdraw, nearly_emptied), Wait(8), act(PatientBolus), act(Prime), act(Silence), act(Refill)),
    (Act(Withdraw, emptied), Wait(3), act(ClinicianBolus), act(Refill, emptied=True)),
    IN_AN_MRI,
    (Act(Withdraw, emptied), act(Retire, sudden_acknowledged=True), Replaced(), *IMPLANT, act(Program)),
    (act(Refill, emptied=True, filled=0), act(Refill, emptied=True), act(Refill)),
    (act(PressureChanged, pressure=600), Wait(2), act(Acknowledge), act(PressureChanged, pressure=1_013)),
    (act(Reread), Wait(2), act(Program), Wait(52), act(Program)),
    (Act(Missed, missed), act(Program), act(PatientBolus)),
    (Wait(1), Act(Missed, missed), Wait(1), Act(Missed, missed)),
    (act(LevelMeasured, volume=0), Wait(1), act(Acknowledge), act(Acknowledge)),
    (Wait(96),),
    (act(Program), Wait(60), act(Program), Wait(60), act(Program)),
)
"""Of a pump that runs, or may."""
WITHOUT_A_MOTOR: Final[tuple[tuple[Deed, ...], ...]] = (
    (Act(ChangeSolution, half_as_strong), Wait(20), act(ReviseCatheter)),
    (act(ChangeSolution, emptied=True, rinsed=True), Wait(100)),
    IN_AN_MRI,
    (Act(Withdraw, emptied), act(MriBegins), act(MriEnds), act(Refill, emptied=True)),
    (Act(Withdraw, nearly_emptied), Wait(60), act(Refill)),
    (Act(Withdraw, emptied), act(Retire, sudden_acknowledged=True), Replaced(), *IMPLANT),
    (act(PortBolus), act(PortBolus), Wait(10), act(PortBolus)),
    (act(MriBegins), Wait(2), act(MriEnds)),
    (Act(ChangeSolution, leaving_out), Wait(1)),
    (act(PressureChanged, pressure=800), Wait(20), act(PressureChanged, pressure=1_013)),
    (act(PressureChanged, pressure=600), Wait(2), act(PressureChanged, pressure=1_013)),
    (act(PatientBolus), act(Program), act(Stop), act(Reread), act(FaultFound)),
    (Wait(96),),
)
"""Of a constant flow."""
SUCCESS: Final[tuple[Deed, ...]] = (Wait(80), act(ScreeningResponse, responded=True, relief=1_000, lasted=0))
"""By infusion: once the daily dose has arrived."""
FAILURE: Final = act(ScreeningResponse, responded=False, relief=0)
OF_A_TRIAL: Final[tuple[tuple[Deed, ...], ...]] = (
    (act(ScreeningDose), Wait(12), act(ScreeningResponse), act(ScreeningDose), Wait(60)),
    ((act(ScreeningDose), Wait(60), FAILURE) * 4),
    (act(ScreeningDose), Wait(60), act(ScreeningResponse, responded=True, relief=1_000, lasted=0), Wait(50), *IMPLANT),
    (Wait(50), *IMPLANT, Wait(60), act(ScreeningResponse), *SUCCESS, Act(Withdraw, emptied), act(Retire), Replaced()),
    (Wait(50), *IMPLANT, act(Prime), Wait(2), act(ScreeningResponse), Wait(120), FAILURE, *SUCCESS),
)


def a_script(pump: Pump, random: Random) -> tuple[Deed, ...]:
    """One that suits the pump."""
    if pump.phase == Phase.TRIAL or (pump.phase == Phase.IMPLANTED and pump.trial.infusing and random.random() < 0.2):
        return random.choice(OF_A_TRIAL)
    if pump.phase == Phase.IMPLANTED and pump.trial.effective > 0 and random.random() < 0.1:
        return (Act(ChangeSolution, bringing_the_tried),)
    if pump.phase == Phase.CANDIDATE:
        return random.choice((IMPLANT, IMPLANT, IMPLANT_FOR_MORE))
    if pump.phase == Phase.RETIRED:
        return (Replaced(), *IMPLANT)
    if pump.faults[Fault.MOTOR_STALL] and random.random() < 0.7:
        return (act(FaultGone, **STALL), act(Program))
    if pump.mode in (Mode.STOPPED, Mode.SAFE) and random.random() < 0.8:
        return (act(Program), SOUND)
    return random.choice(WITHOUT_A_MOTOR if pump.device.drive == Drive.CONSTANT_FLOW else OF_THE_IMPLANTED)
