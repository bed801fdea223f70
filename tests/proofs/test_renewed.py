"""Processes are renewed when they have grown large, or were ended, and no call is lost by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from intrathecal_proofs.machinery.renewed import Killed, streamed

PROCESS = "__import__('os').getpid()"
"""What a process makes of it is its own number."""
END = f"__import__('os').kill({PROCESS}, 9)"
"""It is ended."""


def test_every_call_is_made_once() -> None:
    assert sorted(streamed(abs, range(-9, 1), 2, int)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_no_call_is_none() -> None:
    assert list(streamed(abs, (), 2, int)) == []


def test_a_process_that_has_grown_large_is_replaced() -> None:
    assert len(set(streamed(eval, [PROCESS] * 3, 1, int, largest=0))) == 3


def test_one_that_has_not_serves_all() -> None:
    assert len(set(streamed(eval, [PROCESS] * 3, 1, int))) == 1


def test_a_call_whose_process_is_ended_is_made_again(tmp_path: Path) -> None:
    mark = f"__import__('pathlib').Path({str(tmp_path / 'mark')!r})"
    once = f"'again' if {mark}.exists() else ({mark}.touch(), {END})"
    assert list(streamed(eval, [once], 1, int)) == ["again"]


def test_one_that_is_ended_each_time_is_told() -> None:
    with pytest.raises(Killed, match="its process was ended before it was done, 2 times"):
        list(streamed(eval, (END,), 1, int))


def test_what_a_call_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(streamed(eval, ["1 // 0", "1"], 2, int))


def test_a_process_ends_with_the_one_that_it_works_for(tmp_path: Path) -> None:
    inner = "print('begun', flush=True), __import__('threading').Event().wait(30), print('went on', flush=True)"
    outer = tmp_path / "outer.py"
    outer.write_text(
        "from intrathecal_proofs.machinery.renewed import streamed\n"
        f"if __name__ == '__main__': list(streamed(eval, [{inner!r}], 1, int))\n"
    )
    with subprocess.Popen([sys.executable, str(outer)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.kill()
        assert process.stdout.read() == ""  # what every process that could write has left, once all have ended
