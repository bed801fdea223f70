"""A therapy as its author writes it: a device, a solution, what happens when, and what must come of it.

Each record is a table of the file, each field a key. Quantities are texts with their unit; `units_text` says how they
are written, `scenario_file` reads them. Time 0 is midnight, when commissioning or the trial before it begins:
`3 d 04:30` is half past four in the morning of day 3. Keys with a default may be left out; one that is not listed here
is an error.

    title = "Morphine, one day"
    until = "1 d"

    [device]
    model = "SynchroMed II 20 mL"

    [[solution]]
    name = "morphine"
    concentration = "25 mg/mL"

    [[event]]
    at = "0 h"
    kind = "commission"
    filled = "20 mL"
    catheter = "0.15 mL"
    reference = ["5 mg/d"]
    reference_acknowledged = true

    [[event]]
    at = "09:00"
    kind = "program"
    rate = "5 mg/d"

    [expect]
    boluses_given = 0
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from attrs import frozen

from intrathecal import Alarm, Authority, Drive, DrugClass, Fault, LimitSource, MriPolicy, Reason
from intrathecal.constructors import A_DAY, NO_PORT
from intrathecal.quantities import Concentration, DailyMass, Duration, Flow, Mass, Pressure, Ratio, Volume
from intrathecal_hosts.units_text import Balance, Deviation, Warmth

NO_DAILY_MASS = DailyMass(0)
NO_SHARE = Ratio(0)
NO_VOLUME = Volume(0)
NO_TIME = Duration(0)
NO_BALANCE = Balance(0)
NO_DEVIATION = Deviation(0)
PER_DEGREE = Ratio(130)
"""The larger end of 10 to 13 %, as is said of gas-driven pumps; unverified."""
NO_MASS = Mass(0)


@frozen(kw_only=True)
class DeviceByModel:
    """A device of the catalogue."""

    model: str
    serial: int = 1
    port: Volume | None = None
    """What its bolus port takes, where that is another than the catalogue's."""


@frozen(kw_only=True)
class BandText:
    """A band of ambient pressure, above that of the band before; without `up_to`, without a bound."""

    up_to: Pressure | None = None
    allowed: bool
    fast: Ratio
    slow: Ratio


@frozen(kw_only=True)
class DeviceByFields:
    """A device of its own; the fields are those of `intrathecal.Device`."""

    serial: int
    capacity: Volume
    residual: Volume
    low: Volume
    flow_min: Flow
    flow_max: Flow
    fast: Ratio
    slow: Ratio
    measuring_error: Volume
    grace: Duration
    silence: Duration
    patient_bolus: bool
    tubing: Volume
    mri: MriPolicy = MriPolicy.FORBIDDEN
    mri_recovery: Duration = A_DAY
    drive: Drive = Drive.PROGRAMMABLE
    bands: tuple[BandText, ...] | None = None
    """From the lowest pressure to the highest; left out, ordinary air alone is allowed."""
    port: Volume = NO_PORT


@frozen(kw_only=True)
class TitrationText:
    """How the drug is begun, raised and lowered; shares are of the daily dose."""

    start: DailyMass
    rise: DailyMass = NO_DAILY_MASS
    rise_share: Ratio = NO_SHARE
    fall_share: Ratio = NO_SHARE
    interval: Duration
    sudden_below: Ratio = NO_SHARE


@frozen(kw_only=True)
class DrugLimits:
    """The limits of a drug that the catalogue does not know, or whose formulary differs; as in `intrathecal.Drug`."""

    code: int
    kind: DrugClass
    concentration_max: Concentration
    hard: DailyMass
    soft: DailyMass
    single: Mass
    limit_source: LimitSource
    stop_dangerous: bool
    patient_bolus: bool
    titration: TitrationText
    never_with: tuple[DrugClass, ...] = ()
    cautious_with: tuple[DrugClass, ...] = ()


@frozen(kw_only=True)
class IngredientText:
    """One drug of the solution; without `limits`, one of the catalogue. Rates and doses are those of the first drug."""

    name: str
    concentration: Concentration
    limits: DrugLimits | None = None


