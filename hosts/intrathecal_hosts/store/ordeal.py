"""The ordeal of the store: power cut at every byte of every write, slots erased, bits flipped, bytes cut off, others.

Each trial damages a medium that holds two states, and reads it back. Read back must be the newest state, or an older
one that is told to be doubtful, or nothing; anything else is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from random import Random
from typing import Final

import attrs

from intrathecal import Pump
from intrathecal_hosts.store.medium import ERASED, Flash
from intrathecal_hosts.store.saved import CHECKSUM, HEADER, MAGIC, Saved, checksum, encode, length
from intrathecal_hosts.store.slots import (
    BEGUN,
    MARK,
    Found,
    ReadBack,
    Slot,
    Slots,
    judged,
    read_back,
    size,
    slot_at,
    slot_size,
)

BURST: Final = 32
"""bits: of the longest burst."""
SAVING: Final = 2 * len(MARK) + length()
"""bytes: what one save writes."""


class Outcome(StrEnum):
    """What came of a trial."""

    NEWEST = "newest"
    """The newest state was read back, or the one before it where the newest was never whole."""
    DOUBTFUL = "doubtful"
    """One of the two was read back, and told that it may not be the newest."""
    REFUSED = "refused"
    """Nothing was read back, and that something was lost is told."""
    LOST = "lost"
    """Anything else: a state that was never saved, an older one told to be the newest, or nothing told of a loss."""


@attrs.frozen
class Tried:
    """What came of all trials of one kind."""

    kind: str
    outcomes: Counter[Outcome]

    @property
    def trials(self) -> int:
        """How many there were."""
        return sum(self.outcomes.values())


class PowerLost(Exception):
    """The power is gone."""


@attrs.define(eq=False)
class FailingFlash(Flash):
    """Flash whose power goes after so many bytes more."""

    left: int = 0
    """bytes."""

    def write(self, begin: int, told: bytes) -> None:
        """Put as many of these bytes there as there is power for."""
        Flash.write(self, begin, told[: self.left])
        if len(told) > self.left:
            raise PowerLost
        self.left -= len(told)


@attrs.frozen(eq=False)
class States:
    """Three states that follow each other."""

    older: Pump
    newest: Pump
    next: Pump

    def saved(self) -> Flash:
        """A medium that holds the first two, the newest in its second slot."""
        return saved(self.older, self.newest)


def saved(*pumps: Pump) -> Flash:
    """A medium on which these were saved, one after the other."""
    flash = Flash(size())
    slots = Slots(flash)
    for pump in pumps:
        slots.save(pump)
    return flash


Trials = Callable[[States, Random, int], Iterator[Outcome]]
"""Trials of one kind on these states; where they are not all that there are, as many as asked for, drawn at random."""


def power_cuts(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """The power goes at every byte of every write while a state is saved: the first of all, for which the medium is
    formatted too, the second, the third."""
    new = Flash(size())
    for left in range(size() + 2 * len(BEGUN) + SAVING):
        yield cut(new, left, (), states.next)
    for before in ((states.older,), (states.older, states.newest)):
        flash = saved(*before)
        for left in range(SAVING):
            yield cut(flash, left, before, states.next)


def power_cuts_after_damage(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """One of two states is damaged, and the power goes at every byte of every write while the next one is saved; then
    once more, at a byte drawn at random, while it is saved again. Until that one is whole, the older one is doubtful; a
    damaged one may be whole again by what was written of the next."""
    rightly = (states.next, states.newest)
    for place in range(2):
        flash = states.saved()
        flash.held[place * slot_size() + random.randrange(length())] ^= 1 << random.randrange(8)
        for left in range(SAVING):
            once = _cut(flash, left, states.next)
            yield outcome(read_back(once), rightly, (states.older,))
            again = _cut(once, random.randrange(SAVING), states.next)
            yield outcome(read_back(again), rightly, (states.older,))


def erasures(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """Either slot is erased, once one state was saved, or two; then the power goes at every byte of every write while
    the next one is saved, and once more at a byte drawn at random. And the other way round: after a power cut at every
    byte, either slot is erased."""
    for before in ((states.older,), (states.older, states.newest)):
        rightly, older = (states.next, before[-1]), before[:-1]
        whole = saved(*before)
        for place in range(2):
            flash = erased(whole, place)
            yield outcome(read_back(flash), before[-1:], older)
            for left in range(SAVING):
                once = _cut(flash, left, states.next)
                yield outcome(read_back(once), rightly, older)
                again = _cut(once, random.randrange(SAVING), states.next)
                yield outcome(read_back(again), rightly, older)
                yield outcome(read_back(erased(_cut(whole, left, states.next), place)), rightly, older)


def erased(flash: Flash, place: int) -> Flash:
    """The medium, but that its slot is erased."""
    made = Flash(size())
    made.held[:] = flash.held
    made.write(place * slot_size(), bytes([ERASED]) * slot_size())
    return made


def _cut(flash: Flash, left: int, pump: Pump) -> Flash:
    """The medium, once the power went after so many bytes of saving the pump, if it took as many."""
    failing = FailingFlash(size(), left=left)
    failing.held[:] = flash.held
    with suppress(PowerLost):
        Slots(failing).save(pump)
    return failing


def cut(flash: Flash, left: int, before: tuple[Pump, ...], pump: Pump) -> Outcome:
    """What is read back once the power went after so many bytes of saving the pump. The state may be whole by then,
    though its mark is not: it counts as newest too."""
    back = read_back(_cut(flash, left, pump))
    if not before and back.found is Found.NOTHING:
        return Outcome.NEWEST  # nothing was saved before
    return outcome(back, (*before[-1:], pump), before)


def single_flips(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """Every bit of the medium, by itself."""
    medium = Damaged(states)
    return (medium.flipped((bit,)) for bit in range(8 * size()))


def bursts(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """A burst of each length up to 32 bits at every place of the newest state and its mark: its first and last bit are
    wrong, and those between at random."""
    medium = Damaged(states)
    first = 8 * slot_size()
    for long in range(2, BURST + 1):
        for begin in range(first, 2 * first - long + 1):
            inner = random.getrandbits(long) | 1 | 1 << (long - 1)
            yield medium.flipped(tuple(begin + i for i in range(long) if inner >> i & 1))


def scattered_flips(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """Two bits, or three, of one slot."""
    medium = Damaged(states)
    bits = 8 * slot_size()
    for nth in range(count):
        first = bits * random.randrange(2)
        yield medium.flipped(tuple(first + bit for bit in random.sample(range(bits), 2 + nth % 2)))


@attrs.define(eq=False)
class Damaged:
    """A medium that is damaged in one slot at a time; the other slot is read once."""

    states: States
    flash: Flash = attrs.field(init=False)
    slots: tuple[Slot, Slot] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.flash = self.states.saved()
        self.slots = read_back(self.flash).slots

    def flipped(self, bits: tuple[int, ...]) -> Outcome:
        """What comes of these bits being flipped; they are flipped back."""
        place = bits[0] // (8 * slot_size())
        self._flip(bits)
        slot = slot_at(self.flash, place)
        self._flip(bits)
        back = judged((slot, self.slots[1]) if place == 0 else (self.slots[0], slot))
        return outcome(back, (self.states.newest,), (self.states.older,))

    def replaced(self, told: bytes) -> Outcome:
        """What comes of these bytes, with a checksum that fits, in place of the newest state."""
        self.flash.write(slot_size(), told + CHECKSUM.pack(checksum(told)))
        return outcome(judged((self.slots[0], slot_at(self.flash, 1))), (), (self.states.older,))

    def _flip(self, bits: tuple[int, ...]) -> None:
        for bit in bits:
            self.flash.held[bit // 8] ^= 1 << (bit % 8)


def truncations(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """Every length that is too short."""
    whole = states.saved()
    for long in range(size()):
        short = Flash(long)
        short.held[:] = whole.held[:long]
        yield outcome(read_back(short), (states.newest,), (states.older,)) if long else _of_nothing(short)


def foreign(states: States, random: Random, count: int) -> Iterator[Outcome]:
    """Every other version, pumps of other fields, another length, and values that no pump has, each with a checksum
    that fits: in the newest slot."""
    medium = Damaged(states)
    told = medium.flash.read(slot_size(), length())
    _, version, long, kind, sequence = HEADER.unpack_from(told)
    body = told[HEADER.size : -CHECKSUM.size]
    for other in range(2**16):
        if other != version:
            yield medium.replaced(HEADER.pack(MAGIC, other, long, kind, sequence) + body)
    for place in range(16):
        mixed = bytes(byte ^ (i == place) for i, byte in enumerate(kind))
        yield medium.replaced(HEADER.pack(MAGIC, version, long, mixed, sequence) + body)
    for other in (0, long - 1, long + 1, 2**32 - 1):
        yield medium.replaced(HEADER.pack(MAGIC, version, other, kind, sequence) + body)
    for place in range(len(MAGIC)):
        magic = bytes(byte ^ (i == place) for i, byte in enumerate(MAGIC))
        yield medium.replaced(HEADER.pack(magic, version, long, kind, sequence) + body)
    impossible = bytearray(body)
    impossible[0:8] = (2**63 - 1).to_bytes(8, "big")  # the device's serial number
    yield medium.replaced(told[: HEADER.size] + bytes(impossible))
    newest = states.newest
    for pump in (
        attrs.evolve(newest, now=-3),
        attrs.evolve(newest, reservoir=attrs.evolve(newest.reservoir, remaining=2 * newest.device.capacity)),
        attrs.evolve(newest, window=attrs.evolve(newest.window, total=newest.window.total + 1)),
        attrs.evolve(newest, command=attrs.evolve(newest.command, flow=newest.device.flow_max + 1)),
        attrs.evolve(newest, limits=attrs.evolve(newest.limits, potency=-1)),
    ):
        yield medium.replaced(encode(Saved(sequence, pump))[: -CHECKSUM.size])


def _of_nothing(flash: Flash) -> Outcome:
    """A medium of no bytes holds nothing, and nobody can tell that it ever did."""
    return Outcome.REFUSED if read_back(flash).found is Found.NOTHING else Outcome.LOST


def outcome(back: ReadBack, newest: tuple[Pump, ...], older: tuple[Pump, ...]) -> Outcome:
    """What came of a trial, where these states are rightly the newest, and these older."""
    if back.found is Found.NEWEST and back.pump in newest:
        return Outcome.NEWEST
    if back.found is Found.DOUBTFUL and back.pump in (*newest, *older):
        return Outcome.DOUBTFUL
    return Outcome.REFUSED if back.found is Found.LOST else Outcome.LOST


KINDS: Final[dict[str, Trials]] = {
    "power cut, at every byte": power_cuts,
    "power cut, at every byte, of a save after damage": power_cuts_after_damage,
    "a slot that is erased": erasures,
    "one bit, each": single_flips,
    "burst of 2 to 32 bits, at every place": bursts,
    "two or three bits, anywhere": scattered_flips,
    "cut off, at every length": truncations,
    "foreign or older, with a checksum that fits": foreign,
}
"""By name: all that the store has to bear."""
