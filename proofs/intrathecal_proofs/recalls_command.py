"""`intrathecal recalls`: what has gone wrong with real pumps, and which requirements and scenarios answer it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from intrathecal.catalogue import SOURCES
from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.hazards import HAZARD_WORDS
from intrathecal_specs.recalls import FAULT_MODEL, RECALLS, Recall

WIDTH = 150
"""Columns where the output is no terminal."""


@click.command()
@click.argument("key", required=False)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write everything there as JSON; - is standard output, and then nothing else is printed.",
)
def recalls(key: str | None, json_file: Path | None) -> None:
    """List recalls with hazards, requirements and scenarios, or tell the one called KEY in full.

    Exits 0; 2 for a key that no recall has, or a file that cannot be written.
    """
    chosen = [recall for recall in RECALLS if key in (None, recall.key)]
    if not chosen:
        raise click.BadParameter(
            f"{key!r} is no recall; there are {', '.join(r.key for r in RECALLS)}", param_hint="KEY"
        )
    if json_file != Path("-"):
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        console.print(table() if key is None else told(chosen[0]), highlight=False, markup=False)
    if json_file is not None:
        try:
            with click.open_file(str(json_file), "w", encoding="utf-8") as file:
                file.write(json.dumps([as_json(recall) for recall in chosen], indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            click.echo(f"intrathecal recalls: {json_file}: {error.strerror}", err=True)
            sys.exit(2)


def ids(recall: Recall) -> list[str]:
    """The identifiers of the requirements that answer it, each once."""
    return list(dict.fromkeys(REQUIREMENTS[rule.__name__].id for rule in recall.caught_by))


def table() -> Table:
    """All recalls, a row each."""
    rows = Table(title="Recalls", title_justify="left")
    for heading in ("key", "product", "hazards", "requirements"):
        rows.add_column(heading)
    rows.add_column("scenarios", no_wrap=True)
    for recall in RECALLS:
        hazards = ", ".join(HAZARD_WORDS[hazard] for hazard in recall.hazards)
        rows.add_row(recall.key, recall.product, hazards, ", ".join(ids(recall)), "\n".join(recall.scenarios))
    return rows


def told(recall: Recall) -> str:
    """One recall in full."""
    lines = [
        f"{recall.key}  {recall.product}, {recall.date}",
        f"\n{recall.happened}\n\n{recall.answer}\n",
        f"origin: {', '.join(origin.value for origin in recall.origins)}",
        *(f"fault model: {fault}, {FAULT_MODEL[fault]}" for fault in recall.shows),
        f"hazards: {', '.join(HAZARD_WORDS[hazard] for hazard in recall.hazards)}",
        *(
            f"requirement: {REQUIREMENTS[rule.__name__].id}, {rule.__name__.replace('_', ' ')}"
            for rule in recall.caught_by
        ),
        *(f"scenario: tests/scenarios/recalls/{scenario}" for scenario in recall.scenarios),
        f"refused there: {', '.join(reason.name for reason in recall.refused) or 'nothing'}",
        f"raised there: {', '.join(alarm.name for alarm in recall.raised) or 'nothing'}",
        *(f"source: {source}, {SOURCES[source]}" for source in recall.sources),
    ]
    return "\n".join(lines)


def as_json(recall: Recall) -> dict[str, Any]:
    """One recall for scripts."""
    return {
        "key": recall.key,
        "date": recall.date,
        "product": recall.product,
        "happened": recall.happened,
        "answer": recall.answer,
        "sources": {source: SOURCES[source] for source in recall.sources},
        "origins": [origin.value for origin in recall.origins],
        "fault_model": {fault: FAULT_MODEL[fault] for fault in recall.shows},
        "hazards": [hazard.name for hazard in recall.hazards],
        "requirements": [{"id": REQUIREMENTS[rule.__name__].id, "name": rule.__name__} for rule in recall.caught_by],
        "scenarios": list(recall.scenarios),
        "refused": [reason.name for reason in recall.refused],
        "raised": [alarm.name for alarm in recall.raised],
    }
