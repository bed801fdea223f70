"""The patient meets X-rays or a magnet: an MRI is announced, ends, and is verified by an interrogation."""

from __future__ import annotations

from intrathecal.device import Device, Drive, MriPolicy
from intrathecal.events import Interrogate, MriBegins, MriEnds, XRay
from intrathecal.evolving import evolve
from intrathecal.fault import Fault
from intrathecal.pump import Mri, Pump
from intrathecal.units import NEVER
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_x_ray(device: Device, pump: Pump, event: XRay) -> Decision:
    """An X-ray changes nothing."""
    return accept(pump)


def on_mri_begins(device: Device, pump: Pump, event: MriBegins) -> Decision:
    """An MRI is admitted as the device's policy says; therapy goes on as it was. From now on, until an interrogation,
    nobody knows whether the pump runs as it should. In a constant-flow pump there is nothing that could stall or be
    lost, and nothing to interrogate."""
    if device.mri == MriPolicy.FORBIDDEN:
        return refuse(pump, Reason.MRI_FORBIDDEN)
    if device.mri == MriPolicy.EMPTY_FIRST and pump.reservoir.remaining > 0:
        return refuse(pump, Reason.NOT_EMPTIED)
    unknown = device.drive != Drive.CONSTANT_FLOW and pump.mri.unverified_since == NEVER
    since = pump.now if unknown else pump.mri.unverified_since
    return accept(evolve(pump, number=event.number, mri=Mri(announced=True, unverified_since=since)))


def on_mri_ends(device: Device, pump: Pump, event: MriEnds) -> Decision:
    """The MRI is over; what it did to the pump remains to be found by an interrogation."""
    if not pump.mri.announced:
        return refuse(pump, Reason.NO_MRI)
    return accept(evolve(pump, number=event.number, mri=evolve(pump.mri, announced=False)))


def on_interrogate(device: Device, pump: Pump, event: Interrogate) -> Decision:
    """What an interrogation found; one that confirms motor and program after an MRI ends the unverified state."""
    confirmed = event.motor_turns and event.program_confirmed and not pump.faults[Fault.MOTOR_STALL]
    mri = Mri(announced=False, unverified_since=NEVER) if confirmed and not pump.mri.announced else pump.mri
    return accept(evolve(pump, number=event.number, mri=mri))
