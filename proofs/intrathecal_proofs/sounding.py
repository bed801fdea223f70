"""Alarms: what is stored of conditions, list and silence, within a step and once it has ended."""

from __future__ import annotations

from intrathecal.alarm import ALARMS, LATCHING
from intrathecal.device import Device
from intrathecal.pump import Pump
from intrathecal.units import END, NEVER
from intrathecal_proofs.argument import invariant, once_armed
from intrathecal_specs.alarms import holds


@invariant
def stored_conditions_are_those_that_hold(device: Device, pump: Pump) -> bool:
    """A step ends by looking at every condition. ALM-1, 2 and 8 rest on it."""
    return pump.alarms.conditions == holds(pump)


@invariant
def stored_conditions_are_listed(device: Device, pump: Pump) -> bool:
    """A condition lists its alarm when it is stored, and an acknowledgement is refused while it is.
    ALM-2 rests on it."""
    return all(not pump.alarms.conditions[i] or pump.alarms.listed[i] for i in range(ALARMS))


@invariant
def what_does_not_latch_is_listed_only_while_it_holds(device: Device, pump: Pump) -> bool:
    """An advisory alarm but the discrepancy does not latch: it leaves the list with its condition. ALM-7 and ALM-8
    rest on it."""
    return all(LATCHING[i] or pump.alarms.conditions[i] or not pump.alarms.listed[i] for i in range(ALARMS))


@invariant
def a_silence_is_in_range(device: Device, pump: Pump) -> bool:
    """A silence begins now, for a day at most. ALM-3 and NUM-1 rest on it."""
    return NEVER <= pump.alarms.silent_until and pump.alarms.silent_until <= 2 * END


once_armed(
    "stored_conditions_are_those_that_hold",
    "no_alarm_is_cleared_while_its_condition_is_true",
    "the_smaller_volume_decides_the_alarms",
    "a_solution_past_its_date_is_alarmed",
    "a_pump_that_ran_dry_or_stood_still_is_to_be_checked_early",
    "outside_allowed_bands_an_alarm_is_listed",
)
