"""Conclusions: for each claim and event, values for which the claim is false once what comes after is arbitrary.

Python finds them by mixing: what was before in one life, with what came after in another, or with parts of it moved.
What no mixture breaks is asked of the solver. A claim that holds whatever comes after says something of the state
before, of the event or of types alone: that is proven, and told.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any

import attrs

from intrathecal import Authority
from intrathecal.evolving import evolve
from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.claims import Claim, event_types_of, hints_of, observed, parameters
from intrathecal_proofs.machinery.counterexample import assignment_of, concrete, expression, scripts
from intrathecal_proofs.machinery.lifted import Lifted, record
from intrathecal_proofs.machinery.prover import Question, settle_obligation
from intrathecal_proofs.machinery.prover import Verdict as Settled
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value
from intrathecal_proofs.scenes import drawn, moved, numbers_of, parts_of, plain_type
from intrathecal_proofs.vacuity.findings import Finding, Kind, Verdict
from intrathecal_proofs.vacuity.nearby import nearby
from intrathecal_proofs.vacuity.premises import given_at
from intrathecal_proofs.vacuity.scenery import Scene, crossed
from intrathecal_specs.everything import REQUIREMENTS

TRIES = 300
"""How many mixtures are tried before the solver is asked whether any can be."""
MORE_TRIES = 3_000
"""How many more of them are tried where it does not say that none can."""
STATES_HELD = 12
"""From how many states that lives reached the solver is asked at last."""
NOT_SHOWN = "nothing makes it fail, and nothing shows that it cannot"
STEPS = 2_000_000
"""Of Z3's resource limit."""
COMES_AFTER = ("after", "pump", "seen", "result", "number")
"""What parameters are called whose values come after a step, or out of a function."""
EVERY: Mapping[str, Claim] = {
    **{name: needed.function for name, needed in REQUIREMENTS.items()},
    **INVARIANTS,
    **LINKS,
    **{claim.__name__: claim for claim in CONTRACTS.values()},
}
"""All that is claimed, by name."""


def claims_about(event: type | None) -> dict[str, Claim]:
    """The claims about steps of that event; `None`: those about no event."""
    return {
        name: claim
        for name, claim in EVERY.items()
        if ("event" in parameters(claim) and event in event_types_of(claim)) or (event is None and not _stepwise(claim))
    }


def _stepwise(claim: Claim) -> bool:
    return "event" in parameters(claim)


@attrs.define(eq=False)
class Mixer:
    """Mixes what was before with what came after elsewhere."""

    scenes: Sequence[Scene]
    """Whose states and events are taken."""
    others: Sequence[Scene]
    """Where what comes after is taken from."""
    random: Random

    def mixed(self, claim: Claim) -> Iterator[dict[str, Any]]:
        """Arguments for the claim: before and event of one scene, all else of others, crossed with its own or moved."""
        hints = hints_of(claim)
        while True:
            scene, other = self.random.choice(self.scenes), self.random.choice(self.others)
            here = scene.happening
            near = numbers_of(here.before)
            given = {"device": here.device, "before": here.before, "event": here.event, "old": here.before}
            given |= {"authority": self.random.choice(tuple(Authority))}
            own = {"after": here.after, "pump": here.after.pump, "seen": self._seen(claim, scene)}
            far = {"after": other.happening.after, "pump": other.happening.after.pump, "seen": self._seen(claim, other)}
            try:
                for name in parameters(claim):
                    if name in own:
                        given[name] = self._arbitrary(own[name], far[name], near)
                    elif name not in given or not isinstance(given[name], plain_type(hints[name])):
                        given[name] = drawn(hints[name], parts_of(scene.happening.before), near, self.random)
            except ValueError:  # a constructor refuses the mixture
                continue
            yield {name: given[name] for name in parameters(claim)}

    def _seen(self, claim: Claim, scene: Scene) -> Any:
        observer = observed(claim)
        return None if observer is None else self.random.choice(scene.seen[observer.seen])

    def _arbitrary(self, own: Any, far: Any, near: tuple[int, ...]) -> Any:
        how = self.random.random()
        if how < 0.3 or own is None:
            return far
        found = crossed(own, far, self.random) if how < 0.6 else own
        for _ in range(self.random.choice((1, 2, 8))):
            found = moved(found, self.random, near)
        return found


def with_other_results(claim: Claim, mixer: Mixer) -> Claim:
    """The same claim, but that the functions of the core that it calls return something else."""
    changed: dict[str, Any] = {}
    for name in claim.__code__.co_names:
        function = claim.__globals__.get(name)
        if not isinstance(function, types.FunctionType) or function is evolve:  # it only says what to compare with
            continue
        if function.__module__.startswith("intrathecal."):
            changed[name] = _other_result(function, mixer)
    return types.FunctionType(claim.__code__, {**claim.__globals__, **changed}, claim.__name__)


