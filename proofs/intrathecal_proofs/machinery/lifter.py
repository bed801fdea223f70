"""The lifter: reads the shipped source of functions in the verifiable subset and runs it on terms.

Branches are joined, field by field, so one run covers every path. What the lifter cannot read is an error that names
file and line. On the way it notes what Python could raise, and every intermediate value, with the condition for it.
"""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType, UnionType
from typing import Any, Protocol, get_args

import attrs

from intrathecal.evolving import evolve
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.decisions import decided, implied, looked_up
from intrathecal_proofs.machinery.terms import FALSE, TRUE, Poly, Truth
from intrathecal_proofs.machinery.values import Mismatch, Record, Value

LIFTED_PACKAGES = ("intrathecal", "intrathecal_specs", "intrathecal_proofs")
"""Functions of these packages are read; any other call is refused."""


class LiftError(Exception):
    """Source outside the verifiable subset: the message names file, line and what was found."""


@attrs.frozen
class Duty:
    """What must hold for a piece of source to be total: `holds` wherever all of `guard` do."""

    what: str
    """`index`, `divisor`, `width`, or the name of a contract whose argument this is."""
    where: str
    """File and line."""
    guard: tuple[Truth, ...]
    subject: Poly
    """The index, the divisor, or the intermediate value."""
    size: int
    """How long the indexed tuple is; 0 for the others."""
    within: Truth = TRUE
    """What a contract asks of its arguments."""


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


class Contracts(Protocol):
    """Stands in for functions of which only a contract is known."""

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """The arbitrary result of the call, or `None` where the function has no contract."""


@attrs.frozen
class Call:
    """A call of a stage of the step."""

    result: Value
    duties: int
    """How many duties had been noted when it ended."""


@attrs.frozen(eq=False)
class Remembered:
    """A call as it was lifted before, and what was asked on the way of the conditions that are decided: where the
    answers are the same, the terms are."""

    result: Value
    duties: tuple[Duty, ...]
    around: tuple[Truth, ...]
    """What held where the call was made."""
    ran: tuple[str, ...]
    modules: frozenset[str]
    """Where all that stands."""
    found: dict[Truth, bool]
    missed: frozenset[Truth]
    """Neither these were decided nor their opposites."""
    compared: dict[Truth, Truth]

    def again(self, known: Mapping[Truth, bool]) -> bool:
        """Whether the call gives the same with these conditions decided."""
        return (
            self.missed.isdisjoint(known)
            and all(looked_up(known, truth) is way for truth, way in self.found.items())
            and all(implied(truth, known) is said for truth, said in self.compared.items())
        )

    def duties_within(self, guard: tuple[Truth, ...]) -> Iterable[Duty]:
        """The duties of the call where it is made now."""
        if guard == self.around:
            return self.duties
        outer = len(self.around)
        return (attrs.evolve(duty, guard=guard + duty.guard[outer:]) for duty in self.duties)


_READ: set[str] = set()
"""Modules of which something was run since reading began."""


def begin_reading() -> None:
    """From now on, note the modules of which something is run."""
    _READ.clear()


def modules_read() -> frozenset[str]:
    """The modules of which something was run since reading began, or would have been if it were not remembered."""
    return frozenset(_READ)


Memory = dict[tuple[object, ...], list[Remembered]]
"""Calls by function and arguments, and whatever else of a lifter decides what they give."""


NOTED = frozenset(["decide", "finish"])
"""Stages of the step whose results are asked for."""


