"""Titration: what the leaves of a step up, a step down and the line promise, and the ranges of what they are told."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest
from intrathecal.device import Device, slow_in_air
from intrathecal.drug import Ingredient, Solution
from intrathecal.events import Program
from intrathecal.fields import Each, Within
from intrathecal.pricing import day_volume, day_volume_limit
from intrathecal.pump import Pump
from intrathecal.titrating import (
    anchored,
    day_mass,
    day_volume_above,
    declared_day,
    declared_fall,
    highest_day,
    interval_of,
    lowest_day,
    starting_day,
    step_up,
    whole,
)
from intrathecal.units import DAILY_MASS_MAX, NANOLITRE, NEVER, PLACES, VOLUME_MAX
from intrathecal_proofs.argument import contract, invariant, products
from intrathecal_proofs.leaves import DailyMass
from intrathecal_specs.titration import longest_interval
from intrathecal_specs.words import NANOGRAM, before_implantation

WholeLine = Annotated[int, Within(0, 3 * VOLUME_MAX, "quanta")]
"""Tubing and catheter, and how far they may be off."""
Slow = Annotated[int, Within(0, 999, "per mille")]
"""A slow tolerance, as devices have it."""
DayVolume = Annotated[int, Within(0, VOLUME_MAX, "quanta")]
"""A day's volume."""
Masses = Annotated[tuple[int, ...], Each(PLACES, Within(0, DAILY_MASS_MAX, "ng/d"))]
"""A daily dose of each ingredient."""


@invariant
def doses_are_in_range(device: Device, pump: Pump) -> bool:
    """A daily dose in force was within the limit on days, and an anchor is one or a capped volume. RATE-2, RATE-3 and
    NUM-1 rest on it."""
    dosing = pump.dosing
    last = 0 <= dosing.last and dosing.last <= VOLUME_MAX
    up = 0 <= dosing.rises_from and dosing.rises_from <= VOLUME_MAX
    down = 0 <= dosing.falls_from and dosing.falls_from <= VOLUME_MAX
    return last and up and down and 0 <= dosing.changed_at and dosing.changed_at <= pump.now


@invariant
def former_doses_are_in_range(device: Device, pump: Pump) -> bool:
    """A former dose was bounded when it was taken over, and its pump delivered before. TRIAL-4, RATE-2 and NUM-1 rest
    on it."""
    doses = all(0 <= dose and dose <= DAILY_MASS_MAX for dose in pump.former.doses)
    return doses and NEVER <= pump.former.until and pump.former.until <= pump.now


@invariant
def the_line_is_in_range(device: Device, pump: Pump) -> bool:
    """A line's volumes are those of an event; what it has to travel, or to clear, is one line at the slow end, or what
    is left of it; before commissioning nothing travels. RATE-5, RES-13 and NUM-1 rest on it."""
    line = pump.line
    volumes = 0 <= line.catheter and line.catheter <= VOLUME_MAX
    uncertainty = 0 <= line.uncertainty and line.uncertainty <= VOLUME_MAX
    ways = (line.rising, line.unprimed, line.clearing)
    travels = all(0 <= way and way <= 4_000 * VOLUME_MAX for way in ways)
    return volumes and uncertainty and travels and (not before_implantation(pump) or all(way == 0 for way in ways))


@contract(starting_day)
def a_starting_day_is_within_each_starting_dose(solution: Solution, result: int) -> bool:
    """The least over the drugs of volumes that are each rounded down."""
    within = True
    for ingredient in solution.ingredients:
        within = within and result * ingredient.concentration <= ingredient.drug.titration.start * NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


@products
def a_start_is_the_least(solution: Solution, result: int) -> tuple[tuple[int, int], ...]:
    """The least volume, times a concentration, is within that drug's own."""
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in solution.ingredients:
        own = day_volume_limit(ingredient.drug.titration.start, ingredient)
        found = found + ((own - result, ingredient.concentration),)
    return found


