"""Bridges: what the line may hold, what is set aside for it, and that both are priced for the stronger solution."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least, smallest
from intrathecal.bridging import brings_too_little, least_day, meeting_slots, most_burn, put_by, sudden_day, surest_line
from intrathecal.device import Device, slow_in_air
from intrathecal.drug import Ingredient, Solution, ceiling_of
from intrathecal.events import ChangeSolution, Program
from intrathecal.pricing import price_solution
from intrathecal.pump import Bridge, Cause, Mode, Pump, Slots
from intrathecal.titrating import (
    starting_day,
    whole_line,
)
from intrathecal.units import (
    BURN_MAX,
    CONCENTRATION_MAX,
    DAY,
    FLOW_MAX,
    NANOLITRE,
    PER_MILLE,
    PLACES,
    SLOT,
    SLOTS,
    VOLUME_MAX,
)
from intrathecal_proofs.argument import contract, invariant, products
from intrathecal_proofs.titrating import DayVolume
from intrathecal_specs.requirement import Instant
from intrathecal_specs.words import before_implantation, programmable, true_strength


@invariant
def a_bridge_is_in_range(device: Device, pump: Pump) -> bool:
    """A bridge is built of the line's volumes, of flows that the device can run, and of potencies in their range;
    crossing it only takes from it. RES-9, CMD-1, CMD-2 and NUM-1 rest on it."""
    bridge = pump.bridge
    volumes = 0 <= bridge.early and bridge.early <= 4_000 * VOLUME_MAX and 0 <= bridge.late
    lowest = pump.device.flow_min
    highest = pump.device.flow_max
    flow = lowest <= bridge.flow and bridge.flow <= highest
    meeting = lowest <= bridge.meeting_flow and bridge.meeting_flow <= highest
    prices = 0 <= bridge.potency and bridge.potency <= bridge.strongest and pump.limits.potency <= bridge.strongest
    bounded = bridge.strongest <= 1_000_000_000_000_000_000
    bridging = flow and meeting and prices and bounded
    return volumes and bridge.late <= 4_000 * VOLUME_MAX and (bridge.late == 0 or bridging)


@invariant
def a_bridge_belongs_to_an_implanted_pump(device: Device, pump: Pump) -> bool:
    """Only the solution of an implanted pump is changed; and what bridges has not cleared its line. RES-9 and MODE-7
    rest on it."""
    return pump.bridge.late == 0 or not before_implantation(pump)


@invariant
def a_bridge_is_priced_for_what_the_line_may_hold(device: Device, pump: Pump) -> bool:
    """The old solution's flow is priced at its own potency, the meeting's and the fallback at the stronger one. DOSE-1
    rests on it."""
    bridge = pump.bridge
    old = bridge.burn == bridge.flow * bridge.potency
    meeting = bridge.meeting_burn == bridge.meeting_flow * bridge.strongest
    fallback = bridge.fallback_burn == pump.therapy.prescription.fallback * bridge.strongest
    return bridge.late == 0 or (old and meeting and fallback)


@invariant
def the_earliest_arrival_is_not_after_the_latest(device: Device, pump: Pump) -> bool:
    """The line's smallest volume at the fast end is no more than its largest at the slow one, and only the latest
    arrival waits where a delivery is in doubt. RES-10 rests on it."""
    return pump.bridge.late == 0 or pump.bridge.early <= pump.bridge.late


@products
def a_line_is_no_smaller_at_the_fast_end(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """Divided by no less than the whole it is no larger, by no more no smaller."""
    late = whole_line(device, settled.line)
    return ((surest_line(device, settled.line), device.fast), (late, slow_in_air(device)), (late - 1, 1_000))


@invariant
def a_bridges_command_ends_where_it_does(device: Device, pump: Pump) -> bool:
    """The old solution's flow runs at its own price, and no longer than the new one cannot arrive; the meeting's at its
    own, and less than a second longer than until the new one has surely arrived; the fallback, and a constant flow, at
    that of the bridge. TIME-3 rests on it."""
    bridge = pump.bridge
    command = pump.command
    volume = command.flow * (command.until - pump.now)
    early = command.burn == bridge.burn and volume <= bridge.early
    late = command.burn == bridge.meeting_burn and volume < bridge.late + command.flow
    ends = early if bridge.early >= bridge.flow else late
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    fallback = command.flow == 0 or command.burn == bridge.fallback_burn
    safe = bridge.late == 0 or (not empty and pump.mode != Mode.SAFE) or fallback
    bridging = not programmable(pump) or pump.mode != Mode.BRIDGING or empty or ends
    steady = programmable(pump) or pump.mode == Mode.STOPPED or command.burn == bridge.fallback_burn
    return command.cause == Cause.OUTAGE or (safe and bridging and (steady or bridge.late == 0))


@invariant
def what_a_bridge_burns_is_set_aside(device: Device, pump: Pump) -> bool:
    """Every slot sets aside its own burn, and during a bridge no less than anything that the bridge can burn; but where
    therapy has failed or is stopped, which only another prescription ends, the fallback alone. DOSE-1, DOSE-5, DOSE-10
    and CMD-2 rest on it."""
    bridge = pump.bridge
    schedule = pump.schedule
    own = all(schedule.burns[i] <= schedule.reserved[i] for i in range(SLOTS))
    bounded = all(reserved <= BURN_MAX for reserved in schedule.reserved)
    ended = pump.mode == Mode.SAFE or pump.mode == Mode.STOPPED
    bridged = all(ended or (bridge.burn <= r and bridge.meeting_burn <= r) for r in schedule.reserved)
    falls = all(bridge.fallback_burn <= r for r in schedule.reserved)
    all_day = bridge.burn <= BURN_MAX and bridge.meeting_burn <= BURN_MAX
    return own and bounded and (bridge.late == 0 or (bridged and falls and all_day))


@invariant
def what_is_set_aside_adds_up(device: Device, pump: Pump) -> bool:
    """The stored day is the sum of what the slots set aside, and none is above the stored peak: those of the bridge
    while there is one, else those of the therapy. DOSE-5 and DOSE-10 rest on it."""
    bridge = pump.bridge
    therapy = pump.therapy
    reserved = pump.schedule.reserved
    total = sum(reserved) * SLOT
    bridged = bridge.day == total and all(each <= bridge.peak for each in reserved) and bridge.peak <= BURN_MAX
    alone = therapy.day == total and all(each <= therapy.peak for each in reserved)
    some = all(0 <= each for each in reserved)
    return some and (bridge.late == 0 or bridged) and (bridge.late != 0 or alone)


@invariant
def the_old_potency_dominates_every_drug(device: Device, pump: Pump) -> bool:
    """A bridge takes solution and potency from the pump together; where a drug has kept its place its ceiling is the
    same, and a place that it has left for good held nothing. DOSE-1 rests on it."""
    bridge = pump.bridge
    held = True
    for i in range(PLACES):
        old = bridge.solution.ingredients[i]
        ceiling = ceiling_of(pump.solution.ingredients[i].drug, pump.device.fast)
        held = held and 100 * true_strength(old, pump.device.fast) <= bridge.potency * ceiling
    return bridge.late == 0 or held


@invariant
def a_nameless_place_is_empty(device: Device, pump: Pump) -> bool:
    """A solution is refused where a drug without a code is present, and a drug keeps its place; so a place that is
    still nameless was so in the old solution too. DOSE-1 rests on it."""
    empty = True
    for i in range(PLACES):
        nameless = pump.solution.ingredients[i].drug.code == 0
        old = pump.bridge.late == 0 or pump.bridge.solution.ingredients[i].concentration == 0
        empty = empty and (not nameless or (pump.solution.ingredients[i].concentration == 0 and old))
    return empty


def each_of_three_can_run_all_day(burn: int, meeting_burn: int, fallback_burn: int) -> bool:
    """What bridge, meeting and fallback burn was admitted by both solutions' limits of flow."""
    return all(0 <= each and each <= BURN_MAX for each in (burn, meeting_burn, fallback_burn))


