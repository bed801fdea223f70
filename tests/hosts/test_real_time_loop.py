"""A host in real time whose power goes, again and again: what truly ran is never more than the books hold."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Final

import click
import pytest
from attrs import define, field

from intrathecal import Command, Pump
from intrathecal.units import DAY, SLOT
from intrathecal_hosts.store.medium import FileMedium
from intrathecal_hosts.store.slots import read_back

EXAMPLES: Final = Path(__file__).parents[2] / "hosts" / "examples"
HOUR: Final = 3_600
THERAPY: Final = 200_000
"""nL/d: 5 mg/d at 25 mg/mL."""
BOLUS: Final = 1_600_000
"""nL/d: 0.25 mg, and the schedule's 0.03 mg, in 9 min."""
FOREVER: Final = 10**12


class PowerGone(Exception):
    """The power is gone."""


@define(eq=False)
class World:
    """What is true: time, this machine's clock, the motor, who presses Enter, and when the power goes. Times in ms."""

    path: Path
    now: int = 0
    fast: int = 0
    """How far this machine's clock is ahead."""
    dies: int = FOREVER
    dies_written: int = FOREVER
    """bytes: so many more are written."""
    dies_obeyed: int = FOREVER
    """So many more commands are obeyed."""
    asks: list[int] = field(factory=list)
    keyboard: Any = None
    flow: int = 0
    """nL/d: at which the motor runs"""
    stops: int = 0
    """until then."""
    ran: dict[int, int] = field(factory=dict)
    """ms: how long it ran at each flow."""

    # this machine's clock

    def monotonic(self) -> float:
        return self.now / 1_000

    def time_ns(self) -> int:
        return (10**12 + self.now + self.fast) * 10**6

    # the keyboard

    def is_set(self) -> bool:
        return bool(self.asks) and self.asks[0] <= self.now

    def clear(self) -> None:
        while self.is_set():
            self.asks.pop(0)

    def wait(self, timeout: float) -> None:
        ends = self.now + max(round(timeout * 1_000), 1)
        self.pass_until(min(ends, self.dies, *self.asks[:1]))
        if self.now >= self.dies:
            raise PowerGone

    # the motor

    def obey(self, at: int, command: Command) -> None:
        """It runs to the command's end by the pump's clock, whatever becomes of the host."""
        left = round((command.until - self.keyboard.begun - self.monotonic() + self.keyboard.since) * 1_000)
        self.pass_until(self.now)
        self.flow, self.stops = command.flow, self.now + left
        self.check()
        self.dies_obeyed -= 1
        if self.dies_obeyed == 0:
            raise PowerGone

    def pass_until(self, at: int) -> None:
        runs = max(min(at, self.stops) - self.now, 0)
        self.ran[self.flow] = self.ran.get(self.flow, 0) + runs
        self.now = at

    def delivered(self) -> int:
        """quanta, by a thousand: what ran, and what is to run by what the motor was told."""
        return sum(flow * ran for flow, ran in self.ran.items()) + self.flow * max(self.stops - self.now, 0)

    def check(self) -> None:
        """The books hold it all."""
        pump = self.saved()
        running = pump.command.flow * (pump.command.until - pump.now)
        assert self.delivered() <= 1_000 * (pump.reservoir.delivered + running)

    def saved(self) -> Pump:
        pump = read_back(FileMedium(self.path)).pump
        assert pump is not None
        return pump


@define(eq=False)
class Disk:
    """A file, as long as there is power."""

    path: Path
    world: World

    def read(self, begin: int, length: int) -> bytes:
        return FileMedium(self.path).read(begin, length)

    def write(self, begin: int, told: bytes) -> None:
        FileMedium(self.path).write(begin, told[: self.world.dies_written])
        self.world.dies_written -= len(told)
        if self.world.dies_written <= 0:
            raise PowerGone

    def sync(self) -> None:
        """It is there at once."""


