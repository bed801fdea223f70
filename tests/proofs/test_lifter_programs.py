"""Programs of the verifiable subset, drawn at random, give to the lifter what they give to Python."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable, Iterator
from random import Random
from types import ModuleType
from typing import Any

import pytest

from intrathecal_proofs.machinery import sources, terms
from intrathecal_proofs.machinery.evaluation import Evaluation, differing
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.smt import script
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Value

PROGRAMS = 120
SEED = 20_261_123
MODULE = "programs_at_random"
GIVEN = [*itertools.product((-3, -1, 0, 1, 2, 5), (-2, 0, 1, 3), (True, False))]
STEPS = 300_000


class Author:
    """Writes functions of two numbers and a truth value."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.numbers = ["a", "b"]
        self.truths = ["p"]

    def function(self, name: str) -> str:
        """The source of one."""
        self.numbers, self.truths = ["a", "b"], ["p"]
        body = [*self.block(depth=3, statements=self.random.randint(2, 5)), *self.ending(2)]
        return "\n".join([f"def {name}(a, b, p):", *(f"    {line}" for line in body), "", ""])

    def block(self, depth: int, statements: int) -> Iterator[str]:
        """So many statements."""
        for _ in range(statements):
            yield from self.statement(depth)

    def statement(self, depth: int) -> Iterator[str]:
        """One that returns nothing, or on some way only."""
        kind = self.random.choice(("number", "number", "truth", "pair", "if", "branch", "loop", "early"))
        if kind == "number":
            yield self.new(self.numbers, self.number(depth))
        elif kind == "truth":
            yield self.new(self.truths, self.truth(depth))
        elif kind == "pair":
            one, other = self.random.sample(self.numbers, 2)
            yield f"{one}, {other} = {self.number(1)}, {self.number(1)}"
        elif kind == "loop":
            yield from self.loop()
        elif depth > 0:
            yield f"if {self.truth(depth - 1)}:"
            yield from indented(self.inner(depth - 1, returns=kind == "early"))
            if kind == "branch":
                yield "else:"
                yield from indented(self.inner(depth - 1, returns=False))

    def inner(self, depth: int, returns: bool) -> Iterator[str]:
        """A branch: what is new in it has no value after it."""
        numbers, truths = [*self.numbers], [*self.truths]
        yield self.again(self.numbers, self.number(depth))
        yield from self.block(depth, self.random.randint(0, 2))
        if returns:
            yield from self.ending(depth)
        self.numbers, self.truths = numbers, truths

    def loop(self) -> Iterator[str]:
        """A loop over a fixed range, or over a tuple."""
        over = self.random.choice(
            ("range(3)", "range(-1, 2)", "range(4, 0, -2)", f"({self.number(1)}, {self.number(0)})")
        )
        index = self.random.choice(("i", *self.numbers))
        yield f"for {index} in {over}:"
        numbers = [*self.numbers]
        self.numbers.append(index)
        yield f"    {self.again(self.numbers, self.number(2))}"
        self.numbers = numbers

    def new(self, names: list[str], expression: str) -> str:
        """The expression by a name of its own, or by one that there is."""
        if self.random.random() < 0.4:
            return self.again(names, expression)
        name = f"{'n' if names is self.numbers else 'q'}{len(names)}"
        if name not in names:
            names.append(name)
        return f"{name} = {expression}"

    def again(self, names: list[str], expression: str) -> str:
        """The expression by a name that there is."""
        return f"{self.random.choice(names)} = {expression}"

    def ending(self, depth: int) -> Iterator[str]:
        """What is returned: of one kind throughout."""
        yield f"return ({self.number(depth)}, {self.truth(depth)}, ({self.number(1)},))"

    def number(self, depth: int) -> str:
        """An expression that is a whole number."""
        if depth == 0:
            return self.random.choice((*self.numbers, *self.numbers, str(self.random.randint(-3, 7)), "LIMIT"))
        one, other = self.number(depth - 1), self.number(self.random.randint(0, depth - 1))
        return self.random.choice(
            (
                f"({one} + {other})",
                f"({one} - {other})",
                f"({one} * {other})",
                f"(-{one})",
                f"({one} // {self.random.choice((1, 2, 3, 7))})",
                f"({one} % {self.random.choice((1, 2, 3, 7))})",
                f"({one} // {other})",
                f"({one} // {other} if {other} > 0 else {one} % 3)",
                f"({one} if {self.truth(depth - 1)} else {other})",
                f"({one}, {other}, 2)[{self.random.randint(-3, 2)}]",
                f"({one}, {other}, 2)[{other} % 3]",
                f"({one}, {other}, 1)[-2:][{self.random.randint(-2, 1)}]",
                f"sum(x * {other} for x in ({one}, 1, {other}))",
                f"lesser({one}, {other})",
                f"len(({one}, {other})[1:])",
            )
        )

    def truth(self, depth: int) -> str:
        """An expression that is a truth value."""
        if depth == 0:
            return self.random.choice((*self.truths, *self.truths, "True", "False"))
        one, other = self.number(depth - 1), self.number(self.random.randint(0, depth - 1))
        this, that = self.truth(depth - 1), self.truth(self.random.randint(0, depth - 1))
        compared = self.random.choice(("<", "<=", ">", ">=", "==", "!="))
        return self.random.choice(
            (
                f"({one} {compared} {other})",
                f"({one} < {other} {compared} {self.number(0)})",
                f"({this} and {that})",
                f"({this} or {that})",
                f"(not {this})",
                f"({this} == {that})",
                f"({this} != {that})",
                f"({this} if {that} else {one} {compared} {other})",
                f"(({one}, {this}) == ({other}, {that}))",
                f"all(x {compared} {other} for x in ({one}, 0))",
                f"any(({this}, {that}))",
                f"({other} > 0 and {one} // {other} > 1)",
                f"({other} <= 0 or {one} % {other} == 1)",
            )
        )


def indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    author = Author(Random(SEED))
    source = "LIMIT = 7\n\n\ndef lesser(x, y):\n    if x <= y:\n        return x\n    return y\n\n\n"
    source += "\n".join(author.function(f"program_{place}") for place in range(PROGRAMS))
    file = tmp_path_factory.mktemp("programs") / f"{MODULE}.py"
    file.write_text(source)
    spec = importlib.util.spec_from_file_location(MODULE, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _programs_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, MODULE))


ARGUMENTS: tuple[Value, ...] = (terms.variable("a"), terms.variable("b"), terms.proposition("p"))


def each_of(programs: ModuleType) -> Iterator[Callable[..., Any]]:
    return (getattr(programs, f"program_{place}") for place in range(PROGRAMS))


def outcomes(program: Callable[..., Any], reading: Lifter) -> Iterator[tuple[Evaluation, tuple[Any, ...]]]:
    """Where Python returns something, which it does wherever all duties are met: the values, and what it returns."""
    for a, b, p in GIVEN:
        at = Evaluation({"a": a, "b": b, "p": p})
        met = all(at.met(duty) for duty in reading.duties)
        try:
            plain = program(a, b, p)
        except (ZeroDivisionError, IndexError):
            assert not met, (program.__name__, a, b, p)
        else:
            if met:
                yield at, plain


def test_programs_give_to_the_lifter_what_they_give_to_python(programs: ModuleType) -> None:
    compared = 0
    for program in each_of(programs):
        reading = Lifter()
        lifted = reading.call(program, *ARGUMENTS)
        for at, plain in outcomes(program, reading):
            compared += 1
            assert list(differing(lifted, plain, at)) == [], (program.__name__, at.given)
    assert compared > PROGRAMS * len(GIVEN) // 3


def test_a_way_through_a_program_is_taken_and_all_that_are_give_the_same(programs: ModuleType) -> None:
    several = 0
    for program in each_of(programs):
        whole = Lifter()
        whole.call(program, *ARGUMENTS)
        ways = [*paths(lambda it, run=program: it.call(run, *ARGUMENTS), Lifter, frozenset([MODULE]), {})]  # type: ignore[misc]
        several += len(ways) > 1
        for at, plain in itertools.islice(outcomes(program, whole), 0, None, 5):
            taken = [(it, value) for known, it, value in ways if all(at.truth(c) is way for c, way in known.items())]
            assert taken, (program.__name__, at.given)
            for reading, value in taken:
                assert list(differing(value, plain, at)) == [], (program.__name__, at.given)
                assert all(at.met(duty) for duty in reading.duties), (program.__name__, at.given)
    assert several > PROGRAMS // 2


def test_the_solver_knows_what_programs_give(programs: ModuleType) -> None:
    a, b, p = ARGUMENTS
    assert isinstance(a, Poly)
    assert isinstance(b, Poly)
    assert isinstance(p, Truth)
    for program in itertools.islice(each_of(programs), 0, None, 4):
        reading = Lifter()
        lifted = reading.call(program, a, b, p)
        assert isinstance(lifted, tuple)
        number, truth = lifted[0], lifted[1]
        for at, plain in itertools.islice(outcomes(program, reading), 0, None, 11):
            given = (terms.equal(a, terms.const(int(at.given["a"]))), terms.equal(b, terms.const(int(at.given["b"]))))
            held = p if at.given["p"] else terms.negation(p)
            right = terms.conjunction(
                terms.equal(number, terms.const(plain[0])), truth if plain[1] else terms.negation(truth)
            )
            said = z3_solve(script((*given, held), right, exact=True).text(), STEPS)
            assert said.answer is Answer.UNSAT, (program.__name__, at.given)
