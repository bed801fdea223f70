"""From what a scenario says to the event that the core is asked: doses become volumes, a day's schedule becomes slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from intrathecal import (
    Acknowledge,
    CancelBolus,
    ClinicianBolus,
    Commission,
    Event,
    PatientBolus,
    PatientBolusOrder,
    Prescription,
    Program,
    Pump,
    Refill,
    Silence,
    Solution,
    Stop,
    Withdraw,
)
from intrathecal.pricing import flow_of_dose, volume_of_mass
from intrathecal.units import DAY, SLOT, SLOTS
from intrathecal_hosts.scenario import (
    Acknowledging,
    Amount,
    Cancelling,
    ClinicianGives,
    Commissioning,
    Happening,
    PatientAsks,
    PatientBolusText,
    Programming,
    Rate,
    Refilling,
    SchedulePart,
    Silencing,
    Stopping,
    Withdrawing,
)
from intrathecal_hosts.solutions import solution_of
from intrathecal_hosts.therapy import Due, Scenario, ScenarioError
from intrathecal_hosts.units_text import Flow, Volume


def event_of(scenario: Scenario, pump: Pump, due: Due, number: int) -> Event:
    """The event that is due, for `pump` as it was after the last step, with its running number.

    Raises `ScenarioError`, naming the key, where no such event can be made.
    """
    try:
        return _MAKERS[type(due.happening)](scenario, pump, due.happening, due.at, number)
    except (ValueError, TypeError) as reason:
        raise ScenarioError(f"{due.key}: {reason}") from reason


def _commission(scenario: Scenario, pump: Pump, asked: Commissioning, at: int, number: int) -> Event:
    return Commission(
        at=at,
        number=number,
        authority=asked.by,
        solution=scenario.solution,
        filled=asked.filled.quanta,
        formulary_confirmed=asked.formulary_confirmed,
        mixture_acknowledged=asked.mixture_acknowledged,
    )


def _program(scenario: Scenario, pump: Pump, asked: Programming, at: int, number: int) -> Event:
    day = _day_of_flows(scenario.solution, asked)
    first = at // SLOT % SLOTS
    prescription = Prescription(
        flows=day[first:] + day[:first],
        patient_bolus=_bolus_order(scenario.solution, asked.patient_bolus),
        ceiling=_volume_of_day(scenario.solution, asked.ceiling),
        fallback=_flow(scenario.solution, asked.fallback) if asked.fallback else 0,
    )
    return Program(
        at=at,
        number=number,
        authority=asked.by,
        prescription=prescription,
        soft_limit_acknowledged=asked.soft_limit_acknowledged,
    )


def _stop(scenario: Scenario, pump: Pump, asked: Stopping, at: int, number: int) -> Event:
    return Stop(at=at, number=number, authority=asked.by)


def _patient_bolus(scenario: Scenario, pump: Pump, asked: PatientAsks, at: int, number: int) -> Event:
    return PatientBolus(at=at, number=number)


def _clinician_bolus(scenario: Scenario, pump: Pump, asked: ClinicianGives, at: int, number: int) -> Event:
    volume = _volume(scenario.solution, asked.dose)
    return ClinicianBolus(at=at, number=number, authority=asked.by, volume=volume, duration=asked.duration.seconds)


def _cancel_bolus(scenario: Scenario, pump: Pump, asked: Cancelling, at: int, number: int) -> Event:
    return CancelBolus(at=at, number=number, authority=asked.by)


def _withdraw(scenario: Scenario, pump: Pump, asked: Withdrawing, at: int, number: int) -> Event:
    return Withdraw(at=at, number=number, authority=asked.by, volume=asked.volume.quanta)


def _refill(scenario: Scenario, pump: Pump, asked: Refilling, at: int, number: int) -> Event:
    ran = min(at, pump.command.until) - pump.now
    expected = pump.reservoir.remaining - pump.command.flow * ran
    return Refill(
        at=at,
        number=number,
        authority=asked.by,
        emptied=asked.emptied,
        drawn=asked.drawn.quanta if asked.drawn else expected,
        filled=asked.filled.quanta,
        solution=scenario.solution if asked.solution is None else solution_of(asked.solution),
    )


def _silence(scenario: Scenario, pump: Pump, asked: Silencing, at: int, number: int) -> Event:
    return Silence(at=at, number=number, duration=asked.duration.seconds)


def _acknowledge(scenario: Scenario, pump: Pump, asked: Acknowledging, at: int, number: int) -> Event:
    return Acknowledge(at=at, number=number, authority=asked.by, alarm=asked.alarm)


_MAKERS: Final[dict[type[Happening], Callable[[Scenario, Pump, Any, int, int], Event]]] = {
    Commissioning: _commission,
    Programming: _program,
    Stopping: _stop,
    PatientAsks: _patient_bolus,
    ClinicianGives: _clinician_bolus,
    Cancelling: _cancel_bolus,
    Withdrawing: _withdraw,
    Refilling: _refill,
    Silencing: _silence,
    Acknowledging: _acknowledge,
}


def _day_of_flows(solution: Solution, asked: Programming) -> tuple[int, ...]:
    if (asked.rate is None) == (not asked.schedule):
        raise ValueError("takes either a rate or a schedule")
    if asked.rate is not None:
        return (_flow(solution, asked.rate),) * SLOTS
    starts = [part.starts.seconds for part in asked.schedule]
    if any(start % SLOT or start >= DAY for start in starts):
        raise ValueError("schedule: a part starts on a half-hour of the day, from 00:00 to 23:30")
    if starts != sorted(set(starts)):
        raise ValueError("schedule: each part starts later in the day than the one before it")
    return tuple(_flow(solution, _part_at(asked.schedule, slot * SLOT).rate) for slot in range(SLOTS))


def _part_at(schedule: tuple[SchedulePart, ...], time: int) -> SchedulePart:
    begun = [part for part in schedule if part.starts.seconds <= time]
    return begun[-1] if begun else schedule[-1]


def _bolus_order(solution: Solution, asked: PatientBolusText | None) -> PatientBolusOrder:
    if asked is None:
        return PatientBolusOrder(volume=0, duration=1, lockout=0, count=0)
    return PatientBolusOrder(
        volume=_volume(solution, asked.dose),
        duration=asked.duration.seconds,
        lockout=asked.lockout.seconds,
        count=asked.count,
    )


def _first_concentration(solution: Solution) -> int:
    concentration = solution.ingredients[0].concentration
    if concentration == 0:
        raise ValueError("saline holds no drug: takes a volume or a flow, no dose")
    return concentration


def _flow(solution: Solution, rate: Rate) -> int:
    return rate.flow if isinstance(rate, Flow) else flow_of_dose(rate.dose, _first_concentration(solution))


def _volume(solution: Solution, amount: Amount) -> int:
    return amount.quanta if isinstance(amount, Volume) else volume_of_mass(amount.ng, _first_concentration(solution))


def _volume_of_day(solution: Solution, rate: Rate) -> int:
    return rate.flow * DAY if isinstance(rate, Flow) else volume_of_mass(rate.dose, _first_concentration(solution))
