"""What is changed in a function: one expression at a time, by rules that are each listed here.

| kind | what is changed |
|---|---|
| comparison | `<` to `<=` and to `>=`; `<=` to `<` and to `>`; and so on; `==` to `!=` and back |
| arithmetic | `+` to `-` and back, `*` to `+`, `//` to `*`, `%` to `//`; a sign dropped; tuples joined in reverse |
| rounding | `div_floor` to rounding up, `div_ceil` to rounding down |
| choice | `least` to the larger, `greatest` to the smaller |
| logic | `and` to `or` and back; one operand dropped; `not` dropped; `all` to `any` and back |
| constant | a whole number, or a named one, to one more and to one less; `True` to `False` and back |
| member | a member of an enumeration to the next one |
| guard | the condition of an `if` never true, and always true |
| side | a conditional expression to either of its sides |
| field | a keyword of `evolve` dropped; of a record, the old record's value, or that of the next field of its type |
| record | `evolve(record, ...)` to the record; a record that is made, and returned, to a parameter of its type |

Bounds of slices, and how many items a comprehension makes, are left alone: the result would be of another type.
"""

from __future__ import annotations

import ast
import copy
import typing
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import attrs

from intrathecal.arithmetic import div_ceil, div_floor, greatest, least
from intrathecal.evolving import evolve
from intrathecal_proofs.mutation.reach import Function, plain

Path = tuple[tuple[str, int | None], ...]
"""Where a node stands in a tree: from the root, field by field; in a list, with its place."""


@attrs.frozen
class Edit:
    """One expression, and what stands in its place."""

    kind: str
    line: int
    path: Path
    new: ast.expr
    was: str
    """What is changed, as source."""
    now: str
    """What it becomes."""


def applied(tree: ast.FunctionDef, edit: Edit) -> ast.FunctionDef:
    """The function with the edit made."""
    changed = copy.deepcopy(tree)
    _put(changed, edit.path, copy.deepcopy(edit.new))
    return ast.fix_missing_locations(changed)


def edits(function: Function, tree: ast.FunctionDef) -> Iterator[Edit]:
    """Every edit of the function, in the order of its source."""
    sight = _Sight(tree, plain(function).__globals__, typing.get_type_hints(function))
    for place, statement in enumerate(tree.body):
        yield from _below(sight, statement, (("body", place),))


@attrs.frozen
class _Sight:
    """What is known of the function."""

    tree: ast.FunctionDef
    names: dict[str, Any]
    """The names of its module."""
    hints: dict[str, Any]

    def named(self, node: ast.expr) -> Any:
        """What a name of the module stands for; `None` for any other expression."""
        return self.names.get(node.id) if isinstance(node, ast.Name) and node.id not in self.hints else None

    def at(self, path: Path) -> Any:
        """The node that stands there."""
        return _get(self.tree, path)


def _below(sight: _Sight, node: ast.AST, path: Path) -> Iterator[Edit]:
    """The edits of a node, and of all below it."""
    if isinstance(node, ast.Expr | ast.Slice):
        return
    if isinstance(node, ast.expr):
        for kind, new in _changes(sight, node, path):
            yield _edit(sight, kind, node, path, new)
    if isinstance(node, ast.Call):
        yield from _of_fields(sight, node, path)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "target", "targets", "ctx"):
            continue
        if field == "iter" and isinstance(node, ast.comprehension) and isinstance(value, ast.Call):
            continue
        if field == "func" and isinstance(node, ast.Call):
            continue
        if isinstance(value, ast.AST):
            yield from _below(sight, value, (*path, (field, None)))
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _below(sight, item, (*path, (field, place)))


_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_BETWEEN = {div_floor: "-(-({a}) // ({b}))", div_ceil: "({a}) // ({b})"}
"""What rounds the other way."""
_OF_TWO = {least: "({a}) if ({a}) >= ({b}) else ({b})", greatest: "({a}) if ({a}) <= ({b}) else ({b})"}
"""What picks the other one."""

Change = tuple[str, ast.expr]
"""A kind, and the expression that stands in place of the one looked at."""


def _changes(sight: _Sight, node: ast.expr, path: Path) -> Iterator[Change]:
    """What may stand in the place of the expression."""
    if _is_condition(path, sight):
        yield from (("guard", ast.Constant(way)) for way in (False, True) if not _is_constant(node, way))
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in _RECKONED:
        yield from _reckoned(node)
    elif isinstance(node, ast.BoolOp):
        yield from _joined(node)
    elif isinstance(node, ast.UnaryOp):
        yield ("logic" if isinstance(node.op, ast.Not) else "arithmetic", node.operand)
        value = node.operand.value if isinstance(node.operand, ast.Constant) else None
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            yield from (("constant", _number(-value + by)) for by in (1, -1))
    elif isinstance(node, ast.IfExp):
        yield from (("side", node.body), ("side", node.orelse))
    elif isinstance(node, ast.Call):
        yield from _called(sight, node, path)
    else:
        yield from _leaf(sight, node, path)


def _is_condition(path: Path, sight: _Sight) -> bool:
    """Whether the node is the condition of an `if`."""
    return path[-1] == ("test", None) and isinstance(sight.at(path[:-1]), ast.If)


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _compared(node: ast.Compare) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield "comparison", ast.Compare(node.left, ops, node.comparators)


def _reckoned(node: ast.BinOp) -> Iterator[Change]:
    sides = (node.left, node.right)
    if any(_is_tuple(side) for side in sides):
        if isinstance(node.op, ast.Add):
            yield "arithmetic", ast.BinOp(node.right, node.op, node.left)
    else:
        yield "arithmetic", ast.BinOp(node.left, _RECKONED[type(node.op)](), node.right)


