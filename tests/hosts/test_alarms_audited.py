"""A core whose alarms are altered is found out by the auditor, in therapies in which the core itself breaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from tests.hosts.auditing import audited_run, broken

from intrathecal import Alarm, Device, Event, Missed, Pump, Silence, alarming, candidate, stepping
from intrathecal.alarm import ALARMS, SILENT
from intrathecal.catalogue import device
from intrathecal.pump import Alarms
from intrathecal.verdict import AlarmReport, accept
from intrathecal_hosts.calling import due_at
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.promises import Promise

HEAD: Final = """
title = "Morphine, and what goes wrong"
until = "{until}"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "{strength}"

[[event]]
at = "0 d"
kind = "commission"
filled = "{filled}"
catheter = "0.15 mL"
reference = ["5 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "{rate}"
"""


def therapy(
    more: str, until: str = "1 d", filled: str = "20 mL", strength: str = "25 mg/mL", rate: str = "5 mg/d"
) -> str:
    """0.2 mL a day, if nothing else is said."""
    return HEAD.format(until=until, filled=filled, strength=strength, rate=rate) + more


def event(at: str, kind: str, more: str = "") -> str:
    return f'\n[[event]]\nat = "{at}"\nkind = "{kind}"\n{more}\n'


DRY: Final = therapy("", until="3 d", filled="2 mL", strength="5 mg/mL", rate="5 mg/d")
"""1 mL a day; 1.4 mL cannot be drawn, the other 0.6 mL are gone after 0.6 / 1.145 = 0.524 mL, on day 0."""
DRAWN: Final = therapy(event("5 d", "refill", 'filled = "20 mL"\ndrawn = "15 mL"'), until="6 d")
"""19 mL are expected; at the fast end 20 - 1.145 mL, less 1.4 mL residual and 0.5 mL measuring error: 16.955 mL."""
DRAWN_MORE: Final = DRAWN.replace('drawn = "15 mL"', 'drawn = "19.8 mL"')
"""At the slow end 20 - 0.855 mL and 0.5 mL measuring error: 19.645 mL."""
DIVE: Final = therapy(event("6 h", "pressure", 'pressure = "5000 hPa"'))
"""50 m of water."""
SCANNED: Final = therapy(event("6 h", "mri begins") + event("7 h", "mri ends"), until="3 d")
"""Nobody interrogates the pump for longer than the day that it may take."""
SEEN: Final = therapy(event("5 d", "level measured", 'volume = "10 mL"'), until="6 d")
"""The books hold 19 mL."""
LAST_DAYS: Final = therapy("", until="3 d", filled="5 mL", strength="5 mg/mL", rate="5 mg/d")
"""1 mL a day. At the fast end 3 mL above the low 2 mL are 2.62 mL: less than two days are left from 0.62 mL on."""
REST: Final = therapy(event("6 h", "stop"), until="3 d")
"""Nothing runs for more than two days."""
FAULT: Final = therapy(event("6 h", "fault", 'fault = "MEMORY"') + event("7 h", "x-ray"))
AWAY: Final = therapy(event("6 h", "outage", 'duration = "2 h"'))
SILENCED: Final = therapy(
    event("6 h", "pressure", 'pressure = "5000 hPa"') + event("06:10", "silence", 'duration = "10 min"')
)
THERAPIES: Final = (DRY, DRAWN, DRAWN_MORE, DIVE, SCANNED, SEEN, LAST_DAYS, REST, FAULT, AWAY, SILENCED)

Alter = Callable[[pytest.MonkeyPatch], None]
CONDITIONS: Final = vars(stepping)["conditions"]
REPORT: Final = vars(stepping)["report"]
WATCH: Final = vars(stepping)["watch"]
NONE: Final = (False,) * ALARMS


def never(*alarms: Alarm) -> Alter:
    """These alarms are never listed."""

    def holding(*args: Any) -> tuple[bool, ...]:
        return tuple(holds and place not in alarms for place, holds in enumerate(CONDITIONS(*args)))

    return lambda patch: patch.setattr(stepping, "conditions", holding)


def told(change: Callable[[AlarmReport], AlarmReport]) -> Alter:
    """What is told of the alarms is changed."""
    return lambda patch: patch.setattr(stepping, "report", lambda *args: change(REPORT(*args)))


def only_as_it_rises(report: AlarmReport) -> AlarmReport:
    return evolve(report, listed=report.risen)


def forgotten(alarms: Alarms, now: int, holding: tuple[bool, ...]) -> Alarms:
    """No alarm waits for anybody's acknowledgement."""
    watched: Alarms = WATCH(alarms, now, holding)
    return evolve(watched, listed=holding)


def going_on(device: Device, pump: Pump, event: Event) -> object:
    return accept(pump)


def for_good(device: Device, pump: Pump, event: Silence) -> object:
    """A silence of ten minutes lasts for a day."""
    return accept(evolve(pump, number=event.number, alarms=evolve(pump.alarms, silent_until=pump.now + 86_400)))


ALTERED: Final[dict[str, tuple[str, Promise, Alter]]] = {
    "nothing ever sounds": (
        DIVE,
        Promise.SOUND,
        lambda patch: patch.setattr(alarming, "sounding", lambda *_: SILENT),
    ),
    "the least urgent sounds": (
        DRY,
        Promise.SOUND,
        told(lambda report: evolve(report, sounding=max((a for a in Alarm if report.listed[a]), default=SILENT))),
    ),
    "a silence does not end": (
        SILENCED,
        Promise.SOUND,
        lambda patch: patch.setitem(stepping.HANDLERS, Silence, for_good),
    ),
    "nothing is silenced": (
        SILENCED,
        Promise.SOUND,
        told(lambda report: evolve(report, sounding=min((a for a in Alarm if report.listed[a]), default=SILENT))),
    ),
    "nothing is told to rise": (DIVE, Promise.LOG, told(lambda report: evolve(report, risen=NONE))),
    "nothing is told to end": (
        therapy(
            event("6 h", "level measured", 'volume = "10 mL"') + event("7 h", "level measured", 'volume = "19.9 mL"')
        ),
        Promise.LOG,
        told(lambda report: evolve(report, ended=NONE)),
    ),
    "a critical alarm goes by itself": (
        therapy(event("6 h", "pressure", 'pressure = "5000 hPa"') + event("7 h", "pressure", 'pressure = "1013 hPa"')),
        Promise.LOG,
        lambda patch: patch.setattr(stepping, "watch", forgotten),
    ),
    "empty": (DRY, Promise.EMPTY, never(Alarm.EMPTY)),
    "over-delivery": (DRAWN, Promise.FINDING, never(Alarm.OVER_DELIVERY)),
    "under-delivery": (DRAWN_MORE, Promise.FINDING, never(Alarm.REFILL_DISCREPANCY)),
    "pressure": (DIVE, Promise.PRESSURE, never(Alarm.PRESSURE)),
    "unverified after an MRI": (SCANNED, Promise.VERIFIED, never(Alarm.UNVERIFIED_AFTER_MRI)),
    "level disagreement": (SEEN, Promise.LEVEL, never(Alarm.LEVEL_DISAGREEMENT)),
    "early check of a pump that stood": (REST, Promise.CHECK, never(Alarm.EARLY_CHECK)),
    "early check of a pump that ran dry": (DRY, Promise.CHECK, never(Alarm.EARLY_CHECK)),
    "refill due": (LAST_DAYS, Promise.DUE, never(Alarm.REFILL_DUE)),
    "faults are listed as they rise": (FAULT, Promise.FAULT, told(only_as_it_rises)),
    "therapy goes on while the host is away": (
        AWAY,
        Promise.ABSENCE,
        lambda patch: patch.setitem(stepping.HANDLERS, Missed, going_on),
    ),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_core_is_found_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, promise, alter = ALTERED[name]
    path = written(tmp_path, text)
    assert broken(path) == set()
    alter(monkeypatch)
    assert promise in broken(path)


@pytest.mark.parametrize("flow", Flow)
@pytest.mark.parametrize("text", THERAPIES)
def test_the_core_breaks_nothing_in_them(text: str, flow: Flow, tmp_path: Path) -> None:
    assert broken(written(tmp_path, text), flow) == set()


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        (DRY, Alarm.EMPTY),
        (DRAWN, Alarm.OVER_DELIVERY),
        (DRAWN_MORE, Alarm.REFILL_DISCREPANCY),
        (DIVE, Alarm.PRESSURE),
        (SCANNED, Alarm.UNVERIFIED_AFTER_MRI),
        (SEEN, Alarm.LEVEL_DISAGREEMENT),
        (REST, Alarm.EARLY_CHECK),
        (LAST_DAYS, Alarm.REFILL_DUE),
        (FAULT, Alarm.MEMORY_FAULT),
        (AWAY, Alarm.LATE_HOST),
    ],
)
def test_each_of_them_raises_its_alarm(text: str, alarm: Alarm, tmp_path: Path) -> None:
    _, records = audited_run(written(tmp_path, text))
    assert sum(record.step.alarms.risen[alarm] for record in records) == 1


@pytest.mark.parametrize(
    ("silent_until", "due"), [(600, 600), (1_800, 1_800), (2_400, 1_800), (300, 1_800), (0, 1_800)]
)
def test_a_host_calls_when_a_silence_ends_before_the_command_does(silent_until: int, due: int) -> None:
    # At 300 s, with a command until 1800 s.
    pump = candidate(device("SynchroMed II 20 mL", 1))
    command = evolve(pump.command, until=1_800)
    assert due_at(evolve(pump, now=300, command=command, alarms=evolve(pump.alarms, silent_until=silent_until))) == due
