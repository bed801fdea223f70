"""From what a scenario says to the event for the core: doses become volumes, the schedule of a day becomes slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from intrathecal import (
    Acknowledge,
    CancelBolus,
    Drive,
    Drug,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    MriBegins,
    MriEnds,
    PatientBolus,
    PatientBolusOrder,
    Phase,
    Prescription,
    Program,
    Pump,
    Reread,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Solution,
    Stop,
    XRay,
    constructors,
)
from intrathecal.quantities import Duration, Flow, Mass, Volume
from intrathecal.units import DAY, SLOT
from intrathecal_hosts import plain
from intrathecal_hosts.circumstances import Failing, PressureChanging, Raw, Recovering, Rereading, Sensing, XRaying
from intrathecal_hosts.deeds import (
    Acknowledging,
    Cancelling,
    ChangingSolution,
    ClinicianGives,
    ClockGoingBack,
    ClockGoingForward,
    Commissioning,
    Injecting,
    Interrogating,
    PatientAsks,
    PatientBolusText,
    Prescribed,
    Priming,
    Programming,
    Refilling,
    Replacing,
    Responding,
    Retiring,
    RevisingCatheter,
    Scanned,
    Scanning,
    Screening,
    Silencing,
    Stopping,
    Withdrawing,
)
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.solutions import device_of, solution_of
from intrathecal_hosts.therapy import Due, Replacement, Scenario, ScenarioError
from intrathecal_hosts.units_text import Amount, Rate


def event_of(scenario: Scenario, pump: Pump, due: Due, number: int) -> Event | Replacement:
    """The event that is due, for `pump` as it was after the last step, with its running number; or the replacement.

    Raises `ScenarioError`, naming the key, where no such event can be made.
    """
    try:
        return _MAKERS[type(due.happening)](scenario, pump, due.happening, due.at, number)
    except (ValueError, TypeError) as reason:
        raise ScenarioError(f"{due.key}: {reason}") from reason


def _commission(scenario: Scenario, pump: Pump, asked: Commissioning, at: int, number: int) -> Event:
    return constructors.commission(
        at=Duration(at),
        number=number,
        authority=asked.by,
        solution=scenario.solution,
        filled=asked.filled,
        formulary_confirmed=asked.formulary_confirmed,
        mixture_acknowledged=asked.mixture_acknowledged,
        catheter=asked.catheter,
        catheter_uncertainty=asked.catheter_uncertainty,
        reference=asked.reference,
        reference_acknowledged=asked.reference_acknowledged,
        soft_limit_acknowledged=asked.soft_limit_acknowledged,
        fall_acknowledged=asked.fall_acknowledged,
        restart_acknowledged=asked.restart_acknowledged,
    )


def _program(scenario: Scenario, pump: Pump, asked: Programming, at: int, number: int) -> Event:
    return Program(
        at=at,
        number=number,
        authority=asked.by,
        prescription=_prescription(_held(scenario, pump), asked, at),
        soft_limit_acknowledged=asked.soft_limit_acknowledged,
        fall_acknowledged=asked.fall_acknowledged,
        increase_acknowledged=asked.increase_acknowledged,
        restart_acknowledged=asked.restart_acknowledged,
    )


def _change_solution(scenario: Scenario, pump: Pump, asked: ChangingSolution, at: int, number: int) -> Event:
    held = _held(scenario, pump)
    solution = constructors.solution_instead(old=held, new=solution_of(asked.solution))
    said: dict[str, Any] = {
        "at": Duration(at),
        "number": number,
        "authority": asked.by,
        "emptied": asked.emptied,
        "rinsed": asked.rinsed,
        "drawn": _expected(pump, at) if asked.drawn is None else asked.drawn,
        "filled": asked.filled,
        "solution": solution,
        "formulary_confirmed": asked.formulary_confirmed,
        "mixture_acknowledged": asked.mixture_acknowledged,
        "soft_limit_acknowledged": asked.soft_limit_acknowledged,
        "fall_acknowledged": asked.fall_acknowledged,
        "increase_acknowledged": asked.increase_acknowledged,
        "restart_acknowledged": asked.restart_acknowledged,
        "least_day_acknowledged": asked.least_day_acknowledged,
    }
    if pump.device.drive == Drive.CONSTANT_FLOW and asked.bridge is None and asked.rate is None and not asked.schedule:
        return constructors.change_solution_at_factory_flow(device=pump.device, **said)
    if asked.bridge is None:
        raise ValueError("takes a bridge, unless the flow is constant")
    return constructors.change_solution(
        prescription=_prescription(solution, asked, at),
        bridge_flow=_flow(held, asked.bridge),
        meeting_flow=asked.meeting,
        **said,
    )


def _held(scenario: Scenario, pump: Pump) -> Solution:
    """What the pump holds; before it holds any, the scenario's solution."""
    return pump.solution if pump.phase == Phase.IMPLANTED else scenario.solution


