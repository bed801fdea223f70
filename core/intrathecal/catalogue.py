"""Devices and drugs by name, each number with its source. Outside the verifiable subset.

Examples for engineers, not clinical advice: a product takes its limits from the current labels of its pump and drugs.
A source key such as S-ecri, and a section such as 4.2, are those of the project's page of domain facts.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from attrs import evolve, frozen

from intrathecal.constructors import make_device, make_drug, make_titration
from intrathecal.device import Device, MriPolicy
from intrathecal.drug import Drug, DrugClass, LimitSource
from intrathecal.quantities import (
    Concentration,
    DailyMass,
    Duration,
    Flow,
    Mass,
    Ratio,
    Volume,
    hours,
    mg,
    mg_per_day,
    mg_per_ml,
    ml,
    ml_per_day,
    per_cent,
    seconds,
    ug,
    ug_per_day,
    ug_per_ml,
)

_Value = TypeVar("_Value")


@frozen
class Fact(Generic[_Value]):
    """A value from the world, and where it comes from."""

    value: _Value
    source: str
    """Source keys, and what the source says where it says it otherwise."""
    verified: bool
    """A source's text was read and states the value for this use. `False`: replace it before relying on it."""


@frozen
class DeviceFacts:
    """A model of device; fields mean what those of `Device` mean."""

    name: str
    capacity: Fact[Volume]
    residual: Fact[Volume]
    low: Fact[Volume]
    flow_min: Fact[Flow]
    flow_max: Fact[Flow]
    fast: Fact[Ratio]
    slow: Fact[Ratio]
    measuring_error: Fact[Volume]
    grace: Fact[Duration]
    silence: Fact[Duration]
    patient_bolus: Fact[bool]
    tubing: Fact[Volume]
    mri: Fact[MriPolicy]
    mri_recovery: Fact[Duration]


@frozen
class DrugFacts:
    """A drug; fields mean what those of `Drug` mean."""

    name: str
    code: int
    """This project's own number for the drug."""
    kind: Fact[DrugClass]
    concentration_max: Fact[Concentration]
    hard: Fact[DailyMass]
    soft: Fact[DailyMass]
    single: Fact[Mass]
    limit_source: Fact[LimitSource]
    stop_dangerous: Fact[bool]
    patient_bolus: Fact[bool]
    never_with: Fact[tuple[DrugClass, ...]]
    cautious_with: Fact[tuple[DrugClass, ...]]
    start: Fact[DailyMass]
    rise: Fact[DailyMass]
    rise_share: Fact[Ratio]
    fall_share: Fact[Ratio]
    interval: Fact[Duration]
    sudden_below: Fact[Ratio]


def _read(value: _Value, source: str) -> Fact[_Value]:
    return Fact(value=value, source=source, verified=True)


def _unverified(value: _Value, source: str) -> Fact[_Value]:
    return Fact(value=value, source=source, verified=False)


_SYNCHROMED_II_20 = DeviceFacts(
    name="SynchroMed II 20 mL",
    capacity=_read(ml(20), "S-z1338, S-fda17"),
    residual=_unverified(ml("1.4"), "1.1, about, no source read"),
    low=_read(ml(2), "S-neuro2mL: recommended by the manufacturer at the time"),
    flow_min=_read(ml_per_day("0.048"), "S-prialtweb"),
    flow_max=_unverified(ml_per_day(24), "1.1, no source read"),
    fast=_read(per_cent("14.5"), "S-ecri"),
    slow=_read(per_cent("14.5"), "S-ecri"),
    measuring_error=_unverified(ml("0.5"), "chosen: half a mark of a syringe marked by the mL, no source read"),
    grace=_unverified(seconds(60), "chosen: rule CMD-3 of this project"),
    silence=_unverified(hours(1), "1.4: default interval of non-critical alarms, no source read"),
    patient_bolus=_unverified(True, "1.3: patient devices 8835 and A820, no source read"),
    tubing=_read(ml("0.140"), "S-icij17: corrected from 0.199 mL"),
    mri=_read(MriPolicy.KEEP_RUNNING, "S-mri: stopping it before is not recommended, it should resume by itself"),
    mri_recovery=_read(hours(24), "S-mri: return of proper infusion was delayed by 2 to 24 h"),
)

