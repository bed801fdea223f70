"""Changed solutions: all in one step, and the old one out of the line by volume, before the new one is relied upon."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, largest, least, smallest
from intrathecal.bridging import brings_too_little
from intrathecal.device import Device, slow_in_air
from intrathecal.drug import Ingredient
from intrathecal.events import ChangeSolution, ClinicianBolus, Event, PatientBolus, Program, ReviseCatheter
from intrathecal.evolving import evolve
from intrathecal.pricing import day_volume
from intrathecal.pump import Mode, Pump
from intrathecal.titrating import anchored, highest
from intrathecal.units import DAY, FLOW_MAX, PER_MILLE, PLACES, VOLUME_MAX
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import kept_whole, surely_ran, without_delivery
from intrathecal_specs.words import NANOGRAM, bolus_or_priming, ran


@requirement(
    "RES-8",
    hazards=(Hazard.TRANSPORT_IGNORED, Hazard.STUCK),
    source="domain.md 1.7 (bridge mandatory), 1.2.1 (carry-over without a rinse)",
)
def a_changed_solution_comes_with_rinse_bridge_and_prescription(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """Another solution is accepted only for a pump drawn empty and rinsed; it then is what the pump holds, the old one
    is what the line holds, the bridge runs, and the new prescription is in force behind it: all in this step."""
    pump = after.pump
    bridge = pump.bridge
    prepared = event.emptied and event.rinsed
    held = pump.solution == event.solution and pump.reservoir.filled == event.filled
    line = bridge.solution == before.solution and bridge.late != 0 and pump.mode == Mode.BRIDGING
    return not after.verdict.accepted or (
        prepared and held and line and pump.therapy.prescription == event.prescription
    )


@requirement("RES-8", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Words (drugs of one pump)")
def a_drug_keeps_its_place(device: Device, before: Pump, event: ChangeSolution, after: Step) -> bool:
    """A drug that the pump has held keeps its place, and its limits, in every solution to come; it stands nowhere
    else."""
    kept = True
    for i in range(PLACES):
        drug = before.solution.ingredients[i].drug
        kept = kept and (drug.code == 0 or event.solution.ingredients[i].drug == drug)
        for j in range(PLACES):
            kept = kept and (i == j or drug.code == 0 or event.solution.ingredients[j].drug.code != drug.code)
    return not after.verdict.accepted or kept


@requirement("RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac3: boxed warning)")
def a_drug_that_falls_by_steps_is_left_out_only_knowingly(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """A solution without a drug that the pump held, and that may fall only by steps, is accepted only if the fall is
    acknowledged."""
    left_out = False
    for i in range(PLACES):
        one = before.solution.ingredients[i]
        by_steps = one.concentration > 0 and one.drug.titration.fall_per_mille < PER_MILLE
        left_out = left_out or (by_steps and event.solution.ingredients[i].concentration == 0)
    return not after.verdict.accepted or not left_out or event.fall_acknowledged


@requirement(
    "RES-9",
    hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY),
    source="domain.md 1.2.1 (bridge volume and duration), 5 (Sep 2016: a wrong tubing volume)",
)
def a_bridge_knows_earliest_and_latest_arrival(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """What is delivered before the earliest arrival cannot fill tubing and catheter at their smallest, at the fast end
    of tolerance; what is delivered before the latest fills them at their largest, at the slow end in ordinary air."""
    line = before.line
    bridge = after.pump.bridge
    least_line = greatest(device.tubing + line.catheter - line.uncertainty, 0) * 1_000
    most_line = (device.tubing + line.catheter + line.uncertainty) * 1_000
    early = bridge.early * (1_000 + device.fast) <= least_line and 0 <= bridge.early
    late = most_line <= bridge.late * (1_000 - slow_in_air(device))
    return not after.verdict.accepted or (early and late)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Reservoir (by volume, never by time)")
def a_line_is_crossed_by_what_is_delivered(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The earliest arrival comes nearer by all that is delivered, the latest only by what is delivered beyond doubt:
    in every mode, and by nothing else."""
    changed = isinstance(event, ChangeSolution) and after.verdict.accepted
    delivered = before.command.flow * ran(before, after)
    early = after.pump.bridge.early == (greatest(before.bridge.early - delivered, 0))
    late = after.pump.bridge.late == greatest(before.bridge.late - surely_ran(before, after), 0)
    return changed or before.bridge.late == 0 or (early and late)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Reservoir")
