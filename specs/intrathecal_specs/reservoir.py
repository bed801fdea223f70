"""The reservoir: exact books, and alarms that no tolerance can make too late."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import Event, Refill, Tick, Withdraw
from intrathecal.pump import Cause, Phase, Pump
from intrathecal.stepping import step
from intrathecal.units import PLACES
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Instant, requirement
from intrathecal_specs.words import (
    DISCREPANCY,
    EMPTY,
    LOW,
    OVER_DELIVERY,
    Drawing,
    Filling,
    hardware_delivers,
    left_at_the_fast_end,
    programmable,
    ran,
)


@requirement("RES-1", hazards=(Hazard.WRONG_VOLUME,), source="domain.md 1.2.1 (refill accounting)")
def no_drug_appears_or_vanishes(device: Device, pump: Pump) -> bool:
    """Since the last refill, what was filled is what remains, was delivered, was withdrawn or was written off; the
    same holds of the account that the last refill closed, in which nothing remains."""
    r = pump.reservoir
    c = pump.closed
    open_account = r.filled == r.remaining + r.delivered + r.withdrawn + r.written_off
    return open_account and c.filled == c.delivered + c.withdrawn + c.written_off


@requirement("RES-1", hazards=(Hazard.WRONG_VOLUME, Hazard.MISPLACED_REFILL), source="domain.md 1.2.1")
def a_refill_closes_the_account_and_opens_a_new_one(device: Device, before: Pump, event: Drawing, after: Step) -> bool:
    """A refill writes off what was expected and not drawn, and opens an account that holds exactly what was filled."""
    r = after.pump.reservoir
    c = after.pump.closed
    expected = before.reservoir.remaining - before.command.flow * ran(before, after)
    written_off = c.written_off == before.reservoir.written_off + expected - event.drawn and c.at == after.pump.now
    opened = r.filled == event.filled and r.remaining == event.filled and r.delivered == 0 and r.withdrawn == 0
    return not after.verdict.accepted or (written_off and opened and r.written_off == 0)


@requirement("RES-1", hazards=(Hazard.WRONG_VOLUME,), source="design: Reservoir")
def only_needles_and_delivery_move_the_books(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """But for a refill and commissioning, what was filled and written off stays as it is, and what was withdrawn grows
    by exactly what a withdrawal says."""
    r = after.pump.reservoir
    b = before.reservoir
    new = isinstance(event, Filling) and after.verdict.accepted
    drawn = event.volume if isinstance(event, Withdraw) and after.verdict.accepted else 0
    kept = r.filled == b.filled and r.written_off == b.written_off and r.withdrawn == b.withdrawn + drawn
    return new or (kept and after.pump.closed == before.closed)


@requirement("RES-2", hazards=(Hazard.WRONG_VOLUME, Hazard.FLOW_DRIFT), source="domain.md 1.7 (overfilling)")
def what_remains_lies_between_nothing_and_capacity(device: Device, pump: Pump) -> bool:
    """What remains is never below nothing and never above the device's capacity."""
    return 0 <= pump.reservoir.remaining and pump.reservoir.remaining <= pump.device.capacity


