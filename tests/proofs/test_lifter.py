"""The lifter reads what Python would do, and refuses by file and line what it cannot read."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from enum import IntEnum
from types import FunctionType
from typing import Any

import pytest
from attrs import define, evolve, frozen

from intrathecal_proofs.machinery import sources, terms
from intrathecal_proofs.machinery.evaluation import Evaluation, differing
from intrathecal_proofs.machinery.lifter import Lifter, Memory, paths
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value, constant

SMALL = range(-4, 5)
TRUTHS = (False, True)
LIMIT = 7


@frozen
class Pair:
    first: int
    second: int


@define
class Open:
    value: int


class Level(IntEnum):
    LOW = 0
    HIGH = 1


# -- what is refused ------------------------------------------------------------------------------------------------


def half(x: int) -> float:
    return x * 0.5


def true_division(x: int) -> float:
    return x / 2


def power(x: int) -> int:
    return int(x**2)


def identity(x: int) -> bool:
    return x is LIMIT


def assigned_attribute(x: int) -> int:
    found = Open(x)
    found.value = 1
    return found.value


def assigned_item(x: int) -> int:
    found = (x, x)
    found[0] = 1  # type: ignore[index]
    return found[0]


def augmented(x: int) -> int:
    x += 1
    return x


def unbounded(x: int) -> int:
    while x > 0:
        x = x - 1
    return x


def as_often_as_asked(x: int) -> int:
    total = 0
    for i in range(x):
        total = total + i
    return total


def interrupted(x: int) -> int:
    for i in range(3):
        if i == x:
            break
    return x


def returned_from_a_loop(x: int) -> int:
    for i in range(3):
        if i == x:
            return i
    return x


def a_builtin(x: int) -> int:
    return max(x, 1)


def helper(x: int) -> int:
    return x


def unknown_call(x: int) -> int:
    return helper(x)


def raising(x: int) -> int:
    if x < 0:
        raise ValueError("x")
    return x


def asserting(x: int) -> int:
    assert x > 0
    return x


def trying(x: int) -> int:
    try:
        return x
    finally:
        pass


def a_list(x: int) -> int:
    return sum([x, x])


def a_text(x: int) -> bool:
    return "x" == x  # type: ignore[comparison-overlap]


def truthy(x: int) -> int:
    return 1 if x else 0


def numbers_as_truths(x: int) -> bool:
    return x and x > 1  # type: ignore[return-value]


def truths_as_numbers(x: int) -> int:
    return (x > 0) + 1


def with_a_default(x: int, y: int = 3) -> int:
    return x + y


def by_keyword_alone(*, x: int) -> int:
    return x


def as_many_as_given(*x: int) -> int:
    return x[0]


def without_an_end(x: int) -> int:  # type: ignore[return]
    if x > 0:
        return 1


def without_a_value(x: int) -> None:
    return


def sliced_anywhere(x: int) -> int:
    return sum((1, 2, 3)[x:])


def assigned_on_one_way(x: int) -> int:
    if x > 0:
        LIMIT = 3
    return LIMIT


def assigned_in_an_empty_loop(x: int) -> int:
    for LIMIT in range(0):
        x = x + LIMIT
    return LIMIT - x


def one_field_too_many(x: int) -> int:
    return Pair(x, x, x).first  # type: ignore[call-arg]


def one_field_twice(x: int) -> int:
    return Pair(x, x, first=x).first  # type: ignore[misc]


def one_field_too_few(x: int) -> int:
    return Pair(x).first  # type: ignore[call-arg]


def evolved_by_place(x: int) -> int:
    return evolve(Pair(1, 2), x).first  # type: ignore[call-arg]


def a_member_by_number(x: int) -> int:
    return Level(x)


def other_kinds_in_the_branches(x: int) -> int:
    found = (x, 1) if x > 0 else Pair(x, 1)
    return found == (x, 1)


def a_lambda(x: int) -> int:
    return (lambda y: y + 1)(x)


def recursive(x: int) -> int:
    return recursive(x)


def doubled(function: Callable[[int], int]) -> Callable[[int], int]:
    @functools.wraps(function)
    def twice(x: int) -> int:
        return 2 * function(x)

    return twice


@doubled
def decorated(x: int) -> int:
    return x


REFUSED: tuple[tuple[Callable[..., Any], int, str], ...] = (
    (half, 1, "the constant 0.5 is outside the subset"),
    (true_division, 1, "the operator Div is outside the subset"),
    (power, 1, "a call of 'int' is outside the subset here"),
    (identity, 1, "the comparison Is is outside the subset here"),
    (assigned_attribute, 2, "only names, and tuples of as many names as values, can be assigned to"),
    (assigned_item, 2, "only names, and tuples of as many names as values, can be assigned to"),
    (augmented, 1, "AugAssign is outside the subset"),
    (unbounded, 1, "While is outside the subset"),
    (as_often_as_asked, 2, "a loop needs a range that is fixed"),
    (interrupted, 3, "Break is outside the subset"),
    (returned_from_a_loop, 2, "a return inside a loop is outside the subset"),
    (a_builtin, 1, "a call of 'max' is outside the subset here"),
    (unknown_call, 1, "a call of 'helper' is outside the subset here"),
    (raising, 2, "Raise is outside the subset"),
    (asserting, 1, "Assert is outside the subset"),
    (trying, 1, "Try is outside the subset"),
    (a_list, 1, "List is outside the subset"),
    (a_text, 1, "the constant 'x' is outside the subset"),
    (truthy, 1, "a truth value is needed here: compare explicitly"),
    (numbers_as_truths, 1, "a truth value is needed here: compare explicitly"),
    (truths_as_numbers, 1, "arithmetic is on whole numbers alone"),
    (with_a_default, 0, "default, variable, keyword-only and positional-only arguments are outside it"),
    (by_keyword_alone, 0, "default, variable, keyword-only and positional-only arguments are outside it"),
    (as_many_as_given, 0, "default, variable, keyword-only and positional-only arguments are outside it"),
    (without_an_end, 0, "without_an_end can end without a return"),
    (without_a_value, 1, "a return without a value is outside the subset"),
    (sliced_anywhere, 1, "a slice needs bounds that are fixed"),
    (assigned_on_one_way, 3, "LIMIT is assigned elsewhere in the function, and may have no value here"),
    (assigned_in_an_empty_loop, 3, "LIMIT is assigned elsewhere in the function, and may have no value here"),
    (one_field_too_many, 1, "Pair is given more than its fields, or a field twice"),
    (one_field_twice, 1, "Pair is given more than its fields, or a field twice"),
    (one_field_too_few, 1, "Pair needs every field; missing ['second']"),
    (evolved_by_place, 1, "Pair is given more than its fields, or a field twice"),
    (a_member_by_number, 1, "a call of 'Level' is outside the subset here"),
    (other_kinds_in_the_branches, 1, "a tuple of 2 cannot be joined with a Pair"),
    (a_lambda, 1, "Lambda is outside the subset"),
    (recursive, 1, "a call of 'recursive' is outside the subset here"),
)


@pytest.mark.parametrize(("function", "line", "why"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
def test_code_outside_the_subset_is_refused_by_file_and_line(function: Callable[..., Any], line: int, why: str) -> None:
    with pytest.raises(LiftError) as refusal:
        Lifter().call(function, terms.variable("x"))
    assert str(refusal.value) == f"{__file__}:{function.__code__.co_firstlineno + line}: {why}"


def test_a_function_that_is_wrapped_is_refused() -> None:
    assert decorated(3) == 6
    with pytest.raises(LiftError, match="decorated is wrapped: what runs is more than its source"):
        Lifter().call(decorated, terms.variable("x"))


def test_a_file_that_was_changed_after_import_is_refused() -> None:
    code = helper.__code__.replace(co_firstlineno=a_builtin.__code__.co_firstlineno)
    moved = FunctionType(code, globals(), "helper")
    with pytest.raises(LiftError, match="helper is no longer here: the file was changed after import"):
        Lifter().call(moved, terms.variable("x"))


def test_what_is_no_function_of_its_own_source_is_refused() -> None:
    with pytest.raises(LiftError, match="is no function of the subset"):
        Lifter().call(max, terms.variable("x"), terms.variable("y"))
    with pytest.raises(LiftError, match="helper takes 1 arguments, not 2"):
        Lifter().call(helper, terms.variable("x"), terms.variable("y"))


# -- what is read as Python reads it --------------------------------------------------------------------------------


def rounded_down(a: int, b: int) -> tuple[int, ...]:
    return (a // b, a % b, -(-a // b), -a // b, -(a // b), -a % b, (a - 1) // b * b + (a - 1) % b)


def rounded_by_fixed_numbers(a: int, b: int) -> tuple[int, ...]:
    return (a // 3, a % 3, a // -3, a % -3, (2 * a + b) // 2, (2 * a + b) % 2, (3 * a) // 3, -7 // 2 + a, -7 % 3 + a)


def products_of_choices(a: int, b: int) -> int:
    one = a if a > b else 2
    other = b if a > 1 else 3
    return one * other * (a + b) - one * one


def chained(a: int, b: int, c: int) -> tuple[bool, ...]:
    return (a < b < c, a <= b == c, a > b >= c != a, a == b == c, not a < b <= c, 0 <= a < 3)


def scaled_comparisons(a: int, b: int) -> tuple[bool, ...]:
    return (2 * a < 3, 2 * a <= -3, 4 * a + 2 * b == 2, 4 * a + 2 * b == 3, 3 * a - 6 * b >= 4, 6 * a != 9, -5 * a > 7)


def combined(p: bool, q: bool, a: int) -> tuple[bool, ...]:
    both = p and q and a > 0
    either = p or q or a > 0
    mixed = (p or a > 1) and not (q and a < 2)
    return (both, either, mixed, p == q, p != q, not (p and p == q), (a if p else 1) == (2 if q else a))


def branched(a: int, b: int) -> int:
    found = a
    if a > b:
        found = b
        if b > 1:
            return found - 1
        elif b == 0:
            found = 7
    elif a == b:
        return 100
    else:
        b = found + 1
    return found + b


def truths_by_branch(p: bool, q: bool, a: int) -> bool:
    found = p if a > 0 else q
    if found:
        return a > 1 if q else p
    return found or (p if q else a < 0)


def shadowed(LIMIT: int, len: int) -> int:
    total = LIMIT
    for LIMIT in range(3):
        len = len + LIMIT
    any = LIMIT + len
    return total + any + LIMIT


def shadowed_in_a_generator(i: int, a: int) -> tuple[int, ...]:
    found = tuple(i + a for i in range(3))
    return found + (i, sum(i * i for i in found))


def exchanged(a: int, b: int) -> tuple[int, ...]:
    a, b = b, a
    (a, c), b = (a + 1, b), a
    return (a, b, c)


def looked_up(a: int, b: int) -> tuple[int, ...]:
    items = (a, b, a + b, 5)
    return items[1:] + items[:-1] + items[-3:-1] + items[5:] + (0,) * 2 + (items[-1], items[0], len(items))


def gathered(a: int, b: int) -> tuple[bool, ...]:
    items = (a, b, 1)
    return (all(x > 0 for x in items), any(x > 2 for x in items), all(x > y for x, y in ((a, b), (b, 1))), any(()))


def records(a: int, b: int) -> tuple[object, ...]:
    one = Pair(a, second=b)
    other = evolve(one, first=b)
    return (one, other, one == other, one != Pair(b, a), isinstance(one, Pair | Open), Level.HIGH + a, LIMIT)


AGREEING: tuple[tuple[Callable[..., Any], tuple[Sequence[int], ...]], ...] = (
    (rounded_down, (range(-13, 14), (-5, -3, -2, -1, 1, 2, 3, 5))),
    (rounded_by_fixed_numbers, (range(-13, 14), SMALL)),
    (products_of_choices, (SMALL, SMALL)),
    (chained, (SMALL, SMALL, SMALL)),
    (scaled_comparisons, (SMALL, SMALL)),
    (combined, (TRUTHS, TRUTHS, SMALL)),
    (branched, (SMALL, SMALL)),
    (truths_by_branch, (TRUTHS, TRUTHS, SMALL)),
    (shadowed, (SMALL, SMALL)),
    (shadowed_in_a_generator, (SMALL, SMALL)),
    (exchanged, (SMALL, SMALL)),
    (looked_up, (SMALL, SMALL)),
    (gathered, (SMALL, SMALL)),
    (records, (SMALL, SMALL)),
)


def free(values: Sequence[int], name: str) -> Value:
    return terms.proposition(name) if isinstance(values[0], bool) else terms.variable(name)


@pytest.mark.parametrize(("function", "grid"), AGREEING, ids=lambda each: getattr(each, "__name__", ""))
def test_lifted_code_gives_what_python_gives(function: Callable[..., Any], grid: tuple[Sequence[int], ...]) -> None:
    names = [f"argument {place}" for place in range(len(grid))]
    lifted = Lifter().call(function, *(free(values, name) for values, name in zip(grid, names, strict=True)))
    for values in itertools.product(*grid):
        at = Evaluation(dict(zip(names, values, strict=True)))
        assert list(differing(lifted, function(*values), at)) == [], values
        given = Lifter().call(function, *(constant(value) for value in values))
        assert list(differing(given, function(*values), Evaluation({}))) == [], values


# -- duties ---------------------------------------------------------------------------------------------------------


def asked_first(a: int, b: int) -> bool:
    return b > 0 and a // b > 1


def excused_first(a: int, b: int) -> bool:
    return b <= 0 or a // b > 1


def asked_by_a_branch(a: int, b: int) -> bool:
    if b <= 0:
        return False
    return a % b == 1


def asked_by_a_choice(a: int, b: int) -> bool:
    return (a // b if b > 0 else 0) == 1


def asked_in_the_middle(a: int, b: int) -> bool:
    return a > 0 and (b <= 0 or (a > 1 and a // b == 1))


@pytest.mark.parametrize(
    "function", [asked_first, excused_first, asked_by_a_branch, asked_by_a_choice, asked_in_the_middle]
)
def test_no_duty_is_asked_for_where_python_does_not_go(function: Callable[[int, int], bool]) -> None:
    lifter = Lifter()
    lifted = lifter.call(function, terms.variable("a"), terms.variable("b"))
    assert [duty.what for duty in lifter.duties] == ["divisor"]
    for a, b in itertools.product(SMALL, SMALL):
        at = Evaluation({"a": a, "b": b})
        assert at.met(lifter.duties[0])
        assert list(differing(lifted, function(a, b), at)) == []


def asked_too_late(a: int, b: int) -> bool:
    return a // b > 1 and b > 0


def asked_the_wrong_way(a: int, b: int) -> bool:
    return b > 0 or a // b > 1


@pytest.mark.parametrize("function", [asked_too_late, asked_the_wrong_way])
def test_a_division_that_python_would_not_survive_is_a_duty(function: Callable[[int, int], bool]) -> None:
    lifter = Lifter()
    lifter.call(function, terms.variable("a"), terms.variable("b"))
    (duty,) = lifter.duties
    assert duty.where == f"{__file__}:{function.__code__.co_firstlineno + 1}"
    assert not Evaluation({"a": 1, "b": 0}).met(duty)
    assert Evaluation({"a": 1, "b": 1}).met(duty)
    with pytest.raises(ZeroDivisionError):
        function(1, 0)


def picked(a: int, i: int) -> int:
    return (a, a + 1, a + 2)[i]


def test_a_place_is_a_duty_and_looked_up_where_it_is_met() -> None:
    lifter = Lifter()
    lifted = lifter.call(picked, terms.variable("a"), terms.variable("i"))
    (duty,) = lifter.duties
    met = [i for i in SMALL if Evaluation({"a": 1, "i": i}).met(duty)]
    assert met == [0, 1, 2]
    for a, i in itertools.product(SMALL, met):
        assert list(differing(lifted, picked(a, i), Evaluation({"a": a, "i": i}))) == []


def test_a_number_is_no_truth_value_to_the_comparison() -> None:
    assert list(differing(terms.const(1), True, Evaluation({}))) == [("", 1, True)]
    assert list(differing(terms.TRUE, 1, Evaluation({}))) == [("", True, 1)]


def compared_twice(a: int, b: int) -> int:
    """Three ways, of four that its branches seem to have."""
    if a < b:
        return 1
    if a <= b:
        return 2
    if b < a:
        return 3
    return 4


def test_a_way_that_another_comparison_excludes_is_not_taken() -> None:
    a, b = terms.variable("a"), terms.variable("b")
    split = frozenset([compared_twice.__module__])
    ways = paths(lambda lifter: lifter.call(compared_twice, a, b), Lifter, split, {})
    assert [value for _, _, value in ways] == [terms.const(number) for number in (1, 2, 3)]


def halved(a: int, b: int) -> int:
    """What it divides by, and whether it does, depends on what is decided."""
    return a // b if a <= b else lowest(a, b) // b


def lowest(a: int, b: int) -> int:
    return a if a < b else b


def test_a_call_that_was_lifted_before_gives_what_lifting_it_again_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, halved.__module__.split(".")[0]))
    a, b, c = (terms.variable(name) for name in "abc")
    decisions: list[dict[Truth, bool]] = [{}]
    for condition in (terms.at_most(a, b), terms.below(a, b), terms.at_most(b, a)):
        decisions += [{condition: way} for way in (True, False)]
    memory: Memory = {}
    for known, guard in itertools.product(decisions * 2, ([], [terms.at_most(terms.ZERO, c)])):
        again, anew = (Lifter(known=known, guard=list(guard), memory=kept) for kept in (memory, None))
        assert again.call(halved, a, b) is anew.call(halved, a, b)
        assert again.duties == anew.duties
        assert again.reached == anew.reached
    assert len(memory) == 2
