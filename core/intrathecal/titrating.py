"""Titration: from which daily dose steps are taken, how far they go, and when the last one has arrived."""

from __future__ import annotations

from intrathecal.arithmetic import div_ceil, div_floor, greatest, least
from intrathecal.device import Device, slow_in_air
from intrathecal.drug import Ingredient, Solution, present
from intrathecal.evolving import evolve
from intrathecal.pricing import day_volume_limit
from intrathecal.pump import DoseHistory, FormerDoses, Line, Pump
from intrathecal.trial import Trial, first_dose, tried
from intrathecal.units import DAILY_MASS_MAX, DAY, NANOLITRE, PER_MILLE, PLACES, STOPPED_LONGEST, VOLUME_MAX


def starting_day(solution: Solution) -> int:
    """quanta: the largest day for a patient to whom every drug of the solution is new."""
    day = VOLUME_MAX
    for ingredient in solution.ingredients:
        day = least(day, day_volume_limit(ingredient.drug.titration.start, ingredient))
    return day


def declared_day(solution: Solution, reference: tuple[int, ...]) -> int:
    """quanta: the largest day for a patient who has had these doses (ng/d, by place; 0: new) until now."""
    day = VOLUME_MAX
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        start = ingredient.drug.titration.start
        day = least(day, day_volume_limit(reference[i] if reference[i] > 0 else start, ingredient))
    return day


def carried_up(old: Solution, new: Solution, volume: int) -> int:
    """quanta: the largest day of the new solution that brings no more of any drug than `volume` quanta of the old one;
    of a drug that was not in it, no more than its starting dose."""
    day = VOLUME_MAX
    for i in range(PLACES):
        day = least(day, carried(old.ingredients[i], new.ingredients[i], volume))
    return day


