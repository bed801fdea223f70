"""Mutants that no proof can tell from the core, each with the reason; reviewed by hand.

Nothing is listed because a requirement is missing: such a mutant survives, and is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intrathecal_proofs.mutation.mutants import Mutant

LISTED: Mapping[str, str] = {}
"""By the mutant's key: why no proof can tell it from the core."""


def unmatched(listed: Mapping[str, str], mutants: Iterable[Mutant]) -> tuple[str, ...]:
    """The entries that are no mutant's key: the source has changed, and nobody has looked at them since."""
    keys = {mutant.key for mutant in mutants}
    return tuple(key for key in listed if key not in keys)
