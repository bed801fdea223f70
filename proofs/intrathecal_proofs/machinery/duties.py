"""Duties: what must hold for a piece of source to be total."""

from __future__ import annotations

import attrs

from intrathecal_proofs.machinery.terms import TRUE, Poly, Truth


@attrs.frozen
class Duty:
    """What must hold for a piece of source to be total: `holds` wherever all of `guard` do."""

    what: str
    """`index`, `divisor`, `width`, or the name of a contract whose argument this is."""
    where: str
    """File and line."""
    guard: tuple[Truth, ...]
    subject: Poly
    """The index, the divisor, or the intermediate value."""
    size: int
    """How long the indexed tuple is; 0 for the others."""
    within: Truth = TRUE
    """What a contract asks of its arguments."""
