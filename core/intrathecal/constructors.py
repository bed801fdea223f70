"""Records of the core made from typed quantities, and prescriptions made from doses. Outside the verifiable subset.

Every function takes keywords alone. A quantity of the wrong kind raises `TypeError`, which names the parameter, what it
takes and what it got; an amount out of range raises the `ValueError` of the quantity or of the record. Whether a
therapy is safe is not decided here but by `intrathecal.step`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from attrs import field, frozen

from intrathecal.arithmetic import div_floor
from intrathecal.beginning import NO_DRUG
from intrathecal.device import BANDS, Band, Device, Drive, MriPolicy, ordinary_air
from intrathecal.drug import PAIRS, Drug, DrugClass, Ingredient, LimitSource, Solution, Titration
from intrathecal.events import (
    LASTING,
    Authority,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    PortBolus,
    PressureChanged,
    Prime,
    Refill,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Withdraw,
)
from intrathecal.fields import Made, Within
from intrathecal.handlers.constant_flow import factory_prescription
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.pricing import flow_of_dose, nanolitres_of_mass
from intrathecal.quantities import (
    EXAMPLES,
    Concentration,
    DailyMass,
    Duration,
    Flow,
    Mass,
    Multiple,
    Pressure,
    Quantity,
    Ratio,
    Volume,
)
from intrathecal.trial import RUNGS, Protocol, SuccessBy, TrialBy
from intrathecal.units import DAY, NANOLITRE, PLACES, PRESSURE_MAX, SLOT, SLOTS

DayOfFlows = Flow | Sequence[Flow] | Sequence[tuple[Duration, Flow]]
"""A day of flows: one that runs all day; or 48, one a half-hour; or (start, flow) parts, each running to the next."""
DayOfDoses = DailyMass | Sequence[tuple[Duration, Duration, DailyMass]]
"""A day of doses: one that is spread over all day; or (from, to, rate) parts by the clock, which fill the day."""

A_DAY = Duration(DAY)
"""The longest that a device may leave an MRI unverified; what is taken where nothing is known."""
NO_PORT = Volume(0)
"""What a device without a bolus port takes through it."""
NO_PATIENT_BOLUS = PatientBolusOrder(volume=0, duration=1, lockout=0, count=0)
"""The patient may trigger nothing."""

_Kind = TypeVar("_Kind", bound=Quantity)


def make_device(
    *,
    serial: int,
    capacity: Volume,
    residual: Volume,
    low: Volume,
    flow_min: Flow,
    flow_max: Flow,
    fast: Ratio,
    slow: Ratio,
    measuring_error: Volume,
    grace: Duration,
    silence: Duration,
    patient_bolus: bool,
    tubing: Volume,
    mri: MriPolicy = MriPolicy.FORBIDDEN,
    mri_recovery: Duration = A_DAY,
    drive: Drive = Drive.PROGRAMMABLE,
    bands: Sequence[Band] | None = None,
    port: Volume = NO_PORT,
) -> Device:
    """The device; parameters mean what the fields of `Device` mean.

    `bands`: one to four from `make_band`, from the lowest pressure to the highest, the last without a bound; left out,
    ordinary air alone is allowed.
    Raises `ValueError` for more or none.
    """
    return Device(
        serial=serial,
        capacity=_kind("capacity", capacity, Volume).quanta,
        residual=_kind("residual", residual, Volume).quanta,
        low=_kind("low", low, Volume).quanta,
        flow_min=_kind("flow_min", flow_min, Flow).nl_per_day,
        flow_max=_kind("flow_max", flow_max, Flow).nl_per_day,
        fast=_kind("fast", fast, Ratio).per_mille,
        slow=_kind("slow", slow, Ratio).per_mille,
        measuring_error=_kind("measuring_error", measuring_error, Volume).quanta,
        grace=_kind("grace", grace, Duration).seconds,
        silence=_kind("silence", silence, Duration).seconds,
        patient_bolus=patient_bolus,
        tubing=_kind("tubing", tubing, Volume).quanta,
        mri=mri,
        mri_recovery=_kind("mri_recovery", mri_recovery, Duration).seconds,
        drive=drive,
        bands=ordinary_air(fast.per_mille, slow.per_mille) if bands is None else _bands(bands),
        port=_kind("port", port, Volume).quanta,
    )


def make_band(*, up_to: Pressure | None = None, allowed: bool, fast: Ratio, slow: Ratio) -> Band:
    """A band of ambient pressure, above that of the band before; parameters mean what the fields of `Band` mean.

    `up_to`: left out, there is no bound: it is the last band.
    """
    return Band(
        up_to=PRESSURE_MAX if up_to is None else _kind("up_to", up_to, Pressure).hpa,
        allowed=allowed,
        fast=_kind("fast", fast, Ratio).per_mille,
        slow=_kind("slow", slow, Ratio).per_mille,
    )


def make_titration(
    *, start: DailyMass, rise: DailyMass, rise_share: Ratio, fall_share: Ratio, interval: Duration, sudden_below: Ratio
) -> Titration:
    """How a drug is begun, raised and lowered; parameters mean what the fields of `Titration` mean.

    `rise_share`, `fall_share`: of the daily dose.
    """
    return Titration(
        start=_kind("start", start, DailyMass).ng_per_day,
        rise=_kind("rise", rise, DailyMass).ng_per_day,
        rise_per_mille=_kind("rise_share", rise_share, Ratio).per_mille,
        fall_per_mille=_kind("fall_share", fall_share, Ratio).per_mille,
        interval=_kind("interval", interval, Duration).seconds,
        sudden_below=_kind("sudden_below", sudden_below, Ratio).per_mille,
    )


def make_drug(
    *,
    code: int,
    kind: DrugClass,
    concentration_max: Concentration,
    hard: DailyMass,
    soft: DailyMass,
    single: Mass,
    limit_source: LimitSource,
    stop_dangerous: bool,
    patient_bolus: bool,
    titration: Titration,
    never_with: Sequence[DrugClass] = (),
    cautious_with: Sequence[DrugClass] = (),
) -> Drug:
    """The drug; parameters mean what the fields of `Drug` mean. Up to four classes each may be named to keep away from.

    Raises `ValueError` for more.
    """
    return Drug(
        code=code,
        kind=kind,
        concentration_max=_kind("concentration_max", concentration_max, Concentration).ng_per_ml,
        hard=_kind("hard", hard, DailyMass).ng_per_day,
        soft=_kind("soft", soft, DailyMass).ng_per_day,
        single=_kind("single", single, Mass).ng,
        limit_source=limit_source,
        stop_dangerous=stop_dangerous,
        patient_bolus=patient_bolus,
        never_with=_classes("never_with", never_with),
        cautious_with=_classes("cautious_with", cautious_with),
        titration=titration,
    )


def make_solution(*, ingredients: Sequence[tuple[Drug, Concentration]]) -> Solution:
    """The solution of up to four drugs, each with its concentration; none is saline.

    Raises `ValueError` for more than four, and for a concentration of 0, which would hide the drug from every limit.
    """
    if len(ingredients) > PLACES:
        raise ValueError(f"ingredients: {len(ingredients)} drugs, a solution holds at most {PLACES} drugs")
    made = []
    for drug, concentration in ingredients:
        strength = _kind("ingredients", concentration, Concentration).ng_per_ml
        if strength == 0:
            raise ValueError("ingredients: a concentration of 0 ng/mL, takes 1 ng/mL or more: leave the drug out")
        made.append(Ingredient(drug=drug, concentration=strength))
    empty = Ingredient(drug=NO_DRUG, concentration=0)
    return Solution(ingredients=tuple(made) + (empty,) * (PLACES - len(made)))


def make_patient_bolus(*, volume: Volume, duration: Duration, lockout: Duration, count: int) -> PatientBolusOrder:
    """The bolus that the patient may trigger, `count` times in any 24 hours."""
    return PatientBolusOrder(
        volume=_kind("volume", volume, Volume).quanta,
        duration=_kind("duration", duration, Duration).seconds,
        lockout=_kind("lockout", lockout, Duration).seconds,
        count=count,
    )


def make_prescription(
    *,
    flows: DayOfFlows,
    patient_bolus: PatientBolusOrder = NO_PATIENT_BOLUS,
    ceiling: Volume | None = None,
    fallback: Flow | None = None,
) -> Prescription:
    """The prescription; the first flow is for the slot in which the event that carries it is applied.

    `flows`: starts of parts count from that slot, the first is 0, and each is a whole number of slots; `starting_at`
    turns a day that is written from midnight.
    `ceiling`: the most that any 49 slots may hold with a bolus in them; left out, it is `ceiling_for_all_boluses`.
    `fallback`: what still runs when the pump is empty, where a sudden stop is dangerous; left out, nothing does.
    Raises `ValueError` for a day that is not made of whole slots.
    """
    day = tuple(flow.nl_per_day for flow in _day(flows))
    if ceiling is None:
        limit = ceiling_for_all_boluses(flows=flows, patient_bolus=patient_bolus)
    else:
        limit = _kind("ceiling", ceiling, Volume)
    return Prescription(
        flows=day,
        patient_bolus=patient_bolus,
        ceiling=limit.quanta,
        fallback=0 if fallback is None else _kind("fallback", fallback, Flow).nl_per_day,
    )


def ceiling_for_all_boluses(*, flows: DayOfFlows, patient_bolus: PatientBolusOrder) -> Volume:
    """The ceiling that the schedule, its largest slot and all the patient's boluses of 24 hours need.

    The largest slot is there because a bolus is judged by 49 slots, 24 hours and the slot in which they start. They
    can hold more boluses than 24 hours can: who has used all of them may have to wait for up to one slot more.
    """
    day = [flow.nl_per_day for flow in _day(flows)]
    bolus = div_floor(patient_bolus.volume, patient_bolus.duration) * patient_bolus.duration
    return Volume((sum(day) + max(day)) * SLOT + bolus * patient_bolus.count)


def starting_at(*, flows_from_midnight: DayOfFlows, time_of_day: Duration) -> tuple[Flow, ...]:
    """A day that is written from midnight, turned to begin with the half-hour that holds `time_of_day`.

    Any time of day is taken, as events come at any time: at 12:10 the half-hour of 12:00 is the current one. The pump's
    slots count from commissioning: where that was not on the clock's half-hour, give the time at which the pump's
    current slot began, and the day runs late by less than half an hour.
    Raises `ValueError` for a time of 24 h or more, or a day that is not made of whole slots.
    """
    time = _kind("time_of_day", time_of_day, Duration).seconds
    if time >= DAY:
        raise ValueError(f"time_of_day: {time} s is outside 0 to {DAY - 1} s")
    day = _day(flows_from_midnight)
    first = div_floor(time, SLOT)
    return day[first:] + day[:first]


@frozen(kw_only=True)
class BolusDose:
    """A patient's bolus by the mass of a drug, where `PatientBolusOrder` states its volume."""

    dose: Mass = field(validator=Made(Mass))
    """The most of the drug that one bolus nominally carries."""
    duration: Duration = field(validator=Made(Duration))
    lockout: Duration = field(validator=Made(Duration))
    """From the end of any bolus to the start of the next one of the patient."""
    count: int = field(validator=Within(1, SLOTS, "boluses in 24 h"))
    """How many may start in any 24 hours."""


