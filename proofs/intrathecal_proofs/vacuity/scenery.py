"""Scenery: steps of random lives, other events in the states that lives reached, and such states moved a little."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import attrs

from intrathecal import Authority, Device, Drive, Event, Mode, Phase, Pump, Tick, transfer
from intrathecal.stepping import step
from intrathecal.units import DAY, END, SLOT
from intrathecal_proofs.histories.happenings import Happening, Onlooker
from intrathecal_proofs.histories.lives import live
from intrathecal_proofs.histories.pairs import IMPOSSIBLE, PAIRS, Pair
from intrathecal_proofs.histories.visits import visit
from intrathecal_proofs.monitor import OVER_AFTER, PERIODIC, broken_by_state
from intrathecal_proofs.scenes import moved, numbers_of
from intrathecal_proofs.vacuity.played import ARBITRARY, LIVES
from intrathecal_specs.everything import OBSERVERS
from intrathecal_specs.requirement import Observer

BEFORE_TIME = -200_000
"""s: more than a day and a slot before anything happens, where a period begins that nothing falls into."""
NEW_PERIOD_EVERY = 43_200
"""s: how often an observer of a period begins anew."""
ALIKE = 3
"""How many steps of one kind are kept: by event, verdict, mode and command before it."""
ALIKE_BRED = 12
"""The same, of steps with events that are bred."""
RARE = (Mode.SUSPENDED, Mode.SAFE, Mode.BRIDGING)
"""Modes that lives seldom come to: they are visited."""
RECENT, WAITS, MOST_TICKS = 300, 0.01, 200
"""Lives go on from the last so many new scenes as often as from all; how often they wait, for up to how many ticks."""
RUNNING_OUT = 12
"""How many constant flows whose command has ended are asked one event."""
PLAYED = "played life:"
"""How the origin of a scene begins that was played on purpose: all of them are kept, but for ticks that change no
bridge."""
GOES_ON = ", and on from there"
"""What the origin of a scene says that is some steps later."""
MOVES = (1, 1, 2, 4)
"""How many fields of an event or a state are moved at a time."""
MEANT, BUT_ONE = 0.4, 0.5
"""How often all that an event acknowledges is meant, and how often then one thing of it is not."""
REPLACED = 0.5
"""How often another pump takes over from a retired one before a life goes on."""
LONG_AFTER = 100
"""Ticks: more than two days of them, after which therapy begins anew."""


@attrs.frozen(eq=False)
class Scene:
    """One step, and what observers had seen before it."""

    happening: Happening
    origin: str
    """Where it comes from, as in `life 3, step 17`."""
    lived: bool
    """The state before the step was reached from the beginning of a life; else it is one that was moved."""
    seen: Mapping[type, tuple[Any, ...]]
    """By observer: its records before the step, one for each period that it watches."""


@attrs.define
class _Watch:
    observer: Observer
    start: int
    seen: Any


@attrs.define
class _Recorder:
    """Follows all observers along one life, and keeps its steps."""

    name: str
    lived: bool
    watches: list[_Watch]
    scenes: list[Scene]
    steps: int = 0
    begun: int = BEFORE_TIME

    def look(self, happening: Happening) -> None:
        """One more step."""
        if happening.before.now >= self.begun + NEW_PERIOD_EVERY:
            self.begun = happening.before.now
            self.watches += [_Watch(each, self.begun, each.begin(self.begun)) for each in PERIODIC]
        seen: dict[type, tuple[Any, ...]] = {}
        for watch in self.watches:
            seen[watch.observer.seen] = (*seen.get(watch.observer.seen, ()), watch.seen)
        self.scenes.append(Scene(happening, f"{self.name}, step {self.steps}", self.lived, seen))
        self.steps += 1
        h = happening
        for watch in self.watches:
            watch.seen = watch.observer.follow(h.device, watch.seen, h.before, h.event, h.after)
        self.watches = [
            watch
            for watch in self.watches
            if watch.observer not in PERIODIC or h.after.pump.now <= watch.start + OVER_AFTER
        ]


def lived(lives: int, steps: int, seed: int) -> list[Scene]:
    """The steps of so many lives of so many rules each, but for those that are like enough of others."""
    recorders = _Recorders()
    live(lives, steps, seed, recorders.arrival)
    return recorders.unlike()


def lived_and_visited(lives: int, steps: int, seed: int) -> list[Scene]:
    """The same, and what lives seldom meet: lives that are played on purpose, and short ones to each pair of event and
    mode that none of them met."""
    recorders = _Recorders()
    for play in (*LIVES, *ARBITRARY):
        named = f"{PLAYED} {play.__name__.replace('_', ' ')}"
        play(functools.partial(recorders.arrival, named=named, lived=play in LIVES))
    live(lives, steps, seed, recorders.arrival)
    met = recorders.met
    for pair in PAIRS:
        if pair not in IMPOSSIBLE and pair[2] in RARE and pair not in met:
            visit(pair, seed, recorders.arrival)
    return recorders.unlike()


@attrs.define
class _Recorders:
    """One for each life."""

    each: list[_Recorder] = attrs.field(factory=list)

    def arrival(self, beginning: Pump, named: str = "", lived: bool = True) -> Onlooker:
        """Another life begins."""
        watches = [_Watch(each, BEFORE_TIME, each.begin(BEFORE_TIME)) for each in OBSERVERS.values()]
        watches += [_Watch(each, NEW_PERIOD_EVERY, each.begin(NEW_PERIOD_EVERY)) for each in PERIODIC]
        self.each.append(_Recorder(named or f"life {len(self.each)}", lived, watches, []))
        return self.each[-1].look

    @property
    def met(self) -> set[Pair]:
        """What lives met so far."""
        return {_pair(scene.happening) for recorder in self.each for scene in recorder.scenes}

    def unlike(self) -> list[Scene]:
        """All steps but for those that are like enough of others."""
        counts: Counter[tuple[object, ...]] = Counter()
        found = []
        for scene in (scene for recorder in self.each for scene in recorder.scenes):
            kind = _kind(scene.happening)
            counts[kind] += 1
            if counts[kind] <= ALIKE or is_played(scene):
                found.append(scene)
        return found


def is_played(scene: Scene) -> bool:
    """Whether it was played on purpose, and is no mere waiting."""
    h = scene.happening
    waits = isinstance(h.event, Tick) and h.before.bridge == h.after.pump.bridge
    return scene.origin.startswith(PLAYED) and not waits


def _pair(h: Happening) -> Pair:
    before = h.before
    return (before.device.drive, type(h.event).__name__, before.mode, h.after.verdict.accepted)


def _kind(h: Happening) -> tuple[object, ...]:
    verdict, before = h.after.verdict, h.before
    return (type(h.event), verdict.reason, before.mode, before.command.cause, before.phase, before.device.drive)


def _kind_and_past(h: Happening) -> tuple[object, ...]:
    """With what the step finds of longer use: an MRI, a stop, a trial, a bridge, a fault, a retired pump's doses."""
    b = h.before
    since = (b.mri.announced, b.mri.unverified_since >= 0, b.now - b.delivered_at > 2 * DAY, b.bridge.late > 0)
    past = (b.trial.infused > 0, b.trial.effective > 0, b.former.until >= 0, b.reservoir.remaining <= b.device.residual)
    return (*_kind(h), *since, *past, b.limits.stop_dangerous)


