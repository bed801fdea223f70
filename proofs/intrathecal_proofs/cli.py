"""The commands `prove` and `explain`."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from intrathecal_proofs.json_files import write_json
from intrathecal_proofs.lifting_command import Lifting
from intrathecal_proofs.looks import Look, Song, have_sung, look_of
from intrathecal_proofs.machinery import recorded
from intrathecal_proofs.machinery.campaign import Extras
from intrathecal_proofs.machinery.digests import of_sources
from intrathecal_proofs.machinery.files import replace_whole
from intrathecal_proofs.machinery.pool import NoCluster, pool_for
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.recorded import Hint
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.machinery.solvers import SEED, versions
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.matrix import EVENT_NAMES, as_json, by_claim, missing, table
from intrathecal_proofs.runs import CACHE, Found, evidence, planned
from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.hazards import HAZARD_WORDS
from intrathecal_specs.recalls import RECALLS
from intrathecal_specs.requirement import Requirement

LAST_PROOF = Path(click.get_app_dir("intrathecal")) / "last-proof.json"
"""Where the last proof of each requirement is kept, for `explain`."""
WIDTH = 190
"""Columns of the matrix where the output is no terminal."""


def _named(word: str) -> list[Requirement]:
    """Those of an identifier, in capitals or not, or the one of that name."""
    return [needed for needed in REQUIREMENTS.values() if word.upper() == needed.id or word == needed.name]


def chosen(only: tuple[str, ...]) -> tuple[set[str] | None, set[str] | None]:
    """The claims and the events that `--only` names; `None` is all.

    Raises `click.BadParameter` for a word that is neither.
    """
    claims: set[str] = set()
    events: set[str] = set()
    for word in only:
        named = {needed.name for needed in _named(word)}
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


@click.command(cls=Lifting)
@click.option(
    "--only", multiple=True, metavar="ID_OR_EVENT", help="A requirement (DOSE-1) or an event (Program) alone."
)
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster whose scheduler has this address.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write everything here.")
@click.option("--fresh", is_flag=True, help="Prove everything anew: take nothing that was proven before.")
@click.option(
    "--all", "everything", is_flag=True, help="Ask the other engines too: cvc5, CrossHair, Hypothesis; minutes more."
)
@click.option(
    "--record",
    is_flag=True,
    help="Write which premises each proof rests on, for later runs to try first; minutes more.",
)
def prove(
    only: tuple[str, ...],
    jobs: int,
    scheduler: str | None,
    json_file: Path | None,
    fresh: bool,
    everything: bool,
    record: bool,
) -> None:
    """Prove every requirement for every event, by induction over arbitrary states.

    What was proven before, and hangs on nothing that has changed since, is not proven again.

    Exit 0 only if everything is proven, 1 if anything is refuted or unknown, 2 for bad arguments.
    """
    claims, events = chosen(only)
    started = time.perf_counter()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    anew = fresh or everything or record
    extras = Extras(second=everything, origins=record, cache=None if anew else CACHE)
    plan = planned(labels_for(events), claims, extras)
    with ThreadPoolExecutor(1) as beside:
        songs = beside.submit(canaries, everything) if plan.left else None
        try:
            found = evidence(plan, claims, extras, pool_for(jobs, scheduler), songs)
        except NoCluster as error:
            raise click.BadParameter(str(error), param_hint="--scheduler") from error
    console.print(table(found.rows, events or EVENT_NAMES))
    looks = ([] if songs is None else [look_of(songs.result())]) + (other_engines(found.rows) if everything else [])
    absent = absent_from(found.rows, claims, events)
    good = verdict(console, found, looks, absent, whole=not only, seconds=time.perf_counter() - started)
    if songs is not None and have_sung(songs.result()):
        remember(found.rows, only)
    if record:
        recorded.write(hints(found.rows), whole=not only)
    if json_file is not None:
        run = {"good": good, "whole": not only, "lost": found.lost, "missing": absent}
        run |= {"versions": versions(), "seed": SEED, "looks": [look.as_json() for look in looks]}
        result = {**as_json(found.rows, events or EVENT_NAMES), **run}
        write_json("prove", json_file, result)
    sys.exit(0 if good else 1)


def hints(rows: list[Row]) -> Iterator[tuple[str, str, Hint]]:
    """What the proofs rested on, by claim and place."""
    for row in rows:
        if row.key and row.rests_on is not None:
            origins, marks = row.rests_on
            yield row.claim, row.place, Hint(frozenset(origins), frozenset(marks))


def canaries(everything: bool) -> list[Song]:
    """What the engines of this run make of what is false: the prover, and with `everything` the others too. They take
    seconds to import, which nobody waits for who proves nothing."""
    from intrathecal_proofs.canaries import ALWAYS, OTHERS, canary_songs

    return canary_songs((*ALWAYS, *OTHERS) if everything else ALWAYS)


def absent_from(rows: list[Row], claims: set[str] | None, events: set[str] | None) -> list[str]:
    """Of the claims that were asked for, those without an obligation; where events were, not every claim has one."""
    if events:
        return []
    return missing(rows) if claims is None else sorted(claims - {row.claim for row in rows})


def other_engines(rows: list[Row]) -> list[Look]:
    """What the other engines say; they take seconds to import, which nobody waits for who does not ask them."""
    from intrathecal_proofs.second_looks import look_again

    return look_again(rows)


def verdict(console: Console, found: Found, looks: list[Look], absent: list[str], whole: bool, seconds: float) -> bool:
    """Print what is not proven, what the other engines said, and the sum; whether all is well.

    `absent`: the claims without an obligation.
    """
    rows = found.rows
    bad = [row for row in rows if row.verdict is not Verdict.PROVEN]
    for row in bad:
        id = REQUIREMENTS[row.claim].id if row.claim in REQUIREMENTS else "lemma"
        console.print(f"{row.verdict}: {id} {row.claim} at {row.setting} {row.where}", soft_wrap=True, highlight=False)
        if row.counterexample:
            console.print(row.counterexample, soft_wrap=True, highlight=False, markup=False)
    if any(row.claim not in REQUIREMENTS for row in bad):
        console.print(
            "a lemma is not proven: until it is, nothing is proven of what rests on it, which may be any requirement"
        )
    if not whole:
        console.print("assumed, and proven by a whole run: lemmas, and what is required of every state")
    for name in absent:
        console.print(f"unknown: {name} has no obligation", highlight=False)
    for label in found.lost:
        console.print(f"unknown: {label}: its process was ended before it was done, each time", highlight=False)
    if found.edited:
        console.print("unknown: the sources were changed during the run: nobody knows of which of them this is")
    for look in looks:
        console.print(look.line, soft_wrap=True, highlight=False, markup=False)
    incomplete = absent or found.lost or found.edited or not rows
    good = not bad and not incomplete and all(look.good for look in looks)
    names = {row.claim for row in rows} & set(REQUIREMENTS)
    said = f"{len(names)} requirements, {len(rows)} obligations, {len(rows) - len(bad)} proven, {len(bad)} not"
    if found.kept:
        said += f"; {found.kept} of {found.tasks} tasks were proven before, and nothing they hang on has changed"
    console.print(f"{said}; {seconds:.0f} s, {', '.join(f'{k} {v}' for k, v in versions().items())}", highlight=False)
    return good


def last_proofs() -> dict[str, Any]:
    """What is kept of each requirement; nothing of it, where the file is torn."""
    if not LAST_PROOF.exists():
        return {}
    try:
        kept: dict[str, Any] = json.loads(LAST_PROOF.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        click.echo(f"{LAST_PROOF}: cannot be read, and is left aside: {error}", err=True)
        return {}
    return kept


def remember(rows: list[Row], only: tuple[str, ...]) -> None:
    """Keep what this run, of `only` that or of everything, says of each requirement."""
    kept = last_proofs()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    of = by_claim(rows)
    for name, needed in REQUIREMENTS.items():
        mine = of[name]
        if mine:
            kept[name] = {
                "fingerprint": needed.fingerprint,
                "sources": of_sources(),
                "only": " ".join(f"--only {word}" for word in only),
                "when": stamp,
                "obligations": len(mine),
                "proven": sum(row.verdict is Verdict.PROVEN for row in mine),
                "seconds": round(sum(row.seconds for row in mine), 1),
                "versions": versions(),
            }
    try:
        replace_whole(LAST_PROOF, json.dumps(kept, indent=1) + "\n")
    except OSError as error:
        click.echo(f"intrathecal prove: {LAST_PROOF}: {error.strerror}; `explain` will not know of this run", err=True)


@click.command()
@click.argument("id")
def explain(id: str) -> None:
    """Show a requirement: its English, predicate, hazards, source, and its last proof. ID is as in DOSE-1."""
    named = _named(id)
    if not named:
        ids = ", ".join(sorted({needed.id for needed in REQUIREMENTS.values()}))
        raise click.BadParameter(f"{id!r} is no requirement; there are {ids}", param_hint="ID")
    kept = last_proofs()
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
    stale = "" if kept.get("sources") == of_sources() else " STALE: sources have changed since"
    if kept["fingerprint"] != fingerprint:
        stale = " STALE: the requirement has changed since"
    proven = f"{kept['proven']} of {kept['obligations']} obligations proven"
    of = f" of `{kept['only']}`" if kept.get("only") else ""
    return f"{kept['when']}, {proven}{of}, {kept['seconds']} s{stale}"
