"""The cache: what was proven, by the content of what it hangs on.

A task is looked up by the digests of the sources that its terms hang on; an obligation of a task that must be lifted
again, by its own terms. Nothing but what was proven is ever kept, each entry under a seal, so that an entry that is
stale, torn or altered is one that is not there. The cache is one file of SQLite, written by one process, a task at a
time.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import attrs
import cattrs

from intrathecal_proofs.machinery.digests import OUTLINES, Outline, of_sources, of_task
from intrathecal_proofs.machinery.prover import Engine, Verdict
from intrathecal_proofs.machinery.rows import Kept, Row
from intrathecal_proofs.machinery.term_digests import digest

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (label TEXT PRIMARY KEY, handlers TEXT, key TEXT, rows TEXT, seal TEXT);
CREATE TABLE IF NOT EXISTS obligations (key TEXT PRIMARY KEY, task TEXT, kept TEXT, seal TEXT);
CREATE TABLE IF NOT EXISTS outlines (key TEXT PRIMARY KEY, said TEXT, seal TEXT);
"""


@attrs.define
class Cache:
    """The cache in one file, which is made where there is none."""

    path: Path
    complaint: str = ""
    """Why nothing is kept any more: the file cannot be read or written."""

    def tasks(self) -> dict[str, list[Row]]:
        """The rows of all tasks of which nothing has changed, by label."""
        found: dict[str, list[Row]] = {}

        def read(base: sqlite3.Connection) -> None:
            kept = _outlined(base)
            for label, handlers, key, rows, seal in base.execute("SELECT * FROM tasks"):
                whole = seal == _seal(label, handlers, key, rows)
                if whole and key == of_task(label, json.loads(handlers)):
                    found[label] = cattrs.structure(json.loads(rows), list[Row])
            for key in OUTLINES.keys() - kept:
                said = json.dumps(attrs.astuple(OUTLINES[key]))
                base.execute("INSERT OR REPLACE INTO outlines VALUES (?, ?, ?)", (key, said, _seal(key, said)))

        self._do(read)
        return found

    def keep(self, label: str, handlers: Iterable[str], rows: list[Row], whole: bool, lifted_from: str) -> None:
        """Keep what was proven of a task; the task itself only if it is `whole`, and all of it was proven.

        `lifted_from`: the digest of the sources that it was lifted from; only these may be the sources of this process.
        """
        if not lifted_from or lifted_from != of_sources():
            self.complaint = "the sources were changed during the run, or are others elsewhere; nothing more is kept"
        used = json.dumps(sorted(handlers))
        said = json.dumps(cattrs.unstructure(rows))
        key = of_task(label, handlers)

        def write(base: sqlite3.Connection) -> None:
            if whole:
                base.execute("DELETE FROM tasks WHERE label = ?", (label,))
                base.execute("DELETE FROM obligations WHERE task = ?", (label,))
            if whole and all(row.verdict is Verdict.PROVEN for row in rows):
                sealed = (label, used, key, said, _seal(label, used, key, said))
                base.execute("INSERT INTO tasks VALUES (?, ?, ?, ?, ?)", sealed)
            entries = [
                (row.key, label, kept := json.dumps([row.engines, row.steps, row.questions]), _seal(row.key, kept))
                for row in rows
                if row.key and row.verdict is Verdict.PROVEN
            ]
            base.executemany("INSERT OR REPLACE INTO obligations VALUES (?, ?, ?, ?)", entries)

        self._do(write)

    def _do(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Read or write, all of it or nothing; what stands in the way is told, and the cache is left alone from then
        on."""
        if self.complaint:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as base, base:
                base.executescript(SCHEMA)
                work(base)
        except (sqlite3.Error, OSError, ValueError) as error:
            self.complaint = f"{self.path}: {error}; nothing is taken from it or kept in it"


@functools.cache
def known(path: Path) -> Mapping[str, Kept]:
    """How obligations in the file were proven, by digest; nothing, where it cannot be read: then all is proven anew."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            rows = base.execute("SELECT key, kept, seal FROM obligations").fetchall()
    except sqlite3.Error:
        return {}
    return {key: _kept(kept) for key, kept, seal in rows if seal == _seal(key, kept)}


def _outlined(base: sqlite3.Connection) -> set[str]:
    """The texts whose outlines the file holds; they are known from then on."""
    found = set()
    for key, said, seal in base.execute("SELECT * FROM outlines"):
        if seal == _seal(key, said):
            imports, functions = json.loads(said)
            OUTLINES[key] = Outline(tuple((source, name) for source, name in imports), tuple(functions))
            found.add(key)
    return found


def _kept(said: str) -> Kept:
    engines, steps, questions = json.loads(said)
    return Kept(tuple(Engine(each).value for each in engines), steps, questions)


def _seal(*parts: str) -> str:
    return digest(*parts).hex()
