"""All requirements and observers: importing this module reads every file of them."""

from __future__ import annotations

from intrathecal_specs import (
    alarms,
    authority,
    beginnings,
    bolus_port,
    bridging,
    carried_over,
    command,
    constant_flow,
    dose,
    environment,
    faults,
    forecast,
    frames,
    ladder,
    modes,
    numbers,
    outcomes,
    passing,
    pressure,
    priming,
    refusals,
    refused_boluses,
    refused_therapy,
    reservoir,
    roundings,
    saving,
    supply,
    therapy,
    time,
    titration,
    transfer,
    trial,
)
from intrathecal_specs.requirement import REGISTER

FILES = (
    time,
    command,
    dose,
    therapy,
    titration,
    reservoir,
    bridging,
    priming,
    supply,
    forecast,
    alarms,
    modes,
    faults,
    environment,
    pressure,
    constant_flow,
    bolus_port,
    trial,
    transfer,
    authority,
    refusals,
    refused_boluses,
    refused_therapy,
    roundings,
    carried_over,
    ladder,
    passing,
    frames,
    outcomes,
    beginnings,
    saving,
    numbers,
)
"""The files of requirements, in the order of the rules."""
REQUIREMENTS = REGISTER.requirements
"""By name."""
OBSERVERS = REGISTER.observers
"""By the record that they keep."""
