"""Calls in an expression: of other functions, of classes of records, and of what Python brings along."""

from __future__ import annotations

import ast
from types import FunctionType, UnionType
from typing import Any, get_args

import attrs

from intrathecal.evolving import evolve
from intrathecal.fields import Each, Within
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.expressions import Expressions
from intrathecal_proofs.machinery.sources import is_lifted
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value


class Calls(Expressions):
    """Expressions, with what they call."""

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

    def _call(self, node: ast.Call, env: dict[str, Any]) -> Any:
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
        if isinstance(called, FunctionType) and is_lifted(called) and not node.keywords:
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
                self._duty("width", node, total)
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

    def _record_type(self, node: ast.Call, env: dict[str, Any]) -> Any:
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
        for name in (*names[: len(positional)], *(keyword.arg for keyword in node.keywords)):
            self._checked(node, attrs.fields_dict(of)[str(name)], fields[str(name)])
        if set(fields) != set(names):
            raise self.refuse(node, f"{of.__name__} needs every field; missing {sorted(set(names) - set(fields))}")
        return Record(of, {name: fields[name] for name in names})

    def _checked(self, node: ast.Call, field: attrs.Attribute[Any], value: Value) -> None:
        """What the record's own checks ask of a field that it is given: that numbers lie where it takes them."""
        check, items = field.validator, (value,)
        if isinstance(check, Each):
            if not isinstance(value, tuple) or len(value) != check.length:
                raise self.refuse(node, f"{field.name} takes a tuple of exactly {check.length}")
            check, items = check.item, value
        for item in items:
            if isinstance(check, Within) and isinstance(item, Poly):
                self._duty("range", node, item, (check.low, check.high))
