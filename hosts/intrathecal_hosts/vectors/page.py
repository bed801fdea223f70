"""The page that goes with vectors: their form, how a port is tested with them, and every record and enumeration."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import typing
from collections.abc import Iterator
from enum import IntEnum
from importlib.resources import files
from itertools import pairwise
from string import Template
from typing import Any, Final

import attrs

from intrathecal import Event, Pump, Step
from intrathecal.fields import Each, Within
from intrathecal_hosts.therapy import Replacement
from intrathecal_hosts.vectors.form import FORMAT

_HEAD: Final = "head.md"
"""What the page says before it comes to records."""


def page() -> str:
    """The page."""
    records, members = _kinds()
    head = Template(files(__package__).joinpath(_HEAD).read_text(encoding="utf-8"))
    lines = [head.substitute(format=FORMAT), "## Records\n"]
    for record in records:
        lines += [f"### {record.__name__}\n", _first(record.__doc__), "", "| field | kind | meaning |", "|---|---|---|"]
        lines += [f"| `{name}` | {kind} | {meaning} |" for name, kind, meaning in _fields(record)] + [""]
    lines.append("## Enumerations\n")
    for each in members:
        lines += [f"### {each.__name__}\n", _first(each.__doc__), "", "| member | number | meaning |", "|---|---:|---|"]
        told = _told_below(each)
        lines += [f"| `{member.name}` | {member.value} | {told.get(member.name, '')} |" for member in each] + [""]
    return "\n".join(lines)


def _kinds() -> tuple[list[type], list[type[IntEnum]]]:
    """Every record and enumeration that a trace can hold, in the order in which they are met."""
    found: dict[type, None] = {}
    for kind in (*typing.get_args(Event), Replacement, Step, Pump):
        _meet(kind, found)
    members = [kind for kind in found if issubclass(kind, IntEnum)]
    return [kind for kind in found if not issubclass(kind, IntEnum)], members


def _meet(kind: Any, found: dict[type, None]) -> None:
    inner = typing.get_args(kind)
    if inner:
        _meet(inner[0], found)
    elif isinstance(kind, type) and kind not in found and (attrs.has(kind) or issubclass(kind, IntEnum)):
        found[kind] = None
        for field in attrs.fields(kind) if attrs.has(kind) else ():
            _meet(_hints(kind)[field.name], found)


def _fields(record: type) -> Iterator[tuple[str, str, str]]:
    told = _told_below(record)
    for field in attrs.fields(record):
        hint = _hints(record)[field.name]
        yield field.name, _kind(hint, field.validator), told.get(field.name, "")


def _kind(hint: Any, check: Any) -> str:
    """In words, with the range where the field has one."""
    inner = typing.get_args(hint)
    if inner:
        if isinstance(check, Each):
            return f"{check.length} of {_kind(inner[0], check.item)}"
        length = inner[1] if typing.get_origin(hint) is typing.Annotated else len(inner)
        return f"{length} of {_kind(typing.get_args(inner[0])[0], None)}" if isinstance(length, int) else str(hint)
    if isinstance(check, Within):
        return f"{check.low:,} to {check.high:,} {check.unit}".replace(",", " ")
    return {int: "whole number", bool: "true or false"}.get(hint, f"`{hint.__name__}`")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


@functools.cache
def _told_below(kind: type) -> dict[str, str]:
    """By name of a field or member: the string that stands below it in the source."""
    tree = ast.parse(inspect.getsource(importlib.import_module(kind.__module__)))
    body = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind.__name__).body
    found = {}
    for node, after in pairwise(body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[target.id] = " ".join(str(after.value.value).split()).replace("|", "\\|")
    return found


def _first(text: str | None) -> str:
    """The first paragraph."""
    return " ".join((text or "").split("\n\n")[0].split())
