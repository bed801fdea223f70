"""The commands `prove` and `explain`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from intrathecal_proofs.machinery.campaign import Row, run
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.matrix import EVENT_NAMES, as_json, missing, table
from intrathecal_proofs.second_looks import Look, canary_look, look_again
from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.hazards import HAZARD_WORDS
from intrathecal_specs.recalls import RECALLS

LAST_PROOF = Path(click.get_app_dir("intrathecal")) / "last-proof.json"
"""Where the last proof of each requirement is kept, for `explain`."""
WIDTH = 190
"""Columns of the matrix where the output is no terminal."""


def chosen(only: tuple[str, ...]) -> tuple[set[str] | None, set[str] | None]:
    """The claims and the events that `--only` names; `None` is all.

    Raises `click.BadParameter` for a word that is neither.
    """
    claims: set[str] = set()
    events: set[str] = set()
    for word in only:
        named = {name for name, needed in REQUIREMENTS.items() if word in (needed.id, name)}
        if word in EVENT_NAMES:
            events.add(word)
        elif named:
            claims |= named
        else:
            raise click.BadParameter(
                f"{word!r} is neither a requirement (such as DOSE-1) nor an event ({', '.join(EVENT_NAMES)})",
                param_hint="--only",
            )
    return claims or None, events or None


def labels_for(events: set[str] | None) -> list[str]:
    """The tasks to run."""
    labels = [task.label for task in tasks()]
    if events is None:
        return labels
    return [label for label in labels if label.split()[-1] in events or label.split()[0] not in ("decide", "step")]


@click.command()
@click.option(
    "--only", multiple=True, metavar="ID_OR_EVENT", help="A requirement (DOSE-1) or an event (Program) alone."
)
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write everything here.")
@click.option(
    "--all", "everything", is_flag=True, help="Ask the other engines too: cvc5, CrossHair, Hypothesis; minutes more."
)
def prove(only: tuple[str, ...], jobs: int, json_file: Path | None, everything: bool) -> None:
    """Prove every requirement for every event, by induction over arbitrary states.

    Exit 0 only if everything is proven, 1 if anything is refuted or unknown, 2 for bad arguments.
    """
    claims, events = chosen(only)
    started = time.perf_counter()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    rows = proven(labels_for(events), claims, jobs, everything)
    console.print(table(rows))
    looks = [canary_look(everything), *(look_again(rows) if everything else [])]
    good = verdict(console, rows, looks, whole=not only, seconds=time.perf_counter() - started)
    result = {**as_json(rows), "versions": versions(), "seed": SEED, "looks": [look.as_json() for look in looks]}
    remember(rows)
    if json_file is not None:
        try:
            json_file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            click.echo(f"intrathecal prove: {json_file}: {error.strerror}", err=True)
            sys.exit(2)
    sys.exit(0 if good else 1)


def proven(labels: list[str], claims: set[str] | None, jobs: int, second: bool) -> list[Row]:
    """The rows of a run, with a progress bar where someone looks."""
    bar = Progress(
        TextColumn("proving"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bar:
        task = bar.add_task("lifting", total=len(labels))
        return run(labels, claims, jobs, second, lambda label, _: bar.update(task, advance=1, description=label))


def verdict(console: Console, rows: list[Row], looks: list[Look], whole: bool, seconds: float) -> bool:
    """Print what is not proven, what the other engines said, and the sum; whether all is well."""
    bad = [row for row in rows if row.verdict is not Verdict.PROVEN]
    for row in bad:
        id = REQUIREMENTS[row.claim].id if row.claim in REQUIREMENTS else "lemma"
        console.print(f"{row.verdict}: {id} {row.claim} at {row.setting} {row.where}", soft_wrap=True, highlight=False)
        if row.counterexample:
            console.print(row.counterexample, soft_wrap=True, highlight=False, markup=False)
    absent = missing(rows) if whole else []
    for name in absent:
        console.print(f"unknown: {name} has no obligation", highlight=False)
    for look in looks:
        console.print(look.line, soft_wrap=True, highlight=False, markup=False)
    good = not bad and not absent and all(look.good for look in looks) and bool(rows)
    names = {row.claim for row in rows} & set(REQUIREMENTS)
    said = f"{len(names)} requirements, {len(rows)} obligations, {len(rows) - len(bad)} proven, {len(bad)} not"
    console.print(f"{said}; {seconds:.0f} s, {', '.join(f'{k} {v}' for k, v in versions().items())}", highlight=False)
    return good


def remember(rows: list[Row]) -> None:
    """Keep what this run says of each requirement."""
    kept = json.loads(LAST_PROOF.read_text(encoding="utf-8")) if LAST_PROOF.exists() else {}
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    for name, needed in REQUIREMENTS.items():
        mine = [row for row in rows if row.claim == name]
        if mine:
            kept[name] = {
                "fingerprint": needed.fingerprint,
                "when": stamp,
                "obligations": len(mine),
                "proven": sum(row.verdict is Verdict.PROVEN for row in mine),
                "seconds": round(sum(row.seconds for row in mine), 1),
                "versions": versions(),
            }
    LAST_PROOF.parent.mkdir(parents=True, exist_ok=True)
    LAST_PROOF.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


@click.command()
@click.argument("id")
def explain(id: str) -> None:
    """Show a requirement: its English, predicate, hazards, source, and its last proof. ID is as in DOSE-1."""
    named = [needed for needed in REQUIREMENTS.values() if id in (needed.id, needed.name)]
    if not named:
        ids = ", ".join(sorted({needed.id for needed in REQUIREMENTS.values()}))
        raise click.BadParameter(f"{id!r} is no requirement; there are {ids}", param_hint="ID")
    kept = json.loads(LAST_PROOF.read_text(encoding="utf-8")) if LAST_PROOF.exists() else {}
    for needed in named:
        click.echo(f"{needed.id}  {needed.name.replace('_', ' ')}\n\n{needed.english}\n")
        click.echo(f"hazards: {', '.join(HAZARD_WORDS[hazard] for hazard in needed.hazards)}")
        click.echo(f"source: {needed.source}\nfingerprint: {needed.fingerprint}")
        answered = [recall.key for recall in RECALLS if needed.function in recall.caught_by]
        click.echo(f"recalls: {', '.join(answered) or 'none'}")
        click.echo(f"last proof: {_last(kept.get(needed.name), needed.fingerprint)}\n")
        click.echo(needed.text)


def _last(kept: dict[str, object] | None, fingerprint: str) -> str:
    if kept is None:
        return "none on this machine; run `intrathecal prove`"
    stale = "" if kept["fingerprint"] == fingerprint else " STALE: the requirement has changed since"
    return f"{kept['when']}, {kept['proven']} of {kept['obligations']} obligations proven, {kept['seconds']} s{stale}"
