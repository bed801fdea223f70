"""The drugs of the catalogue. Outside the verifiable subset.

What a label limits is hard, what experts agreed on is soft. Where no label limits the intrathecal dose, the hard limit
is a formulary's, which the host confirms: until it does, a solution with the drug is refused. PACC is the Polyanalgesic
Consensus Conference of 2017.
"""

from __future__ import annotations

from typing import Final

from intrathecal.catalogue.facts import DrugFacts, Fact, chosen, derived, read, unverified
from intrathecal.drug import DrugClass, LimitSource
from intrathecal.quantities import hours, mg, mg_per_day, mg_per_ml, per_cent, ug, ug_per_day, ug_per_ml

_ALL_BUT_BACLOFEN: tuple[DrugClass, ...] = (
    DrugClass.OPIOID,
    DrugClass.LOCAL_ANAESTHETIC,
    DrugClass.ALPHA2_AGONIST,
    DrugClass.CALCIUM_CHANNEL_BLOCKER,
)
_NOT_WITH_BACLOFEN: Fact[tuple[DrugClass, ...]] = read(
    (DrugClass.GABA_B_AGONIST,), "S-bac5", note="baclofen is not mixed"
)
_WITH_CAUTION = chosen(
    _ALL_BUT_BACLOFEN, "S-prialt2", note="no label names these mixtures; ziconotide's advises against opiates"
)
_NO_PATIENT_BOLUS = chosen(False, "S-ptc5", note="no label names patient boluses of it: the strictest")
_PHARMACOLOGY = "pharmacology"
_CONFIRMED = chosen(LimitSource.FORMULARY, note="no label limits its intrathecal dose")
_NO_HIGHER = "the PACC maximum: nothing was read that goes beyond it"
_HIGHEST_IN_USE = "the highest in use at one centre, beyond the PACC maximum"
_PACC = "PACC maximum"
_PACC_SINGLE = "most of a single-shot trial dose of the PACC, taken as the limit"
_IN_SHARES = unverified(mg_per_day(0), "steps are shares of the dose")
_OPIOID_STEP = unverified(per_cent(30), "10 to 30 % a step")
_OTHER_STEP = chosen(per_cent(30), note="as opioids'")
_AS_STEP_UP = chosen(per_cent(30), note="the same as a step up")
_DAILY = unverified(hours(24), "no oftener than every 24 h")
_HALF = chosen(per_cent(50), note="half of what the patient is used to")
_START = "most of the PACC's range to start with"
_OPIOID_WITHDRAWAL = "withdrawal is severe but seldom fatal"

