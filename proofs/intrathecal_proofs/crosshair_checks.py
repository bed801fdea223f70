"""CrossHair attacks what was proven: each leaf by its contract, each requirement across steps from states of therapy.

CrossHair runs the shipped functions in Python itself, with symbolic numbers in place of the arguments, so it shares
nothing with the lifter. It is a second prover of small leaves, and an adversary of whole steps, whose ways are far more
than it can finish: "not confirmed" says that it looked for the whole budget and found nothing.
"""

from __future__ import annotations

import inspect
import time
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from types import GenericAlias, SimpleNamespace
from typing import Annotated, Any, Final, get_args, get_origin

import attrs
from crosshair.condition_parser import POSTCONDITION, PRECONDITION, ConditionExpr, Conditions
from crosshair.core import ConditionCheckable, SymbolicFactory, register_type
from crosshair.core_and_libs import AnalysisKind, MessageType, run_checkables
from crosshair.fnutil import FunctionInfo
from crosshair.libimpl.builtinslib import make_bounded_int
from crosshair.options import DEFAULT_OPTIONS

from intrathecal import (
    Band,
    ClinicianBolus,
    Drive,
    Event,
    MriPolicy,
    Program,
    step,
)
from intrathecal.arithmetic import div_ceil, largest, smallest
from intrathecal.drug import DrugClass, LimitSource
from intrathecal.fields import Each, Made, Member, Within
from intrathecal.pricing import whole_day
from intrathecal.units import BURN_MAX, DAY, END, FLOW_MAX, PRESSURE_MAX, SHARES, SLOT, SLOTS
from intrathecal.window import first_fit, fits
from intrathecal_proofs.crosshair_scenes import Scene, scenes
from intrathecal_proofs.families import CONTRACTS, REQUIRES
from intrathecal_proofs.machinery.symbols import VALID
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Observer

Values = Mapping[str, Any]
"""What CrossHair chooses: whole numbers, yes or no, members of enumerations."""
Kind = Within | type
"""What a value may be: a whole number in a range, or anything of `int`, `bool` or an enumeration."""
Maker = Callable[[Values], Any]
"""Makes an argument of the values chosen."""
Argument = Callable[[Mapping[str, Any], Values], object]
"""Finds an argument of a requirement in what is told of a step, and the values chosen."""

SHORT: Final[dict[Callable[..., Any], int]] = {largest: 4, smallest: 4}
"""By function that takes a tuple of any length: the length that is tried. 48 would be 2 to the 48 ways."""
IMPLIED: Final[dict[Callable[..., Any], dict[str, Kind]]] = {
    whole_day: {"burns": Within(0, BURN_MAX, "shares/s")},
    fits: {
        "window_past": Within(0, 2 * SHARES, "shares"),
        "window_total": Within(0, 2 * SHARES, "shares"),
        "window_current": Within(0, 2 * SHARES, "shares"),
        "window_ends": Within(0, END + 2 * DAY + SLOT, "s"),
        "schedule_reserved": Within(0, BURN_MAX, "shares/s"),
        "now": Within(0, END + 2 * DAY, "s"),
        "bolus": Within(0, SHARES, "shares"),
    },
    first_fit: {
        "window_past": Within(0, SHARES, "shares"),
        "window_total": Within(0, SHARES, "shares"),
        "window_current": Within(0, SHARES, "shares"),
        "window_ends": Within(0, END + SLOT, "s"),
        "schedule_reserved": Within(0, BURN_MAX, "shares/s"),
        "moved_reserved": Within(0, BURN_MAX, "shares/s"),
        "now": Within(0, END, "s"),
    },
}
"""By function whose contract requires more than its types say: ranges that follow from what is required. They lose no
value, and spare CrossHair the ways on which it would find that out value by value."""
FIXED: Final[Mapping[type, object]] = {
    DrugClass: DrugClass.NONE,
    LimitSource: LimitSource.LABEL,
    Drive: Drive.PROGRAMMABLE,
    MriPolicy: MriPolicy.FORBIDDEN,
    Band: Band(up_to=PRESSURE_MAX, allowed=True, fast=0, slow=0),
}
"""What no leaf reads, and one value that stands for all: ten classes in a drug would be millions of ways, and few bands
of pressure make sense together."""


class Outcome(StrEnum):
    """What CrossHair says of a check."""

    CONFIRMED = "confirmed"
    """It holds on every way, for every value in range."""
    REFUTED = "refuted"
    """There are values, which plain Python confirms, that break it."""
    NOT_CONFIRMED = "not confirmed"
    """Nothing was found that breaks it, and not every way was tried."""


