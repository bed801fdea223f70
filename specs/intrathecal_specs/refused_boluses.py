"""Refused boluses, injections and solutions: only with cause, and the cause is told.

Limits and prices are the pump's own, or those of the solution that is brought: what they let pass is bounded elsewhere
(DOSE), and that they let pass all they may is required of their rounding (DOSE-8).
"""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest
from intrathecal.device import Device
from intrathecal.drug import LimitSource, Solution
from intrathecal.events import ChangeSolution, ClinicianBolus, Commission, PatientBolus, PortBolus, Prime
from intrathecal.pricing import price_solution
from intrathecal.pump import Mode, Pump, Slots
from intrathecal.units import DAY, SHARES, SLOT, SLOTS
from intrathecal.verdict import Reason, Step
from intrathecal_specs.dose import within_every_run
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.refusals import ONE_REASON, for_want_of_a_motor, judged_before
from intrathecal_specs.requirement import requirement
from intrathecal_specs.therapy import may_meet, names_a_drug_twice
from intrathecal_specs.words import programmable

Bolus = PatientBolus | ClinicianBolus | Prime
"""What replaces the schedule for a while."""
Bringing = Commission | ChangeSolution | PortBolus
"""Events that bring a solution."""


@requirement("AUTH-3", hazards=(Hazard.UNDER_DELIVERY,), source=ONE_REASON)
def a_bolus_or_priming_is_refused_only_with_cause(device: Device, before: Pump, event: Bolus, after: Step) -> bool:
    """Boluses and priming are refused while the pump does not run its schedule, where it is empty, in an announced MRI,
    outside the allowed bands of pressure, and where some 24 hours would not hold them; a bolus while the line clears.
    What else bars each is said apart."""
    said = after.verdict.reason
    pump = after.pump
    busy = said == Reason.NOT_BASAL and pump.mode != Mode.BASAL
    empty = said == Reason.EMPTY and pump.reservoir.remaining <= pump.reservoir.empty_level
    clears = said == Reason.LINE_NOT_CLEAR and not isinstance(event, Prime) and pump.line.clearing > 0
    unsure = said == Reason.UNSURE_FLOW and (pump.mri.announced or not pump.band.allowed)
    full = said == Reason.WINDOW_FULL and overfull_with(event, pump)
    barred = busy or empty or unsure or clears or full or for_want_of_a_motor(before, after)
    return judged_before(after) or barred or barred_alone(device, event, after)


def barred_alone(device: Device, event: Bolus, after: Step) -> bool:
    """Whether what bars this kind of event alone is told, and so."""
    said = after.verdict.reason
    pump = after.pump
    if isinstance(event, PatientBolus):
        order = pump.therapy.prescription.patient_bolus
        none = said == Reason.PATIENT_BOLUS_FORBIDDEN and order.count == 0
        soon = said == Reason.LOCKOUT and pump.now - pump.history.ended < order.lockout
        had = False
        for i in range(SLOTS):
            had = had or (order.count == i + 1 and pump.now - pump.history.starts[i] < DAY)
        return none or soon or (said == Reason.COUNT and had)
    flow = event.volume // event.duration
    slow = flow < device.flow_min or flow < pump.therapy.fastest
    out = said == Reason.BOLUS_FLOW and (slow or flow > device.flow_max)
    if isinstance(event, ClinicianBolus):
        return out or (said == Reason.SINGLE_DOSE and event.volume > pump.limits.bolus)
    whole = event.volume > pump.line.unprimed or event.volume > div_floor(SHARES, greatest(pump.limits.potency, 1))
    return out or (said == Reason.PRIMED and whole)


def overfull_with(event: Bolus, pump: Pump) -> bool:
    """Whether some run of 49 slots, or any whole day, would hold too much with the bolus on top of the schedule."""
    therapy = pump.therapy
    order = therapy.prescription.patient_bolus
    if isinstance(event, PatientBolus):
        load = therapy.bolus_burn * order.duration
    else:
        load = event.volume // event.duration * pump.limits.potency * event.duration
    room = SHARES if isinstance(event, Prime) else therapy.ceiling
    steady = load + therapy.day + therapy.peak * SLOT <= room
    return not steady or not has_room(pump, pump.schedule.reserved, load, room)


def has_room(pump: Pump, to_come: Slots, load: int, room: int) -> bool:
    """Whether every run of 49 slots that contains the present is within `room` shares, with `load` more than the dose
    window holds, and what is to come (shares/s by slot, from the current one on)."""
    window = pump.window
    rest = to_come[0] * (window.ends - pump.now)
    return within_every_run(window.past, window.total + window.current + rest + load, to_come, room)


@requirement("AUTH-3", hazards=(Hazard.UNDER_DELIVERY,), source=ONE_REASON)
def an_injection_is_refused_only_with_cause(device: Device, before: Pump, event: PortBolus, after: Step) -> bool:
    """An injection through the bolus port is refused where there is none, or it takes less at once; while a bolus or
    priming runs, the line clears or may hold another solution; for its solution; where it and the reservoir's may not
    meet; above a single dose; and where some 24 hours would not hold it."""
    said = after.verdict.reason
    pump = after.pump
    port = (said == Reason.NO_PORT and device.port == 0) or (said == Reason.PORT_VOLUME and event.volume > device.port)
    busy = said == Reason.NOT_BASAL and (pump.mode == Mode.BOLUS or pump.mode == Mode.PRIMING)
    clears = said == Reason.LINE_NOT_CLEAR and (pump.line.clearing > 0 or pump.bridge.late != 0)
    meets = badly_met(said, event.solution, pump.solution, event.mixture_acknowledged)
    limits = price_solution(device, event.solution)
    single = said == Reason.SINGLE_DOSE and event.volume > limits.bolus
    room = pump.therapy.ceiling if programmable(pump) else SHARES
    full = not has_room(pump, pump.schedule.reserved, event.volume * limits.potency, room)
    barred = port or busy or clears or meets or single or (said == Reason.WINDOW_FULL and full)
    return judged_before(after) or barred or inadmissible(event, said)


def badly_met(said: Reason, one: Solution, other: Solution, acknowledged: bool) -> bool:
    """Whether it is told, and so, that a drug of the one may not meet a drug of the other, or not unacknowledged."""
    never = said == Reason.INCOMPATIBLE and not may_meet(one, other, True)
    unmeant = said == Reason.MIXTURE_UNACKNOWLEDGED and not acknowledged
    return never or (unmeant and not may_meet(one, other, False))


def inadmissible(event: Bringing, said: Reason) -> bool:
    """Whether what bars the event's solution is told, and so."""
    strong = False
    nameless = False
    unconfirmed = False
    for each in event.solution.ingredients:
        here = each.concentration > 0
        strong = strong or each.concentration > each.drug.concentration_max
        nameless = nameless or (here and each.drug.code == 0)
        unconfirmed = unconfirmed or (here and each.drug.limit_source != LimitSource.LABEL)
    twice = said == Reason.DRUG_TWICE and names_a_drug_twice(event.solution)
    named = twice or (said == Reason.NAMELESS and nameless)
    formulary = said == Reason.FORMULARY_UNCONFIRMED and unconfirmed and not event.formulary_confirmed
    mixed = badly_met(said, event.solution, event.solution, event.mixture_acknowledged)
    return named or formulary or mixed or (said == Reason.TOO_STRONG and strong)
