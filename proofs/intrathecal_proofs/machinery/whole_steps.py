"""Whole steps from an arbitrary state: requirements that compare before with after, and what observers see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from intrathecal import Device
from intrathecal.events import Missed
from intrathecal.pump import Pump
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_proofs.families import LINKS, PATH_BY_PATH
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.cases import IN_TIME, OTHER_DEVICE, cases_of, decided_by, timely
from intrathecal_proofs.machinery.claims import event_types_of, observed_claims, parameters
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.lifted import Lifted, number, record, taken
from intrathecal_proofs.machinery.lifter import paths
from intrathecal_proofs.machinery.origins import stated
from intrathecal_proofs.machinery.setting import Obligation, Question, Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.stages import HANDLERS, REFUSED, across, refusing, watch_of
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.values import Record
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Observer

STEPPING = "stepping.py:"
"""The file whose duties the stages do not yield: theirs are proven for any state that a step can bring there."""


def stepping(code: Lifted, event: type) -> Iterator[Obligation]:
    """Requirements across a whole step, refused for its time or device or not, and what observers see."""
    for case in cases_of(event):
        refusals: set[Question] = set()
        for setting, duties in whole_steps(code, event, case):
            asked = refusals if setting.refused else set()
            for obligation in compared(code, setting, event, case):
                question = (obligation.claim, obligation.goal, obligation.setting.premises)
                if question not in asked:
                    yield obligation
                asked.add(question)
            yield from watched(code, setting, event, asked)
            yield from code.duties(setting, [duty for duty in duties if STEPPING in duty.where])


def whole_steps(code: Lifted, event: type, case: str) -> Iterator[tuple[Setting, list[Duty]]]:
    """The step on each way through the handler in time, or refused in one of the ways that leave the pump untouched."""
    symbols = Symbols()
    before = record(symbols.arbitrary(Pump, "before"))
    happening = record(symbols.arbitrary(event, "event"))
    device = symbols.arbitrary(Device, "device") if case == OTHER_DEVICE else before.fields["device"]
    known = dict.fromkeys(decided_by(case, device, before, happening), True)
    setting = Setting(
        label=f"step {event.__name__}" + (f" ({case})" if case else ""),
        event=event.__name__,
        values={"device": device, "before": before, "event": happening},
        premises=(*symbols.facts, *known),
        proven=code.assume("before", before, armed=True),
        inputs=("device", "before", "event") if case == OTHER_DEVICE else ("before", "event"),
        reached=frozenset(),
        known=known,
    )
    if case == IN_TIME:
        code.settled(before, number(happening, "at"), event is Missed)
    refusal: Setting | None = None
    ways = paths(lambda lifter: lifter.call(step, device, before, happening), code.lifter, HANDLERS, known)
    for place, (way, lifter, after) in enumerate(ways):
        here = attrs.evolve(setting, values={**setting.values, "after": after}, reached=frozenset(lifter.reached))
        verdict = record(record(after).fields["verdict"])
        refused = verdict.fields["accepted"] is terms.FALSE
        if case != IN_TIME:
            yield attrs.evolve(here, refused=refused), lifter.duties
            continue
        premises = (*symbols.facts, *taken(way))
        here = attrs.evolve(here, label=f"{setting.label}, path {place}", premises=premises, known=way)
        if refused:
            refusal = refusal or _refusal(code, setting)
            yield _refused(refusal, here, record(lifter.calls["decide"][0].result)), lifter.duties
        else:
            decided = record(record(lifter.calls["decide"][0].result).fields["pump"])
            yield _with_stages(code, here, decided), lifter.duties


def _with_stages(code: Lifted, setting: Setting, decided: Record) -> Setting:
    """The setting of a step in time, with its stages and what is known of each."""
    given = dict(setting.values)
    before, happening = record(given["before"]), record(given["event"])
    settled = code.settled(before, number(happening, "at"), happening.of is Missed)
    armed = record(record(given["after"]).fields["pump"])
    given |= {"settled": settled, "decided": decided, "armed": armed}
    held = (
        *code.assume("settled", settled, armed=False),
        *code.assume("decided", decided, armed=False),
        *code.assume("armed", armed, armed=True),
    )
    proven = dict.fromkeys((*setting.proven, *held, *code.products(given, happening.of)))
    return attrs.evolve(setting, values=given, proven=tuple(proven))


def _refusal(code: Lifted, setting: Setting) -> Setting:
    """The setting that every refusal in time shares: the handler has handed back the settled pump as it was, so what a
    step leaves is the same for every reason."""
    before, happening = record(setting.values["before"]), record(setting.values["event"])
    missed = happening.of is Missed
    settled = code.settled(before, number(happening, "at"), missed)
    known = dict.fromkeys(timely(before, number(happening, "at"), missed), True)
    refusal = attrs.evolve(
        setting,
        label=f"{setting.label}, refused",
        values={**setting.values, "after": refusing(code, settled, REFUSED, known)},
        refused=True,
    )
    return _with_stages(code, refusal, settled)


def _refused(refusal: Setting, own: Setting, decision: Record) -> Setting:
    """The refusal that this way leads to, for its own reason.

    Raises `LiftError` for a handler that hands back anything but the settled pump.
    """
    if decision.fields["pump"] is not refusal.values["settled"] or decision.fields["hold"] is not terms.FALSE:
        raise LiftError(f"{own.event}: a refusal must hand back the settled pump itself, and hold nothing")
    after = record(refusal.values["after"])
    told = Record(Step, {**after.fields, "verdict": decision.fields["verdict"]})
    return attrs.evolve(refusal, values={**refusal.values, "after": told}, reached=own.reached, own=own)


def compared(code: Lifted, setting: Setting, event: type, case: str) -> Iterator[Obligation]:
    """Requirements across the step, but for those that are about what the settled pump answers."""
    for name, needed in REQUIREMENTS.items():
        claim = needed.function
        if not across(claim, event) or not code.wants(name):
            continue
        if case == IN_TIME and code.told_by_the_answer(claim, event):
            continue
        symbols = Symbols()
        twice = set(parameters(claim)) > {"device", "before", "event", "after"}
        asked = setting.own if twice and setting.own is not None else setting
        truth = code.claim(claim, asked.values, symbols, dict(asked.known))
        yield Obligation(name, asked, terms.implication(terms.conjunction(*symbols.facts), truth))


def watched(code: Lifted, setting: Setting, event: type, asked: set[Question]) -> Iterator[Obligation]:
    """Requirements and links of observers, across the step, but for what is in `asked`; what settling keeps is kept
    already, and what is said of the record once the step has ended rests on what is said across it."""
    for observer in OBSERVERS.values():
        if any(code.wants(name) for name, _ in observed_claims(observer)):
            split = frozenset([observer.follow.__module__]) if observer.seen in PATH_BY_PATH else frozenset[str]()
            yield from _seen_by(code, setting, event, observer, split, asked)


def _seen_by(
    code: Lifted, setting: Setting, event: type, observer: Observer, split: frozenset[str], asked: set[Question]
) -> Iterator[Obligation]:
    """The same of one observer, on each way through the statements of the modules in `split`."""
    given = setting.values
    before, after = record(given["before"]), record(given["after"])
    watch = watch_of(code, observer, event is Missed)
    args = (given["device"], watch.seen, before, given["event"], after)
    ways = paths(lambda it: it.call(observer.follow, *args), partial(code.lifter, choices=False), split, {})
    for way, _, followed in ways:
        across = {**given, "seen": followed, "pump": after.fields["pump"]}
        at_rest = {**across, "device": before.fields["device"]}  # not the one that the event was for
        premises = (*setting.premises, *taken(way))
        claims = observed_claims(observer)
        goals = [
            (name, code.claim(claim, across if "before" in parameters(claim) else at_rest, None), premises)
            for name, claim in claims
            if "before" not in parameters(claim) or event in event_types_of(claim)
        ]
        rank = {name: 0 if "before" in parameters(claim) else 1 if name in LINKS else 2 for name, claim in claims}
        new = [goal for goal in goals if goal not in asked and code.wants(goal[0])]
        asked.update(new)
        if new:
            settled = stated("settling", watch.kept) if "settled" in given else ()
            watching = attrs.evolve(
                setting,
                values={**given, "seen": watch.seen, "followed": followed},
                premises=(*premises, *watch.facts),
                proven=(
                    *setting.proven,
                    *stated("seen", watch.held),
                    *settled,
                    *code.products({**given, "seen": watch.seen}, event),
                ),
                inputs=(*setting.inputs, "seen"),
                under=setting,
            )
            for place in range(3):
                for name, goal, _ in new:
                    if rank[name] == place:
                        yield Obligation(name, watching, goal)
                said = stated("followed", [(name, goal) for name, goal, _ in goals if rank[name] == place])
                watching = attrs.evolve(watching, proven=(*watching.proven, *said))
