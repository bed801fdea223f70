"""Two slots that are written in turn, so that one state is always whole, whenever the power goes.

A slot is a saved state and a mark of eight zero bytes after it, which is written once the state is there to stay, and
taken back first, before the slot is written again. A state that does not read well is therefore one of two things:

- with its mark erased, one whose writing was broken off, or begun: the pump has not obeyed it;
- with any other mark, one that was whole, and is damaged.

A medium is formatted once, by a zero byte at the beginning of each slot; states are numbered, and the first goes into
the first slot. So a slot that is erased beside a state, or two states whose numbers do not follow each other, are no
work of saving: something was lost.

Where a state is damaged or lost, the mark in its place says so until another stands there: whenever the power goes
while that is written, what is left stays damaged. No burst of up to 32 bits, and no three bits anywhere, erase a mark
of 64.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import define, field, frozen

from intrathecal import Pump
from intrathecal_hosts.store.medium import ERASED, Medium
from intrathecal_hosts.store.saved import SEQUENCE_MAX, Refused, Saved, decode, encode, length

MARK: Final = bytes(8)
"""Stands after a state that was written whole."""
NO_MARK: Final = bytes([ERASED]) * len(MARK)
"""Stands there before."""
BEGUN: Final = bytes(1)
"""How a slot begins that was formatted, and holds nothing yet."""


class Held(Enum):
    """What a slot holds."""

    STATE = "a state"
    BROKEN_OFF = "a state whose writing was broken off, or begun"
    FORMATTED = "nothing since it was formatted"
    ERASED = "nothing"
    DAMAGE = "a damaged state"


NEVER_SAVED: Final = (
    (Held.ERASED, Held.ERASED),
    (Held.FORMATTED, Held.ERASED),
    (Held.FORMATTED, Held.FORMATTED),
    (Held.BROKEN_OFF, Held.FORMATTED),
)
"""What both slots hold before the first state is saved, whenever the power goes."""


@frozen
class Slot:
    """What was found in a slot."""

    held: Held
    saved: Saved | None
    why: str
    """Why it is no state; empty where it is one."""


class Found(Enum):
    """What was found on a medium."""

    NOTHING = "nothing"
    """No state was ever saved."""
    NEWEST = "the newest state"
    DOUBTFUL = "a state that may not be the newest"
    """The other slot may have held the one after it: it is damaged or erased, or holds another than the one before."""
    LOST = "no state that can be read"
    """Something was saved, and nothing of it can be read."""


@frozen
class ReadBack:
    """What is read back."""

    found: Found
    pump: Pump | None
    slots: tuple[Slot, Slot]


def size() -> int:
    """bytes: of a medium of two slots."""
    return 2 * slot_size()


def slot_size() -> int:
    """bytes."""
    return length() + len(MARK)


def read_back(medium: Medium) -> ReadBack:
    """What the medium holds; never a guess: where it is not known that a state is the newest, that is told."""
    return judged((slot_at(medium, 0), slot_at(medium, 1)))


def judged(slots: tuple[Slot, Slot]) -> ReadBack:
    """The same, of what its slots hold."""
    states = [slot.saved for slot in slots if slot.saved is not None]
    if not states:
        never = (slots[0].held, slots[1].held) in NEVER_SAVED
        return ReadBack(Found.NOTHING if never else Found.LOST, None, slots)
    newest = max(states, key=lambda saved: saved.sequence)
    return ReadBack(Found.NEWEST if as_saved(*slots) else Found.DOUBTFUL, newest.pump, slots)


def as_saved(first: Slot, second: Slot) -> bool:
    """Whether slots, one of which holds a state, are what saving leaves, whenever the power goes."""
    if first.saved is not None and second.saved is not None:
        return abs(first.saved.sequence - second.saved.sequence) == 1
    if Held.BROKEN_OFF in (first.held, second.held):
        return True
    return first.saved is not None and first.saved.sequence == 0 and second.held is Held.FORMATTED


def slot_at(medium: Medium, place: int) -> Slot:
    """What the slot, 0 or 1, holds. A state that reads well is one, whatever its mark; a slot that ends too soon is
    damaged, unless nothing was ever written on the medium."""
    told = medium.read(place * slot_size(), slot_size())
    if len(told) < slot_size():
        untouched = not medium.read(0, size()).strip(bytes([ERASED]))
        return Slot(Held.ERASED if untouched else Held.DAMAGE, None, f"ends after {len(told)} bytes")
    try:
        return Slot(Held.STATE, decode(told[: length()]), "")
    except Refused as why:
        return Slot(_without_state(told), None, str(why))


def _without_state(told: bytes) -> Held:
    """What a slot holds that holds no state."""
    if told[length() :] != NO_MARK:
        return Held.DAMAGE
    if told.startswith(BEGUN) and not told[len(BEGUN) :].strip(bytes([ERASED])):
        return Held.FORMATTED
    return Held.BROKEN_OFF if told.strip(bytes([ERASED])) else Held.ERASED


@define(eq=False)
class Slots:
    """A medium to save on. Each state goes into the slot that holds none, or the older one."""

    medium: Medium
    _sequence: int = field(init=False)
    _place: int = field(init=False)
    _doubted: set[int] = field(init=False)
    """Slots whose state is damaged or lost, and in whose place no other has been written yet."""

    def __attrs_post_init__(self) -> None:
        back = read_back(self.medium)
        if back.found is Found.NOTHING and back.slots[1].held is Held.ERASED:
            self._format()
        sequences = [slot.saved.sequence if slot.saved is not None else -1 for slot in back.slots]
        self._sequence = max(sequences) + 1
        self._place = 0 if sequences[0] <= sequences[1] else 1
        self._doubted = {place for place, slot in enumerate(back.slots) if slot.held is Held.DAMAGE}
        if back.found in (Found.DOUBTFUL, Found.LOST):
            self._doubted.add(self._place)

    def save(self, pump: Pump) -> None:
        """Save the state; once this returns, it is the one that is read back.

        Raises `ValueError` after 2 to the 64 of them, and what the medium raises.
        """
        if self._sequence > SEQUENCE_MAX:
            raise ValueError(f"Slots: {self._sequence} states were saved, and no more can be")
        told = encode(Saved(self._sequence, pump))
        begin = self._place * slot_size()
        mark = MARK if self._place in self._doubted else NO_MARK
        for at, part in ((len(told), mark), (0, told), (len(told), MARK)):
            self.medium.write(begin + at, part)
            self.medium.sync()
        self._doubted.discard(self._place)
        self._sequence += 1
        self._place = 1 - self._place

    def _format(self) -> None:
        for begin, part in ((0, bytes([ERASED]) * size()), (0, BEGUN), (slot_size(), BEGUN)):
            self.medium.write(begin, part)
            self.medium.sync()
