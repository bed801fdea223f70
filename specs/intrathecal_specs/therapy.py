"""Changes of therapy: solutions, prescriptions, limits and the order of commands."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.drug import Drug, DrugClass, LimitSource, Solution
from intrathecal.events import ChangeSolution, Commission, Event, Reread, ShiftSchedule, Tick
from intrathecal.pricing import day_volume
from intrathecal.pump import Pump
from intrathecal.stepping import step
from intrathecal.units import PLACES
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import NANOGRAM, Numbered, Prescribing, constant, rereads, resumed


def names(kinds: tuple[DrugClass, ...], kind: DrugClass) -> bool:
    """Whether the class is one of those named."""
    return any(each == kind and each != DrugClass.NONE for each in kinds)


def pair_allowed(one: Drug, other: Drug, acknowledged: bool) -> bool:
    """Whether the first drug may meet the second."""
    return not names(one.never_with, other.kind) and (not names(one.cautious_with, other.kind) or acknowledged)


def may_meet(one: Solution, other: Solution, acknowledged: bool) -> bool:
    """Whether each drug of the one solution may meet every other drug of the other, and that one it."""
    found = True
    for a in one.ingredients:
        for b in other.ingredients:
            both = a.concentration > 0 and b.concentration > 0 and a.drug.code != b.drug.code
            meet = pair_allowed(a.drug, b.drug, acknowledged) and pair_allowed(b.drug, a.drug, acknowledged)
            found = found and (not both or meet)
    return found


def names_a_drug_twice(solution: Solution) -> bool:
    """Whether one drug is present in two places."""
    found = False
    for i in range(PLACES):
        one = solution.ingredients[i]
        for j in range(i):
            other = solution.ingredients[j]
            both = one.concentration > 0 and other.concentration > 0
            found = found or (both and one.drug.code == other.drug.code)
    return found


@requirement(
    "SOL-1",
    hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED),
    source="domain.md 4.6 (admixture rules)",
)
def a_solution_is_admitted_only_if_all_its_drugs_are(
    device: Device, before: Pump, event: Commission | ChangeSolution, after: Step
) -> bool:
    """Every drug that is present has a code, every concentration is within the drug's largest, no drug is named twice,
    no drug meets one that it may never meet, and a pair that calls for caution was acknowledged."""
    admitted = True
    for each in event.solution.ingredients:
        admitted = admitted and each.concentration <= each.drug.concentration_max
        admitted = admitted and (each.concentration == 0 or each.drug.code != 0)
    meets = may_meet(event.solution, event.solution, event.mixture_acknowledged)
    admitted = admitted and meets and not names_a_drug_twice(event.solution)
    return not after.verdict.accepted or (admitted and after.pump.solution == event.solution)


@requirement("SOL-1", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Change of therapy")
def only_filling_another_one_changes_the_solution(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The solution and its limits change only when a pump is commissioned, or its solution changed with all that this
    needs; a refill leaves them."""
    commissioned = isinstance(event, Commission | ChangeSolution) and after.verdict.accepted
    return commissioned or (after.pump.solution == before.solution and after.pump.limits == before.limits)


@requirement("SOL-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.2 (hard limits from a formulary)")
def every_hard_limit_is_the_labels_or_confirmed(
    device: Device, before: Pump, event: Commission | ChangeSolution, after: Step
) -> bool:
    """A solution is admitted only if each drug's hard limit is the label's, or a formulary's that was confirmed."""
    confirmed = True
    for ingredient in event.solution.ingredients:
        label = ingredient.drug.limit_source == LimitSource.LABEL
        confirmed = confirmed and (ingredient.concentration == 0 or label or event.formulary_confirmed)
    return not after.verdict.accepted or confirmed


