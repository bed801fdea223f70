"""The stages of a step, each from an arbitrary state: settling, what the settled pump answers to each event, arming.

Each must keep the invariants, so that they hold in every state by induction from the pump of a candidate, or of a
patient whose trial begins.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from enum import StrEnum

import attrs

from intrathecal.alarming import report
from intrathecal.beginning import candidate, in_trial
from intrathecal.bridging import arrives
from intrathecal.events import Missed, Tick
from intrathecal.pump import Pump
from intrathecal.settling import delivered_until, falls_short, settle
from intrathecal.stepping import answer, finish
from intrathecal.units import NEVER
from intrathecal.verdict import Decision, Reason, Step, Verdict
from intrathecal_proofs.families import PATH_BY_PATH
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.cases import timely
from intrathecal_proofs.machinery.claims import (
    STATE_CLAIMS,
    Claim,
    event_types_of,
    hints_of,
    observed,
    observed_claims,
    parameters,
)
from intrathecal_proofs.machinery.lifted import Lifted, number, record, taken
from intrathecal_proofs.machinery.lifter import Lifter, paths
from intrathecal_proofs.machinery.origins import stated
from intrathecal_proofs.machinery.setting import Obligation, Question, Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Observer

HANDLERS = frozenset(
    f"intrathecal.handlers.{name}"
    for name in (
        "admitting",
        "barring",
        "boluses",
        "changing",
        "commissioning",
        "constant_flow",
        "failing",
        "filling",
        "porting",
        "prescribing",
        "pressing",
        "priming",
        "programming",
        "rereading",
        "responding",
        "scanning",
        "screening",
        "shifting",
    )
)
"""Where every way through is proven by itself, with the guards that lead there."""
ARMING = frozenset(["intrathecal.arming"])
"""What else is proven path by path."""
BEGINNINGS = (candidate, in_trial)
"""What makes the pumps that all others come from."""
REFUSED = Record(Verdict, {"accepted": terms.FALSE, "reason": terms.const(Reason.NONE), "earliest": terms.const(NEVER)})
"""The verdict of a refusal, for whatever reason."""


def beginning(code: Lifted) -> Iterator[Obligation]:
    """Every pump that others come from satisfies every claim, and so does every observer's beginning."""
    for begin in BEGINNINGS:
        symbols = Symbols()
        args = {name: symbols.arbitrary(hints_of(begin)[name], name) for name in parameters(begin)}
        lifter = code.lifter()
        pump = record(lifter.call(begin, *args.values()))
        given: dict[str, Value] = {**args, "pump": pump}
        reached = frozenset(lifter.reached)
        setting = Setting(f"begin {begin.__name__}", "*", given, tuple(symbols.facts), (), tuple(args), reached)
        yield from code.duties(setting, lifter.duties)
        setting = attrs.evolve(setting, proven=code.owed(lifter.duties))
        yield from code.kept(setting, pump, frozenset(STATE_CLAIMS))
        for observer in OBSERVERS.values():
            start = symbols.arbitrary(hints_of(observer.begin)["start"], "start")
            seen = code.lifter().call(observer.begin, start)
            watched = attrs.evolve(setting, values={**given, "seen": seen}, premises=tuple(symbols.facts))
            for name, claim in observed_claims(observer):
                if "before" not in parameters(claim) and code.wants(name):
                    yield Obligation(name, watched, code.claim(claim, watched.values, None))


class Crossing(StrEnum):
    """Where settling finds a bridge: each case is proven by itself."""

    NONE = ""
    ON_ITS_WAY = " in a bridge"
    ENDS = " as a bridge ends"


def crossing(code: Lifted, before: Record, at: Poly, case: Crossing) -> dict[Truth, bool]:
    """What the case decides."""
    bridge = record(before.fields["bridge"])
    none = terms.equal(number(bridge, "late"), terms.ZERO)
    if case is Crossing.NONE:
        return {none: True}
    lifter = code.lifter()
    delivered = lifter.call(delivered_until, before, at)
    arrived = lifter.call(arrives, bridge, delivered, lifter.call(falls_short, before))
    assert isinstance(arrived, Truth)
    return {none: False, arrived: case is Crossing.ENDS}


