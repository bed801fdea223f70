"""What commands write: files, where one that cannot be written ends the command with a line; and progress."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import Progress


def write_json(path: Path, told: object) -> None:
    """Write it as JSON that people can read too; one line and exit 2 where the file cannot be written."""
    write_text(path, json.dumps(told, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write the text; one line and exit 2 where the file cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as reason:
        unwritten(path, reason)


def unwritten(path: Path, reason: OSError) -> NoReturn:
    """Say in one line that the file cannot be written, and exit 2."""
    print(f"{path}: cannot be written: {reason.strerror}", file=sys.stderr)
    sys.exit(2)


def unread(path: Path, reason: OSError) -> NoReturn:
    """Say in one line that the file cannot be read, and exit 2."""
    print(f"{path}: cannot be read: {reason.strerror}", file=sys.stderr)
    sys.exit(2)


def progress() -> Progress:
    """A bar that is gone when the work is done, and is not there where nobody looks."""
    screen = Console(stderr=True)
    return Progress(console=screen, transient=True, disable=not screen.is_terminal)
