"""The prover proves what is true, and shows what is false with values that Python confirms."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Final, get_args

import attrs
import pytest
from rich.console import Console

from intrathecal import Event
from intrathecal.arithmetic import div_ceil
from intrathecal.handlers import prescribing
from intrathecal.reservoir import withdraw
from intrathecal_proofs.cli import absent_from, verdict
from intrathecal_proofs.guards import guards, without
from intrathecal_proofs.machinery.campaign import LONGEST, Extras, row_of
from intrathecal_proofs.machinery.leaf_contracts import FACTS
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.prover import Question, Verdict, premises_of, settle_obligation, standing_on
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve, z3_solve
from intrathecal_proofs.machinery.standing_solver import StandingSolver
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.machinery.terms import at_most, const, multiply, variable
from intrathecal_proofs.runs import Found


def test_both_solvers_refute_a_contradiction_and_admit_what_can_be() -> None:
    x = variable("x")
    true = Question((at_most(x, const(3)),), at_most(x, const(4))).text()
    false = Question((at_most(x, const(3)),), at_most(x, const(2))).text()
    assert z3_solve(true, 10_000).answer is Answer.UNSAT
    assert cvc5_solve(true, 10_000).answer is Answer.UNSAT
    assert z3_solve(false, 10_000).answer is Answer.SAT
    assert cvc5_solve(false, 10_000).answer is Answer.SAT


def test_a_product_is_not_more_than_its_sign() -> None:
    x, y = variable("x"), variable("y")
    signs = (at_most(const(0), x), at_most(const(0), y))
    assert z3_solve(Question(signs, at_most(const(0), multiply(x, y))).text(), 10_000).answer is Answer.UNSAT
    assert z3_solve(Question(signs, at_most(multiply(x, y), x)).text(), 10_000).answer is Answer.SAT


def test_a_solver_stands_on_what_is_assumed_and_on_nothing_that_it_has_left() -> None:
    x, y, z = variable("x"), variable("y"), variable("z")
    small, product = at_most(x, const(3)), at_most(const(0), multiply(x, y))
    signs = (at_most(const(0), x), at_most(const(0), y))
    solver = StandingSolver()
    solver.stand(frozenset([small]), [small])
    assert solver.ask(at_most(x, const(4)), 10_000).answer is Answer.UNSAT
    assert solver.ask(product, 10_000).answer is Answer.SAT
    solver.stand(frozenset([small, *signs]), [small, *signs])
    assert solver.ask(product, 10_000).answer is Answer.UNSAT
    assert solver.ask(at_most(x, const(2)), 10_000).answer is Answer.SAT
    solver.fall(frozenset([small, signs[0]]))
    solver.stand(frozenset([small, signs[0]]), [small, signs[0]])
    assert solver.ask(product, 10_000).answer is Answer.SAT
    assert solver.ask(at_most(x, const(4)), 10_000).answer is Answer.UNSAT
    solver.fall(frozenset([at_most(z, x)]))
    assert solver.ask(at_most(x, const(4)), 10_000).answer is Answer.SAT


def test_a_setting_that_assumes_less_does_not_rest_on_the_one_before() -> None:
    x = variable("x")
    small, goal = at_most(x, const(3)), at_most(x, const(4))
    more = Setting("s, path 0", "*", {}, (small,), (), (), frozenset())
    less = Setting("s, path 1", "*", {}, (), (), (), frozenset())
    assert settle_obligation(Obligation("c", more, goal)).verdict is Verdict.PROVEN
    assert settle_obligation(Obligation("c", less, goal)).verdict is Verdict.UNKNOWN


def test_a_goal_rests_on_no_contract_of_a_result_that_another_goal_speaks_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract of this leaf contradicts itself: whatever rests on it is proven, and nothing else is."""
    x, y, result = variable("x"), variable("y"), variable("leaf_of(x)")
    wrong = (at_most(result, const(0)), at_most(const(1), result))
    monkeypatch.setitem(FACTS, "leaf_of(x)", wrong)
    setting = Setting("s of leaves", "*", {}, (at_most(y, x),), (), (), frozenset())
    speaking, silent = (Obligation("c", setting, goal) for goal in (at_most(const(5), result), at_most(const(7), y)))
    stood = standing_on(speaking, premises_of(speaking)).ask(speaking.goal, 10_000)
    assert stood.answer is Answer.UNSAT
    assert settle_obligation(silent).verdict is Verdict.UNKNOWN


def test_a_tick_keeps_the_books() -> None:
    task = next(task for task in tasks() if task.label == "settle")
    kept = [o for o in task.obligations(Lifted()) if o.claim == "no_drug_appears_or_vanishes"]
    assert [settle_obligation(o).verdict for o in kept] == [Verdict.PROVEN]


def test_a_refusal_for_a_wrong_reason_is_refuted_where_one_for_a_right_reason_has_the_same_goal() -> None:
    # Both leave "a clinician's, and the pump ready" to be disproved: only the way to the right one can.
    kept = inspect.getsource(prescribing.overfull)
    source = kept.replace("return Reason.WINDOW_FULL", "return Reason.NOT_LISTED")
    assert source != kept
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    claim = "nothing_but_its_own_limits_keeps_a_prescription_out"
    code = Lifted(instead={"intrathecal.handlers.prescribing.overfull": tree}, wanted=frozenset({claim}))
    task = next(task for task in tasks() if task.label == "decide Program")
    verdicts = {settle_obligation(o).verdict for o in task.obligations(code) if o.claim == claim}
    assert verdicts == {Verdict.PROVEN, Verdict.UNKNOWN}


