"""The bolus port: a needle through it reaches the CSF, never the reservoir."""

from __future__ import annotations

from intrathecal.device import Device, Drive
from intrathecal.drug import clashes, meets_cautiously
from intrathecal.events import PortBolus
from intrathecal.evolving import evolve
from intrathecal.handlers.admitting import inadmissible
from intrathecal.pricing import price_solution
from intrathecal.pump import Pump, replaces_schedule
from intrathecal.units import SHARES
from intrathecal.verdict import Decision, Reason, accept, refuse
from intrathecal.window import doubted, fits


def on_port_bolus(device: Device, pump: Pump, event: PortBolus) -> Decision:
    """What is injected is judged by its own solution, and counts in every 24 hours that hold it, beside the flow to
    come; the lockout begins with it. It brings what the catheter holds with it, so that no other solution may be on its
    way there. The reservoir's account does not know of it."""
    if device.port == 0:
        return refuse(pump, Reason.NO_PORT)
    if event.volume > device.port:
        return refuse(pump, Reason.PORT_VOLUME)
    if replaces_schedule(pump):
        return refuse(pump, Reason.NOT_BASAL)
    if pump.line.clearing > 0 or pump.bridge.late != 0:
        return refuse(pump, Reason.LINE_NOT_CLEAR)
    reason = inadmissible(event.solution, event.mixture_acknowledged, event.formulary_confirmed)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if clashes(event.solution, pump.solution):
        return refuse(pump, Reason.INCOMPATIBLE)
    if meets_cautiously(event.solution, pump.solution) and not event.mixture_acknowledged:
        return refuse(pump, Reason.MIXTURE_UNACKNOWLEDGED)
    limits = price_solution(device, event.solution)
    if event.volume > limits.bolus:
        return refuse(pump, Reason.SINGLE_DOSE)
    load = event.volume * limits.potency
    ceiling = pump.therapy.ceiling if device.drive == Drive.PROGRAMMABLE else SHARES
    if not fits(pump.window, pump.schedule, pump.now, load, ceiling):
        return refuse(pump, Reason.WINDOW_FULL)
    history = evolve(pump.history, ended=pump.now)
    return accept(evolve(pump, number=event.number, window=doubted(pump.window, load), history=history))
