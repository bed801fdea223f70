"""Screening: what is stored of a trial is what was given and recorded."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import Commission, Program
from intrathecal.pricing import day_volume, day_volume_limit, price_solution
from intrathecal.pump import Phase, Pump
from intrathecal.titrating import infused_day
from intrathecal.trial import RUNGS, Trial, TrialBy, dose_at, first_dose, top_of
from intrathecal.units import DAILY_MASS_MAX, DAY, NEVER, PLACES, SINGLE_MASS_MAX, SLOT, SLOTS
from intrathecal_proofs.argument import contract, invariant, link, products
from intrathecal_specs.trial import Begun, Doubt, Screening
from intrathecal_specs.words import NANOGRAM, before_implantation, constant, is_tried, programmable, was_tried


@invariant
def a_trial_is_on_its_ladder(device: Device, pump: Pump) -> bool:
    """A trial goes one rung up only where the ladder has a further dose; so its rung always has one. TRIAL-1, TRIAL-3
    and NUM-1 rest on it."""
    trial = pump.trial
    rung = 0 <= trial.rung and trial.rung < RUNGS and dose_at(trial.protocol.ladder, trial.rung) > 0
    mass = 0 <= trial.effective and trial.effective <= SINGLE_MASS_MAX
    daily = 0 <= trial.infused and trial.infused <= SINGLE_MASS_MAX
    return rung and mass and daily and NEVER <= trial.dosed_at and trial.dosed_at <= pump.now


@invariant
def a_trial_that_goes_on_has_shown_nothing(device: Device, pump: Pump) -> bool:
    """The first success ends a trial, and without one there is none to be kept. A dose whose response is awaited has
    been given. TRIAL-2 and TRIAL-3 rest on it."""
    trial = pump.trial
    awaited = trial.answered or (0 <= trial.dosed_at and pump.phase == Phase.TRIAL)
    over = pump.phase == Phase.TRIAL or pump.phase == Phase.REJECTED
    return awaited and (not over or trial.effective == 0)


@invariant
def a_trials_own_pump_is_worn(device: Device, pump: Pump) -> bool:
    """A pump is a trial's own from the time when it is filled until another one takes over; a screening dose is refused
    before and after. TRIAL-1, TRIAL-3 and TRIAL-4 rest on it."""
    trial = pump.trial
    by_infusion = trial.protocol.by == TrialBy.INFUSION
    worn = by_infusion and (pump.phase == Phase.IMPLANTED or pump.phase == Phase.RETIRED) and programmable(pump)
    own = worn and trial.effective == 0 if trial.infusing else trial.infused == 0
    return own and (not by_infusion or (trial.answered and trial.dosed_at == NEVER))


@invariant
def an_infusion_is_within_its_ladder(device: Device, pump: Pump) -> bool:
    """Filling the pump caps its limit on days by the ladder's top, nothing prices it anew, and no day above it is
    prescribed. TRIAL-1 and TRIAL-3 rest on it."""
    trial = pump.trial
    within = pump.dosing.last <= pump.limits.day
    for ingredient in pump.solution.ingredients:
        mass = pump.limits.day * ingredient.concentration
        within = within and (not is_tried(trial, ingredient) or mass <= top_of(trial.protocol.ladder) * NANOGRAM)
    return not trial.infusing or within


@products
def an_infusion_is_a_day_within_its_limit(device: Device, settled: Pump) -> tuple[tuple[int, int], ...]:
    """What lies within a volume lies, times a concentration, within its mass."""
    rest = settled.limits.day - infused_day(settled)
    return tuple((rest, i.concentration) for i in settled.solution.ingredients)


@products
def a_day_of_a_trial_is_within_each_drugs(
    device: Device, settled: Pump, decided: Pump, event: Commission
) -> tuple[tuple[int, int], ...]:
    """The day that is left by the ladder's top is within the solution's own, and within that of the drug's top."""
    day = decided.limits.day
    whole = price_solution(device, event.solution).day
    top = top_of(settled.trial.protocol.ladder)
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in event.solution.ingredients:
        own = day_volume_limit(top, ingredient)
        found = found + ((whole - day, ingredient.concentration), (own - day, ingredient.concentration))
    return found


@link
def a_trial_remembers_its_doses(device: Device, seen: Screening, pump: Pump) -> bool:
    """Each dose but the last was answered without success, and led one rung up: in a trial the rung counts the doses.
    The last dose's time is the one stored. By infusion there is none. TRIAL-1, TRIAL-2 and TRIAL-3 rest on it."""
    trial = pump.trial
    open_doses = 0 if trial.answered else 1
    counted = pump.phase != Phase.TRIAL or seen.doses == trial.rung + open_doses
    open_mass = trial.answered or seen.mass == dose_at(trial.protocol.ladder, trial.rung)
    last = seen.doses == 0 or (seen.at == trial.dosed_at and open_mass)
    rest = 0 <= seen.doses and seen.doses == seen.responses + open_doses and 0 <= seen.mass
    none = trial.protocol.by != TrialBy.INFUSION or (seen.doses == 0 and trial.rung == 0)
    return counted and last and rest and none


