"""What is commanded is what was prescribed: a core that runs anything else is caught by name, and one that runs it is
not accused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from tests.hosts.auditing import audited_run, broken

from intrathecal import (
    Cause,
    ChangeSolution,
    Command,
    Device,
    PatientBolus,
    PortBolus,
    Program,
    Pump,
    ShiftSchedule,
    arming,
    pricing,
    settling,
    stepping,
)
from intrathecal.catalogue import device
from intrathecal.handlers import boluses, changing, porting
from intrathecal.pump import Mode
from intrathecal.units import VOLUME_MAX
from intrathecal.verdict import Decision, Reason, accept
from intrathecal_hosts.plant.accounts import Accounts, Crossing
from intrathecal_hosts.plant.promises import Promise

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
ARM: Final = vars(stepping)["arm"]
Weakening = Callable[[pytest.MonkeyPatch], None]

MORPHINE: Final = """
title = "Morphine 2 mg/mL at 0.72 mL/d, and a bolus of the patient's that is as fast"
until = "4 d"

[device]
model = "SynchroMed II 20 mL"
port = "1 mL"

[[solution]]
name = "morphine"
concentration = "2 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["4 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d 01:00"
kind = "program"
rate = "0.72 mL/d"
ceiling = "10 mL/d"
patient_bolus = { dose = "0.06 mg", duration = "60 min", lockout = "1 h", count = 5 }
fall_acknowledged = true
"""
"""0.06 mg are 30 uL, in an hour 0.72 mL/d."""
BACLOFEN: Final = """
title = "Baclofen 2000 ug/mL at 0.3 mL/d, of which a quarter is the fallback, changed on day 2 to 500 ug/mL"
until = "6 d"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "baclofen"
concentration = "2000 ug/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["600 ug/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "0.3 mL/d"
fallback = "0.075 mL/d"
"""
CHANGE: Final = """
[[event]]
at = "2 d"
kind = "change solution"
solution = [{ name = "baclofen", concentration = "500 ug/mL" }]
filled = "20 mL"
bridge = "600 ug/d"
rate = "600 ug/d"
fallback = "0.2 mL/d"
least_day_acknowledged = true
"""
"""The bridge runs at 0.3 mL/d, the prescription at 1.2."""


def event(at: str, kind: str, more: str = "") -> str:
    return f'\n[[event]]\nat = "{at}"\nkind = "{kind}"\n{more}\n'


BY_DAY_AND_NIGHT: Final = MORPHINE.replace(
    'rate = "0.72 mL/d"',
    'schedule = [{ starts = "06:00", rate = "0.72 mL/d" }, { starts = "22:00", rate = "0.48 mL/d" }]',
)
FALLING_BACK: Final = MORPHINE + 'fallback = "0.36 mL/d"\n'
SHIFT: Final = event("1 d 02:00", "clock forward", 'shift = "2 h"')
TOO_MUCH: Final = event("1 d 12:00", "clinician bolus", 'dose = "0.45 mg"\nduration = "30 min"')
"""At 14.5 % fast 0.51525 mg, and the single dose is 0.5."""
BOLUS: Final = event("1 d 12:00", "patient bolus")
CLINICIANS: Final = event("1 d 12:00", "clinician bolus", 'dose = "0.4 mg"\nduration = "20 min"')
PRIMING: Final = event("0 d 02:00", "prime", 'volume = "0.1 mL"\nduration = "10 min"')
INJECTION: Final = event(
    "1 d 11:30",
    "port bolus",
    'volume = "0.05 mL"\nsolution = [{ name = "morphine", concentration = "2 mg/mL" }]',
)
OUTAGE: Final = event("1 d 12:10", "outage", 'duration = "2 h"')
SCAN: Final = event("1 d 01:00", "mri begins")
CHAMBER: Final = event("1 d 01:00", "pressure", 'pressure = "4000 hPa"')
STALL: Final = 'fault = "MOTOR_STALL"'
INJECTED: Final = MORPHINE + INJECTION
STOP: Final = event("2 d", "stop", "sudden_acknowledged = true")
RETIRE: Final = event("2 d", "retire", "sudden_acknowledged = true")


def fault(name: str, at: str = "1 d") -> str:
    return event(at, "fault", f'fault = "{name}"')


@pytest.fixture
def told(tmp_path: Path) -> Callable[[str], set[Promise]]:
    """Which promises are broken in a therapy."""

    def promises(text: str) -> set[Promise]:
        path = tmp_path / "therapy.toml"
        path.write_text(text)
        return broken(path)

    return promises


# -- what is no breach --------------------------------------------------------------------------------------------


def test_a_cancelled_bolus_as_fast_as_the_schedule_has_ended_when_it_was_cancelled(tmp_path: Path) -> None:
    # It ends at 12:01, and the lockout of an hour is over at 13:01; had it run on, it would have ended at 13:00.
    path = tmp_path / "cancelled.toml"
    path.write_text(MORPHINE + BOLUS + event("1 d 12:01", "cancel bolus") + event("1 d 13:02", "patient bolus"))
    audited, records = audited_run(path)
    taken = [each.step.verdict.accepted for each in records if isinstance(each.event, PatientBolus)]
    assert taken == [True, True]
    assert audited.found() == []


RIGHT: Final[dict[str, str]] = {
    "a bolus that an outage ends": MORPHINE + BOLUS + OUTAGE + event("1 d 15:00", "patient bolus"),
    "a shift": BY_DAY_AND_NIGHT + SHIFT,
    "a stall of a stopped pump": MORPHINE + STOP + fault("MOTOR_STALL", "2 d 01:00"),
    "a reset of a retired pump": MORPHINE + RETIRE + fault("RESET", "2 d 01:00"),
    "a bolus after an injection": INJECTED + event("1 d 12:31", "patient bolus"),
    "a fallback after a reset": BACLOFEN + fault("RESET"),
    "nothing with a memory fault": BACLOFEN + fault("MEMORY"),
    "a fallback after a stall": BACLOFEN + fault("MOTOR_STALL") + event("1 d 02:00", "fault gone", STALL),
    "a stall in an MRI": BACLOFEN + SCAN + fault("MOTOR_STALL", "1 d 02:00") + event("1 d 03:00", "fault gone", STALL),
    "a bridge that is stopped": BACLOFEN + CHANGE + event("2 d 12:00", "stop", "sudden_acknowledged = true"),
    "a bridge and what follows": BACLOFEN + CHANGE,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_core_that_does_as_it_should_is_not_accused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "therapy.toml"
    path.write_text(RIGHT[name])
    audited, records = audited_run(path)
    assert [each.key for each in records if each.happening is not None and not each.step.verdict.accepted] == []
    assert audited.found() == []


def test_in_a_bridge_an_empty_reservoir_leaves_the_fallback_which_is_no_faster(tmp_path: Path) -> None:
    # 20 mL less 0.0125 in an hour leave 1.401, of which 1.4 are residual and 0.0018 may have gone as well.
    path = tmp_path / "therapy.toml"
    drawn = event("2 d 01:00", "withdraw", 'volume = "18.5865 mL"\nsudden_acknowledged = true')
    path.write_text(BACLOFEN + CHANGE + drawn)
    audited, records = audited_run(path)
    commands = [each.step.command for each in records if each.event.at == 2 * DAY + HOUR]
    assert (commands[-1].flow, commands[-1].cause) == (200_000, Cause.EMPTY)
    assert audited.found() == []


def test_a_fallback_faster_than_the_bridge_is_refused_until_that_is_over(tmp_path: Path) -> None:
    # 0.31 mL/d of 2000 ug/mL would be 620 ug/d, where 600 are prescribed; once the line is clear it is 155 ug/d.
    path = tmp_path / "therapy.toml"
    again = 'rate = "600 ug/d"\nfallback = "0.31 mL/d"\n'
    path.write_text(
        BACLOFEN
        + CHANGE.replace("0.2 mL/d", "0.31 mL/d")
        + 'expect = "BRIDGE_FLOW"\n'
        + CHANGE
        + event("2 d 01:00", "program", again + 'expect = "FALLBACK"')
        + event("5 d", "program", again)
    )
    audited, records = audited_run(path)
    told = [each.step.verdict.reason for each in records if isinstance(each.event, Program | ChangeSolution)]
    assert told == [Reason.NONE, Reason.BRIDGE_FLOW, Reason.NONE, Reason.FALLBACK, Reason.NONE]
    assert audited.found() == []


# -- what is caught -----------------------------------------------------------------------------------------------


def armed(change: Callable[[Pump, Command], Command]) -> Weakening:
    """A core whose commands are changed last of all."""

    def arm(device: Device, pump: Pump, hold: bool) -> Command:
        command: Command = ARM(device, pump, hold)
        return change(pump, command)

    return lambda patch: patch.setattr(stepping, "arm", arm)


def doubled(pump: Pump, command: Command) -> Command:
    return evolve(command, flow=2 * command.flow) if pump.mode == Mode.BASAL else command


def every_other_12_hours(pump: Pump, command: Command) -> Command:
    if pump.mode == Mode.BASAL and pump.now // (12 * HOUR) % 2 == 1:
        return evolve(command, flow=0, cause=Cause.SCHEDULED)
    return command


def half_as_much_again(pump: Pump, command: Command) -> Command:
    return evolve(command, flow=command.flow * 3 // 2) if pump.mode in (Mode.BOLUS, Mode.PRIMING) else command


def too_long(pump: Pump, command: Command) -> Command:
    """A bolus's command goes on to the end of the half-hour."""
    return evolve(command, until=pump.window.ends) if pump.mode == Mode.BOLUS else command


