"""The hardware reports a fault, or that one has passed."""

from __future__ import annotations

from intrathecal.bridging import running
from intrathecal.device import Device
from intrathecal.events import FaultFound, FaultGone
from intrathecal.evolving import evolve
from intrathecal.fault import ENDS_THERAPY, FAULTS, PASSES, Fault
from intrathecal.handlers.ending import ended
from intrathecal.pump import Mode, Pump
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_fault_found(device: Device, pump: Pump, event: FaultFound) -> Decision:
    """The fault is noted. One that ends therapy leaves a running pump in the safe mode, or suspended where it is a
    stall in an announced MRI; a stopped pump stays stopped."""
    faults = tuple(pump.faults[i] or i == event.fault for i in range(FAULTS))
    if not ENDS_THERAPY[event.fault] or pump.mode == Mode.STOPPED:
        return accept(evolve(pump, faults=faults))
    if event.fault == Fault.MOTOR_STALL and pump.mri.announced and pump.mode != Mode.SAFE:
        return accept(evolve(pump, faults=faults, mode=Mode.SUSPENDED, history=ended(pump)))
    return accept(evolve(pump, faults=faults, mode=Mode.SAFE, history=ended(pump)))


def on_fault_gone(device: Device, pump: Pump, event: FaultGone) -> Decision:
    """A fault that can pass has passed. A suspended pump resumes its prescription; a safe one stays safe."""
    if not PASSES[event.fault]:
        return refuse(pump, Reason.FAULT_STAYS)
    faults = tuple(pump.faults[i] and i != event.fault for i in range(FAULTS))
    return accept(evolve(pump, faults=faults, mode=running(pump) if pump.mode == Mode.SUSPENDED else pump.mode))
