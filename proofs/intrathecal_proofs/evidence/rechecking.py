"""Recheck: a folder of evidence, as text, against its manifest, the installed source and the second solver.

Nothing here knows how the files were made: they are read as SMT-LIB 2, and what is no plain question is refused.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path

import attrs
import cvc5

from intrathecal_proofs.evidence.manifest import (
    MANIFEST,
    Exported,
    Manifest,
    digest_of,
    read_manifest,
    source_digests,
)
from intrathecal_proofs.machinery.prover import Engine
from intrathecal_proofs.machinery.renewed import streamed
from intrathecal_proofs.matrix import missing

STEPS: int = 100_000
"""Of cvc5's resource limit, for each question."""
LARGEST: int = 10_000_000
"""Bytes: a text that is longer is not asked, as its resource limit does not count what cvc5 does before it decides."""
SEED: int = 20_261
"""For cvc5."""
COMMANDS = frozenset(["set-info", "set-logic", "declare-fun", "define-fun", "assert", "push", "pop", "check-sat"])
"""What a file may say; a constant is declared as a function without arguments."""


CANARY = "(set-logic ALL)(declare-fun x () Int)(assert (= (* x x) 49))(assert (< x 0))(check-sat)"
"""A question that has an answer, -7: a solver that calls it unsatisfiable is not to be believed of any other."""
CANARY_STEPS = 100_000
"""Of cvc5's resource limit, for it."""


class Finding(StrEnum):
    """What the second solver says of a file."""

    CONFIRMED = "confirmed"
    FRAMED = "framed"
    """Confirmed, but all that is asked is whether a premise follows from itself: it was claimed before, of what has not
    changed."""
    UNKNOWN = "unknown"
    """Of some question within its budget, or the file is too long for it: only the first solver decided it."""
    CONTRADICTED = "contradicted"
    """Some question is satisfiable, or the file does not ask what the manifest says."""


@attrs.frozen
class Checked:
    """What came of one file."""

    path: str
    task: str
    finding: Finding
    confirmed: int
    """Questions that are unsatisfiable."""
    unknown: int
    contradicted: int
    trouble: str = ""
    """Why the file is no list of plain questions."""


@attrs.frozen
class Recheck:
    """What came of a folder."""

    manifest: Manifest
    manifest_sha256: str
    cvc5: str
    """Its version."""
    changed: tuple[str, ...]
    """Files whose digest is not the manifest's."""
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    stale: tuple[str, ...]
    """Source files that are not, or no longer, as they were when the evidence was exported."""
    lacking: tuple[str, ...]
    """Of evidence that is not limited to anything: claims without an obligation."""
    sang: bool
    """cvc5 found its canary satisfiable."""
    files: tuple[Checked, ...]

    @property
    def good(self) -> bool:
        """The folder is what the manifest says, of this very source, wholly proven, not contradicted, and some is
        confirmed, by a solver that tells what is satisfiable from what is not."""
        wrong = (self.changed, self.missing, self.extra, self.stale, self.manifest.unproven, self.lacking)
        confirmed = any(each.confirmed for each in self.files)
        return not any(wrong) and not self.of(Finding.CONTRADICTED) and confirmed and self.sang

    def of(self, finding: Finding) -> tuple[Checked, ...]:
        """The files of which this was found."""
        return tuple(each for each in self.files if each.finding is finding)


def recheck(folder: Path, jobs: int, begun: Callable[[int], None], done: Callable[[], None]) -> Recheck:
    """Check the folder; `begun` hears how many files will be asked, `done` of each.

    Raises `UnreadableManifest` where there is no manifest that can be read.
    """
    manifest = read_manifest(folder)
    digests = manifest.digests()
    present = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()} - {MANIFEST}
    changed = [path for path in digests if path in present and _digest(folder / path) != digests[path]]
    asked = [each for each in manifest.obligations if each.path in present]
    begun(len(asked))
    return Recheck(
        manifest=manifest,
        manifest_sha256=_digest(folder / MANIFEST),
        cvc5=str(cvc5.__version__),
        changed=tuple(changed),
        missing=tuple(path for path in digests if path not in present),
        extra=tuple(sorted(present - digests.keys())),
        stale=stale(manifest.source, source_digests()),
        lacking=() if manifest.only else tuple(missing(manifest.obligations)),
        sang=ask(CANARY, CANARY_STEPS) == ["sat"],
        files=_checked(folder, asked, jobs, done),
    )


def _digest(file: Path) -> str:
    return digest_of(file.read_bytes())


def stale(then: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    """The source files that are not the same: changed, gone or new."""
    return tuple(sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path)))


def _checked(folder: Path, asked: list[Exported], jobs: int, done: Callable[[], None]) -> tuple[Checked, ...]:
    if jobs == 1:
        return tuple(_then(check(folder, each), done) for each in sorted(asked, key=lambda each: each.path))
    found = [_then(each, done) for each in streamed(partial(check, folder), asked, jobs, gc.enable)]
    return tuple(sorted(found, key=lambda each: each.path))


def _then(checked: Checked, done: Callable[[], None]) -> Checked:
    done()
    return checked


def check(folder: Path, exported: Exported) -> Checked:
    """Ask cvc5 every question of the file, unless that is too long for it."""
    file = folder / exported.path
    if file.stat().st_size > LARGEST:
        return Checked(exported.path, exported.task, Finding.UNKNOWN, 0, exported.questions, 0)
    try:
        answers = ask(file.read_text(encoding="utf-8"), STEPS)
    except (NoQuestions, UnicodeDecodeError) as error:
        return Checked(exported.path, exported.task, Finding.CONTRADICTED, 0, 0, 0, str(error))
    counts = (answers.count("unsat"), answers.count("unknown"), answers.count("sat"))
    trouble = ""
    if len(answers) != exported.questions:
        trouble = f"asks {len(answers)} questions, not {exported.questions}"
    confirmed = Finding.FRAMED if exported.engines == (Engine.FRAME,) else Finding.CONFIRMED
    finding = Finding.CONTRADICTED if trouble or counts[2] else Finding.UNKNOWN if counts[1] else confirmed
    return Checked(exported.path, exported.task, finding, *counts, trouble)


class NoQuestions(Exception):
    """A file says something else than questions, or cannot be read; the text says what."""


def ask(text: str, steps: int) -> list[str]:
    """What cvc5 answers to each question of the text, within so many steps of its resource limit for each.

    Raises `NoQuestions` for a command that has no place in a file of questions, or a text that cannot be parsed.
    """
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    for option, value in (("incremental", "true"), ("rlimit-per", str(steps)), ("seed", str(SEED))):
        solver.setOption(option, value)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "evidence")
    symbols = parser.getSymbolManager()
    answers = []
    try:
        while not (command := parser.nextCommand()).isNull():
            name = command.getCommandName()
            if name not in COMMANDS:
                raise NoQuestions(f"says {name}, which is no part of a question")
            if name == "set-info":
                continue  # cvc5 would hold its own answer against the status that the file expects
            said = str(command.invoke(solver, symbols)).strip()
            answer = said.partition(" ")[0]  # an unknown one tells its reason too
            if name == "check-sat" and answer in ("sat", "unsat", "unknown"):
                answers.append(answer)
            elif said:
                raise NoQuestions(f"{name}: {said}")
    except RuntimeError as error:
        raise NoQuestions(" ".join(str(error).split())) from error
    return answers
