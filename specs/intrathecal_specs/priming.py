"""Priming: once after implantation or a revision of the catheter, no more than what is surely empty, and no bolus."""

from __future__ import annotations

from intrathecal.arithmetic import greatest
from intrathecal.device import Device, slow_in_air
from intrathecal.events import (
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Event,
    PatientBolus,
    PortBolus,
    Prime,
    ReviseCatheter,
)
from intrathecal.pump import Mode, Pump
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import surely_ran
from intrathecal_specs.words import ran, rereads

_SOURCE = "domain.md 1.2 (drug arrives early, then less of it), 5 (Sep 2016: 0.199 mL of tubing for 0.140 mL)"


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source=_SOURCE)
def implantation_leaves_tubing_and_catheter_unprimed(
    device: Device, before: Pump, event: Commission, after: Step
) -> bool:
    """Once a pump is implanted, what priming may take does not fill tubing and catheter at their smallest, at the fast
    end of tolerance."""
    line = after.pump.line
    smallest = greatest(device.tubing + event.catheter - event.catheter_uncertainty, 0)
    within = 0 <= line.unprimed and line.unprimed * (1_000 + device.fast) <= smallest * 1_000
    return not after.verdict.accepted or within


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source=_SOURCE)
def a_revision_leaves_the_catheter_alone_unprimed(
    device: Device, before: Pump, event: ReviseCatheter, after: Step
) -> bool:
    """Once another catheter is implanted, what priming may take does not fill that catheter at its smallest, at the
    fast end of tolerance; the line is the new one, and what was on its way has all of it to travel."""
    line = after.pump.line
    smallest = greatest(event.catheter - event.catheter_uncertainty, 0)
    within = 0 <= line.unprimed and line.unprimed * (1_000 + device.fast) <= smallest * 1_000
    known = line.catheter == event.catheter and line.uncertainty == event.catheter_uncertainty
    whole = (device.tubing + event.catheter + event.catheter_uncertainty) * 1_000
    travels = whole <= line.rising * (1_000 - slow_in_air(device))
    return not after.verdict.accepted or (within and known and travels)


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source=_SOURCE)
def what_is_unprimed_falls_by_all_that_is_delivered(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What priming may take falls by all that is delivered, in whatever mode, and rises only with implantation or
    another catheter; once the line is primed, or may have been in a lost step, it is nothing."""
    filled = isinstance(event, Commission | ReviseCatheter) and after.verdict.accepted
    primed = (isinstance(event, Prime) and after.verdict.accepted) or rereads(event, after)
    left = greatest(before.line.unprimed - before.command.flow * ran(before, after), 0)
    return filled or after.pump.line.unprimed == (0 if primed else left)


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY), source=_SOURCE)
def priming_takes_at_most_what_is_unprimed(device: Device, before: Pump, event: Prime, after: Step) -> bool:
    """Priming is accepted only for at most what it may take by then; it delivers no more than was asked for, and
    begins now."""
    left = before.line.unprimed - before.command.flow * ran(before, after)
    priming = after.pump.bolus
    asked = priming.volume == event.volume and priming.flow * event.duration <= event.volume
    timed = priming.started == after.pump.now and priming.ends == after.pump.now + event.duration
    return not after.verdict.accepted or (event.volume <= left and asked and timed)


@requirement("RES-13", hazards=(Hazard.TRANSPORT_IGNORED, Hazard.UNDER_DELIVERY), source=_SOURCE)
def priming_interrupts_nothing_but_the_schedule(device: Device, before: Pump, event: Prime, after: Step) -> bool:
    """Priming begins on a pump that ran its schedule, or whose last bolus or bridge was over, that is not empty and
    that it serves no slower than the schedule would; it is no bolus: lockout and count know nothing of it."""
    pump = after.pump
    basal = before.mode == Mode.BASAL or before.mode == Mode.BOLUS
    bridged = before.mode == Mode.BRIDGING and pump.bridge.late == 0
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    runs = pump.mode == Mode.PRIMING and pump.command.flow == pump.bolus.flow
    counted = pump.history.starts != before.history.starts
    served = pump.bolus.flow >= pump.schedule.flows[0]
    return not after.verdict.accepted or ((basal or bridged) and not empty and runs and served and not counted)


@requirement("RES-13", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="domain.md 1.2, 7.6 B4")
def no_bolus_and_no_other_solution_before_a_primed_line_has_cleared(
    device: Device, before: Pump, event: PatientBolus | ClinicianBolus | PortBolus | ChangeSolution, after: Step
) -> bool:
    """From priming on until what it left in the line has surely cleared, no bolus and no other solution is accepted."""
    return not after.verdict.accepted or before.line.clearing <= surely_ran(before, after)


@requirement("RES-13", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="domain.md 1.2, 7.6 B4")
def a_primed_line_has_all_of_it_to_clear(device: Device, before: Pump, event: Prime, after: Step) -> bool:
    """Priming leaves more to be delivered before the line has surely cleared than it takes itself, and enough to fill
    tubing and catheter at their largest, at the slow end of tolerance in ordinary air."""
    line = after.pump.line
    whole = (device.tubing + line.catheter + line.uncertainty) * 1_000
    enough = event.volume < line.clearing and whole <= line.clearing * (1_000 - slow_in_air(device))
    return not after.verdict.accepted or enough


@requirement("RES-13", hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED), source="domain.md 1.2, 7.6 B4")
def a_line_clears_by_what_is_surely_delivered(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What is to be delivered before the line has cleared falls by what is delivered beyond doubt and no slower than in
    ordinary air, and by nothing else; where a lost step may have primed the line, it rises at most."""
    primed = isinstance(event, Prime) and after.verdict.accepted
    left = greatest(before.line.clearing - surely_ran(before, after), 0)
    revised = isinstance(event, ReviseCatheter) and after.verdict.accepted
    rises = (revised or rereads(event, after)) and after.pump.line.clearing >= left
    return primed or rises or after.pump.line.clearing == left