def beyond_the_half_hour(pump: Pump, command: Command) -> Command:
    return evolve(command, until=pump.now + 1_800)


def running_on(pump: Pump, command: Command) -> Command:
    if pump.mode == Mode.STOPPED and pump.therapy.fastest > 0:
        return evolve(command, flow=pump.schedule.flows[0], cause=Cause.THERAPY)
    return command


def nothing_where_safe(pump: Pump, command: Command) -> Command:
    return evolve(command, flow=0) if pump.mode == Mode.SAFE else command


def bridging_on(pump: Pump, command: Command) -> Command:
    """The meeting's flow goes on once the new solution has arrived."""
    return evolve(command, flow=pump.bridge.meeting_flow) if pump.bridge.meeting_flow > 0 else command


def empty_too_soon(pump: Pump, command: Command) -> Command:
    """Two days of 0.72 mL from 20 mL leave plenty."""
    return evolve(command, flow=0, cause=Cause.EMPTY) if pump.now > 2 * DAY else command


def unmoved(device: Device, pump: Pump, event: ShiftSchedule) -> Decision:
    return accept(evolve(pump, number=event.number))


def without_lockout(device: Device, pump: Pump, event: PortBolus) -> Decision:
    decision = porting.on_port_bolus(device, pump, event)
    return evolve(decision, pump=evolve(decision.pump, history=pump.history))


