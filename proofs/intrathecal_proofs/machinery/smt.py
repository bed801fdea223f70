"""Obligations as SMT-LIB 2 text: the same text for every solver.

A product of variables is a free variable of its own, of which only its sign is said; `exact` gives the products back.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

import attrs

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.terms import Choice, Monomial, Poly, Quotient, Truth, Variable


@attrs.define
class Script:
    """Text under construction: every shared term is defined once, before it is used."""

    exact: bool = False
    divides: bool = False
    """A quotient is SMT-LIB's own, which is Python's for a divisor above 0, and no variable of which that is said."""
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
        self.lines.append(f"(assert {self.define(truth)})")

    def define(self, truth: Truth) -> str:
        """Define the truth value, and say what is true of all that it is made of; its name."""
        name = self._truth(truth)
        while self.pending:
            self._quotient(self.pending.pop())
        return name

    def number(self, poly: Poly) -> str:
        """Define what the number is made of, and say what is true of it; the number."""
        self._needs(monomial for monomial, _ in poly.items if monomial)
        while self.pending:
            self._quotient(self.pending.pop())
        return _poly(poly)

    def taken(self) -> list[str]:
        """The lines so far, which are not kept."""
        lines, self.lines = self.lines, []
        return lines

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

    def _needs(self, monomials: Iterable[Monomial]) -> None:
        """Say what the monomials are, where it is not said yet."""
        for monomial in monomials:
            if len(monomial) == 1:
                self._atom(monomial[0])
            elif monomial not in self.said:
                self._product(monomial)

    def _product(self, monomial: Monomial) -> None:
        self._needs((index,) for index in monomial)
        names = [f"a{index}" for index in monomial]
        name = _named(monomial)
        self.said.add(monomial)
        if self.exact:
            self.lines.append(f"(define-fun {name} () Int (* {' '.join(names)}))")
            return
        signs = " ".join(f"(>= {n} 0)" for n in names)
        zeros = " ".join(f"(= {n} 0)" for n in names)
        self.lines.append(f"(declare-const {name} Int)")
        self.lines.append(f"(assert (=> (and {signs}) (>= {name} 0)))")
        self.lines.append(f"(assert (=> (or {zeros}) (= {name} 0)))")
        for place, n in enumerate(names):
            others = monomial[:place] + monomial[place + 1 :]
            self._needs([others])
            rest = _named(others)
            self.lines.append(f"(assert (=> (= {n} 1) (= {name} {rest})))")
            bound = self.bounds.get(monomial[place])
            if bound is not None:
                within = f"(and {signs} (<= {n} {_number(bound)}))"
                self.lines.append(f"(assert (=> {within} (<= {name} (* {_number(bound)} {rest}))))")

    def _atom(self, index: int) -> None:
        if index in self.said:
            return
        atom = terms.atom_at(index)
        name = f"a{index}"
        if isinstance(atom, Variable):
            self.lines.append(f"(declare-const {name} Int) ; {atom.name}")
            self.variables[name] = terms.variable(atom.name)
        elif isinstance(atom, Choice):
            self._truth(atom.condition)
            for poly in (atom.then, atom.other):
                self._needs(monomial for monomial, _ in poly.items if monomial)
            choice = f"(ite {_symbol(atom.condition)} {_poly(atom.then)} {_poly(atom.other)})"
            self.lines.append(f"(define-fun {name} () Int {choice})")
        elif isinstance(atom, Quotient) and self.divides:
            quotient = f"(div {self.number(atom.dividend)} {self.number(atom.divisor)})"
            self.lines.append(f"(define-fun {name} () Int {quotient})")
        else:
            assert isinstance(atom, Quotient)
            self.lines.append(f"(declare-const {name} Int)")
            self.pending.append(atom)
        self.said.add(index)

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
        """Define the truth value and all that it is made of, where it is not yet; its name."""
        name = _symbol(truth)
        if truth.kind in ("true", "false") or truth in self.said:
            return name
        if truth.kind == "proposition":
            self.lines.append(f"(declare-const {name} Bool) ; {truth.args[0]}")
            self.variables[name] = truth
        else:
            line, monomials = _defined(truth)
            self._needs(monomials)
            for part in terms.parts(truth):
                self._truth(part)
            self.lines.append(line)
        self.said.add(truth)
        return name


@functools.cache
def _defined(truth: Truth) -> tuple[str, tuple[Monomial, ...]]:
    """The definition of a comparison or of a connective, and the monomials that it speaks of itself."""
    if truth.kind in ("le", "eq"):
        poly = terms.poly_of(truth)
        said = f"({'<=' if truth.kind == 'le' else '='} {_poly(poly)} 0)"
        monomials = tuple(monomial for monomial, _ in poly.items if monomial)
    else:
        parts = " ".join(_symbol(part) for part in terms.parts(truth))
        said = f"({'ite' if truth.kind == 'if' else truth.kind} {parts})"
        monomials = ()
    return f"(define-fun {_symbol(truth)} () Bool {said})", monomials


def _symbol(truth: Truth) -> str:
    return truth.kind if truth.kind in ("true", "false") else f"t{truth.index}"


def _named(monomial: Monomial) -> str:
    if len(monomial) == 1:
        return f"a{monomial[0]}"
    return "p" + "_".join(str(index) for index in monomial)


def _poly(poly: Poly) -> str:
    shown = []
    for monomial, coefficient in poly.items:
        if not monomial:
            shown.append(_number(coefficient))
        elif coefficient == 1:
            shown.append(_named(monomial))
        else:
            shown.append(f"(* {_number(coefficient)} {_named(monomial)})")
    if not shown:
        return "0"
    return shown[0] if len(shown) == 1 else f"(+ {' '.join(shown)})"


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


def text_within(premises: Iterable[Truth], goal: Truth, longest: int) -> str:
    """The text of that script; empty if it is longer than so many characters, of which no more are made."""
    stated = list(premises)
    made = Script(bounds=bounds_of(stated))
    size, lines = 0, 0
    for truth in (*stated, terms.negation(goal)):
        made.assume(truth)
        size += sum(map(len, made.lines[lines:])) + len(made.lines) - lines
        lines = len(made.lines)
        if size > longest:
            return ""
    return made.text()