@attrs.define
class Lifter:
    """Runs functions on terms."""

    contracts: Contracts | None = None

    instead: Sources = attrs.field(factory=dict)
    known: dict[Truth, bool] = attrs.field(factory=dict)
    """Conditions that are taken as decided."""
    duties: list[Duty] = attrs.field(factory=list)
    ran: list[str] = attrs.field(factory=list)
    """`module.function` of everything that was run, as often as it was."""
    split: frozenset[str] = frozenset()
    """Modules whose conditions are to be decided one way and the other."""
    choices: bool = True
    """Not those of their statements alone, but those of their conditional expressions too."""
    accepting: bool = False
    """Only the ways are followed on which no statement of those modules returns a refusal."""
    memory: Memory | None = None
    """What lifters of the same source, `instead` and `accepting`, have lifted before."""
    guard: list[Truth] = attrs.field(factory=list)
    """What holds where the lifter is now."""
    calls: dict[str, list[Call]] = attrs.field(factory=dict)
    """The calls of the functions in `NOTED`, by name, in the order in which they ended."""
    asked: list[tuple[Truth, bool | None]] = attrs.field(factory=list)
    """Conditions that were looked up among the known ones, and what was found."""
    compared: list[tuple[Truth, Truth]] = attrs.field(factory=list)
    """Comparisons that were held against the known ones, and what came of it."""
    depth: int = 0

    @property
    def reached(self) -> frozenset[str]:
        """`module.function` of everything that was run."""
        return frozenset(self.ran)

    def call(self, function: Callable[..., object], *args: Value) -> Value:
        """What the function returns for these arguments."""
        if not isinstance(function, FunctionType):
            raise LiftError(f"{function!r} is no function of the subset")
        result = self._run(function, args) if self.memory is None else self._recalled(self.memory, function, args)
        if function.__name__ in NOTED:
            self.calls.setdefault(function.__name__, []).append(Call(result, len(self.duties)))
        return result

    def look_up(self, found: Truth) -> bool | None:
        """What is known of a truth value."""
        way = looked_up(self.known, found)
        self.asked.append((found, way))
        return way

    def compare(self, found: Truth) -> Truth:
        """The comparison, or what a known one says of it."""
        said = implied(found, self.known)
        self.compared.append((found, said))
        return said

    def _recalled(self, memory: Memory, function: FunctionType, args: tuple[Value, ...]) -> Value:
        """What the call gave before, if it gives the same now, or what it gives."""
        key = (function, self.contracts, self.split, self.choices, "finish" in self.calls, *map(values.identity, args))
        for remembered in reversed(memory.get(key, ())):
            if remembered.again(self.known):
                self._follow(remembered)
                return remembered.result
        known, noted = self.known, self._noted()
        starts = (len(self.duties), len(self.ran), len(self.asked), len(self.compared))
        result = self._run(function, args)
        if self.known is known and self._noted() == noted:
            memory.setdefault(key, []).append(self._remembered(result, *starts))
        return result

    def _noted(self) -> int:
        return sum(len(calls) for calls in self.calls.values())

    def _remembered(self, result: Value, duties: int, ran: int, asked: int, compared: int) -> Remembered:
        """What has come since there were so many of each."""
        answers = dict(self.asked[asked:])
        missed = [truth for truth, way in answers.items() if way is None]
        return Remembered(
            result=result,
            duties=tuple(self.duties[duties:]),
            around=tuple(self.guard),
            ran=(names := tuple(dict.fromkeys(self.ran[ran:]))),
            modules=frozenset(name.rsplit(".", 1)[0] for name in names),
            found={truth: way for truth, way in answers.items() if way is not None},
            missed=frozenset((*missed, *map(terms.negation, missed))),
            compared=dict(self.compared[compared:]),
        )

    def _follow(self, remembered: Remembered) -> None:
        """Note what the call noted before."""
        self.duties += remembered.duties_within(tuple(self.guard))
        self.ran += remembered.ran
        _READ.update(remembered.modules)
        self.asked += ((truth, None) for truth in remembered.missed)
        self.asked += remembered.found.items()
        self.compared += remembered.compared.items()

    def _run(self, function: FunctionType, args: tuple[Value, ...]) -> Value:
        """What the contract says of the call, or its source."""
        _READ.add(function.__module__)
        if self.contracts is not None:
            result = self.contracts.result(self, function, args)
            if result is not None:
                return result
        source = source_of(function, self.instead)
        self.ran.append(f"{function.__module__}.{function.__qualname__}")
        names = _parameters(function, source, len(args))
        if self.depth > 30:
            raise LiftError(f"{source.file}:{source.first_line}: recursion is outside the subset")
        self.depth += 1
        try:
            return _Body(self, function, source).run(source.tree.body, dict(zip(names, args, strict=True)))
        finally:
            self.depth -= 1


