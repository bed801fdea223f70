"""How one record follows from another. Outside the verifiable subset; provers know `evolve` as that of `attrs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

_Record = TypeVar("_Record")

if TYPE_CHECKING:
    from attrs import evolve as evolve
else:

    def evolve(record: _Record, **changes: Any) -> _Record:
        """The record with these fields changed, all others as they are.

        A record without slots, as the whole state is, has no checks that this would pass by: it is copied field by
        field, several times as fast as one is constructed.
        """
        if not hasattr(record, "__dict__"):
            return attrs.evolve(record, **changes)
        new = object.__new__(type(record))
        fields = new.__dict__
        fields.update(record.__dict__)
        fields.update(changes)
        return new
