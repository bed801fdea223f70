"""The dose window: what ran and what may still run, and how an arbitrary 24 hours follow from 49 slots."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.drug import ceiling_of
from intrathecal.events import ChangeSolution, Commission, PortBolus, Reread
from intrathecal.pump import Mode, Pump
from intrathecal.units import DAY, PLACES, SHARES, SLOT, SLOTS
from intrathecal.verdict import Step
from intrathecal_proofs.argument import invariant, link, products
from intrathecal_specs.dose import Day, Given, LastBolus, Starts, follow_day
from intrathecal_specs.requirement import Instant
from intrathecal_specs.words import before_implantation, bolus_or_priming, overlap, ran, true_strength


@invariant
def the_window_adds_up(device: Device, pump: Pump) -> bool:
    """The stored total is the sum of the slots, and no slot holds less than nothing. DOSE-1 and DOSE-5 rest on it."""
    window = pump.window
    slots = all(0 <= slot for slot in window.past) and 0 <= window.current
    return slots and window.total == sum(window.past)


@invariant
def the_window_is_within_the_ceiling(device: Device, pump: Pump) -> bool:
    """What the last 49 slots hold is within what they hold once the schedule has run in full (DOSE-5)."""
    return pump.window.total + pump.window.current <= SHARES


@invariant
def a_command_burns_no_more_than_promised(device: Device, pump: Pump) -> bool:
    """A command burns at most what every 24 hours to come have reserved for it: the current slot's share, or the
    running bolus's up to its end; it ends with the slot. CMD-2 and DOSE-5 rest on it."""
    command = pump.command
    basal = pump.mode != Mode.BASAL or command.burn <= pump.schedule.reserved[0]
    bolus = not bolus_or_priming(pump) or (command.burn <= pump.bolus.burn and command.until <= pump.bolus.ends)
    safe = pump.mode != Mode.SAFE or command.burn <= pump.schedule.reserved[0]
    bridging = pump.mode != Mode.BRIDGING or command.burn <= pump.schedule.reserved[0]
    still = (pump.mode != Mode.STOPPED and pump.mode != Mode.SUSPENDED) or command.burn == 0
    span = pump.now <= command.until and command.until <= pump.window.ends
    return basal and bolus and safe and bridging and still and span and 0 <= command.burn


@invariant
def a_command_fits_into_the_window(device: Device, pump: Pump) -> bool:
    """What is promised is reserved: the last 49 slots hold the command to its end. DOSE-1 and CMD-2 rest on it."""
    window = pump.window
    return window.total + window.current + pump.command.burn * (pump.command.until - pump.now) <= SHARES


@products
def what_ran_was_promised(device: Device, before: Pump, settled: Pump) -> tuple[tuple[int, int], ...]:
    """What the command burnt in the time it ran is within what schedule and bolus had reserved for that time."""
    command = before.command
    end = settled.now if settled.now <= command.until else command.until
    ran = end - before.now
    waited = settled.now - before.now
    return (
        (before.schedule.reserved[0] - command.burn, ran),
        (before.schedule.reserved[0], waited - ran),
        (before.schedule.reserved[0], before.window.ends - settled.now),
        (before.schedule.reserved[1], settled.now - before.window.ends),
        (before.schedule.reserved[0], before.window.ends - before.now - ran),
        (before.schedule.reserved[0], ran),
        (before.bolus.burn, ran),
        (before.bolus.burn - command.burn, ran),
        (before.bolus.burn, waited - ran),
        (before.bolus.burn, before.bolus.ends - before.now - ran),
        (before.bolus.burn, before.bolus.ends - settled.now),
        (command.burn, ran),
        (command.burn, command.until - before.now - ran),
        (command.flow, ran),
        (command.flow, command.until - before.now - ran),
        (command.flow, before.now - settled.now),
        (command.burn, before.now - settled.now),
    )


@products
def a_running_bolus_still_brings_something(device: Device, settled: Pump) -> tuple[tuple[int, int], ...]:
    """What a running bolus has reserved is not less than nothing; giving it up frees room."""
    return (
        (settled.bolus.burn, settled.bolus.ends - settled.now),
        (settled.schedule.reserved[0], settled.window.ends - settled.now),
    )


