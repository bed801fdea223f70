"""One step: an event comes in; the pump, the verdict, the command and the alarms come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from intrathecal.alarming import conditions, report, supervise, watch
from intrathecal.arming import arm
from intrathecal.device import Device, Drive
from intrathecal.events import (
    Acknowledge,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    PressureChanged,
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
    Tick,
    Withdraw,
    XRay,
)
from intrathecal.evolving import evolve
from intrathecal.handlers.barring import barred
from intrathecal.handlers.boluses import on_cancel_bolus, on_clinician_bolus, on_patient_bolus
from intrathecal.handlers.changing import on_change_solution
from intrathecal.handlers.commissioning import on_commission, on_retire
from intrathecal.handlers.failing import on_fault_found, on_fault_gone
from intrathecal.handlers.filling import on_level_measured, on_refill, on_withdraw
from intrathecal.handlers.porting import on_port_bolus
from intrathecal.handlers.pressing import on_pressure_changed
from intrathecal.handlers.priming import on_prime, on_revise_catheter
from intrathecal.handlers.programming import on_program, on_stop
from intrathecal.handlers.rereading import on_reread
from intrathecal.handlers.responding import on_acknowledge, on_silence
from intrathecal.handlers.scanning import on_interrogate, on_mri_begins, on_mri_ends, on_x_ray
from intrathecal.handlers.screening import on_screening_dose, on_screening_response
from intrathecal.handlers.shifting import on_shift_schedule
from intrathecal.handlers.waiting import on_missed, on_tick
from intrathecal.pump import Phase, Pump
from intrathecal.settling import settle
from intrathecal.units import END, NEVER, SLOT
from intrathecal.verdict import Decision, Reason, Step, Verdict, refuse

HANDLERS: Final[dict[type, Callable[[Device, Pump, Any], Decision]]] = {
    Tick: on_tick,
    Missed: on_missed,
    PatientBolus: on_patient_bolus,
    ClinicianBolus: on_clinician_bolus,
    Prime: on_prime,
    ReviseCatheter: on_revise_catheter,
    CancelBolus: on_cancel_bolus,
    Program: on_program,
    Stop: on_stop,
    Withdraw: on_withdraw,
    Refill: on_refill,
    ChangeSolution: on_change_solution,
    LevelMeasured: on_level_measured,
    FaultFound: on_fault_found,
    FaultGone: on_fault_gone,
    Reread: on_reread,
    XRay: on_x_ray,
    MriBegins: on_mri_begins,
    MriEnds: on_mri_ends,
    Interrogate: on_interrogate,
    Retire: on_retire,
    ScreeningDose: on_screening_dose,
    ScreeningResponse: on_screening_response,
    PressureChanged: on_pressure_changed,
    PortBolus: on_port_bolus,
    Silence: on_silence,
    Acknowledge: on_acknowledge,
    Commission: on_commission,
    ShiftSchedule: on_shift_schedule,
}
"""By event: what decides it."""


def step(device: Device, pump: Pump, event: Event) -> Step:
    """The answer to one event; it raises nothing for a well-typed one.

    A refused event leaves what a bare `Tick` at its time would leave. One that is refused for its time or its device
    leaves the pump untouched.
    """
    reason = untimely(device, pump, event)
    if reason != Reason.NONE:
        return untouched(pump, reason)
    return answer(device, settle(device, pump, event.at, isinstance(event, Missed)), event)


def untouched(pump: Pump, reason: Reason) -> Step:
    """The answer that refuses, and changes nothing at all."""
    verdict = Verdict(accepted=False, reason=reason, earliest=NEVER)
    return Step(pump=pump, verdict=verdict, command=pump.command, alarms=report(pump.alarms, pump.alarms, pump.now))


def answer(device: Device, pump: Pump, event: Event) -> Step:
    """What the settled pump makes of an event in time: it is decided, and the next command armed."""
    decision = decide(device, pump, event)
    after = finish(device, decision)
    told = report(pump.alarms, after.alarms, after.now)
    return Step(pump=after, verdict=decision.verdict, command=after.command, alarms=told)


def untimely(device: Device, pump: Pump, event: Event) -> Reason:
    """Why the event cannot be dated, or is not for this pump.

    A constant flow goes on whatever the host does: its time is delivery, told by ticks, command by command, and never
    missed.
    """
    if device != pump.device:
        return Reason.OTHER_DEVICE
    if event.at < pump.now:
        return Reason.TIME_PAST
    if event.at > pump.now + SLOT:
        return Reason.TIME_AHEAD
    if event.at > END:
        return Reason.TIME_OVER
    constant = device.drive == Drive.CONSTANT_FLOW
    if constant and pump.phase == Phase.IMPLANTED and event.at > pump.command.until:
        return Reason.TIME_AHEAD
    if isinstance(event, Missed) and (constant or event.at < pump.command.until):
        return Reason.NOT_MISSED
    return Reason.NONE


def decide(device: Device, pump: Pump, event: Event) -> Decision:
    """What the event's own handler makes of the settled pump, unless it is barred."""
    reason = barred(device, pump, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    return HANDLERS[type(event)](device, pump, event)


def finish(device: Device, decision: Decision) -> Pump:
    """The decided pump, with its alarms watched and its next command armed."""
    pump = decision.pump
    supply = supervise(pump)
    return evolve(
        pump,
        supply=supply,
        alarms=watch(pump.alarms, pump.now, conditions(device, pump, supply)),
        command=arm(device, pump, decision.hold),
    )
