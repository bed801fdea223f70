"""Played: lives that are played on purpose, to what random ones seldom come to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import islice
from typing import Any

import attrs

from intrathecal import Fault, Tick, candidate, in_trial
from intrathecal.drug import LimitSource
from intrathecal.events import (
    ChangeSolution,
    ClinicianBolus,
    FaultFound,
    FaultGone,
    Interrogate,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    Prime,
    Refill,
    Reread,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Stop,
    Withdraw,
)
from intrathecal.pricing import price_solution
from intrathecal.titrating import whole_line
from intrathecal.trial import TrialBy
from intrathecal.units import DAY, END, MILLILITRE, SLOT, SLOTS
from intrathecal_proofs.vacuity.playing import (
    CARING,
    DOSE,
    HALF,
    MEANT,
    MOST,
    NEVER,
    OPIOID,
    OTHER,
    PROGRAMMED,
    SLOW,
    STRONG,
    TRIED,
    TWO_DAYS,
    WEAK,
    Arrival,
    Play,
    all_day,
    brought,
    constant,
    of,
    peaking,
    with_boluses,
)


def a_constant_flow_runs_dry(arrival: Arrival) -> None:
    """It is filled again after more than two days, and replaced by others after as long."""
    play = Play(arrival, candidate(constant(1, HALF)))
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.waits(1)
    play.happens(Withdraw, volume=play.pump.reservoir.remaining)
    play.waits(TWO_DAYS)
    refilled: dict[str, Any] = {"emptied": True, "drawn": 0, "filled": 10 * MILLILITRE, "solution": play.pump.solution}
    play.happens(Refill, **refilled)
    play.happens(Refill, **refilled, restart_acknowledged=True)
    play.waits(1)
    play.is_replaced(constant(2, HALF))
    play.waits(TWO_DAYS)
    play.is_filled(of((OPIOID, STRONG)))
    play.is_filled(of((OPIOID, WEAK)))


def a_constant_flow_takes_over_at_once(arrival: Arrival) -> None:
    """It would bring less than a step down from the dose before; and another too much after an injection."""
    play = Play(arrival, candidate(constant(1, HALF)))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.waits(1)
    play.happens(PortBolus, volume=MILLILITRE * 45 // 100, solution=of((OPIOID, STRONG)))
    play.is_replaced(constant(2, MOST))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_filled(of((OPIOID, WEAK // 1_000)))


def a_programmed_dose_is_begun_again(arrival: Arrival) -> None:
    """Once nothing was delivered for more than two days, a day above the starting dose begins anew."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.happens(FaultFound, fault=Fault.MOTOR_STALL)
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_programmed(HALF, fall_acknowledged=True)
    play.happens(PortBolus, volume=MILLILITRE * 3 // 10, solution=of((OPIOID, STRONG)))
    play.is_programmed(MOST, increase_acknowledged=True)
    play.happens(Stop)
    play.waits(TWO_DAYS)
    play.is_programmed(HALF)
    play.is_programmed(HALF, prescription=attrs.evolve(all_day(HALF), fallback=SLOW // 2))
    play.is_programmed(2 * SLOW)


def boluses_follow_each_other(arrival: Arrival) -> None:
    """The next begins when the last one ends; then an MRI, after which motor and program are confirmed."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.is_programmed(HALF)
    bolus: dict[str, Any] = {"volume": MILLILITRE // 50, "duration": 600}
    play.happens(ClinicianBolus, **bolus)
    play.happens(ClinicianBolus, 600, **bolus)
    play.happens(PortBolus, volume=MILLILITRE // 50, solution=of((OPIOID, STRONG)))
    for kind in (MriBegins, MriEnds):
        play.happens(kind)
    play.happens(Interrogate, motor_turns=True, program_confirmed=True)


def a_bolus_empties_the_pump(arrival: Arrival) -> None:
    """What a needle has left above the residual volume is less than the bolus brings, which ends before its time."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.is_programmed(HALF)
    for _ in range(3):
        spare = play.pump.reservoir.remaining - play.pump.reservoir.empty_level
        play.happens(Withdraw, volume=spare - MILLILITRE // 50)
    play.happens(ClinicianBolus, volume=MILLILITRE // 25, duration=600)
    play.waits(1)


def a_host_is_late_within_its_grace(arrival: Arrival) -> None:
    """As long as the device allows, and a second longer."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_programmed(HALF, **MEANT)
    for late in (PROGRAMMED.grace, PROGRAMMED.grace + 1):
        for later in (-late, late):
            play.happens(Tick, play.pump.command.until - play.pump.now + later)


def a_drug_is_left_out(arrival: Arrival) -> None:
    """Another one takes its place, and a clinician means it."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.is_programmed(HALF)
    play.waits(1)
    play.changes(of((OPIOID, 0), (OTHER, STRONG)), HALF, all_day(2 * SLOW), meeting_flow=2 * SLOW)


def an_increase_comes_with_another_solution(arrival: Arrival) -> None:
    """Once the last one has arrived, so that nobody needs to acknowledge it."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
    play.is_programmed(HALF)
    play.waits(SLOTS)
    play.changes(of((OPIOID, STRONG * 9 // 10)), HALF, all_day(HALF * 6 // 5), increase_acknowledged=False)


def a_bridge_leaves_little_room(arrival: Arrival) -> None:
    """To a weaker solution: with the bridge and after it, what would fit without it is too much."""
    weaker = of((OPIOID, STRONG * 9 // 10))
    fastest = price_solution(PROGRAMMED, weaker).flow
    for bridged, given in ((MOST, 0), (HALF, 2)):
        play = Play(arrival, candidate(PROGRAMMED))
        play.is_filled(of((OPIOID, STRONG)), DOSE)
        play.is_programmed(bridged, fall_acknowledged=True)
        injected: dict[str, Any] = {"volume": MILLILITRE * given // 10, "solution": of((OPIOID, STRONG))}
        play.happens(PortBolus, **injected)
        for varied in with_boluses(peaking(fastest) if given == 0 else all_day(MOST)):
            play.changes(weaker, bridged, varied)
        play.changes(weaker, bridged, all_day(bridged))
        play.happens(PortBolus, **injected)
        for ticks in (0, 2 * SLOTS):
            play.waits(ticks)
            play.is_prescribed_in_many_ways()
        play.happens(Stop)
        play.waits(SLOTS + 2)
        play.is_programmed(SLOW, **MEANT)
        play.happens(PortBolus, volume=MILLILITRE // 2, solution=of((OPIOID, STRONG)))
        play.is_prescribed_in_many_ways()


def a_bridge_begins_after_a_rest(arrival: Arrival) -> None:
    """Nobody says that therapy goes on from the dose before, which is within the starting dose all the same: with the
    bridge and after it, what would fit without it is too much."""
    drug = attrs.evolve(OPIOID, titration=attrs.evolve(OPIOID.titration, start=DOSE))
    weaker = of((drug, STRONG * 9 // 10))
    fastest = price_solution(PROGRAMMED, weaker).flow
    for flow, given in ((MOST, 0), (7 * HALF // 5, 15), (HALF, 0), (HALF, 20)):
        play = Play(arrival, candidate(PROGRAMMED))
        play.is_filled(of((drug, STRONG)), DOSE)
        play.is_programmed(flow, fall_acknowledged=True)
        play.happens(Stop)
        play.waits(TWO_DAYS)
        play.happens(PortBolus, volume=MILLILITRE * given // 100, solution=of((drug, STRONG)))
        for varied in with_boluses(peaking(fastest) if given == 0 else all_day(MOST)):
            play.changes(weaker, flow, varied, restart_acknowledged=False)
        play.changes(weaker, flow, all_day(6 * flow // 5 if given == 0 else flow), restart_acknowledged=False)
        play.waits(1)
        play.happens(Stop)
        play.waits(TWO_DAYS)
        play.is_programmed(flow, fall_acknowledged=True)


def a_change_is_refused_in_many_ways(arrival: Arrival) -> None:
    """For what is in the solution, for its prescription, and for the doses before it."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_programmed(HALF, fall_acknowledged=True)
    play.changes(of((OPIOID, STRONG)), HALF, all_day(play.pump.limits.flow))
    soft = attrs.evolve(OTHER, soft=1_000)
    listed = attrs.evolve(OTHER, limit_source=LimitSource.FORMULARY)
    for drug in (attrs.evolve(OTHER, code=0), OPIOID, NEVER, CARING, listed, soft):
        play.changes(of((OPIOID, STRONG), (drug, STRONG // 10)), HALF, all_day(HALF))
    play.changes(of((OPIOID, STRONG), (OTHER, STRONG)), HALF, all_day(HALF))
    play.changes(of((OTHER, STRONG), (OPIOID, STRONG)), HALF, all_day(HALF))
    play.is_prescribed_badly(functools.partial(play.changes, of((OPIOID, STRONG)), HALF))
    play.is_prescribed_badly(lambda prescription: play.is_programmed(0, prescription=prescription, **MEANT))
    for varied in islice(with_boluses(all_day(HALF)), 1):
        play.changes(of((OPIOID, STRONG), (attrs.evolve(OTHER, patient_bolus=False), WEAK)), HALF, varied)
    more = all_day(7 * HALF // 5)
    for flow in (6 * HALF // 5, 7 * HALF // 5):
        play.is_programmed(flow, fall_acknowledged=True)
    play.happens(ChangeSolution, **{**brought(of((OPIOID, STRONG)), HALF, more), "fall_acknowledged": True})
    play.happens(Stop)
    play.waits(TWO_DAYS)
    play.happens(ChangeSolution, **brought(of((OPIOID, STRONG)), HALF, all_day(HALF)))


def another_solution_comes_before_the_line_has_cleared(arrival: Arrival) -> None:
    """Of what was primed; nothing else is in its way."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_programmed(HALF, fall_acknowledged=True)
    play.happens(Prime, volume=play.pump.line.unprimed, duration=SLOT)
    play.waits(2)
    play.changes(of((OPIOID, STRONG * 9 // 10)), HALF, all_day(HALF))


def what_is_injected_must_not_meet_what_is_held(arrival: Arrival) -> None:
    """It is the injected drug, or the pump's, that may not meet the other, or only when that is acknowledged."""
    for drug in (NEVER, CARING):
        for held, injected in ((OPIOID, drug), (drug, OPIOID)):
            play = Play(arrival, candidate(PROGRAMMED))
            play.is_filled(of((held, STRONG)), DOSE // 2)
            play.is_programmed(HALF)
            play.happens(PortBolus, volume=MILLILITRE // 50, solution=of((injected, STRONG)))


def another_solution_comes_soon_after_a_trial(arrival: Arrival) -> None:
    """Before the first daily dose, which is not raised either, was kept for a whole interval; and later, one that
    brings what was tried."""
    for first, second, ticks in ((OPIOID, OTHER, 2), (OTHER, OPIOID, 2 * SLOTS)):
        play = Play(arrival, in_trial(PROGRAMMED, TRIED))
        play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
        play.is_programmed(HALF, **MEANT)
        play.waits(SLOTS + 2)
        play.happens(ScreeningResponse, relief=900, responded=True, lasted=0)
        play.is_replaced(attrs.evolve(PROGRAMMED, serial=2))
        play.is_filled(of((first, STRONG)))
        play.is_programmed(SLOW, **MEANT)
        play.waits(ticks)
        for times in (5, 4, 3, 2):
            play.is_programmed(times * SLOW, **MEANT)
        play.changes(of((first, STRONG // 2), (second, STRONG // 2)), SLOW, all_day(SLOW))


def a_bridge_ends_as_a_predicted_day_does(arrival: Arrival) -> None:
    """The line holds a little more than a day of the bridge; at its end time is told by the host, or was missed, with
    the slot or before. Then another fallback is prescribed."""
    for kind in (Tick, Missed):
        for with_slot in (False, True):
            play = Play(arrival, candidate(PROGRAMMED))
            play.is_filled(of((OPIOID, STRONG)), DOSE)
            play.is_programmed(HALF, **MEANT)
            play.happens(Tick, SLOT // 3)
            flow = whole_line(PROGRAMMED, play.pump.line) // (DAY + SLOT // 3)
            play.changes(of((OPIOID, STRONG * 9 // 10)), flow, all_day(HALF))
            play.waits(SLOTS + 1)
            play.happens(kind, SLOT if with_slot else play.pump.command.until - play.pump.now)
            play.is_programmed(0, prescription=attrs.evolve(all_day(HALF), fallback=HALF), **MEANT)


def a_clock_goes_forward_in_a_bridge(arrival: Arrival) -> None:
    """After two days of much, to a day of little with no room beside it: no place of it fits yet."""
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((OPIOID, STRONG)), DOSE)
    play.is_programmed(MOST, **MEANT)
    play.waits(TWO_DAYS)
    little = attrs.evolve(peaking(2 * SLOW), ceiling=2 * SLOW)
    play.changes(of((OPIOID, STRONG * 9 // 10)), SLOW, little)
    play.happens(ShiftSchedule, slots=5 * SLOTS // 6)


def a_bridge_brings_too_little(arrival: Arrival) -> None:
    """Of a drug that must not stop suddenly; while therapy runs, and after a rest."""
    drug = attrs.evolve(OPIOID, titration=attrs.evolve(OPIOID.titration, sudden_below=900))
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((drug, STRONG)), DOSE)
    play.is_programmed(HALF, fall_acknowledged=True)
    change = {**brought(of((drug, STRONG)), SLOW, all_day(HALF)), **MEANT}
    play.happens(ChangeSolution, **{**change, "restart_acknowledged": False})
    for least in (False, True):
        play.happens(ChangeSolution, **{**change, "least_day_acknowledged": least})
    play = Play(arrival, candidate(PROGRAMMED))
    play.is_filled(of((drug, STRONG)), DOSE)
    play.is_programmed(HALF, fall_acknowledged=True)
    play.happens(Stop)
    play.waits(TWO_DAYS)
    for flow, restart in ((HALF, True), (2 * SLOW, False)):
        change = {**brought(of((drug, STRONG)), SLOW, all_day(flow)), **MEANT}
        play.happens(ChangeSolution, **{**change, "restart_acknowledged": restart})


def a_step_is_lost(arrival: Arrival) -> None:
    """In every mode, before and after the line was primed, of a drug whose sudden stop is dangerous or is not."""
    for dangerous in (False, True):
        for primed in (False, True):
            play = Play(arrival, candidate(PROGRAMMED))
            play.is_filled(of((attrs.evolve(OPIOID, stop_dangerous=dangerous, single=DOSE // 20), STRONG)), DOSE)
            play.is_programmed(HALF, **MEANT)
            if primed:
                play.happens(Prime, volume=play.pump.line.unprimed, duration=SLOT)
                play.happens(Reread)
            else:
                play.waits(SLOTS)
                loses_a_step_in_every_mode(play)


def a_step_is_lost_before_the_line_is_full(arrival: Arrival) -> None:
    """In a bridge that runs, or was stopped, after a bolus or without one."""
    for stopped, volume in ((False, 0), (True, 0), (False, MILLILITRE // 50), (True, MILLILITRE // 50)):
        play = Play(arrival, candidate(PROGRAMMED))
        play.is_filled(of((OPIOID, STRONG)), DOSE)
        play.is_programmed(HALF, **MEANT)
        if volume > 0:
            play.happens(ClinicianBolus, volume=volume, duration=600)
            play.waits(1)
        play.changes(of((OPIOID, STRONG * 9 // 10)), HALF, all_day(HALF))
        play.waits(1)
        if stopped:
            play.happens(Stop)
        play.happens(Reread)


def loses_a_step_in_every_mode(play: Play) -> None:
    """Each time therapy is programmed anew, once the dose window has room again."""
    bolus: dict[str, Any] = {"volume": MILLILITRE // 50, "duration": 600}
    again: tuple[tuple[type, dict[str, Any]], ...] = (
        (ClinicianBolus, bolus),
        (MriBegins, {}),
        (FaultFound, {"fault": Fault.MOTOR_STALL}),
        (Stop, {"sudden_acknowledged": True}),
    )
    for kind, said in again:
        play.waits(SLOTS // 8)
        play.happens(FaultGone, fault=Fault.MOTOR_STALL)
        play.is_programmed(HALF, **MEANT)
        play.happens(kind, **said)
        play.happens(Reread)
    play.waits(SLOTS // 2)
    play.is_programmed(HALF, **MEANT)
    play.happens(Reread)
    play.is_programmed(HALF, **MEANT)
    play.changes(of((play.pump.solution.ingredients[0].drug, STRONG * 9 // 10)), HALF, all_day(HALF))
    play.happens(Reread)
    play.happens(Reread)
    play.happens(Stop, sudden_acknowledged=True)
    play.waits(SLOTS // 2)
    play.is_programmed(HALF, **MEANT)
    play.happens(Stop, sudden_acknowledged=True)
    play.happens(Reread)


def a_trial_goes_on(arrival: Arrival) -> None:
    """By syringe, with another drug, or before the last dose was answered; and with the next rung, a day later."""
    play = Play(arrival, in_trial(PROGRAMMED, attrs.evolve(TRIED, by=TrialBy.SYRINGE)))
    play.waits(1)
    for drug in (OTHER, OPIOID, OPIOID):
        play.happens(ScreeningDose, drug=drug.code, mass=TRIED.ladder[0])
    play.waits(SLOTS)
    play.happens(ScreeningResponse, relief=0, responded=False, lasted=0)
    play.happens(ScreeningDose, drug=OPIOID.code, mass=TRIED.ladder[1])


def an_infusion_is_answered_too_soon(arrival: Arrival) -> None:
    """Of a trial: once it has arrived, before it was observed for long enough, and while the line clears."""
    for primed in (False, True):
        play = Play(arrival, in_trial(PROGRAMMED, TRIED))
        play.waits(SLOTS)
        play.is_filled(of((OPIOID, STRONG)), DOSE // 2)
        play.is_programmed(HALF)
        play.waits(SLOTS // 2 if primed else SLOTS * 3 // 4)
        if primed:
            play.happens(Prime, volume=play.pump.line.unprimed, duration=SLOT)
            for later in (0, SLOT):
                play.happens(PortBolus, later, volume=MILLILITRE // 50, solution=of((OPIOID, STRONG)))
        play.happens(ScreeningResponse, relief=900, responded=True, lasted=0)


def a_price_is_higher_than_it_must_be(arrival: Arrival) -> None:
    """No drug is as dear as this pump takes it to be, so that the day is full before any limit is reached."""
    first = Play(lambda beginning: lambda happening: None, candidate(PROGRAMMED))
    first.is_filled(of((OPIOID, STRONG)), DOSE)
    limits = first.pump.limits
    dear = attrs.evolve(limits, potency=2 * limits.potency, flow=limits.flow // 2, bolus=limits.bolus // 2)
    after_a_bridge = attrs.evolve(first.pump.bridge, strongest=3 * limits.potency)
    for bridge in (first.pump.bridge, after_a_bridge):
        play = Play(arrival, attrs.evolve(first.pump, limits=dear, bridge=bridge))
        for prescription in with_boluses(attrs.evolve(all_day(dear.flow), ceiling=0, fallback=dear.flow)):
            play.is_programmed(0, prescription=prescription, **MEANT)


def a_line_is_primed_after_a_bridge(arrival: Arrival) -> None:
    """What has run out of it in the bridge would have filled it."""
    first = Play(lambda beginning: lambda happening: None, candidate(PROGRAMMED))
    first.is_filled(of((OPIOID, STRONG)), DOSE)
    first.is_programmed(MOST)
    first.changes(of((OPIOID, STRONG * 9 // 10)), MOST, all_day(MOST))
    while first.pump.bridge.late > first.pump.command.flow * (first.pump.command.until - first.pump.now):
        first.waits(1)
    empty = attrs.evolve(first.pump.line, unprimed=MILLILITRE // 10)
    play = Play(arrival, attrs.evolve(first.pump, line=empty))
    ends = play.pump.command.until - play.pump.now
    play.happens(Prime, ends, volume=MILLILITRE // 20, duration=SLOT)


def a_line_has_all_but_cleared(arrival: Arrival) -> None:
    """Of what was primed a single quantum may be left, and it counts."""
    first = Play(lambda beginning: lambda happening: None, candidate(PROGRAMMED))
    first.is_filled(of((OPIOID, STRONG)), DOSE)
    first.is_programmed(0, prescription=next(with_boluses(all_day(SLOW))), fall_acknowledged=True)
    quantum = attrs.evolve(first.pump, line=attrs.evolve(first.pump.line, unprimed=0, clearing=1))
    little = MILLILITRE // 50
    for kind, said in (
        (PatientBolus, {}),
        (ClinicianBolus, {"volume": little, "duration": SLOT}),
        (PortBolus, {"volume": little, "solution": of((OPIOID, STRONG))}),
        (ChangeSolution, {**brought(of((OPIOID, STRONG * 9 // 10)), SLOW, all_day(SLOW)), **MEANT}),
        (Reread, {}),
    ):
        Play(arrival, quantum).happens(kind, **said)


def time_is_over(arrival: Arrival) -> None:
    """Whatever happens after the end of time."""
    for device in (PROGRAMMED, constant(1, HALF)):
        pump = candidate(device)
        aged = attrs.evolve(
            pump,
            now=END,
            command=attrs.evolve(pump.command, until=END),
            window=attrs.evolve(pump.window, ends=END + SLOT),
            service=attrs.evolve(pump.service, day_ends=END + DAY),
        )
        Play(arrival, aged).happens(Tick, 1)


ARBITRARY: tuple[Callable[[Arrival], None], ...] = (
    a_price_is_higher_than_it_must_be,
    a_line_is_primed_after_a_bridge,
    a_line_has_all_but_cleared,
    time_is_over,
)
"""Those that begin as no life is known to: with a pump of which all the same is true that is claimed of every one."""
LIVES: tuple[Callable[[Arrival], None], ...] = (
    a_constant_flow_runs_dry,
    a_constant_flow_takes_over_at_once,
    a_programmed_dose_is_begun_again,
    boluses_follow_each_other,
    a_bolus_empties_the_pump,
    a_host_is_late_within_its_grace,
    a_drug_is_left_out,
    an_increase_comes_with_another_solution,
    a_bridge_leaves_little_room,
    a_bridge_begins_after_a_rest,
    a_change_is_refused_in_many_ways,
    another_solution_comes_before_the_line_has_cleared,
    what_is_injected_must_not_meet_what_is_held,
    another_solution_comes_soon_after_a_trial,
    a_bridge_ends_as_a_predicted_day_does,
    a_clock_goes_forward_in_a_bridge,
    a_bridge_brings_too_little,
    a_step_is_lost,
    a_step_is_lost_before_the_line_is_full,
    a_trial_goes_on,
    an_infusion_is_answered_too_soon,
)
"""All of them."""