def settling(code: Lifted, missed: bool, case: Crossing) -> Iterator[Obligation]:
    """Settling keeps the invariants, and what observers see of it keeps their links."""
    symbols = Symbols()
    before = record(symbols.arbitrary(Pump, "before"))
    at = terms.variable("event.at")
    known = crossing(code, before, at, case)
    lifter = code.afresh(dict(known))
    settled = record(lifter.call(settle, before.fields["device"], before, at, terms.truth(missed)))
    given: dict[str, Value] = {"device": before.fields["device"], "before": before, "time": at, "settled": settled}
    setting = Setting(
        label=("settle missed time" if missed else "settle") + case,
        event=Missed.__name__ if missed else "*",
        values=given,
        premises=(*symbols.facts, *timely(before, at, missed), *taken(known)),
        proven=code.assume("before", before, armed=True) + code.products(given, None),
        inputs=("before", "time"),
        reached=frozenset(lifter.reached),
    )
    yield from code.duties(setting, lifter.duties)
    setting = attrs.evolve(setting, proven=setting.proven + code.owed(lifter.duties))
    yield from code.kept(setting, settled, code.always, dict(known))
    for watch in (watch for observer in OBSERVERS.values() for watch in watches_of(code, observer, missed, case)):
        signed = code.products({**given, "seen": watch.seen, "after": watch.idle}, None)
        watched = attrs.evolve(
            setting,
            values={**given, "seen": watch.seen},
            premises=(*setting.premises, *watch.facts, *watch.decided),
            proven=setting.proven + stated("seen", watch.held) + signed,
            inputs=("before", "time", "seen"),
            under=setting,
        )
        for name, truth in watch.kept:
            if code.wants(name):
                yield Obligation(name, watched, truth)


@attrs.frozen(eq=False)
class Watch:
    """An observer's arbitrary record before a step, and what settling makes of it."""

    seen: Record
    facts: tuple[Truth, ...]
    held: tuple[tuple[str, Truth], ...]
    """What is claimed of the record before the step, by claim."""
    idle: Record
    """A step that ends with the settled pump, and does nothing else."""
    kept: tuple[tuple[str, Truth], ...]
    """What is claimed of the record within such a step, before its end, by claim."""
    decided: tuple[Truth, ...]
    """What this way decides."""


@functools.lru_cache(maxsize=64)
def watch_of(code: Lifted, observer: Observer, missed: bool) -> Watch:
    """The watch that the observer keeps on settling, whatever happens in it."""
    (watch,) = _watches(code, observer, missed, {}, frozenset())
    return watch


def watches_of(code: Lifted, observer: Observer, missed: bool, case: Crossing) -> Iterator[Watch]:
    """The same in one case of a bridge; where the argument asks for it, on each way through the observer's following
    of it."""
    before = record(Symbols().arbitrary(Pump, "before"))
    known = crossing(code, before, terms.variable("event.at"), case)
    split = frozenset([observer.follow.__module__]) if observer.seen in PATH_BY_PATH else frozenset[str]()
    return _watches(code, observer, missed, known, split)


def _watches(
    code: Lifted, observer: Observer, missed: bool, known: dict[Truth, bool], split: frozenset[str]
) -> Iterator[Watch]:
    if any(each.validator for each in attrs.fields(observer.seen)):
        raise LiftError(f"{observer.seen.__name__}: nobody proves that what an observer sees keeps to ranges")
    symbols = Symbols()
    before = record(Symbols().arbitrary(Pump, "before"))
    device = before.fields["device"]
    at = terms.variable("event.at")
    seen = record(symbols.arbitrary(observer.seen, "seen"))
    event = Record(Missed if missed else Tick, {"at": at})
    claims = [(name, claim) for name, claim in observed_claims(observer) if "before" not in parameters(claim)]
    at_first: dict[str, Value] = {"device": device, "seen": seen, "pump": before}
    held = tuple((name, code.claim(claim, at_first, None)) for name, claim in claims)

    def follow(lifter: Lifter) -> Value:
        settled = code.settled(before, at, missed)
        if known:
            settled = record(code.afresh(dict(lifter.known)).call(settle, device, before, at, terms.truth(missed)))
        idle = idle_step(settled)
        return (idle, lifter.call(observer.follow, device, seen, before, event, idle))

    for way, _, value in paths(follow, code.lifter, split, known):
        assert isinstance(value, tuple)
        idle, followed = record(value[0]), value[1]
        after: dict[str, Value] = {"device": device, "seen": followed, "pump": idle.fields["pump"]}
        yield Watch(
            seen=seen,
            facts=tuple(symbols.facts),
            held=held,
            idle=idle,
            kept=tuple(
                (name, code.claim(claim, after, None, dict(way))) for name, claim in claims if code.within_a_step(claim)
            ),
            decided=tuple(taken({truth: decision for truth, decision in way.items() if truth not in known})),
        )


def idle_step(settled: Record) -> Record:
    """A step that ends with the settled pump, and does nothing else."""
    fields = {"pump": settled, "verdict": REFUSED, "command": settled.fields["command"]}
    fields["alarms"] = record(Symbols(declares=False).arbitrary(Step, "idle")).fields["alarms"]
    return Record(Step, fields)


