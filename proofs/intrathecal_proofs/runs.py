"""Runs: tasks proven, or taken as they were proven before, with a bar to look at."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import click
from attrs import frozen

from intrathecal_proofs.looks import Song, have_sung
from intrathecal_proofs.machinery.cache import Cache
from intrathecal_proofs.machinery.campaign import Done, Extras
from intrathecal_proofs.machinery.digests import of_sources, sources
from intrathecal_proofs.machinery.pool import Pool, run
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.progress import progress_bar

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
    edited: bool = False
    """The sources were changed meanwhile, so that nobody knows of which of them what is proven."""


@frozen
class Plan:
    """What is to be proven, and what was."""

    cache: Cache
    rows: list[Row]
    """Of tasks that were proven before, and hang on nothing that has changed since."""
    left: list[str]
    """The other tasks."""
    tasks: int


def planned(labels: list[str], claims: set[str] | None, extras: Extras) -> Plan:
    """What of these tasks is left to prove; from here on, the sources must stay as they are."""
    sources()
    cache = Cache(CACHE)
    ready = cache.tasks() if extras.cache is not None else {}
    rows = [row for label in labels for row in ready.get(label, ()) if claims is None or row.claim in claims]
    return Plan(cache, rows, [label for label in labels if label not in ready], len(labels))


def evidence(
    plan: Plan, claims: set[str] | None, extras: Extras, pool: Pool, songs: Future[list[Song]] | None
) -> Found:
    """The rows of the planned tasks, with a progress bar where someone looks.

    `songs`: what the engines make of their canaries; nothing is kept for later runs before all of those are refuted.
    It may be `None` where no task is left.
    """
    rows = list(plan.rows)
    held: list[Done] = []
    lifted_from: set[str] = set()
    bar = progress_bar("proving")

    def done(task: Done) -> None:
        rows.extend(task.rows)
        held.append(task)
        lifted_from.add(task.sources)
        if songs is not None and songs.done():
            keep(plan.cache, held, claims is None, songs.result())
        bar.update(shown, advance=1, description=task.label)

    with bar:
        shown = bar.add_task("lifting", total=plan.tasks, completed=plan.tasks - len(plan.left))
        lost = run(plan.left, claims, extras, pool, done)
    if songs is not None:
        keep(plan.cache, held, claims is None, songs.result())
    if plan.cache.complaint:
        click.echo(f"intrathecal prove: cache: {plan.cache.complaint}", err=True)
    return Found(rows, plan.tasks, plan.tasks - len(plan.left), lost, edited=not lifted_from <= {of_sources()} - {""})


def keep(cache: Cache, held: list[Done], whole: bool, songs: list[Song]) -> None:
    """Keep what was held back, unless some engine has not refuted what is false: then nothing that it proved counts."""
    if have_sung(songs):
        for task in held:
            cache.keep(task.label, task.handlers, task.rows, whole, task.sources)
    held.clear()
