"""The matrix of rules and events shows the worst of what stands behind each cell, and what nothing stands behind."""

from __future__ import annotations

from io import StringIO

import attrs
from rich.console import Console

from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.matrix import EVENT_NAMES, missing, table
from intrathecal_specs.everything import REQUIREMENTS

STOPS = "a_stop_is_refused_only_with_cause"
"""Of AUTH-3; it is about `Stop` and `Retire`."""


def row(claim: str, event: str, verdict: Verdict = Verdict.PROVEN) -> Row:
    return Row(claim, f"decide {event}", event, "", verdict, ("z3",), 0.0, 0, 1)


def shown(rows: list[Row]) -> list[str]:
    said = StringIO()
    Console(width=200, file=said).print(table(rows))
    return [line for line in said.getvalue().splitlines() if "AUTH-3" in line]


def test_a_requirement_without_an_obligation_about_one_of_its_events_is_named() -> None:
    rest = [row(name, event) for name in REQUIREMENTS if name != STOPS for event in EVENT_NAMES]
    found = missing([*rest, row(STOPS, "Stop")])
    assert [name for name in found if name.startswith("a_stop")] == [f"{STOPS} at Retire"]
    late = attrs.evolve(row(STOPS, "Retire"), setting="step Retire (too far ahead)")
    assert f"{STOPS} at Retire" in missing([*rest, row(STOPS, "Stop"), late])
    assert [name for name in missing([*rest, row(STOPS, "Stop"), row(STOPS, "Retire")]) if name in REQUIREMENTS] == []


def test_one_requirement_that_is_unknown_makes_its_rule_unknown_there() -> None:
    other = "a_refusal_leaves_what_a_tick_would"
    (line,) = shown([row(STOPS, "Stop", Verdict.UNKNOWN), row(other, "Stop"), row(other, "Retire")])
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells[:2] == ["AUTH-3", "2"]
    marks = dict(zip(EVENT_NAMES, cells[2:], strict=False))
    assert (marks["Stop"], marks["Retire"], marks["Tick"]) == ("?", "ok", ".")
