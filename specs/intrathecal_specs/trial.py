"""The trial: screening doses one at a time, rung by rung, and who may be given a pump."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from intrathecal.device import Device
from intrathecal.drug import Solution
from intrathecal.events import ChangeSolution, Commission, Event, Program, ScreeningDose, ScreeningResponse
from intrathecal.pricing import day_volume
from intrathecal.pump import Phase, Pump
from intrathecal.trial import RUNGS, SuccessBy, Trial
from intrathecal.units import DAY, NEVER, PLACES
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Moment, observe, requirement
from intrathecal_specs.words import NANOGRAM, constant, was_tried


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
    """How many responses were recorded."""


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
        return answered if after.verdict.accepted else seen
    return seen


observe(Screening, begin_screening, follow_screening)


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5 (one dose at a time), 4.1 (S-bac1)")
def a_screening_dose_is_the_next_on_its_ladder(
    device: Device, seen: Screening, before: Pump, event: ScreeningDose, after: Step
) -> bool:
    """The first dose of a trial is the first of the protocol's ladder, the second the second, and so on: of the drug
    that is tried, none left out, none twice, and none after the ladder's last."""
    ladder = before.trial.protocol.ladder
    next_one = False
    for i in range(RUNGS):
        next_one = next_one or (seen.doses == i + 1 and event.mass == ladder[i] and ladder[i] > 0)
    drug = event.drug == before.trial.protocol.drug
    return not after.verdict.accepted or (next_one and drug and before.phase == Phase.TRIAL)


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5 (one dose at a time)")
def one_screening_dose_at_a_time(device: Device, seen: Screening, pump: Pump) -> bool:
    """Of the doses given, none but the last is without its response."""
    return seen.responses <= seen.doses and seen.doses <= seen.responses + 1


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
    """A response is recorded once for each dose, and not before the protocol's observation of the patient has passed
    since it was given."""
    observed = event.at - seen.at >= before.trial.protocol.observation
    return not after.verdict.accepted or (observed and seen.responses <= seen.doses and seen.doses > 0)


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
    """A success makes a candidate, whose effective dose is the dose that was answered, and is long where the effect
    lasted for longer than the protocol says, or has not ended. Without one the trial ends in rejection where the ladder
    has no further dose, else it goes on."""
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
    return not after.verdict.accepted or (after.pump.phase == phase and kept)


@requirement("TRIAL-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.5")
def what_a_trial_showed_stays(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The protocol never changes, and what a trial showed changes only with a recorded response."""
    recorded = isinstance(event, ScreeningResponse) and after.verdict.accepted
    return after.pump.trial.protocol == before.trial.protocol and (recorded or shows(before.trial, after.pump.trial))


def shows(one: Trial, other: Trial) -> bool:
    """Whether both trials show the same."""
    return one.effective == other.effective and one.long == other.long and one.rung == other.rung


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="domain.md 4.5")
def only_a_candidate_is_implanted(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A pump becomes implanted only by commissioning a candidate's; and a patient in a trial becomes a candidate, or is
    rejected, only by a response that is recorded."""
    recorded = isinstance(event, ScreeningResponse) and after.verdict.accepted
    commissioned = isinstance(event, Commission) and after.verdict.accepted
    new = after.pump.phase == Phase.IMPLANTED and before.phase != Phase.IMPLANTED
    decided = after.pump.phase == Phase.CANDIDATE or after.pump.phase == Phase.REJECTED
    left = decided and before.phase != after.pump.phase
    implanted = not new or (commissioned and before.phase == Phase.CANDIDATE)
    return implanted and (not left or (recorded and before.phase == Phase.TRIAL))


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