@attrs.frozen
class Check:
    """A claim on values."""

    name: str
    kinds: dict[str, Kind]
    """What each value may be."""
    owed: Callable[[Values], bool]
    """What the values must satisfy beyond their kinds; values of which no argument can be made raise `ValueError`."""
    broken: Callable[[Values], tuple[str, ...]]
    """The names of the claims that do not hold: none, if all is well."""
    canary: bool = False
    """The claim is false, and must be refuted."""


@attrs.frozen
class CrossHairResult:
    """What came of a check."""

    name: str
    outcome: Outcome
    message: str
    counterexample: str
    """The values that break it, and what they break; empty if there are none."""
    seconds: float
    canary: bool

    @property
    def good(self) -> bool:
        """Whether the run may go on: nothing true was refuted, and the canary was."""
        return (self.outcome is Outcome.REFUTED) == self.canary

    @property
    def line(self) -> str:
        """One line for a reader."""
        missed = "" if self.good or not self.canary else " THE CANARY, WHICH IS FALSE, WAS NOT REFUTED"
        words = f"{self.name}: {self.outcome}, {self.seconds:.1f} s{missed}"
        return f"{words}: {self.counterexample or self.message}" if self.outcome is not Outcome.CONFIRMED else words


def run_crosshair(seconds_per_check: float = 5.0, only: Collection[str] = ()) -> list[CrossHairResult]:
    """What CrossHair says of all checks, or of those that `only` names, in full or by their first word; always of the
    canaries.

    `seconds_per_check`: s of processor time.
    Raises `ValueError` for a word of `only` that names no check, and for no time.
    """
    if seconds_per_check <= 0:
        raise ValueError(f"seconds_per_check: {seconds_per_check} s, takes more than 0 s")
    every = checks()
    names = {check.name for check in every} | {check.name.split()[0] for check in every}
    for word in only:
        if word not in names:
            raise ValueError(f"only: {word!r} names no check, takes one of {', '.join(sorted(names))}")
    chosen = [c for c in every if c.canary or not only or c.name in only or c.name.split()[0] in only]
    return [attack(check, seconds_per_check) for check in chosen]


def checks() -> list[Check]:
    """The canaries, the leaves, the requirements about no pump, and a step for each kind of event."""
    return [*canaries(), *leaf_checks(), *alone_checks(), *(step_check(scene) for scene in scenes())]


def attack(check: Check, seconds: float) -> CrossHairResult:
    """Let CrossHair look for values that break the check, for `seconds` s of processor time.

    A refutation counts only if plain Python breaks on the same values.
    """
    found: list[dict[str, Any]] = []
    started = time.perf_counter()
    message = run_checkables([_checkable(check, seconds, found)])[0]
    spent = time.perf_counter() - started
    outcome, example = Outcome.NOT_CONFIRMED, ""
    if message.state is MessageType.CONFIRMED:
        outcome = Outcome.CONFIRMED
    elif found:
        said = replay(check, found[-1])
        outcome = Outcome.REFUTED if said else Outcome.NOT_CONFIRMED
        example = ", ".join(f"{name} = {value!r}" for name, value in found[-1].items())
        example += f" breaks {', '.join(said) or 'nothing in plain Python'}"
    return CrossHairResult(check.name, outcome, message.message, example, spent, check.canary)


def replay(check: Check, values: Values) -> tuple[str, ...]:
    """What the values break in plain Python; an exception breaks the check by its own name."""
    if not _in_range(check.kinds, values) or not check.owed(values):
        return ()
    try:
        return check.broken(values)
    except Exception as error:
        return (f"{type(error).__name__}: {error}",)


def _checkable(check: Check, seconds: float, found: list[dict[str, Any]]) -> ConditionCheckable:
    """The check as CrossHair takes it; values that break it are put into `found`."""
    names = tuple(check.kinds)

    def attacked(*args: Any) -> tuple[str, ...]:
        return check.broken(dict(zip(names, args, strict=True)))

    def described(args: inspect.BoundArguments, result: object, _: object) -> tuple[str, str]:
        found.append(dict(args.arguments))
        return f"{check.name}({args.arguments})", repr(result)

    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY, annotation=_annotation(kind))
        for name, kind in check.kinds.items()
    ]
    here, line = __file__, attacked.__code__.co_firstlineno
    conditions = Conditions(
        fn=attacked,
        src_fn=attacked,
        pre=[ConditionExpr(PRECONDITION, check.owed, here, line, f"what {check.name} is owed")],
        post=[ConditionExpr(POSTCONDITION, lambda said: not said["__return__"], here, line, f"{check.name} holds")],
        raises=frozenset(),
        sig=inspect.Signature(parameters, return_annotation=tuple[str, ...]),
        mutable_args=None,
        fn_syntax_messages=[],
        counterexample_description_maker=described,
    )
    options = DEFAULT_OPTIONS.overlay(
        analysis_kind=(AnalysisKind.PEP316,),
        per_condition_timeout=seconds,
        per_path_timeout=seconds,
        report_all=True,
    )
    return ConditionCheckable(FunctionInfo.from_fn(attacked), options, conditions)


