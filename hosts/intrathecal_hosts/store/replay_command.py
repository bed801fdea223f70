"""`intrathecal replay`: run the core again on what a journal says happened, and name the first difference."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
from attrs import frozen

from intrathecal_hosts.output import progress, unread, write_json
from intrathecal_hosts.store.journal import LOST, BadJournal, Journal, read, told_event
from intrathecal_hosts.store.medium import FileMedium
from intrathecal_hosts.store.replaying import BEGINNING, Difference, line_of, replayed
from intrathecal_hosts.store.slots import Found, read_back

_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_UNREADABLE: Final = {
    Found.NOTHING: "no state was ever saved there",
    Found.LOST: "something was saved there, and no state can be read",
}


@click.command()
@click.argument("journal", metavar="JOURNAL", type=_FILE)
@click.option("--state", metavar="FILE", type=_FILE, help="Find the state that is saved there in the journal.")
@click.option("--json", "json_path", metavar="FILE", type=_FILE, help="Write it as JSON.")
def replay(journal: Path, state: Path | None, json_path: Path | None) -> None:
    """Run the core again on every event of JOURNAL, and compare each answer with the journal's.

    With --state, say after which line the pump was as it is saved.

    Exit 0 where all are the same, and the saved state is surely the newest and that after the last line; 1 at the first
    difference, or where the state is another; 2 for a file that is no whole journal, or holds no state.
    """
    try:
        held = read(journal)
    except OSError as error:
        unread(journal, error)
    except BadJournal as error:
        print(f"{journal}: {error}", file=sys.stderr)
        sys.exit(2)
    standing = None if state is None else _stands(held, state)
    found = _watched(held)
    print(told(held, found))
    if standing is not None:
        print(standing.told())
    if json_path is not None:
        its = {} if standing is None else {"state": standing.figures()}
        write_json(json_path, {**figures(held, found), **its})
    sys.exit(0 if found is None and (standing is None or standing.last_and_newest()) else 1)


@frozen
class Standing:
    """Where in a journal a saved state stands."""

    found: Found
    line: int | None
    """After which the pump was as it is saved; none, where it never was."""
    last: int
    """The journal's last line."""

    def last_and_newest(self) -> bool:
        """Whether journal and saved state surely end alike."""
        return self.found is Found.NEWEST and self.line == self.last

    def told(self) -> str:
        """In a line."""
        place = "that after no line of the journal" if self.line is None else f"that after line {self.line}"
        place += f", and the journal goes on to line {self.last}" if self.line not in (None, self.last) else ""
        place += "; a newer one may be lost" if self.found is Found.DOUBTFUL else ""
        return f"the saved state is {place}"

    def figures(self) -> dict[str, object]:
        """The same for scripts."""
        return {"found": self.found.value, "after_line": self.line, "last_line": self.last}


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


def _stands(held: Journal, state: Path) -> Standing:
    try:
        back = read_back(FileMedium(state))
    except OSError as error:
        unread(state, error)
    if back.pump is None:
        print(f"{state}: {_UNREADABLE[back.found]}", file=sys.stderr)
        sys.exit(2)
    last = held.entries[-1].line if held.entries else BEGINNING
    return Standing(back.found, line_of(held, back.pump), last)