DEVICES: Final = (
    _SYNCHROMED_II_20,
    evolve(_SYNCHROMED_II_20, name="SynchroMed II 40 mL", capacity=_read(ml(40), "S-z1338, S-fda17")),
)
"""Every model that the catalogue knows."""

DRUGS: Final = (
    DrugFacts(
        name="morphine",
        code=1,
        kind=_read(DrugClass.OPIOID, "S-infu"),
        concentration_max=_read(mg_per_ml(25), "S-infu: the stronger ampoule"),
        hard=_read(mg_per_day(20), "S-infu: the label calls for caution above it"),
        soft=_unverified(mg_per_day(15), "4.2: PACC maximum, no source read"),
        single=_unverified(mg("0.5"), "4.2: most of a PACC single-shot trial dose, no source read; chosen as limit"),
        limit_source=_read(LimitSource.LABEL, "S-infu"),
        stop_dangerous=_unverified(False, "4.4: withdrawal is severe but seldom fatal, no source read"),
        patient_bolus=_read(True, "S-ptc5: patient device is for Infumorph"),
        never_with=_read((DrugClass.GABA_B_AGONIST,), "S-bac5: baclofen is not mixed"),
        cautious_with=_unverified(
            (
                DrugClass.OPIOID,
                DrugClass.LOCAL_ANAESTHETIC,
                DrugClass.ALPHA2_AGONIST,
                DrugClass.CALCIUM_CHANNEL_BLOCKER,
            ),
            "chosen: no label names these mixtures (S-prialt2 advises against ziconotide with opiates)",
        ),
        start=_read(mg_per_day(1), "S-infu: 0.2 to 1 mg a day where opioids are new"),
        rise=_unverified(mg_per_day(0), "4.3: steps are shares of the dose, no source read"),
        rise_share=_unverified(per_cent(30), "4.3: 10 to 30 % a step, no source read"),
        fall_share=_unverified(per_cent(30), "chosen: the same as a step up, no source read"),
        interval=_unverified(hours(24), "4.3: no oftener than every 24 h, no source read"),
        sudden_below=_unverified(per_cent(50), "chosen, no source read"),
    ),
    DrugFacts(
        name="baclofen",
        code=2,
        kind=_unverified(DrugClass.GABA_B_AGONIST, "pharmacology, no source read"),
        concentration_max=_read(ug_per_ml(2000), "S-bac1, S-bac5: the strongest vial"),
        hard=_read(ug_per_day(1000), "S-bac1, S-bac5: usually not above it"),
        soft=_unverified(ug_per_day(800), "chosen: most of the usual maintenance, spinal origin (S-bac1)"),
        single=_unverified(ug(100), "chosen: the largest test dose (S-bac1, S-bac4)"),
        limit_source=_read(LimitSource.LABEL, "S-bac1, S-bac5"),
        stop_dangerous=_read(True, "S-bac3: boxed warning"),
        patient_bolus=_read(False, "S-ptc5: patient device is never for baclofen"),
        never_with=_read(
            (
                DrugClass.OPIOID,
                DrugClass.LOCAL_ANAESTHETIC,
                DrugClass.ALPHA2_AGONIST,
                DrugClass.CALCIUM_CHANNEL_BLOCKER,
            ),
            "S-bac5: do not mix with other drugs",
        ),
        cautious_with=_read((), "S-bac5: never mixed, so nothing to be cautious with"),
        start=_read(ug_per_day(100), "S-bac1, S-bac2: twice the first test dose, which is 50 ug"),
        rise=_read(ug_per_day(0), "S-bac1: steps are shares of the dose"),
        rise_share=_read(per_cent(30), "S-bac1: spinal origin; 15 % for cerebral origin and children"),
        fall_share=_read(per_cent(20), "S-bac1: 10 to 20 % at a refill"),
        interval=_read(hours(24), "S-bac1"),
        sudden_below=_unverified(per_cent(50), "chosen, no source read"),
    ),
    DrugFacts(
        name="ziconotide",
        code=3,
        kind=_unverified(DrugClass.CALCIUM_CHANNEL_BLOCKER, "pharmacology, no source read"),
        concentration_max=_read(ug_per_ml(100), "S-prialt, S-prialt3: the stronger vial"),
        hard=_read(ug_per_day("19.2"), "S-prialtweb"),
        soft=_unverified(ug_per_day("19.2"), "4.2: PACC maximum, the same as the label's, no source read"),
        single=_unverified(ug(5), "4.2: most of a PACC single-shot trial dose, no source read; chosen as limit"),
        limit_source=_read(LimitSource.LABEL, "S-prialtweb"),
        stop_dangerous=_read(False, "4.1: may be stopped abruptly; S-prialt4: no withdrawal"),
        patient_bolus=_unverified(False, "chosen: no label names patient boluses"),
        never_with=_read((DrugClass.GABA_B_AGONIST,), "S-bac5: baclofen is not mixed"),
        cautious_with=_read((DrugClass.OPIOID,), "S-prialt2: with intrathecal opiates not recommended"),
        start=_read(ug_per_day("2.4"), "S-prialt, S-prialtweb"),
        rise=_read(ug_per_day("2.4"), "S-prialtweb"),
        rise_share=_read(per_cent(0), "S-prialtweb: steps are masses"),
        fall_share=_read(per_cent(100), "4.1: may be stopped abruptly; S-prialt4: no withdrawal"),
        interval=_read(hours(56), "S-prialtweb: at most 3 steps in 7 days"),
        sudden_below=_read(per_cent(0), "4.1: may be stopped abruptly; S-prialt4: no withdrawal"),
    ),
)
"""Every drug that the catalogue knows."""


