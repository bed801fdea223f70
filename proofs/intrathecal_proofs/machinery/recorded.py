"""What proofs rested on when they were last recorded: it is tried first, and decides nothing but the time.

Of thousands of premises a proof needs some ten. `intrathecal prove --record` writes which, by claim and stage, to a
file beside this module.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from intrathecal_proofs.machinery.setting import Obligation

FILE = Path(__file__).with_name("recorded.json")
"""Where it is kept."""
Recorded = Mapping[str, Mapping[str, frozenset[str]]]
"""By claim and place: the origins of premises."""


def place_of(obligation: Obligation) -> str:
    """The stage that the obligation belongs to, whatever the way through it, with the line of a duty."""
    stage = obligation.setting.label.split(",")[0]
    return f"{stage} at {Path(obligation.where).name}" if obligation.where else stage


_LEARNT: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
"""By claim and place: what was found by this process, while it records."""


def learn(obligation: Obligation, origins: frozenset[str]) -> None:
    """Note what the obligation's proof rests on, for the others at its place."""
    places = _LEARNT[obligation.claim]
    places[place_of(obligation)] = learnt(obligation) | origins


def learnt(obligation: Obligation) -> frozenset[str]:
    """What was noted at its place so far."""
    return _LEARNT[obligation.claim].get(place_of(obligation), frozenset())


def origins_for(obligation: Obligation) -> Iterator[frozenset[str]]:
    """The origins that the proof is likely to rest on: those noted at its place, those recorded there, else all of the
    claim's there or anywhere."""
    place = place_of(obligation)
    places = _LEARNT[obligation.claim]
    if place in places:
        yield places[place]
    likely = _likely(obligation.claim, place)
    if likely is not None:
        yield likely
    if places and place not in places:
        yield frozenset().union(*places.values())


@functools.cache
def _likely(claim: str, place: str) -> frozenset[str] | None:
    """`None` where nothing of the claim is recorded."""
    places = recorded().get(claim, {})
    if place in places:
        return places[place]
    stage, _, line = place.partition(" at ")
    file = line.split(":")[0]
    near = [origins for other, origins in places.items() if line and f" at {file}:" in other]
    near = near or [origins for other, origins in places.items() if other.split(" at ")[0] == stage]
    return frozenset().union(*(near or places.values())) if places else None


@functools.cache
def recorded() -> Recorded:
    """What is in the file; nothing, where there is none."""
    if not FILE.exists():
        return {}
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    names: list[str] = kept["origins"]
    return {
        claim: {place: frozenset(names[index] for index in used) for place, used in places.items()}
        for claim, places in kept["claims"].items()
    }


def write(found: Iterable[tuple[str, str, Iterable[str]]], whole: bool) -> None:
    """Keep what these proofs rested on, by claim and place; the others are forgotten if these are the `whole`."""
    claims: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for claim, place, origins in found:
        claims[claim][place] = claims[claim].get(place, frozenset()).union(origins)
    before: Recorded = {} if whole else recorded()
    merged = {claim: {**before.get(claim, {}), **claims.get(claim, {})} for claim in {*before, *claims}}
    names = sorted({name for places in merged.values() for used in places.values() for name in used})
    at = {name: index for index, name in enumerate(names)}
    rows = ",\n".join(
        f"  {json.dumps(claim)}: "
        + json.dumps({place: sorted(at[name] for name in used) for place, used in sorted(places.items())})
        for claim, places in sorted(merged.items())
    )
    shown = ",\n".join(f"  {json.dumps(name)}" for name in names)
    FILE.write_text(f'{{"origins": [\n{shown}\n],\n"claims": {{\n{rows}\n}}}}\n', encoding="utf-8")
