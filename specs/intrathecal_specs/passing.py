"""Time alone: what goes on without anybody, and that nothing else does."""

from __future__ import annotations

from intrathecal.arithmetic import greatest
from intrathecal.device import Device
from intrathecal.events import (
    Missed,
    Tick,
)
from intrathecal.evolving import evolve
from intrathecal.pump import (
    BolusHistory,
    Mode,
    Pump,
    Service,
)
from intrathecal.units import DAY
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import surely_ran
from intrathecal_specs.words import bolus_or_priming, ran

Passing = Tick | Missed
"""Events of nothing but time."""
_SHAPE = "design: The shape of the core"
_WHOLE = (Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY)


@requirement("MODE-1", hazards=_WHOLE, source=_SHAPE)
def time_alone_ends_a_bolus_and_a_bridge_and_nothing_else(
    device: Device, before: Pump, event: Passing, after: Step
) -> bool:
    """With time alone a bolus or priming goes on until its end, or until its host is late or the pump empty; a bridge
    until the new solution has surely arrived; every other mode stays. When a bolus has ended is taken down, and no
    start of one is forgotten."""
    pump = after.pump
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    late = event.at > before.command.until
    over = bolus_or_priming(before) and (late or event.at >= before.bolus.ends or empty)
    arrived = before.bridge.late != 0 and pump.bridge.late == 0
    basal = over or (arrived and before.mode == Mode.BRIDGING)
    ended = before.now + ran(before, after) if over and before.mode == Mode.BOLUS else before.history.ended
    mode = pump.mode == (Mode.BASAL if basal else before.mode)
    history = pump.history == BolusHistory(ended=ended, starts=before.history.starts)
    return not after.verdict.accepted or (mode and history)


@requirement("TIME-2", hazards=(Hazard.RECORD_LAGS, Hazard.SILENT_STOP), source="design: Time and command")
def gaps_are_counted_as_they_were(device: Device, before: Pump, event: Passing, after: Step) -> bool:
    """Time after the last command's end is a gap, unless the pump was stopped and its host is here; gaps add up over
    the day, and are kept over the next. One beyond the device's grace, and any of missed time, is an outage."""
    old = before.service
    missed = isinstance(event, Missed)
    gap = greatest(event.at - before.command.until, 0) if missed or before.mode != Mode.STOPPED else 0
    late = gap > (0 if missed else device.grace)
    same = event.at < old.day_ends
    expected = Service(
        gap_at=event.at if late else old.gap_at,
        gaps_today=old.gaps_today + gap if same else gap,
        gaps_before=old.gaps_before if same else old.gaps_today,
        day_ends=old.day_ends if same else old.day_ends + DAY,
        outage_since=before.command.until if late and old.outage_until != before.command.until else old.outage_since,
        outage_until=event.at if late else old.outage_until,
    )
    return not after.verdict.accepted or after.pump.service == expected


@requirement("RATE-5", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.UNDER_DELIVERY), source="design: Change of therapy")
def what_is_in_the_line_moves_with_what_was_delivered(
    device: Device, before: Pump, event: Passing, after: Step
) -> bool:
    """With time alone an increase, what clears and the latest arrival of a new solution come nearer by what was surely
    delivered, and what is not filled yet and the earliest arrival by all that may have been."""
    most = before.command.flow * ran(before, after)
    surely = surely_ran(before, after)
    old, new = before.line, after.pump.line
    expected = evolve(
        old,
        rising=greatest(old.rising - surely, 0),
        unprimed=greatest(old.unprimed - most, 0),
        clearing=greatest(old.clearing - surely, 0),
    )
    here, there = before.bridge, after.pump.bridge
    bridge = evolve(here, early=greatest(here.early - most, 0), late=greatest(here.late - surely, 0))
    return not after.verdict.accepted or (new == expected and there == (here if here.late == 0 else bridge))


@requirement("RES-10", hazards=(Hazard.WRONG_VOLUME,), source=_SHAPE)
def time_alone_changes_nothing_else(device: Device, before: Pump, event: Passing, after: Step) -> bool:
    """With time alone go on: the clock, the account, what the sensor would see, the dose window, the schedule, the
    line, the host's record and the last delivery; nothing is prescribed, filled, found or forgotten."""
    pump = after.pump
    seconds = ran(before, after)
    delivered = before.command.flow * seconds
    last = before.now + seconds if before.command.flow > 0 and seconds > 0 else before.delivered_at
    supply = evolve(before.supply, sensed=before.supply.sensed - delivered, check_early=pump.supply.check_early)
    expected = evolve(
        before,
        now=event.at,
        mode=pump.mode,
        schedule=pump.schedule,
        reservoir=pump.reservoir,
        supply=supply,
        window=pump.window,
        history=pump.history,
        line=pump.line,
        bridge=pump.bridge,
        delivered_at=last,
        service=pump.service,
        alarms=pump.alarms,
        command=pump.command,
    )
    return not after.verdict.accepted or pump == expected
