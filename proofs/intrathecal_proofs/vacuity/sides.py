"""Sides that no scene shows: the solver is asked whether they can be, within what their claim may assume.

The claim is lifted once more with its sides marked, on each way on which it is proven. Where every way is proven to
exclude a truth value of a side, the side never has it: that is told. Values that the solver suggests count where
Python, running the claim on them, sees the side have it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

import attrs

from intrathecal.pump import Pump
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.claims import (
    EVENTS,
    Claim,
    about_a_transfer,
    calls_step,
    event_types_of,
    hints_of,
    observed,
    observed_claims,
    parameters,
)
from intrathecal_proofs.machinery.counterexample import inputs_of, run_stage, suggested
from intrathecal_proofs.machinery.evaluation import Evaluation, Leaves
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts
from intrathecal_proofs.machinery.lifted import Lifted, record
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.prover import Question, given_in, premises_of, settle_obligation
from intrathecal_proofs.machinery.prover import Verdict as Settled
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Value
from intrathecal_proofs.monitor import EVERY
from intrathecal_proofs.vacuity.conditions import PART, PARTS, TEST, Key, Seen, instrumented, observed_as, watched
from intrathecal_proofs.vacuity.findings import Verdict
from intrathecal_proofs.vacuity.premises import Premises, Stage, given_at, holds, near_scenes

Asked = tuple[str, Key, bool]
"""A claim, a side of it and a truth value."""
Answer = tuple[Verdict, str]
"""What was found of it, and where or why."""
STATES, TRANSFERS = "states", "transfer"
"""Where sides are asked that are about no event."""
EXCLUDED = "never, by proof, on any way on which the claim is proven"


def place_of(claim: Claim) -> tuple[str, ...]:
    """Where the claim's sides are asked: at which events, or elsewhere; nowhere if it takes steps itself or is about no
    pump."""
    if about_a_transfer(claim):
        return (TRANSFERS,)
    if "before" in parameters(claim):
        return tuple(event.__name__ for event in event_types_of(claim))
    return (STATES,) if "pump" in parameters(claim) and not calls_step(claim) else ()


def places_of(left: Iterable[Seen], first: bool) -> list[str]:
    """Where anything of these is asked: each at the first of its places, or at all others."""
    named = {place for each in left for place in _chosen(place_of(EVERY[each.claim]), first)}
    return [place for place in (*(event.__name__ for event in EVENTS), TRANSFERS, STATES) if place in named]


def _chosen(places: tuple[str, ...], first: bool) -> tuple[str, ...]:
    return places[:1] if first else places[1:]


def asked_at(place: str, left: Sequence[Seen], stage: Stage) -> dict[Asked, Answer]:
    """What the solver says there of every truth value that is missing; `stage`: scenes of that place."""
    here = [each for each in left if place in place_of(EVERY[each.claim])]
    leaves = stage.leaves
    code = Lifted(wanted=frozenset(each.claim for each in here), contracts=leaves)
    wanted = {
        each.claim: [(other.key, value) for other in here if other.claim == each.claim for value in other.missing]
        for each in here
    }
    labels = (TRANSFERS,) if place == TRANSFERS else (f"decide {place}", f"step {place}")
    found: dict[Asked, list[Answer]] = {}
    for name, setting in _states(code, wanted) if place == STATES else _ways(code, labels):
        claim = EVERY[name]
        met = sides_met(claim, setting, code)
        for key, value in wanted.get(name, ()):
            so_far = found.setdefault((name, key, value), [])
            if not so_far or so_far[-1][0] is not Verdict.ARBITRARY:
                so_far.append(asked(claim, (key, value), setting, met.get((key, value), terms.FALSE), stage))
    return {each: joined(answers) for each, answers in found.items()}


def joined(answers: Sequence[Answer]) -> Answer:
    """Of all ways: what one shows, or that all exclude it."""
    shown = [each for each in answers if each[0] is Verdict.ARBITRARY]
    if shown:
        return shown[0]
    open_ones = [each for each in answers if each[0] is not Verdict.IMPOSSIBLE]
    if open_ones or not answers:
        return (Verdict.UNKNOWN, open_ones[0][1] if open_ones else "asked nowhere")
    return (Verdict.IMPOSSIBLE, EXCLUDED)


def is_shown(seen: Seen, answers: Mapping[Asked, Sequence[Answer]]) -> bool:
    """Whether every truth value of the side was seen, or is shown by some values."""
    return all(
        any(verdict is Verdict.ARBITRARY for verdict, _ in answers.get((seen.claim, seen.key, value), ()))
        for value in seen.missing
    )


def settled(seen: Seen, answers: Mapping[Asked, Sequence[Answer]]) -> Seen:
    """The side, with what was found at every place where it was asked."""
    found = dict(seen.found)
    for value in seen.missing:
        answer = joined(answers.get((seen.claim, seen.key, value), ()))
        if answer[0] is not Verdict.UNKNOWN:
            found[value] = answer
    return attrs.evolve(seen, found=found)


def _ways(code: Lifted, labels: tuple[str, ...]) -> Iterator[tuple[str, Setting]]:
    """The claims' own obligations there, each with its setting."""
    for task in tasks():
        if task.label in labels:
            for obligation in task.obligations(code):
                yield obligation.claim, obligation.setting


