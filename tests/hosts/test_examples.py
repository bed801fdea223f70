"""The examples run, and what comes of them is what they say: worked by hand, whatever the link or the host does."""

from __future__ import annotations

import csv
import errno
import importlib
import json
import os
import runpy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from attrs import define, field
from click.testing import CliRunner

from intrathecal import Alarm, ClinicianBolus, Mode, Program, Reason, stepping
from intrathecal.pump import Command
from intrathecal.units import DAY, NANOLITRE
from intrathecal_hosts.store.medium import Flash
from intrathecal_hosts.store.slots import size, slot_size

EXAMPLES: Final = Path(__file__).parents[2] / "hosts" / "examples"
HOUR: Final = 3_600


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Loads an example by name, in a way that processes can load it too."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module


# -- a loop in real time --------------------------------------------------------------------------------------------


class PowerGone(Exception):
    """In place of Ctrl-C."""


@define(eq=False)
class Simulated:
    """A clock that needs no waiting: somebody asks at some times, and at one the power goes."""

    time: int = 0
    asks: list[int] = field(factory=list)
    dies: int = 10 * DAY
    late: int = 0
    """s: how much longer than asked for each sleep lasts."""

    def now(self) -> int:
        return self.time

    def sleep(self, until: int) -> bool:
        asked = bool(self.asks) and self.asks[0] <= until
        at = (self.asks.pop(0) if asked else until) + self.late
        if self.dies < at:
            self.time = self.dies
            raise PowerGone
        self.time = at
        return asked


def ran(obeyed: list[tuple[int, Command]]) -> int:
    """quanta: what hardware delivers that obeys each command until the next, or to its end."""
    ends = [at for at, _ in obeyed[1:]] + [10 * DAY]
    return sum(command.flow * (min(end, command.until) - at) for (at, command), end in zip(obeyed, ends, strict=True))


def killed(loop: ModuleType, flash: Flash, clock: Simulated, motor: Any) -> None:
    """A host that runs until its power goes."""
    host = loop.Host(flash, clock, motor)
    host.start()
    with pytest.raises(PowerGone):
        host.run(10 * DAY)


def test_a_host_that_was_away_resumes_at_the_present(load: Callable[[str], ModuleType]) -> None:
    # 5 mg/d at 25 mg/mL are 200 000 nL/d. The power goes at 01:40: the motor runs on to the slot's end at 02:00. It is
    # back at 05:00, for an hour: 3 h of flow in all, 25 000 nL.
    loop = load("real_time_loop")
    flash, motor = Flash(size()), loop.Motor()
    killed(loop, flash, Simulated(dies=6_000), motor)
    host = loop.Host(flash, Simulated(5 * HOUR), motor)
    host.start()
    assert (motor.obeyed[-1][0], motor.obeyed[-1][1].flow, motor.obeyed[-1][1].until) == (5 * HOUR, 200_000, 19_800)
    assert host.pump.service.outage_since == 2 * HOUR
    host.run(6 * HOUR)
    assert host.pump.now == 6 * HOUR
    assert host.pump.reservoir.delivered == 25_000 * NANOLITRE
    assert ran(motor.obeyed[:-1]) == host.pump.reservoir.delivered


def test_a_bolus_is_saved_before_it_runs_and_counts_after_the_power_is_back(
    load: Callable[[str], ModuleType],
) -> None:
    # Asked at 01:00, for 9 minutes at 1 600 000 nL/d; the power goes a minute later, and is back at 02:00. The motor
    # has run the bolus to 01:09, as the books say. The lockout of 2 h counts from there: refused at 03:08:59, given at
    # 03:09.
    loop = load("real_time_loop")
    flash, motor = Flash(size()), loop.Motor()
    killed(loop, flash, Simulated(asks=[HOUR], dies=HOUR + 60), motor)
    assert (motor.obeyed[-1][1].flow, motor.obeyed[-1][1].until) == (1_600_000, HOUR + 540)
    host = loop.Host(flash, Simulated(2 * HOUR, asks=[11_339, 11_340]), motor)
    host.start()
    assert host.pump.reservoir.delivered == 200_000 * HOUR + 1_600_000 * 540
    host.run(4 * HOUR)
    assert [at for at, command in motor.obeyed if command.flow == 1_600_000] == [HOUR, 11_340]
    assert ran(motor.obeyed[:-1]) == host.pump.reservoir.delivered


