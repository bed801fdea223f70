"""`intrathecal bench`: measure the core on this machine, and tell the figures as a table or as JSON."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import click
from attrs import asdict
from rich.table import Table

from intrathecal_hosts.bench import BENCHMARKS, Figure
from intrathecal_hosts.bench_proofs import NotMeasured
from intrathecal_hosts.output import write_json
from intrathecal_hosts.report import console


@click.command()
@click.option("--only", type=click.Choice(list(BENCHMARKS)), help="One of the benchmarks alone.")
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write them as JSON."
)
def bench(only: str | None, json_path: Path | None) -> None:
    """Measure the speed of the core on this machine, beside that of a small state machine of a common library; what
    store, journal, plant and auditor take; and how the time of proving grows with the slots of a day and with the
    number of requirements (minutes).

    Exit 1 where something could not be measured, 2 for bad arguments.
    """
    measured: dict[str, tuple[Figure, ...]] = {}
    failed = False
    for name in BENCHMARKS if only is None else (only,):
        try:
            measured[name] = BENCHMARKS[name]()
        except NotMeasured as reason:
            print(f"intrathecal bench: {name}: {reason}", file=sys.stderr)
            failed = True
    console().print(_table(measured))
    if json_path is not None:
        _write(json_path, measured)
    sys.exit(1 if failed else 0)


def _write(json_path: Path, measured: dict[str, tuple[Figure, ...]]) -> None:
    figures = {name: [asdict(figure) for figure in figures] for name, figures in measured.items()}
    machine = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    write_json(json_path, {**machine, "benchmarks": figures})


def _table(measured: dict[str, tuple[Figure, ...]]) -> Table:
    table = Table(title="On this machine", title_justify="left")
    for heading in ("benchmark", "figure", "unit"):
        table.add_column(heading)
    for heading in ("rounds", "median", "lower quartile", "upper quartile"):
        table.add_column(heading, justify="right")
    for name, figures in measured.items():
        for figure in figures:
            numbers = (
                f"{number:,.{figure.places}f}"
                for number in (figure.median, figure.lower_quartile, figure.upper_quartile)
            )
            table.add_row(name, figure.name, figure.unit, str(figure.rounds), *numbers)
    return table
