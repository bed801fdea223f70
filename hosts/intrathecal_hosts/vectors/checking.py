"""Checking: traces against the core, or what a port of it answered against the traces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from intrathecal_hosts.store.replaying import differences
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.form import ANSWER, CHANGED, FORMAT, MANIFEST, BadVectors, jsons, output, read


@frozen
class Checked:
    """What came of one trace."""

    file: str
    steps: int
    """How many were compared."""
    states: int
    """In how many of them the pump was compared too."""
    difference: Difference | None


@frozen
class Difference:
    """The first thing that is otherwise."""

    line: int
    field: str
    """As in `answer.command.flow`."""
    expected: Any
    found: Any


def files(folder: Path) -> dict[str, Mapping[str, Any]]:
    """By name: what the manifest says of each trace.

    Raises `OSError` where something cannot be read, `BadVectors` where the manifest is none, or a trace is not what was
    written with it.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except ValueError as error:
        raise BadVectors(f"{MANIFEST}: is no JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadVectors(f"{MANIFEST}: is no manifest of {FORMAT!r}")
    found: dict[str, Mapping[str, Any]] = manifest["files"]
    for name, told in found.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != told["sha256"]:
            raise BadVectors(f"{name}: is not what was written with {MANIFEST}: its digest is another")
    return found


def against_the_core(folder: Path) -> Iterator[Checked]:
    """Each trace, run again on the core that is installed.

    Raises as `files` and `read` do.
    """
    for name in files(folder):
        written = read(folder / name)
        pump, steps, found = written.beginning, 0, None
        for line in written.lines:
            answer = answered(line.told.device, pump, line.told.event)
            steps += 1
            found = _first(line.number, {ANSWER: line.answer, CHANGED: line.changed}, output(pump, answer))
            if found is not None:
                break
            pump = answer.pump
        yield Checked(name, steps, steps, found)


def against_answers(folder: Path, answers: Path) -> Iterator[Checked]:
    """What a port answered: a file for each trace, under its name, with a line for each step.

    Raises as `files` and `jsons` do.
    """
    for name in files(folder):
        expected = read(folder / name).lines
        steps, states, found = 0, 0, None
        given = jsons(answers / name)
        for line in expected:
            told = next(given, None)
            if told is None:
                found = Difference(line.number, "the line", "an answer", "the end of the file")
                break
            steps += 1
            whole = CHANGED in told
            states += whole
            ours = {ANSWER: line.answer, **({CHANGED: line.changed} if whole else {})}
            found = _first(line.number, ours, told)
            if found is not None:
                break
        if found is None and next(given, None) is not None:
            found = Difference(len(expected) + 2, "the line", "the end of the file", "an answer")
        yield Checked(name, steps, states, found)


def _first(number: int, expected: Mapping[str, Any], found: Mapping[str, Any]) -> Difference | None:
    """By the order of the keys, which differences are sorted by: the answer first."""
    for path, one, other in differences("", dict(expected), dict(found)):
        return Difference(number, path, one, other)
    return None
