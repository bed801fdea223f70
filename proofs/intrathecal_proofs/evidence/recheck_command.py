"""`intrathecal recheck`: a folder of exported evidence, asked of the second solver and compared with the source."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import attrs
import click
from rich.console import Console
from rich.table import Table

from intrathecal_proofs.evidence.manifest import UnreadableManifest
from intrathecal_proofs.evidence.rechecking import STEPS, Finding, Recheck, recheck
from intrathecal_proofs.json_files import write_json
from intrathecal_proofs.progress import progress_bar

WIDTH = 120
"""Columns where the output is no terminal."""


@click.command("recheck")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write everything here.")
def recheck_command(folder: Path, jobs: int, json_file: Path | None) -> None:
    """Check evidence that `export` wrote into DIR: its files, the installed source, and every question with cvc5.

    Exit 0 if nothing is changed, missing, stale, unproven or contradicted, and some of it is confirmed; what cvc5 does
    not settle is listed and counted. 1 otherwise, 2 for bad arguments or a file that cannot be read or written.
    """
    try:
        found = _with_progress(folder, jobs)
    except UnreadableManifest as error:
        click.echo(f"intrathecal recheck: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"intrathecal recheck: {error.filename or folder}: {error.strerror}", err=True)
        sys.exit(2)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(table(found))
    for line in lines(found):
        console.print(line, soft_wrap=True, highlight=False, markup=False)
    if json_file is not None:
        write_json("recheck", json_file, as_json(found))
    sys.exit(0 if found.good else 1)


def _with_progress(folder: Path, jobs: int) -> Recheck:
    bar = progress_bar("asking cvc5")
    with bar:
        row = bar.add_task("", total=None)
        return recheck(folder, jobs, lambda total: bar.update(row, total=total), lambda: bar.advance(row))


def table(found: Recheck) -> Table:
    """A row for each task: files, and what was found of them."""
    made = Table(title="cvc5 on the exported questions", title_justify="left")
    made.add_column("task")
    for heading in ("files", *Finding):
        made.add_column(str(heading), justify="right")
    counts = Counter((each.task, each.finding) for each in found.files)
    for task in sorted({each.task for each in found.files}):
        row = [counts[task, finding] for finding in Finding]
        made.add_row(task, str(sum(row)), *map(str, row))
    return made


def lines(found: Recheck) -> list[str]:
    """Everything that is wrong, everything that is unknown, each by name, and the sum."""
    said = [f"changed: {path}" for path in found.changed]
    said += [f"missing: {path}" for path in found.missing]
    said += [f"extra: {path}" for path in found.extra]
    said += [f"stale: {path} is not what the evidence was exported from" for path in found.stale]
    said += [f"not proven: {name}" for name in found.manifest.unproven]
    said += [f"without an obligation: {name}" for name in found.lacking]
    said += [] if found.sang else ["cvc5 does not find its canary satisfiable: what it says counts for nothing"]
    for each in found.of(Finding.CONTRADICTED):
        said.append(f"contradicted: {each.path}: {each.trouble or f'{each.contradicted} questions are satisfiable'}")
    for each in found.of(Finding.UNKNOWN):
        said.append(f"only z3 decided: {each.path}: {each.unknown} questions")
    said += [] if any(each.confirmed for each in found.files) else ["nothing is confirmed"]
    questions = f"{sum(each.confirmed for each in found.files)} questions confirmed"
    unknown = f"{sum(each.unknown for each in found.files)} unknown within {STEPS} steps"
    against = f"{sum(each.contradicted for each in found.files)} contradicted"
    said.append(f"{len(found.files)} obligations: {questions}, {unknown}, {against}; cvc5 {found.cvc5}")
    if found.manifest.only:
        said.append(f"The evidence is limited to {', '.join(found.manifest.only)}.")
    said.append(f"manifest: sha256 {found.manifest_sha256}")
    return said


def as_json(found: Recheck) -> dict[str, object]:
    """Everything that a script would read."""
    return {
        "good": found.good,
        "manifest_sha256": found.manifest_sha256,
        "release": found.manifest.release,
        "only": list(found.manifest.only),
        "cvc5": found.cvc5,
        "steps": STEPS,
        "changed": list(found.changed),
        "missing": list(found.missing),
        "extra": list(found.extra),
        "stale": list(found.stale),
        "unproven": list(found.manifest.unproven),
        "lacking": list(found.lacking),
        "sang": found.sang,
        "files": [attrs.asdict(each) for each in found.files],
    }