def _other_result(function: Callable[..., Any], mixer: Mixer) -> Callable[..., Any]:
    def returns(*args: Any, **named: Any) -> Any:
        near = numbers_of(mixer.random.choice(mixer.others).happening.before)
        result = function(*args, **named)
        try:
            return moved(result, mixer.random, near) if mixer.random.random() < 0.7 else result
        except ValueError:  # a constructor refuses it
            return result

    return returns


def concluded(name: str, claim: Claim, event: type | None, mixer: Mixer, code: Lifted) -> Finding:
    """Values for which the claim fails with something arbitrary after the step, or that there are none."""
    about = event.__name__ if event is not None else "*"
    rests = [each for each in parameters(claim) if each in COMES_AFTER]
    asked = claim if rests else with_other_results(claim, mixer)
    broken = Finding(
        Kind.CONCLUSION,
        name,
        about,
        Verdict.ARBITRARY,
        f"fails with {', '.join(rests) or 'what functions return'} of elsewhere, or moved",
    )
    mixtures = mixer.mixed(claim)
    if any(fails(asked, given) for given in islice(mixtures, TRIES)):
        return broken
    found = (
        _asked(name, claim, event, code, mixtures)
        if rests
        else attrs.evolve(broken, verdict=Verdict.UNKNOWN, why=NOT_SHOWN)
    )
    if found.verdict is Verdict.UNKNOWN and any(fails(asked, given) for given in islice(mixtures, MORE_TRIES)):
        return broken
    return found


def fails(claim: Claim, given: Mapping[str, Any]) -> bool:
    """Whether the claim is false of the values; where Python cannot say, it is not."""
    try:
        return not claim(*given.values())
    except (ArithmeticError, LookupError, ValueError):  # duties or ranges exclude such values: they say nothing of it
        return False


def _asked(name: str, claim: Claim, event: type | None, code: Lifted, mixtures: Iterator[dict[str, Any]]) -> Finding:
    """What the solver says: why the claim cannot fail, or values for which Python finds it false."""
    symbols = Symbols()
    given: dict[str, Value] = {}
    hints = hints_of(claim)
    for each in sorted(parameters(claim), key=lambda each: each == "device"):
        if each == "device" and "before" in given:
            given[each] = record(given["before"]).fields["device"]
        else:
            given[each] = symbols.arbitrary(event if each == "event" and event is not None else hints[each], each)
    truth = code.claim(claim, given, None)
    held = code.assume("before", record(given["before"]), armed=True) if "before" in given else ()
    facts = tuple(symbols.facts)

    def found(verdict: Verdict, why: str, source: str = "") -> Finding:
        return Finding(Kind.CONCLUSION, name, event.__name__ if event else "*", verdict, why, source)

    if truth is terms.TRUE:
        return found(Verdict.TRIVIAL, "it says nothing of an event of this kind")
    if _gives(facts, truth):
        return found(Verdict.TRIVIAL, "it follows from what types allow, or says the same twice")
    setting = Setting("any step", "*", given, facts, held, tuple(given), frozenset())
    if any(_settles(each, name, truth) for each in (setting, _with_products(setting, event, code))):
        return found(Verdict.TRIVIAL, "it says something of the state before and of the event alone")
    for assignment in _suggested(setting, Question((*facts, *held), truth), mixtures):
        try:
            values = {each: concrete(given[each], assignment) for each in parameters(claim)}
        except ValueError:  # a constructor refuses what the solver left open
            continue
        if fails(claim, values):
            source = "; ".join(f"{each} = {expression(value)}" for each, value in values.items())
            return found(Verdict.ARBITRARY, "found by Z3", source)
    return found(Verdict.UNKNOWN, NOT_SHOWN)


def _suggested(
    setting: Setting, question: Question, mixtures: Iterator[dict[str, Any]]
) -> Iterator[dict[str, int | bool]]:
    """Values for which the solver says that the claim fails: at large, then from a state that a life reached."""
    for script in scripts(question):
        solved = z3_solve(script.text(), STEPS, wants_model=True)
        if solved.answer is Answer.SAT:
            yield assignment_of(script, solved.model)
    free = frozenset(each for each in terms.variables(question.goal) if not each.startswith("before."))
    of_types = Question(
        setting.premises, question.goal
    )  # all that is claimed of states is true of one that was reached
    for mixture in islice(mixtures, STATES_HELD if "before" in setting.inputs else 0):
        base = given_at(attrs.evolve(setting, inputs=("before",)), mixture)
        yield from islice(nearby(of_types, base, free), 1)


def _settles(setting: Setting, name: str, truth: Truth) -> bool:
    return settle_obligation(Obligation(name, setting, truth)).verdict is Settled.PROVEN


def _with_products(setting: Setting, event: type | None, code: Lifted) -> Setting:
    """The setting of a step, with what signed products say of its event in a pump that is settled already."""
    if "event" not in setting.values:
        return setting
    given = {"device": setting.values["device"], "settled": setting.values["before"], "event": setting.values["event"]}
    return attrs.evolve(setting, proven=(*setting.proven, *code.products(given, event)))


def _gives(premises: tuple[Truth, ...], goal: Truth) -> bool:
    return z3_solve(Question(premises, goal).text(), STEPS).answer is Answer.UNSAT
