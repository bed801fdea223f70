"""The inductive system: from the code, the requirements and the argument to obligations.

A step is settle, decide, arm. Each is run once on an arbitrary state that satisfies the invariants, and each must keep
them; so an invariant is proven for settling, for arming and for each handler, and holds in every state by induction
from the candidate pump. A requirement across a step is proven on the whole step, and may rest on all of that.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from intrathecal import Device
from intrathecal.alarming import report
from intrathecal.events import Event, Missed
from intrathecal.pump import Pump, candidate
from intrathecal.settling import settle
from intrathecal.stepping import decide, finish, step
from intrathecal.units import END, SLOT
from intrathecal.verdict import Decision, Step
from intrathecal_proofs.families import ARMED, CONTRACTS, INVARIANTS, LINKS, PRODUCTS, REQUIRES
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts, call_key
from intrathecal_proofs.machinery.lifter import Duty, Lifter, LiftError, Sources, paths
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Divisor, Index, Intermediate, Observer

ARMING = frozenset(["intrathecal.arming"])
"""What is proven path by path."""
TIMELINESS = frozenset(["intrathecal.stepping", "intrathecal_specs.time"])
"""Where a step asks whether its event is in time."""
STEPPING = "stepping.py:"
"""The file whose duties the stages do not yield: theirs are proven for any state that a step can bring there."""
IN_TIME = ""
OTHER_DEVICE = "other device"
TOO_EARLY = "too early"
TOO_LATE = "too far ahead"
AFTER_THE_END = "after the end"
CUT_SHORT = "cutting the command short"
CASES = (IN_TIME, OTHER_DEVICE, TOO_EARLY, TOO_LATE, AFTER_THE_END, CUT_SHORT)
"""How a step can begin: in time, or in one of the ways that `untimely` refuses."""
EVENTS: tuple[type, ...] = typing.get_args(Event)
"""Every event type."""
Claim = Callable[..., bool]
HANDLERS = frozenset(
    f"intrathecal.handlers.{name}" for name in ("boluses", "commissioning", "filling", "programming", "responding")
)
"""Where every way through is proven by itself, with the guards that lead there."""


@attrs.frozen(eq=False)
class Setting:
    """Arbitrary values, what may be assumed of them, and how a counterexample is run."""

    label: str
    """As in `decide Program`."""
    event: str
    """The event type's name, or `*` where the setting is the same for all."""
    values: Mapping[str, Value]
    """By the names that claims and products ask for."""
    premises: tuple[Truth, ...]
    proven: tuple[Truth, ...]
    """What other obligations establish, and this one may rest on."""
    inputs: tuple[str, ...]
    """Which of the values are arbitrary; the others are computed from them."""
    reached: frozenset[str]
    """Functions that were run."""
    known: Mapping[Truth, bool] = attrs.field(factory=dict)
    """Conditions that this way through the code decides."""
    own: Setting | None = None
    """Where every refusal shares this setting: the one of this way alone, for claims that take the step twice."""
    refused: bool = False
    """The event is refused, for whatever reason: every way to a refusal leaves the same, and is asked about once."""


@attrs.frozen(eq=False)
class Obligation:
    """One thing to prove."""

    claim: str
    """The requirement's or the lemma's name."""
    setting: Setting
    goal: Truth
    where: str = ""
    """File and line, for a duty."""

    @property
    def name(self) -> str:
        """As in `no_drug_appears_or_vanishes: settle`."""
        return f"{self.claim}: {self.setting.label}"


@functools.cache
def event_types_of(claim: Claim) -> tuple[type, ...]:
    """The event types that the claim's `event` may be."""
    hint = hints_of(claim)["event"]
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


@functools.cache
def hints_of(claim: Claim) -> dict[str, Any]:
    """The annotations of a claim's parameters."""
    return typing.get_type_hints(claim, include_extras=True)


@functools.cache
def parameters(claim: Claim) -> tuple[str, ...]:
    """The names of a claim's parameters."""
    return tuple(inspect.signature(claim).parameters)


