"""The inductive system as one transition system in VMT-LIB: the pump, every step that it can take, what holds of it.

It is lifted whole, with branches joined and every leaf's own body, and its arithmetic is exact.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import attrs

from intrathecal import Pump
from intrathecal.beginning import candidate, in_trial
from intrathecal.stepping import step
from intrathecal_proofs.evidence.obligation_text import Names, english_of, id_of
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.claims import EVENTS, STATE_CLAIMS, hints_of, parameters
from intrathecal_proofs.machinery.lifted import record
from intrathecal_proofs.machinery.lifter import Lifter, Memory
from intrathecal_proofs.machinery.smt import Script
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value

KIND = "event.kind"
"""The input that says which event comes: its place among `EVENTS`."""
DEEP = 20_000
"""Frames: terms of 48 slots nest that deep, and no deeper."""
HEADER = """\
; The inductive system of `intrathecal` in VMT-LIB: state variables are the leaves of the pump, its device included.
; Inputs are the kind of an event, its leaves, and what properties ask of beside the pump. A leaf that an event does not
; have is not looked at. The event is for the pump's own device; one for another device changes nothing.
; init: the pump of a candidate, and of a patient whose trial begins. trans: one step, whatever it answers. A pump that
; takes over from another is left out: obligations of their own show that it has the same properties.
; The properties are the requirements and invariants on states. Quotients are SMT-LIB's `div`: divisors are above 0
; wherever a quotient is looked at, which obligations of their own show.
"""
"""What the file says of itself."""


@attrs.define
class _System:
    """The text under construction, and the pump that everything is said of."""

    pump: Record
    after: Record
    facts: tuple[Truth, ...]
    """What the types say of the pump."""
    script: Script = attrs.field(factory=lambda: Script(exact=True, divides=True))
    memory: Memory = attrs.field(factory=dict)

    def text(self, leaf: Poly | Truth) -> str:
        """Define the leaf; its name."""
        return self.script.number(leaf) if isinstance(leaf, Poly) else self.script.define(leaf)

    def defined(self, name: str, parts: Iterable[str], note: str = "") -> Iterator[str]:
        """What parts are made of, and the name for all of them together."""
        said = [*parts]
        yield from self.script.taken()
        both = f"(and true\n  {chr(10).join(said).replace(chr(10), chr(10) + '  ')})"
        yield f"(define-fun {name} () Bool {f'(! {both} {note})' if note else both})"

    def becoming(self, next_one: Record, now: Value) -> Iterator[str]:
        """That each leaf of the one is what the other's is."""
        for (_, leaf), (_, value) in zip(values.leaves(next_one), values.leaves(now), strict=True):
            yield f"(= {self.text(leaf)} {self.text(value)})"

    def facts_of(self, facts: Iterable[Truth]) -> list[str]:
        """Each of them by its name."""
        return [self.script.define(fact) for fact in facts]


def system_lines(events: tuple[type, ...] = EVENTS) -> Iterator[str]:
    """The lines of the file, in which these events can happen.

    Terms are worked through by recursion: the interpreter is given room for that.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))
    names = Names()
    yield from HEADER.splitlines()
    yield "(set-logic QF_NIA)"
    yield from names.given_to(_lines(events))
    yield "(assert true)"


def _lines(events: tuple[type, ...]) -> Iterator[str]:
    symbols = Symbols()
    pump, after = record(symbols.arbitrary(Pump, "pump")), record(Symbols().arbitrary(Pump, "next"))
    system = _System(pump, after, tuple(symbols.facts))
    yield from _state(system)
    yield from _init(system)
    yield from _trans(system, events)
    yield from _properties(system)


def _state(system: _System) -> Iterator[str]:
    pairs = zip(values.leaves(system.pump, "pump"), values.leaves(system.after), strict=True)
    for place, ((_, now), (_, later)) in enumerate(pairs):
        kind = "Int" if isinstance(now, Poly) else "Bool"
        said = f"(define-fun state{place} () {kind} (! {system.text(now)} :next {system.text(later)}))"
        yield from system.script.taken()
        yield said


def _init(system: _System) -> Iterator[str]:
    device, protocol = system.pump.fields["device"], record(system.pump.fields["trial"]).fields["protocol"]
    yield from system.defined("types", system.facts_of(system.facts))
    begun = {
        "candidate": Lifter().call(candidate, device),
        "in_trial": Lifter().call(in_trial, device, protocol),
    }
    for name, pump in begun.items():
        yield from system.defined(name, system.becoming(system.pump, pump))
    yield "(define-fun init () Bool (! (and types (or candidate in_trial)) :init true))"


def _trans(system: _System, events: tuple[type, ...]) -> Iterator[str]:
    kind = terms.variable(KIND)
    cases, choices = [], []
    for event in events:
        happens = system.text(terms.equal(kind, terms.const(EVENTS.index(event))))
        yield from _step(system, event)
        cases.append(happens)
        choices.append(f"(=> {happens} step.{event.__name__})")
    parts = "\n  ".join([f"(or {' '.join(cases)} false)", *choices])
    yield f"(define-fun trans () Bool (! (and\n  {parts}) :trans true))"


def _step(system: _System, event: type) -> Iterator[str]:
    symbols = Symbols()
    happening = symbols.arbitrary(event, "event")
    lifter = Lifter(memory=system.memory)
    stepped = record(lifter.call(step, system.pump.fields["device"], system.pump, happening))
    facts = system.facts_of(symbols.facts)
    yield from system.defined(
        f"step.{event.__name__}", [*facts, *system.becoming(system.after, stepped.fields["pump"])]
    )


def _properties(system: _System) -> Iterator[str]:
    yield "; what the types say of the pump"
    yield "(define-fun property0 () Bool (! types :invar-property 0))"
    given: dict[str, Value] = {"device": system.pump.fields["device"], "pump": system.pump}
    for place, (name, claim) in enumerate(STATE_CLAIMS.items(), start=1):
        symbols = Symbols()
        hints = hints_of(claim)
        more = {
            each: symbols.arbitrary(hints[each], f"{name}.{each}") for each in parameters(claim) if each not in given
        }
        holds = Lifter().call(claim, *({**given, **more}[each] for each in parameters(claim)))
        assert isinstance(holds, Truth)
        said = system.script.define(terms.implication(terms.conjunction(*symbols.facts), holds))
        yield from system.script.taken()
        yield f"; {id_of(name)} {name}: {english_of(name)}"
        yield f"(define-fun property{place} () Bool (! {said} :invar-property {place}))"
