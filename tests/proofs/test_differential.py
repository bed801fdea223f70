"""What the solvers read is what Python runs; where it is not, the comparison says so."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable

import pytest

from intrathecal import Drug
from intrathecal.drug import ceiling_of
from intrathecal_proofs.differential import Differential, run_differential
from intrathecal_proofs.families import CONTRACTS, INVARIANTS, LINKS
from intrathecal_proofs.leaves import Fast
from intrathecal_proofs.machinery import decisions, evaluation, expressions, leaf_contracts, symbols, terms
from intrathecal_proofs.machinery.evaluation import Evaluation
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_specs.everything import REQUIREMENTS

SEED = 20_261_123


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> Differential:
    result = run_differential(60, 25, 2, 1, SEED)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n" + "\n".join(result.lines))
    return result


def test_lifted_terms_give_what_python_gives(found: Differential) -> None:
    assert [each.line for each in found.differences] == []
    assert found.scenes > 150
    assert found.variants > 2_000


def test_every_function_is_compared(found: Differential) -> None:
    names = {each.name for each in found.agreements}
    assert names >= {*REQUIREMENTS, *INVARIANTS, *LINKS, "begin candidate", "begin in_trial", "settle", "finish"}
    assert [each.name for each in found.agreements if not each.compared] == []
    assert found.good


def test_variants_that_duties_exclude_are_few(found: Differential) -> None:
    assert sum(each.undefined for each in found.agreements) < found.compared // 1_000


def test_the_branches_of_the_stages_are_seen_both_ways(found: Differential) -> None:
    both = {each.name: each.both / each.conditions for each in found.agreements if each.conditions}
    assert both["settle"] > 0.85  # rarely does a bridge end, or an MRI run, in a life that is so short
    assert both["finish"] >= 0.5  # a bridge has ways of its own to arm
    assert both["decide ClinicianBolus"] >= 0.7
    assert both["decide Refill"] >= 0.7


# -- wrong terms are caught -----------------------------------------------------------------------------------------


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What a wrong lifter reads, of contracts or of what types say, is forgotten afterwards."""
    monkeypatch.setattr(leaf_contracts, "FACTS", {})
    records = symbols._arbitrary_record.__wrapped__
    monkeypatch.setattr(symbols, "_arbitrary_record", functools.cache(records))
    return monkeypatch


def looked_at(name: str, lives: int = 8) -> Differential:
    return run_differential(lives, 15, 3, 2, SEED, only=lambda each: each == name)


def first(result: Differential, name: str) -> str:
    assert not result.good
    return next(each.what for each in result.differences if each.subject == name)


def test_the_short_looks_find_nothing() -> None:
    for name in ("settle", "finish", "decide Commission", "decide Program"):
        assert list(looked_at(name).differences) == []


def test_a_quotient_that_is_rounded_up_is_caught(apart: pytest.MonkeyPatch) -> None:
    true = terms.quotient
    apart.setattr(terms, "quotient", lambda a, b: terms.negate(true(terms.negate(a), b)))
    assert "pump.limits.potency is " in first(looked_at("decide Commission"), "decide Commission")


def test_a_comparison_that_forgets_the_border_is_caught(apart: pytest.MonkeyPatch) -> None:
    apart.setitem(expressions.COMPARISONS, ast.LtE, terms.below)
    assert " in Python" in first(looked_at("finish", lives=60), "finish")


def test_branches_that_are_swapped_are_caught(apart: pytest.MonkeyPatch) -> None:
    true: Callable[[Truth, Poly, Poly], Poly] = terms.choose
    apart.setattr(terms, "choose", lambda condition, then, other: true(condition, other, then))
    assert " lifted and " in first(looked_at("settle"), "settle")


def test_a_way_that_is_lost_is_caught(apart: pytest.MonkeyPatch) -> None:
    true = decisions._consequences

    def too_many(condition: Truth, decision: bool) -> dict[Truth, bool]:
        decided = true(condition, decision)
        if condition.kind == ("or" if decision else "and"):
            decided |= dict.fromkeys(terms.parts(condition), decision)
        return decided

    apart.setattr(decisions, "_consequences", too_many)
    assert " ways are taken, not 1" in first(looked_at("decide Program"), "decide Program")


def test_a_duty_that_real_lives_do_not_meet_is_told(apart: pytest.MonkeyPatch) -> None:
    apart.setattr(evaluation, "_WORD", 2**40)
    assert "the duty width at " in first(looked_at("settle"), "settle")


def test_a_contract_that_does_not_hold_is_caught(apart: pytest.MonkeyPatch) -> None:
    apart.setitem(CONTRACTS, ceiling_of, a_ceiling_is_no_more_than_the_hard_limit)
    assert "ceiling_of breaks its contract" in first(looked_at("decide Commission"), "decide Commission")


def a_ceiling_is_no_more_than_the_hard_limit(drug: Drug, fast: Fast, result: int) -> bool:
    """False: it holds one slot more."""
    return result <= drug.hard


def test_terms_are_worked_out_where_they_are_reached() -> None:
    x, y = terms.variable("x"), terms.variable("y")
    guarded = terms.choose(terms.below(terms.ZERO, y), terms.quotient(x, y), terms.const(7))
    assert Evaluation({"x": -7, "y": 2}).number(guarded) == -4
    assert Evaluation({"x": -7, "y": 0}).number(guarded) == 7
    assert Evaluation({"y": 0}).number(guarded) == 7
