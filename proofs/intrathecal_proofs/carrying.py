"""Carrying: a day's volume in another solution, as an upper bound no more of any drug, as a lower one no less."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution
from intrathecal.events import ChangeSolution
from intrathecal.pricing import day_volume, day_volume_limit
from intrathecal.pump import Pump
from intrathecal.titrating import (
    anchored,
    carried,
    carried_down,
    carried_up,
    carried_whole,
    highest_day,
    starting_day,
)
from intrathecal.units import (
    DAY,
    NANOLITRE,
    PLACES,
    VOLUME_MAX,
)
from intrathecal_proofs.argument import contract, products
from intrathecal_proofs.titrating import DayVolume
from intrathecal_specs.words import NANOGRAM


@contract(carried)
def what_is_carried_brings_no_more(one: Ingredient, other: Ingredient, volume: DayVolume, result: int) -> bool:
    """Rounded down twice: the new solution's day brings no more of the drug than the old one's, or than its start."""
    most = volume * one.concentration if one.concentration > 0 else other.drug.titration.start * NANOGRAM
    within = other.concentration == 0 or result * other.concentration <= most
    return 0 <= result and result <= VOLUME_MAX and within


@contract(carried_up)
def what_is_carried_up_brings_no_more(old: Solution, new: Solution, volume: DayVolume, result: int) -> bool:
    """The least over the drugs."""
    within = True
    for i in range(PLACES):
        one = old.ingredients[i].concentration
        other = new.ingredients[i]
        most = volume * one if one > 0 else other.drug.titration.start * NANOGRAM
        within = within and (other.concentration == 0 or result * other.concentration <= most)
    return 0 <= result and result <= VOLUME_MAX and within


@products
def the_least_is_carried(old: Solution, new: Solution, volume: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """The least volume, times a concentration, is within that drug's own."""
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        own = carried(old.ingredients[i], new.ingredients[i], volume)
        found = found + ((own - result, new.ingredients[i].concentration),)
    return found


@contract(carried_whole)
def what_is_carried_whole_is_a_volume(one: Ingredient, other: Ingredient, volume: DayVolume, result: int) -> bool:
    """Rounded up twice: the new solution's day brings no less of the drug than the old one's, unless it is capped."""
    both = one.concentration > 0 and other.concentration > 0
    whole = result >= VOLUME_MAX or volume * one.concentration <= result * other.concentration
    return 0 <= result and result <= VOLUME_MAX and (not both or whole)


@contract(carried_down)
def what_is_carried_down_brings_no_less(old: Solution, new: Solution, volume: DayVolume, result: int) -> bool:
    """The largest over the drugs."""
    whole = True
    for i in range(PLACES):
        one = old.ingredients[i].concentration
        other = new.ingredients[i].concentration
        enough = result >= VOLUME_MAX or volume * one <= result * other
        whole = whole and (one == 0 or other == 0 or enough)
    return 0 <= result and result <= VOLUME_MAX and whole


@products
def the_largest_is_carried(old: Solution, new: Solution, volume: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """The largest volume, times a concentration, is no less than that drug's own."""
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        own = carried_whole(old.ingredients[i], new.ingredients[i], volume)
        found = found + ((result - own, new.ingredients[i].concentration),)
    return found


@products
def what_is_carried_is_rounded_down(
    one: Ingredient, other: Ingredient, volume: DayVolume, result: int
) -> tuple[tuple[int, int], ...]:
    """Whole nanolitres of the old solution, and of the new one, each rounded down or up, times their concentrations."""
    old, new = one.concentration, other.concentration
    whole = volume // NANOLITRE
    floor = whole * old // new
    more = -volume // NANOLITRE
    ceiling = more * old // new
    start = day_volume_limit(other.drug.titration.start, other)
    return (
        (volume - whole * NANOLITRE, old),
        (whole, old),
        (floor - VOLUME_MAX // NANOLITRE, new),
        (floor, new - 1),
        (-1 - floor, new),
        (-volume - more * NANOLITRE, old),
        (-more, old),
        (VOLUME_MAX // NANOLITRE + 1 + more, old),
        (-ceiling, new - 1),
        (ceiling - 1, new),
        (start, new),
    )


@products
def a_day_of_another_solution_is_within_a_step(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """What lies within a volume of the new solution lies, times its concentration, within the mass carried over; and a
    smaller mass allows a smaller step."""
    meeting = event.meeting_flow * DAY
    anchor = anchored(settled).rises_from
    base = carried_up(settled.solution, event.solution, anchor)
    most = highest_day(event.solution, base)
    begins = starting_day(event.solution)
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        old = settled.solution.ingredients[i].concentration
        new = event.solution.ingredients[i]
        rise = new.drug.titration.rise_per_mille
        start = new.drug.titration.start * NANOGRAM
        carried_mass = base * new.concentration
        for volume in (day_volume(event.prescription), meeting):
            found = found + ((most - volume, new.concentration), (base - volume, new.concentration))
            found = found + ((begins - volume, new.concentration),)
        found = found + ((anchor * old - carried_mass, rise), (start - carried_mass, rise))
        for own in (settled.dosing.last, settled.dosing.rises_from):
            found = found + ((own - anchor, old), (own - anchor, old * rise), (anchor - own, old))
    return found


@products
def a_day_of_another_solution_falls_within_a_step(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """What is no less than a volume of the new solution is, times its concentration, no less than the mass carried
    over; and what is no more is no more."""
    volume = day_volume(event.prescription)
    anchor = anchored(settled)
    base = carried_down(settled.solution, event.solution, anchor.falls_from)
    last = carried_up(settled.solution, event.solution, anchor.last)
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        old, new = settled.solution.ingredients[i].concentration, event.solution.ingredients[i].concentration
        rest = 1_000 - event.solution.ingredients[i].drug.titration.fall_per_mille
        found = found + ((1_000 * volume - base * rest, new), (base * new - anchor.falls_from * old, rest))
        found = found + ((last - volume, new),)
    return found
