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
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.cases import IN_TIME, OTHER_DEVICE, cases_of, decided_by, timely
from intrathecal_proofs.machinery.claims import event_types_of, observed_claims, parameters
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.lifted import Lifted, number, record, taken
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.origins import stated
from intrathecal_proofs.machinery.setting import Obligation, Question, Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.stages import HANDLERS, REFUSED, across, refusing, watch_of
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Record
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Observer

STAGES = ("settle", "decide", "finish")
"""What a step in time is made of, each once, with a report; their duties are proven for any state that a step can bring
there."""


ACROSS = ("device", "before", "event", "after")
"""What a requirement across a step is given; whatever else it asks for is arbitrary."""


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
            yield from code.duties(setting, duties)


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
            yield attrs.evolve(here, refused=refused), lifter.duties_outside(*STAGES)
            continue
        _is_composed(code, setting, lifter, record(after), way)
        premises = (*symbols.facts, *taken(way))
        here = attrs.evolve(here, label=f"{setting.label}, path {place}", premises=premises, known=way)
        if refused:
            refusal = refusal or _refusal(code, setting)
            yield _refused(refusal, here, record(lifter.calls["decide"][0].result)), lifter.duties_outside(*STAGES)
        else:
            decided = record(record(lifter.calls["decide"][0].result).fields["pump"])
            yield _with_stages(code, here, decided), lifter.duties_outside(*STAGES)


def _is_composed(code: Lifted, setting: Setting, lifter: Lifter, after: Record, way: dict[Truth, bool]) -> None:
    """Raises `LiftError` where a step in time is anything but settle, decide and finish, each once, and the report."""
    device, before, event = (setting.values[name] for name in ("device", "before", "event"))
    at, missed = number(record(event), "at"), record(event).of is Missed
    settled = code.settled(record(before), at, missed)
    (decide,), (finish,), (settle,) = (lifter.calls[name] for name in ("decide", "finish", "settle"))
    decision = record(decide.result)
    expected = refusing(code, settled, record(decision.fields["verdict"]), way, decision)
    same = (
        (settle.args, (device, before, at, terms.truth(missed))),
        (decide.args, (device, settled, event)),
        (finish.args, (device, decision)),
        (after, expected),
    )
    if not all(values.identity(a) == values.identity(b) for a, b in same):
        raise LiftError(f"{setting.label}: a step is more than its stages")


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
        twice = set(parameters(claim)) > set(ACROSS)
        asked = setting.own if twice and setting.own is not None else setting
        given = {name: asked.values[name] for name in ACROSS}
        truth = code.claim(claim, given, symbols, dict(asked.known))
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
