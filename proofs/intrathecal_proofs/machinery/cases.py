"""How a step can begin: in time, or in one of the ways in which it is refused before anything is settled."""

from __future__ import annotations

from intrathecal.device import Drive
from intrathecal.events import Missed
from intrathecal.pump import Phase
from intrathecal.units import END, SLOT
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.lifted import number, record
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value

IN_TIME = ""
OTHER_DEVICE = "other device"
TOO_EARLY = "too early"
TOO_LATE = "too far ahead"
AFTER_THE_END = "after the end"
BEYOND_THE_FLOW = "beyond the command of a constant flow"
CUT_SHORT = "cutting the command short, or of a constant flow"
CASES = (IN_TIME, OTHER_DEVICE, TOO_EARLY, TOO_LATE, AFTER_THE_END, BEYOND_THE_FLOW, CUT_SHORT)
"""All of them."""


def cases_of(event: type) -> tuple[str, ...]:
    """The cases that an event of that type can be."""
    return CASES if event is Missed else CASES[:-1]


def timely(before: Record, at: Poly, missed: bool) -> list[Truth]:
    """What holds of an event in time, in the order in which `untimely` asks."""
    now = number(before, "now")
    until = number(record(before.fields["command"]), "until")
    constant = terms.equal(number(record(before.fields["device"]), "drive"), terms.const(Drive.CONSTANT_FLOW))
    implanted = terms.equal(number(before, "phase"), terms.const(Phase.IMPLANTED))
    found = [
        terms.at_most(now, at),
        terms.at_most(at, terms.add(now, terms.const(SLOT))),
        terms.at_most(at, terms.const(END)),
        terms.negation(terms.conjunction(constant, implanted, terms.below(until, at))),
    ]
    if missed:
        found.append(terms.negation(terms.disjunction(constant, terms.below(at, until))))
    return found


def decided_by(case: str, device: Value, before: Record, happening: Record) -> list[Truth]:
    """What the case says of an event's time and device."""
    if case == OTHER_DEVICE:
        return [terms.negation(values.same(device, before.fields["device"]))]
    asked = timely(before, number(happening, "at"), happening.of is Missed)
    if case == IN_TIME:
        return asked
    wrong = (TOO_EARLY, TOO_LATE, AFTER_THE_END, BEYOND_THE_FLOW, CUT_SHORT).index(case)
    return [*asked[:wrong], terms.negation(asked[wrong])]
