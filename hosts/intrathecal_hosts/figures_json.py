"""A run as JSON, for scripts: whole numbers with their unit in the key. Nothing is rounded but doses, which say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import asdict

from intrathecal.units import NEVER
from intrathecal_hosts.days import Day
from intrathecal_hosts.plant.promises import Breach
from intrathecal_hosts.summary import Summary
from intrathecal_hosts.therapy import Scenario


def figures(
    scenario: Scenario, days: Sequence[Day], summary: Summary, failures: Sequence[str], breaches: Sequence[Breach]
) -> dict[str, Any]:
    """Everything that `simulate` found."""
    return {
        "title": scenario.title,
        "until_s": scenario.until,
        "steps": summary.steps,
        "solution": [
            {"drug": drug.name, "concentration_ng_per_ml": ingredient.concentration}
            for ingredient in scenario.solution.ingredients
            for drug in scenario.drugs
            if drug.code == ingredient.drug.code
        ],
        "books": {f"{account}_quanta": quanta for account, quanta in asdict(summary.books()).items()},
        "refill_by_s": summary.refill_by(),
        "pumps": [{"since_s": pump.since, "serial": pump.device.serial} for pump in summary.pumps],
        "boluses_given": summary.boluses_given,
        "refusals": [
            {
                "at_s": refusal.at,
                "key": refusal.key,
                "kind": refusal.kind,
                "reason": refusal.reason.name,
                "earliest_s": None if refusal.earliest == NEVER else refusal.earliest,
            }
            for refusal in summary.refusals
        ],
        "alarms": [
            {"at_s": change.at, "alarm": change.alarm.name, "change": "rose" if change.risen else "ended"}
            for change in summary.alarms
        ],
        "days": [_day(scenario, day) for day in days],
        "failures": list(failures),
        "breaches": [{"promise": each.promise.value, "at_s": each.at, "what": each.what} for each in breaches],
    }


def _day(scenario: Scenario, day: Day) -> dict[str, Any]:
    return {
        "day": day.number,
        "delivered_quanta": day.delivered,
        "doses_ng_rounded_down": {drug.name: day.doses.get(drug.code, 0) for drug in scenario.drugs},
        "boluses_given": day.boluses,
        "boluses_refused": day.boluses_refused,
        "refused": day.refused,
        "flow_least_nl_per_d": day.flow_least,
        "flow_greatest_nl_per_d": day.flow_greatest,
        "remaining_quanta": day.remaining,
        "pump": [activity.value for activity in day.activities],
        "alarms_risen": [alarm.name for alarm in day.risen],
        "alarms_ended": [alarm.name for alarm in day.ended],
    }
