"""What a recall is: what went wrong with real pumps, and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final

from attrs import frozen

from intrathecal.alarm import Alarm
from intrathecal.verdict import Reason
from intrathecal_specs.hazards import Hazard


class Origin(Enum):
    """What a failure came from, as the Class I recalls of infusion pumps were sorted (S-jmir)."""

    HUMAN = "human"
    MACHINE = "machine"
    ENVIRONMENT = "environment"


FAULT_MODEL: Final = {
    "F1": "a number typed in the wrong unit",
    "F2": "a wrong constant",
    "F3": "a volume reckoned and not measured",
    "F4": "stuck in a mode that does not deliver",
    "F5": "a stop that nobody notices",
    "F6": "an alarm that blocks recovery",
    "F7": "a log that lags what the pump does",
    "F8": "dates reckoned wrong",
    "F9": "a sensor that disagrees",
    "F10": "drift of the hardware's flow",
    "F11": "a refill in the wrong place",
    "F12": "surroundings judged by another model's rule",
    "F13": "a program corrupted by a reset or by interference",
    "F14": "mixing or transport delay ignored",
}
"""By identifier: the ways in which pumps have failed."""


@frozen(kw_only=True)
class Recall:
    """One recall, or one well documented series of failures."""

    key: str
    date: str
    product: str
    happened: str
    """What went wrong, in our own words."""
    answer: str
    """What the core does about it."""
    sources: tuple[str, ...]
    origins: tuple[Origin, ...]
    shows: tuple[str, ...]
    """Which of `FAULT_MODEL` it shows."""
    hazards: tuple[Hazard, ...]
    caught_by: tuple[Callable[..., bool], ...]
    """The requirements that would have caught it."""
    scenarios: tuple[str, ...]
    """Files in `tests/scenarios/recalls/`."""
    refused: tuple[Reason, ...] = ()
    """Why the core refuses something, somewhere in the scenarios."""
    raised: tuple[Alarm, ...] = ()
    """What alarms it raises there."""
