"""A campaign: every task of the system, and what came of every obligation."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs

from intrathecal_proofs.machinery import origins
from intrathecal_proofs.machinery.cache import known
from intrathecal_proofs.machinery.cores import note_core
from intrathecal_proofs.machinery.counterexample import Counterexample, changes, pasteable_test, search
from intrathecal_proofs.machinery.digests import HANDLERS, of_obligation, of_sources, sources
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import begin_reading, modules_read
from intrathecal_proofs.machinery.prover import Outcome, Verdict, is_framed, settle_obligation
from intrathecal_proofs.machinery.recorded import place_of
from intrathecal_proofs.machinery.rows import Kept, Row
from intrathecal_proofs.machinery.second_opinions import opinions_on
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.system import Task, tasks

LONGEST = (
    "step ChangeSolution",
    "step Program",
    "step Commission",
    "decide ShiftSchedule",
    "decide Program",
    "decide ChangeSolution",
    "alone",
)
"""Tasks that are begun first, so that no process is left alone with one at the end."""


@attrs.frozen
class Extras:
    """What is wanted beside the verdicts."""

    second: bool = False
    """The second solver's opinion of each question."""
    origins: bool = False
    """What each proof rests on."""
    cache: Path | None = None
    """Where it is kept what was proven before; `None` is nowhere."""


@attrs.frozen
class Done:
    """What came of one task."""

    label: str
    rows: list[Row]
    handlers: frozenset[str]
    """The modules of handlers of which its terms use something."""
    sources: str
    """The digest of the sources that it was lifted from; empty, if they changed meanwhile."""


def work(label: str, claims: Collection[str] | None, extras: Extras) -> Done:
    """Lift and settle one task."""
    task = next(task for task in tasks() if task.label == label)
    code = _shipped(None if claims is None else frozenset(claims))
    begin_reading()
    sources()
    rows = list(settled_rows(task, code, extras))
    handlers = frozenset(module for module in modules_read() if module.startswith(HANDLERS))
    return Done(label, rows, handlers, of_sources())


@functools.cache
def _shipped(wanted: frozenset[str] | None) -> Lifted:
    """The shipped code, of which all tasks of a process share what they lift alike."""
    return Lifted(wanted=wanted)


def settled_rows(task: Task, code: Lifted, extras: Extras) -> Iterator[Row]:
    """The rows of one task."""
    origins.forget()
    kept = known(extras.cache) if extras.cache is not None else {}
    for obligation in task.obligations(code):
        key = "" if is_framed(obligation) else of_obligation(obligation).hex()
        if key in kept:
            yield _again(obligation, key, kept[key])
        else:
            yield row_of(code, obligation, settle_obligation(obligation), extras, key)


def _again(obligation: Obligation, key: str, kept: Kept) -> Row:
    """The row of an obligation that was proven before, as it stands."""
    return Row(
        claim=obligation.claim,
        setting=obligation.setting.label,
        event=obligation.setting.event,
        where=obligation.where,
        verdict=Verdict.PROVEN,
        engines=kept.engines,
        seconds=0.0,
        steps=kept.steps,
        questions=kept.questions,
        place=place_of(obligation),
        key=key,
    )


def row_of(code: Lifted, obligation: Obligation, outcome: Outcome, extras: Extras, key: str = "") -> Row:
    """The row of an obligation that was tried; an open one is searched for a counterexample."""
    found = search(obligation, outcome.open) if outcome.open is not None else None
    verdict = Verdict.REFUTED if found is not None else outcome.verdict
    asked = [question for question in outcome.questions if question.goal not in question.premises]
    needed = note_core(obligation, outcome) if extras.origins and verdict is Verdict.PROVEN else None
    return Row(
        claim=obligation.claim,
        setting=obligation.setting.label,
        event=obligation.setting.event,
        where=obligation.where,
        verdict=verdict,
        engines=tuple(sorted(str(engine) for engine in outcome.engines)),
        seconds=outcome.seconds,
        steps=outcome.steps,
        questions=len(asked),
        second=opinions_on(code, obligation, asked) if extras.second else None,
        counterexample=described(obligation, found) if found is not None else "",
        place=place_of(obligation),
        rests_on=None if needed is None else (tuple(sorted(needed.origins)), tuple(sorted(needed.marks))),
        key=key,
    )


def described(obligation: Obligation, found: Counterexample) -> str:
    """The counterexample as before, event and after, with a test to paste."""
    before = found.inputs.get("before", found.inputs.get("settled"))
    after = getattr(found.after, "pump", found.after)
    lines = [f"{obligation.name}"]
    if "event" in found.inputs:
        lines.append(f"event: {found.inputs['event']}")
    lines += [f"  {path}: {old} -> {new}" for path, old, new in (changes(before, after) if before is not None else [])]
    return "\n".join([*lines, "", pasteable_test(obligation, found)])


def turn(label: str) -> tuple[int, bool]:
    """When a task is begun, by its label: the longest first, of the others whole steps and arming."""
    place = LONGEST.index(label) if label in LONGEST else len(LONGEST)
    return place, label.split()[0] not in ("step", "arm")
