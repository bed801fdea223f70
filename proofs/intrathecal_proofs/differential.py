"""Lifted terms against Python: what the solvers read, worked out for pumps that lived, and what the functions return.

The functions are lifted once, of arbitrary arguments: with branches joined and every leaf's own body; and, where the
proofs go way by way, as they do, with leaves known by contract. Scenes of random lives, and variants of them with
fields moved to their ends, are then put into the terms, and every field of the result is compared.
"""

from __future__ import annotations

import sys
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import IntEnum
from random import Random
from types import FunctionType
from typing import Any

import attrs

from intrathecal import Device, Pump, Step
from intrathecal.events import Missed
from intrathecal.fields import Each, Within
from intrathecal.settling import settle
from intrathecal.stepping import decide, finish, step, untimely
from intrathecal.units import SLOTS
from intrathecal.verdict import Decision, Reason
from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.histories import Happening, recorded
from intrathecal_proofs.machinery import leaf_contracts, terms, values
from intrathecal_proofs.machinery.claims import (
    EVENTS,
    Claim,
    calls_step,
    event_types_of,
    hints_of,
    parameters,
)
from intrathecal_proofs.machinery.counterexample import expression
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts
from intrathecal_proofs.machinery.lifter import Duty, Lifter, paths
from intrathecal_proofs.machinery.stages import ARMING, HANDLERS
from intrathecal_proofs.machinery.standing import TIMELINESS
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Choice, Poly, Quotient, Truth, Variable
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS

SHOWN = 5
"""How many differences are told in full."""
_DEEP = 20_000
"""Frames: terms of 48 slots nest that deep, and no deeper."""
_WORD = 2**63


# -- working terms out ----------------------------------------------------------------------------------------------


@attrs.define(eq=False)
class Leaves(LeafContracts):
    """The contracts in use, and which call each result stands for."""

    calls: dict[str, tuple[FunctionType, tuple[Value, ...]]] = attrs.field(factory=dict)
    """By the variable that stands for the result."""

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """An arbitrary result, as the proofs have it."""
        found = super().result(lifter, function, args)
        if found is not None and function.__name__ != "settle":
            assert isinstance(found, Poly | Truth)
            name = name_of(found)
            if name not in self.calls:
                self.calls[name] = function, args
                # Facts are kept from one run to the next; lifting them anew notes the leaves that they speak of.
                Lifter(contracts=self).call(CONTRACTS[function], *args, found)
        return found


def name_of(variable: Poly | Truth) -> str:
    """The name of a free variable."""
    return terms.show(variable) if isinstance(variable, Poly) else str(variable.args[0])


