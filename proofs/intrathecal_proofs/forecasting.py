"""The refill date: what a prediction has set aside is more than what can be delivered before it."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest
from intrathecal.device import Device
from intrathecal.pricing import day_volume
from intrathecal.pump import Mode, Pump
from intrathecal.refilling import days_within, refill_days, to_spare
from intrathecal.settling import falls_short
from intrathecal.units import DAY, DAYS, SLOT, SLOTS, VOLUME_MAX
from intrathecal.verdict import Decision
from intrathecal_proofs.argument import contract, follow_path_by_path, invariant, link, once_armed, products
from intrathecal_specs.forecast import Forecast, forecast
from intrathecal_specs.words import bolus_or_priming

LARGEST = 10_000 * VOLUME_MAX
"""quanta: no volume is larger, on either side."""

follow_path_by_path(Forecast)
once_armed(
    "a_new_prediction_is_covered",
    "the_low_alarm_does_not_sound_before_the_refill_date",
    "a_refill_is_called_for_on_its_date",
)


@invariant
def the_daily_dose_holds_the_programmed_day(device: Device, pump: Pump) -> bool:
    """What steps are judged by is no less than the schedule, however it is turned, with all the patient's boluses: less
    is programmed where a step was lost. RES-10 rests on it."""
    prescription = pump.therapy.prescription
    same = sum(pump.schedule.flows) == sum(prescription.flows)
    return same and day_volume(prescription) <= pump.dosing.last


@invariant
def a_command_takes_no_more_than_is_reckoned_with(device: Device, pump: Pump) -> bool:
    """A bolus runs at its own flow to its own end; a bridge up to the next arrival, to the second; and what runs
    otherwise is no faster than the schedule. RES-10 rests on it."""
    flow = pump.command.flow
    scheduled = flow <= pump.schedule.flows[0]
    bolus = flow <= pump.bolus.flow and pump.command.until <= pump.bolus.ends
    bridge = flow * (pump.command.until - pump.now) <= pump.bridge.late + pump.bridge.meeting_flow
    if bolus_or_priming(pump):
        return bolus
    return scheduled or (pump.mode == Mode.BRIDGING and bridge)


@products
def what_ran_was_reckoned_with(
    device: Device, before: Pump, settled: Pump, seen: Forecast
) -> tuple[tuple[int, int], ...]:
    """The last command's flow for the time it ran, against the schedule's and the bolus's for the time that has passed;
    and a day's boluses that were not started."""
    end = settled.now if settled.now <= before.command.until else before.command.until
    ran = end - before.now
    flows = before.schedule.flows
    order = before.therapy.prescription.patient_bolus
    return (
        (flows[0] - before.command.flow, ran),
        (flows[0], settled.now - end),
        (flows[0], settled.now - before.now),
        (flows[0], before.window.ends - before.now),
        (flows[0], before.window.ends - end),
        (flows[0], before.window.ends - settled.now),
        (flows[1], settled.now - before.window.ends),
        (before.bolus.flow - before.command.flow, ran),
        (before.bolus.flow, settled.now - end),
        (before.bolus.flow, before.bolus.ends - end),
        (before.command.flow, before.command.until - end),
        (order.count - seen.boluses, order.volume),
    )


def volumes_are_in_range(spare: int, day: int) -> bool:
    """No volume is larger than any reservoir, line or bridge."""
    return -LARGEST <= spare and spare <= LARGEST and 0 <= day and day <= LARGEST


@contract(days_within, requires=volumes_are_in_range)
def days_keep_one_back(spare: int, day: int, result: int) -> bool:
    """As many days as are found, and one more, take less than there is to spare, and two more do not; and where none is
    found there are no two."""
    kept = (result + 1) * day < spare and 0 < spare
    none = spare <= 2 * day or day <= 0
    most = day <= 0 or result == DAYS or spare <= (result + 2) * day
    return 0 <= result and result <= DAYS and most and (kept if result > 0 else none)


@products
def days_are_rounded_down(spare: int, day: int, result: int) -> tuple[tuple[int, int], ...]:
    """The division that gives the days, of which one is kept back."""
    least_day = greatest(day, 1)
    whole = div_floor(spare - 1, least_day)
    return ((least_day - day, whole), (whole - 1 - result, day), (1 - whole, least_day))


