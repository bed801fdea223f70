"""What proofs rested on when they were last recorded: it is tried first, and decides nothing but the time.

Of thousands of premises a proof needs some ten. `intrathecal prove --record` writes which, by claim and stage, to a
file beside this module: the lemmas that say them, which mean something to a reader and outlive most edits, and the
premises themselves, by a mark each.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from intrathecal_proofs.machinery.files import replace_whole
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.term_digests import of_truth
from intrathecal_proofs.machinery.terms import Truth

FILE = Path(__file__).with_name("recorded.json")
"""Where it is kept."""
MARK = 6
"""Digits of a mark. Two premises with one mark cost a little time, and nothing else."""


@attrs.frozen
class Hint:
    """What a proof is likely to rest on."""

    origins: frozenset[str] = frozenset()
    """What says the premises, as in `settled: times_are_in_order`."""
    marks: frozenset[str] = frozenset()
    """Of the premises."""

    def __or__(self, other: Hint) -> Hint:
        return Hint(self.origins | other.origins, self.marks | other.marks)

    def marked(self, premises: Iterable[Truth]) -> tuple[Truth, ...]:
        """Those of the premises that have one of the marks."""
        return tuple(premise for premise in premises if mark(premise) in self.marks)


def mark(premise: Truth) -> str:
    """What a premise is told by, in any process."""
    return of_truth(premise).hex()[:MARK]


Recorded = Mapping[str, Mapping[str, Hint]]
"""By claim and place."""


def place_of(obligation: Obligation) -> str:
    """The stage that the obligation belongs to, whatever the way through it, with the line of a duty."""
    stage = obligation.setting.label.split(",")[0]
    return f"{stage} at {Path(obligation.where).name}" if obligation.where else stage


_LEARNT: dict[str, dict[str, Hint]] = defaultdict(dict)
"""By claim and place: what was found by this process, while it records."""


def learn(obligation: Obligation, hint: Hint) -> None:
    """Note what the obligation's proof rests on, for the others at its place."""
    _LEARNT[obligation.claim][place_of(obligation)] = learnt(obligation) | hint


def learnt(obligation: Obligation) -> Hint:
    """What was noted at its place so far."""
    return _LEARNT[obligation.claim].get(place_of(obligation), Hint())


def hints_for(obligation: Obligation) -> Iterator[Hint]:
    """What the proof is likely to rest on: what was noted at its place, what was recorded there, else all that was of
    the claim there or anywhere."""
    place = place_of(obligation)
    places = _LEARNT[obligation.claim]
    if place in places:
        yield places[place]
    likely = _likely(obligation.claim, place)
    if likely is not None:
        yield likely
    if places and place not in places:
        yield _all_of(places.values())


@functools.cache
def _likely(claim: str, place: str) -> Hint | None:
    """`None` where nothing of the claim is recorded."""
    places = recorded().get(claim, {})
    if place in places:
        return places[place]
    stage, _, line = place.partition(" at ")
    file = line.split(":")[0]
    near = [hint for other, hint in places.items() if line and f" at {file}:" in other]
    near = near or [hint for other, hint in places.items() if other.split(" at ")[0] == stage]
    return _all_of(near or places.values()) if places else None


def _all_of(hints: Iterable[Hint]) -> Hint:
    return functools.reduce(Hint.__or__, hints, Hint())


@functools.cache
def recorded() -> Recorded:
    """What is in the file; nothing, where there is none."""
    if not FILE.exists():
        return {}
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        claim: {place: _read(said, kept["origins"]) for place, said in places.items()}
        for claim, places in kept["claims"].items()
    }


def _read(said: Any, names: list[str]) -> Hint:
    used, marks = said
    return Hint(
        frozenset(names[index] for index in used),
        frozenset(marks[at : at + MARK] for at in range(0, len(marks), MARK)),
    )


def write(found: Iterable[tuple[str, str, Hint]], whole: bool) -> None:
    """Keep what these proofs rested on, by claim and place; the others are forgotten if these are the `whole`.

    Raises `OSError` where the file cannot be written.
    """
    claims: dict[str, dict[str, Hint]] = defaultdict(dict)
    for claim, place, hint in found:
        claims[claim][place] = claims[claim].get(place, Hint()) | hint
    before: Recorded = {} if whole else recorded()
    merged = {claim: {**before.get(claim, {}), **claims.get(claim, {})} for claim in {*before, *claims}}
    names = sorted({name for places in merged.values() for hint in places.values() for name in hint.origins})
    at = {name: index for index, name in enumerate(names)}

    def said(hint: Hint) -> list[object]:
        return [sorted(at[name] for name in hint.origins), "".join(sorted(hint.marks))]

    rows = ",\n".join(
        f"  {json.dumps(claim)}: " + json.dumps({place: said(hint) for place, hint in sorted(places.items())})
        for claim, places in sorted(merged.items())
    )
    shown = ",\n".join(f"  {json.dumps(name)}" for name in names)
    replace_whole(FILE, f'{{"origins": [\n{shown}\n],\n"claims": {{\n{rows}\n}}}}\n')
