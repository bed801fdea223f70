"""The dose: what any 24 hours hold, what a bolus holds, and how far boluses lie apart."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.drug import Drug, ceiling_of
from intrathecal.events import ClinicianBolus, Event, PatientBolus, PortBolus, Prime, Reread
from intrathecal.fields import Within
from intrathecal.pricing import flow_of_dose, nanolitres_of_mass, price_solution
from intrathecal.pump import Cause, Mode, Pump, Slots
from intrathecal.units import CONCENTRATION_MAX, DAILY_MASS_MAX, DAY, NEVER, PLACES, SHARES, SLOT, SLOTS
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Moment, observe, requirement
from intrathecal_specs.words import (
    TRUE_NANOGRAM,
    bolus_or_priming,
    overlap,
    ran,
    rereads,
    runs_elsewhere,
    true_strength,
)

Mass = Annotated[int, Within(0, DAILY_MASS_MAX, "ng")]
"""An arbitrary mass, or mass a day."""
Fast = Annotated[int, Within(0, 999, "per mille")]
"""An arbitrary tolerance of a device, at the fast end."""
Concentration = Annotated[int, Within(1, CONCENTRATION_MAX, "ng/mL")]
"""An arbitrary concentration."""


@frozen
class Day:
    """An arbitrary 24 hours, and what has been delivered within it."""

    start: int
    """s."""
    shares: int
    """shares, by the prices of the commands."""
    masses: Annotated[tuple[int, ...], PLACES]
    """quanta · ng/mL · per mille, by place in the solution: the true mass at the fast end of tolerance."""
    elsewhere: int
    """shares: how much of `shares` is not known to have come out of the reservoir: through the bolus port, from the
    pump before, or in a step that is lost."""


def begin_day(start: Moment) -> Day:
    """Nothing delivered yet."""
    return Day(start=start, shares=0, masses=(0, 0, 0, 0), elsewhere=0)


def follow_day(device: Device, seen: Day, before: Pump, event: Event, after: Step) -> Day:
    """What the last command delivered in this step, as far as it lies within the 24 hours, at the fast end; what was
    injected within them through the bolus port, by the price of its own solution; and what counts as delivered in a
    step that is lost."""
    seconds = overlap(before.now, before.now + ran(before, after), seen.start, DAY)
    volume = before.command.flow * seconds
    delivered = before.command.flow * ran(before, after)
    fast = before.device.fast
    more = injected(device, event, after) + lost(before, event, after)
    unseen = more if within_day(seen.start, after.pump.now) else 0
    return Day(
        start=seen.start,
        shares=seen.shares + before.command.burn * seconds + unseen,
        masses=tuple(seen.masses[i] + greatest_mass(before, i, delivered, volume, fast) for i in range(PLACES)),
        elsewhere=seen.elsewhere + unseen,
    )


def greatest_mass(before: Pump, i: int, delivered: int, volume: int, fast: int) -> int:
    """quanta · ng/mL · per mille: the most that `volume` quanta of the `delivered` ones truly bring of one drug.

    The old solution reaches the patient before the earliest arrival of the new one (RES-9), the stronger of the two is
    counted until the latest, the new one after it.
    """
    new = volume * true_strength(before.solution.ingredients[i], fast)
    old = volume * true_strength(before.bridge.solution.ingredients[i], fast)
    if before.bridge.late == 0:
        return new
    return old if delivered <= before.bridge.early else greatest(old, new)


def injected(device: Device, event: Event, after: Step) -> int:
    """shares: what this event injected through the bolus port."""
    if not isinstance(event, PortBolus):
        return 0
    return event.volume * price_solution(device, event.solution).potency if after.verdict.accepted else 0


def lost(before: Pump, event: Event, after: Step) -> int:
    """shares: what a reread counts as delivered in the step that is lost: what the current slot of the dose window has
    gained beyond what the last command ran."""
    if not isinstance(event, Reread) or not after.verdict.accepted:
        return 0
    same = after.pump.now < before.window.ends
    known = before.window.current + before.command.burn * ran(before, after) if same else 0
    return after.pump.window.current - known


def hand_over_day(seen: Day) -> Day:
    """What another pump delivered counts in parts of its ceiling; masses are those of the pump's own solution."""
    return Day(start=seen.start, shares=seen.shares, masses=(0, 0, 0, 0), elsewhere=seen.shares)


observe(Day, begin_day, follow_day, hand_over_day)


