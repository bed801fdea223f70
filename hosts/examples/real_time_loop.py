"""A host in real time, as firmware would be one: it keeps a pump's state in a file, and obeys the core.

    python hosts/examples/real_time_loop.py pump.state --speed 600 --hours 2

Press Enter to ask for a bolus, and Ctrl-C to cut the power; the next start with the same file waits until the last
command is over, which may still run, tells the pump what it has missed, and goes on. A file beside it, named
`pump.state.clock`, tells how long the power was gone. `--speed 600` runs ten minutes in each second. The numbers in the
comments are those of the host's contract in the README.

Software for engineers, with an invented therapy: not a medical device, no clinical advice.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

import click
from attrs import define, field, frozen

from intrathecal import Authority, Command, Event, PatientBolus, Program, Pump, Step, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import BolusDose, commission, make_solution, prescription_from_doses
from intrathecal.quantities import Duration, hours, mg, mg_per_day, mg_per_ml, minutes, ml
from intrathecal.units import DAY, END, SLOT
from intrathecal_hosts.amounts import ml_per_day, moment
from intrathecal_hosts.calling import due_at
from intrathecal_hosts.store.medium import FileMedium, Medium
from intrathecal_hosts.store.resuming import resume
from intrathecal_hosts.store.slots import Found, ReadBack, Slots, read_back

if sys.platform != "win32":
    import fcntl

MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
LONGEST: Final = 365 * DAY
"""s: the longest that a host is away and goes on by itself."""
IMPLANTED: Final = 1
"""The number of the event that implants the pump; its program has the next."""


class Lost(Exception):
    """What was saved cannot be read."""


class NotBegun(Exception):
    """The core refuses what therapy begins with."""


class Unfit(click.ClickException):
    """What the host was given is of no use: one line, and exit 2."""

    exit_code = 2


class Clock(Protocol):
    """Time, and a sleep that a request ends."""

    def now(self) -> int:
        """s since commissioning; never less than before."""
        ...

    def sleep(self, until: int) -> bool:
        """Sleep until then (s), or until somebody asks for a bolus: whether somebody has."""
        ...


@define(eq=False)
class Motor:
    """In place of the hardware, which runs at the flow until the time, and then stops by itself."""

    obeyed: list[tuple[int, Command]] = field(factory=list)
    """From when on (s) each command was obeyed."""

    def obey(self, at: int, command: Command) -> None:
        """From now on."""
        self.obeyed.append((at, command))
        flow, until = ml_per_day(command.flow), moment(command.until)
        print(f"{moment(at)}  {flow} mL/d until {until}, {command.cause.name}", flush=True)


def known(medium: Medium) -> ReadBack:
    """What the medium holds.

    Raises `Lost` where that is something that cannot be read.
    """
    back = read_back(medium)
    if back.found is Found.LOST:
        raise Lost("the saved state is lost: nothing runs until a clinician has seen to the pump")
    return back


@define(eq=False)
class Host:
    """Keeps one pump going, whose state is on the medium."""

    medium: Medium
    clock: Clock
    motor: Motor
    pump: Pump = field(init=False)
    slots: Slots = field(init=False)

    def start(self) -> None:
        """Power is there: read the pump back, or begin.

        Raises `Lost` where the medium holds something that cannot be read: nothing may run on a guess. Raises
        `NotBegun` where therapy cannot begin.
        """
        back = known(self.medium)
        if back.pump is None:
            self.slots = Slots(self.medium)
            self._implant()
            self._program()
            return
        self._resume(self._over(back.pump.command.until))
        if back.found is Found.NEWEST and self.pump.number == IMPLANTED:
            print(f"{moment(self.pump.now)}  the pump was never programmed: it is now", flush=True)
            self._program()

    def run(self, until: int) -> None:
        """Call the core whenever a command or a silence ends, or somebody asks, until then (s)."""
        while self.pump.now < until:
            asked = self.clock.sleep(min(due_at(self.pump), until))
            now = self.clock.now()
            if now > self.pump.now + SLOT:
                self._resume(now)  # 7: the host itself was held up for long, and owns up to it
            elif not asked:
                self.tell(Tick(now))  # 3: at the command's end at the latest; 9: and at that of a silence
            if asked:
                self.tell(PatientBolus(now, self.pump.number + 1))  # 6: a number above the last one applied

    def tell(self, event: Event) -> Step:
        """3: Each event once, in order, dated by the pump's own clock."""
        answer = step(self.pump.device, self.pump, event)
        if not answer.verdict.accepted:
            print(f"{moment(event.at)}  {type(event).__name__} refused: {answer.verdict.reason.name}", flush=True)
        self._keep(answer.pump)
        self.motor.obey(event.at, answer.command)  # 2: and the hardware stops at `until`, whatever becomes of the host
        return answer

    def _keep(self, pump: Pump) -> None:
        """4: Save before the new command is obeyed, and read back exactly what was saved."""
        self.slots.save(pump)
        if read_back(self.medium).pump != pump:
            raise OSError("what was saved does not read back: no new command is obeyed")
        self.pump = pump

    def _over(self, until: int) -> int:
        """1: Nothing that was commanded until then (s) is obeyed again: the present (s), once that is past."""
        if self.clock.now() < until:
            print(f"{moment(self.clock.now())}  back; what was commanded may run until {moment(until)}", flush=True)
        while self.clock.now() < until:
            if self.clock.sleep(until):
                print(f"{moment(self.clock.now())}  no bolus before {moment(until)}", flush=True)
        return self.clock.now()

    def _resume(self, at: int) -> None:
        """7: What was missed is told up to the present (s); then a tick, and nothing runs before it."""
        resumed = resume(self.medium, at)  # 4: where the newest state may be lost, it tells that too
        assert resumed.pump is not None  # `start` has looked
        print(f"{moment(at)}  back, with {resumed.found.value}; {len(resumed.steps)} events told", flush=True)
        self.slots = Slots(self.medium)
        self._keep(resumed.pump)
        self.tell(Tick(at))

    def _implant(self) -> None:
        """A pump is implanted. 5: in a product, by a clinician whom the host has authenticated."""
        self.pump = candidate(device("SynchroMed II 20 mL", serial=1))
        implanted = commission(
            at=Duration(self.clock.now()),
            number=IMPLANTED,
            authority=Authority.CLINICIAN,
            solution=MORPHINE,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.01"),
            reference=[mg_per_day(6)],
            reference_acknowledged=True,
        )
        self._clinician(implanted)

    def _program(self) -> None:
        """Therapy begins; one that is long overdue is a clinician's to begin anew."""
        prescription = prescription_from_doses(
            solution=MORPHINE,
            drug=drug("morphine"),
            dose=mg_per_day(5),
            bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
        )
        self._clinician(
            Program(
                self.pump.now, self.pump.number + 1, Authority.CLINICIAN, prescription, soft_limit_acknowledged=False
            )
        )

    def _clinician(self, event: Event) -> None:
        verdict = self.tell(event).verdict
        if not verdict.accepted:
            reason = verdict.reason.name
            raise NotBegun(
                f"{type(event).__name__} is refused, {reason}: nothing runs until a clinician has seen to it"
            )


