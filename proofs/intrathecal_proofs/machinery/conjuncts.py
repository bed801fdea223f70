"""Conjuncts: what an invariant joins by `and`, each by itself, so that it can be told which of them a proof rests on.

They are read off the source: of `return a and b`, of a name that stands for such an expression, and of
`c or (a and b)`, which is `(c or a) and (c or b)`.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Iterable, Mapping

import attrs

from intrathecal_proofs.families import INVARIANTS
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.claims import Claim
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.origins import origin_of, pumps_in
from intrathecal_proofs.machinery.sources import source_of
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record


@functools.cache
def conjuncts_of(name: str) -> Mapping[str, ast.FunctionDef]:
    """By conjunct, as in `times_are_in_order: 0 <= now`: the invariant with nothing else; where there is but one,
    by the invariant's name."""
    tree = source_of(INVARIANTS[name], {}).tree
    last = tree.body[-1]
    parts = _joined(last.value, _assigned(tree)) if isinstance(last, ast.Return) and last.value is not None else []
    if len(parts) < 2:
        return {name: tree}
    found = {}
    for part in parts:
        alone = copy.copy(tree)
        alone.body = [*tree.body[:-1], ast.copy_location(ast.Return(part), last)]
        found[f"{name}: {ast.unparse(part)}"] = ast.fix_missing_locations(alone)
    return found


def _assigned(tree: ast.FunctionDef) -> dict[str, ast.expr]:
    """What names stand for that are assigned once."""
    pairs = [
        (node.targets[0].id, node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


def _joined(said: ast.expr, assigned: Mapping[str, ast.expr]) -> list[ast.expr]:
    """The conjuncts of an expression."""
    if isinstance(said, ast.Name) and said.id in assigned:
        parts = _joined(assigned[said.id], assigned)
        return parts if len(parts) > 1 else [said]
    if isinstance(said, ast.BoolOp) and isinstance(said.op, ast.And):
        return [part for each in said.values for part in _joined(each, assigned)]
    if isinstance(said, ast.BoolOp):
        sides = [_joined(each, assigned) for each in said.values]
        wide = [place for place, parts in enumerate(sides) if len(parts) > 1]
        if len(wide) == 1:
            before, after = said.values[: wide[0]], said.values[wide[0] + 1 :]
            return [ast.copy_location(ast.BoolOp(ast.Or(), [*before, part, *after]), said) for part in sides[wide[0]]]
    return [said]


def rested_on(code: Lifted, premises: Iterable[Truth]) -> frozenset[str]:
    """What the premises say, as in `times_are_in_order: now <= END`; lemmas of records, products and contracts are
    named as a whole, and so is an invariant of which no conjunct says it alone."""
    return frozenset(name for premise in premises for name in _named(code, premise))


def _named(code: Lifted, premise: Truth) -> Iterable[str]:
    origin = origin_of(premise)
    role, _, lemma = origin.partition(": ")
    if lemma not in INVARIANTS:
        return (lemma or origin,) if origin else ()
    for pump in pumps_in(role):
        found = _said(code, lemma, pump).get(premise)
        if found is not None:
            return (found,)
    return conjuncts_of(lemma)


_SAID: dict[tuple[str | Poly | Truth, ...], Mapping[Truth, str]] = {}
"""By invariant and the leaves of the pump that it reads: which conjunct says what."""


def _said(code: Lifted, lemma: str, pump: Record) -> Mapping[Truth, str]:
    """What the invariant says of the pump: by which conjunct."""
    key = (lemma, *code.read_of(lemma, pump))
    if key not in _SAID:
        claim = INVARIANTS[lemma]
        _SAID[key] = {
            truth: said
            for said, tree in conjuncts_of(lemma).items()
            for truth in terms.conjuncts(_alone(code, claim, tree, pump))
        }
    return _SAID[key]


def _alone(code: Lifted, claim: Claim, tree: ast.FunctionDef, pump: Record) -> Truth:
    """What the conjunct says of the pump."""
    instead = {f"{claim.__module__}.{claim.__qualname__}": tree}
    lifter = attrs.evolve(code.lifter(), instead=instead, memory=None)
    truth = lifter.call(claim, pump.fields["device"], pump)
    assert isinstance(truth, Truth)
    return truth
