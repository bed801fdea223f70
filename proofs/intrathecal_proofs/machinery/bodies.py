"""Bodies: the statements of a function, run on terms; branches are joined."""

from __future__ import annotations

import ast
from typing import Any

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.calls import Calls
from intrathecal_proofs.machinery.sources import refusal, returns
from intrathecal_proofs.machinery.terms import FALSE, TRUE
from intrathecal_proofs.machinery.values import Value


class Body(Calls):
    """One call of one function."""

    def run(self, block: list[ast.stmt], env: dict[str, Any]) -> Value:
        """What the block returns."""
        for place, statement in enumerate(block):
            rest = block[place + 1 :]
            if isinstance(statement, ast.Return):
                if statement.value is None:
                    raise self.refuse(statement, "a return without a value is outside the subset")
                return self.value(statement.value, env)
            if isinstance(statement, ast.If) and returns(statement):
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
                    if isinstance(inner, ast.Return) or (isinstance(inner, ast.If) and returns(inner)):
                        raise self.refuse(inner, "a return inside a loop is outside the subset")
                    self._execute(inner, env)
        else:
            raise self.refuse(statement, f"{type(statement).__name__} is outside the subset")

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
