"""Prices: potency and limits dominate every drug, and every burn is its flow's price."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest
from intrathecal.device import Device
from intrathecal.drug import Solution, ceiling_of, present
from intrathecal.events import ChangeSolution, ClinicianBolus, PatientBolus, PortBolus, Program
from intrathecal.fields import Within
from intrathecal.pricing import (
    LOW_WHERE_STOP_DANGEROUS,
    bolus_limit,
    bolus_volume_limit,
    day_volume,
    day_volume_limit,
    flow_limit,
    hard_day,
    potency_of,
    potency_over,
    price_solution,
    soft_day,
)
from intrathecal.pump import Limits, Pump
from intrathecal.units import BURN_MAX, SHARES, SLOT, SLOTS, VOLUME_MAX
from intrathecal_proofs.argument import contract, invariant, products
from intrathecal_proofs.leaves import Fast
from intrathecal_specs.words import NANOGRAM, TRUE_NANOGRAM, Prescribing, bolus_or_priming, constant, true_strength

POTENCY_MAX = 1_000_000_000_000_000
"""shares a quantum: no solution is more potent."""
Potency = Annotated[int, Within(0, POTENCY_MAX, "shares a quantum")]
"""A solution's potency."""


@invariant
def potency_dominates_every_drug(device: Device, pump: Pump) -> bool:
    """Potency is the largest of the drugs' own, each rounded up; so shares never count less than the true mass of any
    drug, measured against its ceiling. DOSE-1 rests on it."""
    held = True
    for ingredient in pump.solution.ingredients:
        ceiling = ceiling_of(ingredient.drug, pump.device.fast)
        strength = 100 * true_strength(ingredient, pump.device.fast)
        held = held and strength <= pump.limits.potency * ceiling
    return held


@invariant
def limits_hold_every_drug_within_its_own(device: Device, pump: Pump) -> bool:
    """Each limit in volume is the least over the drugs, each rounded down; so a volume within it is a mass within
    every drug's limit. DOSE-2 and RATE-4 rest on it."""
    limits = pump.limits
    held = True
    for ingredient in pump.solution.ingredients:
        drug = ingredient.drug
        held = held and limits.day * ingredient.concentration <= drug.hard * NANOGRAM
        held = held and limits.soft * ingredient.concentration <= drug.soft * NANOGRAM
        held = held and limits.bolus * true_strength(ingredient, pump.device.fast) <= drug.single * TRUE_NANOGRAM
    return held


@invariant
def limits_are_in_range(device: Device, pump: Pump) -> bool:
    """Volumes are bounded by their types, and a price times its limit by the window: nothing priced can overflow.
    DOSE-2 and NUM-1 rest on it."""
    limits = pump.limits
    volumes = 0 <= limits.day and limits.day <= VOLUME_MAX and 0 <= limits.bolus and limits.bolus <= VOLUME_MAX
    flow = 0 <= limits.flow and limits.flow <= pump.device.flow_max and 0 <= limits.soft
    prices = limits.potency * limits.flow <= BURN_MAX and limits.potency * limits.bolus <= SHARES
    return 0 <= limits.potency and volumes and flow and prices and limits.potency <= 1_000_000_000_000_000_000


@invariant
def limits_know_the_solution(device: Device, pump: Pump) -> bool:
    """Whether a stop is dangerous, whether patients may trigger boluses and where the low alarm lies follow from the
    drugs present and the device. RES-4 and DOSE-9 rest on it."""
    dangerous = False
    allowed = pump.device.patient_bolus
    for ingredient in pump.solution.ingredients:
        dangerous = dangerous or (present(ingredient) and ingredient.drug.stop_dangerous)
        allowed = allowed and (not present(ingredient) or ingredient.drug.patient_bolus)
    low = pump.device.low <= pump.limits.low and (not dangerous or LOW_WHERE_STOP_DANGEROUS <= pump.limits.low)
    bounded = pump.limits.low <= pump.device.low or pump.limits.low <= LOW_WHERE_STOP_DANGEROUS
    return pump.limits.stop_dangerous == dangerous and (not pump.limits.patient_bolus or allowed) and low and bounded


@invariant
def every_burn_is_its_flows_price(device: Device, pump: Pump) -> bool:
    """Prescriptions and boluses are priced when they are admitted, and turning the schedule keeps flow and price
    together. DOSE-1 rests on it."""
    potency = pump.limits.potency
    schedule = all(pump.schedule.burns[i] == pump.schedule.flows[i] * potency for i in range(SLOTS))
    therapy = pump.therapy
    fallback = therapy.fallback_burn == therapy.prescription.fallback * potency
    ceiling = therapy.ceiling == therapy.prescription.ceiling * potency
    bolus = not bolus_or_priming(pump) or pump.bolus.burn == pump.bolus.flow * potency
    return schedule and fallback and ceiling and bolus and therapy.bolus_burn == therapy.bolus_flow * potency


