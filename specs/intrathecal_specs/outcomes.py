"""Outcomes: what becomes of that which an event is about, told exactly, so that nothing else does."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, largest, least
from intrathecal.bridging import surest
from intrathecal.device import Device, slow_in_air
from intrathecal.events import (
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    MriBegins,
    MriEnds,
    PatientBolus,
    Prime,
    Program,
    Reread,
    Retire,
    ReviseCatheter,
    Stop,
    Tick,
    Withdraw,
)
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS, Fault
from intrathecal.handlers.constant_flow import factory_prescription
from intrathecal.prescription import Prescription
from intrathecal.pricing import day_volume, whole_day
from intrathecal.pump import (
    Bolus,
    BolusHistory,
    DoseHistory,
    Finding,
    Limits,
    Line,
    Mode,
    Mri,
    Pump,
    Therapy,
)
from intrathecal.stepping import step
from intrathecal.titrating import (
    anchored,
    carried_down,
    carried_up,
    declared_day,
    declared_fall,
    doses_to_begin_with,
    references,
    starting_day,
    whole,
)
from intrathecal.units import DAY, NEVER, PLACES, SHARES, SLOT, STOPPED_LONGEST
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import without_delivery
from intrathecal_specs.words import Filling, Prescribing, constant, programmable, ran, resumed, was_tried

_SHAPE = "design: The shape of the core"
_WHOLE = (Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY)


@requirement("DOSE-7", hazards=_WHOLE, source=_SHAPE)
def a_bolus_begins_as_it_was_asked_for(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus | Prime, after: Step
) -> bool:
    """A bolus, or priming, begins at once, with its volume over its duration, and replaces the schedule; a patient's
    with flow and price that its prescription was given. The starts of a patient's are taken down, the newest first;
    nothing has ended."""
    tick = step(device, before, Tick(at=event.at)).pump
    pump = after.pump
    order = before.therapy.prescription.patient_bolus
    volume = order.volume if isinstance(event, PatientBolus) else event.volume
    duration = order.duration if isinstance(event, PatientBolus) else event.duration
    patients = isinstance(event, PatientBolus)
    flow = before.therapy.bolus_flow if patients else div_floor(volume, duration)
    burn = before.therapy.bolus_burn if patients else flow * before.limits.potency
    bolus = Bolus(volume=volume, flow=flow, burn=burn, started=event.at, ends=event.at + duration)
    mode = pump.mode == (Mode.PRIMING if isinstance(event, Prime) else Mode.BOLUS)
    starts = (event.at,) + tick.history.starts[:-1] if isinstance(event, PatientBolus) else tick.history.starts
    history = pump.history == BolusHistory(ended=tick.history.ended, starts=starts)
    return not after.verdict.accepted or (mode and pump.bolus == bolus and history)


Ending = CancelBolus | Stop | Retire | Prescribing
"""Events that end a bolus that runs."""


@requirement("DOSE-3", hazards=_WHOLE, source=_SHAPE)
def a_bolus_is_ended_by_what_ends_it_and_at_once(device: Device, before: Pump, event: Ending, after: Step) -> bool:
    """A bolus that is cancelled, stopped or replaced has ended now; where none runs, none has. Once cancelled the
    schedule returns; once stopped or retired nothing runs."""
    tick = step(device, before, Tick(at=event.at)).pump
    pump = after.pump
    ended = event.at if tick.mode == Mode.BOLUS else tick.history.ended
    history = pump.history == BolusHistory(ended=ended, starts=tick.history.starts)
    back = pump.mode == Mode.BASAL or not isinstance(event, CancelBolus)
    stopped = pump.mode == Mode.STOPPED or not isinstance(event, Stop | Retire)
    return not after.verdict.accepted or (history and back and stopped)


@requirement("MODE-1", hazards=(Hazard.UNDER_DELIVERY, Hazard.SILENT_STOP), source="design: Modes and faults")
def a_fault_changes_the_mode_as_it_must(
    device: Device, before: Pump, event: FaultFound | FaultGone, after: Step
) -> bool:
    """A fault with which therapy goes on, or on a stopped pump, changes no mode; a stall in an announced MRI suspends
    what is not safe; any other leads to the safe mode. Once one is gone what was suspended goes on, by its bridge or
    its schedule, and no other mode changes. A bolus that ends by it ends now."""
    tick = step(device, before, Tick(at=event.at)).pump
    pump = after.pump
    if isinstance(event, FaultGone):
        mode = resumed(tick) if tick.mode == Mode.SUSPENDED else tick.mode
        return not after.verdict.accepted or (pump.mode == mode and pump.history == tick.history)
    goes_on = event.fault == Fault.REPLACEMENT_DUE or tick.mode == Mode.STOPPED
    magnet = event.fault == Fault.MOTOR_STALL and before.mri.announced and tick.mode != Mode.SAFE
    mode = tick.mode if goes_on else (Mode.SUSPENDED if magnet else Mode.SAFE)
    ended = event.at if tick.mode == Mode.BOLUS and not goes_on else tick.history.ended
    history = pump.history == BolusHistory(ended=ended, starts=tick.history.starts)
    return not after.verdict.accepted or (pump.mode == mode and history)


@requirement("MODE-1", hazards=(Hazard.CORRUPTED_PROGRAM,), source="design: Modes and faults")
def a_fault_comes_and_goes_alone(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A fault that is found is added, as is a reset where a pump with a motor is reread; one that is gone is taken
    away, a prescription takes away a reset, and no other fault changes."""
    reread = isinstance(event, Reread) and after.verdict.accepted and not constant(before)
    same = True
    for i in range(FAULTS):
        found = isinstance(event, FaultFound) and after.verdict.accepted and event.fault == i
        found = found or (reread and i == Fault.RESET)
        gone = isinstance(event, FaultGone) and after.verdict.accepted and event.fault == i
        cleared = isinstance(event, Prescribing) and after.verdict.accepted and i == Fault.RESET
        same = same and after.pump.faults[i] == ((before.faults[i] or found) and not gone and not cleared)
    return same


