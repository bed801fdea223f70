"""Replaying: the core is run again on what a journal says happened, up to the first difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import frozen

from intrathecal import Pump
from intrathecal_hosts.store.journal import Entry, Journal, pump_digest, told_of
from intrathecal_hosts.therapy import answered

BEGINNING: Final = 1
"""The line of the pump as it was before the first event."""
ABSENT: Final = "no such key"
"""What stands for the value of a key that is not there."""


@frozen
class Difference:
    """Where the core answers otherwise than the journal says."""

    entry: Entry
    field: str
    """As in `command.flow`."""
    journal: Any
    core: Any


def replayed(journal: Journal, after_each: Callable[[], None]) -> Difference | None:
    """The first difference, if there is one."""
    pump = before = journal.pump
    for entry in journal.entries:
        if entry.event is None:
            pump, told = before, {"pump": pump_digest(before)}
        else:
            answer = answered(pump.device, pump, entry.event)
            before, pump, told = pump, answer.pump, told_of(answer)
        found = next(differences("", entry.answer, told), None)
        if found is not None:
            return Difference(entry, *found)
        after_each()
    return None


def line_of(journal: Journal, pump: Pump) -> int | None:
    """The last line after which the journal's pump is this one; none, where it never is."""
    digest = pump_digest(pump)
    lines = [entry.line for entry in journal.entries if entry.answer["pump"] == digest]
    beginning = BEGINNING if pump_digest(journal.pump) == digest else None
    return lines[-1] if lines else beginning


def differences(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """What is not the same: as in `command.flow`, and both values. A number is the same only where it is of the same
    type, an object only where it has the same keys."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            below = f"{name}.{key}".lstrip(".")
            if key in old and key in new:
                yield from differences(below, old[key], new[key])
            else:
                yield below, old.get(key, ABSENT), new.get(key, ABSENT)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(f"{name}[{place}]", one, other)
    elif type(old) is not type(new) or old != new:
        yield name, old, new
