"""A pump comes back from its store: late, or without its last step; it over-delivers in no case."""

from __future__ import annotations

from typing import Final

import pytest

from intrathecal import (
    Alarm,
    Authority,
    Band,
    ClinicianBolus,
    Device,
    Event,
    Missed,
    Mode,
    Prime,
    Program,
    Pump,
    Reason,
    Reread,
    Tick,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution, prescription_from_doses
from intrathecal.handlers import rereading
from intrathecal.pump import Limits, Reservoir
from intrathecal.quantities import Duration, mg_per_day, mg_per_ml, ml
from intrathecal.units import DAY, SLOT
from intrathecal_hosts.attack.life import Life, Told
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.store.medium import Flash
from intrathecal_hosts.store.resuming import resume
from intrathecal_hosts.store.slots import Found, Slots, size, slot_size

CLINICIAN: Final = Authority.CLINICIAN
ON: Final = device("SynchroMed II 20 mL", 1)
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
"""The hard limit is 20 mg in a day, the largest bolus 0.5 mg."""
FIFTEEN_A_DAY: Final = prescription_from_doses(
    solution=MORPHINE, drug=drug("morphine"), dose=mg_per_day(15), ceiling=mg_per_day(17)
)


def begun() -> Life:
    """15 mg a day, for two days; primed, and cleared; the hardware runs at the fast end."""
    life = Life.of(candidate(ON), Flow.FAST, 0)
    told(
        life,
        commission(
            at=Duration(0),
            number=1,
            authority=CLINICIAN,
            solution=MORPHINE,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml(0),
            reference=(mg_per_day(15),),
            reference_acknowledged=True,
        ),
    )
    told(life, programming(life.pump))
    told(life, Prime(0, 3, CLINICIAN, volume=life.pump.line.unprimed, duration=1_200))
    until(life, 2 * DAY)
    return life


def told(life: Life, event: Event, lost: bool = False) -> Reason:
    return Reason(life.tell(Told(ON, event, lost)).verdict.reason)


def until(life: Life, at: int) -> None:
    """A host that calls whenever a command ends."""
    while life.pump.now < at:
        ends = life.pump.command.until if life.pump.command.until > life.pump.now else life.pump.window.ends
        told(life, Tick(min(at, ends)))


def programming(pump: Pump) -> Program:
    return Program(
        pump.now,
        pump.number + 1,
        CLINICIAN,
        FIFTEEN_A_DAY,
        soft_limit_acknowledged=True,
        fall_acknowledged=True,
        increase_acknowledged=True,
    )


def losing_boluses(life: Life, count: int) -> list[Reason]:
    """The largest bolus is given, the power goes, and the state is lost with it; the host comes back half an hour
    later, and a clinician programs therapy anew: so many times."""
    answers = []
    for _ in range(count):
        pump = life.pump
        bolus = ClinicianBolus(pump.now, pump.number + 1, CLINICIAN, volume=pump.limits.bolus, duration=600)
        answers.append(told(life, bolus, lost=True))
        at = pump.now + SLOT
        assert told(life, Missed(at)) is Reason.NONE
        assert told(life, Reread(at)) is Reason.NONE
        told(life, programming(life.pump))
    return answers


def test_boluses_that_are_lost_with_their_states_are_counted() -> None:
    # 15 mg are 72.7 % of what 24 hours hold, the largest bolus 2.1 %, the patient's own ceiling of 17 mg 82.4 %. A lost
    # step costs a bolus and the half-hour of the schedule in which nothing ran, 1.5 %, comes back: three have room.
    life = begun()
    answers = losing_boluses(life, 48)
    until(life, life.pump.now + 2 * DAY)
    assert answers[:4] == [Reason.NONE, Reason.NONE, Reason.NONE, Reason.WINDOW_FULL]
    assert Reason.NONE not in answers[4:]
    assert life.breach is None


def test_a_core_that_counts_nothing_for_a_lost_step_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "lost", lambda _: 0)
    monkeypatch.setattr(rereading, "lose", without_loss)
    life = begun()
    losing_boluses(life, 48)
    until(life, life.pump.now + 2 * DAY)
    assert Promise.DOSE in {each.promise for each in life.audited.found()}


def without_loss(_device: Device, _limits: Limits, reservoir: Reservoir, _volume: int, _band: Band) -> Reservoir:
    return reservoir


def ten_lost_and_a_month() -> Life:
    """Ten of the largest boluses are lost; then a month of therapy, in which what was filled runs out."""
    life = begun()
    losing_boluses(life, 10)
    until(life, life.pump.now + 30 * DAY)
    return life


def test_the_low_alarm_comes_in_time_after_lost_steps() -> None:
    life = ten_lost_and_a_month()
    assert life.breach is None
    assert life.pump.alarms.listed[Alarm.LOW_RESERVOIR]


