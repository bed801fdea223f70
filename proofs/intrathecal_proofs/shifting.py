"""A moved schedule: what is true of every slot stays true of every slot, and when it would fit is the first time."""

from __future__ import annotations

from intrathecal.evolving import evolve
from intrathecal.pump import Pump, Schedule, Window
from intrathecal.units import BURN_MAX, END, SHARES
from intrathecal.window import ahead, first_fit, shifted
from intrathecal_proofs.argument import contract, products
from intrathecal_proofs.bridging import what_a_bridge_burns_is_set_aside, what_is_set_aside_adds_up
from intrathecal_proofs.forecasting import the_daily_dose_holds_the_programmed_day
from intrathecal_proofs.leaves import slots_are_in_range
from intrathecal_proofs.prices import (
    every_burn_is_its_flows_price,
    flows_are_in_range,
    the_fallback_burns_no_more_than_the_schedule,
    the_schedule_adds_up,
)
from intrathecal_specs.time import Shift, tells_the_earliest


@contract(shifted)
def a_moved_schedule_keeps_what_every_slot_keeps(pump: Pump, slots: Shift, result: Schedule) -> bool:
    """It is the same 48 slots, each with its flow, its price and what is set aside for it, in another order of their
    round: whatever is said of every slot, or of their sum, is said of it too."""
    device = pump.device
    moved = evolve(pump, schedule=result)
    priced = not every_burn_is_its_flows_price(device, pump) or every_burn_is_its_flows_price(device, moved)
    ranged = not flows_are_in_range(device, pump) or flows_are_in_range(device, moved)
    fallback = not the_fallback_burns_no_more_than_the_schedule(
        device, pump
    ) or the_fallback_burns_no_more_than_the_schedule(device, moved)
    summed = not the_schedule_adds_up(device, pump) or the_schedule_adds_up(device, moved)
    bridged = not what_a_bridge_burns_is_set_aside(device, pump) or what_a_bridge_burns_is_set_aside(device, moved)
    aside = not what_is_set_aside_adds_up(device, pump) or what_is_set_aside_adds_up(device, moved)
    dosed = not the_daily_dose_holds_the_programmed_day(device, pump) or the_daily_dose_holds_the_programmed_day(
        device, moved
    )
    turned = result.flows == ahead(pump.schedule.flows, slots)
    return priced and ranged and fallback and summed and bridged and aside and dosed and turned


def slots_to_come_are_in_range(window: Window, schedule: Schedule, moved: Schedule, now: int, room: int) -> bool:
    """What has run, what runs on, and what would run in its place."""
    both = slots_are_in_range(window, schedule, now, 0, SHARES) and slots_are_in_range(window, moved, now, 0, SHARES)
    return both and now <= END and window.total + window.current <= SHARES


@contract(first_fit, requires=slots_to_come_are_in_range)
def the_first_fit_is_told(
    window: Window, schedule: Schedule, moved: Schedule, now: int, room: int, result: int
) -> bool:
    """As the requirement says it: the window is run ahead slot by slot, and the first time is kept."""
    told = tells_the_earliest(window, schedule, moved, now, room, result)
    return told or not slots_to_come_are_in_range(window, schedule, moved, now, room)


@products
def the_rest_of_a_slot_is_no_longer_than_a_slot(
    window: Window, schedule: Schedule, moved: Schedule, now: int, room: int, result: int
) -> tuple[tuple[int, int], ...]:
    """What runs in the rest of the current slot is not less than nothing, and not more than in a whole one."""
    rest = window.ends - now
    return ((BURN_MAX - schedule.reserved[0], rest), (schedule.reserved[0], rest))
