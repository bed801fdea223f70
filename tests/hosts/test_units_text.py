"""Quantities are read exactly from their text, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from intrathecal.quantities import Concentration, DailyMass, Flow, Mass, Quantity, Ratio, Volume
from intrathecal_hosts.amounts import ml_exactly
from intrathecal_hosts.units_text import balance, duration, quantity


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("20 mL", Volume, Volume(1_728_000_000_000)),
        ("0.048 mL/d", Flow, Flow(48_000)),
        ("2 uL/h", Flow, Flow(48_000)),
        ("19.2 ug/d", DailyMass, DailyMass(19_200)),
        ("0.25 mg", Mass, Mass(250_000)),
        ("2000 ug/mL", Concentration, Concentration(2_000_000)),
        ("14.5 %", Ratio, Ratio(145)),
    ],
)
def test_a_quantity_is_read_in_base_units(text: str, kind: type[Quantity], expected: object) -> None:
    assert quantity(text, kind) == expected


def test_the_unit_tells_a_dose_from_a_flow() -> None:
    assert quantity("5 mg/d", DailyMass, Flow) == DailyMass(5_000_000)
    assert quantity("0.2 mL/d", DailyMass, Flow) == Flow(200_000)


@pytest.mark.parametrize("text", ["5", "5 mg", "5mg/d", "-5 mg/d", "+5 mg/d", "5e3 mg/d", "5, mg/d", "mg/d", "", 5])
def test_what_is_no_dose_in_a_day_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"takes|decimal"):
        quantity(text, DailyMass)


def test_a_dose_finer_than_a_nanogram_is_refused_not_rounded() -> None:
    with pytest.raises(ValueError, match="no whole number of the base unit, ng"):
        quantity("0.0000001 mg", Mass)


@pytest.mark.parametrize(
    ("text", "quanta"),
    [
        ("5.566 mL", 5_566_000 * 86_400),
        ("-0.25 mL", -250_000 * 86_400),
        ("250 mL", 250_000_000 * 86_400),
        ("0.000001 mL + 3/86400 nL", 86_403),
        ("-0.000001 mL - 3/86400 nL", -86_403),
    ],
)
def test_a_balance_is_read_as_it_is_printed(text: str, quanta: int) -> None:
    assert balance(text).quanta == quanta
    assert ml_exactly(quanta) == text


@pytest.mark.parametrize("text", ["5", "5 uL", "0.0000001 mL", "5. mL", 5])
def test_what_is_no_balance_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="takes a text with a number of mL"):
        balance(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3 d 04:30", 3 * 86_400 + 4 * 3_600 + 30 * 60),
        ("04:30:15", 4 * 3_600 + 30 * 60 + 15),
        ("12 h", 43_200),
        ("1 h 30 min", 5_400),
        ("90 min", 5_400),
        ("0 d", 0),
    ],
)
def test_a_time_is_read_in_seconds(text: str, seconds: int) -> None:
    assert duration(text).seconds == seconds


@pytest.mark.parametrize(
    "text", ["", "3", "3 days", "30 min 1 h", "1 d 1 d", "12 h 04:30", "24:00", "04:60", "-1 d", 3]
)
def test_what_is_no_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="takes a time"):
        duration(text)
