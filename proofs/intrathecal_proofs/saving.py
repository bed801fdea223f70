"""What one step can deliver: what is charged where a step is lost is no less than what any command takes."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import Reread
from intrathecal.pump import Mode, Pump
from intrathecal.units import BURN_MAX, SLOT
from intrathecal_proofs.argument import invariant, products


@invariant
def a_running_bolus_is_within_the_largest(device: Device, pump: Pump) -> bool:
    """While a bolus runs, its whole price is within that of the largest bolus; while the line is primed, it has yet to
    clear. SAVE-3 rests on it."""
    whole = pump.bolus.burn * (pump.bolus.ends - pump.bolus.started)
    largest = pump.mode != Mode.BOLUS or whole <= pump.limits.bolus * pump.limits.potency
    return largest and (pump.mode != Mode.PRIMING or pump.line.clearing > 0)


@products
def a_command_lasts_no_longer_than_its_bolus(device: Device, decided: Pump, armed: Pump) -> tuple[tuple[int, int], ...]:
    """From the bolus's beginning to its end; or for a slot at most, no faster than may burn all day."""
    bolus = decided.bolus
    command = armed.command
    lasts = command.until - decided.now
    return (
        (bolus.burn, bolus.ends - command.until),
        (bolus.burn, decided.now - bolus.started),
        (BURN_MAX - command.burn, lasts),
        (command.burn, lasts),
        (command.flow, SLOT - lasts),
        (decided.device.flow_max - command.flow, SLOT),
    )


@products
def the_stronger_potency_is_set_aside(device: Device, settled: Pump, event: Reread) -> tuple[tuple[int, int], ...]:
    """In a bridge no less is set aside for the fallback than it burns by itself."""
    return ((settled.bridge.strongest - settled.limits.potency, settled.therapy.prescription.fallback),)