@invariant
def a_commands_burn_is_its_flows_price(device: Device, pump: Pump) -> bool:
    """A command takes flow and price together, from the schedule, the bolus or the fallback; only where the books of a
    constant-flow pump are spent is there a price without a flow. During a bridge it is priced at the old potency only
    while the new solution cannot have arrived, else at the stronger one. DOSE-1 rests on it."""
    command = pump.command
    bridge = pump.bridge
    old = command.burn == command.flow * bridge.potency
    before_arrival = command.flow * (command.until - pump.now) <= bridge.early
    bridged = (old and before_arrival) or command.burn == command.flow * bridge.strongest
    alone = command.burn == command.flow * pump.limits.potency
    spent = constant(pump) and command.flow == 0 and 0 <= command.burn
    return spent or ((bridge.late == 0 or bridged) and (bridge.late != 0 or alone))


@invariant
def flows_are_in_range(device: Device, pump: Pump) -> bool:
    """Programming admits only flows of the device's range, and a fallback that is none above them. CMD-1, CMD-4 and
    RES-3 rest on it."""
    lowest = pump.device.flow_min
    therapy = pump.therapy
    held = therapy.fastest <= pump.limits.flow and 0 <= therapy.fastest
    for flow in pump.schedule.flows:
        held = held and (flow == 0 or lowest <= flow) and flow <= therapy.fastest
        held = held and therapy.prescription.fallback <= flow
    return held and (therapy.prescription.fallback == 0 or lowest <= therapy.prescription.fallback)


@invariant
def the_fallback_burns_no_more_than_the_schedule(device: Device, pump: Pump) -> bool:
    """The fallback is no faster than the slowest flow, and potency is one number for all; a bridge sets its own price
    of the fallback aside. DOSE-1, DOSE-5 and RES-3 rest on it."""
    burn = pump.therapy.fallback_burn
    return all(burn <= each for each in pump.schedule.burns)


@invariant
def the_patients_bolus_is_in_range(device: Device, pump: Pump) -> bool:
    """A bolus is prescribed only within the single dose, in the device's range and no slower than the schedule, and
    only where the solution lets patients trigger one. CMD-1, DOSE-2, DOSE-7 and DOSE-9 rest on it."""
    therapy = pump.therapy
    order = therapy.prescription.patient_bolus
    flow = therapy.bolus_flow
    range_of_flow = pump.device.flow_min <= flow and flow <= pump.device.flow_max and therapy.fastest <= flow
    whole = flow * order.duration <= order.volume and order.volume < (flow + 1) * order.duration
    admitted = range_of_flow and whole and order.volume <= pump.limits.bolus and pump.limits.patient_bolus
    return (order.count == 0 and flow == 0) or (order.count > 0 and admitted)


@invariant
def the_schedule_adds_up(device: Device, pump: Pump) -> bool:
    """The stored day is the sum of the stored burns, and no burn is above the stored peak; turning changes neither.
    DOSE-5, DOSE-10 and NUM-1 rest on it."""
    therapy = pump.therapy
    total = therapy.day == sum(pump.schedule.burns) * SLOT
    bounded = all(burn <= BURN_MAX for burn in pump.schedule.burns) and therapy.peak <= BURN_MAX
    return (
        total
        and bounded
        and 0 <= therapy.peak
        and all(0 <= burn and burn <= therapy.peak for burn in pump.schedule.burns)
    )


@invariant
def the_steady_day_fits(device: Device, pump: Pump) -> bool:
    """All that is set aside for a day, its largest slot and a running bolus fit under the ceiling: checked when a
    prescription or a bolus is admitted. When a slot ends, this is what bounds the 49 slots that begin with the new one
    (DOSE-5)."""
    bolus = pump.bolus.burn * (pump.bolus.ends - pump.now) if bolus_or_priming(pump) else 0
    scheduled = pump.therapy.day + pump.therapy.peak * SLOT + bolus <= SHARES
    bridged = pump.bridge.late == 0 or pump.bridge.day + pump.bridge.peak * SLOT <= SHARES
    return scheduled and bridged and 0 <= pump.therapy.ceiling


@invariant
def the_patients_ceiling_is_within_the_drugs(device: Device, pump: Pump) -> bool:
    """Programming refuses an own ceiling above what the window holds. DOSE-10 rests on it."""
    return pump.therapy.ceiling <= SHARES


