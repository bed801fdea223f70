"""The command `ledger`: write what is known of every claim, or check whether what is written still holds."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from intrathecal_proofs.counted import digest_said, sources_said
from intrathecal_proofs.ledger import SOLVERS, Campaign, Ledger, faults, ledger_of, read, write
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.looks import Song
from intrathecal_proofs.machinery.campaign import Extras
from intrathecal_proofs.machinery.pool import pool_for
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.runs import evidence, planned

FILE = Path("ledger.json")
"""Where it stands in a checkout."""


@click.command(cls=Lifting)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=FILE)
@click.option("--check", is_flag=True, help="Prove nothing: tell whether the ledger still speaks of these sources.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--witnesses", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Their JSON.")
@click.option("--mutants", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Their JSON.")
def ledger(file: Path, check: bool, jobs: int, witnesses: Path | None, mutants: Path | None) -> None:
    """Prove everything with both solvers, and write what was found of every claim to FILE (ledger.json).

    Results of the campaigns of witnesses and of mutants are taken over from their JSON files; without them, from the
    ledger that stands there, if they are of the same sources.

    Exit 0 if all is well, 1 if something is not proven or the ledger is stale, 2 for bad arguments.
    """
    if not check:
        extras = Extras(second=True)
        campaigns = _campaigns({"witnesses": witnesses, "mutants": mutants}, file)
        plan = planned([task.label for task in tasks()], None, extras)
        with ThreadPoolExecutor(1) as beside:
            songs = beside.submit(solvers_songs)
            found = evidence(plan, None, extras, pool_for(jobs, None), songs)
        if found.edited:
            click.echo("intrathecal ledger: the sources were changed meanwhile: nothing is written", err=True)
            sys.exit(1)
        made = ledger_of(found.rows, campaigns, songs.result(), found.lost)
        try:
            write(made, file)
        except OSError as error:
            raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from error
    kept = _read(file)
    wrong = faults(kept)
    for line in wrong:
        click.echo(line)
    click.echo(_summary(kept))
    sys.exit(1 if wrong else 0)


def solvers_songs() -> list[Song]:
    """What both solvers make of their canaries; the other engines' take long to import, and are not needed to check."""
    from intrathecal_proofs.canaries import canary_songs

    return canary_songs(SOLVERS)


def _read(file: Path) -> Ledger:
    try:
        return read(file)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from error
    except ValueError as error:
        raise click.BadParameter(f"{file}: is no ledger: {error}", param_hint="FILE") from error


def _campaigns(files: dict[str, Path | None], before: Path) -> dict[str, Campaign]:
    """What the campaigns found, by name."""
    kept = _former(before) if before.exists() else {}
    for name, file in files.items():
        if file is not None:
            try:
                said = json.loads(file.read_text(encoding="utf-8"))
                kept[name] = Campaign(said["summary"], BY_CLAIM[name](said))
                wrong = _unlike(said)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise click.BadParameter(f"{file}: holds no summary: {error}", param_hint=f"--{name}") from error
            if wrong:
                raise click.BadParameter(f"{file}: {wrong}", param_hint=f"--{name}")
    return kept


def _unlike(said: dict[str, Any]) -> str:
    """Why what a campaign wrote is not of all of these sources; empty, if it is."""
    if said["sources"] != digest_said():
        return "is of other sources than these"
    limits = [f"{name} {said[name]}" for name in ("only", "sample") if said.get(name) is not None]
    return f"is limited, to {limits[0]}" if limits else ""


def _refuted(said: dict[str, Any]) -> dict[str, int]:
    """By claim: how many mutants it refutes."""
    return dict(Counter(row["claim"] for row in said["mutants"] if row["fate"] == "refuted"))


BY_CLAIM: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "mutants": _refuted,
    "witnesses": lambda said: dict(said.get("claims", {})),
}
"""By campaign: what its JSON says of each claim."""


def _former(file: Path) -> dict[str, Campaign]:
    """What the ledger that stands there says of the campaigns, if it is of the same sources."""
    former = _read(file)
    if former.sources != sources_said():
        return {}
    entries = {**former.requirements, **former.lemmas}
    said = {name: {claim: getattr(entry, name) for claim, entry in entries.items()} for name in former.campaigns}
    return {name: Campaign(summary, said[name]) for name, summary in former.campaigns.items()}


def _summary(kept: Ledger) -> str:
    entries = [*kept.requirements.values(), *kept.lemmas.values()]

    def sums(*names: str) -> list[int]:
        return [sum(getattr(entry, name) for entry in entries) for name in names]

    obligations, proven, framed, questions = sums("obligations", "proven", "framed", "questions")
    confirmed, undecided, unasked, contradicted = sums("confirmed", "undecided", "unasked", "contradicted")
    only = sum(len({*entry.undecided_at, *entry.unasked_at}) for entry in entries)
    claims = f"{len(kept.requirements)} requirements, {len(kept.lemmas)} lemmas and contracts"
    proofs = f"{proven} of {obligations} obligations proven by z3, {framed} of them framed"
    said = f"of {questions} questions cvc5 confirms {confirmed} and contradicts {contradicted}"
    left = f"at {only} places only z3 decides: {undecided} questions not within cvc5's steps, {unasked} too long for it"
    canaries = ", ".join(song.line for song in kept.canaries)
    return f"{claims}; {proofs}; {said}; {left}; canaries: {canaries}"
