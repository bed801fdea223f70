"""A run-time monitor: every requirement, and every lemma that they rest on, asked of what really happens to one pump.

A host that wants to know more than the proofs say of its own run asks `broken_by_state` and `broken_by_step`, which
need no history; a `Monitor` follows the whole history, and asks the requirements that look back on it too.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, combinations, product
from typing import Any

import attrs

from intrathecal import ALARMS, Authority, Device, Event, Pump, Step
from intrathecal.pump import Alarms
from intrathecal.units import DAY, END, NEVER, SLOT
from intrathecal_proofs.families import INVARIANTS, LINKS
from intrathecal_proofs.machinery.claims import Claim, about_a_transfer, event_types_of, hints_of, observed, parameters
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Instant, Observer
from intrathecal_specs.words import before_implantation

NEW_PERIOD_EVERY = DAY // 2
"""s: how often the monitor begins to watch new periods of 24 hours."""
OVER_AFTER = DAY + SLOT
"""s: so long after its start nothing falls into a watched period, or its slots, any more, and it is dropped."""


@attrs.frozen
class Violation:
    """A requirement or lemma that does not hold, and the values for which it does not."""

    name: str
    values: Mapping[str, Any]
    """By parameter."""


@attrs.frozen
class Watch:
    """What the record of an observer has become."""

    observer: Observer
    start: int
    """s: what it began with."""
    seen: Any


def broken_by_state(pump: Pump) -> list[Violation]:
    """The claims about every state that the pump breaks: none, if all is well."""
    return broken(STATES, {"device": pump.device, "pump": pump})


def broken_by_step(device: Device, before: Pump, event: Event, after: Step) -> list[Violation]:
    """The claims about every step that this one breaks: none, if all is well."""
    return broken(STEPS[type(event)], {"device": device, "before": before, "event": event, "after": after})


def broken_by_transfer(old: Pump, device: Device, authority: Authority, after: Step) -> list[Violation]:
    """The claims about every transfer that this one breaks, or about the pump that takes over: none, if all is well."""
    given = {"old": old, "device": device, "authority": authority, "after": after}
    return broken(TRANSFERS, given) + broken_by_state(after.pump)


class Monitor:
    """Follows one pump from its beginning."""

    def __init__(self, device: Device, pump: Pump) -> None:
        """Raises `ValueError` for a pump that has a history already, which no observer has seen."""
        self.device = device
        self._watches: list[Watch] = []
        for observer in OBSERVERS.values():
            self._begin(observer, -DAY - 1)
        for observer in PERIODIC:
            for start in (-DAY // 2, -1):
                self._begin(observer, start)
        self._begun_at = NEVER
        self._begin_periods(pump)
        if not before_implantation(pump) or self._broken_history(pump):
            raise ValueError("pump: a monitor follows a pump from its beginning, when it is still in its box")

    def _broken_history(self, pump: Pump) -> list[Violation]:
        """What observers that begin now would find broken."""
        given = {"device": self.device, "pump": pump}
        return [
            violation
            for watch in self._watches
            for violation in broken(OBSERVED[watch.observer.seen, None], {**given, "seen": watch.seen})
        ]

    def watch(self, before: Pump, event: Event, after: Step, device: Device | None = None) -> list[Violation]:
        """What the step breaks, the state that it leaves, or the whole history with it: none, if all is well.

        `device`: the one that the event was for, if it was not the monitor's own.
        """
        of = self.device if device is None else device
        self.follow(before, event, after, of)
        found = broken_by_step(of, before, event, after) + broken_by_state(after.pump)
        given = {"device": of, "pump": after.pump, "before": before, "event": event, "after": after}
        for watch in self._watches:
            given["seen"] = watch.seen
            found += broken(OBSERVED[watch.observer.seen, type(event)], given)
        return found

    def follow(self, before: Pump, event: Event, after: Step, device: Device) -> None:
        """Let every observer see the step, and ask nothing."""
        self._begin_periods(before)
        self._watches = [
            Watch(w.observer, w.start, w.observer.follow(device, w.seen, before, event, after))
            for w in self._watches
            if w.observer not in PERIODIC or after.pump.now <= w.start + OVER_AFTER
        ]

    @property
    def watches(self) -> tuple[Watch, ...]:
        """What the observers have seen until now."""
        return tuple(self._watches)

    def _begin(self, observer: Observer, start: int) -> None:
        self._watches.append(Watch(observer, start, observer.begin(start)))

    def _begin_periods(self, pump: Pump) -> None:
        """Watch new periods from now, an odd time and the end of the slot on. Nothing falls into a period before its
        start, so its observer may begin at any time up to that."""
        if pump.now >= self._begun_at + NEW_PERIOD_EVERY:
            self._begun_at = pump.now
            for observer in PERIODIC:
                for start in (pump.now, pump.now + 1_237, pump.window.ends):
                    self._begin(observer, start)


def _instants(given: Mapping[str, Any], count: int) -> Iterator[tuple[int, ...]]:
    """So many times around the command of the pump, in order: now, in between, its end, one past it; and far away."""
    pump = given["pump"]
    until = pump.command.until
    times = sorted({pump.now, (pump.now + until) // 2, until, until + 1})
    yield from combinations(times, count)
    yield (until + SLOT,) * count
    yield (2 * END,) * count


def _alarms(given: Mapping[str, Any], count: int) -> Iterator[tuple[Alarms, ...]]:
    """So many other states of the alarms: none listed; all listed and silenced; latched without a condition."""
    none, every = (False,) * ALARMS, (True,) * ALARMS
    silent = Alarms(conditions=every, listed=every, silent_until=2 * END)
    latched = Alarms(conditions=none, listed=every, silent_until=NEVER)
    clear = Alarms(conditions=none, listed=none, silent_until=NEVER)
    yield from combinations((clear, silent, latched), count)


Arbitrary = Callable[[Mapping[str, Any], int], Iterator[tuple[Any, ...]]]
ARBITRARY: dict[Any, Arbitrary] = {Instant: _instants, Alarms: _alarms}
"""By annotation: values for so many arbitrary parameters of it, given the values of the step."""


@attrs.frozen
class Asked:
    """A claim, and where its arguments come from."""

    name: str
    claim: Claim
    known: tuple[str, ...]
    """The parameters that a step gives."""
    arbitrary: tuple[tuple[Any, tuple[str, ...]], ...]
    """The other parameters, by annotation."""


Claims = tuple[Asked, ...]
GIVEN = ("device", "pump", "before", "event", "after", "seen", "old", "authority")
"""What parameters are called whose values a step gives."""


def _asked(name: str, claim: Claim) -> Asked:
    known = tuple(each for each in parameters(claim) if each in GIVEN)
    by_kind: dict[Any, tuple[str, ...]] = {}
    for each in parameters(claim):
        if each not in GIVEN:
            kind = hints_of(claim)[each]
            by_kind[kind] = (*by_kind.get(kind, ()), each)
    return Asked(name, claim, known, tuple(by_kind.items()))


def _with_others(asked: Asked, known: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The claim's arguments: those known, and a choice of values for the others.

    Raises `KeyError` for a parameter of a kind that no values are known for.
    """
    choices = [ARBITRARY[kind](given, len(names)) for kind, names in asked.arbitrary]
    names = [name for _, of_kind in asked.arbitrary for name in of_kind]
    for chosen in product(*choices):
        yield {**known, **dict(zip(names, chain.from_iterable(chosen), strict=True))}