def answering(code: Lifted, event: type) -> Iterator[Obligation]:
    """The event's handler keeps the invariants, on each way through its guards; and the requirements across a step hold
    for which it does not matter how the settled pump came about."""
    symbols = Symbols()
    settled = record(symbols.arbitrary(Pump, "settled"))
    happening = record(symbols.arbitrary(event, "event"))
    device = settled.fields["device"]
    premises = (*symbols.facts, terms.equal(number(happening, "at"), number(settled, "now")))
    kept = code.assume("settled", settled, armed=False)
    asked: set[Question] = set()
    refusal = refusing(code, settled, REFUSED, {})
    ways = paths(lambda lifter: lifter.call(answer, device, settled, happening), code.lifter, HANDLERS, {})
    for place, (known, lifter, after) in enumerate(ways):
        decided = record(record(lifter.calls["decide"][0].result).fields["pump"])
        given: dict[str, Value] = {"device": device, "settled": settled, "event": happening}
        if decided is not settled:
            given["decided"] = decided
        setting = Setting(
            label=f"decide {event.__name__}, path {place}",
            event=event.__name__,
            values=given,
            premises=(*premises, *taken(known)),
            proven=kept + code.products(given, event),
            inputs=("settled", "event"),
            reached=frozenset(lifter.reached),
        )
        duties = lifter.duties[: lifter.calls["decide"][0].duties]
        yield from code.duties(setting, duties)
        yield from code.duties(setting, lifter.duties[lifter.calls["finish"][0].duties :])
        if decided is not settled:
            setting = attrs.evolve(setting, proven=setting.proven + code.owed(duties))
            yield from code.kept(setting, decided, code.always)
        verdict = record(record(after).fields["verdict"])
        refused = verdict.fields["accepted"] is terms.FALSE
        whatever = premises if refused else setting.premises
        answered = Record(Step, {**refusal.fields, "verdict": verdict}) if refused else record(after)
        for obligation in told(code, setting, event, answered, whatever):
            question = (obligation.claim, obligation.goal, obligation.setting.premises)
            if question not in asked:
                yield obligation
            asked.add(question)


def refusing(
    code: Lifted, settled: Record, verdict: Record, known: dict[Truth, bool], decision: Record | None = None
) -> Record:
    """The step that refuses an event: the settled pump goes on as it was, and the same whatever led to the refusal."""
    decision = decision or Record(Decision, {"pump": settled, "verdict": verdict, "hold": terms.FALSE})
    armed = record(code.lifter(known).call(finish, settled.fields["device"], decision))
    told = code.lifter(known).call(report, settled.fields["alarms"], armed.fields["alarms"], armed.fields["now"])
    return Record(Step, {"pump": armed, "verdict": verdict, "command": armed.fields["command"], "alarms": told})


def told(
    code: Lifted, decided: Setting, event: type, after: Record, whatever: tuple[Truth, ...]
) -> Iterator[Obligation]:
    """Requirements across a step about what the settled pump answers.

    `whatever`: the premises for claims that do not depend on the reason of a refusal: all refusals leave the same, so
    that they are asked of all at once, and may rest on nothing that this way alone decides.
    """
    settled, armed = record(decided.values["settled"]), record(after.fields["pump"])
    given = {**decided.values, "armed": armed}
    then = record(given.get("decided", settled))
    held = code.assume("decided", then, armed=False) + code.assume("armed", armed, armed=True)
    setting = attrs.evolve(
        decided,
        values={**given, "before": settled, "after": after},
        proven=decided.proven + held + code.products(given, event),
    )
    at_large = attrs.evolve(setting, premises=whatever)
    for name, needed in REQUIREMENTS.items():
        claim = needed.function
        if across(claim, event) and code.wants(name) and code.told_by_the_answer(claim, event):
            asked = setting if code.asks_why(claim, event) else at_large
            yield Obligation(name, asked, code.claim(claim, setting.values, None))


def across(claim: Claim, event: type) -> bool:
    """Whether the claim is about every step of that event."""
    return "before" in parameters(claim) and observed(claim) is None and event in event_types_of(claim)


def arming(code: Lifted) -> Iterator[Obligation]:
    """Watching alarms and arming complete the invariants; what is said of the command is proven path by path."""
    symbols = Symbols()
    decision = record(symbols.arbitrary(Decision, "decision"))
    decided = record(decision.fields["pump"])
    device = decided.fields["device"]
    proven = code.assume("decided", decided, armed=False)

    def setting(label: str, lifter: Lifter, armed: Value, premises: list[Truth], more: dict[str, Value]) -> Setting:
        given = {"device": device, "decided": decided, "armed": armed, "decision": decision, **more}
        return Setting(
            label=label,
            event="*",
            values=given,
            premises=(*symbols.facts, *premises),
            proven=proven + code.products(given, None),
            inputs=("decision",),
            reached=frozenset(lifter.reached),
        )

    ways = paths(lambda lifter: lifter.call(finish, device, decision), code.lifter, ARMING, {})
    for place, (known, lifter, armed) in enumerate(ways):
        way = setting(f"arm, path {place}", lifter, armed, taken(known), {"at": terms.variable("at")})
        yield from code.duties(way, lifter.duties)
        way = attrs.evolve(way, proven=way.proven + code.owed(lifter.duties))
        yield from code.kept(way, record(armed), code.command_claims)
    lifter = code.lifter()
    whole = lifter.call(finish, device, decision)
    yield from code.kept(
        setting("arm", lifter, whole, [], {}), record(whole), frozenset(STATE_CLAIMS) - code.command_claims
    )
