"""The Hypothesis strategies of all tests: devices, drugs, solutions, prescriptions, times and events.

`typed` draws whatever a type admits, most of which a pump refuses. The others draw what fits: therapies within the
limits of device and drugs, and events that the pump at hand is likely to accept.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from intrathecal import (
    NO_DRUG,
    SALINE,
    Acknowledge,
    Alarm,
    Authority,
    Band,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Device,
    Drive,
    Drug,
    DrugClass,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    Ingredient,
    Interrogate,
    LevelMeasured,
    LimitSource,
    Missed,
    MriBegins,
    MriEnds,
    MriPolicy,
    PatientBolus,
    PatientBolusOrder,
    PortBolus,
    Prescription,
    PressureChanged,
    Prime,
    Program,
    Protocol,
    Pump,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Solution,
    Stop,
    SuccessBy,
    Tick,
    Titration,
    TrialBy,
    Withdraw,
    XRay,
    candidate,
    in_trial,
)
from intrathecal.device import BANDS, ordinary_air
from intrathecal.drug import PAIRS
from intrathecal.fields import Each, Made, Member, Within
from intrathecal.handlers.constant_flow import factory_prescription
from intrathecal.pricing import price_solution
from intrathecal.pump import Limits, replaces_schedule
from intrathecal.settling import delivered_until
from intrathecal.titrating import anchored, converted, highest
from intrathecal.trial import RUNGS, dose_at
from intrathecal.units import (
    CONCENTRATION_MAX,
    DAY,
    END,
    MILLILITRE,
    NUMBER_MAX,
    PER_MILLE,
    PLACES,
    PRESSURE_MAX,
    SHARES,
    SINGLE_MASS_MAX,
    SLOT,
    SLOTS,
    STANDARD_PRESSURE,
)

EVENTS: tuple[type[Event], ...] = typing.get_args(Event)
"""Every event type."""
CLINICIAN = Authority.CLINICIAN
_Any = TypeVar("_Any")


# -- whatever the types admit ---------------------------------------------------------------------------------------


def typed(kind: type[_Any]) -> SearchStrategy[_Any]:
    """Any record of the kind that its own checks admit, sensible or not."""
    if kind is Device:
        return typing.cast("SearchStrategy[_Any]", _any_device())
    if kind is Drug:
        return typing.cast("SearchStrategy[_Any]", _any_drug())
    if kind is Protocol:
        return typing.cast("SearchStrategy[_Any]", _any_protocol())
    return st.builds(kind, **_fields(kind))


def _fields(kind: type) -> dict[str, SearchStrategy[Any]]:
    return {f.name: _checked(f.validator) for f in attrs.fields(typing.cast(Any, kind))}


def _checked(check: object) -> SearchStrategy[Any]:
    """What a field's own check admits; a long tuple repeats a few values."""
    if isinstance(check, Within):
        return st.integers(check.low, check.high)
    if isinstance(check, Member):
        return st.sampled_from(list(check.of))
    if isinstance(check, Made):
        return st.booleans() if check.of is bool else typed(check.of)
    assert isinstance(check, Each)
    few = st.lists(_checked(check.item), min_size=1, max_size=3)
    return few.map(lambda values: tuple(values[i % len(values)] for i in range(check.length)))


@st.composite
def _any_device(draw: DrawFn) -> Device:
    values = {name: draw(value) for name, value in _fields(Device).items()}
    values["low"], values["capacity"] = sorted([values["low"], values["capacity"]])
    values["residual"] = min(values["residual"], values["low"] - 1)
    values["flow_min"], values["flow_max"] = sorted([values["flow_min"], values["flow_max"]])
    if values["drive"] is Drive.CONSTANT_FLOW:
        values["flow_min"] = values["flow_max"]
    return Device(**{**values, "bands": draw(_any_bands(values["fast"], values["slow"]))})


