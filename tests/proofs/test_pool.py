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
    """An executor whose process is killed in the tasks of these labels, and takes along all that is begun after it."""

    def __init__(self, labels: set[str]) -> None:
        self.labels = labels
        self.broken = False

    def submit(self, function: Any, /, *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        label = args[0]
        self.broken = self.broken or label in self.labels
        if self.broken:
            future.set_exception(BrokenExecutor("a process was killed"))
        else:
            future.set_result(Done(label, [], frozenset(), ""))
        return future


def after(*rounds: set[str]) -> tuple[list[str], list[str]]:
    """What was done and what was lost, if these tasks are killed round by round; in this order they are begun: alone,
    arm, begin."""
    waiting: Iterator[set[str]] = iter(rounds)

    @contextmanager
    def executor() -> Iterator[Executor]:
        yield Killed(next(waiting))

    done: list[str] = []
    lost = run(["arm", "alone", "begin"], None, Extras(), executor, lambda task: done.append(task.label))
    return sorted(done), lost


def test_a_task_whose_process_was_killed_is_begun_again_with_those_that_it_took_along() -> None:
    assert after({"arm"}, set()) == (["alone", "arm", "begin"], [])


def test_a_task_that_is_killed_each_time_is_told_and_no_other() -> None:
    every_time = {"arm"}
    assert after(every_time, every_time, every_time, every_time) == (["alone", "begin"], ["arm"])


def test_a_process_that_is_killed_at_once_costs_no_other_task() -> None:
    every_time = {"alone"}
    assert after(every_time, every_time, every_time, every_time) == (["arm", "begin"], ["alone"])


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
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        lost = run(["decide Silence"], None, Extras(), pool_for(1, cluster.scheduler_address), done.append)
    assert lost == []
    assert [task.label for task in done] == ["decide Silence"]
    assert {row.verdict for row in done[0].rows} == {Verdict.PROVEN}
    assert len(done[0].rows) > 50
