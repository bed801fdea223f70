"""Guards: every refusal in the core, taken out one at a time, to see which requirement misses it."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from intrathecal.handlers import (
    admitting,
    barring,
    boluses,
    changing,
    commissioning,
    constant_flow,
    failing,
    filling,
    porting,
    prescribing,
    priming,
    programming,
    responding,
    scanning,
    screening,
    shifting,
)
from intrathecal.stepping import untimely
from intrathecal_proofs.families import INVARIANTS, LINKS
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.cases import CASES, IN_TIME, OTHER_DEVICE
from intrathecal_proofs.machinery.claims import EVENTS
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.sources import Sources, refusal, source_of
from intrathecal_proofs.machinery.stages import across, answering
from intrathecal_proofs.machinery.values import Record
from intrathecal_proofs.machinery.whole_steps import compared, watched, whole_steps
from intrathecal_specs.everything import REQUIREMENTS

HANDLERS: dict[str, Callable[..., Any]] = {
    "Commission": commissioning.on_commission,
    "Program": programming.on_program,
    "Retire": commissioning.on_retire,
    "Stop": programming.on_stop,
    "PatientBolus": boluses.on_patient_bolus,
    "ClinicianBolus": boluses.on_clinician_bolus,
    "Prime": priming.on_prime,
    "ReviseCatheter": priming.on_revise_catheter,
    "CancelBolus": boluses.on_cancel_bolus,
    "Withdraw": filling.on_withdraw,
    "Refill": filling.on_refill,
    "ChangeSolution": changing.on_change_solution,
    "FaultGone": failing.on_fault_gone,
    "MriBegins": scanning.on_mri_begins,
    "MriEnds": scanning.on_mri_ends,
    "ScreeningDose": screening.on_screening_dose,
    "ScreeningResponse": screening.on_screening_response,
    "PortBolus": porting.on_port_bolus,
    "Silence": responding.on_silence,
    "Acknowledge": responding.on_acknowledge,
    "ShiftSchedule": shifting.on_shift_schedule,
}
"""By event: where its refusals stand."""
SHARED: tuple[tuple[Callable[..., Any], str], ...] = (
    (barring.barred, "Program"),
    (admitting.inadmissible, "Commission"),
    (boluses.unready, "PatientBolus"),
    (changing.unprepared, "ChangeSolution"),
    (prescribing.unfit, "Program"),
    (prescribing.over_limit, "Program"),
    (prescribing.out_of_step, "Program"),
    (prescribing.overfull, "Program"),
    (untimely, "Tick"),
)
"""Where refusals stand beside the handlers, each with an event that meets them."""
LIKELY: dict[str, tuple[str, ...]] = {
    "NOT_CLINICIAN": ("AUTH-2",),
    "DUPLICATE": ("RATE-6",),
    "NOT_IMPLANTED": ("AUTH-2", "RES-2", "MODE-7", "FIX-5", "TRIAL-2"),
    "ALREADY_IMPLANTED": ("SOL-2", "TRIAL-4"),
    "IN_TRIAL": ("TRIAL-4", "TRIAL-1"),
    "REJECTED": ("TRIAL-4",),
    "NOT_IN_TRIAL": ("TRIAL-4", "TRIAL-1"),
    "UNANSWERED": ("TRIAL-1",),
    "DOSE_INTERVAL": ("TRIAL-2",),
    "OTHER_DRUG": ("TRIAL-1",),
    "OFF_LADDER": ("TRIAL-1",),
    "NO_DOSE": ("TRIAL-1", "TRIAL-2", "TRIAL-3"),
    "OBSERVATION": ("TRIAL-2",),
    "TOO_STRONG": ("SOL-1",),
    "DRUG_TWICE": ("SOL-1",),
    "INCOMPATIBLE": ("SOL-1", "FIX-5"),
    "MIXTURE_UNACKNOWLEDGED": ("SOL-1", "FIX-5"),
    "FORMULARY_UNCONFIRMED": ("SOL-2",),
    "OVER_CAPACITY": ("RES-2",),
    "FLOW_RANGE": ("CMD-1", "DOSE-5"),
    "FALLBACK": ("CMD-1", "RES-3", "RES-5"),
    "PATIENT_BOLUS_FORBIDDEN": ("DOSE-9",),
    "SINGLE_DOSE": ("DOSE-2", "FIX-5"),
    "BOLUS_FLOW": ("CMD-1", "DOSE-7", "RES-13"),
    "HARD_LIMIT": ("RATE-4", "FIX-2"),
    "SOFT_LIMIT": ("RATE-4", "FIX-2"),
    "CEILING": ("DOSE-10",),
    "DAY_FULL": ("DOSE-5", "FIX-2"),
    "WINDOW_FULL": ("DOSE-5", "DOSE-10"),
    "NOT_BASAL": ("DOSE-6", "DOSE-9", "FIX-5", "RES-13", "TIME-4"),
    "EMPTY": ("DOSE-9", "RES-13"),
    "LOCKOUT": ("DOSE-3",),
    "COUNT": ("DOSE-4",),
    "NO_BOLUS": ("MODE-7",),
    "NOT_EMPTIED": ("RES-2", "RES-8", "ENV-3"),
    "SOLUTION_CHANGED": ("RES-2",),
    "NOT_ENOUGH": ("RES-2", "RES-1"),
    "NOTHING_SOUNDS": ("ALM-3",),
    "SILENCE_TOO_LONG": ("ALM-3",),
    "NOT_LISTED": ("ALM-7",),
    "CONDITION_PRESENT": ("ALM-2", "ALM-7"),
    "MRI_FORBIDDEN": ("ENV-3",),
    "NO_MRI": ("ENV-5",),
    "CANNOT_DELIVER": ("MODE-1", "MODE-3"),
    "SAFE_MODE": ("MODE-3",),
    "FAULT_STAYS": ("MODE-1",),
    "REFERENCE_UNACKNOWLEDGED": ("RATE-2",),
    "STEP_UP": ("RATE-2",),
    "BEGINS_ANEW": ("RATE-2", "FIX-2"),
    "STEP_DOWN": ("RATE-3", "FIX-2"),
    "NOT_ARRIVED": ("RATE-5",),
    "SUDDEN_STOP": ("RATE-3",),
    "NAMELESS": ("SOL-1",),
    "NOT_RINSED": ("RES-8",),
    "LINE_NOT_CLEAR": ("RES-9", "RES-13"),
    "PRIMED": ("RES-13",),
    "UNSURE_FLOW": ("DOSE-9",),
    "DRUG_PLACE": ("RES-8",),
    "BRIDGE_FLOW": ("RES-9",),
    "LEAST_DAY": ("RES-9",),
    "TRIAL_DOSE": ("TRIAL-5",),
    "NO_MOTOR": ("FIX-1", "TRIAL-4"),
    "EMPTY_TO_STOP": ("FIX-1",),
    "NO_PORT": ("FIX-5",),
    "PORT_VOLUME": ("FIX-5",),
    "OTHER_DEVICE": ("AUTH-4",),
    "TIME_PAST": ("TIME-1",),
    "TIME_AHEAD": ("TIME-2", "FIX-3"),
    "TIME_OVER": ("TIME-2",),
    "NOT_MISSED": ("TIME-2",),
}
"""By reason: where to look first. It saves time and decides nothing: what is missed is found by the solver."""


@frozen
class Guard:
    """One refusal."""

    function: Callable[..., Any]
    line: int
    reason: str
    """The name of its `Reason`."""
    event: str
    """An event that it guards."""

    @property
    def name(self) -> str:
        """As in `on_stop: DUPLICATE`."""
        return f"{self.function.__name__}: {self.reason} ({self.line})"


@frozen
class Missed:
    """What misses a guard."""

    claim: str
    ids: tuple[str, ...]
    """The requirement's identifier, or those of the requirements that rest on the lemma."""
    setting: str


