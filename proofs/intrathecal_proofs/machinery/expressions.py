"""Expressions of one call: what they are worth, in terms, and what Python could raise on the way."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

import attrs

from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.decisions import Undecided, decided
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.sources import LiftError, Source, assigned
from intrathecal_proofs.machinery.terms import FALSE, TRUE, Poly, Truth
from intrathecal_proofs.machinery.values import Mismatch, Record, Value

if TYPE_CHECKING:
    from intrathecal_proofs.machinery.lifter import Lifter


COMPARISONS: dict[type[ast.cmpop], Callable[[Poly, Poly], Truth]] = {
    ast.Lt: terms.below,
    ast.LtE: terms.at_most,
    ast.Gt: lambda a, b: terms.below(b, a),
    ast.GtE: lambda a, b: terms.at_most(b, a),
}


class Expressions:
    """Those of one call of one function, with the variables that it has there (`env`)."""

    def __init__(self, lifter: Lifter, function: FunctionType, source: Source) -> None:
        self.lifter = lifter
        self.function = function
        self.source = source
        self.assigned = assigned(source.tree)
        self.counted = function.__module__.split(".")[0] == "intrathecal"

    def refuse(self, node: ast.AST, why: str) -> LiftError:
        """The error that names where the node stands, and why it is not read."""
        return LiftError(f"{self.source.file}:{getattr(node, 'lineno', '?')}: {why}")

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
        """The value of an expression that must be a truth value."""
        found = self.any(node, env)
        if not isinstance(found, Truth):
            raise self.refuse(node, "a truth value is needed here: compare explicitly")
        return found

    def number(self, node: ast.expr, env: dict[str, Any]) -> Poly:
        """The value of an expression that must be a whole number."""
        found = self.any(node, env)
        if not isinstance(found, Poly):
            raise self.refuse(node, "a whole number is needed here")
        return found

    def value(self, node: ast.expr, env: dict[str, Any]) -> Value:
        """The value of an expression that must be one of the subset."""
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

    def _name(self, node: ast.Name, env: dict[str, Any]) -> Any:
        if node.id in env:
            return env[node.id]
        if node.id in self.assigned:
            raise self.refuse(node, f"{node.id} is assigned elsewhere in the function, and may have no value here")
        closure = inspect.getclosurevars(self.function).nonlocals if self.function.__closure__ else {}
        for scope in (closure, self.function.__globals__, vars(builtins)):
            if node.id in scope:
                return self._known(node, scope[node.id])
        raise self.refuse(node, f"{node.id} is not known here")

    def _known(self, node: ast.AST, found: object) -> Any:
        if isinstance(found, bool | int | tuple) or (attrs.has(type(found)) and not isinstance(found, type)):
            try:
                return values.constant(found)
            except Mismatch as mismatch:
                raise self.refuse(node, str(mismatch)) from mismatch
        if isinstance(found, float):
            raise self.refuse(node, "a float is outside the subset")
        return found

    def _attribute(self, node: ast.Attribute, env: dict[str, Any]) -> Any:
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
            self._duty("divisor", node, right)
            found = terms.quotient(left, right)
            if isinstance(node.op, ast.Mod):
                found = terms.subtract(left, terms.multiply(found, right))
        else:
            raise self.refuse(node, f"the operator {type(node.op).__name__} is outside the subset")
        self._duty("width", node, found)
        return found

    def _duty(self, what: str, node: ast.AST, subject: Poly, span: tuple[int, int] = (0, 0)) -> None:
        number = terms.value_of(subject)
        if what == "divisor" and number is not None and number > 0:
            return
        if what == "width" and (not self.counted or (number is not None and -(2**63) <= number < 2**63)):
            return
        if what == "range" and (not self.counted or (number is not None and span[0] <= number <= span[1])):
            return
        where = f"{self.source.file}:{getattr(node, 'lineno', 0)}"
        self.lifter.duties.append(Duty(what, where, tuple(self.lifter.guard), subject, span))

    def _unaryop(self, node: ast.UnaryOp, env: dict[str, Any]) -> Value:
        if isinstance(node.op, ast.Not):
            return terms.negation(self.truth(node.operand, env))
        if isinstance(node.op, ast.USub):
            found = terms.negate(self.number(node.operand, env))
            self._duty("width", node, found)
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
        compare = COMPARISONS.get(type(operator))
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

    def _subscript(self, node: ast.Subscript, env: dict[str, Any]) -> Any:
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
        self._duty("index", node, index, (0, len(base) - 1))
        found: Value = base[-1]
        for place in range(len(base) - 2, -1, -1):
            found = self._join(node, terms.equal(index, terms.const(place)), base[place], found)
        return found

    def _looked_up(self, node: ast.Subscript, table: dict[type, Any], env: dict[str, Any]) -> Any:
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

    def _bind(self, target: ast.expr, value: Any, env: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            env[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, tuple) and len(value) == len(target.elts):
            for each, part in zip(target.elts, value, strict=True):
                self._bind(each, part, env)
        else:
            raise self.refuse(target, "only names, and tuples of as many names as values, can be assigned to")

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
