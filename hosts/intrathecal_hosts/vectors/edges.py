"""Edges of the core: where both sides of a comparison are the same.

A port that has `<` for `<=` answers otherwise there, and nowhere else.
"""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

from attrs import define, field, frozen

from intrathecal_hosts.vectors.branches import functions_of, modules, name_of

ORDERS: Final[dict[type[ast.cmpop], Callable[[int, int], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
"""By comparison: what it works out."""
_WATCHER: Final = "_compared"
"""What stands in place of a comparison that is watched."""
_Comparison = tuple[Callable[[int, int], bool], "Edge"]


@frozen
class Edge:
    """Where both sides of a comparison are the same."""

    function: str
    """As in `handlers.boluses.on_patient_bolus`."""
    line: int
    column: int
    """Of the comparison's left side, counted from 1."""
    text: str
    """As in `volume > limits.day`."""

    def __str__(self) -> str:
        return f"{self.function}, line {self.line}, column {self.column}: {self.text}: both the same"


@define(eq=False)
class Watcher:
    """What the comparisons of the core had on their sides since it was last cleared."""

    gaps: dict[Edge, int] = field(factory=dict)
    """By comparison that was made: its left side less its right one, where it was made more than once the smallest."""

    def met(self) -> set[Edge]:
        """The edges that were met."""
        return {edge for edge, gap in self.gaps.items() if gap == 0}

    def compared(self, place: int, left: int, right: int) -> bool:
        """What the comparison works out."""
        order, edge = _comparisons()[place]
        gap = left - right
        if edge not in self.gaps or abs(gap) < abs(self.gaps[edge]):
            self.gaps[edge] = gap
        return order(left, right)


@contextmanager
def watching() -> Iterator[Watcher]:
    """While this lasts, comparisons in the functions of the core are watched; by one watcher alone, and no branches."""
    watcher = Watcher()
    watched = _watched()
    shipped = {function: function.__code__ for function in watched}
    for function, code in watched.items():
        function.__globals__[_WATCHER] = watcher.compared
        function.__code__ = code
    try:
        yield watcher
    finally:
        for function, code in shipped.items():
            function.__code__ = code
            function.__globals__.pop(_WATCHER, None)


@functools.cache
def all_edges() -> frozenset[Edge]:
    """Those of every comparison in the functions of the core that a step may call."""
    return frozenset(edge for _, edge in _comparisons())


@functools.cache
def _comparisons() -> tuple[_Comparison, ...]:
    return tuple(each for part in _rewritten() for each in part.comparisons)


@functools.cache
def _watched() -> dict[FunctionType, CodeType]:
    found: dict[FunctionType, CodeType] = {}
    for part in _rewritten():
        code = compile(part.tree, part.module.__file__ or part.module.__name__, "exec")
        codes = {each.co_name: each for each in code.co_consts if isinstance(each, CodeType)}
        found.update((function, codes[function.__name__]) for function in functions_of(part.module))
    return found


@frozen(eq=False)
class _Part:
    module: ModuleType
    tree: ast.Module
    comparisons: tuple[_Comparison, ...]


@functools.cache
def _rewritten() -> tuple[_Part, ...]:
    """Every module of the core, with its comparisons watched."""
    parts: list[_Part] = []
    count = 0
    for module in modules():
        tree = ast.parse(inspect.getsource(module))
        names = {function.__name__ for function in functions_of(module)}
        rewriting = _Rewriting(count)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in names:
                rewriting.function = name_of(module, node.name)
                rewriting.visit(node)
        parts.append(_Part(module, ast.fix_missing_locations(tree), tuple(rewriting.found)))
        count += len(rewriting.found)
    return tuple(parts)


@define(eq=False)
class _Rewriting(ast.NodeTransformer):
    first: int
    """The place of the module's first comparison among all."""
    function: str = ""
    found: list[_Comparison] = field(factory=list)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Each comparison of a chain stands alone: what stands between two of them has no effect but its value."""
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        parts = [self._part(*each) for each in zip(node.ops, sides, sides[1:], strict=False)]
        whole = parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)
        return ast.copy_location(whole, node)

    def _part(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> ast.expr:
        left, right = copy.deepcopy(left), copy.deepcopy(right)
        alone = ast.copy_location(ast.Compare(left, [op], [right]), left)
        if type(op) not in ORDERS:
            return alone
        edge = Edge(self.function, left.lineno, left.col_offset + 1, ast.unparse(alone))
        self.found.append((ORDERS[type(op)], edge))
        place: Any = ast.Constant(self.first + len(self.found) - 1)
        return ast.copy_location(ast.Call(ast.Name(_WATCHER, ast.Load()), [place, left, right], []), left)