def only_a_changed_solution_begins_a_bridge(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Where there is no bridge, none begins but with another solution."""
    changed = isinstance(event, ChangeSolution) and after.verdict.accepted
    return changed or before.bridge.late != 0 or after.pump.bridge.late == 0


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source="domain.md 7.6 F5")
def no_schedule_runs_before_the_line_has_cleared(device: Device, pump: Pump) -> bool:
    """As long as the line may hold the old solution neither the schedule runs nor a bolus nor priming; once it has
    surely cleared, no bridge does."""
    scheduled = pump.mode == Mode.BASAL or bolus_or_priming(pump)
    return (not scheduled or pump.bridge.late == 0) and (pump.mode != Mode.BRIDGING or pump.bridge.late != 0)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source="domain.md 1.2.1")
def bridge_and_meeting_run_at_the_flows_asked_for(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """The bridge runs at the flow asked for. From the earliest to the latest arrival runs one that is asked for too: it
    lies between the bridge's and the new prescription's flows."""
    bridge = after.pump.bridge
    meeting = bridge.meeting_flow
    asked = bridge.flow == event.bridge_flow and meeting == event.meeting_flow
    not_above = meeting <= bridge.flow or any(meeting <= flow for flow in event.prescription.flows)
    not_below = meeting >= bridge.flow or any(meeting >= flow for flow in event.prescription.flows)
    return not after.verdict.accepted or (asked and not_above and not_below)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED,), source="design: Reservoir")
def no_bolus_and_no_second_change_before_the_line_has_cleared(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus | ChangeSolution, after: Step
) -> bool:
    """While the line may hold the old solution boluses and a second change are refused."""
    return not after.verdict.accepted or before.bridge.late <= surely_ran(before, after)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED,), source="domain.md 1.2.1 (a stale catheter length)")
def no_catheter_is_revised_before_the_line_has_cleared(
    device: Device, before: Pump, event: ReviseCatheter, after: Step
) -> bool:
    """While the line may hold the old solution, by the volumes with which its bridge was reckoned, no other catheter is
    accepted."""
    return not after.verdict.accepted or before.bridge.late <= surely_ran(before, after)


@requirement("RES-9", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac3), 4.4")
def a_bridge_that_brings_too_little_is_acknowledged(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """The least that a day of the bridge nominally brings of a drug is that of its meeting's flow at the weaker
    concentration, in as many slots as the meeting can last, and in the others the smallest of bridge and prescription.
    Where that is below the drug's fraction of the dose in force, a clinician acknowledges it."""
    if not after.verdict.accepted or event.least_day_acknowledged:
        return True
    return not brings_too_little(after.pump.bridge, event.solution, event.prescription.flows, before.dosing.last)


@requirement("RES-9", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1, 4.3 (steps and their spacing by label)")
def a_changed_solution_takes_no_step_that_a_prescription_may_not(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """With another solution the daily dose of a drug that stays is at most one step above the anchor, and of one that
    is new at most its starting dose; with what is new, no step is taken before it was kept for a whole interval."""
    within = steps_with_another(before, event, after.pump.now, day_volume(event.prescription))
    fresh = any(
        before.solution.ingredients[i].concentration == 0 and event.solution.ingredients[i].concentration > 0
        for i in range(PLACES)
    )
    return not after.verdict.accepted or (within and (after.pump.dosing.held or not fresh))


@requirement("RES-9", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="design: Reservoir (the bridge)")
def a_meeting_takes_no_step_with_the_new_solution_either(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """In the meeting the new solution may run already: a day of its flow brings of no drug more than a day of the new
    prescription may, at most one step above the anchor of a drug that stays, and the starting dose of one that is
    new."""
    return not after.verdict.accepted or steps_with_another(before, event, after.pump.now, event.meeting_flow * DAY)


def steps_with_another(before: Pump, event: ChangeSolution, now: int, volume: int) -> bool:
    """Whether a day of `volume` quanta of the other solution brings of no drug more than steps allow."""
    dosing = before.dosing
    kept = kept_whole(before, now)
    anchor = dosing.last if kept else dosing.rises_from
    held = dosing.last == 0 or (dosing.held and not kept)
    within = True
    for i in range(PLACES):
        old = before.solution.ingredients[i]
        new = event.solution.ingredients[i]
        mass = volume * new.concentration
        within = within and (new.concentration == 0 or within_step(old, new, mass, anchor, held))
    return within


def within_step(old: Ingredient, new: Ingredient, mass: int, anchor: int, held: bool) -> bool:
    """Whether a daily dose (quanta · ng/mL) is one that steps allow.

    `anchor`: quanta a day, of the old solution.
    """
    titration = new.drug.titration
    base = anchor * old.concentration
    step = greatest(1_000 * titration.rise * NANOGRAM, base * titration.rise_per_mille)
    stays = 1_000 * mass <= 1_000 * base + (0 if held else step)
    return mass <= titration.start * NANOGRAM if old.concentration == 0 else stays


@requirement(
    "RATE-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac1, S-bac3: abrupt discontinuation)"
)
def a_changed_solution_falls_by_one_step_at_most(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """While therapy runs, the daily dose that another solution brings of a drug that stays is at most one step below
    the anchor of steps down, as far as a day's volume can hold that, unless a clinician acknowledges more."""
    dosing = before.dosing
    anchor = dosing.last if kept_whole(before, after.pump.now) else greatest(dosing.falls_from, dosing.last)
    volume = day_volume(event.prescription)
    within = True
    for i in range(PLACES):
        old, new = before.solution.ingredients[i], event.solution.ingredients[i]
        rest = 1_000 - new.drug.titration.fall_per_mille
        enough = anchor * old.concentration * rest <= 1_000 * volume * new.concentration
        full = VOLUME_MAX * rest <= 1_000 * volume
        within = within and (new.concentration == 0 or enough or full)
    meant = event.fall_acknowledged or without_delivery(after.pump, dosing.changed_at)
    return not after.verdict.accepted or meant or within


@requirement(
    "RATE-5", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source="domain.md 4.3 (transport delay)"
)
def no_increase_by_another_solution_before_the_last_one_has_arrived(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """Another solution brings more of a drug that stays than the dose in force only when nothing remains to be
    delivered before the last increase has travelled the line, unless a clinician acknowledges it."""
    larger = False
    for i in range(PLACES):
        old, new = before.solution.ingredients[i].concentration, event.solution.ingredients[i].concentration
        more = day_volume(event.prescription) * new > before.dosing.last * old
        larger = larger or (old > 0 and more)
    arrived = before.line.rising <= surely_ran(before, after)
    return not after.verdict.accepted or not larger or event.increase_acknowledged or arrived


@requirement("MODE-2", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="design: Modes and faults")
def in_a_bridge_the_fallback_is_no_faster_than_the_bridge(device: Device, pump: Pump) -> bool:
    """While the line may hold the solution before, which may be stronger, the fallback is at most the flow that a
    clinician gave for it, and that of the meeting."""
    fallback = pump.therapy.prescription.fallback
    return pump.bridge.late == 0 or (fallback <= pump.bridge.flow and fallback <= pump.bridge.meeting_flow)


@requirement("RES-9", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="design: Reservoir (the bridge)")
def a_bridge_keeps_to_the_limits_and_steps_of_both(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """The old solution's flow is within its own limit, the meeting's within both; no flow of a bridge is slower than
    the device runs, and none makes a day of the old solution of more than one step up; and the meeting's lies between
    the lowest and the highest of the bridge's flow and the prescription's."""
    flow, meeting, flows = event.bridge_flow, event.meeting_flow, event.prescription.flows
    most = least(before.limits.flow, after.pump.limits.flow)
    fast = flow <= before.limits.flow and meeting <= most
    slow = device.flow_min <= flow and device.flow_min <= meeting
    between = least(flow, smallest(flows, FLOW_MAX)) <= meeting and meeting <= greatest(flow, largest(flows))
    day = highest(before.solution, anchored(evolve(before, now=after.pump.now)))
    steps = flow * DAY <= day and meeting * DAY <= day
    return not after.verdict.accepted or (fast and slow and between and steps)


@requirement("RATE-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (starting doses), 5 (S-hsa16: 48 h)")
def after_two_days_without_delivery_a_bridge_begins_anew(
    device: Device, before: Pump, event: Program | ChangeSolution, after: Step
) -> bool:
    """A bridge that begins, or goes on, after more than 48 h without delivery runs within the starting dose of each
    drug of the old solution, and its meeting within that of each drug of both, unless a clinician acknowledges that
    therapy goes on from the dose before."""
    bridge = after.pump.bridge
    slow = True
    for i in range(PLACES):
        old, new = bridge.solution.ingredients[i], after.pump.solution.ingredients[i]
        first = bridge.flow * DAY * old.concentration <= old.drug.titration.start * NANOGRAM
        met = bridge.meeting_flow * DAY * old.concentration <= old.drug.titration.start * NANOGRAM
        then = bridge.meeting_flow * DAY * new.concentration <= new.drug.titration.start * NANOGRAM
        slow = slow and first and met and then
    anew = without_delivery(after.pump, before.dosing.changed_at) and not event.restart_acknowledged
    return not after.verdict.accepted or bridge.late == 0 or not anew or slow