def _prescription(solution: Solution, asked: Prescribed, at: int) -> Prescription:
    flows = constructors.starting_at(flows_from_midnight=_day(solution, asked), time_of_day=Duration(at % DAY))
    return constructors.make_prescription(
        flows=flows,
        patient_bolus=_bolus_order(solution, asked.patient_bolus),
        ceiling=None if asked.ceiling is None else _volume_of_day(solution, asked.ceiling),
        fallback=None if asked.fallback is None else _flow(solution, asked.fallback),
    )


def _clock_forward(scenario: Scenario, pump: Pump, asked: ClockGoingForward, at: int, number: int) -> Event:
    return constructors.clock_forward(at=Duration(at), number=number, authority=asked.by, shift=asked.shift)


def _clock_back(scenario: Scenario, pump: Pump, asked: ClockGoingBack, at: int, number: int) -> Event:
    return constructors.clock_back(at=Duration(at), number=number, authority=asked.by, shift=asked.shift)


def _stop(scenario: Scenario, pump: Pump, asked: Stopping, at: int, number: int) -> Event:
    return Stop(at=at, number=number, authority=asked.by, sudden_acknowledged=asked.sudden_acknowledged)


def _patient_bolus(scenario: Scenario, pump: Pump, asked: PatientAsks, at: int, number: int) -> Event:
    return PatientBolus(at=at, number=number)


def _clinician_bolus(scenario: Scenario, pump: Pump, asked: ClinicianGives, at: int, number: int) -> Event:
    return constructors.clinician_bolus(
        at=Duration(at),
        number=number,
        authority=asked.by,
        volume=_volume(_held(scenario, pump), asked.dose),
        duration=asked.duration,
    )


def _prime(scenario: Scenario, pump: Pump, asked: Priming, at: int, number: int) -> Event:
    return constructors.prime(
        at=Duration(at),
        number=number,
        authority=asked.by,
        volume=_unprimed(pump, at) if asked.volume is None else asked.volume,
        duration=asked.duration,
    )


def _revise_catheter(scenario: Scenario, pump: Pump, asked: RevisingCatheter, at: int, number: int) -> Event:
    return constructors.revise_catheter(
        at=Duration(at),
        number=number,
        authority=asked.by,
        catheter=asked.catheter,
        catheter_uncertainty=asked.catheter_uncertainty,
    )


def _cancel_bolus(scenario: Scenario, pump: Pump, asked: Cancelling, at: int, number: int) -> Event:
    return CancelBolus(at=at, number=number, authority=asked.by)


def _withdraw(scenario: Scenario, pump: Pump, asked: Withdrawing, at: int, number: int) -> Event:
    return constructors.withdraw(
        at=Duration(at),
        number=number,
        authority=asked.by,
        volume=asked.volume,
        sudden_acknowledged=asked.sudden_acknowledged,
    )


