"""A therapy as its author writes it: a device, a solution, what happens when, and what must come of it.

Each record is a table of the file, each field a key. Quantities are texts with their unit; `units_text` says how they
are written, `scenario_file` reads them. Time 0 is midnight, when commissioning or the trial before it begins:
`3 d 04:30` is half past four in the morning of day 3. Keys with a default may be left out; one that is not listed is an
error. The keys of devices and solutions are in `device_text` and `solution_text`, those of every event in `happening`,
and of each kind of it in `deeds` and `circumstances`.

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

from typing import Final

from attrs import frozen

from intrathecal import Alarm, Reason
from intrathecal.quantities import Duration, Mass
from intrathecal_hosts.circumstances import CIRCUMSTANCES
from intrathecal_hosts.deeds import DEEDS
from intrathecal_hosts.device_text import DeviceByFields, DeviceByModel
from intrathecal_hosts.happening import NO_TIME, Happening
from intrathecal_hosts.solution_text import IngredientText
from intrathecal_hosts.units_text import Balance

NO_MASS = Mass(0)
HAPPENINGS: Final[dict[str, type[Happening]]] = {cls.kind: cls for cls in (*DEEDS, *CIRCUMSTANCES)}
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