@contract(most_burn, requires=each_of_three_can_run_all_day)
def the_most_is_no_less_than_any_of_three(burn: int, meeting_burn: int, fallback_burn: int, result: int) -> bool:
    """Nothing that a bridge may burn is more than the most; and where none is more than can burn all day, neither is
    it."""
    burns = (burn, meeting_burn, fallback_burn)
    return all(each <= result for each in burns) and (result <= BURN_MAX or any(each > BURN_MAX for each in burns))


def both_can_run_all_day(burn: int, most: int) -> bool:
    """A slot's own burn was admitted, and so was the most of a bridge."""
    return 0 <= burn and burn <= BURN_MAX and 0 <= most and most <= BURN_MAX


@contract(put_by, requires=both_can_run_all_day)
def what_is_put_by_is_enough(burn: int, most: int, result: int) -> bool:
    """Neither is more than what is put by; and where neither is more than can burn all day, nor is it."""
    return burn <= result and most <= result and (result <= BURN_MAX or burn > BURN_MAX or most > BURN_MAX)


def a_bridge_is_built(bridge: Bridge) -> bool:
    """Its flows and volumes are those that a device and a line can have."""
    flows = 0 <= bridge.flow and bridge.flow <= FLOW_MAX and 1 <= bridge.meeting_flow
    early = 0 <= bridge.early and bridge.early <= 4_000 * VOLUME_MAX
    volumes = early and 0 <= bridge.late and bridge.late <= 4_000 * VOLUME_MAX
    return flows and bridge.meeting_flow <= FLOW_MAX and volumes


