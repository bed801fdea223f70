"""What lifted code means is what it means to Python: worked out, and to the solvers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from attrs import frozen

from intrathecal_proofs.machinery import sources, terms
from intrathecal_proofs.machinery.decisions import decided, looked_up
from intrathecal_proofs.machinery.evaluation import Evaluation, differing
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.smt import script
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve, z3_solve
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value, constant

SMALL = range(-3, 4)
STEPS = 200_000
LIMIT = 7


@pytest.fixture(autouse=True)
def _fixtures_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, __name__.split(".")[0]))


# -- rounding -------------------------------------------------------------------------------------------------------


def quotient(a: int, b: int) -> int:
    return a // b


def rest(a: int, b: int) -> int:
    return a % b


DIVIDENDS = (-7, -6, -1, 0, 1, 6, 7)
DIVISORS = (-3, -2, -1, 1, 2, 3)


@pytest.mark.parametrize("function", [quotient, rest])
@pytest.mark.parametrize(("a", "b"), [*itertools.product(DIVIDENDS, DIVISORS)])
def test_rounding_is_toward_less_for_every_pair_of_signs(function: Callable[[int, int], int], a: int, b: int) -> None:
    named = Lifter().call(function, terms.variable("a"), terms.variable("b"))
    assert isinstance(named, Poly)
    assert Evaluation({"a": a, "b": b}).number(named) == function(a, b)
    assert Lifter().call(function, terms.const(a), terms.const(b)) is terms.const(function(a, b))


@pytest.mark.parametrize("function", [quotient, rest])
@pytest.mark.parametrize("solve", [z3_solve, cvc5_solve])
def test_the_solvers_know_one_quotient_and_one_rest(
    function: Callable[[int, int], int], solve: Callable[[str, int], Any]
) -> None:
    a, b = terms.variable("a"), terms.variable("b")
    for x, y in itertools.product(DIVIDENDS, (1, 2, 3)):
        given = (terms.equal(a, terms.const(x)), terms.equal(b, terms.const(y)))
        found = Lifter().call(function, a, b)
        assert isinstance(found, Poly)
        right = terms.equal(found, terms.const(function(x, y)))
        assert solve(script(given, right, exact=True).text(), STEPS).answer is Answer.UNSAT, (x, y)
        assert solve(script(given, terms.negation(right), exact=True).text(), STEPS).answer is Answer.SAT, (x, y)


@pytest.mark.parametrize("divisor", [-3, -2, 2, 3])
def test_the_solvers_know_one_quotient_by_a_fixed_number_above_0_and_nothing_of_others(divisor: int) -> None:
    a = terms.variable("a")
    for x in DIVIDENDS:
        right = terms.equal(terms.quotient(a, terms.const(divisor)), terms.const(x // divisor))
        said = z3_solve(script((terms.equal(a, terms.const(x)),), right).text(), STEPS).answer
        assert said is (Answer.UNSAT if divisor > 0 else Answer.SAT)


@pytest.mark.parametrize("function", [quotient, rest])
def test_a_divisor_below_0_meets_no_duty(function: Callable[[int, int], int]) -> None:
    lifter = Lifter()
    lifter.call(function, terms.variable("a"), terms.variable("b"))
    (duty,) = lifter.duties
    assert [b for b in SMALL if Evaluation({"a": 7, "b": b}).met(duty)] == [1, 2, 3]
    fixed = Lifter()
    fixed.call(function, terms.variable("a"), terms.const(-2))
    (never,) = fixed.duties
    assert not Evaluation({"a": 7}).met(never)


# -- comparisons ----------------------------------------------------------------------------------------------------


def twice(x: int) -> int:
    return 2 * x


def between(a: int, b: int, c: int) -> bool:
    return a < twice(b) <= c


def one_after_the_other(a: int, b: int, c: int) -> bool:
    return a < b < c != a == a


def divided_on_the_way(a: int, b: int) -> bool:
    return 0 < b < a // b


def test_each_operand_of_a_chain_is_worked_out_once() -> None:
    lifter = Lifter()
    found = lifter.call(between, *(terms.variable(name) for name in "abc"))
    assert lifter.ran.count(f"{__name__}.twice") == 1
    for a, b, c in itertools.product(SMALL, SMALL, SMALL):
        assert Evaluation({"a": a, "b": b, "c": c}).truth(truth(found)) is between(a, b, c)


def test_a_chain_holds_where_every_link_does() -> None:
    found = truth(Lifter().call(one_after_the_other, *(terms.variable(name) for name in "abc")))
    for a, b, c in itertools.product(SMALL, SMALL, SMALL):
        assert Evaluation({"a": a, "b": b, "c": c}).truth(found) is one_after_the_other(a, b, c)


def test_what_a_chain_might_not_come_to_is_a_duty_all_the_same() -> None:
    lifter = Lifter()
    found = truth(lifter.call(divided_on_the_way, terms.variable("a"), terms.variable("b")))
    (duty,) = lifter.duties
    assert not Evaluation({"a": 1, "b": 0}).met(duty)  # Python stops before; more is asked than it needs
    assert divided_on_the_way(1, 0) is False
    for a, b in itertools.product(SMALL, (1, 2, 3)):
        assert Evaluation({"a": a, "b": b}).truth(found) is divided_on_the_way(a, b)


# -- what is not reached --------------------------------------------------------------------------------------------


def third(items: tuple[int, ...], i: int) -> bool:
    return i < 3 and 0 <= i and items[i] > 0


def shortcut(p: bool, q: bool, a: int, b: int) -> bool:
    return (p and b > 0 and a // b > 0) or (q and not b > 0) or (b > 0 and a % b == 1)


@pytest.mark.parametrize("i", range(-5, 6))
def test_a_place_that_is_asked_for_first_is_no_duty_where_it_is_none(i: int) -> None:
    items = (0, 1, -1)
    lifter = Lifter()
    found = truth(lifter.call(third, constant(items), terms.variable("i")))
    (duty,) = lifter.duties
    at = Evaluation({"i": i})
    assert at.met(duty)
    assert at.truth(found) is third(items, i)


def test_duties_behind_every_shortcut_are_met() -> None:
    lifter = Lifter()
    p, q = terms.proposition("p"), terms.proposition("q")
    found = truth(lifter.call(shortcut, p, q, terms.variable("a"), terms.variable("b")))
    assert [duty.what for duty in lifter.duties] == ["divisor", "divisor"]
    for one, other, a, b in itertools.product((True, False), (True, False), SMALL, SMALL):
        at = Evaluation({"p": one, "q": other, "a": a, "b": b})
        assert all(at.met(duty) for duty in lifter.duties)
        assert at.truth(found) is shortcut(one, other, a, b)


def decided_at_once(a: int) -> bool:
    return (False and a // 0 > 0) or (True or a // 0 > 0)  # noqa: SIM223, SIM222


def test_what_follows_a_known_answer_is_not_read() -> None:
    lifter = Lifter()
    assert lifter.call(decided_at_once, terms.variable("a")) is terms.TRUE
    assert lifter.duties == []


def test_of_two_that_do_not_hold_together_one_that_holds_decides_the_other() -> None:
    # "Not p, and q" does not hold, and neither does p: then q does not.
    p, q = terms.proposition("p"), terms.proposition("q")
    both = terms.conjunction(terms.negation(p), q)
    assert looked_up(decided(decided({}, both, False), p, False), q) is False
    assert looked_up(decided(decided({}, both, False), q, True), p) is True
    assert looked_up(decided({}, both, False), q) is None


# -- names ----------------------------------------------------------------------------------------------------------


def builtins_as_names(sum: int, len: int, range: tuple[int, ...]) -> tuple[int, ...]:
    all = sum + len
    tuple = all * 2
    for max in range:
        all = all + max
    return (all, tuple, max)


def a_parameter_that_is_a_global(LIMIT: int, a: int) -> int:
    if a > 0:
        LIMIT = a
    return LIMIT


def after_the_loop(a: int) -> tuple[int, ...]:
    i = a
    for i in range(3, 0, -1):
        j = i * a
    for k in range(0):
        i = k
    return (i, j)


def in_a_loop_in_a_loop(a: int) -> tuple[int, ...]:
    i = 0
    total = 0
    for i in range(2):
        for i in range(5, 7):
            total = total + i * a
        total = total + i
    return (i, total)


def inside_and_out(a: int) -> tuple[int, ...]:
    i = a
    inner = tuple(i * j for j, i in ((1, 2), (3, 4)))
    return inner + (i, LIMIT)


def both_ways_named(a: int, b: int) -> int:
    if a > b:
        found = a
        more = 1
    else:
        more = b
        found = 2
    return found * more


# -- tuples ---------------------------------------------------------------------------------------------------------


def tuples_of_tuples(a: int, b: int) -> tuple[Any, ...]:
    pairs = ((a, b), (b, a), (a + b, 0))
    (first, second), (third, _) = pairs[0], pairs[2]
    turned = tuple((y, x) for x, y in pairs)
    return (pairs[1][0], pairs[-1][-2], first - second, third, turned, pairs == turned, pairs[:2] == turned[:2])


def chosen_from_tuples_of_tuples(a: int, b: int) -> tuple[Any, ...]:
    pairs = ((a, (b, 1)), (b, (a, 2)))
    picked = pairs[0] if a > b else pairs[1]
    return (picked, picked[1][0], picked[1] if b > 0 else (0, picked[0]))


def sliced(a: int, b: int) -> tuple[Any, ...]:
    x = (a, b, 3, 4)
    return (x[-2:], x[:-1], x[-3:-1], x[-9:2], x[2:-9], x[1:1], x[-1:1], x[:], x[3:9], x[-LIMIT:], x[1:-1][-1])


def repeated(a: int, b: int) -> tuple[int, ...]:
    return (a, b) * 2 + (a,) * 0 + (b,) * -1 + (0,) * (LIMIT - 5)


# -- choices --------------------------------------------------------------------------------------------------------


def choices_of_choices(a: int, b: int) -> int:
    return (a if a > b else b if b > 0 else -1) if (a > 0 if b > 0 else a < 0) else a * b if a != b else 0


@frozen
class Pair:
    first: int
    second: bool


def records_chosen(a: int, b: int) -> tuple[Any, ...]:
    pair = Pair(a, a > b) if a > 0 else Pair(second=b > 0, first=b)
    return (pair, pair.second and pair.first > 0, pair == Pair(b, a > b), pair != pair)


def truths_beside_numbers(a: int, b: int) -> tuple[Any, ...]:
    p = a > b
    return (p, p == (b < a), p != (a == b), (p, a) == (True, b), not p or a != 1)


def ranges(a: int, b: int) -> tuple[Any, ...]:
    return (
        tuple(i * a for i in range(3)),
        tuple(i + b for i in range(-2, 2)),
        tuple(i for i in range(5, 0, -2)),
        tuple(i for i in range(3, 3)),
        sum(range(4)) + a,
        sum(()),
        all(()),
        any(i == a for i in range(2)),
    )


AGREEING: tuple[tuple[Callable[..., Any], int], ...] = (
    (a_parameter_that_is_a_global, 2),
    (after_the_loop, 1),
    (in_a_loop_in_a_loop, 1),
    (inside_and_out, 1),
    (both_ways_named, 2),
    (tuples_of_tuples, 2),
    (chosen_from_tuples_of_tuples, 2),
    (sliced, 2),
    (repeated, 2),
    (choices_of_choices, 2),
    (records_chosen, 2),
    (truths_beside_numbers, 2),
    (ranges, 2),
)


@pytest.mark.parametrize(("function", "takes"), AGREEING, ids=[each[0].__name__ for each in AGREEING])
def test_lifted_code_means_what_it_means_to_python(function: Callable[..., Any], takes: int) -> None:
    names = "abc"[:takes]
    lifted = Lifter().call(function, *(terms.variable(name) for name in names))
    for given in itertools.product(SMALL, repeat=takes):
        agrees(lifted, function(*given), dict(zip(names, given, strict=True)))
        agrees(Lifter().call(function, *(terms.const(each) for each in given)), function(*given), {})


def test_builtins_are_names_like_others() -> None:
    given = (3, 4, (5, 6))
    agrees(Lifter().call(builtins_as_names, *map(constant, given)), builtins_as_names(*given), {})


@pytest.mark.parametrize("solve", [z3_solve, cvc5_solve])
def test_the_solvers_know_one_result(solve: Callable[[str, int], Any]) -> None:
    a, b = terms.variable("a"), terms.variable("b")
    found = Lifter().call(choices_of_choices, a, b)
    assert isinstance(found, Poly)
    for x, y in itertools.product((-2, 0, 1, 3), repeat=2):
        given = (terms.equal(a, terms.const(x)), terms.equal(b, terms.const(y)))
        right = terms.equal(found, terms.const(choices_of_choices(x, y)))
        assert solve(script(given, right, exact=True).text(), STEPS).answer is Answer.UNSAT
        assert solve(script(given, terms.negation(right), exact=True).text(), STEPS).answer is Answer.SAT


def agrees(lifted: Value, plain: object, given: dict[str, int]) -> None:
    assert list(differing(lifted, plain, Evaluation(given))) == [], given


def truth(value: Value) -> Truth:
    assert isinstance(value, Truth)
    return value


# -- the comparison itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifted", "plain"),
    [
        (terms.const(1), 1.0),
        (terms.const(1), True),
        (terms.TRUE, 1),
        (constant((1, 2)), (1, 2, 3)),
        (constant((1, 2)), [1, 2]),
        (constant(Pair(1, True)), Pair(1, False)),
        (constant(Pair(1, True)), (1, True)),
    ],
)
def test_values_of_another_kind_differ(lifted: Value, plain: object) -> None:
    assert list(differing(lifted, plain, Evaluation({}))) != []


def test_a_record_that_lacks_a_field_is_no_record() -> None:
    with pytest.raises(KeyError, match="second"):
        list(differing(Record(Pair, {"first": terms.ONE}), Pair(1, True), Evaluation({})))
