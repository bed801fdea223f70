"""The code at hand, lifted: what claims say of its values, and what may be assumed of a pump."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

import attrs

from intrathecal.events import Missed
from intrathecal.pump import Pump
from intrathecal.settling import settle
from intrathecal.verdict import Step
from intrathecal_proofs.families import ARMED, PRODUCTS
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.claims import STATE_CLAIMS, Claim, event_types_of, hints_of, parameters
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts, call_key, read_in
from intrathecal_proofs.machinery.lifter import Lifter, Memory
from intrathecal_proofs.machinery.origins import note, note_pump, stated
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.sources import Sources
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value
from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.requirement import Divisor, Index, Intermediate, Part

STAGES = frozenset(["settled", "armed", "decided", "rearmed", "result", "old"])
"""Values that signed products speak of; without one of them none is worth stating."""


@attrs.define(slots=False, eq=False)
class Lifted:
    """The core, with the source as shipped or with some functions replaced."""

    instead: Sources = attrs.field(factory=dict)
    wanted: frozenset[str] | None = None
    """The claims to yield obligations for; `None` is all."""
    accepting: bool = False
    """Only events that are accepted are looked at."""
    contracts: LeafContracts = attrs.field(factory=LeafContracts)
    memory: Memory = attrs.field(factory=dict)
    _settled: dict[bool, Record] = attrs.field(factory=dict)
    _leaves: dict[int, tuple[Value, dict[str, Poly | Truth]]] = attrs.field(factory=dict)
    _claimed: dict[tuple[object, ...], Truth] = attrs.field(factory=dict)
    _products: dict[tuple[object, ...], tuple[Truth, ...]] = attrs.field(factory=dict)

    def lifter(
        self, known: dict[Truth, bool] | None = None, split: frozenset[str] = frozenset(), choices: bool = True
    ) -> Lifter:
        """A lifter of the code at hand, to which leaves are their contracts."""
        return Lifter(
            instead=self.instead,
            known=known or {},
            split=split,
            choices=choices,
            accepting=self.accepting,
            contracts=self.contracts,
            memory=self.memory,
        )

    def wants(self, name: str) -> bool:
        """Whether obligations of this claim are to be yielded."""
        return self.wanted is None or name in self.wanted

    def settled(self, before: Record, at: Poly, missed: bool) -> Record:
        """The settled pump, lifted once; from then on whole steps know it by that."""
        if missed not in self._settled:
            args: tuple[Value, ...] = (before.fields["device"], before, at, terms.truth(missed))
            found = record(self.lifter().call(settle, *args))
            self._settled[missed] = found
            self.contracts.memory[call_key(settle, args)] = found
            self.memory.clear()
        return self._settled[missed]

    def afresh(self, known: dict[Truth, bool] | None = None, split: frozenset[str] = frozenset()) -> Lifter:
        """A lifter to which only leaves are their contracts: settling is its source."""
        return attrs.evolve(self.lifter(known, split), contracts=self._leaves_alone)

    @functools.cached_property
    def _leaves_alone(self) -> LeafContracts:
        return self.contracts.without(*self.contracts.own)

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

    @functools.cache  # noqa: B019
    def read_by(self, name: str) -> tuple[str, ...]:
        """The paths in the pump that a state claim depends on."""
        pump = record(Symbols().arbitrary(Pump, "pump"))
        truth = self.claim(STATE_CLAIMS[name], {"device": pump.fields["device"], "pump": pump}, Symbols())
        return tuple(sorted(each for each in read_in(truth) if each.startswith("pump.")))

    @functools.cache  # noqa: B019
    def untouched_by_settling(self, missed: bool) -> frozenset[str]:
        """The paths in the pump that settling hands on as they were."""
        before = record(Symbols().arbitrary(Pump, "before"))
        settled = self.settled(before, terms.variable("event.at"), missed)
        was = dict(values.leaves(before, "before"))
        return frozenset(path for path, leaf in values.leaves(settled, "before") if leaf is was[path])

    @functools.cache  # noqa: B019
    def told_by_the_answer(self, claim: Claim, event: type) -> bool:
        """Whether a claim across a step reads of the pump before it only what settling does not touch: then it is about
        what the settled pump answers, whatever led there."""
        if set(parameters(claim)) - {"device", "before", "event", "after"}:
            return False
        read = {name for name in self._read_across(claim, event) if name.startswith("before.")}
        return read <= self.untouched_by_settling(event is Missed)

    def asks_why(self, claim: Claim, event: type) -> bool:
        """Whether a claim across a step depends on the reason for which the step refuses, or on the time it tells."""
        return not {"after.verdict.reason", "after.verdict.earliest"}.isdisjoint(self._read_across(claim, event))

    @functools.cache  # noqa: B019
    def _read_across(self, claim: Claim, event: type) -> frozenset[str]:
        """The paths in before, event and after that a claim across a step depends on."""
        symbols = Symbols()
        before = record(symbols.arbitrary(Pump, "before"))
        given: dict[str, Value] = {
            "device": before.fields["device"],
            "before": before,
            "event": symbols.arbitrary(event, "event"),
            "after": symbols.arbitrary(Step, "after"),
        }
        return read_in(self.claim(claim, given, symbols))

    @functools.cache  # noqa: B019
    def within_a_step(self, claim: Claim) -> bool:
        """Whether a claim about an observer's record reads nothing of what only the end of a step brings: the command,
        and the alarms as they are stored."""
        symbols = Symbols()
        pump = record(symbols.arbitrary(Pump, "pump"))
        read = read_in(self.claim(claim, {"device": pump.fields["device"], "pump": pump}, symbols))
        return not any(name.startswith(("pump.command", "pump.alarms")) for name in read)

    # -- what may be assumed ------------------------------------------------------------------------------------

    def state_truths(self, pump: Record, armed: bool) -> Iterator[tuple[str, Truth]]:
        """Every state claim that has no further parameters, for the pump; once armed or within a step."""
        given = {"device": pump.fields["device"], "pump": pump}
        for name, claim in STATE_CLAIMS.items():
            if set(parameters(claim)) <= {"device", "pump"} and (armed or name not in self.armed_only):
                yield name, self.state_claim(name, given)

    def state_claim(self, name: str, given: Mapping[str, Value]) -> Truth:
        """The state claim's truth, found anew only where something that it reads has changed."""
        key = (name, *self.read_of(name, given["pump"]))
        if key not in self._claimed:
            self._claimed[key] = self.claim(STATE_CLAIMS[name], given, None)
        return self._claimed[key]

    def read_of(self, name: str, pump: Value) -> tuple[Poly | Truth, ...]:
        """What a state claim reads of the pump."""
        leaves = self._leaves_of(pump)
        return tuple(leaves[path] for path in self.read_by(name))

    def _leaves_of(self, pump: Value) -> dict[str, Poly | Truth]:
        """The pump's leaves by path, listed once a pump."""
        if id(pump) not in self._leaves:
            self._leaves[id(pump)] = (pump, dict(values.leaves(pump, "pump")))
        return self._leaves[id(pump)][1]

    def assume(self, role: str, pump: Record, armed: bool, lemmas: frozenset[str] | None = None) -> tuple[Truth, ...]:
        """The invariants of the pump, or those of them that are named, conjunct by conjunct; `role`: what the pump is
        in the step, as in `settled`."""
        note_pump(role, pump)
        named = self.state_truths(pump, armed)
        return stated(role, (each for each in named if lemmas is None or each[0] in lemmas))

    def products(self, given: Mapping[str, Value], event: type | None) -> tuple[Truth, ...]:
        """What signed products say of these values."""
        if not STAGES & set(given):
            return ()
        found: list[Truth] = []
        for claim in PRODUCTS.values():
            if not set(parameters(claim)) <= set(given):
                continue
            if "event" in parameters(claim) and event not in event_types_of(claim):
                continue
            hints = hints_of(claim)
            if "seen" in given and "seen" in hints and given["seen"].of is not hints["seen"]:  # type: ignore[union-attr]
                continue
            found += self._signed(claim, tuple(given[name] for name in parameters(claim)))
        return tuple(dict.fromkeys(found))

    def _signed(self, claim: Callable[..., object], args: tuple[Value, ...]) -> tuple[Truth, ...]:
        """What the signed products of one claim say of these values, found once."""
        key = call_key(claim, args)
        if key not in self._products:
            pairs = self.lifter().call(claim, *args)
            assert isinstance(pairs, tuple)
            self._products[key] = tuple(signed(a, b) for a, b in pairs)
        for place, truth in enumerate(self._products[key]):
            note(f"{claim.__name__}[{place}]", [truth])
        return self._products[key]

    # -- obligations that every stage has -----------------------------------------------------------------------

    def kept(
        self, setting: Setting, pump: Record, claims: frozenset[str], known: dict[Truth, bool] | None = None
    ) -> Iterator[Obligation]:
        """The obligations that the pump, as it has become, keeps these state claims; `known`: what is decided."""
        given = {"device": pump.fields["device"], "pump": pump}
        for name, claim in STATE_CLAIMS.items():
            if name in claims and self.wants(name):
                symbols = Symbols()
                more = set(parameters(claim)) > {"device", "pump"}
                whole = more or known
                truth = self.claim(claim, given, symbols, known) if whole else self.state_claim(name, given)
                yield Obligation(name, setting, terms.implication(terms.conjunction(*symbols.facts), truth))

    def duties(self, setting: Setting, duties: list[Duty]) -> Iterator[Obligation]:
        """The obligations that running the code was total and within width.

        What contracts ask of their arguments is proven call by call, each resting on those before it; all else rests on
        them.
        """
        grouped = self._grouped(duties)
        asked = [key for key in grouped if key[0] not in REQUIREMENTS]
        for name, where in [*asked, *(key for key in grouped if key[0] in REQUIREMENTS)]:
            goals = grouped[name, where]
            if self.wants(name):
                yield Obligation(name, setting, terms.conjunction(*goals), where)
            if name not in REQUIREMENTS:
                note(f"owed: {name}", goals)
                setting = attrs.evolve(setting, proven=(*setting.proven, *goals))

    def owed(self, duties: list[Duty]) -> tuple[Truth, ...]:
        """What contracts ask of the arguments of calls, conjunct by conjunct: proven with the duties, so that all else
        may rest on it. Where functions are replaced it may not hold, and nothing rests on it."""
        if self.instead:
            return ()
        grouped = self._grouped(duties)
        owed = [(name, goal) for (name, _), goals in grouped.items() if name not in REQUIREMENTS for goal in goals]
        return tuple(dict.fromkeys(stated("owed", owed)))

    def _grouped(self, duties: list[Duty]) -> dict[tuple[str, str], list[Truth]]:
        """By claim and place: what is to be proven."""
        grouped: dict[tuple[str, str], list[Truth]] = {}
        for duty in dict.fromkeys(duties):
            name, given = _duty_claim(duty)
            truth = self.claim(REQUIREMENTS[name].function, {"number": given}, None) if given else duty.within
            goal = terms.implication(terms.conjunction(*duty.guard), truth)
            if goal is not terms.TRUE:
                grouped.setdefault((name, duty.where), []).append(goal)
        return grouped


