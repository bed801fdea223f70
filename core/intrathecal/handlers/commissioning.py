"""The pump is implanted and filled for the first time, and one day retired."""

from __future__ import annotations

from attrs import evolve

from intrathecal.device import Device, Drive
from intrathecal.events import Authority, Commission, Retire
from intrathecal.fault import can_deliver
from intrathecal.handlers.admitting import inadmissible
from intrathecal.handlers.constant_flow import flowing, too_much
from intrathecal.handlers.ending import ended
from intrathecal.pricing import price_solution
from intrathecal.pump import Mode, Mri, Phase, Pump, Supply
from intrathecal.reservoir import fill
from intrathecal.units import NEVER
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_commission(device: Device, pump: Pump, event: Commission) -> Decision:
    """A candidate's pump takes its first solution. Nothing runs before a prescription, unless the flow is constant."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if pump.phase != Phase.CANDIDATE:
        return refuse(pump, Reason.ALREADY_IMPLANTED)
    if not can_deliver(pump.faults):
        return refuse(pump, Reason.CANNOT_DELIVER)
    solution = event.solution
    reason = inadmissible(solution, event.mixture_acknowledged, event.formulary_confirmed)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    limits = price_solution(device, solution)
    reason = too_much(device, limits, event.soft_limit_acknowledged)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    implanted = evolve(
        pump,
        number=event.number,
        phase=Phase.IMPLANTED,
        solution=solution,
        limits=limits,
        supply=Supply(sensed=event.filled, disagrees=False, use_by=event.use_by, check_early=False),
        reservoir=fill(device, limits, event.filled, pump.band),
    )
    return accept(implanted if device.drive == Drive.PROGRAMMABLE else flowing(device, implanted))


def on_retire(device: Device, pump: Pump, event: Retire) -> Decision:
    """The pump is out of service: nothing runs any more, and nothing starts it again. A constant flow goes on as long
    as there is something in it, so it is emptied first."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
    if device.drive == Drive.CONSTANT_FLOW and pump.reservoir.remaining > device.residual:
        return refuse(pump, Reason.EMPTY_TO_STOP)
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