def test_books_that_lose_what_was_drawn_are_refuted() -> None:
    kept = inspect.getsource(withdraw)
    source = kept.replace("remaining=reservoir.remaining - volume", "remaining=reservoir.remaining")
    assert source != kept
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    code = Lifted(instead={"intrathecal.reservoir.withdraw": tree}, wanted=frozenset({"no_drug_appears_or_vanishes"}))
    task = next(task for task in tasks() if task.label == "decide Withdraw")
    verdicts = [settle_obligation(o).verdict for o in task.obligations(code)]
    assert Verdict.UNKNOWN in verdicts


def test_every_task_has_a_name_of_its_own() -> None:
    labels = [task.label for task in tasks()]
    assert len(set(labels)) == len(labels)
    assert set(labels) >= {f"{stage} {event.__name__}" for stage in ("decide", "step") for event in get_args(Event)}
    assert set(labels) >= set(LONGEST)


@pytest.mark.parametrize("label", [task.label for task in tasks() if task.label.startswith("settle")])
def test_what_settling_must_keep_is_asked_whichever_task_went_before(label: str) -> None:
    by_label = {task.label: task for task in tasks()}

    def asked(code: Lifted) -> list[tuple[str, str]]:
        return [(each.claim, each.where) for each in by_label[label].obligations(code)]

    after_a_step = Lifted()
    assert list(by_label["step Tick"].obligations(after_a_step))
    assert any(where for _, where in asked(Lifted()))
    assert asked(after_a_step) == asked(Lifted())


def test_a_guard_taken_out_leaves_the_rest_of_its_function() -> None:
    guard = next(guard for guard in guards() if guard.reason == "COUNT")
    (tree,) = without(guard).values()
    assert "LOCKOUT" in ast.unparse(tree)
    assert "COUNT" not in ast.unparse(tree)


def test_a_lifter_runs_plain_functions() -> None:
    assert Lifter().call(div_ceil, const(7), const(2)) is const(4)


def test_a_row_tells_what_was_proven_and_how() -> None:
    task = next(task for task in tasks() if task.label == "leaves")
    code = Lifted()
    obligation = next(task.obligations(code))
    row = row_of(code, obligation, settle_obligation(obligation), Extras(second=True))
    assert row.verdict is Verdict.PROVEN
    assert row.second is not None
    assert row.second.confirmed == row.questions


FALSE_REQUIREMENT: Final = """
from intrathecal_proofs.false_requirements import FALSE

false = FALSE["what_is_left_of_a_silence_is_less_than_the_longest"]
false.register()
from intrathecal_proofs.machinery.campaign import Extras, settled_rows
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.system import tasks

task = next(task for task in tasks() if task.label == false.task)
for row in settled_rows(task, Lifted(wanted=frozenset([false.function.__name__])), Extras()):
    print(row.verdict, row.counterexample)
"""


def test_a_false_requirement_is_refuted_with_a_test_to_paste(tmp_path: Path) -> None:
    # In a process of its own: which values the search finds hangs on the terms that were made before.
    script = tmp_path / "false_requirement.py"
    script.write_text(FALSE_REQUIREMENT)
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout
    assert said.count("refuted ") >= 1
    assert "after = decide(settled.device, settled, event)" in said
    assert "assert what_is_left_of_a_silence_is_less_than_the_longest(settled.device, after.pump)" in said
    assert "alarms.silent_until: " in said


def test_what_was_not_asked_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("a_stop_stops", "decide Stop", "Stop", "", Verdict.PROVEN, ("z3",), 0.1, 7, 1)
    lemma = attrs.evolve(row, claim="a_lemma", verdict=Verdict.UNKNOWN)
    assert verdict(Console(width=200), Found([row], 1, 0, []), [], [], whole=False, seconds=1)
    assert "assumed, and proven by a whole run: lemmas" in capsys.readouterr().out
    assert not verdict(Console(width=200), Found([row, lemma], 1, 0, []), [], [], whole=False, seconds=1)
    assert "a lemma is not proven: until it is, nothing is proven of what rests on it" in capsys.readouterr().out


def test_what_is_proven_of_sources_that_were_changed_meanwhile_is_not_good(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("a_stop_stops", "decide Stop", "Stop", "", Verdict.PROVEN, ("z3",), 0.1, 7, 1)
    found = Found([row], 1, 0, [], edited=True)
    assert not verdict(Console(width=200), found, [], [], whole=True, seconds=1)
    assert "the sources were changed during the run" in capsys.readouterr().out


def test_a_claim_that_was_asked_for_and_has_no_obligation_is_not_good(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("a_stop_stops", "decide Stop", "Stop", "", Verdict.PROVEN, ("z3",), 0.1, 7, 1)
    absent = absent_from([row], {"a_stop_stops", "another"}, None)
    assert absent_from([row], {"a_stop_stops", "another"}, {"Stop"}) == []
    assert len(absent_from([row], None, None)) > 300  # of all requirements and lemmas
    assert not verdict(Console(width=200), Found([row], 1, 0, []), [], absent, whole=False, seconds=1)
    assert "unknown: another has no obligation" in capsys.readouterr().out
