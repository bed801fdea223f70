"""The steps of a run as lines of JSON: what was asked, what the core answers, what the books say, and what is true.

Each number has its unit in its key. Those of the books and of the truth are rounded, for reading and plotting; a
journal holds every number as it is.
"""

from __future__ import annotations

import json
from typing import Any, Final

from intrathecal import Alarm
from intrathecal.units import MILLILITRE
from intrathecal_hosts.plant.body import NANOGRAM
from intrathecal_hosts.plant.plant import THOUSAND, Plant
from intrathecal_hosts.runner import Record
from intrathecal_hosts.therapy import Scenario
from intrathecal_hosts.trace import level

_PLACES: Final = 6
"""Decimals of what is rounded: of millilitres, nanolitres."""


def line(record: Record, scenario: Scenario, plant: Plant) -> str:
    """One step, once the plant has come to it."""
    return json.dumps({**_asked(record), **_answered(record), "books": _books(record), "true": _true(scenario, plant)})


def _asked(record: Record) -> dict[str, Any]:
    return {"at_s": record.event.at, "event": type(record.event).__name__, "key": record.key, "lost": record.lost}


def _answered(record: Record) -> dict[str, Any]:
    verdict, command, pump = record.step.verdict, record.step.command, record.step.pump
    return {
        "accepted": verdict.accepted,
        "reason": verdict.reason.name,
        "mode": pump.mode.name,
        "flow_nl_per_d": command.flow,
        "until_s": command.until,
        "cause": command.cause.name,
        "alarms": [alarm.name for alarm in Alarm if pump.alarms.listed[alarm]],
    }


def _books(record: Record) -> dict[str, float]:
    state = level(record.step.pump)
    volumes = {
        "remaining_ml": state.remaining,
        "remaining_least_ml": state.remaining_least,
        "remaining_greatest_ml": state.remaining_greatest,
        "dose_percent": state.share,
    }
    return {name: round(value, _PLACES) for name, value in volumes.items()}


def _true(scenario: Scenario, plant: Plant) -> dict[str, Any]:
    """What is in the reservoir, what runs, and what of each drug of the scenario's solution has reached the patient."""
    reached = {
        f"{drug.name}_{drug.unit}": round(float(intake.through(plant.now) / NANOGRAM) / drug.nanograms, _PLACES)
        for drug in scenario.drugs
        if (intake := plant.body.intakes.get(drug.code)) is not None
    }
    return {
        "remaining_ml": round(plant.volume / THOUSAND / MILLILITRE, _PLACES),
        "flow_nl_per_d": round(plant.running / THOUSAND, _PLACES),
        "reached": reached,
    }
