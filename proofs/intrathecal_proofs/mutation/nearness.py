"""Which claims speak of what a mutant changes: they are asked first whether they notice."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter

from intrathecal_proofs.machinery.sources import source_of
from intrathecal_proofs.monitor import EVERY
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.reach import asking, names_in, plain, reached_from

NEAREST = 10
"""How many claims count as near a mutant."""
SPEAKING = ("intrathecal_specs", "intrathecal_proofs")
"""Packages whose functions say what claims mean; those of the core are what they speak of."""


def near(mutant: Mutant) -> frozenset[str]:
    """The claims that share most words with what the mutant changes, and with the field or the name that takes it on; a
    word that few claims use counts for more. One that itself asks the function shares its name, too."""
    words = set(re.findall(r"[A-Za-z_]\w*", f"{mutant.was} {mutant.now}")) | taken_on_by(mutant)
    scores = {name: sum(1 / _used()[word] for word in words & said) for name, said in _said().items()}
    for name in asking(mutant.function):
        scores[name] += 1 / len(asking(mutant.function))
    best = sorted(scores, key=lambda name: (-scores[name], name))[:NEAREST]
    return frozenset(name for name in best if scores[name] > 0)


def taken_on_by(mutant: Mutant) -> set[str]:
    """The fields and the names that are given something else."""
    shipped = source_of(mutant.function, {}).tree
    return {name for name, value in _given(mutant.tree) - _given(shipped)}


def _given(tree: ast.AST) -> set[tuple[str, str]]:
    """Fields of calls and names of assignments, with what they are given."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg is not None:
            found.add((node.arg, ast.unparse(node.value)))
        if isinstance(node, ast.Assign):
            found |= {(ast.unparse(target), ast.unparse(node.value)) for target in node.targets}
    return found


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
