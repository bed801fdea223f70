"""What people do in a scenario: a clinician, or the patient."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from intrathecal import Alarm, Authority
from intrathecal.quantities import DailyMass, Duration, Flow, Mass, Ratio, Volume
from intrathecal_hosts.device_text import DeviceByFields, DeviceByModel
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.plant.needle import CHANGED_AS_TOLD, REFILLED_AS_TOLD, ChangeTruth, RefillTruth
from intrathecal_hosts.solution_text import IngredientText
from intrathecal_hosts.units_text import Amount, Rate

NO_VOLUME = Volume(0)
NO_RELIEF: Final = Ratio(0)
"""The pain is what it was."""


@frozen(kw_only=True)
class ByClinician(Happening):
    """What only a clinician may do."""

    by: Authority = Authority.CLINICIAN
    """Who tries to do it."""


@frozen(kw_only=True)
class Commissioning(ByClinician):
    """The pump is implanted, or worn in a trial by infusion, and filled for the first time, with the solution."""

    kind = "commission"
    filled: Volume
    catheter: Volume
    """The implanted catheter's volume."""
    catheter_uncertainty: Volume = NO_VOLUME
    formulary_confirmed: bool = False
    mixture_acknowledged: bool = False
    reference: tuple[DailyMass, ...] = ()
    """Of each drug, the daily dose that the patient has had until now; without it, the drug is new to them."""
    reference_acknowledged: bool = False
    soft_limit_acknowledged: bool = False
    """Of the day at the factory flow, where the flow is constant; and so are the next two."""
    fall_acknowledged: bool = False
    restart_acknowledged: bool = False


@frozen(kw_only=True)
class SchedulePart:
    """A rate, from a time of day until the next part's; the last part runs on over midnight to the first."""

    starts: Duration
    """The time of day, on a half-hour."""
    rate: Rate


@frozen(kw_only=True)
class PatientBolusText:
    """What the patient may trigger."""

    dose: Amount
    duration: Duration
    lockout: Duration
    count: int
    """How many may start in any 24 hours."""


@frozen(kw_only=True)
class Prescribed(ByClinician):
    """A prescription: a constant `rate`, or a `schedule` of the day, not both."""

    rate: Rate | None = None
    schedule: tuple[SchedulePart, ...] = ()
    patient_bolus: PatientBolusText | None = None
    ceiling: Rate | None = None
    """The patient's own ceiling for a day; without it, just what holds the schedule and all the patient's boluses."""
    fallback: Rate | None = None
    soft_limit_acknowledged: bool = False
    fall_acknowledged: bool = False
    increase_acknowledged: bool = False
    restart_acknowledged: bool = False


@frozen(kw_only=True)
class Programming(Prescribed):
    """A new prescription of the same solution."""

    kind = "program"


@frozen(kw_only=True)
class ChangingSolution(Prescribed):
    """The pump is drawn empty, rinsed and filled with another solution, whose prescription follows a bridge. A
    constant-flow pump takes neither: it runs on."""

    kind = "change solution"
    solution: tuple[IngredientText, ...]
    """What is filled in; a drug that the pump has held keeps its place in its solutions."""
    filled: Volume
    drawn: Volume | None = None
    """What was drawn; without it, exactly what the books expect."""
    emptied: bool = True
    rinsed: bool = True
    truly: ChangeTruth = CHANGED_AS_TOLD
    """Without it, all came out of the pump, it was rinsed, and what is told came into it."""
    bridge: Rate | None = None
    """What the old solution runs at until the new one can arrive; a dose in a day is one of the old solution."""
    meeting: Flow | None = None
    """From the earliest to the latest arrival; without it, the slowest of bridge and prescription."""
    formulary_confirmed: bool = False
    mixture_acknowledged: bool = False
    least_day_acknowledged: bool = False


@frozen(kw_only=True)
class ClockGoingForward(ByClinician):
    """The patient's clock goes forward, for travel or summer time, and the schedule with it. The scenario's own times
    stay those of home."""

    kind = "clock forward"
    shift: Duration
    """By how much: whole half-hours."""


@frozen(kw_only=True)
class ClockGoingBack(ByClinician):
    """The patient's clock goes back, and the schedule with it."""

    kind = "clock back"
    shift: Duration
    """By how much: whole half-hours."""


@frozen(kw_only=True)
class Stopping(ByClinician):
    """Delivery stops."""

    kind = "stop"
    sudden_acknowledged: bool = False


