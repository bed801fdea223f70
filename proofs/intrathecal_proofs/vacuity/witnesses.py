"""Witnesses: all that is asked whether anything is proven of nothing, on a pool of processes."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import chain
from random import Random

import attrs

from intrathecal import Step
from intrathecal.pump import Pump
from intrathecal.stepping import answer
from intrathecal.verdict import Reason
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.claims import EVENTS
from intrathecal_proofs.machinery.evaluation import Leaves
from intrathecal_proofs.machinery.lifted import Lifted, number, record, taken
from intrathecal_proofs.machinery.lifter import paths
from intrathecal_proofs.machinery.pool import serve_its_parent
from intrathecal_proofs.machinery.setting import Setting
from intrathecal_proofs.machinery.stages import HANDLERS
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.system import Task, tasks
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_proofs.monitor import EVERY
from intrathecal_proofs.vacuity.conclusions import Mixer, claims_about, concluded
from intrathecal_proofs.vacuity.conditions import Seen, conditions_of_claims
from intrathecal_proofs.vacuity.findings import Finding, Kind, Verdict, Witnesses
from intrathecal_proofs.vacuity.premises import Key, Premises, Stage, collected, witnessed
from intrathecal_proofs.vacuity.scenery import (
    Scene,
    after_the_end,
    beyond_a_constant_flow,
    is_played,
    lived_and_visited,
    of_kind,
    with_further_events,
    with_moved_states,
    with_other_events,
)
from intrathecal_proofs.vacuity.sides import Answer, Asked, asked_at, is_shown, places_of, settled

SEED = 20_261_123
LIVES, STEPS = 120, 40
"""How many lives of so many rules each."""
EVENTS_TRIED, STATES_TRIED = 2_000, 200
"""How many other events are tried in states that lives reached, and how many states are moved, by kind of event."""
GOING_ON = 8_000
"""How many events are tried with which lives go on."""
LIVED_OF_ALL, TRIED_OF_ALL = 700, 60
"""Where scenes of every kind are looked at: how many of lives, and how many other events are tried of each kind."""
DRAWN_AGAIN = 4
"""How often other scenes are drawn for premises that none satisfies and the solver does not settle: which scenes chance
brings must not decide whether a run is good."""
TRIED_FOR_SIDES = 1_000
"""How many other events of each kind are tried where left sides of implications are looked for."""
DEEP = 20_000
"""Frames: terms of 48 slots nest that deep, and no deeper."""
CLAIMS, CONDITIONS = "claims", "conditions"
"""Parts of the work that belong to no task."""
Work = str
"""A task's label, an event's name or one of the above."""
Told = Callable[[str, int], None]
"""Hears of each piece of work that is done, and how many there are."""


def work_for(only: str | None) -> list[Work]:
    """All pieces of work, the longest first, or those for one event or one task.

    Raises `ValueError` for what is neither.
    """
    events = [event.__name__ for event in EVENTS]
    labels = [task.label for task in tasks() if task.label.split()[0] not in ("decide", "step")]
    first = ("alone", "ChangeSolution", "Program", "ShiftSchedule", "Commission", "arm")
    every = [CONDITIONS, *sorted((*labels, *events), key=lambda name: name not in first), CLAIMS]
    chosen = [work for work in every if only in (None, work) or only in (f"decide {work}", f"step {work}")]
    if not chosen:
        raise ValueError(f"{only!r} is neither an event nor a task; there are {', '.join(sorted(every))}")
    return chosen


def run_witnesses(
    jobs: int,
    only: str | None = None,
    lives: int = LIVES,
    steps: int = STEPS,
    seed: int = SEED,
    told: Told = lambda name, count: None,
) -> Witnesses:
    """Everything, or what concerns one event or task, on `jobs` processes.

    Raises `ValueError` for an `only` that names neither.
    """
    chosen = work_for(only)
    scenes = lived_and_visited(lives, steps, seed)
    scenes += list(with_further_events(scenes, GOING_ON, Random(seed)))
    findings = tuple(pooled(chosen, scenes, jobs, seed, told))
    return Witnesses(seed, lives, steps, (*findings, *without_any(findings if only is None else None)))


def pooled(chosen: Sequence[Work], scenes: list[Scene], jobs: int, seed: int, told: Told) -> Iterator[Finding]:
    """What comes of these pieces of work over the scenes, on `jobs` processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_prepare, initargs=(scenes, seed)) as pool:
        seen = pool.submit(sides_seen) if CONDITIONS in chosen else None
        working = {pool.submit(found_by, work): work for work in chosen if work != CONDITIONS}
        sides: list[Seen] = [] if seen is None else seen.result()
        answers: dict[Asked, list[Answer]] = {}
        for first in (True, False):
            left = [each for each in sides if not is_shown(each, answers)]
            asking = {pool.submit(sides_at, place, left): place for place in places_of(left, first)}
            for finished in as_completed(asking):
                told(f"{CONDITIONS} at {asking[finished]}", len(working) + len(asking))
                for asked, found in finished.result().items():
                    answers.setdefault(asked, []).append(found)
        for done in as_completed(working):
            told(working[done], len(working))
    yield from (settled(each, answers).finding for each in sides)
    for future in working:
        yield from future.result()