@functools.cache
def observed(claim: Claim) -> Observer | None:
    """The observer whose record the claim asks for."""
    hints = hints_of(claim)
    return next((OBSERVERS[hint] for hint in hints.values() if isinstance(hint, type) and hint in OBSERVERS), None)


def is_state(claim: Claim) -> bool:
    """Whether the claim holds in every state."""
    return "pump" in parameters(claim) and observed(claim) is None and not calls_step(claim)


def calls_step(claim: Claim) -> bool:
    """Whether the claim itself takes steps."""
    return "step" in claim.__code__.co_names and "pump" in parameters(claim)


def claim_called(name: str) -> Claim | None:
    """The requirement, invariant or link of that name."""
    if name in REQUIREMENTS:
        return REQUIREMENTS[name].function
    return INVARIANTS.get(name) or LINKS.get(name)


STATE_CLAIMS: dict[str, Claim] = {
    **{name: r.function for name, r in REQUIREMENTS.items() if is_state(r.function)},
    **INVARIANTS,
}
"""Everything that is kept by induction."""


@attrs.frozen
class Task:
    """A piece of the system that is lifted by itself."""

    label: str
    obligations: Callable[[], Iterator[Obligation]]


@attrs.define(slots=False, eq=False)
class System:
    """Lifts the code once and yields obligations."""

    instead: Sources = attrs.field(factory=dict)
    wanted: frozenset[str] | None = None
    """The claims to yield obligations for; `None` is all."""
    contracts: LeafContracts = attrs.field(factory=LeafContracts)
    _settled: dict[bool, Record] = attrs.field(factory=dict)
    _leaves: dict[int, tuple[Value, dict[str, Poly | Truth]]] = attrs.field(factory=dict)
    _claimed: dict[tuple[object, ...], Truth] = attrs.field(factory=dict)

    def lifter(self, known: dict[Truth, bool] | None = None, split: frozenset[str] = frozenset()) -> Lifter:
        """A lifter of the code at hand, to which leaves are their contracts."""
        return Lifter(instead=self.instead, known=known or {}, split=split, contracts=self.contracts)

    # -- claims -------------------------------------------------------------------------------------------------

    def claim(
        self, claim: Claim, given: Mapping[str, Value], symbols: Symbols | None, known: dict[Truth, bool] | None = None
    ) -> Truth:
        """The claim's truth for these values; other parameters are arbitrary, and `symbols` collects their ranges."""
        hints = hints_of(claim)
        args = []
        for name in parameters(claim):
            if name not in given and symbols is None:
                raise KeyError(name)
            args.append(given[name] if name in given else symbols.arbitrary(hints[name], name))  # type: ignore[union-attr]
        truth = self.lifter(known).call(claim, *args)
        assert isinstance(truth, Truth)
        return truth

    @functools.cached_property
    def armed_only(self) -> frozenset[str]:
        """State claims that hold only once a step has ended: they read the command, or say so."""
        return frozenset(ARMED) | self.command_claims

    @functools.cached_property
    def command_claims(self) -> frozenset[str]:
        """State claims that read the command."""
        return frozenset(
            name for name in STATE_CLAIMS if any(path.startswith("pump.command") for path in self.read_by(name))
        )

    @functools.cached_property
    def always(self) -> frozenset[str]:
        """State claims that hold within a step too."""
        return frozenset(STATE_CLAIMS) - self.armed_only

    def state_truths(self, pump: Record, armed: bool) -> Iterator[tuple[str, Truth]]:
        """Every state claim that has no further parameters, for the pump; once armed or within a step."""
        given = {"device": pump.fields["device"], "pump": pump}
        for name, claim in STATE_CLAIMS.items():
            if set(parameters(claim)) <= {"device", "pump"} and (armed or name not in self.armed_only):
                yield name, self.state_claim(name, given)

    def state_claim(self, name: str, given: Mapping[str, Value]) -> Truth:
        """The state claim's truth, found anew only where something that it reads has changed."""
        leaves = self.leaves_of(given["pump"])
        key = (name, *(leaves[path] for path in self.read_by(name)))
        if key not in self._claimed:
            self._claimed[key] = self.claim(STATE_CLAIMS[name], given, None)
        return self._claimed[key]

    def leaves_of(self, pump: Value) -> dict[str, Poly | Truth]:
        """The pump's leaves by path, listed once a pump."""
        if id(pump) not in self._leaves:
            self._leaves[id(pump)] = (pump, dict(values.leaves(pump, "pump")))
        return self._leaves[id(pump)][1]

    @functools.cache  # noqa: B019
    def read_by(self, name: str) -> tuple[str, ...]:
        """The paths in the pump that a state claim depends on."""
        pump = Symbols().arbitrary(Pump, "pump")
        assert isinstance(pump, Record)
        truth = self.claim(STATE_CLAIMS[name], {"device": pump.fields["device"], "pump": pump}, Symbols())
        return tuple(sorted(v for v in variables(truth) if v.startswith("pump.")))

    def assume(self, pump: Record, armed: bool) -> tuple[Truth, ...]:
        """The invariants of the pump, conjunct by conjunct."""
        return tuple(c for _, truth in self.state_truths(pump, armed) for c in terms.conjuncts(truth))

    def products(self, given: Mapping[str, Value], event: type | None) -> tuple[Truth, ...]:
        """What signed products say of these values."""
        found = []
        for claim in PRODUCTS.values():
            if not set(parameters(claim)) <= set(given):
                continue
            if "event" in parameters(claim) and event not in event_types_of(claim):
                continue
            hints = hints_of(claim)
            if "seen" in given and "seen" in hints and given["seen"].of is not hints["seen"]:  # type: ignore[union-attr]
                continue
            pairs = self.lifter().call(claim, *(given[name] for name in parameters(claim)))
            assert isinstance(pairs, tuple)
            found += [_sign(a, b) for a, b in pairs]
        return tuple(dict.fromkeys(found))

    # -- settings -----------------------------------------------------------------------------------------------

    def setting(
        self,
        label: str,
        event: type | None,
        given: dict[str, Value],
        inputs: tuple[str, ...],
        premises: tuple[Truth, ...],
        proven: tuple[Truth, ...],
        reached: set[str],
    ) -> Setting:
        """A setting, with its products."""
        return Setting(
            label=label,
            event=event.__name__ if event else "*",
            values=given,
            premises=premises,
            proven=proven
            + (
                self.products(given, event) if {"settled", "armed", "decided", "rearmed", "result"} & set(given) else ()
            ),
            inputs=inputs,
            reached=frozenset(reached),
        )

    def tasks(self) -> list[Task]:
        """Everything to be proven, in pieces that can be lifted apart from each other."""
        found = [
            Task("begin", self.beginning),
            Task("settle", lambda: self.settling(missed=False)),
            Task("settle missed time", lambda: self.settling(missed=True)),
            Task("arm", self.arming),
            Task("alone", self.standing),
            Task("leaves", self.leaves),
        ]
        for event in EVENTS:
            found.append(Task(f"decide {event.__name__}", functools.partial(self.deciding, event)))
            found.append(Task(f"step {event.__name__}", functools.partial(self.stepping, event)))
        return found

    def wants(self, name: str) -> bool:
        """Whether obligations of this claim are to be yielded."""
        return self.wanted is None or name in self.wanted

    def kept(self, setting: Setting, pump: Record, claims: frozenset[str]) -> Iterator[Obligation]:
        """The obligations that the pump, as it has become, keeps these state claims."""
        given = {"device": pump.fields["device"], "pump": pump}
        for name, claim in STATE_CLAIMS.items():
            if name in claims and self.wants(name):
                symbols = Symbols()
                more = set(parameters(claim)) > {"device", "pump"}
                truth = self.claim(claim, given, symbols) if more else self.state_claim(name, given)
                yield Obligation(name, setting, terms.implication(terms.conjunction(*symbols.facts), truth))

    def duties(self, setting: Setting, duties: list[Duty]) -> Iterator[Obligation]:
        """The obligations that running the code was total and within width."""
        grouped: dict[tuple[str, str], list[Truth]] = {}
        for duty in dict.fromkeys(duties):
            name, given = _duty_claim(duty)
            truth = self.claim(REQUIREMENTS[name].function, {"number": given}, None) if given else duty.within
            goal = terms.implication(terms.conjunction(*duty.guard), truth)
            if goal is not terms.TRUE:
                grouped.setdefault((name, duty.where), []).append(goal)
        for (name, where), goals in grouped.items():
            if self.wants(name):
                yield Obligation(name, setting, terms.conjunction(*goals), where)

    def beginning(self) -> Iterator[Obligation]:
        """The candidate pump of any device satisfies every claim, and so does every observer's beginning."""
        symbols = Symbols()
        device = symbols.arbitrary(Device, "device")
        lifter = self.lifter()
        pump = lifter.call(candidate, device)
        assert isinstance(pump, Record)
        given: dict[str, Value] = {"device": device, "pump": pump}
        setting = self.setting("begin", None, given, ("device",), tuple(symbols.facts), (), lifter.reached)
        yield from self.kept(setting, pump, frozenset(STATE_CLAIMS))
        for observer in OBSERVERS.values():
            start = symbols.arbitrary(hints_of(observer.begin)["start"], "start")
            seen = self.lifter().call(observer.begin, start)
            watched = attrs.evolve(setting, values={**given, "seen": seen}, premises=tuple(symbols.facts))
            for name, claim in self.observed_claims(observer):
                if "before" not in parameters(claim):
                    yield Obligation(name, watched, self.claim(claim, watched.values, None))

    def observed_claims(self, observer: Observer) -> list[tuple[str, Claim]]:
        """Requirements and links that ask for the observer's record."""
        named = [(n, r.function) for n, r in REQUIREMENTS.items()] + list(LINKS.items())
        return [(name, claim) for name, claim in named if observed(claim) is observer]

    def settling(self, missed: bool) -> Iterator[Obligation]:
        """Settling keeps the invariants."""
        symbols = Symbols()
        before = symbols.arbitrary(Pump, "before")
        assert isinstance(before, Record)
        device = before.fields["device"]
        at = terms.variable("event.at")
        lifter = self.lifter()
        settled = lifter.call(settle, device, before, at, terms.truth(missed))
        assert isinstance(settled, Record)
        given: dict[str, Value] = {"device": device, "before": before, "time": at, "settled": settled}
        label = "settle missed time" if missed else "settle"
        premises = (*symbols.facts, *_timely(before, at, missed))
        setting = self.setting(
            label,
            Missed if missed else None,
            given,
            ("before", "time"),
            premises,
            self.assume(before, armed=True),
            lifter.reached,
        )
        yield from self.kept(setting, settled, self.always)
        yield from self.duties(setting, lifter.duties)

    def deciding(self, event: type) -> Iterator[Obligation]:
        """The event's handler keeps the invariants, on each way through its guards."""
        symbols = Symbols()
        settled = symbols.arbitrary(Pump, "settled")
        happening = symbols.arbitrary(event, "event")
        assert isinstance(settled, Record)
        assert isinstance(happening, Record)
        device = settled.fields["device"]
        now = terms.equal(_number(happening, "at"), _number(settled, "now"))
        kept = self.assume(settled, armed=False)
        ways = paths(lambda lifter: lifter.call(decide, device, settled, happening), self.lifter, HANDLERS, {})
        for number, (known, lifter, decision) in enumerate(ways):
            assert isinstance(decision, Record)
            decided = decision.fields["pump"]
            assert isinstance(decided, Record)
            given: dict[str, Value] = {"device": device, "settled": settled, "event": happening}
            if decided is not settled:
                given["decided"] = decided
            setting = self.setting(
                f"decide {event.__name__}, path {number}",
                event,
                given,
                ("settled", "event"),
                (*symbols.facts, now, *_taken(known)),
                kept,
                lifter.reached,
            )
            if decided is not settled:
                yield from self.kept(setting, decided, self.always)
            yield from self.duties(setting, lifter.duties)

    def arming(self) -> Iterator[Obligation]:
        """Watching alarms and arming complete the invariants; what is said of the command is proven path by path."""
        symbols = Symbols()
        decision = symbols.arbitrary(Decision, "decision")
        assert isinstance(decision, Record)
        decided = decision.fields["pump"]
        assert isinstance(decided, Record)
        device = decided.fields["device"]
        proven = self.assume(decided, armed=False)
        ways = paths(lambda lifter: lifter.call(finish, device, decision), self.lifter, ARMING, {})
        for number, (known, lifter, armed) in enumerate(ways):
            assert isinstance(armed, Record)
            given: dict[str, Value] = {
                "device": device,
                "decided": decided,
                "armed": armed,
                "decision": decision,
                "at": terms.variable("at"),
            }
            setting = self.setting(
                f"arm, path {number}",
                None,
                given,
                ("decision",),
                (*symbols.facts, *_taken(known)),
                proven,
                lifter.reached,
            )
            yield from self.kept(setting, armed, self.command_claims)
            yield from self.duties(setting, lifter.duties)
        lifter = self.lifter()
        armed = lifter.call(finish, device, decision)
        assert isinstance(armed, Record)
        given = {"device": device, "decided": decided, "armed": armed, "decision": decision}
        setting = self.setting("arm", None, given, ("decision",), tuple(symbols.facts), proven, lifter.reached)
        yield from self.kept(setting, armed, frozenset(STATE_CLAIMS) - self.command_claims)

    def stepping(self, event: type) -> Iterator[Obligation]:
        """Requirements across a whole step, refused for its time or device or not, and what observers see."""
        for case in CASES:
            if case == CUT_SHORT and event is not Missed:
                continue
            asked: set[tuple[str, Truth]] = set()
            for setting, duties in self.whole_steps(event, case):
                found = [*self.across(setting, event), *([] if case == OTHER_DEVICE else self.watched(setting, event))]
                for obligation in found:
                    if not setting.refused or (obligation.claim, obligation.goal) not in asked:
                        yield obligation
                    if setting.refused:
                        asked.add((obligation.claim, obligation.goal))
                yield from self.duties(setting, [duty for duty in duties if STEPPING in duty.where])

    def whole_steps(self, event: type, case: str) -> Iterator[tuple[Setting, list[Duty]]]:
        """A whole step, on each way through the handler: in time, or refused in one of the ways that leave the pump
        untouched."""
        symbols = Symbols()
        before = symbols.arbitrary(Pump, "before")
        happening = symbols.arbitrary(event, "event")
        assert isinstance(before, Record)
        assert isinstance(happening, Record)
        own = before.fields["device"]
        device = symbols.arbitrary(Device, "device") if case == OTHER_DEVICE else own
        known = _decided(case, device, before, happening)
        kept = self.assume(before, armed=True)
        inputs = ("device", "before", "event") if case == OTHER_DEVICE else ("before", "event")
        if case == IN_TIME:
            self.settled(before, _number(happening, "at"), event is Missed)
        ways = paths(
            lambda lifter: lifter.call(step, device, before, happening),
            self.lifter,
            HANDLERS,
            dict.fromkeys(known, True),
        )
        for number, (taken, lifter, after) in enumerate(ways):
            assert isinstance(after, Record)
            given: dict[str, Value] = {"device": device, "before": before, "event": happening, "after": after}
            proven = kept
            if case == IN_TIME:
                more, held = self.within(before, happening, after, taken)
                given |= more
                proven += held
            verdict = after.fields["verdict"]
            assert isinstance(verdict, Record)
            refused = verdict.fields["accepted"] is terms.FALSE
            apart: Setting | None = None
            if refused and case == IN_TIME:
                self.check_untouched(before, happening, taken)
                apart = self.setting(
                    f"step {event.__name__}, path {number}",
                    event,
                    {**given},
                    inputs,
                    (*symbols.facts, *_taken(taken)),
                    kept,
                    lifter.reached,
                )
                apart = attrs.evolve(apart, known=taken)
                given["after"] = after = self.refused_step(before, happening, verdict)
                taken = dict.fromkeys(known, True)
            label = f"step {event.__name__}" + (
                f" ({case})" if case else ", refused" if refused else f", path {number}"
            )
            premises = (*symbols.facts, *(known if refused else _taken(taken)))
            setting = self.setting(label, event, given, inputs, premises, tuple(dict.fromkeys(proven)), lifter.reached)
            yield attrs.evolve(setting, known=taken, refused=refused, own=apart), lifter.duties

    def within(
        self, before: Record, happening: Record, after: Record, taken: dict[Truth, bool]
    ) -> tuple[dict[str, Value], tuple[Truth, ...]]:
        """The stages of a step in time, and what is known of each."""
        settled = self.settled(before, _number(happening, "at"), happening.of is Missed)
        decision = self.lifter(taken).call(decide, before.fields["device"], settled, happening)
        assert isinstance(decision, Record)
        decided = decision.fields["pump"]
        armed = after.fields["pump"]
        assert isinstance(decided, Record)
        assert isinstance(armed, Record)
        held = self.assume(settled, armed=False) + self.assume(decided, armed=False) + self.assume(armed, armed=True)
        return {"settled": settled, "decided": decided, "armed": armed}, held

    def check_untouched(self, before: Record, happening: Record, taken: dict[Truth, bool]) -> None:
        """Raise `LiftError` unless the handler, on this way to a refusal, hands back the settled pump itself."""
        settled = self.settled(before, _number(happening, "at"), happening.of is Missed)
        decision = self.lifter(taken).call(decide, before.fields["device"], settled, happening)
        assert isinstance(decision, Record)
        if decision.fields["pump"] is not settled or decision.fields["hold"] is not terms.FALSE:
            raise LiftError(
                f"{happening.of.__name__}: a refusal must hand back the settled pump itself, and hold nothing"
            )

    def refused_step(self, before: Record, happening: Record, verdict: Record) -> Record:
        """What a step leaves that is refused in time: the handler has handed back the settled pump as it was, so this
        is the same for every reason."""
        known = dict.fromkeys(_timely(before, _number(happening, "at"), happening.of is Missed), True)
        settled = self.settled(before, _number(happening, "at"), happening.of is Missed)
        decision = Record(Decision, {"pump": settled, "verdict": verdict, "hold": terms.FALSE})
        armed = self.lifter(known).call(finish, before.fields["device"], decision)
        assert isinstance(armed, Record)
        told = self.lifter(known).call(report, before.fields["alarms"], armed.fields["alarms"], armed.fields["now"])
        fields = {"pump": armed, "verdict": verdict, "command": armed.fields["command"], "alarms": told}
        return Record(Step, fields)

    def settled(self, before: Record, at: Poly, missed: bool) -> Record:
        """The settled pump, lifted once."""
        if missed not in self._settled:
            args: tuple[Value, ...] = (before.fields["device"], before, at, terms.truth(missed))
            found = self.lifter().call(settle, *args)
            assert isinstance(found, Record)
            self._settled[missed] = found
            self.contracts.memory[call_key(settle, args)] = found
        return self._settled[missed]

    def across(self, setting: Setting, event: type) -> Iterator[Obligation]:
        """Requirements across the step."""
        for name, needed in REQUIREMENTS.items():
            claim = needed.function
            if "before" not in parameters(claim) or observed(claim) or event not in event_types_of(claim):
                continue
            if not self.wants(name):
                continue
            symbols = Symbols()
            twice = set(parameters(claim)) > {"device", "before", "event", "after"}
            asked = setting.own if twice and setting.own is not None else setting
            truth = self.claim(claim, asked.values, symbols, dict(asked.known))
            yield Obligation(name, asked, terms.implication(terms.conjunction(*symbols.facts), truth))

    def watched(self, setting: Setting, event: type) -> Iterator[Obligation]:
        """Requirements and links of observers, across the step."""
        given = setting.values
        before, after = given["before"], given["after"]
        assert isinstance(after, Record)
        for observer in OBSERVERS.values():
            symbols = Symbols()
            seen = symbols.arbitrary(observer.seen, "seen")
            followed = self.lifter().call(observer.follow, given["device"], seen, before, given["event"], after)
            claims = self.observed_claims(observer)
            if not any(self.wants(name) for name, _ in claims):
                continue
            held = [
                self.claim(c, {"device": given["device"], "seen": seen, "pump": before}, None)
                for _, c in claims
                if "before" not in parameters(c)
            ]
            watched = self.setting(
                setting.label,
                event,
                {**given, "seen": seen, "followed": followed},
                (*setting.inputs, "seen"),
                setting.premises + tuple(symbols.facts),
                setting.proven + tuple(c for truth in held for c in terms.conjuncts(truth)),
                set(setting.reached),
            )
            asked = {**given, "seen": followed, "pump": after.fields["pump"]}
            for name, claim in claims:
                if self.wants(name) and ("before" not in parameters(claim) or event in event_types_of(claim)):
                    yield Obligation(name, watched, self.claim(claim, asked, None))

    def standing(self) -> Iterator[Obligation]:
        """Requirements that are about no step of the pump, or that take steps themselves."""
        for name, needed in REQUIREMENTS.items():
            claim = needed.function
            if calls_step(claim):
                yield from self.from_any_state(name, claim)
            elif not {"pump", "before", "number"} & set(parameters(claim)):
                yield from self.alone(name, claim)

    def leaves(self) -> Iterator[Obligation]:
        """Every contract, of its function's own body."""
        for function, claim in CONTRACTS.items():
            symbols = Symbols()
            hints = hints_of(claim)
            given = {each: symbols.arbitrary(hints[each], each) for each in parameters(claim) if each != "result"}
            lifter = attrs.evolve(self.lifter(), contracts=self.contracts.without(function))
            given["result"] = lifter.call(function, *given.values())
            setting = self.setting(
                f"leaf {function.__name__}", None, given, tuple(given)[:-1], tuple(symbols.facts), (), lifter.reached
            )
            yield Obligation(claim.__name__, setting, self.claim(claim, given, None))
            owed: tuple[Truth, ...] = ()
            if function in REQUIRES:
                args = {name: value for name, value in given.items() if name != "result"}
                owed = terms.conjuncts(self.claim(REQUIRES[function], args, None))
            yield from self.duties(attrs.evolve(setting, premises=setting.premises + owed), lifter.duties)

    def from_any_state(self, name: str, claim: Claim) -> Iterator[Obligation]:
        """A requirement that takes steps from an arbitrary state: on each way in which their events are in time or not,
        and on which the first of them arms its command."""
        symbols = Symbols()
        before = symbols.arbitrary(Pump, "before")
        assert isinstance(before, Record)
        device = before.fields["device"]
        hints = hints_of(claim)
        more = {
            each: symbols.arbitrary(hints[each], each) for each in parameters(claim) if each not in ("device", "pump")
        }
        args = [{"device": device, "pump": before, **more}[each] for each in parameters(claim)]
        kept = self.assume(before, armed=True)
        ways = paths(lambda lifter: lifter.call(claim, *args), self.lifter, TIMELINESS | ARMING, {})
        for number, (known, lifter, goal) in enumerate(ways):
            assert isinstance(goal, Truth)
            given: dict[str, Value] = {"device": device, "before": before, **more}
            held = kept
            if lifter.finished:
                rearmed = lifter.finished[0]
                assert isinstance(rearmed, Record)
                given["rearmed"] = rearmed
                held += self.assume(rearmed, armed=True)
            setting = self.setting(
                f"any state, path {number}",
                None,
                given,
                ("before", *more),
                (*symbols.facts, *_taken(known)),
                held,
                lifter.reached,
            )
            yield Obligation(name, setting, goal)

    def alone(self, name: str, claim: Claim) -> Iterator[Obligation]:
        """A requirement about a function alone."""
        symbols = Symbols()
        hints = hints_of(claim)
        given = {each: symbols.arbitrary(hints[each], each) for each in parameters(claim)}
        lifter = self.lifter()
        goal = lifter.call(claim, *given.values())
        assert isinstance(goal, Truth)
        setting = self.setting("alone", None, given, tuple(given), tuple(symbols.facts), (), lifter.reached)
        yield Obligation(name, setting, goal)
        yield from self.duties(setting, lifter.duties)


