"""What is compared with Python: stages, whole steps and claims, lifted once of arbitrary arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from intrathecal import Authority, Device, Protocol, Pump, Step
from intrathecal.settling import settle
from intrathecal.stepping import decide, finish, step
from intrathecal.transferring import transfer
from intrathecal.verdict import Decision
from intrathecal_proofs.families import INVARIANTS, LINKS
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.claims import (
    EVENTS,
    Claim,
    calls_step,
    event_types_of,
    hints_of,
    parameters,
)
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.evaluation import Leaves, conditions_of
from intrathecal_proofs.machinery.leaf_contracts import name_of
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.stages import ARMING, BEGINNINGS, HANDLERS
from intrathecal_proofs.machinery.standing import TIMELINESS
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.transfers import TRANSFERS
from intrathecal_proofs.machinery.values import Value
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import unchanged


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

    @property
    def of_the_core(self) -> bool:
        """Whether it is part of the core, whose numbers fit a word of 64 bits; a claim's own need not."""
        return self.function.__module__.partition(".")[0] == "intrathecal"


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
    "old": Pump,
    "authority": Authority,
    "protocol": Protocol,
}
"""What every scene has, besides its event."""


def subjects(cast: Cast, only: Callable[[str], bool] = lambda name: True) -> Iterator[Subject]:
    """What pumps begin as, the stages, the whole step, and every claim, lifted for each event that it is about; those
    that are asked for."""
    for begin in BEGINNINGS:
        if only(f"begin {begin.__name__}"):
            yield _lifted(cast, f"begin {begin.__name__}", begin, parameters(begin), None)
    if only("settle"):
        yield _lifted(cast, "settle", settle, ("device", "before", "time", "missed"), None)
    if only("transfer"):
        yield _lifted(cast, "transfer", transfer, ("old", "device", "authority"), None, TRANSFERS)
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
        if observer.hand_over is not unchanged:
            yield observer.hand_over.__name__, observer.hand_over
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
