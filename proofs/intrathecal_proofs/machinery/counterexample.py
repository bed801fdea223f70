"""Counterexamples: an open question is searched for values that break the claim, and Python confirms them or not.

The solver is given the products back. Where that is too hard for it, one factor of each product is held at a value that
the easier question suggests, which leaves a linear question.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

import attrs

from intrathecal.settling import settle
from intrathecal.stepping import answer, decide, finish, step
from intrathecal.transferring import transfer
from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.claims import Claim, claim_called, observed, parameters
from intrathecal_proofs.machinery.prover import Question
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.smt import Script
from intrathecal_proofs.machinery.solvers import SEED, Answer, z3_solve
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value

EXACT_STEPS = 4_000_000
"""Of Z3's resource limit, with products given back."""
TRIES = 5
"""How many suggestions are followed, each with the one factor held and with the other."""


@attrs.frozen
class Counterexample:
    """Values that break a claim."""

    inputs: Mapping[str, Any]
    """The arbitrary values of the setting, as Python values."""
    after: Any
    """What the code made of them."""
    confirmed: bool
    """Whether Python, running the code, finds the claim false."""


def search(obligation: Obligation, question: Question) -> Counterexample | None:
    """A counterexample to the question, confirmed by Python where that can be; `None` where none was found."""
    for inputs in suggested(obligation.setting, question):
        found = _replayed(obligation, inputs)
        if found.confirmed:
            return found
    return None


def suggested(setting: Setting, question: Question, tries: int = TRIES) -> Iterator[dict[str, Any]]:
    """Arbitrary values of the setting that may break the question's goal, as Python values, by name."""
    for script in scripts(question, tries):
        solved = z3_solve(script.text(), EXACT_STEPS, wants_model=True)
        if solved.answer is Answer.SAT:
            inputs = inputs_of(setting, assignment_of(script, solved.model))
            if inputs is not None:
                yield inputs


def inputs_of(setting: Setting, assignment: Mapping[str, int | bool]) -> dict[str, Any] | None:
    """The arbitrary values; `None` where a record's own checks refuse what the solver left open."""
    try:
        return {name: concrete(setting.values[name], assignment) for name in setting.inputs if name in setting.values}
    except (ValueError, TypeError):
        return None


def scripts(question: Question, tries: int = TRIES) -> Iterator[Script]:
    """The question with products given back: as it is, then with factors held where it suggests without them."""
    yield smt.script(question.premises, question.goal, exact=True)
    easy = smt.script(question.premises, question.goal)
    for attempt in range(tries):
        solved = z3_solve(easy.text(), EXACT_STEPS, wants_model=True, seed=SEED + attempt)
        if solved.answer is not Answer.SAT:
            return
        guess = {name: solved.model.get(name, 0) for name in easy.variables}
        for first in (True, False):
            script = smt.script(question.premises, question.goal, exact=True)
            script.hold(guess, first=first)
            yield script


def assignment_of(script: Script, model: Mapping[str, int | bool]) -> dict[str, int | bool]:
    """By the variable's own name: its value in the model, or 0 where the model does not care."""
    found: dict[str, int | bool] = {}
    for name, variable in script.variables.items():
        if isinstance(variable, Poly):
            found[terms.show(variable)] = int(model.get(name, 0))
        else:
            found[str(variable.args[0])] = bool(model.get(name, False))
    return found


def _replayed(obligation: Obligation, inputs: Mapping[str, Any]) -> Counterexample:
    """The claim, run by Python on these values."""
    after, given = run_stage(obligation.setting.label, inputs)
    claim = claim_called(obligation.claim)
    if claim is not None and given is not None:
        given = _watched(claim, {**inputs, **given})
        if set(parameters(claim)) <= set(given):
            return Counterexample(inputs, after, confirmed=not claim(*(given[name] for name in parameters(claim))))
    return Counterexample(inputs, after, confirmed=False)


