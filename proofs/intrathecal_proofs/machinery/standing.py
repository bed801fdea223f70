"""What is proven of no step: leaves, functions that stand alone, and claims that take steps themselves."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import attrs

from intrathecal.fields import Within
from intrathecal.pump import Pump
from intrathecal.units import SLOTS
from intrathecal_proofs.families import CONTRACTS, LEMMAS, REQUIRES
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.claims import Claim, calls_step, hints_of, parameters
from intrathecal_proofs.machinery.lifted import Lifted, record, taken
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.stages import ARMING
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_specs.everything import REQUIREMENTS

TIMELINESS = frozenset(["intrathecal.stepping", "intrathecal_specs.time"])
"""Where a step asks whether its event is in time."""


CONTRACTED = {function.__name__: function for function in CONTRACTS}
if len(CONTRACTED) < len(CONTRACTS):
    raise ValueError("each function that is known by contract takes a name of its own, by which its results are called")
"""By name: the functions that callers know by contract."""


def standing(code: Lifted) -> Iterator[Obligation]:
    """Requirements that are about no step of the pump, or that take steps themselves."""
    for name, needed in REQUIREMENTS.items():
        claim = needed.function
        if not code.wants(name):
            continue
        if calls_step(claim):
            yield from _from_any_state(code, name, claim)
        elif not {"pump", "before", "number", "old"} & set(parameters(claim)):
            yield from _alone(code, name, claim)


def leaves(code: Lifted) -> Iterator[Obligation]:
    """Every contract, of its function's own body.

    Raises `LiftError` where a function's body rests on its own contract through those of others.
    """
    called: dict[str, set[str]] = {}
    for function, claim in CONTRACTS.items():
        symbols = Symbols()
        hints = hints_of(claim)
        inputs = tuple(each for each in parameters(claim) if each != "result")
        whole = {each: symbols.arbitrary(hints[each], each) for each in inputs}
        for case, given in _one_by_one(claim, whole):
            lifter = attrs.evolve(code.lifter(), contracts=code.contracts.without(function))
            owed: tuple[Truth, ...] = ()
            if function in REQUIRES:
                owed = terms.conjuncts(code.claim(REQUIRES[function], given, None))
            given["result"] = lifter.call(function, *given.values())
            own = f"{function.__module__}.{function.__qualname__}"
            called.setdefault(own, set()).update(lifter.reached - {own})
            setting = Setting(
                label=f"leaf {function.__name__}{case}",
                event="*",
                values=given,
                premises=tuple(symbols.facts),
                proven=code.products(given, None),
                inputs=inputs,
                reached=frozenset(lifter.reached),
            )
            yield Obligation(claim.__name__, setting, code.claim(claim, given, None))
            yield from code.duties(attrs.evolve(setting, premises=setting.premises + owed), lifter.duties)
    try:
        TopologicalSorter(called).prepare()
    except CycleError as error:
        raise LiftError(f"{' calls '.join(error.args[1])}: none can be known by contract to itself") from error


def _one_by_one(claim: Claim, whole: dict[str, Value]) -> Iterator[tuple[str, dict[str, Value]]]:
    """The arguments, but that a number which can be no more than one of a day's slots is each of them in turn."""
    for name, kind in hints_of(claim).items():
        note = getattr(kind, "__metadata__", (None,))[0]
        if name in whole and isinstance(note, Within) and note.high - note.low < SLOTS:
            for value in range(note.low, note.high + 1):
                yield f", {name} {value}", {**whole, name: terms.const(value)}
            return
    yield "", dict(whole)


def _from_any_state(code: Lifted, name: str, claim: Claim) -> Iterator[Obligation]:
    """A requirement that takes steps from an arbitrary state: on each way in which their events are in time or not,
    and on which the first of them arms its command."""
    symbols = Symbols()
    before = record(symbols.arbitrary(Pump, "before"))
    hints = hints_of(claim)
    given: dict[str, Value] = {"device": before.fields["device"], "pump": before}
    more = {each: symbols.arbitrary(hints[each], each) for each in parameters(claim) if each not in given}
    args = [{**given, **more}[each] for each in parameters(claim)]
    lemmas = LEMMAS.get(name)
    kept = code.assume("before", before, armed=True, lemmas=lemmas)
    root = Setting("any state", "*", {}, tuple(symbols.facts), kept, (), frozenset())
    ways = paths(lambda lifter: lifter.call(claim, *args), code.afresh, TIMELINESS | ARMING, {})
    for place, (known, lifter, goal) in enumerate(ways):
        assert isinstance(goal, Truth)
        stated: dict[str, Value] = {"device": before.fields["device"], "before": before, **more}
        held = kept
        if _steps_from(lifter, before):
            stated["rearmed"] = rearmed = record(lifter.calls["finish"][0].result)
            held += code.assume("rearmed", rearmed, armed=True, lemmas=lemmas)
        setting = Setting(
            label=f"any state, path {place}",
            event="*",
            values=stated,
            premises=(*symbols.facts, *taken(known)),
            proven=held + code.products(stated, None),
            inputs=("before", *more),
            reached=frozenset(lifter.reached),
            under=root,
        )
        yield Obligation(name, setting, goal)


def _steps_from(lifter: Lifter, before: Record) -> bool:
    """Whether the first step that was taken, in time, is one of this pump: then the invariants hold after it."""
    calls = {name: lifter.calls[name][0] for name in ("settle", "decide", "finish") if name in lifter.calls}
    if len(calls) < 3:
        return False
    device = before.fields["device"]
    expected = (
        (calls["settle"].args[:2], (device, before)),
        (calls["decide"].args[:2], (device, calls["settle"].result)),
        (calls["finish"].args, (device, calls["decide"].result)),
    )
    return all(values.identity(made) == values.identity(asked) for made, asked in expected)


def _alone(code: Lifted, name: str, claim: Claim) -> Iterator[Obligation]:
    """A requirement about functions alone: those that it calls itself are run, even where callers know them by
    contract. That they are total and within width is asked as of any other caller."""
    symbols = Symbols()
    hints = hints_of(claim)
    whole = {each: symbols.arbitrary(hints[each], each) for each in parameters(claim)}
    named = [CONTRACTED.get(each) for each in claim.__code__.co_names]
    bodies = code.contracts.without(*(each for each in named if each is not None))
    for case, given in _one_by_one(claim, whole):
        lifter = attrs.evolve(code.lifter(), contracts=bodies)
        goal = lifter.call(claim, *given.values())
        assert isinstance(goal, Truth)
        caller = code.lifter()
        caller.call(claim, *given.values())
        facts = tuple(symbols.facts)
        setting = Setting(f"alone{case}", "*", given, facts, (), tuple(given), frozenset(lifter.reached))
        yield Obligation(name, setting, goal)
        yield from code.duties(setting, caller.duties)
