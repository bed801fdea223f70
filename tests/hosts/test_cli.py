"""The command line answers for itself on every install, and names the extra that a command needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