def _holds(claim: Claim, arguments: Mapping[str, Any]) -> bool:
    try:
        return bool(claim(**arguments))
    except (ArithmeticError, LookupError):
        return False


def broken(claims: Claims, given: Mapping[str, Any]) -> list[Violation]:
    """The claims that do not hold of these values, with at most one violation each; one that cannot be worked out of
    them does not hold."""
    found = []
    for asked in claims:
        known = {name: given[name] for name in asked.known}
        choices = _with_others(asked, known, given) if asked.arbitrary else (known,)
        wrong = next((arguments for arguments in choices if not _holds(asked.claim, arguments)), None)
        if wrong is not None:
            found.append(Violation(asked.name, wrong))
    return found


EVERY: dict[str, Claim] = {**{name: r.function for name, r in REQUIREMENTS.items()}, **INVARIANTS, **LINKS}
"""All that is claimed of a pump, by name."""
STATES: Claims = tuple(_asked(n, c) for n, c in EVERY.items() if "pump" in parameters(c) and observed(c) is None)
"""What holds in every state."""
TRANSFERS: Claims = tuple(_asked(n, c) for n, c in EVERY.items() if about_a_transfer(c))
"""What holds of every transfer."""
STEPS: dict[type, Claims] = {
    event: tuple(
        _asked(name, claim)
        for name, claim in EVERY.items()
        if "before" in parameters(claim) and observed(claim) is None and event in event_types_of(claim)
    )
    for event in typing.get_args(Event)
}
"""By event type: what holds across every step of it."""
OBSERVED: dict[tuple[type, type | None], Claims] = {
    (seen, event): tuple(
        _asked(name, claim)
        for name, claim in EVERY.items()
        if observed(claim) is OBSERVERS[seen] and ("event" not in parameters(claim) or event in event_types_of(claim))
    )
    for seen in OBSERVERS
    for event in (None, *typing.get_args(Event))
}
"""By the record of an observer and event type: what holds of the record after such an event; `None` is none."""
PERIODIC: tuple[Observer, ...] = tuple(o for o in OBSERVERS.values() if o.begin(0) != o.begin(1))
"""The observers of a period that begins at an arbitrary time."""
