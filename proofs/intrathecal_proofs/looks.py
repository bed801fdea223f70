"""Looks: what one engine said, and what it made of its canaries, in plain values."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import asdict, frozen


@frozen
class Look:
    """What one engine said."""

    engine: str
    good: bool
    line: str

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return asdict(self)


@frozen
class Song:
    """What one engine made of its canaries."""

    engine: str
    refuted: tuple[str, ...]
    silent: tuple[str, ...]
    """Those that are false and were not refuted."""

    @property
    def good(self) -> bool:
        """Every canary was refuted, and there was one."""
        return bool(self.refuted) and not self.silent

    @property
    def line(self) -> str:
        """As in `z3 2 of 2 refuted`."""
        said = f"{self.engine} {len(self.refuted)} of {len(self.refuted) + len(self.silent)} refuted"
        return said if self.good else f"{said}, NOT {', '.join(self.silent) or 'any: there is none'}"


def have_sung(songs: Sequence[Song]) -> bool:
    """Whether every engine that was asked has refuted its canaries, and one was asked: else nothing that they say
    counts."""
    return bool(songs) and all(song.good for song in songs)


def look_of(songs: Sequence[Song]) -> Look:
    """Whether the engines refuted what is false."""
    return Look("canaries", have_sung(songs), f"canaries: {', '.join(song.line for song in songs)}")
