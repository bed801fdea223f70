"""Steps: how far the solver goes for one mutant, in Z3's resource limit."""

from __future__ import annotations

from typing import Final

ALONE_STEPS: Final = 1_000_000
"""To show that a function by itself gives the same, whatever its arguments."""
EQUALITY_STEPS: Final = 100_000_000
"""To show that a mutant is equivalent, in all that may run it."""
CLAIM_STEPS: Final = 100_000_000
"""To find the claim that is no longer proven."""
