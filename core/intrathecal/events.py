"""Everything that can happen to a pump, one record an event. `at` is s since commissioning, or a trial, began."""

from __future__ import annotations

from enum import IntEnum

from attrs import field, frozen

from intrathecal.alarm import Alarm
from intrathecal.drug import Solution
from intrathecal.fault import Fault
from intrathecal.fields import YES_OR_NO, Each, Made, Member, Within
from intrathecal.prescription import Prescription
from intrathecal.units import (
    DAILY_MASS_MAX,
    DAY,
    END,
    FLOW_MAX,
    NUMBER_MAX,
    PER_MILLE,
    PLACES,
    PRESSURE_MAX,
    SINGLE_MASS_MAX,
    SLOTS,
    VOLUME_MAX,
)

_TIME = Within(0, 2 * 10**10, "s")
LASTING = 2 * 10**10
"""s: the stability date of a solution that has none: after the end of time."""
_NUMBER = Within(0, NUMBER_MAX, "(event number)")


class Authority(IntEnum):
    """Who stands behind an event; the host has authenticated them."""

    PATIENT = 0
    CLINICIAN = 1


_WHO = Member(Authority)


@frozen
class Tick:
    """Time passes, and the last command was obeyed."""

    at: int = field(validator=_TIME)


@frozen
class Missed:
    """Time passed while the host was away: nothing ran after the last command's end. At most one slot an event."""

    at: int = field(validator=_TIME)


@frozen
class Commission:
    """The pump is implanted, or worn in a trial by infusion, and filled for the first time."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    solution: Solution = field(validator=Made(Solution))
    filled: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what was filled into the empty pump."""
    formulary_confirmed: bool = field(validator=YES_OR_NO)
    """The limits that come from a formulary were confirmed."""
    mixture_acknowledged: bool = field(validator=YES_OR_NO)
    """Pairs of drugs that call for caution were acknowledged."""
    catheter: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the implanted catheter's volume, from its length after trimming."""
    catheter_uncertainty: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: how far that volume may be off."""
    use_by: int = field(default=LASTING, validator=_TIME)
    """s: from when on the solution is no longer stable."""
    reference: tuple[int, ...] = field(default=(0,) * PLACES, validator=Each(PLACES, Within(0, DAILY_MASS_MAX, "ng/d")))
    """ng/d: of each ingredient, the daily dose that the patient has had until now; 0 where the drug is new to them."""
    reference_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """That the patient has had these doses until now was acknowledged."""
    soft_limit_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A day at the factory flow above a soft limit is meant; where the flow is programmed, `Program` says this and what
    follows."""
    fall_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A day at the factory flow that is more than a step below the daily dose until now is meant."""
    restart_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """After more than 48 h without delivery, to go on from the dose before is meant."""


@frozen
class Program:
    """A clinician's new prescription; it also starts a stopped pump, and ends a running bolus."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    prescription: Prescription = field(validator=Made(Prescription))
    soft_limit_acknowledged: bool = field(validator=YES_OR_NO)
    """A day above a soft limit is meant."""
    fall_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A daily dose that falls by more than a step is meant."""
    increase_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """An increase before the last one has arrived is meant."""
    restart_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """After more than 48 h without delivery, to go on from the dose before is meant."""


@frozen
class ShiftSchedule:
    """A clinician moves the schedule by whole slots, as the patient's clock goes forward or back: travel, summer
    time."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    slots: int = field(validator=Within(1, SLOTS - 1, "slots"))
    """By how many the day is moved ahead: what was due so many slots later is due now. To move it back by some is to
    move it ahead by 48 less as many."""


@frozen
class Stop:
    """A clinician stops delivery; a new prescription starts it again."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    sudden_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """To stop a drug that must not stop suddenly is meant."""


@frozen
class PatientBolus:
    """The patient asks for a bolus."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)


@frozen
class ClinicianBolus:
    """A clinician gives a single bolus."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the most that it delivers."""
    duration: int = field(validator=Within(1, DAY, "s"))
    """s."""


@frozen
class Prime:
    """A clinician has the line filled fast, once, after implantation or a revision of the catheter."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the most that it takes."""
    duration: int = field(validator=Within(1, DAY, "s"))
    """s."""


@frozen
class ReviseCatheter:
    """A clinician has implanted another catheter, which is yet to be filled."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    catheter: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: its volume, from its length after trimming."""
    catheter_uncertainty: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: how far that volume may be off."""


@frozen
class CancelBolus:
    """A clinician ends the running bolus, or the priming; it never resumes."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)


@frozen
class Withdraw:
    """A clinician draws some of the reservoir's content."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta."""
    sudden_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """To leave so little of a drug that must not stop suddenly that the pump is low, or empty, is meant."""


@frozen
class Refill:
    """The pump is drawn empty and filled again with the same solution."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    emptied: bool = field(validator=YES_OR_NO)
    """The pump was drawn empty first."""
    drawn: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what was drawn from it."""
    filled: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what was filled in."""
    solution: Solution = field(validator=Made(Solution))
    """What was filled in."""
    use_by: int = field(default=LASTING, validator=_TIME)
    """s: from when on it is no longer stable."""
    soft_limit_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A day at the factory flow above a soft limit is meant."""
    restart_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """After more than 48 h without delivery, to go on at the factory flow is meant."""


