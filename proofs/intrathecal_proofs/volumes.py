"""Volumes: levels lie where true volume reaches a threshold, and a command passes one by less than a second."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.events import Reread
from intrathecal.evolving import evolve
from intrathecal.pump import Phase, Pump, Reservoir
from intrathecal.reservoir import spare, widest
from intrathecal.units import DAY, SLOT
from intrathecal_proofs.argument import invariant, link, products
from intrathecal_specs.command import GapDay
from intrathecal_specs.modes import LastDelivery
from intrathecal_specs.requirement import Instant


@invariant
def levels_are_early_enough(device: Device, pump: Pump) -> bool:
    """By the rounding of `level`: what may be delivered before a level, at the fast end of the present band of pressure
    and of any allowed one, leaves the threshold and two seconds' margin. RES-3 and RES-4 rest on it."""
    r = pump.reservoir
    low = r.remaining - r.low_level
    empty = r.remaining - r.empty_level
    above_low = spare(pump.device, r, pump.limits.low)
    above_empty = spare(pump.device, r, pump.device.residual)
    held = True
    for fast in (pump.device.fast, pump.band.fast):
        held = held and (low <= 0 or low * (1_000 + fast) <= above_low)
        held = held and (empty <= 0 or empty * (1_000 + fast) <= above_empty)
    return pump.phase != Phase.IMPLANTED or held


@invariant
def levels_are_in_order(device: Device, pump: Pump) -> bool:
    """The low level is not below the empty one, and the empty one not below the residual and its margin, as far as the
    pump holds that much; neither is above what it holds. RES-3, RES-4 and CMD-2 rest on it."""
    r = pump.reservoir
    held = r.filled - r.withdrawn
    nominal = pump.device.residual + 2 * pump.device.flow_max
    order = r.empty_level <= r.low_level and r.low_level <= held
    return pump.phase != Phase.IMPLANTED or (order and (nominal <= r.empty_level or r.remaining <= r.empty_level))


@invariant
def a_command_keeps_the_reservoirs_levels(device: Device, pump: Pump) -> bool:
    """A command ends less than a second after the next level, and before the nominal residual. RES-3 to 5 and CMD-2
    rest on it."""
    r = pump.reservoir
    flow = pump.command.flow
    volume = flow * (pump.command.until - pump.now)
    low = r.remaining <= r.low_level or volume <= r.remaining - r.low_level + flow
    empty = r.remaining <= r.empty_level or volume <= r.remaining - r.empty_level + flow
    residual = flow == 0 or volume <= r.remaining - pump.device.residual
    return 0 <= flow and flow <= pump.device.flow_max and low and empty and residual


@products
def a_level_is_rounded_up(device: Device, decided: Pump) -> tuple[tuple[int, int], ...]:
    """The larger threshold has the larger level; what may be delivered is, times the fast end, within the margin."""
    r = decided.reservoir
    return rounded_up(decided, r) + (
        (r.remaining - r.low_level, decided.device.fast - decided.band.fast),
        (r.remaining - r.empty_level, decided.device.fast - decided.band.fast),
    )


def rounded_up(pump: Pump, r: Reservoir) -> tuple[tuple[int, int], ...]:
    """What may be delivered before each level of such an account of the pump, against the ends of its bands."""
    fast = widest(pump.device, pump.band)
    low = greatest(spare(pump.device, r, pump.limits.low), 0) // (1_000 + fast)
    empty = greatest(spare(pump.device, r, pump.device.residual), 0) // (1_000 + fast)
    return (
        (low - empty - 1, 1_000 + fast),
        (empty, fast),
        (low, fast),
        (empty, fast - pump.device.fast),
        (low, fast - pump.device.fast),
        (empty, fast - pump.band.fast),
        (low, fast - pump.band.fast),
    )


@products
def a_level_is_rounded_up_where_a_step_was_lost(
    device: Device, settled: Pump, event: Reread
) -> tuple[tuple[int, int], ...]:
    """The same where the account has less to spare by what may have left it, down to nothing."""
    r = settled.reservoir
    most = r.fastest + device.flow_max * SLOT * (1_000 + widest(device, settled.band))
    return rounded_up(settled, evolve(r, fastest=least(most, 1_000 * (r.filled - r.withdrawn))))


