"""The ledger of a campaign: what became of each mutant, line by line as it comes, so that a stopped one goes on.

It stands in the user's folder for applications, under the digest of all sources: of other sources nothing is known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import click

import intrathecal
import intrathecal_proofs
import intrathecal_specs
from intrathecal_proofs.machinery.solvers import versions
from intrathecal_proofs.mutation.solving import Fate, Settled

FOLDER = Path(click.get_app_dir("intrathecal")) / "mutants"
"""Where ledgers are kept."""


def digest() -> str:
    """Changes with any source of the core, the requirements or the proofs, and with the solvers."""
    found = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for package in (intrathecal, intrathecal_specs, intrathecal_proofs):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            found.update(str(path.relative_to(root)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


@attrs.frozen
class Ledger:
    """A file of lines of JSON, each with what became of one mutant."""

    path: Path

    def rows(self) -> Iterator[Settled]:
        """What is known, in the order in which it came; a last line that was torn is none."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield _read(line)

    def keep(self, row: Settled) -> None:
        """Add a line; after one that was torn, in its place.

        Raises `OSError` where the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            file.seek(0)
            whole = file.read()
            file.truncate(whole.rfind(b"\n") + 1)
            file.write(json.dumps(as_json(row)).encode() + b"\n")

    def forget(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)


def as_json(row: Settled) -> dict[str, object]:
    """For scripts."""
    return attrs.asdict(row)


def _read(line: str) -> Settled:
    fields = json.loads(line)
    listed = {"fate": Fate(fields["fate"]), "ids": tuple(fields["ids"]), "told": tuple(fields["told"])}
    return Settled(**{**fields, **listed})
