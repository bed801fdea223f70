"""The lifter: reads the shipped source of functions in the verifiable subset and runs it on terms.

Branches are joined, field by field, so one run covers every path. What the lifter cannot read is an error that names
file and line. On the way it notes what Python could raise, and every intermediate value, with the condition for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType
from typing import Protocol

import attrs

from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.bodies import Body
from intrathecal_proofs.machinery.decisions import Undecided, decided, implied, looked_up
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.sources import LiftError, Sources, parameters, source_of
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value


class Contracts(Protocol):
    """Stands in for functions of which only a contract is known."""

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """The arbitrary result of the call, or `None` where the function has no contract."""


@attrs.frozen
class Call:
    """A call of a stage of the step."""

    args: tuple[Value, ...]
    result: Value
    began: int
    """How many duties had been noted before it."""
    duties: int
    """How many had been noted when it ended."""


@attrs.frozen(eq=False)
class Remembered:
    """A call as it was lifted before, and what was asked on the way of the conditions that are decided: where the
    answers are the same, the terms are."""

    result: Value
    duties: tuple[Duty, ...]
    around: tuple[Truth, ...]
    """What held where the call was made."""
    ran: tuple[str, ...]
    modules: frozenset[str]
    """Where all that stands."""
    found: dict[Truth, bool]
    missed: frozenset[Truth]
    """Neither these were decided nor their opposites."""
    compared: dict[Truth, Truth]

    def again(self, known: Mapping[Truth, bool]) -> bool:
        """Whether the call gives the same with these conditions decided."""
        return (
            self.missed.isdisjoint(known)
            and all(looked_up(known, truth) is way for truth, way in self.found.items())
            and all(implied(truth, known) is said for truth, said in self.compared.items())
        )

    def duties_within(self, guard: tuple[Truth, ...]) -> Iterable[Duty]:
        """The duties of the call where it is made now."""
        if guard == self.around:
            return self.duties
        outer = len(self.around)
        return (attrs.evolve(duty, guard=guard + duty.guard[outer:]) for duty in self.duties)


_READ: set[str] = set()
"""Modules of which something was run since reading began."""


def begin_reading() -> None:
    """From now on, note the modules of which something is run."""
    _READ.clear()


def modules_read() -> frozenset[str]:
    """The modules of which something was run since reading began, or would have been if it were not remembered."""
    return frozenset(_READ)


Memory = dict[tuple[object, ...], list[Remembered]]
"""Calls by function and arguments, and whatever else of a lifter decides what they give."""


NOTED = frozenset(["settle", "decide", "finish"])
"""Stages of the step whose calls are asked for."""


@attrs.define
class Lifter:
    """Runs functions on terms."""

    contracts: Contracts | None = None

    instead: Sources = attrs.field(factory=dict)
    known: dict[Truth, bool] = attrs.field(factory=dict)
    """Conditions that are taken as decided."""
    duties: list[Duty] = attrs.field(factory=list)
    ran: list[str] = attrs.field(factory=list)
    """`module.function` of everything that was run, as often as it was."""
    split: frozenset[str] = frozenset()
    """Modules whose conditions are to be decided one way and the other."""
    choices: bool = True
    """Not those of their statements alone, but those of their conditional expressions too."""
    accepting: bool = False
    """Only the ways are followed on which no statement of those modules returns a refusal."""
    memory: Memory | None = None
    """What lifters of the same source, `instead` and `accepting`, have lifted before."""
    guard: list[Truth] = attrs.field(factory=list)
    """What holds where the lifter is now."""
    calls: dict[str, list[Call]] = attrs.field(factory=dict)
    """The calls of the functions in `NOTED`, by name, in the order in which they ended."""
    asked: list[tuple[Truth, bool | None]] = attrs.field(factory=list)
    """Conditions that were looked up among the known ones, and what was found."""
    compared: list[tuple[Truth, Truth]] = attrs.field(factory=list)
    """Comparisons that were held against the known ones, and what came of it."""
    depth: int = 0

    @property
    def reached(self) -> frozenset[str]:
        """`module.function` of everything that was run."""
        return frozenset(self.ran)

    def call(self, function: Callable[..., object], *args: Value) -> Value:
        """What the function returns for these arguments."""
        if not isinstance(function, FunctionType):
            raise LiftError(f"{function!r} is no function of the subset")
        began = len(self.duties)
        result = self._run(function, args) if self.memory is None else self._recalled(self.memory, function, args)
        if function.__name__ in NOTED:
            self.calls.setdefault(function.__name__, []).append(Call(args, result, began, len(self.duties)))
        return result

    def duties_outside(self, *stages: str) -> list[Duty]:
        """What was noted in none of the calls of these functions."""
        within = {
            place for name in stages for call in self.calls.get(name, ()) for place in range(call.began, call.duties)
        }
        return [duty for place, duty in enumerate(self.duties) if place not in within]

    def look_up(self, found: Truth) -> bool | None:
        """What is known of a truth value."""
        way = looked_up(self.known, found)
        self.asked.append((found, way))
        return way

    def compare(self, found: Truth) -> Truth:
        """The comparison, or what a known one says of it."""
        said = implied(found, self.known)
        self.compared.append((found, said))
        return said

    def _recalled(self, memory: Memory, function: FunctionType, args: tuple[Value, ...]) -> Value:
        """What the call gave before, if it gives the same now, or what it gives."""
        key = (function, self.contracts, self.split, self.choices, "finish" in self.calls, *map(values.identity, args))
        for remembered in reversed(memory.get(key, ())):
            if remembered.again(self.known):
                self._follow(remembered)
                return remembered.result
        known, noted = self.known, self._noted()
        starts = (len(self.duties), len(self.ran), len(self.asked), len(self.compared))
        result = self._run(function, args)
        if self.known is known and self._noted() == noted:
            memory.setdefault(key, []).append(self._remembered(result, *starts))
        return result

    def _noted(self) -> int:
        return sum(len(calls) for calls in self.calls.values())

    def _remembered(self, result: Value, duties: int, ran: int, asked: int, compared: int) -> Remembered:
        """What has come since there were so many of each."""
        answers = dict(self.asked[asked:])
        missed = [truth for truth, way in answers.items() if way is None]
        return Remembered(
            result=result,
            duties=tuple(self.duties[duties:]),
            around=tuple(self.guard),
            ran=(names := tuple(dict.fromkeys(self.ran[ran:]))),
            modules=frozenset(name.rsplit(".", 1)[0] for name in names),
            found={truth: way for truth, way in answers.items() if way is not None},
            missed=frozenset((*missed, *map(terms.negation, missed))),
            compared=dict(self.compared[compared:]),
        )

    def _follow(self, remembered: Remembered) -> None:
        """Note what the call noted before."""
        self.duties += remembered.duties_within(tuple(self.guard))
        self.ran += remembered.ran
        _READ.update(remembered.modules)
        self.asked += ((truth, None) for truth in remembered.missed)
        self.asked += remembered.found.items()
        self.compared += remembered.compared.items()

    def _run(self, function: FunctionType, args: tuple[Value, ...]) -> Value:
        """What the contract says of the call, or its source."""
        _READ.add(function.__module__)
        if self.contracts is not None:
            result = self.contracts.result(self, function, args)
            if result is not None:
                return result
        source = source_of(function, self.instead)
        self.ran.append(f"{function.__module__}.{function.__qualname__}")
        names = parameters(function, source, len(args))
        if self.depth > 30:
            raise LiftError(f"{source.file}:{source.first_line}: recursion is outside the subset")
        self.depth += 1
        try:
            return Body(self, function, source).run(source.tree.body, dict(zip(names, args, strict=True)))
        finally:
            self.depth -= 1


def paths(
    run: Callable[[Lifter], Value], make: Callable[..., Lifter], split: frozenset[str], known: dict[Truth, bool]
) -> Iterator[tuple[dict[Truth, bool], Lifter, Value]]:
    """Every way through the modules named in `split`: what it decides, and what `run` gives on it."""
    lifter = make(known=known, split=split)
    try:
        value = run(lifter)
    except Undecided as undecided:
        for decision in (True, False):
            yield from paths(run, make, split, decided(known, undecided.condition, decision))
    else:
        yield lifter.known, lifter, value
