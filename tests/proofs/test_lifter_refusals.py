"""What the lifter must not read it refuses by file and line: a fixture for each way out of the subset."""

# What is refused here is mostly refused by the linter and the type checker too.
# ruff: noqa: B007, C416, E731, F821, F823, F841, F842
# mypy: ignore-errors

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from attrs import evolve, field, frozen

from intrathecal_proofs.machinery import sources, terms
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.sources import LiftError

LIMIT = 7
RATE = 0.5
EXACT = Decimal(1)
WORD = "word"
TABLE = [1, 2, 3]
BY_NAME = {"one": 1}
MIXED = (1, 0.5)
NAMELESS = lambda x: x


@frozen
class Pair:
    first: int
    second: int


@frozen
class Converted:
    value: int = field(converter=lambda value: value + 1)


@frozen
class Finished:
    value: int

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "value", 0)


@frozen
class Overlooked:
    first: int
    second: int = field(eq=False)


@frozen(eq=False)
class Itself:
    value: int


@frozen
class Alike:
    value: int

    def __eq__(self, other: object) -> bool:
        return True


@frozen(kw_only=True)
class ByKeyword:
    value: int


@frozen
class Private:
    _value: int


@frozen
class Defaulted:
    value: int = 3


class Level(IntEnum):
    LOW = 0
    HIGH = 1


@pytest.fixture(autouse=True)
def _fixtures_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions of this file count as the core's own, so that a call of one is no reason to refuse."""
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, __name__.split(".")[0]))


REFUSED: list[tuple[Callable[..., Any], int, str]] = []