def masses_are_in_range(solution: Solution, reference: Masses) -> bool:
    """Daily doses as events carry them."""
    return all(0 <= mass and mass <= DAILY_MASS_MAX for mass in reference)


@contract(declared_day, requires=masses_are_in_range)
def a_declared_day_is_within_each_dose(solution: Solution, reference: Masses, result: int) -> bool:
    """The same with declared doses in place of starting doses, where there are any."""
    within = True
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        most = reference[i] if reference[i] > 0 else ingredient.drug.titration.start
        within = within and result * ingredient.concentration <= most * NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


@products
def a_declared_day_is_the_least(solution: Solution, reference: Masses, result: int) -> tuple[tuple[int, int], ...]:
    """The least volume, times a concentration, is within that drug's own."""
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        start = ingredient.drug.titration.start
        own = day_volume_limit(reference[i] if reference[i] > 0 else start, ingredient)
        found = found + ((own - result, ingredient.concentration),)
    return found


@contract(day_volume_above)
def a_days_volume_brings_its_mass(mass: DailyMass, ingredient: Ingredient, result: int) -> bool:
    """Rounded up to whole nanolitres: the volume holds no less than the mass, unless it is capped."""
    whole = result >= VOLUME_MAX or mass * NANOGRAM <= result * ingredient.concentration
    return 0 <= result and result <= VOLUME_MAX and (ingredient.concentration == 0 or whole)


@contract(day_mass)
def a_days_mass_is_what_its_volume_brings(volume: DayVolume, ingredient: Ingredient, result: int) -> bool:
    """Rounded down to whole nanolitres, and again to whole nanograms."""
    mass = volume * ingredient.concentration
    full = mass < (result + 1) * NANOGRAM + NANOLITRE * ingredient.concentration or result >= DAILY_MASS_MAX
    return 0 <= result and result <= DAILY_MASS_MAX and result * NANOGRAM <= mass and full


@products
def a_rest_of_a_nanolitre_holds_little(
    volume: DayVolume, ingredient: Ingredient, result: int
) -> tuple[tuple[int, int], ...]:
    """What is left of a nanolitre, times the concentration."""
    rest = volume - volume // NANOLITRE * NANOLITRE
    return ((rest, ingredient.concentration), (NANOLITRE - 1 - rest, ingredient.concentration))


@contract(declared_fall, requires=masses_are_in_range)
def a_declared_fall_brings_each_dose(solution: Solution, reference: Masses, result: int) -> bool:
    """The largest over the drugs of volumes that are each rounded up."""
    whole = True
    for i in range(PLACES):
        concentration = solution.ingredients[i].concentration
        full = result >= VOLUME_MAX or reference[i] * NANOGRAM <= result * concentration
        whole = whole and (concentration == 0 or full)
    return 0 <= result and result <= VOLUME_MAX and whole


@products
def a_declared_fall_is_the_largest(solution: Solution, reference: Masses, result: int) -> tuple[tuple[int, int], ...]:
    """The largest volume, times a concentration, is no less than that drug's own."""
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        found = found + ((result - day_volume_above(reference[i], ingredient), ingredient.concentration),)
    return found


@contract(step_up)
def a_step_up_is_a_mass_or_a_share(ingredient: Ingredient, base: DayVolume, result: int) -> bool:
    """The larger of a volume that is within the step's mass and a share of the base, both rounded down."""
    titration = ingredient.drug.titration
    strength = ingredient.concentration
    most = greatest(1_000 * titration.rise * NANOGRAM, base * strength * titration.rise_per_mille)
    return 0 <= result and result <= VOLUME_MAX and 1_000 * result * strength <= most


