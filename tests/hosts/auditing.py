"""What many tests of the simulated pump do: run a scenario file on the plant, with its auditor."""

from __future__ import annotations

from pathlib import Path

from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.runner import Record, run
from intrathecal_hosts.scenario_file import read


def audited_run(path: Path, flow: Flow = Flow.NOMINAL) -> tuple[Audited, list[Record]]:
    """The therapy on the plant, with its auditor, and the steps of it."""
    scenario = read(path)
    audited = Audited.of(scenario.beginning.device, flow, 5)
    return audited, list(run(scenario, audited))


def broken(path: Path, flow: Flow = Flow.NOMINAL) -> set[Promise]:
    """The promises that the auditor finds broken in the therapy."""
    return {breach.promise for breach in audited_run(path, flow)[0].found()}
