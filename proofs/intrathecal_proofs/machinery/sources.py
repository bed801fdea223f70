"""Sources: the syntax trees of functions in the verifiable subset, as shipped or as what stands in for them."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import attrs

LIFTED_PACKAGES = ("intrathecal", "intrathecal_specs", "intrathecal_proofs")
"""Functions of these packages are read; any other call is refused."""


class LiftError(Exception):
    """Source outside the verifiable subset: the message names file, line and what was found."""


def is_lifted(function: FunctionType) -> bool:
    """Whether the function is of a package that is read."""
    return function.__module__.split(".")[0] in LIFTED_PACKAGES


@attrs.frozen
class Source:
    """The syntax tree of one function, and where it stands."""

    tree: ast.FunctionDef
    file: str
    first_line: int


Sources = Mapping[str, ast.FunctionDef]
"""Syntax trees that stand in for the shipped ones, by `module.function`: what a mutant is."""


def source_of(function: Callable[..., Any], instead: Sources) -> Source:
    """The function's own syntax tree, or the one that stands in for it."""
    shipped = _shipped(function)
    tree = instead.get(f"{function.__module__}.{function.__qualname__}", shipped.tree)
    unread = _outside(tree)
    if unread is not None:
        raise LiftError(f"{shipped.file}:{unread.lineno}: {type(unread).__name__} is outside the subset")
    return Source(tree, shipped.file, shipped.first_line)


@functools.cache
def _outside(tree: ast.FunctionDef) -> ast.stmt | ast.expr | None:
    """The first statement that is outside the subset, also where nothing leads there, or the first expression that
    changes what the function is or which names are its own."""
    inside = ast.Return | ast.If | ast.For | ast.Assign | ast.AnnAssign | ast.Expr
    changing = ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Await
    found = [
        node
        for node in ast.walk(tree)
        if node is not tree
        and ((isinstance(node, ast.stmt) and not isinstance(node, inside)) or isinstance(node, changing))
    ]
    return min(found, key=lambda node: node.lineno, default=None)


@functools.cache
def _shipped(function: Callable[..., Any]) -> Source:
    file = inspect.getsourcefile(function) or "?"
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise LiftError(f"{file}:{first}: {function.__qualname__} is no plain function")
    if hasattr(function, "__wrapped__"):
        raise LiftError(f"{file}:{first}: {function.__qualname__} is wrapped: what runs is more than its source")
    if tree.name != function.__name__:
        raise LiftError(f"{file}:{first}: {function.__qualname__} is no longer here: the file was changed after import")
    ast.increment_lineno(tree, first - 1)
    return Source(tree, file, first)


def parameters(function: FunctionType, source: Source, given: int) -> list[str]:
    """The names of the function's parameters, of which there are as many as arguments."""
    where = f"{source.file}:{source.first_line}"
    args = source.tree.args
    if args.defaults or args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs:
        raise LiftError(f"{where}: default, variable, keyword-only and positional-only arguments are outside it")
    if len(args.args) != given:
        raise LiftError(f"{where}: {function.__name__} takes {len(args.args)} arguments, not {given}")
    return [arg.arg for arg in args.args]


@functools.cache
def assigned(tree: ast.FunctionDef) -> frozenset[str]:
    """The names that some statement of the function assigns to: to Python they are its own throughout. No other
    statement that binds names is read."""
    targets: list[ast.expr] = []
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign | ast.For):
            targets.append(statement.target)
    return frozenset(each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))


@functools.lru_cache(maxsize=4096)
def refusal(statement: ast.If) -> str | None:
    """The name of the reason for which the statement returns a refusal, or of the first of them; empty where it is
    worked out elsewhere, and `None` if the statement refuses nothing."""
    first = statement.body[0]
    said = ast.unparse(first) if isinstance(first, ast.Return) else ""
    reasons = re.findall(r"Reason\.(\w+)", said)
    if "refuse(" in said:
        return reasons[0] if reasons else ""
    return reasons[0] if reasons and "NONE" not in reasons else None


def returns(statement: ast.If) -> bool:
    """Whether the function may end in the statement."""
    return any(
        isinstance(inner, ast.Return) or (isinstance(inner, ast.If) and returns(inner))
        for inner in (*statement.body, *statement.orelse)
    )
