"""Findings: what became of each question whether something is proven of nothing, in plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

import attrs


class Kind(StrEnum):
    """What was asked."""

    PREMISE = "premise"
    """Whether all that a setting assumes can hold."""
    CONCLUSION = "conclusion"
    """Whether a claim can fail once what comes after the step is arbitrary."""
    CONDITION = "condition"
    """Whether the left side of an implication in a claim can be true, and false."""
    REFUSAL = "refusal"
    """Whether an event is refused for a reason."""


class Verdict(StrEnum):
    """What was found."""

    REACHED = "reached"
    """A run from the beginning of a life shows it, in Python."""
    ARBITRARY = "arbitrary"
    """Values show it, worked out in whole numbers, that no life is known to reach: proofs start from such ones."""
    IMPOSSIBLE = "impossible"
    """It is proven that it cannot be."""
    TRIVIAL = "trivial"
    """It is proven that the claim holds whatever comes after."""
    UNKNOWN = "unknown"
    """Nothing shows it, and nothing excludes it."""


@attrs.frozen
class Finding:
    """One question, and what was found."""

    kind: Kind
    name: str
    """As in `decide Program, path 3`, `no_drug_appears_or_vanishes` or `WINDOW_FULL`."""
    event: str
    """The event type's name, or `*` for what all events share."""
    verdict: Verdict
    why: str
    """Where the witness comes from, or the reason that there is none."""
    values: str = ""
    """Python source of a witness that no life reached."""
    obligations: int = 0
    """How many rest on it."""

    @property
    def full_name(self) -> str:
        """With the event, where the name does not say it."""
        named = self.kind in (Kind.CONCLUSION, Kind.REFUSAL) and self.event != "*"
        return f"{self.name} at {self.event}" if named else self.name


@attrs.frozen
class Witnesses:
    """All findings of a run."""

    seed: int
    lives: int
    steps: int
    findings: tuple[Finding, ...]

    def of(self, kind: Kind, *verdicts: Verdict) -> tuple[Finding, ...]:
        """Those of a kind, with one of these verdicts or with any."""
        return tuple(each for each in self.findings if each.kind is kind and (not verdicts or each.verdict in verdicts))

    @property
    def bad(self) -> tuple[Finding, ...]:
        """What fails the run: whatever is unknown, and reasons for which nothing is ever refused."""
        reasons: dict[str, list[Finding]] = {}
        for finding in self.of(Kind.REFUSAL):
            reasons.setdefault(finding.name, []).append(finding)
        shown = (Verdict.REACHED, Verdict.ARBITRARY)
        never = [some[0] for some in reasons.values() if not any(each.verdict in shown for each in some)]
        return tuple(dict.fromkeys((*(f for f in self.findings if f.verdict is Verdict.UNKNOWN), *never)))

    @property
    def good(self) -> bool:
        """Nothing is unknown, every reason can be met, and something was asked."""
        return bool(self.findings) and not self.bad

    @property
    def lines(self) -> Iterator[str]:
        """A line for each kind."""
        for kind in Kind:
            found = self.of(kind)
            counts = Counter(each.verdict for each in found)
            words = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
            idle = sum(each.obligations for each in found if each.verdict is Verdict.IMPOSSIBLE)
            excluded = f"; {idle} obligations are true of nothing" if idle else ""
            yield f"{kind}s: {len(found)}" + (f": {words}" if found else "") + excluded

    def summary(self) -> dict[str, object]:
        """By kind: how many there are of each verdict, how many obligations are true of nothing, and by name what is
        impossible, trivial or unknown."""
        return {str(kind): self._summary_of(kind) for kind in Kind if self.of(kind)}

    def _summary_of(self, kind: Kind) -> dict[str, object]:
        counts = Counter(str(each.verdict) for each in self.of(kind))
        names = {str(verdict): told_once([each.full_name for each in self.of(kind, verdict)]) for verdict in NAMED}
        idle = sum(each.obligations for each in self.of(kind, Verdict.IMPOSSIBLE))
        return {"counts": dict(sorted(counts.items())), "of nothing": idle, **{k: v for k, v in names.items() if v}}

    def as_json(self) -> dict[str, object]:
        """For scripts, and for the ledger."""
        run = {"seed": self.seed, "lives": self.lives, "steps": self.steps}
        return {**run, "good": self.good, "summary": self.summary(), "claims": self.by_claim()}

    def by_claim(self) -> dict[str, dict[str, int]]:
        """By claim: how many of its conclusions, and of the sides of its implications, there are of each verdict."""
        counts: dict[str, Counter[str]] = {}
        for finding in (*self.of(Kind.CONCLUSION), *self.of(Kind.CONDITION)):
            counts.setdefault(finding.name.partition(": ")[0], Counter())[str(finding.verdict)] += 1
        return {name: dict(sorted(of.items())) for name, of in sorted(counts.items())}


def told_once(names: Sequence[str]) -> list[str]:
    """The names, without those of whole steps, and of observers in them, on a way through a handler that is named."""
    ways = {name.removeprefix("decide ") for name in names if name.startswith("decide ")}
    return [name for name in names if not (name.startswith("step ") and way_in(name) in ways)]


def way_in(name: str) -> str:
    """As in `Program, path 3` of `step Program, path 3, Day`."""
    return ", ".join(name.removeprefix("step ").split(", ")[:2])


NAMED = (Verdict.IMPOSSIBLE, Verdict.TRIVIAL, Verdict.UNKNOWN)
"""What is listed by name."""