@products
def what_is_armed_was_promised(device: Device, armed: Pump) -> tuple[tuple[int, int], ...]:
    """What the new command may burn is within what schedule and bolus have reserved."""
    command = armed.command
    span = command.until - armed.now
    return (
        (armed.schedule.reserved[0] - command.burn, span),
        (armed.schedule.reserved[0], armed.window.ends - command.until),
        (armed.schedule.reserved[0], armed.window.ends - armed.now),
        (armed.bolus.burn - command.burn, span),
        (armed.bolus.burn, armed.bolus.ends - command.until),
        (armed.bolus.burn, armed.bolus.ends - armed.now),
        (command.burn, span),
    )


@products
def any_part_of_a_command(device: Device, armed: Pump, at: Instant) -> tuple[tuple[int, int], ...]:
    """A command that is broken off has burnt and delivered less than one that is obeyed to its end."""
    rest = armed.command.until - at
    return (
        (armed.command.burn, rest),
        (armed.command.flow, rest),
        (armed.command.flow, at - armed.now),
        (armed.command.flow * rest, 1_000 + armed.band.fast),
    )


@link
def the_24_hours_follow_the_slots(device: Device, seen: Day, pump: Pump) -> bool:
    """Shares within 24 hours that begin k slots before the current one are within the newest k slots and the current
    one; once they lie 49 slots back they are over. So they are always within the window's 49 slots, or were when
    they ended. DOSE-1 rests on it."""
    begins = pump.window.ends - SLOT
    newest = pump.window.current
    held = 0 <= seen.shares and seen.shares <= SHARES and 0 <= seen.elsewhere and seen.elsewhere <= seen.shares
    future = seen.start <= pump.now or seen.shares == 0
    held = held and future and (seen.start < begins or seen.shares <= newest)
    for k in range(SLOTS):
        begins = begins - SLOT
        newest = newest + pump.window.past[SLOTS - 1 - k]
        held = held and (seen.start < begins or seen.shares <= newest)
    return held


@link
def a_place_without_a_drug_has_received_nothing(device: Device, seen: Day, pump: Pump) -> bool:
    """A drug keeps its place for good, and a nameless one is not admitted; so no place is charged with the mass of the
    drug that stood there before. DOSE-1 rests on it."""
    nothing = True
    for i in range(PLACES):
        nothing = nothing and (pump.solution.ingredients[i].drug.code != 0 or seen.masses[i] == 0)
    return nothing


@link
def true_mass_is_within_shares(device: Device, seen: Day, pump: Pump) -> bool:
    """A share of each drug's ceiling is never less than the drug's true mass, step by step, because potency dominates;
    so mass within the 24 hours is within the shares that the pump ran, times ceiling. DOSE-1 rests on it."""
    held = True
    for i in range(PLACES):
        ceiling = ceiling_of(pump.solution.ingredients[i].drug, pump.device.fast)
        held = held and 0 <= seen.masses[i] and 100 * seen.masses[i] <= (seen.shares - seen.elsewhere) * ceiling
    return held


@link
def a_candidate_has_received_nothing(device: Device, seen: Day, pump: Pump) -> bool:
    """Before commissioning nothing runs, and what another pump delivered counts in shares alone; so a solution is never
    charged with another one's mass. DOSE-1 rests on it."""
    return not before_implantation(pump) or all(mass == 0 for mass in seen.masses)


@products
def another_pump_leaves_no_less_than_nothing(
    device: Device, old: Pump, after: Step, seen: Day
) -> tuple[tuple[int, int], ...]:
    """What the pump before took of a ceiling is at most the whole."""
    ingredients = after.pump.solution.ingredients
    return tuple((SHARES - seen.shares, ceiling_of(each.drug, device.fast)) for each in ingredients)


@products
def what_is_injected_or_lost_leaves_no_less_than_nothing(
    device: Device, before: Pump, event: PortBolus | Reread, after: Step, seen: Day
) -> tuple[tuple[int, int], ...]:
    """With what was injected, too, or counts as delivered in a step that is lost, no more than the whole of a ceiling
    is taken."""
    shares = follow_day(device, seen, before, event, after).shares
    ingredients = before.solution.ingredients
    return tuple((SHARES - shares, ceiling_of(each.drug, before.device.fast)) for each in ingredients)


@products
def a_new_solution_has_taken_nothing(
    device: Device, before: Pump, event: Commission, after: Step, settled: Pump, seen: Day
) -> tuple[tuple[int, int], ...]:
    """What was delivered before the first solution is none of its own: of its ceilings, no less than nothing."""
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in event.solution.ingredients:
        ceiling = ceiling_of(ingredient.drug, device.fast)
        found = found + ((SHARES - seen.shares, ceiling), (seen.shares - seen.elsewhere, ceiling))
    return found