@frozen
class ChangeSolution:
    """The pump is drawn empty, rinsed and filled with another solution; a bridge runs the old one out of the line, and
    a new prescription follows it: all in one step."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    emptied: bool = field(validator=YES_OR_NO)
    """The pump was drawn empty first."""
    rinsed: bool = field(validator=YES_OR_NO)
    """It was rinsed of what it held."""
    drawn: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what was drawn from it, before the rinse."""
    filled: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what was filled in."""
    solution: Solution = field(validator=Made(Solution))
    """What was filled in. A drug that the pump has ever held keeps its place, with concentration 0 where it is gone."""
    prescription: Prescription = field(validator=Made(Prescription))
    """What runs once the new solution has surely arrived."""
    bridge_flow: int = field(validator=Within(1, FLOW_MAX, "nL/d"))
    """nL/d: what the old solution runs at until the new one can arrive."""
    meeting_flow: int = field(validator=Within(1, FLOW_MAX, "nL/d"))
    """nL/d: from the earliest to the latest arrival; not below or above both the bridge's and the prescription's."""
    use_by: int = field(default=LASTING, validator=_TIME)
    """s: from when on the solution is no longer stable."""
    formulary_confirmed: bool = field(default=False, validator=YES_OR_NO)
    """The limits that come from a formulary were confirmed."""
    mixture_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """Pairs of drugs that call for caution were acknowledged."""
    soft_limit_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A day above a soft limit is meant."""
    fall_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A daily dose that falls by more than a step, or a drug that is left out, is meant."""
    increase_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """An increase before the last one has arrived is meant."""
    restart_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """After more than 48 h without delivery, to go on from the dose before is meant."""
    least_day_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """A day of the bridge that brings as little of a drug as a sudden stop would is meant."""


@frozen
class LevelMeasured:
    """The reservoir's level sensor reports what it sees: a measurement."""

    at: int = field(validator=_TIME)
    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta."""


@frozen
class FaultFound:
    """The hardware reports a fault: a measurement, which needs neither number nor authority."""

    at: int = field(validator=_TIME)
    fault: Fault = field(validator=Member(Fault))


@frozen
class FaultGone:
    """The hardware reports that a fault has passed."""

    at: int = field(validator=_TIME)
    fault: Fault = field(validator=Member(Fault))


@frozen
class Reread:
    """Power was lost, the newest saved state is damaged, and the pump is read from the one before: a step is lost."""

    at: int = field(validator=_TIME)


@frozen
class XRay:
    """The patient is X-rayed."""

    at: int = field(validator=_TIME)


@frozen
class MriBegins:
    """A clinician announces an MRI."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)


@frozen
class MriEnds:
    """A clinician says that the patient has left the scanner."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)


@frozen
class Interrogate:
    """A clinician has interrogated the pump."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    motor_turns: bool = field(validator=YES_OR_NO)
    """The motor turns, and no stall is on record that has not recovered."""
    program_confirmed: bool = field(validator=YES_OR_NO)
    """The program was read back and is the one in force."""


@frozen
class Retire:
    """A clinician takes the pump out of service for good."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    sudden_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """To stop a drug that must not stop suddenly is meant."""


@frozen
class ScreeningDose:
    """A clinician gives a screening dose by syringe, through a temporary catheter: it does not pass the pump."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    drug: int = field(validator=Within(0, NUMBER_MAX, "(drug code)"))
    """Which drug is given."""
    mass: int = field(validator=Within(1, SINGLE_MASS_MAX, "ng"))
    """ng."""


@frozen
class ScreeningResponse:
    """A clinician records how the patient responded to the last screening dose, or to the dose that is infused."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    relief: int = field(validator=Within(0, PER_MILLE, "per mille"))
    """per mille: by how much the pain was relieved."""
    responded: bool = field(validator=YES_OR_NO)
    """The clinician found a response."""
    lasted: int = field(validator=Within(0, END, "s"))
    """s: how long after the dose there was an effect; up to now or more where it goes on; 0 of an infusion."""


@frozen
class PressureChanged:
    """The ambient pressure was measured, or a flight or a dive is known to begin or to end: it has been the last one's
    until now, and is this from now on."""

    at: int = field(validator=_TIME)
    pressure: int = field(validator=Within(0, PRESSURE_MAX, "hPa"))
    """hPa, absolute."""


@frozen
class PortBolus:
    """A clinician injects by syringe through the bolus port: past the reservoir, directly into the CSF."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: what is injected."""
    solution: Solution = field(validator=Made(Solution))
    """What is in the syringe."""
    formulary_confirmed: bool = field(default=False, validator=YES_OR_NO)
    """The limits that come from a formulary were confirmed."""
    mixture_acknowledged: bool = field(default=False, validator=YES_OR_NO)
    """Pairs of drugs that call for caution, in the syringe or with what the reservoir holds, were acknowledged."""


@frozen
class Silence:
    """The patient or a clinician mutes the sound of the listed alarms for a while."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    duration: int = field(validator=Within(1, DAY, "s"))
    """s."""


@frozen
class Acknowledge:
    """A clinician takes note of an alarm whose condition has gone, and clears it."""

    at: int = field(validator=_TIME)
    number: int = field(validator=_NUMBER)
    authority: Authority = field(validator=_WHO)
    alarm: Alarm = field(validator=Member(Alarm))


Event = (
    Tick
    | Missed
    | Commission
    | Program
    | Stop
    | PatientBolus
    | ClinicianBolus
    | Prime
    | ReviseCatheter
    | CancelBolus
    | Withdraw
    | Refill
    | ChangeSolution
    | LevelMeasured
    | FaultFound
    | FaultGone
    | Reread
    | XRay
    | MriBegins
    | MriEnds
    | Interrogate
    | Retire
    | ScreeningDose
    | ScreeningResponse
    | PressureChanged
    | PortBolus
    | Silence
    | Acknowledge
    | ShiftSchedule
)
"""Any of them."""
