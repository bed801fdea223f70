"""Whether a mutant can be told from the core at all: the solver compares what each stage gives, field by field.

Each stage that may run the changed function is lifted twice, of the same arbitrary values, on each way through it.
Where all that is claimed of those values gives that both results are the same, and that the mutant is as total, it is
equivalent.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from functools import partial
from itertools import chain
from types import UnionType
from typing import Any, get_origin

import attrs

from intrathecal import Device
from intrathecal.alarming import report
from intrathecal.beginning import candidate, in_trial
from intrathecal.events import Authority, Missed
from intrathecal.handlers.barring import barred
from intrathecal.pump import Pump
from intrathecal.settling import settle
from intrathecal.stepping import HANDLERS, answer, decide, finish, step, untimely, untouched
from intrathecal.transferring import transfer
from intrathecal.verdict import Decision, refuse
from intrathecal_proofs.families import CONTRACTS, REQUIRES
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.cases import timely
from intrathecal_proofs.machinery.claims import EVENTS, Claim, event_types_of, hints_of, parameters
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts
from intrathecal_proofs.machinery.lifted import Lifted, number, record, taken
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.prover import Question, Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.stages import ARMING, Crossing, crossing
from intrathecal_proofs.machinery.stages import HANDLERS as HANDLING
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.transfers import TRANSFERS
from intrathecal_proofs.machinery.values import Value
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.reach import ENTRIES, Function, asking, reached_from
from intrathecal_proofs.mutation.steps import ALONE_STEPS
from intrathecal_specs.everything import OBSERVERS

SAME = "the_same_as_shipped"
"""What the obligations of a comparison are called."""


@attrs.frozen(eq=False)
class Stage:
    """A part of the core, or of a claim, that is compared."""

    function: Function
    args: tuple[Value, ...]
    setting: Setting
    """What is arbitrary, and what may be assumed of it."""
    split: frozenset[str] = frozenset()
    """Modules on whose ways it is compared one by one."""
    known: dict[Truth, bool] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Open:
    """Where the two could not be shown to be the same."""

    obligation: Obligation
    question: Question | None
    """What was not settled; `None` where the steps ran out before it was asked."""


@attrs.define
class Budget:
    """Solver steps that are left."""

    left: int

    def settles(self, obligation: Obligation, thorough: bool) -> tuple[bool, Question | None]:
        """Whether the obligation is proven, and what is open; `thorough`: at length."""
        outcome = settle_obligation(obligation, thorough)
        self.left -= outcome.steps
        return outcome.verdict is Verdict.PROVEN, outcome.open


def differences(mutant: Mutant, budget: Budget) -> Iterator[Open]:
    """Where the mutant may give something else than the core, stage by stage: nothing, where it is soon seen to be
    equivalent; what is yielded may still be proven at length.

    Raises `LiftError`, or `Mismatch`, for a mutant that is outside the verifiable subset.
    """
    function = mutant.function
    own = frozenset([function]) if function in CONTRACTS else frozenset[Function]()
    shipped = _shipped(own)
    mutated = Lifted(instead=mutant.sources, contracts=LeafContracts(own=own))
    alone = _alone(shipped, function)
    if alone is not None and function not in reached_from(*ENTRIES):
        yield from _open(alone, mutant, shipped, mutated, budget)  # hosts alone have its result, and no step
    elif alone is None or any(True for _ in _open(alone, mutant, shipped, mutated, Budget(ALONE_STEPS))):
        found = stages(function, shipped)
        first = next(found, None)
        if first is None:
            raise LookupError(f"{mutant.place}: no stage is known that runs it")
        for stage in chain((first,), found):
            yield from _open(stage, mutant, shipped, mutated, budget)


@functools.cache
def _shipped(own: frozenset[Function]) -> Lifted:
    """The core as shipped, of which all comparisons of a process share what they lift alike; `own`: leaves whose
    bodies are compared."""
    return Lifted(contracts=LeafContracts(own=own))


def _open(stage: Stage, mutant: Mutant, shipped: Lifted, mutated: Lifted, budget: Budget) -> Iterator[Open]:
    """The ways through the stage on which the two could not soon be shown to be the same."""
    for obligation in _compared(stage, mutant, shipped, mutated):
        if budget.left <= 0:
            yield Open(obligation, None)
            return
        proven, question = budget.settles(obligation, thorough=False)
        if not proven:
            yield Open(obligation, question)


def _compared(stage: Stage, mutant: Mutant, shipped: Lifted, mutated: Lifted) -> Iterator[Obligation]:
    """On each way that runs the function: that both give the same, and the mutant is total there."""
    run = partial(_run, stage)
    for known, lifter, value in paths(run, partial(_lifter, stage, shipped), stage.split, stage.known):
        was = set(map(_bare, lifter.duties))
        for way, other, gives in paths(run, partial(_lifter, stage, mutated), stage.split, known):
            if mutant.place not in lifter.reached | other.reached:
                continue
            premises = (*stage.setting.premises, *taken(way))
            setting = attrs.evolve(stage.setting, premises=premises)
            goal = values.same(value, gives)
            if goal is not terms.TRUE:
                yield Obligation(SAME, setting, goal)
            yield from mutated.duties(setting, [duty for duty in other.duties if _bare(duty) not in was])


def _bare(duty: Duty) -> Duty:
    """The duty, wherever it stands."""
    return attrs.evolve(duty, where="")


def _run(stage: Stage, lifter: Lifter) -> Value:
    return lifter.call(stage.function, *stage.args)


def _lifter(stage: Stage, code: Lifted, known: dict[Truth, bool], split: frozenset[str]) -> Lifter:
    lifter = code.lifter(known, split)
    if stage.function in CONTRACTS:
        return attrs.evolve(lifter, contracts=code.contracts.without(stage.function))
    return lifter


# -- what is compared ---------------------------------------------------------------------------------------------


def stages(function: Function, code: Lifted) -> Iterator[Stage]:
    """Every stage, leaf, observer and claim that may run the function."""
    for leaf, claim in CONTRACTS.items():
        if function in reached_from(leaf):
            yield _of_types(code, f"leaf {leaf.__name__}", leaf, claim)
    for begin in (candidate, in_trial):
        if function in reached_from(begin):
            yield _of_types(code, f"begin {begin.__name__}", begin, begin)
    if function in reached_from(settle):
        yield from (_settling(code, missed, case) for missed in (False, True) for case in Crossing)
    for event in EVENTS:
        if function in reached_from(barred, refuse, HANDLERS[event]) or function is decide:
            yield _deciding(code, event, decide)
        if function is answer:
            yield _deciding(code, event, answer)
        if function is step:
            yield _of_a_step(code, f"step {event.__name__}", step, event)
        if function in reached_from(untimely):
            yield _of_a_step(code, f"untimely {event.__name__}", untimely, event)
    if function in reached_from(finish):
        yield _arming(code)
    for told in (report, untouched):
        if function in reached_from(told):
            yield _of_types(code, told.__name__, told, told)
    if function in reached_from(transfer):
        yield _transferring(code)
    yield from _asked(function, code)


def _alone(code: Lifted, function: Function) -> Stage | None:
    """The function by itself, where its types say what it takes: not an event of any kind, or a tuple of any length."""
    claim = CONTRACTS.get(function, function)
    hints = hints_of(claim).values()
    if any(isinstance(hint, UnionType) or hint is Any or get_origin(hint) is tuple for hint in hints):
        return None
    return _of_types(code, f"alone {function.__name__}", function, claim)


def _of_types(code: Lifted, label: str, function: Function, takes: Function) -> Stage:
    """A function of arguments of which only their types, as in `takes`, and what it owes are known."""
    symbols = Symbols()
    hints = hints_of(takes)
    given = {name: symbols.arbitrary(hints[name], name) for name in parameters(takes) if name != "result"}
    owed: tuple[Truth, ...] = ()
    if function in REQUIRES:
        owed = terms.conjuncts(code.claim(REQUIRES[function], given, None))
    setting = Setting(label, "*", given, (*symbols.facts, *owed), code.products(given, None), tuple(given), NONE)
    return Stage(function, tuple(given.values()), setting)


NONE: frozenset[str] = frozenset()


def _settling(code: Lifted, missed: bool, case: Crossing) -> Stage:
    symbols = Symbols()
    before = record(symbols.arbitrary(Pump, "before"))
    at = terms.variable("event.at")
    known = crossing(code, before, at, case)
    device = before.fields["device"]
    given: dict[str, Value] = {"device": device, "before": before, "time": at}
    setting = Setting(
        label=("settle missed time" if missed else "settle") + case,
        event=Missed.__name__ if missed else "*",
        values=given,
        premises=(*symbols.facts, *timely(before, at, missed)),
        proven=code.assume("before", before, armed=True) + code.products(given, None),
        inputs=("before", "time"),
        reached=NONE,
    )
    return Stage(settle, (device, before, at, terms.truth(missed)), setting, known=known)


def _deciding(code: Lifted, event: type, function: Function) -> Stage:
    symbols = Symbols()
    settled = record(symbols.arbitrary(Pump, "settled"))
    happening = record(symbols.arbitrary(event, "event"))
    given: dict[str, Value] = {"device": settled.fields["device"], "settled": settled, "event": happening}
    setting = Setting(
        label=f"decide {event.__name__}",
        event=event.__name__,
        values=given,
        premises=(*symbols.facts, terms.equal(number(happening, "at"), number(settled, "now"))),
        proven=code.assume("settled", settled, armed=False) + code.products(given, event),
        inputs=("settled", "event"),
        reached=NONE,
    )
    return Stage(function, tuple(given.values()), setting, split=HANDLING)


def _of_a_step(code: Lifted, label: str, function: Function, event: type) -> Stage:
    symbols = Symbols()
    before = record(symbols.arbitrary(Pump, "before"))
    happening = symbols.arbitrary(event, "event")
    given: dict[str, Value] = {"device": symbols.arbitrary(Device, "device"), "before": before, "event": happening}
    proven = code.assume("before", before, armed=True)
    setting = Setting(label, event.__name__, given, tuple(symbols.facts), proven, tuple(given), NONE)
    return Stage(function, tuple(given.values()), setting)


def _arming(code: Lifted) -> Stage:
    symbols = Symbols()
    decision = record(symbols.arbitrary(Decision, "decision"))
    decided = record(decision.fields["pump"])
    device = decided.fields["device"]
    given: dict[str, Value] = {"device": device, "decided": decided, "decision": decision}
    proven = code.assume("decided", decided, armed=False) + code.products(given, None)
    setting = Setting("arm", "*", given, tuple(symbols.facts), proven, ("decision",), NONE)
    return Stage(finish, (device, decision), setting, split=ARMING)


def _transferring(code: Lifted) -> Stage:
    symbols = Symbols()
    old = record(symbols.arbitrary(Pump, "old"))
    given: dict[str, Value] = {
        "old": old,
        "device": symbols.arbitrary(Device, "device"),
        "authority": symbols.arbitrary(Authority, "authority"),
    }
    proven = code.assume("old", old, armed=True)
    setting = Setting("transfer", "*", given, tuple(symbols.facts), proven, tuple(given), NONE)
    return Stage(transfer, tuple(given.values()), setting, split=TRANSFERS)


def _asked(function: Function, code: Lifted) -> Iterator[Stage]:
    """Claims that ask the function, and observers that do."""
    for name, claim in asking(function).items():
        for event in event_types_of(claim) if "event" in parameters(claim) else (None,):
            yield _asking(code, f"claim {name}", claim, event)
    for observer in OBSERVERS.values():
        if function in reached_from(observer.follow):
            for event in EVENTS:
                yield _asking(code, f"observer {observer.follow.__name__}", observer.follow, event)
        for other in (observer.begin, observer.hand_over):
            if function in reached_from(other):
                yield _of_types(code, f"observer {other.__name__}", other, other)


def _asking(code: Lifted, label: str, claim: Claim, event: type | None) -> Stage:
    """A claim of arbitrary values, of which a pump, or the one before a step, satisfies the invariants."""
    symbols = Symbols()
    hints = {**hints_of(claim), "event": event}
    given = {name: symbols.arbitrary(hints[name], name) for name in parameters(claim)}
    pumps = [record(given[name]) for name in ("pump", "before", "old") if name in given]
    proven = tuple(truth for pump in pumps[:1] for truth in code.assume("pump", pump, armed=True))
    if pumps and "device" in given and "old" not in given:
        given["device"] = pumps[0].fields["device"]
    label = f"{label} {event.__name__}" if event is not None else label
    setting = Setting(label, "*", given, tuple(symbols.facts), proven, tuple(given), NONE)
    return Stage(claim, tuple(given.values()), setting)
