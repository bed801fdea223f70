"""Tolerance and concentration are paid for here, once: solutions and prescriptions become limits and prices."""

from __future__ import annotations

from intrathecal.arithmetic import div_ceil, div_floor, greatest, largest, least
from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution, ceiling_of, present
from intrathecal.evolving import evolve
from intrathecal.prescription import Prescription
from intrathecal.pump import Limits, Schedule, Therapy
from intrathecal.trial import Protocol, top_of
from intrathecal.units import BURN_MAX, MILLILITRE, NANOLITRE, PER_MILLE, SHARES, SLOT, VOLUME_MAX

LOW_WHERE_STOP_DANGEROUS = 4 * MILLILITRE
"""quanta: withdrawal was seen above 2 mL and not above 4 mL (Neurosurgery 2004(8))."""
_NANOLITRES = VOLUME_MAX // NANOLITRE


def flow_of_dose(dose: int, concentration: int) -> int:
    """nL/d: the flow that gives at most `dose` ng/d of a drug at `concentration` ng/mL (above 0); rounded down."""
    return div_floor(dose * 1_000_000, concentration)


def nanolitres_of_mass(mass: int, concentration: int) -> int:
    """nL: the volume that holds at most `mass` ng of a drug at `concentration` ng/mL (above 0); rounded down."""
    return div_floor(mass * 1_000_000, concentration)


def potency_of(ingredient: Ingredient, fast: int) -> int:
    """shares a quantum: the drug's own potency in this concentration at the fast end of tolerance; rounded up."""
    return div_ceil(100 * ingredient.concentration * (PER_MILLE + fast), ceiling_of(ingredient.drug, fast))


def day_volume_limit(limit: int, ingredient: Ingredient) -> int:
    """quanta: the day that holds at most `limit` ng of the ingredient's drug; an empty place does not limit it."""
    nanolitres = div_floor(limit * 1_000_000, greatest(ingredient.concentration, 1))
    return least(nanolitres, _NANOLITRES) * NANOLITRE if present(ingredient) else VOLUME_MAX


def bolus_volume_limit(ingredient: Ingredient, fast: int) -> int:
    """quanta: the bolus that truly holds at most the drug's single dose; an empty place does not limit it."""
    strength = greatest(ingredient.concentration, 1) * (PER_MILLE + fast)
    nanolitres = div_floor(ingredient.drug.single * 1_000_000 * PER_MILLE, strength)
    return least(nanolitres, _NANOLITRES) * NANOLITRE if present(ingredient) else VOLUME_MAX


def potency_over(solution: Solution, fast: int) -> int:
    """shares a quantum: the largest of the potencies of its drugs, so that shares count no drug short."""
    potency = 0
    for ingredient in solution.ingredients:
        potency = greatest(potency, potency_of(ingredient, fast))
    return potency


def flow_limit(device: Device, potency: int) -> int:
    """nL/d: the fastest flow that the device runs and every 24 hours can hold."""
    return least(device.flow_max, div_floor(BURN_MAX, greatest(potency, 1)))


def bolus_limit(solution: Solution, fast: int, potency: int) -> int:
    """quanta: the largest bolus that no drug's single dose and no 24 hours forbid."""
    bolus = div_floor(SHARES, greatest(potency, 1))
    for ingredient in solution.ingredients:
        bolus = least(bolus, bolus_volume_limit(ingredient, fast))
    return least(bolus, VOLUME_MAX)


def hard_day(solution: Solution) -> int:
    """quanta: the largest day within every drug's hard limit."""
    day = VOLUME_MAX
    for ingredient in solution.ingredients:
        day = least(day, day_volume_limit(ingredient.drug.hard, ingredient))
    return day


def soft_day(solution: Solution) -> int:
    """quanta: the largest day within every drug's soft limit."""
    day = VOLUME_MAX
    for ingredient in solution.ingredients:
        day = least(day, day_volume_limit(ingredient.drug.soft, ingredient))
    return day


def price_solution(device: Device, solution: Solution) -> Limits:
    """What the solution allows on this device."""
    stop_dangerous = False
    patient_bolus = device.patient_bolus
    for ingredient in solution.ingredients:
        stop_dangerous = stop_dangerous or (present(ingredient) and ingredient.drug.stop_dangerous)
        patient_bolus = patient_bolus and (not present(ingredient) or ingredient.drug.patient_bolus)
    potency = potency_over(solution, device.fast)
    return Limits(
        potency=potency,
        flow=flow_limit(device, potency),
        bolus=bolus_limit(solution, device.fast, potency),
        day=hard_day(solution),
        soft=soft_day(solution),
        low=greatest(device.low, LOW_WHERE_STOP_DANGEROUS) if stop_dangerous else device.low,
        stop_dangerous=stop_dangerous,
        patient_bolus=patient_bolus,
    )


def within_ladder(limits: Limits, protocol: Protocol, solution: Solution) -> Limits:
    """The limits where a drug of the solution is tried by infusion: no day holds more of it than the ladder's top."""
    day = limits.day
    for ingredient in solution.ingredients:
        if ingredient.drug.code == protocol.drug:
            day = least(day, day_volume_limit(top_of(protocol.ladder), ingredient))
    return evolve(limits, day=day)


def price_flows(flows: tuple[int, ...], potency: int) -> Schedule:
    """The schedule with the price of each flow, which is what is set aside for it."""
    burns = tuple(flow * potency for flow in flows)
    return Schedule(flows=flows, burns=burns, reserved=burns)


def whole_day(burns: tuple[int, ...]) -> int:
    """shares: 48 slots at these burns."""
    return sum(burns) * SLOT


def price_prescription(prescription: Prescription, schedule: Schedule, potency: int, over_soft: bool) -> Therapy:
    """The prescription with what admission and arming need to know of it."""
    order = prescription.patient_bolus
    bolus_flow = div_floor(order.volume, order.duration) if order.count > 0 else 0
    return Therapy(
        prescription=prescription,
        day=whole_day(schedule.burns),
        peak=largest(schedule.burns),
        fastest=largest(schedule.flows),
        ceiling=prescription.ceiling * potency,
        fallback_burn=prescription.fallback * potency,
        bolus_flow=bolus_flow,
        bolus_burn=bolus_flow * potency,
        over_soft=over_soft,
    )


def day_volume(prescription: Prescription) -> int:
    """quanta: the programmed day, the schedule with all its patient boluses."""
    boluses = prescription.patient_bolus.volume * prescription.patient_bolus.count
    return boluses + sum(prescription.flows) * SLOT
