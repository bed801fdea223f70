"""`intrathecal simulate`: run a therapy written as a file, tell what came of it, and check what the file expects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from intrathecal_hosts import plot
from intrathecal_hosts.days import DayBook
from intrathecal_hosts.expectations import failures
from intrathecal_hosts.figures_json import figures
from intrathecal_hosts.report import console, show, show_failures
from intrathecal_hosts.runner import Record, run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.summary import Summary
from intrathecal_hosts.therapy import Scenario, ScenarioError
from intrathecal_hosts.trace import Trace

_TARGET = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="SCENARIO.toml", type=click.Path(path_type=Path))
@click.option("--json", "json_path", metavar="FILE", type=_TARGET, help="Write every figure there as JSON.")
@click.option("--plot", "plot_path", metavar="FILE.svg", type=_TARGET, help="Draw the run there as SVG.")
def simulate(file: Path, json_path: Path | None, plot_path: Path | None) -> None:
    """Run the therapy in SCENARIO.toml on the core, and tell it day by day.

    Exits 0 if everything came as the scenario expects, 1 if not, 2 for a file that cannot be used.
    """
    try:
        scenario = read(file)
    except ScenarioError as reason:
        print(reason, file=sys.stderr)
        sys.exit(2)
    days, summary, trace = DayBook(), Summary(), Trace()
    for record in _watched(scenario):
        days.see(record)
        summary.see(record)
        if plot_path is not None:
            trace.see(record)
    unmet = failures(scenario.expect, summary)
    screen = console()
    show(screen, scenario, days.closed(), summary)
    show_failures(screen, unmet)
    if json_path is not None:
        _write(json_path, json.dumps(figures(scenario, days.closed(), summary, unmet), indent=2) + "\n")
    if plot_path is not None:
        _save(trace, scenario, plot_path)
    sys.exit(1 if unmet else 0)


def _watched(scenario: Scenario) -> Iterator[Record]:
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(scenario.title, total=scenario.until)
        for record in run(scenario):
            progress.update(task, completed=record.step.pump.now)
            yield record


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as reason:
        _give_up(path, reason)


def _save(trace: Trace, scenario: Scenario, path: Path) -> None:
    try:
        plot.save(plot.draw(trace, scenario.title), path)
    except OSError as reason:
        _give_up(path, reason)


def _give_up(path: Path, reason: OSError) -> None:
    print(f"{path}: cannot be written: {reason.strerror}", file=sys.stderr)
    sys.exit(2)
