"""A clinician's app programs a pump over a link that loses, repeats and delays: no bolus is ever given twice.

    python hosts/examples/programmer_session.py --seed 7 --loss 0.3

Two numbers do it. The event's is the core's: it stays the same however often the app tries, and an event whose number
is not above that of the last one applied is refused as `DUPLICATE`, which tells the app that an earlier try of it was
applied. The transmission's is the link's: it is another one for each try, and the pump's side hears none that is older
than one it has heard, so that a copy of a try cannot be decided once the app has its answer. The app sends nothing new
before it knows what became of the last: else `DUPLICATE` would tell it nothing. Nor does it where somebody else numbers
events meanwhile: here the patient asks for nothing during the session; in a product one place hands the numbers out.

Software for engineers, with an invented therapy: not a medical device, no clinical advice.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from enum import StrEnum
from math import isnan
from random import Random
from typing import Final

import click
from attrs import define, field, frozen
from rich.table import Table

from intrathecal import Authority, Event, Program, Pump, Reason, Step, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    clinician_bolus,
    commission,
    make_solution,
    prescription_from_doses,
    volume_of_dose,
)
from intrathecal.quantities import Duration, hours, mg, mg_per_day, mg_per_ml, minutes, ml
from intrathecal_hosts.amounts import moment
from intrathecal_hosts.report import console

PATIENCE: Final = 10
"""s: how long the app waits for an answer before it tries again."""
SLOWEST: Final = 6
"""s: the longest that the link takes; some answers come when the app has tried again."""
TRIES: Final = 100
"""So often the app tries before it says that it does not know."""
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
Asked = Callable[[int, int], Event]
"""An event, by its time (s) and its number."""


class Outcome(StrEnum):
    """What the app knows of a command."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNKNOWN = "not known"


@frozen
class Message:
    """What goes over the link."""

    transmission: int
    """Which try it is, or answers."""
    number: int
    """Of the event."""
    asked: Asked
    reason: Reason | None = None
    """The pump's answer; `None` in a request."""


@define(eq=False)
class Link:
    """Loses, repeats and delays, either way."""

    random: Random
    loss: float
    """Of each message, how likely it is lost; and how likely it is repeated."""
    flying: list[tuple[int, int, Message]] = field(factory=list)
    """When each arrives (s), the soonest first; then in the order in which they were sent."""
    sent: int = 0

    def send(self, at: int, message: Message) -> None:
        """It goes off."""
        copies = 0 if self.random.random() < self.loss else 2 if self.random.random() < self.loss else 1
        for _ in range(copies):
            self.sent += 1
            heapq.heappush(self.flying, (at + self.random.randint(1, SLOWEST), self.sent, message))

    def arrived(self, by: int) -> tuple[int, Message] | None:
        """The next to arrive by then (s), and when."""
        if not self.flying or self.flying[0][0] > by:
            return None
        at, _, message = heapq.heappop(self.flying)
        return at, message


@define(eq=False)
class PumpSide:
    """The host in the pump."""

    pump: Pump
    link: Link
    heard: int = 0
    """The last transmission."""
    told: list[tuple[Event, Step]] = field(factory=list)

    def tell(self, event: Event) -> Reason:
        """A host also saves the pump and obeys the command here: see `real_time_loop.py`."""
        answer = step(self.pump.device, self.pump, event)
        self.told.append((event, answer))
        self.pump = answer.pump
        return Reason(answer.verdict.reason)

    def wait(self, until: int) -> None:
        """Time passes, up to then (s)."""
        while self.pump.command.until <= until:
            self.tell(Tick(self.pump.command.until))

    def hear(self, at: int, message: Message) -> None:
        """A request has come: it is dated by the pump's own clock, decided, and answered."""
        if message.transmission <= self.heard:
            return
        self.heard = message.transmission
        reason = self.tell(message.asked(at, message.number))
        self.link.send(at, Message(message.transmission, message.number, message.asked, reason))