def prescription_from_doses(
    *,
    solution: Solution,
    drug: Drug,
    dose: DayOfDoses,
    time_of_day: Duration | None = None,
    bolus: BolusDose | None = None,
    ceiling: DailyMass | None = None,
    fallback: DailyMass | None = None,
) -> Prescription:
    """The prescription that gives doses of one drug of the solution, each rounded down: never more than asked.

    The other drugs come along, as one flow drives all. The first flow is for the slot in which the event that carries
    the prescription is applied.
    `dose`: parts are (from, to, rate) by the clock, whole slots that fill the day once; "to" may lie past midnight.
    `time_of_day`: when the event is applied, as `starting_at` takes it; only a day of parts needs it.
    `ceiling`: of the drug, nominally, in any 49 slots with a bolus in them; left out, it is `ceiling_for_all_boluses`.
    Raises `ValueError` for a drug that is not in the solution, for a day that is not made of whole slots or not filled
    once, for a day of parts without its time, and for a dose so small that it would be rounded to none.
    """
    strength = _strength(solution, drug)
    if isinstance(dose, Sequence):
        if time_of_day is None:
            raise ValueError("time_of_day: none given, a day of parts takes one such as hours(12)")
        by_clock = tuple(_flow("dose", rate, strength) for rate in _filled(dose))
        flows = starting_at(flows_from_midnight=by_clock, time_of_day=time_of_day)
    else:
        flows = (_flow("dose", dose, strength),) * SLOTS
    if bolus is None:
        order = NO_PATIENT_BOLUS
    else:
        volume = volume_of_dose(solution=solution, drug=drug, dose=bolus.dose)
        order = make_patient_bolus(volume=volume, duration=bolus.duration, lockout=bolus.lockout, count=bolus.count)
    return make_prescription(
        flows=flows,
        patient_bolus=order,
        ceiling=None if ceiling is None else _volume_a_day("ceiling", ceiling, strength),
        fallback=None if fallback is None else _flow("fallback", fallback, strength),
    )