def of_kind(scenes: Sequence[Scene], event: type) -> list[Scene]:
    """Those with an event of that kind."""
    return [scene for scene in scenes if type(scene.happening.event) is event]


def with_other_events(scenes: Sequence[Scene], event: type, tries: int, random: Random) -> Iterator[Scene]:
    """States that lives reached, in each mode as often, each with an event of that kind that was bred from those of all
    lives: those that come out unlike what came before."""
    mine = of_kind(scenes, event)
    bred = [scene.happening.event for scene in mine]
    counts: Counter[tuple[object, ...]] = Counter(_kind(scene.happening) for scene in mine)
    by_mode: dict[object, list[Scene]] = {}
    for scene in scenes:
        before = scene.happening.before
        by_mode.setdefault((before.mode, before.phase, before.device.drive), []).append(scene)
    some = tuple(by_mode.values())
    for _ in range(tries if bred else 0):
        scene = random.choice(random.choice(some))
        made = _bred(random.choice(bred), random.choice(bred), scene.happening.before, random)
        if made is None:
            continue
        before = scene.happening.before
        found = Happening(before.device, before, made, step(before.device, before, made))
        counts[_kind(found)] += 1
        if counts[_kind(found)] <= ALIKE_BRED:
            yield Scene(found, f"{scene.origin}, with another event", scene.lived, scene.seen)


