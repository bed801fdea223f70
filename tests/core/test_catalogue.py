"""The catalogue: each number is its source's, each has a source or a mark, and an unknown name is answered clearly."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from intrathecal import Device, DrugClass, LimitSource, MriPolicy, Reason, candidate, step
from intrathecal.catalogue import (
    DEVICES,
    DRUGS,
    PROTOCOLS,
    SOURCES,
    Basis,
    DeviceFacts,
    DrugFacts,
    Fact,
    device,
    device_facts,
    drug,
)
from intrathecal.constructors import commission, make_solution
from intrathecal.device import Band, Drive
from intrathecal.events import Authority
from intrathecal.quantities import hours, mg_per_ml, ml

FACTS = {
    f"{row.name}: {field.name}": getattr(row, field.name)
    for row in (*DEVICES, *DRUGS, *PROTOCOLS)
    for field in attrs.fields(type(row))
    if field.name not in ("name", "code", "drug")
}

KEEP, EMPTY, NEVER = MriPolicy.KEEP_RUNNING, MriPolicy.EMPTY_FIRST, MriPolicy.FORBIDDEN

# Typed from the sources: capacity, residual, low in mL; slowest and fastest flow in mL/d; tolerance in %; whether the
# patient may trigger boluses; tubing in mL; MRI, and hours until it must be verified.
DEVICE_FIGURES = {
    "SynchroMed II 20 mL": ("20", "1.4", "2", "0.048", "24", "14.5", True, "0.14", KEEP, "24"),
    "SynchroMed II 40 mL": ("40", "1.4", "2", "0.048", "24", "14.5", True, "0.14", KEEP, "24"),
    "SynchroMed III 20 mL": ("20", "1.4", "2", "0.048", "24", "14.5", True, "0.14", NEVER, "24"),
    "SynchroMed III 40 mL": ("40", "1.4", "2", "0.048", "24", "14.5", True, "0.14", NEVER, "24"),
    "Prometra II 20 mL": ("20", "0", "3", "0.048", "28.8", "15", True, "0", EMPTY, "1"),
    "Prometra II 40 mL": ("40", "0", "3", "0.048", "28.8", "15", True, "0", EMPTY, "1"),
    "MedStream 20 mL": ("20", "1.4", "3", "0.1", "4", "15", False, "0", NEVER, "24"),
    "MedStream 40 mL": ("40", "1.4", "3", "0.1", "4", "15", False, "0", NEVER, "24"),
    "generic programmable 18 mL": ("18", "1.4", "2", "0.048", "24", "15", False, "0", NEVER, "24"),
    "generic programmable 20 mL": ("20", "1.4", "2", "0.048", "24", "15", False, "0", NEVER, "24"),
}

# Typed from the sources: capacity, residual, low in mL; factory flow in mL/d; what the bolus port takes in mL; MRI.
CONSTANT_FLOW_FIGURES = {
    "Codman 3000 16 mL at 0.3 mL/d": ("16", "1", "3", "0.3", "1", NEVER),
    "Codman 3000 30 mL at 1 mL/d": ("30", "2", "4", "1", "1", NEVER),
    "Codman 3000 50 mL at 3.4 mL/d": ("50", "3", "5", "3.4", "1", NEVER),
    "IsoMed 20 mL at 0.3 mL/d": ("20", "1", "3", "0.3", "0", KEEP),
    "IsoMed 20 mL at 0.5 mL/d": ("20", "1", "3", "0.5", "0", KEEP),
    "IsoMed 20 mL at 1 mL/d": ("20", "1", "3", "1", "0", KEEP),
    "IsoMed 20 mL at 1.5 mL/d": ("20", "1", "3", "1.5", "0", KEEP),
    "IsoMed 35 mL at 0.3 mL/d": ("35", "2", "4", "0.3", "0", KEEP),
    "IsoMed 35 mL at 0.5 mL/d": ("35", "2", "4", "0.5", "0", KEEP),
    "IsoMed 35 mL at 1 mL/d": ("35", "2", "4", "1", "0", KEEP),
    "IsoMed 35 mL at 1.5 mL/d": ("35", "2", "4", "1.5", "0", KEEP),
    "IsoMed 35 mL at 2 mL/d": ("35", "2", "4", "2", "0", KEEP),
    "IsoMed 35 mL at 2.5 mL/d": ("35", "2", "4", "2.5", "0", KEEP),
    "generic constant-flow 18 mL at 0.15 mL/d": ("18", "1", "2", "0.15", "0", NEVER),
    "generic constant-flow 20 mL at 0.15 mL/d": ("20", "1", "2", "0.15", "0", NEVER),
}

# The pressures that are allowed: from, to in hPa; fast, slow in %.
PRESSURES = {
    "SynchroMed II": [(701, 1_993, "14.5", "14.5")],
    "SynchroMed III": [(701, 1_100, "14.5", "14.5")],
    "Prometra II": [(701, 1_100, "15", "15")],
    "MedStream": [(701, 1_100, "15", "15")],
    "generic programmable": [(701, 3_403, "15", "15")],
    "Codman 3000": [(753, 949, "70", "15"), (950, 1_100, "30", "30")],
    "IsoMed": [(753, 949, "70", "15"), (950, 1_100, "30", "30")],
    "generic constant-flow": [(753, 1_100, "70", "30"), (1_101, 3_403, "15", "99.9")],
}

# Typed from the sources: strongest solution in mg/mL; hard and soft limit in mg/d; single dose in mg.
DRUG_FIGURES = {
    "morphine": ("25", "20", "15", "0.5", LimitSource.LABEL),
    "baclofen": ("2", "1", "0.8", "0.1", LimitSource.LABEL),
    "ziconotide": ("0.1", "0.0192", "0.0192", "0.005", LimitSource.LABEL),
    "hydromorphone": ("15", "25", "10", "0.1", LimitSource.FORMULARY),
    "fentanyl": ("10", "1", "1", "0.075", LimitSource.FORMULARY),
    "sufentanil": ("5", "0.5", "0.5", "0.02", LimitSource.FORMULARY),
    "bupivacaine": ("30", "20", "15", "2.5", LimitSource.FORMULARY),
    "clonidine": ("1", "2", "0.6", "0.02", LimitSource.FORMULARY),
}

# Typed from the sources: largest first dose in mg/d; a step up in mg/d and in % of the daily dose; a step down in %;
# hours between steps; the share of the daily dose in % below which a day is a sudden stop.
TITRATION_FIGURES = {
    "morphine": ("1", "0", "30", "30", "24", "50"),
    "baclofen": ("0.1", "0", "30", "20", "24", "50"),
    "ziconotide": ("0.0024", "0.0024", "0", "100", "56", "0"),
    "hydromorphone": ("0.15", "0", "30", "30", "24", "50"),
    "fentanyl": ("0.075", "0", "30", "30", "24", "50"),
    "sufentanil": ("0.02", "0", "30", "30", "24", "50"),
    "bupivacaine": ("4", "0", "30", "30", "24", "0"),
    "clonidine": ("0.1", "0", "30", "20", "24", "50"),
}

MILLILITRE = 86_400_000_000
"""quanta: 86 400 a nanolitre."""


def times(figure: str, units: int) -> int:
    product = Fraction(figure) * units
    assert product.denominator == 1
    return product.numerator


@pytest.mark.parametrize("name", DEVICE_FIGURES)
def test_a_device_has_the_numbers_of_its_sources(name: str) -> None:
    capacity, residual, low, slowest, fastest, off, patient, tubing, mri, verified_by = DEVICE_FIGURES[name]
    made = device(name, 7)
    assert made.capacity == times(capacity, MILLILITRE)
    assert made.residual == times(residual, MILLILITRE)
    assert made.low == times(low, MILLILITRE)
    assert (made.flow_min, made.flow_max) == (times(slowest, 1_000_000), times(fastest, 1_000_000))
    assert made.fast == made.slow == times(off, 10)
    assert made.patient_bolus is patient
    assert made.tubing == times(tubing, MILLILITRE)
    assert (made.mri, made.mri_recovery) == (mri, times(verified_by, 3_600))


@pytest.mark.parametrize("name", CONSTANT_FLOW_FIGURES)
def test_a_constant_flow_pump_has_the_numbers_of_its_sources(name: str) -> None:
    capacity, residual, low, flow, port, mri = CONSTANT_FLOW_FIGURES[name]
    made = device(name, 7)
    assert made.drive == Drive.CONSTANT_FLOW
    assert made.capacity == times(capacity, MILLILITRE)
    assert made.residual == times(residual, MILLILITRE)
    assert made.low == times(low, MILLILITRE)
    assert made.flow_min == made.flow_max == times(flow, 1_000_000)
    assert made.port == times(port, MILLILITRE)
    assert (made.mri, made.patient_bolus, made.tubing) == (mri, False, 0)


@pytest.mark.parametrize("row", DEVICES, ids=lambda row: row.name)
def test_a_device_is_allowed_the_pressures_of_its_sources_and_its_tolerance_is_the_widest(row: DeviceFacts) -> None:
    made = device(row.name, 7)
    allowed = next(PRESSURES[model] for model in sorted(PRESSURES, reverse=True) if row.name.startswith(model))
    starts = [0, *(band.up_to + 1 for band in made.bands)]
    found = [
        (start, band.up_to, band.fast, band.slow)
        for start, band in zip(starts, made.bands, strict=False)
        if band.allowed
    ]
    assert found == [(start, end, times(fast, 10), times(slow, 10)) for start, end, fast, slow in allowed]
    assert made.fast == max(fast for _, _, fast, _ in found)
    assert made.slow == max(slow for _, _, _, slow in found)


@pytest.mark.parametrize("name", [*DEVICE_FIGURES, *CONSTANT_FLOW_FIGURES])
def test_what_the_catalogue_takes_alike_of_all_devices(name: str) -> None:
    """Measured to 0.5 mL at a refill, a host late by 60 s at most, silences of 1 h, a refill within 180 days."""
    made = device(name, 7)
    assert made.serial == 7
    assert made.measuring_error == times("0.5", MILLILITRE)
    assert (made.grace, made.silence) == (60, 3_600)
    assert device_facts(name).refill_within.value.seconds == 180 * 86_400


@pytest.mark.parametrize("name", DRUG_FIGURES)
def test_a_drug_has_the_numbers_of_its_sources(name: str) -> None:
    strongest, hard, soft, single, limit_source = DRUG_FIGURES[name]
    made = drug(name)
    assert made.concentration_max == times(strongest, 1_000_000)
    assert (made.hard, made.soft) == (times(hard, 1_000_000), times(soft, 1_000_000))
    assert made.single == times(single, 1_000_000)
    assert made.limit_source == limit_source


@pytest.mark.parametrize("name", TITRATION_FIGURES)
def test_a_drug_is_titrated_as_its_sources_say(name: str) -> None:
    start, rise, rise_share, fall_share, interval, sudden_below = TITRATION_FIGURES[name]
    made = drug(name).titration
    assert (made.start, made.rise) == (times(start, 1_000_000), times(rise, 1_000_000))
    assert (made.rise_per_mille, made.fall_per_mille) == (times(rise_share, 10), times(fall_share, 10))
    assert (made.interval, made.sudden_below) == (times(interval, 3_600), times(sudden_below, 10))


def test_the_figures_are_of_every_device_and_every_drug() -> None:
    assert [*DEVICE_FIGURES, *CONSTANT_FLOW_FIGURES] == [facts.name for facts in DEVICES]
    assert list(DRUG_FIGURES) == list(TITRATION_FIGURES) == [facts.name for facts in DRUGS]


def test_the_20_ml_synchromed_ii_field_by_field() -> None:
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
        drive=Drive.PROGRAMMABLE,
        bands=(
            Band(up_to=700, allowed=False, fast=999, slow=1_000),
            Band(up_to=1_993, allowed=True, fast=145, slow=145),
            Band(up_to=100_000, allowed=False, fast=999, slow=1_000),
            Band(up_to=100_000, allowed=False, fast=999, slow=1_000),
        ),
        port=0,
    )


def test_baclofen_is_never_mixed_never_stopped_suddenly_and_never_in_the_patients_hand() -> None:
    baclofen = drug("baclofen")
    assert baclofen.stop_dangerous
    assert not baclofen.patient_bolus
    assert set(baclofen.never_with) == set(DrugClass) - {DrugClass.NONE, baclofen.kind}


def test_every_other_drug_keeps_away_from_baclofen() -> None:
    for facts in DRUGS:
        assert facts.name == "baclofen" or DrugClass.GABA_B_AGONIST in drug(facts.name).never_with


def test_baclofen_and_clonidine_alone_are_dangerous_to_stop() -> None:
    assert [facts.name for facts in DRUGS if drug(facts.name).stop_dangerous] == ["baclofen", "clonidine"]


def test_morphine_alone_may_be_in_the_patients_hand() -> None:
    assert [facts.name for facts in DRUGS if drug(facts.name).patient_bolus] == ["morphine"]


def test_ziconotide_meets_opioids_with_caution_alone() -> None:
    assert DrugClass.OPIOID in drug("ziconotide").cautious_with


def test_no_two_drugs_share_a_code() -> None:
    assert len({facts.code for facts in DRUGS}) == len(DRUGS)


def test_a_drug_that_no_label_limits_needs_a_confirmed_formulary() -> None:
    pump = candidate(device("SynchroMed II 20 mL", 7))
    solution = make_solution(ingredients=[(drug("hydromorphone"), mg_per_ml(10))])
    asked = commission(
        at=hours(0),
        number=1,
        authority=Authority.CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
    )
    assert step(pump.device, pump, asked).verdict.reason == Reason.FORMULARY_UNCONFIRMED
    assert step(pump.device, pump, attrs.evolve(asked, formulary_confirmed=True)).verdict.accepted


@pytest.mark.parametrize("row", [facts for facts in DEVICES if not facts.mri.verified], ids=lambda row: row.name)
def test_where_no_source_says_what_an_mri_does_none_is_admitted(row: DeviceFacts) -> None:
    assert row.mri.value == MriPolicy.FORBIDDEN


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_fact_has_a_source_or_is_marked_and_explained(fact: Fact[object]) -> None:
    assert set(fact.sources) <= set(SOURCES)
    assert fact.verified == (fact.basis in (Basis.READ, Basis.DERIVED))
    assert fact.sources or not fact.verified
    assert fact.note or fact.basis in (Basis.READ, Basis.UNVERIFIED)
    assert fact.basis is not Basis.UNVERIFIED or not fact.sources


def test_every_source_has_a_title() -> None:
    assert all(SOURCES.values())
    assert list(SOURCES) == sorted(SOURCES)


def test_nothing_of_the_synchromed_iii_is_taken_for_verified() -> None:
    row = device_facts("SynchroMed III 20 mL")
    assert not any(getattr(row, field.name).verified for field in attrs.fields(DeviceFacts) if field.name != "name")


@pytest.mark.parametrize("row", DRUGS, ids=lambda row: row.name)
def test_only_a_labels_hard_limit_is_verified_and_no_soft_one_is(row: DrugFacts) -> None:
    assert row.hard.verified == (row.limit_source.value == LimitSource.LABEL)
    assert not row.soft.verified
    assert not row.single.verified


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"^device: 'SynchroMed IV' is not in the catalogue, which holds Sync.*generic"
    ):
        device("SynchroMed IV", 1)
    with pytest.raises(
        ValueError, match=r"^drug: 'Morphine' is not in the catalogue, which holds morphine, .*clonidine$"
    ):
        drug("Morphine")
