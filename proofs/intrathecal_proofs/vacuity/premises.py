"""Premises: for each setting that obligations are proven in, values for which all that they may assume holds.

Steps of lives are put into the premises first, then states that were moved a little, then what the solver suggests. All
of them are worked out in whole numbers, leaves as Python runs them. Where the solver shows that the premises contradict
each other, the way cannot be taken: what is proven of it is proven of nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import attrs

from intrathecal import Authority, Retire, step
from intrathecal.units import NUMBER_MAX
from intrathecal_proofs.histories.happenings import Happening
from intrathecal_proofs.machinery import leaf_contracts, terms, values
from intrathecal_proofs.machinery.counterexample import assignment_of, concrete, expression, run_stage, scripts
from intrathecal_proofs.machinery.evaluation import Evaluation, Leaves, plain_leaves
from intrathecal_proofs.machinery.leaf_contracts import name_of
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.prover import Question, given_in, premises_of, settle_obligation
from intrathecal_proofs.machinery.prover import Verdict as Settled
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_proofs.scenes import numbers_of, scene_of
from intrathecal_proofs.vacuity.findings import Finding, Kind, Verdict
from intrathecal_proofs.vacuity.nearby import nearby
from intrathecal_proofs.vacuity.remarks import remarked
from intrathecal_proofs.vacuity.scenery import Scene
from intrathecal_specs.everything import OBSERVERS

STEPS = 3_000_000
"""Of Z3's resource limit, for premises that no scene satisfies."""
LOOKED_AT, REPAIRED = 300, 5
"""Where no scene satisfies premises: at how many it is asked which of them fail, and near how many of the best values
are sought."""
GUESSES = 4
"""How many values are tried in a scene for what is no part of it, such as an arbitrary time."""
CONTRADICTORY = "the premises contradict each other"
BEYOND_CONTRACTS = f"{CONTRADICTORY}, with what is remarked of the core's arithmetic beyond the contracts of leaves"
NOT_SHOWN = "no scene satisfies it, and Z3 finds neither values nor a contradiction"
Key = tuple[str, tuple[Truth, ...], tuple[str, ...], type | None]
"""A setting's label, premises and inputs, and whose record is one of them."""
OF_A_CLAIM = ("alone", "any state")
"""How labels begin that several claims use, each of other values."""


@attrs.define(eq=False, slots=False)
class Premises:
    """What obligations of one setting may assume, and how many of them there are."""

    name: str
    """As in `decide Program, path 3`; with the claim, where each has settings of its own."""
    setting: Setting
    proven: dict[Truth, None] = attrs.field(factory=dict)
    """All that any of them rests on."""
    obligations: int = 0

    @property
    def key(self) -> Key:
        """The same for the same premises of one way, and the same observer."""
        return (self.setting.label, self.setting.premises, self.setting.inputs, seen_kind(self.setting))

    @functools.cached_property
    def turned(self) -> tuple[Truth, ...]:
        """The premises, those first that the way has decided last: they fail soonest."""
        return self.setting.premises[::-1]

    @functools.cached_property
    def named(self) -> frozenset[str]:
        """Every variable but results of leaves."""
        inputs = frozenset().union(*(_names(self.setting.values[name]) for name in self.setting.inputs))
        spoken = frozenset().union(*map(terms.variables, (*self.setting.premises, *self.proven)))
        return (spoken | inputs) - leaf_contracts.FACTS.keys()


def _names(value: Value) -> frozenset[str]:
    return frozenset().union(*(terms.variables(leaf) for _, leaf in values.leaves(value)))


def collected(obligations: Iterable[Obligation], found: dict[Key, Premises]) -> None:
    """Add what the obligations may assume, by label and premises, each once."""
    for obligation in obligations:
        setting = obligation.setting
        name = obligation.name if setting.label.startswith(OF_A_CLAIM) else setting.label
        kind = seen_kind(setting)
        new = Premises(name if kind is None else f"{name}, {kind.__name__}", setting)
        premises = found.setdefault(new.key, new)
        premises.proven.update(dict.fromkeys(setting.proven))
        premises.obligations += 1


