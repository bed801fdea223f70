"""Refused prescriptions, changes of solution and commissionings: only with cause, and the cause is told."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, largest, least, smallest
from intrathecal.bridging import brings_too_little, built, most_burn, set_aside, with_day
from intrathecal.device import Device
from intrathecal.drug import Solution
from intrathecal.events import ChangeSolution, Commission, Program
from intrathecal.handlers.constant_flow import BURN_STEADY
from intrathecal.prescription import Prescription
from intrathecal.pricing import day_volume, price_flows, price_prescription, price_solution, whole_day
from intrathecal.pump import Limits, Phase, Pump, Slots, Therapy
from intrathecal.reservoir import fill
from intrathecal.titrating import (
    anchored,
    carried_down,
    carried_up,
    declared_day,
    declared_fall,
    doses_to_begin_with,
    highest,
    highest_day,
    lowest_day,
    references,
    starting_day,
)
from intrathecal.trial import TrialBy
from intrathecal.units import DAY, FLOW_MAX, PER_MILLE, PLACES, SHARES, SLOT, SLOTS
from intrathecal.verdict import Reason, Step
from intrathecal_specs.constant_flow import as_the_factory_set_it
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.refusals import ONE_REASON, for_want_of_a_motor, judged_before, kept_empty
from intrathecal_specs.refused_boluses import has_room, inadmissible
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import without_delivery
from intrathecal_specs.words import Prescribing, constant, hardware_delivers, leaves_little, was_tried


@requirement("AUTH-3", hazards=(Hazard.UNDER_DELIVERY,), source=ONE_REASON)
def a_prescription_is_refused_only_with_cause(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """A prescription is refused where the hardware cannot deliver; where a flow, the fallback, the patient's bolus or
    own ceiling is none for device and solution; above a hard limit, or a soft one unless acknowledged; out of step with
    the doses before, where that was not acknowledged; and where a day, or some 24 hours, would not hold it."""
    said = after.verdict.reason
    pump = after.pump
    broken = said == Reason.CANNOT_DELIVER and not hardware_delivers(pump)
    bridge = pump.bridge
    slowest = least(bridge.flow, bridge.meeting_flow)
    back = said == Reason.FALLBACK and bridge.late != 0 and event.prescription.fallback > slowest
    unfit = misfits(device, pump.limits, event.prescription, said)
    steps = out_of_step(pump, pump.solution, anchored(pump).last, event, said) or bridges_too_fast(pump, event, said)
    high = said == Reason.STEP_UP and day_volume(event.prescription) > highest(pump.solution, anchored(pump))
    fall = lowest_day(pump.solution, anchored(pump).falls_from)
    low = too_low(pump, fall, event, said)
    full = prescribed_too_full(pump, event.prescription, said)
    limit = over_limit(pump.limits, event, said)
    motor = for_want_of_a_motor(before, after)
    return judged_before(after) or broken or back or unfit or limit or steps or high or low or full or motor


def bridges_too_fast(pump: Pump, event: Program, said: Reason) -> bool:
    """Whether it is told, and so, that a bridge that is not over would go on above the starting dose, after more than
    48 h without delivery."""
    bridge = pump.bridge
    anew = without_delivery(pump, pump.dosing.changed_at) and not event.restart_acknowledged
    old = starting_day(bridge.solution)
    fast = bridge.flow * DAY > old or bridge.meeting_flow * DAY > least(old, starting_day(pump.solution))
    return said == Reason.BEGINS_ANEW and anew and bridge.late != 0 and fast


def prescribed_too_full(pump: Pump, prescription: Prescription, said: Reason) -> bool:
    """Whether it is told, and so, that the day is too full with the prescription, after a bridge that is not over."""
    potency = pump.limits.potency
    schedule = price_flows(prescription.flows, potency)
    therapy = price_prescription(prescription, schedule, potency, False)
    if pump.bridge.late == 0:
        return too_full(pump, therapy, schedule.burns, 0, said)
    most = most_burn(pump.bridge.burn, pump.bridge.meeting_burn, prescription.fallback * pump.bridge.strongest)
    aside = set_aside(schedule, most).reserved
    return too_full(pump, therapy, aside, whole_day(aside) + largest(aside) * SLOT, said)


def misfits(device: Device, limits: Limits, prescription: Prescription, said: Reason) -> bool:
    """Whether a part of the prescription is told that is none for this device and these limits, and so."""
    flows = prescription.flows
    order = prescription.patient_bolus
    fallback = prescription.fallback
    flow = False
    for each in flows:
        flow = flow or each > limits.flow or (0 < each and each < device.flow_min)
    below = fallback > smallest(flows, FLOW_MAX) or (0 < fallback and fallback < device.flow_min)
    speed = order.volume // order.duration
    slow = speed < device.flow_min or speed < largest(flows)
    forbidden = said == Reason.PATIENT_BOLUS_FORBIDDEN and not limits.patient_bolus
    dose = said == Reason.SINGLE_DOSE and order.volume > limits.bolus
    bolus = forbidden or dose or (said == Reason.BOLUS_FLOW and (speed > device.flow_max or slow))
    own = said == Reason.CEILING and prescription.ceiling > div_floor(SHARES, greatest(limits.potency, 1))
    by_flow = (said == Reason.FLOW_RANGE and flow) or (said == Reason.FALLBACK and below)
    return by_flow or (order.count > 0 and bolus) or own


def over_limit(limits: Limits, event: Prescribing, said: Reason) -> bool:
    """Whether it is told, and so, that the prescribed day is above a limit."""
    volume = day_volume(event.prescription)
    soft = said == Reason.SOFT_LIMIT and volume > limits.soft and not event.soft_limit_acknowledged
    return soft or (said == Reason.HARD_LIMIT and volume > limits.day)


def out_of_step(pump: Pump, solution: Solution, last: int, event: Prescribing, said: Reason) -> bool:
    """Whether it is told, and so, that therapy begins anew above the starting dose, or that the last increase has not
    arrived; `last`: quanta, the daily dose in force in volumes of `solution`."""
    volume = day_volume(event.prescription)
    anew = without_delivery(pump, pump.dosing.changed_at) and not event.restart_acknowledged
    begins = said == Reason.BEGINS_ANEW and anew and volume > starting_day(solution)
    under_way = volume > last and pump.line.rising > 0 and not event.increase_acknowledged
    return begins or (said == Reason.NOT_ARRIVED and under_way)


def too_low(pump: Pump, lowest: int, event: Prescribing, said: Reason) -> bool:
    """Whether it is told, and so, that the day falls below `lowest` (quanta) while therapy runs."""
    falls = day_volume(event.prescription) < lowest and not without_delivery(pump, pump.dosing.changed_at)
    return said == Reason.STEP_DOWN and falls and not event.fall_acknowledged


def too_full(pump: Pump, therapy: Therapy, to_come: Slots, bridged: int, said: Reason) -> bool:
    """Whether it is told, and so, that a day, or some 24 hours, would not hold what is set aside (`to_come`, shares/s
    by slot) and the patient's boluses; `bridged`: shares, a day of a bridge and its largest slot once more."""
    order = therapy.prescription.patient_bolus
    boluses = therapy.bolus_burn * order.duration * order.count
    scheduled = therapy.day + therapy.peak * SLOT
    day = said == Reason.DAY_FULL and greatest(scheduled, bridged) + boluses > SHARES
    return day or (said == Reason.WINDOW_FULL and not has_room(pump, to_come, 0, SHARES))