@products
def a_share_is_rounded_down(ingredient: Ingredient, base: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """A share of the base, times the concentration, and that it is no more than the base."""
    titration = ingredient.drug.titration
    share = base * titration.rise_per_mille // 1_000
    rest = base * titration.rise_per_mille - 1_000 * share
    return (
        (rest, ingredient.concentration),
        (1_000 - titration.rise_per_mille, base),
        (base, titration.rise_per_mille),
    )


@contract(highest_day)
def the_highest_day_is_one_step_up(solution: Solution, base: DayVolume, result: int) -> bool:
    """The least over the drugs of one step up, and no less than the base."""
    within = True
    for ingredient in solution.ingredients:
        titration = ingredient.drug.titration
        start = base * ingredient.concentration
        step = greatest(1_000 * titration.rise * NANOGRAM, start * titration.rise_per_mille)
        within = within and 1_000 * result * ingredient.concentration <= 1_000 * start + step
    return base <= result and result <= VOLUME_MAX and within


@products
def a_step_is_the_least(solution: Solution, base: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """The least day, times a concentration, is within that drug's own."""
    return tuple((base + step_up(i, base) - result, i.concentration) for i in solution.ingredients)


@contract(lowest_day)
def the_lowest_day_is_one_step_down(solution: Solution, base: DayVolume, result: int) -> bool:
    """The largest over the drugs of one step down, each share rounded down."""
    within = True
    for ingredient in solution.ingredients:
        least = base * (1_000 - ingredient.drug.titration.fall_per_mille)
        within = within and (ingredient.concentration == 0 or least <= 1_000 * result)
    return 0 <= result and result <= base and within


@products
def a_fall_is_no_more_than_the_base(solution: Solution, base: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """A share is no more than the whole, and not less than nothing."""
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in solution.ingredients:
        fall = ingredient.drug.titration.fall_per_mille
        found = found + ((1_000 - fall, base), (fall, base))
    return found


@contract(interval_of)
def the_interval_is_the_longest(solution: Solution, result: int) -> bool:
    """The longest over the drugs, and a day at the least."""
    return result == longest_interval(solution)


@contract(whole)
def what_is_whole_is_rounded_up(volume: WholeLine, slow: Slow, result: int) -> bool:
    """By the rounding, what is delivered at the slow end fills the volume."""
    return 0 <= result and result <= 4_000 * VOLUME_MAX and volume * 1_000 <= result * (1_000 - slow)


@products
def a_volume_is_divided_by_the_slow_end(volume: WholeLine, slow: Slow, result: int) -> tuple[tuple[int, int], ...]:
    """The slow end is at least one per mille."""
    more = -volume * 1_000 // (1_000 - slow)
    return ((-more, 999 - slow), (more - 1, 1_000 - slow), (result, 999 - slow))


@contract(slow_in_air)
def ordinary_air_is_allowed(device: Device, result: int) -> bool:
    """Ordinary air pressure lies in an allowed band, whose tolerance is within the device's own."""
    return 0 <= result and result <= device.slow


@products
def a_day_within_a_step_is_within_each_drugs(
    device: Device, settled: Pump, event: Program
) -> tuple[tuple[int, int], ...]:
    """What lies within a volume lies, times a concentration, within its mass."""
    volume = day_volume(event.prescription)
    solution = settled.solution
    anchor = anchored(settled).rises_from
    most = highest_day(solution, anchor)
    start = starting_day(solution)
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in solution.ingredients:
        strength = ingredient.concentration
        share = strength * ingredient.drug.titration.rise_per_mille
        found = found + ((most - volume, strength), (anchor - volume, strength), (start - volume, strength))
        for own in (settled.dosing.last, settled.dosing.rises_from):
            found = found + ((own - anchor, strength), (own - anchor, share), (anchor - own, strength))
    return found


@products
def a_fall_grows_with_its_base(device: Device, settled: Pump, event: Program) -> tuple[tuple[int, int], ...]:
    """A larger anchor asks for a larger day."""
    dosing = settled.dosing
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in settled.solution.ingredients:
        rest = 1_000 - ingredient.drug.titration.fall_per_mille
        found = found + ((dosing.falls_from - dosing.last, rest), (dosing.last - dosing.falls_from, rest))
    return found