@attrs.define(eq=False)
class Stage:
    """Scenes, with the values that stages take from them."""

    scenes: Sequence[Scene]
    leaves: Leaves
    random: Random
    _likely: dict[str, dict[int, None]] = attrs.field(factory=dict)
    """By way: the places of scenes that took it."""
    _barred: set[str] = attrs.field(factory=set)
    """Ways that were found to be impossible where something was asked of them."""
    _things: dict[int, dict[str, Any]] = attrs.field(factory=dict)
    _flat: dict[int, tuple[Any, tuple[int | bool, ...]]] = attrs.field(factory=dict)
    """By identity, which the part of the scene keeps as it stands beside it."""
    _evaluations: dict[object, list[Evaluation]] = attrs.field(factory=dict)

    def places(self, setting: Setting) -> Iterator[int]:
        """Of all scenes, those first that took the same way where something else was asked of it."""
        likely = self._likely.setdefault(way_of(setting), {})
        yield from tuple(likely)
        yield from (place for place in range(len(self.scenes)) if place not in likely)

    def took(self, place: int, setting: Setting) -> None:
        """The scene took the setting's way."""
        self._likely.setdefault(way_of(setting), {})[place] = None

    def bar(self, setting: Setting) -> None:
        """The setting's way cannot be taken."""
        self._barred.add(way_of(setting))

    def is_barred(self, setting: Setting) -> bool:
        """Whether the setting's way could not be taken where something else was asked of it."""
        return way_of(setting) in self._barred

    def things(self, place: int) -> dict[str, Any]:
        """All that the scene has, by the names of a setting's inputs."""
        if place not in self._things:
            found = scene_of(self.scenes[place].happening)
            since = self._until_transfer(self.scenes[place].happening)
            elsewhere = self.random.choice((since[-1].device, self.random.choice(self.scenes).happening.device))
            found |= {"old": since[-1].after.pump, "other device": elsewhere, "since": since}
            found |= {"protocol": found["before"].trial.protocol, "authority": self.random.choice(tuple(Authority))}
            self._things[place] = found
        return self._things[place]

    def _until_transfer(self, happening: Happening) -> tuple[Happening, ...]:
        """The step, and mostly the one that retires the pump after it."""
        pump = happening.after.pump
        if self.random.random() < 0.3 or pump.number == NUMBER_MAX:
            return (happening,)
        retire = Retire(pump.now, pump.number + 1, Authority.CLINICIAN, sudden_acknowledged=True)
        return (happening, Happening(pump.device, pump, retire, step(pump.device, pump, retire)))

    def evaluations(self, place: int, setting: Setting) -> list[Evaluation]:
        """The setting's inputs at this scene, and all terms worked out there so far; more than one where an observer
        watches several periods, or where something is no part of a scene."""
        key = (place, setting.inputs, setting.label.startswith("transfer"), seen_kind(setting))
        if key not in self._evaluations:
            made = list(self._inputs(place, setting))
            self._evaluations[key] = [
                Evaluation(given_at(setting, inputs, self._flattened), self.leaves) for inputs in made
            ]
        return self._evaluations[key]

    def guessed(self, place: int, setting: Setting) -> list[str]:
        """The inputs that are no part of the scene."""
        return [name for name in setting.inputs if name != "seen" and name not in self.things(place)]

    def _flattened(self, plain: Any) -> tuple[int | bool, ...]:
        """Every number and truth value in a part of a scene, found once."""
        if id(plain) not in self._flat:
            self._flat[id(plain)] = (plain, flat(plain))
        return self._flat[id(plain)][1]

    def _inputs(self, place: int, setting: Setting) -> Iterator[dict[str, Any]]:
        things = self.things(place)
        if setting.label.startswith("transfer"):
            things = {**things, "device": things["other device"]}
        near = numbers_of(things["before"])
        kind = seen_kind(setting)
        unknown = self.guessed(place, setting)
        if not all(_fits(setting.values[name], things.get(name)) for name in setting.inputs if name != "seen"):
            return
        for seen in self._seen(place, setting, kind) if kind is not None else (None,):
            for _ in range(GUESSES if unknown else 1):
                found = {**things, "seen": seen}
                found |= {name: guess(setting.values[name], near, self.random) for name in unknown}
                yield {name: found[name] for name in setting.inputs}

    def _seen(self, place: int, setting: Setting, kind: type) -> Iterator[Any]:
        """The records of the observer before the step; of one that hands over, after the old pump's last one."""
        follow = OBSERVERS[kind].follow
        since = self.things(place)["since"] if setting.label.startswith("transfer") else ()
        for seen in self.scenes[place].seen.get(kind, ()):
            yield functools.reduce(lambda so_far, h: follow(h.device, so_far, h.before, h.event, h.after), since, seen)