class _Ranged:
    """What stands in a signature for a whole number in a range, so that CrossHair never tries one outside."""


def _annotation(kind: Kind) -> object:
    return GenericAlias(_Ranged, (kind.low, kind.high)) if isinstance(kind, Within) else kind


def _number(factory: SymbolicFactory, low: Any, high: Any) -> object:
    return make_bounded_int(factory.varname, low, high)


register_type(_Ranged, _number)


def _in_range(kinds: Mapping[str, Kind], values: Mapping[str, Any]) -> bool:
    return all(
        kind.low <= values[name] and values[name] <= kind.high
        for name, kind in kinds.items()
        if isinstance(kind, Within)
    )


def canaries() -> Iterator[Check]:
    """False claims: that rounding up never gives more, and that no bolus of a clinician's is ever accepted."""
    wrong = "the_quotient_rounded_up_is_no_more"
    yield Check(
        name="canary div_ceil",
        kinds={"a": Within(0, DAY, "s"), "b": Within(1, DAY, "s")},
        owed=lambda values: True,
        broken=lambda v: () if div_ceil(v["a"], v["b"]) * v["b"] <= v["a"] else (wrong,),
        canary=True,
    )
    scene = next(scene for scene in scenes() if isinstance(scene.event, ClinicianBolus))

    def accepted(values: Values) -> tuple[str, ...]:
        after = step(scene.device, scene.pump, _event(scene, values))
        return ("no_bolus_is_ever_accepted",) if after.verdict.accepted else ()

    yield Check("canary ClinicianBolus", _event_kinds(scene), lambda values: True, accepted, canary=True)


def leaf_checks() -> Iterator[Check]:
    """A check for each contract: arguments in the ranges of its annotations, its predicate of the result."""
    for of, claim in CONTRACTS.items():
        length = SHORT.get(of)
        kinds, makers = _arguments(claim, length, IMPLIED.get(of, {}))
        size = "" if length is None else f" of {length}"
        yield _leaf_check(f"leaf {of.__name__}{size}", of, claim, kinds, makers)


def _leaf_check(
    name: str, of: Callable[..., Any], claim: Callable[..., bool], kinds: dict[str, Kind], makers: tuple[Maker, ...]
) -> Check:
    requires = REQUIRES.get(of)

    def owed(values: Values) -> bool:
        args = _made(makers, values)
        return requires is None or requires(*args)

    def broken(values: Values) -> tuple[str, ...]:
        args = _made(makers, values)
        return () if claim(*args, of(*args)) else (claim.__name__,)

    return Check(name, kinds, owed, broken)


def alone_checks() -> Iterator[Check]:
    """A check for each requirement about whole numbers alone."""
    for name, needed in REQUIREMENTS.items():
        hints = typing.get_type_hints(needed.function)
        if not any(attrs.has(hint) for hint in hints.values() if isinstance(hint, type)):
            kinds, makers = _arguments(needed.function, None, {})
            yield _alone_check(name, needed.function, kinds, makers)


def _alone_check(name: str, function: Callable[..., bool], kinds: dict[str, Kind], makers: tuple[Maker, ...]) -> Check:
    def broken(values: Values) -> tuple[str, ...]:
        return () if function(*_made(makers, values)) else (name,)

    return Check(f"alone {name}", kinds, lambda values: True, broken)


def _made(makers: tuple[Maker, ...], values: Values) -> list[Any]:
    """The arguments. Single fields are in range already, so only what is checked across fields is checked."""
    with attrs.validators.disabled():
        return [maker(values) for maker in makers]


def _arguments(
    function: Callable[..., Any], length: int | None, implied: Mapping[str, Kind]
) -> tuple[dict[str, Kind], tuple[Maker, ...]]:
    """Of each parameter but `result`: its values, and what makes it of them."""
    kinds: dict[str, Kind] = {}
    hints = typing.get_type_hints(function, include_extras=True)
    names = [name for name in inspect.signature(function).parameters if name != "result"]
    return kinds, tuple(_maker(hints[name], name, implied.get(name), kinds, length, implied) for name in names)


