"""Time: events are dated, outages are caught up, and waiting is the same in one piece or in many."""

from __future__ import annotations

from typing import Annotated

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.events import Event, Missed, ShiftSchedule, Tick
from intrathecal.evolving import evolve
from intrathecal.fields import Within
from intrathecal.pump import Cause, Phase, Pump, Schedule, Slots, Window
from intrathecal.stepping import step
from intrathecal.units import END, NEVER, SHARES, SLOT, SLOTS
from intrathecal.verdict import Reason, Step
from intrathecal.window import ahead, fits, record, shifted, turn
from intrathecal_specs.dose import heaviest, within_every_run
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Instant, requirement
from intrathecal_specs.words import LATE, bolus_or_priming, programmable

Shift = Annotated[int, Within(1, SLOTS - 1, "slots")]
"""By how many slots a schedule is moved ahead."""


@requirement("TIME-1", hazards=(Hazard.WRONG_TIME,), source="design: Time and command")
def an_event_before_the_pumps_time_changes_nothing(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An event dated before the pump's time is refused, and the state is untouched."""
    return event.at >= before.now or (not after.verdict.accepted and after.pump == before)


@requirement("TIME-1", hazards=(Hazard.WRONG_TIME,), source="design: Time and command")
def time_moves_to_the_event_or_stands_still(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """After a step the pump's time is the event's, and not earlier than it was; or nothing at all has changed."""
    return (after.pump.now == event.at and event.at >= before.now) or (
        not after.verdict.accepted and after.pump == before
    )


@requirement("TIME-2", hazards=(Hazard.WRONG_VOLUME, Hazard.WRONG_TIME), source="design: Time and command")
def an_event_too_far_ahead_changes_nothing(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An event more than one slot ahead, or after the end of time, is refused, and the state is untouched."""
    return (event.at <= before.now + SLOT and event.at <= END) or (not after.verdict.accepted and after.pump == before)


@requirement("TIME-2", hazards=(Hazard.SILENT_STOP, Hazard.OVER_DELIVERY), source="design: Time and command")
def missed_time_begins_where_the_last_command_ended(device: Device, before: Pump, event: Missed, after: Step) -> bool:
    """Missed time that would cut the last command short is refused, and the state is untouched: the hardware has run
    on to the command's end."""
    return event.at >= before.command.until or (not after.verdict.accepted and after.pump == before)


@requirement("TIME-2", hazards=(Hazard.SILENT_STOP, Hazard.WRONG_VOLUME), source="design: Time and command")
def nothing_runs_before_a_host_has_caught_up(device: Device, before: Pump, event: Missed, after: Step) -> bool:
    """After missed time the command of a programmable pump is to run nothing; a constant flow misses no time."""
    nothing = after.command.flow == 0 and after.command.cause == Cause.OUTAGE
    return not after.verdict.accepted or nothing or not programmable(before)


@requirement("TIME-2", hazards=(Hazard.SILENT_STOP, Hazard.RECORD_LAGS), source="design: Time and command")
def an_outage_is_alarmed_and_counted_from_its_start(device: Device, before: Pump, event: Missed, after: Step) -> bool:
    """Missed time after the last command's end raises the late-host alarm; the outage is known to last until the
    event, and began when the last command before it ended."""
    service = after.pump.service
    going_on = before.service.outage_until == before.command.until
    since = before.service.outage_since if going_on else before.command.until
    recorded = service.outage_until == event.at and service.outage_since == since
    gap = after.verdict.accepted and event.at > before.command.until
    alarmed = after.alarms.listed[LATE] or after.pump.phase == Phase.RETIRED
    return not gap or (alarmed and recorded)


@requirement("TIME-3", hazards=(Hazard.WRONG_VOLUME,), source="design: Time and command")
def a_wait_in_two_parts_leaves_the_same_books(device: Device, pump: Pump, between: Instant, at: Instant) -> bool:
    """Two ticks leave the same reservoir and dose window as one, while the command and its slot or bolus last, the
    reservoir reaches none of its levels and no bridge ends in between. By repetition this holds for any number of
    ticks."""
    in_order = pump.now <= between and between < at and pump.now < at
    no_end = between < pump.window.ends and (not bolus_or_priming(pump) or between < pump.bolus.ends)
    in_reach = between <= pump.now + SLOT and at <= pump.now + SLOT and at <= between + SLOT
    left = pump.reservoir.remaining - pump.command.flow * (between - pump.now)
    low = pump.reservoir.remaining <= pump.reservoir.low_level or left > pump.reservoir.low_level
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level or left > pump.reservoir.empty_level
    bridged = pump.bridge.late == 0 or pump.bridge.late > pump.command.flow * (between - pump.now)
    in_command = between <= pump.command.until and at <= pump.command.until
    within = in_order and in_command and no_end and bridged and in_reach and between <= END and at <= END
    if device != pump.device or not within or not low or not empty:
        return True
    split = step(device, step(device, pump, Tick(at=between)).pump, Tick(at=at)).pump
    whole = step(device, pump, Tick(at=at)).pump
    return split.reservoir == whole.reservoir and split.window == whole.window and split.now == whole.now


@requirement("TIME-3", hazards=(Hazard.WRONG_VOLUME,), source="design: Time and command")
def a_tick_that_takes_no_time_changes_no_books(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """A tick at the pump's own time leaves reservoir and dose window as they are."""
    same = after.pump.reservoir == before.reservoir and after.pump.window == before.window
    return event.at != before.now or same


_TRAVEL = "design: Time and command (travel, summer time)"


@requirement("TIME-4", hazards=(Hazard.WRONG_TIME, Hazard.OVER_DELIVERY), source=_TRAVEL)
def a_shift_moves_the_schedule_and_nothing_else(
    device: Device, before: Pump, event: ShiftSchedule, after: Step
) -> bool:
    """An accepted shift leaves all as a tick would leave it, dose window, lockout, count and every date included, but
    for its number, the schedule, whose flows are moved ahead by the slots asked for, and the command that follows."""
    tick = step(device, before, Tick(at=event.at)).pump
    moved = after.pump.schedule.flows == ahead(tick.schedule.flows, event.slots)
    rest = evolve(tick, number=event.number, schedule=after.pump.schedule, command=after.command)
    return not after.verdict.accepted or (moved and after.pump == rest)


@requirement("TIME-4", hazards=(Hazard.WRONG_TIME,), source=_TRAVEL)
def moved_ahead_each_slot_takes_the_place_of_one_before(flows: Slots, slots: Shift) -> bool:
    """Moved ahead by so many slots, the day begins with what was due so many slots later, and ends with what was due
    just before that: the order of the round is the same."""
    moved = ahead(flows, slots)
    same = True
    for k in range(1, SLOTS):
        same = same and (slots != k or moved == flows[k:] + flows[:k])
    return same


@requirement("TIME-4", hazards=(Hazard.OVER_DELIVERY,), source=_TRAVEL)
def no_schedule_is_moved_under_a_bolus(device: Device, before: Pump, event: ShiftSchedule, after: Step) -> bool:
    """No shift is accepted while a bolus or priming runs, in place of the schedule, and none ends one: it is over
    before, or would be by a tick."""
    tick = step(device, before, Tick(at=event.at)).pump
    return not after.verdict.accepted or not (bolus_or_priming(after.pump) or bolus_or_priming(tick))


@requirement("TIME-4", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source=_TRAVEL)
def a_shift_that_does_not_fit_tells_when_it_would(
    device: Device, before: Pump, event: ShiftSchedule, after: Step
) -> bool:
    """A shift is refused for want of room only where some run of 49 slots, with what it already holds and the moved
    schedule to come, is above what a shift has room for. It then tells the first beginning of a slot,
    within two days, at which every run would be within it, if until then all runs that the schedule sets aside, and
    nothing else."""
    pump = after.pump
    moved = shifted(pump, event.slots)
    full = after.verdict.reason == Reason.WINDOW_FULL
    room = room_of(pump)
    told = tells_the_earliest(pump.window, pump.schedule, moved, pump.now, room, after.verdict.earliest)
    rest = moved.reserved[0] * (pump.window.ends - pump.now)
    fits_now = within_every_run(pump.window.past, pump.window.total + pump.window.current + rest, moved.reserved, room)
    return not full or (told and not fits_now)


@requirement("TIME-4", hazards=(Hazard.WRONG_TIME,), source=_TRAVEL)
def only_a_shift_without_room_tells_a_time(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Nothing else is told to come again at a certain time."""
    shift = isinstance(event, ShiftSchedule) and after.verdict.reason == Reason.WINDOW_FULL
    return shift or after.verdict.earliest == NEVER


@requirement("TIME-4", hazards=(Hazard.OVER_DELIVERY,), source=_TRAVEL)
def no_shift_makes_a_day_of_more_than_is_prescribed(
    device: Device, before: Pump, event: ShiftSchedule, after: Step
) -> bool:
    """Once a shift is accepted, every run of 49 slots that contains the present, with what ran before, holds at most
    the whole schedule and its largest slot once more, in a bridge with what is set aside for it; or the patient's own
    ceiling, where that is more."""
    within = True
    for load in heaviest(after.pump):
        within = within and load <= room_of(after.pump)
    return not after.verdict.accepted or within


def room_of(pump: Pump) -> int:
    """shares: what a shift has room for: the whole schedule and its largest slot once more, in a bridge with what is
    set aside for it; or the patient's own ceiling, where that is more."""
    therapy = pump.therapy
    scheduled = therapy.day + therapy.peak * SLOT
    bridged = greatest(scheduled, pump.bridge.day + pump.bridge.peak * SLOT)
    return least(SHARES, greatest(therapy.ceiling, scheduled if pump.bridge.late == 0 else bridged))


def tells_the_earliest(window: Window, schedule: Schedule, moved: Schedule, now: int, room: int, earliest: int) -> bool:
    """Whether `earliest` (s) is the first beginning of a slot after `now` (s), and within two days, at which `moved`
    fits into `room` shares in place of `schedule`, which runs until then; `NEVER` where there is none."""
    told = earliest == NEVER or earliest > now
    among = earliest == NEVER
    for _ in range(2 * SLOTS):
        begins = window.ends
        window = record(window, schedule.reserved[0] * (begins - now), begins)
        schedule = turn(schedule)
        moved = turn(moved)
        now = begins
        good = fits(window, moved, begins, 0, room)
        told = told and (good or earliest != begins) and (not good or (earliest != NEVER and earliest <= begins))
        among = among or earliest == begins
    return told and among
