"""A life: a pump and its patient, an adversary for a host, and an auditor who looks on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from enum import StrEnum
from random import Random
from typing import Any, Final

import attrs
from attrs import define, evolve, field, frozen

from intrathecal import (
    Alarm,
    Authority,
    ClinicianBolus,
    Device,
    Drive,
    Event,
    Missed,
    Mode,
    PatientBolus,
    Phase,
    Prime,
    Program,
    Pump,
    Reason,
    Reread,
    Step,
    Stop,
    Tick,
    candidate,
    in_trial,
)
from intrathecal.fault import can_deliver
from intrathecal.units import END, SLOT
from intrathecal_hosts.absence import passing
from intrathecal_hosts.attack.cast import DEVICES, PROGRAMMABLE, PROTOCOLS, another
from intrathecal_hosts.attack.deeds import Act, Deed, Replaced, Wait
from intrathecal_hosts.attack.moves import KINDS, a_move, a_wait
from intrathecal_hosts.attack.scripts import a_script
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.promises import Breach
from intrathecal_hosts.record import Record
from intrathecal_hosts.therapy import Replacement, answered


class Vice(StrEnum):
    """What the host does wrong, or is done to it."""

    LATE = "late"
    EARLY = "early"
    REPEATING = "repeating"
    REORDERING = "reordering"
    DROPPING = "dropping"
    CORRUPTING = "corrupting"
    LOSING = "losing a step with its power"


VICES: Final = (*tuple(Vice)[:-1] * 4, Vice.LOSING)
"""One is drawn of these: a pump that has lost a step is in the safe mode, where little happens."""
VICIOUS: Final = 0.12
"""How often it does something wrong."""
SCRIPTED: Final = 0.1
"""How often a script begins where none is under way."""
WAITING: Final = 0.6
"""How often the host only calls."""
RARE: Final = (Mode.BOLUS, Mode.PRIMING, Mode.SUSPENDED, Mode.BRIDGING)
"""Modes that do not last long."""
SOMETHING_ELSE: Final = 0.5
"""How often anything may happen in one of them."""
LONGEST: Final = 1_500
"""Steps: when another life begins."""
LOSABLE: Final = (Tick, Missed, PatientBolus, ClinicianBolus, Prime, Program, Stop)
"""What can be lost with the power: what the pump does. What a needle did, a clinician must tell again."""
AWAY: Final = (0, 600, SLOT, 5 * SLOT, 100 * SLOT)
"""s: how long the power is gone."""
ENDS: Final = 0.03
"""How often a life ends after a step in which nothing much can happen any more."""
Met = tuple[Drive, str, str]
"""Drive, event and mode."""


@frozen
class Told:
    """One thing that the pump was told."""

    device: Device
    """The one that it was meant for."""
    event: Event | Replacement
    lost: bool = False
    """The power went as it was done: the pump is as before."""


@define(eq=False)
class Reached:
    """What was met so far."""

    steps: int = 0
    pairs: set[Met] = field(factory=set)
    reasons: Counter[Reason] = field(factory=Counter)
    alarms: set[Alarm] = field(factory=set)
    vices: Counter[Vice] = field(factory=Counter)

    def see(self, before: Pump, event: Event | Replacement, answer: Step) -> None:
        """One more step."""
        self.steps += 1
        self.pairs.add((before.device.drive, type(event).__name__, before.mode.name))
        self.reasons[answer.verdict.reason] += 1
        self.alarms.update(alarm for alarm in Alarm if answer.alarms.risen[alarm])

    def add(self, other: Reached) -> None:
        """What was met elsewhere."""
        self.steps += other.steps
        self.pairs |= other.pairs
        self.reasons += other.reasons
        self.alarms |= other.alarms
        self.vices += other.vices


@define(eq=False)
class Life:
    """One pump after another, in one patient."""

    beginning: Pump
    audited: Audited
    pump: Pump
    told: list[Told] = field(factory=list)
    reached: Reached = field(factory=Reached)

    @classmethod
    def of(cls, beginning: Pump, flow: Flow, seed: int) -> Life:
        """That begins with this pump, whose hardware is so true."""
        audited = Audited.of(beginning.device, flow, seed)
        audited.auditor.plant.now = beginning.now
        return cls(beginning, audited, beginning)

    def tell(self, told: Told) -> Step:
        """The pump is told, answers, and the hardware obeys."""
        before = self.pump
        event = told.event
        answer = answered(told.device, before, event)
        self.told.append(told)
        self.reached.see(before, event, answer)
        self.audited.see(Record(happening=None, key="", before=before, event=event, step=answer, lost=told.lost))
        self.pump = before if told.lost else answer.pump
        return answer

    @property
    def over(self) -> bool:
        """Nothing much can happen any more: no pump is ever implanted, or what is in the box does not work."""
        rejected = self.pump.phase == Phase.REJECTED
        return rejected or (self.pump.phase == Phase.CANDIDATE and not can_deliver(self.pump.faults))

    @property
    def breach(self) -> Breach | None:
        """The first promise that was broken."""
        found = self.audited.found()
        return found[0] if found else None


def a_beginning(random: Random) -> Pump:
    """A candidate's pump, or one in a trial; or, seldom, one whose time is nearly over."""
    device = random.choice(DEVICES)
    drawn = random.random()
    if drawn < 0.3:
        return in_trial(random.choice(PROGRAMMABLE), random.choice(PROTOCOLS))
    pump = candidate(device)
    return aged(pump) if drawn < 0.31 else pump


