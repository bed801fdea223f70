"""Every refusal protects someone: taken out, a requirement is no longer proven."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from intrathecal.handlers import programming
from intrathecal.stepping import untimely
from intrathecal_proofs.families import INVARIANTS, LINKS
from intrathecal_proofs.guards import LIKELY, guards, ids_of, missed_at
from intrathecal_specs.everything import REQUIREMENTS

NAMES: Final = [guard.name for guard in guards()]


def test_every_reason_has_a_place_to_look_first() -> None:
    assert {guard.reason for guard in guards()} <= set(LIKELY)


def test_every_lemma_names_the_requirements_that_rest_on_it() -> None:
    ids = {needed.id for needed in REQUIREMENTS.values()}
    assert [name for name in (*INVARIANTS, *LINKS) if not set(ids_of(name)) or not set(ids_of(name)) <= ids] == []


def test_there_are_as_many_guards_as_the_source_shows() -> None:
    handlers = Path(inspect.getfile(programming)).parent.glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in handlers) + inspect.getsource(untimely)
    refusals = source.count("return refuse(pump, Reason.") + source.count("return postpone(pump, Reason.")
    reasons = source.count("return Reason.") - source.count("return Reason.NONE")
    assert len(list(guards())) == refusals + reasons > 60


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_a_guard_taken_out_is_missed_by_a_requirement(
    place: int, record_property: Callable[[str, object], None]
) -> None:
    name, missed = missed_at(place)
    words = ", ".join("/".join(m.ids) + " " + m.claim for m in missed)
    record_property("guard", [place, f"{name}: {words or 'NONE'}"])  # told at the end: see conftest.py
    assert any(m.ids for m in missed)
