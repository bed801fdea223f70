"""The pump is implanted, or worn in a trial, and filled for the first time, and one day retired."""

from __future__ import annotations

from intrathecal.bridging import surest
from intrathecal.device import Device, Drive
from intrathecal.drug import holds
from intrathecal.events import Commission, Retire
from intrathecal.evolving import evolve
from intrathecal.fault import can_deliver
from intrathecal.handlers.admitting import inadmissible
from intrathecal.handlers.constant_flow import on_flow
from intrathecal.handlers.ending import ended
from intrathecal.pricing import price_solution, within_ladder
from intrathecal.pump import DoseHistory, Line, Mode, Mri, Phase, Pump, Supply
from intrathecal.reservoir import fill
from intrathecal.titrating import (
    declared_day,
    declared_fall,
    declares,
    doses_to_begin_with,
    references,
    without_a_dose_since,
)
from intrathecal.trial import TrialBy
from intrathecal.units import NEVER
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_commission(device: Device, pump: Pump, event: Commission) -> Decision:
    """A candidate's pump takes its first solution, once the last screening dose is long enough ago; so does one that is
    worn in a trial by infusion. Nothing runs before a prescription, unless the flow is constant."""
    protocol = pump.trial.protocol
    infusing = pump.phase == Phase.TRIAL
    if infusing and protocol.by == TrialBy.SYRINGE:
        return refuse(pump, Reason.IN_TRIAL)
    if infusing and device.drive == Drive.CONSTANT_FLOW:
        return refuse(pump, Reason.NO_MOTOR)
    if pump.phase == Phase.REJECTED:
        return refuse(pump, Reason.REJECTED)
    if pump.phase == Phase.IMPLANTED or pump.phase == Phase.RETIRED:
        return refuse(pump, Reason.ALREADY_IMPLANTED)
    if pump.now - pump.trial.dosed_at < protocol.interval:
        return refuse(pump, Reason.DOSE_INTERVAL)
    if not can_deliver(pump.faults):
        return refuse(pump, Reason.CANNOT_DELIVER)
    solution = event.solution
    reason = inadmissible(solution, event.mixture_acknowledged, event.formulary_confirmed)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    if declares(event.reference) and not event.reference_acknowledged:
        return refuse(pump, Reason.REFERENCE_UNACKNOWLEDGED)
    if infusing and not holds(solution, protocol.drug):
        return refuse(pump, Reason.OTHER_DRUG)
    priced = price_solution(device, solution)
    limits = within_ladder(priced, protocol, solution) if infusing else priced
    reference = references(pump.former, solution, event.reference)
    implanted = evolve(
        pump,
        number=event.number,
        phase=Phase.IMPLANTED,
        solution=solution,
        limits=limits,
        supply=Supply(sensed=event.filled, disagrees=False, use_by=event.use_by, check_early=False),
        reservoir=fill(device, limits, event.filled, pump.band),
        dosing=DoseHistory(
            last=0,
            rises_from=declared_day(solution, doses_to_begin_with(pump.trial, solution, reference)),
            falls_from=declared_fall(solution, reference),
            held=True,
            changed_at=without_a_dose_since(pump),
        ),
        line=Line(
            catheter=event.catheter,
            uncertainty=event.catheter_uncertainty,
            rising=0,
            unprimed=surest(device.tubing + event.catheter - event.catheter_uncertainty, device.fast),
            clearing=0,
        ),
        trial=evolve(pump.trial, infusing=infusing),
    )
    return accept(implanted) if device.drive == Drive.PROGRAMMABLE else on_flow(device, pump, implanted, event)


def on_retire(device: Device, pump: Pump, event: Retire) -> Decision:
    """The pump is out of service: nothing runs any more, and nothing starts it again. A constant flow goes on as long
    as there is something in it, so it is drawn empty first."""
    if device.drive == Drive.CONSTANT_FLOW and pump.reservoir.remaining > 0:
        return refuse(pump, Reason.EMPTY_TO_STOP)
    if pump.limits.stop_dangerous and not event.sudden_acknowledged:
        return refuse(pump, Reason.SUDDEN_STOP)
    return accept(
        evolve(
            pump,
            number=event.number,
            phase=Phase.RETIRED,
            mode=Mode.STOPPED,
            history=ended(pump),
            mri=Mri(announced=False, unverified_since=NEVER),
        )
    )
