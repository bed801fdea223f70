"""Therapy is programmed whole, or stopped."""

from __future__ import annotations

from intrathecal.arithmetic import least
from intrathecal.bridging import running
from intrathecal.device import Device, Drive
from intrathecal.events import Program, Stop
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS, Fault, can_deliver
from intrathecal.handlers.ending import ended
from intrathecal.handlers.prescribing import (
    aside,
    begins_anew,
    counted,
    longest_day,
    out_of_step,
    over_limit,
    overfull,
    raised,
    refitted,
    resumes_too_fast,
    unfit,
)
from intrathecal.pricing import day_volume, price_flows, price_prescription
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.titrating import anchored, prescribed
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_program(device: Device, pump: Pump, event: Program) -> Decision:
    """A new prescription takes effect whole, from this slot on, ends a running bolus, and leaves the safe mode. Where a
    bridge is not over yet, it goes on first."""
    if not can_deliver(pump.faults):
        return refuse(pump, Reason.CANNOT_DELIVER)
    prescription = event.prescription
    limits = pump.limits
    reason = unfit(device, limits, prescription)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if pump.bridge.late != 0 and prescription.fallback > least(pump.bridge.flow, pump.bridge.meeting_flow):
        return refuse(pump, Reason.FALLBACK)
    reason = over_limit(limits, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    dosing = anchored(pump)
    reason = out_of_step(pump, pump.solution, dosing, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if resumes_too_fast(pump, event):
        return refuse(pump, Reason.BEGINS_ANEW)
    volume = day_volume(prescription)
    priced = price_flows(prescription.flows, limits.potency)
    fitted = refitted(pump.bridge, prescription)
    schedule = aside(priced, fitted)
    bridge = counted(fitted, schedule)
    therapy = price_prescription(prescription, priced, limits.potency, volume > limits.soft)
    reason = overfull(device, pump, therapy, schedule, longest_day(therapy, bridge))
    if reason != Reason.NONE:
        return refuse(pump, reason)
    return accept(
        evolve(
            pump,
            number=event.number,
            mode=running(pump),
            faults=tuple(pump.faults[i] and i != Fault.RESET for i in range(FAULTS)),
            therapy=therapy,
            schedule=schedule,
            history=ended(pump),
            dosing=prescribed(pump, pump.solution, dosing, volume, begins_anew(pump, event)),
            line=raised(device, pump.line) if volume > dosing.last else pump.line,
            bridge=bridge,
        )
    )


def on_stop(device: Device, pump: Pump, event: Stop) -> Decision:
    """Delivery stops; a running bolus ends."""
    if device.drive == Drive.CONSTANT_FLOW:
        return refuse(pump, Reason.EMPTY_TO_STOP)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
    if pump.mode == Mode.SAFE:
        return refuse(pump, Reason.SAFE_MODE)
    if pump.limits.stop_dangerous and not event.sudden_acknowledged:
        return refuse(pump, Reason.SUDDEN_STOP)
    return accept(evolve(pump, number=event.number, mode=Mode.STOPPED, history=ended(pump)))
