"""Quantities: what people write becomes whole base units exactly, or is refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from intrathecal import quantities as q


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (q.seconds(90), q.Duration(90)),
        (q.minutes("0.5"), q.Duration(30)),
        (q.hours("1.25"), q.Duration(4_500)),
        (q.days(2), q.Duration(172_800)),
        (q.nl_per_day(48_000), q.Flow(48_000)),
        (q.ml_per_day("0.048"), q.Flow(48_000)),
        (q.ul_per_hour(2), q.Flow(48_000)),
        (q.nl(1), q.Volume(86_400)),
        (q.ul("0.5"), q.Volume(43_200_000)),
        (q.ml(40), q.Volume(3_456_000_000_000)),
        (q.ng_per_ml(7), q.Concentration(7)),
        (q.ug_per_ml(2_000), q.Concentration(2_000_000)),
        (q.mg_per_ml("2.5"), q.Concentration(2_500_000)),
        (q.ng(7), q.Mass(7)),
        (q.ug("19.2"), q.Mass(19_200)),
        (q.mg("0.25"), q.Mass(250_000)),
        (q.ng_per_day(7), q.DailyMass(7)),
        (q.ug_per_day("19.2"), q.DailyMass(19_200)),
        (q.mg_per_day(20), q.DailyMass(20_000_000)),
        (q.ug_per_hour("0.8"), q.DailyMass(19_200)),
        (q.per_cent("14.5"), q.Ratio(145)),
        (q.per_mille(145), q.Ratio(145)),
        (q.times(2), q.Multiple(2_000)),
        (q.times("0.48"), q.Multiple(480)),
    ],
)
def test_every_unit_is_counted_in_its_base_unit(written: q.Quantity, expected: q.Quantity) -> None:
    assert written == expected


def test_zeros_around_a_number_change_nothing() -> None:
    assert q.ml("0020.500") == q.ml("20.5")


def test_a_nanolitre_splits_into_86400_quanta_but_not_further() -> None:
    assert q.nl("0.00625") == q.Volume(540)
    with pytest.raises(ValueError, match=r"^nl: 0\.00001 nL is no whole number of the base unit, quanta$"):
        q.nl("0.00001")


@pytest.mark.parametrize(
    ("make", "value", "said"),
    [
        (q.ml, 0.5, 'ml: takes a whole number or a decimal text, not 0.5 of type float; write ml("0.5")'),
        (q.hours, True, 'hours: takes a whole number or a decimal text, not True of type bool; write hours("1")'),
        (q.mg, None, 'mg: takes a whole number or a decimal text, not None of type NoneType; write mg("1")'),
        (
            q.mg,
            Decimal("0.25"),
            "mg: takes a whole number or a decimal text, not Decimal('0.25') of type Decimal; write mg(\"0.25\")",
        ),
    ],
)
def test_what_is_neither_whole_number_nor_text_is_refused(
    make: Callable[[Any], object], value: object, said: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        make(value)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("make", "value", "said"),
    [
        (q.seconds, "0.5", "seconds: 0.5 s is no whole number of the base unit, s"),
        (q.per_cent, "14.55", "per_cent: 14.55 % is no whole number of the base unit, per mille"),
        (q.ml, -1, "ml: -1 mL is negative, takes 0 mL or more"),
        (q.ml, "-0.5", "ml: -0.5 mL is negative, takes 0 mL or more"),
        (q.ml, "100.000001", "ml: 100.000001 mL is above the largest, 100 mL"),
        (q.ml_per_day, 101, "ml_per_day: 101 mL/d is above the largest, 100 mL/d"),
        (q.days, 36_526, "days: 36526 d is above the largest, 36525 days"),
        (q.mg, 1_001, "mg: 1001 mg is above the largest, 1000 mg"),
        (q.mg_per_day, 10_001, "mg_per_day: 10001 mg/d is above the largest, 10000 mg/d"),
        (q.mg_per_ml, 1_001, "mg_per_ml: 1001 mg/mL is above the largest, 1000 mg/mL"),
        (q.per_cent, 101, "per_cent: 101 % is above the largest, 1000 per mille"),
    ],
)
def test_what_cannot_be_counted_is_refused(make: Callable[[Any], object], value: object, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        make(value)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "+1", "1.", ".5", "1,5", "1e3", "1_000", "0x1", "\u0661", "1.2.3", "nan", "--1", "9" * 19]
)
def test_text_that_is_no_plain_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^ug: .* ug is no decimal number"):
        q.ug(text)


def test_a_base_unit_made_directly_is_checked_too() -> None:
    with pytest.raises(TypeError, match=r"^Duration\.seconds: takes a whole number of s, not True$"):
        q.Duration(True)
    with pytest.raises(ValueError, match=r"^Ratio\.per_mille: 1001 per mille is outside 0 to 1000 per mille$"):
        q.Ratio(1_001)
