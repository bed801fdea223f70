"""The adversary: it breaks no promise of the core, reaches what there is, and catches a core that is weakened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest
from attrs import evolve
from click.testing import CliRunner

from intrathecal import (
    Cause,
    Command,
    Device,
    Event,
    FaultFound,
    Mode,
    PatientBolus,
    Pump,
    arming,
    reservoir,
    settling,
    stepping,
)
from intrathecal.fault import FAULTS
from intrathecal.handlers import barring, boluses, changing
from intrathecal.pump import Bridge
from intrathecal.units import SLOTS
from intrathecal.verdict import Decision, accept
from intrathecal_hosts.attack.campaign import PAIRS, campaign, part, parts
from intrathecal_hosts.attack.command import attack
from intrathecal_hosts.attack.life import Life, Reached, live
from intrathecal_hosts.attack.shrinking import command, scenario_of, shrunk
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.simulate_command import simulate

MOST: Final = 100_000
"""Steps, within which a weakened core is caught."""
LONG_AGO: Final = -(10**9)


def without_lockout(device: Device, pump: Pump, event: PatientBolus) -> Decision:
    return boluses.on_patient_bolus(device, evolve(pump, history=evolve(pump.history, ended=LONG_AGO)), event)


def without_count(device: Device, pump: Pump, event: PatientBolus) -> Decision:
    history = evolve(pump.history, starts=(LONG_AGO,) * SLOTS)
    return boluses.on_patient_bolus(device, evolve(pump, history=history), event)


def noted(device: Device, pump: Pump, event: FaultFound) -> Decision:
    """A fault is noted, and therapy goes on."""
    return accept(evolve(pump, faults=tuple(pump.faults[i] or i == event.fault for i in range(FAULTS))))


def silent(device: Device, pump: Pump, hold: bool) -> Command:
    return Command(flow=0, burn=0, until=pump.window.ends, cause=Cause.THERAPY)


ARM: Final = vars(stepping)["arm"]


def running_on(device: Device, pump: Pump, hold: bool) -> Command:
    """What was prescribed runs on when it is stopped."""
    stopped = pump.mode == Mode.STOPPED and pump.therapy.fastest > 0
    command: Command = ARM(device, evolve(pump, mode=Mode.BASAL) if stopped else pump, hold)
    return command


def twice(device: Device, pump: Pump, hold: bool) -> Command:
    """The schedule runs twice as fast."""
    command: Command = ARM(device, pump, hold)
    faster = pump.mode == Mode.BASAL and 2 * command.flow <= device.flow_max
    return evolve(command, flow=2 * command.flow) if faster else command


BUILT: Final = vars(changing)["built"]


def unbridged(device: Device, *args: object) -> Bridge:
    bridge: Bridge = BUILT(device, *args)
    return evolve(bridge, late=0)


Weakening = Callable[[pytest.MonkeyPatch], None]
WEAKENED: Final[dict[str, tuple[set[Promise], Weakening]]] = {
    "window": ({Promise.DOSE}, lambda patch: patch.setattr(boluses, "overfills", lambda *_: False)),
    "lockout": ({Promise.LOCKOUT}, lambda patch: patch.setitem(stepping.HANDLERS, PatientBolus, without_lockout)),
    "count": ({Promise.COUNT}, lambda patch: patch.setitem(stepping.HANDLERS, PatientBolus, without_count)),
    "residual": ({Promise.RESIDUAL}, lambda patch: patch.setattr(arming, "is_empty", lambda _: False)),
    "low alarm": ({Promise.LOW}, lambda patch: patch.setattr(reservoir, "level", lambda *_: 0)),
    "late host": (
        {Promise.LATE},
        lambda patch: patch.setattr(settling, "watch_host", lambda pump, *_: pump.service),
    ),
    "bridge": (
        {Promise.BRIDGE, Promise.DOSE, Promise.SCHEDULE},
        lambda patch: patch.setattr(changing, "built", unbridged),
    ),
    "duplicate": ({Promise.REPEAT}, lambda patch: patch.setattr(barring, "NUMBERED", type(None))),
    "safe mode": ({Promise.SAFE}, lambda patch: patch.setitem(stepping.HANDLERS, FaultFound, noted)),
    "silence": ({Promise.SILENCE}, lambda patch: patch.setattr(stepping, "arm", silent)),
    "stop": ({Promise.STOP}, lambda patch: patch.setattr(stepping, "arm", running_on)),
    "schedule": ({Promise.SCHEDULE}, lambda patch: patch.setattr(stepping, "arm", twice)),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_core_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    promises, weaken = WEAKENED[name]
    weaken(monkeypatch)
    reached = Reached()
    life = live(Random(SEEDS.get(name, 0)), MOST, reached)
    assert life is not None
    assert life.breach is not None
    assert life.breach.promise in promises
    assert reached.steps <= MOST


SEEDS: Final[dict[str, int]] = {}
"""Where another seed than 0 is sooner."""


def broken(monkeypatch: pytest.MonkeyPatch) -> Life:
    """A life, without a trial before it, of a core whose faults end nothing."""
    monkeypatch.setitem(stepping.HANDLERS, FaultFound, noted)
    life = live(Random(6), MOST, Reached())
    assert life is not None
    return life


def test_what_breaks_a_promise_is_shrunk_to_a_scenario_that_breaks_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    life = broken(monkeypatch)
    less = shrunk(life)
    assert less.breach is not None
    # At the least it is implanted, programmed, and has a fault.
    assert 3 <= len(less.told) <= 15 < len(life.told)
    path = tmp_path / "broken.toml"
    path.write_text(scenario_of(less))
    assert command(less, "x.toml").startswith("intrathecal simulate x.toml --flow ")
    plant = less.audited.auditor.plant
    audited = Audited.of(less.beginning.device, plant.flow, plant.seed)
    for record in run(read(path)):
        audited.see(record)
    assert audited.found()[0] == less.breach
    monkeypatch.undo()
    audited = Audited.of(less.beginning.device, plant.flow, plant.seed)
    for record in run(read(path)):
        audited.see(record)
    assert audited.found() == []


def test_the_core_keeps_its_promises_and_a_part_is_the_same_again() -> None:
    one, other = part(7, 3, 5_000), part(7, 3, 5_000)
    assert one.violations == []
    assert one.reached.reasons == other.reached.reasons
    assert 5_000 <= one.reached.steps <= 5_010


def test_parts_are_all_the_steps() -> None:
    assert parts(60_000) == [(0, 25_000), (1, 25_000), (2, 10_000)]


def test_every_event_is_tried_in_every_mode() -> None:
    # 29 events, in 7 modes of a pump with a motor, and in 3 of one without.
    assert len(PAIRS) == 29 * 7 + 29 * 3


class Here:
    """A pool that works at once."""

    def submit(self, call: Callable[..., object], *args: object) -> object:
        from concurrent.futures import Future

        done: Future[object] = Future()
        done.set_result(call(*args))
        return done


def test_attack_tells_what_it_reached(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    told = CliRunner().invoke(attack, ["--steps", "3000", "--jobs", "1", "--seed", "5", "--json", str(file)])
    assert told.exit_code == 0, told.output
    assert "steps from seed 5: 0 promises broken; " in told.stdout
    found = json.loads(file.read_text())
    assert found["violations"] == []
    assert found["steps"] >= 3_000
    assert found["missing"]  # little is reached in so few steps, and that is told


def test_attack_writes_a_scenario_and_exits_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from contextlib import contextmanager

    from intrathecal_hosts.attack import command as module

    @contextmanager
    def here(jobs: int, scheduler: str | None) -> Iterator[Here]:
        yield Here()

    monkeypatch.setattr(module, "executor", here)
    monkeypatch.setitem(stepping.HANDLERS, FaultFound, noted)
    told = CliRunner().invoke(attack, ["--steps", "25000", "--scenarios", str(tmp_path)])
    assert told.exit_code == 1
    assert "BROKEN safe at " in told.stdout
    assert f"intrathecal simulate {tmp_path / 'broken-0-0.toml'} --flow " in told.stdout
    assert read(tmp_path / "broken-0-0.toml").attended is False


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--steps", "0"], "0 is not in the range x>=1"),
        (["--scheduler", "nowhere"], "no cluster at nowhere"),
        (["--seed", "x"], "'x' is not a valid integer"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(words: list[str], line: str) -> None:
    told = CliRunner().invoke(attack, ["--jobs", "1", *words])
    assert told.exit_code == 2
    assert line in told.output


def test_a_campaign_is_all_its_parts() -> None:
    found = list(campaign(2_000, 1, Here()))  # type: ignore[arg-type]  # as far as it is asked for
    assert sum(each.reached.steps for each in found) >= 2_000
    assert isinstance(found[0].reached, Reached)


def test_a_cluster_finds_what_one_process_does(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    here = part(5, 0, 2_000)
    figures = tmp_path / "figures.json"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as cluster:
        words = ["--steps", "2000", "--seed", "5", "--scheduler", cluster.scheduler_address, "--json", str(figures)]
        told = CliRunner().invoke(attack, words, catch_exceptions=False)
    assert told.exit_code == 0
    found = json.loads(figures.read_text())
    assert found["steps"] == here.reached.steps
    assert found["missing"] == here.missing()
    assert {name: count for name, count in found["reasons"].items() if count} == {
        reason.name: count for reason, count in here.reached.reasons.items() if count
    }


def test_an_event_is_raw_at_its_own_time(tmp_path: Path) -> None:
    path = tmp_path / "raw.toml"
    head = 'title = "t"\nuntil = "1 h"\nattended = false\n[device]\nmodel = "SynchroMed II 20 mL"\n'
    solution = '[[solution]]\nname = "morphine"\nconcentration = "1 mg/mL"\n'
    event = '[[event]]\nat = "60 s"\nkind = "raw"\nevent = {type = "XRay", at = 61}\n'
    path.write_text(head + solution + event)
    told = CliRunner().invoke(simulate, [str(path)])
    assert told.exit_code == 2
    assert "event[0]: event.at: 61 s, must be the time at which it happens, 60 s" in told.output
    path.write_text(head + solution + event.replace("61", "60"))
    events: list[object] = [record.event for record in run(read(path))]
    assert len(events) == 1  # nobody calls
    assert isinstance(events[0], Event.__args__)