def _maker(
    kind: Any, name: str, check: object, kinds: dict[str, Kind], length: int | None, implied: Mapping[str, Kind]
) -> Maker:
    """What makes a value of the type `kind`; the names that it needs are put into `kinds`.

    `check`: the field's validator or implied range, if it has one. `length`: overrides that of tuples.
    """
    if get_origin(kind) is Annotated:
        base, note = get_args(kind)[:2]
        if isinstance(note, Each):
            return _maker(Annotated[base, note.length], name, note.item, kinds, length, implied)
        if get_origin(base) is tuple:
            places = range(note if length is None else length)
            items = [_maker(get_args(base)[0], f"{name}_{i}", check, kinds, length, implied) for i in places]
            return lambda values: tuple(item(values) for item in items)
        return _maker(base, name, note if check is None else check, kinds, length, implied)
    if isinstance(check, Each):
        return _maker(Annotated[kind, check.length], name, check.item, kinds, length, implied)
    if kind in FIXED:
        return lambda values: FIXED[kind]
    if attrs.has(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        fields = {}
        for f in attrs.fields(kind):
            full = f"{name}_{f.name}"
            own = f.validator or implied.get(full)
            fields[f.name] = _maker(hints[f.name], full, own, kinds, length, implied)
        return lambda values: _record(kind, {field: maker(values) for field, maker in fields.items()})
    kinds[name] = check if isinstance(check, Within) else kind
    return lambda values: values[name]


def _record(kind: Any, fields: dict[str, Any]) -> object:
    """The record. Raises `ValueError` where its fields do not make sense together, before the constructor does: its
    message shows the fields, which would make CrossHair try them one by one."""
    if kind in VALID and not VALID[kind](SimpleNamespace(**fields)):
        raise ValueError(f"{kind.__name__}: its fields do not make sense together")
    return kind(**fields)


def step_check(scene: Scene) -> Check:
    """All requirements that speak of the step, of the state after it, or of the history that ends with it."""
    kinds = _event_kinds(scene)
    asked = list(_asked(scene.event, kinds))

    def broken(values: Values) -> tuple[str, ...]:
        event = _event(scene, values)
        after = step(scene.device, scene.pump, event)
        told = {
            "device": scene.device,
            "pump": after.pump,
            "before": scene.pump,
            "event": event,
            "after": after,
            "history": (*scene.history, (scene.pump, event, after)),
        }
        return tuple(name for name, function, args in asked if not function(*(arg(told, values) for arg in args)))

    return Check(scene.name, kinds, lambda values: True, broken)


def _event_kinds(scene: Scene) -> dict[str, Kind]:
    """What may be chosen of the event: whole numbers in their ranges, answers, members; the flow of a prescription."""
    pump = scene.pump
    kinds: dict[str, Kind] = {}
    for field in attrs.fields(type(scene.event)):
        if isinstance(field.validator, Within):
            kinds[field.name] = field.validator
        elif isinstance(field.validator, Member) or field.validator == Made(bool):
            kinds[field.name] = field.validator.of
    kinds["at"] = Within(max(0, pump.now - 1), pump.now + SLOT + 1, "s")
    if "number" in kinds:
        kinds["number"] = Within(pump.number, pump.number + 1, "(event number)")
    if isinstance(scene.event, Program):
        kinds["flow"] = Within(0, FLOW_MAX, "nL/d")
    return kinds


def _event(scene: Scene, values: Values) -> Event:
    chosen = {field.name: values[field.name] for field in attrs.fields(type(scene.event)) if field.name in values}
    if isinstance(scene.event, Program):
        chosen["prescription"] = attrs.evolve(scene.event.prescription, flows=(values["flow"],) * SLOTS)
    return attrs.evolve(scene.event, **chosen)


def _asked(event: Event, kinds: dict[str, Kind]) -> Iterator[tuple[str, Callable[..., bool], tuple[Argument, ...]]]:
    """The requirements that this kind of event calls for; what they leave open joins `kinds`."""
    for name, needed in REQUIREMENTS.items():
        hints = typing.get_type_hints(needed.function, include_extras=True)
        of_a_step = hints.keys() & {"pump", "before"}
        if of_a_step and isinstance(event, hints.get("event", object)):
            parameters = inspect.signature(needed.function).parameters
            yield name, needed.function, tuple(_argument(hints[each], each, kinds) for each in parameters)


def _argument(hint: Any, name: str, kinds: dict[str, Kind]) -> Argument:
    """Where an argument of a requirement comes from: the step, an observer of the history, or anywhere."""
    if hint in OBSERVERS:
        observer = OBSERVERS[hint]
        (begins,) = _arguments(observer.begin, None, {})[0].values()
        kinds["any_start"] = begins
        return lambda told, values: _seen(observer, told, values["any_start"])
    if name in ("device", "pump", "before", "event", "after"):
        return lambda told, values: told[name]
    anything = _maker(hint, f"any_{name}", None, kinds, None, {})
    return lambda told, values: anything(values)


def _seen(observer: Observer, told: Mapping[str, Any], start: int) -> object:
    seen = observer.begin(start)
    for before, event, after in told["history"]:
        seen = observer.follow(told["device"], seen, before, event, after)
    return seen