@requirement("AUTH-3", hazards=(Hazard.UNDER_DELIVERY,), source=ONE_REASON)
def a_change_of_solution_is_refused_only_with_cause(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """Another solution is refused in a trial by infusion, where the hardware cannot deliver, a constant flow would not
    run as it does, the pump was not drawn empty and rinsed, or takes less, and the line is not clear; for what is in it
    and where, and where too little was filled in of what must not stop suddenly; for its prescription and its bridge;
    and for what a trial or the doses before forbid, or unless acknowledged."""
    pump = after.pump
    limits = price_solution(device, event.solution)
    before_it = needle_or_line(device, pump, event, after.verdict.reason)
    prescribed = prescribed_badly(device, pump, limits, event, after.verdict.reason)
    bridged = bridged_badly(device, pump, limits, event, after.verdict.reason)
    barred = before_it or inadmissible(event, after.verdict.reason) or fills_too_little(pump, limits, event, after)
    return judged_before(after) or barred or prescribed or bridged


def fills_too_little(pump: Pump, limits: Limits, event: ChangeSolution, after: Step) -> bool:
    """Whether it is told, and so, that what was filled in would leave the pump empty of a drug that must not stop
    suddenly, or of one that it held; or low, where it held more."""
    left = fill(pump.device, limits, event.filled, pump.band)
    dangerous = pump.limits.stop_dangerous or limits.stop_dangerous
    return after.verdict.reason == Reason.SUDDEN_STOP and dangerous and leaves_little(pump.reservoir.remaining, left)


def needle_or_line(device: Device, pump: Pump, event: ChangeSolution, said: Reason) -> bool:
    """Whether it is told, and so, that this pump, or what was done with it, bars any other solution, or this one's
    places."""
    trial = said == Reason.IN_TRIAL and pump.trial.infusing
    motor = said == Reason.NO_MOTOR and constant(pump) and not as_the_factory_set_it(device, event)
    broken = said == Reason.CANNOT_DELIVER and not hardware_delivers(pump)
    drawn = said == Reason.NOT_EMPTIED and not event.emptied
    rinsed = said == Reason.NOT_RINSED and not event.rinsed
    line = said == Reason.LINE_NOT_CLEAR and (pump.bridge.late != 0 or pump.line.clearing > 0)
    over = said == Reason.OVER_CAPACITY and event.filled > device.capacity
    misplaced = said == Reason.DRUG_PLACE and displaced(pump.solution, event.solution)
    return trial or motor or broken or kept_empty(pump, said) or drawn or rinsed or line or over or misplaced


def displaced(old: Solution, new: Solution) -> bool:
    """Whether a drug that the pump has held stands elsewhere in the new solution, or another stands in its place."""
    found = False
    for i in range(PLACES):
        kept = old.ingredients[i].drug
        for j in range(PLACES):
            lost = i == j and new.ingredients[j].drug != kept
            elsewhere = i != j and new.ingredients[j].drug.code == kept.code
            found = found or (kept.code != 0 and (lost or elsewhere))
    return found


def prescribed_badly(device: Device, pump: Pump, limits: Limits, event: ChangeSolution, said: Reason) -> bool:
    """Whether it is told, and so, that the prescription is none for the solution, or for the doses before it."""
    anchor = anchored(pump)
    one, other = pump.solution, event.solution
    high = said == Reason.STEP_UP and day_volume(event.prescription) > most_of_another(pump, other)
    steps = out_of_step(pump, other, carried_up(one, other, anchor.last), event, said)
    low = too_low(pump, lowest_day(other, carried_down(one, other, anchor.falls_from)), event, said)
    trial = said == Reason.TRIAL_DOSE and by_trial(pump, other)
    gone = said == Reason.STEP_DOWN and drops(pump.solution, event.solution) and not event.fall_acknowledged
    unfit = misfits(device, limits, event.prescription, said) or over_limit(limits, event, said)
    return unfit or high or steps or low or trial or gone


def most_of_another(pump: Pump, solution: Solution) -> int:
    """quanta: the largest day of another solution that steps allow; none is taken where a drug is new in it."""
    anchor = anchored(pump)
    rise = carried_up(pump.solution, solution, anchor.rises_from)
    fresh = False
    for i in range(PLACES):
        absent = pump.solution.ingredients[i].concentration == 0
        fresh = fresh or (absent and solution.ingredients[i].concentration > 0)
    return rise if anchor.held or fresh else highest_day(solution, rise)


def by_trial(pump: Pump, solution: Solution) -> bool:
    """Whether the solution brings a drug that was tried and the one before did not hold; or that one holds one, and
    the doses of it are yet to be kept for a whole interval."""
    brought = False
    begun = False
    for i in range(PLACES):
        one, other = pump.solution.ingredients[i], solution.ingredients[i]
        brought = brought or (was_tried(pump.trial, other) and one.concentration == 0)
        begun = begun or was_tried(pump.trial, one)
    return brought or (begun and anchored(pump).held)


def drops(old: Solution, new: Solution) -> bool:
    """Whether a drug is left out that falls only by steps."""
    found = False
    for i in range(PLACES):
        one = old.ingredients[i]
        gone = one.concentration > 0 and new.ingredients[i].concentration == 0
        found = found or (gone and one.drug.titration.fall_per_mille < PER_MILLE)
    return found


def bridged_badly(device: Device, pump: Pump, limits: Limits, event: ChangeSolution, said: Reason) -> bool:
    """Whether it is told, and so, that bridge or meeting run outside what device, both solutions and the doses before
    allow, or outside what bridge and prescription have between them; that some day of them brings too little; or that
    they do not fit into a day."""
    flow, meeting, flows = event.bridge_flow, event.meeting_flow, event.prescription.flows
    most = least(pump.limits.flow, limits.flow)
    slow = flow < device.flow_min or meeting < device.flow_min
    fast = flow > pump.limits.flow or meeting > most or event.prescription.fallback > least(flow, meeting)
    outside = meeting < least(flow, smallest(flows, FLOW_MAX)) or meeting > greatest(flow, largest(flows))
    anew = without_delivery(pump, pump.dosing.changed_at) and not event.restart_acknowledged
    day, then = highest(pump.solution, anchored(pump)), most_of_another(pump, event.solution)
    day = least(day, starting_day(pump.solution)) if anew else day
    then = least(then, starting_day(event.solution)) if anew else then
    high = flow * DAY > day or meeting * DAY > least(day, then)
    bare = built(device, pump, limits, event)
    schedule = price_flows(flows, limits.potency)
    aside = set_aside(schedule, most_burn(bare.burn, bare.meeting_burn, bare.fallback_burn)).reserved
    little = brings_too_little(with_day(bare, aside), event.solution, flows, pump.dosing.last)
    sudden = said == Reason.LEAST_DAY and little and not event.least_day_acknowledged
    therapy = price_prescription(event.prescription, schedule, limits.potency, False)
    full = too_full(pump, therapy, aside, whole_day(aside) + largest(aside) * SLOT, said)
    return (said == Reason.BRIDGE_FLOW and (slow or fast or outside or high)) or sudden or full


@requirement("AUTH-3", hazards=(Hazard.UNDER_DELIVERY,), source=ONE_REASON)
def a_commissioning_is_refused_only_with_cause(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """A pump is not commissioned in a trial, unless a programmable one in a trial by infusion, of the drug that is
    tried; after a rejection; twice; or within the interval after the last screening dose; nor where the hardware cannot
    deliver, for what is in its solution, over capacity, or with declared doses that were not acknowledged; a
    constant flow also not for a day that limits, the doses before or 24 hours do not allow."""
    said = after.verdict.reason
    trial = before.phase == Phase.TRIAL
    by_syringe = before.trial.protocol.by == TrialBy.SYRINGE
    phase = said == Reason.IN_TRIAL and trial and by_syringe
    over_with = before.phase == Phase.IMPLANTED or before.phase == Phase.RETIRED
    again = (said == Reason.REJECTED and before.phase == Phase.REJECTED) or (
        said == Reason.ALREADY_IMPLANTED and over_with
    )
    motor = said == Reason.NO_MOTOR and trial and constant(before)
    soon = said == Reason.DOSE_INTERVAL and event.at - before.trial.dosed_at < before.trial.protocol.interval
    broken = said == Reason.CANNOT_DELIVER and not hardware_delivers(before)
    over = said == Reason.OVER_CAPACITY and event.filled > device.capacity
    declared = any(dose > 0 for dose in event.reference) and not event.reference_acknowledged
    unheard = said == Reason.REFERENCE_UNACKNOWLEDGED and declared
    other = said == Reason.OTHER_DRUG and trial and not brings(event.solution, before.trial.protocol.drug)
    barred = phase or again or motor or soon or broken or over or unheard or other
    return judged_before(after) or barred or inadmissible(event, said) or overflows(device, after.pump, event, said)


def brings(solution: Solution, code: int) -> bool:
    """Whether the solution holds the drug."""
    return any(each.concentration > 0 and each.drug.code == code for each in solution.ingredients)


def overflows(device: Device, pump: Pump, event: Commission, said: Reason) -> bool:
    """Whether it is told, and so, that the day of a constant flow is too much, or too little, for its first solution:
    by the limits, by the doses that the patient has had, and by what every 24 hours hold."""
    limits = price_solution(device, event.solution)
    reference = references(pump.former, event.solution, event.reference)
    volume = device.flow_min * DAY
    hard = said == Reason.HARD_LIMIT and volume > limits.day
    soft = said == Reason.SOFT_LIMIT and volume > limits.soft and not event.soft_limit_acknowledged
    most = declared_day(event.solution, doses_to_begin_with(pump.trial, event.solution, reference))
    high = said == Reason.STEP_UP and volume > most
    since = pump.former.until if pump.former.until >= 0 else pump.now
    rested = without_delivery(pump, since)
    anew = rested and not event.restart_acknowledged and volume > starting_day(event.solution)
    falls = volume < lowest_day(event.solution, declared_fall(event.solution, reference)) and not rested
    low = said == Reason.STEP_DOWN and falls and not event.fall_acknowledged
    steady = said == Reason.DAY_FULL and device.flow_min > div_floor(BURN_STEADY, greatest(limits.potency, 1))
    burns = (device.flow_min * limits.potency,) * SLOTS
    full = said == Reason.WINDOW_FULL and not has_room(pump, burns, 0, SHARES)
    doses = hard or soft or high or low or (said == Reason.BEGINS_ANEW and anew)
    return constant(pump) and (doses or steady or full)
