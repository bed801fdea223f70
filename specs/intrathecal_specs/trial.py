"""The trial: screening doses one at a time, rung by rung, or an infusion, and who may be given a pump."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.drug import Solution
from intrathecal.events import ChangeSolution, Commission, Event, PortBolus, Program, ScreeningDose, ScreeningResponse
from intrathecal.pricing import day_volume
from intrathecal.pump import Phase, Pump
from intrathecal.trial import RUNGS, SuccessBy, Trial, TrialBy
from intrathecal.units import DAY, NANOLITRE, NEVER, PLACES
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Moment, observe, requirement
from intrathecal_specs.words import (
    NANOGRAM,
    Prescribing,
    constant,
    is_tried,
    programmable,
    ran,
    rereads,
    runs_elsewhere,
    was_tried,
)


@frozen
class Screening:
    """What has been given and recorded in a trial."""

    doses: int
    """How many screening doses were given."""
    mass: int
    """ng: the last one."""
    at: int
    """s: when it was given."""
    waited: int
    """s: since when the one before was past."""
    responses: int
    """How many responses to them were recorded."""


def begin_screening(start: Moment) -> Screening:
    """Nothing yet."""
    return Screening(doses=0, mass=0, at=NEVER, waited=0, responses=0)


def follow_screening(device: Device, seen: Screening, before: Pump, event: Event, after: Step) -> Screening:
    """Accepted doses and responses count."""
    if isinstance(event, ScreeningDose):
        given = Screening(
            doses=seen.doses + 1,
            mass=event.mass,
            at=event.at,
            waited=event.at - seen.at,
            responses=seen.responses,
        )
        return given if after.verdict.accepted else seen
    if isinstance(event, ScreeningResponse):
        answered = Screening(
            doses=seen.doses, mass=seen.mass, at=seen.at, waited=seen.waited, responses=seen.responses + 1
        )
        return answered if after.verdict.accepted and not before.trial.infusing else seen
    return seen


observe(Screening, begin_screening, follow_screening)


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5 (one dose at a time), 4.1 (S-bac1)")
def a_screening_dose_is_the_next_on_its_ladder(
    device: Device, seen: Screening, before: Pump, event: ScreeningDose, after: Step
) -> bool:
    """The first dose of a trial is the first of the protocol's ladder, the second the second, and so on: of the drug
    that is tried, none left out, none twice, and none after the ladder's last. None is given where the trial is by
    infusion."""
    ladder = before.trial.protocol.ladder
    next_one = False
    for i in range(RUNGS):
        next_one = next_one or (seen.doses == i + 1 and event.mass == ladder[i] and ladder[i] > 0)
    drug = event.drug == before.trial.protocol.drug and before.trial.protocol.by == TrialBy.SYRINGE
    return not after.verdict.accepted or (next_one and drug and before.phase == Phase.TRIAL)


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5 (one dose at a time)")
def one_screening_dose_at_a_time(device: Device, seen: Screening, pump: Pump) -> bool:
    """Of the doses given, none but the last is without its response."""
    return seen.responses <= seen.doses and seen.doses <= seen.responses + 1


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5 (continuous external catheter)")
def no_day_of_a_trial_is_above_its_ladder(device: Device, before: Pump, event: Prescribing, after: Step) -> bool:
    """In a trial by infusion no programmed day, all boluses of the patient's included, holds more of the drug that is
    tried than the last of the ladder's daily doses, whatever is acknowledged; and none is of another solution."""
    trial = before.trial
    mass = 0
    for ingredient in after.pump.solution.ingredients:
        own = day_volume(event.prescription) * ingredient.concentration
        mass = greatest(mass, own) if is_tried(trial, ingredient) else mass
    top = 0
    for dose in trial.protocol.ladder:
        top = dose if dose > 0 else top
    within = mass <= top * NANOGRAM and after.pump.solution == before.solution
    return not after.verdict.accepted or not trial.infusing or within