def _parameters(function: FunctionType, source: Source, given: int) -> list[str]:
    """The names of the function's parameters, of which there are as many as arguments."""
    where = f"{source.file}:{source.first_line}"
    args = source.tree.args
    if args.defaults or args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs:
        raise LiftError(f"{where}: default, variable, keyword-only and positional-only arguments are outside it")
    if len(args.args) != given:
        raise LiftError(f"{where}: {function.__name__} takes {len(args.args)} arguments, not {given}")
    return [arg.arg for arg in args.args]


class Undecided(Exception):
    """A condition is met that is to be decided one way and the other."""

    def __init__(self, condition: Truth) -> None:
        super().__init__("a condition is to be decided")
        self.condition = condition


def paths(
    run: Callable[[Lifter], Value], make: Callable[..., Lifter], split: frozenset[str], known: dict[Truth, bool]
) -> Iterator[tuple[dict[Truth, bool], Lifter, Value]]:
    """Every way through the modules named in `split`: what it decides, and what `run` gives on it."""
    lifter = make(known=known, split=split)
    try:
        value = run(lifter)
    except Undecided as undecided:
        for decision in (True, False):
            yield from paths(run, make, split, decided(known, undecided.condition, decision))
    else:
        yield lifter.known, lifter, value


_COMPARISONS: dict[type[ast.cmpop], Callable[[Poly, Poly], Truth]] = {
    ast.Lt: terms.below,
    ast.LtE: terms.at_most,
    ast.Gt: lambda a, b: terms.below(b, a),
    ast.GtE: lambda a, b: terms.at_most(b, a),
}
_Static = Any