def _watched(claim: Claim, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the claim is asked about; where it asks for an observer's record, that of the observer after the step."""
    observer = observed(claim)
    if observer is None:
        return dict(given)
    if not {"seen", "before", "event", "after"} <= set(given):
        return {}
    seen = observer.follow(given["device"], given["seen"], given["before"], given["event"], given["after"])
    return {**given, "seen": seen, "pump": given["after"].pump}


def run_stage(label: str, inputs: Mapping[str, Any]) -> tuple[Any, dict[str, Any] | None]:
    """What the code makes of the inputs, and what a claim is asked about."""
    if label.startswith("settle"):
        before = inputs["before"]
        settled = settle(before.device, before, inputs["time"], label == "settle missed time")
        return settled, {"device": before.device, "pump": settled}
    if label.startswith("decide"):
        settled = inputs["settled"]
        event = inputs["event"]
        decision = decide(settled.device, settled, event)
        told = answer(settled.device, settled, event)
        stage = {"device": settled.device, "before": settled, "event": event, "after": told, "pump": decision.pump}
        return decision, stage
    if label.startswith("arm"):
        decision = inputs["decision"]
        armed = finish(decision.pump.device, decision)
        return armed, {"device": armed.device, "pump": armed}
    if label.startswith("transfer"):
        after = transfer(inputs["old"], inputs["device"], inputs["authority"])
        return after, {**inputs, "after": after, "device": after.pump.device, "pump": after.pump}
    if label.startswith("step"):
        device = inputs.get("device", inputs["before"].device)
        after = step(device, inputs["before"], inputs["event"])
        return after, {"device": device, "before": inputs["before"], "event": inputs["event"], "after": after}
    return None, None


def concrete(value: Value, assignment: Mapping[str, int | bool]) -> Any:
    """The Python value whose leaves have these values; a leaf that was never asked about is the least it can be."""
    if isinstance(value, Record):
        hints = typing.get_type_hints(value.of)
        return value.of(**{k: _typed(hints[k], concrete(v, assignment)) for k, v in value.fields.items()})
    if isinstance(value, tuple):
        return tuple(concrete(item, assignment) for item in value)
    if isinstance(value, Truth):
        return value is terms.TRUE or bool(assignment.get(str(value.args[0]), False))
    number = terms.value_of(value)
    return assignment.get(terms.show(value), 0) if number is None else number


def _typed(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint(value)
    if typing.get_origin(hint) is tuple and isinstance(value, tuple):
        return tuple(_typed(typing.get_args(hint)[0], item) for item in value)
    return value


def changes(before: Any, after: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """What differs between two records of one kind: path, before, after."""
    if type(before) is type(after) and attrs.has(type(before)):
        return [
            row
            for field in attrs.fields(type(before))
            for row in changes(
                getattr(before, field.name), getattr(after, field.name), f"{path}.{field.name}".lstrip(".")
            )
        ]
    return [] if before == after else [(path, before, after)]


def expression(value: Any) -> str:
    """Python source that makes the value again."""
    if isinstance(value, IntEnum):
        return f"{type(value).__name__}.{value.name}"
    if attrs.has(type(value)):
        fields = (f"{f.name}={expression(getattr(value, f.name))}" for f in attrs.fields(type(value)))
        return f"{type(value).__name__}({', '.join(fields)})"
    if isinstance(value, tuple):
        if len(value) > 2 and all(item == value[0] for item in value):
            return f"({expression(value[0])},) * {len(value)}"
        return f"({', '.join(expression(item) for item in value)},)"
    return repr(value)


_CALLS: dict[str, str] = {
    "settle": "settle(before.device, before, time, {missed})",
    "decide": "decide(settled.device, settled, event)",
    "answer": "answer(settled.device, settled, event)",
    "arm": "finish(decision.pump.device, decision)",
    "step": "step(device, before, event)",
    "transfer": "transfer(old, device, authority)",
}
_ASKED: dict[str, dict[str, str]] = {
    "settle": {"device": "before.device", "pump": "after"},
    "decide": {"device": "settled.device", "pump": "after.pump"},
    "answer": {"device": "settled.device", "before": "settled"},
    "arm": {"device": "after.device", "pump": "after"},
    "step": {"pump": "after.pump"},
    "transfer": {"pump": "after.pump"},
}
"""By stage: what a claim's arguments are called in the test, where not by their own names."""


def pasteable_test(obligation: Obligation, found: Counterexample) -> str:
    """A test that fails as the counterexample does."""
    claim = claim_called(obligation.claim)
    asked = parameters(claim) if claim is not None else ("device", "pump")
    stage = obligation.setting.label.split()[0].rstrip(",")
    stage = "answer" if stage == "decide" and "after" in asked else stage
    lines = [f"def test_{obligation.claim}() -> None:"]
    lines += [f"    {name} = {expression(value)}" for name, value in found.inputs.items()]
    if stage == "step" and "device" not in found.inputs:
        lines.append("    device = before.device")
    lines.append(f"    after = {_CALLS[stage].format(missed=obligation.setting.label == 'settle missed time')}")
    observer = observed(claim) if claim is not None else None
    if observer is not None:
        lines.append(f"    seen = {observer.follow.__name__}(device, seen, before, event, after)")
    lines.append(f"    assert {obligation.claim}({', '.join(_ASKED[stage].get(name, name) for name in asked)})")
    return "\n".join(lines) + "\n"
