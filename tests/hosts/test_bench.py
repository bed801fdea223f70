"""The benchmark replays a realistic mix that the core answers, and its figures add up."""

from __future__ import annotations

from collections import Counter

from intrathecal import Reason, Tick, step
from intrathecal_hosts.bench import figure
from intrathecal_hosts.bench_hosts import memory, patient_years, stored_events
from intrathecal_hosts.bench_machine import toggling
from intrathecal_hosts.bench_therapy import busy_days


def test_the_workload_holds_ticks_boluses_given_and_refused_and_silences() -> None:
    """Days 2 to 10: three boluses given and two refused on each, and nine silences.

    The host looks in 9 * 144 = 1296 times; 44 times something else happens just then (4 boluses a day on the hour, 9
    silences, one of them together with a bolus). It also ticks at the end of 27 boluses and when the low alarm rises.
    """
    workload = busy_days()
    pump, answers = workload.pump, Counter[tuple[str, Reason]]()
    for event in workload.events:
        answer = step(pump.device, pump, event)
        pump = answer.pump
        answers[type(event).__name__, answer.verdict.reason] += 1
    assert answers == {
        ("Tick", Reason.NONE): 1296 - 44 + 27 + 1,
        ("PatientBolus", Reason.NONE): 9 * 3,
        ("PatientBolus", Reason.LOCKOUT): 9,
        ("PatientBolus", Reason.NOT_BASAL): 9,
        ("Silence", Reason.NONE): 9,
    }


def test_the_dose_window_is_full_when_measuring_begins() -> None:
    assert min(busy_days().pump.window.past) > 0


def test_ticks_within_a_slot_stand_between_the_commands_of_the_host() -> None:
    times = [event.at for event in busy_days().events if isinstance(event, Tick)]
    assert times == sorted(times)
    assert {600, 1_200, 1_800} <= {later - 2 * 86_400 for later in times}


def test_a_figure_is_the_median_with_its_spread() -> None:
    measured = figure("speed", "events/s", 0, [5.0, 3.0, 1.0, 4.0, 2.0])
    assert (measured.lower_quartile, measured.median, measured.upper_quartile) == (2.0, 3.0, 4.0)


def test_the_competitor_fires_every_transition() -> None:
    toggling(3)()


def test_a_pump_takes_more_than_the_places_of_its_numbers_and_less_than_each_by_itself() -> None:
    """678 numbers and truth values: 8 bytes for the place of each, 32 more for a number that nothing else shares."""
    (weight,) = memory(1)
    assert 678 * 8 / 1_000 < weight < 678 * 40 / 1_000 + 10


def test_store_plant_and_auditor_are_measured() -> None:
    assert min(*stored_events(1), *patient_years(1)) > 0
