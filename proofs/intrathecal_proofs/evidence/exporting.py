"""Export: every obligation is proven once more and written as a file, task by task; the manifest comes last."""

from __future__ import annotations

import errno
import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

import attrs

from intrathecal_proofs.evidence.folder_guide import GUIDE, README, SYSTEM
from intrathecal_proofs.evidence.manifest import (
    FORMAT,
    Exported,
    Manifest,
    digest_of,
    release,
    source_digests,
    write_manifest,
)
from intrathecal_proofs.evidence.obligation_text import id_of, place_of, questions_of, text_of
from intrathecal_proofs.evidence.system_text import system_lines
from intrathecal_proofs.machinery.campaign import turn
from intrathecal_proofs.machinery.digests import of_sources, sources
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.renewed import streamed
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.matrix import missing


@attrs.frozen
class Written:
    """What came of one task."""

    obligations: tuple[Exported, ...]
    unproven: tuple[str, ...]
    """The names of obligations that were not proven."""


class FolderInUse(Exception):
    """The folder holds something already; the text is one line for a reader."""


class Edited(Exception):
    """The sources were changed while they were proven: the evidence would be of neither."""


def prepare(folder: Path) -> None:
    """Make the folder, or find it empty.

    Raises `FolderInUse` where it holds anything, `OSError` where it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = sorted(each.name for each in folder.iterdir())
    if held:
        raise FolderInUse(f"{folder}: holds {held[0]} already; evidence goes into a folder of its own")


def export(
    folder: Path,
    labels: Collection[str],
    claims: Collection[str] | None,
    only: tuple[str, ...],
    jobs: int,
    done: Callable[[str], None],
) -> Manifest:
    """Write the evidence of the tasks of these labels into a folder that was prepared; `done` hears of each.

    `claims`: the claims whose obligations are written; `None` is all. `only`: what limits the export, in words; where
    nothing does, the whole system is written too. Raises `OSError` where a file cannot be written, `Edited` where the
    sources do not stay as they are; there is no manifest then.
    """
    begun = of_sources()
    found: dict[str, Written] = {}
    others: dict[str, str] = {}
    parts = [*sorted(labels, key=turn), *(() if only else (SYSTEM,))]
    # A process of its own for each part: what is written then does not hang on the parts before it.
    for part, written, of in streamed(partial(_write, folder, claims), parts, jobs, gc.disable, largest=0):
        if not of or of != begun:
            raise Edited
        if part == SYSTEM:
            others[SYSTEM] = written
        else:
            found[part] = written
            done(part)
    guide = GUIDE.encode()
    obligations = tuple(each for label in sorted(found) for each in found[label].obligations)
    lacking = () if only else tuple(f"{name}: has no obligation" for name in missing(obligations))
    write_whole(folder / README, guide)
    source = source_digests()
    if of_sources() != begun:
        raise Edited
    manifest = Manifest(
        format=FORMAT,
        release=release(),
        solvers=versions(),
        seed=SEED,
        only=tuple(sorted(only)),
        source=source,
        others={**others, README: digest_of(guide)},
        obligations=obligations,
        unproven=(*(name for label in sorted(found) for name in found[label].unproven), *lacking),
    )
    write_manifest(folder, manifest)
    return manifest


def _write(folder: Path, claims: Collection[str] | None, part: str) -> tuple[str, Written | str, str]:
    """A task's files, or the system's, with the digest of the sources that they are of."""
    sources()  # as they are before anything is lifted
    written = write_system(folder / SYSTEM) if part == SYSTEM else write_task(folder, part, claims)
    return part, written, of_sources()


def write_task(folder: Path, label: str, claims: Collection[str] | None) -> Written:
    """Lift and settle one task, and write a file for each of its obligations.

    Raises `OSError` where one cannot be written.
    """
    task = next(task for task in tasks() if task.label == label)
    place = label.replace(" ", "_")
    (folder / place).mkdir(exist_ok=True)
    counts: Counter[str] = Counter()
    written: list[Exported] = []
    unproven: list[str] = []
    for obligation in task.obligations(Lifted(wanted=None if claims is None else frozenset(claims))):
        counts[obligation.claim] += 1
        outcome = settle_obligation(obligation)
        questions = questions_of(obligation, outcome) if outcome.verdict is Verdict.PROVEN else None
        if questions is None:
            unproven.append(f"{obligation.name} {place_of(obligation.where)}".rstrip())
            continue
        data = text_of(obligation, questions).encode()
        path = f"{place}/{obligation.claim}-{counts[obligation.claim]}.smt2"
        write_whole(folder / path, data)
        written.append(
            Exported(
                path=path,
                sha256=digest_of(data),
                task=label,
                claim=obligation.claim,
                id=id_of(obligation.claim),
                setting=obligation.setting.label,
                event=obligation.setting.event,
                where=place_of(obligation.where),
                questions=len(questions),
                engines=tuple(sorted(str(engine) for engine in outcome.engines)),
                steps=outcome.steps,
            )
        )
    return Written(tuple(written), tuple(unproven))


def write_system(file: Path) -> str:
    """Write the whole system into the file, line by line; its sha256.

    Raises `OSError` where it cannot be written.
    """
    digest = hashlib.sha256()
    try:
        with file.open("wb") as out:
            for line in system_lines():
                data = f"{line}\n".encode()
                out.write(data)
                digest.update(data)
    except OSError as error:
        raise _named(error, file) from error
    return digest.hexdigest()


def write_whole(file: Path, data: bytes) -> None:
    """Write the file.

    Raises `OSError`, which names the file, where it cannot be written whole.
    """
    try:
        file.write_bytes(data)
    except OSError as error:
        raise _named(error, file) from error


def _named(error: OSError, file: Path) -> OSError:
    """The same error, which names the file."""
    return OSError(error.errno or errno.EIO, error.strerror or "cannot be written", str(file))
