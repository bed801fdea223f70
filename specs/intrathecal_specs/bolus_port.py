"""The bolus port: what is injected has its own limits, counts in the dose, and is no business of the reservoir's."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.drug import LimitSource, ceiling_of
from intrathecal.events import PortBolus, Tick
from intrathecal.pricing import price_solution
from intrathecal.pump import Phase, Pump
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_specs.dose import heaviest
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.therapy import may_meet, names_a_drug_twice
from intrathecal_specs.words import TRUE_NANOGRAM, bolus_or_priming, programmable, true_strength

_SOURCE = "domain.md 3.1 (a refill syringe in the bolus path gives the drug directly to the CSF)"


@requirement("FIX-5", hazards=(Hazard.OVER_DELIVERY,), source=_SOURCE)
def a_port_bolus_keeps_its_own_limits(device: Device, before: Pump, event: PortBolus, after: Step) -> bool:
    """What is injected through the bolus port is at most what the port takes at once, into an implanted pump while no
    bolus of its own and no priming runs, and no other solution may be on its way in the catheter, which an injection
    would bring with it; each drug in it is within its largest concentration and its single dose."""
    within = 0 < before.device.port and event.volume <= before.device.port
    idle = before.phase == Phase.IMPLANTED and not bolus_or_priming(after.pump) and after.pump.bridge.late == 0
    for ingredient in event.solution.ingredients:
        drug = ingredient.drug
        mass = event.volume * true_strength(ingredient, before.device.fast)
        within = within and ingredient.concentration <= drug.concentration_max and mass <= drug.single * TRUE_NANOGRAM
    return not after.verdict.accepted or (within and idle)


@requirement(
    "FIX-5", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="domain.md 4.6 (admixture rules)"
)
def what_is_injected_may_meet_what_it_meets(device: Device, before: Pump, event: PortBolus, after: Step) -> bool:
    """In what is injected no drug is named twice; none meets one that it may never meet, neither in the syringe nor of
    the reservoir's, whose solution stands in the catheter; a pair that calls for caution was acknowledged, and a
    formulary's limit confirmed."""
    confirmed = True
    for each in event.solution.ingredients:
        label = each.drug.limit_source == LimitSource.LABEL
        confirmed = confirmed and (each.concentration == 0 or label or event.formulary_confirmed)
    in_the_syringe = may_meet(event.solution, event.solution, event.mixture_acknowledged)
    in_the_catheter = may_meet(event.solution, before.solution, event.mixture_acknowledged)
    meets = in_the_syringe and in_the_catheter and not names_a_drug_twice(event.solution)
    return not after.verdict.accepted or (confirmed and meets)


@requirement("FIX-5", hazards=(Hazard.OVER_DELIVERY,), source="design: Dose (DOSE-1)")
def what_is_injected_counts_for_every_drug_in_it(device: Device, before: Pump, event: PortBolus, after: Step) -> bool:
    """The shares that the dose window counts for what is injected are of each drug's ceiling no less than its mass, at
    the device's fast end. DOSE-1 and DOSE-5 bound them together with the flow."""
    shares = event.volume * price_solution(before.device, event.solution).potency
    counted = True
    for ingredient in event.solution.ingredients:
        mass = event.volume * true_strength(ingredient, before.device.fast)
        counted = counted and 100 * mass <= shares * ceiling_of(ingredient.drug, before.device.fast)
    return not after.verdict.accepted or counted


@requirement("FIX-5", hazards=(Hazard.OVER_DELIVERY,), source="design: Dose (DOSE-10)")
def what_is_injected_stays_within_the_patients_own_ceiling(
    device: Device, before: Pump, event: PortBolus, after: Step
) -> bool:
    """On a programmable pump every run of 49 slots that contains the injection, the schedule run in full, is within the
    prescription's own ceiling."""
    own = after.pump.therapy.prescription.ceiling * after.pump.limits.potency
    within = True
    for load in heaviest(after.pump):
        within = within and load <= own
    return not after.verdict.accepted or not programmable(before) or within


@requirement("FIX-5", hazards=(Hazard.MISPLACED_REFILL, Hazard.WRONG_VOLUME), source=_SOURCE)
def the_port_is_never_part_of_a_refill(device: Device, before: Pump, event: PortBolus, after: Step) -> bool:
    """An injection through the bolus port leaves the reservoir's account, the last closed one, what is known beside the
    books, and what the pump runs exactly as a tick would leave them."""
    tick = step(device, before, Tick(at=event.at)).pump
    account = after.pump.reservoir == tick.reservoir and after.pump.closed == tick.closed
    beside = after.pump.supply == tick.supply and after.command == tick.command
    return account and beside