@requirement("RES-2", hazards=(Hazard.WRONG_VOLUME,), source="domain.md 1.7 (refill rules)")
def only_filling_raises_what_remains(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What remains rises only when a pump is refilled or first filled."""
    filled = isinstance(event, Filling) and after.verdict.accepted
    return filled or after.pump.reservoir.remaining <= before.reservoir.remaining


@requirement("RES-2", hazards=(Hazard.WRONG_VOLUME, Hazard.MISPLACED_REFILL), source="domain.md 1.7 (refill rules)")
def a_top_up_is_refused(device: Device, before: Pump, event: Refill, after: Step) -> bool:
    """A refill is accepted only if the pump was drawn empty first, holds what it held before, and is implanted."""
    same = after.pump.solution == event.solution
    return not after.verdict.accepted or (event.emptied and same and before.phase == Phase.IMPLANTED)


@requirement("RES-2", hazards=(Hazard.WRONG_VOLUME,), source="design: Reservoir")
def only_an_implanted_pump_is_drawn_from(device: Device, before: Pump, event: Withdraw, after: Step) -> bool:
    """Volume is withdrawn from an implanted pump alone."""
    return not after.verdict.accepted or before.phase == Phase.IMPLANTED


@requirement("RES-3", hazards=(Hazard.UNDER_DELIVERY, Hazard.FLOW_DRIFT), source="domain.md 1.1 (residual volume)")
def an_empty_pump_alarms_and_runs_the_fallback_at_most(device: Device, pump: Pump, at: Instant) -> bool:
    """At whatever time within the command the true volume at the fast end of the bands of pressure reaches the
    residual: the empty alarm is listed, and what runs on a programmable pump is nothing, or the fallback where a sudden
    stop is dangerous."""
    flow = pump.command.flow
    in_time = pump.now <= at and at <= pump.command.until and pump.phase == Phase.IMPLANTED
    policy = flow == 0 or (pump.limits.stop_dangerous and flow == pump.therapy.prescription.fallback)
    alarmed = pump.alarms.listed[EMPTY] and (policy or not programmable(pump))
    return not in_time or left_at_the_fast_end(pump, at) > 1_000 * pump.device.residual or alarmed


@requirement("RES-3", hazards=(Hazard.FLOW_DRIFT,), source="domain.md 1.7 (running dry)")
def nothing_runs_below_the_nominal_residual(device: Device, pump: Pump) -> bool:
    """Where the books are down to the nominal residual volume, nothing runs."""
    return pump.reservoir.remaining > pump.device.residual or pump.command.flow == 0


@requirement("RES-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 4.4 (off is not a safe state)")
def the_fallback_runs_while_there_is_volume(device: Device, pump: Pump) -> bool:
    """Where a sudden stop is dangerous, a fallback is prescribed and the hardware can deliver, an empty pump runs it as
    long as the books hold a second of it above the nominal residual."""
    fallback = pump.therapy.prescription.fallback
    stopped = pump.command.cause == Cause.EMPTY and pump.command.flow == 0
    spent = pump.reservoir.remaining - pump.device.residual < fallback
    needed = pump.limits.stop_dangerous and hardware_delivers(pump)
    return not stopped or not needed or fallback == 0 or spent


@requirement(
    "RES-4",
    hazards=(Hazard.UNDER_DELIVERY, Hazard.WRONG_VOLUME),
    source="domain.md 1.1 (S-neuro2mL: 2 mL, and 4 mL where a sudden stop is dangerous)",
)
def the_low_alarm_comes_before_the_threshold(device: Device, pump: Pump, at: Instant) -> bool:
    """At whatever time within the command the true volume at the fast end of the bands of pressure reaches the low
    threshold, the low alarm is already listed, in allowed bands and in others. The threshold is the device's, and at
    least 4 mL where a sudden stop is dangerous."""
    dangerous = False
    for i in range(PLACES):
        ingredient = pump.solution.ingredients[i]
        dangerous = dangerous or (ingredient.concentration > 0 and ingredient.drug.stop_dangerous)
    left = left_at_the_fast_end(pump, at)
    reached = left <= 1_000 * pump.device.low or (dangerous and left <= 1_000 * 4 * 1_000_000 * 86_400)
    in_time = pump.now <= at and at <= pump.command.until and pump.phase == Phase.IMPLANTED
    return not in_time or not reached or pump.alarms.listed[LOW]


@requirement("RES-5", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 1.4 (empty is critical)")
def starting_an_empty_pump_delivers_nothing_scheduled(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """After any event, a pump that counts as empty alarms, unless it is retired, and runs neither schedule nor bolus
    but the fallback at most; a constant flow, which cannot stop, is its own fallback."""
    empty = after.pump.reservoir.remaining <= after.pump.reservoir.empty_level
    alarmed = after.pump.phase == Phase.RETIRED or after.alarms.listed[EMPTY]
    fallback = after.pump.therapy.prescription.fallback
    flow = after.pump.command.flow
    return not empty or (alarmed and (flow == 0 or flow == fallback))


@requirement(
    "RES-6",
    hazards=(Hazard.SENSOR_DISAGREEMENT, Hazard.FLOW_DRIFT, Hazard.MISPLACED_REFILL),
    source="domain.md 1.2.1 (per-refill accuracy), S-ecri",
)
def a_refill_tells_over_and_under_delivery(device: Device, before: Pump, event: Drawing, after: Step) -> bool:
    """Less drawn than the fast end of the bands of pressure passed through, residual volume and measuring error leave
    raises the over-delivery alarm; more than the slow end and measuring error, and nothing of what is doubtful, leave
    raises the discrepancy; in between neither rises."""
    c = after.pump.closed
    d = before.device
    held = c.filled - before.reservoir.withdrawn
    least = 1_000 * (held - d.residual - d.measuring_error) - c.fastest
    most = 1_000 * (held + d.measuring_error) - c.slowest
    over = 1_000 * event.drawn < least
    under = not over and 1_000 * event.drawn > most
    listed = (not over or after.alarms.listed[OVER_DELIVERY]) and (not under or after.alarms.listed[DISCREPANCY])
    quiet = (over or not after.alarms.risen[OVER_DELIVERY]) and (under or not after.alarms.risen[DISCREPANCY])
    return not after.verdict.accepted or (listed and quiet)


@requirement("RES-6", hazards=(Hazard.STUCK,), source="design: Reservoir")
def therapy_goes_on_after_a_refill(device: Device, before: Pump, event: Refill, after: Step) -> bool:
    """A refill leaves mode, prescription, schedule and a running bolus as a tick would leave them."""
    tick = step(device, before, Tick(at=event.at)).pump
    therapy = after.pump.therapy == tick.therapy and after.pump.schedule == tick.schedule
    return after.pump.mode == tick.mode and therapy and after.pump.bolus == tick.bolus


@requirement("RES-2", hazards=(Hazard.FLOW_DRIFT,), source="domain.md 1.7 (overfilling)")
def overfilling_is_refused(device: Device, before: Pump, event: Filling, after: Step) -> bool:
    """More than the device's capacity is never filled."""
    return not after.verdict.accepted or event.filled <= before.device.capacity
