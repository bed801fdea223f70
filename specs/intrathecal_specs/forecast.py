"""The predicted refill date: not later than the low alarm, whatever the patient asks for."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from intrathecal.alarm import Alarm
from intrathecal.arithmetic import least
from intrathecal.device import Device, slow_in_air
from intrathecal.events import Event, FaultFound, FaultGone, Missed, PatientBolus, Silence, Tick, XRay
from intrathecal.fields import Within
from intrathecal.pump import Phase, Pump
from intrathecal.refilling import days_within, refill_by, refill_days
from intrathecal.units import DAY, DAYS, NEVER, SLOTS, VOLUME_MAX
from intrathecal.verdict import Step
from intrathecal_specs.alarms import still_taken
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Moment, observe, requirement
from intrathecal_specs.words import LOW, in_doubt

Spare = Annotated[int, Within(0, VOLUME_MAX, "quanta")]
"""A volume that may be delivered."""
Foretold = Tick | Missed | PatientBolus | Silence | FaultFound | FaultGone | XRay
"""What a predicted refill date allows for; anything else that is accepted is the occasion for another one."""


@frozen
class Forecast:
    """The predicted refill date: as it was after the event that brought an arbitrary moment, if that was accepted, as
    every tick is, or after the last one since that it cannot allow for; and what it still allows for, which says why it
    holds and is asked by no requirement."""

    start: int
    """s: the moment."""
    date: int
    """s: the predicted date; `NEVER` where there was no pump yet."""
    due: Annotated[tuple[int, ...], SLOTS]
    """How often each flow of the schedule, as it is turned, is yet to run before that date, after the current slot."""
    day_from: int
    """s: when the 24 hours began in which patient boluses are counted, days from the prediction on."""
    days: int
    """How many such days come after it."""
    boluses: int
    """How many patient boluses have started within it."""


def begin_forecast(start: Moment) -> Forecast:
    """None yet."""
    return no_forecast(start)


def no_forecast(start: int) -> Forecast:
    """Nothing is predicted."""
    return Forecast(start=start, date=NEVER, due=(0,) * SLOTS, day_from=NEVER, days=0, boluses=0)


def forecast(start: int, pump: Pump) -> Forecast:
    """What is predicted of the pump now."""
    days = refill_days(pump)
    return Forecast(start=start, date=refill_by(pump), due=(days,) * SLOTS, day_from=pump.now, days=days - 1, boluses=0)


def follow_forecast(device: Device, seen: Forecast, before: Pump, event: Event, after: Step) -> Forecast:
    """Slots that end and boluses that start are taken off what was allowed for."""
    now = after.pump.now
    asked_for = not isinstance(event, Foretold) or (before.now < seen.start and seen.start <= now)
    if after.verdict.accepted and asked_for:
        return forecast(seen.start, after.pump)
    turned = now >= before.window.ends
    started = 1 if isinstance(event, PatientBolus) and after.verdict.accepted else 0
    over = now >= seen.day_from + DAY
    return Forecast(
        start=seen.start,
        date=seen.date,
        due=(seen.due[1] - 1,) + seen.due[2:] + seen.due[:1] if turned else seen.due,
        day_from=seen.day_from + DAY if over else seen.day_from,
        days=seen.days - 1 if over else seen.days,
        boluses=(0 if over else seen.boluses) + started,
    )


def hand_over_forecast(seen: Forecast) -> Forecast:
    """Nothing is predicted of the next pump yet."""
    return no_forecast(seen.start)


observe(Forecast, begin_forecast, follow_forecast, hand_over_forecast)


@requirement(
    "RES-10",
    hazards=(Hazard.WRONG_TIME, Hazard.UNDER_DELIVERY),
    source="domain.md 2 (S-ptc5: all allotted boluses are used), 5 (Z-1338-2012: a wrong date), 1.2.1",
)
def the_low_alarm_does_not_sound_before_the_refill_date(device: Device, seen: Forecast, pump: Pump) -> bool:
    """Before the refill date that was predicted at any moment, whatever boluses the patient has had since, the low
    alarm is not listed; unless meanwhile a clinician has intervened, the level sensor has spoken, the ambient
    pressure has changed, or a step was lost: then it is the date that was predicted after that."""
    return pump.now >= seen.date or not pump.alarms.listed[LOW]


@requirement("RES-10", hazards=(Hazard.WRONG_TIME,), source="design: Reservoir (less one)")
def one_day_is_kept_back_and_no_more(spare: Spare, day: Spare) -> bool:
    """Of the days of `day` quanta that `spare` quanta last, a prediction keeps one back, and no two, up to a hundred
    years."""
    days = days_within(spare, day)
    return day == 0 or days == DAYS or spare <= (days + 2) * day


@requirement("RES-10", hazards=(Hazard.WRONG_TIME,), source="design: Reservoir; Alarms")
def a_refill_is_called_for_on_its_date(device: Device, pump: Pump) -> bool:
    """An implanted pump with a daily dose lists an alarm where its predicted refill date is today, outside a bridge: in
    one that may fall short nobody knows a date, and today is told."""
    soon = pump.phase == Phase.IMPLANTED and refill_by(pump) < pump.now + DAY and pump.dosing.last > 0
    bridged = pump.bridge.late != 0
    return not soon or bridged or pump.alarms.listed[Alarm.REFILL_DUE]


@requirement("RES-10", hazards=(Hazard.WRONG_TIME,), source="design: Reservoir (less one)")
def a_refill_date_is_as_late_as_it_may_be(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """After every step the predicted date lies as many whole days ahead as what may go before the low alarm lasts, with
    one kept back; but in a bridge that may fall short."""
    pump = after.pump
    left = least(pump.reservoir.remaining, pump.supply.sensed) - pump.reservoir.low_level - still_taken(pump)
    short = pump.bridge.late != 0 and (in_doubt(pump) or pump.band.slow > slow_in_air(pump.device))
    return short or refill_by(pump) == pump.now + days_within(left, pump.dosing.last) * DAY


@requirement("RES-10", hazards=(Hazard.WRONG_TIME,), source="design: Reservoir")
def a_refill_date_is_not_past_and_is_today_where_none_is_known(device: Device, pump: Pump) -> bool:
    """The predicted refill date is now or whole days from now; and it is now in a bridge that may fall short, as nobody
    knows its end: after an MRI whose outcome is not verified, in one, or where the pressure makes the flow slower than
    in ordinary air."""
    ahead = refill_by(pump) - pump.now
    short = in_doubt(pump) or pump.band.slow > slow_in_air(pump.device)
    return 0 <= ahead and (pump.bridge.late == 0 or not short or ahead == 0)
