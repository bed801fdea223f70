"""Processes that are renewed: terms live as long as their process, so that one which has grown large is replaced.

`ProcessPoolExecutor` can replace its own after so many calls, and may then wait for ever (CPython gh-115634).
"""

from __future__ import annotations

import multiprocessing
import queue
import resource
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import Any

import attrs

from intrathecal_proofs.machinery.pool import serve_its_parent

LARGEST = 3 * 2**20
"""KiB: a process that has taken more memory is replaced."""
TRIES = 2
"""How often a call is begun whose process is ended from outside."""


class Killed(RuntimeError):
    """A process was ended before its call was done, each time: the message names the call."""


@attrs.frozen
class _Call:
    """A call that waits, and how often it was begun in a process that was ended."""

    argument: Any
    lost: int = 0


@attrs.frozen(eq=False)
class _Work:
    """What is to be called, what waits, and what came of it."""

    call: Callable[[Any], Any]
    largest: int
    waiting: deque[_Call]
    told: queue.SimpleQueue[tuple[Any, BaseException | None]] = attrs.field(factory=queue.SimpleQueue)


def streamed(
    call: Callable[[Any], Any],
    arguments: Sequence[Any],
    jobs: int,
    begin: Callable[..., object],
    *given: Any,
    largest: int = LARGEST,
) -> Iterator[Any]:
    """What the call makes of each argument, as it comes, on so many processes; each first calls `begin` with `given`.

    `largest`: KiB, what a process may take before it is replaced; 0 gives each call a process of its own.

    Raises what a call raises, and `Killed`.
    """
    work = _Work(call, largest, deque(map(_Call, arguments)))
    count = min(jobs, len(arguments))
    threads = [threading.Thread(target=_serve, args=(work, begin, given), daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        for _ in arguments:
            result, error = work.told.get()
            if error is not None:
                raise error
            yield result
    finally:
        work.waiting.clear()
    for thread in threads:
        thread.join()


def _serve(work: _Work, begin: Callable[..., object], given: tuple[Any, ...]) -> None:
    """One process after the other, until nothing waits."""
    context = multiprocessing.get_context("spawn")
    try:
        while work.waiting:
            with ProcessPoolExecutor(1, context, initializer=_begin, initargs=(begin, given)) as process:
                _until_large(process, work)
    except OSError as error:  # no process can be begun
        work.told.put((None, error))


def _begin(begin: Callable[..., object], given: tuple[Any, ...]) -> None:
    serve_its_parent()
    begin(*given)


def _until_large(process: ProcessPoolExecutor, work: _Work) -> None:
    """Make calls until nothing waits, or the process has grown large, or was ended."""
    memory = 0
    while memory <= work.largest and work.waiting:
        try:
            call = work.waiting.popleft()
        except IndexError:
            return  # another has taken the last one
        try:
            result, memory = process.submit(_measured, work.call, call.argument).result()
            work.told.put((result, None))
        except BrokenExecutor:
            _lost(call, work)
            return
        except Exception as error:
            work.told.put((None, error))


def _lost(call: _Call, work: _Work) -> None:
    """A call whose process was ended is made again, first of all; in the end it is told."""
    if call.lost + 1 < TRIES:
        work.waiting.appendleft(attrs.evolve(call, lost=call.lost + 1))
    else:
        work.told.put((None, Killed(f"{call.argument}: its process was ended before it was done, {TRIES} times")))


def _measured(call: Callable[[Any], Any], argument: Any) -> tuple[Any, int]:
    """What the call returns, and the most memory (KiB) that its process has taken so far."""
    return call(argument), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