def _states(code: Lifted, wanted: Iterable[str]) -> Iterator[tuple[str, Setting]]:
    """An arbitrary pump that satisfies all that is claimed of pumps, and what is claimed of its observers' records."""
    for name in wanted:
        claim = EVERY[name]
        symbols = Symbols()
        pump = record(symbols.arbitrary(Pump, "before"))
        given: dict[str, Value] = {"device": pump.fields["device"], "pump": pump}
        more = [each for each in parameters(claim) if each not in given]
        given |= {each: symbols.arbitrary(hints_of(claim)[each], each) for each in more}
        observer = observed(claim)
        held: tuple[Truth, ...] = ()
        if observer is not None:
            seen = {**given, "seen": given[observed_as(claim)]}
            claims = [each for _, each in observed_claims(observer) if "before" not in parameters(each)]
            held = tuple(part for each in claims for part in terms.conjuncts(code.claim(each, seen, None)))
        proven = (*code.assume("before", pump, armed=True), *held)
        yield name, Setting("any pump", "*", given, tuple(symbols.facts), proven, ("pump", *more), frozenset())


@attrs.define(eq=False)
class _Marks:
    """Notes what the sides of a claim are while it is lifted; leaves are their contracts."""

    inner: LeafContracts
    met: dict[tuple[Key, bool], list[Truth]] = attrs.field(factory=dict)
    _parts: dict[int, list[Truth]] = attrs.field(factory=dict)
    """Of what is being lifted: the parts that Python may reach."""

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """What a mark hands on; else what the contract says."""
        if function not in (_parts, _part, _test):
            return self.inner.result(lifter, function, args)
        number, *values = args
        assert isinstance(number, Poly)
        place = terms.value_of(number)
        *either, truth = [each for each in values if isinstance(each, Truth)]
        assert place is not None
        where = terms.conjunction(*lifter.guard)
        if function is _part:
            self._parts.setdefault(place, []).append(truth)
        elif function is _test:
            self._note((place, 0), where, truth)
        else:
            last = values[0]
            assert isinstance(last, Poly)
            self._note_parts(place, where, either == [terms.TRUE], terms.value_of(last) or 0)
        return truth

    def _note_parts(self, place: int, where: Truth, either: bool, last: int) -> None:
        """Those of a disjunction (`either`) or a conjunction: each, and each with all others; parts up to the `last`
        that are not reached have none but those before them."""
        parts = self._parts.pop(place)
        chain = terms.disjunction if either else terms.conjunction
        for at, part in enumerate(parts):
            others = chain(*parts[:at], *parts[at + 1 :])
            self._note((place, at), where, terms.negation(others) if either else others)
            self._note((place, -1 - at), where, part)
        for at in range(len(parts), last + 1):
            others = chain(*parts)
            self._note((place, at), where, terms.negation(others) if either else others)

    def _note(self, key: Key, where: Truth, truth: Truth) -> None:
        for value in (True, False):
            here = terms.conjunction(where, truth if value else terms.negation(truth))
            self.met.setdefault((key, value), []).append(here)


def _parts() -> None:
    """Marks a disjunction or a conjunction; `_Marks` knows what it gives."""


def _part() -> None:
    """Marks a part of one."""