@requirement("TRIAL-1", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.5 (continuous external catheter)")
def a_trial_infuses_the_drug_that_is_tried(device: Device, before: Pump, event: Commission, after: Step) -> bool:
    """A pump is filled for a trial only with a solution that holds the drug that is tried."""
    held = False
    for ingredient in event.solution.ingredients:
        held = held or is_tried(before.trial, ingredient)
    return not after.verdict.accepted or not after.pump.trial.infusing or held


@requirement("TRIAL-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1: 24 h later), 4.5")
def the_next_screening_dose_waits(
    device: Device, seen: Screening, before: Pump, event: ScreeningDose, after: Step
) -> bool:
    """Between two doses lie the protocol's interval and the response to the first of them."""
    waited = seen.waited >= before.trial.protocol.interval and seen.waited >= DAY
    return not after.verdict.accepted or seen.doses == 1 or (waited and seen.responses == seen.doses - 1)


@requirement("TRIAL-2", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1: observe 4 to 8 h), 4.5")
def a_response_waits_for_the_observation(
    device: Device, seen: Screening, before: Pump, event: ScreeningResponse, after: Step
) -> bool:
    """A response to a screening dose is recorded once, and not before the protocol's observation of the patient has
    passed since it was given."""
    observed = event.at - seen.at >= before.trial.protocol.observation
    given = observed and seen.responses <= seen.doses and seen.doses > 0
    return not after.verdict.accepted or before.trial.infusing or given


@requirement(
    "TRIAL-2",
    hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED),
    source="domain.md 4.1 (S-infu: the first 24 to 72 h), 4.5",
)
def a_response_to_an_infusion_waits_for_the_observation(
    device: Device, before: Pump, event: ScreeningResponse, after: Step
) -> bool:
    """A response to an infusion is recorded only while the pump is worn, has had the same daily dose prescribed for as
    long as the protocol has the patient observed, what priming has left in the line has surely cleared, and the last
    increase has surely arrived."""
    observed = event.at - before.dosing.changed_at >= before.trial.protocol.observation
    line = after.pump.line
    worn = before.phase == Phase.IMPLANTED and line.clearing == 0 and line.rising == 0
    return not after.verdict.accepted or not before.trial.infusing or (observed and worn)


@frozen
class Doubt:
    """What counts in the dose window, and the pump may not have brought to the patient."""

    at: int
    """s: when anything of it last counted; `NEVER` where nothing did."""


def begin_doubt(start: Moment) -> Doubt:
    """Nothing yet."""
    return Doubt(at=NEVER)


def follow_doubt(device: Device, seen: Doubt, before: Pump, event: Event, after: Step) -> Doubt:
    """What an MRI leaves in doubt, as long as it runs, and so does priming; a step that is lost; what is injected."""
    if rereads(event, after) or (isinstance(event, PortBolus) and after.verdict.accepted):
        return Doubt(at=after.pump.now)
    elsewhere = runs_elsewhere(before) and ran(before, after) > 0
    return Doubt(at=before.now + ran(before, after)) if elsewhere else seen


observe(Doubt, begin_doubt, follow_doubt)


@requirement("TRIAL-2", hazards=(Hazard.RECORD_LAGS, Hazard.WRONG_VOLUME), source="design: SAVE-3; domain.md 4.5")
def a_response_to_an_infusion_is_to_what_was_delivered(
    device: Device, seen: Doubt, before: Pump, event: ScreeningResponse, after: Step
) -> bool:
    """No response to an infusion is recorded within a day of anything that counts as delivered and may not have been
    infused: while an MRI is announced or unverified, in a step that was lost, by priming, or through the bolus port."""
    return not after.verdict.accepted or not before.trial.infusing or event.at - seen.at >= DAY


@requirement("TRIAL-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Trial; Dose")
def no_pump_is_implanted_within_a_day_of_a_screening_dose(
    device: Device, seen: Screening, before: Pump, event: Commission, after: Step
) -> bool:
    """A pump is commissioned only when every screening dose has its response, and the protocol's interval since the
    last one has passed: no 24 hours hold a screening dose and what a pump delivers."""
    waited = event.at - seen.at >= before.trial.protocol.interval and event.at - seen.at >= DAY
    return not after.verdict.accepted or seen.doses == 0 or (waited and seen.responses == seen.doses)


