"""`intrathecal vectors`: write traces that a port of the core can be tested against, or test against them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
from attrs import asdict
from rich.table import Table

from intrathecal_hosts.executors import executor
from intrathecal_hosts.output import progress, unread, unwritten, write_json
from intrathecal_hosts.report import console
from intrathecal_hosts.vectors.branches import all_branches
from intrathecal_hosts.vectors.checking import Checked, against_answers, against_the_core, files
from intrathecal_hosts.vectors.choosing import Trace, all_goals, chosen, fewest
from intrathecal_hosts.vectors.edges import all_edges
from intrathecal_hosts.vectors.form import BadVectors
from intrathecal_hosts.vectors.writing import write

STEPS: Final = 1_000_000
"""How many steps are looked through, where nothing else is asked for."""
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--check", is_flag=True, help="Run the traces in DIR again on this core, instead of writing them.")
@click.option("--answers", metavar="DIR", type=_FOLDER, help="Compare what a port answered, in files of that folder.")
@click.option("--steps", type=click.IntRange(min=1), default=STEPS, show_default=True, help="So many are chosen from.")
@click.option("--seed", type=int, default=0, show_default=True, help="What they are drawn from.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Choose on the Dask cluster whose scheduler has this address.")
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JSON."
)
def vectors(
    folder: Path,
    check: bool,
    answers: Path | None,
    steps: int,
    seed: int,
    jobs: int,
    scheduler: str | None,
    json_path: Path | None,
) -> None:
    """Write to DIR what the core answers, step by step, for ports of it to be tested against: as few steps as were
    found to take every branch of the core, to have both sides of every comparison the same, and to meet every refusal
    and alarm, with a page that tells of their form.

    With --check or --answers, test against what is in DIR.

    Exit 0 as asked, 1 where something answers otherwise, 2 for bad arguments or files.
    """
    if check or answers is not None:
        sys.exit(_compare(folder, answers, json_path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        traces = _choose(steps, seed, jobs, scheduler)
        missed = _written(folder, traces, {"steps": steps, "seed": seed})
    except OSError as reason:
        unwritten(folder, reason)
    for name in missed:
        print(f"not met: {name}")
    print(told(traces, missed, steps, seed))
    if json_path is not None:
        write_json(json_path, {**figures(traces, missed), "steps_looked_through": steps, "seed": seed})


def told(traces: list[Trace], missed: list[str], steps: int, seed: int) -> str:
    """What was written, in a line."""
    counts = figures(traces, missed)
    return (
        f"{counts['traces']} traces, {counts['steps']} steps, of {steps} looked through from seed {seed}; "
        f"{counts['branches_met']} of {counts['branches']} branches, "
        f"{counts['edges_met']} of {counts['edges']} comparisons with both sides the same, "
        f"{counts['others_met']} of {counts['others']} refusals, alarms and pairs of event and mode"
    )


def figures(traces: list[Trace], missed: list[str]) -> dict[str, Any]:
    """The same for scripts."""
    branches, edges = frozenset(map(str, all_branches())), frozenset(map(str, all_edges()))
    counts: dict[str, Any] = {"traces": len(traces), "steps": sum(len(trace.told) for trace in traces)}
    for name, goals in (("branches", branches), ("edges", edges), ("others", all_goals() - branches - edges)):
        counts |= {name: len(goals), f"{name}_met": len(goals.difference(missed))}
    return {**counts, "not_met": missed}


def _choose(steps: int, seed: int, jobs: int, scheduler: str | None) -> list[Trace]:
    traces: list[Trace] = []
    with progress() as bar, executor(jobs, scheduler) as pool:
        task = bar.add_task("choosing", total=steps)
        for done, some in chosen(steps, seed, pool):
            traces += some
            bar.advance(task, done)
    return fewest(traces)


def _written(folder: Path, traces: list[Trace], drawn: dict[str, int]) -> list[str]:
    """What no trace meets."""
    with progress() as bar:
        task = bar.add_task("writing", total=len(traces))
        return write(folder, traces, drawn, lambda: bar.advance(task))


def _compare(folder: Path, answers: Path | None, json_path: Path | None) -> int:
    """Exit code."""
    found = []
    try:
        with progress() as bar:
            task = bar.add_task("comparing", total=len(files(folder)))
            for each in _checked(folder, answers):
                found.append(each)
                bar.advance(task)
    except OSError as reason:
        unread(Path(reason.filename or folder), reason)
    except BadVectors as reason:
        print(f"{folder}: {reason}", file=sys.stderr)
        return 2
    wrong = [each for each in found if each.difference is not None]
    if wrong:
        console().print(table(wrong))
    steps, states = sum(each.steps for each in found), sum(each.states for each in found)
    print(f"{len(found)} traces, {steps} answers compared, {states} states; {len(wrong)} traces differ")
    if json_path is not None:
        write_json(json_path, {"steps": steps, "states": states, "traces": [asdict(each) for each in found]})
    return 1 if wrong else 0


def _checked(folder: Path, answers: Path | None) -> Iterator[Checked]:
    return against_the_core(folder) if answers is None else against_answers(folder, answers)


def table(wrong: list[Checked]) -> Table:
    """The first difference of each trace that has one."""
    made = Table(title="Differences", title_justify="left")
    for heading in ("trace", "line", "field", "expected", "found"):
        made.add_column(heading, justify="right" if heading == "line" else "left", overflow="fold")
    for each in wrong:
        first = each.difference
        assert first is not None
        made.add_row(each.file, str(first.line), first.field, repr(first.expected), repr(first.found))
    return made
