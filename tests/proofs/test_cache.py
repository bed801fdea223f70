"""What was proven before is taken again only as long as nothing that it hangs on has changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import attrs
import pytest

import intrathecal
from intrathecal_proofs import runs
from intrathecal_proofs.looks import Song
from intrathecal_proofs.machinery import cache as cache_module
from intrathecal_proofs.machinery import digests
from intrathecal_proofs.machinery.cache import Cache
from intrathecal_proofs.machinery.campaign import Done, Extras, work
from intrathecal_proofs.machinery.pool import pool_for
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Row

BOLUSES, RESPONDING = "intrathecal.handlers.boluses", "intrathecal.handlers.responding"
PROVEN = Row("c", "decide Silence, path 0", "Silence", "", Verdict.PROVEN, ("z3",), 0.5, 7, 1, key="ab")
OPEN = attrs.evolve(PROVEN, claim="d", verdict=Verdict.UNKNOWN, key="cd")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "deep" / "proven.sqlite")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache_module.known.cache_clear()


def edited(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """As if the file of the module had been edited before the run."""
    changed = {**digests.sources(), module: b"another text"}
    monkeypatch.setattr(digests, "sources", lambda: changed)


def test_a_proven_task_is_taken_as_it_was(cache: Cache) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    assert cache.tasks() == {"decide Silence": [PROVEN]}
    assert not cache.complaint


@pytest.mark.parametrize(
    "module", [RESPONDING, "intrathecal.settling", "intrathecal_specs.alarms", "intrathecal_proofs.bounds"]
)
def test_an_edit_of_what_it_hangs_on_makes_it_stale(cache: Cache, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    edited(monkeypatch, module)
    assert cache.tasks() == {}


def test_what_a_text_takes_from_others_is_read_once_and_kept(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = digests.imports_of(RESPONDING)
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    cache.tasks()
    digests.OUTLINES.clear()
    digests._outline.cache_clear()
    monkeypatch.setattr(digests, "_read", lambda tree: pytest.fail("it was read again"))
    assert cache.tasks() == {"decide Silence": [PROVEN]}
    assert digests.imports_of(RESPONDING) == taken


def test_an_edit_of_another_handler_does_not(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    edited(monkeypatch, BOLUSES)
    assert cache.tasks() == {"decide Silence": [PROVEN]}


def test_a_handler_that_lends_a_number_to_others_counts_for_all(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    # The proofs of constant flow take BURN_STEADY from there.
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    edited(monkeypatch, "intrathecal.handlers.constant_flow")
    assert cache.tasks() == {}


def test_what_is_not_proven_is_never_kept(cache: Cache) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN, OPEN], whole=True, lifted_from=digests.of_sources())
    assert cache.tasks() == {}
    assert set(cache_module.known(cache.path)) == {PROVEN.key}


def test_a_part_of_a_task_is_not_taken_for_the_whole(cache: Cache) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=False, lifted_from=digests.of_sources())
    assert cache.tasks() == {}
    assert set(cache_module.known(cache.path)) == {PROVEN.key}


@pytest.mark.parametrize(
    "change", ["UPDATE tasks SET rows = replace(rows, '\"c\"', '\"e\"')", "UPDATE tasks SET key = 'x'"]
)
def test_an_altered_entry_is_none(cache: Cache, change: str) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    with closing(sqlite3.connect(cache.path)) as base, base:
        base.execute(change)
        base.execute("UPDATE obligations SET kept = '[[\"z3\"], 0, 0]'")
    assert cache.tasks() == {}
    assert dict(cache_module.known(cache.path)) == {}


def test_a_torn_file_is_told_and_nothing_is_taken_from_it(cache: Cache) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    whole = cache.path.read_bytes()
    cache.path.write_bytes(b"torn" + whole[4 : len(whole) // 2])
    after = Cache(cache.path)
    assert after.tasks() == {}
    assert str(cache.path) in after.complaint
    after.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    assert after.tasks() == {}
    assert dict(cache_module.known(cache.path)) == {}


def test_a_full_disk_is_told_and_leaves_what_was_kept(cache: Cache) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=digests.of_sources())
    script = f"""
import resource
from pathlib import Path
import attrs
from intrathecal_proofs.machinery.cache import Cache
from intrathecal_proofs.machinery.digests import of_sources
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Row
cache = Cache(Path({str(cache.path)!r}))
row = Row("c", "s" * 100_000, "Silence", "", Verdict.PROVEN, ("z3",), 0.5, 7, 1, key="ef")
size = cache.path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10_000, size + 10_000))
cache.keep("decide Silence", [], [row], whole=True, lifted_from=of_sources())
print(cache.complaint)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert str(cache.path) in said
    assert cache.tasks() == {"decide Silence": [PROVEN]}


