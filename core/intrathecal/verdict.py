"""What a step answers: accepted or refused with one reason, the command to obey, and the alarms."""

from __future__ import annotations

from enum import IntEnum

from attrs import frozen

from intrathecal.pump import ByAlarm, Command, Pump


class Reason(IntEnum):
    """Why an event was refused."""

    NONE = 0
    OTHER_DEVICE = 1
    TIME_PAST = 2
    TIME_AHEAD = 3
    TIME_OVER = 4
    NOT_MISSED = 5
    NOT_CLINICIAN = 6
    DUPLICATE = 7
    NOT_IMPLANTED = 8
    ALREADY_IMPLANTED = 9
    TOO_STRONG = 10
    DRUG_TWICE = 11
    INCOMPATIBLE = 12
    MIXTURE_UNACKNOWLEDGED = 13
    FORMULARY_UNCONFIRMED = 14
    OVER_CAPACITY = 15
    FLOW_RANGE = 16
    FALLBACK = 17
    PATIENT_BOLUS_FORBIDDEN = 18
    SINGLE_DOSE = 19
    BOLUS_FLOW = 20
    HARD_LIMIT = 21
    SOFT_LIMIT = 22
    CEILING = 23
    DAY_FULL = 24
    WINDOW_FULL = 25
    NOT_BASAL = 26
    EMPTY = 27
    LOCKOUT = 28
    COUNT = 29
    NO_BOLUS = 30
    NOT_EMPTIED = 31
    SOLUTION_CHANGED = 32
    NOT_ENOUGH = 33
    NOTHING_SOUNDS = 34
    SILENCE_TOO_LONG = 35
    NOT_LISTED = 36
    CONDITION_PRESENT = 37
    CANNOT_DELIVER = 38
    SAFE_MODE = 39
    FAULT_STAYS = 40
    MRI_FORBIDDEN = 41
    NO_MRI = 42
    REFERENCE_UNACKNOWLEDGED = 43
    STEP_UP = 44
    BEGINS_ANEW = 45
    STEP_DOWN = 46
    NOT_ARRIVED = 47
    SUDDEN_STOP = 48
    IN_TRIAL = 49
    REJECTED = 50
    NOT_IN_TRIAL = 51
    UNANSWERED = 52
    DOSE_INTERVAL = 53
    OTHER_DRUG = 54
    OFF_LADDER = 55
    NO_DOSE = 56
    OBSERVATION = 57
    NOT_RETIRED = 58
    SAME_DEVICE = 59
    NO_MOTOR = 60
    """A constant-flow pump has no motor and no electronics: nothing in it can do that, or report it."""
    EMPTY_TO_STOP = 61
    """A constant-flow pump is stopped by emptying its reservoir, and by nothing else."""
    NO_PORT = 62
    """The device has no bolus port."""
    PORT_VOLUME = 63
    """More than the bolus port takes at once."""
    NAMELESS = 64
    NOT_RINSED = 65
    LINE_NOT_CLEAR = 66
    DRUG_PLACE = 67
    BRIDGE_FLOW = 68
    LEAST_DAY = 69
    TRIAL_DOSE = 70


@frozen
class Verdict:
    """Accepted, or refused with one reason."""

    accepted: bool
    reason: Reason


@frozen
class Decision:
    """What a handler decides: the pump it wants, not yet armed."""

    pump: Pump
    verdict: Verdict
    hold: bool
    """Whether nothing may run until the host has caught up."""


@frozen
class AlarmReport:
    """The alarms of one step."""

    sounding: int
    """The alarm that sounds, or `SILENT`."""
    listed: ByAlarm
    risen: ByAlarm
    """Whose condition became true in this step."""
    ended: ByAlarm
    """What left the list in this step."""


@frozen
class Step:
    """The answer to one event."""

    pump: Pump
    """The state to save before the command is obeyed."""
    verdict: Verdict
    command: Command
    alarms: AlarmReport


ACCEPTED = Verdict(accepted=True, reason=Reason.NONE)
"""The verdict on every accepted event."""


def accept(pump: Pump) -> Decision:
    """The event is applied: `pump` is what it makes of the settled pump."""
    return Decision(pump=pump, verdict=ACCEPTED, hold=False)


def refuse(pump: Pump, reason: Reason) -> Decision:
    """The event changes nothing: `pump` is the settled pump."""
    return Decision(pump=pump, verdict=Verdict(accepted=False, reason=reason), hold=False)