def volume_of_dose(*, solution: Solution, drug: Drug, dose: Mass) -> Volume:
    """The volume of the solution that holds at most `dose` of one of its drugs, rounded down to whole nL.

    Raises `ValueError` for a drug that is not in the solution, and for a dose that would be rounded to none.
    """
    mass = _kind("dose", dose, Mass).ng
    strength = _strength(solution, drug)
    volume = nanolitres_of_mass(mass, strength) * NANOLITRE
    if volume == 0 and mass > 0:
        raise ValueError(f"dose: {mass} ng at {strength} ng/mL is below the smallest volume, 1 nL")
    return Volume(volume)


def commission(
    *,
    at: Duration,
    number: int,
    authority: Authority,
    solution: Solution,
    filled: Volume,
    catheter: Volume,
    catheter_uncertainty: Volume,
    formulary_confirmed: bool = False,
    mixture_acknowledged: bool = False,
    soft_limit_acknowledged: bool = False,
    reference: Sequence[DailyMass] = (),
    reference_acknowledged: bool = False,
    fall_acknowledged: bool = False,
    restart_acknowledged: bool = False,
    use_by: Duration | None = None,
) -> Commission:
    """The pump is implanted and filled; `at` counts from the time of `intrathecal.candidate` or `in_trial`.

    `reference`: of each drug, in the solution's order, the daily dose that the patient has had until now; left out, the
    drug is new to them. `use_by`: from when on the solution is no longer stable; left out, that is not known, and
    nobody is reminded of it. Raises `ValueError` for more doses than drugs.
    """
    if len(reference) > sum(ingredient.concentration > 0 for ingredient in solution.ingredients):
        raise ValueError(f"reference: {len(reference)} daily doses, takes one a drug of the solution")
    doses = tuple(_kind("reference", dose, DailyMass).ng_per_day for dose in reference)
    return Commission(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        solution=solution,
        filled=_kind("filled", filled, Volume).quanta,
        formulary_confirmed=formulary_confirmed,
        mixture_acknowledged=mixture_acknowledged,
        soft_limit_acknowledged=soft_limit_acknowledged,
        catheter=_kind("catheter", catheter, Volume).quanta,
        catheter_uncertainty=_kind("catheter_uncertainty", catheter_uncertainty, Volume).quanta,
        reference=doses + (0,) * (PLACES - len(doses)),
        reference_acknowledged=reference_acknowledged,
        fall_acknowledged=fall_acknowledged,
        restart_acknowledged=restart_acknowledged,
        use_by=_use_by(use_by),
    )


