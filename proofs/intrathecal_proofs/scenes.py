"""Scenes: the stages of a step that happened, and variants of it with fields moved to their ends."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from enum import IntEnum
from random import Random
from typing import Any

import attrs

from intrathecal import Authority, Phase, Pump
from intrathecal.events import Missed
from intrathecal.fields import Each, Within
from intrathecal.settling import settle
from intrathecal.stepping import decide, untimely
from intrathecal.units import SLOTS
from intrathecal.verdict import Reason
from intrathecal_proofs.histories.happenings import Happening

_WORD = 2**63


def scene_of(happening: Happening) -> dict[str, Any]:
    """The stages of one step that happened."""
    device, before, event = happening.device, happening.before, happening.event
    missed = isinstance(event, Missed)
    in_time = untimely(device, before, event) is Reason.NONE
    time = event.at if in_time else before.now
    settled = settle(before.device, before, time, missed)
    decision = decide(before.device, settled, event)
    return {
        "device": device,
        "before": before,
        "event": event,
        "after": happening.after,
        "pump": happening.after.pump,
        "settled": settled,
        "decision": decision,
        "time": time,
        "missed": missed,
        "old": attrs.evolve(happening.after.pump, phase=Phase.RETIRED),
        "authority": Authority.CLINICIAN,
        "protocol": before.trial.protocol,
    }


def invented(kind: Any, random: Random, near: tuple[int, ...], check: Any = None) -> Any:
    """A value of the kind: numbers from its range's ends, near those of the scene, or anywhere in it."""
    if typing.get_origin(kind) is typing.Annotated:
        base, note = typing.get_args(kind)[:2]
        return invented(base, random, near, note)
    if typing.get_origin(kind) is tuple:
        length, inner = (check.length, check.item) if isinstance(check, Each) else (check, None)
        return tuple(invented(typing.get_args(kind)[0], random, near, inner) for _ in range(length))
    if isinstance(kind, type) and attrs.has(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return kind(**{f.name: invented(hints[f.name], random, near, f.validator) for f in attrs.fields(kind)})
    if kind is bool:
        return random.random() < 0.5
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return random.choice(tuple(kind))
    low, high = (check.low, check.high) if isinstance(check, Within) else (-_WORD, _WORD - 1)
    number = random.choice((low, high, *near, random.choice(near) + random.choice((-1, 1)), random.randint(low, high)))
    return min(max(number, low), high)


def drawn(kind: Any, parts: Iterable[Any], near: tuple[int, ...], random: Random) -> Any:
    """A value of the kind: of a record that is among the `parts` of a pump, one of those, half of the time with fields
    moved."""
    whole = plain_type(kind)
    known = [part for part in parts if type(part) is whole]
    if not known:
        return invented(kind, random, near)
    found = random.choice(known)
    for _ in range(random.choice((0, 0, 1, 3))):
        with suppress(ValueError):  # a constructor refuses it: the one before stays
            found = moved(found, random, near)
    return found


def plain_type(hint: Any) -> Any:
    """What `isinstance` takes of an annotation."""
    if typing.get_origin(hint) is typing.Annotated:
        return plain_type(typing.get_args(hint)[0])
    return typing.get_origin(hint) or hint if not isinstance(hint, types.UnionType) else hint


def parts_of(value: Any) -> Iterator[Any]:
    """The records in it, and itself."""
    if isinstance(value, tuple):
        for item in value:
            yield from parts_of(item)
    elif attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from parts_of(getattr(value, field.name))


def moved(value: Any, random: Random, near: tuple[int, ...], check: Any = None) -> Any:
    """The value with one field moved: to an end of its range, by one, onto a number of the scene or a small one. Of a
    tuple, one item is moved or about half of them.

    Raises `ValueError` where the constructors refuse it.
    """
    if attrs.has(type(value)):
        field = random.choice(attrs.fields(type(value)))
        return attrs.evolve(value, **{field.name: moved(getattr(value, field.name), random, near, field.validator)})
    if isinstance(value, tuple):
        inner = check.item if isinstance(check, Each) else None
        if random.random() < 0.3:
            return tuple(moved(each, random, near, inner) if random.random() < 0.5 else each for each in value)
        place = random.choice((0, len(value) - 1, random.randrange(len(value))))
        return value[:place] + (moved(value[place], random, near, inner),) + value[place + 1 :]
    if isinstance(value, bool):
        return not value
    if isinstance(value, IntEnum):
        return random.choice([member for member in type(value) if member is not value])
    ends = (check.low, check.high) if isinstance(check, Within) else (0, -1)
    return random.choice((*ends, value - 1, value + 1, random.choice(near), random.randrange(SLOTS)))


def numbers_of(pump: Pump) -> tuple[int, ...]:
    """Numbers of a pump at which something changes."""
    r, w, b = pump.reservoir, pump.window, pump.bolus
    times = (pump.now, pump.command.until, w.ends, b.ends, b.started, pump.history.ended, pump.delivered_at)
    return (*times, pump.number, pump.device.grace, r.remaining, r.low_level, r.empty_level, r.filled, w.total)


VARIED = ("before", "before", "before", "event", "device", "after", "pump", "old", "authority")
"""What variants move a field of that whole steps and claims are about; some of it more often."""
VARIED_WITHIN = ("settled", "settled", "event", "decision", "time")
"""The same of the stages of a step, which are quick to compare."""
WITHIN = 4
"""How many variants of the stages there are for each one of the step."""


def variant(scene: Mapping[str, Any], varied: tuple[str, ...], random: Random) -> dict[str, Any]:
    """What one variant of the scene has in place of the scene's own things.

    Raises `ValueError` where the constructors refuse it.
    """
    near = numbers_of(scene["before"])
    name = random.choice(varied)
    other = moved(scene[name], random, near, Within(0, near[0], "s") if name == "time" else None)
    for _ in range(random.choice((0, 0, 1, 3))):
        other = moved(other, random, near, Within(0, near[0], "s") if name == "time" else None)
    if name == "time":
        return {"time": other, "missed": random.random() < 0.5}
    if name == "device":
        return {"device": other, "before": attrs.evolve(scene["before"], device=other)}
    if name == "before" and random.random() < 0.5:
        return {"before": other, "device": other.device}
    if name in ("before", "settled") and random.random() < 0.3:
        return {name: other, "event": moved(scene["event"], random, near)}
    return {name: other}
