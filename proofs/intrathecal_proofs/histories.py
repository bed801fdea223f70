"""Long lives of pumps, drawn at random, under the eyes of the monitor: every kind of event, fitting or not.

Hypothesis draws the lives from a fixed seed. One that breaks something is shown without whatever can be left out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, product
from typing import Any

import attrs
from hypothesis import HealthCheck, Verbosity, given, settings
from hypothesis import Phase as Stage
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from intrathecal import (
    Authority,
    Device,
    Drive,
    Event,
    Fault,
    Missed,
    Mode,
    Phase,
    Pump,
    Step,
    Tick,
    TrialBy,
    candidate,
    in_trial,
    step,
    transfer,
)
from intrathecal.events import (
    Acknowledge,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    FaultFound,
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
from intrathecal.units import PRESSURE_MAX, SLOT, SLOTS, STANDARD_PRESSURE
from intrathecal_proofs import strategies
from intrathecal_proofs.machinery.counterexample import expression
from intrathecal_proofs.monitor import Monitor, Violation, broken_by_state, broken_by_transfer
from intrathecal_proofs.strategies import EVENTS

Pair = tuple[Drive, str, Mode, bool]
"""A pump's drive, an event's name, the mode in which it found the pump, and whether it was accepted."""
_RUNS_NOTHING = "a bolus replaces a running schedule"
_NOT_TWICE = "a pump that is not stopped is implanted, and none is implanted twice"
_NO_BOLUS = "neither a bolus nor priming runs in this mode"
_PRIMED = "what priming has left in the line takes longer to clear than priming takes"
_STILL_IN_ITS_BOX = "a pump that is not stopped is implanted or worn, and no dose is given by syringe any more"
IMPOSSIBLE_FOR_ANY: Mapping[tuple[str, Mode, bool], str] = {
    **{("Commission", mode, True): _NOT_TWICE for mode in Mode if mode != Mode.STOPPED},
    **{
        (kind, mode, True): _RUNS_NOTHING
        for kind in ("PatientBolus", "ClinicianBolus", "Prime")
        for mode in (Mode.STOPPED, Mode.SAFE, Mode.SUSPENDED)
    },
    **{("CancelBolus", mode, True): _NO_BOLUS for mode in Mode if mode not in (Mode.BOLUS, Mode.PRIMING)},
    **{
        (kind, Mode.PRIMING, True): _PRIMED
        for kind in ("PatientBolus", "ClinicianBolus", "PortBolus", "ChangeSolution", "Prime", "ScreeningResponse")
    },
    ("Prime", Mode.BRIDGING, True): "what has run out of the line has filled it",
    **{("ScreeningDose", mode, True): _STILL_IN_ITS_BOX for mode in Mode if mode != Mode.STOPPED},
    ("ScreeningResponse", Mode.BRIDGING, True): "in a trial by infusion the solution is not changed",
    ("Stop", Mode.SAFE, True): "only a new prescription leaves the safe mode",
    ("Program", Mode.SUSPENDED, True): "the motor is stalled",
    ("ChangeSolution", Mode.SUSPENDED, True): "the motor is stalled",
}
"""What cannot happen to a pump of either drive, each with the reason."""
OF_CONSTANT_FLOW = (Mode.STOPPED, Mode.BASAL, Mode.BRIDGING)
"""All modes of a pump without a motor: it can be filled, be filled with something else, and be drawn empty."""
_OTHER_MODE = "it takes a motor, or electronics that report a fault, to come into this mode"
_NO_MOTOR = "there is no motor to obey, and there are no electronics to report"
_RUNS_ON = "a constant flow is neither stopped by a command nor missed by a host"
_STOPPED_IS_OUT = "a constant flow is stopped only in its box or once retired, and this is done to an implanted pump"
_NOT_WORN = "a constant flow is not worn in a trial by infusion, and a trial by syringe is over once it is implanted"
IMPOSSIBLE_WITHOUT_A_MOTOR: Mapping[tuple[str, Mode, bool], str] = {
    **{
        (kind.__name__, mode, accepted): _OTHER_MODE
        for kind in EVENTS
        for mode in Mode
        for accepted in (True, False)
        if mode not in OF_CONSTANT_FLOW
    },
    **{
        (kind, mode, True): _NO_MOTOR
        for kind in ("PatientBolus", "ClinicianBolus", "CancelBolus", "Prime", "Program", "ShiftSchedule")
        + ("FaultFound", "FaultGone", "Interrogate")
        for mode in OF_CONSTANT_FLOW
    },
    **{(kind, mode, True): _RUNS_ON for kind in ("Stop", "Missed") for mode in OF_CONSTANT_FLOW},
    **{
        (kind, Mode.STOPPED, True): _STOPPED_IS_OUT
        for kind in ("Withdraw", "Refill", "ChangeSolution", "PortBolus", "ReviseCatheter", "Retire", "MriBegins")
    },
    ("MriEnds", Mode.STOPPED, True): "an MRI is announced of an implanted pump, and forgotten once it is retired",
    **{("ScreeningResponse", mode, True): _NOT_WORN for mode in (Mode.BASAL, Mode.BRIDGING)},
}
"""What, besides, cannot happen to a pump with a constant flow, each with the reason."""
IMPOSSIBLE: Mapping[Pair, str] = {
    **{(drive, *what): why for drive in Drive for what, why in IMPOSSIBLE_FOR_ANY.items()},
    **{(Drive.CONSTANT_FLOW, *what): why for what, why in IMPOSSIBLE_WITHOUT_A_MOTOR.items()},
}
"""Pairs that no history can reach, each with the reason."""
PAIRS: tuple[Pair, ...] = tuple(
    (drive, kind.__name__, mode, accepted)
    for drive in Drive
    for kind in EVENTS
    for mode in Mode
    for accepted in (True, False)
)
"""Every pair."""
Way = Sequence[tuple[type[Event], Mapping[str, Any]]]
"""Events that lead somewhere, each with the fields that it must have."""
WAYS: Mapping[tuple[Drive, Mode], tuple[Way, ...]] = {
    (Drive.PROGRAMMABLE, Mode.STOPPED): (
        [(Commission, {})],
        [(Commission, {}), (Program, {}), (Stop, {})],
        [],
    ),
    (Drive.PROGRAMMABLE, Mode.BASAL): ([(Commission, {}), (Program, {})],),
    (Drive.PROGRAMMABLE, Mode.BOLUS): (
        [(Commission, {}), (Program, {}), (ClinicianBolus, {})],
        [(Commission, {}), (Program, {}), (PatientBolus, {})],
    ),
    (Drive.PROGRAMMABLE, Mode.PRIMING): ([(Commission, {}), (Program, {}), (Prime, {})],),
    (Drive.PROGRAMMABLE, Mode.SAFE): ([(Commission, {}), (Program, {}), (FaultFound, {"fault": Fault.RESET})],),
    (Drive.PROGRAMMABLE, Mode.BRIDGING): ([(Commission, {}), (Program, {}), (ChangeSolution, {})],),
    (Drive.PROGRAMMABLE, Mode.SUSPENDED): (
        [(Commission, {}), (Program, {}), (MriBegins, {}), (FaultFound, {"fault": Fault.MOTOR_STALL})],
    ),
    (Drive.CONSTANT_FLOW, Mode.STOPPED): ([(Commission, {}), (Withdraw, {}), (Retire, {})], []),
    (Drive.CONSTANT_FLOW, Mode.BASAL): ([(Commission, {})],),
    (Drive.CONSTANT_FLOW, Mode.BRIDGING): ([(Commission, {}), (ChangeSolution, {})],),
}
"""By drive and mode: what leads there from a candidate's pump, as a rule."""


