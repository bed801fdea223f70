"""Each recall leads to hazards, to requirements that answer them, and to scenarios that show it caught."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from intrathecal.catalogue import DEVICES, DRUGS, PROTOCOLS, SOURCES, Fact
from intrathecal_hosts.expectations import failures
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.summary import Summary
from intrathecal_proofs.cli import explain
from intrathecal_proofs.recalls_command import recalls
from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.recalls import FAULT_MODEL, RECALLS, Origin, Recall

SCENARIOS = Path(__file__).parent.parent / "scenarios" / "recalls"
each_recall = pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.key)


@cache
def summary_of(scenario: str) -> Summary:
    summary = Summary()
    for record in run(read(SCENARIOS / scenario)):
        summary.see(record)
    return summary


@each_recall
def test_a_recall_has_requirements_that_stand(recall: Recall) -> None:
    assert recall.caught_by
    for rule in recall.caught_by:
        assert REQUIREMENTS[rule.__name__].function is rule


@each_recall
def test_each_hazard_of_a_recall_is_answered_by_one_of_its_requirements(recall: Recall) -> None:
    answered = {hazard for rule in recall.caught_by for hazard in REQUIREMENTS[rule.__name__].hazards}
    assert recall.hazards
    assert set(recall.hazards) <= answered


@each_recall
def test_a_recall_is_told_with_its_sources(recall: Recall) -> None:
    assert recall.date
    assert recall.product
    assert recall.happened.endswith(".")
    assert recall.answer.endswith(".")
    assert recall.sources
    assert set(recall.sources) <= set(SOURCES)
    assert recall.origins
    assert set(recall.shows) <= set(FAULT_MODEL)


@each_recall
def test_the_scenarios_of_a_recall_come_out_as_expected_and_show_it_caught(recall: Recall) -> None:
    assert recall.scenarios
    refused, raised = set(), set()
    for scenario in recall.scenarios:
        summary = summary_of(scenario)
        expect = read(SCENARIOS / scenario).expect
        assert expect.refusals or expect.alarms
        assert failures(expect, summary) == []
        refused |= set(summary.refused_for())
        raised |= {change.alarm for change in summary.alarms if change.risen}
    assert refused | raised
    assert (refused, raised) == (set(recall.refused), set(recall.raised))


def test_every_scenario_of_a_recall_is_one_recalls() -> None:
    named = [scenario for recall in RECALLS for scenario in recall.scenarios]
    assert sorted(named) == sorted(path.name for path in SCENARIOS.iterdir())


def test_keys_are_unique_and_in_order_of_time() -> None:
    keys = [recall.key for recall in RECALLS]
    assert keys == sorted(set(keys))
    assert all(key[:4] == recall.date[:4] for key, recall in zip(keys, RECALLS, strict=True))


def test_every_way_to_fail_is_shown() -> None:
    shown = {fault for recall in RECALLS for fault in recall.shows}
    assert set(FAULT_MODEL) == shown


def test_every_origin_is_shown() -> None:
    assert {origin for recall in RECALLS for origin in recall.origins} == set(Origin)


def test_every_source_of_the_bibliography_is_cited() -> None:
    facts = [getattr(row, field.name) for row in (*DEVICES, *DRUGS, *PROTOCOLS) for field in attrs.fields(type(row))]
    cited = {key for fact in facts if isinstance(fact, Fact) for key in fact.sources}
    assert set(SOURCES) == cited | {key for recall in RECALLS for key in recall.sources}


def test_the_command_lists_every_recall_with_its_requirements() -> None:
    result = CliRunner().invoke(recalls)
    assert result.exit_code == 0
    for recall in RECALLS:
        assert recall.key in result.stdout
        assert all(scenario in result.stdout for scenario in recall.scenarios)


@each_recall
def test_the_command_tells_one_in_full(recall: Recall) -> None:
    result = CliRunner().invoke(recalls, [recall.key])
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert recall.happened in words
    assert recall.answer in words
    assert all(rule.__name__.replace("_", " ") in words for rule in recall.caught_by)
    assert all(SOURCES[source] in words for source in recall.sources)


def test_the_command_writes_json(tmp_path: Path) -> None:
    everything = json.loads(CliRunner().invoke(recalls, ["--json", "-"]).stdout)
    assert [row["key"] for row in everything] == [recall.key for recall in RECALLS]
    path = tmp_path / "one.json"
    assert CliRunner().invoke(recalls, ["2008-mri", "--json", str(path)]).exit_code == 0
    assert json.loads(path.read_text(encoding="utf-8")) == [row for row in everything if row["key"] == "2008-mri"]
    assert {"id": "ENV-5", "name": "only_an_interrogation_verifies"} in everything[2]["requirements"]


def test_an_unknown_recall_is_answered_with_the_known_ones() -> None:
    result = CliRunner().invoke(recalls, ["1999-nothing"])
    assert result.exit_code == 2
    assert "'1999-nothing' is no recall; there are 2001-all-infusion-pumps, " in result.stderr


def test_a_requirement_is_explained_with_the_recalls_that_it_answers() -> None:
    assert "recalls: 2019-particle, 2020-unfinished-session\n" in CliRunner().invoke(explain, ["MODE-5"]).stdout
    assert "recalls: none\n" in CliRunner().invoke(explain, ["env-1"]).stdout