def after_the_end(scenes: Sequence[Scene], event: type, random: Random) -> Iterator[Scene]:
    """Some of these events, after the end of time."""
    aged = [scene for scene in scenes if scene.happening.before.now == END]
    for scene in aged:
        for other in random.sample(of_kind(scenes, event), 1):
            before = scene.happening.before
            late = attrs.evolve(other.happening.event, at=END + 1)
            found = Happening(before.device, before, late, step(before.device, before, late))
            yield Scene(found, f"{scene.origin}, with another event", scene.lived, scene.seen)


def beyond_a_constant_flow(scenes: Sequence[Scene], event: type, random: Random) -> Iterator[Scene]:
    """Some of these events, just after the end of what a constant flow was commanded."""
    running = [scene for scene in scenes if _runs_out(scene.happening.before)]
    others = of_kind(scenes, event)
    for scene in random.sample(running, min(RUNNING_OUT, len(running))) if others else ():
        before = scene.happening.before
        late = attrs.evolve(random.choice(others).happening.event, at=before.command.until + 1)
        found = Happening(before.device, before, late, step(before.device, before, late))
        yield Scene(found, f"{scene.origin}, with another event", scene.lived, scene.seen)


def _runs_out(pump: Pump) -> bool:
    """Whether a constant flow's command ends within a slot, and before time does."""
    constant = pump.device.drive == Drive.CONSTANT_FLOW and pump.phase == Phase.IMPLANTED
    return constant and pump.command.until < min(pump.now + SLOT, END)


def with_further_events(scenes: Sequence[Scene], tries: int, random: Random) -> Iterator[Scene]:
    """Lives go on from where these scenes leave them: by events bred from those of all lives, by waiting for days, or
    with another pump; those that come out unlike what came before, from which others go on in turn."""
    events = [scene.happening.event for scene in scenes]
    devices = [scene.happening.before.device for scene in scenes]
    counts: Counter[tuple[object, ...]] = Counter(_kind_and_past(scene.happening) for scene in scenes)
    pool = list(scenes)
    for _ in range(tries if scenes else 0):
        place = left_by(random.choice(pool[-RECENT:] if random.random() < 0.5 else pool))
        if place.pump.phase == Phase.RETIRED and random.random() < REPLACED:
            place = replaced(place, random.choice(devices))
        if random.random() < WAITS:
            place = waited(place, random.choice((LONG_AFTER, random.randrange(MOST_TICKS))))
        one = random.choice(events)
        other = random.choice(events)
        made = _bred(one, other if type(other) is type(one) else one, place.pump, random)
        if made is not None:
            found = place.happening(made)
            kind = _kind_and_past(found)
            counts[kind] += 1
            if counts[kind] <= ALIKE:
                pool.append(Scene(found, place.origin, place.last.lived, place.seen))
                yield pool[-1]


@attrs.frozen(eq=False, slots=False)
class Place:
    """Where a life stands."""

    pump: Pump
    last: Scene
    """Its last step."""
    handed_over: bool = False
    """The pump has taken over since."""

    @property
    def origin(self) -> str:
        """Where it comes from."""
        origin = self.last.origin
        return origin if origin.endswith(GOES_ON) else origin + GOES_ON

    @functools.cached_property
    def seen(self) -> dict[type, tuple[Any, ...]]:
        """By observer: its records until now."""
        h = self.last.happening
        seen = {
            kind: tuple(OBSERVERS[kind].follow(h.device, each, h.before, h.event, h.after) for each in some)
            for kind, some in self.last.seen.items()
        }
        if self.handed_over:
            seen = {kind: tuple(map(OBSERVERS[kind].hand_over, some)) for kind, some in seen.items()}
        return seen

    def happening(self, event: Event) -> Happening:
        """The next step, as Python takes it."""
        return Happening(self.pump.device, self.pump, event, step(self.pump.device, self.pump, event))

    def then(self, event: Event) -> Scene:
        """The next step, with what observers have seen."""
        return Scene(self.happening(event), self.origin, self.last.lived, self.seen)