def aged(pump: Pump) -> Pump:
    """The same, half an hour before the end of time."""
    now = END - SLOT
    return evolve(
        pump,
        now=now,
        command=evolve(pump.command, until=now),
        window=evolve(pump.window, ends=END),
        service=evolve(pump.service, day_ends=END),
    )


@define(eq=False)
class Adversary:
    """A host that does everything wrong."""

    life: Life
    random: Random
    script: deque[Deed] = field(factory=deque)
    held: Event | None = None
    """Kept back, to be told after the next."""

    def acts(self) -> None:
        """The next thing, with whatever goes wrong."""
        event = self._next()
        if event is None:
            return
        vice = self.random.choice(VICES) if self.random.random() < VICIOUS else None
        if vice is None or not isinstance(event, KINDS) or (vice is Vice.LOSING and not self._can_lose(event)):
            self._tell(event)
        else:
            self.life.reached.vices[vice] += 1
            self._spoil(event, vice)
        if self.held is not None and self.random.random() < 0.5:
            late, self.held = self.held, None
            self._tell(late)

    def _next(self) -> Event | Replacement | None:
        pump, random = self.life.pump, self.random
        if pump.mode in RARE and random.random() < SOMETHING_ELSE:
            return a_move(random.choice(KINDS), pump, random)
        if not self.script and random.random() < SCRIPTED:
            self.script.extend(a_script(pump, random))
        if self.script and random.random() < 0.9:
            return self._scripted(self.script.popleft())
        if random.random() < WAITING:
            return a_wait(pump, random)
        return a_move(random.choice(KINDS), pump, random)

    def _scripted(self, deed: Deed) -> Event | Replacement | None:
        pump, random = self.life.pump, self.random
        if isinstance(deed, Wait):
            if deed.calls > 1:
                self.script.appendleft(Wait(deed.calls - 1))
            return a_wait(pump, random)
        if isinstance(deed, Replaced):
            to = pump.device if random.random() < 0.2 else another(pump.device, random)
            return Replacement(pump.now, to, Authority.PATIENT if random.random() < 0.05 else Authority.CLINICIAN)
        assert isinstance(deed, Act)
        return a_move(deed.kind, pump, random, deed.said(pump))

    def _spoil(self, event: Event, vice: Vice) -> None:
        pump, random = self.life.pump, self.random
        if vice is Vice.LATE:
            late = pump.command.until + random.choice((1, 59, 61, 900))
            self._tell(evolve(event, at=min(late, pump.now + SLOT, END)))
        elif vice is Vice.EARLY:
            self._tell(evolve(event, at=max(pump.now - random.choice((0, 1, 600)), 0)))
        elif vice is Vice.REPEATING:
            self._tell(event)
            self._tell(event)
        elif vice is Vice.REORDERING:
            self.held = event
        elif vice is Vice.CORRUPTING:
            self._corrupt(event)
        elif vice is Vice.LOSING:
            self._lose(event)

    def _corrupt(self, event: Event) -> None:
        pump, random = self.life.pump, self.random
        if random.random() < 0.2:
            self._tell(event, another(pump.device, random))
            return
        name = random.choice([each.name for each in attrs.fields(type(event))])
        value: Any = getattr(event, name)
        if type(value) is int:
            value = abs(value ^ (1 << random.randrange(34)))
        elif type(value) is bool:
            value = not value
        elif isinstance(value, Authority):
            value = Authority.PATIENT
        try:
            event = evolve(event, **{name: value})
        except ValueError:
            return  # no such event can be made: the host refuses it by itself
        self._tell(event)

    def _lose(self, event: Event) -> None:
        """The power goes as the event is done; the host comes back later, and reads the state before it."""
        pump = self.life.pump
        answer = self.life.tell(Told(pump.device, event, lost=True))
        back = min(max(event.at, pump.now, answer.command.until) + self.random.choice(AWAY), END)
        while self.life.pump.now < back:
            self._tell(passing(self.life.pump, back))
        self._tell(Reread(self.life.pump.now))
        self.script.clear()
        self.held = None

    def _can_lose(self, event: Event) -> bool:
        """Whether the pump does it: a constant flow does nothing that a step tells it to."""
        pump = self.life.pump
        runs = pump.device.drive == Drive.PROGRAMMABLE and pump.phase == Phase.IMPLANTED
        return runs and isinstance(event, LOSABLE)

    def _tell(self, event: Event | Replacement, device: Device | None = None) -> None:
        self.life.tell(Told(device or self.life.pump.device, event))


def live(random: Random, steps: int, reached: Reached) -> Life | None:
    """Lives, one after the other, for so many steps; the first in which a promise is broken ends them."""
    for life in lives(random, steps):
        reached.add(life.reached)
        if life.breach is not None:
            return life
    return None


def lives(random: Random, steps: int) -> Iterator[Life]:
    """Lives, one after the other, for so many steps, each once it is over, or a promise is broken in it."""
    flows = tuple(Flow)
    left = steps
    while left > 0:
        beginning = a_beginning(random)
        flow = random.choice(flows) if beginning.now == 0 else Flow.NOMINAL  # a drift is worked out from time 0 on
        life = Life.of(beginning, flow, random.randrange(1_000))
        adversary = Adversary(life, random)
        until = min(left, random.randrange(50, LONGEST))
        while life.reached.steps < until and life.breach is None:
            adversary.acts()
            if life.over and random.random() < ENDS:
                break
        left -= life.reached.steps
        yield life
