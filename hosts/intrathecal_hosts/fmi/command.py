"""`intrathecal fmu`: write a therapy as an FMU for co-simulation (FMI 2.0), and tell its variables."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from intrathecal_hosts.fmi.building import fmu_of, scenario_for_fmu
from intrathecal_hosts.fmi.variables import CHOSEN, Variable, outputs
from intrathecal_hosts.output import unwritten, write_json
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.report import console
from intrathecal_hosts.therapy import ScenarioError

_TARGET = click.Path(dir_okay=False, path_type=Path)
_SEEDS = click.IntRange(-(2**31), 2**31 - 1)
"""What FMI calls an integer."""


@click.command()
@click.argument("file", metavar="SCENARIO.toml", type=click.Path(path_type=Path))
@click.option("--output", metavar="FILE.fmu", type=_TARGET, help="Write it there.  [default: SCENARIO.fmu, here]")
@click.option("--json", "json_path", metavar="FILE", type=_TARGET, help="Write the table there as JSON.")
@click.option(
    "--flow",
    type=click.Choice([each.value for each in Flow]),
    default=Flow.NOMINAL.value,
    show_default=True,
    help="How the true flow lies to the commanded one, unless the simulator sets another.",
)
@click.option("--seed", type=_SEEDS, default=0, show_default=True, help="What a flow that changes is drawn from.")
def fmu(file: Path, output: Path | None, json_path: Path | None, flow: str, seed: int) -> None:
    """Write the therapy in SCENARIO.toml as an FMU for co-simulation (FMI 2.0), in which core and plant run together.

    Exits 0 if it is written, 2 for a file that cannot be used or written.
    """
    try:
        scenario = scenario_for_fmu(file)
    except ScenarioError as reason:
        print(reason, file=sys.stderr)
        sys.exit(2)
    target = Path(f"{file.stem}.fmu") if output is None else output
    built = fmu_of(file, Flow(flow), seed)
    try:
        target.write_bytes(built)
    except OSError as reason:
        unwritten(target, reason)
    variables = [*CHOSEN, *(each.variable for each in outputs(scenario.drugs))]
    screen = console()
    screen.print(f"{target}: {scenario.title}", highlight=False, markup=False, soft_wrap=True)
    screen.print(_table(variables))
    if json_path is not None:
        write_json(json_path, {"fmu": str(target), "variables": [_figures(each) for each in variables]})


def _table(variables: Sequence[Variable]) -> Table:
    table = Table(title="Variables", title_justify="left")
    for heading in ("variable", "causality", "type", "unit", "what it is"):
        table.add_column(heading)
    for each in variables:
        table.add_row(each.name, each.causality.value, each.kind.value, _unit(each), each.description)
    return table


def _figures(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "causality": variable.causality.value,
        "type": variable.kind.value,
        "unit": _unit(variable),
        "values": {} if variable.choice is None else dict(variable.choice.items),
        "description": variable.description,
    }


def _unit(variable: Variable) -> str:
    return "" if variable.unit is None else variable.unit.name
