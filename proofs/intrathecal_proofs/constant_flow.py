"""Constant flow: a pump without a motor knows one therapy, and was filled with nothing that it may not run all day."""

from __future__ import annotations

from intrathecal.arithmetic import greatest
from intrathecal.device import Device
from intrathecal.drug import ceiling_of
from intrathecal.events import ChangeSolution, Commission
from intrathecal.handlers.constant_flow import BURN_STEADY
from intrathecal.pricing import price_solution
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.titrating import declared_day, doses_to_begin_with, references, starting_day
from intrathecal.units import BURN_MAX, DAY, NEVER, SLOT
from intrathecal_proofs.argument import invariant, products
from intrathecal_specs.words import Filling, constant, true_strength


@invariant
def a_constant_flow_knows_no_other_mode(device: Device, pump: Pump) -> bool:
    """Whatever would lead to another mode, to a fault or to an unverified state is refused for want of a motor.
    FIX-1 and FIX-3 rest on it."""
    running = Mode.BRIDGING if pump.bridge.late != 0 else Mode.BASAL
    mode = pump.mode == (running if pump.phase == Phase.IMPLANTED else Mode.STOPPED)
    sound = all(not fault for fault in pump.faults) and pump.mri.unverified_since == NEVER
    return not constant(pump) or (mode and sound)


@invariant
def the_factory_flow_is_the_whole_therapy(device: Device, pump: Pump) -> bool:
    """Commissioning prescribes it, programming is refused, and a changed solution brings the same. FIX-1, FIX-2 and
    FIX-3 rest on it."""
    therapy = pump.therapy
    flow = pump.device.flow_min
    same = all(each == flow for each in pump.schedule.flows) and therapy.prescription.fallback == flow
    priced = therapy.fallback_burn == flow * pump.limits.potency
    bridge = pump.bridge
    dearest = bridge.fallback_burn >= flow * bridge.potency and bridge.fallback_burn >= flow * pump.limits.potency
    bridged = bridge.late == 0 or (bridge.fallback_burn == flow * bridge.strongest and dearest)
    return not constant(pump) or pump.phase != Phase.IMPLANTED or (same and priced and bridged)


@invariant
def the_factory_flow_was_admitted(device: Device, pump: Pump) -> bool:
    """Commissioning and changing refuse a solution of which the factory flow gives too much. FIX-2 and DOSE-5 rest on
    it."""
    flow = pump.device.flow_min
    volume = flow * DAY <= pump.limits.day and (flow * DAY <= pump.limits.soft or pump.therapy.over_soft)
    shares = flow * pump.limits.potency <= BURN_STEADY
    return not constant(pump) or pump.phase != Phase.IMPLANTED or (volume and shares)


@products
def a_factory_flow_is_priced_within_bounds(
    device: Device, settled: Pump, event: Commission
) -> tuple[tuple[int, int], ...]:
    """The factory flow is at most what may burn without pause, by potency rounded down; for the rest of the slot it
    burns no more than for all of it."""
    limits = price_solution(device, event.solution)
    price = greatest(limits.potency, 1)
    steady = BURN_STEADY // price
    return (
        (steady - device.flow_min, limits.potency),
        (steady, price - limits.potency),
        (steady - BURN_MAX // price - 1, price),
        (device.flow_min, limits.potency),
        (device.flow_min * limits.potency, settled.now + SLOT - settled.window.ends),
    )


@products
def the_factory_flow_is_priced_as_the_fallback(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """A changed solution brings the factory flow as its fallback: what the one costs, the other does, at any potency;
    at the stronger one no less than at another."""
    old = settled.limits.potency
    new = price_solution(device, event.solution).potency
    strongest = greatest(old, new)
    flow = device.flow_min
    found: tuple[tuple[int, int], ...] = ((strongest - old, flow), (strongest - new, flow))
    for potency in (new, strongest):
        found = found + ((event.prescription.fallback - flow, potency), (flow - event.prescription.fallback, potency))
    return found


@products
def a_day_at_the_factory_flow_is_within_each_drugs_limits(
    device: Device, decided: Pump, event: Filling
) -> tuple[tuple[int, int], ...]:
    """What lies within a limit in volume lies, times a concentration, within the limit in mass; what lies within the
    window lies, by potency, within each ceiling."""
    flow = device.flow_min
    limits = decided.limits
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in decided.solution.ingredients:
        ceiling = ceiling_of(ingredient.drug, device.fast)
        found = found + (
            (limits.day - flow * DAY, ingredient.concentration),
            (limits.soft - flow * DAY, ingredient.concentration),
            (BURN_STEADY - flow * limits.potency, ceiling),
            (limits.potency * ceiling - 100 * true_strength(ingredient, device.fast), flow),
        )
        for band in device.bands:
            found = found + ((device.fast - band.fast, flow * ingredient.concentration),)
    return found


@products
def a_constant_flow_begins_within_each_drugs_dose(
    device: Device, settled: Pump, decided: Pump, event: Commission
) -> tuple[tuple[int, int], ...]:
    """What lies within a volume lies, times a concentration, within its mass."""
    volume = device.flow_min * DAY
    reference = references(settled.former, event.solution, event.reference)
    most = declared_day(event.solution, doses_to_begin_with(settled.trial, event.solution, reference))
    start = starting_day(event.solution)
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in event.solution.ingredients:
        strength = ingredient.concentration
        found = found + ((most - volume, strength), (start - volume, strength))
    return found


@products
def a_constant_flow_runs_for_the_time_that_passes(
    device: Device, before: Pump, settled: Pump
) -> tuple[tuple[int, int], ...]:
    """The last command's flow for the time it ran, against the factory flow for the time that has passed."""
    command = before.command
    end = settled.now if settled.now <= command.until else command.until
    elapsed = settled.now - before.now
    return (
        (command.flow - device.flow_min, elapsed),
        (device.flow_min - command.flow, elapsed),
        (settled.now - end, command.flow),
        (end - settled.now, command.flow),
        (elapsed, before.band.fast),
        (elapsed, before.band.slow),
        (command.flow - device.flow_min, elapsed * before.band.fast),
        (device.flow_min - command.flow, elapsed * before.band.fast),
        (command.flow - device.flow_min, elapsed * before.band.slow),
        (device.flow_min - command.flow, elapsed * before.band.slow),
        (settled.now - end, command.flow * before.band.fast),
        (end - settled.now, command.flow * before.band.fast),
        (settled.now - end, command.flow * before.band.slow),
        (end - settled.now, command.flow * before.band.slow),
        (command.flow, before.band.fast),
        (command.flow, before.band.slow),
    )