def device(name: str, serial: int) -> Device:
    """The device of the model `name` with the serial number `serial`.

    Raises `ValueError`, listing the names, for a model that the catalogue does not know.
    """
    for facts in DEVICES:
        if facts.name == name:
            return make_device(
                serial=serial,
                capacity=facts.capacity.value,
                residual=facts.residual.value,
                low=facts.low.value,
                flow_min=facts.flow_min.value,
                flow_max=facts.flow_max.value,
                fast=facts.fast.value,
                slow=facts.slow.value,
                measuring_error=facts.measuring_error.value,
                grace=facts.grace.value,
                silence=facts.silence.value,
                patient_bolus=facts.patient_bolus.value,
                tubing=facts.tubing.value,
                mri=facts.mri.value,
                mri_recovery=facts.mri_recovery.value,
            )
    raise ValueError(f"device: {name!r} is not in the catalogue, which holds {', '.join(f.name for f in DEVICES)}")


def drug(name: str) -> Drug:
    """The drug called `name`.

    Raises `ValueError`, listing the names, for a drug that the catalogue does not know.
    """
    for facts in DRUGS:
        if facts.name == name:
            return make_drug(
                code=facts.code,
                kind=facts.kind.value,
                concentration_max=facts.concentration_max.value,
                hard=facts.hard.value,
                soft=facts.soft.value,
                single=facts.single.value,
                limit_source=facts.limit_source.value,
                stop_dangerous=facts.stop_dangerous.value,
                patient_bolus=facts.patient_bolus.value,
                never_with=facts.never_with.value,
                cautious_with=facts.cautious_with.value,
                titration=make_titration(
                    start=facts.start.value,
                    rise=facts.rise.value,
                    rise_share=facts.rise_share.value,
                    fall_share=facts.fall_share.value,
                    interval=facts.interval.value,
                    sudden_below=facts.sudden_below.value,
                ),
            )
    raise ValueError(f"drug: {name!r} is not in the catalogue, which holds {', '.join(f.name for f in DRUGS)}")
