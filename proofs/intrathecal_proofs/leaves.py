"""Leaves: the small functions of the core, and what their callers may know of them."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest, largest, least, smallest
from intrathecal.drug import Drug, Ingredient, ceiling_of
from intrathecal.fields import Within
from intrathecal.handlers.boluses import so_many_back
from intrathecal.prescription import Prescription
from intrathecal.pricing import bolus_volume_limit, day_volume, day_volume_limit, potency_of, whole_day
from intrathecal.pump import Schedule, Slots, Window
from intrathecal.units import BURN_MAX, DAILY_MASS_MAX, DAY, END, NANOLITRE, SHARES, SLOT, SLOTS, VOLUME_MAX
from intrathecal.window import fits
from intrathecal_proofs.argument import contract, products
from intrathecal_specs.words import NANOGRAM, TRUE_NANOGRAM, overlap, true_strength

Fast = Annotated[int, Within(0, 999, "per mille")]
"""A fast tolerance, as devices have it."""
DailyMass = Annotated[int, Within(0, DAILY_MASS_MAX, "ng/d")]
"""A daily limit or dose."""
BolusCount = Annotated[int, Within(1, SLOTS, "boluses in 24 h")]
"""How many boluses a patient may start in 24 hours, where any are prescribed."""
NANOLITRES = VOLUME_MAX // NANOLITRE


@contract(greatest, within=(largest,))
def the_greater_is_one_of_two(a: int, b: int, result: int) -> bool:
    """The greater is one of the two, and neither is above it."""
    return a <= result and b <= result and any(result == each for each in (a, b))


@contract(least, within=(smallest,))
def the_lesser_is_one_of_two(a: int, b: int, result: int) -> bool:
    """The lesser is one of the two, and neither is below it."""
    return result <= a and result <= b and any(result == each for each in (a, b))


@contract(largest)
def the_largest_is_one_of_them_or_zero(values: Slots, result: int) -> bool:
    """Nothing is larger than the largest, which is one of the values, or 0."""
    among = result == 0 or any(value == result for value in values)
    within = result <= BURN_MAX or any(value > BURN_MAX for value in values)
    return 0 <= result and all(value <= result for value in values) and among and within


@contract(smallest)
def the_smallest_is_below_all(values: Slots, most: int, result: int) -> bool:
    """Nothing is smaller than the smallest, which is one of the values, or the most."""
    among = result == most or any(value == result for value in values)
    return result <= most and all(result <= value for value in values) and among


@contract(so_many_back)
def the_one_so_many_back_is_in_its_place(starts: Slots, count: BolusCount, result: int) -> bool:
    """The definition, place by place, so that a count that grows step by step finds each of them."""
    return all(count <= i or i + 2 <= count or result == starts[i] for i in range(SLOTS))


@contract(overlap)
def an_overlap_lies_in_both(begins: int, ends: int, start: int, length: int, result: int) -> bool:
    """What two stretches of time share is no longer than either, and nothing where one begins after the other."""
    whole = ends - begins if ends >= begins else 0
    late = ends - start if ends >= start else 0
    early = start + length - begins if start + length >= begins else 0
    return 0 <= result and result <= whole and result <= late and result <= early


@contract(ceiling_of)
def a_ceiling_is_a_mass(drug: Drug, fast: Fast, result: int) -> bool:
    """A ceiling is above nothing, and far from overflowing; by its rounding there is one for each hard limit."""
    least = drug.hard * (1_000 + fast) * 4_949
    rounded = (result - 1) * 4_800_000 < least and least <= result * 4_800_000
    return 1 <= result and result <= 100_000_000_000_000_000 and rounded


@contract(potency_of)
def potency_covers_its_drug(ingredient: Ingredient, fast: Fast, result: int) -> bool:
    """Rounded up: potency times ceiling is no less than a hundred times the true strength. A ceiling of at least 1
    bounds it."""
    enough = 100 * true_strength(ingredient, fast) <= result * ceiling_of(ingredient.drug, fast)
    return 0 <= result and result <= 1_000_000_000_000_000 and enough


def burns_are_in_range(burns: Slots) -> bool:
    """No burn is negative, or more than could run all day."""
    return all(0 <= burn and burn <= BURN_MAX for burn in burns)


@contract(whole_day, requires=burns_are_in_range)
def a_whole_day_is_its_slots(burns: Slots, result: int) -> bool:
    """The definition, and what bounds it."""
    within = 0 <= result and result <= DAY * BURN_MAX
    return result == sum(burns) * SLOT and (within or not burns_are_in_range(burns))


@contract(day_volume)
def a_day_is_a_volume(prescription: Prescription, result: int) -> bool:
    """A day is not less than nothing, nor than the one flow that may run all through it; and the definition."""
    boluses = prescription.patient_bolus.volume * prescription.patient_bolus.count
    first = prescription.flows[0]
    steady = all(flow == first for flow in prescription.flows)
    whole = result == boluses + sum(prescription.flows) * SLOT
    return 0 <= result and (not steady or first * DAY <= result) and whole


@products
def boluses_take_nothing_back(prescription: Prescription, result: int) -> tuple[tuple[int, int], ...]:
    """No bolus, however many there are, is less than nothing."""
    return ((prescription.patient_bolus.volume, prescription.patient_bolus.count),)


@contract(day_volume_limit)
def a_days_volume_is_within_its_mass(limit: DailyMass, ingredient: Ingredient, result: int) -> bool:
    """Rounded down to whole nanolitres: the volume holds no more than the mass."""
    return 0 <= result and result <= VOLUME_MAX and result * ingredient.concentration <= limit * NANOGRAM


@contract(bolus_volume_limit)
def a_bolus_volume_is_within_its_mass(ingredient: Ingredient, fast: Fast, result: int) -> bool:
    """Rounded down to whole nanolitres: the volume truly holds no more than the single dose."""
    within = result * true_strength(ingredient, fast) <= ingredient.drug.single * TRUE_NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


def slots_are_in_range(window: Window, schedule: Schedule, now: int, bolus: int, ceiling: int) -> bool:
    """The slots of the window and the burns to come are none of them negative, and bounded; now is in the slot. Said as
    the invariants say it, so that callers owe nothing more."""
    slots = all(0 <= slot for slot in window.past) and 0 <= window.current and window.total == sum(window.past)
    burns = all(0 <= burn and burn <= BURN_MAX for burn in schedule.reserved)
    span = 0 <= now and now <= END + 2 * DAY and now < window.ends and window.ends <= now + SLOT
    held = window.total + window.current <= 2 * SHARES
    return slots and burns and span and held and 0 <= bolus and bolus <= SHARES


@contract(fits, requires=slots_are_in_range)
def what_fits_fits_everywhere(
    window: Window, schedule: Schedule, now: int, bolus: int, ceiling: int, result: bool
) -> bool:
    """It fits where every run of 49 slots that contains the present is within the ceiling, and nowhere else."""
    load = window.total + window.current + schedule.reserved[0] * (window.ends - now) + bolus
    within = load <= ceiling
    for k in range(SLOTS):
        load = load - window.past[k] + schedule.reserved[(k + 1) % SLOTS] * SLOT
        within = within and load <= ceiling
    return (not result or within) and (result or not within)


@products
def a_slot_is_no_longer_than_a_slot(
    window: Window, schedule: Schedule, now: int, bolus: int, ceiling: int, result: bool
) -> tuple[tuple[int, int], ...]:
    """The rest of the current slot, at its burn."""
    return ((BURN_MAX - schedule.reserved[0], window.ends - now), (schedule.reserved[0], window.ends - now))


@products
def a_capped_volume_holds_less(limit: DailyMass, ingredient: Ingredient, result: int) -> tuple[tuple[int, int], ...]:
    """A volume that is capped by its type is smaller than the one that is not."""
    strength = ingredient.concentration if ingredient.concentration >= 1 else 1
    whole = limit * 1_000_000 // strength
    return ((whole - NANOLITRES, ingredient.concentration), (whole, ingredient.concentration))


@products
def a_capped_bolus_holds_less(ingredient: Ingredient, fast: Fast, result: int) -> tuple[tuple[int, int], ...]:
    """The same of a bolus."""
    strength = (ingredient.concentration if ingredient.concentration >= 1 else 1) * (1_000 + fast)
    whole = ingredient.drug.single * 1_000_000_000 // strength
    return ((whole - NANOLITRES, true_strength(ingredient, fast)),)
