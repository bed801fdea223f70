"""The bank: calls of the core that happened in random lives, and variants of them, in which a mutant can be caught.

What is in it satisfies what the proofs assume, and the core as shipped keeps every claim about it.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from random import Random
from types import FrameType
from typing import Any

import attrs

from intrathecal import Authority, Drive, Phase, Pump
from intrathecal.beginning import candidate, in_trial
from intrathecal.fields import Within
from intrathecal.stepping import answer, finish, step
from intrathecal.transferring import transfer
from intrathecal_proofs.differential import unlike
from intrathecal_proofs.families import CONTRACTS, REQUIRES
from intrathecal_proofs.histories.happenings import Happening, Onlooker
from intrathecal_proofs.histories.lives import live
from intrathecal_proofs.histories.pairs import IMPOSSIBLE, PAIRS
from intrathecal_proofs.histories.visits import visit
from intrathecal_proofs.machinery.claims import Claim, calls_step, hints_of, parameters
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.monitor import (
    OBSERVED,
    STATES,
    STEPS,
    TRANSFERS,
    Claims,
    Monitor,
    Watch,
    broken,
    broken_by_state,
)
from intrathecal_proofs.mutation.mutants import functions, place_of
from intrathecal_proofs.mutation.reach import Function, plain
from intrathecal_proofs.scenes import drawn, moved, numbers_of, parts_of, scene_of, variant
from intrathecal_proofs.vacuity.played import ARBITRARY, LIVES
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS

SEED = 20_261_123
"""What the bank is drawn from."""


@attrs.frozen
class Size:
    """How much is drawn."""

    lives: int
    """Random lives."""
    rules: int
    """Of each of them."""
    visits: bool
    """Whether what those lives do not meet is visited by short ones, or played on purpose."""
    alike: int
    """How many steps of one kind are kept."""
    variants: int
    """How many variants of each step are tried, and of what a settled pump answers."""
    arguments: int
    """How many calls of one leaf are kept, and how often a claim about numbers alone is asked."""


WHOLE = Size(lives=30, rules=40, visits=True, alike=3, variants=10, arguments=200)
"""What a campaign draws."""


@attrs.frozen(eq=False)
class Scene:
    """A call of the core, what it gave, and what is claimed of it."""

    label: str
    """As in `step Program`."""
    call: Callable[..., Any]
    args: tuple[Any, ...]
    gave: Any
    """What the core as shipped returned."""
    watches: tuple[Watch, ...] = ()
    """What observers had seen before."""


@attrs.frozen(eq=False)
class Bank:
    """All scenes, and which of them run which function."""

    seed: int
    scenes: tuple[Scene, ...]
    running: Mapping[str, tuple[int, ...]]
    """By `module.function`: the places of the scenes that run it."""


def broken_in(scene: Scene, gave: Any) -> list[str]:
    """The claims that do not hold of the scene, if the call gave this; they are asked of the code as it is now."""
    if scene.call is step:
        return _broken_by_step(scene, gave)
    if scene.call is answer:
        return _broken_by_answer(scene, gave)
    if scene.call is finish:
        return _broken_in_state(gave, ())
    if scene.call is transfer:
        return _broken_by_transfer(scene, gave)
    if scene.call in (candidate, in_trial):
        return [violation.name for violation in broken_by_state(gave)] + _unseen(gave)
    contract = CONTRACTS.get(scene.call)
    if contract is not None:
        return [] if contract(*scene.args, gave) else [contract.__name__]
    return [] if gave else [scene.call.__name__]


def broken_before(scene: Scene) -> list[str]:
    """What the proofs assume of the scene and does not hold, asked of the code as it is now."""
    if scene.call is step:
        return _broken_in_state(scene.args[1], scene.watches)
    if scene.call is answer:
        return _broken_within_a_step(scene.args[1])
    if scene.call is finish:
        return _broken_within_a_step(scene.args[1].pump)
    return _broken_in_state(scene.args[0], scene.watches) if scene.call is transfer else []


@functools.cache
def _shipped() -> Lifted:
    """The core as shipped."""
    return Lifted()


@functools.cache
def _told(event: type) -> Claims:
    """The claims across a step that are about what the settled pump answers."""
    return tuple(asked for asked in STEPS[event] if _shipped().told_by_the_answer(asked.claim, event))


@functools.cache
def _within() -> Claims:
    """The claims that hold within a step too."""
    return tuple(asked for asked in STATES if asked.name in _shipped().always)


def _broken_within_a_step(pump: Pump) -> list[str]:
    return [violation.name for violation in broken(_within(), {"device": pump.device, "pump": pump})]


def _broken_by_answer(scene: Scene, after: Any) -> list[str]:
    device, settled, event = scene.args
    kind: type = type(event)
    given = {"device": device, "before": settled, "event": event, "after": after, "pump": after.pump}
    return [violation.name for violation in (*broken(_told(kind), given), *broken(STATES, given))]


def _broken_in_state(pump: Pump, watches: Sequence[Watch]) -> list[str]:
    given = {"device": pump.device, "pump": pump}
    found = broken(STATES, given)
    for watch in watches:
        found += broken(OBSERVED[watch.observer.seen, None], {**given, "seen": watch.seen})
    return [violation.name for violation in found]


def _broken_by_step(scene: Scene, after: Any) -> list[str]:
    device, before, event = scene.args
    given = {"device": device, "before": before, "event": event, "after": after, "pump": after.pump}
    found = broken(STEPS[type(event)], given)
    found += broken(STATES, {"device": after.pump.device, "pump": after.pump})
    for watch in scene.watches:
        seen = watch.observer.follow(device, watch.seen, before, event, after)
        found += broken(OBSERVED[watch.observer.seen, type(event)], {**given, "seen": seen})
    return [violation.name for violation in found]


def _broken_by_transfer(scene: Scene, after: Any) -> list[str]:
    old, device, authority = scene.args
    found = broken(TRANSFERS, {"old": old, "device": device, "authority": authority, "after": after})
    names = [violation.name for violation in found]
    if after.verdict.accepted:
        watches = (attrs.evolve(each, seen=each.observer.hand_over(each.seen)) for each in scene.watches)
        names += _broken_in_state(after.pump, tuple(watches)) + _unseen(after.pump)
    return names


def _unseen(pump: Pump) -> list[str]:
    """What observers that begin with the pump find broken."""
    given = {"device": pump.device, "pump": pump}
    return [
        violation.name
        for observer in OBSERVERS.values()
        for start in (-1, 0)
        for violation in broken(OBSERVED[observer.seen, None], {**given, "seen": observer.begin(start)})
    ]


# -- how it is made -----------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _Seen:
    """A step of a life, with what observers had seen before it."""

    happening: Happening
    watches: tuple[Watch, ...]


def built(seed: int, size: Size) -> Bank:
    """The bank of that seed and size."""
    random = Random(seed)
    lived = _lived(seed, size)
    steps = [scene for seen in lived for scene in _steps(seen, random, size.variants)]
    pumps = [seen.happening.after.pump for seen in lived]
    scenes = [*steps, *_transfers(lived, random), *_beginnings(pumps), *_alone(random, pumps, size.arguments)]
    running: dict[str, list[int]] = defaultdict(list)
    arguments: dict[Function, dict[tuple[Any, ...], None]] = defaultdict(dict)
    for place, scene in enumerate(scenes):
        for name in _traced(scene, arguments, size.arguments):
            running[name].append(place)
    for function, calls in arguments.items():
        for args in (*calls, *_varied(function, list(calls), random, size.arguments)):
            running[place_of(function)].append(len(scenes))
            scenes.append(Scene(f"leaf {function.__name__}", function, args, function(*args)))
    return Bank(seed, tuple(scenes), {name: tuple(places) for name, places in running.items()})


def _varied(function: Function, calls: list[tuple[Any, ...]], random: Random, count: int) -> Iterator[tuple[Any, ...]]:
    """Calls of a leaf with one argument moved, if they are such as callers may make."""
    claim, owed = CONTRACTS[function], REQUIRES.get(function)
    hints = [hints_of(claim)[name] for name in parameters(claim)]
    for _ in range(count):
        args = list(random.choice(calls))
        place = random.randrange(len(args))
        note = next(iter(getattr(hints[place], "__metadata__", ())), None)
        near = (1, *(arg for arg in args if type(arg) is int))
        try:
            args[place] = moved(args[place], random, near, note)
        except ValueError:
            continue  # a record's own checks refuse it: there is no such call
        if (not isinstance(note, Within) or note.low <= args[place] <= note.high) and (owed is None or owed(*args)):
            yield tuple(args)


def _lived(seed: int, size: Size) -> list[_Seen]:
    """Steps of lives, of each kind some: of long ones, and of short ones to what those seldom meet; all of those that
    are played on purpose, without observers where they begin as no life is known to."""
    found: list[_Seen] = []

    def arrival(beginning: Pump) -> Onlooker:
        monitor = Monitor(beginning.device, beginning)

        def look(happening: Happening) -> None:
            found.append(_Seen(happening, monitor.watches))
            monitor.follow(happening.before, happening.event, happening.after, happening.device)

        return look

    live(size.lives, size.rules, seed, arrival)
    lived = len(found)
    for play in LIVES if size.visits else ():
        play(arrival)
    for play in ARBITRARY if size.visits else ():
        play(lambda beginning: lambda happening: found.append(_Seen(happening, ())))
    played = range(lived, len(found))
    met = {_pair(each.happening) for each in found}
    for pair in PAIRS:
        if size.visits and pair not in IMPOSSIBLE and pair not in met:
            visit(pair, seed, arrival)
    kept = {id(each) for each in unlike([each.happening for each in found], size.alike)}
    return [each for place, each in enumerate(found) if place in played or id(each.happening) in kept]


def _pair(happening: Happening) -> tuple[Drive, str, Any, bool]:
    before, accepted = happening.before, happening.after.verdict.accepted
    return before.device.drive, type(happening.event).__name__, before.mode, accepted


def _steps(seen: _Seen, random: Random, variants: int) -> Iterator[Scene]:
    """The step as it was, and variants of it."""
    happening = seen.happening
    label = f"step {type(happening.event).__name__}"
    scene = scene_of(happening)
    yield Scene(label, step, (happening.device, happening.before, happening.event), happening.after, seen.watches)
    for _ in range(variants):
        other = {**scene, **_moved(scene, random, _MOVED)}
        yield from _valid(label, (other["device"], other["before"], other["event"]), seen)
    if scene["settled"].now == happening.event.at:
        for _ in range(variants):
            other = {**scene, **_moved(scene, random, _MOVED_WITHIN)}
            yield from _answered(other["settled"], other["event"])


def _moved(scene: Mapping[str, Any], random: Random, varied: tuple[str, ...]) -> dict[str, Any]:
    """What is moved of it; nothing where the constructors refuse it."""
    try:
        return variant(scene, varied, random)
    except ValueError:
        return {}


_MOVED = ("before", "before", "before", "event", "event", "device")
"""What of a step is moved in a variant, some of it more often."""
_MOVED_WITHIN = ("settled", "settled", "event")
"""The same of what a settled pump answers."""


def _valid(label: str, args: tuple[Any, ...], seen: _Seen) -> Iterator[Scene]:
    """The variant with the watches that its pump allows, if the pump satisfies what every pump does."""
    before = args[1]
    if before is seen.happening.before:
        yield Scene(label, step, args, step(*args), seen.watches)
    elif _all_hold(STATES, before):
        watches = tuple(watch for watch in seen.watches if not _broken_watch(before, watch))
        yield Scene(label, step, args, step(*args), watches)


def _answered(settled: Pump, event: Any) -> Iterator[Scene]:
    """What the settled pump answers, if it satisfies what every settled pump does."""
    if _all_hold(_within(), settled):
        args = (settled.device, settled, attrs.evolve(event, at=settled.now))
        yield Scene(f"decide {type(event).__name__}", answer, args, answer(*args))


def _all_hold(claims: Claims, pump: Pump) -> bool:
    """Whether the pump satisfies the claims about states; one for which a claim has no answer does not."""
    try:
        return not broken(claims, {"device": pump.device, "pump": pump})
    except (ArithmeticError, LookupError, ValueError):
        return False


def _broken_watch(pump: Pump, watch: Watch) -> bool:
    given = {"device": pump.device, "pump": pump, "seen": watch.seen}
    return bool(broken(OBSERVED[watch.observer.seen, None], given))


def _transfers(lived: list[_Seen], random: Random) -> Iterator[Scene]:
    """Transfers from pumps as they were, most of them retired, to devices of others."""
    for seen in lived:
        old = seen.happening.before
        device = random.choice(lived).happening.before.device
        if old.phase == Phase.RETIRED or random.random() < _NOT_RETIRED:
            for to, authority in product((device, old.device), Authority):
                args = (old, to, authority)
                yield Scene("transfer", transfer, args, transfer(*args), seen.watches)


_NOT_RETIRED = 0.05
"""How many of the pumps that are not retired are to be transferred from, which is refused."""


def _beginnings(pumps: list[Pump]) -> Iterator[Scene]:
    """How pumps begin, with the devices and the protocols of those that lived."""
    for device in {pump.device: None for pump in pumps}:
        yield Scene("begin candidate", candidate, (device,), candidate(device))
    for args in {(pump.device, pump.trial.protocol): None for pump in pumps}:
        yield Scene("begin in_trial", in_trial, args, in_trial(*args))


def _alone(random: Random, pumps: list[Pump], count: int) -> Iterator[Scene]:
    """Requirements about numbers alone."""
    parts = [tuple(parts_of(pump)) for pump in pumps]
    for name, needed in REQUIREMENTS.items():
        claim = needed.function
        if is_alone(claim):
            for _ in range(count):
                place = random.randrange(len(pumps))
                near = (1, 2, *numbers_of(pumps[place]))
                args = tuple(drawn(hints_of(claim)[each], parts[place], near, random) for each in parameters(claim))
                yield Scene(f"alone {name}", claim, args, claim(*args))


def is_alone(claim: Claim) -> bool:
    """Whether the requirement is about no pump."""
    return not calls_step(claim) and not {"pump", "before", "number", "old"} & set(parameters(claim))


_WATCHED = {plain(function).__code__: function for function in functions()}
"""The functions of the core, by their code as shipped."""
_LEAVES = {plain(function).__code__: function for function in CONTRACTS}


def _traced(scene: Scene, arguments: dict[Function, dict[tuple[Any, ...], None]], most: int) -> set[str]:
    """`module.function` of what the call runs; the arguments of so many calls of each leaf are kept."""
    ran: set[str] = set()

    def look(frame: FrameType, happens: str, _: object) -> None:
        if happens == "call":
            function = _WATCHED.get(frame.f_code)
            if function is not None:
                ran.add(place_of(function))
            leaf = _LEAVES.get(frame.f_code)
            if leaf is not None and len(arguments[leaf]) < most:
                names = inspect.getargs(frame.f_code).args
                arguments[leaf][tuple(frame.f_locals[name] for name in names)] = None

    sys.setprofile(look)
    try:
        scene.call(*scene.args)
    finally:
        sys.setprofile(None)
    return ran