@requirement("SOL-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Change of therapy")
def a_pump_is_commissioned_once(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """A pump that is implanted is not commissioned again."""
    return not after.verdict.accepted or before.phase != after.pump.phase


@requirement(
    "RATE-1",
    hazards=(Hazard.STUCK, Hazard.SILENT_STOP),
    source="domain.md 5 (Dec 2020: incomplete programming sessions)",
)
def a_prescription_takes_effect_whole_or_not_at_all(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """After any step the prescription is the one that was in force; or it is, in every part, that of a program event
    which was accepted, and therapy runs by it from its first slot on, once a bridge is over; or a constant-flow pump
    was commissioned, and the factory flow has begun; or a step was lost, and the fallback is left (SAVE-3)."""
    unchanged = after.pump.therapy == before.therapy or begun(event, after)
    programmed = isinstance(event, Prescribing) and after.verdict.accepted
    return in_force(event, after.pump) if programmed else unchanged or rereads(event, after)


def in_force(event: Event, pump: Pump) -> bool:
    """Whether the event's prescription is in force, from its first slot on, once a bridge is over."""
    if not isinstance(event, Prescribing):
        return False
    whole = pump.therapy.prescription == event.prescription and pump.schedule.flows == event.prescription.flows
    return whole and pump.mode == resumed(pump)


def begun(event: Event, after: Step) -> bool:
    """Whether the event commissioned a constant-flow pump, which then runs at its factory flow all day."""
    factory = all(flow == after.pump.device.flow_min for flow in after.pump.schedule.flows)
    commissioned = isinstance(event, Commission) and after.verdict.accepted
    return commissioned and constant(after.pump) and factory


@requirement("RATE-1", hazards=(Hazard.WRONG_TIME,), source="design: Change of therapy")
def the_schedule_turns_with_the_slots(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The schedule's flows stay as they are within a slot, and move on by one place when a slot ends, unless a new
    prescription is accepted, or a shift of the schedule (TIME-4), or a constant-flow pump is commissioned, or a step
    was lost (SAVE-3)."""
    turned = after.pump.now >= before.window.ends
    flows = before.schedule.flows
    expected = after.pump.schedule.flows == (flows[1:] + flows[:1] if turned else flows)
    other = isinstance(event, Prescribing | ShiftSchedule | Reread) and after.verdict.accepted
    return expected or other or begun(event, after)


@requirement(
    "RATE-4",
    hazards=(Hazard.OVER_DELIVERY,),
    source="domain.md 4.1 (label limits), 5 (Sep 2004: minutes typed for hours)",
)
def nothing_helps_over_a_hard_limit(device: Device, before: Pump, event: Prescribing, after: Step) -> bool:
    """The programmed day, the schedule with all its patient boluses, holds at most the hard limit of each drug,
    whatever is acknowledged."""
    within = True
    for ingredient in after.pump.solution.ingredients:
        mass = day_volume(event.prescription) * ingredient.concentration
        within = within and mass <= ingredient.drug.hard * NANOGRAM
    return not after.verdict.accepted or within


@requirement("RATE-4", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.2 (soft limits at consensus figures)")
def a_day_over_a_soft_limit_is_acknowledged_and_recorded(
    device: Device, before: Pump, event: Prescribing, after: Step
) -> bool:
    """A programmed day that holds more than the soft limit of a drug is accepted only when acknowledged, and that is
    recorded with the therapy."""
    over = False
    for ingredient in after.pump.solution.ingredients:
        mass = day_volume(event.prescription) * ingredient.concentration
        over = over or mass > ingredient.drug.soft * NANOGRAM
    recorded = event.soft_limit_acknowledged and after.pump.therapy.over_soft
    return not after.verdict.accepted or not over or recorded


@requirement("RATE-6", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 7.6 (double doses after a lost answer)")
def a_duplicate_leaves_what_a_tick_would(device: Device, before: Pump, event: Numbered, after: Step) -> bool:
    """An event whose number is not above that of the last one applied is refused and leaves what a tick would leave."""
    tick = step(device, before, Tick(at=event.at)).pump
    return event.number > before.number or (not after.verdict.accepted and after.pump == tick)


@requirement("RATE-6", hazards=(Hazard.OVER_DELIVERY,), source="design: Change of therapy")
def an_applied_number_is_remembered(device: Device, before: Pump, event: Numbered, after: Step) -> bool:
    """The number of an applied event is kept; a refused one leaves the number as it was."""
    return after.pump.number == (event.number if after.verdict.accepted else before.number)
