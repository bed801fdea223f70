"""The variables of an FMU: its inputs, parameters and outputs, each with its unit, its meaning and where it comes from.

Exact numbers become floats here, at the border, and nowhere before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, StrEnum
from typing import Final

from attrs import frozen

from intrathecal import Alarm, Mode, Reason
from intrathecal.units import MILLILITRE
from intrathecal_hosts.fmi.course import Course
from intrathecal_hosts.fmi.units import HPA, MG, MG_PER_DAY, ML, ML_PER_DAY, PER_CENT, Unit
from intrathecal_hosts.plant.body import NANOGRAM
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.therapy import DrugName
from intrathecal_hosts.trace import Level, level

Value = float | int | bool
_MILLION: Final = 1_000_000
"""nL in 1 mL, and ng in 1 mg."""


class Causality(StrEnum):
    """Who sets a variable, by the names of FMI."""

    INPUT = "input"
    """The other simulator, at any communication point."""
    PARAMETER = "parameter"
    """The other simulator, before the FMU is initialized."""
    OUTPUT = "output"
    """The FMU."""


class Kind(StrEnum):
    """What values a variable takes, by the names of FMI."""

    REAL = "Real"
    INTEGER = "Integer"
    BOOLEAN = "Boolean"
    ENUMERATION = "Enumeration"


@frozen
class Choice:
    """The values of an enumeration."""

    name: str
    items: Sequence[tuple[str, int]]


@frozen
class Variable:
    """One variable, as the other simulator sees it."""

    name: str
    kind: Kind
    causality: Causality
    description: str
    unit: Unit | None = None
    """Of reals, and of nothing else: FMI 2.0 knows no others."""
    choice: Choice | None = None
    """Of enumerations."""


@frozen
class Output:
    """A variable that the FMU sets, and how it is read."""

    variable: Variable
    read: Callable[[Course], Value]


FLOWS: Final = tuple(Flow)
"""By the number that the parameter has, the first 1."""
_NUMBERED: Final = [(each.value, number) for number, each in enumerate(FLOWS, start=1)]
PRESSURE: Final = Variable(
    "ambient_pressure",
    Kind.REAL,
    Causality.INPUT,
    "absolute; to the nearest hPa, where it differs from the last",
    unit=HPA,
)
BOLUS: Final = Variable(
    "bolus_request", Kind.BOOLEAN, Causality.INPUT, "the patient asks for a bolus when it becomes true"
)
FLOW: Final = Variable(
    "flow",
    Kind.ENUMERATION,
    Causality.PARAMETER,
    f"how the true flow lies to the commanded one: {', '.join(f'{number} {each}' for each, number in _NUMBERED)}",
    choice=Choice("Flow", _NUMBERED),
)
SEED: Final = Variable("seed", Kind.INTEGER, Causality.PARAMETER, "what a flow that changes is drawn from")
CHOSEN: Final = (PRESSURE, BOLUS, FLOW, SEED)
"""What the other simulator sets."""


def outputs(drugs: Sequence[DrugName]) -> tuple[Output, ...]:
    """What an FMU tells of a therapy with these drugs."""
    return (*_OF_PUMP, *(output for drug in drugs for output in _of_drug(drug)))


def _real(name: str, unit: Unit, description: str, read: Callable[[Course], float]) -> Output:
    return Output(Variable(name, Kind.REAL, Causality.OUTPUT, description, unit=unit), read)


def _level(name: str, unit: Unit, description: str, read: Callable[[Level], float]) -> Output:
    return _real(name, unit, description, lambda course: read(level(course.books)))


def _count(name: str, description: str, read: Callable[[Course], int]) -> Output:
    return Output(Variable(name, Kind.INTEGER, Causality.OUTPUT, description), read)


def _listed(name: str, description: str, alarm: Alarm) -> Output:
    variable = Variable(name, Kind.BOOLEAN, Causality.OUTPUT, description)
    return Output(variable, lambda course: course.pump.alarms.listed[alarm])


def _choice(name: str, description: str, members: type[Enum], read: Callable[[Course], int]) -> Output:
    choice = Choice(members.__name__, [(each.name, each.value) for each in members])
    return Output(Variable(name, Kind.ENUMERATION, Causality.OUTPUT, description, choice=choice), read)


_OF_PUMP: Final = (
    _real("commanded_flow", ML_PER_DAY, "what the pump was told to run", lambda course: course.commanded / _MILLION),
    _real("true_flow", ML_PER_DAY, "what runs", lambda course: course.plant.running / (THOUSAND * _MILLION)),
    _level("volume_in_books", ML, "in the reservoir, as the core reckons", lambda now: now.remaining),
    _level("volume_least", ML, "the least that may truly be in it", lambda now: now.remaining_least),
    _level("volume_greatest", ML, "the most that may truly be in it", lambda now: now.remaining_greatest),
    _real("volume_true", ML, "what is in it", lambda course: course.plant.volume / (THOUSAND * MILLILITRE)),
    _level("dose_24_h", PER_CENT, "at the fast end, of a day's ceiling", lambda now: now.share),
    _choice("mode", "what the pump is doing", Mode, lambda course: course.pump.mode),
    _count("alarms_listed", "how many alarms are listed", lambda course: sum(course.pump.alarms.listed)),
    _listed("alarm_low", "the low alarm is listed", Alarm.LOW_RESERVOIR),
    _listed("alarm_empty", "the empty alarm is listed", Alarm.EMPTY),
    _choice("last_reason", "why the last event was refused, if it was", Reason, lambda course: course.reason),
    _count("promises_broken", "as an auditor saw it from outside", lambda course: len(course.audited.found())),
)


def _of_drug(drug: DrugName) -> Iterator[Output]:
    simple = drug.name.isascii() and drug.name.isidentifier()
    name = drug.name if simple else f"drug_{drug.code}"

    def rate(course: Course) -> float:
        plant = course.plant
        return float(plant.running * plant.at_tip.get(drug.code, 0) / (THOUSAND * _MILLION * _MILLION))

    def mass(course: Course) -> float:
        intake = course.plant.body.intakes.get(drug.code)
        return 0.0 if intake is None else float(intake.sums[-1] / (NANOGRAM * _MILLION))

    yield _real(f"rate_{name}", MG_PER_DAY, f"{drug.name} that leaves the catheter", rate)
    yield _real(f"mass_{name}", MG, f"{drug.name} that has reached the patient since time 0", mass)