def test_a_host_that_is_late_owns_up_to_it(load: Callable[[str], ModuleType]) -> None:
    # Each sleep is 10 000 s too long. The motor runs from 0 to 1 800 s; woken at 11 800 s it runs to the slot's end at
    # 12 600 s; and so on, each 10 800 s later: six times more by 76 600 s. Then it is the next day, after 87 400 s.
    loop = load("real_time_loop")
    host = loop.Host(Flash(size()), Simulated(late=10_000), loop.Motor())
    host.start()
    host.run(DAY)
    assert host.pump.now == 87_400
    assert host.pump.reservoir.delivered == 200_000 * (1_800 + 7 * 800)
    assert ran(host.motor.obeyed[:-1]) == host.pump.reservoir.delivered
    assert host.pump.alarms.listed[Alarm.LATE_HOST]


def test_who_asks_while_the_host_is_held_up_is_heard_afterwards(load: Callable[[str], ModuleType]) -> None:
    loop = load("real_time_loop")
    host = loop.Host(Flash(size()), Simulated(asks=[600], late=10_000), loop.Motor())
    host.start()
    host.run(10_600)
    assert [(at, command.flow) for at, command in host.motor.obeyed[-2:]] == [(10_600, 200_000), (10_600, 1_600_000)]


def test_a_state_that_may_be_old_ends_in_the_safe_mode(load: Callable[[str], ModuleType]) -> None:
    loop = load("real_time_loop")
    flash = Flash(size())
    killed(loop, flash, Simulated(dies=6_000), loop.Motor())
    flash.held[100] ^= 1
    host = loop.Host(flash, Simulated(2 * HOUR), loop.Motor())
    host.start()
    assert (host.pump.mode, host.pump.command.flow) == (Mode.SAFE, 0)


def test_nothing_runs_on_a_state_that_is_lost(load: Callable[[str], ModuleType]) -> None:
    loop = load("real_time_loop")
    flash, motor = Flash(size()), loop.Motor()
    killed(loop, flash, Simulated(dies=6_000), loop.Motor())
    flash.held[100] ^= 1
    flash.held[slot_size() + 100] ^= 1
    with pytest.raises(loop.Lost, match="the saved state is lost"):
        loop.Host(flash, Simulated(2 * HOUR), motor).start()
    assert motor.obeyed == []


@define(eq=False)
class Forgetful(Flash):
    """A medium that keeps nothing of a state from some write on."""

    writes: int = 0

    def write(self, begin: int, told: bytes) -> None:
        """Put these bytes there, or not."""
        self.writes += 1
        super().write(begin, told if self.writes < 12 else bytes(len(told)))


def test_a_command_is_not_obeyed_whose_state_does_not_read_back(load: Callable[[str], ModuleType]) -> None:
    loop = load("real_time_loop")
    host = loop.Host(Forgetful(size()), Simulated(), loop.Motor())
    host.start()
    with pytest.raises(OSError, match="does not read back"):
        host.run(DAY)
    assert host.motor.obeyed[-1][0] < host.clock.now()


@define(eq=False)
class AtOnce(Simulated):
    """The same, in place of the keyboard's clock."""

    begun: int = 0
    speed: int = 1

    def listen(self) -> None:
        """Nobody asks."""


