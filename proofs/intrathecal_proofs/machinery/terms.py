"""Terms of whole-number arithmetic, kept in normal form and shared: what lifted code is made of.

A whole number is a polynomial over atoms (variables, choices and quotients); a truth value is a comparison of a
polynomial with 0, a variable, or a combination. Equal terms are the same object, so `is` compares them.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterable, Mapping
from math import gcd

Monomial = tuple[int, ...]
"""Indices of atoms, sorted; the empty one is 1."""


class Atom:
    """What a polynomial is over; `index` is its place in the order of making."""

    __slots__ = ("index",)
    index: int


class Variable(Atom):
    """A free whole number."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Choice(Atom):
    """`then` where `condition` holds, else `other`."""

    __slots__ = ("condition", "other", "then")

    def __init__(self, condition: Truth, then: Poly, other: Poly) -> None:
        self.condition = condition
        self.then = then
        self.other = other


class Quotient(Atom):
    """`dividend // divisor`, meant for a divisor above 0."""

    __slots__ = ("dividend", "divisor")

    def __init__(self, dividend: Poly, divisor: Poly) -> None:
        self.dividend = dividend
        self.divisor = divisor


class Poly:
    """A polynomial: monomials, sorted, each with its coefficient."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[tuple[Monomial, int], ...]) -> None:
        self.items = items

    def __repr__(self) -> str:
        return f"Poly({show(self)})"


class Truth:
    """A truth value."""

    __slots__ = ("args", "index", "kind", "opposite")

    def __init__(self, kind: str, args: tuple[object, ...], index: int) -> None:
        self.kind = kind
        self.args = args
        self.index = index
        self.opposite: Truth | None = None

    def __repr__(self) -> str:
        return f"Truth({show_truth(self)})"


_ATOMS: list[Atom] = []
_ATOM_BY_KEY: dict[object, Atom] = {}
_POLYS: dict[tuple[tuple[Monomial, int], ...], Poly] = {}
_TRUTHS: dict[tuple[object, ...], Truth] = {}


def atom_at(index: int) -> Atom:
    """The atom of that index."""
    return _ATOMS[index]


def _atom(key: object, make: Atom) -> Atom:
    found = _ATOM_BY_KEY.get(key)
    if found is None:
        make.index = len(_ATOMS)
        _ATOMS.append(make)
        _ATOM_BY_KEY[key] = make
        found = make
    return found


def _poly(items: Mapping[Monomial, int]) -> Poly:
    key = tuple(sorted((m, c) for m, c in items.items() if c))
    found = _POLYS.get(key)
    if found is None:
        found = _POLYS[key] = Poly(key)
    return found


def const(value: int) -> Poly:
    """A number."""
    return _poly({(): value})


def _of_atom(atom: Atom) -> Poly:
    return _poly({(atom.index,): 1})


def variable(name: str) -> Poly:
    """The free whole number of that name."""
    return _of_atom(_atom(("variable", name), Variable(name)))


def value_of(poly: Poly) -> int | None:
    """The number that the polynomial is, if it is one."""
    if not poly.items:
        return 0
    if len(poly.items) == 1 and poly.items[0][0] == ():
        return poly.items[0][1]
    return None


def is_variable(poly: Poly) -> bool:
    """Whether the polynomial is a free whole number, and nothing else."""
    return len(poly.items) == 1 and poly.items[0][1] == 1 and [type(_ATOMS[i]) for i in poly.items[0][0]] == [Variable]


ZERO = const(0)
ONE = const(1)


def add(a: Poly, b: Poly, times: int = 1) -> Poly:
    """`a + times * b`."""
    if not b.items or times == 0:
        return a
    items = dict(a.items)
    for monomial, coefficient in b.items:
        items[monomial] = items.get(monomial, 0) + times * coefficient
    return _poly(items)


def subtract(a: Poly, b: Poly) -> Poly:
    """`a - b`."""
    return add(a, b, -1)


def negate(a: Poly) -> Poly:
    """`-a`."""
    return add(ZERO, a, -1)


def scale(a: Poly, by: int) -> Poly:
    """`by * a`."""
    return add(ZERO, a, by)


def multiply(a: Poly, b: Poly) -> Poly:
    """`a * b`, multiplied out; a choice takes the other factor inside."""
    total = ZERO
    for left, c in a.items:
        for right, d in b.items:
            total = add(total, _monomial(tuple(sorted(left + right))), c * d)
    return total


def _monomial(monomial: Monomial) -> Poly:
    for place, index in enumerate(monomial):
        atom = _ATOMS[index]
        if isinstance(atom, Choice) and len(monomial) > 1:
            rest = _monomial(monomial[:place] + monomial[place + 1 :])
            return choose(atom.condition, multiply(atom.then, rest), multiply(atom.other, rest))
    return _poly({monomial: 1})


def quotient(a: Poly, b: Poly) -> Poly:
    """`a // b`."""
    x = value_of(a)
    y = value_of(b)
    if x is not None and y:
        return const(x // y)
    if y == 1:
        return a
    return _of_atom(_atom(("quotient", a, b), Quotient(a, b)))


def _truth(kind: str, *args: object) -> Truth:
    key = (kind, *args)
    found = _TRUTHS.get(key)
    if found is None:
        found = _TRUTHS[key] = Truth(kind, args, len(_TRUTHS))
    return found


TRUE = _truth("true")
FALSE = _truth("false")


def truth(value: bool) -> Truth:
    """A truth value that is known."""
    return TRUE if value else FALSE


def proposition(name: str) -> Truth:
    """The free truth value of that name."""
    return _truth("proposition", name)


def _content(poly: Poly) -> tuple[int, int]:
    """The greatest common divisor of the coefficients but the number's, and the number."""
    divisor = 0
    number = 0
    for monomial, coefficient in poly.items:
        if monomial:
            divisor = gcd(divisor, coefficient)
        else:
            number = coefficient
    return divisor, number