def left_by(scene: Scene) -> Place:
    """Where the scene leaves its life."""
    return Place(scene.happening.after.pump, scene)


def waited(place: Place, ticks: int) -> Place:
    """So many ticks on, each when a command ends, or a slot later where none runs."""
    for _ in range(ticks):
        pump = place.pump
        ends = pump.command.until if pump.command.until > pump.now else pump.now + SLOT
        place = left_by(place.then(Tick(min(ends, pump.now + SLOT))))
    return place


def replaced(place: Place, device: Device) -> Place:
    """Another pump takes over from the retired one, if it is another."""
    after = transfer(place.pump, device, Authority.CLINICIAN)
    return attrs.evolve(place, pump=after.pump, handed_over=True) if after.verdict.accepted else place


def with_moved_states(scenes: Sequence[Scene], tries: int, random: Random) -> Iterator[Scene]:
    """The same steps from states of which fields are moved, and that satisfy every claim about states all the same."""
    for _ in range(tries if scenes else 0):
        scene = random.choice(scenes)
        h = scene.happening
        before = _moved(h.before, numbers_of(h.before), random)
        if before is not None and _can_be(before):
            found = Happening(before.device, before, h.event, step(before.device, before, h.event))
            yield Scene(found, f"{scene.origin}, with its state moved", lived=False, seen=scene.seen)


def _can_be(pump: Pump) -> bool:
    try:
        return not broken_by_state(pump)
    except (ArithmeticError, LookupError, ValueError):  # ranges do not hold of it, or a claim could be worked out
        return False


def _bred(one: Any, other: Any, pump: Pump, random: Random) -> Any:
    """An event made of two, mostly at a time and with a number and an authority that the pump takes, and often with all
    that it says meant, or all but one thing; `None` where it would be none."""
    try:
        event = crossed(one, other, random)
        fitting = {"at": random.choice((pump.now, pump.now, pump.command.until, max(pump.now, pump.bolus.ends)))}
        fitting |= {"number": pump.number + 1, "authority": Authority.CLINICIAN}
        event = attrs.evolve(event, **{k: v for k, v in fitting.items() if hasattr(event, k)})
        event = _meant(event, random) if random.random() < MEANT else event
        return event if random.random() < 0.4 else _moved(event, numbers_of(pump), random)
    except ValueError:  # its constructor refuses it
        return None


def _meant(event: Any, random: Random) -> Any:
    """The event with everything acknowledged, or all but one thing."""
    said = [field.name for field in attrs.fields(type(event)) if isinstance(getattr(event, field.name), bool)]
    meant = dict.fromkeys(said, True)
    if said and random.random() < BUT_ONE:
        meant[random.choice(said)] = False
    return attrs.evolve(event, **meant)


def _moved(value: Any, near: tuple[int, ...], random: Random) -> Any:
    try:
        for _ in range(random.choice(MOVES)):
            value = moved(value, random, near)
    except ValueError:  # a constructor refuses it
        return None
    return value


def crossed(one: Any, other: Any, random: Random) -> Any:
    """A value with some parts of the one and some of the other; items of a tuple may change their places.

    Raises `ValueError` where constructors refuse it.
    """
    if random.random() < 0.3 or type(one) is not type(other):
        return one
    if attrs.has(type(one)):
        fields = [field.name for field in attrs.fields(type(one))]
        return type(one)(**{name: crossed(getattr(one, name), getattr(other, name), random) for name in fields})
    if isinstance(one, tuple) and one:
        if random.random() < 0.2:
            return (*one[:-1], random.choice(one))
        return tuple(crossed(a, b, random) for a, b in zip(one, other, strict=False))
    return random.choice((one, other))
