"""What a command writes for scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


def write_json(command: str, file: Path, found: object) -> None:
    """Write what the command found; where the file cannot be written, one line says so, and the command exits 2."""
    try:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"intrathecal {command}: {file}: {error.strerror}", err=True)
        sys.exit(2)
