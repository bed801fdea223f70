"""`intrathecal simulate`: run a therapy written as a file, tell what came of it, and check what the file expects."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.markup import escape

from intrathecal_hosts import plot, steps_json, targets
from intrathecal_hosts.days import DayBook
from intrathecal_hosts.expectations import failures
from intrathecal_hosts.figures_json import figures
from intrathecal_hosts.output import progress, unwritten, write_json, write_text
from intrathecal_hosts.plant import truth
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.record import Record
from intrathecal_hosts.report import console, show, show_breaches, show_failures, show_unchecked
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario import TruthExpected
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.store.journal import Writer
from intrathecal_hosts.summary import Summary
from intrathecal_hosts.therapy import Scenario, ScenarioError
from intrathecal_hosts.trace import Trace

_FLOW = "How the true flow lies to the commanded one, within the device's tolerance."
_TARGET = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="SCENARIO.toml", type=click.Path(path_type=Path))
@click.option("--json", "json_path", metavar="FILE", type=_TARGET, help="Write every figure there as JSON.")
@click.option("--journal", "journal_path", metavar="FILE", type=_TARGET, help="Keep every event and answer there.")
@click.option("--steps", "steps_path", metavar="FILE", type=_TARGET, help="Write every step there as a line of JSON.")
@click.option("--plot", "plot_path", metavar="FILE.svg", type=_TARGET, help="Draw the run there as SVG.")
@click.option(
    "--flow",
    type=click.Choice([each.value for each in Flow]),
    default=Flow.NOMINAL.value,
    show_default=True,
    help=_FLOW,
)
@click.option("--seed", type=int, default=0, show_default=True, help="What a flow that changes is drawn from.")
def simulate(
    file: Path,
    json_path: Path | None,
    journal_path: Path | None,
    steps_path: Path | None,
    plot_path: Path | None,
    flow: str,
    seed: int,
) -> None:
    """Run the therapy in SCENARIO.toml on the core, tell it day by day, and judge it by what truly reaches the patient.

    Exits 0 if everything came as the scenario expects and no promise was broken, 1 if not, 2 for a file that cannot be
    used.
    """
    if plot_path is not None and plot_path.suffix != ".svg":
        print(f"{plot_path}: a run is drawn as SVG; the file's name must end in .svg", file=sys.stderr)
        sys.exit(2)
    written = {"--json": json_path, targets.JOURNAL: journal_path, "--steps": steps_path, "--plot": plot_path}
    try:
        targets.check(file, written)
        scenario = read(file)
    except (targets.BadTarget, ScenarioError) as reason:
        print(reason, file=sys.stderr)
        sys.exit(2)
    days, summary, trace = DayBook(), Summary(), Trace()
    audited = Audited.of(scenario.beginning.device, Flow(flow), seed)
    former = targets.Former.of(journal_path)
    journal = None if journal_path is None else _journal(journal_path, scenario)
    steps: list[str] = []
    for record in _watched(file, scenario, audited, former):
        days.see(record)
        summary.see(record)
        if plot_path is not None:
            trace.see(record)
        if journal is not None:
            _keep(journal, record)
        if steps_path is not None:
            steps.append(steps_json.line(record, scenario, audited.plant) + "\n")
    unmet = [
        *failures(scenario.expect, summary),
        *truth.failures(scenario.expect.truth, scenario.drugs, audited.plant),
    ]
    screen = console()
    show(screen, scenario, days.closed(), summary)
    show_failures(screen, unmet)
    if audited.plant.flow is not Flow.NOMINAL and scenario.expect.truth != TruthExpected():
        show_unchecked(screen, flow)
    show_breaches(screen, flow, audited.found())
    if json_path is not None:
        write_json(json_path, figures(scenario, days.closed(), summary, unmet, audited.found()))
    if steps_path is not None:
        write_text(steps_path, "".join(steps))
    if plot_path is not None:
        _save(trace, scenario, plot_path)
    sys.exit(1 if unmet or audited.found() else 0)


def _journal(path: Path, scenario: Scenario) -> Writer:
    """A new journal there, in place of any."""
    try:
        path.write_bytes(b"")
        return Writer(path, scenario.beginning, durable=False)
    except OSError as reason:
        unwritten(path, reason)


def _keep(journal: Writer, record: Record) -> None:
    try:
        journal.add(record.event, record.step)
        if record.lost:
            journal.lose(record.before)
    except OSError as reason:
        unwritten(journal.path, reason)


def _watched(file: Path, scenario: Scenario, audited: Audited, former: targets.Former) -> Iterator[Record]:
    """Every step; where the scenario turns out to ask for what no event can say, the journal is as it was before."""
    try:
        with progress() as bar:
            task = bar.add_task(escape(scenario.title), total=scenario.until)
            for record in run(scenario, audited):
                bar.update(task, completed=record.step.pump.now)
                yield record
    except ScenarioError as reason:
        former.put_back()
        print(f"{file}: {reason}", file=sys.stderr)
        sys.exit(2)


def _save(trace: Trace, scenario: Scenario, path: Path) -> None:
    try:
        plot.save(plot.draw(trace, scenario), path)
    except OSError as reason:
        unwritten(path, reason)
