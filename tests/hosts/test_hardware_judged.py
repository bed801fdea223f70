"""What an auditor makes of a pump that cannot know what its hardware does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from tests.hosts.auditing import audited_run, broken
from tests.hosts.hardware_therapy import EVENT, REFILL, written

from intrathecal import (
    Alarm,
    FaultFound,
    reservoir,
    settling,
    stepping,
)
from intrathecal.verdict import accept
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.promises import Promise

HOUR: Final = 3_600
DAY: Final = 86_400


def blind(heard: Heard, at: int) -> None:
    """An auditor who believes that a pump knows when its motor stands still."""


def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that hears of faults and does nothing."""
    monkeypatch.setitem(stepping.HANDLERS, FaultFound, lambda _, pump, __: accept(pump))


def test_two_days_without_delivery_are_judged_from_when_the_pump_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = written(tmp_path, EVENT + '"stall"\n')
    assert broken(never) == set()
    with monkeypatch.context() as patch:
        patch.setattr(Heard, "mark_standstill", blind)
        assert broken(never) == {Promise.SILENCE}
    late = written(tmp_path, EVENT + '"stall"\nnoticed_after = "3 d"\n')
    audited, records = audited_run(late)
    assert audited.found() == []
    risen = [each.event.at for each in records if each.step.alarms.risen[Alarm.STOPPED_LONG]]
    assert 6 * DAY < risen[0] <= 6 * DAY + 1_800
    deaf(monkeypatch)
    assert broken(late) == {Promise.FAULT, Promise.SAFE, Promise.SILENCE}


SHORT: Final = REFILL + '{ filled = "5 %" }\n'
"""1 mL and 1.4 mL that could not be drawn: 2.4 mL, 2 mL after 40 h and 1.4 mL after 100 h."""


def reading(more: str) -> str:
    return f'[[event]]\nat = "1 d 01:00"\nkind = "read level"\n{more}\n'


def test_a_pump_is_not_blamed_for_what_a_refill_did_not_bring_unless_its_sensor_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broken(written(tmp_path, SHORT)) == set()
    assert broken(written(tmp_path, SHORT + reading(""))) == set()
    monkeypatch.setattr(reservoir, "level", lambda *_: 0)
    assert broken(written(tmp_path, SHORT)) == set()
    assert broken(written(tmp_path, SHORT + reading('offset = "0.1 mL"'))) == set()
    assert {Promise.LOW, Promise.SILENCE} <= broken(written(tmp_path, SHORT + reading("")))
    assert Promise.LOW in broken(written(tmp_path, SHORT + reading('offset = "-0.1 mL"')))


def test_a_pump_is_blamed_again_from_the_next_refill_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = '[[event]]\nat = "2 d"\nkind = "refill"\nfilled = "2.2 mL"\n'
    assert broken(written(tmp_path, SHORT + again, until="12 d")) == set()
    monkeypatch.setattr(reservoir, "level", lambda *_: 0)
    assert Promise.LOW in broken(written(tmp_path, SHORT + again, until="12 d"))


DILUTED: Final = """
title = "A bridge"
until = "9 d"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "baclofen"
concentration = "2000 ug/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["300 ug/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "300 ug/d"

[[event]]
at = "3 d"
kind = "change solution"
solution = [{ name = "baclofen", concentration = "500 ug/mL" }]
filled = "20 mL"
bridge = "300 ug/d"
rate = "300 ug/d"
least_day_acknowledged = true
"""
"""0.15 mL/d, and 0.6 mL/d once the line, 0.29 mL, has surely cleared: it truly has after 1.93 days, after 2.26 by the
books."""


def test_a_bridge_is_not_judged_where_the_motor_stood_still_and_nobody_knew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bridge.toml"
    stall = '[[event]]\nat = "4 d"\nkind = "stall"\nturns_after = "1 d"\n'
    path.write_text(DILUTED + stall)
    assert broken(path) == set()
    monkeypatch.setattr(Heard, "mark_standstill", blind)
    assert broken(path) == {Promise.BRIDGE}
    path.write_text(DILUTED)
    assert broken(path) == set()


def test_a_bridge_is_judged_all_the_same_where_the_line_would_hold_the_old_solution_had_the_motor_turned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(DILUTED + '[[event]]\nat = "3 d 01:00"\nkind = "stall"\nturns_after = "1 h"\n')
    monkeypatch.setattr(settling, "arrives", lambda *_: True)
    breaches = [each for each in audited_run(path)[0].found() if each.at > 3 * DAY + 2 * HOUR]
    assert {each.promise for each in breaches} >= {Promise.BRIDGE}


def test_what_stood_still_before_a_bridge_is_no_excuse_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # For two days 0.3 mL are not delivered, more than the line holds.
    path = tmp_path / "bridge.toml"
    stall = '[[event]]\nat = "0 d"\nkind = "stall"\nturns_after = "2 d"\n\n'
    before, after = DILUTED.split('[[event]]\nat = "3 d"')
    path.write_text(f'{before}{stall}[[event]]\nat = "3 d"{after}')
    assert broken(path) == set()
    monkeypatch.setattr(settling, "arrives", lambda *_: True)
    assert Promise.BRIDGE in broken(path)


def test_a_bridge_is_not_judged_where_the_new_solution_went_beside_the_pump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(
        DILUTED + '[[event]]\nat = "3 d 12:00"\nkind = "refill"\nfilled = "20 mL"\ntruly = { filled = "0 mL" }\n'
    )
    assert broken(path) == set()
    monkeypatch.setattr(Heard, "mark_standstill", blind)
    assert Promise.BRIDGE in broken(path)


def test_a_bridge_in_an_announced_mri_is_judged_as_the_pump_doubts_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "bridge.toml"
    stays = '[[event]]\nat = "4 d"\nkind = "mri begins"\n\n[[event]]\nat = "4 d"\nkind = "magnet"\nduration = "1 d"\n'
    looked = '[[event]]\nat = "4 d 02:00"\nkind = "interrogate"\nmotor_turns = false\n'
    stays += f'[[event]]\nat = "4 d 01:00"\nkind = "mri ends"\n{looked}'
    path.write_text(DILUTED + stays)
    assert broken(path) == set()
    # By the books the line is clear on day 5 at 06:24; truly, after a day in the magnet, on day 5 at 22:24.
    path.write_text((DILUTED + stays).replace('until = "9 d"', 'until = "5 d 12:00"'))
    announced, _ = audited_run(path)
    assert announced.auditor.heard.bridge is not None
    assert announced.plant.asked == 150_000
    unsaid = (DILUTED + stays).replace("mri begins", "x-ray").replace("mri ends", "x-ray")
    path.write_text(unsaid.replace('until = "9 d"', 'until = "5 d 12:00"'))
    unannounced, _ = audited_run(path)
    assert unannounced.auditor.heard.bridge is None
    assert unannounced.plant.asked == 600_000