def test_the_loop_runs_from_the_command_line(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # For an hour; 70 s after the note of its start, which at 60 times the speed are 01:10, it is back, and waits until
    # the end of what was commanded, at 01:30.
    loop = load("real_time_loop")
    monkeypatch.setattr(loop, "Keyboard", lambda begun, speed, _: AtOnce(begun, begun=begun, speed=speed))
    monkeypatch.setattr(loop.time, "time_ns", lambda: 10**18)
    path = tmp_path / "pump.state"
    first = CliRunner().invoke(loop.main, [str(path), "--speed", "60", "--hours", "1"])
    assert first.exit_code == 0, first.output
    assert first.output.splitlines()[-1] == "0 d 01:00  0.2 mL/d until 0 d 01:30, THERAPY"
    monkeypatch.setattr(loop.time, "time_ns", lambda: 10**18 + 70 * 10**9)
    second = CliRunner().invoke(loop.main, [str(path), "--speed", "60", "--hours", "1"])
    assert second.exit_code == 0, second.output
    assert second.output.splitlines()[:3] == [
        "0 d 01:10  back; what was commanded may run until 0 d 01:30",
        "0 d 01:30  back, with the newest state; 1 events told",
        "0 d 01:30  0.2 mL/d until 0 d 02:00, THERAPY",
    ]
    monkeypatch.setattr(loop.time, "time_ns", lambda: 10**18)  # set back: nothing tells how long it was gone
    note = loop.Note(tmp_path / "pump.state.clock")
    assert loop.time_now(path, note, 60) == 2 * HOUR + 1_800


UNFIT: Final = {
    "none/pump.state": "there is no folder {0}/none",
    "folder": "is there, and is no file",
    "link to a device": "is there, and is no file",
    "loop": "is a link that leads nowhere",
    "dangling": "is a link that leads nowhere",
}
"""By what is given as the file of the state, what is said of it."""


@pytest.mark.parametrize("name", UNFIT)
def test_a_state_that_cannot_be_kept_there_is_refused_in_one_line(
    load: Callable[[str], ModuleType], tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link to a device").symlink_to(os.devnull)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    there = sorted(tmp_path.iterdir())
    answer = CliRunner().invoke(load("real_time_loop").main, [str(tmp_path / name)])
    assert (answer.exit_code, answer.output) == (2, f"Error: {tmp_path / name}: {UNFIT[name].format(tmp_path)}\n")
    assert sorted(tmp_path.iterdir()) == there


def test_what_the_system_refuses_is_told_in_one_line(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    answer = CliRunner().invoke(load("real_time_loop").main, [str(path)])
    assert (answer.exit_code, answer.output) == (2, f"Error: {path}: {os.strerror(errno.ENAMETOOLONG)}\n")


def test_no_second_host_has_the_same_file(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    loop = load("real_time_loop")
    path, link = tmp_path / "pump.state", tmp_path / "link"
    with loop.alone(path):
        link.symlink_to(path)
        answer = CliRunner().invoke(loop.main, [str(link)])
    assert (answer.exit_code, answer.output) == (2, f"Error: {path}: another host has it, and one pump has one host\n")
    assert path.read_bytes() == b""
    with loop.alone(path):
        """It can be had again."""


def test_a_host_without_standard_input_says_so(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loop = load("real_time_loop")
    monkeypatch.setattr(loop.sys, "stdin", None)
    with pytest.raises(loop.Unfit, match="standard input is closed") as refused:
        loop.main.main([str(tmp_path / "pump.state")], standalone_mode=False)
    assert refused.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("days", [365, 366])
def test_a_host_is_away_for_a_year_at_most(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int
) -> None:
    # The note is of the pump's first second, which it is so many days after.
    loop = load("real_time_loop")
    path, note = tmp_path / "pump.state", loop.Note(tmp_path / "pump.state.clock")
    loop.Host(loop.FileMedium(path), Simulated(), loop.Motor()).start()
    note.path.write_text("0 0\n")
    monkeypatch.setattr(loop.time, "time_ns", lambda: days * DAY * 10**9)
    if days == 365:
        assert loop.time_now(path, note, 1) == 365 * DAY
        return
    told = note.path.read_bytes()
    answer = CliRunner().invoke(loop.main, [str(path)])
    away = "the host was away for 366 d, at most 365 d are believed"
    assert answer.exit_code == 2
    assert answer.output == f"Error: {note.path}: {away}; a clinician sees to the pump, and removes this file\n"
    assert note.path.read_bytes() == told


def test_of_a_state_that_is_lost_the_time_is_kept(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    path, note = tmp_path / "pump.state", tmp_path / "pump.state.clock"
    path.write_bytes(b"hello")
    note.write_text("1800 0\n")
    answer = CliRunner().invoke(load("real_time_loop").main, [str(path)])
    said = "Error: the saved state is lost: nothing runs until a clinician has seen to the pump\n"
    assert (answer.exit_code, answer.output) == (1, said)
    assert (path.read_bytes(), note.read_text()) == (b"hello", "1800 0\n")


def test_the_keyboards_clock_is_woken_by_a_request(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    loop = load("real_time_loop")
    clock = loop.Keyboard(100, 3_600, loop.Note(tmp_path / "pump.state.clock"))
    clock.asked.set()
    assert clock.sleep(10**9) is True
    assert clock.sleep(clock.now()) is False


# -- a programmer's session -----------------------------------------------------------------------------------------


def applied(app: Any, kind: type[Any]) -> list[int]:
    """The numbers of the events of that kind which were applied, in order."""
    return [event.number for event, answer in app.pump_side.told if isinstance(event, kind) and answer.verdict.accepted]


@pytest.mark.parametrize("loss", [0.0, 0.3, 0.6])
def test_no_bolus_is_given_twice_and_the_app_knows_what_became_of_each(
    load: Callable[[str], ModuleType], loss: float
) -> None:
    programmer = load("programmer_session")
    repeated = 0
    for seed in range(200):
        app, outcomes = programmer.session(seed, loss)
        known = [outcome is programmer.Outcome.APPLIED for outcome in outcomes]
        assert len(known) == 4
        assert applied(app, Program) == [2] * known[0]
        assert applied(app, ClinicianBolus) == [number for number in (3, 4, 5) if known[number - 2]]
        repeated += any(answer.verdict.reason == Reason.DUPLICATE for _, answer in app.pump_side.told)
    assert repeated > 0  # also where nothing is lost, as some answers come late


def test_without_numbers_a_bolus_would_be_given_twice(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    programmer = load("programmer_session")
    monkeypatch.setattr(stepping, "barred", lambda _device, _pump, _event: Reason.NONE)
    monkeypatch.setattr(programmer, "PATIENCE", 600)  # the bolus is over when the app tries again
    twice = 0
    for seed in range(20):
        app, _ = programmer.session(seed, 0.3)
        given = applied(app, ClinicianBolus)
        twice += len(given) > len(set(given))
    assert twice > 0


def test_a_dead_link_leaves_the_outcome_unknown(load: Callable[[str], ModuleType]) -> None:
    programmer = load("programmer_session")
    app, outcomes = programmer.session(0, 1.0)
    assert outcomes == [programmer.Outcome.UNKNOWN]
    assert (len(app.transcript), app.transcript[-1][3]) == (101, "not known: ask the pump before anything else")


def test_a_session_is_told(load: Callable[[str], ModuleType]) -> None:
    told = CliRunner().invoke(load("programmer_session").main, ["--seed", "3", "--loss", "0"])
    assert told.exit_code == 0
    assert "refused: NOT_BASAL to try 3" in told.output


# -- a study --------------------------------------------------------------------------------------------------------


def test_a_study_is_the_same_with_one_process_or_two(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    batch_study = load("batch_study")
    told = []
    for jobs in ("1", "2"):
        words = ["--patients", "8", "--days", "10", "--seed", "5", "--jobs", jobs, "--output", str(tmp_path / jobs)]
        answer = CliRunner().invoke(batch_study.main, words)
        assert answer.exit_code == 0, answer.output
        told.append({path.name: path.read_bytes() for path in sorted((tmp_path / jobs).iterdir())})
    assert told[0] == told[1]
    assert list(told[0]) == ["fillings.csv", "patients.csv", "study.json", "study.svg"]
    assert json.loads(told[0]["study.json"])["promises broken"] == []
    assert b"true daily dose, % of the programmed" in told[0]["study.svg"]
    rows = list(csv.DictReader(told[0]["patients.csv"].decode().splitlines()))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 9)]


def test_what_a_study_finds_follows_from_what_was_drawn(load: Callable[[str], ModuleType]) -> None:
    # Where the flow is at an end of tolerance, every day is off by just that much.
    batch_study = load("batch_study")
    seen = set()
    for number in range(1, 9):
        course = batch_study.lived(0, number, 30)
        patient = course.patient
        error = {"nominal": 0, "fast": patient.fast, "slow": -patient.slow}.get(patient.flow)
        if error is not None:
            assert course.ratios == pytest.approx([1 + error / 1_000] * len(course.ratios), abs=1e-9)
            seen.add(patient.flow)
        assert course.broken == []
        for filling in course.fillings:
            assert filling.stopped is None or filling.low < filling.stopped
    assert seen == {"nominal", "fast", "slow"}


def test_a_broken_promise_fails_the_study(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch_study = load("batch_study")
    course = batch_study.Course(batch_study.drawn(0, 1), [batch_study.Filling(1)], broken=["dose at 1 s: x"])
    monkeypatch.setattr(batch_study, "study", lambda *_: [course])
    answer = CliRunner().invoke(batch_study.main, ["--output", str(tmp_path)])
    assert answer.exit_code == 1
    assert "patient 1: dose at 1 s: x" in answer.output


def test_a_study_runs_on_a_cluster(load: Callable[[str], ModuleType]) -> None:
    distributed = pytest.importorskip("distributed")
    batch_study = load("batch_study")
    here = [batch_study.lived(3, number, 2) for number in (1, 2)]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as cluster:
        assert batch_study.study(3, 2, 2, 1, cluster.scheduler_address) == here


# -- a refused bolus ------------------------------------------------------------------------------------------------


def test_a_bolus_is_refused_for_the_lockout_and_given_when_it_has_passed(capsys: pytest.CaptureFixture[str]) -> None:
    # Given at 08:00, it ends at 08:09; two hours on is 10:09. By 09:00 the patient has had 531 min of 5 mg/d,
    # 1.84375 mg, and 0.25 mg: 2.397 mg at 14.5 % fast, of 20 mg * 1.145 * 49/48 * 1.01 = 23.611 mg: 10.15 %.
    found = runpy.run_path(str(EXAMPLES / "refused_bolus.py"))
    assert found["refused"].verdict.reason == Reason.LOCKOUT
    assert found["allowed"] == 10 * HOUR + 540
    assert found["early"].verdict.reason == Reason.LOCKOUT
    assert found["accepted"].verdict.accepted
    assert found["accepted"].pump.bolus.started == 10 * HOUR + 540
    assert found["by_hand"] == pytest.approx(10.15, abs=0.005)
    assert found["in_pump"] == pytest.approx(found["by_hand"], abs=1e-4)
    told = capsys.readouterr().out
    assert "0 d 09:00  PatientBolus refused, LOCKOUT" in told
    assert "Together  2.397 mg at the most, as the pump may run 14.5 % fast" in told
    assert "Ceiling   23.611 mg in any 24 h" in told
    assert "0 d 10:09  PatientBolus accepted" in told


# -- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_each_example_says_how_it_is_run_and_what_it_is_not(path: Path) -> None:
    text = path.read_text()
    command = text.split("\n\n")[1].strip()
    assert command.startswith(f"python hosts/examples/{path.name}")
    assert "not a medical device, no clinical advice" in text.split('"""')[1]
    assert command in (EXAMPLES.parents[1] / "README.md").read_text()