NO_RELIEF: Final = Ratio(0)
"""The pain is what it was."""

Rate = DailyMass | Flow
"""A dose in a day of the first drug, or a flow: the unit tells."""
Amount = Mass | Volume
"""A dose of the first drug, or a volume: the unit tells."""
Part = Volume | Ratio
"""A volume, or a share of one: the unit tells."""


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
class RefillTruth:
    """What the needle truly did in a refill, where the clinician tells the pump something else."""

    drawn: Part | None = None
    """What was drawn, at most what there was above the residual volume, or a share of that; without it, all of it."""
    filled: Part | None = None
    """What came into the reservoir, or a share of what was told; without it, all that was told."""
    beside: Part | None = None
    """What went into the tissue beside the pump, or a share of what was told; without it, nothing."""


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
    truly: RefillTruth | None = None
    """Without it, everything came out of the pump, and into it, as it is told."""
    soft_limit_acknowledged: bool = False
    """Of the day at the factory flow, where the flow is constant; and so is the next."""
    restart_acknowledged: bool = False


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


@frozen(kw_only=True)
class Sensing(Happening):
    """The reservoir's level sensor reports what it sees."""

    kind = "level measured"
    volume: Volume


@frozen(kw_only=True)
class ReadingLevel(Happening):
    """The level sensor reports what it sees of the true volume, as wrong as it is."""

    kind = "read level"
    offset: Balance = NO_BALANCE
    """So much more than there is; with `drift`, at the first reading."""
    share: Deviation = NO_DEVIATION
    """So much more of what there is."""
    drift: Balance = NO_BALANCE
    """By how much the offset grows each day."""
    stuck: bool = False
    """It shows what it showed last; if it never showed anything, what it sees the first time."""


@frozen(kw_only=True)
class InHardware(Happening):
    """What befalls the hardware, whether anybody is told or not."""


@frozen(kw_only=True)
class Stalling(InHardware):
    """The motor stands still. Where the hardware notices, it reports a stall, and later that it has passed."""

    kind = "stall"
    noticed_after: Duration | None = None
    """How long after the motor stopped the hardware notices; without it, never."""
    turns_after: Duration | None = None
    """How long after it stopped the motor turns again; without it, never."""
    recovery_noticed_after: Duration = NO_TIME
    """How long after that the hardware notices."""


@frozen(kw_only=True)
class Magnet(InHardware):
    """The patient is in a magnet, which stops the motor, announced or not: `mri begins` and `mri ends` announce it."""

    kind = "magnet"
    duration: Duration
    """How long the patient is in it."""
    recovery: Duration = NO_TIME
    """How long after that the motor turns again."""
    noticed_after: Duration | None = None
    """How long after the patient went in the hardware notices; without it, never."""
    recovery_noticed_after: Duration = NO_TIME
    """How long after the motor turns again the hardware notices."""


@frozen(kw_only=True)
class FittingBattery(InHardware):
    """From now on the pump in use lives on a battery, now full. Its figures are the author's assumptions. Once it is
    empty, the motor stands still for good."""

    kind = "battery"
    idle: Duration
    """How long it lasts while nothing is delivered."""
    millilitre: Duration = NO_TIME
    """By how much less, for each mL that is delivered."""
    replacement_due: Ratio
    """At which share left the hardware reports that the pump is to be replaced."""
    reports: bool = True
    """The hardware reports that, and the end of service, when the host next calls; else nothing of it."""


@frozen(kw_only=True)
class Warming(InHardware):
    """A heating pad on the skin over a pump of constant flow, a fever, or a cold bath: its gas drives it faster, or
    slower, and nobody is told."""

    kind = "warmth"
    warmer: Warmth
    """Than the body, at which its flow was set; colder with a minus."""
    per_degree: Ratio = PER_DEGREE
    """By how much faster the pump runs for each °C; slower, with a colder pump, down to nothing."""
    duration: Duration


@frozen(kw_only=True)
class Failing(Happening):
    """The hardware reports a fault."""

    kind = "fault"
    fault: Fault