@invariant
def a_running_bolus_is_within_its_volume(device: Device, pump: Pump) -> bool:
    """Flow is volume by duration, rounded down, and no slower than the schedule. DOSE-2 and DOSE-7 rest on it."""
    bolus = pump.bolus
    whole = bolus.flow * (bolus.ends - bolus.started) <= bolus.volume
    return whole and (not bolus_or_priming(pump) or pump.therapy.fastest <= bolus.flow)


@products
def a_price_grows_with_the_flow(device: Device, decided: Pump) -> tuple[tuple[int, int], ...]:
    """Fallback against schedule, in the decided pump: what is no faster burns no more."""
    fallback = decided.therapy.prescription.fallback
    potency = decided.limits.potency
    return tuple((flow - fallback, potency) for flow in decided.schedule.flows) + (
        (decided.bolus.flow - fallback, potency),
        (decided.bolus.flow - decided.schedule.flows[0], potency),
        (decided.therapy.fastest - fallback, potency),
    )


@products
def a_prescription_is_priced_within_bounds(
    device: Device, settled: Pump, event: Program
) -> tuple[tuple[int, int], ...]:
    """Each flow is within the limit on flows, the bolus within the limit on boluses, the own ceiling within what the
    window holds: times potency, they are within the window."""
    return priced_within_bounds(settled, settled.limits, event)


