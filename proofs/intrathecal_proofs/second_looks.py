"""Second looks: what the engines other than the prover say, each in one line and in plain values."""

from __future__ import annotations

from intrathecal_proofs.crosshair_checks import run_crosshair
from intrathecal_proofs.differential import run_differential
from intrathecal_proofs.histories.campaign import run_histories
from intrathecal_proofs.looks import Look
from intrathecal_proofs.machinery.rows import Row

CROSSHAIR_SECONDS = 3.0
"""s of processor time: CrossHair's budget for each check."""
LIVES, STEPS, SEED = 60, 50, 20_261_123
"""How many random lives of so many rules each, and from which seed."""
DIFFERENTIAL_LIVES, DIFFERENTIAL_STEPS, ALIKE, VARIANTS = 40, 25, 2, 3
"""How many random lives lifted terms are compared in, scenes of one kind, and variants of each."""


def look_again(rows: list[Row]) -> list[Look]:
    """All of them."""
    return [second_solver(rows), *as_python_runs_them(), random_lives(), *differential_looks()]


def as_python_runs_them() -> list[Look]:
    """What CrossHair says of leaves, of single steps, and of canaries that it must refute; not confirmed is shown as
    just that."""
    found = run_crosshair(CROSSHAIR_SECONDS)
    return [Look("crosshair", result.good, f"CrossHair: {result.line}") for result in found]


def random_lives() -> Look:
    """What random lives of pumps met, and whether they broke anything."""
    found = run_histories(LIVES, STEPS, SEED)
    return Look("hypothesis", found.good, "Hypothesis: " + "\n".join(found.lines))


def differential_looks() -> list[Look]:
    """Whether the terms that the solvers read are worth what Python returns."""
    found = run_differential(DIFFERENTIAL_LIVES, DIFFERENTIAL_STEPS, ALIKE, VARIANTS, SEED)
    return [Look("differential", found.good, "\n".join(found.lines))]


def second_solver(rows: list[Row]) -> Look:
    """What cvc5 said of the questions that make up the proofs."""
    said = [row.second for row in rows if row.second is not None]
    agreed, silent, unasked, against = (
        sum(getattr(each, name) for each in said) for name in ("confirmed", "undecided", "unasked", "contradicted")
    )
    line = f"cvc5: {agreed} questions confirmed, {silent} not within its budget, {unasked} too long for it, "
    return Look("cvc5", against == 0, f"{line}{against} contradicted")
