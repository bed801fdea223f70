"""The ledger: what is known of every claim, of which sources, by which engines; kept in the project, and checked.

It holds no evidence itself: it says what a run found, and of what, so that a reader can tell whether it still speaks of
the sources at hand.
"""

from __future__ import annotations

import json
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import field, frozen

from intrathecal_proofs.counted import sources_said
from intrathecal_proofs.false_requirements import FALSE
from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.looks import Song
from intrathecal_proofs.machinery.conjuncts import conjuncts_of
from intrathecal_proofs.machinery.digests import imports_of, sources
from intrathecal_proofs.machinery.files import replace_whole
from intrathecal_proofs.machinery.prover import Engine, Verdict
from intrathecal_proofs.machinery.rows import Opinions, Row
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.matrix import by_claim, missing
from intrathecal_specs.everything import REQUIREMENTS

PROOFS = "intrathecal_proofs"
"""The package in which every file must be imported by another, or be a command."""
COMMANDS = ("cli", "command", "_process")
"""How files of it end that the command line imports by name, or that are run as a process of their own."""
CAMPAIGNS = ("mutants", "witnesses")
"""What else is run of the same sources, and taken over."""
SOLVERS = ("z3", "cvc5")
"""Engines that must refute what is false in the run that a ledger tells of."""
TOTALITY = (
    "every_intermediate_value_fits_64_bits",
    "nothing_is_divided_by_zero",
    "nothing_is_looked_up_outside_a_tuple",
)
"""Requirements on how the code runs, and not on what it does."""
MEANINGS = {
    "framed": "the goal is assumed as it stands, or empty: the step does not touch what it speaks of; in all other "
    "goals the step stands itself, as what comes after is said in terms of what was before",
    "undecided_at": "cvc5 does not decide some question within its steps: only z3 does",
    "unasked_at": "some question is too long a text for cvc5, and fewer premises were not enough: only z3 decides",
    "whole": "questions that were settled with so many premises that nothing is told of what each rests on",
    "rests_on": "what the other questions were settled with: lemmas, requirements on states, products",
}
"""What columns of an entry mean, for who reads the file."""
NOBODY = "no proof rests on it"
ITSELF = "no proof rests on it but that of its own lemma"
TOTALITY_ALONE = "no other proofs rest on it but those of widths, divisors and indices"


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
    """Of the proven ones, those whose goal is assumed already, or empty: the step does not touch what they speak of."""
    steps: int
    """Of Z3's resource limit, in all."""
    questions: int
    """Questions to a solver that make up the proofs."""
    confirmed: int
    """Of the questions, those that cvc5 answers alike."""
    undecided: int
    """Of the questions, those that it does not decide within its steps."""
    unasked: int
    """Of the questions, those that are too long for it."""
    contradicted: int
    """Of the questions, those that cvc5 answers otherwise."""
    undecided_at: tuple[str, ...]
    """The places of the undecided ones."""
    unasked_at: tuple[str, ...]
    """The places of those that are too long."""
    whole: int
    """Of the questions, those of which it is not known what they rest on."""
    rests_on: tuple[str, ...]
    """The lemmas and products that the proofs of the other questions rest on."""
    mutants: int | None = None
    """How many mutants of the core this claim refutes; `None` where the campaign of mutants was not taken over."""
    witnesses: Mapping[str, int] | None = None
    """How many findings of each kind the campaign of witnesses has of it; `None` where that was not taken over."""


@frozen
class Campaign:
    """What another campaign found."""

    summary: Mapping[str, Any] = field(factory=dict)
    """As the campaign sums it up, with what its sample was drawn from."""
    by_claim: Mapping[str, Any] = field(factory=dict)
    """By claim: what an entry tells of it."""


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
    unneeded: Mapping[str, tuple[str, ...]]
    """By what is true of them: conjuncts of invariants, and links, that no proof needs of whatever the core does."""
    canaries: tuple[Song, ...] = ()
    """What the solvers made of false requirements in the same run."""
    missing: tuple[str, ...] = ()
    """Claims without an obligation, or without one about an event that they are about."""
    lost: tuple[str, ...] = ()
    """Tasks whose process was ended before they were done, each time."""
    campaigns: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    """The sums of the other campaigns, by name: of witnesses, of mutants."""
    framed: Mapping[str, int] = field(factory=dict)
    """By task: how many obligations are framed."""
    meanings: Mapping[str, str] = MEANINGS


def ledger_of(
    rows: Iterable[Row], campaigns: Mapping[str, Campaign], songs: Iterable[Song], lost: Iterable[str] = ()
) -> Ledger:
    """The ledger of a whole run with the second solver."""
    found = by_claim(rows)
    entries = {name: _entry(name, mine, campaigns) for name, mine in sorted(found.items())}
    framed = Counter(row.place.partition(" at ")[0] for mine in found.values() for row in mine if _is_framed(row))
    return Ledger(
        versions={**versions(), "python": platform.python_version()},
        seed=SEED,
        sources=sources_said(),
        requirements={name: entry for name, entry in entries.items() if name in REQUIREMENTS},
        lemmas={name: entry for name, entry in entries.items() if name not in REQUIREMENTS},
        unneeded=unneeded(found),
        canaries=tuple(songs),
        missing=tuple(missing([row for mine in found.values() for row in mine])),
        lost=tuple(lost),
        campaigns={name: campaign.summary for name, campaign in campaigns.items()},
        framed=dict(sorted(framed.items())),
    )