class Evaluation:
    """Terms at given values of their variables; only what is reached is worked out, and once."""

    def __init__(self, given: Mapping[str, int | bool], leaves: Leaves | None = None) -> None:
        self.given = given
        self.leaves = Leaves() if leaves is None else leaves
        """Known by contract: Python says what they return."""
        self.returned: dict[str, int | bool] = {}
        """By variable: what a leaf returned."""
        self.truths: dict[Truth, bool] = {}
        """Every truth value that was reached."""
        self._numbers: dict[Poly, int] = {}
        self._atoms: dict[int, int] = {}

    def number(self, poly: Poly) -> int:
        """The polynomial's value."""
        found = self._numbers.get(poly)
        if found is None:
            found = 0
            for monomial, coefficient in poly.items:
                for index in monomial:
                    coefficient *= self._atom(index)
                found += coefficient
            self._numbers[poly] = found
        return found

    def _atom(self, index: int) -> int:
        found = self._atoms.get(index)
        if found is None:
            found = self._atoms[index] = self._worked_out(terms.atom_at(index))
        return found

    def _worked_out(self, atom: terms.Atom) -> int:
        if isinstance(atom, Variable):
            return int(self._variable(atom.name))
        if isinstance(atom, Choice):
            return self.number(atom.then if self.truth(atom.condition) else atom.other)
        assert isinstance(atom, Quotient)
        divisor = self.number(atom.divisor)
        # A conjunction has no order: a part that Python would not have reached may divide by zero. It decides nothing.
        return self.number(atom.dividend) // divisor if divisor else 0

    def _variable(self, name: str) -> int | bool:
        if name in self.given:
            return self.given[name]
        if name not in self.returned:
            function, args = self.leaves.calls[name]
            self.returned[name] = function(*(self.plain(arg) for arg in args))
        return self.returned[name]

    def plain(self, value: Value) -> Any:
        """The plain value; a member of an enumeration is its number."""
        if isinstance(value, Record):
            return unchecked(value.of, {name: self.plain(field) for name, field in value.fields.items()})
        if isinstance(value, tuple):
            return tuple(self.plain(item) for item in value)
        return self.truth(value) if isinstance(value, Truth) else self.number(value)

    def truth(self, truth: Truth) -> bool:
        """Whether it holds."""
        found = self.truths.get(truth)
        if found is None:
            found = self.truths[truth] = self._decided(truth)
        return found

    def _decided(self, truth: Truth) -> bool:
        kind = truth.kind
        if kind == "le":
            return self.number(terms.poly_of(truth)) <= 0
        if kind == "eq":
            return self.number(terms.poly_of(truth)) == 0
        if kind == "proposition":
            return bool(self._variable(str(truth.args[0])))
        if kind == "and":
            return all(self.truth(part) for part in terms.parts(truth))
        if kind == "or":
            return any(self.truth(part) for part in terms.parts(truth))
        if kind == "not":
            return not self.truth(terms.arg(truth, 0))
        if kind == "if":
            return self.truth(terms.arg(truth, 1 if self.truth(terms.arg(truth, 0)) else 2))
        assert kind in ("true", "false")
        return truth is terms.TRUE

    def met(self, duty: Duty) -> bool:
        """Whether the duty holds, or is not reached."""
        if not all(self.truth(guard) for guard in duty.guard):
            return True
        subject = self.number(duty.subject)
        if duty.what == "width":
            return -_WORD <= subject < _WORD
        if duty.what == "divisor":
            return subject > 0
        if duty.what == "index":
            return 0 <= subject < duty.size
        return self.truth(duty.within)


def unchecked(kind: type, fields: Mapping[str, Any]) -> Any:
    """A record that its own checks have not seen: an enumeration's member may be its bare number."""
    record: object = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(record, name, value)
    return record


