"""Constant-flow pumps: books by time, what they answer to commands that need a motor, and the gate at filling."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.drug import ceiling_of
from intrathecal.events import (
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    Missed,
    PatientBolus,
    Prime,
    Program,
    Retire,
    ShiftSchedule,
    Stop,
)
from intrathecal.handlers.constant_flow import factory_prescription
from intrathecal.pump import Phase, Pump
from intrathecal.units import DAY
from intrathecal.verdict import Reason, Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import (
    DISCREPANCY,
    NANOGRAM,
    OVER_DELIVERY,
    TRUE_NANOGRAM,
    Drawing,
    Filling,
    constant,
    true_strength,
)

NeedsMotor = (
    Program | PatientBolus | ClinicianBolus | CancelBolus | Prime | FaultFound | FaultGone | Interrogate | ShiftSchedule
)
"""Events that only a pump with a motor, or with electronics, can obey or send."""


def refused_for(reason: Reason, after: Step) -> bool:
    """Whether the event was refused for this reason, or before it for its time or device, its author or its number."""
    said = after.verdict.reason
    untimely = Reason.OTHER_DEVICE <= said and said <= Reason.NOT_MISSED
    unfounded = said == Reason.NOT_CLINICIAN or said == Reason.DUPLICATE
    return not after.verdict.accepted and (said == reason or untimely or unfounded)


@requirement("FIX-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 3.1 (no rate command, no electronics)")
def what_needs_a_motor_is_refused_by_name(device: Device, before: Pump, event: NeedsMotor, after: Step) -> bool:
    """A constant-flow pump takes no prescription, no shift of its schedule, no bolus, no priming, no fault of its
    hardware and no interrogation: the refusal says that it has no motor."""
    return not constant(before) or refused_for(Reason.NO_MOTOR, after)


@requirement("FIX-1", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="domain.md 3.1")
def a_changed_solution_leaves_a_constant_flow_as_it_is(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """A constant-flow pump takes another solution only with its factory flow for bridge, meeting, every slot and
    fallback, and without boluses; it runs on, at the same flow."""
    flow = before.device.flow_min
    asked = event.prescription
    bridge = event.bridge_flow == flow and event.meeting_flow == flow
    all_day = all(each == flow for each in asked.flows) and asked.fallback == flow and asked.patient_bolus.count == 0
    goes_on = after.pump.bridge.flow == flow and after.pump.bridge.meeting_flow == flow
    return not after.verdict.accepted or not constant(before) or (bridge and all_day and goes_on)


@requirement("FIX-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 3.1 (stopping is impossible but by emptying)")
def a_stop_answers_that_the_reservoir_must_be_emptied(device: Device, before: Pump, event: Stop, after: Step) -> bool:
    """A constant-flow pump is never stopped by a command: the refusal says that it must be emptied."""
    return not constant(before) or refused_for(Reason.EMPTY_TO_STOP, after)


@requirement("FIX-1", hazards=(Hazard.STUCK, Hazard.WRONG_MODEL), source="design: Constant-flow pumps")
def only_a_constant_flow_lacks_a_motor(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """No programmable pump refuses an event for want of a motor, or says that it stops only when it is emptied."""
    said = after.verdict.reason
    return constant(before) or (said != Reason.NO_MOTOR and said != Reason.EMPTY_TO_STOP)


@requirement("FIX-1", hazards=(Hazard.OVER_DELIVERY, Hazard.RECORD_LAGS), source="domain.md 3.1")
def a_constant_flow_is_retired_empty(device: Device, before: Pump, event: Retire, after: Step) -> bool:
    """A constant-flow pump is retired only when its books hold nothing, the residual volume neither: what has only run
    dry may have run slow, and is drawn empty first."""
    return not after.verdict.accepted or not constant(before) or after.pump.reservoir.remaining <= 0


@requirement(
    "FIX-2",
    hazards=(Hazard.OVER_DELIVERY,),
    source="domain.md 3.1 (the only controller is the concentration chosen at refill)",
)
def what_fills_a_constant_flow_pump_keeps_every_limit(
    device: Device, before: Pump, event: Filling, after: Step
) -> bool:
    """A constant-flow pump is filled only with a solution of which a day at the factory flow holds at most the hard
    limit of each drug, and at the fast end of any allowed band of pressure at most its ceiling."""
    within = True
    day = before.device.flow_min * DAY
    for ingredient in after.pump.solution.ingredients:
        drug = ingredient.drug
        most = ceiling_of(drug, before.device.fast) * TRUE_NANOGRAM
        within = within and day * ingredient.concentration <= drug.hard * NANOGRAM
        for band in before.device.bands:
            within = within and (not band.allowed or day * true_strength(ingredient, band.fast) <= most)
    return not after.verdict.accepted or not constant(before) or within


@requirement("FIX-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (starting doses), 5 (S-hsa16: 48 h)")
def a_constant_flow_begins_anew_after_two_days_without_delivery(
    device: Device, before: Pump, event: Commission, after: Step
) -> bool:
    """Where the patient's pump before delivered last more than 48 h ago, a day at the factory flow brings at most the
    starting dose of each drug, unless a clinician acknowledges that therapy goes on from the dose before."""
    within = True
    for ingredient in after.pump.solution.ingredients:
        mass = before.device.flow_min * DAY * ingredient.concentration
        within = within and mass <= ingredient.drug.titration.start * NANOGRAM
    rested = before.former.until >= 0 and after.pump.now - before.former.until > 48 * 3_600
    return not after.verdict.accepted or not constant(before) or not rested or event.restart_acknowledged or within


@requirement("FIX-2", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.1 (S-bac1, S-bac3), 4.4 (transferred)")
def a_constant_flow_begins_no_more_than_a_step_below_the_dose_before(
    device: Device, before: Pump, event: Commission, after: Step
) -> bool:
    """A day at the factory flow brings no less of a drug than one step down from the anchor of steps down, which holds
    every daily dose that was declared or is known from the pump before, unless a clinician acknowledges it, or the pump
    before delivered last more than 48 h ago."""
    within = True
    anchor = after.pump.dosing.falls_from
    for ingredient in event.solution.ingredients:
        least = anchor * (1_000 - ingredient.drug.titration.fall_per_mille)
        within = within and (ingredient.concentration == 0 or least <= 1_000 * before.device.flow_min * DAY)
    rested = before.former.until >= 0 and after.pump.now - before.former.until > 48 * 3_600
    meant = event.fall_acknowledged or rested
    return not after.verdict.accepted or not constant(before) or meant or within


@requirement("FIX-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 3.1, 4.2 (soft limits at consensus figures)")
def a_filling_over_a_soft_limit_is_acknowledged(device: Device, before: Pump, event: Filling, after: Step) -> bool:
    """A constant-flow pump that runs more of a drug in a day than its soft limit is filled, and filled again, only when
    that is acknowledged; it is recorded with the therapy."""
    over = False
    for ingredient in after.pump.solution.ingredients:
        mass = before.device.flow_min * DAY * ingredient.concentration
        over = over or mass > ingredient.drug.soft * NANOGRAM
    acknowledged = event.soft_limit_acknowledged and after.pump.therapy.over_soft
    return not after.verdict.accepted or not constant(before) or not over or acknowledged


@requirement(
    "FIX-4",
    hazards=(Hazard.FLOW_DRIFT, Hazard.MISPLACED_REFILL),
    source="domain.md 3.1 (flow check at each refill), 1.2.1",
)
def a_flow_outside_tolerance_is_told_at_refill(device: Device, before: Pump, event: Drawing, after: Step) -> bool:
    """What a constant-flow pump let go since it was last filled, by what is drawn from it, against its factory flow for
    the time, each part at the ends of its band of pressure: more than that and residual volume and measuring error
    explain raises the over-delivery alarm, less than that and measuring error explain the discrepancy. That nothing
    rises without such a reason is RES-6's to ask, of every pump."""
    d = before.device
    r = before.reservoir
    left = r.remaining - d.residual >= d.flow_min
    volume = d.flow_min * (after.pump.now - before.now) if left else 0
    most = r.fastest + volume * (1_000 + before.band.fast)
    least = r.slowest + (0 if before.mri.announced else volume * (1_000 - before.band.slow))
    flowed = r.filled - r.withdrawn - event.drawn
    fast = 1_000 * (flowed - d.residual - d.measuring_error) > most
    slow = 1_000 * (flowed + d.measuring_error) < least and not fast
    told = (not fast or after.alarms.listed[OVER_DELIVERY]) and (not slow or after.alarms.listed[DISCREPANCY])
    return not after.verdict.accepted or not constant(before) or told


