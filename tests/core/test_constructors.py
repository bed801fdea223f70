"""Constructors: typed quantities become records, doses become flows that never give more than asked."""

from __future__ import annotations

from typing import Any

import pytest

from intrathecal import NO_DRUG, SALINE, Authority, DrugClass, Ingredient, PatientBolusOrder
from intrathecal.catalogue import drug
from intrathecal.constructors import (
    BolusDose,
    ceiling_for_all_boluses,
    clinician_bolus,
    commission,
    make_device,
    make_drug,
    make_patient_bolus,
    make_prescription,
    make_solution,
    make_titration,
    prescription_from_doses,
    refill,
    silence,
    starting_at,
    volume_of_dose,
    withdraw,
)
from intrathecal.drug import LimitSource
from intrathecal.quantities import (
    Concentration,
    Flow,
    Volume,
    days,
    hours,
    mg,
    mg_per_day,
    mg_per_ml,
    minutes,
    ml,
    ml_per_day,
    ng,
    ng_per_day,
    nl,
    nl_per_day,
    per_cent,
    seconds,
    ug,
    ug_per_day,
    ug_per_ml,
)

MORPHINE = drug("morphine")
BACLOFEN = drug("baclofen")
MORPHINE_25 = make_solution(ingredients=[(MORPHINE, mg_per_ml(25))])
BACLOFEN_500 = make_solution(ingredients=[(BACLOFEN, ug_per_ml(500))])
DEVICE: dict[str, Any] = {
    "serial": 1,
    "capacity": ml(20),
    "residual": ml("1.4"),
    "low": ml(2),
    "flow_min": ml_per_day("0.048"),
    "flow_max": ml_per_day(24),
    "fast": per_cent("14.5"),
    "slow": per_cent("14.5"),
    "measuring_error": ml("0.5"),
    "grace": seconds(60),
    "silence": hours(1),
    "patient_bolus": True,
    "tubing": ml("0.14"),
}
DRUG: dict[str, Any] = {
    "code": 9,
    "kind": DrugClass.OPIOID,
    "concentration_max": mg_per_ml(10),
    "hard": mg_per_day(4),
    "soft": mg_per_day(3),
    "single": mg("0.1"),
    "limit_source": LimitSource.FORMULARY,
    "stop_dangerous": False,
    "patient_bolus": True,
    "titration": make_titration(
        start=mg_per_day("0.5"),
        rise=mg_per_day(0),
        rise_share=per_cent(30),
        fall_share=per_cent(20),
        interval=hours(24),
        sudden_below=per_cent(50),
    ),
}
BY_CLINICIAN: dict[str, Any] = {"at": hours(1), "number": 3, "authority": Authority.CLINICIAN}


def test_a_device_is_made_of_quantities() -> None:
    device = make_device(**DEVICE)
    assert (device.capacity, device.residual) == (1_728_000_000_000, 120_960_000_000)
    assert (device.flow_min, device.flow_max, device.fast, device.grace) == (48_000, 24_000_000, 145, 60)


def test_a_drug_is_made_of_quantities_and_its_classes_filled_up() -> None:
    made = make_drug(**DRUG, cautious_with=[DrugClass.LOCAL_ANAESTHETIC])
    assert (made.hard, made.soft, made.single, made.concentration_max) == (4_000_000, 3_000_000, 100_000, 10_000_000)
    assert made.cautious_with == (DrugClass.LOCAL_ANAESTHETIC, DrugClass.NONE, DrugClass.NONE, DrugClass.NONE)
    assert made.never_with == (DrugClass.NONE,) * 4


def test_a_drug_that_keeps_away_from_too_many_classes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^never_with: 5 classes, takes at most 4 classes$"):
        make_drug(**DRUG, never_with=[DrugClass.OPIOID] * 5)


def test_a_solution_has_four_places_and_fills_the_empty_ones() -> None:
    assert make_solution(ingredients=[]) == SALINE
    assert MORPHINE_25.ingredients[0] == Ingredient(drug=MORPHINE, concentration=25_000_000)
    assert MORPHINE_25.ingredients[1:] == (Ingredient(drug=NO_DRUG, concentration=0),) * 3


