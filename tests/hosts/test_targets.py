"""`simulate` writes over nothing: not the scenario, not its own files, and no journal over what is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intrathecal_hosts.simulate_command import simulate
from intrathecal_hosts.store.journal import read

HOUR = """
title = "An hour of nothing"
until = "1 h"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "1 mg/mL"

[[event]]
at = "10 min"
kind = "x-ray"
"""
NO_JOURNAL = "is no journal; --journal takes a new file, or a journal to replace"


def run(tmp_path: Path, *options: str) -> Result:
    (tmp_path / "therapy.toml").write_text(HOUR, encoding="utf-8")
    return CliRunner().invoke(simulate, [str(tmp_path / "therapy.toml"), *options])


@pytest.mark.parametrize("option", ["--json", "--journal", "--steps"])
def test_the_scenario_is_written_over_by_nothing(tmp_path: Path, option: str) -> None:
    os.symlink("therapy.toml", tmp_path / "alias")
    for name in ("therapy.toml", "alias"):
        told = run(tmp_path, option, str(tmp_path / name))
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr == f"{tmp_path / name}: is the scenario; {option} takes another file\n"
        assert (tmp_path / "therapy.toml").read_text(encoding="utf-8") == HOUR


def test_each_file_takes_one_thing(tmp_path: Path) -> None:
    one = str(tmp_path / "run.svg")
    for first, second in (("--json", "--steps"), ("--json", "--journal"), ("--journal", "--plot")):
        told = run(tmp_path, first, one, second, one)
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr == f"{one}: is what {first} writes; {second} takes another file\n"
        assert not (tmp_path / "run.svg").exists()


def test_a_journal_replaces_a_journal_and_nothing_else(tmp_path: Path) -> None:
    path, notes = tmp_path / "pump.journal", tmp_path / "notes.txt"
    for _ in range(2):
        assert run(tmp_path, "--journal", str(path)).exit_code == 0
        assert [type(each.event).__name__ for each in read(path).entries].count("XRay") == 1
    notes.write_text("what the nurse wrote", encoding="utf-8")
    told = run(tmp_path, "--journal", str(notes))
    assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"{notes}: {NO_JOURNAL}\n")
    assert notes.read_text(encoding="utf-8") == "what the nurse wrote"


def test_a_journal_in_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "pump.journal"
    path.touch()
    assert run(tmp_path, "--journal", str(path)).exit_code == 0
    assert not read(path).torn


def test_a_journal_takes_the_place_of_no_pipe_or_device(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = run(tmp_path, "--journal", str(pipe))
    assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"{pipe}: {NO_JOURNAL}\n")
    assert pipe.is_fifo()
