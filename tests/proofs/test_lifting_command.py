"""A core that cannot be lifted is told of in one line, by every command that lifts it."""

from __future__ import annotations

import click
from click.testing import CliRunner

from intrathecal_proofs.cli import prove
from intrathecal_proofs.evidence.export_command import export_command
from intrathecal_proofs.ledger_command import ledger
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.mutation.mutants_command import mutants_command
from intrathecal_proofs.vacuity.command import witnesses


@click.command(cls=Lifting)
def lift() -> None:
    """Meets a tuple of three where a fourth place is written."""
    raise LiftError("core.py:7: the index 3 is outside a tuple of 3")


def test_source_that_cannot_be_lifted_is_one_line_and_exit_1() -> None:
    answer = CliRunner().invoke(lift)
    said = "nothing is proven of source outside the verifiable subset: core.py:7: the index 3 is outside a tuple of 3"
    assert (answer.exit_code, answer.output) == (1, f"Error: {said}\n")


def test_every_command_that_lifts_the_core_tells_it_so() -> None:
    assert all(isinstance(each, Lifting) for each in (prove, ledger, witnesses, mutants_command, export_command))