@requirement("TRIAL-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1: no response to 100 ug), 4.5")
def a_response_decides_the_trial(
    device: Device, seen: Screening, before: Pump, event: ScreeningResponse, after: Step
) -> bool:
    """A screening dose that is a success makes a candidate, whose effective dose is the dose that was answered, and is
    long where the effect lasted for longer than the protocol says, or has not ended. Without one the trial ends in
    rejection where the ladder has no further dose, else it goes on."""
    protocol = before.trial.protocol
    good = event.responded if protocol.success == SuccessBy.RESPONSE else event.relief >= protocol.relief
    long = event.lasted > protocol.long_effect or event.lasted >= event.at - seen.at
    found = after.pump.trial
    top = seen.doses == RUNGS
    for i in range(1, RUNGS):
        top = top or (seen.doses == i and protocol.ladder[i] == 0)
    phase = Phase.CANDIDATE if good else (Phase.REJECTED if top else Phase.TRIAL)
    effect = found.effective == seen.mass and found.effective > 0 and found.long == long
    kept = found.protocol == protocol and (effect if good else found.effective == 0)
    return not after.verdict.accepted or before.trial.infusing or (after.pump.phase == phase and kept)


@requirement("TRIAL-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5")
def a_success_tells_the_daily_dose_that_was_infused(
    device: Device, before: Pump, event: ScreeningResponse, after: Step
) -> bool:
    """What a success in an infusion tells is the daily dose of the drug that is tried, short of it by no more than a
    nanolitre and a nanogram, and on the ladder: the one in force or, where it is less, what the dose window says was
    delivered. Without a success it is what it was; and the infusion goes on."""
    pump = after.pump
    protocol = before.trial.protocol
    good = event.responded if protocol.success == SuccessBy.RESPONSE else event.relief >= protocol.relief
    delivered = (pump.window.total + pump.window.current) // greatest(pump.limits.potency, 1)
    told = False
    for ingredient in pump.solution.ingredients:
        mass = least(pump.dosing.last, delivered) * ingredient.concentration
        short = mass < (pump.trial.infused + 1) * NANOGRAM + NANOLITRE * ingredient.concentration
        told = told or (is_tried(before.trial, ingredient) and pump.trial.infused * NANOGRAM <= mass and short)
    told = told and pump.trial.infused >= protocol.ladder[0]
    goes_on = pump.phase == before.phase and pump.trial.infusing and pump.trial.effective == 0
    right = goes_on and (told if good else pump.trial.infused == before.trial.infused)
    return not after.verdict.accepted or not before.trial.infusing or right


@requirement("TRIAL-3", hazards=(Hazard.RECORD_LAGS, Hazard.OVER_DELIVERY), source="domain.md 4.5")
def a_pump_that_has_delivered_nothing_tells_no_success(device: Device, pump: Pump) -> bool:
    """Of an infusion no success is on record where the pump has never delivered anything, whatever its dose window has
    taken over from the pump before, or counts for a step that was lost or for what was injected."""
    return pump.trial.infused == 0 or pump.delivered_at >= 0


