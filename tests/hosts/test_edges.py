"""Edges: both sides of a comparison are the same, where a port with `<` for `<=` answers otherwise; met, or sought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from intrathecal import Authority, Reason, Tick, candidate, in_trial
from intrathecal.arithmetic import div_floor, least
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import screening_dose, screening_response
from intrathecal.drug import Solution, present
from intrathecal.handlers import admitting, screening
from intrathecal.quantities import Duration, Mass, hours, per_cent, ug
from intrathecal_hosts.attack.life import Told
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.checking import against_the_core
from intrathecal_hosts.vectors.choosing import part
from intrathecal_hosts.vectors.edges import Edge, all_edges, watching
from intrathecal_hosts.vectors.seeking import ALL, Edges, Moment, changed, numbers, otherwise, root, waiting
from intrathecal_hosts.vectors.writing import write

ON: Final = device("SynchroMed II 20 mL", serial=1)
BACLOFEN: Final = drug("baclofen")
TRYING: Final = in_trial(ON, protocol("baclofen trial"))
HOUR: Final = 3_600
DAY: Final = 86_400


def edge(text: str) -> Edge:
    (found,) = (each for each in all_edges() if each.text == text)
    return found


def dose(number: int, mass: Mass, at: int) -> Told:
    event = screening_dose(at=Duration(at), number=number, authority=Authority.CLINICIAN, drug=BACLOFEN, dose=mass)
    return Told(ON, evolve(event, drug=TRYING.trial.protocol.drug))


def no_response(number: int, at: int) -> Told:
    event = screening_response(
        at=Duration(at),
        number=number,
        authority=Authority.CLINICIAN,
        relief=per_cent(0),
        responded=False,
        lasted=hours(0),
    )
    return Told(ON, event)


def a_life(second: int) -> tuple[Told, ...]:
    """50 ug at 0 h, no response after 4 h, and 75 ug asked for at `second` (s)."""
    told, pump = [dose(1, ug(50), 0)], TRYING
    pump = answered(ON, pump, told[0].event).pump
    for then in (no_response(2, 4 * HOUR), dose(3, ug(75), second)):
        waits, pump = waiting(pump, then.event.at)
        told += [*waits, then]
        pump = answered(ON, pump, then.event).pump
    return tuple(told)


def test_every_comparison_that_a_step_makes_has_an_edge() -> None:
    functions = {each.function for each in all_edges()}
    assert {"window.fits", "handlers.boluses.on_patient_bolus", "stepping.untimely"} <= functions
    assert not any(".valid_" in name or name.startswith("constructors") for name in functions)
    assert str(edge("event.at > END")).endswith(": event.at > END: both the same")


def test_what_a_comparison_has_on_its_sides_is_seen() -> None:
    with watching() as watcher:
        assert least(2, 5) == 2
        ((place, gap),) = watcher.gaps.items()
        assert (place.function, gap, watcher.met()) == ("arithmetic.least", -3, set())
        assert least(4, 4) == 4
        assert watcher.met() == {place}
        assert least(7, 1) == 1
        assert watcher.gaps == {place: 0}  # the nearest so far


def test_the_core_is_as_it_was_when_it_is_no_longer_watched() -> None:
    def broken_off() -> None:
        with watching():
            div_floor(1, 0)

    before = div_floor.__code__, screening.on_screening_dose.__code__
    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert (div_floor.__code__, screening.on_screening_dose.__code__) == before
    assert "_compared" not in vars(screening)


def test_the_core_answers_the_same_when_it_is_watched() -> None:
    pump = TRYING
    for each in a_life(30 * HOUR):
        alone = answered(each.device, pump, each.event)
        with watching() as watcher:
            assert answered(each.device, pump, each.event) == alone
        assert watcher.gaps
        pump = alone.pump


@pytest.mark.parametrize("second", [5 * HOUR, 30 * HOUR])
def test_a_dose_asked_for_too_early_or_late_is_sought_a_day_after_the_last(second: int) -> None:
    # the label's interval is 24 h: at 5 h the second dose comes 19 h too early, at 30 h 6 h after it could have come
    interval = edge("pump.now - trial.dosed_at < trial.protocol.interval")
    life = a_life(second)
    (found,) = ((place, instead) for place, instead, met in Edges().along(TRYING, life) if interval in met)
    place, instead = found
    pump = TRYING
    for each in (*life[:place], *instead[:-1]):
        pump = answered(each.device, pump, each.event).pump
    last = instead[-1].event
    assert (last.at, answered(ON, pump, last).verdict.reason) == (DAY, Reason.NONE)


def test_an_event_is_sought_at_the_last_second_that_the_pump_takes() -> None:
    ahead = edge("event.at > pump.now + SLOT")
    boxed = candidate(ON)
    with watching() as watcher:
        moment = Moment.of(watcher, boxed, Told(ON, Tick(at=60)))
        assert moment.gaps[ahead] == 60 - 1_800
        (found,) = otherwise(moment, [ahead], 7)
    assert found == (7, (Told(ON, Tick(at=1_800)),), ahead)


def test_every_number_of_an_event_is_found_and_can_be_another() -> None:
    event = dose(1, ug(50), 60).event
    found = dict(numbers(event))
    assert (found[("at",)], found[("mass",)]) == (60, 50_000)
    assert ("authority",) not in found
    assert changed(event, ("mass",), 75_000) == dose(1, ug(75), 60).event
    assert changed(event, ("at",), -1) is None


def test_of_a_long_tuple_the_first_number_is_another_or_all() -> None:
    flows = tuple(range(48))
    assert list(numbers((flows,))) == [((0, 0), 0), ((0, ALL), 0)]
    assert changed((flows,), (0, 0), 9) == ((9, *range(1, 48)),)
    assert changed((flows,), (0, ALL), 9) == ((9,) * 48,)


@pytest.mark.parametrize(
    ("gap_at", "found"),
    [
        (lambda number: 3 * number - 21, 7),
        (lambda number: number // 10 - 4, 40),
        (lambda number: 3 * number - 20, None),  # no whole number
        (lambda number: 5, None),
        (lambda number: number - 50 if number < 50 else None, None),  # there is no event with it
    ],
)
def test_a_number_is_bettered_until_both_sides_are_the_same(
    gap_at: Callable[[int], int | None], found: int | None
) -> None:
    number = root(gap_at, (0, gap_at(0)), (16, gap_at(16)))
    assert number == found or (number is not None and gap_at(number) == 0)


def test_a_port_that_takes_no_solution_at_its_drugs_largest_concentration_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off_by_one(solution: Solution) -> bool:
        return any(each.concentration >= each.drug.concentration_max for each in solution.ingredients if present(each))

    largest = edge("ingredient.concentration > ingredient.drug.concentration_max")
    traces = [trace for trace in part(0, 0, 1_000) if str(largest) in trace.goals]
    write(tmp_path, traces, {}, lambda: None)
    assert [each.difference for each in against_the_core(tmp_path)] == [None]
    monkeypatch.setattr(admitting, "too_strong", off_by_one)
    assert [each.difference is not None for each in against_the_core(tmp_path)] == [True]