@requirement("MODE-6", hazards=(Hazard.STUCK, Hazard.SILENT_STOP), source="design: Modes and faults")
def an_mri_is_announced_ends_and_is_verified(
    device: Device, before: Pump, event: MriBegins | MriEnds | Interrogate | Retire, after: Step
) -> bool:
    """An MRI that begins is announced; from then on a programmable pump is unverified, since the first of several,
    until an interrogation in none confirms motor and program; no motor that is stalled is confirmed."""
    mri = before.mri
    fresh = Mri(announced=False, unverified_since=NEVER)
    expected = mri
    if isinstance(event, MriBegins):
        since = event.at if programmable(before) and mri.unverified_since == NEVER else mri.unverified_since
        expected = Mri(announced=True, unverified_since=since)
    if isinstance(event, MriEnds):
        expected = Mri(announced=False, unverified_since=mri.unverified_since)
    if isinstance(event, Interrogate):
        stalled = before.faults[Fault.MOTOR_STALL]
        verified = event.motor_turns and event.program_confirmed and not stalled and not mri.announced
        expected = fresh if verified else mri
    if isinstance(event, Retire):
        expected = fresh
    return not after.verdict.accepted or after.pump.mri == expected


@requirement("RES-12", hazards=(Hazard.WRONG_VOLUME, Hazard.STUCK), source="design: Reservoir")
def what_is_known_of_the_supply_is_what_was_told(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """After filling, the sensor sees what was filled in, nothing disagrees, and the use-by date is the one told; what
    it measures is what it sees; what is drawn by needle, or delivered, is seen to leave. The mark for an early check is
    set where the pump is empty or stood still for more than 48 h, and leaves when it is drawn empty and holds what was
    expected, or is commissioned."""
    pump = after.pump
    old = before.supply
    seen = old.sensed - before.command.flow * ran(before, after)
    kept = old.check_early
    supply = evolve(old, sensed=seen)
    if isinstance(event, LevelMeasured) and after.verdict.accepted:
        supply = evolve(old, sensed=event.volume, disagrees=pump.supply.disagrees)
    if isinstance(event, Withdraw) and after.verdict.accepted:
        supply = evolve(old, sensed=seen - event.volume)
    if isinstance(event, Filling) and after.verdict.accepted:
        supply = evolve(old, sensed=event.filled, disagrees=False, use_by=event.use_by)
        kept = kept and not isinstance(event, Commission) and pump.closed.finding != Finding.AS_EXPECTED
    still = pump.delivered_at >= 0 and pump.now - pump.delivered_at > STOPPED_LONGEST
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    expected = evolve(supply, check_early=kept or empty or still)
    return pump == before or pump.supply == expected


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.UNDER_DELIVERY), source="design: Reservoir")
def a_line_is_as_long_as_it_was_told(
    device: Device, before: Pump, event: Commission | ReviseCatheter | Prime, after: Step
) -> bool:
    """The catheter is as it was told. After implantation the line is yet to be primed, at its smallest, after a
    revision the catheter alone; what was on its way has all of the new line to travel. What is primed is not primed
    again, and clears once all of the line, and more than was primed, has run."""
    tick = step(device, before, Tick(at=event.at)).pump.line
    line = after.pump.line
    if isinstance(event, Prime):
        whole_line = whole(device.tubing + tick.catheter + tick.uncertainty, slow_in_air(device))
        primed = evolve(tick, unprimed=0, clearing=greatest(whole_line, event.volume + 1))
        return not after.verdict.accepted or line == primed
    longest = whole(device.tubing + event.catheter + event.catheter_uncertainty, slow_in_air(device))
    new = isinstance(event, Commission)
    shortest = event.catheter - event.catheter_uncertainty + (device.tubing if new else 0)
    expected = Line(
        catheter=event.catheter,
        uncertainty=event.catheter_uncertainty,
        rising=0 if new else greatest(tick.rising, longest),
        unprimed=surest(shortest, device.fast),
        clearing=0 if new or tick.clearing == 0 else greatest(tick.clearing, longest),
    )
    return not after.verdict.accepted or line == expected


