"""Origins: which lemma, product or contract says each premise, so that a proof can be told by what it rests on."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import attrs

from intrathecal_proofs.machinery.leaf_contracts import FACTS
from intrathecal_proofs.machinery.setting import Setting
from intrathecal_proofs.machinery.terms import Truth, conjuncts, variables
from intrathecal_proofs.machinery.values import Record

CONDITIONS = "conditions"
"""The origin of all that nothing is noted of, but for the ranges of single variables."""
_SAID_BY: dict[Truth, dict[str, None]] = {}
"""By premise: what says it. A premise that nothing is noted of is a range of a type, or a condition of the way."""
_PUMPS: dict[str, dict[int, Record]] = defaultdict(dict)
"""By role: the pumps of which invariants are stated."""


def note(origin: str, premises: Iterable[Truth]) -> None:
    """Note what says these premises, as in `settled: times_are_in_order`."""
    for truth in premises:
        _SAID_BY.setdefault(truth, {})[origin] = None


def forget() -> None:
    """Begin anew, as with each task: what is noted hangs on nothing that was lifted before."""
    _SAID_BY.clear()
    _PUMPS.clear()


def note_pump(role: str, pump: Record) -> None:
    """Note that invariants are stated of the pump."""
    _PUMPS[role][id(pump)] = pump


def pumps_in(role: str) -> Iterable[Record]:
    """The pumps of which invariants are stated in that role, the last first."""
    return reversed(_PUMPS[role].values())


def origin_of(premise: Truth) -> str:
    """What says the premise, the first by name; empty, where it is the range of a variable or a contract's."""
    return min(_origins_of(premise), default="")


def stated(role: str, claims: Iterable[tuple[str, Truth]]) -> tuple[Truth, ...]:
    """What is claimed, conjunct by conjunct; `role`: of what, as in `seen`."""
    held: list[Truth] = []
    for name, truth in claims:
        parts = conjuncts(truth)
        note(f"{role}: {name}", parts)
        held += parts
    return tuple(held)


def said_by(premises: Iterable[Truth]) -> frozenset[str]:
    """One origin of each of the premises: the first by name, where it has several."""
    return frozenset(said for said in map(origin_of, premises) if said)


def _origins_of(premise: Truth) -> Collection[str]:
    """What says the premise: nothing, where it is the range of a variable or a contract's."""
    noted = _SAID_BY.get(premise)
    if noted:
        return noted
    return () if len(variables(premise)) <= 1 or by_contract(premise) else (CONDITIONS,)


@functools.cache
def by_contract(premise: Truth) -> bool:
    """Whether a contract of a leaf says so."""
    return any(premise in FACTS.get(name, ()) for name in variables(premise))


@attrs.frozen(eq=False)
class Index:
    """The premises of a setting, to be chosen from."""

    by_origin: Mapping[str, list[Truth]]
    plain: Mapping[str, list[Truth]]
    """What nothing is noted of, by one of its variables."""

    def chosen(self, origins: Iterable[str], goal: Truth) -> tuple[Truth, ...]:
        """What these origins say, and what types, ways and contracts say of nothing else than that and the goal."""
        found = dict.fromkeys(truth for origin in origins for truth in self.by_origin.get(origin, ()))
        waiting = [variable for truth in (goal, *found) for variable in variables(truth)]
        spoken: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in spoken:
                continue
            spoken.add(name)
            for fact in FACTS.get(name, ()):
                if fact not in found:
                    found[fact] = None
                    waiting += variables(fact)
        for name in sorted(spoken):
            found.update((truth, None) for truth in self.plain.get(name, ()) if variables(truth) <= spoken)
        return tuple(found)


@functools.lru_cache(maxsize=8)
def index_of(setting: Setting) -> Index:
    """The index of the setting's premises."""
    by_origin: dict[str, list[Truth]] = defaultdict(list)
    plain: dict[str, list[Truth]] = defaultdict(list)
    for truth in dict.fromkeys((*setting.premises, *setting.proven)):
        origins = _SAID_BY.get(truth)
        for origin in origins or ():
            by_origin[origin].append(truth)
        if not origins:
            spoken = variables(truth)
            plain[min(spoken, default="")].append(truth)
            if len(spoken) > 1:
                by_origin[CONDITIONS].append(truth)
    return Index(by_origin, plain)
