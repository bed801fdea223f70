"""Benchmarks as a table: each row is a function that measures and answers with figures.

Speeds are compared in the same process and in turns: a round measures each competitor once, so that whatever slows the
machine for a while slows both. Time is what the processor spent on this process, so that other processes count as
little as they can. A figure is the median over the rounds, with the quartiles beside it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Final

from attrs import frozen

from intrathecal import step
from intrathecal_hosts.bench_clock import seconds
from intrathecal_hosts.bench_hosts import memory, patient_years, stored_events
from intrathecal_hosts.bench_machine import toggling
from intrathecal_hosts.bench_proofs import proof_times
from intrathecal_hosts.bench_therapy import Workload, busy_days

ROUNDS: Final = 15
"""How often each competitor in speed is measured."""
REPLAYS: Final = 5
"""How often one round replays the workload."""
TRIGGERS: Final = 10_000
"""How many transitions of the two-state machine one round fires."""


@frozen
class Figure:
    """One measured number, over all rounds."""

    name: str
    unit: str
    rounds: int
    """How often it was measured."""
    median: float
    lower_quartile: float
    upper_quartile: float
    places: int
    """How many decimal places are worth showing."""


Benchmark = Callable[[], tuple[Figure, ...]]
"""Something to measure."""


def figure(name: str, unit: str, places: int, samples: list[float]) -> Figure:
    """The figure that `samples`, two or more, add up to."""
    lower, median, upper = statistics.quantiles(samples, n=4, method="inclusive")
    return Figure(
        name=name,
        unit=unit,
        rounds=len(samples),
        median=median,
        lower_quartile=lower,
        upper_quartile=upper,
        places=places,
    )


def speed() -> tuple[Figure, ...]:
    """Events a second of `step`, of the two-state machine of `transitions`, and how many times faster `step` is."""
    workload = busy_days()
    fire = toggling(TRIGGERS)
    steps: list[float] = []
    triggers: list[float] = []
    for _ in range(ROUNDS):
        steps.append(REPLAYS * len(workload.events) / seconds(lambda: replay(workload)))
        triggers.append(TRIGGERS / seconds(fire))
    ratios = [ours / theirs for ours, theirs in zip(steps, triggers, strict=True)]
    return (
        figure("step, full books and alarms", "events/s", 0, steps),
        figure("transitions, two states, one guard, one action", "events/s", 0, triggers),
        figure("step against transitions", "times", 2, ratios),
    )


def proofs() -> tuple[Figure, ...]:
    """How long proofs take with 24, 48 and 96 slots a day, and with a half and a quarter of the requirements."""
    return tuple(figure(name, "s", 1, samples) for name, samples in proof_times().items())


def embedding() -> tuple[Figure, ...]:
    """Events a second through store and journal, patients' years a second, and what a pump takes in memory."""
    return (
        figure("decided, saved and kept in a journal", "events/s", 0, stored_events(ROUNDS)),
        figure("with plant and auditor", "patient-years/s", 2, patient_years(ROUNDS)),
        figure("one pump in memory", "kB", 1, memory(ROUNDS)),
    )


def replay(workload: Workload) -> None:
    """Deliver the workload's events to its pump, in order, and again from the start."""
    device = workload.pump.device
    for _ in range(REPLAYS):
        pump = workload.pump
        for event in workload.events:
            pump = step(device, pump, event).pump


BENCHMARKS: Final[dict[str, Benchmark]] = {"speed": speed, "embedding": embedding, "proofs": proofs}
"""By name: everything that `intrathecal bench` measures."""
