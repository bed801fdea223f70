"""Building an FMU: the scenario, the parameters to start with, and what `pythonfmu` adds, in one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pythonfmu.builder import FmuBuilder

from intrathecal_hosts.fmi.slave import IDENTIFIER, SCENARIO, START
from intrathecal_hosts.fmi.variables import FLOW, SEED
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.therapy import Scenario, ScenarioError

SCRIPT: Final = "intrathecal_fmu"
"""The module that an FMU loads; the rest of its code is the installed package's."""
_CODE: Final = "from intrathecal_hosts.fmi.slave import TherapySlave, keep\n\nkeep(globals())\n"


def scenario_for_fmu(path: Path) -> Scenario:
    """The scenario in the file at `path`. Raises `ScenarioError`, one line, where no FMU can be built of it."""
    scenario = read(path)
    if not scenario.attended:
        raise ScenarioError(f"{path}: attended: nobody attends the pump; nothing happens between the events listed")
    return scenario


def fmu_of(path: Path, flow: Flow, seed: int) -> bytes:
    """The FMU, as the bytes of its file, of the scenario in the file at `path`, which `scenario_for_fmu` has read.

    `flow`, `seed`: what its parameters are, unless the simulator that runs it sets others.
    """
    with TemporaryDirectory() as name, _imports_restored():
        folder = Path(name)
        script, scenario, start = folder / f"{SCRIPT}.py", folder / SCENARIO, folder / START
        script.write_text(_CODE, encoding="utf-8")
        scenario.write_bytes(path.read_bytes())
        start.write_text(json.dumps({FLOW.name: flow.value, SEED.name: seed}), encoding="utf-8")
        built = FmuBuilder.build_FMU(script, dest=folder / f"{IDENTIFIER}.fmu", project_files=[scenario, start])
        return Path(built).read_bytes()


@contextmanager
def _imports_restored() -> Iterator[None]:
    """The builder imports the script from where it lies; that place is gone afterwards."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
        sys.modules.pop(SCRIPT, None)