def refill(
    *,
    at: Duration,
    number: int,
    authority: Authority,
    emptied: bool,
    drawn: Volume,
    filled: Volume,
    solution: Solution,
    soft_limit_acknowledged: bool = False,
    restart_acknowledged: bool = False,
    use_by: Duration | None = None,
) -> Refill:
    """The pump is drawn empty and filled again; `use_by` as in `commission`."""
    return Refill(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        emptied=emptied,
        drawn=_kind("drawn", drawn, Volume).quanta,
        filled=_kind("filled", filled, Volume).quanta,
        solution=solution,
        soft_limit_acknowledged=soft_limit_acknowledged,
        restart_acknowledged=restart_acknowledged,
        use_by=_use_by(use_by),
    )


def solution_instead(*, old: Solution, new: Solution) -> Solution:
    """`new` in the places that a pump that holds `old` asks for: each drug keeps its own, one that is gone stays there
    with concentration 0, and one that is new takes an empty place.

    Raises `ValueError` where four places do not do.
    """
    places = [Ingredient(drug=each.drug, concentration=0) for each in old.ingredients]
    codes = [each.drug.code for each in places]
    for ingredient in new.ingredients:
        if ingredient.concentration > 0:
            wanted = ingredient.drug.code if ingredient.drug.code in codes else NO_DRUG.code
            if wanted not in codes:
                raise ValueError(f"solution: a pump holds at most {PLACES} drugs in its life")
            place = codes.index(wanted)
            codes[place], places[place] = ingredient.drug.code, ingredient
    return Solution(ingredients=tuple(places))