def without_any(findings: Sequence[Finding] | None) -> Iterator[Finding]:
    """The reasons for which no event is known to be refused at all; none where not all events were asked."""
    if findings is not None:
        named = {finding.name for finding in findings if finding.kind is Kind.REFUSAL}
        for reason in Reason:
            if reason is not Reason.NONE and reason.name not in named:
                yield Finding(Kind.REFUSAL, reason.name, "*", Verdict.UNKNOWN, "no way through any handler leads to it")


@attrs.define
class _Prepared:
    """What a process works with."""

    scenes: list[Scene] = attrs.field(factory=list)
    seed: int = SEED


_PREPARED = _Prepared()


def _prepare(scenes: list[Scene], seed: int) -> None:
    serve_its_parent()
    gc.disable()  # terms live as long as their process
    sys.setrecursionlimit(DEEP)
    _PREPARED.scenes, _PREPARED.seed = scenes, seed


def sides_seen() -> list[Seen]:
    """What scenes show of the sides of claims, in a process that is prepared."""
    random = Random(f"{_PREPARED.seed} {CONDITIONS}")
    others = [each for kind in EVENTS for each in with_other_events(_PREPARED.scenes, kind, TRIED_FOR_SIDES, random)]
    moved = with_moved_states(_PREPARED.scenes, STATES_TRIED, random)
    return conditions_of_claims(EVERY, [*_PREPARED.scenes, *others, *moved], random)


def sides_at(place: str, left: Sequence[Seen]) -> dict[Asked, Answer]:
    """What is found there of sides that no scene shows, in a process that is prepared."""
    random = Random(f"{_PREPARED.seed} {CONDITIONS} at {place}")
    event = next((each for each in EVENTS if each.__name__ == place), None)
    scenes = of_kind(_PREPARED.scenes, event) if event is not None else _PREPARED.scenes
    return asked_at(place, left, Stage(scenes, Leaves(), random))


def found_by(name: Work) -> list[Finding]:
    """What comes of one piece of work, in a process that is prepared."""
    random = Random(f"{_PREPARED.seed} {name}")
    leaves = Leaves()
    code = Lifted(contracts=leaves)
    if name == CLAIMS:
        return _conclusions(None, _PREPARED.scenes, code, random)
    event = next((each for each in EVENTS if each.__name__ == name), None)
    labels = (f"decide {name}", f"step {name}") if event is not None else (name,)
    scenes = _drawn(event, random)
    again = (Stage(_drawn(event, random), leaves, random) for _ in range(DRAWN_AGAIN))
    stages = chain([Stage(scenes, leaves, random)], again)
    found = premises_and_refusals([task for task in tasks() if task.label in labels], event, code, stages)
    return found if event is None else [*found, *_conclusions(event, scenes, code, random)]


def _drawn(event: type | None, random: Random) -> list[Scene]:
    """Scenes with events of that kind, or of every kind."""
    if event is None:
        return _of_all(_PREPARED.scenes, random)
    mine = of_kind(_PREPARED.scenes, event)
    mine += with_other_events(_PREPARED.scenes, event, EVENTS_TRIED, random)
    mine += after_the_end(_PREPARED.scenes, event, random)
    mine += beyond_a_constant_flow(_PREPARED.scenes, event, random)
    return [*mine, *with_moved_states(mine, STATES_TRIED, random)]