@requirement("RATE-5", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.UNDER_DELIVERY), source="design: Change of therapy")
def only_an_increase_enters_the_line(device: Device, before: Pump, event: Prescribing, after: Step) -> bool:
    """An accepted prescription of more than the daily dose in force, in volumes of its solution, has the whole line to
    travel; one of no more leaves the line as a tick leaves it."""
    tick = step(device, before, Tick(at=event.at)).pump.line
    last = before.dosing.last
    if isinstance(event, ChangeSolution):
        last = carried_up(before.solution, event.solution, last)
    longest = whole(device.tubing + tick.catheter + tick.uncertainty, slow_in_air(device))
    rising = longest if day_volume(event.prescription) > last else tick.rising
    return not after.verdict.accepted or after.pump.line == evolve(tick, rising=rising)


@requirement("RES-9", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.UNDER_DELIVERY), source="design: Reservoir")
def a_bridge_runs_from_the_old_solution_to_the_new(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """A bridge holds the old solution, at its own potency and the stronger of both, and lasts from the earliest
    arrival, the smallest line at the fast end, to the latest, the largest at the slow end in ordinary air; its flows
    are those that were told, each with its price."""
    line = before.line
    old, new = before.limits.potency, after.pump.limits.potency
    strongest = greatest(old, new)
    bridge = after.pump.bridge
    shortest = surest(device.tubing + line.catheter - line.uncertainty, device.fast)
    longest = whole(device.tubing + line.catheter + line.uncertainty, slow_in_air(device))
    arrives = bridge.early == shortest and bridge.late == greatest(longest, 1)
    flows = bridge.flow == event.bridge_flow and bridge.meeting_flow == event.meeting_flow
    prices = bridge.burn == event.bridge_flow * old and bridge.meeting_burn == event.meeting_flow * strongest
    fallback = bridge.fallback_burn == event.prescription.fallback * strongest
    holds = bridge.solution == before.solution and bridge.potency == old and bridge.strongest == strongest
    return not after.verdict.accepted or (arrives and flows and prices and fallback and holds)


@requirement("RATE-2", hazards=(Hazard.UNDER_DELIVERY, Hazard.OVER_DELIVERY), source="design: Change of therapy")
def another_solution_carries_the_anchors_over(device: Device, before: Pump, event: ChangeSolution, after: Step) -> bool:
    """With another solution what doses are judged by is carried over in its volumes, each drug toward smaller steps,
    and then moves as with any prescription; where a drug is new, no step up is taken from it."""
    old = before.dosing
    new = after.pump.dosing
    one, other = before.solution, event.solution
    anchor = anchored(evolve(before, now=after.pump.now))
    rest = without_delivery(after.pump, old.changed_at)
    anew = rest and not event.restart_acknowledged
    last = carried_up(one, other, anchor.last)
    rise = carried_up(one, other, anchor.rises_from)
    fall = carried_down(one, other, anchor.falls_from)
    volume = day_volume(event.prescription)
    tried = any(was_tried(before.trial, ingredient) for ingredient in before.solution.ingredients)
    first = tried and old.held and old.last == 0 and volume > 0
    expected = DoseHistory(
        last=volume,
        rises_from=volume if first else (least(rise, starting_day(other)) if anew else rise),
        falls_from=0 if rest else fall,
        held=anchor.held
        or anew
        or any(one.ingredients[i].concentration == 0 and other.ingredients[i].concentration > 0 for i in range(PLACES)),
        changed_at=old.changed_at if volume == last and not rest else after.pump.now,
    )
    return not after.verdict.accepted or new == expected


@requirement("RATE-2", hazards=(Hazard.UNDER_DELIVERY, Hazard.OVER_DELIVERY), source="design: Trial")
def a_patient_begins_from_what_was_had_until_now(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """What the first doses are judged by is what the patient has had until now, as declared or from the pump before;
    what a trial found counts before it, and where there is neither the starting dose. It is kept until there was a
    whole interval. A constant flow's day is in force, and rises from itself."""
    reference = references(before.former, event.solution, event.reference)
    highest = declared_day(event.solution, doses_to_begin_with(before.trial, event.solution, reference))
    day = device.flow_min * DAY if constant(before) else 0
    since = before.former.until if before.former.until >= 0 else event.at
    expected = DoseHistory(
        last=day,
        rises_from=day if constant(before) else highest,
        falls_from=declared_fall(event.solution, reference),
        held=True,
        changed_at=event.at if constant(before) else since,
    )
    return not after.verdict.accepted or after.pump.dosing == expected


@requirement("DOSE-5", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 7.3 (a bolus that is never admitted)")
def a_prescribed_day_holds_all_its_boluses(device: Device, before: Pump, event: Prescribing, after: Step) -> bool:
    """A prescription is accepted only where a whole day of it, its largest slot once more, and all the boluses that
    the patient may trigger fit under the ceiling together: in a bridge, with what is set aside for it."""
    therapy = after.pump.therapy
    order = therapy.prescription.patient_bolus
    boluses = therapy.bolus_burn * order.duration * order.count
    bridge = after.pump.bridge
    scheduled = therapy.day + therapy.peak * SLOT + boluses <= SHARES
    bridged = bridge.late == 0 or bridge.day + bridge.peak * SLOT + boluses <= SHARES
    return not after.verdict.accepted or (scheduled and bridged)


@requirement("RES-9", hazards=(Hazard.UNDER_DELIVERY,), source="design: Reservoir")
def a_prescription_in_a_bridge_is_set_aside_with_it(device: Device, before: Pump, event: Program, after: Step) -> bool:
    """A prescription of the same solution leaves a bridge as a tick leaves it, but for its fallback's price, and for
    what is set aside for a whole day and its largest slot; and where there is no bridge makes none."""
    tick = step(device, before, Tick(at=event.at)).pump.bridge
    reserved = after.pump.schedule.reserved
    price = event.prescription.fallback * tick.strongest
    refitted = evolve(tick, fallback_burn=price, day=whole_day(reserved), peak=largest(reserved))
    return not after.verdict.accepted or after.pump.bridge == (tick if tick.late == 0 else refitted)


@requirement("RATE-1", hazards=_WHOLE, source="design: Change of therapy")
def a_therapy_is_priced_as_it_was_prescribed(
    device: Device, before: Pump, event: Prescribing | Commission, after: Step
) -> bool:
    """The therapy of an accepted prescription, and of a constant flow that is commissioned, holds, at the potency of
    its solution, the price of a whole day, of the largest slot, of the fallback and of the own ceiling, the fastest
    flow, the patient's bolus with its flow and price, and whether the day is over a soft limit."""
    pump = after.pump
    if isinstance(event, Commission):
        nothing = not after.verdict.accepted or not constant(before)
        return nothing or pump.therapy == priced(factory_prescription(device), pump.limits)
    return not after.verdict.accepted or pump.therapy == priced(event.prescription, pump.limits)


def priced(prescription: Prescription, limits: Limits) -> Therapy:
    """The therapy that the prescription is, within these limits."""
    order = prescription.patient_bolus
    burns = tuple(flow * limits.potency for flow in prescription.flows)
    bolus = div_floor(order.volume, order.duration) if order.count > 0 else 0
    return Therapy(
        prescription=prescription,
        day=whole_day(burns),
        peak=largest(burns),
        fastest=largest(prescription.flows),
        ceiling=prescription.ceiling * limits.potency,
        fallback_burn=prescription.fallback * limits.potency,
        bolus_flow=bolus,
        bolus_burn=bolus * limits.potency,
        over_soft=day_volume(prescription) > limits.soft,
    )
