"""Benchmarks as a table: each row is a function that measures and answers with figures.

Speeds are compared in the same process and in turns: a round measures each competitor once, so that whatever slows the
machine for a while slows both. A figure is the median over the rounds, with the smallest and the largest beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Final

from attrs import frozen

from intrathecal import step
from intrathecal_hosts.bench_machine import toggling
from intrathecal_hosts.bench_therapy import Workload, busy_days

ROUNDS: Final = 15
"""How often each competitor is measured."""
TRIGGERS: Final = 5_000
"""How many transitions of the two-state machine one round fires."""


@frozen
class Figure:
    """One measured number, over all rounds."""

    name: str
    unit: str
    median: float
    least: float
    greatest: float


Benchmark = Callable[[], tuple[Figure, ...]]
"""Something to measure."""


def figure(name: str, unit: str, samples: list[float]) -> Figure:
    """The figure that `samples`, one or more, add up to."""
    return Figure(name=name, unit=unit, median=statistics.median(samples), least=min(samples), greatest=max(samples))


def speed() -> tuple[Figure, ...]:
    """Events a second of `step`, of the two-state machine of `transitions`, and how many times faster `step` is."""
    workload = busy_days()
    fire = toggling(TRIGGERS)
    steps: list[float] = []
    triggers: list[float] = []
    for _ in range(ROUNDS):
        steps.append(len(workload.events) / _seconds(lambda: replay(workload)))
        triggers.append(TRIGGERS / _seconds(fire))
    return (
        figure("step, full books and alarms", "events/s", steps),
        figure("transitions, two states, one guard, one action", "events/s", triggers),
        figure("step against transitions", "times", [ours / theirs for ours, theirs in zip(steps, triggers, strict=True)]),
    )


def replay(workload: Workload) -> None:
    """Deliver the workload's events, in order, to its pump."""
    pump = workload.pump
    device = pump.device
    for event in workload.events:
        pump = step(device, pump, event).pump


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begun) / 1e9


BENCHMARKS: Final[dict[str, Benchmark]] = {"speed": speed}
"""By name: everything that `intrathecal bench` measures."""
