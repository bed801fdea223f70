"""Two slots that are written in turn, so that one state is always whole, whenever the power goes.

A slot is a saved state and a mark of eight zero bytes after it, which is written once the state is there to stay, and
taken back first, before the slot is written again. A state that does not read well is therefore one of two things:

- with its mark erased, one whose writing was broken off, or begun: the pump has not obeyed it;
- with any other mark, one that was whole, and is damaged.

The mark of a damaged state is not taken back: whenever the power goes while another is written in its place, what is
left stays damaged, until that other is whole. No burst of up to 32 bits, and no three bits anywhere, erase a mark of
64.
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


class Held(Enum):
    """What a slot holds."""

    STATE = "a state"
    NOTHING = "nothing"
    """Erased, or a state whose writing was broken off."""
    DAMAGE = "a damaged state"


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
    """The other slot is damaged: it may have held the one after it."""
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
    damaged = any(slot.held is Held.DAMAGE for slot in slots)
    if not states:
        return ReadBack(Found.LOST if damaged else Found.NOTHING, None, slots)
    newest = max(states, key=lambda saved: saved.sequence)
    return ReadBack(Found.DOUBTFUL if damaged else Found.NEWEST, newest.pump, slots)


def slot_at(medium: Medium, place: int) -> Slot:
    """What the slot, 0 or 1, holds. A state that reads well is one, whatever its mark; a slot that ends too soon is
    damaged, unless nothing was ever written on the medium."""
    told = medium.read(place * slot_size(), slot_size())
    if len(told) < slot_size():
        untouched = not medium.read(0, size()).strip(bytes([ERASED]))
        return Slot(Held.NOTHING if untouched else Held.DAMAGE, None, f"ends after {len(told)} bytes")
    try:
        return Slot(Held.STATE, decode(told[: length()]), "")
    except Refused as why:
        held = Held.NOTHING if told[length() :] == NO_MARK else Held.DAMAGE
        return Slot(held, None, str(why))


@define(eq=False)
class Slots:
    """A medium to save on. Each state goes into the slot that holds none, or the older one."""

    medium: Medium
    _sequence: int = field(init=False)
    _place: int = field(init=False)
    _damaged: set[int] = field(init=False)
    """Slots in whose place no other state has been written yet."""

    def __attrs_post_init__(self) -> None:
        slots = read_back(self.medium).slots
        if all(slot.held is Held.NOTHING for slot in slots):
            self.medium.write(0, bytes([ERASED]) * size())
            self.medium.sync()
        sequences = [slot.saved.sequence if slot.saved is not None else -1 for slot in slots]
        self._sequence = max(sequences) + 1
        self._place = 0 if sequences[0] <= sequences[1] else 1
        self._damaged = {place for place, slot in enumerate(slots) if slot.held is Held.DAMAGE}

    def save(self, pump: Pump) -> None:
        """Save the state; once this returns, it is the one that is read back.

        Raises `ValueError` after 2 to the 64 of them, and what the medium raises.
        """
        if self._sequence > SEQUENCE_MAX:
            raise ValueError(f"Slots: {self._sequence} states were saved, and no more can be")
        told = encode(Saved(self._sequence, pump))
        begin = self._place * slot_size()
        parts = ((len(told), NO_MARK), (0, told), (len(told), MARK))
        for at, part in parts[1:] if self._place in self._damaged else parts:
            self.medium.write(begin + at, part)
            self.medium.sync()
        self._damaged.discard(self._place)
        self._sequence += 1
        self._place = 1 - self._place
