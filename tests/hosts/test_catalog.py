"""`catalog` shows devices and drugs with units, sources and marks, and answers an unknown name in one line."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result

from intrathecal.catalogue import DEVICES, DRUGS, SOURCES, Fact
from intrathecal.quantities import Duration, days, hours, minutes, ml, ug_per_day
from intrathecal_hosts.catalog_command import catalog
from intrathecal_hosts.facts_text import told
from intrathecal_hosts.units_text import UNITS, duration, quantity


def run(*arguments: str) -> Result:
    return CliRunner().invoke(catalog, arguments)


def test_the_list_names_every_device_and_drug_and_every_source() -> None:
    result = run()
    assert result.exit_code == 0
    for row in (*DEVICES, *DRUGS):
        assert row.name in result.stdout
        facts = [getattr(row, field.name) for field in attrs.fields(type(row))]
        for source in {key for fact in facts if isinstance(fact, Fact) for key in fact.sources}:
            assert source in result.stdout
            assert SOURCES[source] in result.stdout


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "SynchroMed II 20 mL",
            [("flow min", "0.048 mL/d", "[S]", "S-prialtweb"), ("fast", "14.5 %", "[S]", "S-ecri")],
        ),
        ("SynchroMed III 40 mL", [("capacity", "40 mL", "[M] unverified"), ("mri", "FORBIDDEN", "[P] chosen")]),
        ("baclofen", [("hard", "1000 ug/d", "[S]", "S-bac1"), ("stop dangerous", "yes", "boxed warning")]),
        ("Morphine", [("hard", "20 mg/d", "[S]", "S-infu"), ("soft", "15 mg/d", "[M] unverified", "PACC")]),
        ("ziconotide", [("hard", "19.2 ug/d", "[S]", "S-prialtweb"), ("S-prialtweb", "importance of titration")]),
        ("clonidine", [("hard", "2000 ug/d", "[P] chosen"), ("stop dangerous", "yes", "[D] derived", "S-clonidine")]),
    ],
)
def test_one_is_shown_with_unit_mark_source_and_title(name: str, lines: list[tuple[str, ...]]) -> None:
    result = run(name)
    assert result.exit_code == 0
    for cells in lines:
        assert any(all(cell in line for cell in cells) for line in result.stdout.splitlines()), cells


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("synchromed ii", "near it: SynchroMed II 20 mL, SynchroMed II 40 mL, SynchroMed III 20 mL"),
        ("morfine", "near it: morphine, "),
        ("Prometra 20 mL", "near it: Prometra II 20 mL, "),
        ("xyzzy", "`intrathecal catalog` lists all"),
    ],
)
def test_an_unknown_name_gets_one_line_with_what_is_near_it(name: str, near: str) -> None:
    result = run(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"intrathecal catalog: {name!r} is not in the catalogue; {near}")
    assert result.stderr.count("\n") == 1


def test_json_tells_text_base_units_and_sources(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    assert run("baclofen", "--json", str(path)).exit_code == 0
    told_of = json.loads(path.read_text(encoding="utf-8"))
    assert told_of["devices"] == []
    assert told_of["drugs"][0]["facts"]["hard"] == {
        "value": "1000 ug/d",
        "ng_per_day": 1_000_000,
        "mark": "S",
        "verified": True,
        "sources": {"S-bac1": SOURCES["S-bac1"], "S-bac5": SOURCES["S-bac5"]},
        "note": "usually not above it",
    }


def test_json_of_all_on_standard_output_is_nothing_but_json() -> None:
    result = run("--json", "-")
    assert result.exit_code == 0
    told_of = json.loads(result.stdout)
    assert [row["name"] for row in told_of["devices"]] == [row.name for row in DEVICES]
    assert [row["name"] for row in told_of["drugs"]] == [row.name for row in DRUGS]


def test_a_file_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    result = run("--json", str(tmp_path / "none" / "all.json"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("micrograms", [False, True])
@pytest.mark.parametrize("row", [*DEVICES, *DRUGS], ids=lambda row: row.name)
def test_a_scenario_file_reads_what_the_catalogue_tells(row: attrs.AttrsInstance, micrograms: bool) -> None:
    for field in attrs.fields(type(row)):
        fact = getattr(row, field.name)
        if not isinstance(fact, Fact):
            continue
        if isinstance(fact.value, Duration):
            assert duration(told(fact.value, micrograms)) == fact.value
        elif type(fact.value) in UNITS:
            assert quantity(told(fact.value, micrograms), type(fact.value)) == fact.value


def test_how_values_are_told() -> None:
    assert told(ml("0.5"), False) == "0.5 mL"
    assert told(ug_per_day("19.2"), True) == "19.2 ug/d"
    assert told(ug_per_day("19.2"), False) == "0.0192 mg/d"
    assert [told(time, False) for time in (minutes(1), hours(1), hours(56), days(180))] == [
        "1 min",
        "1 h",
        "56 h",
        "180 d",
    ]
    assert [told(answer, False) for answer in (True, False, ())] == ["yes", "no", "none"]
    with pytest.raises(TypeError, match="takes a value of a fact"):
        told("twenty", False)
