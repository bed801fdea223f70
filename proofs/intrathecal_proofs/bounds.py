"""Bounds: every number of the state has its range, and every record makes sense in itself."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import LASTING
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.units import DAY, END, FLOW_MAX, NEVER, NUMBER_MAX, SLOT, VOLUME_MAX
from intrathecal_proofs.argument import invariant
from intrathecal_specs.words import before_implantation, bolus_or_priming


@invariant
def times_are_in_order(device: Device, pump: Pump) -> bool:
    """Events are refused outside commissioning and the end of time, and a step goes one slot on at most; so now lies in
    the current slot and the current day, nothing recorded as past lies in the future, and nothing is in doubt for more
    than a day. TIME-2, CMD-2 and NUM-1 rest on it."""
    now = pump.now
    slot = now < pump.window.ends and pump.window.ends <= now + SLOT
    day = now < pump.service.day_ends and pump.service.day_ends <= now + DAY
    past = pump.delivered_at <= now and pump.closed.at <= now and pump.history.ended <= now
    host = pump.service.gap_at <= now and pump.service.outage_until <= now
    doubt = 0 <= pump.window.doubtful_until and pump.window.doubtful_until <= pump.window.ends + DAY
    return 0 <= now and now <= END and slot and day and past and host and doubt and pump.mri.unverified_since <= now


@invariant
def nothing_happened_before_never(device: Device, pump: Pump) -> bool:
    """What has not happened is dated `NEVER`, and every date since is later; lockouts are then plain subtractions.
    DOSE-3, DOSE-4 and NUM-1 rest on it."""
    dates = NEVER <= pump.delivered_at and NEVER <= pump.history.ended and NEVER <= pump.closed.at
    starts = all(NEVER <= start and start <= pump.now for start in pump.history.starts)
    host = NEVER <= pump.service.gap_at and NEVER <= pump.service.outage_until
    mri = pump.mri.unverified_since == NEVER or 0 <= pump.mri.unverified_since
    return dates and starts and host and mri and NEVER <= pump.service.outage_since


@invariant
def an_mri_is_that_of_an_implanted_pump(device: Device, pump: Pump) -> bool:
    """Announcing is refused before commissioning. AUTH-2 rests on it."""
    return pump.phase == Phase.IMPLANTED or (not pump.mri.announced and pump.mri.unverified_since == NEVER)


@invariant
def a_candidate_has_delivered_nothing(device: Device, pump: Pump) -> bool:
    """Nothing runs before commissioning; so nothing has stood still either. RES-12 and MODE-5 rest on it."""
    return not before_implantation(pump) or (pump.delivered_at == NEVER and not pump.supply.check_early)


@invariant
def numbers_of_events_are_in_range(device: Device, pump: Pump) -> bool:
    """A number is kept from an event, whose type bounds it. NUM-1 rests on it."""
    return 0 <= pump.number and pump.number <= NUMBER_MAX


@invariant
def gaps_are_counted_within_a_day(device: Device, pump: Pump) -> bool:
    """A day's gaps are disjoint stretches of it, and of the slot at most before it. CMD-3 and NUM-1 rest on it."""
    service = pump.service
    today = 0 <= service.gaps_today and service.gaps_today <= pump.now - (service.day_ends - DAY) + SLOT
    return today and 0 <= service.gaps_before and service.gaps_before <= DAY + SLOT


@invariant
def the_reservoir_is_in_range(device: Device, pump: Pump) -> bool:
    """Fillings are within capacity, withdrawals within what remains, and a command stops at the residual; the open
    account has written nothing off. Before commissioning the pump is empty and no level is reached. RES-1, RES-2 and
    NUM-1 rest on it."""
    r = pump.reservoir
    parts = 0 <= r.remaining and 0 <= r.delivered and 0 <= r.withdrawn and r.written_off == 0 and 0 <= r.doubtful
    total = r.filled == r.remaining + r.delivered + r.withdrawn and r.filled <= pump.device.capacity
    levels = not before_implantation(pump) or (r.low_level == -1 and r.empty_level == -1 and r.filled == 0)
    return parts and total and levels and r.doubtful <= r.delivered


@invariant
def what_was_truly_delivered_is_in_range(device: Device, pump: Pump) -> bool:
    """At the fast end no less than nominally and not twice as much, with all that was filled in besides where steps
    were lost; at the slow end between nothing and what was nominally. RES-4, RES-6, SAVE-3 and NUM-1 rest on it."""
    r = pump.reservoir
    fast = 1_000 * r.delivered <= r.fastest and r.fastest <= 1_999 * r.delivered + 1_000 * r.filled
    return fast and 0 <= r.slowest and r.slowest <= 1_000 * r.delivered


@invariant
def what_the_sensor_saw_is_in_range(device: Device, pump: Pump) -> bool:
    """A sensor sees what its type admits, and from then on what it saw falls with the books. NUM-1 and RES-7 rest on
    it."""
    off = pump.supply.sensed - pump.reservoir.remaining
    return -VOLUME_MAX <= off and off <= VOLUME_MAX and 0 <= pump.supply.use_by and pump.supply.use_by <= LASTING


@invariant
def a_bolus_is_in_range(device: Device, pump: Pump) -> bool:
    """The bolus that runs, or ran last, was admitted with a flow of the device's range, for a day at most. DOSE-2,
    DOSE-7 and NUM-1 rest on it."""
    bolus = pump.bolus
    shape = 0 <= bolus.flow and bolus.flow <= FLOW_MAX and 0 <= bolus.burn and 0 <= bolus.volume
    span = bolus.started <= bolus.ends and bolus.ends <= bolus.started + DAY and bolus.started <= pump.now
    return shape and span and bolus.volume <= VOLUME_MAX and NEVER <= bolus.started


@invariant
def a_running_bolus_has_not_ended(device: Device, pump: Pump) -> bool:
    """Settling ends a bolus or priming that is over; so one that runs ends later than now, and in the device's range of
    flow. CMD-1, CMD-2 and DOSE-6 rest on it."""
    bolus = pump.bolus
    range_of_flow = pump.device.flow_min <= bolus.flow and bolus.flow <= pump.device.flow_max
    started = 0 <= bolus.started and pump.now < bolus.ends
    within = pump.mode == Mode.PRIMING or bolus.volume <= pump.limits.bolus
    return not bolus_or_priming(pump) or (range_of_flow and started and within)


@invariant
def a_candidate_has_no_therapy(device: Device, pump: Pump) -> bool:
    """Before commissioning a pump holds no drug, and programming is refused; so a solution never meets a therapy that
    was priced for another. DOSE-9, DOSE-10, MODE-7 and TRIAL-5 rest on it."""
    therapy = pump.therapy
    prescription = therapy.prescription
    empty = all(ingredient.concentration == 0 for ingredient in pump.solution.ingredients)
    nothing = prescription.fallback == 0 and prescription.ceiling == 0 and prescription.patient_bolus.count == 0
    blank = empty and nothing and therapy.bolus_flow == 0 and therapy.fastest == 0
    return not before_implantation(pump) or (blank and all(flow == 0 for flow in pump.schedule.flows))