def _test() -> None:
    """Marks the test of a branch; `_Marks` knows what it gives."""


@functools.cache
def _marked(claim: Claim) -> tuple[FunctionType, Any]:
    """The claim with marks that the lifter finds, and the source that it reads in place of the shipped one."""
    assert isinstance(claim, FunctionType)
    tree, _ = instrumented(claim, late=False)
    space = {**claim.__globals__, PARTS: _parts, PART: _part, TEST: _test}
    return FunctionType(claim.__code__, space, claim.__name__), tree


def sides_met(claim: Claim, setting: Setting, code: Lifted) -> dict[tuple[Key, bool], Truth]:
    """By side and truth value: when the side has it, anywhere in the claim."""
    function, tree = _marked(claim)
    symbols = Symbols()
    given = dict(setting.values)
    if "followed" in given:
        after = record(given["after"])
        given |= {"seen": given["followed"], observed_as(claim): given["followed"], "pump": after.fields["pump"]}
    args = [
        given[each] if each in given else symbols.arbitrary(hints_of(claim)[each], each) for each in parameters(claim)
    ]
    marks = _Marks(code.contracts)
    instead = {f"{function.__module__}.{function.__qualname__}": tree}
    Lifter(contracts=marks, instead=instead, known=dict(setting.known)).call(function, *args)
    facts = terms.conjunction(*symbols.facts)
    return {each: terms.conjunction(facts, terms.disjunction(*truths)) for each, truths in marks.met.items()}


def asked(claim: Claim, what: tuple[Key, bool], setting: Setting, met: Truth, stage: Stage) -> Answer:
    """Whether the side can have the truth value in this setting."""
    name = claim.__name__
    obligation = Obligation(name, setting, terms.negation(met))
    outcome = settle_obligation(obligation, thorough=False)
    if outcome.verdict is Settled.PROVEN:
        return (Verdict.IMPOSSIBLE, EXCLUDED)
    premises = Premises("", setting, dict.fromkeys(setting.proven))
    for inputs, found in _values(obligation, outcome.open, premises, stage):
        if _may_be(premises, inputs, stage.leaves) and _seen_by(claim, what, setting, inputs):
            return (Verdict.ARBITRARY, f"in values {found} ({setting.label})")
    if settle_obligation(obligation).verdict is Settled.PROVEN:
        return (Verdict.IMPOSSIBLE, EXCLUDED)
    return (Verdict.UNKNOWN, f"open at {setting.label}")


def _values(
    obligation: Obligation, left_open: Question | None, premises: Premises, stage: Stage
) -> Iterator[tuple[dict[str, Any], str]]:
    """Values that may break the obligation: near scenes, then at large."""
    setting = obligation.setting
    for given in near_scenes(Question(given_in(obligation), obligation.goal), premises, stage):
        inputs = inputs_of(setting, given)
        if inputs is not None:
            yield inputs, "found by Z3 near a scene"
    for inputs in suggested(setting, left_open or Question(premises_of(obligation), obligation.goal)):
        yield inputs, "found by Z3"


def _may_be(premises: Premises, inputs: Mapping[str, Any], leaves: Leaves) -> bool:
    """Whether all that the setting assumes is true of the values."""
    given = given_at(premises.setting, inputs)
    return holds(premises, Evaluation({**dict.fromkeys(premises.named, 0), **given}, leaves))


def _seen_by(claim: Claim, what: tuple[Key, bool], setting: Setting, inputs: Mapping[str, Any]) -> bool:
    """Whether Python, running the claim on the values, sees the side have it."""
    after, stage = run_stage(setting.label, inputs)
    given = {**inputs, **(stage or {})}
    given.setdefault("device", given["pump"].device if stage is None else None)
    observer = observed(claim)
    if observer is not None and stage is not None:
        given[observed_as(claim)] = observer.follow(
            given["device"], inputs["seen"], given["before"], given["event"], after
        )
    if observer is not None and stage is not None:
        given["pump"] = after.pump
    if not set(parameters(claim)) <= set(given):
        return False
    notes = watched(claim.__name__, claim)
    try:
        notes.run(**{each: given[each] for each in parameters(claim)})
    except (ArithmeticError, LookupError, ValueError):  # its duties exclude such values
        return False
    key, value = what
    return value in notes.new().get(key, ())