def guards() -> Iterator[Guard]:
    """All of them, in the order of the source."""
    places = [(function, event) for event, function in HANDLERS.items()]
    places += [
        (constant_flow.on_flow, "Commission"),
        (screening.on_response_to_infusion, "ScreeningResponse"),
    ]
    for function, event in (*places, *SHARED):
        for node in source_of(function, {}).tree.body:
            if isinstance(node, ast.If) and not node.orelse and (reason := refusal(node)):
                yield Guard(function, node.lineno, reason, "Missed" if reason == "NOT_MISSED" else event)


def without(guard: Guard) -> Sources:
    """The guard's function, with the guard taken out."""
    tree = copy.deepcopy(source_of(guard.function, {}).tree)
    tree.body = [node for node in tree.body if node.lineno != guard.line]
    return _instead(guard, tree)


def turned(guard: Guard) -> Sources:
    """The guard's function, with the guard turned round: only what it refuses goes on, and that is all that can be
    missed of it."""
    tree = copy.deepcopy(source_of(guard.function, {}).tree)
    for node in tree.body:
        if isinstance(node, ast.If) and node.lineno == guard.line:
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    return _instead(guard, tree)


def _instead(guard: Guard, tree: ast.FunctionDef) -> Sources:
    return {f"{guard.function.__module__}.{guard.function.__qualname__}": tree}