def test_a_solution_takes_no_fifth_drug_and_none_without_concentration() -> None:
    with pytest.raises(ValueError, match=r"^ingredients: 5 drugs, a solution holds at most 4 drugs$"):
        make_solution(ingredients=[(MORPHINE, mg_per_ml(1))] * 5)
    with pytest.raises(ValueError, match=r"^ingredients: a concentration of 0 ng/mL, takes 1 ng/mL or more"):
        make_solution(ingredients=[(MORPHINE, mg_per_ml(0))])


@pytest.mark.parametrize(
    ("make", "values", "wrong", "said"),
    [
        (make_device, DEVICE, {"capacity": minutes(10)}, 'capacity: takes a Volume such as ml("0.5"), not Duration'),
        (make_device, DEVICE, {"grace": 60}, "grace: takes a Duration such as minutes(10), not 60"),
        (make_device, DEVICE, {"fast": ml(1)}, 'fast: takes a Ratio such as per_cent("14.5"), not Volume'),
        (make_drug, DRUG, {"hard": mg(4)}, "hard: takes a DailyMass such as ug_per_day(100), not Mass"),
        (make_drug, DRUG, {"single": mg_per_day(4)}, 'single: takes a Mass such as mg("0.25"), not DailyMass'),
        (
            make_solution,
            {},
            {"ingredients": [(MORPHINE, mg(25))]},
            "ingredients: takes a Concentration such as mg_per_ml(25), not Mass(ng=25000000)",
        ),
        (make_prescription, {}, {"flows": ml(1)}, 'flows: takes a Flow such as ml_per_day("0.5"), not Volume'),
        (
            clinician_bolus,
            {**BY_CLINICIAN, "volume": nl(10)},
            {"duration": ml(1)},
            "duration: takes a Duration such as minutes(10), not Volume(quanta=86400000000)",
        ),
        (
            prescription_from_doses,
            {"solution": MORPHINE_25, "drug": MORPHINE},
            {"dose": mg(5)},
            "dose: takes a DailyMass such as ug_per_day(100), not Mass(ng=5000000)",
        ),
    ],
)
def test_a_quantity_of_the_wrong_kind_is_named(
    make: Any, values: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        make(**{**values, **wrong})
    assert str(refusal.value).startswith(said)


def test_parameters_are_keywords_alone() -> None:
    with pytest.raises(TypeError, match="positional"):
        silence(hours(1), 3, minutes(5))  # type: ignore[call-arg]  # what the type checker forbids is the subject


def test_one_flow_runs_all_day() -> None:
    assert make_prescription(flows=ml_per_day("0.2")).flows == (200_000,) * 48


def test_parts_run_from_their_start_to_the_next() -> None:
    # From the current slot: 3 half-hours slow, the other 45 fast.
    made = make_prescription(flows=[(hours(0), nl_per_day(50_000)), (minutes(90), nl_per_day(70_000))])
    assert made.flows == (50_000,) * 3 + (70_000,) * 45


def test_48_flows_are_kept_as_they_are() -> None:
    assert make_prescription(flows=[nl_per_day(48_000 + i) for i in range(48)]).flows == tuple(range(48_000, 48_048))


@pytest.mark.parametrize(
    ("flows", "said"),
    [
        ([], "flows: 0 flows, a day takes 1 flow, 48 flows, or parts"),
        ([Flow(0)] * 47, "flows: 47 flows, a day takes 1 flow, 48 flows, or parts"),
        ([(minutes(30), Flow(0))], "flows: the first part starts after 1 slots, takes 0 slots"),
        ([(hours(0), Flow(0)), (minutes(40), Flow(0))], "flows: 2400 s is no whole number of slots of 1800 s"),
        ([(hours(0), Flow(0)), (hours(0), Flow(0))], r"flows: parts start after \[0, 0\] slots, each takes a later"),
        ([(hours(0), Flow(0)), (days(1), Flow(0))], r"flows: parts start after \[0, 48\] slots"),
    ],
)
def test_a_day_that_is_not_made_of_whole_slots_is_refused(flows: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        make_prescription(flows=flows)


def test_without_boluses_the_ceiling_is_the_day_and_its_largest_slot() -> None:
    # 47 half-hours at 48 000 nL/d and one at 96 000: (47 * 48 000 + 96 000 + 96 000) nL/d * 1 800 s.
    flows = [(hours(0), nl_per_day(48_000)), (minutes(1_410), nl_per_day(96_000))]
    assert make_prescription(flows=flows).ceiling == 2_448_000 * 1_800


def test_all_boluses_fit_under_the_ceiling_left_out() -> None:
    # 0.2 mL/d in 49 slots: 9 800 000 nL/d * 1 800 s = 17 640 000 000; four boluses of 0.01 mL = 864 000 000 quanta.
    order = make_patient_bolus(volume=ml("0.01"), duration=minutes(9), lockout=hours(2), count=4)
    assert order == PatientBolusOrder(volume=864_000_000, duration=540, lockout=7_200, count=4)
    made = ceiling_for_all_boluses(flows=ml_per_day("0.2"), patient_bolus=order)
    assert made == Volume(17_640_000_000 + 4 * 864_000_000)
    assert make_prescription(flows=ml_per_day("0.2"), patient_bolus=order).ceiling == made.quanta


def test_a_ceiling_and_a_fallback_that_are_given_are_kept() -> None:
    made = make_prescription(flows=ml_per_day("0.2"), ceiling=ml("0.3"), fallback=ml_per_day("0.1"))
    assert (made.ceiling, made.fallback) == (25_920_000_000, 100_000)


def test_a_day_from_midnight_begins_with_the_current_half_hour() -> None:
    by_clock = [nl_per_day(48_000 + i) for i in range(48)]
    turned = starting_at(flows_from_midnight=by_clock, time_of_day=hours(12))
    assert turned[0] == nl_per_day(48_024)
    assert turned[23:25] == (nl_per_day(48_047), nl_per_day(48_000))
    assert turned[47] == nl_per_day(48_023)
    assert starting_at(flows_from_midnight=by_clock, time_of_day=hours(0)) == tuple(by_clock)


@pytest.mark.parametrize("time", [minutes(720), minutes(735), seconds(44_999)])
def test_every_time_within_a_half_hour_begins_with_it(time: Any) -> None:
    # 12:00:00, 12:15:00 and 12:29:59 all lie in the 25th half-hour.
    by_clock = [nl_per_day(48_000 + i) for i in range(48)]
    assert starting_at(flows_from_midnight=by_clock, time_of_day=time)[0] == nl_per_day(48_024)


def test_a_time_of_day_past_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^time_of_day: 86400 s is outside 0 to 86399 s$"):
        starting_at(flows_from_midnight=Flow(0), time_of_day=days(1))


def test_a_constant_dose_with_boluses() -> None:
    # 25 mg/mL: 5 mg/d is 0.2 mL/d, 0.25 mg is 0.01 mL. Ceiling 6 mg: 0.24 mL = 20 736 000 000 quanta.
    made = prescription_from_doses(
        solution=MORPHINE_25,
        drug=MORPHINE,
        dose=mg_per_day(5),
        bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
        ceiling=mg_per_day(6),
    )
    assert made.flows == (200_000,) * 48
    assert made.patient_bolus == PatientBolusOrder(volume=864_000_000, duration=540, lockout=7_200, count=4)
    assert (made.ceiling, made.fallback) == (20_736_000_000, 0)


def test_doses_by_day_and_night_begin_with_the_current_half_hour() -> None:
    # 500 ug/mL: 112.5 ug/d is 0.225 mL/d, 75 ug/d is 0.15 mL/d, 50 ug/d is 0.1 mL/d. From 12:10 on: 20 half-hours of
    # day until 22:00, 16 of night until 06:00, 12 of day.
    made = prescription_from_doses(
        solution=BACLOFEN_500,
        drug=BACLOFEN,
        dose=[(hours(6), hours(22), ug_per_day("112.5")), (hours(22), hours(6), ug_per_day(75))],
        time_of_day=minutes(730),
        fallback=ug_per_day(50),
    )
    assert made.flows == (225_000,) * 20 + (150_000,) * 16 + (225_000,) * 12
    assert made.fallback == 100_000


@pytest.mark.parametrize(
    ("dose", "strength", "flow"),
    [
        # 100 ug/d at 300 ug/mL: 333 333.33 nL/d; 1 ng/d at 1 ug/mL is 1 000 nL/d exactly.
        (ug_per_day(100), ug_per_ml(300), 333_333),
        (ng_per_day(1), ug_per_ml(1), 1_000),
    ],
)
def test_a_dose_is_rounded_toward_less_drug(dose: Any, strength: Concentration, flow: int) -> None:
    solution = make_solution(ingredients=[(BACLOFEN, strength)])
    assert prescription_from_doses(solution=solution, drug=BACLOFEN, dose=dose).flows == (flow,) * 48


def test_the_other_drugs_come_along_with_the_named_one() -> None:
    # Ziconotide 1 ug/mL at 2.4 ug/d is 2.4 mL/d, whatever the morphine beside it.
    ziconotide = drug("ziconotide")
    both = make_solution(ingredients=[(MORPHINE, mg_per_ml(2)), (ziconotide, ug_per_ml(1))])
    made = prescription_from_doses(solution=both, drug=ziconotide, dose=ug_per_day("2.4"))
    assert made.flows == (2_400_000,) * 48


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"drug": BACLOFEN}, r"drug: code 2 is not in the solution, which holds the codes \[1\]"),
        ({"dose": [(hours(0), days(1), mg_per_day(5))]}, "time_of_day: none given, a day of parts takes one"),
        (
            {"dose": [(hours(0), minutes(100), mg_per_day(5))], "time_of_day": hours(0)},
            "dose: 6000 s is no whole number of slots of 1800 s",
        ),
        (
            {"dose": [(hours(6), hours(6), mg_per_day(5))], "time_of_day": hours(0)},
            "dose: a part from 21600 s to 21600 s, takes two different times from 0 to 86400 s",
        ),
        (
            {"dose": [(hours(0), hours(23), mg_per_day(5))], "time_of_day": hours(0)},
            "dose: no part holds the half-hour 82800 s after midnight, takes one; say 0",
        ),
        (
            {
                "dose": [(hours(0), days(1), mg_per_day(5)), (hours(4), hours(5), mg_per_day(6))],
                "time_of_day": hours(0),
            },
            "dose: two parts hold the half-hour 14400 s after midnight, takes one",
        ),
    ],
)
def test_doses_that_cannot_be_meant_are_refused(change: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"solution": MORPHINE_25, "drug": MORPHINE, "dose": mg_per_day(5)}
    with pytest.raises(ValueError, match=f"^{said}"):
        prescription_from_doses(**{**asked, **change})