def _refill(scenario: Scenario, pump: Pump, asked: Refilling, at: int, number: int) -> Event:
    return constructors.refill(
        at=Duration(at),
        number=number,
        authority=asked.by,
        emptied=asked.emptied,
        drawn=_expected(pump, at) if asked.drawn is None else asked.drawn,
        filled=asked.filled,
        solution=_held(scenario, pump) if asked.solution is None else solution_of(asked.solution),
        soft_limit_acknowledged=asked.soft_limit_acknowledged,
        restart_acknowledged=asked.restart_acknowledged,
    )


def _retire(scenario: Scenario, pump: Pump, asked: Retiring, at: int, number: int) -> Event:
    return Retire(at=at, number=number, authority=asked.by, sudden_acknowledged=asked.sudden_acknowledged)


def _replace(scenario: Scenario, pump: Pump, asked: Replacing, at: int, number: int) -> Replacement:
    return Replacement(at=at, device=device_of(asked.device), authority=asked.by)


def _level_measured(scenario: Scenario, pump: Pump, asked: Sensing, at: int, number: int) -> Event:
    return LevelMeasured(at=at, volume=asked.volume.quanta)


def _fault(scenario: Scenario, pump: Pump, asked: Failing, at: int, number: int) -> Event:
    return FaultFound(at=at, fault=asked.fault)


def _fault_gone(scenario: Scenario, pump: Pump, asked: Recovering, at: int, number: int) -> Event:
    return FaultGone(at=at, fault=asked.fault)


def _reread(scenario: Scenario, pump: Pump, asked: Rereading, at: int, number: int) -> Event:
    return Reread(at=at)


def _raw(scenario: Scenario, pump: Pump, asked: Raw, at: int, number: int) -> Event:
    event = plain.event_of(asked.event)
    if event.at != at:
        raise ValueError(f"event.at: {event.at} s, must be the time at which it happens, {at} s")
    return event


def _x_ray(scenario: Scenario, pump: Pump, asked: XRaying, at: int, number: int) -> Event:
    return XRay(at=at)


def _mri_begins(scenario: Scenario, pump: Pump, asked: Scanning, at: int, number: int) -> Event:
    return MriBegins(at=at, number=number, authority=asked.by)


def _mri_ends(scenario: Scenario, pump: Pump, asked: Scanned, at: int, number: int) -> Event:
    return MriEnds(at=at, number=number, authority=asked.by)


def _interrogate(scenario: Scenario, pump: Pump, asked: Interrogating, at: int, number: int) -> Event:
    return Interrogate(
        at=at,
        number=number,
        authority=asked.by,
        motor_turns=asked.motor_turns,
        program_confirmed=asked.program_confirmed,
    )


def _pressure(scenario: Scenario, pump: Pump, asked: PressureChanging, at: int, number: int) -> Event:
    return constructors.pressure_changed(at=Duration(at), pressure=asked.pressure)


def _port_bolus(scenario: Scenario, pump: Pump, asked: Injecting, at: int, number: int) -> Event:
    return constructors.port_bolus(
        at=Duration(at),
        number=number,
        authority=asked.by,
        volume=asked.volume,
        solution=scenario.solution if asked.solution is None else solution_of(asked.solution),
        formulary_confirmed=asked.formulary_confirmed,
        mixture_acknowledged=asked.mixture_acknowledged,
    )


def _screening_dose(scenario: Scenario, pump: Pump, asked: Screening, at: int, number: int) -> Event:
    drug = pump.trial.protocol.drug
    return ScreeningDose(at=at, number=number, authority=asked.by, drug=drug, mass=asked.dose.ng)


def _screening_response(scenario: Scenario, pump: Pump, asked: Responding, at: int, number: int) -> Event:
    return ScreeningResponse(
        at=at,
        number=number,
        authority=asked.by,
        relief=asked.relief.per_mille,
        responded=asked.responded,
        lasted=asked.lasted.seconds,
    )


def _silence(scenario: Scenario, pump: Pump, asked: Silencing, at: int, number: int) -> Event:
    return constructors.silence(at=Duration(at), number=number, duration=asked.duration)


