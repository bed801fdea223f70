"""Therapy is programmed whole, or stopped."""

from __future__ import annotations

from attrs import evolve

from intrathecal.arithmetic import div_floor, greatest, smallest
from intrathecal.device import Device, Drive
from intrathecal.events import Authority, Program, Stop
from intrathecal.fault import FAULTS, Fault, can_deliver
from intrathecal.handlers.ending import ended
from intrathecal.prescription import Prescription
from intrathecal.pricing import day_volume, price_flows, price_prescription
from intrathecal.pump import Limits, Line, Mode, Phase, Pump
from intrathecal.titrating import (
    anchored,
    highest,
    lowest_day,
    prescribed,
    rested,
    starting_day,
    whole_line,
)
from intrathecal.units import FLOW_MAX, SHARES, SLOT
from intrathecal.verdict import Decision, Reason, accept, refuse
from intrathecal.window import fits


def on_program(device: Device, pump: Pump, event: Program) -> Decision:
    """A new prescription takes effect whole, from this slot on, ends a running bolus, and leaves the safe mode."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if device.drive == Drive.CONSTANT_FLOW:
        return refuse(pump, Reason.NO_MOTOR)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
    if not can_deliver(pump.faults):
        return refuse(pump, Reason.CANNOT_DELIVER)
    prescription = event.prescription
    limits = pump.limits
    reason = unfit(device, limits, prescription)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    volume = day_volume(prescription)
    if volume > limits.day:
        return refuse(pump, Reason.HARD_LIMIT)
    if volume > limits.soft and not event.soft_limit_acknowledged:
        return refuse(pump, Reason.SOFT_LIMIT)
    dosing = anchored(pump)
    if volume > highest(pump.solution, dosing):
        return refuse(pump, Reason.STEP_UP)
    anew = rested(pump) and not event.restart_acknowledged
    if anew and volume > starting_day(pump.solution):
        return refuse(pump, Reason.BEGINS_ANEW)
    falls = volume < lowest_day(pump.solution, dosing.falls_from) and not rested(pump)
    if falls and not event.fall_acknowledged:
        return refuse(pump, Reason.STEP_DOWN)
    if volume > dosing.last and pump.line.rising > 0 and not event.increase_acknowledged:
        return refuse(pump, Reason.NOT_ARRIVED)
    schedule = price_flows(prescription.flows, limits.potency)
    therapy = price_prescription(prescription, schedule, limits.potency, volume > limits.soft)
    boluses = therapy.bolus_burn * prescription.patient_bolus.duration * prescription.patient_bolus.count
    if prescription.patient_bolus.count > 0 and therapy.bolus_flow < greatest(therapy.fastest, device.flow_min):
        return refuse(pump, Reason.BOLUS_FLOW)
    if therapy.day + therapy.peak * SLOT + boluses > SHARES:
        return refuse(pump, Reason.DAY_FULL)
    if not fits(pump.window, schedule, pump.now, 0, SHARES):
        return refuse(pump, Reason.WINDOW_FULL)
    return accept(
        evolve(
            pump,
            number=event.number,
            mode=Mode.BASAL,
            faults=tuple(pump.faults[i] and i != Fault.RESET for i in range(FAULTS)),
            therapy=therapy,
            schedule=schedule,
            history=ended(pump),
            dosing=prescribed(pump, dosing, volume, anew),
            line=raised(device, pump.line) if volume > dosing.last else pump.line,
        )
    )


def raised(device: Device, line: Line) -> Line:
    """The line when an increase of the daily dose enters it."""
    return Line(catheter=line.catheter, uncertainty=line.uncertainty, rising=whole_line(device, line))


def unfit(device: Device, limits: Limits, prescription: Prescription) -> Reason:
    """Why the prescription is not one that this device may run with this solution, before any sum is made of it."""
    in_range = True
    for flow in prescription.flows:
        in_range = in_range and flow <= limits.flow and (flow == 0 or device.flow_min <= flow)
    if not in_range:
        return Reason.FLOW_RANGE
    fallback = prescription.fallback
    if fallback > smallest(prescription.flows, FLOW_MAX):
        return Reason.FALLBACK
    if fallback > 0 and fallback < device.flow_min:
        return Reason.FALLBACK
    order = prescription.patient_bolus
    if order.count > 0 and not limits.patient_bolus:
        return Reason.PATIENT_BOLUS_FORBIDDEN
    if order.count > 0 and order.volume > limits.bolus:
        return Reason.SINGLE_DOSE
    if order.count > 0 and div_floor(order.volume, order.duration) > device.flow_max:
        return Reason.BOLUS_FLOW
    if prescription.ceiling > div_floor(SHARES, greatest(limits.potency, 1)):
        return Reason.CEILING
    return Reason.NONE


def on_stop(device: Device, pump: Pump, event: Stop) -> Decision:
    """Delivery stops; a running bolus ends."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if device.drive == Drive.CONSTANT_FLOW:
        return refuse(pump, Reason.EMPTY_TO_STOP)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
    if pump.mode == Mode.SAFE:
        return refuse(pump, Reason.SAFE_MODE)
    if pump.limits.stop_dangerous and not event.sudden_acknowledged:
        return refuse(pump, Reason.SUDDEN_STOP)
    return accept(evolve(pump, number=event.number, mode=Mode.STOPPED, history=ended(pump)))