@attrs.frozen
class Happening:
    """One step of a life."""

    device: Device
    """The one that the event was for."""
    before: Pump
    event: Event
    after: Step


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
Onlooker = Callable[[Happening], None]
"""Is shown every step of one life."""


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
        of = self.device if device is None else device
        before = self.pump
        after = step(of, before, event)
        self.pump = after.pump
        self.onlooker(Happening(of, before, event, after))


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


def _quietly(examples: int, steps: int = 1) -> settings:
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
        run_state_machine_as_test(machine, settings=_quietly(min(BATCH, lives - first), steps))


@attrs.frozen
class Failure:
    """What a life broke."""

    violations: tuple[Violation, ...]
    beginning: Pump
    """The pump that the life began with."""
    happenings: tuple[Happening, ...]

    @property
    def text(self) -> str:
        """Python source that plays the life again, and stops where it breaks something."""
        lines = []
        for happening in self.happenings:
            of = "device" if happening.device == self.beginning.device else expression(happening.device)
            lines.append(f"    ({of}, {expression(happening.event)}),\n")
        names = ", ".join(violation.name for violation in self.violations)
        return PLAYED_AGAIN.format(
            names=names,
            device=expression(self.beginning.device),
            events="".join(lines),
            pump=self._beginning,
        )

    @property
    def _beginning(self) -> str:
        """Python source of the pump that the life began with."""
        if self.beginning == candidate(self.beginning.device):
            return "candidate(device)"
        if self.beginning.phase == Phase.TRIAL:
            return f"in_trial(device, {expression(self.beginning.trial.protocol)})"
        return expression(self.beginning)


