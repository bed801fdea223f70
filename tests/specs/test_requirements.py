"""Requirements are sentences with a source: each has what a reviewer needs."""

from __future__ import annotations

from intrathecal_specs.everything import REQUIREMENTS
from intrathecal_specs.hazards import HAZARD_WORDS, Hazard

RULES = {
    *(f"TIME-{i}" for i in range(1, 5)),
    *(f"CMD-{i}" for i in range(1, 5)),
    *(f"DOSE-{i}" for i in range(1, 11)),
    *("SOL-1", "SOL-2"),
    *(f"RATE-{i}" for i in range(1, 7)),
    *(f"RES-{i}" for i in range(1, 14)),
    *(f"ALM-{i}" for i in range(1, 9)),
    *(f"MODE-{i}" for i in range(1, 8)),
    *(f"AUTH-{i}" for i in range(1, 5)),
    *(f"TRIAL-{i}" for i in range(1, 6)),
    *(f"ENV-{i}" for i in range(1, 6)),
    *(f"FIX-{i}" for i in range(1, 6)),
    *("SAVE-3", "NUM-1", "NUM-2"),
}


def test_every_rule_of_a_pump_in_therapy_is_a_requirement() -> None:
    assert {needed.id for needed in REQUIREMENTS.values()} == RULES


def test_every_requirement_names_hazards_and_a_source() -> None:
    for needed in REQUIREMENTS.values():
        assert needed.hazards, needed.name
        assert needed.source, needed.name
        assert needed.english.endswith("."), needed.name


def test_every_hazard_has_words() -> None:
    assert set(HAZARD_WORDS) == set(Hazard)


def test_a_fingerprint_changes_with_the_english() -> None:
    fingerprints = [needed.fingerprint for needed in REQUIREMENTS.values()]
    assert len(set(fingerprints)) == len(fingerprints)