Begun = tuple[World, Callable[..., None]]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Begun:
    """A world, and a host in it that runs until its power goes: at a time, after so many bytes or commands more."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    loop: ModuleType = importlib.import_module("real_time_loop")
    world = World(tmp_path / "pump.state")
    keyboard = loop.Keyboard

    class Mute(keyboard):  # type: ignore[misc, valid-type]  # a script loaded by name has no types
        def listen(self) -> None:
            """Who asks is in the world."""

    def started(*said: Any) -> Any:
        world.keyboard = Mute(*said, since=world.monotonic(), asked=world)
        return world.keyboard

    for name, there in {
        "time": world,
        "Keyboard": started,
        "Motor": lambda: world,
        "FileMedium": lambda path: Disk(path, world),
    }.items():
        monkeypatch.setattr(loop, name, there)

    def runs(dies: int = FOREVER, written: int = FOREVER, obeyed: int = FOREVER) -> None:
        world.dies, world.dies_written, world.dies_obeyed = dies, written, obeyed
        with pytest.raises(PowerGone):
            loop.main.main([str(world.path)], standalone_mode=False)
        world.dies_written = FOREVER

    return world, runs


def test_a_host_that_dies_after_each_command_obeys_none_twice(begun: Begun) -> None:
    # It dies with its third command, the first of therapy, and is back after a second; it waits for the slot's end,
    # and dies with the next: 26 slots in all, and the motor has stood still nowhere.
    world, runs = begun
    runs(obeyed=2)
    for _ in range(25):
        world.pass_until(world.now + 1_000)
        runs(obeyed=1)
    assert world.saved().now == 25 * SLOT
    assert world.ran[THERAPY] == 25 * SLOT * 1_000
    assert world.saved().reservoir.delivered == THERAPY * 25 * SLOT


def test_a_bolus_runs_once_whenever_the_power_goes_while_the_next_state_is_saved(begun: Begun) -> None:
    # It runs from 01:00 to 01:09; while the state of 01:09 is saved, the power goes, for a second. The rest of the
    # slot is then not known to have run.
    world, runs = begun
    world.asks = [HOUR * 1_000]
    runs(dies=(HOUR + 539) * 1_000)
    start, ran, before = world.now, dict(world.ran), world.path.read_bytes()
    assert (world.saved().command.flow, world.saved().command.until) == (BOLUS, HOUR + 540)
    for written in (1, 8, 9, 1_000, 2_000):
        world.path.write_bytes(before)
        world.now, world.ran, world.flow, world.stops = start, dict(ran), BOLUS, (HOUR + 540) * 1_000
        runs(written=written)
        world.pass_until(world.now + 1_000)
        runs(dies=2 * HOUR * 1_000)
        assert world.ran[BOLUS] == 540_000
        assert world.saved().reservoir.delivered <= THERAPY * (2 * HOUR - 540) + BOLUS * 540


def test_a_bolus_runs_once_though_the_clock_is_set_back_at_each_start(begun: Begun) -> None:
    # 30 s into the bolus the power goes, and the clock is set back by an hour; so it is three times more, half an hour
    # after each start. What the host is away for is not known: it begins at the end of what was commanded.
    world, runs = begun
    world.asks = [HOUR * 1_000]
    runs(dies=(HOUR + 30) * 1_000)
    for _ in range(4):
        world.fast -= HOUR * 1_000
        runs(dies=world.now + SLOT * 1_000)
    assert world.ran[BOLUS] == 30_000
    assert world.saved().reservoir.delivered >= THERAPY * HOUR + BOLUS * 540
    world.check()


def test_who_asks_while_the_last_command_may_still_run_is_told_that_it_is_too_soon(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    world, runs = begun
    runs(dies=600_000)
    world.asks = [900_000]
    runs(dies=2_000_000)
    told = capsys.readouterr().out.splitlines()
    assert "0 d 00:10  back; what was commanded may run until 0 d 00:30" in told
    assert "0 d 00:15  no bolus before 0 d 00:30" in told
    assert BOLUS not in world.ran


def test_a_pump_that_was_implanted_and_never_programmed_is_programmed_at_the_next_start(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    # The power goes as it is implanted; back after a second, the host waits for the slot's end, and half an hour late
    # therapy begins.
    world, runs = begun
    runs(obeyed=1)
    world.pass_until(1_000)
    runs(dies=2 * HOUR * 1_000)
    assert "0 d 00:30  the pump was never programmed: it is now" in capsys.readouterr().out
    assert world.ran[THERAPY] == 90 * 60 * 1_000


def test_a_pump_that_was_not_programmed_for_days_says_that_a_clinician_must(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    # 48 h after it was implanted the daily dose before counts no more.
    world, runs = begun
    runs(obeyed=1)
    world.pass_until(3 * DAY * 1_000)
    with pytest.raises(click.ClickException, match="Program is refused, BEGINS_ANEW: nothing runs until a clinician"):
        runs()
    assert "3 d 00:00  the pump was never programmed" in capsys.readouterr().out
    assert world.saved().command.flow == 0


AWAY: Final = (0, 1, 999, 1_000, 20_500, 540_000, 1_800_000, 7_200_000)
"""ms."""


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("sure", [True, False], ids=["a clock that goes on", "a clock that is set back"])
def test_over_any_series_of_losses_no_more_runs_than_the_books_hold(begun: Begun, seed: int, sure: bool) -> None:
    # The power goes at any byte of a save, with any command, at any time; the motor stops with it, or goes on to the
    # command's end; the clock is set back, or the note of it lost or cut off. Where the clock goes on, the pump's time
    # is never ahead of the true one, so that no lockout and no day is shorter.
    world, runs = begun
    random = Random(seed)
    note = world.path.with_name("pump.state.clock")
    while world.now < DAY * 1_000 or not world.path.exists():
        world.asks = sorted(world.now + random.randrange(10_000_000) for _ in range(random.randrange(4)))
        runs(
            **random.choice(
                (
                    {"dies": world.now + 1 + random.choice(AWAY) + random.randrange(5_000)},
                    {"written": random.randrange(1, 40_000)},
                    {"obeyed": random.randrange(1, 6)},
                )
            )
        )
        if random.random() < 0.3:
            world.stops = min(world.stops, world.now)
        world.pass_until(world.now + random.choice(AWAY))
        if not sure and random.random() < 0.3:
            world.fast -= random.choice((1_000, 600_000, 3_600_000))
        if not sure and random.random() < 0.2:
            note.write_text(random.choice(("", "12", "12 x", "x 12")))
        if read_back(FileMedium(world.path)).pump is not None:
            world.check()
            assert not sure or world.saved().now * 1_000 <= world.now
    assert world.ran[THERAPY] > 0