@frozen(kw_only=True)
class Retiring(ByClinician):
    """The pump is taken out of service."""

    kind = "retire"
    sudden_acknowledged: bool = False


@frozen(kw_only=True)
class Replacing(ByClinician):
    """Another pump takes over from the retired one; it is yet to be commissioned. All that follows happens to it."""

    kind = "replace"
    device: DeviceByModel | DeviceByFields
    """The new pump, with a serial number of its own."""


@frozen(kw_only=True)
class PatientAsks(Happening):
    """The patient asks for a bolus."""

    kind = "patient bolus"


@frozen(kw_only=True)
class ClinicianGives(ByClinician):
    """A single bolus."""

    kind = "clinician bolus"
    dose: Amount
    duration: Duration


@frozen(kw_only=True)
class Priming(ByClinician):
    """The line is filled."""

    kind = "prime"
    volume: Volume | None = None
    """Without it, all that may still be taken."""
    duration: Duration


@frozen(kw_only=True)
class RevisingCatheter(ByClinician):
    """Another catheter is implanted."""

    kind = "revise catheter"
    catheter: Volume
    catheter_uncertainty: Volume = NO_VOLUME


@frozen(kw_only=True)
class Cancelling(ByClinician):
    """The running bolus, or the priming, ends."""

    kind = "cancel bolus"


@frozen(kw_only=True)
class Withdrawing(ByClinician):
    """Some of the reservoir's content is drawn."""

    kind = "withdraw"
    volume: Volume
    sudden_acknowledged: bool = False


@frozen(kw_only=True)
class Refilling(ByClinician):
    """The pump is drawn empty and filled again."""

    kind = "refill"
    filled: Volume
    drawn: Volume | None = None
    """What was drawn; without it, exactly what the books expect."""
    emptied: bool = True
    solution: tuple[IngredientText, ...] | None = None
    """What was filled in; without it, the scenario's solution."""
    truly: RefillTruth = REFILLED_AS_TOLD
    """Without it, all that can be drawn came out of the pump, and what is told into it."""
    soft_limit_acknowledged: bool = False
    """Of the day at the factory flow, where the flow is constant; and so is the next."""
    restart_acknowledged: bool = False


@frozen(kw_only=True)
class Scanning(ByClinician):
    """An MRI is announced."""

    kind = "mri begins"


@frozen(kw_only=True)
class Scanned(ByClinician):
    """The patient has left the scanner."""

    kind = "mri ends"


@frozen(kw_only=True)
class Interrogating(ByClinician):
    """The pump is interrogated; what is not said was found as it should be."""

    kind = "interrogate"
    motor_turns: bool = True
    program_confirmed: bool = True


@frozen(kw_only=True)
class Injecting(ByClinician):
    """A syringe is emptied through the bolus port."""

    kind = "port bolus"
    volume: Volume
    solution: tuple[IngredientText, ...] | None = None
    """What is in the syringe; without it, the scenario's solution."""
    formulary_confirmed: bool = False
    mixture_acknowledged: bool = False


@frozen(kw_only=True)
class Screening(ByClinician):
    """A screening dose is given, of the drug that is tried."""

    kind = "screening dose"
    dose: Mass


@frozen(kw_only=True)
class Responding(ByClinician):
    """The response to the last screening dose, or to the daily dose that is infused, is recorded."""

    kind = "screening response"
    relief: Ratio = NO_RELIEF
    """By how much the pain was relieved."""
    responded: bool = False
    """There was a response."""
    lasted: Duration
    """For how long there was an effect; up to now or longer where it still goes on; 0 of an infusion."""


@frozen(kw_only=True)
class Silencing(Happening):
    """The sound of the alarms is muted."""

    kind = "silence"
    duration: Duration


@frozen(kw_only=True)
class Acknowledging(ByClinician):
    """An alarm whose condition has gone is cleared."""

    kind = "acknowledge"
    alarm: Alarm


DEEDS: Final[tuple[type[Happening], ...]] = (
    Commissioning,
    Programming,
    ChangingSolution,
    ClockGoingForward,
    ClockGoingBack,
    Stopping,
    Retiring,
    Replacing,
    PatientAsks,
    ClinicianGives,
    Priming,
    RevisingCatheter,
    Cancelling,
    Withdrawing,
    Refilling,
    Scanning,
    Scanned,
    Interrogating,
    Screening,
    Responding,
    Injecting,
    Silencing,
    Acknowledging,
)
"""Everything that people do."""
