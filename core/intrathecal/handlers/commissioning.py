"""The pump is implanted and filled for the first time, and one day retired."""

from __future__ import annotations

from attrs import evolve

from intrathecal.device import Device
from intrathecal.drug import incompatible, named_twice, needs_caution, needs_formulary, too_strong
from intrathecal.events import Authority, Commission, Retire
from intrathecal.fault import can_deliver
from intrathecal.handlers.ending import ended
from intrathecal.pricing import price_solution
from intrathecal.pump import DoseHistory, Line, Mode, Mri, Phase, Pump, Supply
from intrathecal.reservoir import fill
from intrathecal.titrating import declared_day, declared_fall, declares
from intrathecal.units import NEVER
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_commission(device: Device, pump: Pump, event: Commission) -> Decision:
    """A candidate's pump takes its first solution; nothing runs before a prescription."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if pump.phase != Phase.CANDIDATE:
        return refuse(pump, Reason.ALREADY_IMPLANTED)
    if not can_deliver(pump.faults):
        return refuse(pump, Reason.CANNOT_DELIVER)
    solution = event.solution
    if too_strong(solution):
        return refuse(pump, Reason.TOO_STRONG)
    if named_twice(solution):
        return refuse(pump, Reason.DRUG_TWICE)
    if incompatible(solution):
        return refuse(pump, Reason.INCOMPATIBLE)
    if needs_caution(solution) and not event.mixture_acknowledged:
        return refuse(pump, Reason.MIXTURE_UNACKNOWLEDGED)
    if needs_formulary(solution) and not event.formulary_confirmed:
        return refuse(pump, Reason.FORMULARY_UNCONFIRMED)
    if event.filled > device.capacity:
        return refuse(pump, Reason.OVER_CAPACITY)
    if declares(event.reference) and not event.reference_acknowledged:
        return refuse(pump, Reason.REFERENCE_UNACKNOWLEDGED)
    limits = price_solution(device, solution)
    return accept(
        evolve(
            pump,
            number=event.number,
            phase=Phase.IMPLANTED,
            solution=solution,
            limits=limits,
            supply=Supply(sensed=event.filled, disagrees=False, use_by=event.use_by, check_early=False),
            reservoir=fill(device, limits, event.filled),
            dosing=DoseHistory(
                last=0,
                rises_from=declared_day(solution, event.reference),
                falls_from=declared_fall(solution, event.reference),
                held=True,
                changed_at=pump.now,
            ),
            line=Line(catheter=event.catheter, uncertainty=event.catheter_uncertainty, rising=0),
        )
    )


def on_retire(device: Device, pump: Pump, event: Retire) -> Decision:
    """The pump is out of service: nothing runs any more, and nothing starts it again."""
    if event.authority != Authority.CLINICIAN:
        return refuse(pump, Reason.NOT_CLINICIAN)
    if event.number <= pump.number:
        return refuse(pump, Reason.DUPLICATE)
    if pump.phase != Phase.IMPLANTED:
        return refuse(pump, Reason.NOT_IMPLANTED)
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
