"""Transfer: another pump takes over from a retired one, and knows what its patient has had."""

from __future__ import annotations

from intrathecal.alarm import ALARMS
from intrathecal.device import Device
from intrathecal.events import Authority, Commission
from intrathecal.evolving import evolve
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.titrating import former_dose
from intrathecal.units import DAILY_MASS_MAX, DAY, NANOLITRE, PLACES, SHARES, VOLUME_MAX
from intrathecal.verdict import Reason, Step
from intrathecal_specs.dose import Day
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import NANOGRAM, constant, was_tried


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def only_a_retired_pump_is_replaced(old: Pump, device: Device, authority: Authority, after: Step) -> bool:
    """A transfer is accepted by a clinician's authority, from a retired pump, to another device; refused, it leaves the
    old pump as it was. A refusal has a reason, an acceptance has none."""
    fits = old.phase == Phase.RETIRED and authority == Authority.CLINICIAN and device != old.device
    reason = (after.verdict.reason == Reason.NONE) == after.verdict.accepted
    return after.verdict.accepted == fits and reason and (fits or after.pump == old)


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY,), source="design: Trial")
def a_replacement_keeps_window_lockout_and_count(old: Pump, device: Device, authority: Authority, after: Step) -> bool:
    """The new pump is a candidate's, stopped and empty, on its own device; one that takes over from a trial's own pump
    before any success is in the same trial. Its time goes on from the old one's, and so
    do the dose window, in doubt as it holds what another pump gave, the end of the last bolus, the starts of the
    patient's, and the numbers of events."""
    new = after.pump
    window = evolve(old.window, doubtful_until=old.window.ends + DAY)
    doses = new.window == window and new.history == old.history
    goes_on = new.now == old.now and new.number == old.number and new.device == device
    nothing = new.mode == Mode.STOPPED and after.command.flow == 0 and new.reservoir.filled == 0
    unled = old.trial.infusing and old.trial.infused == 0
    phase = new.phase == (Phase.TRIAL if unled else Phase.CANDIDATE)
    boxed = phase and nothing and after.command == new.command
    return not after.verdict.accepted or (doses and goes_on and boxed)


@requirement("ALM-8", hazards=(Hazard.SILENT_STOP,), source="design: Alarms")
def a_transfer_tells_which_alarms_stay_behind(old: Pump, device: Device, authority: Authority, after: Step) -> bool:
    """The new pump lists no alarm; every alarm that the old one still listed is told as ended."""
    told = True
    for i in range(ALARMS):
        told = told and not after.alarms.listed[i] and after.alarms.ended[i] == old.alarms.listed[i]
    return not after.verdict.accepted or told


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def a_replacement_knows_the_former_doses(old: Pump, device: Device, authority: Authority, after: Step) -> bool:
    """The new pump knows the daily dose of each drug that was last prescribed on the old one, short of it by no more
    than a nanolitre and a nanogram, and when the old one last delivered; where the old one never did, what was known
    before it."""
    former = after.pump.former
    known = former.until == old.delivered_at
    for i in range(PLACES):
        ingredient = old.solution.ingredients[i]
        mass = old.dosing.last * ingredient.concentration
        short = (former.doses[i] + 1) * NANOGRAM + NANOLITRE * ingredient.concentration
        full = mass < short or former.doses[i] >= DAILY_MASS_MAX
        known = known and former.codes[i] == ingredient.drug.code and former.doses[i] * NANOGRAM <= mass and full
    return not after.verdict.accepted or (former == old.former if old.delivered_at < 0 else known)


@requirement("TRIAL-4", hazards=(Hazard.OVER_DELIVERY,), source="design: Trial")
def a_replacement_follows_a_trial_that_led_to_no_dose(
    old: Pump, device: Device, authority: Authority, after: Step
) -> bool:
    """What a trial found counts for the new pump as for the old one, unless the old one is implanted and has itself
    delivered a daily dose of the drug that was tried. From the trial's own pump it is the daily dose that was a
    success; the new one is none of those. Nothing else of the trial changes."""
    infused = old.trial.infusing
    known = old.delivered_at >= 0 and former_dose(after.pump.former, old.trial.protocol.drug) > 0
    found = 0 if known else old.trial.effective
    effective = old.trial.infused if infused else found
    long = old.trial.long and (infused or not known)
    concluded = evolve(old.trial, effective=effective, long=long, infusing=False, infused=0)
    return not after.verdict.accepted or after.pump.trial == concluded


@requirement(
    "TRIAL-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="domain.md 4.1, 4.3; design: Trial"
)
def a_transferred_patient_goes_on_from_the_former_dose(
    device: Device, before: Pump, event: Commission, after: Step
) -> bool:
    """For each drug of which nothing is declared and a former dose is known, a pump is commissioned with an anchor of
    steps up that holds no more than that dose, and one of steps down that brings it in full, as far as a day's volume
    can. For how long nothing was delivered counts from the former pump's last delivery, unless a constant flow begins
    at once."""
    dosing = after.pump.dosing
    follows = True
    for i in range(PLACES):
        ingredient = event.solution.ingredients[i]
        strength = ingredient.concentration
        dose = former_dose(before.former, ingredient.drug.code)
        known = strength > 0 and dose > 0 and event.reference[i] == 0
        up = was_tried(before.trial, ingredient) or dosing.rises_from * strength <= dose * NANOGRAM
        down = dosing.falls_from * strength >= dose * NANOGRAM or dosing.falls_from >= VOLUME_MAX
        follows = follows and (not known or (up and down))
    begins = before.former.until < 0 or constant(before)
    since = after.pump.now if begins else before.former.until
    return not after.verdict.accepted or (follows and dosing.changed_at == since)


@requirement("DOSE-1", hazards=(Hazard.OVER_DELIVERY,), source="design: Dose; Trial")
def no_24_hours_hold_more_than_one_ceiling_from_all_pumps(device: Device, seen: Day, pump: Pump) -> bool:
    """In every 24 hours the parts of a day's ceiling that the patient's pumps delivered, each by the ceiling on its own
    device, are one whole at the most: the true mass of a drug is within the larger of the ceilings."""
    return seen.shares <= SHARES
