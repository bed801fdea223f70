"""What a pump promises, whoever looks on, and what a broken promise is."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Promise(StrEnum):
    """What a pump promises.

    Whatever its hardware, and whoever refills it, does: where nothing else is said, a promise is judged always. Those
    that rest on what no pump can know say from when on they are judged again.
    """

    DOSE = "dose"
    """No 24 hours bring more of a drug than its ceiling: the hard limit at the fast end of tolerance, 49 half-hours for
    48, and 1 % for rounding; if the pressure was in allowed bands, and the pump no warmer than the body, all the while.
    What a syringe gave in a trial counts, once a pump holds that drug. Where a needle left something else in the
    reservoir than was told, no pump can know how strong that is: what counts of all that comes is what was told of it.
    So this is judged all the while, by what a pump can know."""
    SCREENING = "screening"
    """A screening dose is taken no sooner than 24 hours after the last one, and not before that one has its response;
    and no flow is commanded within 24 hours of one."""
    LOCKOUT = "lockout"
    """A patient's bolus begins no sooner after the last one of any kind than prescribed; priming is none."""
    COUNT = "count"
    """No 24 hours hold more patient's boluses than prescribed."""
    COMMAND = "command"
    """A flow is none, or within the device's range, and for half an hour at most."""
    LOW = "low"
    """When no more than the low volume is left, the alarm is listed; after a lost step, once the pump knows of it.
    Where less came into the reservoir than the pump was told, or warmth has let out more of it, it cannot know what is
    left: that is judged again while the last level reading has not shown more than there was, or from the next refill
    on. A motor that stands still leaves more than the pump reckons with, and takes nothing of this back. Whether a
    sudden stop is dangerous goes by the drugs that were told: of another that a needle left there it cannot know."""
    RESIDUAL = "residual"
    """Therapy does not go on once no more than the residual volume is left; after a lost step likewise. Where less came
    into the reservoir than the pump was told, that is judged again from the next refill on: a level sensor stops
    nothing (RES-7)."""
    FAULT = "fault"
    """A fault is listed in the step that tells of it, unless the pump is retired."""
    SAFE = "safe"
    """From a fault that ends therapy to the next prescription nothing runs but the fallback; a stall in an announced
    MRI is none."""
    BRIDGE = "bridge"
    """While the line holds the solution before, what runs is no faster than what a clinician meant for that. Which
    solution it holds goes by what was told of it, whatever a needle had truly left in the reservoir. The pump reckons
    how far the line is filled by what it commands: where the motor stood still meanwhile and nobody had told it, that
    is judged as long as the line would hold it, had the motor turned. While an MRI is announced, and until its end is
    verified, the pump doubts by itself, and is judged by what the line holds. Where nothing more was left of a filling
    of which it was told too much, the rest of the bridge is not judged."""
    REPEAT = "repeat"
    """A command that comes again, or late, is not obeyed again: each that is has a number above the last."""
    LATE = "late"
    """A host that was late, longer than the device allows while therapy was to run, is told."""
    SILENCE = "silence"
    """No flow ends without a cause that is told; and after two days without any that alarm, or the one of an empty
    reservoir or of a reset, is listed, while the pressure stays in allowed bands. Of a motor that stands still while it
    is commanded to run the two days count from when the pump is told, or commands nothing itself; so they do of a
    reservoir that is empty as less came into it than the pump was told, or warmth has let out more of it, from when a
    level reading shows it."""


@frozen
class Breach:
    """A promise that was broken."""

    promise: Promise
    at: int
    """s."""
    what: str
    """In a line."""
