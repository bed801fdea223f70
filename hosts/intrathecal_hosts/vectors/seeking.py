"""Seeking edges: those that a life meets, and those that it would meet if one event had another number or time."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import define, evolve, field, frozen

from intrathecal import Pump, Tick, refill_by
from intrathecal.units import DAY, SLOT
from intrathecal_hosts.attack.life import Told
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.edges import Edge, Watcher, all_edges, watching

LONG: Final = 8
"""Of a tuple with more numbers than this, the first is tried, and all of them together."""
ALL: Final = "all"
"""All numbers of a tuple together."""
STEEP: Final = 16
"""Where the next number changes nothing, one is tried that is further away by this part of it."""
TRIES: Final = 6
"""How often a number is bettered."""
OFTEN: Final = 3
"""So often an edge is sought near events of a kind; then only where its sides are nearer to each other than before."""
LATEST: Final = 3 * DAY
"""s: by so much an event is told later at most."""
Path = tuple[str | int, ...]
"""Of a number in a record: names of fields, and places in tuples."""
Gaps = Mapping[Edge, int]
"""By comparison that is made: its left side less its right one."""
_Point = tuple[int, int | None]


@define(eq=False)
class Edges:
    """Which edges were met so far, and which were sought."""

    left: set[Edge] = field(factory=lambda: set(all_edges()))
    """Not met yet."""
    _tried: Counter[tuple[Edge, type]] = field(factory=Counter)
    _nearest: dict[tuple[Edge, type], int] = field(factory=dict)

    def along(self, beginning: Pump, told: Sequence[Told]) -> Iterator[tuple[int, tuple[Told, ...], set[Edge]]]:
        """A place in `told`, what is told from there on, as it stands there or instead, and the edges that the last of
        it meets, and that were not met before."""
        pumps = [beginning]
        with watching() as watcher:
            for place, each in enumerate(told):
                moment = Moment.of(watcher, pumps[-1], each)
                if met := {edge for edge in self.left if moment.gaps.get(edge) == 0}:
                    self.left -= met
                    yield place, (each,), met
                wanted = [edge for edge in sorted(self.left, key=str) if self._is_worth_it(edge, each, moment.gaps)]
                sought = (*otherwise(moment, wanted, place), *at_another_time(moment, wanted, pumps))
                for begins, instead, edge in sought:
                    if edge in self.left:
                        self.left.remove(edge)
                        yield begins, instead, {edge}
                pumps.append(moment.after)

    def _is_worth_it(self, edge: Edge, told: Told, gaps: Gaps) -> bool:
        kind = edge, type(told.event)
        if edge not in gaps or (self._tried[kind] >= OFTEN and abs(gaps[edge]) >= self._nearest[kind]):
            return False
        self._tried[kind] += 1
        self._nearest[kind] = min(abs(gaps[edge]), self._nearest.get(kind, abs(gaps[edge])))
        return True


@frozen(eq=False)
class Moment:
    """Something that a pump is told, and how far comparisons are from their edges then."""

    watcher: Watcher
    pump: Pump
    told: Told
    gaps: Gaps
    after: Pump

    @classmethod
    def of(cls, watcher: Watcher, pump: Pump, told: Told) -> Moment:
        """Tell it."""
        watcher.gaps.clear()
        after = asked(pump, told)
        return cls(watcher, pump, told, dict(watcher.gaps), after)

    def with_number(self, path: Path, number: int) -> Told | None:
        """The same with another number there; none, where no event can have it."""
        event = changed(self.told.event, path, number)
        return None if event is None else evolve(self.told, event=event)

    def gaps_with(self, path: Path, number: int) -> Gaps:
        """How far comparisons are from their edges with another number there."""
        told = self.with_number(path, number)
        return {} if told is None else Moment.of(self.watcher, self.pump, told).gaps


def asked(pump: Pump, told: Told) -> Pump:
    """All that a host asks of the core: the answer, and the predicted refill date. The pump after it."""
    after = answered(told.device, pump, told.event).pump
    refill_by(after)
    return after


def otherwise(moment: Moment, wanted: Sequence[Edge], place: int) -> Iterator[tuple[int, tuple[Told, ...], Edge]]:
    """The same with one other number in its event, by which it meets one of the edges that are wanted."""
    left = list(wanted)
    for path, value in numbers(moment.told.event):
        for further in (value + 1, value + 1 + value // STEEP):
            gaps = moment.gaps_with(path, further) if left else {}
            for edge in [each for each in left if gaps.get(each, moment.gaps[each]) != moment.gaps[each]]:
                gap_at = functools.partial(_gap, moment, path, edge)
                number = root(gap_at, (value, moment.gaps[edge]), (further, gaps[edge]))
                told = None if number is None else moment.with_number(path, number)
                if told is not None:
                    left.remove(edge)
                    yield place, (told,), edge


def at_another_time(
    moment: Moment, wanted: Sequence[Edge], pumps: Sequence[Pump]
) -> Iterator[tuple[int, tuple[Told, ...], Edge]]:
    """The same, as much earlier or later as the sides of a comparison differ, by which it meets one of the edges.

    `pumps`: as the pump was at each place of its life until now.
    """
    for edge in wanted:
        for later in (-moment.gaps[edge], moment.gaps[edge]):
            at = moment.told.event.at + later
            place = next((place for place in reversed(range(len(pumps))) if pumps[place].now <= at), None)
            if place is None or later > LATEST:
                continue
            waits, pump = waiting(pumps[place], at)
            told = Told(pump.device, evolve(moment.told.event, at=pump.now))
            if Moment.of(moment.watcher, pump, told).gaps.get(edge) == 0:
                yield place, (*waits, told), edge


def waiting(pump: Pump, until: int) -> tuple[list[Told], Pump]:
    """What a host tells a pump that waits until then (s), or for as long as it takes ticks; and the pump as it is
    then."""
    waits = []
    while pump.now < until:
        runs = pump.command.until if pump.command.until > pump.now else until
        wait = Told(pump.device, Tick(min(runs, pump.now + SLOT, until)))
        after = asked(pump, wait)
        if after.now == pump.now:
            break
        waits.append(wait)
        pump = after
    return waits, pump


def numbers(record: Any, above: Path = ()) -> Iterator[tuple[Path, int]]:
    """Every number in the record, and where it is."""
    if type(record) is int:
        yield above, record
    elif attrs.has(type(record)):
        for each in attrs.fields(type(record)):
            yield from numbers(getattr(record, each.name), (*above, each.name))
    elif isinstance(record, tuple) and len(record) <= LONG:
        for place, each in enumerate(record):
            yield from numbers(each, (*above, place))
    elif isinstance(record, tuple):
        yield from numbers(record[0], (*above, 0))
        yield from numbers(record[0], (*above, ALL))


def changed(record: Any, path: Path, number: int) -> Any:
    """The record with another number there; none, where no such record can be."""
    if not path:
        return number
    first, below = path[0], path[1:]
    if first == ALL:
        return tuple(number for _ in record)
    if isinstance(first, int):
        inner = changed(record[first], below, number)
        return None if inner is None else (*record[:first], inner, *record[first + 1 :])
    inner = changed(getattr(record, first), below, number)
    try:
        return None if inner is None else attrs.evolve(record, **{first: inner})
    except ValueError:
        return None


def root(gap_at: Callable[[int], int | None], one: _Point, other: _Point) -> int | None:
    """Where the gap is 0, on lines through two places and their gaps, and then the newer two; none, where that leads
    nowhere."""
    for _ in range(TRIES):
        (place, gap), (further, its) = one, other
        if its == 0:
            return further
        if gap is None or its is None or gap == its:
            return None
        best = further - its * (further - place) // (its - gap)
        one, other = other, (best, gap_at(best))
    return None


def _gap(moment: Moment, path: Path, edge: Edge, number: int) -> int | None:
    return moment.gaps_with(path, number).get(edge)