def _number(record: Record, field: str) -> Poly:
    found = record.fields[field]
    assert isinstance(found, Poly)
    return found


def _record(record: Record, field: str) -> Record:
    found = record.fields[field]
    assert isinstance(found, Record)
    return found


def _sign(a: Value, b: Value) -> Truth:
    assert isinstance(a, Poly)
    assert isinstance(b, Poly)
    both = terms.conjunction(terms.at_most(terms.ZERO, a), terms.at_most(terms.ZERO, b))
    return terms.implication(both, terms.at_most(terms.ZERO, terms.multiply(a, b)))


def _taken(known: Mapping[Truth, bool]) -> list[Truth]:
    """What is decided, conjunct by conjunct."""
    decided = (truth if way else terms.negation(truth) for truth, way in known.items())
    return [part for truth in decided for part in terms.conjuncts(truth)]


def _timely(before: Record, at: Poly, missed: bool) -> list[Truth]:
    """What holds of an event in time, in the order in which `untimely` asks."""
    now = _number(before, "now")
    found = [
        terms.at_most(now, at),
        terms.at_most(at, terms.add(now, terms.const(SLOT))),
        terms.at_most(at, terms.const(END)),
    ]
    if missed:
        found.append(terms.at_most(_number(_record(before, "command"), "until"), at))
    return found


