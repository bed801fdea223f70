"""What embedding costs: events through store and journal, patients' years through plant and auditor, and memory."""

from __future__ import annotations

import tempfile
import tracemalloc
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from intrathecal import Pump, step
from intrathecal_hosts.bench_clock import seconds
from intrathecal_hosts.bench_therapy import Workload, busy_days
from intrathecal_hosts.plain import plain, record_of
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.store.journal import Writer
from intrathecal_hosts.store.medium import Flash
from intrathecal_hosts.store.slots import Slots, size
from intrathecal_hosts.therapy import Scenario

YEAR: Final = 365 * 86_400
"""s."""
EVENTS: Final = 300
"""How many events of the workload one round sends through the store."""
PUMPS: Final = 100
"""How many pumps are held in memory at once, to weigh one."""


def stored_events(rounds: int) -> list[float]:
    """Events a second: each decided, saved on raw bytes, and written into a journal that does not wait for the disk."""
    workload = busy_days()
    return [min(EVENTS, len(workload.events)) / seconds(lambda: _through_the_store(workload)) for _ in range(rounds)]


def patient_years(rounds: int) -> list[float]:
    """Years of a patient a second: the busy therapy, with a plant whose flow is erratic, and its auditor."""
    with as_file(files("intrathecal_hosts") / "bench_therapy.toml") as path:
        scenario = read(path)
    return [scenario.until / YEAR / seconds(lambda: _lived(scenario)) for _ in range(rounds)]


def memory(rounds: int) -> list[float]:
    """kB that one more pump takes, none of whose records it shares with another."""
    told = plain(busy_days().pump)
    return [_weight_of_one(told) / 1_000 for _ in range(rounds)]


def _through_the_store(workload: Workload) -> None:
    pump = workload.pump
    slots = Slots(Flash(size()))
    with tempfile.TemporaryDirectory() as folder:
        journal = Writer(Path(folder) / "journal", pump, durable=False)
        for event in workload.events[:EVENTS]:
            answer = step(pump.device, pump, event)
            slots.save(answer.pump)
            journal.add(event, answer)
            pump = answer.pump


def _lived(scenario: Scenario) -> None:
    audited = Audited.of(scenario.beginning.device, Flow.ERRATIC, 0)
    for record in run(scenario):
        audited.see(record)
    assert audited.found() == []


def _weight_of_one(told: object) -> float:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    held = [record_of(told, Pump) for _ in range(PUMPS)]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / len(held)
