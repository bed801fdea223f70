"""The bar that a long command shows where someone looks, and nowhere else."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


def progress_bar(doing: str, remaining: bool = False) -> Progress:
    """The bar, on standard error; `doing`: what the command does, as in `proving`.

    `remaining`: how long it may still take is told too, as it can be where all pieces of work are much alike.
    """
    return Progress(
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        *((TimeRemainingColumn(),) if remaining else ()),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
