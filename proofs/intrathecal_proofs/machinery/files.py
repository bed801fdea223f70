"""Files that are there whole or as they were: what a run leaves behind for the next one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_whole(file: Path, text: str) -> None:
    """Put the text in place of what the file holds, all of it or nothing.

    Raises `OSError`, and leaves the file as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:
        try:
            new.write(text)
            new.close()
            os.replace(new.name, file)
        except OSError:
            os.unlink(new.name)
            raise