def number(of: Record, field: str) -> Poly:
    """A field that is a whole number."""
    found = of.fields[field]
    assert isinstance(found, Poly)
    return found


def record(value: Value) -> Record:
    """The value, which is a record."""
    assert isinstance(value, Record)
    return value


def taken(known: Mapping[Truth, bool]) -> list[Truth]:
    """What a way through the code decides, conjunct by conjunct."""
    decided = (truth if way else terms.negation(truth) for truth, way in known.items())
    return [part for truth in decided for part in terms.conjuncts(truth)]


def signed(a: Value, b: Value) -> Truth:
    """That the product of two factors is at least 0 where both of them are."""
    assert isinstance(a, Poly)
    assert isinstance(b, Poly)
    both = terms.conjunction(terms.at_most(terms.ZERO, a), terms.at_most(terms.ZERO, b))
    return terms.implication(both, terms.at_most(terms.ZERO, terms.multiply(a, b)))


def _duty_claim(duty: Duty) -> tuple[str, Record | None]:
    if duty.what == "width":
        return "every_intermediate_value_fits_64_bits", Record(Intermediate, {"value": duty.subject})
    if duty.what == "divisor":
        return "nothing_is_divided_by_zero", Record(Divisor, {"value": duty.subject})
    if duty.what == "index":
        place = {"place": duty.subject, "size": terms.const(duty.span[1] + 1)}
        return "nothing_is_looked_up_outside_a_tuple", Record(Index, place)
    if duty.what == "range":
        low, high = map(terms.const, duty.span)
        return "a_record_is_given_what_it_takes", Record(Part, {"value": duty.subject, "low": low, "high": high})
    return duty.what, None
