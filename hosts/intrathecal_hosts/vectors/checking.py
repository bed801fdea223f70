"""Checking: traces against the core, or what a port of it answered against the traces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from attrs import frozen

from intrathecal_hosts.store.replaying import differences
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.form import ANSWER, CHANGED, FORMAT, MANIFEST, TRACES, BadVectors, jsons, output, read


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


@frozen
class Listed:
    """What the manifest says of a trace."""

    sha256: str
    steps: int


def files(folder: Path) -> tuple[str, ...]:
    """The names of the traces, as the manifest lists them.

    Raises `OSError` where something cannot be read, `BadVectors` where the manifest is none, lists others than are in
    the folder, or a trace is not what was written with it.
    """
    listed = _manifest((folder / MANIFEST).read_bytes())
    more = sorted({path.name for path in folder.glob(TRACES)} - listed.keys())
    if more:
        raise BadVectors(f"{more[0]}: is none of the traces that {MANIFEST} lists")
    for name, told in listed.items():
        text = (folder / name).read_bytes()
        if hashlib.sha256(text).hexdigest() != told.sha256:
            raise BadVectors(f"{name}: is not what was written with {MANIFEST}: its digest is another")
        steps = text.count(b"\n") - 1
        if steps != told.steps:
            raise BadVectors(f"{name}: has {steps} steps, {MANIFEST} says {told.steps}")
    return tuple(listed)


def _manifest(text: bytes) -> dict[str, Listed]:
    """By name: what the manifest says of each trace.

    Raises `BadVectors` where it is none.
    """
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadVectors(f"{MANIFEST}: is no JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadVectors(f"{MANIFEST}: is no manifest of {FORMAT!r}")
    listed = manifest.get("files")
    if not isinstance(listed, dict) or not listed:
        raise BadVectors(f"{MANIFEST}: files: lists no traces by name")
    return {name: _listed(name, told) for name, told in listed.items()}


def _listed(name: str, told: object) -> Listed:
    if not fnmatch(name, TRACES) or "/" in name:
        raise BadVectors(f"{MANIFEST}: files: {name!r} is no name of a trace, as {TRACES} are")
    if not isinstance(told, dict):
        raise BadVectors(f"{MANIFEST}: files: {name}: is no object of JSON")
    digest, steps = told.get("sha256"), told.get("steps")
    if not isinstance(digest, str):
        raise BadVectors(f"{MANIFEST}: files: {name}: sha256: {digest!r} is no digest")
    if type(steps) is not int or steps < 0:
        raise BadVectors(f"{MANIFEST}: files: {name}: steps: {steps!r} is no number of steps")
    return Listed(digest, steps)


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
