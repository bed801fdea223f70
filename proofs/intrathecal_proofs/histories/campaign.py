"""So many lives and visits, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

import attrs

from intrathecal import (
    Drive,
    Mode,
    Pump,
)
from intrathecal_proofs.histories.failures import Broken, Failure, monitored, shortened
from intrathecal_proofs.histories.happenings import Happening, Onlooker
from intrathecal_proofs.histories.lives import (
    live,
)
from intrathecal_proofs.histories.pairs import IMPOSSIBLE, OF_CONSTANT_FLOW, PAIRS, WAYS, Pair
from intrathecal_proofs.histories.visits import ATTEMPTS, visit
from intrathecal_proofs.strategies import EVENTS


@attrs.frozen
class Histories:
    """What became of many lives."""

    seed: int
    counts: Mapping[Pair, int]
    """How often each pair happened."""
    failure: Failure | None
    """The first thing that was broken."""

    @property
    def never(self) -> tuple[Pair, ...]:
        """Pairs that can happen and never did."""
        return tuple(pair for pair in PAIRS if pair not in IMPOSSIBLE and not self.counts[pair])

    @property
    def absurd(self) -> tuple[Pair, ...]:
        """Pairs that cannot happen and did."""
        return tuple(pair for pair in IMPOSSIBLE if self.counts[pair])

    @property
    def good(self) -> bool:
        """Nothing was broken, and everything that can happen did."""
        return self.failure is None and not self.never and not self.absurd

    @property
    def steps(self) -> int:
        """How many steps there were."""
        return sum(self.counts.values())

    @property
    def lines(self) -> Iterator[str]:
        """What a person wants to know of it."""
        yield f"histories: {self.steps} steps from seed {self.seed}; accepted/refused by mode before the event"
        for drive in Drive:
            modes = Mode if drive == Drive.PROGRAMMABLE else OF_CONSTANT_FLOW
            yield f"  {drive.name:16}" + "".join(f"{mode.name:>16}" for mode in modes)
            for kind in EVENTS:
                met = [[self.counts[drive, kind.__name__, mode, way] for way in (True, False)] for mode in modes]
                yield f"  {kind.__name__:16}" + "".join(f"{f'{yes}/{no}':>16}" for yes, no in met)
        yield from (f"  never happened: {_words(pair)}" for pair in self.never)
        yield from (f"  cannot happen, and did: {_words(pair)}, though {IMPOSSIBLE[pair]}" for pair in self.absurd)
        if self.failure is not None:
            yield self.failure.text


def _words(pair: Pair) -> str:
    drive, name, mode, accepted = pair
    return f"{name} {'accepted' if accepted else 'refused'} in mode {mode.name}, drive {drive.name}"


def run_histories(lives: int, steps: int, seed: int) -> Histories:
    """So many lives of so many rules each, then visits for each pair that no life met, and some in vain for those that
    cannot happen; every step is monitored and counted."""
    counts: Counter[Pair] = Counter()

    def arrival(beginning: Pump) -> Onlooker:
        look = monitored(beginning)

        def count_and_look(happening: Happening) -> None:
            before, accepted = happening.before, happening.after.verdict.accepted
            counts[before.device.drive, type(happening.event).__name__, before.mode, accepted] += 1
            look(happening)

        return count_and_look

    try:
        live(lives, steps, seed, arrival)
        for pair, attempt in product(PAIRS, range(ATTEMPTS)):
            if pair not in IMPOSSIBLE and not counts[pair]:
                visit(pair, seed + attempt, arrival)
        for pair in IMPOSSIBLE:
            if (pair[0], pair[2]) in WAYS:
                visit(pair, seed, arrival)
    except Broken as broken:
        return Histories(seed, counts, shortened(broken.failure))
    return Histories(seed, counts, None)
