"""Why a prescription is refused, whether it comes by itself or with another solution."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, least, smallest
from intrathecal.bridging import most_burn, set_aside, with_day
from intrathecal.device import Device
from intrathecal.drug import Solution
from intrathecal.events import ChangeSolution, Program
from intrathecal.evolving import evolve
from intrathecal.prescription import Prescription
from intrathecal.pricing import day_volume
from intrathecal.pump import Bridge, DoseHistory, Limits, Line, Pump, Schedule, Therapy
from intrathecal.titrating import highest, lowest_day, rested, starting_day, whole_line
from intrathecal.units import DAY, FLOW_MAX, SHARES, SLOT, VOLUME_MAX
from intrathecal.verdict import Reason
from intrathecal.window import fits

Prescribing = Program | ChangeSolution
"""Events that bring a prescription."""


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


def over_limit(limits: Limits, event: Prescribing) -> Reason:
    """Why the prescribed day is too much of a drug."""
    volume = day_volume(event.prescription)
    if volume > limits.day:
        return Reason.HARD_LIMIT
    if volume > limits.soft and not event.soft_limit_acknowledged:
        return Reason.SOFT_LIMIT
    return Reason.NONE


def out_of_step(pump: Pump, solution: Solution, dosing: DoseHistory, event: Prescribing) -> Reason:
    """Why the prescribed day is too far from the doses before it; `dosing` is in volumes of `solution`."""
    volume = day_volume(event.prescription)
    if volume > highest(solution, dosing):
        return Reason.STEP_UP
    if begins_anew(pump, event) and volume > starting_day(solution):
        return Reason.BEGINS_ANEW
    if volume < lowest_day(solution, dosing.falls_from) and not rested(pump) and not event.fall_acknowledged:
        return Reason.STEP_DOWN
    if volume > dosing.last and pump.line.rising > 0 and not event.increase_acknowledged:
        return Reason.NOT_ARRIVED
    return Reason.NONE


def begins_anew(pump: Pump, event: Prescribing) -> bool:
    """Whether therapy begins anew after a rest, at the starting dose."""
    return rested(pump) and not event.restart_acknowledged


def longest_step(pump: Pump, solution: Solution, dosing: DoseHistory, event: Prescribing) -> int:
    """quanta: the largest day that the dose history, in volumes of `solution`, allows; where therapy begins anew, the
    starting dose."""
    return least(highest(solution, dosing), starting_day(solution) if begins_anew(pump, event) else VOLUME_MAX)


def resumes_too_fast(pump: Pump, event: Program) -> bool:
    """Whether therapy begins anew, and a bridge that is not over would go on faster than it begins: with the old
    solution, or, in the meeting, with either."""
    bridge = pump.bridge
    first = starting_day(bridge.solution)
    met = least(first, starting_day(pump.solution))
    resumes = bridge.late != 0 and begins_anew(pump, event)
    return resumes and (bridge.flow * DAY > first or bridge.meeting_flow * DAY > met)


def overfull(device: Device, pump: Pump, therapy: Therapy, schedule: Schedule, longest: int) -> Reason:
    """Why the priced prescription, and a bridge before it, do not fit into every 24 hours.

    `longest`: shares, what is set aside for a whole day and its largest slot once more.
    """
    order = therapy.prescription.patient_bolus
    boluses = therapy.bolus_burn * order.duration * order.count
    if order.count > 0 and therapy.bolus_flow < greatest(therapy.fastest, device.flow_min):
        return Reason.BOLUS_FLOW
    if longest + boluses > SHARES:
        return Reason.DAY_FULL
    if not fits(pump.window, schedule, pump.now, 0, SHARES):
        return Reason.WINDOW_FULL
    return Reason.NONE


def refitted(bridge: Bridge, prescription: Prescription) -> Bridge:
    """The bridge, where there is one, with the fallback of another prescription of the same solution."""
    return bridge if bridge.late == 0 else evolve(bridge, fallback_burn=prescription.fallback * bridge.strongest)


def aside(priced: Schedule, bridge: Bridge) -> Schedule:
    """The schedule with all that a bridge may burn set aside, where there is one."""
    if bridge.late == 0:
        return priced
    return set_aside(priced, most_burn(bridge.burn, bridge.meeting_burn, bridge.fallback_burn))


def counted(bridge: Bridge, schedule: Schedule) -> Bridge:
    """The bridge, where there is one, with what is set aside for a whole day."""
    return bridge if bridge.late == 0 else with_day(bridge, schedule.reserved)


def longest_day(therapy: Therapy, bridge: Bridge) -> int:
    """shares: what is set aside for a whole day and its largest slot once more, in the bridge or after it."""
    scheduled = therapy.day + therapy.peak * SLOT
    if bridge.late == 0:
        return scheduled
    return greatest(scheduled, bridge.day + bridge.peak * SLOT)


def raised(device: Device, line: Line) -> Line:
    """The line when an increase of the daily dose enters it."""
    return evolve(line, rising=whole_line(device, line))
