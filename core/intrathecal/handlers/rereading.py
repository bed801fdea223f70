"""Power was lost, and with it a step that nobody knows: the most that it can have delivered counts as delivered."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least
from intrathecal.arming import fallback
from intrathecal.device import Device, Drive
from intrathecal.events import Reread
from intrathecal.evolving import evolve
from intrathecal.fault import FAULTS, Fault
from intrathecal.handlers.prescribing import counted, refitted
from intrathecal.prescription import steady
from intrathecal.pricing import price_prescription
from intrathecal.pump import BolusHistory, Line, Mode, Pump, Schedule
from intrathecal.reservoir import lose
from intrathecal.titrating import whole_line
from intrathecal.units import BURN_MAX, DAY, SHARES, SLOT, SLOTS
from intrathecal.verdict import Decision, accept
from intrathecal.window import doubted, fits


def on_reread(device: Device, pump: Pump, event: Reread) -> Decision:
    """What the lost step may have delivered is in the dose window, as a bolus of the patient's that ends now, and gone
    from what the reservoir surely holds; a reset is found. The prescription may have been lost with the step: nothing
    is prescribed but the fallback, where every 24 hours have room for it, and not before the line is primed and clear;
    doses to come are judged as before. A line that was not primed counts as primed in the lost step: it is not primed
    again. A constant flow, which no step changes, goes on."""
    if device.drive == Drive.CONSTANT_FLOW:
        return accept(pump)
    window = doubted(pump.window, lost(pump))
    history = BolusHistory(ended=pump.now, starts=(pump.now,) + pump.history.starts[:-1])
    reservoir = lose(device, pump.limits, pump.reservoir, device.flow_max * SLOT, pump.band)
    faults = tuple(pump.faults[i] or i == Fault.RESET for i in range(FAULTS))
    mode = Mode.STOPPED if pump.mode == Mode.STOPPED else Mode.SAFE
    line = filled_up(device, pump.line)
    charged = evolve(pump, faults=faults, mode=mode, window=window, history=history, reservoir=reservoir, line=line)
    flow = pump.therapy.prescription.fallback
    primed = pump.line.unprimed > 0 or pump.line.clearing > 0
    if not primed and fallback(pump) > 0 and fits(window, falling_back(pump, flow), pump.now, 0, SHARES):
        return accept(fallen_back(charged, flow))
    return accept(fallen_back(charged, 0))


def filled_up(device: Device, line: Line) -> Line:
    """The line, where it was not primed, as priming leaves it, of which nobody knows how far it came."""
    clearing = greatest(line.clearing, whole_line(device, line))
    return line if line.unprimed == 0 else evolve(line, unprimed=0, clearing=clearing)


def lost(pump: Pump) -> int:
    """shares: the most that one step can deliver, a slot at the fastest burn that could run all day or the largest
    bolus, as far as the last 49 slots have room for it; all that they have, where the line may have been primed."""
    room = SHARES - pump.window.total - pump.window.current
    if pump.line.unprimed > 0 or pump.line.clearing > 0:
        return room
    return least(room, greatest(pump.limits.bolus * pump.limits.potency, BURN_MAX * SLOT))


def falling_back(pump: Pump, flow: int) -> Schedule:
    """The fallback (nL/d) as a schedule; while the line may hold the old solution, at the stronger potency."""
    dearest = pump.limits.potency if pump.bridge.late == 0 else pump.bridge.strongest
    burns = (flow * pump.limits.potency,) * SLOTS
    return Schedule(flows=(flow,) * SLOTS, burns=burns, reserved=(flow * dearest,) * SLOTS)


def fallen_back(pump: Pump, flow: int) -> Pump:
    """The pump with this fallback (nL/d) prescribed all day."""
    prescription = steady(flow)
    schedule = falling_back(pump, flow)
    return evolve(
        pump,
        therapy=price_prescription(prescription, schedule, pump.limits.potency, flow * DAY > pump.limits.soft),
        schedule=schedule,
        bridge=counted(refitted(pump.bridge, prescription), schedule),
    )
