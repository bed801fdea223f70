"""The files that a run is to be written to: none is what it reads, none is another's, and only a journal is replaced by
a journal."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Final

from attrs import frozen

from intrathecal_hosts.store.journal import DIGEST

JOURNAL: Final = "--journal"
"""The option that writes the journal."""
_BEGINS: Final = re.compile(rf'\{{"{DIGEST}":"[0-9a-f]{{64}}","format":"intrathecal journal '.encode())
"""As a journal begins, of whatever version."""
_LONG: Final = 128
"""Bytes, which hold that."""


class BadTarget(Exception):
    """What would be written over must not be; its text is the line to print."""


def check(scenario: Path, targets: Mapping[str, Path | None]) -> None:
    """`targets`: by option, where it writes to, if anywhere.

    Raises `BadTarget` for one that is the scenario's file or another's, and for a journal in place of what is none.
    """
    written = [(option, path) for option, path in targets.items() if path is not None]
    for option, path in written:
        if _same(path, scenario):
            raise BadTarget(f"{path}: is the scenario; {option} takes another file")
    for (option, path), (other, its) in combinations(written, 2):
        if _same(path, its):
            raise BadTarget(f"{its}: is what {option} writes; {other} takes another file")
    journal = targets[JOURNAL]
    if journal is not None and not _makes_way(journal):
        raise BadTarget(f"{journal}: is no journal; {JOURNAL} takes a new file, or a journal to replace")


@frozen
class Former:
    """What was at a journal's place before."""

    path: Path | None
    """Of no journal, where none is written."""
    held: bytes | None
    """`None`: no file was there."""

    @classmethod
    def of(cls, path: Path | None) -> Former:
        """What is there now."""
        return cls(path, None if path is None or not path.exists() else path.read_bytes())

    def put_back(self) -> None:
        """It is there again."""
        if self.path is None:
            return
        if self.held is None:
            self.path.unlink(missing_ok=True)
        else:
            self.path.write_bytes(self.held)


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.realpath(one) == os.path.realpath(other) or os.path.samefile(one, other)
    except OSError:
        return False


def _makes_way(path: Path) -> bool:
    """Whether a journal may be written there: nothing is, nothing is in it, or a journal."""
    try:
        if not path.exists():
            return True
        if not path.is_file():
            return False
        with path.open("rb") as file:
            beginning = file.read(_LONG)
    except OSError as reason:
        raise BadTarget(f"{path}: cannot be read: {reason.strerror}") from reason
    return beginning == b"" or _BEGINS.match(beginning) is not None