def _acknowledge(scenario: Scenario, pump: Pump, asked: Acknowledging, at: int, number: int) -> Event:
    return Acknowledge(at=at, number=number, authority=asked.by, alarm=asked.alarm)


_MAKERS: Final[dict[type[Happening], Callable[[Scenario, Pump, Any, int, int], Event | Replacement]]] = {
    Commissioning: _commission,
    Programming: _program,
    ChangingSolution: _change_solution,
    ClockGoingForward: _clock_forward,
    ClockGoingBack: _clock_back,
    Stopping: _stop,
    PatientAsks: _patient_bolus,
    ClinicianGives: _clinician_bolus,
    Priming: _prime,
    RevisingCatheter: _revise_catheter,
    Cancelling: _cancel_bolus,
    Withdrawing: _withdraw,
    Refilling: _refill,
    Sensing: _level_measured,
    Retiring: _retire,
    Replacing: _replace,
    Failing: _fault,
    Recovering: _fault_gone,
    Rereading: _reread,
    XRaying: _x_ray,
    Scanning: _mri_begins,
    Scanned: _mri_ends,
    Interrogating: _interrogate,
    Screening: _screening_dose,
    Responding: _screening_response,
    PressureChanging: _pressure,
    Injecting: _port_bolus,
    Silencing: _silence,
    Acknowledging: _acknowledge,
    Raw: _raw,
}


def _delivered(pump: Pump, at: int) -> int:
    """quanta: what the last command delivers until `at`."""
    return pump.command.flow * max(min(at, pump.command.until) - pump.now, 0)


def _expected(pump: Pump, at: int) -> Volume:
    """What the books will hold at `at`, once what the last command delivers until then is counted."""
    return Volume(pump.reservoir.remaining - _delivered(pump, at))


def _unprimed(pump: Pump, at: int) -> Volume:
    """What priming may take at `at`."""
    return Volume(max(pump.line.unprimed - _delivered(pump, at), 0))


def _day(solution: Solution, asked: Prescribed) -> Flow | list[tuple[Duration, Flow]]:
    """The flows from midnight; until its first part begins the last part of the day before runs on."""
    if (asked.rate is None) == (not asked.schedule):
        raise ValueError("takes either a rate or a schedule")
    if asked.rate is not None:
        return _flow(solution, asked.rate)
    for place, part in enumerate(asked.schedule):
        if part.starts.seconds % SLOT:
            raise ValueError(f"schedule[{place}].starts: {part.starts.seconds} s is no whole number of half-hours")
    parts = [(part.starts, _flow(solution, part.rate)) for part in asked.schedule]
    return parts if parts[0][0] == Duration(0) else [(Duration(0), parts[-1][1]), *parts]


def _bolus_order(solution: Solution, asked: PatientBolusText | None) -> PatientBolusOrder:
    if asked is None:
        return constructors.NO_PATIENT_BOLUS
    return constructors.make_patient_bolus(
        volume=_volume(solution, asked.dose),
        duration=asked.duration,
        lockout=asked.lockout,
        count=asked.count,
    )


def _first_drug(solution: Solution) -> Drug:
    for ingredient in solution.ingredients:
        if ingredient.concentration > 0:
            return ingredient.drug
    raise ValueError("saline holds no drug: takes a volume or a flow, no dose")


def _flow(solution: Solution, rate: Rate) -> Flow:
    if isinstance(rate, Flow):
        return rate
    constant = constructors.prescription_from_doses(solution=solution, drug=_first_drug(solution), dose=rate)
    return Flow(constant.flows[0])


def _volume(solution: Solution, amount: Amount) -> Volume:
    if isinstance(amount, Volume):
        return amount
    return constructors.volume_of_dose(solution=solution, drug=_first_drug(solution), dose=amount)


def _volume_of_day(solution: Solution, rate: Rate) -> Volume:
    if isinstance(rate, Flow):
        return Volume(rate.nl_per_day * DAY)
    return _volume(solution, Mass(rate.ng_per_day))