@requirement("FIX-3", hazards=(Hazard.WRONG_VOLUME,), source="domain.md 3.1 (flow is physics)")
def a_constant_flow_runs_whatever_happens(device: Device, pump: Pump) -> bool:
    """An implanted constant-flow pump runs at its factory flow, in any state, until less than a second of it is left
    above the residual volume; a candidate and a retired one run nothing."""
    left = pump.reservoir.remaining - pump.device.residual >= pump.device.flow_min
    flows = pump.phase == Phase.IMPLANTED and left
    return not constant(pump) or pump.command.flow == (pump.device.flow_min if flows else 0)


@requirement("FIX-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 3.1")
def the_dose_window_never_forgets_a_constant_flow(device: Device, pump: Pump) -> bool:
    """As long as a constant-flow pump is implanted the dose window counts its factory flow, also when the books hold
    nothing any more: a pump that ran slow still runs. While the line may hold two solutions it counts at no less than
    the potency of either."""
    implanted = constant(pump) and pump.phase == Phase.IMPLANTED
    flow = pump.device.flow_min
    burn = pump.command.burn
    alone = burn == flow * pump.limits.potency
    either = burn >= flow * pump.limits.potency and burn >= flow * pump.bridge.potency
    return not implanted or (alone if pump.bridge.late == 0 else either)