def refused(line: int, why: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function is refused in that line, counted from its `def`, for that reason; -1 is the decorator's."""

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        REFUSED.append((function, line, why))
        return function

    return noted


# -- values that are no whole numbers -------------------------------------------------------------------------------


@refused(1, "a float is outside the subset")
def a_float_by_name(x: int) -> float:
    return x * RATE


@refused(1, "the constant 1.0 is outside the subset")
def a_float_that_is_whole(x: int) -> float:
    return x + 1.0


@refused(1, "0.5 is no number, truth value, record or tuple")
def a_float_in_a_tuple(x: int) -> float:
    return MIXED[0]


@refused(1, "arithmetic is on whole numbers alone")
def a_decimal(x: int) -> Decimal:
    return EXACT + x


@refused(1, "the constant 1j is outside the subset")
def a_complex_number(x: int) -> complex:
    return x * 1j


@refused(1, "the constant None is outside the subset")
def nothing(x: int) -> None:
    return None


@refused(1, "the constant 'word' is outside the subset")
def a_text(x: int) -> str:
    return "word"


@refused(1, "'word' is no value of the subset")
def a_text_by_name(x: int) -> str:
    return WORD


@refused(1, "the constant b'word' is outside the subset")
def bytes_of_text(x: int) -> bytes:
    return b"word"


@refused(1, "JoinedStr is outside the subset")
def a_formatted_text(x: int) -> str:
    return f"{x}"


@refused(1, "[1, 2, 3] is no value of the subset")
def a_list_by_name(x: int) -> list[int]:
    return TABLE


@refused(1, "only tuples are indexed, and fixed tables by type")
def looked_up_in_a_list(x: int) -> int:
    return TABLE[0]


@refused(1, "the constant 'one' is outside the subset")
def looked_up_by_a_text(x: int) -> int:
    return BY_NAME["one"]


@refused(1, "the table holds nothing for Poly(x)")
def looked_up_by_a_number(x: int) -> int:
    return BY_NAME[x]


@refused(1, "Set is outside the subset")
def a_set(x: int) -> bool:
    return x in {1, 2}


@refused(1, "Dict is outside the subset")
def a_dictionary(x: int) -> int:
    return {1: 2}[x]


@refused(1, "ListComp is outside the subset")
def a_list_made_by_a_loop(x: int) -> int:
    return sum([i for i in (1, 2)])


@refused(1, "a generator has one loop and no condition here")
def a_condition_in_a_generator(x: int) -> int:
    return sum(i for i in (1, 2) if i > 1)


@refused(1, "a generator has one loop and no condition here")
def two_loops_in_a_generator(x: int) -> int:
    return sum(i * j for i in (1, 2) for j in (1, 2))


@refused(1, "GeneratorExp is outside the subset")
def a_generator_by_itself(x: int) -> int:
    found = (i for i in (1, 2))
    return sum(found)


# -- truth values that are numbers, and the other way round ---------------------------------------------------------


@refused(1, "arithmetic is on whole numbers alone")
def true_and_one(x: int) -> int:
    return True + 1


@refused(1, "a whole number is needed here")
def minus_true(x: int) -> int:
    return -True


@refused(1, "a number is never equal to a truth value")
def true_is_one(x: int) -> bool:
    return x == True  # noqa: E712


@refused(1, "a whole number is needed here")
def true_as_a_place(x: int) -> int:
    return (x, 2)[x > 0]


@refused(1, "sum adds whole numbers")
def truths_counted(x: int) -> int:
    return sum((x > 0, x > 1))


@refused(1, "all and any take truth values")
def numbers_asked_whether_all(x: int) -> bool:
    return all((x, 1))


@refused(1, "a truth value is needed here: compare explicitly")
def not_a_number(x: int) -> bool:
    return not x


@refused(1, "a truth value is needed here: compare explicitly")
def a_tuple_that_is_not_empty(x: int) -> int:
    return 1 if (x,) else 0


@refused(1, "a whole number is needed here")
def a_negative_tuple(x: int) -> Any:
    return -(x,)


# -- operators ------------------------------------------------------------------------------------------------------


@refused(1, "the comparison Is is outside the subset here")
def the_same(x: int) -> bool:
    return x is x


@refused(1, "the constant None is outside the subset")
def not_nothing(x: int) -> bool:
    return x is not None


@refused(1, "the comparison In is outside the subset here")
def one_of(x: int) -> bool:
    return x in (1, 2)


@refused(1, "the comparison Lt is outside the subset here")
def ordered_tuples(x: int) -> bool:
    return (x, 1) < (1, 2)


@refused(1, "a tuple of 1 is never equal to a tuple of 2")
def tuples_of_two_lengths(x: int) -> bool:
    return (x,) == (x, x)


@refused(1, "the operator Pow is outside the subset")
def a_power(x: int) -> int:
    return x**2


@refused(1, "the operator LShift is outside the subset")
def shifted(x: int) -> int:
    return x << 1


@refused(1, "the operator BitAnd is outside the subset")
def masked(x: int) -> int:
    return x & 1


@refused(1, "the operator Invert is outside the subset")
def inverted(x: int) -> int:
    return ~x


@refused(1, "the operator UAdd is outside the subset")
def unchanged(x: int) -> int:
    return +x


@refused(1, "arithmetic is on whole numbers alone")
def a_tuple_repeated_as_often_as_asked(x: int) -> Any:
    return (1,) * x


@refused(1, "a slice with a step is outside the subset")
def every_other(x: int) -> Any:
    return (x, 1, 2)[::2]


@refused(1, "the index 3 is outside a tuple of 3")
def one_place_too_far(x: int) -> int:
    return (x, 1, 2)[3]


@refused(1, "the index -4 is outside a tuple of 3")
def one_place_too_early(x: int) -> int:
    return (x, 1, 2)[-4]


# -- mutation -------------------------------------------------------------------------------------------------------


@refused(2, "AugAssign is outside the subset")
def a_field_augmented(x: int) -> int:
    found = Pair(x, x)
    found.first += 1
    return found.first


@refused(2, "AugAssign is outside the subset")
def an_item_augmented(x: int) -> int:
    found = (x, x)
    found[0] += 1
    return found[0]


@refused(2, "Expr is outside the subset")
def appended(x: int) -> int:
    found = (x,)
    found.append(x)
    return found[0]


@refused(1, "Expr is outside the subset")
def appended_to_a_list(x: int) -> int:
    TABLE.append(x)
    return x


@refused(1, "a call of 'append' is outside the subset here")
def appended_and_asked(x: int) -> Any:
    return TABLE.append(x)


@refused(1, "Delete is outside the subset")
def deleted(x: int) -> int:
    del x
    return LIMIT


@refused(1, "Global is outside the subset")
def a_global(x: int) -> int:
    global LIMIT
    LIMIT = x
    return LIMIT


@refused(1, "Assign is outside the subset")
def two_targets(x: int) -> int:
    a = b = x
    return a + b


@refused(1, "only names, and tuples of as many names as values, can be assigned to")
def the_rest(x: int) -> Any:
    a, *b = (x, 1, 2)
    return b


@refused(1, "only names, and tuples of as many names as values, can be assigned to")
def too_many_names(x: int) -> int:
    a, b, c = (x, 1)
    return a


@refused(1, "NamedExpr is outside the subset")
def named_on_the_way(x: int) -> int:
    return (y := x) + y


@refused(1, "AnnAssign is outside the subset")
def declared(x: int) -> int:
    y: int
    return x


# -- loops, exceptions and other statements -------------------------------------------------------------------------


@refused(1, "While is outside the subset")
def for_ever(x: int) -> int:
    while True:
        x = x + 1
    return x


@refused(2, "Continue is outside the subset")
def continued(x: int) -> int:
    for i in (1, 2):
        continue
    return x


@refused(1, "For is outside the subset")
def otherwise(x: int) -> int:
    for i in (1, 2):
        x = x + i
    else:
        x = 0
    return x


@refused(1, "a loop runs over a fixed range or a tuple")
def every_digit(x: int) -> int:
    for i in x:
        x = x + i
    return x


@refused(1, "a range has a beginning, an end and a step other than 0")
def a_range_of_nothing(x: int) -> int:
    for i in range():
        x = i
    return x


@refused(1, "a range has a beginning, an end and a step other than 0")
def a_range_that_stands_still(x: int) -> int:
    for i in range(0, 3, 0):
        x = i
    return x


@refused(1, "Try is outside the subset")
def caught(x: int) -> int:
    try:
        return 1 // x
    except ZeroDivisionError:
        return 0


@refused(1, "With is outside the subset")
def guarded(x: int) -> int:
    with WORD:
        return x


@refused(1, "Match is outside the subset")
def matched(x: int) -> int:
    match x:
        case 1:
            return 2
    return x


@refused(1, "Pass is outside the subset")
def passed(x: int) -> int:
    pass
    return x


@refused(1, "Import is outside the subset")
def imported(x: int) -> int:
    import math

    return math.isqrt(x)


@refused(1, "FunctionDef is outside the subset")
def nested(x: int) -> int:
    def inner(y: int) -> int:
        return x + y

    return inner(1)


@refused(1, "FunctionDef is outside the subset")
def not_local(x: int) -> int:
    def inner() -> int:
        nonlocal x
        x = 1
        return x

    return inner()


@refused(1, "ClassDef is outside the subset")
def a_class(x: int) -> int:
    class Inner:
        pass

    return x


# -- what is never reached, and yet makes another function of it ----------------------------------------------------


@refused(2, "Yield is outside the subset")
def a_generator_after_its_return(x: int) -> Any:
    return x
    yield x


@refused(2, "AugAssign is outside the subset")
def its_own_name_after_its_return(x: int) -> int:
    return LIMIT
    LIMIT += 1


@refused(2, "NamedExpr is outside the subset")
def its_own_name_on_the_way_after_its_return(x: int) -> int:
    return LIMIT
    (LIMIT := 1)


@refused(2, "Global is outside the subset")
def a_global_where_nothing_leads(x: int) -> int:
    if False:
        global LIMIT
    LIMIT = x
    return LIMIT


@refused(2, "With is outside the subset")
def a_context_where_nothing_leads(x: int) -> int:
    return LIMIT
    with WORD as LIMIT:
        return x


# -- names ----------------------------------------------------------------------------------------------------------


@refused(1, "unheard_of is not known here")
def a_name_that_nothing_has(x: int) -> int:
    return unheard_of


@refused(1, "y is assigned elsewhere in the function, and may have no value here")
def before_it_is_assigned(x: int) -> int:
    z = y
    y = x
    return z


@refused(3, "y is assigned elsewhere in the function, and may have no value here")
def assigned_in_the_other_branch(x: int) -> int:
    if x > 0:
        y = 1
    return y


@refused(5, "y is assigned elsewhere in the function, and may have no value here")
def assigned_in_one_branch_of_a_branch(x: int) -> int:
    if x > 0:
        if x > 1:
            y = 1
        z = 2
    return y


@refused(2, "i is not known here")
def the_variable_of_a_generator(x: int) -> int:
    found = sum(i for i in (x, 1))
    return found + i


@refused(1, "x: numbers, truth values and tuples have no attributes here")
def the_attribute_of_a_number(x: int) -> int:
    return x.x


@refused(1, "Pair has no field third")
def a_field_that_is_not_there(x: int) -> int:
    return Pair(x, x).third


@refused(1, "'Level' has no MIDDLE")
def a_member_that_is_not_there(x: int) -> int:
    return Level.MIDDLE


@refused(1, "value: numbers, truth values and tuples have no attributes here")
def the_number_of_a_member(x: int) -> int:
    return Level.HIGH.value


# -- functions and calls --------------------------------------------------------------------------------------------


@refused(-1, "default, variable, keyword-only and positional-only arguments are outside it")
def by_place_alone(x: int, /) -> int:
    return x


@refused(-1, "default, variable, keyword-only and positional-only arguments are outside it")
def with_more_by_keyword(x: int, **more: int) -> int:
    return x


def two(x: int, y: int) -> int:
    return x + y


@refused(1, "a call of 'two' is outside the subset here")
def called_by_keyword(x: int) -> int:
    return two(x, y=x)


@refused(1, "Starred is outside the subset")
def called_with_what_a_tuple_holds(x: int) -> int:
    return two(*(x, x))


@refused(1, "a call of 'int' is outside the subset here")
def a_conversion(x: int) -> int:
    return int(x)


@refused(1, "a call of 'abs' is outside the subset here")
def an_unknown_builtin(x: int) -> int:
    return abs(x)


@refused(1, "a call of 'len' is outside the subset here")
def the_length_by_keyword(x: int) -> int:
    return len((x,), of=x)


@refused(1, "a call of 'isinstance' is outside the subset here")
def a_class_of_nothing(x: int) -> bool:
    return isinstance(Pair(x, x))


@refused(1, "isinstance asks a record for its class")
def the_class_of_a_number(x: int) -> bool:
    return isinstance(x, int)


@refused(1, "a call of 'evolve' is outside the subset here")
def evolved_from_nothing(x: int) -> Any:
    return evolve()


@refused(1, "evolve takes a record")
def evolved_from_a_number(x: int) -> Any:
    return evolve(x, first=1)


@refused(1, "a call of Poly(x) is outside the subset here")
def a_number_called(x: int) -> int:
    return x(1)


@refused(2, "a truth value cannot be joined with a truth value")
def one_of_two_functions(x: int) -> int:
    call = two
    if x > 0:
        call = passed
    return call(x, x)


@functools.cache
def remembered(x: int) -> int:
    return x


@refused(1, "a call of 'remembered' is outside the subset here")
def a_function_that_remembers(x: int) -> int:
    return remembered(x)


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    def remembered(x: int) -> int:
        return function(x) + 1

    remembered.__name__ = function.__name__
    return remembered


@traced
def decorated(x: int) -> int:
    return x


# -- records that are more than their fields ------------------------------------------------------------------------


@refused(1, "Converted is made of more than its fields")
def converted(x: int) -> int:
    return Converted(x).value


@refused(1, "Finished is made of more than its fields")
def finished(x: int) -> int:
    return Finished(x).value


@refused(1, "Overlooked is made of more than its fields")
def overlooked(x: int) -> bool:
    return Overlooked(x, 1) == Overlooked(x, 2)


@refused(1, "Itself is made of more than its fields")
def itself(x: int) -> bool:
    return Itself(x) == Itself(x)


@refused(1, "Alike is made of more than its fields")
def alike(x: int) -> bool:
    return Alike(x) == Alike(x + 1)


@refused(1, "ByKeyword is made of more than its fields")
def by_keyword(x: int) -> int:
    return ByKeyword(x).value


@refused(1, "Private is made of more than its fields")
def private(x: int) -> int:
    return Private(_value=x)._value


@refused(1, "Defaulted needs every field; missing ['value']")
def defaulted(x: int) -> int:
    return Defaulted().value


ITSELF, ALIKE = Itself(1), Alike(1)


@refused(1, "Itself is compared by more than its fields")
def compared_itself(x: int) -> bool:
    return ITSELF == ITSELF


@refused(1, "Alike is compared by more than its fields")
def compared_alike(x: int) -> bool:
    return ALIKE == ALIKE


@pytest.mark.parametrize(("function", "line", "why"), REFUSED, ids=[each[0].__name__ for each in REFUSED])
def test_what_is_outside_the_subset_is_refused_by_file_and_line(
    function: Callable[..., Any], line: int, why: str
) -> None:
    with pytest.raises(LiftError) as refusal:
        Lifter().call(function, terms.variable("x"))
    # A decorator stands above each of them.
    assert str(refusal.value) == f"{__file__}:{function.__code__.co_firstlineno + 1 + line}: {why}"


def test_a_function_without_a_name_is_refused() -> None:
    with pytest.raises(LiftError, match="<lambda> is no plain function"):
        Lifter().call(NAMELESS, terms.variable("x"))


def test_a_function_that_is_not_what_its_name_says_is_refused() -> None:
    assert decorated(1) == 2
    with pytest.raises(LiftError, match="is no longer here: the file was changed after import"):
        Lifter().call(decorated, terms.variable("x"))


def recursive(x: int) -> int:
    return 0 if x < 1 else recursive(x - 1) + 1


def test_recursion_without_an_end_that_is_known_is_refused() -> None:
    with pytest.raises(LiftError, match="recursion is outside the subset"):
        Lifter().call(recursive, terms.variable("x"))
    assert Lifter().call(recursive, terms.const(3)) is terms.const(3)