def _is_tuple(node: ast.expr) -> bool:
    """Whether the expression shows itself as a tuple."""
    return isinstance(node, ast.Tuple) or (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice))


def _joined(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "logic", ast.BoolOp(other, node.values)
    for place in range(len(node.values)):
        left = node.values[:place] + node.values[place + 1 :]
        yield "logic", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _called(sight: _Sight, node: ast.Call, path: Path) -> Iterator[Change]:
    called = sight.named(node.func) if isinstance(node.func, ast.Name) else None
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if called in _BETWEEN:
        yield "rounding", _written(_BETWEEN[called], node)
    elif called in _OF_TWO:
        yield "choice", _written(_OF_TWO[called], node)
    elif name in ("all", "any"):
        other = ast.Name("any" if name == "all" else "all", ast.Load())
        yield "logic", ast.Call(other, node.args, [])
    elif called is evolve:
        yield "record", node.args[0]
    elif isinstance(called, type) and attrs.has(called) and isinstance(sight.at(path[:-1]), ast.Return):
        like = [name for name, hint in sight.hints.items() if hint is called and name != "return"]
        yield from (("record", ast.Name(name, ast.Load())) for name in like)


def _written(text: str, node: ast.Call) -> ast.expr:
    a, b = (ast.unparse(arg) for arg in node.args)
    return ast.parse(text.format(a=a, b=b), mode="eval").body


def _leaf(sight: _Sight, node: ast.expr, path: Path) -> Iterator[Change]:
    """What may stand in place of a constant, a name or a member."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int) and not _is_signed(sight, path):
        yield from (("constant", _number(node.value + by)) for by in (1, -1))
    elif isinstance(node, ast.Name) and type(sight.named(node)) is int:
        yield "constant", ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield "constant", ast.BinOp(node, ast.Sub(), ast.Constant(1))
    elif isinstance(node, ast.Attribute):
        kind = sight.named(node.value)
        if isinstance(kind, type) and issubclass(kind, IntEnum):
            names = [member.name for member in kind]
            other = names[(names.index(node.attr) + 1) % len(names)]
            yield "member", ast.Attribute(node.value, other, ast.Load())


def _is_signed(sight: _Sight, path: Path) -> bool:
    """Whether a sign stands before the number: it is changed with it."""
    above = sight.at(path[:-1])
    return isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.USub)


def _number(value: int) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _of_fields(sight: _Sight, node: ast.Call, path: Path) -> Iterator[Edit]:
    """The edits of the keywords of a record or of `evolve`."""
    called = sight.named(node.func)
    if called is evolve:
        for place, keyword in enumerate(node.keywords):
            left = node.keywords[:place] + node.keywords[place + 1 :]
            new = ast.Call(node.func, node.args, left) if left else node.args[0]
            if len(node.keywords) > 1:
                was = ast.unparse(keyword)
                yield Edit("field", keyword.value.lineno, path, new, was, f"no {keyword.arg}=")
    elif isinstance(called, type) and attrs.has(called):
        for place, keyword in enumerate(node.keywords):
            at = (*path, ("keywords", place), ("value", None))
            found = {ast.unparse(new) for _, new in _changes(sight, keyword.value, at)} | {ast.unparse(keyword.value)}
            for new in _instead(sight, called, node, place):
                if ast.unparse(new) not in found:
                    found.add(ast.unparse(new))
                    now = f"{keyword.arg}={ast.unparse(new)}"
                    yield Edit("field", keyword.value.lineno, at, new, ast.unparse(keyword), now)


def _instead(sight: _Sight, made: type, node: ast.Call, place: int) -> Iterator[ast.expr]:
    """What a field could be given by mistake: its old value, or that of the next field of its type."""
    name = node.keywords[place].arg
    old = _old(sight, made)
    if old is not None:
        yield ast.parse(f"{old}.{name}", mode="eval").body
    kinds = typing.get_type_hints(made, include_extras=True)
    for other in (*node.keywords[place + 1 :], *node.keywords[:place]):
        if kinds[str(other.arg)] == kinds[str(name)]:
            yield other.value
            return


def _old(sight: _Sight, made: type) -> str | None:
    """Where the function has a record of that type from: a parameter, or the one field of one that is of the type."""
    for name, hint in sight.hints.items():
        if name != "return" and hint is made:
            return name
    for name, hint in sight.hints.items():
        if name != "return" and isinstance(hint, type) and attrs.has(hint):
            of_type = [field for field, kind in typing.get_type_hints(hint).items() if kind is made]
            if len(of_type) == 1:
                return f"{name}.{of_type[0]}"
    return None


def _edit(sight: _Sight, kind: str, node: ast.expr, path: Path, new: ast.expr) -> Edit:
    """The edit, told with enough of its surroundings to be understood."""
    above = path
    while above[:-1] and isinstance(sight.at(above), _SMALL) and isinstance(sight.at(above[:-1]), _WIDER):
        above = above[:-1]
    changed = copy.deepcopy(sight.at(above))
    if above == path:
        changed = new
    else:
        _put(changed, path[len(above) :], new)
    return Edit(kind, node.lineno, path, new, ast.unparse(sight.at(above)), ast.unparse(changed))


_SMALL = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp)
_WIDER = (ast.UnaryOp, ast.BinOp, ast.Compare, ast.Subscript, ast.IfExp, ast.keyword, ast.Return, ast.Assign)


def _get(tree: ast.AST, path: Path) -> Any:
    node: Any = tree
    for field, place in path:
        node = getattr(node, field) if place is None else getattr(node, field)[place]
    return node


def _put(tree: ast.AST, path: Path, new: ast.expr) -> None:
    above = _get(tree, path[:-1])
    field, place = path[-1]
    if place is None:
        setattr(above, field, new)
    else:
        getattr(above, field)[place] = new
