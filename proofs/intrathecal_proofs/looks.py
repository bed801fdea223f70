"""Looks: what one engine said, in plain values."""

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