@frozen(kw_only=True)
class Recovering(Happening):
    """The hardware reports that a fault has passed."""

    kind = "fault gone"
    fault: Fault


@frozen(kw_only=True)
class Rereading(Happening):
    """Power was lost, and with it the newest saved state: the pump is read from the one before."""

    kind = "reread"


@frozen(kw_only=True)
class XRaying(Happening):
    """The patient is X-rayed."""

    kind = "x-ray"


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
class PressureChanging(Happening):
    """The ambient pressure is another one from now on."""

    kind = "pressure"
    pressure: Pressure


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
class Raw(Happening):
    """An event of the core as it is, in base units: what a program found, and a person would not write."""

    kind = "raw"
    event: dict[str, Any]
    """Its fields by name, and its `type`; its `at` (s) is the event's own."""
    lost: bool = False
    """The power goes as it is done: the hardware obeys, and the pump is as it was before."""


@frozen(kw_only=True)
class Outage(Happening):
    """The host is away: dead, or out of power. Nothing else can happen before it is back; a constant flow goes on."""

    kind = "outage"
    duration: Duration


HAPPENINGS: Final[dict[str, type[Happening]]] = {
    cls.kind: cls
    for cls in (
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
        Sensing,
        ReadingLevel,
        Stalling,
        Magnet,
        FittingBattery,
        Warming,
        Failing,
        Recovering,
        Rereading,
        XRaying,
        Scanning,
        Scanned,
        Interrogating,
        Screening,
        Responding,
        PressureChanging,
        Injecting,
        Silencing,
        Acknowledging,
        Raw,
        Outage,
    )
}
"""By `kind`: everything that can happen."""


@frozen(kw_only=True)
class AlarmExpected:
    """An alarm that must rise."""

    alarm: Alarm
    day: int
    """The day in which it rises."""


@frozen(kw_only=True)
class DoseExpected:
    """What of a drug must reach the patient's spinal canal."""

    drug: str
    """By its name in the solution."""
    mass: Mass
    within: Mass = NO_MASS
    """How far off that may be."""
    since: Duration = NO_TIME
    until: Duration | None = None
    """Without it, the scenario's end."""


@frozen(kw_only=True)
class TruthExpected:
    """What must truly come, where the true flow is the commanded one; with another flow it is not checked."""

    left: Balance | None = None
    """What is in the reservoir of the pump in use at the end."""
    beside: Balance | None = None
    """What refills of the pump in use at the end have left in the tissue beside it."""
    without_delivery: Duration | None = None
    """How long, since the first delivery, nothing was delivered; a part of a second is left out."""
    doses: tuple[DoseExpected, ...] = ()


@frozen(kw_only=True)
class Expectations:
    """What must come of the run. What is left out is not checked; the books are sums over all refills and pumps."""

    filled: Balance | None = None
    remaining: Balance | None = None
    delivered: Balance | None = None
    withdrawn: Balance | None = None
    written_off: Balance | None = None
    boluses_given: int | None = None
    refill_by_day: int | None = None
    """The day of the predicted refill date of the pump in use at the end."""
    refusals: dict[Reason, int] | None = None
    """By reason: how many events were refused for it; every reason that occurs is named."""
    alarms: tuple[AlarmExpected, ...] | None = None
    """Every alarm that rises, in order."""
    truth: TruthExpected = TruthExpected()


@frozen(kw_only=True)
class TrialText:
    """The trial with which the scenario begins, by a protocol that is known by name."""

    protocol: str


@frozen(kw_only=True)
class ScenarioText:
    """The whole file."""

    title: str
    until: Duration
    device: DeviceByModel | DeviceByFields
    """The pump with which the scenario begins."""
    solution: tuple[IngredientText, ...]
    event: tuple[Happening, ...]
    expect: Expectations = Expectations()
    trial: TrialText | None = None
    """Without one the patient is a candidate already."""
    attended: bool = True
    """The host calls whenever a command ends; else it does nothing but what is listed."""