def change_solution(
    *,
    at: Duration,
    number: int,
    authority: Authority,
    emptied: bool,
    rinsed: bool,
    drawn: Volume,
    filled: Volume,
    solution: Solution,
    prescription: Prescription,
    bridge_flow: Flow,
    meeting_flow: Flow | None = None,
    formulary_confirmed: bool = False,
    mixture_acknowledged: bool = False,
    soft_limit_acknowledged: bool = False,
    fall_acknowledged: bool = False,
    increase_acknowledged: bool = False,
    restart_acknowledged: bool = False,
    least_day_acknowledged: bool = False,
    use_by: Duration | None = None,
) -> ChangeSolution:
    """Another solution, its bridge and its prescription.

    `solution`: as `solution_instead` gives it. `meeting_flow`: left out, the slowest of the bridge, the prescription
    and its day as one flow, which with neither solution makes a day of more than is prescribed. `use_by`: as in
    `commission`.
    """
    bridge = _kind("bridge_flow", bridge_flow, Flow).nl_per_day
    all_day = div_floor(sum(prescription.flows), SLOTS)
    slowest = min((bridge, *(flow for flow in (*prescription.flows, all_day) if flow > 0)))
    return ChangeSolution(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        emptied=emptied,
        rinsed=rinsed,
        drawn=_kind("drawn", drawn, Volume).quanta,
        filled=_kind("filled", filled, Volume).quanta,
        solution=solution,
        prescription=prescription,
        bridge_flow=bridge,
        meeting_flow=slowest if meeting_flow is None else _kind("meeting_flow", meeting_flow, Flow).nl_per_day,
        formulary_confirmed=formulary_confirmed,
        mixture_acknowledged=mixture_acknowledged,
        soft_limit_acknowledged=soft_limit_acknowledged,
        fall_acknowledged=fall_acknowledged,
        increase_acknowledged=increase_acknowledged,
        restart_acknowledged=restart_acknowledged,
        least_day_acknowledged=least_day_acknowledged,
        use_by=_use_by(use_by),
    )