PLAYED_AGAIN = """\
# breaks {names}
from intrathecal import *
from intrathecal.pump import *
from intrathecal_proofs.monitor import Monitor, broken_by_state

device = {device}
events = (
{events})
pump = {pump}
monitor = Monitor(device, pump)
broken = broken_by_state(pump)
assert not broken, broken
for of, event in events:
    after = step(of, pump, event)
    broken = monitor.watch(pump, event, after, of)
    assert not broken, broken
    pump = after.pump
"""
"""A failure as source, but for its values."""


class Broken(AssertionError):
    """A life broke a requirement or a lemma."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


@attrs.frozen
class Histories:
    """What became of many lives."""

    seed: int
    counts: Mapping[Pair, int]
    """How often each pair happened."""
    failure: Failure | None
    """The first thing that was broken."""

    @property
    def never(self) -> tuple[Pair, ...]:
        """Pairs that can happen and never did."""
        return tuple(pair for pair in PAIRS if pair not in IMPOSSIBLE and not self.counts[pair])

    @property
    def absurd(self) -> tuple[Pair, ...]:
        """Pairs that cannot happen and did."""
        return tuple(pair for pair in IMPOSSIBLE if self.counts[pair])

    @property
    def good(self) -> bool:
        """Nothing was broken, and everything that can happen did."""
        return self.failure is None and not self.never and not self.absurd

    @property
    def steps(self) -> int:
        """How many steps there were."""
        return sum(self.counts.values())

    @property
    def lines(self) -> Iterator[str]:
        """What a person wants to know of it."""
        yield f"histories: {self.steps} steps from seed {self.seed}; accepted/refused by mode before the event"
        for drive in Drive:
            modes = Mode if drive == Drive.PROGRAMMABLE else OF_CONSTANT_FLOW
            yield f"  {drive.name:16}" + "".join(f"{mode.name:>16}" for mode in modes)
            for kind in EVENTS:
                met = [[self.counts[drive, kind.__name__, mode, way] for way in (True, False)] for mode in modes]
                yield f"  {kind.__name__:16}" + "".join(f"{f'{yes}/{no}':>16}" for yes, no in met)
        yield from (f"  never happened: {_words(pair)}" for pair in self.never)
        yield from (f"  cannot happen, and did: {_words(pair)}, though {IMPOSSIBLE[pair]}" for pair in self.absurd)
        if self.failure is not None:
            yield self.failure.text


def _words(pair: Pair) -> str:
    drive, name, mode, accepted = pair
    return f"{name} {'accepted' if accepted else 'refused'} in mode {mode.name}, drive {drive.name}"


BEFOREHAND: Mapping[type[Event], Way] = {
    MriEnds: [(MriBegins, {})],
    ScreeningResponse: [(ScreeningDose, {})],
    Retire: [(Withdraw, {})],
    Silence: [(PressureChanged, {"pressure": PRESSURE_MAX})],
    Acknowledge: [(PressureChanged, {"pressure": PRESSURE_MAX}), (PressureChanged, {"pressure": STANDARD_PRESSURE})],
}
"""By event: what must just have happened for it to be accepted, by a pump of either drive."""
LONGEST_BRIDGE = 4 * SLOTS
"""For how many commands an end of a bridge is awaited."""
VISITS = 5
"""How many visits are paid to a pair at a time."""
ATTEMPTS = 100
"""How often, until the pair is met."""


def visit(pair: Pair, seed: int, arrival: Callable[[Pump], Onlooker]) -> None:
    """Some short lives to one mode, and there one event: for the pairs that long lives seldom meet; raises what an
    onlooker raises."""
    drive, name, mode, accepted = pair
    kind = next(each for each in EVENTS if each.__name__ == name)
    how = strategies.events if accepted else strategies.spoilt
    beforehand = BEFOREHAND.get(kind, ()) if accepted else ()
    at_the_end = accepted and mode == Mode.BRIDGING and kind in AFTER_A_BRIDGE

    @seeded(seed)
    @_quietly(VISITS)
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        device = data.draw(strategies.devices(drive), label="device")
        tried = accepted and kind in TRIAL_BEGINS
        by = TrialBy.SYRINGE if mode == Mode.STOPPED else TrialBy.INFUSION
        protocols = strategies.protocols_by(by)
        pump = in_trial(device, data.draw(protocols, label="protocol")) if tried else candidate(device)
        onlooker = arrival(pump)
        for each, fields in (*data.draw(st.sampled_from(WAYS[drive, mode]), label="way"), *beforehand):
            event = attrs.evolve(data.draw(strategies.events(pump, each), label="event"), **fields)
            pump = _stepped(device, pump, event, onlooker)
        for _ in range(LONGEST_BRIDGE if at_the_end and is_short(pump) else 0):
            if pump.mode == mode and not clears(pump):
                pump = _stepped(device, pump, Tick(at=pump.command.until), onlooker)
        if pump.mode == mode:
            event = data.draw(how(pump, kind), label="event")
            _stepped(device, pump, attrs.evolve(event, at=pump.command.until) if at_the_end else event, onlooker)

    once()


def _stepped(device: Device, pump: Pump, event: Event, onlooker: Onlooker) -> Pump:
    after = step(device, pump, event)
    onlooker(Happening(device, pump, event, after))
    return after.pump


def run_histories(lives: int, steps: int, seed: int) -> Histories:
    """So many lives of so many rules each, then visits for each pair that no life met, and some in vain for those that
    cannot happen; every step is monitored and counted."""
    counts: Counter[Pair] = Counter()

    def arrival(beginning: Pump) -> Onlooker:
        look = _monitored(beginning)

        def count_and_look(happening: Happening) -> None:
            before, accepted = happening.before, happening.after.verdict.accepted
            counts[before.device.drive, type(happening.event).__name__, before.mode, accepted] += 1
            look(happening)

        return count_and_look

    try:
        live(lives, steps, seed, arrival)
        for pair, attempt in product(PAIRS, range(ATTEMPTS)):
            if pair not in IMPOSSIBLE and not counts[pair]:
                visit(pair, seed + attempt, arrival)
        for pair in IMPOSSIBLE:
            if (pair[0], pair[2]) in WAYS:
                visit(pair, seed, arrival)
    except Broken as broken:
        return Histories(seed, counts, shortened(broken.failure))
    return Histories(seed, counts, None)


def _monitored(beginning: Pump) -> Onlooker:
    """An onlooker who raises `Broken` when something is broken."""
    monitor = Monitor(beginning.device, beginning)
    lived: list[Happening] = []

    def look(happening: Happening) -> None:
        lived.append(happening)
        broken = monitor.watch(happening.before, happening.event, happening.after, happening.device)
        if broken:
            raise Broken(Failure(tuple(broken), beginning, tuple(lived)))

    at_first = broken_by_state(beginning)
    if at_first:
        raise Broken(Failure(tuple(at_first), beginning, ()))
    return look


def shortened(failure: Failure) -> Failure:
    """The same life without whatever can be left out of it: what it leaves still breaks something."""
    for place in range(len(failure.happenings) - 1, -1, -1):
        if place < len(failure.happenings):
            less = failure.happenings[:place] + failure.happenings[place + 1 :]
            failure = _replayed(failure.beginning, less) or failure
    return failure


def _replayed(beginning: Pump, happenings: Sequence[Happening]) -> Failure | None:
    """What comes of the same events, for the same devices."""
    onlooker = _monitored(beginning)
    pump = beginning
    try:
        for happening in happenings:
            pump = _stepped(happening.device, pump, happening.event, onlooker)
    except Broken as broken:
        return broken.failure
    return None


def recorded(lives: int, steps: int, seed: int) -> list[Happening]:
    """Every step of so many lives of so many rules each."""
    found: list[Happening] = []
    live(lives, steps, seed, lambda beginning: found.append)
    return found
