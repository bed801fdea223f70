"""Canaries: false requirements that every engine must refute in the same run; one that is silent fails the run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from intrathecal_proofs.crosshair_checks import Outcome, attack
from intrathecal_proofs.crosshair_checks import canaries as crosshair_canaries
from intrathecal_proofs.false_requirements import FALSE
from intrathecal_proofs.looks import Song

CROSSHAIR_SECONDS = 3.0
"""s of processor time, for each of CrossHair's own."""
ALWAYS = ("z3",)
"""The engines that every run of `prove` relies on."""
OTHERS = ("cvc5", "crosshair", "hypothesis")
"""Those that it asks besides, with `--all`."""
Sings = Callable[[str], bool]
"""Whether an engine refutes the false claim of that name."""


def canary_songs(engines: Iterable[str]) -> list[Song]:
    """What these engines make of their canaries."""
    return [song(engine, *CHOIR[engine]) for engine in engines]


def song(engine: str, names: Sequence[str], sings: Sings, at_once: int = 1) -> Song:
    """What one engine makes of false claims of these names; it is asked for so many `at_once`."""
    with ThreadPoolExecutor(at_once) as pool:
        heard = dict(zip(names, pool.map(sings, names), strict=True))
    return Song(
        engine, tuple(n for n, good in heard.items() if good), tuple(n for n, good in heard.items() if not good)
    )


def in_a_process(engine: str) -> Sings:
    """Whether the engine refutes a false requirement in a process of its own; one that ends in an error says no."""

    def sings(name: str) -> bool:
        command = [sys.executable, "-m", "intrathecal_proofs.canary_process", engine, name]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout == "refuted\n"

    return sings


def refuted_by_crosshair(name: str) -> bool:
    """Whether CrossHair refutes its own false claim of that name."""
    check = next(check for check in crosshair_canaries() if check.name == name)
    return attack(check, CROSSHAIR_SECONDS).outcome is Outcome.REFUTED


CHOIR: Mapping[str, tuple[tuple[str, ...], Sings, int]] = {
    **{engine: (tuple(FALSE), in_a_process(engine), len(FALSE)) for engine in ("z3", "cvc5", "hypothesis")},
    "crosshair": (tuple(check.name for check in crosshair_canaries()), refuted_by_crosshair, 1),
}
"""By engine: the names of its canaries, how it is asked, and for how many at once."""
