"""The command `ledger`: write what is known of every claim, or check whether what is written still holds."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from intrathecal_proofs.ledger import Ledger, faults, ledger_of, read, sources_said, write
from intrathecal_proofs.machinery.campaign import Extras
from intrathecal_proofs.machinery.pool import pool_for
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.runs import evidence, planned

FILE = Path("ledger.json")
"""Where it stands in a checkout."""
CAMPAIGNS = ("witnesses", "mutants")
"""Commands whose results it takes over from their JSON."""


@click.command()
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
        found = evidence(plan, None, extras, pool_for(jobs, None))
        made = ledger_of(found.rows, campaigns, found.lost)
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


def _read(file: Path) -> Ledger:
    try:
        return read(file)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from error
    except ValueError as error:
        raise click.BadParameter(f"{file}: is no ledger: {error}", param_hint="FILE") from error


def _campaigns(files: dict[str, Path | None], before: Path) -> dict[str, Any]:
    """What the campaigns found, by name."""
    former = _read(before) if before.exists() else None
    kept = dict(former.campaigns) if former is not None and former.sources == sources_said() else {}
    for name, file in files.items():
        if file is not None:
            try:
                kept[name] = json.loads(file.read_text(encoding="utf-8"))["summary"]
            except (ValueError, KeyError, TypeError) as error:
                raise click.BadParameter(f"{file}: holds no summary: {error}", param_hint=f"--{name}") from error
    return kept


def _summary(kept: Ledger) -> str:
    entries = [*kept.requirements.values(), *kept.lemmas.values()]
    obligations, proven, questions, confirmed = (
        sum(getattr(entry, name) for entry in entries) for name in ("obligations", "proven", "questions", "confirmed")
    )
    only = sum(len(entry.only_z3) for entry in entries)
    claims = f"{len(kept.requirements)} requirements, {len(kept.lemmas)} lemmas and contracts"
    said = f"{confirmed} of {questions} questions confirmed by cvc5; at {only} places only z3 decides"
    return f"{claims}; {proven} of {obligations} obligations proven by z3; {said}"
