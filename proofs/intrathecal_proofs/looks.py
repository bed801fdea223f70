"""Looks: what one engine said, and what it made of its canaries, in plain values."""

from __future__ import annotations

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