@requirement("FIX-3", hazards=(Hazard.WRONG_VOLUME, Hazard.RECORD_LAGS), source="domain.md 3.1")
def a_constant_flow_is_counted_for_every_second(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Over every step an implanted constant-flow pump counts as delivered exactly its factory flow for the time that
    has passed, as long as a second of it is left above the residual volume; a refill counts it in the account that it
    closes."""
    left = before.reservoir.remaining - before.device.residual >= before.device.flow_min
    flows = before.phase == Phase.IMPLANTED and left
    volume = before.device.flow_min * (after.pump.now - before.now) if flows else 0
    delivered = before.reservoir.delivered + volume
    closed = after.pump.reservoir.delivered == 0 and after.pump.closed.delivered == delivered
    return not constant(before) or after.pump.reservoir.delivered == delivered or closed


@requirement("FIX-3", hazards=(Hazard.WRONG_VOLUME, Hazard.RECORD_LAGS), source="domain.md 3.1")
def a_constant_flow_is_counted_command_by_command(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An event after the end of an implanted constant-flow pump's last command, and missed time of any, are refused and
    leave the pump untouched: what flowed until then is told by a tick first."""
    beyond = before.phase == Phase.IMPLANTED and event.at > before.command.until
    untouched = not after.verdict.accepted and after.pump == before
    return not constant(before) or not (beyond or isinstance(event, Missed)) or untouched


@requirement("FIX-1", hazards=(Hazard.WRONG_MODEL,), source="domain.md 1.5 (constant flow)")
def a_change_that_needs_a_motor_is_refused_by_name(
    device: Device, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """On a constant-flow pump another solution with any flow, in the bridge or after it, that is not the factory's is
    refused as one that has no motor."""
    early = after.verdict.reason == Reason.NOT_IMPLANTED or refused_for(Reason.NO_MOTOR, after)
    return not constant(before) or as_the_factory_set_it(device, event) or early


def as_the_factory_set_it(device: Device, event: ChangeSolution) -> bool:
    """Whether the change asks for the factory flow alone, in the bridge and after it."""
    bridge = event.bridge_flow == device.flow_min and event.meeting_flow == device.flow_min
    return bridge and event.prescription == factory_prescription(device)
