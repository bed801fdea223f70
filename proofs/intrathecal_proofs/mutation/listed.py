"""Mutants that no proof can tell from the core, each with the reason; reviewed by hand.

Nothing is listed because a requirement is missing: such a mutant survives, and is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intrathecal_proofs.mutation.mutants import Mutant

LISTED: Mapping[str, str] = {
    "intrathecal.alarming.watch: holding == alarms.conditions -> False": (
        "where the same conditions hold as before, all of them are listed, and of the others only those that latched: "
        "the list that is made is the one that there was; shown alarm by alarm, it takes more steps than are given"
    ),
    "intrathecal.trial.top_of: ladder[i] > 0 -> ladder[i] > 1": (
        "a ladder rises from 1 ng or more, so that no further dose is 1 ng; a function is compared for ladders of any "
        "numbers"
    ),
    "intrathecal.window.ahead: 32 -> 31": (
        "31, 16, 8, 4, 2 and 1 add up to every number of slots below 63 as 32 and the others do, and a schedule is "
        "moved by less than 48"
    ),
}
"""By the mutant's key: why no proof can tell it from the core."""


def unmatched(listed: Mapping[str, str], mutants: Iterable[Mutant]) -> tuple[str, ...]:
    """The entries that are no mutant's key: the source has changed, and nobody has looked at them since."""
    keys = {mutant.key for mutant in mutants}
    return tuple(key for key in listed if key not in keys)