@invariant
def a_new_prediction_is_covered(device: Device, pump: Pump) -> bool:
    """A prediction keeps a day back, which pays for the rest of the present slot; so all that is said of one while it
    lasts is true when it is made. RES-10 rests on it."""
    seen = forecast(0, pump)
    counted = slots_come_round_in_turn(device, seen, pump) and boluses_are_counted_day_by_day(device, seen, pump)
    left = what_is_left_is_above_the_low_level(device, seen, pump)
    return counted and left and what_is_due_is_there(device, seen, pump)


@products
def a_day_is_its_slots_and_its_boluses(device: Device, decision: Decision, armed: Pump) -> tuple[tuple[int, int], ...]:
    """As often as a day is predicted, and once more; the rest of the present slot is no longer than a slot."""
    flows = armed.schedule.flows
    order = armed.therapy.prescription.patient_bolus
    day = sum(flows) * SLOT + order.volume * order.count
    days = refill_days(armed)
    return (
        (armed.dosing.last - day, days + 1),
        (flows[0], SLOT - (armed.window.ends - armed.now)),
        (armed.bolus.flow, armed.bolus.ends - armed.now),
    )


@products
def a_bolus_that_ends_frees_what_it_had_left(
    device: Device, settled: Pump, seen: Forecast
) -> tuple[tuple[int, int], ...]:
    """What a bolus has yet to bring is not less than nothing."""
    return ((settled.bolus.flow, settled.bolus.ends - settled.now),)


@link
def slots_come_round_in_turn(device: Device, seen: Forecast, pump: Pump) -> bool:
    """Each flow is due as often as the one after it, or once more where the cycle has come to it; so they are all used
    up when the next one is, and that is not before the date. RES-10 rests on it."""
    due = seen.due
    in_turn = all(due[i + 1] <= due[i] for i in range(1, SLOTS - 1)) and due[0] <= due[SLOTS - 1]
    some = all(0 <= each for each in due)
    reaches = seen.date <= pump.window.ends + sum(due) * SLOT
    return pump.now >= seen.date or (in_turn and due[1] - 1 <= due[0] and some and reaches)


@link
def boluses_are_counted_day_by_day(device: Device, seen: Forecast, pump: Pump) -> bool:
    """Those of a day are the newest in the history, which admits no more in 24 hours than are prescribed; and the days
    last up to the date. RES-10 rests on it."""
    now = pump.now
    held = 0 <= seen.boluses and seen.boluses <= SLOTS and seen.day_from <= now and now < seen.day_from + DAY
    for i in range(SLOTS):
        held = held and (seen.boluses <= i or seen.day_from <= pump.history.starts[i])
    lasting = 0 <= seen.days and seen.date <= seen.day_from + (seen.days + 1) * DAY
    count = pump.therapy.prescription.patient_bolus.count
    return now >= seen.date or (held and lasting and (seen.boluses <= count))


@link
def what_is_left_is_above_the_low_level(device: Device, seen: Forecast, pump: Pump) -> bool:
    """Neither the books nor the sensor have come down to it: the rest of the slot, the slots that are due and the
    boluses that are left are not less than nothing. RES-10 rests on it."""
    level = pump.reservoir.low_level
    above = level < pump.reservoir.remaining and level < pump.supply.sensed
    return pump.now >= seen.date or above


@link
def what_is_due_is_there(device: Device, seen: Forecast, pump: Pump) -> bool:
    """What may be delivered before the low level is more than the rest of the slot, the slots that are due and the
    boluses that are left. The schedule runs no faster, and all else that runs is counted on top. RES-10 rests on it."""
    flows = pump.schedule.flows
    order = pump.therapy.prescription.patient_bolus
    slots = flows[0] * (pump.window.ends - pump.now)
    for i in range(SLOTS):
        slots = slots + seen.due[i] * flows[i] * SLOT
    boluses = (seen.days * order.count + order.count - seen.boluses) * order.volume
    sure = pump.bridge.late == 0 or not falls_short(pump)
    return pump.now >= seen.date or (sure and slots + boluses < to_spare(pump))