def _entry(name: str, rows: list[Row], campaigns: Mapping[str, Campaign]) -> Entry:
    needed = REQUIREMENTS.get(name)
    opinions = [row.second or Opinions() for row in rows]
    mutants, witnesses = campaigns.get("mutants"), campaigns.get("witnesses")
    return Entry(
        id=needed.id if needed else "",
        fingerprint=needed.fingerprint if needed else "",
        obligations=len(rows),
        proven=sum(row.verdict is Verdict.PROVEN for row in rows),
        framed=sum(map(_is_framed, rows)),
        steps=sum(row.steps for row in rows),
        questions=sum(row.questions for row in rows),
        confirmed=sum(each.confirmed for each in opinions),
        undecided=sum(each.undecided for each in opinions),
        unasked=sum(each.unasked for each in opinions),
        contradicted=sum(each.contradicted for each in opinions),
        undecided_at=tuple(sorted({row.place for row in rows if row.second and row.second.undecided})),
        unasked_at=tuple(sorted({row.place for row in rows if row.second and row.second.unasked})),
        whole=sum(each.whole for each in opinions),
        rests_on=tuple(sorted({said.partition(": ")[0] for each in opinions for said in each.rests_on})),
        mutants=None if mutants is None else mutants.by_claim.get(name, 0),
        witnesses=None if witnesses is None else witnesses.by_claim.get(name),
    )


def _is_framed(row: Row) -> bool:
    return row.verdict is Verdict.PROVEN and set(row.engines) == {Engine.FRAME}


def unneeded(rows: Mapping[str, list[Row]]) -> dict[str, tuple[str, ...]]:
    """Conjuncts of invariants, and links, that no proof needs of whatever the core does, by what is true of them."""
    users: dict[str, set[str]] = defaultdict(set)
    for claim, mine in rows.items():
        for said in {said for row in mine if row.second for said in row.second.rests_on}:
            users[said].add(claim)
    lists: dict[str, list[str]] = {NOBODY: [], ITSELF: [], TOTALITY_ALONE: []}
    for name in (*(said for lemma in INVARIANTS for said in conjuncts_of(lemma)), *LINKS):
        others = users[name] - {name.partition(": ")[0]}
        if not users[name]:
            lists[NOBODY].append(name)
        elif not others:
            lists[ITSELF].append(name)
        elif others <= set(TOTALITY):
            lists[TOTALITY_ALONE].append(name)
    return {said: tuple(sorted(names)) for said, names in lists.items()}


def faults(ledger: Ledger) -> list[str]:
    """What is wrong with a ledger, or with what it speaks of, line by line: nothing, if all is well."""
    entries = {**ledger.requirements, **ledger.lemmas}
    lemmas = [*INVARIANTS, *LINKS, *(claim.__name__ for claim in CONTRACTS.values())]
    found = [f"{name}: the source has changed since" for name in _changed(ledger)]
    found += _other_engines(ledger)
    without = [name for name in (*REQUIREMENTS, *lemmas) if name not in entries]
    found += [f"{name}: has no obligation" for name in dict.fromkeys((*without, *ledger.missing))]
    found += [f"{name}: is no claim any more" for name in entries if name not in REQUIREMENTS and name not in lemmas]
    found += [f"{label}: its process was ended before it was done, each time" for label in ledger.lost]
    found += [f"canaries: {song.line}" for song in ledger.canaries if not song.good]
    sang = {song.engine for song in ledger.canaries if set(FALSE) <= {*song.refuted, *song.silent}}
    found += [f"canaries: {engine} was not asked for all" for engine in SOLVERS if engine not in sang]
    found += _faults_of_campaigns(ledger.campaigns)
    found += (fault for name, entry in entries.items() for fault in _faults_of(name, entry))
    return found + [f"{name}: no file imports it" for name in orphans()]


def _faults_of_campaigns(campaigns: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What mutants survived, and what has no witness; and where nothing is known of them."""
    for name in CAMPAIGNS:
        if not campaigns.get(name):
            yield f"{name}: nothing is known of them, of these sources"
    survived = campaigns.get("mutants", {}).get("survivor", 0)
    if survived:
        yield f"mutants: {survived} survive"
    for kind, found in campaigns.get("witnesses", {}).items():
        unknown = found["counts"].get("unknown", 0)
        if unknown:
            yield f"witnesses: {unknown} {kind}s are unknown"


def _faults_of(name: str, entry: Entry) -> Iterator[str]:
    if name in REQUIREMENTS and entry.fingerprint != REQUIREMENTS[name].fingerprint:
        yield f"{name}: has another fingerprint now"
    if entry.proven < entry.obligations or not entry.obligations:
        yield f"{name}: {entry.obligations - entry.proven} of its obligations are not proven"
    if entry.contradicted:
        yield f"{name}: {entry.contradicted} of its questions are contradicted"
    if entry.confirmed + entry.undecided + entry.unasked + entry.contradicted != entry.questions:
        yield f"{name}: not every question has cvc5's answer, or the reason that there is none"


def _other_engines(ledger: Ledger) -> Iterator[str]:
    """Solvers of other versions than those at hand, and another seed."""
    now = {**versions(), "seed": str(SEED)}
    then = {**ledger.versions, "seed": str(ledger.seed)}
    for name, version in now.items():
        if then.get(name) != version:
            yield f"{name}: was {then.get(name)}, and is {version} now"


def _changed(ledger: Ledger) -> list[str]:
    now = sources_said()
    return sorted(name for name in {*now, *ledger.sources} if now.get(name) != ledger.sources.get(name))


def orphans() -> list[str]:
    """Files of the proofs that nothing imports, and that are no command."""
    mine = [module for module in sources() if module.partition(".")[0] == PROOFS]
    imported = {source for module in mine for source, _ in imports_of(module) if source != module}
    packages = {module.rpartition(".")[0] for module in mine} | {PROOFS}
    files = [module for module in mine if module not in packages and not module.endswith(COMMANDS)]
    return sorted(module for module in files if module not in imported)


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