@frozen
class Note:
    """Which time the pump's clock showed at which time of this machine's, in a file that outlives the loss of power."""

    path: Path

    def write(self, now: int) -> None:
        """It shows `now` (s). Whenever the power goes, the file holds this note or the one before.

        Raises `OSError` where it cannot be written.
        """
        fresh = self.path.with_name(f"{self.path.name}.new")
        with fresh.open("w") as file:
            file.write(f"{now} {time.time_ns()}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def read(self, speed: int) -> int | None:
        """s: what the pump's clock shows now, where it went on so many times as fast as this machine's; nothing where
        there is no note, or this machine's clock was set back behind it."""
        try:
            now, noted = map(int, self.path.read_text().split())
        except (OSError, ValueError):
            return None
        gone = time.time_ns() - noted
        return now + gone * speed // 10**9 if gone >= 0 else None


@define(eq=False)
class Keyboard:
    """1: A monotonic clock that runs `speed` times as fast as this machine's; Enter asks for a bolus."""

    begun: int
    """s: what it shows first."""
    speed: int
    note: Note
    """Of what it shows, before each sleep."""
    since: float = field(factory=time.monotonic)
    asked: threading.Event = field(factory=threading.Event)

    def now(self) -> int:
        """s since commissioning."""
        return self.begun + int((time.monotonic() - self.since) * self.speed)

    def sleep(self, until: int) -> bool:
        """Sleep until then (s), or until Enter is pressed: whether it was."""
        self.note.write(self.now())
        while not self.asked.is_set() and self.now() < until:
            self.asked.wait((until - self.begun) / self.speed + self.since - time.monotonic())
        asked = self.asked.is_set()
        self.asked.clear()
        return asked

    def listen(self) -> None:
        """Every line is a request, as long as somebody is there."""
        with suppress(OSError):
            while os.read(sys.stdin.fileno(), 1_024):
                self.asked.set()


def time_now(path: Path, note: Note, speed: int) -> int:
    """s: 1: what the note tells, and no less than the saved time; where it tells nothing, the end of all that was
    commanded. Nothing is obeyed before that end, so that a note that tells too little does no harm.

    Raises `Lost` where the state is, `Unfit` where the note tells of more than a host can be away.
    """
    pump = known(FileMedium(path)).pump
    if pump is None:
        return 0
    told = note.read(speed)
    if told is None:
        return max(pump.command.until, pump.now)
    if told > pump.now + LONGEST:
        away = f"the host was away for {(told - pump.now) // DAY} d, at most {LONGEST // DAY} d are believed"
        raise Unfit(f"{note.path}: {away}; a clinician sees to the pump, and removes this file")
    return max(told, pump.now)


def unfit(path: Path) -> str:
    """Why no state can be kept there; empty where one can.

    Raises `OSError` where the system does not tell.
    """
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if path.is_symlink() and not path.exists():
        return "is a link that leads nowhere"
    if path.exists() and not path.is_file():
        return "is there, and is no file"
    return ""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Meanwhile no other host has the file, which is there from now on; empty, where it was not.

    Raises `Unfit` where one has it, `OSError` where it cannot be had.
    """
    with path.open("ab") as file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as reason:
                raise Unfit(f"{path}: another host has it, and one pump has one host") from reason
        yield


def live(state: Path, speed: int, length: int | None) -> None:
    """A host, from its start until Ctrl-C, or for so many hours."""
    note = Note(state.with_name(f"{state.name}.clock"))
    clock = Keyboard(time_now(state, note, speed), speed, note)
    note.write(clock.begun)
    threading.Thread(target=clock.listen, daemon=True).start()
    host = Host(FileMedium(state), clock, Motor())
    try:
        host.start()
        host.run(END if length is None else clock.begun + length * 3_600)
    except KeyboardInterrupt:
        print(f"{moment(clock.now())}  the power is gone; the motor stops by itself when its command ends")


@click.command()
@click.argument("state", type=click.Path(path_type=Path))
@click.option("--speed", type=click.IntRange(1, 3_600), default=1, show_default=True, help="How many times faster.")
@click.option("--hours", "length", type=click.IntRange(min=1), help="End after so many hours of the pump's time.")
def main(state: Path, speed: int, length: int | None) -> None:
    """Run a pump whose state is kept in the file STATE, until Ctrl-C. Not a medical device, no clinical advice."""
    if sys.stdin is None:
        raise Unfit("standard input is closed, on which a bolus is asked for: open it, if on /dev/null")
    try:
        if why := unfit(state):
            raise Unfit(f"{state}: {why}")
        with alone(state.resolve()):
            live(state.resolve(), speed, length)
    except (Lost, NotBegun) as reason:
        raise click.ClickException(str(reason)) from reason
    except BrokenPipeError:
        raise  # nobody reads any more: no fault of the file's
    except OSError as reason:
        raise Unfit(f"{reason.filename or state}: {reason.strerror or reason}") from reason


if __name__ == "__main__":
    main()