@products
def what_is_delivered_falls_within_the_levels(
    device: Device, before: Pump, settled: Pump
) -> tuple[tuple[int, int], ...]:
    """What ran counts at the fast and the slow end of the band in which it did: no faster than the levels were priced
    for."""
    command = before.command
    end = settled.now if settled.now <= command.until else command.until
    delivered = command.flow * (end - before.now)
    r = settled.reservoir
    return (
        (delivered, before.band.fast),
        (delivered, 999 - before.band.fast),
        (delivered, before.band.slow),
        (delivered, 1_000 - before.band.slow),
        (delivered, before.device.fast - before.band.fast),
        (r.remaining - r.low_level, before.band.fast - before.device.fast),
        (r.remaining - r.empty_level, before.band.fast - before.device.fast),
    )


@products
def the_next_second_is_paid_for(device: Device, armed: Pump) -> tuple[tuple[int, int], ...]:
    """Within a command: what has run, times the fast end, against the levels and the margin."""
    r = armed.reservoir
    flow = armed.command.flow
    fast = armed.band.fast
    volume = flow * (armed.command.until - armed.now)
    return (
        (r.remaining - r.low_level + flow - volume, 1_000 + fast),
        (r.remaining - r.empty_level + flow - volume, 1_000 + fast),
        (armed.device.flow_max - flow, 1_000 + fast),
        (armed.device.flow_max, 999 - fast),
    )


@products
def a_command_ends_by_division(device: Device, decided: Pump, armed: Pump) -> tuple[tuple[int, int], ...]:
    """The seconds of a command are at most the volume above the level by its flow, rounded down, and one."""
    r = decided.reservoir
    flow = armed.command.flow
    span = armed.command.until - armed.now
    low = (r.remaining - r.low_level) // flow
    empty = (r.remaining - r.empty_level) // flow
    rest = (r.remaining - armed.device.residual) // flow
    return (
        (low + 1 - span, flow),
        (empty + 1 - span, flow),
        (rest - span, flow),
        (low, flow - 1),
        (empty, flow - 1),
        (rest, flow - 1),
        (span, flow),
    )


@products
def a_rearmed_command_goes_on(
    device: Device, before: Pump, rearmed: Pump, between: Instant, at: Instant
) -> tuple[tuple[int, int], ...]:
    """The command that is armed within another one's time has the same flow and price, and lasts at least as long:
    its seconds are a division, whose remainder the last command has kept. TIME-3 rests on it."""
    old = before.command
    new = rearmed.command
    r = rearmed.reservoir
    rest = old.until - between
    found: tuple[tuple[int, int], ...] = (
        (old.flow - new.flow, before.limits.potency),
        (new.flow - old.flow, before.limits.potency),
        (at - between, new.flow),
        (between - at, new.flow),
        (at - between, old.flow),
        (between - at, old.flow),
        (at - between, new.burn),
        (between - at, new.burn),
        (at - between, old.burn),
        (between - at, old.burn),
        (old.flow - new.flow, at - between),
        (new.flow - old.flow, at - between),
        (old.burn - new.burn, at - between),
        (new.burn - old.burn, at - between),
        (rest - 1, old.flow),
        (old.flow, between - before.now),
        (old.flow, at - between),
        (old.flow, old.until - at),
        (at - between, before.band.fast),
        (at - between, before.band.slow),
        (old.flow - new.flow, (at - between) * before.band.fast),
        (new.flow - old.flow, (at - between) * before.band.fast),
        (old.flow - new.flow, (at - between) * before.band.slow),
        (new.flow - old.flow, (at - between) * before.band.slow),
    )
    for level in (r.low_level, r.empty_level, rearmed.device.residual):
        seconds = (r.remaining - level) // new.flow
        found = found + (
            (rest - 2 - seconds, new.flow),
            (rest - 1 - seconds, new.flow),
            (old.flow - new.flow, rest),
            (new.flow - old.flow, rest),
        )
    return found


@invariant
def the_day_of_gaps_turns_with_time(device: Device, pump: Pump) -> bool:
    """Days follow each other without a gap. CMD-3 rests on it."""
    return pump.now - DAY < pump.service.day_ends


@link
def two_days_hold_any_24_hours_of_gaps(device: Device, seen: GapDay, pump: Pump) -> bool:
    """24 hours that are not over began today or the day before; gaps within them are within those of these days.
    CMD-3 rests on it."""
    service = pump.service
    today = seen.start < service.day_ends - DAY or seen.gaps <= service.gaps_today
    both = seen.start < service.day_ends - 2 * DAY or seen.gaps <= service.gaps_today + service.gaps_before
    future = seen.start < pump.now or seen.gaps == 0
    return 0 <= seen.gaps and today and both and future


@link
def the_last_delivery_is_kept(device: Device, seen: LastDelivery, pump: Pump) -> bool:
    """The pump keeps the end of the last run. MODE-5 rests on it."""
    return seen.at == pump.delivered_at