def at_most_zero(poly: Poly) -> Truth:
    """`poly <= 0`, with the coefficients made coprime."""
    divisor, number = _content(poly)
    if divisor == 0:
        return truth(number <= 0)
    if divisor > 1:
        items = {m: c // divisor for m, c in poly.items if m}
        items[()] = -(-number // divisor)
        poly = _poly(items)
    return _truth("le", poly)


def is_zero(poly: Poly) -> Truth:
    """`poly == 0`, with the coefficients made coprime and the first one positive."""
    divisor, number = _content(poly)
    if divisor == 0:
        return truth(number == 0)
    if number % divisor:
        return FALSE
    sign = 1 if poly.items[-1][1] > 0 else -1
    return _truth("eq", _poly({m: sign * c // divisor for m, c in poly.items}))


def at_most(a: Poly, b: Poly) -> Truth:
    """`a <= b`."""
    return at_most_zero(subtract(a, b))


def below(a: Poly, b: Poly) -> Truth:
    """`a < b`."""
    return at_most_zero(add(subtract(a, b), ONE))


def equal(a: Poly, b: Poly) -> Truth:
    """`a == b`."""
    return is_zero(subtract(a, b))


def negation(a: Truth) -> Truth:
    """Not `a`."""
    if a.opposite is None:
        a.opposite = _negated(a)
        a.opposite.opposite = a
    return a.opposite


def _negated(a: Truth) -> Truth:
    if a.kind == "true":
        return FALSE
    if a.kind == "false":
        return TRUE
    if a.kind == "le":
        return at_most_zero(subtract(ONE, poly_of(a)))
    return _truth("not", a)


def arg(a: Truth, place: int) -> Truth:
    """The part of a combination at `place`."""
    part = a.args[place]
    assert isinstance(part, Truth)
    return part


def parts(a: Truth) -> tuple[Truth, ...]:
    """The parts of a combination."""
    return typing.cast(tuple[Truth, ...], a.args) if a.kind in ("and", "or", "not", "if") else ()


def poly_of(a: Truth) -> Poly:
    """The polynomial that is compared."""
    poly = a.args[0]
    assert isinstance(poly, Poly)
    return poly


def _combination(kind: str, args: Iterable[Truth], neutral: Truth, decisive: Truth) -> Truth:
    seen: dict[Truth, None] = {}
    for each in args:
        for part in parts(each) if each.kind == kind else (each,):
            if part is decisive:
                return decisive
            if part is not neutral:
                seen[part] = None
    for part in seen:
        if negation(part) in seen:
            return decisive
    if not seen:
        return neutral
    if len(seen) == 1:
        return next(iter(seen))
    return _truth(kind, *sorted(seen, key=lambda part: part.index))


def conjunction(*args: Truth) -> Truth:
    """All of them."""
    return _combination("and", args, TRUE, FALSE)


def disjunction(*args: Truth) -> Truth:
    """Any of them."""
    return _combination("or", args, FALSE, TRUE)


def implication(a: Truth, b: Truth) -> Truth:
    """`b` wherever `a`."""
    return disjunction(negation(a), b)


def conjuncts(a: Truth, widest: int = 64) -> tuple[Truth, ...]:
    """What must hold separately for `a` to hold.

    The right side of an implication is split too, if it has no more than `widest` parts.
    """
    if a is TRUE:
        return ()
    if a.kind == "and":
        return tuple(each for part in parts(a) for each in conjuncts(part, widest))
    if a.kind == "or":
        split = [part for part in parts(a) if part.kind == "and" and len(part.args) <= widest]
        if len(split) == 1:
            rest = tuple(part for part in parts(a) if part is not split[0])
            return tuple(each for c in parts(split[0]) for each in conjuncts(disjunction(c, *rest), 0))
    return (a,)


def choose_truth(condition: Truth, then: Truth, other: Truth) -> Truth:
    """`then` where the condition holds, else `other`."""
    if condition is TRUE or then is other:
        return then
    if condition is FALSE:
        return other
    if negation(condition).index < condition.index:
        return choose_truth(negation(condition), other, then)
    if then is TRUE or then is condition:
        return disjunction(condition, other)
    if then is FALSE:
        return conjunction(negation(condition), other)
    if other is TRUE:
        return disjunction(negation(condition), then)
    if other is FALSE or other is condition:
        return conjunction(condition, then)
    return _truth("if", condition, then, other)


def choose(condition: Truth, then: Poly, other: Poly) -> Poly:
    """`then` where the condition holds, else `other`."""
    if condition is TRUE or then is other:
        return then
    if condition is FALSE:
        return other
    if negation(condition).index < condition.index:
        return choose(negation(condition), other, then)
    return _of_atom(_atom(("choice", condition, then, other), Choice(condition, then, other)))


@functools.cache
def variables(truth: Truth | Poly) -> frozenset[str]:
    """The names of the free variables."""
    if isinstance(truth, Truth):
        if truth.kind == "proposition":
            return frozenset([str(truth.args[0])])
        return frozenset().union(*(variables(a) for a in truth.args if isinstance(a, Truth | Poly)))
    found: set[str] = set()
    for monomial, _ in truth.items:
        for index in monomial:
            atom = atom_at(index)
            if isinstance(atom, Variable):
                found.add(atom.name)
            elif isinstance(atom, Choice):
                found |= variables(atom.condition) | variables(atom.then) | variables(atom.other)
            else:
                assert isinstance(atom, Quotient)
                found |= variables(atom.dividend) | variables(atom.divisor)
    return frozenset(found)


def show(poly: Poly) -> str:
    """The polynomial as a person would write it."""
    if not poly.items:
        return "0"
    shown = []
    for monomial, coefficient in poly.items:
        factors = [_show_atom(_ATOMS[i]) for i in monomial]
        if coefficient != 1 or not factors:
            factors.insert(0, str(coefficient))
        shown.append("*".join(factors))
    return " + ".join(shown)


def _show_atom(atom: Atom) -> str:
    if isinstance(atom, Variable):
        return atom.name
    if isinstance(atom, Choice):
        return f"({show(atom.then)} if {show_truth(atom.condition)} else {show(atom.other)})"
    assert isinstance(atom, Quotient)
    return f"(({show(atom.dividend)}) // ({show(atom.divisor)}))"


def show_truth(a: Truth) -> str:
    """The truth value as a person would write it."""
    if a.kind in ("true", "false"):
        return a.kind
    if a.kind == "proposition":
        return str(a.args[0])
    if a.kind == "le":
        return f"{show(poly_of(a))} <= 0"
    if a.kind == "eq":
        return f"{show(poly_of(a))} == 0"
    return f"{a.kind}({', '.join(show_truth(part) for part in parts(a))})"
