"""What every event of a scenario has: what it is, when and how often it happens, and what must come of it."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from intrathecal import Reason
from intrathecal.quantities import Duration

NO_TIME = Duration(0)


@frozen(kw_only=True)
class Happening:
    """What every event has."""

    kind: ClassVar[str]
    at: Duration
    """When, for the first time; not before the event above it in the file."""
    every: Duration | None = None
    """It happens again this much later, and again."""
    times: int = 1
    """How often it happens."""
    duplicate: bool = False
    """It is delivered with the number of the last event applied: a message that came twice."""
    expect: Reason = Reason.NONE
    """`accepted`, or why it must be refused; each time, if it happens again."""
