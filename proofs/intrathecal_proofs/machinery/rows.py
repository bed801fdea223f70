"""Rows: what came of one obligation, in plain values that processes hand to each other and files keep."""

from __future__ import annotations

import attrs

from intrathecal_proofs.machinery.prover import Verdict


@attrs.frozen
class Row:
    """What came of one obligation."""

    claim: str
    setting: str
    event: str
    """The event type's name, or `*` for what all events share."""
    where: str
    verdict: Verdict
    engines: tuple[str, ...]
    seconds: float
    steps: int
    questions: int
    second: tuple[int, int, int] = (0, 0, 0)
    """What the second solver said of the questions: unsatisfiable, unknown, satisfiable."""
    counterexample: str = ""
    """What changed, and a test to paste."""
    place: str = ""
    """The stage, whatever the way through it, with the line of a duty."""
    rests_on: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """Origins and marks of what the proofs at its place rest on, where that was asked for and found."""
    key: str = ""
    """The digest of the obligation; empty where nothing was asked of a solver."""


@attrs.frozen
class Kept:
    """How an obligation was proven before."""

    engines: tuple[str, ...]
    steps: int
    questions: int
