"""The ledger tells what it was made of, and is stale as soon as that is another."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from intrathecal_proofs.ledger import Entry, Ledger, faults, ledger_of, orphans, read, write
from intrathecal_proofs.ledger_command import ledger
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.matrix import missing
from intrathecal_specs.everything import REQUIREMENTS

NAMES = [*REQUIREMENTS, *(name for name in missing([]) if name not in REQUIREMENTS)]
CLAIM = "no_drug_appears_or_vanishes"


def rows(**changes: object) -> list[Row]:
    """One proven obligation of every claim; of RES-1's, with these changes."""
    row = Row("", "settle", "*", "", Verdict.PROVEN, ("z3",), 0.5, 7, 2, second=(2, 0, 0), place="settle")
    made = [attrs.evolve(row, claim=name) for name in NAMES]
    return [attrs.evolve(each, **changes) if each.claim == CLAIM else each for each in made]  # type: ignore[arg-type]


def test_a_ledger_of_these_sources_is_in_order(tmp_path: Path) -> None:
    made = ledger_of(rows(), {"mutants": {"refuted": 3}})
    write(made, tmp_path / "ledger.json")
    kept = read(tmp_path / "ledger.json")
    assert kept == made
    assert faults(kept) == []
    assert kept.requirements[CLAIM].obligations == 1
    assert kept.requirements[CLAIM].fingerprint == REQUIREMENTS[CLAIM].fingerprint
    assert kept.campaigns == {"mutants": {"refuted": 3}}


def test_what_only_one_solver_decides_is_listed_by_its_place() -> None:
    assert ledger_of(rows(second=(1, 1, 0)), {}).requirements[CLAIM].only_z3 == ("settle",)
    assert ledger_of(rows(), {}).requirements[CLAIM].only_z3 == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": Verdict.UNKNOWN}, f"{CLAIM}: 1 of its obligations are not proven"),
        ({"second": (1, 0, 1)}, f"{CLAIM}: 1 of its questions are contradicted"),
    ],
)
def test_what_is_open_or_contradicted_is_a_fault(changes: dict[str, object], said: str) -> None:
    assert faults(ledger_of(rows(**changes), {})) == [said]


def test_a_claim_without_an_obligation_is_a_fault() -> None:
    found = ledger_of([row for row in rows() if row.claim != CLAIM], {})
    assert faults(found) == [f"{CLAIM}: has no obligation"]


def test_a_task_that_never_came_to_an_end_is_a_fault_for_good(tmp_path: Path) -> None:
    write(ledger_of(rows(), {}, ["arm"]), tmp_path / "ledger.json")
    assert faults(read(tmp_path / "ledger.json")) == ["arm: its process was ended before it was done, each time"]


def changed(made: Ledger, **more: object) -> Ledger:
    entry: Entry = attrs.evolve(made.requirements[CLAIM], **more)  # type: ignore[arg-type]
    return attrs.evolve(made, requirements={**made.requirements, CLAIM: entry})


def test_a_requirement_or_a_source_that_has_changed_is_a_fault() -> None:
    made = ledger_of(rows(), {})
    assert faults(changed(made, fingerprint="0")) == [f"{CLAIM}: has another fingerprint now"]
    settling = "intrathecal.settling"
    other = attrs.evolve(made, sources={**made.sources, settling: "0", "intrathecal.gone": "1"})
    assert faults(other) == [f"{name}: the source has changed since" for name in ("intrathecal.gone", settling)]


def test_every_file_of_the_proofs_is_imported() -> None:
    assert orphans() == []


def test_a_file_that_is_no_ledger_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    file.write_text('{"seed": "none"}')
    answer = CliRunner().invoke(ledger, [str(file), "--check"])
    assert answer.exit_code == 2
    assert "is no ledger" in answer.output
    absent = CliRunner().invoke(ledger, [str(tmp_path / "absent.json"), "--check"])
    assert absent.exit_code == 2
    assert "No such file" in absent.output


def test_a_stale_ledger_fails_the_check(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    write(changed(ledger_of(rows(), {}), fingerprint="0"), file)
    answer = CliRunner().invoke(ledger, [str(file), "--check"])
    assert answer.exit_code == 1
    assert f"{CLAIM}: has another fingerprint now" in answer.output