def differing(lifted: Value, plain: object, at: Evaluation, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Path, lifted value and Python's value of everything in which the two differ, kinds included."""
    if isinstance(lifted, Record):
        if type(plain) is not lifted.of:
            yield path, lifted.of.__name__, plain
            return
        for name, field in lifted.fields.items():
            yield from differing(field, getattr(plain, name), at, f"{path}.{name}" if path else name)
    elif isinstance(lifted, tuple):
        if not isinstance(plain, tuple) or len(plain) != len(lifted):
            yield path, f"tuple of {len(lifted)}", plain
            return
        for place, item in enumerate(lifted):
            yield from differing(item, plain[place], at, f"{path}[{place}]")
    elif isinstance(lifted, Truth):
        truth = at.truth(lifted)
        if plain is not truth:
            yield path, truth, plain
    else:
        number = at.number(lifted)
        if isinstance(plain, bool) or plain != number:
            yield path, number, plain


def conditions_of(found: Value) -> frozenset[Truth]:
    """The conditions of every choice in the value, however deep; that two truth values are equal is no choice."""
    conditions: set[Truth] = set()
    seen: set[Poly | Truth] = set()
    waiting: list[Poly | Truth] = [leaf for _, leaf in values.leaves(found)]
    while waiting:
        term = waiting.pop()
        if term in seen:
            continue
        seen.add(term)
        if isinstance(term, Truth):
            if term.kind == "if" and terms.negation(terms.arg(term, 1)) is not terms.arg(term, 2):
                conditions.add(terms.arg(term, 0))
            waiting += [each for each in term.args if isinstance(each, Poly | Truth)]
            continue
        for index in {index for monomial, _ in term.items for index in monomial}:
            atom = terms.atom_at(index)
            if isinstance(atom, Choice):
                conditions.add(atom.condition)
                waiting += [atom.condition, atom.then, atom.other]
            elif isinstance(atom, Quotient):
                waiting += [atom.dividend, atom.divisor]
    return frozenset(conditions)


STAGES = ("settle", "decide", "finish")
"""What a step is made of, as the proofs' tasks call it."""


# -- what is lifted -------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class Way:
    """One way through a function whose branches are told apart."""

    taken: tuple[Truth, ...]
    value: Value
    duties: tuple[Duty, ...]


@attrs.frozen(eq=False)
class Subject:
    """A function, lifted of arbitrary arguments."""

    name: str
    function: Callable[..., Any]
    takes: tuple[str, ...]
    """The things of a scene that are its arguments."""
    event: type | None
    """The event type that it was lifted for."""
    value: Value
    duties: tuple[Duty, ...]
    ways: tuple[Way, ...]
    """The same, way by way; none where its branches are only ever joined."""
    conditions: frozenset[Truth]


@attrs.frozen(eq=False)
class Role:
    """An arbitrary value."""

    value: Value
    names: tuple[str, ...]
    """Of its variables, in the order of its leaves."""
    facts: tuple[Truth, ...]
    """What is assumed of it."""


@attrs.frozen(eq=False)
class Cast:
    """Arbitrary values for everything that a scene has."""

    lifted: dict[tuple[str, Any], Role] = attrs.field(factory=dict)
    leaves: Leaves = attrs.field(factory=Leaves)

    def of(self, kind: Any, name: str) -> Value:
        """The arbitrary value of that kind and name."""
        if (name, kind) not in self.lifted:
            symbols = Symbols()
            value = symbols.arbitrary(kind, name)
            names = tuple(name_of(leaf) for _, leaf in values.leaves(value))
            self.lifted[name, kind] = Role(value, names, tuple(symbols.facts))
        return self.lifted[name, kind].value


STAGED: Mapping[str, type] = {
    "device": Device,
    "before": Pump,
    "after": Step,
    "pump": Pump,
    "settled": Pump,
    "decision": Decision,
    "time": int,
    "missed": bool,
}
"""What every scene has, besides its event."""


def subjects(cast: Cast, only: Callable[[str], bool] = lambda name: True) -> Iterator[Subject]:
    """The stages, the whole step, and every claim, lifted for each event that it is about; those that are asked for."""
    if only("settle"):
        yield _lifted(cast, "settle", settle, ("device", "before", "time", "missed"), None)
    if only("finish"):
        yield _lifted(cast, "finish", finish, ("device", "decision"), None, ARMING)
    for event in EVENTS:
        if only(f"decide {event.__name__}"):
            yield _lifted(cast, f"decide {event.__name__}", decide, ("device", "settled", "event"), event, HANDLERS)
        if only(f"step {event.__name__}"):
            yield _lifted(cast, f"step {event.__name__}", step, ("device", "before", "event"), event)
    for name, claim in claims():
        takes = tuple(scene_name(name, each) for each in parameters(claim))
        split = TIMELINESS | ARMING if calls_step(claim) else frozenset[str]()
        if only(name):
            for about in event_types_of(claim) if "event" in takes else (None,):
                yield _lifted(cast, name, claim, takes, about, split)


def claims() -> Iterator[tuple[str, Claim]]:
    """Every requirement, what observers do, and what the proofs rest on."""
    yield from ((name, needed.function) for name, needed in REQUIREMENTS.items())
    for observer in OBSERVERS.values():
        yield observer.begin.__name__, observer.begin
        yield observer.follow.__name__, observer.follow
    yield from INVARIANTS.items()
    yield from LINKS.items()


def scene_name(claim: str, parameter: str) -> str:
    """What a scene calls the claim's parameter: what is no stage of a step is the claim's own."""
    return parameter if parameter in STAGED or parameter == "event" else f"{claim}: {parameter}"


def _lifted(
    cast: Cast,
    name: str,
    function: Callable[..., Any],
    takes: tuple[str, ...],
    event: type | None,
    split: frozenset[str] = frozenset(),
) -> Subject:
    def argument(each: str) -> Value:
        if each == "event":
            return cast.of(event, each)
        return cast.of(STAGED[each] if each in STAGED else hints_of(function)[each.split(": ")[1]], each)

    args = tuple(argument(each) for each in takes)
    lifter = Lifter()
    value = lifter.call(function, *args)
    ways = tuple(_ways(cast, function, args, split)) if split else ()
    duties = tuple(dict.fromkeys(lifter.duties))
    return Subject(name, function, takes, event, value, duties, ways, conditions_of(value))


def _ways(cast: Cast, function: Callable[..., Any], args: tuple[Value, ...], split: frozenset[str]) -> Iterator[Way]:
    def make(known: dict[Truth, bool], split: frozenset[str]) -> Lifter:
        return Lifter(contracts=cast.leaves, known=known, split=split)

    for known, lifter, value in paths(lambda lifter: lifter.call(function, *args), make, split, {}):
        taken = tuple(truth if way else terms.negation(truth) for truth, way in known.items())
        yield Way(taken, value, tuple(dict.fromkeys(lifter.duties)))


# -- scenes ---------------------------------------------------------------------------------------------------------


def scene_of(happening: Happening) -> dict[str, Any]:
    """The stages of one step that happened."""
    device, before, event = happening.device, happening.before, happening.event
    missed = isinstance(event, Missed)
    in_time = untimely(device, before, event) is Reason.NONE
    time = event.at if in_time else before.now
    settled = settle(before.device, before, time, missed)
    decision = decide(before.device, settled, event)
    return {
        "device": device,
        "before": before,
        "event": event,
        "after": happening.after,
        "pump": happening.after.pump,
        "settled": settled,
        "decision": decision,
        "time": time,
        "missed": missed,
    }


def invented(kind: Any, random: Random, near: tuple[int, ...], check: Any = None) -> Any:
    """A value of the kind: numbers from its range's ends, near those of the scene, or anywhere in it."""
    if typing.get_origin(kind) is typing.Annotated:
        base, note = typing.get_args(kind)[:2]
        return invented(base, random, near, note)
    if typing.get_origin(kind) is tuple:
        return tuple(invented(typing.get_args(kind)[0], random, near) for _ in range(check))
    if isinstance(kind, type) and attrs.has(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return kind(**{f.name: invented(hints[f.name], random, near, f.validator) for f in attrs.fields(kind)})
    if kind is bool:
        return random.random() < 0.5
    low, high = (check.low, check.high) if isinstance(check, Within) else (-_WORD, _WORD - 1)
    number = random.choice((low, high, *near, random.choice(near) + random.choice((-1, 1)), random.randint(low, high)))
    return min(max(number, low), high)


def moved(value: Any, random: Random, near: tuple[int, ...], check: Any = None) -> Any:
    """The value with one field moved: to an end of its range, by one, onto a number of the scene or a small one. Of a
    tuple, one item is moved or about half of them.

    Raises `ValueError` where the constructors refuse it.
    """
    if attrs.has(type(value)):
        field = random.choice(attrs.fields(type(value)))
        return attrs.evolve(value, **{field.name: moved(getattr(value, field.name), random, near, field.validator)})
    if isinstance(value, tuple):
        inner = check.item if isinstance(check, Each) else None
        if random.random() < 0.3:
            return tuple(moved(each, random, near, inner) if random.random() < 0.5 else each for each in value)
        place = random.choice((0, len(value) - 1, random.randrange(len(value))))
        return value[:place] + (moved(value[place], random, near, inner),) + value[place + 1 :]
    if isinstance(value, bool):
        return not value
    if isinstance(value, IntEnum):
        return random.choice([member for member in type(value) if member is not value])
    ends = (check.low, check.high) if isinstance(check, Within) else (0, -1)
    return random.choice((*ends, value - 1, value + 1, random.choice(near), random.randrange(SLOTS)))


def numbers_of(pump: Pump) -> tuple[int, ...]:
    """Numbers of a pump at which something changes."""
    r, w, b = pump.reservoir, pump.window, pump.bolus
    times = (pump.now, pump.command.until, w.ends, b.ends, b.started, pump.history.ended, pump.delivered_at)
    return (*times, pump.number, pump.device.grace, r.remaining, r.low_level, r.empty_level, r.filled, w.total)


VARIED = ("before", "before", "before", "event", "device", "after", "pump")
"""What variants move a field of that whole steps and claims are about; some of it more often."""
VARIED_WITHIN = ("settled", "settled", "event", "decision", "time")
"""The same of the stages of a step, which are quick to compare."""
WITHIN = 4
"""How many variants of the stages there are for each one of the step."""


def variant(scene: Mapping[str, Any], varied: tuple[str, ...], random: Random) -> dict[str, Any]:
    """What one variant of the scene has in place of the scene's own things.

    Raises `ValueError` where the constructors refuse it.
    """
    near = numbers_of(scene["before"])
    name = random.choice(varied)
    other = moved(scene[name], random, near, Within(0, near[0], "s") if name == "time" else None)
    for _ in range(random.choice((0, 0, 1, 3))):
        other = moved(other, random, near, Within(0, near[0], "s") if name == "time" else None)
    if name == "time":
        return {"time": other, "missed": random.random() < 0.5}
    if name == "device":
        return {"device": other, "before": attrs.evolve(scene["before"], device=other)}
    if name == "before" and random.random() < 0.5:
        return {"before": other, "device": other.device}
    if name in ("before", "settled") and random.random() < 0.3:
        return {name: other, "event": moved(scene["event"], random, near)}
    return {name: other}


# -- the comparison -------------------------------------------------------------------------------------------------


@attrs.frozen
class Difference:
    """Where Python and the lifted terms part."""

    subject: str
    what: str
    arguments: str
    """Python source of the arguments."""

    @property
    def line(self) -> str:
        """What a person wants to know of it."""
        return f"{self.subject}: {self.what}\n    for {self.arguments}"


@attrs.frozen
class Agreement:
    """How far a function was compared."""

    name: str
    compared: int
    """Calls whose result was compared in every field."""
    undefined: int
    """Calls that a duty excludes: Python may raise, or look up from a tuple's end."""
    both: int
    """Conditions of its choices that were reached both true and false."""
    conditions: int
    """All of them."""

    @property
    def line(self) -> str:
        """What a person wants to know of it."""
        excluded = f", {self.undefined} excluded by duties" if self.undefined else ""
        both = f"{self.both} of {self.conditions} conditions both ways"
        return f"{self.name}: {self.compared} calls compared{excluded}; {both}"


@attrs.frozen
class Differential:
    """What became of the comparison."""

    seed: int
    scenes: int
    """As they happened."""
    variants: int
    """With fields moved."""
    agreements: tuple[Agreement, ...]
    differences: tuple[Difference, ...]

    @property
    def good(self) -> bool:
        """Everything agreed, and everything was compared."""
        return not self.differences and all(each.compared for each in self.agreements)

    @property
    def compared(self) -> int:
        """How many calls were."""
        return sum(each.compared for each in self.agreements)

    @property
    def both(self) -> int:
        """Conditions that were reached both true and false."""
        return sum(each.both for each in self.agreements)

    @property
    def conditions(self) -> int:
        """All conditions."""
        return sum(each.conditions for each in self.agreements)

    @property
    def summary(self) -> str:
        """All of it in one line."""
        return (
            f"lifted terms against Python: {self.compared} calls of {len(self.agreements)} functions in {self.scenes} "
            f"scenes and {self.variants} variants, seed {self.seed}; {len(self.differences)} differ; "
            f"{self.both} of {self.conditions} conditions seen both ways"
        )

    @property
    def lines(self) -> Iterator[str]:
        """The summary, the stages of the step, and the first differences."""
        yield self.summary
        yield from (f"  {each.line}" for each in self.agreements if each.name.split()[0] in STAGES)
        yield from (f"  never compared: {each.name}" for each in self.agreements if not each.compared)
        yield from (f"  DIFFERS {each.line}" for each in self.differences[:SHOWN])


def _plays(scene: Mapping[str, Any], name: str, kind: Any) -> bool:
    return name != "event" or type(scene["event"]) is kind


@attrs.define
class _Count:
    compared: int = 0
    undefined: int = 0
    conditions: set[Truth] = attrs.field(factory=set)
    true: set[Truth] = attrs.field(factory=set)
    false: set[Truth] = attrs.field(factory=set)


class _Comparison:
    """The subjects, and what became of them so far."""

    def __init__(self, seed: int, only: Callable[[str], bool]) -> None:
        self.cast = Cast()
        self.random = Random(seed)
        self.subjects = tuple(subjects(self.cast, only))
        self.stages = tuple(each for each in self.subjects if each.function in (settle, decide, finish))
        self.counts: dict[str, _Count] = {}
        for subject in self.subjects:
            self.counts.setdefault(subject.name, _Count()).conditions |= subject.conditions
        self.differences: list[Difference] = []

    def look(self, scene: Mapping[str, Any], variants: int) -> int:
        """Compare every subject in the scene, and those concerned in so many variants of it; how many there were."""
        near = numbers_of(scene["before"])
        roles = {name: role for (name, kind), role in self.cast.lifted.items() if _plays(scene, name, kind)}
        full = dict(scene)
        for name, kind in self.cast.lifted:
            if name not in full:
                full[name] = invented(kind, self.random, near)
        given: dict[str, int | bool] = {}
        self._scene(full, roles, given, frozenset(roles), lived=True)
        count = 0
        for varied in (VARIED, *(VARIED_WITHIN,) * WITHIN) * variants:
            with suppress(ValueError):
                changes = variant(scene, varied, self.random)
                count += 1
                within = varied is VARIED_WITHIN
                self._scene({**full, **changes}, roles, dict(given), frozenset(changes), lived=False, within=within)
        return count

    def _scene(
        self,
        full: Mapping[str, Any],
        roles: Mapping[str, Role],
        given: dict[str, int | bool],
        changed: frozenset[str],
        lived: bool,
        within: bool = False,
    ) -> None:
        for name in changed & roles.keys():
            given.update(zip(roles[name].names, plain_leaves(full[name]), strict=True))
            at = Evaluation(given)
            self._assumed(name, full[name], [fact for fact in roles[name].facts if not at.truth(fact)])
        for subject in self.stages if within else self.subjects:
            if subject.event in (None, type(full["event"])) and not changed.isdisjoint(subject.takes):
                self._compare(subject, full, Evaluation(given), lived)

    def _assumed(self, name: str, value: object, broken: list[Truth]) -> None:
        if broken:
            what = f"it is assumed that {terms.show_truth(broken[0])}"
            self.differences.append(Difference(name, what, expression(value)))

    def _compare(self, subject: Subject, full: Mapping[str, Any], at: Evaluation, lived: bool) -> None:
        count = self.counts[subject.name]
        args = [full[name] for name in subject.takes]
        unmet = [duty for duty in subject.duties if not at.met(duty)]
        total = all(duty.what == "width" for duty in unmet)
        found = [f"the duty {duty.what} at {duty.where} is not met" for duty in unmet] if lived else []
        try:
            plain = subject.function(*args)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            if total:
                found.append(f"Python raises {error!r}, and no duty excludes it")
            total = False
        if total:
            count.compared += 1
            found += [
                f"{path or 'the result'} is {lifted!r} lifted and {own!r} in Python"
                for path, lifted, own in differing(subject.value, plain, at)
            ]
            if subject.ways:
                found += _by_ways(subject, plain, Evaluation(at.given, self.cast.leaves), lived)
            for condition in subject.conditions:
                held = at.truths.get(condition)
                if held is not None:
                    (count.true if held else count.false).add(condition)
        else:
            count.undefined += 1
        if found:
            given = ", ".join(f"{name}={expression(full[name])}" for name in subject.takes)
            self.differences.append(Difference(subject.name, "; ".join(found[:3]), given))


def _by_ways(subject: Subject, plain: object, at: Evaluation, lived: bool) -> list[str]:
    """What is wrong with the ways through the function: exactly one is taken, it gives what Python gives, and every
    leaf keeps its contract."""
    taken = [way for way in subject.ways if all(at.truth(truth) for truth in way.taken)]
    if len(taken) != 1:
        return [f"{len(taken)} of its {len(subject.ways)} ways are taken, not 1"]
    found = [
        f"{path or 'the result'} is {lifted!r} on its own way and {own!r} in Python"
        for path, lifted, own in differing(taken[0].value, plain, at)
    ]
    if lived:
        found += [f"{duty.what} at {duty.where} is not met" for duty in taken[0].duties if not at.met(duty)]
    return found + _broken_contracts(at)


def _broken_contracts(at: Evaluation) -> list[str]:
    """The leaves that were called, also by the contracts of others, and returned what their contract does not allow."""
    found = []
    asked: set[str] = set()
    while names := at.returned.keys() - asked:
        for name in sorted(names):
            asked.add(name)
            if not all(at.truth(fact) for fact in leaf_contracts.FACTS[name]):
                found.append(f"{at.leaves.calls[name][0].__name__} breaks its contract: {at.returned[name]}")
    return found


def plain_leaves(value: Any) -> Iterator[int | bool]:
    """Every number and truth value in a plain value, in the order of a lifted one's leaves."""
    if isinstance(value, bool | int):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from plain_leaves(item)
    else:
        for field in attrs.fields(type(value)):
            yield from plain_leaves(getattr(value, field.name))


@contextmanager
def _deep() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def unlike(happenings: list[Happening], alike: int) -> list[Happening]:
    """So many of each kind at the most: by event, by what was said to it, and by mode and command before it."""
    counts: Counter[tuple[object, ...]] = Counter()
    found = []
    for happening in happenings:
        before = happening.before
        kind = (type(happening.event), happening.after.verdict.reason, before.mode, before.command.cause)
        counts[kind] += 1
        if counts[kind] <= alike:
            found.append(happening)
    return found


def run_differential(
    lives: int, steps: int, alike: int, variants: int, seed: int, only: Callable[[str], bool] = lambda name: True
) -> Differential:
    """Compare what happens in so many lives of so many rules each, every scene with so many variants.

    `alike`: how many scenes of one kind are looked at. `only`: which functions, by name; the stages are called as in
    the proofs' tasks.
    """
    scenes = [scene_of(happening) for happening in unlike(recorded(lives, steps, seed), alike)]
    with _deep():
        comparison = _Comparison(seed, only)
        varied = sum(comparison.look(scene, variants) for scene in scenes)
    agreements = tuple(
        Agreement(name, c.compared, c.undefined, len(c.true & c.false), len(c.conditions))
        for name, c in comparison.counts.items()
    )
    return Differential(seed, len(scenes), varied, agreements, tuple(comparison.differences))
