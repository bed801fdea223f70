"""Campaigns: so many steps of lives, in parts that can run anywhere, and what they came to."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, as_completed
from random import Random
from typing import Final

from attrs import define, field, frozen

from intrathecal import Alarm, Drive, Mode, Reason
from intrathecal_hosts.attack.life import Life, Met, Reached, Vice, live
from intrathecal_hosts.attack.moves import KINDS
from intrathecal_hosts.attack.shrinking import command, scenario_of, shrunk

PART: Final = 25_000
"""Steps of one part."""
OF_CONSTANT_FLOW: Final = (Mode.STOPPED, Mode.BASAL, Mode.BRIDGING)
"""The modes that a pump without a motor comes into."""
PAIRS: Final[tuple[Met, ...]] = tuple(
    (drive, kind.__name__, mode.name)
    for drive in Drive
    for kind in KINDS
    for mode in (Mode if drive == Drive.PROGRAMMABLE else OF_CONSTANT_FLOW)
)
"""Every event in every mode."""


@frozen
class Violation:
    """A promise that was broken, or a fault of the program."""

    what: str
    """In a line."""
    steps: int
    """How many it takes."""
    scenario: str
    """A scenario file; empty where none can hold it."""
    command: str
    """What runs it, with `FILE` for its name."""


@define(eq=False)
class Found:
    """What a campaign, or a part of one, came to."""

    reached: Reached = field(factory=Reached)
    violations: list[Violation] = field(factory=list)

    def missing(self) -> list[str]:
        """What was not met, by name."""
        met = self.reached
        return [
            *(
                f"{event} in {mode} ({drive.name})"
                for drive, event, mode in PAIRS
                if (drive, event, mode) not in met.pairs
            ),
            *(f"refusal {reason.name}" for reason in Reason if met.reasons[reason] == 0),
            *(f"alarm {alarm.name}" for alarm in Alarm if alarm not in met.alarms),
            *(f"host {vice}" for vice in Vice if met.vices[vice] == 0),
        ]


def part(seed: int, place: int, steps: int) -> Found:
    """One part: the same for the same seed and place, wherever it runs."""
    found = Found()
    life = live(Random(f"{seed} {place}"), steps, found.reached)
    if life is not None:
        found.violations.append(violation(life))
    return found


def violation(life: Life) -> Violation:
    """The same, as short as it was found to be."""
    less = shrunk(life)
    breach = less.breach
    assert breach is not None
    try:
        scenario = scenario_of(less)
    except ValueError:
        scenario = ""
    what = f"{breach.promise} at {breach.at} s: {breach.what}"
    return Violation(what, len(less.told), scenario, command(less))


def parts(steps: int) -> list[tuple[int, int]]:
    """Place and steps of each part of a campaign."""
    starts = range(0, steps, PART)
    return [(place, min(PART, steps - start)) for place, start in enumerate(starts)]


def campaign(steps: int, seed: int, pool: Executor) -> Iterator[Found]:
    """What each part came to, as they come."""
    waiting: list[Future[Found]] = [pool.submit(part, seed, place, size) for place, size in parts(steps)]
    for done in as_completed(waiting):
        yield done.result()
