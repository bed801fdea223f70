"""A needle that errs: what it truly takes from a reservoir and fills into it, whatever the clinician tells of it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from intrathecal.quantities import Volume
from intrathecal_hosts.units_text import Part

_THOUSAND: Final = 1_000
"""Parts of a quantum."""


@frozen(kw_only=True)
class RefillTruth:
    """What the needle truly did in a refill."""

    drawn: Part | None = None
    """What was drawn, at most what there was above the residual volume, or a share of that; without it, all of it."""
    filled: Part | None = None
    """What came into the reservoir, or a share of what was told; without it, all that was told."""
    beside: Part | None = None
    """What went into the tissue beside the pump, or a share of what was told; without it, nothing. Both together are no
    more than was told."""

    def came(self, told: int) -> int:
        """Thousandths of a quantum: what came into the reservoir, where so much was told."""
        return part(self.filled, told, told)

    def missed(self, told: int) -> int:
        """Thousandths of a quantum: what went beside the pump, where so much was told."""
        return part(self.beside, told, 0)


@frozen(kw_only=True)
class ChangeTruth(RefillTruth):
    """What it truly did as the solution was changed."""

    rinsed: bool = True
    """What cannot be drawn was rinsed out with the new solution. If not, or where not all was drawn that can be, what
    is left is the solution before, and mixes with the new one."""


def part(said: Part | None, whole: int, unsaid: int) -> int:
    """Thousandths of a quantum: of the whole, rounded down."""
    if said is None:
        return unsaid
    return _THOUSAND * said.quanta if isinstance(said, Volume) else whole * said.per_mille // 1_000


REFILLED_AS_TOLD: Final = RefillTruth()
"""A refill by a needle that does not err."""
CHANGED_AS_TOLD: Final = ChangeTruth()
"""A change of solution by such a needle."""
