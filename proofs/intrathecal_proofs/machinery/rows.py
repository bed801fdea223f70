"""Rows: what came of one obligation, in plain values that processes hand to each other and files keep."""

from __future__ import annotations

import attrs

from intrathecal_proofs.machinery.prover import Verdict


@attrs.frozen
class Opinions:
    """What the second solver said of the questions of a proof: how many it confirmed, and how many not, and why; and
    what the proof rests on, as far as either solver tells."""

    confirmed: int = 0
    undecided: int = 0
    unasked: int = 0
    contradicted: int = 0
    whole: int = 0
    """Questions that are too many premises' to tell which they rest on."""
    rests_on: tuple[str, ...] = ()
    """Conjuncts of invariants, as in `times_are_in_order: 0 <= now`, lemmas, products and contracts."""


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
    second: Opinions | None = None
    """The second solver's; `None` where it was not wanted."""
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