@requirement("TRIAL-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5")
def what_a_trial_showed_stays(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The protocol never changes, and what a trial showed changes only with a recorded response."""
    recorded = isinstance(event, ScreeningResponse) and after.verdict.accepted
    return after.pump.trial.protocol == before.trial.protocol and (recorded or shows(before.trial, after.pump.trial))


def shows(one: Trial, other: Trial) -> bool:
    """Whether both trials show the same."""
    dose = one.effective == other.effective and one.infused == other.infused
    return dose and one.long == other.long and one.rung == other.rung


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="domain.md 4.5")
def only_a_candidate_is_implanted(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A pump takes its first solution only where it is a candidate's, to be implanted, or a programmable one, to be
    worn in a trial by infusion, whose own it remains; and a patient in a trial becomes a candidate, or is rejected,
    only by a response that is recorded."""
    recorded = isinstance(event, ScreeningResponse) and after.verdict.accepted
    commissioned = isinstance(event, Commission) and after.verdict.accepted
    new = after.pump.phase == Phase.IMPLANTED and before.phase != Phase.IMPLANTED
    decided = after.pump.phase == Phase.CANDIDATE or after.pump.phase == Phase.REJECTED
    left = decided and before.phase != after.pump.phase
    by_infusion = before.trial.protocol.by == TrialBy.INFUSION and programmable(before)
    worn = after.pump.trial.infusing
    implanted = before.phase == Phase.CANDIDATE and not worn
    first = not new or (commissioned and (implanted or (before.phase == Phase.TRIAL and by_infusion and worn)))
    stays = new or worn == before.trial.infusing
    return first and stays and (not left or (recorded and before.phase == Phase.TRIAL))


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1: not a candidate)")
def a_rejected_patient_stays_rejected(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Nothing that happens leads from rejection to a pump."""
    return before.phase != Phase.REJECTED or (after.pump.phase == Phase.REJECTED and after.command.flow == 0)


@frozen
class Begun:
    """The first daily dose that was prescribed on a pump."""

    volume: int
    """quanta a day, all boluses included; 0 before there is any."""
    at: int
    """s: when it was prescribed."""
    masses: Annotated[tuple[int, ...], PLACES]
    """quanta · ng/mL: what it holds of each drug."""


def begin_begun(start: Moment) -> Begun:
    """None yet."""
    return Begun(volume=0, at=NEVER, masses=(0, 0, 0, 0))


def follow_begun(device: Device, seen: Begun, before: Pump, event: Event, after: Step) -> Begun:
    """The first accepted prescription that is not one of nothing; a constant flow's begins when it is filled."""
    if not after.verdict.accepted or seen.volume != 0:
        return seen
    if isinstance(event, Program):
        return begun_with(day_volume(event.prescription), event.at, before.solution)
    if isinstance(event, Commission) and constant(before):
        return begun_with(before.device.flow_min * DAY, event.at, event.solution)
    return seen


def begun_with(volume: int, at: int, solution: Solution) -> Begun:
    """A first day of `volume` quanta."""
    return Begun(volume=volume, at=at, masses=tuple(volume * i.concentration for i in solution.ingredients))


def hand_over_begun(seen: Begun) -> Begun:
    """Nothing was prescribed on the next pump yet."""
    return Begun(volume=0, at=NEVER, masses=(0, 0, 0, 0))


observe(Begun, begin_begun, follow_begun, hand_over_begun)


@requirement("TRIAL-5", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1, S-bac2: twice the test dose)")
def the_first_daily_dose_is_a_multiple_of_the_effective_one(device: Device, seen: Begun, pump: Pump) -> bool:
    """The first daily dose of a drug that was tried is at most the protocol's multiple of the dose that was effective,
    and the smaller multiple where its effect was long."""
    trial = pump.trial
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    within = True
    for i in range(PLACES):
        tried = was_tried(trial, pump.solution.ingredients[i])
        within = within and (not tried or 1_000 * seen.masses[i] <= trial.effective * multiple * NANOGRAM)
    return within


@requirement("TRIAL-5", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.1 (S-bac1: no increase in the first 24 h)")
def the_first_daily_dose_is_not_raised_for_a_day(
    device: Device, seen: Begun, before: Pump, event: Program, after: Step
) -> bool:
    """Within 24 hours of the first daily dose after a trial no larger one is accepted, whatever is acknowledged."""
    within = True
    for i in range(PLACES):
        ingredient = before.solution.ingredients[i]
        mass = day_volume(event.prescription) * ingredient.concentration
        within = within and (not was_tried(before.trial, ingredient) or mass <= seen.masses[i])
    return not after.verdict.accepted or event.at >= seen.at + DAY or within


@requirement("TRIAL-5", hazards=(Hazard.OVER_DELIVERY,), source="design: Trial")
def a_changed_solution_begins_no_drug_that_was_tried(
    device: Device, seen: Begun, before: Pump, event: ChangeSolution, after: Step
) -> bool:
    """Another solution is accepted only once the first daily dose of a drug that was tried is a day old; it brings no
    such drug that the one before did not hold."""
    begun = True
    for i in range(PLACES):
        old = was_tried(before.trial, before.solution.ingredients[i])
        new = was_tried(before.trial, event.solution.ingredients[i])
        begun = begun and (old or not new) and (not old or (seen.volume > 0 and event.at >= seen.at + DAY))
    return not after.verdict.accepted or begun
