"""Where work is spread to: processes of this machine, or those of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

import click


@contextmanager
def executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    """So many processes here, or a cluster's where the address of its scheduler is given.

    Raises `click.BadParameter` where there is none at that address.
    """
    if scheduler is None:
        with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ModuleNotFoundError as missing:
        raise click.BadParameter("needs the extra 'cluster'", param_hint="--scheduler") from missing
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"no cluster at {scheduler}: {error}", param_hint="--scheduler") from error
    with client:
        yield client.get_executor()


def _begin() -> None:
    """From now on the worker ends with the process that it works for, however that ends."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
