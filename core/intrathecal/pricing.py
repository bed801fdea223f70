"""Tolerance and concentration are paid for here, once: solutions and prescriptions become limits and prices."""

from __future__ import annotations

from intrathecal.arithmetic import div_ceil, div_floor, greatest, largest, least
from intrathecal.device import Device
from intrathecal.drug import Ingredient, Solution, ceiling_of, present
from intrathecal.prescription import Prescription
from intrathecal.pump import Limits, Schedule, Therapy
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


def price_solution(device: Device, solution: Solution) -> Limits:
    """What the solution allows on this device."""
    potency = 0
    day = VOLUME_MAX
    soft = VOLUME_MAX
    bolus = VOLUME_MAX
    stop_dangerous = False
    patient_bolus = device.patient_bolus
    for ingredient in solution.ingredients:
        drug = ingredient.drug
        potency = greatest(potency, potency_of(ingredient, device.fast))
        day = least(day, day_volume_limit(drug.hard, ingredient))
        soft = least(soft, day_volume_limit(drug.soft, ingredient))
        bolus = least(bolus, bolus_volume_limit(ingredient, device.fast))
        stop_dangerous = stop_dangerous or (present(ingredient) and drug.stop_dangerous)
        patient_bolus = patient_bolus and (not present(ingredient) or drug.patient_bolus)
    price = greatest(potency, 1)
    return Limits(
        potency=potency,
        flow=least(device.flow_max, div_floor(BURN_MAX, price)),
        bolus=least(bolus, div_floor(SHARES, price)),
        day=day,
        soft=soft,
        low=greatest(device.low, LOW_WHERE_STOP_DANGEROUS) if stop_dangerous else device.low,
        stop_dangerous=stop_dangerous,
        patient_bolus=patient_bolus,
    )


def price_flows(flows: tuple[int, ...], potency: int) -> Schedule:
    """The schedule with the price of each flow."""
    return Schedule(flows=flows, burns=tuple(flow * potency for flow in flows))


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