@link
def the_dose_window_knows_its_doubt(device: Device, seen: Doubt, pump: Pump) -> bool:
    """What may not have been delivered is in doubt until 24 hours after its slot, so for a day at least. TRIAL-2 rests
    on it."""
    return NEVER <= seen.at and seen.at <= pump.now and seen.at + DAY <= pump.window.doubtful_until


@invariant
def what_a_pump_has_not_delivered_is_in_doubt(device: Device, pump: Pump) -> bool:
    """Where a pump with a motor has never delivered, each slot of the dose window is empty, or in doubt until 24 hours
    after it. TRIAL-3 rests on it."""
    window = pump.window
    none = window.current == 0 or window.ends + DAY <= window.doubtful_until
    for k in range(SLOTS):
        none = none and (window.past[k] == 0 or window.ends + k * SLOT <= window.doubtful_until)
    return constant(pump) or pump.delivered_at >= 0 or none


@invariant
def a_command_without_flow_costs_nothing(device: Device, pump: Pump) -> bool:
    """But where the books of a constant flow are spent. TRIAL-3 rests on it."""
    return constant(pump) or pump.command.flow > 0 or pump.command.burn == 0


@products
def nothing_runs_without_flow_or_time(device: Device, before: Pump, settled: Pump) -> tuple[tuple[int, int], ...]:
    """What costs nothing, or lasts no time, leaves the dose window as it is."""
    command = before.command
    end = settled.now if settled.now <= command.until else command.until
    ran = end - before.now
    return ((command.burn, ran), (-command.burn, ran), (command.burn, -ran))


@invariant
def an_effective_dose_is_on_the_ladder(device: Device, pump: Pump) -> bool:
    """What was effective was given, and the ladder's first dose is its smallest. TRIAL-5 rests on it."""
    trial = pump.trial
    found = trial.infused == 0 or trial.protocol.ladder[0] <= trial.infused
    return found and (trial.effective == 0 or trial.protocol.ladder[0] <= trial.effective)


def an_effective_dose_is_in_range(trial: Trial) -> bool:
    """What was effective was a screening dose."""
    return 0 <= trial.effective and trial.effective <= SINGLE_MASS_MAX


@contract(first_dose, requires=an_effective_dose_is_in_range)
def a_first_dose_is_within_its_multiple(trial: Trial, result: int) -> bool:
    """Rounded down; and no less than 1 ng/d where the effective dose is no less than the ladder's first, as the
    protocol's smaller multiple of that is."""
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    known = an_effective_dose_is_in_range(trial)
    bounded = 0 <= result and result <= DAILY_MASS_MAX
    something = trial.effective < trial.protocol.ladder[0] or 1 <= result
    return 1_000 * result <= trial.effective * multiple and (not known or bounded) and something


@products
def a_dose_grows_with_its_multiple(trial: Trial, result: int) -> tuple[tuple[int, int], ...]:
    """A larger effective dose, and a larger multiple of it, are more; both are bounded."""
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    return (
        (trial.effective, multiple),
        (trial.effective - trial.protocol.ladder[0], multiple),
        (multiple - trial.protocol.multiple_if_long, trial.protocol.ladder[0]),
        (SINGLE_MASS_MAX - trial.effective, multiple),
    )


@link
def doses_begin_with_what_the_trial_found(device: Device, seen: Begun, pump: Pump) -> bool:
    """Until there is a daily dose the anchor is within what the trial found, as commissioning or less; the first one
    is within the anchor. TRIAL-5 rests on it."""
    trial = pump.trial
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    within = True
    for i in range(PLACES):
        ingredient = pump.solution.ingredients[i]
        mass = seen.masses[i] if seen.volume > 0 else pump.dosing.rises_from * ingredient.concentration
        within = within and (not was_tried(trial, ingredient) or 1_000 * mass <= trial.effective * multiple * NANOGRAM)
    none = seen.volume > 0 or all(mass == 0 for mass in seen.masses)
    return 0 <= seen.volume and none and within and (not before_implantation(pump) or seen.volume == 0)


@link
def the_first_daily_dose_is_the_anchor(device: Device, seen: Begun, pump: Pump) -> bool:
    """Until there is a daily dose no step is taken from the anchor; the first one takes its place. No daily dose was
    kept for a whole interval before 24 hours have passed. TRIAL-5 rests on it."""
    dosing = pump.dosing
    new = dosing.held and dosing.last == 0
    right = True
    for i in range(PLACES):
        ingredient = pump.solution.ingredients[i]
        anchor = dosing.rises_from * ingredient.concentration <= seen.masses[i]
        first_day = dosing.held and anchor and seen.at <= dosing.changed_at
        begun = seen.at <= pump.now and (pump.now >= seen.at + DAY or first_day)
        right = right and (not was_tried(pump.trial, ingredient) or (begun if seen.volume > 0 else new))
    return right


@products
def a_first_dose_within_the_anchor_is_within_each_drugs(
    device: Device, settled: Pump, decided: Pump, event: Program
) -> tuple[tuple[int, int], ...]:
    """What lies within a volume lies, times a concentration, within its mass."""
    volume = day_volume(event.prescription)
    anchor = settled.dosing.rises_from
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in settled.solution.ingredients:
        strength = ingredient.concentration
        found = found + ((anchor - volume, strength), (anchor - decided.dosing.rises_from, strength))
    return found