def change_solution_at_factory_flow(
    *,
    device: Device,
    at: Duration,
    number: int,
    authority: Authority,
    emptied: bool,
    rinsed: bool,
    drawn: Volume,
    filled: Volume,
    solution: Solution,
    formulary_confirmed: bool = False,
    mixture_acknowledged: bool = False,
    soft_limit_acknowledged: bool = False,
    fall_acknowledged: bool = False,
    increase_acknowledged: bool = False,
    restart_acknowledged: bool = False,
    least_day_acknowledged: bool = False,
    use_by: Duration | None = None,
) -> ChangeSolution:
    """Another solution for a constant-flow pump, which runs on at the flow set in the factory."""
    return change_solution(
        at=at,
        number=number,
        authority=authority,
        emptied=emptied,
        rinsed=rinsed,
        drawn=drawn,
        filled=filled,
        solution=solution,
        prescription=factory_prescription(device),
        bridge_flow=Flow(device.flow_min),
        formulary_confirmed=formulary_confirmed,
        mixture_acknowledged=mixture_acknowledged,
        soft_limit_acknowledged=soft_limit_acknowledged,
        fall_acknowledged=fall_acknowledged,
        increase_acknowledged=increase_acknowledged,
        restart_acknowledged=restart_acknowledged,
        least_day_acknowledged=least_day_acknowledged,
        use_by=use_by,
    )


def withdraw(
    *, at: Duration, number: int, authority: Authority, volume: Volume, sudden_acknowledged: bool = False
) -> Withdraw:
    """Some of the reservoir's content is drawn."""
    return Withdraw(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        volume=_kind("volume", volume, Volume).quanta,
        sudden_acknowledged=sudden_acknowledged,
    )


def prime(*, at: Duration, number: int, authority: Authority, volume: Volume, duration: Duration) -> Prime:
    """The line is filled; what may be taken at the most is `pump.line.unprimed`."""
    return Prime(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        volume=_kind("volume", volume, Volume).quanta,
        duration=_kind("duration", duration, Duration).seconds,
    )


def revise_catheter(
    *, at: Duration, number: int, authority: Authority, catheter: Volume, catheter_uncertainty: Volume
) -> ReviseCatheter:
    """Another catheter was implanted, of this volume."""
    return ReviseCatheter(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        catheter=_kind("catheter", catheter, Volume).quanta,
        catheter_uncertainty=_kind("catheter_uncertainty", catheter_uncertainty, Volume).quanta,
    )


def clock_forward(*, at: Duration, number: int, authority: Authority, shift: Duration) -> ShiftSchedule:
    """The patient's clock goes forward: a flight east, or summer time begins. What was due so much later is due now.

    Raises `ValueError` for what is not a whole number of half-hours, from one to 47.
    """
    slots = _half_hours(_kind("shift", shift, Duration))
    return ShiftSchedule(at=_kind("at", at, Duration).seconds, number=number, authority=authority, slots=slots)


def clock_back(*, at: Duration, number: int, authority: Authority, shift: Duration) -> ShiftSchedule:
    """The patient's clock goes back: a flight west, or summer time ends. What was due so much earlier is due again.

    Raises `ValueError` for what is not a whole number of half-hours, from one to 47.
    """
    slots = SLOTS - _half_hours(_kind("shift", shift, Duration))
    return ShiftSchedule(at=_kind("at", at, Duration).seconds, number=number, authority=authority, slots=slots)


def _half_hours(shift: Duration) -> int:
    if shift.seconds % SLOT != 0 or not 0 < shift.seconds < DAY:
        raise ValueError(f"shift: {shift.seconds} s is no whole number of half-hours from {SLOT} s to {DAY - SLOT} s")
    return shift.seconds // SLOT


def clinician_bolus(
    *, at: Duration, number: int, authority: Authority, volume: Volume, duration: Duration
) -> ClinicianBolus:
    """A single bolus; `volume_of_dose` gives its volume for a mass of a drug."""
    return ClinicianBolus(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        volume=_kind("volume", volume, Volume).quanta,
        duration=_kind("duration", duration, Duration).seconds,
    )


def port_bolus(
    *,
    at: Duration,
    number: int,
    authority: Authority,
    volume: Volume,
    solution: Solution,
    formulary_confirmed: bool = False,
    mixture_acknowledged: bool = False,
) -> PortBolus:
    """An injection by syringe through the bolus port."""
    return PortBolus(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        volume=_kind("volume", volume, Volume).quanta,
        solution=solution,
        formulary_confirmed=formulary_confirmed,
        mixture_acknowledged=mixture_acknowledged,
    )


