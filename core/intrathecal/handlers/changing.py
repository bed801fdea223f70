"""The solution is changed: drawn, rinsed, filled, bridged and prescribed, all in one step."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, largest, least, smallest
from intrathecal.bridging import brings_too_little, built, most_burn, set_aside, with_day
from intrathecal.device import Device
from intrathecal.drug import misplaced
from intrathecal.events import ChangeSolution
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS, Fault, can_deliver
from intrathecal.handlers.admitting import inadmissible
from intrathecal.handlers.constant_flow import needs_a_motor
from intrathecal.handlers.ending import ended
from intrathecal.handlers.filling import drained, refilled, stays_empty
from intrathecal.handlers.prescribing import (
    begins_anew,
    longest_day,
    longest_step,
    out_of_step,
    over_limit,
    overfull,
    raised,
    unfit,
)
from intrathecal.pricing import day_volume, price_flows, price_prescription, price_solution
from intrathecal.pump import DoseHistory, Limits, Mode, Pump
from intrathecal.titrating import anchored, begins_by_trial, converted, left_out, prescribed
from intrathecal.units import DAY, FLOW_MAX
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_change_solution(device: Device, pump: Pump, event: ChangeSolution) -> Decision:
    """Another solution and its prescription take effect whole; the bridge runs first. It leaves the safe mode. A
    constant flow runs on, and counts at the stronger potency until the new solution has surely arrived."""
    reason = unprepared(device, pump, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if misplaced(pump.solution, event.solution):
        return refuse(pump, Reason.DRUG_PLACE)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    prescription = event.prescription
    limits = price_solution(device, event.solution)
    reason = unfit(device, limits, prescription)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    reason = over_limit(limits, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    dosing = converted(anchored(pump), pump.solution, event.solution)
    reason = out_of_step(pump, event.solution, dosing, event)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if begins_by_trial(pump, event.solution):
        return refuse(pump, Reason.TRIAL_DOSE)
    if left_out(pump.solution, event.solution) and not event.fall_acknowledged:
        return refuse(pump, Reason.STEP_DOWN)
    if not bridges(device, pump, limits, dosing, event):
        return refuse(pump, Reason.BRIDGE_FLOW)
    volume = day_volume(prescription)
    priced = price_flows(prescription.flows, limits.potency)
    bare = built(device, pump, limits, event)
    schedule = set_aside(priced, most_burn(bare.burn, bare.meeting_burn, bare.fallback_burn))
    bridge = with_day(bare, schedule.reserved)
    too_little = brings_too_little(bridge, event.solution, prescription.flows, pump.dosing.last)
    if too_little and not event.least_day_acknowledged:
        return refuse(pump, Reason.LEAST_DAY)
    therapy = price_prescription(prescription, priced, limits.potency, volume > limits.soft)
    reason = overfull(device, pump, therapy, schedule, longest_day(therapy, bridge))
    if reason != Reason.NONE:
        return refuse(pump, reason)
    filled = refilled(device, pump, limits, event)
    if (pump.limits.stop_dangerous or limits.stop_dangerous) and drained(pump.reservoir, filled.reservoir):
        return refuse(pump, Reason.SUDDEN_STOP)
    return accept(
        evolve(
            filled,
            mode=Mode.BRIDGING,
            faults=tuple(pump.faults[i] and i != Fault.RESET for i in range(FAULTS)),
            solution=event.solution,
            limits=limits,
            therapy=therapy,
            schedule=schedule,
            history=ended(pump),
            dosing=prescribed(pump, event.solution, dosing, volume, begins_anew(pump, event)),
            line=raised(device, pump.line) if volume > dosing.last else pump.line,
            bridge=bridge,
        )
    )


def unprepared(device: Device, pump: Pump, event: ChangeSolution) -> Reason:
    """Why this pump is not ready for another solution, or this solution not one to give, whatever is prescribed."""
    if pump.trial.infusing:
        return Reason.IN_TRIAL
    if needs_a_motor(device, event):
        return Reason.NO_MOTOR
    if not can_deliver(pump.faults):
        return Reason.CANNOT_DELIVER
    if stays_empty(pump):
        return Reason.MRI_FORBIDDEN
    if not event.emptied:
        return Reason.NOT_EMPTIED
    if not event.rinsed:
        return Reason.NOT_RINSED
    if pump.bridge.late != 0 or pump.line.clearing > 0:
        return Reason.LINE_NOT_CLEAR
    return inadmissible(event.solution, event.mixture_acknowledged, event.formulary_confirmed)


def bridges(device: Device, pump: Pump, limits: Limits, dosing: DoseHistory, event: ChangeSolution) -> bool:
    """Whether bridge and meeting run within the device's range, the limits of both solutions and the day that steps
    allow, the meeting with either solution, and at no more and no less than both the bridge and the prescription, and
    the fallback, which may run with the old solution, no faster than either.

    `dosing`: the dose history in volumes of the new solution.
    """
    flow, meeting = event.bridge_flow, event.meeting_flow
    most = least(pump.limits.flow, limits.flow)
    in_range = device.flow_min <= flow and flow <= pump.limits.flow and device.flow_min <= meeting and meeting <= most
    lowest = least(flow, smallest(event.prescription.flows, FLOW_MAX))
    between = lowest <= meeting and meeting <= greatest(flow, largest(event.prescription.flows))
    day = longest_step(pump, pump.solution, anchored(pump), event)
    in_step = flow * DAY <= day and meeting * DAY <= least(day, longest_step(pump, event.solution, dosing, event))
    return in_range and between and in_step and event.prescription.fallback <= least(flow, meeting)
