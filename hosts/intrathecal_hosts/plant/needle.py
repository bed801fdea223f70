"""A needle that errs: what it truly takes from a reservoir and fills into it, whatever the clinician tells of it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from intrathecal_hosts.units_text import Part


@frozen(kw_only=True)
class RefillTruth:
    """What the needle truly did in a refill."""

    drawn: Part | None = None
    """What was drawn, at most what there was above the residual volume, or a share of that; without it, all of it."""
    filled: Part | None = None
    """What came into the reservoir, or a share of what was told; without it, all that was told."""
    beside: Part | None = None
    """What went into the tissue beside the pump, or a share of what was told; without it, nothing."""


@frozen(kw_only=True)
class ChangeTruth(RefillTruth):
    """What it truly did as the solution was changed."""

    rinsed: bool = True
    """What cannot be drawn was rinsed out with the new solution. If not, or where not all was drawn that can be, what
    is left is the solution before, and mixes with the new one."""


REFILLED_AS_TOLD: Final = RefillTruth()
"""A refill by a needle that does not err."""
CHANGED_AS_TOLD: Final = ChangeTruth()
"""A change of solution by such a needle."""
