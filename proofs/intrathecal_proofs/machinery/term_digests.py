"""Digests of terms: equal for equal terms in any process, whatever was made before them."""

from __future__ import annotations

import functools
import hashlib

from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.terms import Choice, Poly, Quotient, Truth, Variable
from intrathecal_proofs.machinery.values import Value

SIZE = 16
"""Bytes."""


def digest(*parts: bytes | str) -> bytes:
    """Of all parts, in this order, each with its length."""
    made = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        said = part.encode() if isinstance(part, str) else part
        made.update(len(said).to_bytes(8, "big") + said)
    return made.digest()


def of_value(value: Value) -> bytes:
    """Of all that a lifted value is made of."""
    return digest(*(of_truth(leaf) if isinstance(leaf, Truth) else of_poly(leaf) for _, leaf in values.leaves(value)))


@functools.cache
def of_truth(truth: Truth) -> bytes:
    """Of a truth value; parts of `and` and `or`, and the two sides of an equation, have no order."""
    if truth.kind == "proposition":
        return digest(truth.kind, str(truth.args[0]))
    if truth.kind == "eq":
        poly = terms.poly_of(truth)
        return digest(truth.kind, *sorted((of_poly(poly), of_poly(terms.negate(poly)))))
    if truth.kind == "le":
        return digest(truth.kind, of_poly(terms.poly_of(truth)))
    parts = [of_truth(part) for part in terms.parts(truth)]
    return digest(truth.kind, *(sorted(parts) if truth.kind in ("and", "or") else parts))


@functools.cache
def of_poly(poly: Poly) -> bytes:
    """Of a polynomial."""
    shown = [(digest(*sorted(_of_atom(index) for index in monomial)), factor) for monomial, factor in poly.items]
    return digest("poly", *(part for monomial, factor in sorted(shown) for part in (monomial, str(factor))))


@functools.cache
def _of_atom(index: int) -> bytes:
    atom = terms.atom_at(index)
    if isinstance(atom, Variable):
        return digest("variable", atom.name)
    if isinstance(atom, Choice):
        return digest("choice", of_truth(atom.condition), of_poly(atom.then), of_poly(atom.other))
    assert isinstance(atom, Quotient)
    return digest("quotient", of_poly(atom.dividend), of_poly(atom.divisor))
