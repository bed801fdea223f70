"""`intrathecal mutants`: the core is changed, one place at a time, and each change must be noticed by a named claim."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from intrathecal_proofs.counted import digest_said
from intrathecal_proofs.json_files import write_json
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.machinery.solvers import versions
from intrathecal_proofs.mutation.bank import SEED
from intrathecal_proofs.mutation.campaign import Edited, chosen, run, with_the_listed
from intrathecal_proofs.mutation.ledger import FOLDER, Ledger, as_json, digest
from intrathecal_proofs.mutation.listed import LISTED, unmatched
from intrathecal_proofs.mutation.mutants import Mutant, file_of, functions, mutants
from intrathecal_proofs.mutation.solving import Fate, Settled
from intrathecal_proofs.progress import progress_bar

WIDTH = 190
"""Columns where the output is no terminal."""


@click.command("mutants", cls=Lifting)
@click.option("--only", metavar="FILE", help="A file of the core alone, as in window.py or handlers/boluses.py.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="So many of the mutants, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="What the sample is drawn from.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write everything here.")
@click.option("--fresh", is_flag=True, help="Forget what is known from earlier runs of the same sources.")
def mutants_command(
    only: str | None, sample: int | None, seed: int, jobs: int, json_file: Path | None, fresh: bool
) -> None:
    """Change the core in one place at a time, and see which claim notices.

    Every comparison, operator, constant, guard, field and returned record is changed. A mutant must break a named
    claim, or be proven to give the same. A run that was stopped goes on where it was.

    Exit 0 only if no mutant survives, and every listed one is one; 1 if not so, 2 for bad arguments.
    """
    files = list(dict.fromkeys(file_of(function) for function in functions()))
    if only is not None and only not in files:
        raise click.BadParameter(
            f"{only!r} is no file of the core with functions: {', '.join(files)}", param_hint="--only"
        )
    stale = unmatched(LISTED, mutants())
    for key in stale:
        click.echo(f"listed, and no mutant: {key}", err=True)
    ledger = Ledger(FOLDER / f"{digest()}.jsonl")
    if fresh:
        ledger.forget()
    try:
        rows = with_the_listed(followed(chosen(only, sample, seed), jobs, ledger), LISTED)
    except Edited:
        click.echo("intrathecal mutants: the sources were changed meanwhile; what was found before is kept", err=True)
        sys.exit(1)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(by_file(rows))
    told = [row for row in rows if row.fate in (Fate.SURVIVOR, Fate.INVALID)]
    if told:
        console.print(survivors(told))
    console.print(summary(rows, sample, seed), highlight=False)
    if json_file is not None:
        _write(json_file, rows, only, sample, seed)
    sys.exit(1 if stale or any(row.fate is Fate.SURVIVOR for row in rows) else 0)


def followed(some: Sequence[Mutant], jobs: int, ledger: Ledger) -> list[Settled]:
    """What becomes of them, with a progress bar where someone looks."""
    bar = progress_bar("mutants", remaining=True)
    with bar:
        task = bar.add_task("scenes are drawn", total=len(some))
        return run(some, jobs, ledger, lambda row: bar.update(task, advance=1, description=f"{row.fate} {row.file}"))


SHOWN = (Fate.REFUTED, Fate.UNPROVEN, Fate.EQUIVALENT, Fate.LISTED, Fate.INVALID, Fate.SURVIVOR)
"""The columns, in their order."""


def by_file(rows: Sequence[Settled]) -> Table:
    """How many mutants there were, file by file, and what became of them."""
    counts = Counter((row.file, row.fate) for row in rows)
    table = Table(title="Mutants of the core", title_justify="left", show_footer=True)
    table.add_column("file", footer="all")
    table.add_column("mutants", justify="right", footer=str(len(rows)))
    for fate in SHOWN:
        whole = sum(count for (_, each), count in counts.items() if each is fate)
        table.add_column(fate.value, justify="right", footer=str(whole))
    for file in dict.fromkeys(row.file for row in sorted(rows, key=lambda row: row.file)):
        of_file = [counts[file, fate] for fate in SHOWN]
        table.add_row(file, str(sum(of_file)), *map(str, of_file))
    return table


def survivors(rows: Sequence[Settled]) -> Table:
    """The mutants that nothing notices, and those that are invalid: where each stands, and what is known of it."""
    table = Table(title="Survivors, and invalid mutants", title_justify="left")
    table.add_column("file", no_wrap=True)
    for heading in ("mutant", "why"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        changed = row.key.split(": ", 1)[1]
        function = row.key.split(": ", 1)[0].rpartition(".")[2]
        why = "; ".join((*(["invalid"] if row.fate is Fate.INVALID else []), *row.told))
        table.add_row(f"{row.file}:{row.line}", _plain(f"{function}: {changed}"), _plain(why))
    return table


def _plain(text: str) -> str:
    """The text, of which no part is taken for markup."""
    return text.replace("[", "\\[")


def summary(rows: Sequence[Settled], sample: int | None, seed: int) -> str:
    """All of it in one line, with what it can be repeated from."""
    counts = Counter(row.fate for row in rows)
    by_requirement = sum(row.fate is Fate.REFUTED and bool(row.ids) for row in rows)
    drawn = f"a sample from seed {seed}, " if sample is not None else ""
    fates = ", ".join(f"{counts[fate]} {fate}" for fate in SHOWN)
    kept = f"{by_requirement} refutations name a requirement or one that rests on the lemma"
    return f"{len(rows)} mutants, {drawn}{fates}; {kept}; scenes from seed {SEED}"


def _write(json_file: Path, rows: Sequence[Settled], only: str | None, sample: int | None, seed: int) -> None:
    result = {
        "summary": {"sample": sample, "seed": seed, **Counter(str(row.fate) for row in rows)},
        "mutants": [as_json(row) for row in rows],
        "only": only,
        "sample": sample,
        "seed": seed,
        "sources": digest_said(),
        "scenes_seed": SEED,
        "versions": versions(),
    }
    write_json("mutants", json_file, result)