def pressure_changed(*, at: Duration, pressure: Pressure) -> PressureChanged:
    """The ambient pressure is another one from now on."""
    return PressureChanged(
        at=_kind("at", at, Duration).seconds,
        pressure=_kind("pressure", pressure, Pressure).hpa,
    )


def make_protocol(
    *,
    drug: Drug,
    by: TrialBy = TrialBy.SYRINGE,
    ladder: Sequence[Mass | DailyMass],
    interval: Duration,
    observation: Duration,
    success: SuccessBy,
    relief: Ratio,
    multiple: Multiple,
    multiple_if_long: Multiple,
    long_effect: Duration,
) -> Protocol:
    """The protocol of a trial; parameters mean what the fields of `Protocol` mean. A ladder has up to four doses: by
    syringe masses, by infusion daily ones.

    Raises `ValueError` for more.
    """
    if len(ladder) > RUNGS:
        raise ValueError(f"ladder: {len(ladder)} doses, takes at most {RUNGS} doses")
    if by is TrialBy.INFUSION:
        doses = tuple(_kind("ladder", dose, DailyMass).ng_per_day for dose in ladder)
    else:
        doses = tuple(_kind("ladder", dose, Mass).ng for dose in ladder)
    return Protocol(
        drug=drug.code,
        by=by,
        ladder=doses + (0,) * (RUNGS - len(doses)),
        interval=_kind("interval", interval, Duration).seconds,
        observation=_kind("observation", observation, Duration).seconds,
        success=success,
        relief=_kind("relief", relief, Ratio).per_mille,
        multiple=_kind("multiple", multiple, Multiple).per_mille,
        multiple_if_long=_kind("multiple_if_long", multiple_if_long, Multiple).per_mille,
        long_effect=_kind("long_effect", long_effect, Duration).seconds,
    )


def screening_dose(*, at: Duration, number: int, authority: Authority, drug: Drug, dose: Mass) -> ScreeningDose:
    """A screening dose is given by syringe; `at` counts from the time of `intrathecal.in_trial`."""
    return ScreeningDose(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        drug=drug.code,
        mass=_kind("dose", dose, Mass).ng,
    )


def screening_response(
    *, at: Duration, number: int, authority: Authority, relief: Ratio, responded: bool, lasted: Duration
) -> ScreeningResponse:
    """The response to the last screening dose, or to the daily dose that is infused, is recorded."""
    return ScreeningResponse(
        at=_kind("at", at, Duration).seconds,
        number=number,
        authority=authority,
        relief=_kind("relief", relief, Ratio).per_mille,
        responded=responded,
        lasted=_kind("lasted", lasted, Duration).seconds,
    )


def silence(*, at: Duration, number: int, duration: Duration) -> Silence:
    """The sound of the listed alarms is muted for a while."""
    return Silence(
        at=_kind("at", at, Duration).seconds,
        number=number,
        duration=_kind("duration", duration, Duration).seconds,
    )


def _kind(parameter: str, value: object, kind: type[_Kind]) -> _Kind:
    if not isinstance(value, kind):
        raise TypeError(f"{parameter}: takes a {kind.__name__} such as {EXAMPLES[kind]}, not {value!r}")
    return value


def _use_by(at: Duration | None) -> int:
    return LASTING if at is None else _kind("use_by", at, Duration).seconds


def _classes(parameter: str, kinds: Sequence[DrugClass]) -> tuple[DrugClass, ...]:
    if len(kinds) > PAIRS:
        raise ValueError(f"{parameter}: {len(kinds)} classes, takes at most {PAIRS} classes")
    return tuple(kinds) + (DrugClass.NONE,) * (PAIRS - len(kinds))


def _bands(bands: Sequence[Band]) -> tuple[Band, ...]:
    """Four bands: the last one again, which makes it empty, where there are fewer."""
    if not 1 <= len(bands) <= BANDS:
        raise ValueError(f"bands: {len(bands)} bands, takes 1 to {BANDS} bands")
    return tuple(bands) + (bands[-1],) * (BANDS - len(bands))


