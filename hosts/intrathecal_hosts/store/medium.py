"""What states are saved on: bytes that can be read and written, in a file or as flash would be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

from attrs import define, field, frozen

ERASED: Final = 0xFF
"""What a byte is where nothing was written."""


class Medium(Protocol):
    """Bytes that outlive a loss of power. What was written before a `sync` is there after it."""

    def read(self, begin: int, length: int) -> bytes:
        """The bytes from `begin` on, as far as there are any."""
        ...

    def write(self, begin: int, told: bytes) -> None:
        """Put these bytes there."""
        ...

    def sync(self) -> None:
        """Wait until everything written is there to stay."""
        ...


@define(eq=False)
class Flash:
    """Raw bytes in memory, as flash would be."""

    size: int
    """bytes."""
    held: bytearray = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.held = bytearray([ERASED]) * self.size

    def read(self, begin: int, length: int) -> bytes:
        """The bytes from `begin` on."""
        return bytes(self.held[begin : begin + length])

    def write(self, begin: int, told: bytes) -> None:
        """Put these bytes there."""
        self.held[begin : begin + len(told)] = told

    def sync(self) -> None:
        """Nothing is waited for."""


@frozen(eq=False)
class FileMedium:
    """A file. What is written is on the disk once `sync` returns, as far as the system tells the truth."""

    path: Path

    def read(self, begin: int, length: int) -> bytes:
        """The bytes from `begin` on, as far as there are any; of a file that is not there, none.

        Raises `OSError` where the file cannot be read.
        """
        if not self.path.exists():
            return b""
        with self.path.open("rb") as file:
            file.seek(begin)
            return file.read(length)

    def write(self, begin: int, told: bytes) -> None:
        """Put these bytes there.

        Raises `OSError` where the file cannot be written.
        """
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.seek(begin)
            file.write(told)

    def sync(self) -> None:
        """Wait for the disk."""
        with self.path.open("r+b") as file:
            os.fsync(file.fileno())
