"""A run survives a killed process, tells what it lost, and may be on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest

from intrathecal_proofs.machinery import pool
from intrathecal_proofs.machinery.campaign import Done, Extras
from intrathecal_proofs.machinery.pool import NoCluster, pool_for, run
from intrathecal_proofs.machinery.prover import Verdict


class Killed(Executor):
    """An executor whose process is killed in the tasks of these labels, and takes all that waits with it."""

    def __init__(self, labels: set[str]) -> None:
        self.labels = labels

    def submit(self, function: Any, /, *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        label = args[0]
        if label in self.labels:
            future.set_exception(BrokenExecutor("a process was killed"))
        else:
            future.set_result(Done(label, [], frozenset()))
        return future


def after(*rounds: set[str]) -> tuple[list[str], list[str]]:
    """What was done and what was lost, if these tasks are killed round by round."""
    waiting: Iterator[set[str]] = iter(rounds)

    @contextmanager
    def executor() -> Iterator[Executor]:
        yield Killed(next(waiting))

    done: list[str] = []
    lost = run(["arm", "alone", "begin"], None, Extras(), executor, lambda task: done.append(task.label))
    return sorted(done), lost


def test_a_task_whose_process_was_killed_is_begun_again() -> None:
    assert after({"arm", "begin"}, set()) == (["alone", "arm", "begin"], [])


def test_a_task_whose_process_is_killed_each_time_is_told() -> None:
    assert after({"arm", "begin"}, {"arm"}) == (["alone", "begin"], ["arm"])


class Failing(Executor):
    """An executor of which every task raises."""

    def submit(self, function: Any, /, *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(KeyError("a defect"))
        return future


def test_what_a_task_raises_is_raised() -> None:
    with pytest.raises(KeyError, match="a defect"):
        run(["arm"], None, Extras(), Failing, lambda task: None)


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PATIENCE", "1s")
    with pytest.raises(NoCluster, match=r"tcp://127\.0\.0\.1:9"), pool_for(1, "tcp://127.0.0.1:9")():
        pass


def test_the_workers_of_a_cluster_prove_the_same() -> None:
    distributed = pytest.importorskip("distributed")
    done: list[Done] = []
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        lost = run(["decide Silence"], None, Extras(), pool_for(1, cluster.scheduler_address), done.append)
    assert lost == []
    assert [task.label for task in done] == ["decide Silence"]
    assert {row.verdict for row in done[0].rows} == {Verdict.PROVEN}
    assert len(done[0].rows) > 50
