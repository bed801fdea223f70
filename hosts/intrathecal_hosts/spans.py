"""What the pump did between one step and the next: how long, at which flow, and what a clinician would call it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from attrs import frozen

from intrathecal import Cause, Mode, Phase
from intrathecal_hosts.record import Record


class Activity(Enum):
    """What a pump is doing, as a clinician would say it."""

    BASAL = "basal"
    BOLUS = "bolus"
    BRIDGING = "bridge"
    PRIMING = "priming"
    STOPPED = "stopped"
    EMPTY = "empty"
    SAFE = "safe mode"
    SUSPENDED = "suspended in MRI"
    AWAY = "host away"
    NOT_IMPLANTED = "not implanted"


@frozen
class Span:
    """A stretch of time with one flow."""

    start: int
    """s."""
    end: int
    """s: after `start`."""
    flow: int
    """nL/d."""
    activity: Activity


def spans(record: Record) -> Iterator[Span]:
    """The time that the record's step settled: what ran, and what was left after the command had ended by itself."""
    before = record.before
    now = record.step.pump.now
    ended = min(now, before.command.until)
    if before.now < ended:
        yield Span(start=before.now, end=ended, flow=before.command.flow, activity=_activity(record))
    if max(ended, before.now) < now:
        yield Span(start=max(ended, before.now), end=now, flow=0, activity=Activity.AWAY)


def _activity(record: Record) -> Activity:
    if record.before.phase in (Phase.TRIAL, Phase.CANDIDATE, Phase.REJECTED):
        return Activity.NOT_IMPLANTED
    if record.before.mode == Mode.STOPPED:
        return Activity.STOPPED
    if record.before.command.cause == Cause.EMPTY:
        return Activity.EMPTY
    if record.before.mode == Mode.SAFE:
        return Activity.SAFE
    if record.before.mode == Mode.SUSPENDED:
        return Activity.SUSPENDED
    if record.before.mode == Mode.BRIDGING:
        return Activity.BRIDGING
    if record.before.mode == Mode.PRIMING:
        return Activity.PRIMING
    return Activity.BOLUS if record.before.mode == Mode.BOLUS else Activity.BASAL
