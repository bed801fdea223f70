"""Second looks: what the engines other than the prover say, each in one line and in plain values."""

from __future__ import annotations

from attrs import asdict, frozen

from intrathecal_proofs.machinery.campaign import Row


@frozen
class Look:
    """What one engine said."""

    engine: str
    good: bool
    line: str

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return asdict(self)


def look_again(rows: list[Row], jobs: int) -> list[Look]:
    """All of them."""
    return [second_solver(rows)]


def second_solver(rows: list[Row]) -> Look:
    """What cvc5 said of the questions that make up the proofs."""
    agreed, silent, against = (sum(row.second[i] for row in rows) for i in range(3))
    line = f"cvc5: {agreed} questions confirmed, {silent} not within its budget, {against} contradicted"
    return Look("cvc5", against == 0, line)
