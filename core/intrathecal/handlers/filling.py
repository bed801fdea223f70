"""The needle: the reservoir is drawn from, or drawn empty and filled again."""

from __future__ import annotations

from intrathecal.bridging import running
from intrathecal.device import Device, Drive, MriPolicy
from intrathecal.events import ChangeSolution, LevelMeasured, Refill, Withdraw
from intrathecal.evolving import evolve
from intrathecal.pump import Finding, Limits, Pump, Reservoir, Supply
from intrathecal.reservoir import close, disagrees, fill, is_empty, withdraw
from intrathecal.titrating import rested
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_withdraw(device: Device, pump: Pump, event: Withdraw) -> Decision:
    """Some of the content is drawn; the account stays open. To leave a pump low is soon to stop it."""
    if event.volume > pump.reservoir.remaining:
        return refuse(pump, Reason.NOT_ENOUGH)
    reservoir = withdraw(device, pump.limits, pump.reservoir, event.volume, pump.band)
    low = reservoir.remaining <= reservoir.low_level
    if low and pump.limits.stop_dangerous and not event.sudden_acknowledged:
        return refuse(pump, Reason.SUDDEN_STOP)
    supply = evolve(pump.supply, sensed=pump.supply.sensed - event.volume)
    return accept(evolve(pump, number=event.number, reservoir=reservoir, supply=supply))


def on_refill(device: Device, pump: Pump, event: Refill) -> Decision:
    """The pump is drawn empty, the account closed with what that tells, and a new one opened; therapy goes on, after a
    long rest only when that is meant. To refill a constant-flow pump is to prescribe its flow again."""
    if stays_empty(pump):
        return refuse(pump, Reason.MRI_FORBIDDEN)
    if not event.emptied:
        return refuse(pump, Reason.NOT_EMPTIED)
    if event.solution != pump.solution:
        return refuse(pump, Reason.SOLUTION_CHANGED)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    if device.drive == Drive.CONSTANT_FLOW and pump.therapy.over_soft and not event.soft_limit_acknowledged:
        return refuse(pump, Reason.SOFT_LIMIT)
    if pump.mode == running(pump) and rested(pump) and not event.restart_acknowledged:
        return refuse(pump, Reason.BEGINS_ANEW)
    filled = refilled(device, pump, pump.limits, event)
    if pump.limits.stop_dangerous and drained(pump.reservoir, filled.reservoir):
        return refuse(pump, Reason.SUDDEN_STOP)
    return accept(filled)


def stays_empty(pump: Pump) -> bool:
    """Whether an MRI is announced for which the device must be empty."""
    return pump.mri.announced and pump.device.mri == MriPolicy.EMPTY_FIRST


def drained(before: Reservoir, after: Reservoir) -> bool:
    """Whether a filling leaves the pump empty; or low, where it held more before."""
    return is_empty(after) or (after.remaining <= after.low_level and after.remaining < before.remaining)


def refilled(device: Device, pump: Pump, limits: Limits, event: Refill | ChangeSolution) -> Pump:
    """The pump with its account closed by what was drawn, and a new one opened by what was filled in, under
    `limits`."""
    closed = close(device, pump.reservoir, event.drawn, pump.now)
    check_early = pump.supply.check_early and closed.finding != Finding.AS_EXPECTED
    supply = Supply(sensed=event.filled, disagrees=False, use_by=event.use_by, check_early=check_early)
    reservoir = fill(device, limits, event.filled, pump.band)
    return evolve(pump, number=event.number, reservoir=reservoir, supply=supply, closed=closed)


def on_level_measured(device: Device, pump: Pump, event: LevelMeasured) -> Decision:
    """What the level sensor sees is kept beside the books, which it does not change."""
    supply = evolve(pump.supply, sensed=event.volume, disagrees=disagrees(device, pump.reservoir, event.volume))
    return accept(evolve(pump, supply=supply))
