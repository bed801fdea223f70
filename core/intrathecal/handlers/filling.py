"""The needle: the reservoir is drawn from, or drawn empty and filled again."""

from __future__ import annotations

from intrathecal.device import Device, Drive
from intrathecal.events import LevelMeasured, Refill, Withdraw
from intrathecal.evolving import evolve
from intrathecal.pump import Finding, Pump, Supply
from intrathecal.reservoir import close, disagrees, fill, is_empty, withdraw
from intrathecal.titrating import rested
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_withdraw(device: Device, pump: Pump, event: Withdraw) -> Decision:
    """Some of the content is drawn; the account stays open. To empty a constant-flow pump is to stop it."""
    if event.volume > pump.reservoir.remaining:
        return refuse(pump, Reason.NOT_ENOUGH)
    reservoir = withdraw(device, pump.limits, pump.reservoir, event.volume, pump.band)
    stops = device.drive == Drive.CONSTANT_FLOW and is_empty(reservoir)
    if stops and pump.limits.stop_dangerous and not event.sudden_acknowledged:
        return refuse(pump, Reason.SUDDEN_STOP)
    supply = evolve(pump.supply, sensed=pump.supply.sensed - event.volume)
    return accept(evolve(pump, number=event.number, reservoir=reservoir, supply=supply))


def on_refill(device: Device, pump: Pump, event: Refill) -> Decision:
    """The pump is drawn empty, the account closed with what that tells, and a new one opened; therapy goes on, and to
    refill a constant-flow pump is to prescribe its flow again."""
    if not event.emptied:
        return refuse(pump, Reason.NOT_EMPTIED)
    if event.solution != pump.solution:
        return refuse(pump, Reason.SOLUTION_CHANGED)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    constant = device.drive == Drive.CONSTANT_FLOW
    if constant and pump.therapy.over_soft and not event.soft_limit_acknowledged:
        return refuse(pump, Reason.SOFT_LIMIT)
    if constant and rested(pump) and not event.restart_acknowledged:
        return refuse(pump, Reason.BEGINS_ANEW)
    closed = close(device, pump.reservoir, event.drawn, pump.now)
    check_early = pump.supply.check_early and closed.finding != Finding.AS_EXPECTED
    return accept(
        evolve(
            pump,
            number=event.number,
            reservoir=fill(device, pump.limits, event.filled, pump.band),
            supply=Supply(sensed=event.filled, disagrees=False, use_by=event.use_by, check_early=check_early),
            closed=closed,
        )
    )


def on_level_measured(device: Device, pump: Pump, event: LevelMeasured) -> Decision:
    """What the level sensor sees is kept beside the books, which it does not change."""
    supply = evolve(pump.supply, sensed=event.volume, disagrees=disagrees(device, pump.reservoir, event.volume))
    return accept(evolve(pump, supply=supply))
