"""`intrathecal catalog`: list what the catalogue holds, or show one device, drug or protocol with all its sources."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import click
from rich.markup import escape
from rich.table import Table

from intrathecal.catalogue import (
    DEVICES,
    DRUGS,
    PROTOCOLS,
    SOURCES,
    Basis,
    DeviceFacts,
    DrugFacts,
    Fact,
    ProtocolFacts,
    drug_facts,
)
from intrathecal_hosts.amounts import spoken_of_in_micrograms
from intrathecal_hosts.facts_text import told
from intrathecal_hosts.output import unwritten
from intrathecal_hosts.report import console

MEANING: Final = {
    Basis.READ: "",
    Basis.DERIVED: "derived",
    Basis.UNVERIFIED: "unverified",
    Basis.CHOSEN: "chosen, unverified",
}
"""By basis: what a reader is told beside the mark; nothing where a source says just that."""
_LISTED = {
    "Devices": ("capacity", "low", "flow_min", "flow_max", "fast", "mri"),
    "Drugs": ("concentration_max", "hard", "soft", "single", "limit_source"),
    "Protocols": ("by", "ladder", "interval", "success", "multiple"),
}
"""The facts that the lists show, of the many that the table of one shows."""

Row = DeviceFacts | DrugFacts | ProtocolFacts
"""A device, a drug or the protocol of a trial."""
ALL: Final[Mapping[str, Sequence[Row]]] = {"Devices": DEVICES, "Drugs": DRUGS, "Protocols": PROTOCOLS}
"""By title: everything that the catalogue holds."""


@click.command()
@click.argument("name", required=False)
@click.option(
    "--json",
    "json_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write everything there as JSON; - is standard output, and then nothing else is printed.",
)
def catalog(name: str | None, json_path: Path | None) -> None:
    """List the devices, drugs and protocols of the catalogue, or show the one called NAME with each number's source.

    An asterisk or [M] marks a number that no source was read for, [P] one that this project chose: replace them before
    relying on them. Exits 0; 2 for a name that the catalogue does not hold, or a file that cannot be written.
    """
    rows = [row for rows in ALL.values() for row in rows] if name is None else [_called(name)]
    if json_path != Path("-"):
        for table in _lists() if name is None else [_facts(rows[0])]:
            console().print(table)
        console().print(_sources(rows))
    if json_path is not None:
        _write(json_path, json.dumps(as_json(rows), indent=2, ensure_ascii=False) + "\n")


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """The rows with every fact: as text, in base units where it is a quantity, and what it rests on."""
    return {
        "devices": [_row_as_json(row) for row in rows if isinstance(row, DeviceFacts)],
        "drugs": [_row_as_json(row) for row in rows if isinstance(row, DrugFacts)],
        "protocols": [_row_as_json(row) for row in rows if isinstance(row, ProtocolFacts)],
    }


def _called(name: str) -> Row:
    names = {row.name.casefold(): row for rows in ALL.values() for row in rows}
    asked = name.casefold()
    if asked in names:
        return names[asked]
    near = [known for known in names if asked in known] or difflib.get_close_matches(asked, names, n=4, cutoff=0.5)
    hint = f"near it: {', '.join(names[known].name for known in near)}" if near else "`intrathecal catalog` lists all"
    print(f"intrathecal catalog: {name!r} is not in the catalogue; {hint}", file=sys.stderr)
    sys.exit(2)


def _facts_of(row: Row) -> dict[str, Fact[object]]:
    return {field.name: fact for field in attrs.fields(type(row)) if isinstance(fact := getattr(row, field.name), Fact)}


def _in_micrograms(row: Row) -> bool:
    if isinstance(row, DeviceFacts):
        return False
    drug = row if isinstance(row, DrugFacts) else drug_facts(row.drug)
    return spoken_of_in_micrograms(drug.hard.value.ng_per_day)


def _lists() -> list[Table]:
    return [_list(title, rows) for title, rows in ALL.items()]


def _list(title: str, rows: Sequence[Row]) -> Table:
    table = Table(title=f"{title} (* unverified)", title_justify="left")
    table.add_column("name", no_wrap=True)
    for name in _LISTED[title]:
        table.add_column(name.replace("_", "\n"), no_wrap=True)
    table.add_column("not\nverified", justify="right", no_wrap=True)
    table.add_column("sources")
    for row in rows:
        facts = _facts_of(row)
        shown = (told(facts[name].value, _in_micrograms(row)) + _star(facts[name]) for name in _LISTED[title])
        doubtful = sum(not fact.verified for fact in facts.values())
        table.add_row(row.name, *shown, f"{doubtful} of {len(facts)}", ", ".join(_cited([row])))
    return table


def _star(fact: Fact[object]) -> str:
    return "" if fact.verified else " *"


def _facts(row: Row) -> Table:
    table = Table(title=row.name, title_justify="left")
    for heading in ("fact", "value", "mark", "source", "note"):
        table.add_column(heading)
    for name, fact in _facts_of(row).items():
        mark = f"[{fact.basis.value}] {MEANING[fact.basis]}".rstrip()
        value = told(fact.value, _in_micrograms(row))
        table.add_row(name.replace("_", " "), value, escape(mark), ", ".join(fact.sources), fact.note)
    return table


def _sources(rows: Sequence[Row]) -> Table:
    table = Table(title="Sources", title_justify="left")
    table.add_column("key")
    table.add_column("title")
    for key in _cited(rows):
        table.add_row(key, SOURCES[key])
    return table


def _cited(rows: Sequence[Row]) -> list[str]:
    """The keys of all sources of these rows, in the order of the bibliography."""
    cited = {key for row in rows for fact in _facts_of(row).values() for key in fact.sources}
    return [key for key in SOURCES if key in cited]


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "facts": {name: _fact_as_json(fact, _in_micrograms(row)) for name, fact in _facts_of(row).items()},
    }


def _fact_as_json(fact: Fact[Any], micrograms: bool) -> dict[str, Any]:
    base = attrs.asdict(fact.value) if attrs.has(type(fact.value)) else {}
    return {
        "value": told(fact.value, micrograms),
        **base,
        "mark": fact.basis.value,
        "verified": fact.verified,
        "sources": {key: SOURCES[key] for key in fact.sources},
        "note": fact.note,
    }


def _write(path: Path, text: str) -> None:
    try:
        with click.open_file(str(path), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as reason:
        unwritten(path, reason)
