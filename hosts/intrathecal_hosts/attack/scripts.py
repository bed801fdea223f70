"""Scripts: what leads where random moves seldom come to; each is a few events, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from attrs import evolve, frozen

from intrathecal import (
    SALINE,
    Acknowledge,
    Authority,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Drive,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    Ingredient,
    Interrogate,
    LevelMeasured,
    Missed,
    Mode,
    MriBegins,
    MriEnds,
    PatientBolus,
    PatientBolusOrder,
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
    Solution,
    Stop,
    Withdraw,
)
from intrathecal.prescription import steady
from intrathecal.units import DAY, FLOW_MAX, PLACES, SHARES, SLOT, VOLUME_MAX
from intrathecal_hosts.attack.cast import DRUGS

Said = Callable[[Pump], Mapping[str, Any]]


@frozen
class Wait:
    """The host only calls, so often."""

    calls: int


@frozen
class Replaced:
    """Another pump takes over."""


@frozen
class Act:
    """An event; what is said of it."""

    kind: type[Event]
    said: Said


Deed = Act | Wait | Replaced
_BY: Final = {"authority": Authority.CLINICIAN}
MEANT: Final = dict.fromkeys(
    ("soft_limit_acknowledged", "fall_acknowledged", "increase_acknowledged", "restart_acknowledged"), True
)
"""All that is unusual of a dose."""


def act(kind: type[Event], **said: Any) -> Act:
    """Now, with the next number, by a clinician."""

    def of(pump: Pump) -> Mapping[str, Any]:
        return {"at": pump.now, "number": pump.number + 1, **_BY, **said}

    return Act(kind, of)


def _emptied(pump: Pump) -> Mapping[str, Any]:
    volume = max(pump.reservoir.remaining, 0)
    return {"at": pump.now, "number": pump.number + 1, **_BY, "volume": volume, "sudden_acknowledged": True}


def _nearly_emptied(pump: Pump) -> Mapping[str, Any]:
    left = pump.reservoir.empty_level + pump.command.flow * 3 * SLOT
    return {**_emptied(pump), "volume": max(pump.reservoir.remaining - left, 0)}


def _missed(pump: Pump) -> Mapping[str, Any]:
    return {"at": max(pump.command.until, min(pump.now + SLOT, pump.command.until + 600))}


def _largest(pump: Pump) -> Mapping[str, Any]:
    least = pump.device.flow_min * 600
    return {"at": pump.now, "number": pump.number + 1, **_BY, "volume": max(pump.limits.bolus, least), "duration": 600}


def _half_as_strong(pump: Pump) -> Mapping[str, Any]:
    """The same dose in a day, of a solution that is half as strong: it runs twice as fast, once the line is clear."""
    half = tuple(evolve(each, concentration=(each.concentration + 1) // 2) for each in pump.solution.ingredients)
    flow = max(pump.dosing.last // DAY, pump.device.flow_min)
    return {**_changed(pump, half, flow, 2), "least_day_acknowledged": True}


def _leaving_out(pump: Pump) -> Mapping[str, Any]:
    """The same solution without its first drug or its last, which therapy may not stop at once."""
    some = pump.solution.ingredients
    places = [place for place, each in enumerate(some) if each.concentration > 0]
    place = places[-(pump.number % 2)] if places else 0
    left = (*some[:place], evolve(some[place], concentration=0), *some[place + 1 :])
    flow = max(pump.dosing.last // DAY, pump.device.flow_min)
    return _changed(pump, left, flow, 1)


def _bringing_the_tried(pump: Pump) -> Mapping[str, Any]:
    """The same solution with the drug that was tried before implantation beside it."""
    some = pump.solution.ingredients
    tried = [each for each in DRUGS if each.code == pump.trial.protocol.drug] or [DRUGS[0]]
    free = [place for place, each in enumerate(some) if each.concentration == 0]
    place = free[0] if free else len(some) - 1
    brought = (*some[:place], Ingredient(tried[0], tried[0].concentration_max // 10), *some[place + 1 :])
    flow = max(pump.dosing.last // DAY, pump.device.flow_min)
    said = {"mixture_acknowledged": True, "formulary_confirmed": True}
    return {**_changed(pump, brought, flow, 1), **said}


def _changed(pump: Pump, ingredients: tuple[Ingredient, ...], flow: int, times: int) -> dict[str, Any]:
    """Another solution, by bridge and meeting of that flow (nL/d), and a prescription of so many times it."""
    flows = {"bridge_flow": flow, "meeting_flow": flow, "prescription": steady(min(times * flow, FLOW_MAX))}
    books = {"emptied": True, "rinsed": True, "drawn": max(pump.reservoir.remaining, 0), "filled": pump.device.capacity}
    return {"at": pump.now, "number": pump.number + 1, **_BY, "solution": Solution(ingredients), **flows, **books}


def _a_full_day(pump: Pump) -> Mapping[str, Any]:
    """As much as may be in a day, and some of it as fast as may be."""
    fastest = min(pump.limits.flow, FLOW_MAX)
    rest = (pump.limits.day // SLOT - 24 * fastest) // 24
    slower = min(max(rest, pump.device.flow_min), fastest)
    flows = (fastest,) * 24 + (slower,) * 24
    prescription = evolve(steady(0), flows=flows)
    return {"at": pump.now, "number": pump.number + 1, **_BY, "prescription": prescription, **MEANT}


def _a_heavy_day(pump: Pump) -> Mapping[str, Any]:
    """Nearly as much as may be in a day, evenly, so that few boluses have room beside it."""
    flow = min(pump.limits.day * 19 // 20 // DAY, pump.limits.flow, FLOW_MAX)
    return {"at": pump.now, "number": pump.number + 1, **_BY, "prescription": steady(flow), **MEANT}


def _used_to_the_most(pump: Pump) -> Mapping[str, Any]:
    """A pump for a patient who has had the largest daily dose of a drug until now."""
    first = Ingredient(DRUGS[0], DRUGS[0].concentration_max)
    solution = Solution((first, *SALINE.ingredients[1:]))
    reference = (first.drug.hard, *(0,) * (PLACES - 1))
    confirmed = {"formulary_confirmed": True, "reference_acknowledged": True}
    filled = {"solution": solution, "filled": pump.device.capacity, "reference": reference}
    return {"at": pump.now, "number": pump.number + 1, **_BY, **filled, **confirmed, **MEANT}


def _a_sound_day(pump: Pump) -> Mapping[str, Any]:
    """Most of what the doses before allow, with boluses of a tenth of it where the patient may trigger any."""
    day = min(pump.dosing.last or pump.dosing.rises_from, pump.limits.day, pump.limits.flow * DAY) * 9 // 10
    flow = max(day * 8 // 10 // DAY, pump.device.flow_min)
    prescription = steady(flow)
    volume = day // 10 // 4
    if pump.limits.patient_bolus and volume // 300 > flow and volume <= pump.limits.bolus:
        order = PatientBolusOrder(volume=volume, duration=300, lockout=1_200, count=4)
        ceiling = min(SHARES // max(pump.limits.potency, 1), VOLUME_MAX)
        prescription = evolve(prescription, patient_bolus=order, ceiling=ceiling)
    return {"at": pump.now, "number": pump.number + 1, **_BY, "prescription": prescription, **MEANT}


PRESSES: Final = (act(PatientBolus), Wait(1), act(PatientBolus), Wait(2))
"""The patient asks twice."""
SOUND: Final = Act(Program, _a_sound_day)
"""A prescription that nothing speaks against, as a rule."""
IMPLANT: Final = (act(Commission, reference_acknowledged=True), Act(Program, _a_full_day), act(Program), SOUND)
BOLUSES: Final = (Act(ClinicianBolus, _largest), Wait(1)) * 25
"""Each as large as may be."""
IMPLANT_FOR_MORE: Final[tuple[Deed, ...]] = (
    Act(Commission, _used_to_the_most),
    Act(Program, _a_full_day),
    Act(Program, _a_heavy_day),
    Wait(50),
    *BOLUSES,
    Act(ChangeSolution, _half_as_strong),
)
"""The same, where no dose before limits what is prescribed; and a bridge for which such a day has no room."""
STALL: Final = {"fault": Fault.MOTOR_STALL}
OF_THE_IMPLANTED: Final[tuple[tuple[Deed, ...], ...]] = (
    (act(Program), act(PatientBolus), Wait(1), act(PatientBolus)),
    (act(PatientBolus), act(CancelBolus), act(PatientBolus)),
    (SOUND, *PRESSES * 20),
    PRESSES * 20,
    (Act(Program, _a_full_day), Act(Program, _a_full_day)),
    (SOUND, *BOLUSES, *BOLUSES),
    (SOUND, *BOLUSES[:24]),
    (Act(Program, _a_heavy_day), *BOLUSES),
    (Act(ChangeSolution, _half_as_strong), Wait(40), act(Program)),
    (Act(ChangeSolution, _half_as_strong), act(PressureChanged, pressure=600), Wait(3), act(PressureChanged)),
    (Act(ChangeSolution, _half_as_strong), act(MriBegins), Wait(3), act(MriEnds), act(Interrogate)),
    (Act(ChangeSolution, _leaving_out), Wait(1)),
    (act(ClinicianBolus), Wait(2), act(ClinicianBolus)),
    (act(ClinicianBolus), act(FaultFound, fault=Fault.RESET), act(Program)),
    (act(Prime), Wait(1), act(PatientBolus), act(PortBolus), Wait(40)),
    (act(PatientBolus), act(PortBolus), Wait(1), act(PortBolus)),
    (act(Prime, duration=2 * SLOT), Wait(1), act(CancelBolus)),
    (act(ReviseCatheter), act(Prime, duration=2 * SLOT), act(CancelBolus)),
    (act(ReviseCatheter), act(Prime), Wait(60)),
    (act(ReviseCatheter), act(Prime, duration=1), act(Prime), Act(Withdraw, _emptied), Wait(2)),
    (act(ChangeSolution), Wait(3), act(PatientBolus), act(Program)),
    (act(ChangeSolution), act(FaultFound, fault=Fault.RESET), act(Program), Wait(30)),
    (act(ChangeSolution, emptied=True, rinsed=True), Wait(100)),
    (SOUND, act(MriBegins), act(PatientBolus), Act(ClinicianBolus, _largest), act(MriEnds), act(PatientBolus)),
    (SOUND, act(PressureChanged, pressure=400), act(PatientBolus), Wait(1), act(PressureChanged), *PRESSES),
    (act(MriBegins), act(FaultFound, **STALL), Wait(1), act(Program), act(FaultGone, **STALL), act(MriEnds)),
    (act(MriBegins), act(FaultFound, **STALL), Wait(3), act(FaultGone, **STALL), act(MriEnds), Wait(60)),
    (act(MriBegins), act(MriEnds), Wait(60), act(Interrogate), act(Interrogate, motor_turns=True)),
    (act(FaultFound, **STALL), act(Program), act(FaultGone, **STALL), act(Program)),
    (act(FaultFound, fault=Fault.REPLACEMENT_DUE), act(Stop), act(Silence), act(Interrogate)),
    (act(Stop), Wait(110), act(Program), act(Program, restart_acknowledged=True), Wait(2)),
    (Act(Withdraw, _nearly_emptied), Wait(8), act(PatientBolus), act(Prime), act(Silence), act(Refill)),
    (Act(Withdraw, _emptied), Wait(3), act(ClinicianBolus), act(Refill, emptied=True)),
    (Act(Withdraw, _emptied), act(Retire, sudden_acknowledged=True), Replaced(), *IMPLANT, act(Program)),
    (act(Refill, emptied=True), act(Refill)),
    (act(PressureChanged, pressure=600), Wait(2), act(Acknowledge), act(PressureChanged, pressure=1_013)),
    (act(Reread), Wait(2), act(Program), Wait(52), act(Program)),
    (Act(Missed, _missed), act(Program), act(PatientBolus)),
    (Wait(1), Act(Missed, _missed), Wait(1), Act(Missed, _missed)),
    (act(LevelMeasured, volume=0), Wait(1), act(Acknowledge), act(Acknowledge)),
    (Wait(96),),
    (act(Program), Wait(60), act(Program), Wait(60), act(Program)),
)
"""Of a pump that runs, or may."""
WITHOUT_A_MOTOR: Final[tuple[tuple[Deed, ...], ...]] = (
    (Act(ChangeSolution, _half_as_strong), Wait(20), act(ReviseCatheter)),
    (act(ChangeSolution, emptied=True, rinsed=True), Wait(100)),
    (Act(Withdraw, _emptied), act(MriBegins), act(MriEnds), act(Refill, emptied=True)),
    (Act(Withdraw, _nearly_emptied), Wait(60), act(Refill)),
    (Act(Withdraw, _emptied), act(Retire, sudden_acknowledged=True), Replaced(), *IMPLANT),
    (act(PortBolus), act(PortBolus), Wait(10), act(PortBolus)),
    (act(MriBegins), Wait(2), act(MriEnds)),
    (Act(ChangeSolution, _leaving_out), Wait(1)),
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
    (Wait(50), *IMPLANT, Wait(60), act(ScreeningResponse), *SUCCESS, Act(Withdraw, _emptied), act(Retire), Replaced()),
    (Wait(50), *IMPLANT, act(Prime), Wait(2), act(ScreeningResponse), Wait(120), FAILURE, *SUCCESS),
)


def a_script(pump: Pump, random: Random) -> tuple[Deed, ...]:
    """One that suits the pump."""
    if pump.phase == Phase.TRIAL or (pump.phase == Phase.IMPLANTED and pump.trial.infusing and random.random() < 0.2):
        return random.choice(OF_A_TRIAL)
    if pump.phase == Phase.IMPLANTED and pump.trial.effective > 0 and random.random() < 0.1:
        return (Act(ChangeSolution, _bringing_the_tried),)
    if pump.phase == Phase.CANDIDATE:
        return random.choice((IMPLANT, IMPLANT, IMPLANT_FOR_MORE))
    if pump.phase == Phase.RETIRED:
        return (Replaced(), *IMPLANT)
    if pump.faults[Fault.MOTOR_STALL] and random.random() < 0.7:
        return (act(FaultGone, **STALL), act(Program))
    if pump.mode in (Mode.STOPPED, Mode.SAFE) and random.random() < 0.8:
        return (act(Program), SOUND)
    return random.choice(WITHOUT_A_MOTOR if pump.device.drive == Drive.CONSTANT_FLOW else OF_THE_IMPLANTED)