class _Body:
    """One call of one function."""

    def __init__(self, lifter: Lifter, function: FunctionType, source: Source) -> None:
        self.lifter = lifter
        self.function = function
        self.source = source
        self.assigned = _assigned(source.tree)
        self.counted = function.__module__.split(".")[0] == "intrathecal"

    def refuse(self, node: ast.AST, why: str) -> LiftError:
        return LiftError(f"{self.source.file}:{getattr(node, 'lineno', '?')}: {why}")

    # -- statements ---------------------------------------------------------------------------------------------

    def run(self, block: list[ast.stmt], env: dict[str, Any]) -> Value:
        """What the block returns."""
        for place, statement in enumerate(block):
            rest = block[place + 1 :]
            if isinstance(statement, ast.Return):
                if statement.value is None:
                    raise self.refuse(statement, "a return without a value is outside the subset")
                return self.value(statement.value, env)
            if isinstance(statement, ast.If) and _returns(statement):
                return self._fork(statement, rest, env)
            self._execute(statement, env)
        raise self.refuse(self.source.tree, f"{self.function.__name__} can end without a return")

    def _fork(self, statement: ast.If, rest: list[ast.stmt], env: dict[str, Any]) -> Value:
        condition = self.condition(statement.test, env, refuses=refusal(statement) is not None)
        if condition is TRUE:
            return self.run(statement.body + rest, env)
        if condition is FALSE:
            return self.run(statement.orelse + rest, env)
        then = self.under(condition, lambda: self.run(statement.body + rest, dict(env)))
        other = self.under(terms.negation(condition), lambda: self.run(statement.orelse + rest, dict(env)))
        return self._join(statement, condition, then, other)

    def _execute(self, statement: ast.stmt, env: dict[str, Any]) -> None:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            self._bind(statement.targets[0], self.any(statement.value, env), env)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._bind(statement.target, self.any(statement.value, env), env)
        elif isinstance(statement, ast.If):
            self._branch(statement, env)
        elif isinstance(statement, ast.For) and not statement.orelse:
            for item in self.items(statement.iter, env):
                self._bind(statement.target, item, env)
                for inner in statement.body:
                    if isinstance(inner, ast.Return) or (isinstance(inner, ast.If) and _returns(inner)):
                        raise self.refuse(inner, "a return inside a loop is outside the subset")
                    self._execute(inner, env)
        else:
            raise self.refuse(statement, f"{type(statement).__name__} is outside the subset")

    def _bind(self, target: ast.expr, value: Any, env: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            env[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, tuple) and len(value) == len(target.elts):
            for each, part in zip(target.elts, value, strict=True):
                self._bind(each, part, env)
        else:
            raise self.refuse(target, "only names, and tuples of as many names as values, can be assigned to")

    def _branch(self, statement: ast.If, env: dict[str, Any]) -> None:
        condition = self.condition(statement.test, env)
        then, other = dict(env), dict(env)
        if condition is not FALSE:
            self.under(condition, lambda: self._block(statement.body, then))
        if condition is not TRUE:
            self.under(terms.negation(condition), lambda: self._block(statement.orelse, other))
        for name in dict.fromkeys((*then, *other)):
            if condition is TRUE or condition is FALSE:
                env.update(then if condition is TRUE else other)
            elif name in then and name in other:
                env[name] = (
                    then[name]
                    if then[name] is other[name]
                    else self._join(statement, condition, then[name], other[name])
                )
            else:
                env.pop(name, None)

    def _block(self, block: list[ast.stmt], env: dict[str, Any]) -> None:
        for statement in block:
            self._execute(statement, env)

    def _join(self, node: ast.AST, condition: Truth, then: Value, other: Value) -> Value:
        try:
            return values.join(condition, then, other)
        except Mismatch as mismatch:
            raise self.refuse(node, str(mismatch)) from mismatch

    def under(self, condition: Truth, run: Callable[[], Any]) -> Any:
        """What `run` gives where the condition holds."""
        self.lifter.guard.append(condition)
        try:
            return run()
        finally:
            self.lifter.guard.pop()

    # -- expressions --------------------------------------------------------------------------------------------

    def decided(self, found: Truth) -> Truth:
        """The truth value, or what is known of it."""
        known = self.lifter.look_up(found)
        return found if known is None else terms.truth(known)

    def condition(self, node: ast.expr, env: dict[str, Any], refuses: bool = False, choice: bool = False) -> Truth:
        """The truth value of a condition, decided where it is known, or to be decided where the module is split.

        `refuses`: where it holds, a refusal is returned. `choice`: of a conditional expression.
        """
        found = self.decided(self.truth(node, env))
        if found.kind == "le" and self.function.__module__ in self.lifter.split:
            found = self.lifter.compare(found)
        asked = self.function.__module__ in self.lifter.split and (self.lifter.choices or not choice)
        if found.kind not in ("true", "false") and asked:
            if refuses and self.lifter.accepting:
                self.lifter.known = decided(self.lifter.known, found, False)
                return FALSE
            first = self.function.__module__ != "intrathecal.arming" or "finish" not in self.lifter.calls
            if first:
                raise Undecided(found)
        return found

    def truth(self, node: ast.expr, env: dict[str, Any]) -> Truth:
        found = self.any(node, env)
        if not isinstance(found, Truth):
            raise self.refuse(node, "a truth value is needed here: compare explicitly")
        return found

    def number(self, node: ast.expr, env: dict[str, Any]) -> Poly:
        found = self.any(node, env)
        if not isinstance(found, Poly):
            raise self.refuse(node, "a whole number is needed here")
        return found

    def value(self, node: ast.expr, env: dict[str, Any]) -> Value:
        found = self.any(node, env)
        if isinstance(found, Poly | Truth | Record | tuple):
            return found
        raise self.refuse(node, f"{found!r} is no value of the subset")

    def any(self, node: ast.expr, env: dict[str, Any]) -> Any:
        """The value of an expression, or the function, class or module that it names."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise self.refuse(node, f"{type(node).__name__} is outside the subset")
        return method(node, env)

    def _constant(self, node: ast.Constant, env: dict[str, Any]) -> Value:
        if isinstance(node.value, bool | int):
            return values.constant(node.value)
        raise self.refuse(node, f"the constant {node.value!r} is outside the subset")

    def _name(self, node: ast.Name, env: dict[str, Any]) -> _Static:
        if node.id in env:
            return env[node.id]
        if node.id in self.assigned:
            raise self.refuse(node, f"{node.id} is assigned elsewhere in the function, and may have no value here")
        closure = inspect.getclosurevars(self.function).nonlocals if self.function.__closure__ else {}
        for scope in (closure, self.function.__globals__, vars(builtins)):
            if node.id in scope:
                return self._known(node, scope[node.id])
        raise self.refuse(node, f"{node.id} is not known here")

    def _known(self, node: ast.AST, found: object) -> _Static:
        if isinstance(found, bool | int | tuple) or (attrs.has(type(found)) and not isinstance(found, type)):
            try:
                return values.constant(found)
            except Mismatch as mismatch:
                raise self.refuse(node, str(mismatch)) from mismatch
        if isinstance(found, float):
            raise self.refuse(node, "a float is outside the subset")
        return found

    def _attribute(self, node: ast.Attribute, env: dict[str, Any]) -> _Static:
        base = self.any(node.value, env)
        if isinstance(base, Record):
            if node.attr not in base.fields:
                raise self.refuse(node, f"{base.of.__name__} has no field {node.attr}")
            return base.fields[node.attr]
        if isinstance(base, Poly | Truth | tuple):
            raise self.refuse(node, f"{node.attr}: numbers, truth values and tuples have no attributes here")
        if not hasattr(base, node.attr):
            raise self.refuse(node, f"{getattr(base, '__name__', base)!r} has no {node.attr}")
        return self._known(node, getattr(base, node.attr))

    def _binop(self, node: ast.BinOp, env: dict[str, Any]) -> Value:
        left, right = self.any(node.left, env), self.any(node.right, env)
        if isinstance(left, tuple) and isinstance(right, tuple) and isinstance(node.op, ast.Add):
            return left + right
        if isinstance(left, tuple) and isinstance(right, Poly) and isinstance(node.op, ast.Mult):
            times = terms.value_of(right)
            if times is not None:
                return left * times
        if not isinstance(left, Poly) or not isinstance(right, Poly):
            raise self.refuse(node, "arithmetic is on whole numbers alone")
        return self._arithmetic(node, left, right)

    def _arithmetic(self, node: ast.BinOp, left: Poly, right: Poly) -> Poly:
        if isinstance(node.op, ast.Add):
            found = terms.add(left, right)
        elif isinstance(node.op, ast.Sub):
            found = terms.subtract(left, right)
        elif isinstance(node.op, ast.Mult):
            found = terms.multiply(left, right)
        elif isinstance(node.op, ast.FloorDiv | ast.Mod):
            self._duty("divisor", node, right, 0)
            found = terms.quotient(left, right)
            if isinstance(node.op, ast.Mod):
                found = terms.subtract(left, terms.multiply(found, right))
        else:
            raise self.refuse(node, f"the operator {type(node.op).__name__} is outside the subset")
        self._duty("width", node, found, 0)
        return found

    def _duty(self, what: str, node: ast.AST, subject: Poly, size: int) -> None:
        number = terms.value_of(subject)
        if what == "divisor" and number is not None and number > 0:
            return
        if what == "width" and (not self.counted or (number is not None and -(2**63) <= number < 2**63)):
            return
        where = f"{self.source.file}:{getattr(node, 'lineno', 0)}"
        self.lifter.duties.append(Duty(what, where, tuple(self.lifter.guard), subject, size))

    def _unaryop(self, node: ast.UnaryOp, env: dict[str, Any]) -> Value:
        if isinstance(node.op, ast.Not):
            return terms.negation(self.truth(node.operand, env))
        if isinstance(node.op, ast.USub):
            found = terms.negate(self.number(node.operand, env))
            self._duty("width", node, found, 0)
            return found
        raise self.refuse(node, f"the operator {type(node.op).__name__} is outside the subset")

    def _boolop(self, node: ast.BoolOp, env: dict[str, Any]) -> Truth:
        conjunctive = isinstance(node.op, ast.And)
        found = terms.truth(conjunctive)
        pushed = 0
        try:
            for operand in node.values:
                if found is terms.truth(not conjunctive):
                    break
                part = self.decided(self.truth(operand, env))
                found = (terms.conjunction if conjunctive else terms.disjunction)(found, part)
                self.lifter.guard.append(part if conjunctive else terms.negation(part))
                pushed += 1
        finally:
            del self.lifter.guard[len(self.lifter.guard) - pushed :]
        return found

    def _compare(self, node: ast.Compare, env: dict[str, Any]) -> Truth:
        found = TRUE
        left = self.value(node.left, env)
        for operator, operand in zip(node.ops, node.comparators, strict=True):
            right = self.value(operand, env)
            found = terms.conjunction(found, self.decided(self._comparison(node, operator, left, right)))
            left = right
        return found

    def _comparison(self, node: ast.AST, operator: ast.cmpop, left: Value, right: Value) -> Truth:
        if isinstance(operator, ast.Eq | ast.NotEq):
            try:
                equal = values.same(left, right)
            except Mismatch as mismatch:
                raise self.refuse(node, str(mismatch)) from mismatch
            return equal if isinstance(operator, ast.Eq) else terms.negation(equal)
        compare = _COMPARISONS.get(type(operator))
        if compare is None or not isinstance(left, Poly) or not isinstance(right, Poly):
            raise self.refuse(node, f"the comparison {type(operator).__name__} is outside the subset here")
        return compare(left, right)

    def _ifexp(self, node: ast.IfExp, env: dict[str, Any]) -> Value:
        condition = self.condition(node.test, env, choice=True)
        if condition is TRUE:
            return self.value(node.body, env)
        if condition is FALSE:
            return self.value(node.orelse, env)
        then = self.under(condition, lambda: self.value(node.body, env))
        other = self.under(terms.negation(condition), lambda: self.value(node.orelse, env))
        return self._join(node, condition, then, other)

    def _tuple(self, node: ast.Tuple, env: dict[str, Any]) -> tuple[Value, ...]:
        return tuple(self.value(each, env) for each in node.elts)

    def _subscript(self, node: ast.Subscript, env: dict[str, Any]) -> _Static:
        base = self.any(node.value, env)
        if isinstance(base, dict):
            return self._looked_up(node, base, env)
        if not isinstance(base, tuple):
            raise self.refuse(node, "only tuples are indexed, and fixed tables by type")
        if isinstance(node.slice, ast.Slice):
            if node.slice.step is not None:
                raise self.refuse(node, "a slice with a step is outside the subset")
            return base[self._bound(node.slice.lower, env) : self._bound(node.slice.upper, env)]
        index = self.number(node.slice, env)
        place = terms.value_of(index)
        if place is not None:
            if not -len(base) <= place < len(base):
                raise self.refuse(node, f"the index {place} is outside a tuple of {len(base)}")
            picked: Value = base[place]
            return picked
        self._duty("index", node, index, len(base))
        found: Value = base[-1]
        for place in range(len(base) - 2, -1, -1):
            found = self._join(node, terms.equal(index, terms.const(place)), base[place], found)
        return found

    def _looked_up(self, node: ast.Subscript, table: dict[type, Any], env: dict[str, Any]) -> _Static:
        key = self.any(node.slice, env)
        if not isinstance(key, type) or key not in table:
            raise self.refuse(node, f"the table holds nothing for {key!r}")
        return table[key]

    def _bound(self, node: ast.expr | None, env: dict[str, Any]) -> int | None:
        if node is None:
            return None
        found = terms.value_of(self.number(node, env))
        if found is None:
            raise self.refuse(node, "a slice needs bounds that are fixed")
        return found

    # -- calls --------------------------------------------------------------------------------------------------

    def items(self, node: ast.expr, env: dict[str, Any]) -> list[Value]:
        """What a loop runs over: a fixed range or a tuple."""
        if isinstance(node, ast.Call) and self.any(node.func, env) is range:
            bounds = [terms.value_of(self.number(arg, env)) for arg in node.args]
            numbers = [bound for bound in bounds if bound is not None]
            if len(numbers) != len(bounds):
                raise self.refuse(node, "a loop needs a range that is fixed")
            if not 1 <= len(numbers) <= 3 or numbers[2:] == [0] or node.keywords:
                raise self.refuse(node, "a range has a beginning, an end and a step other than 0")
            return [terms.const(i) for i in range(*numbers)]
        found = self.value(node, env)
        if not isinstance(found, tuple):
            raise self.refuse(node, "a loop runs over a fixed range or a tuple")
        return list(found)

    def _generated(self, node: ast.GeneratorExp, env: dict[str, Any]) -> list[Value]:
        if len(node.generators) != 1 or node.generators[0].ifs:
            raise self.refuse(node, "a generator has one loop and no condition here")
        found = []
        for item in self.items(node.generators[0].iter, env):
            inner = dict(env)
            self._bind(node.generators[0].target, item, inner)
            found.append(self.value(node.elt, inner))
        return found

    def _call(self, node: ast.Call, env: dict[str, Any]) -> _Static:
        called = self.any(node.func, env)
        if called in (tuple, all, any, sum) and len(node.args) == 1 and not node.keywords:
            return self._gathered(node, called, env)
        if called is len and len(node.args) == 1 and not node.keywords:
            sized = self.value(node.args[0], env)
            if isinstance(sized, tuple):
                return terms.const(len(sized))
        if called is isinstance and len(node.args) == 2 and not node.keywords:
            return self._isinstance(node, env)
        if called is type and len(node.args) == 1 and not node.keywords:
            return self._record_type(node, env)
        if called in (attrs.evolve, evolve) and node.args:
            base = self.value(node.args[0], env)
            if not isinstance(base, Record):
                raise self.refuse(node, "evolve takes a record")
            return self._record(node, base.of, dict(base.fields), env)
        if isinstance(called, type) and attrs.has(called):
            return self._record(node, called, {}, env)
        if (
            isinstance(called, FunctionType)
            and called.__module__.split(".")[0] in LIFTED_PACKAGES
            and not node.keywords
        ):
            return self.lifter.call(called, *(self.value(arg, env) for arg in node.args))
        raise self.refuse(node, f"a call of {getattr(called, '__name__', called)!r} is outside the subset here")

    def _gathered(self, node: ast.Call, called: object, env: dict[str, Any]) -> Value:
        given = node.args[0]
        items = self._generated(given, env) if isinstance(given, ast.GeneratorExp) else self.items(given, env)
        if called is tuple:
            return tuple(items)
        if called is sum:
            total = terms.ZERO
            for item in items:
                if not isinstance(item, Poly):
                    raise self.refuse(node, "sum adds whole numbers")
                total = terms.add(total, item)
                self._duty("width", node, total, 0)
            return total
        truths = [item for item in items if isinstance(item, Truth)]
        if len(truths) != len(items):
            raise self.refuse(node, "all and any take truth values")
        return (terms.conjunction if called is all else terms.disjunction)(*truths)

    def _isinstance(self, node: ast.Call, env: dict[str, Any]) -> Truth:
        base = self.value(node.args[0], env)
        of = self._classes(node.args[1], env)
        if not isinstance(base, Record):
            raise self.refuse(node, "isinstance asks a record for its class")
        return terms.truth(issubclass(base.of, of))

    def _record_type(self, node: ast.Call, env: dict[str, Any]) -> _Static:
        base = self.value(node.args[0], env)
        if not isinstance(base, Record):
            raise self.refuse(node, "type asks a record for its class")
        return base.of

    def _classes(self, node: ast.expr, env: dict[str, Any]) -> tuple[type, ...]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._classes(node.left, env) + self._classes(node.right, env)
        found = self.any(node, env)
        if isinstance(found, UnionType):
            return get_args(found)
        if isinstance(found, type):
            return (found,)
        raise self.refuse(node, f"{found!r} is no class")

    def _record(self, node: ast.Call, of: type, fields: dict[str, Value], env: dict[str, Any]) -> Record:
        names = [f.name for f in attrs.fields(of)]
        positional = node.args[1:] if fields else node.args
        keywords = {keyword.arg for keyword in node.keywords}
        if (fields and positional) or len(positional) > len(names) or keywords & set(names[: len(positional)]):
            raise self.refuse(node, f"{of.__name__} is given more than its fields, or a field twice")
        if not values.is_plain(of) or hasattr(of, "__attrs_pre_init__") or hasattr(of, "__attrs_post_init__"):
            raise self.refuse(node, f"{of.__name__} is made of more than its fields")
        for name, arg in zip(names, positional, strict=False):
            fields[name] = self.value(arg, env)
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg not in names:
                raise self.refuse(node, f"{of.__name__} has no field {keyword.arg}")
            fields[keyword.arg] = self.value(keyword.value, env)
        if set(fields) != set(names):
            raise self.refuse(node, f"{of.__name__} needs every field; missing {sorted(set(names) - set(fields))}")
        return Record(of, {name: fields[name] for name in names})


@functools.cache
def _assigned(tree: ast.FunctionDef) -> frozenset[str]:
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


def _returns(statement: ast.If) -> bool:
    return any(
        isinstance(inner, ast.Return) or (isinstance(inner, ast.If) and _returns(inner))
        for inner in (*statement.body, *statement.orelse)
    )
