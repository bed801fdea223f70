"""Duties: what must hold for a piece of source to be total."""

from __future__ import annotations

import attrs

from intrathecal_proofs.machinery.terms import TRUE, Poly, Truth


@attrs.frozen
class Duty:
    """What must hold for a piece of source to be total: `holds` wherever all of `guard` do."""

    what: str
    """`index`, `divisor`, `width`, `range`, or the name of a contract whose argument this is."""
    where: str
    """File and line."""
    guard: tuple[Truth, ...]
    subject: Poly
    """The index, the divisor, the intermediate value, or what a record's field is given."""
    span: tuple[int, int] = (0, 0)
    """From where to where the index may lie, or what the field is given, both included; nothing for the others."""
    within: Truth = TRUE
    """What a contract asks of its arguments."""
