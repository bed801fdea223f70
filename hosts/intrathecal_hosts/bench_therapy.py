"""The events that the benchmark replays: days of a busy therapy, with the host looking in every ten minutes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import Final

from attrs import frozen

from intrathecal import Event, Pump, Tick
from intrathecal.units import DAY, SLOT
from intrathecal_hosts.record import Record
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.therapy import Replacement

LOOKS_IN_EVERY: Final = SLOT // 3
"""s: how often the host ticks within a slot."""
WARM_AFTER: Final = 2 * DAY
"""s: from then on the dose window is full, and everything is measured."""


@frozen
class Workload:
    """A pump, and what happens to it, in order."""

    pump: Pump
    events: tuple[Event, ...]


def busy_days() -> Workload:
    """The therapy in `bench_therapy.toml` from its third day on."""
    with as_file(files("intrathecal_hosts") / "bench_therapy.toml") as path:
        records = [record for record in run(read(path)) if record.before.now >= WARM_AFTER]
    return Workload(pump=records[0].before, events=tuple(_with_ticks(records)))


def _with_ticks(records: list[Record]) -> Iterator[Event]:
    for record in records:
        next_look = (record.before.now // LOOKS_IN_EVERY + 1) * LOOKS_IN_EVERY
        yield from (Tick(at=at) for at in range(next_look, record.event.at, LOOKS_IN_EVERY))
        if not isinstance(record.event, Replacement):
            yield record.event
