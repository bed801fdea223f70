"""Conditions that are taken as decided on a way through the code, and what they decide of others."""

from __future__ import annotations

from collections.abc import Mapping

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.terms import FALSE, TRUE, Poly, Truth


class Undecided(Exception):
    """A condition is met that is to be decided one way and the other."""

    def __init__(self, condition: Truth) -> None:
        super().__init__("a condition is to be decided")
        self.condition = condition


def looked_up(known: Mapping[Truth, bool], found: Truth) -> bool | None:
    """What is known of a truth value, by itself or by its opposite."""
    way = known.get(found)
    if way is None:
        opposite = known.get(terms.negation(found))
        return None if opposite is None else not opposite
    return way


def decided(known: Mapping[Truth, bool], condition: Truth, decision: bool) -> dict[Truth, bool]:
    """What is known once the condition is decided, too."""
    both = {**known, **_consequences(condition, decision)}
    return both | _shortened(both)


def implied(found: Truth, known: Mapping[Truth, bool]) -> Truth:
    """The comparison, or what a known one that differs by a constant says of it."""
    never = terms.poly_of(terms.negation(found))
    for truth, way in known.items():
        given = truth if way else terms.negation(truth)
        if given.kind == "le":
            if _within(terms.poly_of(found), terms.poly_of(given)):
                return TRUE
            if _within(never, terms.poly_of(given)):
                return FALSE
    return found


def _within(asked: Poly, given: Poly) -> bool:
    """Whether what is asked is never above what is given, and by the same amount everywhere."""
    rest = terms.subtract(asked, given).items
    return all(not monomial and number <= 0 for monomial, number in rest)


def _consequences(condition: Truth, decision: bool) -> dict[Truth, bool]:
    """What a decision decides: all parts of a conjunction that holds, and of a disjunction that does not."""
    found = {condition: decision}
    if condition.kind == "not":
        return found | _consequences(terms.arg(condition, 0), not decision)
    if condition.kind == ("and" if decision else "or"):
        for part in terms.parts(condition):
            found |= _consequences(part, decision)
    return found


def _shortened(known: Mapping[Truth, bool]) -> dict[Truth, bool]:
    """What is left of each conjunction that does not hold, without the parts that are known to."""
    found: dict[Truth, bool] = {}
    for truth, way in known.items():
        never = terms.negation(truth) if way else truth
        if never.kind == "and":
            left = [part for part in terms.parts(never) if not looked_up(known, part)]
            if len(left) < len(terms.parts(never)):
                found |= _consequences(terms.conjunction(*left), False)
    return found