@pytest.mark.parametrize("lifted_from", ["", "the digest of another checkout"])
def test_a_source_that_changes_during_the_run_spoils_what_it_found(cache: Cache, lifted_from: str) -> None:
    cache.keep("decide Silence", {RESPONDING}, [PROVEN], whole=True, lifted_from=lifted_from)
    assert "changed during the run" in cache.complaint
    assert cache.tasks() == {}


def test_what_a_process_has_lifted_tells_of_an_edit_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    assert digests.of_sources() != ""
    monkeypatch.setattr(digests, "sources_now", lambda: {**digests.sources(), RESPONDING: b"saved meanwhile"})
    assert digests.of_sources() == ""


def test_a_run_holds_on_to_the_sources_from_its_beginning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also where nothing was kept before, so that no task has asked for them."""
    asked: list[str] = []
    monkeypatch.setattr(runs, "CACHE", tmp_path / "proven.sqlite")
    monkeypatch.setattr(runs, "sources", lambda: asked.append("sources"))
    runs.planned(["decide Silence"], None, Extras())
    assert asked == ["sources"]


@pytest.mark.parametrize(("song", "kept"), [(Song("z3", ("false",), ()), True), (Song("z3", (), ("false",)), False)])
def test_nothing_is_kept_of_a_run_whose_canary_did_not_sing(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, song: Song, kept: bool
) -> None:
    task = Done("decide Silence", [PROVEN], frozenset([RESPONDING]), digests.of_sources())
    songs: Future[list[Song]] = Future()

    def ran(left: list[str], claims: object, extras: object, pool: object, done: Callable[[Done], None]) -> list[str]:
        done(task)
        assert cache.tasks() == {}  # the canary has not been heard yet
        cache_module.known.cache_clear()
        songs.set_result([song])
        return []

    monkeypatch.setattr(runs, "run", ran)
    plan = runs.Plan(cache, [], ["decide Silence"], 1)
    found = runs.evidence(plan, None, Extras(), pool_for(1, None), songs)
    assert found.rows == [PROVEN]
    assert not found.edited
    assert (cache.tasks() == {"decide Silence": [PROVEN]}) is kept
    assert (PROVEN.key in cache_module.known(cache.path)) is kept


@pytest.mark.parametrize("lifted_from", ["", "the digest of another checkout"])
def test_a_run_of_which_a_part_was_lifted_from_other_sources_says_so(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, lifted_from: str
) -> None:
    def ran(left: list[str], claims: object, extras: object, pool: object, done: Callable[[Done], None]) -> list[str]:
        done(Done("begin", [PROVEN], frozenset(), digests.of_sources()))
        done(Done("decide Silence", [PROVEN], frozenset([RESPONDING]), lifted_from))
        return []

    monkeypatch.setattr(runs, "run", ran)
    songs: Future[list[Song]] = Future()
    songs.set_result([Song("z3", ("false",), ())])
    found = runs.evidence(runs.Plan(cache, [], ["begin"], 2), None, Extras(), pool_for(1, None), songs)
    assert found.edited


def test_an_obligation_that_says_the_same_is_not_proven_again(cache: Cache) -> None:
    first = work("decide Silence", None, Extras())
    cache.keep(first.label, first.handlers, first.rows, whole=False, lifted_from=digests.of_sources())
    again = work("decide Silence", None, Extras(cache=cache.path))
    assert [row.verdict for row in again.rows] == [row.verdict for row in first.rows]
    assert sum(row.seconds for row in again.rows if row.key) == 0
    assert RESPONDING in first.handlers
    assert BOLUSES not in first.handlers


PROVE_AGAIN = """
import sys
from pathlib import Path
from intrathecal_proofs.machinery.cache import Cache
from intrathecal_proofs.machinery.campaign import Done, Extras, work
from intrathecal_proofs.machinery.pool import pool_for
from intrathecal_proofs.machinery.prover import Verdict
path = Path(sys.argv[1])
print("taken:", sorted(Cache(path).tasks()))
rows = work("decide Silence", None, Extras(cache=path)).rows
print("not proven:", sorted({row.claim for row in rows if row.verdict is not Verdict.PROVEN}))
"""


def test_a_broken_core_is_not_green_by_what_was_proven_of_the_sound_one(cache: Cache, tmp_path: Path) -> None:
    """The same cache, and a copy of the core in which a silence may last twice as long (ALM-3)."""
    first = work("decide Silence", None, Extras())
    cache.keep(first.label, first.handlers, first.rows, whole=True, lifted_from=digests.of_sources())
    assert set(cache.tasks()) == {"decide Silence"}
    copy = tmp_path / "intrathecal"
    shutil.copytree(Path(intrathecal.__file__).parent, copy)
    handler = copy / "handlers" / "responding.py"
    guard = "event.duration > longest"
    assert handler.read_text().count(guard) == 1
    handler.write_text(handler.read_text().replace(guard, "event.duration > 2 * longest"))
    said = subprocess.run(
        [sys.executable, "-c", PROVE_AGAIN, str(cache.path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.splitlines() == ["taken: []", "not proven: ['a_silence_ends_by_itself']"]