@st.composite
def _any_bands(draw: DrawFn, fast: int, slow: int) -> tuple[Band, ...]:
    """Bands of a device with this tolerance (per mille): what is allowed is no wider, and ordinary air is allowed."""
    ends = sorted(draw(st.integers(0, PRESSURE_MAX)) for _ in range(BANDS - 1))
    found: list[Band] = []
    for place, up_to in enumerate((*ends, PRESSURE_MAX)):
        lowest = found[-1].up_to if place > 0 else -1
        allowed = lowest < STANDARD_PRESSURE <= up_to or draw(st.booleans())
        off = st.integers(0, fast if allowed else 999), st.integers(0, slow if allowed else 1_000)
        found.append(Band(up_to=up_to, allowed=allowed, fast=draw(off[0]), slow=draw(off[1])))
    return tuple(found)


@st.composite
def _any_drug(draw: DrawFn) -> Drug:
    values = {name: draw(value) for name, value in _fields(Drug).items()}
    values["soft"], values["hard"] = sorted([values["soft"], values["hard"]])
    return Drug(**values)


@st.composite
def _any_protocol(draw: DrawFn) -> Protocol:
    values = {name: draw(value) for name, value in _fields(Protocol).items()}
    doses = sorted({draw(st.integers(1, SINGLE_MASS_MAX)) for _ in range(draw(st.integers(1, RUNGS)))})
    values["ladder"] = tuple(doses) + (0,) * (RUNGS - len(doses))
    least = -(-PER_MILLE // doses[0])
    values["multiple_if_long"], values["multiple"] = sorted(
        max(values[name], least) for name in ("multiple_if_long", "multiple")
    )
    return Protocol(**values)


# -- what fits ------------------------------------------------------------------------------------------------------


@st.composite
def devices(draw: DrawFn, drive: Drive) -> Device:
    """A pump with this drive, of a size that could be implanted."""
    constant = drive is Drive.CONSTANT_FLOW
    fast = draw(st.sampled_from((0, 145, 999)))
    slow = draw(st.sampled_from((0, 145, 999)))
    flow = draw(st.sampled_from((48_000, 1_000_000)))
    capacity = draw(st.sampled_from((1, 4, 20, 40))) * MILLILITRE
    low = capacity // draw(st.sampled_from((2, 10, 100)))
    return Device(
        serial=draw(st.integers(1, 3)),
        capacity=capacity,
        residual=draw(st.sampled_from((0, low // 2, low - 1))),
        low=low,
        flow_min=flow if constant else draw(st.sampled_from((1, 999, 48_000))),
        flow_max=flow if constant else draw(st.sampled_from((1_000_000, 24_000_000, 100_000_000))),
        fast=fast,
        slow=slow,
        measuring_error=draw(st.sampled_from((0, MILLILITRE // 2))),
        grace=draw(st.sampled_from((0, 60, 600))),
        silence=draw(st.sampled_from((1, 300, 3_600))),
        patient_bolus=draw(st.sampled_from((True,) * 7 + (False,))),
        tubing=draw(st.sampled_from((0, MILLILITRE // 7))),
        mri=draw(st.sampled_from((MriPolicy.KEEP_RUNNING,) * 3 + tuple(MriPolicy))),
        mri_recovery=draw(st.sampled_from((0, 3_600, DAY))),
        drive=drive,
        bands=draw(st.sampled_from((ordinary_air(fast, slow), diving(fast, slow)))),
        port=draw(st.sampled_from((0, MILLILITRE // 10, MILLILITRE))),
    )


def diving(fast: int, slow: int) -> tuple[Band, ...]:
    """Bands of a device that may dive: deep water and high mountains make its flow slower or faster."""
    outside = Band(up_to=PRESSURE_MAX, allowed=False, fast=999, slow=1_000)
    return (
        Band(up_to=700, allowed=False, fast=500, slow=0),
        Band(up_to=1_100, allowed=True, fast=fast, slow=slow // 2),
        Band(up_to=3_000, allowed=True, fast=fast // 2, slow=slow),
        outside,
    )


@st.composite
def protocols_by(draw: DrawFn, by: TrialBy) -> Protocol:
    """A protocol of one to four doses, of a drug that solutions hold; who is punctual may give the next one, and what
    is infused soon is one of the ladder's, which has room for it."""
    lowest = draw(st.sampled_from((SINGLE_MASS_MAX // 2, 1_000, 50_000)))
    fewest = 2 if by is TrialBy.INFUSION else 1
    doses = tuple(lowest + lowest // 2 * i for i in range(draw(st.integers(fewest, RUNGS))))
    if by is TrialBy.INFUSION:
        doses = (1, *doses[1:])
    ladder = tuple(sorted({min(dose, SINGLE_MASS_MAX) for dose in doses}))
    return Protocol(
        drug=draw(st.sampled_from((1, 1, 2, 9))),
        by=by,
        ladder=ladder + (0,) * (RUNGS - len(ladder)),
        interval=draw(st.sampled_from((DAY, DAY + 1))),
        observation=draw(st.sampled_from((1, 600, SLOT))),
        success=draw(st.sampled_from(SuccessBy)),
        relief=draw(st.sampled_from((1, 500, 1_000))),
        multiple=draw(st.sampled_from((1_000, 2_000, 10_000))),
        multiple_if_long=draw(st.sampled_from((1_000,) if by is TrialBy.INFUSION else (1, 500, 1_000))),
        long_effect=draw(st.sampled_from((0, 600, DAY))),
    )


@st.composite
def beginnings(draw: DrawFn, device: Device) -> Pump:
    """A pump from which a life may begin: mostly that of a candidate, sometimes in trial; seldom in one that a device
    without a motor cannot be worn in."""
    constant = device.drive is Drive.CONSTANT_FLOW
    trials = (TrialBy.SYRINGE,) * (4 if constant else 1) + (TrialBy.INFUSION,)
    by = draw(st.sampled_from((None,) * (12 if constant else 4) + trials))
    return candidate(device) if by is None else in_trial(device, draw(protocols_by(by)))


@st.composite
def ingredients(draw: DrawFn, device: Device, code: int) -> Ingredient:
    """A drug, and a concentration at which its hard limit is a flow that the device can run all day."""
    hard = draw(st.sampled_from((1, 19_200, 1_000_000, 20_000_000, 10_000_000_000)))
    all_day = draw(st.integers(device.flow_min, device.flow_max))
    concentration = min(max(hard * 1_000_000 // all_day, 1), CONCENTRATION_MAX)
    drug = Drug(
        code=code,
        kind=draw(st.sampled_from((DrugClass.OPIOID, DrugClass.LOCAL_ANAESTHETIC, DrugClass.ALPHA2_AGONIST))),
        concentration_max=draw(st.sampled_from((concentration, CONCENTRATION_MAX))),
        hard=hard,
        soft=max(hard * draw(st.sampled_from((1, 50, 100))) // 100, 1),
        single=min(max(hard * draw(st.sampled_from((1, 10, 100))) // 100, 1), SINGLE_MASS_MAX),
        limit_source=draw(st.sampled_from(LimitSource)),
        stop_dangerous=draw(st.booleans()),
        patient_bolus=draw(st.sampled_from((True,) * 7 + (False,))),
        never_with=(DrugClass.NONE,) * PAIRS,
        cautious_with=draw(st.sampled_from((DrugClass.NONE, DrugClass.OPIOID)).map(lambda kind: (kind,) * PAIRS)),
        titration=draw(titrations(hard)),
    )
    return Ingredient(drug=drug, concentration=concentration)


def titrations(hard: int) -> SearchStrategy[Titration]:
    """How a drug whose hard limit is `hard` ng/d is begun, raised and lowered: often freely, so that doses vary."""
    return st.builds(
        Titration,
        start=st.sampled_from((hard, hard, hard, max(hard // 10, 1))),
        rise=st.sampled_from((hard, 0)),
        rise_per_mille=st.sampled_from((300, 1_000)),
        fall_per_mille=st.sampled_from((1_000, 1_000, 200)),
        interval=st.just(DAY),
        sudden_below=st.sampled_from((0, 500)),
    )


@st.composite
def solutions(draw: DrawFn, device: Device) -> Solution:
    """One or two drugs that get on with each other; seldom saline."""
    count = draw(st.sampled_from((1, 1, 1, 2, 2, 0)))
    if count == 0:
        return SALINE
    made = tuple(draw(ingredients(device, code)) for code in range(1, count + 1))
    return Solution(ingredients=made + (Ingredient(drug=NO_DRUG, concentration=0),) * (PLACES - count))


def _up_to(draw: DrawFn, low: int, high: int) -> int:
    """A number from `low` to `high`, both of them often; `low` where there is none."""
    if high <= low:
        return low
    return draw(st.one_of(st.sampled_from((low, high)), st.integers(low, high)))


@st.composite
def prescriptions(draw: DrawFn, device: Device, limits: Limits) -> Prescription:
    """A day of one to three flows, and patient boluses in what the day leaves."""
    budget = min(limits.day, SHARES // max(limits.potency, 1))
    top = min(limits.flow, budget // ((SLOTS + 1) * SLOT)) * draw(st.sampled_from((50, 20, 90, 100))) // 100
    levels = [_level(draw, device, top) for _ in range(draw(st.integers(1, 3)))]
    turns = draw(st.sampled_from((1, 5, 16)))
    flows = tuple(levels[i // turns % len(levels)] for i in range(SLOTS))
    left = budget - (sum(flows) + max(flows)) * SLOT
    order = draw(patient_bolus_orders(device, limits, max(flows), max(left, 0)))
    bolus = order.volume // order.duration * order.duration * order.count
    tight = (sum(flows) + max(flows)) * SLOT + bolus
    widest = SHARES // max(limits.potency, 1)
    slowest = min(flows)
    return Prescription(
        flows=flows,
        patient_bolus=order,
        ceiling=min(draw(st.sampled_from((tight, widest, widest))), widest, 100 * MILLILITRE),
        fallback=draw(st.sampled_from((0, slowest))) if slowest >= device.flow_min else 0,
    )


def _level(draw: DrawFn, device: Device, top: int) -> int:
    if top < device.flow_min:
        return 0
    return draw(st.sampled_from((0, top, top))) or _up_to(draw, device.flow_min, top) * draw(st.sampled_from((0, 1)))


@st.composite
def patient_bolus_orders(draw: DrawFn, device: Device, limits: Limits, fastest: int, left: int) -> PatientBolusOrder:
    """Boluses that together are at most `left` quanta, each no slower than the schedule's `fastest` flow (nL/d)."""
    volume, duration = _bolus(draw, device, limits, fastest, left)
    count = min(left // volume, SLOTS) if volume > 0 and limits.patient_bolus else 0
    return PatientBolusOrder(
        volume=volume,
        duration=duration,
        lockout=draw(st.sampled_from((0, 1, 600, DAY))),
        count=_up_to(draw, min(count, 1), count),
    )


def _bolus(draw: DrawFn, device: Device, limits: Limits, fastest: int, left: int) -> tuple[int, int]:
    """quanta and s of a bolus within limits and room, or of none."""
    slowest = max(device.flow_min, fastest)
    most = min(limits.bolus, left)
    longest = most // slowest
    if slowest > device.flow_max or longest < 1:
        return 0, 1
    duration = min(longest, draw(st.sampled_from((600, 60, 1, SLOT, 3 * SLOT, DAY))))
    flow = _up_to(draw, slowest, min(device.flow_max, most // duration))
    return min(flow * duration + draw(st.sampled_from((0, duration - 1))), most), duration


def times(pump: Pump) -> SearchStrategy[int]:
    """s: when a host that does its duty may next have something to say, or one that is late for it; in order."""
    until = pump.command.until
    late = pump.device.grace + 1
    return st.one_of(
        st.just(pump.now),
        st.just(until),
        st.integers(pump.now, until),
        st.sampled_from((until + 1, until + pump.device.grace, until + late, until + 299)),
        st.just(pump.now + SLOT),
    ).map(lambda at: min(at, pump.now + SLOT, END))


def nonsense_times(pump: Pump) -> SearchStrategy[int]:
    """s: before the pump's time, too far ahead, or after the end of time."""
    past = (0, max(pump.now - 1, 0))
    return st.sampled_from((*past, pump.now + SLOT + 1, pump.now + DAY, END + 1, 2 * 10**10))


def events(pump: Pump, kind: type[Event]) -> SearchStrategy[Event]:
    """An event of the kind that fits the pump as it is."""
    return _FITTING[kind](pump)


def _from_now(pump: Pump) -> SearchStrategy[int]:
    """s: now, within the command, or seldom after it."""
    return st.one_of(st.just(pump.now), st.integers(pump.now, pump.command.until), times(pump))


def _after_a_bolus(pump: Pump) -> SearchStrategy[int]:
    """s: the end of the running bolus or priming, or of its command; any time where none runs."""
    ends = min(pump.bolus.ends, pump.now + SLOT)
    return st.sampled_from((pump.command.until, ends, ends)) if replaces_schedule(pump) else _from_now(pump)


def _next(pump: Pump) -> int:
    return min(pump.number + 1, NUMBER_MAX)


def _commissions(pump: Pump) -> SearchStrategy[Event]:
    capacity = pump.device.capacity
    often_new = 4 if pump.device.drive is Drive.CONSTANT_FLOW else 1
    return st.builds(
        Commission,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        solution=solutions(pump.device),
        filled=st.sampled_from((capacity,) * 4 + (capacity // 2, min(2 * pump.device.low, capacity), 0)),
        formulary_confirmed=st.just(True),
        mixture_acknowledged=st.just(True),
        catheter=st.sampled_from((0, pump.device.capacity // 10, pump.device.capacity // 100)),
        catheter_uncertainty=st.sampled_from((0, pump.device.capacity // 100)),
        reference=st.sampled_from(((0,) * PLACES,) * often_new + ((1_000_000,) + (0,) * (PLACES - 1),)),
        reference_acknowledged=st.just(True),
        soft_limit_acknowledged=st.sampled_from((True, True, True, False)),
        fall_acknowledged=st.sampled_from((True, True, True, False)),
        restart_acknowledged=st.sampled_from((True, True, True, False)),
    )


def _programs(pump: Pump) -> SearchStrategy[Event]:
    allowed = min(pump.limits.day, highest(pump.solution, anchored(pump)))
    as_titrated = prescriptions(pump.device, attrs.evolve(pump.limits, day=allowed))
    return st.builds(
        Program,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        prescription=st.one_of(as_titrated, as_titrated, prescriptions(pump.device, pump.limits)),
        soft_limit_acknowledged=st.sampled_from((True, True, False)),
        fall_acknowledged=st.sampled_from((True, True, False)),
        increase_acknowledged=st.sampled_from((True, True, False)),
        restart_acknowledged=st.sampled_from((True, True, False)),
    )


@st.composite
def _primings(draw: DrawFn, pump: Pump) -> Event:
    """All that may be taken and that every 24 hours can hold, or some of it, at some flow that the device runs and that
    is no slower than the schedule."""
    therapy = pump.therapy
    room = (SHARES - therapy.day - therapy.peak * SLOT) // max(pump.limits.potency, 1)
    most = max(min(pump.line.unprimed, room, pump.device.flow_max * DAY), 0)
    volume = draw(st.sampled_from((most, most, most // 2, most + 1)))
    slowest = max(pump.device.flow_min, therapy.fastest)
    duration = _up_to(draw, -(-volume // pump.device.flow_max), min(volume // slowest, DAY))
    return Prime(draw(_after_a_bolus(pump)), _next(pump), CLINICIAN, volume, max(min(duration, DAY), 1))


def _revisions(pump: Pump) -> SearchStrategy[Event]:
    return st.builds(
        ReviseCatheter,
        at=_after_a_bolus(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        catheter=st.sampled_from((0, pump.device.capacity // 1_000, pump.device.capacity // 100)),
        catheter_uncertainty=st.sampled_from((0, pump.device.capacity // 10_000)),
    )


def _shifts(pump: Pump) -> SearchStrategy[Event]:
    """Summer time, a flight, or by any number of slots."""
    return st.builds(
        ShiftSchedule,
        at=_after_a_bolus(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        slots=st.one_of(st.sampled_from((2, 12, 24, 36, 46)), st.integers(1, SLOTS - 1)),
    )


Bare = CancelBolus | MriBegins | MriEnds
"""A clinician's events that say nothing more."""


def _by_clinician(kind: type[Bare]) -> Callable[[Pump], SearchStrategy[Event]]:
    return lambda pump: st.builds(kind, at=_from_now(pump), number=st.just(_next(pump)), authority=st.just(CLINICIAN))


def _stopping(kind: type[Stop | Retire]) -> Callable[[Pump], SearchStrategy[Event]]:
    return lambda pump: st.builds(
        kind,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        sudden_acknowledged=st.sampled_from((True, True, True, False)),
    )


@st.composite
def _clinician_boluses(draw: DrawFn, pump: Pump) -> Event:
    therapy = pump.therapy
    room = (therapy.ceiling - therapy.day - therapy.peak * SLOT) // max(pump.limits.potency, 1)
    volume, duration = _bolus(draw, pump.device, pump.limits, therapy.fastest, room)
    return ClinicianBolus(draw(_after_a_bolus(pump)), _next(pump), CLINICIAN, volume, duration)


@st.composite
def _withdrawals(draw: DrawFn, pump: Pump) -> Event:
    """All that is left by then, or as much as brings the pump to one of its levels."""
    at = draw(_from_now(pump))
    r = pump.reservoir
    left = r.remaining - delivered_until(pump, at)
    to_levels = tuple(max(left - level, 0) for level in (r.low_level, r.empty_level, pump.device.residual))
    return Withdraw(
        at=at,
        number=_next(pump),
        authority=CLINICIAN,
        volume=draw(st.sampled_from((left, left, left, left, 0, 1, *to_levels))),
        sudden_acknowledged=draw(st.sampled_from((True, True, True, False))),
    )


def _refills(pump: Pump) -> SearchStrategy[Event]:
    expected = pump.reservoir.remaining
    off = pump.device.residual + pump.device.measuring_error
    capacity = pump.device.capacity
    return st.builds(
        Refill,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        emptied=st.just(True),
        drawn=st.sampled_from((expected, expected, max(expected - off, 0), 0, min(expected + off + 1, capacity))),
        filled=st.sampled_from((capacity,) * 4 + (capacity // 10, 0)),
        solution=st.just(pump.solution),
        soft_limit_acknowledged=st.sampled_from((True, True, True, False)),
        restart_acknowledged=st.sampled_from((True, True, True, False)),
    )


@st.composite
def _other_solutions(draw: DrawFn, pump: Pump) -> Solution:
    """The pump's drugs, each in its place, at other concentrations; seldom one more, or one left out."""
    made = []
    for i, ingredient in enumerate(pump.solution.ingredients):
        most = ingredient.drug.concentration_max
        if ingredient.drug.code == 0:
            new = draw(st.sampled_from((False,) * 7 + (True,)))
            made.append(draw(ingredients(pump.device, i + 1)) if new else ingredient)
        else:
            old = ingredient.concentration
            other = draw(st.sampled_from((old, max(old // 2, 1), 2 * old, max(old // 10, 1), 4 * old, 4 * old, 0)))
            made.append(attrs.evolve(ingredient, concentration=min(other, most)))
    return Solution(ingredients=tuple(made))


@st.composite
def _changes(draw: DrawFn, pump: Pump) -> Event:
    """Another solution, a prescription that it allows, and flows for bridge and meeting that lie between old and
    new."""
    solution = draw(_other_solutions(pump))
    limits = price_solution(pump.device, solution)
    anchor = anchored(pump)
    allowed = min(limits.day, highest(solution, converted(anchor, pump.solution, solution)))
    prescription = draw(prescriptions(pump.device, attrs.evolve(limits, day=allowed)))
    slowest = pump.device.flow_min
    most = highest(pump.solution, anchor) // DAY
    if pump.device.drive is Drive.CONSTANT_FLOW and draw(st.sampled_from((True,) * 7 + (False,))):
        prescription, most = factory_prescription(pump.device), slowest
    bridge = _up_to(draw, slowest, min(pump.limits.flow, most))
    low = max(slowest, min(bridge, *prescription.flows))
    high = min(max(bridge, *prescription.flows), pump.limits.flow, limits.flow, most)
    return ChangeSolution(
        at=draw(_from_now(pump)),
        number=_next(pump),
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=draw(st.sampled_from((pump.reservoir.remaining, 0))),
        filled=pump.device.capacity // draw(st.sampled_from((1, 1, 1, 10))),
        solution=solution,
        prescription=prescription,
        bridge_flow=bridge,
        meeting_flow=max(_up_to(draw, low, high), 1),
        formulary_confirmed=True,
        mixture_acknowledged=True,
        soft_limit_acknowledged=True,
        fall_acknowledged=draw(st.sampled_from((True, True, True, False))),
        increase_acknowledged=True,
        restart_acknowledged=draw(st.booleans()),
        least_day_acknowledged=draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def _port_boluses(draw: DrawFn, pump: Pump) -> Event:
    """Of the reservoir's own solution, or of another one."""
    solution = pump.solution if draw(st.booleans()) else draw(solutions(pump.device))
    limits = price_solution(pump.device, solution)
    most = min(pump.device.port, limits.bolus)
    return PortBolus(
        at=draw(_after_a_bolus(pump)),
        number=_next(pump),
        authority=CLINICIAN,
        volume=draw(st.sampled_from((0, most // 100, most))),
        solution=solution,
        formulary_confirmed=True,
        mixture_acknowledged=draw(st.sampled_from((True, True, True, False))),
    )


def _pressures(pump: Pump) -> SearchStrategy[Event]:
    ends = tuple(band.up_to for band in pump.device.bands)
    beyond = tuple(min(end + 1, PRESSURE_MAX) for end in ends)
    return st.builds(PressureChanged, at=_from_now(pump), pressure=st.sampled_from((STANDARD_PRESSURE, *ends, *beyond)))


def _measurements(pump: Pump) -> SearchStrategy[Event]:
    seen = pump.reservoir.remaining
    off = pump.device.measuring_error + 1
    return st.builds(
        LevelMeasured,
        at=_from_now(pump),
        volume=st.sampled_from((seen, seen, max(seen - off, 0), min(seen + off, pump.device.capacity), 0)),
    )


def _screening_doses(pump: Pump) -> SearchStrategy[Event]:
    trial = pump.trial
    return st.builds(
        ScreeningDose,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        drug=st.just(trial.protocol.drug),
        mass=st.just(dose_at(trial.protocol.ladder, trial.rung)),
    )


def _screening_responses(pump: Pump) -> SearchStrategy[Event]:
    trial = pump.trial
    given = pump.dosing.changed_at if trial.infusing else trial.dosed_at
    observed = max(given + trial.protocol.observation, pump.command.until if trial.infusing else pump.now)
    return st.builds(
        ScreeningResponse,
        at=_from_now(pump).map(lambda at: min(max(at, observed), pump.now + SLOT)),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        relief=st.sampled_from((0, 0, trial.protocol.relief - 1, trial.protocol.relief)),
        responded=st.sampled_from((False, False, True)),
        lasted=st.sampled_from((0, trial.protocol.long_effect, trial.protocol.long_effect + 1, END)),
    )


def _interrogations(pump: Pump) -> SearchStrategy[Event]:
    return st.builds(
        Interrogate,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        motor_turns=st.sampled_from((True, True, False)),
        program_confirmed=st.sampled_from((True, True, False)),
    )


def _acknowledgements(pump: Pump) -> SearchStrategy[Event]:
    over = [alarm for alarm in Alarm if pump.alarms.listed[alarm] and not pump.alarms.conditions[alarm]]
    latest = [alarm for alarm in Alarm if pump.alarms.listed[alarm]]
    return st.builds(
        Acknowledge,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        authority=st.just(CLINICIAN),
        alarm=st.sampled_from(over or latest or list(Alarm)),
    )


_OFTEN_REPAIRABLE = (Fault.RESET,) * 4 + (Fault.MOTOR_STALL,) * 4 + tuple(Fault)
_FITTING: dict[type[Event], Callable[[Pump], SearchStrategy[Event]]] = {
    Tick: lambda pump: st.builds(Tick, at=times(pump)),
    Missed: lambda pump: st.builds(
        Missed, at=times(pump).map(lambda at: min(max(at, pump.command.until), pump.now + SLOT))
    ),
    Commission: _commissions,
    Program: _programs,
    Stop: _stopping(Stop),
    PatientBolus: lambda pump: st.builds(PatientBolus, at=_after_a_bolus(pump), number=st.just(_next(pump))),
    ClinicianBolus: lambda pump: _clinician_boluses(pump),
    Prime: lambda pump: _primings(pump),
    ReviseCatheter: _revisions,
    ShiftSchedule: _shifts,
    CancelBolus: _by_clinician(CancelBolus),
    Withdraw: lambda pump: _withdrawals(pump),
    Refill: _refills,
    ChangeSolution: lambda pump: _changes(pump),
    LevelMeasured: _measurements,
    FaultFound: lambda pump: st.builds(FaultFound, at=_from_now(pump), fault=st.sampled_from(_OFTEN_REPAIRABLE)),
    FaultGone: lambda pump: st.builds(FaultGone, at=_from_now(pump), fault=st.just(Fault.MOTOR_STALL)),
    Reread: lambda pump: st.builds(Reread, at=_from_now(pump)),
    XRay: lambda pump: st.builds(XRay, at=_from_now(pump)),
    PressureChanged: _pressures,
    PortBolus: lambda pump: _port_boluses(pump),
    Retire: _stopping(Retire),
    ScreeningDose: _screening_doses,
    ScreeningResponse: _screening_responses,
    MriBegins: _by_clinician(MriBegins),
    MriEnds: _by_clinician(MriEnds),
    Interrogate: _interrogations,
    Silence: lambda pump: st.builds(
        Silence,
        at=_from_now(pump),
        number=st.just(_next(pump)),
        duration=st.integers(1, min(pump.device.silence, 600)),
    ),
    Acknowledge: _acknowledgements,
}


def spoilt(pump: Pump, kind: type[Event]) -> SearchStrategy[Event]:
    """An event that would fit, but for its number, its authority or its time."""
    names = {field.name for field in attrs.fields(kind)}
    wrong = [st.fixed_dictionaries({"at": nonsense_times(pump)})]
    if "number" in names:
        wrong.append(st.fixed_dictionaries({"number": st.sampled_from((pump.number, 0))}))
    if "authority" in names:
        wrong.append(st.just({"authority": Authority.PATIENT}))
    return st.builds(lambda event, change: attrs.evolve(event, **change), events(pump, kind), st.one_of(wrong))


def wild(pump: Pump, kind: type[Event]) -> SearchStrategy[Event]:
    """Whatever the type admits, at a time that the pump can take, with the next number."""
    names = {field.name for field in attrs.fields(kind)}
    numbered = {"number": _next(pump)} if "number" in names else {}
    return st.builds(lambda event, at: attrs.evolve(event, at=at, **numbered), typed(kind), times(pump))


def other_devices(device: Device) -> SearchStrategy[Device]:
    """A device of the same make with another serial number, or quite another one."""
    return st.one_of(st.just(attrs.evolve(device, serial=device.serial + 1)), typed(Device)).filter(
        lambda other: other != device
    )
