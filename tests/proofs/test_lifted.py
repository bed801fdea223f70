"""What is asked of lifted code: no claim is taken from another pump, and none is left out where it belongs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping

import pytest

from intrathecal import Prescription
from intrathecal.beginning import candidate
from intrathecal.evolving import evolve
from intrathecal.prescription import steady
from intrathecal.units import FLOW_MAX, SLOTS
from intrathecal_proofs.families import LINKS
from intrathecal_proofs.machinery import digests, sources, terms
from intrathecal_proofs.machinery.claims import STATE_CLAIMS, claim_called
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import Lifter, begin_reading, modules_read
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Value


def asked(label: str, code: Lifted) -> list[Obligation]:
    return list(next(task for task in tasks() if task.label == label).obligations(code))


@pytest.mark.parametrize("label", ["begin", "settle", "decide CancelBolus", "decide Refill"])
def test_what_is_claimed_of_a_pump_is_what_it_says_of_that_very_pump(
    label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Lifted.state_claim
    others: list[str] = []

    def compared(self: Lifted, name: str, given: Mapping[str, Value]) -> Truth:
        found = taken(self, name, given)
        if found is not self.claim(STATE_CLAIMS[name], given, None):
            others.append(name)
        return found

    monkeypatch.setattr(Lifted, "state_claim", compared)
    assert asked(label, Lifted())
    assert others == []


def test_what_a_leaf_is_given_counts_as_read() -> None:
    read = Lifted().read_by("the_daily_dose_holds_the_programmed_day")
    order = "pump.therapy.prescription.patient_bolus"
    assert {f"{order}.count", f"{order}.volume", "pump.dosing.last"} <= set(read)


def test_a_claim_that_reads_only_what_a_leaf_is_given_is_asked_again_once_that_has_changed() -> None:
    # An interrogation that orders 48 boluses of the patient's behind the back of the daily dose.
    from intrathecal.handlers.scanning import on_interrogate

    order = "evolve(pump.therapy.prescription.patient_bolus, count=48)"
    therapy = f"evolve(pump.therapy, prescription=evolve(pump.therapy.prescription, patient_bolus={order}))"
    text = inspect.getsource(on_interrogate)
    assert "evolve(pump, " in text
    (tree,) = ast.parse(text.replace("evolve(pump, ", f"evolve(pump, therapy={therapy}, ")).body
    assert isinstance(tree, ast.FunctionDef)
    claim = "the_daily_dose_holds_the_programmed_day"
    code = Lifted(instead={"intrathecal.handlers.scanning.on_interrogate": tree}, wanted=frozenset({claim}))
    verdicts = {settle_obligation(each).verdict for each in asked("decide Interrogate", code) if each.claim == claim}
    assert verdicts - {Verdict.PROVEN}


def test_how_pumps_begin_is_total_too() -> None:
    text = inspect.getsource(candidate)
    (tree,) = ast.parse(text.replace("now=0,", "now=0 * (1 // device.residual),")).body
    assert isinstance(tree, ast.FunctionDef)
    claim = "nothing_is_divided_by_zero"
    code = Lifted(instead={"intrathecal.beginning.candidate": tree}, wanted=frozenset({claim}))
    verdicts = [settle_obligation(each).verdict for each in asked("begin", code) if each.claim == claim]
    assert Verdict.UNKNOWN in verdicts


def test_observers_go_on_observing_after_an_event_for_another_device() -> None:
    found = {each.claim for each in asked("step XRay", Lifted()) if each.setting.label.endswith("(other device)")}
    assert set(LINKS) <= found


def test_what_claims_run_by_a_tick_of_their_own_belongs_to_every_task() -> None:
    begin_reading()
    code = Lifted()
    for name in STATE_CLAIMS:
        code.read_by(name)
    asked("decide XRay", code)
    used = {module for module in modules_read() if module.startswith(digests.HANDLERS)}
    assert digests.OF_A_TICK <= used
    assert used - digests.always() == {f"{digests.HANDLERS}scanning"}


# -- records that check what they are given -------------------------------------------------------------------------


def ranges(duties: list[Duty]) -> set[tuple[str, tuple[int, int]]]:
    return {(terms.show(duty.subject), duty.span) for duty in duties if duty.what == "range"}


def test_a_number_that_a_record_is_given_is_to_lie_where_it_takes_it() -> None:
    lifter = Lifter()
    lifter.call(steady, terms.variable("flow"))
    assert ranges(lifter.duties) == {("flow", (0, FLOW_MAX))}
    lifter = Lifter()
    lifter.call(steady, terms.const(100_000))
    assert ranges(lifter.duties) == set()


def too_short(prescription: Prescription) -> Prescription:
    return evolve(prescription, flows=prescription.flows[1:])


def test_a_tuple_of_another_length_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIFTED_PACKAGES", (*sources.LIFTED_PACKAGES, __name__.split(".")[0]))
    prescription = Symbols().arbitrary(Prescription, "prescription")
    with pytest.raises(LiftError, match=f"flows takes a tuple of exactly {SLOTS}"):
        Lifter().call(too_short, prescription)


def test_every_record_that_the_core_makes_is_asked_for() -> None:
    assert claim_called("a_record_is_given_what_it_takes") is not None
    found = [each for each in asked("decide Commission", Lifted()) if each.claim == "a_record_is_given_what_it_takes"]
    assert found
    assert {settle_obligation(each).verdict for each in found} == {Verdict.PROVEN}
