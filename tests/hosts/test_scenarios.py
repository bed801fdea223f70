"""Every therapy in `tests/scenarios` comes out as worked by hand in its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from intrathecal import Alarm
from intrathecal_hosts.expectations import failures
from intrathecal_hosts.runner import Host, run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.summary import Summary

THERAPIES = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.toml"))


def summary_of(path: Path) -> Summary:
    summary = Summary()
    for record in run(read(path)):
        summary.see(record)
    return summary


@pytest.mark.parametrize("path", THERAPIES, ids=lambda path: path.stem)
def test_a_therapy_comes_out_as_its_file_expects(path: Path) -> None:
    assert failures(read(path).expect, summary_of(path)) == []


@pytest.mark.parametrize("path", THERAPIES, ids=lambda path: path.stem)
def test_no_drug_appears_or_vanishes_in_a_therapy(path: Path) -> None:
    books = summary_of(path).books()
    assert books.filled == books.remaining + books.delivered + books.withdrawn + books.written_off


@pytest.mark.parametrize("name", ["full_course", "constant_flow", "replacement"])
def test_a_host_that_is_led_in_pieces_takes_the_steps_of_one_run(name: str) -> None:
    scenario = read(next(path for path in THERAPIES if path.stem == name))
    host = Host.of(scenario)
    pieces = [record for to in range(0, scenario.until, 7_777) for record in host.lead(to)]
    pieces += [*host.lead(scenario.until), host.look_in(scenario.until)]
    assert pieces == list(run(scenario))


def test_morphine_is_delivered_to_the_quantum() -> None:
    """30.48525 mL, as worked in the file: 1 mL is 1 000 000 nL, and 1 nL is 86 400 quanta."""
    morphine = next(path for path in THERAPIES if path.stem == "morphine")
    assert summary_of(morphine).books().delivered == 30_485_250 * 86_400


def test_the_low_alarm_sounds_before_the_true_volume_can_be_at_the_threshold() -> None:
    """Morphine: 64 d 04:16:44. At the fast end 18 mL are gone after 15.72052 mL, 4.33 h into day 64: 04:19:40."""
    morphine = next(path for path in THERAPIES if path.stem == "morphine")
    risen = next(each for each in summary_of(morphine).alarms if each.alarm is Alarm.LOW_RESERVOIR)
    assert 64 * 86_400 + 4 * 3_600 < risen.at < 64 * 86_400 + 4 * 3_600 + 19 * 60 + 40
