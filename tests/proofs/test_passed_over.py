"""What proofs must not pass over: steps that are more than their stages, contracts of what is out of range, duties of
what a step calls itself, and claims that assume what holds of another pump."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from graphlib import CycleError

import attrs
import pytest

from intrathecal import Device, Interrogate, Pump, Tick, XRay, step
from intrathecal.arithmetic import largest
from intrathecal.evolving import evolve
from intrathecal.prescription import steady
from intrathecal.pricing import day_volume
from intrathecal.stepping import answer, untimely
from intrathecal.titrating import carried, carried_whole
from intrathecal.transferring import transfer
from intrathecal.units import END, FLOW_MAX
from intrathecal_proofs.machinery import digests, sources, standing, terms
from intrathecal_proofs.machinery.cases import IN_TIME
from intrathecal_proofs.machinery.claims import STATE_CLAIMS
from intrathecal_proofs.machinery.leaf_contracts import FACTS, LeafContracts
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.rows import Row
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.machinery.terms import Poly, variables
from intrathecal_proofs.machinery.whole_steps import whole_steps
from intrathecal_proofs.matrix import cells
from intrathecal_specs.everything import REQUIREMENTS


def altered(function: Callable[..., object], old: str, new: str) -> dict[str, ast.FunctionDef]:
    """The function with that change of its text."""
    text = inspect.getsource(function)
    assert text.count(old) == 1
    (tree,) = ast.parse(text.replace(old, new)).body
    assert isinstance(tree, ast.FunctionDef)
    return {f"{function.__module__}.{function.__qualname__}": tree}


def asked(label: str, code: Lifted) -> list[Obligation]:
    return list(next(task for task in tasks() if task.label == label).obligations(code))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # a refusal whose command no handler and no arming ever saw
        ("told =", "after = after if decision.verdict.accepted else evolve(after, number=0)\n    told ="),
        ("finish(device, decision)", "finish(device, evolve(decision, hold=True))"),
        ("pump=after,", "pump=pump,"),
        ("decide(device, pump, event)", "decide(device, evolve(pump, number=0), event)"),
    ],
)
def test_a_step_in_time_is_its_stages_and_nothing_else(old: str, new: str) -> None:
    with pytest.raises(LiftError):
        list(whole_steps(Lifted(instead=altered(answer, old, new)), Interrogate, IN_TIME))


def test_what_a_step_calls_itself_is_total() -> None:
    text = "pump.now + SLOT + 0 * (device.capacity // device.grace)"
    code = Lifted(instead=altered(untimely, "pump.now + SLOT", text))
    setting, duties = next(iter(whole_steps(code, XRay, IN_TIME)))
    (divided,) = (each for each in code.duties(setting, duties) if each.claim == "nothing_is_divided_by_zero")
    assert settle_obligation(divided).verdict is not Verdict.PROVEN


def test_a_transfer_that_is_accepted_sometimes_keeps_the_invariants_too() -> None:
    sometimes = altered(transfer, "verdict=ACCEPTED", "verdict=evolve(ACCEPTED, accepted=old.now >= 0)")
    assert set(STATE_CLAIMS) <= {each.claim for each in asked("transfer", Lifted(instead=sometimes))}


def test_a_contract_says_nothing_of_a_record_that_is_out_of_range() -> None:
    flow = terms.variable("a flow of no type")
    lifter = Lifter(contracts=LeafContracts())
    result = lifter.call(day_volume, Lifter().call(steady, flow))
    assert isinstance(result, Poly)
    in_range = (terms.at_most(terms.ZERO, flow), terms.at_most(flow, terms.const(FLOW_MAX)))
    (owed,) = (duty.within for duty in lifter.duties if duty.within is not terms.TRUE)
    assert set(in_range) <= set(terms.conjuncts(owed))
    facts = FACTS[terms.show(result)]
    assert facts
    assert all("a flow of no type" in variables(fact) for fact in facts)


def test_a_contract_is_for_the_shape_that_it_was_proven_for() -> None:
    flow = Symbols().arbitrary(int, "one flow")
    with pytest.raises(ValueError, match="a tuple of 1 is none of 48"):
        Lifter(contracts=LeafContracts()).call(largest, (flow,))


def test_no_function_is_known_by_contract_to_itself() -> None:
    by_each_other = {
        **altered(carried, "div_floor(div_floor(volume, NANOLITRE)", "div_floor(carried_whole(old, new, volume)"),
        **altered(carried_whole, "div_ceil(div_ceil(volume, NANOLITRE)", "div_ceil(carried(old, new, volume)"),
    }
    with pytest.raises(LiftError, match="none can be known by contract to itself") as refused:
        asked("leaves", Lifted(instead=by_each_other))
    assert isinstance(refused.value.__cause__, CycleError)


def silence_is_short_of_a_pump_that_was_muted(device: Device, pump: Pump) -> bool:
    """False: the pump that takes the step is another, which no event led to."""
    muted = evolve(pump, alarms=evolve(pump.alarms, silent_until=2 * END))
    after = step(pump.device, muted, Tick(at=pump.now)).pump
    return after.alarms.silent_until - after.now <= pump.device.silence


def test_the_invariants_are_assumed_of_the_pump_at_hand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, __name__.split(".")[0]))
    claim = silence_is_short_of_a_pump_that_was_muted
    needed = attrs.evolve(next(iter(REQUIREMENTS.values())), function=claim)
    monkeypatch.setitem(REQUIREMENTS, claim.__name__, needed)
    found = list(standing.standing(Lifted(wanted=frozenset({claim.__name__}))))
    assert found
    assert {settle_obligation(each).verdict for each in found} - {Verdict.PROVEN}


def test_an_import_that_names_no_whole_path_is_refused() -> None:
    with pytest.raises(ValueError, match="names the whole path"):
        digests._read(ast.parse("from .extra import X"))


def test_an_event_that_was_not_asked_for_is_not_shown_as_proven() -> None:
    row = Row("a_silence_ends_by_itself", "settle", "*", "", Verdict.PROVEN, (), 0.0, 0, 0)
    matrix = cells([row], asked=("Tick",))
    assert {event for (name, event), cell in matrix.items() if cell.verdict is Verdict.PROVEN} == {"Tick"}
