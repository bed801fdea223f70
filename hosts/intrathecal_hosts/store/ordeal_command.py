"""`intrathecal ordeal`: saved states are damaged, as a loss of power or a bad memory does, and read back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import click
from rich.table import Table

from intrathecal import step
from intrathecal_hosts.bench_therapy import busy_days
from intrathecal_hosts.output import progress, write_json
from intrathecal_hosts.report import console
from intrathecal_hosts.store.ordeal import KINDS, Outcome, States, Tried
from intrathecal_hosts.store.saved import length

FLIPS = 1_000_000
"""How often two or three bits are flipped."""


@click.command()
@click.option(
    "--flips", type=click.IntRange(min=1), default=FLIPS, show_default=True, help="How often two or three bits flip."
)
@click.option("--seed", type=int, default=0, show_default=True, help="What is drawn at random is drawn from it.")
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JSON."
)
def ordeal(flips: int, seed: int, json_path: Path | None) -> None:
    """Damage saved states, and read them back: power that goes at every byte, slots that are erased, bits that flip,
    files that are cut off, states of other versions, values that no pump has.

    What is read back must be the newest state, one that is told to be doubtful, or nothing.

    Exit 0 if nothing was lost, 1 if anything was, 2 for bad arguments.
    """
    tried = list(_tried(flips, seed))
    console().print(table(tried))
    lost = sum(each.outcomes[Outcome.LOST] for each in tried)
    print(f"{sum(each.trials for each in tried)} trials from seed {seed}, states of {length()} bytes: {lost} lost")
    if json_path is not None:
        kinds = [{"kind": each.kind, "trials": each.trials, **dict(each.outcomes)} for each in tried]
        write_json(json_path, {"seed": seed, "bytes": length(), "lost": lost, "kinds": kinds})
    sys.exit(1 if lost else 0)


def table(tried: Sequence[Tried]) -> Table:
    """By kind of damage: how often it was done, and what came of it."""
    made = Table(title="The store, damaged and read back", title_justify="left")
    made.add_column("damage")
    for heading in ("trials", *Outcome):
        made.add_column(heading, justify="right")
    for each in tried:
        made.add_row(each.kind, f"{each.trials:,}", *(f"{each.outcomes[outcome]:,}" for outcome in Outcome))
    return made


def _tried(flips: int, seed: int) -> Iterator[Tried]:
    states = some_states()
    with progress() as bar:
        for kind, trials in KINDS.items():
            task = bar.add_task(kind, total=None)
            outcomes: Counter[Outcome] = Counter()
            for nth, outcome in enumerate(trials(states, Random(seed), flips)):
                outcomes[outcome] += 1
                if nth % _TOLD_EVERY == 0:
                    bar.update(task, completed=nth)
            bar.remove_task(task)
            yield Tried(kind, outcomes)


_TOLD_EVERY = 1_000
"""trials: how often the bar moves."""


def some_states() -> States:
    """Three that follow each other in a busy therapy."""
    workload = busy_days()
    pump = workload.pump
    found = []
    for event in workload.events[:3]:
        pump = step(pump.device, pump, event).pump
        found.append(pump)
    return States(*found)
