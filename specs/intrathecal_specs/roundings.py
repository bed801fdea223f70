"""Roundings: each goes toward less drug, and costs no more than it must: a limit lets pass what it is meant to.

Volumes are whole nanolitres where a mass is turned into one, so that a rounding is worth less than a nanolitre.
"""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution, ceiling_of
from intrathecal.fields import Each, Within
from intrathecal.pricing import (
    LOW_WHERE_STOP_DANGEROUS,
    bolus_limit,
    bolus_volume_limit,
    day_volume_limit,
    flow_limit,
    hard_day,
    potency_of,
    potency_over,
    price_solution,
    soft_day,
)
from intrathecal.pump import Reservoir
from intrathecal.reservoir import level, spare
from intrathecal.titrating import (
    day_volume_above,
    declared_day,
    declared_fall,
    highest_day,
    lowest_day,
    starting_day,
    step_up,
)
from intrathecal.units import (
    BURN_MAX,
    DAILY_MASS_MAX,
    NANOLITRE,
    PLACES,
    SHARES,
    VOLUME_MAX,
)
from intrathecal_specs.dose import Mass
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import NANOGRAM, TRUE_NANOGRAM, true_strength

Volume = Annotated[int, Within(0, VOLUME_MAX, "quanta")]
"""An arbitrary volume, or volume a day."""
Fast = Annotated[int, Within(0, 999, "per mille")]
"""An arbitrary end of tolerance."""
Potency = Annotated[int, Within(0, 1_000_000_000_000_000, "shares a quantum")]
"""An arbitrary potency."""
Masses = Annotated[tuple[int, ...], Each(PLACES, Within(0, DAILY_MASS_MAX, "ng/d"))]
"""Arbitrary daily doses, by place."""
Spare = Annotated[int, Within(-4_000 * VOLUME_MAX, 4_000 * VOLUME_MAX, "quanta · per mille")]
"""An arbitrary volume to spare, of which there may be less than none."""
CAPPED = VOLUME_MAX // NANOLITRE * NANOLITRE
"""quanta: the largest volume of whole nanolitres."""
ROUNDED_DOWN = "design: Units and numbers (every rounding goes toward less drug, and says so)"
COSTS = (Hazard.UNDER_DELIVERY,)


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def a_limit_in_mass_costs_less_than_a_nanolitre_a_day(limit: Mass, ingredient: Ingredient) -> bool:
    """A day that is limited by a mass is less than a nanolitre short of it, or the largest there is; an empty place
    limits no day."""
    volume = day_volume_limit(limit, ingredient)
    strength = ingredient.concentration
    close = volume == CAPPED or limit * NANOGRAM < (volume + NANOLITRE) * strength
    return close if strength > 0 else volume == VOLUME_MAX


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def a_single_dose_costs_less_than_a_nanolitre(ingredient: Ingredient, fast: Fast) -> bool:
    """The largest bolus of a drug is less than a nanolitre short of its single dose at the fast end, or the largest
    there is; an empty place limits no bolus."""
    volume = bolus_volume_limit(ingredient, fast)
    strength = true_strength(ingredient, fast)
    close = volume == CAPPED or ingredient.drug.single * TRUE_NANOGRAM < (volume + NANOLITRE) * strength
    return close if ingredient.concentration > 0 else volume == VOLUME_MAX


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def a_potency_is_rounded_up_by_less_than_one(ingredient: Ingredient, fast: Fast) -> bool:
    """A drug's potency is the smallest with which shares count no less than its mass."""
    smaller = potency_of(ingredient, fast) - 1
    return smaller * ceiling_of(ingredient.drug, fast) < 100 * true_strength(ingredient, fast)


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def a_solutions_limits_are_those_of_some_drug(solution: Solution, fast: Fast) -> bool:
    """The potency of a solution, and each of its days, is that of one of its drugs; that of none is nothing, and no
    limit."""
    potency = potency_over(solution, fast)
    start, hard, soft = starting_day(solution), hard_day(solution), soft_day(solution)
    own = potency == 0
    day, most, common = start == VOLUME_MAX, hard == VOLUME_MAX, soft == VOLUME_MAX
    for ingredient in solution.ingredients:
        drug = ingredient.drug
        own = own or potency == potency_of(ingredient, fast)
        day = day or start == day_volume_limit(drug.titration.start, ingredient)
        most = most or hard == day_volume_limit(drug.hard, ingredient)
        common = common or soft == day_volume_limit(drug.soft, ingredient)
    return own and day and most and common


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def the_fastest_flow_is_the_devices_or_fills_the_day(device: Device, potency: Potency) -> bool:
    """The limit on flows is the device's fastest, or less than a nanolitre a day below what any 24 hours can hold."""
    flow = flow_limit(device, potency)
    return flow == device.flow_max or BURN_MAX < (flow + 1) * greatest(potency, 1)


@requirement("DOSE-8", hazards=COSTS, source=ROUNDED_DOWN)
def the_largest_bolus_is_some_drugs_or_fills_the_day(solution: Solution, fast: Fast, potency: Potency) -> bool:
    """The limit on boluses is the single dose of one of the drugs, all that any 24 hours can hold, or the largest
    volume there is."""
    bolus = bolus_limit(solution, fast, potency)
    found = bolus == VOLUME_MAX or SHARES < (bolus + 1) * greatest(potency, 1)
    for ingredient in solution.ingredients:
        found = found or bolus == bolus_volume_limit(ingredient, fast)
    return found


