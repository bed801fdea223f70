"""The plant errs as hardware and people do: what truly comes of it, by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest

from intrathecal import (
    Cause,
    Command,
    Fault,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution, refill
from intrathecal.events import Authority
from intrathecal.quantities import hours, mg_per_ml, ml, per_cent
from intrathecal_hosts.plant.battery import Battery, Cell
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.hardware import Fate, Fitting, Standstill
from intrathecal_hosts.plant.line import Line, Plug
from intrathecal_hosts.plant.needle import RefillTruth
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.plant.sensor import Error, Sensor, drifted
from intrathecal_hosts.units_text import Part, deviation

HOUR: Final = 3_600
DAY: Final = 86_400
QUANTA: Final = 86_400_000_000
"""In 1 mL."""
ML: Final = QUANTA * 1_000
"""1 mL in thousandths of a quantum."""
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])


def filled(fate: Fate) -> Plant:
    """20 mL of morphine 25 mg/mL, of which 1.4 mL stay, in a pump that obeys exactly, if it can."""
    plant = Plant(device("SynchroMed II 20 mL", serial=1), Flow.NOMINAL)
    plant.befall(fate)
    plant.happen(
        commission(
            at=hours(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=MORPHINE,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.02"),
        )
    )
    return plant


def commanded(plant: Plant, until: int) -> Plant:
    """0.24 mL/d, 0.01 mL an hour, until then (s)."""
    plant.obey(Command(flow=240_000, burn=0, until=until, cause=Cause.THERAPY))
    plant.advance(until)
    return plant


# -- a motor that stands still ------------------------------------------------------------------------------------


def test_a_motor_stands_still_from_one_second_to_another_whatever_it_is_commanded() -> None:
    # Of 10 h it stands 1 h 00 min 07 s: 3 607 s at 0.01 / 3 600 mL a second are not delivered.
    plant = commanded(filled(Fate((Standstill(2 * HOUR, 3 * HOUR + 7),))), 10 * HOUR)
    assert 20 * ML - plant.volume == 240_000 * (10 * HOUR - 3_607) * 1_000
    assert plant.withheld == 240_000 * 3_607 * 1_000
    assert plant.body.rested == 3_607
    plant.advance(11 * HOUR)
    assert (plant.withheld, plant.body.rested) == (
        240_000 * 3_607 * 1_000,
        3_607 + HOUR,
    )  # no command, nothing withheld


def test_of_standstills_that_overlap_the_last_counts_and_one_may_never_end() -> None:
    plant = commanded(filled(Fate((Standstill(HOUR, 4 * HOUR), Standstill(2 * HOUR, 3 * HOUR)))), 5 * HOUR)
    assert plant.ran_at == 5 * HOUR
    assert plant.withheld == 240_000 * 3 * HOUR * 1_000
    plant = commanded(filled(Fate((Standstill(HOUR, None),))), 100 * HOUR)
    assert (plant.ran_at, plant.stands) == (HOUR, True)


def test_a_pump_that_takes_over_does_not_suffer_what_befell_the_one_before() -> None:
    fate = Fate((Standstill(HOUR, None), Standstill(9 * HOUR, 10 * HOUR)), (Fitting(0, Battery(1, 0, 0, True)),))
    assert fate.since(2 * HOUR) == Fate((Standstill(9 * HOUR, 10 * HOUR),))
    assert [fate.next_turn(at, 100 * HOUR) // HOUR for at in (0, HOUR, 9 * HOUR, 10 * HOUR)] == [1, 9, 10, 100]


def test_a_line_knows_how_much_must_leave_it_before_it_holds_one_solution() -> None:
    line = Line()
    line.lay(300)
    for volume, strength in ((40, 25), (30, 10), (20, 25)):
        list(line.push(Plug(volume, {1: strength})))
    assert [line.before({1: strength}) for strength in (25, 10)] == [210 + 40 + 30, 300]
    list(line.push(Plug(280, {1: 25})))
    assert line.before({1: 25}) == 0


# -- a needle that errs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drawn", "into", "beside", "left", "gone"),
    [
        (None, None, None, "21.4", "0"),  # all but what cannot be drawn, and all that was told
        (None, ml(0), None, "1.4", "0"),  # it stays in the syringe
        (None, per_cent(50), per_cent(25), "11.4", "5"),
        (per_cent(0), ml(0), per_cent(100), "20", "20"),  # the needle was never in the pump
        (ml(5), ml(7), ml(1), "22", "1"),
        (ml(30), None, None, "21.4", "0"),  # no more than there is
    ],
)
def test_a_refill_brings_what_it_truly_brings(
    drawn: Part | None, into: Part | None, beside: Part | None, left: str, gone: str
) -> None:
    # 20 mL, of which 18.6 mL can be drawn; the clinician tells of 20 mL.
    plant = filled(Fate())
    told = refill(
        at=hours(0),
        number=2,
        authority=Authority.CLINICIAN,
        emptied=True,
        drawn=ml("18.6"),
        filled=ml(20),
        solution=MORPHINE,
    )
    plant.refill(told, RefillTruth(drawn=drawn, filled=into, beside=beside))
    assert (Fraction(plant.volume, ML), Fraction(plant.beside, ML)) == (Fraction(left), Fraction(gone))


# -- a sensor -----------------------------------------------------------------------------------------------------


def test_a_sensor_shows_a_share_and_an_offset_more_or_less() -> None:
    # 10 mL: 1 % and 0.1 mL more are 10.2 mL; 50 % less and 6 mL less are none; 100 % and 40 mL more are too many.
    for error, shown in (
        (Error(), 10),
        (Error(offset=QUANTA // 10, share=10), Fraction("10.2")),
        (Error(offset=-6 * QUANTA, share=-500), 0),
    ):
        assert Fraction(Sensor().read(10 * ML, error), QUANTA) == shown
    assert Sensor().read(1_999, Error()) == 1  # down to a quantum
    assert Sensor().read(30 * ML, Error(offset=10**18)) < 10**18


def test_a_stuck_sensor_shows_what_it_showed_last() -> None:
    sensor, stuck = Sensor(), Error(stuck=True)
    shown = [sensor.read(volume * ML, error) for volume, error in ((9, stuck), (8, stuck), (7, Error()), (6, stuck))]
    assert [each // QUANTA for each in shown] == [9, 9, 7, 7]


def test_an_offset_drifts_with_the_days() -> None:
    assert [drifted(100, -48, seconds) for seconds in (0, DAY // 48, DAY, 10 * DAY)] == [100, 99, 52, -380]


@pytest.mark.parametrize(("text", "per_mille"), [("0 %", 0), ("-2.5 %", -25), ("100 %", 1_000)])
def test_a_deviation_is_read_with_its_sign(text: str, per_mille: int) -> None:
    assert deviation(text).per_mille == per_mille


@pytest.mark.parametrize("text", ["100.1 %", "-101 %", "5", "+5 %", "0.25 %", 5])
def test_what_is_no_deviation_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="takes a text with a number of %"):
        deviation(text)


# -- a battery ----------------------------------------------------------------------------------------------------


def test_a_battery_is_used_up_by_time_and_by_what_is_delivered() -> None:
    # 31 h of nothing, and 100 h less for each mL. 0.01 mL an hour cost an hour more: it lasts 15.5 h, and half of it is
    # left after 7.75 h.
    fate = Fate(fittings=(Fitting(0, Battery(31 * HOUR, 100 * HOUR, 500, True)),))
    plant = commanded(filled(fate), 7 * HOUR + 2_699)
    assert plant.reported() == []
    commanded(plant, plant.now + 1)
    assert (plant.reported(), plant.reported()) == ([Fault.REPLACEMENT_DUE], [])
    commanded(plant, 20 * HOUR)
    assert (plant.ran_at, plant.stands) == (31 * HOUR // 2, True)
    assert plant.withheld == 240_000 * 9 * HOUR // 2 * 1_000
    assert plant.reported() == [Fault.END_OF_SERVICE]


def test_a_battery_may_run_out_unreported_and_lasts_longer_while_nothing_runs() -> None:
    plant = filled(Fate(fittings=(Fitting(HOUR, Battery(10 * HOUR, 100 * HOUR, 500, False)),)))
    plant.advance(11 * HOUR - 1)
    assert not plant.stands
    plant.advance(11 * HOUR)
    assert (plant.stands, plant.reported()) == (True, [])


def test_what_does_not_last_a_second_is_nothing() -> None:
    # At 1 mL/s a second costs 1 + 2 s: of 10 s it lasts three, and what is left is not enough for a fourth.
    cell = Cell(Battery(10, 2, 0, True))
    assert cell.lasts(9, ML) == 3
    cell.spend(3, 3 * ML)
    assert not cell.empty
    assert (cell.lasts(9, ML), cell.empty) == (0, True)
