"""The factory flow as a therapy: what a constant-flow pump is prescribed by being filled, and whether it may be."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from intrathecal.arithmetic import div_floor, greatest
from intrathecal.device import Device, Drive
from intrathecal.prescription import PatientBolusOrder, Prescription
from intrathecal.pricing import price_flows, price_prescription
from intrathecal.pump import Limits, Mode, Pump
from intrathecal.units import DAY, SHARES, SLOT, SLOTS
from intrathecal.verdict import Reason

BURN_STEADY: Final = SHARES // (DAY + SLOT)
"""shares/s: the fastest burn that could run through any 24 hours, and the slot in which they start, without pause."""


def too_much(device: Device, limits: Limits, soft_limit_acknowledged: bool) -> Reason:
    """Why a solution with these limits is not one that this device may run, if its flow is constant: the concentration
    is all that can be chosen."""
    if device.drive == Drive.PROGRAMMABLE:
        return Reason.NONE
    if device.flow_min * DAY > limits.day:
        return Reason.HARD_LIMIT
    if device.flow_min * DAY > limits.soft and not soft_limit_acknowledged:
        return Reason.SOFT_LIMIT
    if device.flow_min > div_floor(BURN_STEADY, greatest(limits.potency, 1)):
        return Reason.DAY_FULL
    return Reason.NONE


def flowing(device: Device, pump: Pump) -> Pump:
    """The pump, just filled for the first time, as it is from then on: the factory flow runs all day, where a
    programmable pump would fall back too, and the patient has no bolus."""
    prescription = Prescription(
        flows=(device.flow_min,) * SLOTS,
        patient_bolus=PatientBolusOrder(volume=0, duration=1, lockout=0, count=0),
        ceiling=0,
        fallback=device.flow_min,
    )
    limits = pump.limits
    schedule = price_flows(prescription.flows, limits.potency)
    over_soft = device.flow_min * DAY > limits.soft
    therapy = price_prescription(prescription, schedule, limits.potency, over_soft)
    return evolve(pump, mode=Mode.BASAL, therapy=therapy, schedule=schedule)
