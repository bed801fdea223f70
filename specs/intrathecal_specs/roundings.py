"""Roundings: each goes toward less drug, and costs no more than it must: a limit lets pass what it is meant to.

Volumes are whole nanolitres where a mass is turned into one, so that a rounding is worth less than a nanolitre.
"""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest, least, smallest
from intrathecal.bridging import brings_too_little, least_day, meeting_slots, sudden_day, surest
from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution, ceiling_of
from intrathecal.evolving import evolve
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
    within_ladder,
)
from intrathecal.pump import Bridge, FormerDoses, Limits, Reservoir
from intrathecal.reservoir import level, spare
from intrathecal.titrating import (
    carried,
    carried_down,
    carried_up,
    carried_whole,
    day_volume_above,
    declared_day,
    declared_fall,
    former_dose,
    highest_day,
    lowest_day,
    starting_day,
    step_up,
    whole,
)
from intrathecal.trial import RUNGS, Protocol, Trial, dose_at, first_dose, top_of
from intrathecal.units import (
    BURN_MAX,
    CONCENTRATION_MAX,
    DAILY_MASS_MAX,
    FLOW_MAX,
    NANOLITRE,
    NUMBER_MAX,
    PER_MILLE,
    PLACES,
    SHARES,
    SINGLE_MASS_MAX,
    SLOT,
    SLOTS,
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
Flows = Annotated[tuple[int, ...], Each(SLOTS, Within(0, FLOW_MAX, "nL/d"))]
"""Arbitrary flows, by slot."""
Strength = Annotated[int, Within(0, CONCENTRATION_MAX, "ng/mL")]
"""An arbitrary concentration, and none."""
Line = Annotated[int, Within(0, 2 * VOLUME_MAX, "quanta")]
"""An arbitrary volume of tubing and catheter."""
Number = Annotated[int, Within(0, NUMBER_MAX, "(drug code)")]
"""An arbitrary code."""
Spare = Annotated[int, Within(-4_000 * VOLUME_MAX, 4_000 * VOLUME_MAX, "quanta · per mille")]
"""An arbitrary volume to spare, of which there may be less than none."""
CAPPED = VOLUME_MAX // NANOLITRE * NANOLITRE
"""quanta: the largest volume of whole nanolitres."""
_DESIGN = "design: Units and numbers (every rounding goes toward less drug, and says so)"
_COSTS = (Hazard.UNDER_DELIVERY,)


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
def a_limit_in_mass_costs_less_than_a_nanolitre_a_day(limit: Mass, ingredient: Ingredient) -> bool:
    """A day that is limited by a mass is less than a nanolitre short of it, or the largest there is; an empty place
    limits no day."""
    volume = day_volume_limit(limit, ingredient)
    strength = ingredient.concentration
    close = volume == CAPPED or limit * NANOGRAM < (volume + NANOLITRE) * strength
    return close if strength > 0 else volume == VOLUME_MAX


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
def a_single_dose_costs_less_than_a_nanolitre(ingredient: Ingredient, fast: Fast) -> bool:
    """The largest bolus of a drug is less than a nanolitre short of its single dose at the fast end, or the largest
    there is; an empty place limits no bolus."""
    volume = bolus_volume_limit(ingredient, fast)
    strength = true_strength(ingredient, fast)
    close = volume == CAPPED or ingredient.drug.single * TRUE_NANOGRAM < (volume + NANOLITRE) * strength
    return close if ingredient.concentration > 0 else volume == VOLUME_MAX


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
def a_potency_is_rounded_up_by_less_than_one(ingredient: Ingredient, fast: Fast) -> bool:
    """A drug's potency is the smallest with which shares count no less than its mass."""
    smaller = potency_of(ingredient, fast) - 1
    return smaller * ceiling_of(ingredient.drug, fast) < 100 * true_strength(ingredient, fast)


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
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


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
def the_fastest_flow_is_the_devices_or_fills_the_day(device: Device, potency: Potency) -> bool:
    """The limit on flows is the device's fastest, or less than a nanolitre a day below what any 24 hours can hold."""
    flow = flow_limit(device, potency)
    return flow == device.flow_max or BURN_MAX < (flow + 1) * greatest(potency, 1)


@requirement("DOSE-8", hazards=_COSTS, source=_DESIGN)
def the_largest_bolus_is_some_drugs_or_fills_the_day(solution: Solution, fast: Fast, potency: Potency) -> bool:
    """The limit on boluses is the single dose of one of the drugs, all that any 24 hours can hold, or the largest
    volume there is."""
    bolus = bolus_limit(solution, fast, potency)
    found = bolus == VOLUME_MAX or SHARES < (bolus + 1) * greatest(potency, 1)
    for ingredient in solution.ingredients:
        found = found or bolus == bolus_volume_limit(ingredient, fast)
    return found


@requirement("SOL-1", hazards=_COSTS, source="domain.md 2 (S-ptc5), 4.4 (S-neuro2mL)")
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


@requirement("RATE-2", hazards=_COSTS, source=_DESIGN)
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


@requirement("RATE-3", hazards=_COSTS, source=_DESIGN)
def a_declared_fall_is_that_of_some_dose(solution: Solution, reference: Masses) -> bool:
    """The day from which a fall is judged is that of one of the doses until now, or nothing where there was none."""
    day = declared_fall(solution, reference)
    found = day == 0
    for i in range(PLACES):
        ingredient = solution.ingredients[i]
        found = found or (ingredient.concentration > 0 and day == day_volume_above(reference[i], ingredient))
    return found


@requirement("RATE-3", hazards=_COSTS, source=_DESIGN)
def a_mass_takes_less_than_a_nanolitre_too_much(mass: Mass, ingredient: Ingredient) -> bool:
    """The day that brings a mass in full is less than a nanolitre more than it needs, or the largest there is."""
    volume = day_volume_above(mass, ingredient)
    close = (volume - NANOLITRE) * ingredient.concentration < mass * NANOGRAM
    return ingredient.concentration == 0 or close or volume == CAPPED


@requirement("RATE-2", hazards=_COSTS, source=_DESIGN)
def a_step_up_is_no_smaller_than_the_labels(ingredient: Ingredient, base: Volume) -> bool:
    """A step up is no smaller than the label's mass, and less than a quantum smaller than its share of the day; an
    empty place limits none."""
    titration = ingredient.drug.titration
    step = step_up(ingredient, base)
    share = base * titration.rise_per_mille < 1_000 * (step + 1)
    by_mass = step >= day_volume_limit(titration.rise, ingredient)
    return (share and by_mass) if ingredient.concentration > 0 else step == VOLUME_MAX


@requirement("RATE-2", hazards=_COSTS, source=_DESIGN)
def the_highest_day_is_a_step_of_some_drug(solution: Solution, base: Volume) -> bool:
    """The highest day is one step up of one of the drugs, or the largest there is."""
    day = highest_day(solution, base)
    return day == VOLUME_MAX or any(day == base + step_up(each, base) for each in solution.ingredients)


@requirement("RATE-3", hazards=_COSTS, source=_DESIGN)
def the_lowest_day_is_a_step_of_some_drug(solution: Solution, base: Volume) -> bool:
    """The lowest day is one step down of one of the drugs, but for less than a quantum; and nothing where there is
    none."""
    day = lowest_day(solution, base)
    found = day == 0
    for ingredient in solution.ingredients:
        fall = ingredient.drug.titration.fall_per_mille
        found = found or (ingredient.concentration > 0 and 1_000 * (day - 1) < base * (1_000 - fall))
    return found


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def another_solutions_day_is_that_of_whole_nanolitres(
    ingredient: Ingredient, other_ingredient: Ingredient, volume: Volume
) -> bool:
    """The largest day of another solution that brings no more of a drug is that of the whole nanolitres of the old one,
    in whole nanolitres; of a new drug it is the starting dose, and an empty place limits none."""
    day = carried(ingredient, other_ingredient, volume)
    if other_ingredient.concentration == 0:
        return day == VOLUME_MAX
    if ingredient.concentration == 0:
        return day == day_volume_limit(other_ingredient.drug.titration.start, other_ingredient)
    nanolitres = volume // NANOLITRE * ingredient.concentration // other_ingredient.concentration
    return day == least(nanolitres * NANOLITRE, CAPPED)


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def another_solutions_fall_is_that_of_begun_nanolitres(
    ingredient: Ingredient, other_ingredient: Ingredient, volume: Volume
) -> bool:
    """The smallest day of another solution that brings no less of a drug is that of the begun nanolitres of the old
    one, in begun nanolitres; of a drug that is not in both it asks for nothing."""
    day = carried_whole(ingredient, other_ingredient, volume)
    if ingredient.concentration == 0 or other_ingredient.concentration == 0:
        return day == 0
    nanolitres = -(-(-(-volume // NANOLITRE) * ingredient.concentration) // other_ingredient.concentration)
    return day == least(nanolitres * NANOLITRE, CAPPED)


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def what_is_carried_over_is_that_of_some_drug(solution: Solution, other_solution: Solution, volume: Volume) -> bool:
    """The days of another solution by which steps are judged are those of one of its drugs, or no limit."""
    up, down = carried_up(solution, other_solution, volume), carried_down(solution, other_solution, volume)
    high, low = up == VOLUME_MAX, down == 0
    for i in range(PLACES):
        high = high or up == carried(solution.ingredients[i], other_solution.ingredients[i], volume)
        low = low or down == carried_whole(solution.ingredients[i], other_solution.ingredients[i], volume)
    return high and low


@requirement("RATE-5", hazards=_COSTS, source=_DESIGN)
def a_line_counts_as_passed_once_it_surely_is(length: Line, end: Fast) -> bool:
    """What is delivered before the slow end has surely filled a volume is the least that does; and what can be without
    the fast end filling it is the most that does not."""
    filled = whole(length, end)
    unfilled = surest(length, end)
    nothing = surest(-length // 3, end) == 0
    latest = (filled - 1) * (1_000 - end) < length * 1_000
    earliest = unfilled * (1_000 + end) <= length * 1_000 and length * 1_000 < (unfilled + 1) * (1_000 + end)
    return latest and earliest and nothing


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def a_meeting_takes_its_slots_and_one_more(bridge: Bridge) -> bool:
    """The slots in which both solutions may be at the catheter's tip are those that the volume between earliest and
    latest arrival takes at the meeting's flow, the last one counted whole, and one more for where in a slot it begins;
    a day at the most."""
    if not could_be_built(bridge):
        return True
    slots = -(-greatest(bridge.late - bridge.early, 0) // (bridge.meeting_flow * SLOT))
    return meeting_slots(bridge) == least(slots + 1, SLOTS)


def could_be_built(bridge: Bridge) -> bool:
    """Whether flows and volumes are those that a device and a line can have."""
    flows = (
        0 <= bridge.flow and bridge.flow <= FLOW_MAX and 1 <= bridge.meeting_flow and bridge.meeting_flow <= FLOW_MAX
    )
    most = 4_000 * VOLUME_MAX
    return flows and 0 <= bridge.early and bridge.early <= most and 0 <= bridge.late and bridge.late <= most


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def the_least_day_is_the_meeting_and_the_rest(
    bridge: Bridge, by_slot: Flows, strength: Strength, other_strength: Strength
) -> bool:
    """The least that a day of the bridge brings is the meeting's flow at the weaker solution for the slots that it can
    take, and for all others the lesser of what bridge and prescription bring; rounded down."""
    if not could_be_built(bridge):
        return True
    slots = meeting_slots(bridge)
    rest = least(bridge.flow * strength, smallest(by_slot, FLOW_MAX) * other_strength)
    day = slots * (bridge.meeting_flow * least(strength, other_strength)) + (SLOTS - slots) * rest
    brings = least_day(bridge, by_slot, strength, other_strength)
    return brings * SLOTS <= day and day < (brings + 1) * SLOTS


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def a_bridge_brings_too_little_where_some_drug_stops(
    bridge: Bridge, other_solution: Solution, by_slot: Flows, volume: Volume
) -> bool:
    """A bridge brings too little where its least day of some drug of the old solution is below that drug's fraction of
    the day before, and nowhere else."""
    if not could_be_built(bridge):
        return True
    found = False
    for i in range(PLACES):
        old = bridge.solution.ingredients[i]
        brings = least_day(bridge, by_slot, old.concentration, other_solution.ingredients[i].concentration)
        found = found or (old.concentration > 0 and brings < sudden_day(old, volume))
    return brings_too_little(bridge, other_solution, by_slot, volume) == found


@requirement("RES-9", hazards=_COSTS, source=_DESIGN)
def a_sudden_day_is_rounded_up_once_for_each_unit(ingredient: Ingredient, volume: Volume) -> bool:
    """The day below which a drug stops suddenly is its fraction of the day before, in whole thousandths of whole
    nanolitres, each rounded up."""
    nanolitres = -(-volume // NANOLITRE)
    mass = -(-nanolitres * ingredient.concentration // PER_MILLE)
    return sudden_day(ingredient, volume) == mass * ingredient.drug.titration.sudden_below


@requirement("TRIAL-5", hazards=_COSTS, source=_DESIGN)
def a_first_dose_is_the_multiple_but_for_a_nanogram(trial: Trial) -> bool:
    """The largest first daily dose is the protocol's multiple of the effective dose, short of it by less than a
    nanogram."""
    if trial.effective < 0 or trial.effective > SINGLE_MASS_MAX:
        return True
    multiple = trial.protocol.multiple_if_long if trial.long else trial.protocol.multiple
    dose = first_dose(trial)
    return 1_000 * dose <= trial.effective * multiple and trial.effective * multiple < 1_000 * (dose + 1)


@requirement("TRIAL-4", hazards=_COSTS, source="design: Trial")
def a_former_dose_is_that_of_the_same_drug(former: FormerDoses, code: Number) -> bool:
    """What a patient has had of a drug is the largest that is known of the drug with its code, and of no other."""
    dose = former_dose(former, code)
    found = dose == 0
    most = True
    for i in range(PLACES):
        same = former.codes[i] == code
        found = found or (same and dose == former.doses[i])
        most = most and (not same or former.doses[i] <= dose)
    return found and most


@requirement("RES-4", hazards=(Hazard.STUCK,), source=_DESIGN)
def a_level_is_no_higher_than_it_must_be(remaining: Volume, to_spare: Spare, fast: Fast) -> bool:
    """A level of the reservoir is passed once what there is to spare may truly have gone at the fast end, and less than
    a quantum before; at once where there is nothing to spare."""
    gone = remaining - level(remaining, to_spare, fast)
    if to_spare < 0:
        return gone == 0
    return gone * (1_000 + fast) <= to_spare and to_spare < (gone + 1) * (1_000 + fast)


@requirement("RES-4", hazards=(Hazard.STUCK,), source=_DESIGN)
def what_there_is_to_spare_is_what_is_truly_left(device: Device, reservoir: Reservoir, volume: Volume) -> bool:
    """What there is to spare above a threshold is what was filled in, less what was drawn, the threshold, two seconds
    of the fastest flow and all that may truly have been delivered."""
    most = 2_000 * VOLUME_MAX
    filled = 0 <= reservoir.withdrawn and reservoir.withdrawn <= reservoir.filled and reservoir.filled <= VOLUME_MAX
    if not filled or reservoir.fastest < 0 or reservoir.fastest > most:
        return True
    held = reservoir.filled - reservoir.withdrawn - volume
    left = 1_000 * (held - 2 * device.flow_max) - reservoir.fastest
    return spare(device, reservoir, volume) == left


Rung = Annotated[int, Within(-1, RUNGS, "rungs")]
"""An arbitrary place on a ladder, or beside it."""


@requirement("TRIAL-2", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def a_ladder_is_read_from_its_foot(protocol: Protocol, rung: Rung) -> bool:
    """The dose of a rung is the one in its place, and none above the top or below the foot; the top is the last dose
    that is one."""
    dose = 0
    top = protocol.ladder[0]
    for i in range(RUNGS):
        dose = protocol.ladder[i] if rung == i else dose
        top = protocol.ladder[i] if protocol.ladder[i] > top else top
    return dose_at(protocol.ladder, rung) == dose and top_of(protocol.ladder) == top


@requirement("TRIAL-1", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="design: Trial")
def a_trial_by_infusion_limits_the_day_of_its_drug_alone(
    limits: Limits, protocol: Protocol, solution: Solution
) -> bool:
    """In a trial by infusion the day is within the ladder's top of the drug that is tried, and no other limit
    changes."""
    day = limits.day
    for ingredient in solution.ingredients:
        most = day_volume_limit(top_of(protocol.ladder), ingredient)
        day = least(day, most) if ingredient.drug.code == protocol.drug else day
    return within_ladder(limits, protocol, solution) == evolve(limits, day=day)
