"""A saved state as bytes: canonical, versioned, with its length and a CRC-32C over all of it.

    offset  bytes  what it is, numbers with their highest byte first
         0      8  `ITHCPUMP`
         8      2  the version of this form
        10      4  how many bytes the whole has, checksum included
        14     16  the first of the SHA-256 of what a `Pump` is: its fields, to the last number
        30      8  how many states were saved before this one
        38      …  the pump: whole numbers in 8 bytes, two's complement; truth values in one
       end      4  CRC-32C of all before it

There is one way to write a state: what reads back to it and is written otherwise is refused.
"""

from __future__ import annotations

import struct
from typing import Final

import google_crc32c
from attrs import frozen

from intrathecal import Pump
from intrathecal_hosts.store.possible import impossible
from intrathecal_hosts.store.shape import Shape, shape_of

MAGIC: Final = b"ITHCPUMP"
"""How every saved state begins."""
VERSION: Final = 1
"""The version of the form that is written and read."""
HEADER: Final = struct.Struct(">8sHI16sQ")
"""All before the pump."""
CHECKSUM: Final = struct.Struct(">I")
"""What stands at the end."""
SEQUENCE_MAX: Final = 2**64 - 1
"""So many states can be saved: more than one each microsecond of 100 years."""


class Refused(Exception):
    """Bytes that are no saved state of this version and this core; the message says why, in one line."""


@frozen
class Saved:
    """A pump as it was saved."""

    sequence: int
    """How many states were saved before it."""
    pump: Pump


def shape() -> Shape:
    """What a pump is, as this version writes it."""
    return shape_of(Pump)


def length() -> int:
    """bytes: how long every saved state is."""
    return HEADER.size + _body().size + CHECKSUM.size


def encode(saved: Saved) -> bytes:
    """The bytes of a saved state.

    Raises `ValueError` for a sequence out of range, `struct.error` for a number that 64 bits do not hold: no pump of
    the core's has one.
    """
    if not 0 <= saved.sequence <= SEQUENCE_MAX:
        raise ValueError(f"Saved.sequence: {saved.sequence} is outside 0 to {SEQUENCE_MAX}")
    numbers: list[int] = []
    shape().flatten(saved.pump, numbers)
    header = HEADER.pack(MAGIC, VERSION, length(), shape().digest[:16], saved.sequence)
    told = header + _body().pack(*numbers)
    return told + CHECKSUM.pack(checksum(told))


def decode(told: bytes) -> Saved:
    """The state that the bytes are.

    Raises `Refused` for any that `encode` does not write of a pump: damaged, too short or too long, of another version,
    of a core whose records are others, or of values that no pump has.
    """
    if len(told) < HEADER.size:
        raise Refused(f"has {len(told)} bytes, a saved state has {length()}")
    magic, version, whole, kind, sequence = HEADER.unpack_from(told)
    if magic != MAGIC:
        raise Refused("does not begin as a saved state does")
    if version != VERSION:
        raise Refused(f"is of version {version}, this reads version {VERSION}")
    if not len(told) == whole == length():
        raise Refused(f"has {len(told)} bytes, says {whole}, a saved state has {length()}")
    if CHECKSUM.unpack(told[-CHECKSUM.size :])[0] != checksum(told[: -CHECKSUM.size]):
        raise Refused("is damaged: its checksum is that of other bytes")
    if kind != shape().digest[:16]:
        raise Refused("is of a core whose pumps have other fields")
    numbers = _body().unpack_from(told, HEADER.size)
    try:
        saved = Saved(sequence, shape().make(iter(numbers)))
    except (TypeError, ValueError) as error:
        raise Refused(f"holds what no pump is: {error}") from error
    if encode(saved) != told:
        raise Refused("is not written as a saved state is")
    why = impossible(saved.pump)
    if why is not None:
        raise Refused(f"holds what no pump is: {why}")
    return saved


def check(pump: Pump) -> None:
    """Raises `Refused` for a record that is no state of a pump: its tuples are too short or too long, its numbers have
    more than 64 bits, or values that no pump has."""
    try:
        told = encode(Saved(0, pump))
    except struct.error as error:
        raise Refused(f"holds what no pump is: {error}") from error
    if decode(told).pump != pump:
        raise Refused("holds what no pump is: tuples of other lengths")


def checksum(told: bytes) -> int:
    """CRC-32C, the polynomial of Castagnoli.

    Of up to 2 147 483 615 bits any three that are wrong are found, and any that lie within 32 (P. Koopman, "32-Bit
    Cyclic Redundancy Codes for Internet Applications", DSN 2002, table 1: Hamming distance 4).
    """
    return int(google_crc32c.value(told))


def _body() -> struct.Struct:
    return struct.Struct(">" + shape().codes)
