"""Priming: what it may take is surely empty, and what it leaves in the line has not cleared when it ends."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest
from intrathecal.bridging import surest
from intrathecal.device import Device, slow_in_air
from intrathecal.events import Prime, ReviseCatheter
from intrathecal.fields import Within
from intrathecal.pump import Mode, Pump
from intrathecal.titrating import whole_line
from intrathecal.units import SHARES, VOLUME_MAX
from intrathecal_proofs.argument import contract, invariant, products
from intrathecal_proofs.leaves import Fast

LineVolume = Annotated[int, Within(-VOLUME_MAX, 2 * VOLUME_MAX, "quanta")]
"""Tubing and catheter, or the catheter alone, less how far they may be off."""


@invariant
def a_primed_line_has_not_cleared(device: Device, pump: Pump) -> bool:
    """Priming takes all that it may at once, and leaves more to clear than itself. RES-13 and DOSE-9 rest on it."""
    bolus = pump.bolus
    uncleared = bolus.flow * (bolus.ends - pump.now) < pump.line.clearing
    return pump.mode != Mode.PRIMING or (uncleared and pump.line.unprimed == 0)


@contract(surest)
def what_is_surest_is_rounded_down(volume: LineVolume, fast: Fast, result: int) -> bool:
    """By the rounding, what is delivered at the fast end does not fill the volume."""
    most = greatest(volume, 0) * 1_000
    return 0 <= result and result <= 4_000 * VOLUME_MAX and result * (1_000 + fast) <= most


@products
def a_volume_is_divided_by_the_fast_end(volume: LineVolume, fast: Fast, result: int) -> tuple[tuple[int, int], ...]:
    """The fast end is at least the whole."""
    return ((result, fast), (-1 - result, 1_000 + fast))


@products
def priming_runs_at_its_own_flow(device: Device, before: Pump, settled: Pump) -> tuple[tuple[int, int], ...]:
    """A command within it is no faster, and ends no later."""
    command = before.command
    end = settled.now if settled.now <= command.until else command.until
    return (
        (before.bolus.flow - command.flow, end - before.now),
        (before.bolus.flow, before.bolus.ends - end),
        (before.bolus.flow, settled.now - end),
    )


@products
def a_longer_way_is_longer_at_the_slow_end(
    device: Device, settled: Pump, decided: Pump, event: Prime | ReviseCatheter
) -> tuple[tuple[int, int], ...]:
    """What is left to travel or to clear is no less than the whole line, and so is what of it surely runs."""
    line = whole_line(device, decided.line)
    slow = 1_000 - slow_in_air(device)
    return ((decided.line.clearing - line, slow), (decided.line.rising - line, slow))


@products
def priming_is_priced_within_bounds(device: Device, settled: Pump, event: Prime) -> tuple[tuple[int, int], ...]:
    """The volume is within what the window holds by its potency."""
    potency = settled.limits.potency
    flow = event.volume // event.duration
    most = SHARES // greatest(potency, 1)
    return (
        (most - event.volume, potency),
        (most, greatest(potency, 1) - potency),
        (event.duration - 1, flow),
        (event.duration - 1, flow * potency),
        (most - flow, potency),
        (event.volume - flow * event.duration, potency),
    )