def _of_all(scenes: Sequence[Scene], random: Random) -> list[Scene]:
    """Scenes of every kind: all that were played on purpose, some of other lives, such with other events, and such with
    moved states."""
    played = [scene for scene in scenes if is_played(scene)]
    mixed = [*played, *random.sample(scenes, min(LIVED_OF_ALL, len(scenes)))]
    others = [each for event in EVENTS for each in with_other_events(scenes, event, TRIED_OF_ALL, random)]
    return [*mixed, *others, *with_moved_states([*mixed, *others], STATES_TRIED, random)]


def _conclusions(event: type | None, scenes: Sequence[Scene], code: Lifted, random: Random) -> list[Finding]:
    mixer = Mixer(scenes, _PREPARED.scenes, random)
    return [concluded(name, claim, event, mixer, code) for name, claim in claims_about(event).items()]


def premises_and_refusals(
    some: Sequence[Task], event: type | None, code: Lifted, stages: Iterable[Stage]
) -> list[Finding]:
    """A finding for each setting of the tasks, and for each reason for which they refuse; a further stage is drawn only
    where those before leave something unknown."""
    ways = list(handled(code, event)) if event is not None else []
    by_key = {premises.key: premises for premises, _ in ways}
    for task in some:
        collected(task.obligations(code), by_key)
    findings = first_shown(by_key, stages)
    reasons = [(reason, findings[premises.key]) for premises, reason in ways]
    reasons += [
        (reason_of(premises.setting), findings[key])
        for key, premises in by_key.items()
        if premises.setting.label.startswith(("step", "transfer")) and not premises.setting.label.endswith(", refused")
    ]
    return [*findings.values(), *refusals(reasons)]


def first_shown(by_key: Mapping[Key, Premises], stages: Iterable[Stage]) -> dict[Key, Finding]:
    """What the first stage shows of each of the premises, and of those that it leaves unknown the next one."""
    findings: dict[Key, Finding] = {}
    left = dict(by_key)
    for stage in stages:
        findings |= {key: witnessed(premises, stage) for key, premises in left.items()}
        left = {key: premises for key, premises in left.items() if findings[key].verdict is Verdict.UNKNOWN}
        if not left:
            break
    return findings


def handled(code: Lifted, event: type) -> Iterator[tuple[Premises, int | None]]:
    """Each way through the event's handler, and the reason for which it refuses."""
    symbols = Symbols()
    settled, happening = record(symbols.arbitrary(Pump, "settled")), record(symbols.arbitrary(event, "event"))
    device = settled.fields["device"]
    now = terms.equal(number(happening, "at"), number(settled, "now"))
    given: dict[str, Value] = {"device": device, "settled": settled, "event": happening}
    ways = paths(lambda lifter: lifter.call(answer, device, settled, happening), code.lifter, HANDLERS, {})
    for place, (known, lifter, after) in enumerate(ways):
        label = f"decide {event.__name__}, path {place}"
        premises = (*symbols.facts, now, *taken(known))
        reached = frozenset(lifter.reached)
        setting = Setting(label, event.__name__, given, premises, (), ("settled", "event"), reached)
        held = dict.fromkeys(code.assume("settled", settled, armed=False))
        yield Premises(label, setting, held), reason_of(attrs.evolve(setting, values={**given, "after": after}))


def reason_of(setting: Setting) -> int | None:
    """The reason for which the setting's step is refused, if it is."""
    after = setting.values.get("after")
    if not isinstance(after, Record) or after.of is not Step:
        return None
    verdict = record(after.fields["verdict"])
    refused = verdict.fields["accepted"] is terms.FALSE
    return terms.value_of(number(verdict, "reason")) if refused else None


BEST_FIRST = (Verdict.REACHED, Verdict.ARBITRARY, Verdict.UNKNOWN, Verdict.IMPOSSIBLE)
"""Of several ways to one refusal, the one that is told."""


def refusals(reasons: Sequence[tuple[int | None, Finding]]) -> Iterator[Finding]:
    """For each event and reason, how it is reached."""
    by_pair: dict[tuple[str, str], list[Finding]] = {}
    for reason, finding in reasons:
        if reason:
            event = "transfer" if finding.name.startswith("transfer") else finding.event
            by_pair.setdefault((Reason(reason).name, event), []).append(finding)
    for (name, event), some in by_pair.items():
        best = min(some, key=lambda each: BEST_FIRST.index(each.verdict))
        yield attrs.evolve(best, kind=Kind.REFUSAL, name=name, event=event, obligations=0)
