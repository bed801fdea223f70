"""The catalogue: what it holds, that every number has a source, and what it says of a name that it does not know."""

from __future__ import annotations

import attrs
import pytest

from intrathecal import Device, DrugClass, LimitSource, MriPolicy
from intrathecal.catalogue import DEVICES, DRUGS, DeviceFacts, DrugFacts, Fact, device, drug

FACTS = [
    pytest.param(getattr(row, name.name), id=f"{row.name}: {name.name}")
    for row in (*DEVICES, *DRUGS)
    for name in attrs.fields(type(row))
    if name.name not in ("name", "code")
]


def test_the_20_ml_synchromed_ii() -> None:
    # 1 mL is 86 400 000 000 quanta: 20 mL, 1.4 mL, 2 mL, 0.5 mL, 0.14 mL.
    assert device("SynchroMed II 20 mL", 7) == Device(
        serial=7,
        capacity=1_728_000_000_000,
        residual=120_960_000_000,
        low=172_800_000_000,
        flow_min=48_000,
        flow_max=24_000_000,
        fast=145,
        slow=145,
        measuring_error=43_200_000_000,
        grace=60,
        silence=3_600,
        patient_bolus=True,
        tubing=12_096_000_000,
        mri=MriPolicy.KEEP_RUNNING,
        mri_recovery=86_400,
    )


def test_the_40_ml_synchromed_ii_differs_in_capacity_alone() -> None:
    small, large = device("SynchroMed II 20 mL", 7), device("SynchroMed II 40 mL", 7)
    assert large.capacity == 3_456_000_000_000
    assert attrs.evolve(large, capacity=small.capacity) == small


@pytest.mark.parametrize(
    ("name", "strongest", "hard"),
    [
        ("morphine", 25_000_000, 20_000_000),
        ("baclofen", 2_000_000, 1_000_000),
        ("ziconotide", 100_000, 19_200),
    ],
)
def test_a_drug_has_the_limits_of_its_label(name: str, strongest: int, hard: int) -> None:
    found = drug(name)
    assert (found.concentration_max, found.hard) == (strongest, hard)
    assert found.limit_source == LimitSource.LABEL
    assert found.soft <= found.hard


def test_baclofen_is_never_mixed_never_stopped_suddenly_and_never_in_the_patients_hand() -> None:
    baclofen = drug("baclofen")
    assert baclofen.stop_dangerous
    assert not baclofen.patient_bolus
    assert set(baclofen.never_with) == set(DrugClass) - {DrugClass.NONE, baclofen.kind}


def test_ziconotide_meets_opioids_with_caution_alone() -> None:
    assert DrugClass.OPIOID in drug("ziconotide").cautious_with


def test_no_two_drugs_share_a_code() -> None:
    assert len({facts.code for facts in DRUGS}) == len(DRUGS)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_has_a_source_and_a_verified_one_names_a_key(fact: Fact[object]) -> None:
    assert fact.source
    assert "no source read" not in fact.source or not fact.verified
    assert not fact.verified or "S-" in fact.source


@pytest.mark.parametrize("row", DEVICES)
def test_what_no_source_was_read_for_is_marked(row: DeviceFacts) -> None:
    assert not row.residual.verified
    assert not row.flow_max.verified
    assert row.flow_min.verified


@pytest.mark.parametrize("row", DRUGS)
def test_soft_and_single_dose_limits_are_choices(row: DrugFacts) -> None:
    assert row.hard.verified
    assert not row.soft.verified
    assert not row.single.verified


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^device: 'SynchroMed III' is not in the catalogue, which holds Sync.*40 mL"):
        device("SynchroMed III", 1)
    with pytest.raises(
        ValueError, match=r"^drug: 'Morphine' is not in the catalogue, which holds morphine, baclofen, ziconotide$"
    ):
        drug("Morphine")
