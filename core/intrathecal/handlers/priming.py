"""The line is primed once, after implantation or a revision of the catheter."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, least
from intrathecal.bridging import surest
from intrathecal.device import Device
from intrathecal.events import Prime, ReviseCatheter
from intrathecal.evolving import evolve
from intrathecal.handlers.boluses import begun, overfills, unready
from intrathecal.pump import Line, Mode, Pump, replaces_schedule
from intrathecal.titrating import whole_line
from intrathecal.units import SHARES
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_prime(device: Device, pump: Pump, event: Prime) -> Decision:
    """What cannot reach the patient yet runs fast, in place of the schedule; every 24 hours that will contain it must
    hold it all the same. Until the line has surely cleared no bolus runs."""
    reason = unready(pump)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    potency = pump.limits.potency
    if event.volume > least(pump.line.unprimed, div_floor(SHARES, greatest(potency, 1))):
        return refuse(pump, Reason.PRIMED)
    flow = div_floor(event.volume, event.duration)
    if flow < device.flow_min or flow > device.flow_max or flow < pump.therapy.fastest:
        return refuse(pump, Reason.BOLUS_FLOW)
    priming = begun(pump, event.volume, flow, flow * potency, event.duration)
    if overfills(pump, priming, SHARES):
        return refuse(pump, Reason.WINDOW_FULL)
    clearing = greatest(whole_line(device, pump.line), event.volume + 1)
    line = evolve(pump.line, unprimed=0, clearing=clearing)
    return accept(evolve(pump, number=event.number, mode=Mode.PRIMING, bolus=priming, line=line))


def on_revise_catheter(device: Device, pump: Pump, event: ReviseCatheter) -> Decision:
    """Another catheter was implanted. It is yet to be primed, but the pump's own tubing is not; whatever was on its way
    has all of the new line to travel."""
    if replaces_schedule(pump):
        return refuse(pump, Reason.NOT_BASAL)
    if pump.bridge.late != 0:
        return refuse(pump, Reason.LINE_NOT_CLEAR)
    bare = Line(
        catheter=event.catheter,
        uncertainty=event.catheter_uncertainty,
        rising=pump.line.rising,
        unprimed=surest(event.catheter - event.catheter_uncertainty, device.fast),
        clearing=pump.line.clearing,
    )
    whole = whole_line(device, bare)
    clearing = greatest(bare.clearing, whole) if bare.clearing > 0 else 0
    line = evolve(bare, rising=greatest(bare.rising, whole), clearing=clearing)
    return accept(evolve(pump, number=event.number, line=line))
