"""`intrathecal bench`: measure the core on this machine, and tell the figures as a table or as JSON."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import click
from attrs import asdict
from rich.table import Table

from intrathecal_hosts.bench import BENCHMARKS, ROUNDS, Figure
from intrathecal_hosts.report import console


@click.command()
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write them as JSON."
)
def bench(json_path: Path | None) -> None:
    """Measure the speed of the core on this machine, beside that of a small state machine of a common library."""
    measured = {name: measure() for name, measure in BENCHMARKS.items()}
    console().print(_table(measured))
    if json_path is None:
        return
    figures = {name: [asdict(figure) for figure in figures] for name, figures in measured.items()}
    machine = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    text = json.dumps({"rounds": ROUNDS, **machine, "benchmarks": figures}, indent=2) + "\n"
    try:
        json_path.write_text(text, encoding="utf-8")
    except OSError as reason:
        print(f"{json_path}: cannot be written: {reason.strerror}", file=sys.stderr)
        sys.exit(2)


def _table(measured: dict[str, tuple[Figure, ...]]) -> Table:
    table = Table(title=f"{ROUNDS} rounds, on this machine", title_justify="left")
    for heading in ("benchmark", "figure", "unit"):
        table.add_column(heading)
    for heading in ("median", "lower quartile", "upper quartile"):
        table.add_column(heading, justify="right")
    for name, figures in measured.items():
        for figure in figures:
            numbers = (
                f"{number:,.{figure.places}f}"
                for number in (figure.median, figure.lower_quartile, figure.upper_quartile)
            )
            table.add_row(name, figure.name, figure.unit, *numbers)
    return table
