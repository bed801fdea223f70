"""Whether a solution may be given at all: what is in it, how strong it is, and what was confirmed of it."""

from __future__ import annotations

from intrathecal.drug import Solution, clashes, meets_cautiously, named_twice, nameless, needs_formulary, too_strong
from intrathecal.verdict import Reason


def inadmissible(solution: Solution, mixture_acknowledged: bool, formulary_confirmed: bool) -> Reason:
    """Why the solution is not one to give, whatever its flow or volume."""
    if too_strong(solution):
        return Reason.TOO_STRONG
    if nameless(solution):
        return Reason.NAMELESS
    if named_twice(solution):
        return Reason.DRUG_TWICE
    if clashes(solution, solution):
        return Reason.INCOMPATIBLE
    if meets_cautiously(solution, solution) and not mixture_acknowledged:
        return Reason.MIXTURE_UNACKNOWLEDGED
    if needs_formulary(solution) and not formulary_confirmed:
        return Reason.FORMULARY_UNCONFIRMED
    return Reason.NONE
