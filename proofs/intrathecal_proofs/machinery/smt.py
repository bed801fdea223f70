"""Obligations as SMT-LIB 2 text: the same text for every solver.

A product of variables is a free variable of its own, of which only its sign is said; `exact` gives the products back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.terms import Choice, Monomial, Poly, Quotient, Truth, Variable


@attrs.define
class Script:
    """Text under construction: every shared term is defined once, before it is used."""

    exact: bool = False
    bounds: dict[int, int] = attrs.field(factory=dict)
    """Upper bounds of atoms, as premises say them: they bound products too."""
    lines: list[str] = attrs.field(factory=list)
    said: set[object] = attrs.field(factory=set)
    pending: list[Quotient] = attrs.field(factory=list)
    """Quotients that are declared and not yet said anything of."""
    variables: dict[str, Poly | Truth] = attrs.field(factory=dict)
    """The free variables, by the name they have in the text."""

    def assume(self, truth: Truth) -> None:
        """Assert the truth value."""
        name = self._truth(truth)
        self.lines.append(f"(assert {name})")
        while self.pending:
            self._quotient(self.pending.pop())

    def hold(self, guess: Mapping[str, int | bool], first: bool) -> None:
        """Hold one factor of each product at its guessed value, so that what is left is linear."""
        for monomial in [each for each in self.said if isinstance(each, tuple)]:
            places = monomial[:-1] if first else monomial[1:]
            for index in places:
                if f"a{index}" in guess:
                    self.lines.append(f"(assert (= a{index} {_number(int(guess[f'a{index}']))}))")

    def text(self) -> str:
        """The whole script, with the question."""
        logic = "QF_NIA" if self.exact else "QF_LIA"
        return "\n".join([f"(set-logic {logic})", *self.lines, "(check-sat)", ""])

    def _poly(self, poly: Poly) -> str:
        shown = []
        for monomial, coefficient in poly.items:
            if not monomial:
                shown.append(_number(coefficient))
                continue
            name = self._monomial(monomial)
            shown.append(name if coefficient == 1 else f"(* {_number(coefficient)} {name})")
        if not shown:
            return "0"
        return shown[0] if len(shown) == 1 else f"(+ {' '.join(shown)})"

    def _monomial(self, monomial: Monomial) -> str:
        names = [self._atom(index) for index in monomial]
        if len(names) == 1:
            return names[0]
        name = "p" + "_".join(str(index) for index in monomial)
        if monomial not in self.said:
            self.said.add(monomial)
            product = f"(* {' '.join(names)})"
            if self.exact:
                self.lines.append(f"(define-fun {name} () Int {product})")
            else:
                signs = " ".join(f"(>= {n} 0)" for n in names)
                zeros = " ".join(f"(= {n} 0)" for n in names)
                self.lines.append(f"(declare-const {name} Int)")
                self.lines.append(f"(assert (=> (and {signs}) (>= {name} 0)))")
                self.lines.append(f"(assert (=> (or {zeros}) (= {name} 0)))")
                for place, n in enumerate(names):
                    rest = self._monomial(monomial[:place] + monomial[place + 1 :])
                    self.lines.append(f"(assert (=> (= {n} 1) (= {name} {rest})))")
                    bound = self.bounds.get(monomial[place])
                    if bound is not None:
                        within = f"(and {signs} (<= {n} {_number(bound)}))"
                        self.lines.append(f"(assert (=> {within} (<= {name} (* {_number(bound)} {rest}))))")
        return name

    def _atom(self, index: int) -> str:
        atom = terms.atom_at(index)
        name = f"a{index}"
        if index in self.said:
            return name
        if isinstance(atom, Variable):
            self.lines.append(f"(declare-const {name} Int) ; {atom.name}")
            self.variables[name] = terms.variable(atom.name)
        elif isinstance(atom, Choice):
            condition = self._truth(atom.condition)
            choice = f"(ite {condition} {self._poly(atom.then)} {self._poly(atom.other)})"
            self.lines.append(f"(define-fun {name} () Int {choice})")
        else:
            assert isinstance(atom, Quotient)
            self.lines.append(f"(declare-const {name} Int)")
            self.pending.append(atom)
        self.said.add(index)
        return name

    def _quotient(self, atom: Quotient) -> None:
        whole = terms.quotient(atom.dividend, atom.divisor)
        product = terms.multiply(whole, atom.divisor)
        rest = terms.subtract(atom.dividend, product)
        above = self._truth(terms.at_most(terms.ONE, atom.divisor))
        fits = self._truth(terms.conjunction(terms.at_most(terms.ZERO, rest), terms.below(rest, atom.divisor)))
        self.lines.append(f"(assert (=> {above} {fits}))")
        positive = terms.conjunction(terms.at_most(terms.ZERO, whole), terms.at_most(whole, atom.dividend))
        negative = terms.conjunction(terms.below(whole, terms.ZERO), terms.at_most(atom.dividend, whole))
        sign = self._truth(terms.choose_truth(terms.at_most(terms.ZERO, atom.dividend), positive, negative))
        self.lines.append(f"(assert (=> {above} {sign}))")

    def _truth(self, truth: Truth) -> str:
        if truth.kind in ("true", "false"):
            return truth.kind
        name = f"t{truth.index}"
        if truth in self.said:
            return name
        if truth.kind == "proposition":
            self.lines.append(f"(declare-const {name} Bool) ; {truth.args[0]}")
            self.variables[name] = truth
        else:
            self.lines.append(f"(define-fun {name} () Bool {self._compound(truth)})")
        self.said.add(truth)
        return name

    def _compound(self, truth: Truth) -> str:
        if truth.kind in ("le", "eq"):
            sign = "<=" if truth.kind == "le" else "="
            return f"({sign} {self._poly(terms.poly_of(truth))} 0)"
        parts = " ".join(self._truth(part) for part in terms.parts(truth))
        return f"({'ite' if truth.kind == 'if' else truth.kind} {parts})"


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def bounds_of(premises: Iterable[Truth]) -> dict[int, int]:
    """The least upper bound that a premise states of an atom by itself."""
    found: dict[int, int] = {}
    for premise in premises:
        if premise.kind != "le":
            continue
        items = dict(terms.poly_of(premise).items)
        number = items.pop((), 0)
        if len(items) == 1:
            ((monomial, coefficient),) = items.items()
            if len(monomial) == 1 and coefficient == 1:
                found[monomial[0]] = min(-number, found.get(monomial[0], -number))
    return found


def script(premises: Iterable[Truth], goal: Truth, exact: bool = False) -> Script:
    """The script that is unsatisfiable exactly if the premises give the goal."""
    stated = list(premises)
    made = Script(exact=exact, bounds=bounds_of(stated))
    for premise in stated:
        made.assume(premise)
    made.assume(terms.negation(goal))
    return made
