"""The command line answers for itself on every install, and names the extra that a command needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from intrathecal_hosts import lazy_group

RUN = """
import sys
from importlib.abc import MetaPathFinder

class NotInstalled(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return None

sys.meta_path.insert(0, NotInstalled())
sys.argv = ["intrathecal", *{arguments!r}]
from intrathecal_hosts.cli import main
main()
"""


def intrathecal(*arguments: str, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    code = RUN.format(blocked=without, arguments=arguments)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("without", [(), ("click",), ("rich", "z3", "cattrs")])
def test_help_lists_every_command_on_every_install(without: tuple[str, ...]) -> None:
    answer = intrathecal("--help", without=without)
    assert answer.returncode == 0
    commands = ("prove", "explain", "ledger", "export", "recheck", "witnesses", "mutants")
    for command in (*commands, "simulate", "fmu", "catalog", "recalls", "bench"):
        assert command in answer.stdout


@pytest.mark.parametrize("without", [(), ("click",)])
def test_version_is_told_on_every_install(without: tuple[str, ...]) -> None:
    answer = intrathecal("--version", without=without)
    assert answer.returncode == 0
    assert answer.stdout.startswith("intrathecal, version ")


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [
        ("simulate", "click", "hosts"),
        ("simulate", "rich", "hosts"),
        ("simulate", "cattrs", "hosts"),
        ("simulate", "matplotlib", "hosts"),
        ("bench", "transitions", "hosts"),
        ("fmu", "pythonfmu", "fmi"),
        ("fmu", "cattrs", "fmi"),
        ("fmu", "rich", "fmi"),
        ("catalog", "rich", "hosts"),
        ("prove", "click", "proofs"),
        ("explain", "click", "proofs"),
        ("recalls", "rich", "proofs"),
        ("ledger", "z3", "proofs"),
        ("export", "z3", "proofs"),
        ("recheck", "cvc5", "proofs"),
    ],
)
def test_a_command_without_its_extra_names_it_in_one_line(command: str, missing: str, extra: str) -> None:
    answer = intrathecal(command, without=(missing,))
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr == f"intrathecal {command} needs the extra '{extra}': pip install 'intrathecal[{extra}]'\n"


def test_a_module_that_belongs_to_no_extra_is_a_fault_and_not_explained_away() -> None:
    answer = intrathecal("simulate", without=("tomllib",))
    assert answer.returncode == 1
    assert "ModuleNotFoundError" in answer.stderr


@pytest.mark.parametrize("without", [(), ("click",)])
def test_an_unknown_command_exits_2(without: tuple[str, ...]) -> None:
    answer = intrathecal("guess", without=without)
    assert answer.returncode == 2
    assert "guess" in answer.stderr


@pytest.mark.parametrize("command", ["attack", "prove", "witnesses"])
def test_that_the_results_cannot_be_written_is_said_before_the_work(command: str, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "found.json"
    answer = intrathecal(command, "--json", str(target))
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr == f"{target}: cannot be written: No such file or directory\n"


def test_a_file_for_results_is_left_alone_where_the_arguments_are_bad(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("kept")
    for target in (new, old):
        assert intrathecal("attack", "--json", str(target), "--steps", "0").returncode == 2
    assert not new.exists()
    assert old.read_text() == "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_what_is_printed_is_one_line() -> None:
    command = [sys.executable, "-c", "from intrathecal_hosts.cli import main; main()", "catalog"]
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr == "intrathecal: what is printed: No space left on device\n"


def test_what_is_interrupted_is_no_failed_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lazy_group, "load", lambda _: click.Command("replay", callback=interrupted))
    assert lazy_group.answered(["replay"]) == 130