def _decided(case: str, device: Value, before: Record, happening: Record) -> list[Truth]:
    """What the case says of an event's time and device."""
    if case == OTHER_DEVICE:
        return [terms.negation(values.same(device, before.fields["device"]))]
    timely = _timely(before, _number(happening, "at"), happening.of is Missed)
    if case == IN_TIME:
        return timely
    wrong = (TOO_EARLY, TOO_LATE, AFTER_THE_END, CUT_SHORT).index(case)
    return [*timely[:wrong], terms.negation(timely[wrong])]


def _duty_claim(duty: Duty) -> tuple[str, Record | None]:
    if duty.what == "width":
        return "every_intermediate_value_fits_64_bits", Record(Intermediate, {"value": duty.subject})
    if duty.what == "divisor":
        return "nothing_is_divided_by_zero", Record(Divisor, {"value": duty.subject})
    if duty.what == "index":
        place = {"place": duty.subject, "size": terms.const(duty.size)}
        return "nothing_is_looked_up_outside_a_tuple", Record(Index, place)
    return duty.what, None


@functools.cache
def variables(truth: Truth | Poly) -> frozenset[str]:
    """The names of the free variables."""
    if isinstance(truth, Truth):
        if truth.kind == "proposition":
            return frozenset([str(truth.args[0])])
        return frozenset().union(*(variables(a) for a in truth.args if isinstance(a, Truth | Poly)))
    found: set[str] = set()
    for monomial, _ in truth.items:
        for index in monomial:
            atom = terms.atom_at(index)
            if isinstance(atom, terms.Variable):
                found.add(atom.name)
            elif isinstance(atom, terms.Choice):
                found |= variables(atom.condition) | variables(atom.then) | variables(atom.other)
            else:
                assert isinstance(atom, terms.Quotient)
                found |= variables(atom.dividend) | variables(atom.divisor)
    return frozenset(found)