@requirement(
    "DOSE-1",
    hazards=(Hazard.OVER_DELIVERY,),
    source="domain.md 4.1 (daily limits), S-ecri (tolerance 14.5 %), 7.3 (overdose of a published model)",
)
def no_24_hours_hold_more_than_the_ceiling(device: Device, seen: Day, pump: Pump) -> bool:
    """In every 24 hours, wherever they start, the true mass of each drug at the fast end of tolerance is within its
    ceiling, less the share of it that injections through the bolus port or the pump before took, also across changes of
    prescription and solution. The tolerance is the device's, which holds in every allowed band of pressure."""
    within = True
    for i in range(PLACES):
        ceiling = ceiling_of(pump.solution.ingredients[i].drug, pump.device.fast)
        within = within and 100 * seen.masses[i] <= ceiling * (SHARES - seen.elsewhere)
    return within


@requirement("DOSE-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Dose")
def no_bolus_carries_more_than_the_single_dose(device: Device, pump: Pump) -> bool:
    """While a bolus runs: its whole volume, at the fast end of tolerance, holds at most the single-dose limit of each
    drug, and flow and duration give no more than that volume."""
    bolus = pump.bolus
    within = bolus.flow * (bolus.ends - bolus.started) <= bolus.volume
    for i in range(PLACES):
        ingredient = pump.solution.ingredients[i]
        mass = bolus.volume * true_strength(ingredient, pump.device.fast)
        within = within and mass <= ingredient.drug.single * TRUE_NANOGRAM
    return pump.mode != Mode.BOLUS or within


@frozen
class LastBolus:
    """When the last bolus of any kind last delivered."""

    ended: int
    """s."""


def begin_last_bolus(start: Moment) -> LastBolus:
    """There was none."""
    return LastBolus(ended=NEVER)


def follow_last_bolus(device: Device, seen: LastBolus, before: Pump, event: Event, after: Step) -> LastBolus:
    """A bolus that ran in this step delivered until the step, or until its command's end if that came first; what was
    injected through the bolus port ended at once."""
    injected = isinstance(event, PortBolus) and after.verdict.accepted
    ran_on = LastBolus(ended=before.now + ran(before, after)) if before.mode == Mode.BOLUS else seen
    return LastBolus(ended=event.at) if injected else ran_on


observe(LastBolus, begin_last_bolus, follow_last_bolus)


