"""Saved states: what becomes of a pump whose newest saved state is damaged, so that a step is lost."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device, slow_in_air
from intrathecal.events import Event, Reread, Tick
from intrathecal.evolving import evolve
from intrathecal.fault import Fault
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.pump import BolusHistory, Mode, Pump
from intrathecal.reservoir import level, spare
from intrathecal.stepping import step
from intrathecal.titrating import whole
from intrathecal.units import BURN_MAX, DAY, SHARES, SLOT, SLOTS
from intrathecal.verdict import Step
from intrathecal_specs.dose import lost
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import bolus_or_priming, constant, programmable, safe_flow

_LOST = "design: SAVE-3; domain.md 5 (2009 to 2013: resets)"


def most_of_a_step(pump: Pump) -> int:
    """shares: a slot at the fastest burn that could run all day, or the largest bolus; where the line is yet to be
    primed, or was and has yet to clear, all that 24 hours can hold."""
    most = greatest(pump.limits.bolus * pump.limits.potency, BURN_MAX * SLOT)
    return SHARES if pump.line.unprimed > 0 or pump.line.clearing > 0 else most


@requirement("SAVE-3", hazards=(Hazard.OVER_DELIVERY, Hazard.RECORD_LAGS), source=_LOST)
def no_command_delivers_more_than_counts_as_lost(device: Device, pump: Pump) -> bool:
    """What the command of a programmable pump yet delivers is no more than the most that one of its steps can; and
    where neither a bolus nor priming runs, no more than a slot at the fastest burn that could run all day."""
    yet = pump.command.burn * (pump.command.until - pump.now)
    plain = bolus_or_priming(pump) or yet <= BURN_MAX * SLOT
    return constant(pump) or (yet <= most_of_a_step(pump) and plain)


@requirement("SAVE-3", hazards=(Hazard.OVER_DELIVERY, Hazard.RECORD_LAGS), source=_LOST)
def what_may_be_lost_was_known_before(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Where a bolus or priming runs after a step, the most that one step can deliver is no more than it was before it:
    so the state before a lost step tells enough."""
    grows = most_of_a_step(after.pump) > most_of_a_step(before)
    return not bolus_or_priming(after.pump) or not grows


