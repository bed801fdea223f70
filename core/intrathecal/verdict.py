"""What a step answers: accepted or refused with one reason, the command to obey, and the alarms."""

from __future__ import annotations

from enum import IntEnum

from attrs import frozen

from intrathecal.members import at_once
from intrathecal.pump import ByAlarm, Command, Pump
from intrathecal.units import NEVER


@at_once
class Reason(IntEnum):
    """Why an event was refused."""

    NONE = 0
    """It was not refused."""
    OTHER_DEVICE = 1
    """The device is not the one that the pump was commissioned with."""
    TIME_PAST = 2
    """It is dated before the time up to which the books are kept."""
    TIME_AHEAD = 3
    """It is dated more than a slot ahead, or beyond the command of a constant flow."""
    TIME_OVER = 4
    """It is dated after the end of time."""
    NOT_MISSED = 5
    """The last command had not ended, or the flow is constant: no time was missed."""
    NOT_CLINICIAN = 6
    """Only a clinician may do that."""
    DUPLICATE = 7
    """Its number is not above that of the last event applied."""
    NOT_IMPLANTED = 8
    """No pump is implanted, or it is retired."""
    ALREADY_IMPLANTED = 9
    """The pump is implanted, or was."""
    TOO_STRONG = 10
    """A concentration is above what its drug allows."""
    DRUG_TWICE = 11
    """A drug stands in two places of the solution."""
    INCOMPATIBLE = 12
    """Two of the drugs must not meet."""
    MIXTURE_UNACKNOWLEDGED = 13
    """Two of the drugs may meet only if a clinician acknowledges it."""
    FORMULARY_UNCONFIRMED = 14
    """A limit comes from a formulary, and was not confirmed."""
    OVER_CAPACITY = 15
    """More would be filled in than the emptied pump takes."""
    FLOW_RANGE = 16
    """A flow is neither zero nor in the range of device and solution."""
    FALLBACK = 17
    """The fallback flow is above the smallest scheduled flow, or one of a bridge that is not over, or outside the
    range."""
    PATIENT_BOLUS_FORBIDDEN = 18
    """The drug, the device or the prescription allows no patient's bolus."""
    SINGLE_DOSE = 19
    """A bolus is above the single-dose limit of a drug."""
    BOLUS_FLOW = 20
    """A bolus would run outside the device's range, or slower than the schedule that it replaces."""
    HARD_LIMIT = 21
    """The programmed day is above the hard limit of a drug."""
    SOFT_LIMIT = 22
    """The programmed day is above a soft limit, and that was not acknowledged."""
    CEILING = 23
    """The patient's own daily ceiling is above what a drug allows."""
    DAY_FULL = 24
    """A whole day of the schedule, with all its boluses, does not fit into every 24 hours."""
    WINDOW_FULL = 25
    """Some 24 hours, with what they already hold and what is to come, would hold too much."""
    NOT_BASAL = 26
    """The pump does something else than run its schedule."""
    EMPTY = 27
    """The reservoir is empty."""
    LOCKOUT = 28
    """The lockout after the last bolus has not passed."""
    COUNT = 29
    """The patient has had all boluses that 24 hours allow."""
    NO_BOLUS = 30
    """There is nothing running that could be cancelled."""
    NOT_EMPTIED = 31
    """The pump must be drawn empty first."""
    SOLUTION_CHANGED = 32
    """A refill is of the same solution."""
    NOT_ENOUGH = 33
    """The reservoir does not hold that much."""
    NOTHING_SOUNDS = 34
    """No alarm sounds."""
    SILENCE_TOO_LONG = 35
    """The silence is longer than the alarm allows."""
    NOT_LISTED = 36
    """The alarm is not listed."""
    CONDITION_PRESENT = 37
    """The alarm's condition is still true."""
    CANNOT_DELIVER = 38
    """A fault is present with which the hardware cannot deliver."""
    SAFE_MODE = 39
    """Only a new prescription leaves the safe mode."""
    FAULT_STAYS = 40
    """The fault is none that passes."""
    MRI_FORBIDDEN = 41
    """The device may not be exposed to an MRI, or not filled in the one that is announced."""
    NO_MRI = 42
    """No MRI was announced."""
    REFERENCE_UNACKNOWLEDGED = 43
    """Daily doses until now were declared, and not acknowledged."""
    STEP_UP = 44
    """The daily dose would rise by more than a step from the anchor."""
    BEGINS_ANEW = 45
    """After more than 48 h without delivery therapy begins at the starting dose, unless acknowledged."""
    STEP_DOWN = 46
    """The daily dose would fall by more than a step, or a drug be left out, and that was not acknowledged."""
    NOT_ARRIVED = 47
    """The last increase has not travelled the line yet, and that was not acknowledged."""
    SUDDEN_STOP = 48
    """A drug that must not stop suddenly would, and that was not acknowledged; no filling leaves a pump empty of one,
    or low where it held more."""
    IN_TRIAL = 49
    """The trial is not over."""
    REJECTED = 50
    """The trial showed no success."""
    NOT_IN_TRIAL = 51
    """There is no trial, or it is over."""
    UNANSWERED = 52
    """The last screening dose awaits its response."""
    DOSE_INTERVAL = 53
    """The interval since the last screening dose has not passed."""
    OTHER_DRUG = 54
    """The drug is not the one that is tried."""
    OFF_LADDER = 55
    """The dose is not that of the ladder's next rung, or the drug is tried by infusion, and not by syringe."""
    NO_DOSE = 56
    """No screening dose awaits a response, or no daily dose of the ladder's is infused."""
    OBSERVATION = 57
    """The observation after the screening dose, or on the daily dose in force, is not over; or what was infused is in
    doubt, as after an MRI, a lost step, priming, an injection or another pump, until 24 hours hold none of that."""
    NOT_RETIRED = 58
    """The old pump is not retired."""
    SAME_DEVICE = 59
    """The new pump is the old one."""
    NO_MOTOR = 60
    """A constant-flow pump has no motor and no electronics: nothing in it can do that, run so, or report it."""
    EMPTY_TO_STOP = 61
    """A constant-flow pump is stopped by emptying its reservoir, and by nothing else."""
    NO_PORT = 62
    """The device has no bolus port."""
    PORT_VOLUME = 63
    """More than the bolus port takes at once."""
    NAMELESS = 64
    """A drug of the solution has no code."""
    NOT_RINSED = 65
    """The pump must be rinsed of what it held before another solution is filled in."""
    LINE_NOT_CLEAR = 66
    """The line may still hold the solution before this one, or what priming has left in it; or an increase whose effect
    is told is still on its way."""
    DRUG_PLACE = 67
    """A drug that the pump has ever held does not keep its place and its limits."""
    BRIDGE_FLOW = 68
    """A flow of the bridge is outside the range, the limits, or what bridge and prescription have between them."""
    LEAST_DAY = 69
    """Some day of the bridge brings as little of a drug as a sudden stop, and that was not acknowledged."""
    TRIAL_DOSE = 70
    """The drug that was tried begins with the first prescription, and is kept for a whole interval."""
    PRIMED = 71
    """Priming would take more than what has not been filled yet, or than any 24 hours may hold."""
    UNSURE_FLOW = 72
    """In an announced MRI, or outside the allowed bands of pressure, nobody knows how fast it would run."""


@frozen
class Verdict:
    """Accepted, or refused with one reason."""

    accepted: bool
    reason: Reason
    earliest: int
    """s: of a shift of the schedule that was refused for want of room, the first beginning of a slot at which it would
    fit if until then all ran that the schedule sets aside, and nothing else; `NEVER` of everything else."""


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


ACCEPTED = Verdict(accepted=True, reason=Reason.NONE, earliest=NEVER)
"""The verdict on every accepted event."""


def accept(pump: Pump) -> Decision:
    """The event is applied: `pump` is what it makes of the settled pump."""
    return Decision(pump=pump, verdict=ACCEPTED, hold=False)


def refuse(pump: Pump, reason: Reason) -> Decision:
    """The event changes nothing: `pump` is the settled pump."""
    return postpone(pump, reason, NEVER)


def postpone(pump: Pump, reason: Reason, earliest: int) -> Decision:
    """The same, and it may come from `earliest` (s) on."""
    return Decision(pump=pump, verdict=Verdict(accepted=False, reason=reason, earliest=earliest), hold=False)
