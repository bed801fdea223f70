"""Lives: whatever may befall a pump, drawn by Hypothesis from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle

import attrs
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis import Phase as Stage
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from intrathecal import (
    Authority,
    Device,
    Drive,
    Event,
    Missed,
    Mode,
    Phase,
    Pump,
    Tick,
    TrialBy,
    transfer,
)
from intrathecal.events import (
    Acknowledge,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    PressureChanged,
    Prime,
    Program,
    Refill,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    Silence,
    Stop,
    Withdraw,
)
from intrathecal.pump import replaces_schedule
from intrathecal.units import SLOT, SLOTS
from intrathecal_proofs import strategies
from intrathecal_proofs.histories.happenings import Happening, Onlooker, stepped
from intrathecal_proofs.monitor import broken_by_transfer
from intrathecal_proofs.strategies import EVENTS

Kinds = tuple[type[Event], ...]
BEGINNINGS: Mapping[Drive, tuple[Kinds, ...]] = {
    Drive.PROGRAMMABLE: (
        (Commission, Program, ClinicianBolus),
        (Commission, Program, PatientBolus),
        (Commission, Program),
        (Commission, Program, Prime),
        (Commission, Program, ChangeSolution),
        (Commission,),
        (),
    ),
    Drive.CONSTANT_FLOW: ((Commission, ChangeSolution), (Commission,), (Commission,), ()),
}
"""By drive: what is done to a pump before anything else may happen."""
AROUND_A_CONSTANT_FLOW: tuple[Kinds, ...] = (
    (PressureChanged,),
    (PortBolus,),
    (ChangeSolution,),
    (Refill,),
    (MriBegins, MriEnds),
    (Withdraw, Refill),
    (Withdraw, Retire),
)
"""What can be done about a pump that obeys no command, one thing after the other."""
AFTER_A_BRIDGE = (PatientBolus, ClinicianBolus, ChangeSolution, ReviseCatheter)
"""What a bridging pump accepts only once its line has just cleared."""
TRIAL_BEGINS: Kinds = (ScreeningDose, ScreeningResponse)
"""The same in a trial."""
Drawn = Callable[[Pump, type[Event]], st.SearchStrategy[Event]]
"""Draws an event of a kind, for a pump."""


LONGEST_BRIDGE = 4 * SLOTS
"""For how many commands an end of a bridge is awaited."""


class Life(RuleBasedStateMachine):
    """One pump, from the clinic on: of this `drive`, until another one replaces it. `arrival` brings the onlooker of
    each life."""

    arrival: Callable[[Pump], Onlooker]
    drive: Drive

    @initialize(data=st.data())
    def implanted(self, data: st.DataObject) -> None:
        """A device is chosen; mostly it is implanted, and therapy begins at once, else a trial does."""
        self.device = data.draw(strategies.devices(self.drive), label="device")
        self.pump = data.draw(strategies.beginnings(self.device), label="beginning")
        self.onlooker = type(self).arrival(self.pump)
        for kind in TRIAL_BEGINS if by_syringe(self.pump) else data.draw(st.sampled_from(BEGINNINGS[self.drive])):
            self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @rule(data=st.data(), kind=st.sampled_from(EVENTS))
    def something_fitting(self, data: st.DataObject, kind: type[Event]) -> None:
        """An event that the pump is likely to accept."""
        self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @rule(data=st.data(), kind=st.sampled_from(EVENTS), wrong=st.sampled_from((strategies.spoilt, strategies.wild)))
    def something_wrong(self, data: st.DataObject, kind: type[Event], wrong: Drawn) -> None:
        """The wrong number, authority or time, or anything at all."""
        self._happen(data.draw(wrong(self.pump, kind), label="event"))

    @rule(data=st.data(), kind=st.sampled_from(EVENTS))
    def something_for_another_pump(self, data: st.DataObject, kind: type[Event]) -> None:
        """The right event for the wrong device."""
        event = data.draw(strategies.events(self.pump, kind), label="event")
        self._happen(event, data.draw(strategies.other_devices(self.device), label="other device"))

    @rule(data=st.data())
    def a_tick(self, data: st.DataObject) -> None:
        """Time passes, and the host may be late."""
        self._happen(data.draw(strategies.events(self.pump, Tick), label="event"))

    @rule(slots=st.integers(1, 6))
    def a_punctual_host(self, slots: int) -> None:
        """A host that ticks whenever a command ends."""
        ends = self.pump.now + slots * SLOT
        while self.pump.command.until <= ends and self.pump.command.until > self.pump.now:
            self._happen(Tick(at=self.pump.command.until))

    @precondition(lambda self: self.device.drive == Drive.PROGRAMMABLE)
    @rule(away=st.sampled_from((1, 1, 1, 100, 100, 100, 299, 1_799, 1_801, SLOT, 3 * SLOT, 100 * SLOT)))
    def an_outage(self, away: int) -> None:
        """A host that was away for so many seconds, and catches up."""
        back = self.pump.command.until + away
        while self.pump.now < back:
            self._happen(Missed(at=min(back, max(self.pump.command.until, self.pump.now + SLOT))))

    @precondition(lambda self: self.pump.phase == Phase.IMPLANTED and self.pump.mode == Mode.STOPPED)
    @rule(data=st.data())
    def therapy(self, data: st.DataObject) -> None:
        """A stopped pump is programmed again."""
        self._happen(data.draw(strategies.events(self.pump, Program), label="event"))

    @precondition(lambda self: by_syringe(self.pump) and self.pump.trial.answered)
    @rule(data=st.data())
    def the_next_rung(self, data: st.DataObject) -> None:
        """A screening dose did not do, and the next one is given as soon as it may."""
        self._wait_for_the_interval()
        for kind in TRIAL_BEGINS:
            self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.trial.infusing and self.pump.phase == Phase.IMPLANTED)
    @rule(data=st.data(), kinds=st.sampled_from(((), (Retire,), (Retire,), (Program,))))
    def a_response_to_an_infusion(self, data: st.DataObject, kinds: Kinds) -> None:
        """The daily dose is kept for a while, and the response recorded; it may be the end of the trial."""
        self._happen(Tick(at=self.pump.command.until))
        for kind in (ScreeningResponse, *kinds):
            self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.phase in (Phase.CANDIDATE, Phase.TRIAL) and not by_syringe(self.pump))
    @rule(data=st.data())
    def implantation(self, data: st.DataObject) -> None:
        """A candidate is given a pump, or it is worn in a trial by infusion."""
        self._wait_for_the_interval()
        for kind in (Commission, Program):
            self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.phase == Phase.RETIRED)
    @rule(data=st.data(), drive=st.sampled_from(Drive), authority=st.sampled_from(Authority))
    def another_pump(self, data: st.DataObject, drive: Drive, authority: Authority) -> None:
        """A retired pump is replaced: its patient's life goes on, and that of the new pump begins."""
        device = data.draw(strategies.devices(drive), label="device")
        after = transfer(self.pump, device, authority)
        broken = broken_by_transfer(self.pump, device, authority, after)
        assert not broken, broken
        if after.verdict.accepted:
            self.device = device
            self.pump = after.pump
            self.onlooker = type(self).arrival(self.pump)

    @precondition(lambda self: self.pump.mode == Mode.BASAL)
    @rule(data=st.data(), kind=st.sampled_from((PatientBolus, ClinicianBolus, ClinicianBolus)))
    def a_bolus(self, data: st.DataObject, kind: type[Event]) -> None:
        """A bolus is asked for."""
        self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.mode == Mode.BRIDGING and is_short(self.pump))
    @rule(data=st.data(), kind=st.sampled_from((*AFTER_A_BRIDGE, ChangeSolution, Tick)))
    def the_line_clears(self, data: st.DataObject, kind: type[Event]) -> None:
        """A host that ticks whenever a command ends, until the next event finds that the line has just cleared."""
        for _ in range(LONGEST_BRIDGE):
            if self.pump.mode != Mode.BRIDGING or clears(self.pump):
                break
            self._happen(Tick(at=self.pump.command.until))
        event = data.draw(strategies.events(self.pump, kind), label="event")
        self._happen(attrs.evolve(event, at=self.pump.command.until))

    @precondition(lambda self: replaces_schedule(self.pump))
    @rule(data=st.data(), kind=st.sampled_from(EVENTS), how=st.sampled_from((strategies.events, strategies.spoilt)))
    def something_during_a_bolus(self, data: st.DataObject, kind: type[Event], how: Drawn) -> None:
        """Whatever comes in between."""
        self._happen(data.draw(how(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.mode == Mode.BOLUS)
    @rule(data=st.data(), kind=st.sampled_from((CancelBolus, ClinicianBolus, PatientBolus, Program, Stop)))
    def the_end_of_a_bolus(self, data: st.DataObject, kind: type[Event]) -> None:
        """A clinician ends it, or it gives way to the next one."""
        self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: any(self.pump.alarms.listed))
    @rule(data=st.data(), kind=st.sampled_from((Silence, Acknowledge)))
    def an_answer_to_an_alarm(self, data: st.DataObject, kind: type[Event]) -> None:
        """Someone hears it."""
        self._happen(data.draw(strategies.events(self.pump, kind), label="event"))

    @precondition(lambda self: self.pump.reservoir.remaining <= self.pump.reservoir.low_level)
    @rule(data=st.data())
    def a_refill(self, data: st.DataObject) -> None:
        """A low pump is refilled."""
        self._happen(data.draw(strategies.events(self.pump, Refill), label="event"))

    @precondition(lambda self: self.device.drive == Drive.CONSTANT_FLOW and self.pump.phase == Phase.IMPLANTED)
    @rule(data=st.data(), kinds=st.sampled_from(AROUND_A_CONSTANT_FLOW))
    def something_around_a_constant_flow(self, data: st.DataObject, kinds: Kinds) -> None:
        """A flight, a dive, a magnet, or a needle, and time in between."""
        for kind in kinds:
            self._happen(data.draw(strategies.events(self.pump, kind), label="event"))
        self._happen(Tick(at=self.pump.command.until))

    def _wait_for_the_interval(self) -> None:
        over = self.pump.trial.dosed_at + self.pump.trial.protocol.interval
        while self.pump.now < over:
            self._happen(Tick(at=min(self.pump.now + SLOT, over)))

    def _happen(self, event: Event, device: Device | None = None) -> None:
        self.pump = stepped(self.device if device is None else device, self.pump, event, self.onlooker)


def by_syringe(pump: Pump) -> bool:
    """Whether the patient is in a trial by syringe."""
    return pump.phase == Phase.TRIAL and pump.trial.protocol.by == TrialBy.SYRINGE


def clears(pump: Pump) -> bool:
    """Whether a bridge is over once the command has run to its end."""
    return pump.bridge.late <= pump.command.flow * (pump.command.until - pump.now)


def is_short(pump: Pump) -> bool:
    """Whether a bridge can be over before its end is no longer awaited."""
    slots = LONGEST_BRIDGE - 2
    return pump.bridge.late <= min(pump.bridge.flow, pump.bridge.meeting_flow) * slots * SLOT


def quietly(examples: int, steps: int = 1) -> settings:
    """So many examples, of lives of so many rules each; they are drawn and not shrunk, nothing is kept or printed."""
    return settings(
        max_examples=examples,
        phases=(Stage.generate,),
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


BATCH = 10
"""How many lives Hypothesis draws before it begins to make most of them by small changes of earlier ones."""


def live(lives: int, steps: int, seed: int, arrival: Callable[[Pump], Onlooker]) -> None:
    """So many lives of so many rules each, in batches, by turns with each drive; raises what an onlooker raises."""
    for first, drive in zip(range(0, lives, BATCH), cycle(Drive)):
        own = {"arrival": staticmethod(arrival), "drive": drive}
        machine = seeded(seed + 1_000_003 * first)(type("Life", (Life,), own))
        run_state_machine_as_test(machine, settings=quietly(min(BATCH, lives - first), steps))


def recorded(lives: int, steps: int, seed: int) -> list[Happening]:
    """Every step of so many lives of so many rules each."""
    found: list[Happening] = []
    live(lives, steps, seed, lambda beginning: found.append)
    return found
