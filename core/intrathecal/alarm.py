"""The alarms: which there are, how urgent each is, and which of them stay until acknowledged."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Alarm(IntEnum):
    """Every alarm, the most urgent first: of those that are listed the first sounds."""

    EMPTY = 0
    OVER_DELIVERY = 1
    STOPPED_LONG = 2
    LATE_HOST = 3
    LOW_RESERVOIR = 4
    REFILL_DISCREPANCY = 5


ALARMS: Final = 6
"""How many alarms there are."""
SILENT: Final = -1
"""What sounds when nothing sounds."""
CRITICALS: Final = 4
"""The alarms before this one are critical, the others advisory."""
CRITICAL_SILENCE: Final = 600
"""s: the longest silence while a critical alarm is listed."""

LATCHING: Final = (True, True, True, True, False, True)
"""By alarm: whether it stays listed after its condition has gone, until a clinician acknowledges it. All critical ones
do; so does the refill discrepancy, whose condition is the moment of the refill."""


class Priority(IntEnum):
    """Urgency after IEC 60601-1-8."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


PRIORITIES: Final = (
    Priority.HIGH,
    Priority.HIGH,
    Priority.HIGH,
    Priority.HIGH,
    Priority.MEDIUM,
    Priority.LOW,
)
"""By alarm: harm against onset, after Open PCA Pump System Requirements 1.0.0, table 3 (domain.md 6.4). Withdrawal and
overdose can be irreversible and prompt: high. A low reservoir gives days: medium. A discrepancy is minor: low."""
