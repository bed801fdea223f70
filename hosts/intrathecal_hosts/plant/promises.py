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
    """A patient's bolus begins no sooner after the last one of any kind has ended than prescribed. An injection through
    the port is one; a step that was lost is one that ends when the pump is told that it was reread; priming is none."""
    COUNT = "count"
    """No 24 hours hold more patient's boluses than prescribed."""
    BOLUS = "bolus"
    """A bolus holds no more of a drug than its single dose: all that is asked, at the fast end of tolerance, by what
    was told of the solution. So does an injection through the port; priming is not judged by that. Neither a bolus nor
    priming begins in an announced MRI, or at a pressure outside the allowed bands. From its beginning to its end what
    is commanded is the volume asked for, spread over the time asked for and rounded down to whole nL/d, and in all no
    more than that volume. Less is commanded for a cause as in `SCHEDULE`. It ends when that time is over, or by a
    clinician's command, a fault that ends therapy, a host that comes after the end of the last command, a lost step, or
    an empty reservoir as in `SCHEDULE`; then what is commanded is judged as before it."""
    SCHEDULE = "schedule"
    """From an accepted prescription until it is stopped, or a fault ends therapy, what is commanded, while no bolus and
    no priming runs, is the flow that was prescribed for this half-hour, and not beyond its end. Half-hours count from
    time 0 on; the first flow is for the one in which the prescription was accepted, and a shift moves them.
    After a change of solution it is the bridge's flow, as long as nothing of the new solution can come within a second
    of it, at the fast end and through the smallest line that was told; then the meeting's, until so much was commanded
    that the largest is filled at the slow end in ordinary air. For that end nothing counts that was commanded in an
    MRI, before its end was verified, or at a pressure that makes the flow slower than there.
    More is never commanded. Less is, and then nothing, when a host tells of time that it missed. Nothing, or the
    fallback where `SAFE` allows it, when the pump says that it is empty, and all that is left could be residual, but
    for two seconds of the fastest flow: of what was told to be filled in and withdrawn, with all that was commanded,
    and the most that each lost step can have brought, at the fast end of tolerance.
    What truly runs is not asked here: of a motor that stands still, or a needle that errs, no pump can know. From when
    a step was lost to when the pump is told that it was reread, this goes by what was prescribed before that step; then
    by `SAFE`. Not of a constant flow, which is what it is."""
    STOP = "stop"
    """Nothing is commanded before the first prescription, and from a stop, or from when the pump is retired, to the
    next one. Not of a constant flow, which is stopped by emptying it."""
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
    """A fault is listed from the step that tells of it until the one that tells that it has passed, or, of a reset or a
    lost step, until the next prescription, unless the pump is retired."""
    EMPTY = "empty"
    """The alarm of an empty reservoir is listed when the pump says so of what it commands, when a level reading shows
    no more than the residual volume, and when all that is left could be residual, but for two seconds of the fastest
    flow: of what was told to be filled in and withdrawn, with all that was commanded, each part at the fast end of the
    pressure that was told then, and the most that each lost step can have brought."""
    DUE = "due"
    """An alarm is listed when no two whole days of what was prescribed last, with all boluses of the patient's, are
    left above the low volume: of what was told and commanded as in `EMPTY`, the days at the fast end of tolerance."""
    FINDING = "finding"
    """When a needle is told to have drawn less, or more, than the tolerances leave of what was told and commanded since
    the last filling, by more than the measuring error, an alarm is listed until a clinician acknowledges it. For the
    most that can be left nothing counts that was commanded in an MRI, or before its end was verified; the least can be
    less by the residual volume, and by the most that each lost step can have brought."""
    LEVEL = "level"
    """When a level reading shows less, or more, than the tolerances leave as in `FINDING`, without the residual volume,
    an alarm is listed until another reading, or a filling."""
    CHECK = "check"
    """When the pump counts as empty as in `EMPTY`, or commands nothing for two days after it has commanded something,
    an alarm is listed until it is filled; and after that, if it is still so."""
    PRESSURE = "pressure"
    """While the pressure that was told last is in none of the allowed bands, an alarm is listed."""
    VERIFIED = "verified"
    """When the end of an MRI was told, and no interrogation has confirmed motor and program for longer than the device
    takes to recover, an alarm is listed until one has. Not of a constant flow, in which there is nothing to verify."""
    SOUND = "sound"
    """Of what is listed the most urgent sounds, unless an accepted silence lasts: then nothing does, until its time is
    over or something new is listed, or rises again. A silence is accepted only when something sounds, and for no longer
    than the device allows, 10 minutes while an alarm is critical."""
    LOG = "log"
    """What comes to the list is told to rise, and what leaves it to end; a critical alarm leaves it only as a clinician
    acknowledges it."""
    ABSENCE = "absence"
    """As long as a host tells of time that it missed, nothing is commanded to a motor."""
    SAFE = "safe"
    """From a fault that ends therapy to the next prescription what is commanded is the fallback, if a sudden stop of
    what the reservoir holds is dangerous, by what was told of it, or else nothing; and nothing as long as a fault is
    known with which no hardware delivers: memory, end of service, or a stall that was not told to be over. In an
    announced MRI a stall ends nothing, and nothing is commanded until it is told to be over. A pump that was reread may
    have given its fallback up; one that is empty, as in `SCHEDULE`, may command nothing."""
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
