"""What nobody does in a scenario: what befalls hardware, host and patient, and what the hardware senses and reports."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from intrathecal import Fault
from intrathecal.quantities import Duration, Pressure, Ratio, Volume
from intrathecal_hosts.happening import NO_TIME, Happening
from intrathecal_hosts.units_text import Balance, Deviation, Warmth

NO_BALANCE = Balance(0)
NO_DEVIATION = Deviation(0)
PER_DEGREE = Ratio(130)
"""The larger end of 10 to 13 %, as is said of gas-driven pumps; unverified."""


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
class PressureChanging(Happening):
    """The ambient pressure is another one from now on."""

    kind = "pressure"
    pressure: Pressure


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


CIRCUMSTANCES: Final[tuple[type[Happening], ...]] = (
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
    PressureChanging,
    Raw,
    Outage,
)
"""Everything that nobody does."""