def test_a_core_whose_reservoir_knows_nothing_of_lost_steps_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "lose", without_loss)
    life = ten_lost_and_a_month()
    assert Promise.LOW in {each.promise for each in life.audited.found()}


def saved(*pumps: Pump) -> Flash:
    flash = Flash(size())
    slots = Slots(flash)
    for pump in pumps:
        slots.save(pump)
    return flash


def test_an_intact_newest_state_comes_back_as_missed_time() -> None:
    pump = begun().pump
    later = step(ON, pump, Tick(pump.now + 60)).pump
    resumed = resume(saved(pump, later), later.now + 5 * SLOT)
    assert resumed.found is Found.NEWEST
    assert resumed.pump is not None
    # Five half-hours on; what its command ran counts as delivered, up to the end of the slot 29 minutes later.
    assert [type(event) for event, _ in resumed.steps] == [Missed] * 5
    assert resumed.pump.now == later.now + 5 * SLOT
    assert resumed.pump.mode is Mode.BASAL
    assert later.reservoir.remaining - resumed.pump.reservoir.remaining == 600_000 * 1_740
    assert resumed.pump.command.flow == 0  # until the host has caught up


def test_where_the_newest_state_is_damaged_a_step_is_lost() -> None:
    pump = begun().pump
    later = step(ON, pump, Tick(pump.now + 60)).pump
    flash = saved(pump, later)
    flash.held[slot_size() + 100] ^= 1
    resumed = resume(flash, pump.now + SLOT)
    assert resumed.found is Found.DOUBTFUL
    assert resumed.pump is not None
    assert [type(event) for event, _ in resumed.steps] == [Missed, Reread]
    assert resumed.pump.mode is Mode.SAFE
    assert resumed.pump.history.ended == pump.now + SLOT


@pytest.mark.parametrize("away", [0, 1, 1_739])
def test_a_command_that_may_still_run_counts_as_run_and_is_not_obeyed_again(away: int) -> None:
    # Saved 60 s into a slot, with 1 740 s of 600 000 nL/d to come: whenever within them the host believes to be back,
    # the books hold them all, and nothing runs before the slot's end.
    pump = step(ON, begun().pump, Tick(2 * DAY + 60)).pump
    resumed = resume(saved(pump), pump.now + away)
    assert resumed.pump is not None
    assert [type(event) for event, _ in resumed.steps] == [Missed]
    assert resumed.pump.now == 2 * DAY + SLOT
    assert pump.reservoir.remaining - resumed.pump.reservoir.remaining == 600_000 * 1_740
    assert resumed.pump.command.flow == 0
    early = step(ON, resumed.pump, Tick(pump.now + away))
    assert (early.verdict.reason, early.command.flow) == (Reason.TIME_PAST, 0)


def test_a_step_is_lost_also_where_the_older_command_may_still_run() -> None:
    pump = begun().pump
    flash = saved(pump, step(ON, pump, Tick(pump.now + 60)).pump)
    flash.held[slot_size() + 100] ^= 1
    resumed = resume(flash, pump.now + 60)
    assert resumed.pump is not None
    assert [event for event, _ in resumed.steps] == [Missed(2 * DAY + SLOT), Reread(2 * DAY + SLOT)]
    assert (resumed.pump.mode, resumed.pump.command.flow) == (Mode.SAFE, 0)


def test_where_nothing_was_saved_there_is_no_pump() -> None:
    assert resume(Flash(size()), 0).found is Found.NOTHING
    assert resume(Flash(size()), 0).pump is None


def test_a_constant_flow_misses_nothing() -> None:
    pump = candidate(device("generic constant-flow 20 mL at 0.15 mL/d", 1))
    resumed = resume(saved(pump, step(pump.device, pump, Tick(60)).pump), 2 * SLOT)
    assert [type(event) for event, _ in resumed.steps] == [Tick, Tick]


def test_a_constant_flow_is_brought_to_the_present_alone() -> None:
    # 0.15 mL/d run whatever is commanded: 150 000 nL/d for 60 s, of a command of half an hour.
    model = device("generic constant-flow 20 mL at 0.15 mL/d", 1)
    life = Life.of(candidate(model), Flow.NOMINAL, 0)
    implanted = commission(
        at=Duration(0),
        number=1,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=(mg_per_day("1.5"),),
        reference_acknowledged=True,
    )
    assert life.tell(Told(model, implanted)).verdict.accepted
    resumed = resume(saved(life.pump), 60)
    assert resumed.pump is not None
    assert [event for event, _ in resumed.steps] == [Tick(60)]
    assert resumed.pump.reservoir.delivered == 150_000 * 60


@pytest.mark.parametrize("at", [59, 20_000_000_001])
def test_a_host_does_not_come_back_before_the_state_or_after_the_end(at: int) -> None:
    pump = step(ON, candidate(ON), Tick(60)).pump
    with pytest.raises(ValueError, match=f"resume: at {at} s, must be from 60"):
        resume(saved(pump), at)
