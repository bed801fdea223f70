"""The factory flow as a therapy: what a constant-flow pump is prescribed by being filled, and whether it may be."""

from __future__ import annotations

from typing import Final

from intrathecal.arithmetic import div_floor, greatest
from intrathecal.device import Device, Drive
from intrathecal.events import ChangeSolution, Commission
from intrathecal.evolving import evolve
from intrathecal.prescription import Prescription, steady
from intrathecal.pricing import price_flows, price_prescription
from intrathecal.pump import DoseHistory, Mode, Pump
from intrathecal.titrating import lowest_day, rested, starting_day
from intrathecal.units import DAY, SHARES, SLOT
from intrathecal.verdict import Decision, Reason, accept, refuse
from intrathecal.window import fits

BURN_STEADY: Final = SHARES // (DAY + SLOT)
"""shares/s: the fastest burn that could run through any 24 hours, and the slot in which they start, without pause."""


def factory_prescription(device: Device) -> Prescription:
    """The one prescription of a constant-flow pump: its factory flow."""
    return steady(device.flow_min)


def needs_a_motor(device: Device, event: ChangeSolution) -> bool:
    """Whether the change asks for what a constant flow is not: any flow, in the bridge or after it, but that of the
    factory."""
    bridge = event.bridge_flow == device.flow_min and event.meeting_flow == device.flow_min
    as_it_is = bridge and event.prescription == factory_prescription(device)
    return device.drive == Drive.CONSTANT_FLOW and not as_it_is


def on_flow(device: Device, pump: Pump, filled: Pump, event: Commission) -> Decision:
    """The candidate's `pump`, once `filled` for the first time, runs by the factory's prescription: to fill it is to
    prescribe, so that this is judged as a first prescription is."""
    limits = filled.limits
    dosing = filled.dosing
    volume = device.flow_min * DAY
    if volume > limits.day:
        return refuse(pump, Reason.HARD_LIMIT)
    if volume > limits.soft and not event.soft_limit_acknowledged:
        return refuse(pump, Reason.SOFT_LIMIT)
    if volume > dosing.rises_from:
        return refuse(pump, Reason.STEP_UP)
    if rested(filled) and not event.restart_acknowledged and volume > starting_day(filled.solution):
        return refuse(pump, Reason.BEGINS_ANEW)
    falls = volume < lowest_day(filled.solution, dosing.falls_from) and not rested(filled)
    if falls and not event.fall_acknowledged:
        return refuse(pump, Reason.STEP_DOWN)
    if device.flow_min > div_floor(BURN_STEADY, greatest(limits.potency, 1)):
        return refuse(pump, Reason.DAY_FULL)
    prescription = factory_prescription(device)
    schedule = price_flows(prescription.flows, limits.potency)
    if not fits(pump.window, schedule, pump.now, 0, SHARES):
        return refuse(pump, Reason.WINDOW_FULL)
    return accept(
        evolve(
            filled,
            mode=Mode.BASAL,
            therapy=price_prescription(prescription, schedule, limits.potency, volume > limits.soft),
            schedule=schedule,
            dosing=DoseHistory(
                last=volume, rises_from=volume, falls_from=dosing.falls_from, held=True, changed_at=pump.now
            ),
        )
    )