@requirement("SAVE-3", hazards=(Hazard.OVER_DELIVERY, Hazard.RECORD_LAGS), source=_LOST)
def a_lost_step_counts_as_delivered(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """When a programmable pump is reread, the dose window gains the most that one step can deliver, as far as the last
    49 slots have room for it, and not less than nothing; a constant flow goes on, and its window gains nothing."""
    gained = lost(before, event, after)
    window = after.pump.window
    room = SHARES - (sum(window.past) + window.current - gained)
    tick = evolve(after.pump, line=step(device, before, Tick(at=event.at)).pump.line)
    expected = 0 if constant(before) else least(most_of_a_step(tick), room)
    return not after.verdict.accepted or (gained == expected and 0 <= gained)


@requirement("SAVE-3", hazards=(Hazard.WRONG_VOLUME, Hazard.RECORD_LAGS), source=_LOST)
def no_command_takes_more_than_may_have_left(device: Device, pump: Pump) -> bool:
    """What any command yet takes from the reservoir is no more than a slot of the fastest flow."""
    return pump.command.flow * (pump.command.until - pump.now) <= pump.device.flow_max * SLOT


@requirement("SAVE-3", hazards=(Hazard.WRONG_VOLUME, Hazard.UNDER_DELIVERY), source=_LOST)
def a_lost_step_may_have_left_the_reservoir(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """When a pump with a motor is reread, what surely is in it is less than after a tick by a slot of the fastest flow,
    at the widest tolerance of its band of pressure, or it is nothing; where it is less, low and empty level are found
    anew. Nothing else of the books differs from a tick's."""
    books = step(device, before, Tick(at=event.at)).pump.reservoir
    held = 1_000 * (books.filled - books.withdrawn)
    fast = greatest(device.fast, before.band.fast)
    most = least(books.fastest + device.flow_max * SLOT * (1_000 + fast), held)
    less = evolve(books, fastest=most)
    low = level(less.remaining, spare(device, less, before.limits.low), fast)
    empty = level(less.remaining, spare(device, less, device.residual), fast)
    lost = evolve(less, low_level=low, empty_level=empty) if most > books.fastest else books
    return not after.verdict.accepted or constant(before) or after.pump.reservoir == lost


@requirement("SAVE-3", hazards=(Hazard.OVER_DELIVERY,), source=_LOST)
def a_lost_step_starts_the_lockout(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """When a programmable pump is reread, a bolus of the patient's counts as started and ended now."""
    now = after.pump.now
    history = BolusHistory(ended=now, starts=(now,) + before.history.starts[:-1])
    return not after.verdict.accepted or constant(before) or after.pump.history == history


@requirement("SAVE-3", hazards=(Hazard.CORRUPTED_PROGRAM, Hazard.OVER_DELIVERY), source=_LOST)
def a_reread_pump_is_safe(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """A programmable pump that is reread has a reset, and is in the safe mode, or stopped if it was; it runs nothing or
    its fallback. A constant flow goes on, and has no fault by it."""
    pump = after.pump
    mode = pump.mode == Mode.SAFE or (pump.mode == Mode.STOPPED and before.mode == Mode.STOPPED)
    flow = after.command.flow == 0 or after.command.flow == safe_flow(pump)
    safe = mode and flow and pump.faults[Fault.RESET]
    same = pump.faults == before.faults and pump.therapy == before.therapy
    return not after.verdict.accepted or (safe if programmable(before) else same)


@requirement("SAVE-3", hazards=(Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY), source=_LOST)
def a_reread_pump_is_prescribed_its_fallback(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """When a programmable pump is reread, its prescription is one flow all day, without any bolus: what it would run in
    the safe mode; or nothing, where with that some run of 49 slots would be above the ceiling, and while the line is
    yet to be primed or to clear. Whether its day is above a soft limit is known."""
    pump = after.pump
    prescription = pump.therapy.prescription
    flow = safe_flow(before)
    none = PatientBolusOrder(volume=0, duration=1, lockout=0, count=0)
    falls = prescription == Prescription(flows=(flow,) * SLOTS, patient_bolus=none, ceiling=0, fallback=flow)
    nothing = prescription == Prescription(flows=(0,) * SLOTS, patient_bolus=none, ceiling=0, fallback=0)
    dearest = pump.bridge.strongest if pump.bridge.late != 0 else pump.limits.potency
    line = step(device, before, Tick(at=event.at)).pump.line
    unclear = line.unprimed > 0 or line.clearing > 0
    right = nothing if unclear else falls or (nothing and not holds_all_day(pump, flow * dearest))
    soft = pump.therapy.over_soft == (prescription.flows[0] * DAY > pump.limits.soft)
    return not after.verdict.accepted or constant(before) or (right and soft)


@requirement("RES-13", hazards=(Hazard.OVER_DELIVERY,), source=_LOST)
def a_line_is_not_primed_again_after_a_lost_step(device: Device, before: Pump, event: Reread, after: Step) -> bool:
    """The lost step may have primed the line: when a programmable pump is reread, nothing is left unprimed, and what
    was so is to clear as after priming. What else the line holds is as it was."""
    tick = step(device, before, Tick(at=event.at)).pump.line
    longest = whole(device.tubing + tick.catheter + tick.uncertainty, slow_in_air(device))
    primed = evolve(tick, unprimed=0, clearing=greatest(tick.clearing, longest))
    doubtful = programmable(before) and tick.unprimed > 0
    return not after.verdict.accepted or after.pump.line == (primed if doubtful else tick)


def holds_all_day(pump: Pump, burn: int) -> bool:
    """Whether every run of 49 slots that contains the present has room for this burn (shares/s) from now on."""
    load = sum(pump.window.past) + pump.window.current + burn * (pump.window.ends - pump.now)
    within = load <= SHARES
    for k in range(SLOTS):
        load = load - pump.window.past[k] + burn * SLOT
        within = within and load <= SHARES
    return within
