"""Second looks: what the engines other than the prover say, each in one line and in plain values."""

from __future__ import annotations

from attrs import asdict, frozen

from intrathecal_proofs.crosshair_checks import run_crosshair
from intrathecal_proofs.machinery.campaign import Row

LEAF_SECONDS = 3.0
"""s of processor time: CrossHair's budget for each leaf."""


@frozen
class Look:
    """What one engine said."""

    engine: str
    good: bool
    line: str

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return asdict(self)


def look_again(rows: list[Row]) -> list[Look]:
    """All of them."""
    return [second_solver(rows), *leaves_as_python_runs_them()]


def leaves_as_python_runs_them() -> list[Look]:
    """What CrossHair says of the leaves and of a canary that it must refute; not confirmed is shown as just that."""
    found = run_crosshair(LEAF_SECONDS, only=("leaf", "alone"))
    return [Look("crosshair", result.good, f"CrossHair: {result.line}") for result in found]


def second_solver(rows: list[Row]) -> Look:
    """What cvc5 said of the questions that make up the proofs."""
    agreed, silent, against = (sum(row.second[i] for row in rows) for i in range(3))
    line = f"cvc5: {agreed} questions confirmed, {silent} not within its budget, {against} contradicted"
    return Look("cvc5", against == 0, line)
