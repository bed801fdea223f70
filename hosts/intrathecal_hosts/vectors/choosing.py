"""Choosing: of the lives that wicked hosts lead pumps through, as few steps as take every branch, meet every edge of a
comparison, every refusal and alarm, and every event in every mode."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from random import Random
from typing import Final

from attrs import evolve, frozen

from intrathecal import Alarm, Pump, Reason, Step
from intrathecal_hosts.attack.campaign import PAIRS
from intrathecal_hosts.attack.life import Told, lives
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.branches import all_branches, taken
from intrathecal_hosts.vectors.edges import all_edges
from intrathecal_hosts.vectors.seeking import Edges, asked

ALIKE: Final = 4
"""How many steps of one kind are looked at, for the branches that they take."""
PART: Final = 20_000
"""Steps of one part."""
Goal = str
"""What is to be met, in words."""


@frozen
class Trace:
    """A life, from its beginning on."""

    beginning: Pump
    told: tuple[Told, ...]
    met: Mapping[int, frozenset[Goal]]
    """By place in `told`: what is met there, and was not before."""

    def cut(self, needed: set[Goal]) -> Trace:
        """Up to the last step that meets anything of what is still needed, and of what is met only that."""
        met = {place: some for place, goals in self.met.items() if (some := goals & needed)}
        return evolve(self, told=self.told[: max(met, default=-1) + 1], met=met)

    @property
    def goals(self) -> frozenset[Goal]:
        """All that is met in it."""
        return frozenset().union(*self.met.values())


def all_goals() -> frozenset[Goal]:
    """Every branch, refusal and alarm, and every event in every mode that a pump of that drive can be in."""
    branches = map(str, all_branches())
    edges = map(str, all_edges())
    reasons = (refusal(reason) for reason in Reason)
    pairs = (f"{event} in {mode} ({drive.name})" for drive, event, mode in PAIRS)
    return frozenset((*branches, *edges, *reasons, *map(risen, Alarm), *pairs))


def refusal(reason: Reason) -> Goal:
    """That an event is refused for it; for `NONE`, that one is accepted."""
    return f"refusal {reason.name}"


def risen(alarm: Alarm) -> Goal:
    """That the alarm rises."""
    return f"alarm {alarm.name}"


def chosen(steps: int, seed: int, pool: Executor) -> Iterator[tuple[int, list[Trace]]]:
    """Of each part of so many steps, as they come: how many steps it had, and the traces that met something in it."""
    sizes = [(place, min(PART, steps - start)) for place, start in enumerate(range(0, steps, PART))]
    waiting: dict[Future[list[Trace]], int] = {pool.submit(part, seed, *size): size[1] for size in sizes}
    for done in as_completed(waiting):
        yield waiting[done], done.result()


def part(seed: int, place: int, steps: int) -> list[Trace]:
    """The traces of one part that met something that none before them in the part did."""
    met: set[Goal] = set()
    seen: Counter[tuple[object, ...]] = Counter()
    edges = Edges()
    found = []
    for life in lives(Random(f"{seed} {place}"), steps):
        told = tuple(each for each in life.told if not each.lost)  # what is lost, the pump does not know
        new = dict(_met(life.beginning, told, seen, met))
        for step, instead, some in edges.along(life.beginning, told):
            goals = frozenset(map(str, some))
            met |= goals
            if instead == (told[step],):
                new[step] = new.get(step, frozenset()) | goals
            else:
                otherwise = (*told[:step], *instead)
                found.append(Trace(life.beginning, otherwise, {len(otherwise) - 1: goals}))
        if new:
            found.append(Trace(life.beginning, told, new).cut(met))
    return found


def _met(
    pump: Pump, told: Sequence[Told], seen: Counter[tuple[object, ...]], met: set[Goal]
) -> Iterator[tuple[int, frozenset[Goal]]]:
    for place, each in enumerate(told):
        answer = answered(each.device, pump, each.event)
        kind = _kind(pump, each, answer)
        seen[kind] += 1
        goals = set(_goals(pump, each, answer))
        if seen[kind] <= ALIKE:
            goals |= set(map(str, taken(functools.partial(asked, pump, each))))
        if new := frozenset(goals - met):
            met |= new
            yield place, new
        pump = answer.pump


def _kind(pump: Pump, told: Told, answer: Step) -> tuple[object, ...]:
    """Steps of one kind mostly take the same branches."""
    state = (pump.mode, pump.phase, pump.command.cause, pump.bridge.late > 0, pump.faults, pump.device.drive)
    trial = (pump.trial.protocol.by, pump.trial.rung, pump.limits.stop_dangerous, pump.line.clearing > 0)
    past = (pump.mri.announced, pump.mri.unverified_since >= 0, pump.supply.disagrees, pump.former.until >= 0)
    alarms = answer.alarms.risen
    return (type(told.event), answer.verdict.reason, answer.command.cause, state, trial, past, alarms)


def _goals(pump: Pump, told: Told, answer: Step) -> Iterator[Goal]:
    yield refusal(answer.verdict.reason)
    yield from (risen(alarm) for alarm in Alarm if answer.alarms.risen[alarm])
    yield f"{type(told.event).__name__} in {pump.mode.name} ({pump.device.drive.name})"


def fewest(traces: Sequence[Trace]) -> list[Trace]:
    """So few of them, each as short as it may be, that everything which any of them meets is met: always the one next
    that meets the most for its steps."""
    needed: set[Goal] = set().union(*(trace.goals for trace in traces)) & all_goals()
    left, found = list(traces), []
    while needed:
        left = [cut for trace in left if (cut := trace.cut(needed)).told]
        best = max(left, key=lambda trace: len(trace.goals) / len(trace.told))
        found.append(best)
        needed -= best.goals
    return found