@contract(meeting_slots, requires=a_bridge_is_built)
def a_meeting_lasts_a_day_at_most(bridge: Bridge, result: int) -> bool:
    """Longer than a day counts as a day."""
    return result <= SLOTS and (0 <= result or not a_bridge_is_built(bridge))


@products
def a_meeting_is_not_over_before_it_begins(bridge: Bridge, result: int) -> tuple[tuple[int, int], ...]:
    """A quotient of nothing below nothing is not above it."""
    slot = bridge.meeting_flow * SLOT
    return ((-greatest(bridge.late - bridge.early, 0) // slot - 1, slot),)


def a_day_can_be_judged(bridge: Bridge, flows: Slots, old: int, new: int) -> bool:
    """Concentrations are a solution's, flows are a prescription's."""
    flowing = all(0 <= flow and flow <= FLOW_MAX for flow in flows)
    strengths = 0 <= old and old <= CONCENTRATION_MAX and 0 <= new and new <= CONCENTRATION_MAX
    return a_bridge_is_built(bridge) and flowing and strengths


@contract(least_day, requires=a_day_can_be_judged)
def the_least_day_is_no_less_than_nothing(bridge: Bridge, flows: Slots, old: int, new: int, result: int) -> bool:
    """Nothing that runs takes anything back."""
    return 0 <= result or not a_day_can_be_judged(bridge, flows, old, new)


@products
def the_least_day_is_within_bounds(
    bridge: Bridge, flows: Slots, old: int, new: int, result: int
) -> tuple[tuple[int, int], ...]:
    """Slots, times flows, times concentrations."""
    slots = meeting_slots(bridge)
    weaker = least(old, new)
    slowest = smallest(flows, FLOW_MAX)
    met = bridge.meeting_flow * weaker
    rest = least(bridge.flow * old, slowest * new)
    most = FLOW_MAX * CONCENTRATION_MAX
    return (
        (bridge.meeting_flow, weaker),
        (FLOW_MAX - bridge.meeting_flow, weaker),
        (bridge.flow, old),
        (FLOW_MAX - bridge.flow, old),
        (slowest, new),
        (FLOW_MAX - slowest, new),
        (slots, met),
        (slots, most - met),
        (SLOTS - slots, rest),
        (SLOTS - slots, most - rest),
    )


@contract(sudden_day)
def a_drug_without_a_fraction_is_never_stopped_suddenly(ingredient: Ingredient, last: DayVolume, result: int) -> bool:
    """Where the fraction is nothing, no day is below it."""
    return 0 <= result and (ingredient.drug.titration.sudden_below > 0 or result == 0)


@products
def a_sudden_day_is_within_bounds(ingredient: Ingredient, last: DayVolume, result: int) -> tuple[tuple[int, int], ...]:
    """Nanolitres, rounded up, times the concentration; and a thousandth of that, rounded up, times the fraction."""
    more = -last // NANOLITRE
    mass = more * ingredient.concentration // PER_MILLE
    below = ingredient.drug.titration.sudden_below
    return (
        (-more, ingredient.concentration),
        (VOLUME_MAX // NANOLITRE + 1 + more, ingredient.concentration),
        (-mass, below),
        (-mass, -below),
        (-mass, PER_MILLE - below),
    )


def a_bridge_can_be_judged(bridge: Bridge, other: Solution, flows: Slots, last: int) -> bool:
    """Flows and volumes are in range."""
    flowing = all(0 <= flow and flow <= FLOW_MAX for flow in flows)
    return a_bridge_is_built(bridge) and flowing and 0 <= last and last <= VOLUME_MAX


@contract(brings_too_little, requires=a_bridge_can_be_judged)
def no_bridge_brings_too_little_of_what_may_stop(
    bridge: Bridge, other: Solution, flows: Slots, last: int, result: bool
) -> bool:
    """A bridge brings too little only of a drug with a fraction below which it is stopped suddenly."""
    some = any(i.concentration > 0 and i.drug.titration.sudden_below > 0 for i in bridge.solution.ingredients)
    return not result or some or not a_bridge_can_be_judged(bridge, other, flows, last)


@products
def a_bridge_is_priced_within_bounds(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """Bridge, meeting and fallback are within the limits on flows of both solutions; times their potencies, they are
    within what can burn all day."""
    old = settled.limits
    new = price_solution(device, event.solution)
    strongest = greatest(old.potency, new.potency)
    fallback = event.prescription.fallback
    found: tuple[tuple[int, int], ...] = (
        (old.flow - event.bridge_flow, old.potency),
        (event.bridge_flow, old.potency),
        (event.meeting_flow, strongest),
        (fallback, strongest),
    )
    for flow in (event.meeting_flow, fallback):
        for limits in (old, new):
            found = found + (
                (limits.flow - flow, limits.potency),
                (strongest - limits.potency, flow),
                (limits.potency - strongest, flow),
            )
    return found


@products
def a_fallback_is_priced_within_a_bridge(device: Device, settled: Pump, event: Program) -> tuple[tuple[int, int], ...]:
    """A new fallback, no faster than the meeting, is at the stronger potency within what can burn all day."""
    strongest = settled.bridge.strongest
    burn = event.prescription.fallback * strongest
    return (
        (settled.bridge.meeting_flow - event.prescription.fallback, strongest),
        (event.prescription.fallback, strongest),
        (BURN_MAX - burn, SLOT),
    )


@products
def a_command_ends_before_the_arrival(device: Device, decided: Pump, armed: Pump) -> tuple[tuple[int, int], ...]:
    """The seconds of the old solution's command are at most what is left before the arrival by its flow, rounded
    down."""
    bridge = decided.bridge
    flow = bridge.flow
    span = armed.command.until - armed.now
    met = -(-bridge.late // bridge.meeting_flow)
    return (
        (bridge.early // flow - span, flow),
        (span, flow),
        (bridge.early // flow, flow - 1),
        (met - span, bridge.meeting_flow),
        (span, bridge.meeting_flow),
    )


@products
def a_rearmed_bridge_goes_on(
    device: Device, before: Pump, rearmed: Pump, between: Instant, at: Instant
) -> tuple[tuple[int, int], ...]:
    """The seconds to an arrival are a division, whose remainder the last command has kept. TIME-3 rests on it."""
    bridge = rearmed.bridge
    wait = at - between
    return (
        (wait - 1 - bridge.early // bridge.flow, bridge.flow),
        (wait - 1 + -bridge.late // bridge.meeting_flow, bridge.meeting_flow),
        (before.command.until - at, bridge.flow),
        (before.command.until - at, bridge.meeting_flow),
    )


@products
def a_kept_drugs_ceiling_is_the_same(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """Equal ceilings, times the old potency; and the potency is of the old solution."""
    found: tuple[tuple[int, int], ...] = ()
    for i in range(PLACES):
        old = ceiling_of(settled.solution.ingredients[i].drug, settled.device.fast)
        new = ceiling_of(event.solution.ingredients[i].drug, settled.device.fast)
        fast = settled.device.fast
        one = settled.solution.ingredients[i].drug.hard
        other = event.solution.ingredients[i].drug.hard
        found = found + (
            (old - new, settled.limits.potency),
            (new - old, settled.limits.potency),
            (new, settled.limits.potency),
            (one - other, fast),
            (other - one, fast),
        )
    return found


@products
def a_bridge_begins_within_each_starting_dose(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """What lies within a starting day lies, times a concentration, within that drug's mass."""
    begins = starting_day(settled.solution)
    found: tuple[tuple[int, int], ...] = ()
    for ingredient in settled.solution.ingredients:
        for flow in (event.bridge_flow, event.meeting_flow):
            found = found + ((begins - flow * DAY, ingredient.concentration),)
    return found


@products
def a_bridge_goes_on_within_each_starting_dose(
    device: Device, settled: Pump, event: Program
) -> tuple[tuple[int, int], ...]:
    """The same for a bridge that is not over."""
    bridge = settled.bridge
    found: tuple[tuple[int, int], ...] = ()
    for solution in (bridge.solution, settled.solution):
        for ingredient in solution.ingredients:
            for flow in (bridge.flow, bridge.meeting_flow):
                found = found + ((starting_day(solution) - flow * DAY, ingredient.concentration),)
    return found


@products
def what_is_released_was_set_aside(device: Device, before: Pump, settled: Pump) -> tuple[tuple[int, int], ...]:
    """When a bridge ends, the rest of the slot burns its own price, which is no more than was set aside for it."""
    schedule = before.schedule
    rest = before.window.ends - settled.now
    return (
        (schedule.reserved[0] - schedule.burns[0], rest),
        (schedule.burns[0], rest),
        (schedule.reserved[1] - schedule.burns[1], rest + SLOT),
        (schedule.burns[1], rest + SLOT),
        (schedule.burns[1], -rest),
    )