@requirement("SOL-1", hazards=COSTS, source="domain.md 2 (S-ptc5), 4.4 (S-neuro2mL)")
def a_solution_allows_what_its_drugs_and_the_device_allow(device: Device, solution: Solution) -> bool:
    """Patients may trigger boluses where the device and every drug that is present allow it; a sudden stop is dangerous
    where it is of some drug that is present, and only then does the low alarm come before the device's own level."""
    limits = price_solution(device, solution)
    dangerous = False
    allowed = device.patient_bolus
    for ingredient in solution.ingredients:
        here = ingredient.concentration > 0
        dangerous = dangerous or (here and ingredient.drug.stop_dangerous)
        allowed = allowed and (not here or ingredient.drug.patient_bolus)
    low = greatest(device.low, LOW_WHERE_STOP_DANGEROUS) if dangerous else device.low
    days = limits.day == hard_day(solution) and limits.soft == soft_day(solution)
    flow = limits.flow == flow_limit(device, limits.potency)
    bolus = limits.bolus == bolus_limit(solution, device.fast, limits.potency)
    known = limits.stop_dangerous == dangerous and limits.patient_bolus == allowed and limits.low == low
    return known and days and flow and bolus and limits.potency == potency_over(solution, device.fast)


@requirement("RATE-2", hazards=COSTS, source=ROUNDED_DOWN)
def a_declared_day_is_that_of_some_dose(solution: Solution, reference: Masses) -> bool:
    """The day that a patient may begin with is that of one of the doses until now, or of a starting dose where there
    was none."""
    day = declared_day(solution, reference)
    found = day == VOLUME_MAX
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        dose = reference[i] if reference[i] > 0 else ingredient.drug.titration.start
        found = found or day == day_volume_limit(dose, ingredient)
    return found


@requirement("RATE-3", hazards=COSTS, source=ROUNDED_DOWN)
def a_declared_fall_is_that_of_some_dose(solution: Solution, reference: Masses) -> bool:
    """The day from which a fall is judged is that of one of the doses until now, or nothing where there was none."""
    day = declared_fall(solution, reference)
    found = day == 0
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        found = found or (ingredient.concentration > 0 and day == day_volume_above(reference[i], ingredient))
    return found


@requirement("RATE-3", hazards=COSTS, source=ROUNDED_DOWN)
def a_mass_takes_the_nanolitres_that_it_begins(mass: Mass, ingredient: Ingredient) -> bool:
    """The day that brings a mass in full is that of the nanolitres that it takes, the last one begun, or the largest
    there is."""
    nanolitres = -(-mass * 1_000_000 // greatest(ingredient.concentration, 1))
    day = day_volume_above(mass, ingredient)
    return ingredient.concentration == 0 or day == least(nanolitres * NANOLITRE, CAPPED)


@requirement("RATE-2", hazards=COSTS, source=ROUNDED_DOWN)
def a_step_up_is_no_smaller_than_the_labels(ingredient: Ingredient, base: Volume) -> bool:
    """A step up is no smaller than the label's mass, and less than a quantum smaller than its share of the day; an
    empty place limits none."""
    titration = ingredient.drug.titration
    step = step_up(ingredient, base)
    share = base * titration.rise_per_mille < 1_000 * (step + 1)
    by_mass = step >= day_volume_limit(titration.rise, ingredient)
    return (share and by_mass) if ingredient.concentration > 0 else step == VOLUME_MAX


@requirement("RATE-2", hazards=COSTS, source=ROUNDED_DOWN)
def the_highest_day_is_a_step_of_some_drug(solution: Solution, base: Volume) -> bool:
    """The highest day is one step up of one of the drugs, or the largest there is."""
    day = highest_day(solution, base)
    return day == VOLUME_MAX or any(day == base + step_up(each, base) for each in solution.ingredients)


@requirement("RATE-3", hazards=COSTS, source=ROUNDED_DOWN)
def the_lowest_day_is_a_step_of_some_drug(solution: Solution, base: Volume) -> bool:
    """The lowest day is one step down of one of the drugs, but for less than a quantum; and nothing where there is
    none."""
    day = lowest_day(solution, base)
    found = day == 0
    for ingredient in solution.ingredients:
        fall = ingredient.drug.titration.fall_per_mille
        found = found or (ingredient.concentration > 0 and 1_000 * (day - 1) < base * (1_000 - fall))
    return found


@requirement("RES-4", hazards=(Hazard.STUCK,), source=ROUNDED_DOWN)
def a_level_is_no_higher_than_it_must_be(remaining: Volume, to_spare: Spare, fast: Fast) -> bool:
    """A level of the reservoir is passed once what there is to spare may truly have gone at the fast end, and less than
    a quantum before; at once where there is nothing to spare."""
    gone = remaining - level(remaining, to_spare, fast)
    if to_spare < 0:
        return gone == 0
    return gone * (1_000 + fast) <= to_spare and to_spare < (gone + 1) * (1_000 + fast)


@requirement("RES-4", hazards=(Hazard.STUCK,), source=ROUNDED_DOWN)
def what_there_is_to_spare_is_what_is_truly_left(device: Device, reservoir: Reservoir, volume: Volume) -> bool:
    """What there is to spare above a threshold is what was filled in, less what was drawn, the threshold, two seconds
    of the fastest flow and all that may truly have been delivered."""
    most = 3_000 * VOLUME_MAX
    filled = 0 <= reservoir.withdrawn and reservoir.withdrawn <= reservoir.filled and reservoir.filled <= VOLUME_MAX
    if not filled or reservoir.fastest < 0 or reservoir.fastest > most:
        return True
    held = reservoir.filled - reservoir.withdrawn - volume
    left = 1_000 * (held - 2 * device.flow_max) - reservoir.fastest
    return spare(device, reservoir, volume) == left
