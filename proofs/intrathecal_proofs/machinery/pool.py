"""The pool: tasks on processes of this machine, or on those of a Dask cluster, and what became of each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from multiprocessing.process import BaseProcess

from intrathecal_proofs.machinery.campaign import Done, Extras, turn, work

PATIENCE = "10s"
"""How long a cluster may take to answer."""
Pool = Callable[[], AbstractContextManager[Executor]]
"""Makes an executor, and ends it."""


class NoCluster(Exception):
    """There is no cluster at the address, or nothing here that could talk to it: the message says which."""


def run(
    labels: Collection[str],
    claims: Collection[str] | None,
    extras: Extras,
    pool: Pool,
    done: Callable[[Done], None],
) -> list[str]:
    """Run the tasks of these labels; `done` hears of each.

    Returned are those that never came to an end, as their processes were killed each time, at last when they ran alone.
    Raises what a task raises.
    """
    left = sorted(labels, key=turn)
    while left:
        with pool() as executor:
            lost = list(_lost(executor, left, claims, extras, done))
        if len(lost) == len(left):
            return [label for label in left if not _alone(label, claims, extras, pool, done)]
        left = lost
    return []


def _alone(
    label: str, claims: Collection[str] | None, extras: Extras, pool: Pool, done: Callable[[Done], None]
) -> bool:
    """Whether the task comes to an end in a pool of its own, where no other can take it along."""
    with pool() as executor:
        return not list(_lost(executor, [label], claims, extras, done))


def _lost(
    executor: Executor,
    labels: list[str],
    claims: Collection[str] | None,
    extras: Extras,
    done: Callable[[Done], None],
) -> Iterator[str]:
    """The tasks whose process ended before they were done."""
    waiting = {executor.submit(work, label, claims, extras): label for label in labels}
    for finished in as_completed(waiting):
        error = finished.exception()
        if error is None:
            done(finished.result())
        elif isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
            yield waiting[finished]
        else:
            raise error


def pool_for(jobs: int, scheduler: str | None) -> Pool:
    """So many processes of this machine, or the workers of the cluster whose scheduler has that address."""
    return partial(_processes, jobs) if scheduler is None else partial(_cluster, scheduler)


@contextmanager
def _processes(jobs: int) -> Iterator[Executor]:
    """Terms live as long as their process, so that nothing is gained by looking for what could be given back."""
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=_begin)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def _begin() -> None:
    gc.disable()
    serve_its_parent()


def serve_its_parent() -> None:
    """From now on the worker ends with the process that it works for, however that ends; that one alone hears of an
    interruption."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster.

    Raises `NoCluster`.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as missing:
        raise NoCluster(f"{missing.name} is not installed: pip install 'intrathecal[cluster]'") from missing
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise NoCluster(f"no Dask scheduler answers at {address!r}: {error}") from error
    with client, client.get_executor(retries=0, pure=False) as executor:
        yield executor
