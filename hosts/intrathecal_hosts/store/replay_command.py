"""`intrathecal replay`: run the core again on what a journal says happened, and name the first difference."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from intrathecal_hosts.output import progress, unread, write_json
from intrathecal_hosts.store.journal import LOST, BadJournal, Journal, read, told_event
from intrathecal_hosts.store.replaying import Difference, replayed


@click.command()
@click.argument("journal", metavar="JOURNAL", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JSON."
)
def replay(journal: Path, json_path: Path | None) -> None:
    """Run the core again on every event of JOURNAL, and compare each answer with the journal's.

    Exit 0 where all are the same, 1 at the first difference, 2 for a file that is no whole journal.
    """
    try:
        held = read(journal)
    except OSError as error:
        unread(journal, error)
    except BadJournal as error:
        print(f"{journal}: {error}", file=sys.stderr)
        sys.exit(2)
    found = _watched(held)
    print(told(held, found))
    if json_path is not None:
        write_json(json_path, figures(held, found))
    sys.exit(0 if found is None else 1)


def told(held: Journal, found: Difference | None) -> str:
    """What came of it, in a line or two."""
    torn = "\nthe last line was broken off, and is left out" if held.torn else ""
    if found is None:
        return f"{events(held)} events replayed, every answer the same{torn}"
    event = found.entry.event
    what = "a lost step" if event is None else f"{type(event).__name__} at {event.at} s"
    return (
        f"line {found.entry.line}: {what}: {found.field}: "
        f"the journal has {found.journal!r}, the core gives {found.core!r}{torn}"
    )


def figures(held: Journal, found: Difference | None) -> dict[str, object]:
    """The same for scripts."""
    difference = None
    if found is not None:
        difference = {
            "line": found.entry.line,
            **({LOST: True} if found.entry.event is None else told_event(found.entry.event)),
            "field": found.field,
            "journal": found.journal,
            "core": found.core,
        }
    return {"events": events(held), "torn": held.torn, "difference": difference}


def events(held: Journal) -> int:
    """How many happened, those included whose steps were lost."""
    return sum(entry.event is not None for entry in held.entries)


def _watched(held: Journal) -> Difference | None:
    with progress() as bar:
        task = bar.add_task("replaying", total=len(held.entries))
        return replayed(held, lambda: bar.advance(task))