def way_of(setting: Setting) -> str:
    """The way's name, whatever is asked of it: as in `Program, path 3`."""
    return setting.label.partition(" ")[2]


def _fits(value: Value, plain: Any) -> bool:
    """Whether a scene has such a record, or none is needed."""
    return not isinstance(value, Record) or type(plain) is value.of


def guess(value: Value, near: tuple[int, ...], random: Random) -> Any:
    """A number of the scene, one beside it or a small one; a truth value; a tuple of them. A constant is itself."""
    if isinstance(value, tuple):
        return tuple(guess(each, near, random) for each in value)
    if isinstance(value, Truth):
        return random.random() < 0.5
    assert isinstance(value, Poly)
    known = terms.value_of(value)
    some = (0, 1, 2, random.choice(near), random.choice(near) + random.choice((-1, 1)))
    return random.choice(some) if known is None else known


def seen_kind(setting: Setting) -> type | None:
    """The observer whose record is an input, if one is."""
    seen = setting.values["seen"] if "seen" in setting.inputs else None
    return seen.of if isinstance(seen, Record) else None


def flat(plain: Any) -> tuple[int | bool, ...]:
    """Every number and truth value in it."""
    return tuple(plain_leaves(plain))


def given_at(
    setting: Setting, inputs: Mapping[str, Any], flattened: Callable[[Any], tuple[int | bool, ...]] = flat
) -> dict[str, int | bool]:
    """By variable of the setting's inputs: its value."""
    given: dict[str, int | bool] = {}
    for name, plain in inputs.items():
        named = zip(names_in(setting.values[name]), flattened(plain), strict=True)
        given |= {variable: value for variable, value in named if variable}
    return given


@functools.lru_cache(maxsize=1_024)
def names_in(value: Value) -> tuple[str, ...]:
    """Of every number and truth value in it, the variable's name; of a constant, nothing."""
    return tuple(name_of(leaf) if terms.variables(leaf) else "" for _, leaf in values.leaves(value))


def holds(premises: Premises, at: Evaluation) -> bool:
    """Whether all that may be assumed is true there, and leaves return what their contracts say."""
    return (
        all(at.truth(truth) for truth in premises.turned)
        and all(at.truth(truth) for truth in premises.proven)
        and all(at.truth(fact) for name in tuple(at.returned) for fact in leaf_contracts.FACTS[name])
    )


def witnessed(premises: Premises, stage: Stage) -> Finding:
    """A witness for the premises, or why there is none."""
    if stage.is_barred(premises.setting) and contradict(premises):
        return _found(premises, Verdict.IMPOSSIBLE, CONTRADICTORY)
    for place in stage.places(premises.setting):
        scene = stage.scenes[place]
        for at in stage.evaluations(place, premises.setting):
            at.given |= dict.fromkeys(premises.named - at.given.keys(), 0)  # of no step: any value will do
            if holds(premises, at):
                stage.took(place, premises.setting)
                return _found_at(premises, scene, stage.guessed(place, premises.setting))
    found = solved(premises, stage)
    if found.verdict is Verdict.IMPOSSIBLE:
        stage.bar(premises.setting)
    return found


def _found_at(premises: Premises, scene: Scene, guessed: Sequence[str]) -> Finding:
    """A witness at the scene: reached, if the scene was, and everything is part of it."""
    why = f"{scene.origin}, with any {', any '.join(guessed)}" if guessed else scene.origin
    return _found(premises, Verdict.REACHED if scene.lived and not guessed else Verdict.ARBITRARY, why)


def contradict(premises: Premises) -> bool:
    """Whether the solver, asked once, shows that the premises contradict each other."""
    setting = attrs.evolve(premises.setting, proven=tuple(premises.proven))
    question = Question(premises_of(Obligation("", setting, terms.TRUE)), terms.FALSE)
    return z3_solve(question.text(), STEPS).answer is Answer.UNSAT