def carried(old: Ingredient, new: Ingredient, volume: int) -> int:
    """quanta: the same for the drug of one place; an empty place does not limit it."""
    if not present(new):
        return VOLUME_MAX
    if not present(old):
        return day_volume_limit(new.drug.titration.start, new)
    nanolitres = div_floor(div_floor(volume, NANOLITRE) * old.concentration, new.concentration)
    return least(nanolitres, VOLUME_MAX // NANOLITRE) * NANOLITRE


def carried_down(old: Solution, new: Solution, volume: int) -> int:
    """quanta: the smallest day of the new solution that brings no less of any drug in both than `volume` quanta of the
    old one, as far as a volume can."""
    day = 0
    for i in range(PLACES):
        day = greatest(day, carried_whole(old.ingredients[i], new.ingredients[i], volume))
    return day


def carried_whole(old: Ingredient, new: Ingredient, volume: int) -> int:
    """quanta: the same for the drug of one place; one that is not in both asks for nothing."""
    if not present(new):
        return 0
    nanolitres = div_ceil(div_ceil(volume, NANOLITRE) * old.concentration, new.concentration)
    return least(nanolitres, VOLUME_MAX // NANOLITRE) * NANOLITRE


def left_out(old: Solution, new: Solution) -> bool:
    """Whether the new solution leaves out a drug that may fall only by steps."""
    drugs = old.ingredients
    return any(added(new, old, i) and drugs[i].drug.titration.fall_per_mille < PER_MILLE for i in range(PLACES))


def added(old: Solution, new: Solution, place: int) -> bool:
    """Whether the drug of that place is in the new solution alone."""
    return present(new.ingredients[place]) and not present(old.ingredients[place])


def converted(dosing: DoseHistory, old: Solution, new: Solution) -> DoseHistory:
    """The dose history in volumes of the new solution, rounded toward smaller steps; no step up is taken where a drug
    is new in it."""
    return DoseHistory(
        last=carried_up(old, new, dosing.last),
        rises_from=carried_up(old, new, dosing.rises_from),
        falls_from=carried_down(old, new, dosing.falls_from),
        held=dosing.held or any(added(old, new, i) for i in range(PLACES)),
        changed_at=dosing.changed_at,
    )


def former_dose(former: FormerDoses, code: int) -> int:
    """ng/d: what the patient has had of the drug with that code from the pump before; 0: nothing."""
    dose = 0
    for i in range(PLACES):
        dose = greatest(dose, former.doses[i]) if former.codes[i] == code else dose
    return dose


def references(former: FormerDoses, solution: Solution, declared: tuple[int, ...]) -> tuple[int, ...]:
    """ng/d, by place: what the patient has had of each drug until now, as declared or from the pump before; 0: none."""
    return tuple(
        declared[i] if declared[i] > 0 else former_dose(former, solution.ingredients[i].drug.code)
        for i in range(PLACES)
    )


def without_a_dose_since(pump: Pump) -> int:
    """s: when the pump before this one last delivered; now where there was none."""
    return pump.former.until if pump.former.until >= 0 else pump.now


def doses_to_begin_with(trial: Trial, solution: Solution, reference: tuple[int, ...]) -> tuple[int, ...]:
    """ng/d, by place: the largest first daily dose of each drug; 0 where it is the starting dose.

    What a trial found counts before what the patient has had until now (`reference`, ng/d).
    """
    return tuple(
        first_dose(trial) if tried(trial, solution.ingredients[i].drug) else reference[i] for i in range(PLACES)
    )


def infused_day(pump: Pump) -> int:
    """quanta: the daily dose that was prescribed last or, where it is less, what the dose window holds: what a patient
    did not ask for, or a stopped pump did not give, had no effect. Once nothing of it is in doubt, the pump gave it."""
    return least(pump.dosing.last, div_floor(pump.window.total + pump.window.current, greatest(pump.limits.potency, 1)))


def infused_dose(pump: Pump) -> int:
    """ng/d: what that holds of the drug that is tried; 0: nothing."""
    dose = 0
    for ingredient in pump.solution.ingredients:
        found = present(ingredient) and ingredient.drug.code == pump.trial.protocol.drug
        dose = greatest(dose, day_mass(infused_day(pump), ingredient)) if found else dose
    return dose


def follows_a_trial(pump: Pump) -> bool:
    """Whether any drug of the solution was tried before implantation."""
    return any(present(ingredient) and tried(pump.trial, ingredient.drug) for ingredient in pump.solution.ingredients)


def begins_by_trial(pump: Pump, solution: Solution) -> bool:
    """Whether another solution would begin the drug that was tried, or change it before its first daily dose was kept
    for a whole interval: by what the trial found, it begins with the first prescription after implantation alone."""
    new = solution.ingredients
    found = any(added(pump.solution, solution, i) and tried(pump.trial, new[i].drug) for i in range(PLACES))
    return found or (follows_a_trial(pump) and anchored(pump).held)


def declares(reference: tuple[int, ...]) -> bool:
    """Whether any daily dose (ng/d, by place) is declared."""
    return any(dose > 0 for dose in reference)


def declared_fall(solution: Solution, reference: tuple[int, ...]) -> int:
    """quanta: the smallest day that brings each declared daily dose (ng/d, by place) in full."""
    day = 0
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        day = greatest(day, day_volume_above(reference[i], ingredient)) if present(ingredient) else day
    return day


def day_mass(volume: int, ingredient: Ingredient) -> int:
    """ng/d: what a day of `volume` quanta brings of the ingredient's drug; rounded down."""
    mass = div_floor(div_floor(volume, NANOLITRE) * ingredient.concentration, 1_000_000)
    return least(mass, DAILY_MASS_MAX)


def day_volume_above(mass: int, ingredient: Ingredient) -> int:
    """quanta: the day that holds at least `mass` ng of the ingredient's drug, as far as a volume can be."""
    nanolitres = div_ceil(mass * 1_000_000, greatest(ingredient.concentration, 1))
    return least(nanolitres, VOLUME_MAX // NANOLITRE) * NANOLITRE


def highest_day(solution: Solution, base: int) -> int:
    """quanta: one step up for every drug from a day of `base` quanta."""
    day = VOLUME_MAX
    for ingredient in solution.ingredients:
        day = least(day, base + step_up(ingredient, base))
    return day


def step_up(ingredient: Ingredient, base: int) -> int:
    """quanta: one step up for the ingredient's drug from a day of `base` quanta; an empty place does not limit it."""
    titration = ingredient.drug.titration
    share = div_floor(base * titration.rise_per_mille, PER_MILLE)
    return greatest(share, day_volume_limit(titration.rise, ingredient))


def lowest_day(solution: Solution, base: int) -> int:
    """quanta: one step down from a day of `base` quanta, the smallest over the drugs."""
    day = 0
    for ingredient in solution.ingredients:
        step = div_floor(base * ingredient.drug.titration.fall_per_mille, PER_MILLE)
        day = greatest(day, base - step) if present(ingredient) else day
    return day


def interval_of(solution: Solution) -> int:
    """s: the longest interval of any drug in the solution: one flow drives all."""
    interval = DAY
    for ingredient in solution.ingredients:
        interval = greatest(interval, ingredient.drug.titration.interval) if present(ingredient) else interval
    return interval


def rested(pump: Pump) -> bool:
    """Whether nothing has been delivered for more than 48 h; before the first delivery, since the last change."""
    since = pump.delivered_at if pump.delivered_at >= 0 else pump.dosing.changed_at
    return pump.now - since > STOPPED_LONGEST


def anchored(pump: Pump) -> DoseHistory:
    """The dose history as a change at `pump.now` sees it.

    A daily dose that was kept for a whole interval becomes the anchor; none at all never does, and no step up is taken
    after it.
    """
    dosing = pump.dosing
    kept = dosing.last > 0 and pump.now - dosing.changed_at >= interval_of(pump.solution)
    return DoseHistory(
        last=dosing.last,
        rises_from=dosing.last if kept else dosing.rises_from,
        falls_from=dosing.last if kept else greatest(dosing.falls_from, dosing.last),
        held=dosing.last == 0 or (dosing.held and not kept),
        changed_at=dosing.changed_at,
    )


def highest(solution: Solution, dosing: DoseHistory) -> int:
    """quanta: the largest day that the dose history allows."""
    return dosing.rises_from if dosing.held else highest_day(solution, dosing.rises_from)


def prescribed(pump: Pump, solution: Solution, dosing: DoseHistory, volume: int, anew: bool) -> DoseHistory:
    """The dose history once a day of `volume` quanta is prescribed at `pump.now`.

    `dosing`: as `anchored` gave it, in volumes of `solution`. `anew`: therapy begins anew after a rest, at the
    starting dose. The first daily dose after a trial is not raised before it has been kept for a whole interval.
    """
    rest = rested(pump)
    first = follows_a_trial(pump) and pump.dosing.held and pump.dosing.last == 0 and volume > 0
    anchor = least(dosing.rises_from, starting_day(solution)) if anew else dosing.rises_from
    return DoseHistory(
        last=volume,
        rises_from=volume if first else anchor,
        falls_from=0 if rest else dosing.falls_from,
        held=dosing.held or anew,
        changed_at=dosing.changed_at if volume == dosing.last and not rest else pump.now,
    )


def whole(volume: int, slow: int) -> int:
    """quanta: what is delivered, at the `slow` end (per mille), before it has surely filled `volume` quanta."""
    return div_ceil(volume * PER_MILLE, PER_MILLE - slow)


def whole_line(device: Device, line: Line) -> int:
    """quanta: what is delivered, at the slow end in ordinary air, before it has surely passed tubing and catheter."""
    return whole(device.tubing + line.catheter + line.uncertainty, slow_in_air(device))


def advance(line: Line, delivered: int, unsure: bool) -> Line:
    """The line after `delivered` quanta; `unsure`: and may fall short, so that nothing has surely moved, though all of
    it may have."""
    surely = 0 if unsure else delivered
    return evolve(
        line,
        rising=greatest(line.rising - surely, 0),
        unprimed=greatest(line.unprimed - delivered, 0),
        clearing=greatest(line.clearing - surely, 0),
    )