@products
def a_prescription_of_another_solution_is_priced_within_bounds(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """The same with the limits of the new solution."""
    return priced_within_bounds(settled, price_solution(device, event.solution), event)


def priced_within_bounds(settled: Pump, limits: Limits, event: Prescribing) -> tuple[tuple[int, int], ...]:
    """The pairs that price the event's prescription."""
    potency = limits.potency
    order = event.prescription.patient_bolus
    bolus = order.volume // order.duration if order.count > 0 else 0
    flows = tuple((limits.flow - flow, potency) for flow in event.prescription.flows)
    first = event.prescription.flows[0] * potency
    rest = settled.window.ends - settled.now
    return flows + (
        (BURN_MAX - first, rest),
        (first, rest),
        (limits.flow - event.prescription.fallback, potency),
        (limits.bolus - order.volume, potency),
        (order.volume - bolus * order.duration, potency),
        (limits.bolus - bolus, potency),
        (order.duration - 1, bolus),
        (order.duration - 1, bolus * potency),
        (SLOTS - order.count, order.volume),
        (SLOTS - order.count, bolus * potency * order.duration),
        (SHARES // greatest(potency, 1) - event.prescription.ceiling, potency),
    )


@products
def a_clinicians_bolus_is_priced_within_bounds(
    device: Device, settled: Pump, event: ClinicianBolus
) -> tuple[tuple[int, int], ...]:
    """The volume is within the limit on boluses, whose price is within the window."""
    potency = settled.limits.potency
    flow = event.volume // event.duration
    return (
        (settled.limits.bolus - event.volume, potency),
        (event.duration - 1, flow),
        (event.duration - 1, flow * potency),
        (settled.limits.bolus - flow, potency),
        (event.volume - flow * event.duration, potency),
    )


@products
def a_patients_bolus_is_priced_within_bounds(
    device: Device, settled: Pump, event: PatientBolus
) -> tuple[tuple[int, int], ...]:
    """The same of the bolus prescribed, whose stored burn is its flow's price."""
    therapy = settled.therapy
    order = therapy.prescription.patient_bolus
    potency = settled.limits.potency
    return (
        (settled.limits.bolus - order.volume, potency),
        (order.volume - therapy.bolus_flow * order.duration, potency),
        (therapy.bolus_burn - therapy.bolus_flow * potency, order.duration),
        (therapy.bolus_flow * potency - therapy.bolus_burn, order.duration),
    )


@products
def a_day_within_the_limit_is_within_each_drugs(
    device: Device, settled: Pump, event: Program
) -> tuple[tuple[int, int], ...]:
    """What lies within a limit in volume lies, times a concentration, within the limit in mass."""
    return day_within_limits(settled.limits, settled.solution, event)


@products
def a_day_of_another_solution_is_within_each_drugs(
    device: Device, settled: Pump, event: ChangeSolution
) -> tuple[tuple[int, int], ...]:
    """The same with the limits of the new solution."""
    return day_within_limits(price_solution(device, event.solution), event.solution, event)


def day_within_limits(limits: Limits, solution: Solution, event: Prescribing) -> tuple[tuple[int, int], ...]:
    """The pairs that bound the mass of the event's prescribed day."""
    volume = day_volume(event.prescription)
    day = tuple((limits.day - volume, i.concentration) for i in solution.ingredients)
    soft = tuple((limits.soft - volume, i.concentration) for i in solution.ingredients)
    return day + soft


@products
def a_bolus_within_the_limit_is_within_each_drugs(device: Device, decided: Pump) -> tuple[tuple[int, int], ...]:
    """The same of a bolus and the single dose."""
    fast = decided.device.fast
    return tuple(
        (decided.limits.bolus - decided.bolus.volume, true_strength(i, fast)) for i in decided.solution.ingredients
    )


@contract(potency_over)
def a_solutions_potency_covers_every_drug(solution: Solution, fast: Fast, result: int) -> bool:
    """It is no smaller than any drug's own."""
    covers = True
    for ingredient in solution.ingredients:
        covers = covers and 100 * true_strength(ingredient, fast) <= result * ceiling_of(ingredient.drug, fast)
    return 0 <= result and result <= POTENCY_MAX and covers


@products
def the_largest_potency_covers_each(solution: Solution, fast: Fast, result: int) -> tuple[tuple[int, int], ...]:
    """What it exceeds a drug's own by, times that drug's ceiling."""
    return tuple((result - potency_of(i, fast), ceiling_of(i.drug, fast)) for i in solution.ingredients)


@contract(flow_limit)
def the_fastest_flow_is_within_a_day(device: Device, potency: Potency, result: int) -> bool:
    """All day long, it is within what every 24 hours hold; it is the device's fastest, or the fastest that is."""
    among = result == device.flow_max or result == BURN_MAX // greatest(potency, 1)
    return 0 <= result and result <= device.flow_max and potency * result <= BURN_MAX and among


@products
def a_limit_is_priced_within_the_window(potency: Potency, result: int) -> tuple[tuple[int, int], ...]:
    """A limit is at most what the window holds by potency, rounded down."""
    price = greatest(potency, 1)
    return ((BURN_MAX // price - result, potency), (SHARES // price - result, potency))


@contract(bolus_limit)
def the_largest_bolus_is_within_each_single_dose(solution: Solution, fast: Fast, potency: Potency, result: int) -> bool:
    """The least over the drugs, each rounded down, and within the window."""
    within = potency * result <= SHARES
    for ingredient in solution.ingredients:
        within = within and result * true_strength(ingredient, fast) <= ingredient.drug.single * TRUE_NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


@products
def the_least_bolus_is_within_each(solution: Solution, fast: Fast, result: int) -> tuple[tuple[int, int], ...]:
    """What it falls short of a drug's own, times its true strength."""
    return tuple((bolus_volume_limit(i, fast) - result, true_strength(i, fast)) for i in solution.ingredients)


@contract(hard_day)
def the_largest_day_is_within_each_hard_limit(solution: Solution, result: int) -> bool:
    """The least over the drugs, each rounded down."""
    within = True
    for ingredient in solution.ingredients:
        within = within and result * ingredient.concentration <= ingredient.drug.hard * NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


@contract(soft_day)
def the_largest_day_is_within_each_soft_limit(solution: Solution, result: int) -> bool:
    """The least over the drugs, each rounded down."""
    within = True
    for ingredient in solution.ingredients:
        within = within and result * ingredient.concentration <= ingredient.drug.soft * NANOGRAM
    return 0 <= result and result <= VOLUME_MAX and within


@products
def the_least_day_is_within_each(solution: Solution, result: int) -> tuple[tuple[int, int], ...]:
    """What it falls short of a drug's own, times its concentration."""
    hard = tuple((day_volume_limit(i.drug.hard, i) - result, i.concentration) for i in solution.ingredients)
    return hard + tuple((day_volume_limit(i.drug.soft, i) - result, i.concentration) for i in solution.ingredients)


@products
def what_is_injected_is_priced_within_bounds(
    device: Device, settled: Pump, event: PortBolus
) -> tuple[tuple[int, int], ...]:
    """The volume is within the solution's limit on boluses, whose price is within the window, and each drug's own; its
    potency is no less than each drug's own."""
    limits = price_solution(device, event.solution)
    found: tuple[tuple[int, int], ...] = (
        (limits.bolus - event.volume, limits.potency),
        (event.volume, limits.potency),
    )
    for ingredient in event.solution.ingredients:
        ceiling = ceiling_of(ingredient.drug, device.fast)
        strength = true_strength(ingredient, device.fast)
        found = found + (
            (limits.bolus - event.volume, strength),
            (limits.potency * ceiling - 100 * strength, event.volume),
        )
    return found
