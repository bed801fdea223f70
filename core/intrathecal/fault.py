"""Faults of the hardware: which there are, which end therapy, and with which of them the hardware can still deliver."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from intrathecal.members import at_once


@at_once
class Fault(IntEnum):
    """What a pump's hardware reports of itself."""

    RESET = 0
    """The pump started anew: what it was programmed to do may be lost."""
    MOTOR_STALL = 1
    """The motor does not turn, outside an MRI."""
    MEMORY = 2
    """What is stored can no longer be relied upon."""
    END_OF_SERVICE = 3
    """The battery or the pump has reached its end."""
    REPLACEMENT_DUE = 4
    """The pump is to be replaced soon, and still does all it should."""


FAULTS: Final = 5
"""How many faults there are."""
ByFault = Annotated[tuple[bool, ...], FAULTS]
"""One yes or no for each fault."""

ENDS_THERAPY: Final = (True, True, True, True, False)
"""By fault: whether it ends therapy at once (domain.md 5: on reset never report the old prescription as active)."""
DELIVERS: Final = (True, False, False, False, True)
"""By fault: whether the hardware can deliver while it is present."""
PASSES: Final = (False, True, False, False, False)
"""By fault: whether the hardware can report it gone. A reset passes with the next prescription."""


def can_deliver(faults: ByFault) -> bool:
    """Whether the hardware can deliver with these faults present."""
    return all(DELIVERS[i] or not faults[i] for i in range(FAULTS))
