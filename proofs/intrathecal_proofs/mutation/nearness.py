"""Which claims speak of what a mutant changes: they are asked first whether they notice."""

from __future__ import annotations

import functools
import re
from collections import Counter

from intrathecal_proofs.monitor import EVERY
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.reach import names_in, plain, reached_from

NEAREST = 10
"""How many claims count as near a mutant."""
SPEAKING = ("intrathecal_specs", "intrathecal_proofs")
"""Packages whose functions say what claims mean; those of the core are what they speak of."""


def near(mutant: Mutant) -> frozenset[str]:
    """The claims that share most words with what the mutant changes, a word that few claims use counting for more."""
    words = set(re.findall(r"[A-Za-z_]\w*", f"{mutant.was} {mutant.now}"))
    scores = {name: sum(1 / _used()[word] for word in words & said) for name, said in _said().items()}
    best = sorted(scores, key=lambda name: (-scores[name], name))[:NEAREST]
    return frozenset(name for name in best if scores[name] > 0)


@functools.cache
def _said() -> dict[str, frozenset[str]]:
    """By claim: the words of its own source, and of the functions that it is told in."""
    found = {}
    for name, claim in EVERY.items():
        told = (each for each in reached_from(claim) if each.__module__.split(".")[0] in SPEAKING)
        found[name] = frozenset(word for each in (claim, *told) for word in names_in(plain(each).__code__))
    return found


@functools.cache
def _used() -> Counter[str]:
    """By word: how many claims use it."""
    return Counter(word for said in _said().values() for word in said)
