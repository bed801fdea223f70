"""The ledger of a campaign: what became of each mutant, line by line as it comes, so that a stopped one goes on.

It stands in the user's folder for applications, under the digest of the core, and each line says what else it rests on:
of other sources nothing is known.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import click

import intrathecal
import intrathecal_proofs
import intrathecal_specs
from intrathecal_proofs.families import CONTRACTS, REQUIRES
from intrathecal_proofs.machinery.digests import ROOT, imports_of, sources
from intrathecal_proofs.machinery.solvers import versions
from intrathecal_proofs.monitor import EVERY, OBSERVED, STATES
from intrathecal_proofs.mutation.nearness import SPEAKING
from intrathecal_proofs.mutation.reach import Function, reached_from
from intrathecal_proofs.mutation.solving import Fate, Settled

FOLDER = Path(click.get_app_dir("intrathecal")) / "mutants"
"""Where ledgers are kept."""
RESTS_ON = "rests_on"
"""The key of what a line rests on beyond the core."""
MUTATION = "intrathecal_proofs.mutation"
SETTLING = f"{MUTATION}.solving"
"""What settles a mutant."""
CHOOSING = ("bank", "campaign", "changed", "ledger", "listed", "mutants_command", "nearness", "steps")
"""Modules of this folder that say what is looked at first, how far, and what is kept: no verdict hangs on them, but
that nothing was found."""


def digest() -> str:
    """Changes with any source of the core, and with the solvers."""
    return _digest([json.dumps(versions(), sort_keys=True), *_sources(intrathecal)])


def rests_on(row: Settled) -> str:
    """Changes with whatever the row rests on beyond the core: where Python has shown that a claim is broken, what the
    claim says; where it is no longer proven, also all that is assumed of every state, and how it is proven; for the
    same as the core, these alone. That nothing was found rests on everything."""
    if row.fate is Fate.REFUTED:
        return _of_claim(row.claim)
    if row.fate is Fate.UNPROVEN:
        return _digest([_of_claim(row.claim), _assumed()])
    return _assumed() if row.fate is Fate.EQUIVALENT else _of_everything()


@functools.cache
def _of_claim(name: str) -> str:
    """What a claim, or a contract, says; one about totality says it by its name."""
    contracts = {claim.__name__: claim for claim in CONTRACTS.values()}
    claim = EVERY.get(name) or contracts.get(name)
    return _digest([name, *_told([] if claim is None else [claim])])


@functools.cache
def _assumed() -> str:
    """What is assumed of states, records and leaves, and how it is proven."""
    stated = [asked.claim for asked in (*STATES, *(each for some in OBSERVED.values() for each in some))]
    leaves = [*CONTRACTS.values(), *REQUIRES.values()]
    return _digest([*_told([*stated, *leaves]), *(sources()[module].hex() for module in sorted(proving()))])


@functools.cache
def proving() -> frozenset[str]:
    """The modules of the proofs that a verdict hangs on: those that settle mutants, and what they import, one through
    the other."""
    found: set[str] = set()
    waiting = [ROOT, SETTLING]
    while waiting:
        module = waiting.pop()
        if module.startswith(f"{intrathecal_proofs.__name__}.") and module not in found and not _only_chooses(module):
            found.add(module)
            waiting += (source for source, _ in imports_of(module) if source in sources())
    return frozenset(found)


@functools.cache
def _of_everything() -> str:
    return _digest([*_sources(intrathecal_specs), *_sources(intrathecal_proofs)])


def _only_chooses(module: str) -> bool:
    package, _, name = module.rpartition(".")
    return package == MUTATION and name in CHOOSING


def _told(claims: Iterable[Function]) -> list[str]:
    """The sources of the claims, of the functions that they are told in, and of whatever else stands in the modules of
    these at the top: constants, types, and what is imported."""
    told = {each for claim in claims for each in reached_from(claim) if each.__module__.split(".")[0] in SPEAKING}
    modules = {each.__module__ for each in told}
    beside = [_beside_functions(module) for module in sorted(_speaking(modules))]
    return sorted(inspect.getsource(each) for each in told) + beside


def _speaking(modules: Iterable[str]) -> set[str]:
    """These modules, and those that they import, one through the other, of the packages that speak of the core."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module.split(".")[0] in SPEAKING and module in sources() and module not in found:
            found.add(module)
            waiting += (source for source, _ in imports_of(module))
    return found


@functools.cache
def _beside_functions(module: str) -> str:
    """The text of a module without its functions and docstrings."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    return "\n".join(ast.unparse(node) for node in tree.body if not isinstance(node, ast.FunctionDef | ast.Expr))


def _sources(package: ModuleType) -> list[str]:
    return [part for named in _named_sources(package) for part in named]


def _named_sources(package: ModuleType) -> list[tuple[str, str]]:
    root = Path(str(package.__file__)).parent
    paths = sorted(root.rglob("*.py"))
    return [(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def _digest(parts: Iterable[str]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part.encode()).digest())
    return found.hexdigest()[:16]


@attrs.frozen
class Ledger:
    """A file of lines of JSON, each with what became of one mutant."""

    path: Path

    def rows(self) -> Iterator[Settled]:
        """What is known, in the order in which it came; a last line that was torn is none, nor is one of which what it
        rests on has changed."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                fields = json.loads(line)
                rested_on = fields.pop(RESTS_ON, "")
                row = _row(fields)
                if rested_on == rests_on(row):
                    yield row

    def keep(self, row: Settled) -> None:
        """Add a line; after one that was torn, in its place.

        Raises `OSError` where the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            file.seek(0)
            whole = file.read()
            file.truncate(whole.rfind(b"\n") + 1)
            file.write(json.dumps({**as_json(row), RESTS_ON: rests_on(row)}).encode() + b"\n")

    def forget(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)


def as_json(row: Settled) -> dict[str, object]:
    """For scripts."""
    return attrs.asdict(row)


def _row(fields: dict[str, Any]) -> Settled:
    listed = {"fate": Fate(fields["fate"]), "ids": tuple(fields["ids"]), "told": tuple(fields["told"])}
    return Settled(**{**fields, **listed})