@products
def mass_follows_shares(device: Device, before: Pump, after: Step, seen: Day) -> tuple[tuple[int, int], ...]:
    """Within the 24 hours no more is burnt than ran; and what is delivered there, times potency and ceiling, is no less
    than what it holds of each drug."""
    seconds = overlap(before.now, before.now + ran(before, after), seen.start, DAY)
    command = before.command
    bridge = before.bridge
    shares = seen.shares + command.burn * seconds
    found: tuple[tuple[int, int], ...] = (
        (command.burn, ran(before, after) - seconds),
        (command.burn, seconds),
        (command.flow, seconds),
        (command.flow, command.until - before.now - ran(before, after)),
    )
    for i in range(PLACES):
        new = before.solution.ingredients[i]
        old = bridge.solution.ingredients[i]
        ceiling = ceiling_of(new.drug, before.device.fast)
        found = found + (
            (SHARES - shares, ceiling),
            (bridge.strongest - before.limits.potency, ceiling),
            (bridge.strongest - bridge.potency, ceiling),
        )
        for potency, ingredient in (
            (before.limits.potency, new),
            (bridge.potency, old),
            (bridge.strongest, new),
            (bridge.strongest, old),
        ):
            spare = potency * ceiling - 100 * true_strength(ingredient, before.device.fast)
            price = command.flow * potency
            found = found + (
                (spare, command.flow * seconds),
                (command.burn - price, seconds * ceiling),
                (price - command.burn, seconds * ceiling),
                (true_strength(ingredient, before.device.fast), command.flow * seconds),
            )
    return found


@products
def a_kept_drug_keeps_its_ceiling(
    device: Device, before: Pump, event: ChangeSolution, after: Step, seen: Day
) -> tuple[tuple[int, int], ...]:
    """Where a drug keeps its place its ceiling is the same, times whatever shares there are, which are never less than
    nothing."""
    seconds = overlap(before.now, before.now + ran(before, after), seen.start, DAY)
    shares = seen.shares - seen.elsewhere
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        old = ceiling_of(before.solution.ingredients[i].drug, before.device.fast)
        new = ceiling_of(event.solution.ingredients[i].drug, before.device.fast)
        for ran_in_it in (shares, -shares, before.command.burn * seconds):
            found = found + ((old - new, ran_in_it), (new - old, ran_in_it), (ran_in_it, new))
        found = found + ((-1 - shares, old), (SHARES - seen.shares - before.command.burn * seconds, new))
    return found


@link
def the_lockout_knows_the_last_bolus(device: Device, seen: LastBolus, pump: Pump) -> bool:
    """When a bolus ends, however it ends, the history takes down a time that is not before its last second; while it
    runs, it last delivered no later than now. DOSE-3 rests on it."""
    return seen.ended <= pump.history.ended or (pump.mode == Mode.BOLUS and seen.ended <= pump.now)


@link
def the_history_holds_the_newest_starts(device: Device, seen: Starts, pump: Pump) -> bool:
    """Each accepted bolus goes to the front of the history; so if more than i started since the 24 hours began, the
    history's place i is not older than that. DOSE-4 rests on it."""
    held = 0 <= seen.count and seen.count <= SLOTS
    for i in range(SLOTS):
        held = held and (seen.count <= i or seen.start <= pump.history.starts[i])
    return held


@link
def a_bolus_gives_flow_for_its_time(device: Device, seen: Given, pump: Pump) -> bool:
    """While a bolus runs, it has given at most its flow for the time since it started; when it is over, at most its
    flow for its whole time. DOSE-7 rests on it."""
    bolus = pump.bolus
    whole = seen.volume <= bolus.flow * (bolus.ends - bolus.started)
    return (
        0 <= seen.volume
        and whole
        and (not bolus_or_priming(pump) or seen.volume <= bolus.flow * (pump.now - bolus.started))
    )


@products
def a_bolus_runs_at_its_own_flow(
    device: Device, before: Pump, seen: Given, settled: Pump
) -> tuple[tuple[int, int], ...]:
    """A command within a bolus is no faster than the bolus, and ends no later."""
    end = settled.now if settled.now <= before.command.until else before.command.until
    ran = end - before.now
    return (
        (before.bolus.flow - before.command.flow, ran),
        (before.bolus.flow, before.bolus.ends - end),
        (before.bolus.flow, settled.now - end),
        (before.bolus.flow, before.bolus.ends - settled.now),
    )