def missed_by(guard: Guard) -> list[Missed]:
    """Which claims are no longer proven without the guard: all up to the first requirement, or lemma that names one."""
    found: list[Missed] = []
    for obligations in (_likely(guard), _touched(guard, None)):
        for obligation in obligations:
            if settle_obligation(obligation, thorough=False).verdict is not Verdict.PROVEN:
                found.append(Missed(obligation.claim, ids_of(obligation.claim), obligation.setting.label))
                if found[-1].ids:
                    return found
    return found


def missed_at(place: int) -> tuple[str, list[Missed]]:
    """The name of the guard at that place among all, and what misses it; for a pool of processes."""
    guard = list(guards())[place]
    return guard.name, missed_by(guard)


def ids_of(claim: str) -> tuple[str, ...]:
    """The requirement's identifier, or those that a lemma's docstring says rest on it."""
    if claim in REQUIREMENTS:
        return (REQUIREMENTS[claim].id,)
    lemma = INVARIANTS.get(claim) or LINKS.get(claim)
    return tuple(re.findall(r"[A-Z]{3,5}-\d+", lemma.__doc__ or "")) if lemma is not None else ()


def _likely(guard: Guard) -> Iterator[Obligation]:
    """What is likely to miss the guard."""
    ids = set(LIKELY[guard.reason])
    return _touched(guard, frozenset(name for name in (*REQUIREMENTS, *INVARIANTS) if ids & set(ids_of(name))))


def _touched(guard: Guard, claims: frozenset[str] | None) -> Iterator[Obligation]:
    """The obligations of the guarded event that are not the same with the guard: of these claims, or of all."""
    kind = next(each for each in EVENTS if each.__name__ == guard.event)
    if guard.function is untimely:
        code = Lifted(instead=without(guard), wanted=claims)
        cases = [case for case in CASES if case != OTHER_DEVICE or guard.reason == "OTHER_DEVICE"]
    else:
        code = Lifted(instead=turned(guard), wanted=claims, accepting=True)
        cases = [IN_TIME]
        yield from answering(code, kind)
        yield from _reasons(guard, kind, claims)
    for case in cases:
        for setting, _ in whole_steps(code, kind, case):
            if not setting.refused:
                yield from compared(code, setting, kind, case)
                yield from watched(code, setting, kind, set())


def _reasons(guard: Guard, kind: type, claims: frozenset[str] | None) -> Iterator[Obligation]:
    """The requirements about the reason of a refusal: without the guard it is another one."""
    code = Lifted(wanted=claims)
    asked = frozenset(
        name
        for name, requirement in REQUIREMENTS.items()
        if code.wants(name) and across(requirement.function, kind) and code.asks_why(requirement.function, kind)
    )
    if asked:
        reasons = answering(Lifted(instead=without(guard), wanted=asked), kind)
        yield from (each for each in reasons if refuses(each))


def refuses(obligation: Obligation) -> bool:
    """Whether the obligation is about a step that is refused."""
    after = obligation.setting.values.get("after")
    if not isinstance(after, Record):
        return False
    verdict = after.fields["verdict"]
    return isinstance(verdict, Record) and verdict.fields["accepted"] is terms.FALSE