DRUGS: Final = (
    DrugFacts(
        name="morphine",
        code=1,
        kind=read(DrugClass.OPIOID, "S-infu"),
        concentration_max=read(mg_per_ml(25), "S-infu", note="the stronger ampoule"),
        hard=read(mg_per_day(20), "S-infu", note="the label calls for caution above it"),
        soft=unverified(mg_per_day(15), _PACC),
        single=unverified(mg("0.5"), _PACC_SINGLE),
        limit_source=read(LimitSource.LABEL, "S-infu"),
        stop_dangerous=unverified(False, _OPIOID_WITHDRAWAL),
        patient_bolus=read(True, "S-ptc5", note="the patient device is for Infumorph"),
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=read(mg_per_day(1), "S-infu", note="0.2 to 1 mg a day where opioids are new"),
        rise=_IN_SHARES,
        rise_share=_OPIOID_STEP,
        fall_share=_AS_STEP_UP,
        interval=_DAILY,
        sudden_below=_HALF,
    ),
    DrugFacts(
        name="baclofen",
        code=2,
        kind=unverified(DrugClass.GABA_B_AGONIST, _PHARMACOLOGY),
        concentration_max=read(ug_per_ml(2000), "S-bac1", "S-bac5", note="the strongest vial"),
        hard=read(ug_per_day(1000), "S-bac1", "S-bac5", note="usually not above it"),
        soft=chosen(ug_per_day(800), "S-bac1", note="most of the usual maintenance, spinal origin"),
        single=chosen(ug(100), "S-bac1", "S-bac4", note="the largest test dose"),
        limit_source=read(LimitSource.LABEL, "S-bac1", "S-bac5"),
        stop_dangerous=read(True, "S-bac3", note="boxed warning"),
        patient_bolus=read(False, "S-ptc5", note="the patient device is never for baclofen"),
        never_with=read(_ALL_BUT_BACLOFEN, "S-bac5", note="do not mix with other drugs"),
        cautious_with=read((), "S-bac5", note="never mixed, so nothing to be cautious with"),
        start=derived(ug_per_day(100), "S-bac1", "S-bac2", note="twice the first test dose, which is 50 ug"),
        rise=read(ug_per_day(0), "S-bac1", note="steps are shares of the dose"),
        rise_share=read(per_cent(30), "S-bac1", note="spinal origin; 15 % for cerebral origin and children"),
        fall_share=read(per_cent(20), "S-bac1", note="10 to 20 % at a refill"),
        interval=read(hours(24), "S-bac1"),
        sudden_below=_HALF,
    ),
    DrugFacts(
        name="ziconotide",
        code=3,
        kind=unverified(DrugClass.CALCIUM_CHANNEL_BLOCKER, _PHARMACOLOGY),
        concentration_max=read(ug_per_ml(100), "S-prialt", "S-prialt3", note="the stronger vial"),
        hard=read(ug_per_day("19.2"), "S-prialtweb"),
        soft=unverified(ug_per_day("19.2"), "PACC maximum, the same as the label's"),
        single=unverified(ug(5), _PACC_SINGLE),
        limit_source=read(LimitSource.LABEL, "S-prialtweb"),
        stop_dangerous=read(False, "S-prialt4", note="no withdrawal"),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=read((DrugClass.OPIOID,), "S-prialt2", note="with intrathecal opiates not recommended"),
        start=read(ug_per_day("2.4"), "S-prialt", "S-prialtweb"),
        rise=read(ug_per_day("2.4"), "S-prialtweb"),
        rise_share=read(per_cent(0), "S-prialtweb", note="steps are masses"),
        fall_share=read(per_cent(100), "S-prialt4", note="no withdrawal"),
        interval=derived(hours(56), "S-prialtweb", note="at most 3 steps in 7 days"),
        sudden_below=read(per_cent(0), "S-prialt4", note="no withdrawal"),
    ),
    DrugFacts(
        name="hydromorphone",
        code=4,
        kind=unverified(DrugClass.OPIOID, _PHARMACOLOGY),
        concentration_max=unverified(mg_per_ml(15), _PACC),
        hard=chosen(mg_per_day(25), "S-aneskey", note=_HIGHEST_IN_USE),
        soft=unverified(mg_per_day(10), _PACC),
        single=unverified(mg("0.1"), _PACC_SINGLE),
        limit_source=_CONFIRMED,
        stop_dangerous=unverified(False, _OPIOID_WITHDRAWAL),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=unverified(mg_per_day("0.15"), _START),
        rise=_IN_SHARES,
        rise_share=_OPIOID_STEP,
        fall_share=_AS_STEP_UP,
        interval=_DAILY,
        sudden_below=_HALF,
    ),
    DrugFacts(
        name="fentanyl",
        code=5,
        kind=unverified(DrugClass.OPIOID, _PHARMACOLOGY),
        concentration_max=unverified(mg_per_ml(10), "PACC maximum; 2 mg/mL in 2007 and 2012"),
        hard=chosen(ug_per_day(1000), note=_NO_HIGHER),
        soft=unverified(ug_per_day(1000), _PACC),
        single=unverified(ug(75), _PACC_SINGLE),
        limit_source=_CONFIRMED,
        stop_dangerous=unverified(False, _OPIOID_WITHDRAWAL),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=unverified(ug_per_day(75), _START),
        rise=_IN_SHARES,
        rise_share=_OPIOID_STEP,
        fall_share=_AS_STEP_UP,
        interval=_DAILY,
        sudden_below=_HALF,
    ),
    DrugFacts(
        name="sufentanil",
        code=6,
        kind=unverified(DrugClass.OPIOID, _PHARMACOLOGY),
        concentration_max=unverified(mg_per_ml(5), "PACC maximum; 50 ug/mL in 2007 and 2012"),
        hard=chosen(ug_per_day(500), note=_NO_HIGHER),
        soft=unverified(ug_per_day(500), _PACC),
        single=unverified(ug(20), _PACC_SINGLE),
        limit_source=_CONFIRMED,
        stop_dangerous=unverified(False, _OPIOID_WITHDRAWAL),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=unverified(ug_per_day(20), _START),
        rise=_IN_SHARES,
        rise_share=_OPIOID_STEP,
        fall_share=_AS_STEP_UP,
        interval=_DAILY,
        sudden_below=_HALF,
    ),
    DrugFacts(
        name="bupivacaine",
        code=7,
        kind=unverified(DrugClass.LOCAL_ANAESTHETIC, _PHARMACOLOGY),
        concentration_max=unverified(mg_per_ml(30), _PACC),
        hard=chosen(mg_per_day(20), "S-aneskey", note="the higher of the PACC's two figures, in use at one centre"),
        soft=unverified(mg_per_day(15), "the lower of the PACC's two figures, 15 and 20 mg"),
        single=unverified(mg("2.5"), _PACC_SINGLE),
        limit_source=_CONFIRMED,
        stop_dangerous=unverified(False, "pain returns"),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=unverified(mg_per_day(4), _START),
        rise=_IN_SHARES,
        rise_share=_OTHER_STEP,
        fall_share=_AS_STEP_UP,
        interval=_DAILY,
        sudden_below=unverified(per_cent(0), "pain returns, no withdrawal"),
    ),
    DrugFacts(
        name="clonidine",
        code=8,
        kind=read(DrugClass.ALPHA2_AGONIST, "S-clonidine"),
        concentration_max=unverified(ug_per_ml(1000), _PACC),
        hard=chosen(ug_per_day(2000), "S-aneskey", note=_HIGHEST_IN_USE),
        soft=unverified(ug_per_day(600), _PACC),
        single=unverified(ug(20), _PACC_SINGLE),
        limit_source=_CONFIRMED,
        stop_dangerous=derived(
            True, "S-clonidine", note="rebound hypertension after a sudden stop of the epidural infusion"
        ),
        patient_bolus=_NO_PATIENT_BOLUS,
        never_with=_NOT_WITH_BACLOFEN,
        cautious_with=_WITH_CAUTION,
        start=unverified(ug_per_day(100), _START),
        rise=_IN_SHARES,
        rise_share=_OTHER_STEP,
        fall_share=chosen(per_cent(20), note="as baclofen's, which must not stop suddenly either"),
        interval=_DAILY,
        sudden_below=_HALF,
    ),
)
"""Every drug that the catalogue knows."""
