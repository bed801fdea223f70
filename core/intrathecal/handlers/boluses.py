"""Boluses: the patient's, the clinician's, and the end of one."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor
from intrathecal.device import Device
from intrathecal.events import CancelBolus, ClinicianBolus, PatientBolus
from intrathecal.evolving import evolve
from intrathecal.handlers.ending import ended
from intrathecal.pump import Bolus, Mode, Pump, Slots, replaces_schedule
from intrathecal.reservoir import is_empty
from intrathecal.units import DAY, SLOT
from intrathecal.verdict import Decision, Reason, accept, refuse
from intrathecal.window import fits


def on_patient_bolus(device: Device, pump: Pump, event: PatientBolus) -> Decision:
    """The patient's bolus starts if lockout, count and every 24 hours that will contain it allow it."""
    therapy = pump.therapy
    order = therapy.prescription.patient_bolus
    reason = unready(pump)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if pump.line.clearing > 0:
        return refuse(pump, Reason.LINE_NOT_CLEAR)
    if order.count == 0:
        return refuse(pump, Reason.PATIENT_BOLUS_FORBIDDEN)
    if pump.now - pump.history.ended < order.lockout:
        return refuse(pump, Reason.LOCKOUT)
    if pump.now - so_many_back(pump.history.starts, order.count) < DAY:
        return refuse(pump, Reason.COUNT)
    bolus = begun(pump, order.volume, therapy.bolus_flow, therapy.bolus_burn, order.duration)
    if overfills(pump, bolus, therapy.ceiling):
        return refuse(pump, Reason.WINDOW_FULL)
    history = evolve(pump.history, starts=(pump.now,) + pump.history.starts[:-1])
    return accept(evolve(pump, number=event.number, mode=Mode.BOLUS, bolus=bolus, history=history))


def unready(pump: Pump) -> Reason:
    """Why neither a bolus nor priming may replace the schedule now: nothing optional runs at a flow that is unsure."""
    if pump.mode != Mode.BASAL:
        return Reason.NOT_BASAL
    if is_empty(pump.reservoir):
        return Reason.EMPTY
    if pump.mri.announced or not pump.band.allowed:
        return Reason.UNSURE_FLOW
    return Reason.NONE


def begun(pump: Pump, volume: int, flow: int, burn: int, duration: int) -> Bolus:
    """A bolus, or a priming, that begins now: of `volume` quanta, at `flow` nL/d and `burn` shares/s, for `duration`
    s."""
    return Bolus(volume=volume, flow=flow, burn=burn, started=pump.now, ends=pump.now + duration)


def so_many_back(starts: Slots, count: int) -> int:
    """s: of the patient boluses, the newest first, when the one so many back started."""
    return starts[count - 1]


def on_clinician_bolus(device: Device, pump: Pump, event: ClinicianBolus) -> Decision:
    """A single bolus starts if every 24 hours that will contain it allow it."""
    reason = unready(pump)
    if reason != Reason.NONE:
        return refuse(pump, reason)
    if pump.line.clearing > 0:
        return refuse(pump, Reason.LINE_NOT_CLEAR)
    if event.volume > pump.limits.bolus:
        return refuse(pump, Reason.SINGLE_DOSE)
    flow = div_floor(event.volume, event.duration)
    if flow < device.flow_min or flow > device.flow_max or flow < pump.therapy.fastest:
        return refuse(pump, Reason.BOLUS_FLOW)
    bolus = begun(pump, event.volume, flow, flow * pump.limits.potency, event.duration)
    if overfills(pump, bolus, pump.therapy.ceiling):
        return refuse(pump, Reason.WINDOW_FULL)
    return accept(evolve(pump, number=event.number, mode=Mode.BOLUS, bolus=bolus))


def overfills(pump: Pump, bolus: Bolus, ceiling: int) -> bool:
    """Whether some 24 hours that will contain the bolus could not hold it and the schedule to come within `ceiling`
    shares.

    The bolus is counted on top of the schedule that it replaces while it runs: toward less drug.
    """
    therapy = pump.therapy
    load = bolus.burn * (bolus.ends - bolus.started)
    steady = load + therapy.day + therapy.peak * SLOT <= ceiling
    return not steady or not fits(pump.window, pump.schedule, pump.now, load, ceiling)


def on_cancel_bolus(device: Device, pump: Pump, event: CancelBolus) -> Decision:
    """The running bolus, or the priming, ends; the schedule returns."""
    if not replaces_schedule(pump):
        return refuse(pump, Reason.NO_BOLUS)
    return accept(evolve(pump, number=event.number, mode=Mode.BASAL, history=ended(pump)))
