"""The ledger: what is known of every claim, of which sources, by which engines; kept in the project, and checked.

It holds no evidence itself: it says what a run found, and of what, so that a reader can tell whether it still speaks of
the sources at hand.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import field, frozen

from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.machinery.digests import sources
from intrathecal_proofs.machinery.files import replace_whole
from intrathecal_proofs.machinery.prover import Engine, Verdict
from intrathecal_proofs.machinery.recorded import recorded
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.matrix import by_claim
from intrathecal_specs.everything import REQUIREMENTS

PROOFS = "intrathecal_proofs"
"""The package in which every file must be imported by another, or be a command."""
COMMANDS = ("cli", "command", "_process")
"""How files of it end that the command line imports by name, or that are run as a process of their own."""


@frozen
class Entry:
    """What is known of one claim."""

    id: str
    """The requirement's identifier; empty for lemmas and contracts."""
    fingerprint: str
    """Of the requirement's text; empty for lemmas and contracts."""
    obligations: int
    proven: int
    framed: int
    """Of the proven ones, those whose goal is assumed already: the step does not touch what they speak of."""
    steps: int
    """Of Z3's resource limit, in all."""
    questions: int
    """Questions to a solver that make up the proofs."""
    confirmed: int
    """Of the questions, those that cvc5 answers alike."""
    contradicted: int
    """Of the questions, those that cvc5 answers otherwise."""
    only_z3: tuple[str, ...]
    """Where cvc5 does not decide some question within its steps."""
    rests_on: tuple[str, ...]
    """The lemmas, contracts and products that some proof of it rests on."""


@frozen
class Ledger:
    """Everything."""

    versions: Mapping[str, str]
    """Of the solvers, and of Python."""
    seed: int
    sources: Mapping[str, str]
    """By module: the digest of its file."""
    requirements: Mapping[str, Entry]
    lemmas: Mapping[str, Entry]
    unneeded: tuple[str, ...]
    """Invariants and links that no proof of another claim rests on."""
    lost: tuple[str, ...] = ()
    """Tasks whose process was ended before they were done, each time."""
    campaigns: Mapping[str, Any] = field(factory=dict)
    """What the other campaigns found, by name: of witnesses, of mutants."""


def ledger_of(rows: Iterable[Row], campaigns: Mapping[str, Any], lost: Iterable[str] = ()) -> Ledger:
    """The ledger of a whole run with the second solver."""
    entries = {name: _entry(name, mine) for name, mine in sorted(by_claim(rows).items())}
    return Ledger(
        versions={**versions(), "python": platform.python_version()},
        seed=SEED,
        sources=sources_said(),
        requirements={name: entry for name, entry in entries.items() if name in REQUIREMENTS},
        lemmas={name: entry for name, entry in entries.items() if name not in REQUIREMENTS},
        unneeded=unneeded(),
        lost=tuple(lost),
        campaigns=campaigns,
    )


def _entry(name: str, rows: list[Row]) -> Entry:
    needed = REQUIREMENTS.get(name)
    confirmed, undecided, contradicted = (sum(row.second[place] for row in rows) for place in range(3))
    silent = sorted({row.place for row in rows if row.second[1]}) if undecided else []
    return Entry(
        id=needed.id if needed else "",
        fingerprint=needed.fingerprint if needed else "",
        obligations=len(rows),
        proven=sum(row.verdict is Verdict.PROVEN for row in rows),
        framed=sum(set(row.engines) == {Engine.FRAME} for row in rows),
        steps=sum(row.steps for row in rows),
        questions=sum(row.questions for row in rows),
        confirmed=confirmed,
        contradicted=contradicted,
        only_z3=tuple(silent),
        rests_on=tuple(sorted(rested_on(name))),
    )


def rested_on(claim: str) -> frozenset[str]:
    """What the recorded proofs of a claim rest on, by name, whatever of the step it is said of."""
    return frozenset(
        origin.partition(": ")[2] or origin.partition("[")[0]
        for hint in recorded().get(claim, {}).values()
        for origin in hint.origins
    )


def unneeded() -> tuple[str, ...]:
    """Invariants and links that no recorded proof of another claim rests on."""
    used = {name for claim in recorded() for name in rested_on(claim) - {claim}}
    return tuple(sorted({*INVARIANTS, *LINKS} - used))


def sources_said() -> dict[str, str]:
    """By module: the digest of its file."""
    return {module: digest.hex() for module, digest in sorted(sources().items())}


def faults(ledger: Ledger) -> list[str]:
    """What is wrong with a ledger, or with what it speaks of, line by line: nothing, if all is well."""
    entries = {**ledger.requirements, **ledger.lemmas}
    lemmas = [*INVARIANTS, *LINKS, *(claim.__name__ for claim in CONTRACTS.values())]
    found = [f"{name}: the source has changed since" for name in _changed(ledger)]
    found += [f"{name}: has no obligation" for name in (*REQUIREMENTS, *lemmas) if name not in entries]
    found += [f"{name}: is no claim any more" for name in entries if name not in REQUIREMENTS and name not in lemmas]
    found += [f"{label}: its process was ended before it was done, each time" for label in ledger.lost]
    for name, entry in entries.items():
        if name in REQUIREMENTS and entry.fingerprint != REQUIREMENTS[name].fingerprint:
            found.append(f"{name}: has another fingerprint now")
        if entry.proven < entry.obligations or not entry.obligations:
            found.append(f"{name}: {entry.obligations - entry.proven} of its obligations are not proven")
        if entry.contradicted:
            found.append(f"{name}: {entry.contradicted} of its questions are contradicted")
    return found + [f"{name}: no file imports it" for name in orphans()]


def _changed(ledger: Ledger) -> list[str]:
    now = sources_said()
    return sorted(name for name in {*now, *ledger.sources} if now.get(name) != ledger.sources.get(name))


def orphans() -> list[str]:
    """Files of the proofs that nothing imports, and that are no command."""
    spec = importlib.util.find_spec(PROOFS)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    files = {".".join((PROOFS, *file.relative_to(root).with_suffix("").parts)): file for file in root.rglob("*.py")}
    imported = {name for module, file in files.items() for name in _imported(file) if name != module}
    return sorted(module for module in files if not module.endswith(("__init__", *COMMANDS)) and module not in imported)


def _imported(file: Path) -> Iterable[str]:
    """The modules that the file imports, by statement or by name."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def read(file: Path) -> Ledger:
    """The ledger in the file.

    Raises `OSError`, or `ValueError` for what is no ledger.
    """
    try:
        return cattrs.structure(json.loads(file.read_text(encoding="utf-8")), Ledger)
    except cattrs.BaseValidationError as error:
        raise ValueError("; ".join(cattrs.transform_error(error))) from error


def write(ledger: Ledger, file: Path) -> None:
    """Write the ledger.

    Raises `OSError`.
    """
    replace_whole(file, json.dumps(cattrs.unstructure(ledger), indent=1, sort_keys=True) + "\n")
