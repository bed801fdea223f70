"""Every refusal protects someone: taken out, a requirement is no longer proven."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from intrathecal_proofs.guards import LIKELY, guards, missed_at

SAMPLED = {
    "on_patient_bolus": {"LOCKOUT", "COUNT", "WINDOW_FULL", "NOT_BASAL", "EMPTY", "DUPLICATE"},
    "on_clinician_bolus": {"SINGLE_DOSE", "NOT_CLINICIAN"},
    "on_refill": {"NOT_EMPTIED", "OVER_CAPACITY", "SOLUTION_CHANGED"},
    "on_withdraw": {"NOT_ENOUGH"},
    "on_stop": {"NOT_CLINICIAN", "DUPLICATE"},
    "on_silence": {"NOTHING_SOUNDS", "SILENCE_TOO_LONG"},
    "on_acknowledge": {"CONDITION_PRESENT"},
    "untimely": {"NOT_MISSED", "TIME_PAST"},
}
"""What the default run takes out; `INTRATHECAL_ALL_GUARDS=1` takes out every one."""


def chosen() -> list[int]:
    """The places of this run's guards among all."""
    everything = os.environ.get("INTRATHECAL_ALL_GUARDS") == "1"
    return [
        place
        for place, guard in enumerate(guards())
        if everything or guard.reason in SAMPLED.get(guard.function.__name__, set())
    ]


def test_every_reason_has_a_place_to_look_first() -> None:
    assert {guard.reason for guard in guards()} <= set(LIKELY)


def test_there_are_as_many_guards_as_the_source_shows() -> None:
    assert len(list(guards())) == 66


def test_a_guard_taken_out_is_missed_by_a_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(missed_at, chosen()))
    with capsys.disabled():
        print("\nguard taken out -> requirement that is no longer proven")
        for name, missed in found:
            words = ", ".join("/".join(m.ids) + " " + m.claim for m in missed)
            print(f"  {name}: {words or 'NONE'}")
    unmissed = [name for name, missed in found if not any(m.ids for m in missed)]
    assert unmissed == []