@define(eq=False)
class App:
    """The clinician's side; in a product, the clinician has logged in."""

    pump_side: PumpSide
    link: Link
    now: int
    """s."""
    number: int
    """Of the last event that was sent."""
    transmission: int = 0
    transcript: list[tuple[int, str, int, str]] = field(factory=list)
    """When (s), what, the event's number, and what the app made of it."""

    def ask(self, what: str, asked: Asked) -> Outcome:
        """Try, with the same number, until the outcome is known."""
        self.number += 1
        for _ in range(TRIES):
            self.transmission += 1
            self._note(what, f"try {self.transmission}")
            self.link.send(self.now, Message(self.transmission, self.number, asked))
            outcome = self._listen(what, self.now + PATIENCE)
            if outcome is not Outcome.UNKNOWN:
                return outcome
        self._note(what, "not known: ask the pump before anything else")
        return Outcome.UNKNOWN

    def wait(self, seconds: int) -> None:
        """Time passes; what still comes over the link is of what is known already."""
        until = self.now + seconds
        while self.now < until:
            self._listen("comes late", until)

    def _listen(self, what: str, until: int) -> Outcome:
        while (arrived := self.link.arrived(until)) is not None:
            self.now, message = arrived
            self.pump_side.wait(self.now)
            if message.reason is None:
                self.pump_side.hear(self.now, message)
            elif (outcome := self._made_of(message)) is not Outcome.UNKNOWN:
                answer = "accepted" if message.reason is Reason.NONE else message.reason.name
                self._note(what, f"{outcome}: {answer} to try {message.transmission}")
                return outcome
        self.now = until
        self.pump_side.wait(until)
        return Outcome.UNKNOWN

    def _made_of(self, message: Message) -> Outcome:
        """An event that was applied stays so, whichever try is answered; a refusal counts for the last try alone, as
        one under way may still be applied."""
        if message.number == self.number and message.reason in (Reason.NONE, Reason.DUPLICATE):
            return Outcome.APPLIED
        return Outcome.REFUSED if message.transmission == self.transmission else Outcome.UNKNOWN

    def _note(self, what: str, made: str) -> None:
        self.transcript.append((self.now, what, self.number, made))


def implanted() -> Pump:
    """A pump that holds morphine, and is yet to be programmed."""
    pump_model = device("SynchroMed II 20 mL", serial=1)
    event = commission(
        at=hours(0),
        number=1,
        authority=Authority.CLINICIAN,
        solution=MORPHINE,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml("0.01"),
        reference=[mg_per_day(6)],
        reference_acknowledged=True,
    )
    answer = step(pump_model, candidate(pump_model), event)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer.pump


def program(at: int, number: int) -> Event:
    """5 mg/d, and room for boluses of the clinician's."""
    prescription = prescription_from_doses(
        solution=MORPHINE, drug=drug("morphine"), dose=mg_per_day(5), ceiling=mg_per_day(8)
    )
    return Program(at, number, Authority.CLINICIAN, prescription, soft_limit_acknowledged=False)


def bolus(at: int, number: int) -> Event:
    """0.25 mg in 9 min."""
    return clinician_bolus(
        at=Duration(at),
        number=number,
        authority=Authority.CLINICIAN,
        volume=volume_of_dose(solution=MORPHINE, drug=drug("morphine"), dose=mg("0.25")),
        duration=minutes(9),
    )


SESSION: Final = (
    (minutes(0), "program 5 mg/d", program),
    (minutes(0), "bolus 0.25 mg", bolus),
    (minutes(0), "bolus, too soon", bolus),
    (minutes(30), "bolus 0.25 mg", bolus),
)
"""What the clinician wants, each so long after what was before."""


def session(seed: int, loss: float) -> tuple[App, list[Outcome]]:
    """The app after the session, and what it knows of each command, up to the first of which it knows nothing."""
    link = Link(Random(seed), loss)
    pump_side = PumpSide(implanted(), link)
    app = App(pump_side, link, now=pump_side.pump.now, number=pump_side.pump.number)
    outcomes: list[Outcome] = []
    for after, what, asked in SESSION:
        app.wait(after.seconds)
        outcomes.append(app.ask(what, asked))
        if outcomes[-1] is Outcome.UNKNOWN:
            break
    return app, outcomes


@click.command()
@click.option("--seed", type=int, default=0, show_default=True, help="What the link does is drawn from it.")
@click.option("--loss", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="Of messages, the part lost.")
def main(seed: int, loss: float) -> None:
    """A session over a broken link, told line by line. Not a medical device, no clinical advice."""
    if isnan(loss):
        raise click.BadParameter("nan is no part from 0 to 1", param_hint="--loss")
    app, _ = session(seed, loss)
    table = Table(
        "time", "command", "event number", "the app", title="What the app did and heard", title_justify="left"
    )
    for at, what, number, made in app.transcript:
        table.add_row(moment(at), what, str(number), made)
    console().print(table)


if __name__ == "__main__":
    main()