def without_bridge(device: Device, pump: Pump, event: ChangeSolution) -> Decision:
    decision = changing.on_change_solution(device, pump, event)
    return evolve(decision, pump=evolve(decision.pump, mode=Mode.BASAL))


def handling(kind: type, handler: Callable[..., Decision]) -> Weakening:
    return lambda patch: patch.setitem(stepping.HANDLERS, kind, handler)


def able(patch: pytest.MonkeyPatch) -> None:
    """The hardware can deliver, whatever its faults."""
    patch.setattr(arming, "can_deliver", lambda _: True)


def never_turning(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settling, "turn", lambda schedule: schedule)


def unsure(patch: pytest.MonkeyPatch) -> None:
    """A bolus is taken whatever is announced."""
    patch.setattr(boluses, "unready", lambda _: Reason.NONE)


def without_single_dose(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pricing, "bolus_volume_limit", lambda *_: VOLUME_MAX)


def falling_back_always(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(arming, "fallback", lambda pump: pump.therapy.prescription.fallback)


WEAKENED: Final[dict[str, tuple[Promise, str, Weakening]]] = {
    "twice the flow": (Promise.SCHEDULE, MORPHINE, armed(doubled)),
    "nothing every other 12 hours": (Promise.SCHEDULE, MORPHINE, armed(every_other_12_hours)),
    "beyond the half-hour": (Promise.SCHEDULE, MORPHINE + event("1 d 12:10", "x-ray"), armed(beyond_the_half_hour)),
    "empty too soon": (Promise.SCHEDULE, MORPHINE, armed(empty_too_soon)),
    "a day that stands still": (Promise.SCHEDULE, BY_DAY_AND_NIGHT, never_turning),
    "a shift that moves nothing": (Promise.SCHEDULE, BY_DAY_AND_NIGHT + SHIFT, handling(ShiftSchedule, unmoved)),
    "a bridge without end": (Promise.SCHEDULE, BACLOFEN + CHANGE, armed(bridging_on)),
    "no bridge": (Promise.SCHEDULE, BACLOFEN + CHANGE, handling(ChangeSolution, without_bridge)),
    "a bolus of half as much again": (Promise.BOLUS, MORPHINE + BOLUS, armed(half_as_much_again)),
    "priming of half as much again": (Promise.BOLUS, MORPHINE + PRIMING, armed(half_as_much_again)),
    "a clinician's bolus that runs on": (Promise.BOLUS, MORPHINE + CLINICIANS, armed(too_long)),
    "a patient's bolus too large": (Promise.BOLUS, MORPHINE.replace("0.06 mg", "0.45 mg") + BOLUS, without_single_dose),
    "a clinician's bolus too large": (Promise.BOLUS, MORPHINE + TOO_MUCH, without_single_dose),
    "an injection too large": (Promise.BOLUS, MORPHINE + INJECTION.replace("0.05", "0.225"), without_single_dose),
    "a bolus in an MRI": (Promise.BOLUS, MORPHINE + SCAN + BOLUS, unsure),
    "a bolus in a chamber": (Promise.BOLUS, MORPHINE + CHAMBER + BOLUS, unsure),
    "running on when stopped": (Promise.STOP, MORPHINE + STOP, armed(running_on)),
    "running on when retired": (Promise.STOP, MORPHINE + RETIRE, armed(running_on)),
    "a fallback with a memory fault": (Promise.SAFE, BACLOFEN + fault("MEMORY"), able),
    "a fallback at the end of service": (Promise.SAFE, BACLOFEN + fault("END_OF_SERVICE"), able),
    "a fallback with a stalled motor": (Promise.SAFE, BACLOFEN + fault("MOTOR_STALL"), able),
    "no fallback after a reset": (Promise.SAFE, BACLOFEN + fault("RESET"), armed(nothing_where_safe)),
    "a fallback of what may stop": (Promise.SAFE, FALLING_BACK + fault("RESET"), falling_back_always),
    "an injection without lockout": (
        Promise.LOCKOUT,
        MORPHINE + INJECTION + BOLUS,
        handling(PortBolus, without_lockout),
    ),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_core_is_caught_by_name(
    name: str, told: Callable[[str], set[Promise]], monkeypatch: pytest.MonkeyPatch
) -> None:
    promise, text, weaken = WEAKENED[name]
    assert told(text) == set()
    weaken(monkeypatch)
    assert promise in told(text)


# -- what is reckoned ---------------------------------------------------------------------------------------------


def test_a_new_solution_cannot_come_and_surely_has_come_by_volume() -> None:
    # 290 quanta, 10 more or less. At 145 per mille fast 244 fill 279.38 of 280, and 245 fill 280.53; at 145 slow 350
    # fill 299.25, and 351 fill 300.105 of 300.
    crossing = Crossing(bridge=2, meeting=1, fast=145, slow=145, least=280, most=300)
    assert [evolve(crossing, ran=ran).due for ran in (0, 242, 243)] == [2, 2, 1]
    assert [evolve(crossing, surely=surely).over for surely in (350, 351)] == [False, True]


def test_a_reservoir_could_be_empty_once_the_rest_may_be_residual() -> None:
    # 20 mL less 1.4 mL, at 14.5 % fast: 18.6 / 1.145 = 16.2445 mL. Two seconds at 24 mL/d are 0.0006 mL, 0.0005 of it.
    ml = 86_400_000_000
    accounts = Accounts(device("SynchroMed II 20 mL", serial=1))
    accounts.held = 20 * ml
    accounts.run(16_244 * ml // 1_000, doubted=False)
    assert not accounts.could_be_empty
    accounts.run(ml // 1_000, doubted=False)
    assert accounts.could_be_empty