def _day(flows: DayOfFlows) -> tuple[Flow, ...]:
    """The 48 flows of the day."""
    if not isinstance(flows, Sequence):
        return (_kind("flows", flows, Flow),) * SLOTS
    parts = [part for part in flows if isinstance(part, tuple) and len(part) == 2]
    if parts and len(parts) == len(flows):
        return _from_parts(parts)
    if len(flows) != SLOTS:
        raise ValueError(f"flows: {len(flows)} flows, a day takes 1 flow, {SLOTS} flows, or parts (start, flow)")
    return tuple(_kind("flows", flow, Flow) for flow in flows)


def _from_parts(parts: Sequence[tuple[Duration, Flow]]) -> tuple[Flow, ...]:
    starts = [_slots("flows", start) for start, _ in parts]
    if starts[0] != 0:
        raise ValueError(f"flows: the first part starts after {starts[0]} slots, takes 0 slots")
    if starts != sorted(set(starts)) or starts[-1] >= SLOTS:
        raise ValueError(f"flows: parts start after {starts} slots, each takes a later start, below {SLOTS} slots")
    day: list[Flow] = []
    for (_, flow), end in zip(parts, [*starts[1:], SLOTS], strict=True):
        day.extend([_kind("flows", flow, Flow)] * (end - len(day)))
    return tuple(day)


def _filled(parts: Sequence[tuple[Duration, Duration, DailyMass]]) -> tuple[DailyMass, ...]:
    """The rate of each half-hour from midnight."""
    rates: dict[int, DailyMass] = {}
    for part in parts:
        if not isinstance(part, tuple) or len(part) != 3:
            raise TypeError(f"dose: takes parts (from, to, rate), not {part!r}")
        start, end, rate = part
        first, last = _slots("dose", start), _slots("dose", end)
        if first >= SLOTS or last > SLOTS or first == last:
            raise ValueError(
                f"dose: a part from {first * SLOT} s to {last * SLOT} s, takes two different times from 0 to {DAY} s"
            )
        for slot in range(first, last if first < last else last + SLOTS):
            if slot % SLOTS in rates:
                raise ValueError(
                    f"dose: two parts hold the half-hour {slot % SLOTS * SLOT} s after midnight, takes one"
                )
            rates[slot % SLOTS] = _kind("dose", rate, DailyMass)
    missing = [slot for slot in range(SLOTS) if slot not in rates]
    if missing:
        raise ValueError(f"dose: no part holds the half-hour {missing[0] * SLOT} s after midnight, takes one; say 0")
    return tuple(rates[slot] for slot in range(SLOTS))


def _slots(parameter: str, time: object) -> int:
    """How many slots `time` is."""
    length = _kind(parameter, time, Duration).seconds
    if length % SLOT:
        raise ValueError(f"{parameter}: {length} s is no whole number of slots of {SLOT} s")
    return length // SLOT


def _strength(solution: Solution, drug: Drug) -> int:
    """ng/mL: the concentration of the drug in the solution."""
    for ingredient in solution.ingredients:
        if ingredient.drug == drug and ingredient.concentration > 0:
            return ingredient.concentration
    held = [ingredient.drug.code for ingredient in solution.ingredients if ingredient.concentration > 0]
    raise ValueError(f"drug: code {drug.code} is not in the solution, which holds the codes {held}")


def _flow(parameter: str, dose: object, strength: int) -> Flow:
    rate = _kind(parameter, dose, DailyMass).ng_per_day
    flow = flow_of_dose(rate, strength)
    if flow == 0 and rate > 0:
        raise ValueError(f"{parameter}: {rate} ng/d at {strength} ng/mL is below the smallest flow, 1 nL/d")
    return Flow(flow)


def _volume_a_day(parameter: str, dose: object, strength: int) -> Volume:
    return Volume(nanolitres_of_mass(_kind(parameter, dose, DailyMass).ng_per_day, strength) * NANOLITRE)
