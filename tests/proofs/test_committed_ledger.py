"""The ledger that stands in the project is of these very sources, and nothing is wrong with it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from intrathecal_proofs.ledger import faults, read
from intrathecal_proofs.ledger_command import ledger

FILE = Path(__file__).parents[2] / "ledger.json"


def test_the_ledger_in_the_project_is_of_these_sources_and_in_order() -> None:
    assert faults(read(FILE)) == [], "run `intrathecal ledger` once the sources have come to rest"


def test_the_check_says_the_same() -> None:
    assert CliRunner().invoke(ledger, [str(FILE), "--check"]).exit_code == 0
