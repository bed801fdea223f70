"""What is carried over to another solution: its days, the line that it has to pass, and what its bridge brings."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest, least, smallest
from intrathecal.bridging import brings_too_little, least_day, meeting_slots, sudden_day, surest
from intrathecal.drug import Ingredient, Solution
from intrathecal.fields import Each, Within
from intrathecal.pricing import day_volume_limit
from intrathecal.pump import Bridge
from intrathecal.titrating import carried, carried_down, carried_up, carried_whole, whole
from intrathecal.units import CONCENTRATION_MAX, FLOW_MAX, NANOLITRE, PER_MILLE, PLACES, SLOT, SLOTS, VOLUME_MAX
from intrathecal_specs.requirement import requirement
from intrathecal_specs.roundings import CAPPED, COSTS, ROUNDED_DOWN, Fast, Volume

Flows = Annotated[tuple[int, ...], Each(SLOTS, Within(0, FLOW_MAX, "nL/d"))]
"""Arbitrary flows, by slot."""
Strength = Annotated[int, Within(0, CONCENTRATION_MAX, "ng/mL")]
"""An arbitrary concentration, and none."""
Line = Annotated[int, Within(0, 2 * VOLUME_MAX, "quanta")]
"""An arbitrary volume of tubing and catheter."""


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
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


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
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


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
def what_is_carried_over_is_that_of_some_drug(solution: Solution, other_solution: Solution, volume: Volume) -> bool:
    """The days of another solution by which steps are judged are those of one of its drugs, or no limit."""
    up, down = carried_up(solution, other_solution, volume), carried_down(solution, other_solution, volume)
    high, low = up == VOLUME_MAX, down == 0
    for i in range(PLACES):
        high = high or up == carried(solution.ingredients[i], other_solution.ingredients[i], volume)
        low = low or down == carried_whole(solution.ingredients[i], other_solution.ingredients[i], volume)
    return high and low


@requirement("RATE-5", hazards=COSTS, source=ROUNDED_DOWN)
def a_line_counts_as_passed_once_it_surely_is(length: Line, end: Fast) -> bool:
    """What is delivered before the slow end has surely filled a volume is the least that does; and what can be without
    the fast end filling it is the most that does not."""
    filled = whole(length, end)
    unfilled = surest(length, end)
    nothing = surest(-length // 3, end) == 0
    latest = (filled - 1) * (1_000 - end) < length * 1_000
    earliest = unfilled * (1_000 + end) <= length * 1_000 and length * 1_000 < (unfilled + 1) * (1_000 + end)
    return latest and earliest and nothing


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
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


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
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


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
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


@requirement("RES-9", hazards=COSTS, source=ROUNDED_DOWN)
def a_sudden_day_is_rounded_up_once_for_each_unit(ingredient: Ingredient, volume: Volume) -> bool:
    """The day below which a drug stops suddenly is its fraction of the day before, in whole thousandths of whole
    nanolitres, each rounded up."""
    nanolitres = -(-volume // NANOLITRE)
    mass = -(-nanolitres * ingredient.concentration // PER_MILLE)
    return sudden_day(ingredient, volume) == mass * ingredient.drug.titration.sudden_below