@requirement("DOSE-3", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 1.3 (lockout)")
def the_lockout_lies_between_boluses(
    device: Device, seen: LastBolus, before: Pump, event: PatientBolus, after: Step
) -> bool:
    """From the end of any bolus, however it ended, to the start of a patient bolus passes at least the lockout."""
    lockout = after.pump.therapy.prescription.patient_bolus.lockout
    return not after.verdict.accepted or after.pump.now - seen.ended >= lockout


@frozen
class Starts:
    """An arbitrary 24 hours, and how many patient boluses have started within it."""

    start: int
    """s."""
    count: int


def begin_starts(start: Moment) -> Starts:
    """None yet."""
    return Starts(start=start, count=0)


def within_day(start: int, at: int) -> bool:
    """Whether `at` lies in the 24 hours from `start` on."""
    return start <= at and at < start + DAY


def follow_starts(device: Device, seen: Starts, before: Pump, event: Event, after: Step) -> Starts:
    """A patient bolus starts when it is accepted."""
    started = isinstance(event, PatientBolus) and after.verdict.accepted and within_day(seen.start, after.pump.now)
    return Starts(start=seen.start, count=seen.count + 1 if started else seen.count)


observe(Starts, begin_starts, follow_starts)


@requirement("DOSE-4", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 1.3 (rolling window)")
def no_24_hours_hold_more_patient_boluses_than_prescribed(
    device: Device, seen: Starts, before: Pump, event: PatientBolus, after: Step
) -> bool:
    """When a patient bolus starts, every 24 hours that contain its start hold at most as many as prescribed."""
    started = after.verdict.accepted and within_day(seen.start, after.pump.now)
    return not started or seen.count <= after.pump.therapy.prescription.patient_bolus.count


def heaviest(pump: Pump) -> tuple[int, ...]:
    """shares: what each run of 49 slots that contains the present holds once the schedule, and a running bolus or
    priming on top of it, has run in full: first the one that ends with this slot, last the one that begins with it."""
    bolus = pump.bolus.burn * (pump.bolus.ends - pump.now) if bolus_or_priming(pump) else 0
    rest = pump.schedule.reserved[0] * (pump.window.ends - pump.now)
    load = sum(pump.window.past) + pump.window.current + rest + bolus
    loads: tuple[int, ...] = (load,)
    for k in range(SLOTS):
        load = load - pump.window.past[k] + pump.schedule.reserved[(k + 1) % SLOTS] * SLOT
        loads = loads + (load,)
    return loads


def within_every_run(past: Slots, load: int, to_come: Slots, room: int) -> bool:
    """Whether every run of 49 slots that contains the current one is within `room` shares.

    `past`: shares, the 48 slots before it. `load`: shares, these and the current one. `to_come`: shares/s, from the
    current slot on.
    """
    within = load <= room
    for k in range(SLOTS):
        load = load - past[k] + to_come[(k + 1) % SLOTS] * SLOT
        within = within and load <= room
    return within


@requirement("DOSE-1", hazards=(Hazard.UNDER_DELIVERY, Hazard.WRONG_VOLUME), source="design: Dose (the dose window)")
def the_dose_window_counts_what_ran_and_nothing_else(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Across a step the current slot of the dose window gains what the last command ran, at its price, what was
    injected, and what counts as delivered in a step that is lost. Once the slot has ended it is the newest of 48, the
    oldest has left, and the next one has begun. What this pump may not have brought to the patient, in an MRI, in a
    lost step, by priming or through the bolus port, leaves it in doubt until 24 hours after its slot."""
    old = before.window
    new = after.pump.window
    ran_in_doubt = runs_elsewhere(before) and ran(before, after) > 0
    now_in_doubt = rereads(event, after) or (isinstance(event, PortBolus) and after.verdict.accepted)
    slot_ends = new.ends if now_in_doubt else old.ends
    doubtful = now_in_doubt or ran_in_doubt
    if new.doubtful_until != (slot_ends + DAY if doubtful else old.doubtful_until):
        return False
    current = old.current + before.command.burn * ran(before, after)
    more = injected(device, event, after) + lost(before, event, after)
    if after.pump.now < old.ends:
        same = new.past == old.past and new.total == old.total and new.ends == old.ends
        return same and new.current == current + more
    turned = new.past == old.past[1:] + (current,) and new.total == old.total - old.past[0] + current
    return turned and new.current == more and new.ends == old.ends + SLOT


@requirement(
    "DOSE-5",
    hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY),
    source="domain.md 7.3 (a bolus admitted while the window is not yet full)",
)
def every_24_hours_to_come_hold_the_schedule(device: Device, pump: Pump) -> bool:
    """Whatever ran so far, and with a running bolus or priming counted in full, the schedule to come fits under the
    ceiling in every 24 hours: the dose limit never curtails the schedule."""
    within = True
    for load in heaviest(pump):
        within = within and load <= SHARES
    return within


@requirement("DOSE-6", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 7.6 B3")
def at_most_one_bolus_runs(device: Device, before: Pump, event: PatientBolus | ClinicianBolus, after: Step) -> bool:
    """A bolus starts only where none runs: the last one has reached its end, or was interrupted before."""
    over = event.at >= before.bolus.ends or event.at > before.command.until
    return not after.verdict.accepted or before.mode != Mode.BOLUS or over


@requirement("DOSE-6", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 7.6 B3")
def an_interrupted_bolus_never_resumes(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A bolus runs after a step, or priming does, only if it started in it, or ran before it without a gap and has not
    ended."""
    started = isinstance(event, PatientBolus | ClinicianBolus | Prime) and after.verdict.accepted
    went_on = before.mode == after.pump.mode and after.pump.bolus == before.bolus
    gapless = after.pump.now <= before.command.until and after.pump.now < before.bolus.ends
    untouched = after.pump == before
    return not bolus_or_priming(after.pump) or started or untouched or (went_on and gapless)


@frozen
class Given:
    """What the bolus or the priming that runs, or ran last, has delivered."""

    volume: int
    """quanta."""


def begin_given(start: Moment) -> Given:
    """There was none."""
    return Given(volume=0)


def follow_given(device: Device, seen: Given, before: Pump, event: Event, after: Step) -> Given:
    """What ran while a bolus or priming did counts for it; a new one begins at nothing."""
    volume = before.command.flow * ran(before, after) if bolus_or_priming(before) else 0
    started = isinstance(event, PatientBolus | ClinicianBolus | Prime) and after.verdict.accepted
    return Given(volume=0 if started else seen.volume + volume)


def hand_over_given(seen: Given) -> Given:
    """The next pump has given no bolus yet."""
    return Given(volume=0)


observe(Given, begin_given, follow_given, hand_over_given)


@requirement("DOSE-7", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 7.6 B6")
def a_bolus_delivers_no_more_than_asked(device: Device, seen: Given, pump: Pump) -> bool:
    """All that has run of a bolus or of priming, running or over, is at most the volume asked for."""
    return seen.volume <= pump.bolus.volume


@requirement("DOSE-7", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="domain.md 7.6 B6")
def a_bolus_is_the_one_asked_for(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus, after: Step
) -> bool:
    """A bolus that starts has the volume and duration asked for, falls short of it by less than one quantum a second,
    and is no slower than the schedule that it replaces."""
    order = after.pump.therapy.prescription.patient_bolus
    volume = event.volume if isinstance(event, ClinicianBolus) else order.volume
    duration = event.duration if isinstance(event, ClinicianBolus) else order.duration
    bolus = after.pump.bolus
    asked = bolus.volume == volume and bolus.ends == bolus.started + duration and bolus.started == after.pump.now
    whole = volume - duration < bolus.flow * duration and bolus.flow * duration <= volume
    return not after.verdict.accepted or (asked and whole and bolus.flow >= after.pump.schedule.flows[0])


@requirement("DOSE-7", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 7.6 B6")
def the_schedule_returns_after_a_bolus(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Where a bolus or priming gives way to the schedule, the current slot's flow runs, unless the pump is empty or the
    host still away."""
    gave_way = bolus_or_priming(before) and after.pump.mode == Mode.BASAL
    runs = after.command.flow == after.pump.schedule.flows[0]
    empty = after.pump.reservoir.remaining <= after.pump.reservoir.empty_level
    outage = after.command.cause == Cause.OUTAGE
    return not gave_way or runs or empty or outage


@requirement("DOSE-1", hazards=(Hazard.OVER_DELIVERY,), source="design: Units and limits")
def the_ceiling_is_the_hard_limit_with_its_margin(drug: Drug, fast: Fast) -> bool:
    """The most of a drug that any 24 hours may truly hold is its hard limit at the fast end of tolerance, with one
    half-hour more than 48 and 1 % for rounding; rounded up to the nanogram."""
    exact = drug.hard * (1_000 + fast) * 49 * 101
    ceiling = ceiling_of(drug, fast) * 1_000 * 48 * 100
    return exact <= ceiling and ceiling < exact + 1_000 * 48 * 100


@requirement("DOSE-8", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 1.2.1 (dose and flow)")
def a_flow_never_gives_more_than_the_dose(dose: Mass, concentration: Concentration) -> bool:
    """A day at the flow for a dose holds at most the dose, and less than one nanolitre a day short of it."""
    flow = flow_of_dose(dose, concentration)
    return flow * concentration <= dose * 1_000_000 and dose * 1_000_000 < (flow + 1) * concentration


@requirement("DOSE-8", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 1.2.1 (dose and flow)")
def a_volume_never_holds_more_than_the_mass(mass: Mass, concentration: Concentration) -> bool:
    """The volume for a mass holds at most the mass, and less than one nanolitre short of it."""
    volume = nanolitres_of_mass(mass, concentration)
    return volume * concentration <= mass * 1_000_000 and mass * 1_000_000 < (volume + 1) * concentration


@requirement("DOSE-9", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 2 (S-ptc5: never for baclofen)")
def no_patient_bolus_where_it_is_forbidden(device: Device, before: Pump, event: PatientBolus, after: Step) -> bool:
    """A patient bolus starts only where one is prescribed, and the device and every drug in the solution allow it."""
    allowed = after.pump.therapy.prescription.patient_bolus.count > 0 and before.device.patient_bolus
    for ingredient in before.solution.ingredients:
        allowed = allowed and (ingredient.concentration == 0 or ingredient.drug.patient_bolus)
    return not after.verdict.accepted or allowed


@requirement("DOSE-9", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 7.6 B4")
def a_bolus_starts_from_basal_alone(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus, after: Step
) -> bool:
    """A bolus starts only on a pump that was basal, or whose last bolus or bridge was over, and that is not empty."""
    empty = after.pump.reservoir.remaining <= after.pump.reservoir.empty_level
    bridged = before.mode == Mode.BRIDGING and after.pump.bridge.late == 0
    basal = before.mode == Mode.BASAL or before.mode == Mode.BOLUS or bridged
    return not after.verdict.accepted or (basal and not empty)


@requirement("DOSE-9", hazards=(Hazard.OVER_DELIVERY, Hazard.WRONG_MODEL), source="domain.md 7.6 B4")
def nothing_optional_begins_at_a_flow_that_is_unsure(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus | Prime, after: Step
) -> bool:
    """No bolus and no priming begins in an announced MRI, or while the ambient pressure lies outside the allowed
    bands."""
    sure = not after.pump.mri.announced and after.pump.band.allowed
    return not after.verdict.accepted or sure


@requirement("DOSE-10", hazards=(Hazard.OVER_DELIVERY,), source="domain.md 4.6 (one ceiling for each patient)")
def boluses_stay_within_the_patients_own_ceiling(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus, after: Step
) -> bool:
    """When a bolus starts, every run of 49 slots that contains it, the schedule run in full, is within the
    prescription's own ceiling, and that is at most the drug's."""
    therapy = after.pump.therapy
    own = therapy.prescription.ceiling * after.pump.limits.potency
    within = own <= SHARES and sum(after.pump.schedule.burns) * SLOT + bolus_load(after.pump) <= own
    for load in heaviest(after.pump):
        within = within and load <= own
    return not after.verdict.accepted or within


def bolus_load(pump: Pump) -> int:
    """shares: what the running bolus still brings."""
    return pump.bolus.burn * least(pump.bolus.ends - pump.now, DAY)