def repaired(premises: Premises, stage: Stage) -> Finding | None:
    """A witness near a scene that breaks few of the premises."""
    setting = attrs.evolve(premises.setting, proven=tuple(premises.proven))
    question = Question(given_in(Obligation("", setting, terms.FALSE)), terms.FALSE)
    for given in near_scenes(question, premises, stage):
        found = _confirmed(premises, given, stage.leaves, "found by Z3 near a scene")
        if found is not None:
            return found
    return None


def near_scenes(question: Question, premises: Premises, stage: Stage) -> Iterator[dict[str, int | bool]]:
    """Values for which the question's premises hold and its goal does not, near scenes that break few of them: what
    those speak of is let go, all else stays as it is."""
    places = stage.random.sample(range(len(stage.scenes)), min(LOOKED_AT, len(stage.scenes)))
    looked_at = [at for place in places for at in stage.evaluations(place, premises.setting)[:1]]
    wanted = (*question.premises, *terms.conjuncts(terms.negation(question.goal)))
    broken = []
    for at in looked_at:
        at.given |= dict.fromkeys(premises.named - at.given.keys(), 0)  # of no step: any value will do
        broken.append((at, [truth for truth in wanted if not at.truth(truth)]))
    for at, wrong in sorted(broken, key=lambda each: len(each[1]))[:REPAIRED]:
        yield from nearby(question, at.given, frozenset().union(*map(terms.variables, wrong)))


def _found(premises: Premises, verdict: Verdict, why: str, source: str = "") -> Finding:
    event = premises.setting.event
    return Finding(Kind.PREMISE, premises.name, event, verdict, why, source, premises.obligations)


def solved(premises: Premises, stage: Stage) -> Finding:
    """A witness that the solver suggests, near a scene or at large, confirmed by working it out; or that the premises
    contradict each other."""
    setting = attrs.evolve(premises.setting, proven=tuple(premises.proven))
    question = Question(premises_of(Obligation("", setting, terms.TRUE)), terms.FALSE)
    if contradict(premises):
        return _found(premises, Verdict.IMPOSSIBLE, CONTRADICTORY)
    found = repaired(premises, stage)
    if found is not None:
        return found
    why = why_contradicted(setting, stage.leaves)
    if why:
        return _found(premises, Verdict.IMPOSSIBLE, why)
    for text in scripts(question):
        answer = z3_solve(text.text(), STEPS, wants_model=True)
        if answer.answer is Answer.SAT:
            found = _confirmed(premises, assignment_of(text, answer.model), stage.leaves, "found by Z3")
            if found is not None:
                return found
    return _found(premises, Verdict.UNKNOWN, NOT_SHOWN)


def why_contradicted(setting: Setting, leaves: Leaves) -> str:
    """Why the premises contradict each other, if the prover, in any of its ways, shows that they do."""
    more = remarked(setting, Lifted(contracts=leaves))
    if settle_obligation(Obligation("", more, terms.FALSE)).verdict is not Settled.PROVEN:
        return ""
    return CONTRADICTORY if more is setting else BEYOND_CONTRACTS


def _confirmed(premises: Premises, values: Mapping[str, int | bool], leaves: Leaves, why: str) -> Finding | None:
    """The witness, if the premises hold of these values when they are worked out, and Python runs the stage on them."""
    given = {name: value for name, value in values.items() if name not in leaf_contracts.FACTS}
    if not holds(premises, Evaluation({**dict.fromkeys(premises.named, 0), **given}, leaves)):
        return None
    source = _replayed(premises.setting, values)
    return None if source is None else _found(premises, Verdict.ARBITRARY, why, source)


def _replayed(setting: Setting, values: Mapping[str, int | bool]) -> str | None:
    """Python source of the inputs, once Python has run the stage on them; `None` where their constructors refuse."""
    try:
        inputs = {name: concrete(setting.values[name], values) for name in setting.inputs}
    except ValueError:
        return None
    run_stage(setting.label, inputs)
    return "; ".join(f"{name} = {expression(value)}" for name, value in inputs.items())
