"""`intrathecal witnesses`: whether anything is proven of nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from intrathecal_proofs.counted import digest_said
from intrathecal_proofs.json_files import write_json
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.machinery.digests import of_sources
from intrathecal_proofs.progress import progress_bar
from intrathecal_proofs.vacuity.findings import NAMED, Finding, Kind, Verdict, Witnesses
from intrathecal_proofs.vacuity.witnesses import run_witnesses, work_for

WIDTH = 150
"""Columns where the output is no terminal."""


@click.command(cls=Lifting)
@click.option("--only", metavar="TASK_OR_EVENT", help="A task (settle) or an event (Program) alone.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write counts and names here."
)
def witnesses(only: str | None, jobs: int, json_file: Path | None) -> None:
    """Show by witnesses that no proof is empty.

    Premises can hold, claims can fail, left sides of implications can be true and false, refusals can happen. What is
    listed as impossible or trivial has its reason beside it.

    Exit 0 only if nothing is unknown and every reason for a refusal can be met, 1 else, 2 for bad arguments.
    """
    try:
        work_for(only)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--only") from error
    begun = of_sources()
    bar = progress_bar("looking for witnesses")
    with bar:
        task = bar.add_task("lives", total=None)
        found = run_witnesses(
            jobs, only, told=lambda name, count: bar.update(task, advance=1, total=count, description=name)
        )
    if of_sources() != begun:
        click.echo("intrathecal witnesses: the sources were changed meanwhile: nobody knows of which this is", err=True)
        sys.exit(1)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    tell(console, found)
    if json_file is not None:
        write_json("witnesses", json_file, {**found.as_json(), "only": only, "sources": digest_said()})
    sys.exit(0 if found.good else 1)


def tell(console: Console, found: Witnesses) -> None:
    """Print what has no witness and why, how each refusal is reached, and the sums."""
    console.print(refusals(found))
    for finding in (each for each in found.findings if each.verdict in NAMED):
        console.print(line_of(finding), soft_wrap=True, highlight=False, markup=False)
    for finding in found.bad:
        if finding.verdict is not Verdict.UNKNOWN:
            console.print(f"no witness for any event: {finding.name}", soft_wrap=True, highlight=False, markup=False)
    for line in found.lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)


def line_of(finding: Finding) -> str:
    """One finding for a reader."""
    count = f" ({finding.obligations} obligations)" if finding.obligations else ""
    return f"{finding.verdict} {finding.kind}: {finding.full_name}{count}: {finding.why}"


def refusals(found: Witnesses) -> Table:
    """By event and reason: how the refusal is reached."""
    table = Table(title="Refusals", title_justify="left")
    for heading in ("reason", "event", "verdict", "witness"):
        table.add_column(heading)
    for finding in sorted(found.of(Kind.REFUSAL), key=lambda each: (each.name, each.event)):
        table.add_row(finding.name, finding.event, finding.verdict, finding.why)
    return table
