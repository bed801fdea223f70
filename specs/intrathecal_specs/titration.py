"""Titration: how a daily dose begins, how far it rises and falls, and when the next increase may come."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device, slow_in_air
from intrathecal.drug import Solution
from intrathecal.events import ChangeSolution, Commission, Event, Program, Refill, Retire, Stop, Withdraw
from intrathecal.prescription import Prescription
from intrathecal.pricing import day_volume
from intrathecal.pump import Pump
from intrathecal.titrating import former_dose, starting_day
from intrathecal.units import DAY, PLACES, VOLUME_MAX
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import NANOGRAM, by_prescription, constant, in_doubt, leaves_little, ran, was_tried

_TWO_DAYS = 48 * 3_600


def longest_interval(solution: Solution) -> int:
    """s: the longest interval between steps of any drug present."""
    interval = DAY
    for ingredient in solution.ingredients:
        longer = ingredient.concentration > 0 and ingredient.drug.titration.interval > interval
        interval = ingredient.drug.titration.interval if longer else interval
    return interval


def kept_whole(before: Pump, now: int) -> bool:
    """Whether the daily dose in force has been so for a whole interval; none at all is none to take steps from."""
    dosing = before.dosing
    return dosing.last > 0 and now - dosing.changed_at >= longest_interval(before.solution)


def without_delivery(pump: Pump, changed_at: int) -> bool:
    """Whether nothing has been delivered for more than 48 h, or never, and for as long since the last change."""
    return pump.now - (pump.delivered_at if pump.delivered_at >= 0 else changed_at) > _TWO_DAYS


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Units and limits")
def a_programmed_day_counts_all_its_boluses(prescription: Prescription) -> bool:
    """The programmed day that limits and steps are asked of is what 48 slots bring, and every bolus that the patient
    may trigger in it."""
    order = prescription.patient_bolus
    return day_volume(prescription) == sum(prescription.flows) * 1_800 + order.volume * order.count


@requirement(
    "RATE-2",
    hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY),
    source="domain.md 4.1, 4.3 (steps and their spacing by label)",
)
def a_daily_dose_rises_by_one_step_at_most(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """A new daily dose of a drug, all boluses included, is at most one step above the anchor, and not above it where
    the anchor is a dose to begin with or nothing was prescribed since."""
    dosing = before.dosing
    kept = kept_whole(before, after.pump.now)
    anchor = dosing.last if kept else dosing.rises_from
    held = dosing.last == 0 or (dosing.held and not kept)
    within = True
    for ingredient in before.solution.ingredients:
        titration = ingredient.drug.titration
        mass = 1_000 * day_volume(event.prescription) * ingredient.concentration
        base = anchor * ingredient.concentration
        step = greatest(1_000 * titration.rise * NANOGRAM, base * titration.rise_per_mille)
        within = within and (ingredient.concentration == 0 or mass <= 1_000 * base + (0 if held else step))
    return not after.verdict.accepted or within


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (starting doses), 5 (S-hsa16: 48 h)")
def after_two_days_without_delivery_a_drug_begins_anew(
    device: Device, before: Pump, event: Program | ChangeSolution, after: Step
) -> bool:
    """After more than 48 h without delivery a new daily dose, also of another solution, is at most the starting dose of
    each drug, unless a clinician acknowledges that therapy goes on from the dose before."""
    within = True
    for ingredient in after.pump.solution.ingredients:
        mass = day_volume(event.prescription) * ingredient.concentration
        within = within and mass <= ingredient.drug.titration.start * NANOGRAM
    anew = without_delivery(after.pump, before.dosing.changed_at) and not event.restart_acknowledged
    return not after.verdict.accepted or not anew or within


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Change of therapy")
def the_anchor_moves_only_after_a_whole_interval(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """While a pump holds one solution, the anchor of steps up is what it was, or lower; or it is the daily dose in
    force before a new prescription, which had been in force for a whole interval. Only a new prescription changes what
    doses are judged by: no stop, reset, fault or refill does."""
    old = before.dosing
    new = after.pump.dosing
    programmed = isinstance(event, Program) and after.verdict.accepted
    commissioned = isinstance(event, Commission | ChangeSolution) and after.verdict.accepted
    kept = kept_whole(before, after.pump.now)
    anchor = old.last if kept else old.rises_from
    held = new.held or kept or not old.held
    moved = new.rises_from <= anchor and held and (new.changed_at == old.changed_at or new.changed_at == after.pump.now)
    return commissioned or (moved if programmed else new == old)


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Change of therapy")
def a_change_of_dose_is_remembered(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """The daily dose of an accepted prescription is the one in force, and where it differs from the one before, the
    time is taken down."""
    new = after.pump.dosing
    same = new.last == before.dosing.last
    known = new.last == day_volume(event.prescription) and (same or new.changed_at == after.pump.now)
    return not after.verdict.accepted or known


@requirement("RATE-2", hazards=(Hazard.UNDER_DELIVERY,), source="design: Change of therapy")
def a_prescription_moves_the_anchors_no_further(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """An accepted prescription leaves both anchors what they were, or the daily dose in force where that had been so
    for a whole interval; the one of steps down at least what is in force. Where therapy begins anew the one of steps up
    is within the starting dose; after a rest that of steps down is nothing; and the first day after a trial is itself
    the one of steps up. The time of the last change stays where the day is the same, and therapy went on."""
    old = before.dosing
    new = after.pump.dosing
    kept = kept_whole(before, after.pump.now)
    rest = without_delivery(after.pump, old.changed_at)
    anew = rest and not event.restart_acknowledged
    tried = any(was_tried(before.trial, ingredient) for ingredient in before.solution.ingredients)
    first = tried and old.held and old.last == 0 and new.last > 0
    anchor = old.last if kept else old.rises_from
    up = new.last if first else (least(anchor, starting_day(before.solution)) if anew else anchor)
    down = 0 if rest else (old.last if kept else greatest(old.falls_from, old.last))
    held = old.last == 0 or (old.held and not kept) or anew
    changed = old.changed_at if new.last == old.last and not rest else after.pump.now
    moved = new.rises_from == up and new.falls_from == down and new.held == held and new.changed_at == changed
    return not after.verdict.accepted or moved


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (starting doses)")
def a_drug_new_to_the_patient_begins_at_its_starting_dose(
    device: Device, before: Pump, event: Commission, after: Step
) -> bool:
    """The anchor of a commissioned pump is within the starting dose of every drug that is new to the patient and was
    not tried before, and within the declared or former dose of every other; no step is taken from it. Nothing is
    prescribed yet; or, where the flow is constant, the day that it brings, which is within the anchor."""
    dosing = after.pump.dosing
    within = True
    for i in range(PLACES):
        ingredient = event.solution.ingredients[i]
        start = ingredient.drug.titration.start
        former = former_dose(before.former, ingredient.drug.code)
        had = event.reference[i] if event.reference[i] > 0 else former
        most = had if had > 0 else start
        mass = dosing.rises_from * ingredient.concentration
        within = within and (was_tried(before.trial, ingredient) or mass <= most * NANOGRAM)
    last = before.device.flow_min * DAY if constant(before) else 0
    begun = dosing.last == last and last <= dosing.rises_from and dosing.changed_at <= after.pump.now
    return not after.verdict.accepted or (within and begun and dosing.held)


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Trial (declared and acknowledged)")
def a_declared_dose_is_acknowledged(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """A pump is commissioned with declared daily doses only when a clinician acknowledges them."""
    declared = any(dose > 0 for dose in event.reference)
    return not after.verdict.accepted or not declared or event.reference_acknowledged


@requirement(
    "RATE-3",
    hazards=(Hazard.UNDER_DELIVERY,),
    source="domain.md 4.1 (S-bac1, S-bac3: abrupt discontinuation), 4.3",
)
def a_daily_dose_falls_by_one_step_at_most(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """While therapy runs, a new daily dose of a drug is at most one step below the one in force, and one below the
    anchor of steps down, unless a clinician acknowledges more."""
    dosing = before.dosing
    anchor = dosing.last if kept_whole(before, after.pump.now) else greatest(dosing.falls_from, dosing.last)
    within = True
    for ingredient in before.solution.ingredients:
        least = anchor * (1_000 - ingredient.drug.titration.fall_per_mille)
        within = within and (ingredient.concentration == 0 or least <= 1_000 * day_volume(event.prescription))
    meant = event.fall_acknowledged or without_delivery(after.pump, dosing.changed_at)
    return not after.verdict.accepted or meant or within


@requirement("RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="design: Change of therapy")
def the_anchor_of_steps_down_moves_only_after_a_whole_interval(
    device: Device, before: Pump, event: Program, after: Step
) -> bool:
    """A new prescription leaves the anchor of steps down what it was, or higher, unless the daily dose in force had
    been so for a whole interval, or nothing was delivered for more than 48 h."""
    old = before.dosing
    anchor = old.last if kept_whole(before, after.pump.now) else old.falls_from
    anew = without_delivery(after.pump, old.changed_at)
    return not after.verdict.accepted or anew or after.pump.dosing.falls_from >= anchor


@requirement("RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.4 (transferred patients)")
def a_declared_dose_is_what_falls_are_judged_by(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """The anchor of steps down of a commissioned pump brings every declared daily dose in full, as far as a day's
    volume can."""
    anchor = after.pump.dosing.falls_from
    full = True
    for i in range(PLACES):
        ingredient = event.solution.ingredients[i]
        enough = anchor * ingredient.concentration >= event.reference[i] * NANOGRAM
        full = full and (ingredient.concentration == 0 or enough or anchor >= VOLUME_MAX)
    return not after.verdict.accepted or full


@requirement("RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac3: boxed warning)")
def a_sudden_stop_that_is_dangerous_is_acknowledged(
    device: Device, before: Pump, event: Stop | Retire | Withdraw, after: Step
) -> bool:
    """A pump with a drug that must not stop suddenly is stopped, or retired, only when a clinician acknowledges it; so
    is it drawn from, where it counts as low then, or as empty."""
    low = after.pump.reservoir.remaining <= after.pump.reservoir.low_level
    dangerous = before.limits.stop_dangerous and (not isinstance(event, Withdraw) or low)
    return not after.verdict.accepted or not dangerous or event.sudden_acknowledged


@requirement("RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac3: boxed warning)")
def no_filling_stops_what_must_not_stop_suddenly(
    device: Device, before: Pump, event: Refill | ChangeSolution, after: Step
) -> bool:
    """A pump that was filled does not count as empty, nor as low where it held more, where a drug that it held, or
    holds now, must not stop suddenly; nothing helps: who means that withdraws, and acknowledges it."""
    held = before.reservoir.remaining - before.command.flow * ran(before, after)
    dangerous = before.limits.stop_dangerous or after.pump.limits.stop_dangerous
    return not after.verdict.accepted or not dangerous or not leaves_little(held, after.pump.reservoir)


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 5 (S-hsa16: 48 h)")
def a_refill_after_two_days_without_delivery_is_acknowledged(
    device: Device, before: Pump, event: Refill, after: Step
) -> bool:
    """A pump that delivered last more than 48 h ago is filled again, and goes on with its prescription, a constant flow
    with that of its factory, only when a clinician acknowledges it."""
    rested = after.pump.delivered_at >= 0 and after.pump.now - after.pump.delivered_at > 48 * 3_600
    goes_on = constant(before) or by_prescription(after.pump)
    return not after.verdict.accepted or not goes_on or not rested or event.restart_acknowledged


@requirement(
    "RATE-5",
    hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY),
    source="domain.md 4.3 (transport delay: 0.272 mL at 0.2 mL/day are 1.36 days)",
)
def no_increase_before_the_last_one_has_arrived(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """A larger daily dose is accepted only when nothing remains to be delivered before the last increase has travelled
    the line, unless a clinician acknowledges it."""
    larger = after.pump.dosing.last > before.dosing.last
    arrived = before.line.rising <= surely_ran(before, after)
    return not after.verdict.accepted or not larger or event.increase_acknowledged or arrived


def surely_ran(before: Pump, after: Step) -> int:
    """quanta: what was delivered in this step beyond doubt, and no slower than in ordinary air."""
    slower = before.band.slow > slow_in_air(before.device)
    return 0 if in_doubt(before) or slower else before.command.flow * ran(before, after)


@requirement("RATE-5", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Change of therapy")
def an_increase_has_the_whole_line_to_travel(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """After an accepted larger daily dose what remains to be delivered fills tubing and catheter at their largest, at
    the slow end of tolerance in ordinary air: where the pressure makes it slower, nothing counts."""
    larger = after.pump.dosing.last > before.dosing.last
    line = after.pump.line
    whole = (device.tubing + line.catheter + line.uncertainty) * 1_000
    return not after.verdict.accepted or not larger or whole <= line.rising * (1_000 - slow_in_air(device))


@requirement("RATE-5", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Change of therapy")
def an_increase_travels_no_further_than_was_delivered(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What remains to be delivered before the last increase has arrived falls only by what was delivered beyond doubt;
    a smaller daily dose does not shorten it."""
    larger = isinstance(event, Program) and after.pump.dosing.last > before.dosing.last
    changed = isinstance(event, ChangeSolution) and after.verdict.accepted
    whole = after.pump.line.rising >= before.line.rising - surely_ran(before, after)
    return larger or changed or whole