def test_a_dose_too_small_to_run_is_refused_and_not_forgotten() -> None:
    # At 25 mg/mL, 1 nL holds 25 ng.
    with pytest.raises(ValueError, match=r"^dose: 24 ng/d at 25000000 ng/mL is below the smallest flow, 1 nL/d$"):
        prescription_from_doses(solution=MORPHINE_25, drug=MORPHINE, dose=ng_per_day(24))
    with pytest.raises(ValueError, match=r"^dose: 24 ng at 25000000 ng/mL is below the smallest volume, 1 nL$"):
        volume_of_dose(solution=MORPHINE_25, drug=MORPHINE, dose=ng(24))


def test_a_single_dose_is_rounded_toward_less_drug_in_whole_nanolitres() -> None:
    # 49 ng at 25 ng a nL is 1.96 nL: 1 nL is given.
    assert volume_of_dose(solution=MORPHINE_25, drug=MORPHINE, dose=ng(49)) == nl(1)
    assert volume_of_dose(solution=BACLOFEN_500, drug=BACLOFEN, dose=ug(50)) == ml("0.1")


def test_events_take_their_amounts_as_quantities() -> None:
    filled = commission(
        **BY_CLINICIAN,
        solution=MORPHINE_25,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml("0.01"),
        reference=[mg_per_day(5)],
    )
    assert (filled.at, filled.filled, filled.mixture_acknowledged) == (3_600, 1_728_000_000_000, False)
    assert (filled.catheter, filled.catheter_uncertainty) == (12_960_000_000, 864_000_000)
    assert (filled.reference, filled.reference_acknowledged) == ((5_000_000, 0, 0, 0), False)
    again = refill(**BY_CLINICIAN, emptied=True, drawn=ml(5), filled=ml(20), solution=MORPHINE_25)
    assert (again.drawn, again.filled) == (432_000_000_000, 1_728_000_000_000)
    assert withdraw(**BY_CLINICIAN, volume=ml(1)).volume == 86_400_000_000
    given = clinician_bolus(**BY_CLINICIAN, volume=nl(10_000), duration=minutes(10))
    assert (given.volume, given.duration) == (864_000_000, 600)
    assert silence(at=hours(1), number=4, duration=minutes(10)).duration == 600
