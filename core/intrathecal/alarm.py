"""The alarms: which there are, how urgent each is, and which of them stay until acknowledged."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Alarm(IntEnum):
    """Every alarm, the most urgent first: of those that are listed the first sounds."""

    EMPTY = 0
    MOTOR_STALL = 1
    END_OF_SERVICE = 2
    MEMORY_FAULT = 3
    RESET = 4
    OVER_DELIVERY = 5
    STOPPED_LONG = 6
    LATE_HOST = 7
    UNVERIFIED_AFTER_MRI = 8
    PRESSURE = 9
    """The ambient pressure is one that the device may not be exposed to."""
    LOW_RESERVOIR = 10
    REPLACEMENT_DUE = 11
    SOLUTION_EXPIRED = 12
    LEVEL_DISAGREEMENT = 13
    EARLY_CHECK = 14
    REFILL_DISCREPANCY = 15
    REFILL_DUE = 16
    """The predicted refill date is today, or was."""


ALARMS: Final = 17
"""How many alarms there are."""
SILENT: Final = -1
"""What sounds when nothing sounds."""
CRITICALS: Final = 10
"""The alarms before this one are critical, the others advisory."""
CRITICAL_SILENCE: Final = 600
"""s: the longest silence while a critical alarm is listed."""

LATCHING: Final = (True,) * 10 + (False,) * 5 + (True, False)
"""By alarm: whether it stays listed after its condition has gone, until a clinician acknowledges it. All critical ones
do; so does the refill discrepancy, whose condition is the moment of the refill."""


class Priority(IntEnum):
    """Urgency after IEC 60601-1-8."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


PRIORITIES: Final = (Priority.HIGH,) * 10 + (Priority.MEDIUM,) + (Priority.LOW,) * 6
"""By alarm: harm against onset, after Open PCA Pump System Requirements 1.0.0, table 3 (domain.md 6.4). Withdrawal and
overdose can be irreversible and prompt: high. A low reservoir gives days: medium. A discrepancy, an
expired solution, and a refill or a replacement that is due are minor or give weeks: low."""
