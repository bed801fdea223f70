"""Runs: tasks proven, or taken as they were proven before, with a bar to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from attrs import frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from intrathecal_proofs.machinery.cache import Cache
from intrathecal_proofs.machinery.campaign import Done, Extras
from intrathecal_proofs.machinery.pool import Pool, run
from intrathecal_proofs.machinery.rows import Row

CACHE = Path(click.get_app_dir("intrathecal")) / "proven.sqlite"
"""Where what was proven is kept, for later runs."""


@frozen
class Found:
    """What a run found."""

    rows: list[Row]
    tasks: int
    kept: int
    """Of the tasks, those that were proven before, and hang on nothing that has changed since."""
    lost: list[str]
    """Tasks that never came to an end."""


def evidence(labels: list[str], claims: set[str] | None, extras: Extras, pool: Pool) -> Found:
    """The rows of these tasks, with a progress bar where someone looks."""
    cache = Cache(CACHE)
    ready = cache.tasks() if extras.cache is not None else {}
    rows = [row for label in labels for row in ready.get(label, ()) if claims is None or row.claim in claims]
    left = [label for label in labels if label not in ready]
    bar = Progress(
        TextColumn("proving"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )

    def done(task: Done) -> None:
        rows.extend(task.rows)
        cache.keep(task.label, task.handlers, task.rows, whole=claims is None)
        bar.update(shown, advance=1, description=task.label)

    with bar:
        shown = bar.add_task("lifting", total=len(labels), completed=len(labels) - len(left))
        lost = run(left, claims, extras, pool, done)
    if cache.complaint:
        click.echo(f"intrathecal prove: cache: {cache.complaint}", err=True)
    return Found(rows, len(labels), len(labels) - len(left), lost)
