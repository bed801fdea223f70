"""What no pump can be in is refused as a saved state, though its checksum fits; what a pump reaches never is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from attrs import evolve
from click.testing import CliRunner

from intrathecal import Authority, Event, Program, Pump, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution, prescription_from_doses
from intrathecal.quantities import Duration, mg_per_day, mg_per_ml, ml
from intrathecal.units import DAY, END, SHARES, SLOT
from intrathecal_hosts.attack.life import Life, lives
from intrathecal_hosts.plain import plain
from intrathecal_hosts.store.journal import DIGEST, FORMAT, canonical, chained
from intrathecal_hosts.store.possible import impossible
from intrathecal_hosts.store.replay_command import replay
from intrathecal_hosts.store.saved import Refused, Saved, decode, encode

ON: Final = device("SynchroMed II 20 mL", serial=1)
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
FIVE_A_DAY: Final = prescription_from_doses(solution=MORPHINE, drug=drug("morphine"), dose=mg_per_day(5))


def after_a_day() -> Pump:
    """5 mg a day of 25 mg/mL: 0.2 mL, 200 000 nL, of 20 mL are gone."""
    pump = candidate(ON)
    events: list[Event] = [
        commission(
            at=Duration(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=MORPHINE,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.01"),
            reference=[mg_per_day(6)],
            reference_acknowledged=True,
        ),
        Program(0, 2, Authority.CLINICIAN, FIVE_A_DAY, soft_limit_acknowledged=False),
        *(Tick(at) for at in range(SLOT, DAY + 1, SLOT)),
    ]
    for event in events:
        answer = step(ON, pump, event)
        assert answer.verdict.accepted
        pump = answer.pump
    return pump


RUNNING: Final = after_a_day()


def other(**changed: Any) -> Callable[[], Pump]:
    """The pump after a day with this in place of what it has: `now=...`, or fields of a record, `window={...}`."""
    return lambda: evolve(
        RUNNING,
        **{
            name: evolve(getattr(RUNNING, name), **value) if isinstance(value, dict) else value
            for name, value in changed.items()
        },
    )


IMPOSSIBLE: Final = [
    # 0.2 mL are 17 280 000 000 quanta, 20 mL 1 728 000 000 000, 120 mL six times as much.
    (
        other(reservoir={"remaining": 10_368_000_000_000}),
        "reservoir.remaining: 10368000000000 quanta is outside 0 to 17",
    ),
    (
        other(reservoir={"delivered": 17_280_000_001}),
        "reservoir.remaining: 1710720000000 quanta is not 1710719999999 q",
    ),
    (other(reservoir={"withdrawn": -1, "remaining": 1_710_720_000_001}), "reservoir.withdrawn: -1 quanta is outside 0"),
    (
        other(reservoir={"fastest": 17_279_999_999_999}),
        "reservoir.fastest: 17279999999999 quanta · per mille is outside",
    ),
    (other(closed={"filled": 5}), "closed.filled: 5 quanta is not 0 quanta"),
    (other(now=-3), "now: -3 s is outside 0 to 3155760000 s"),
    (other(now=END + 1), "now: 3155760001 s is outside 0 to"),
    (other(now=DAY + SLOT), "window.ends: 88200 s is outside 88201 to 90000 s"),
    (other(delivered_at=DAY + 1), "delivered_at: 86401 s is outside -3155760000 to 86400 s"),
    (other(window={"current": -1}), "window.current: -1 shares is outside 0 to"),
    (other(window={"total": 0}), "window.total: 0 shares is not "),
    (
        other(window={"past": (SHARES,) + (0,) * 47, "total": SHARES, "current": 1}),
        f"window.total: {SHARES} shares is ou",
    ),
    (other(command={"flow": 24_000_001}), "command.flow: 24000001 nL/d is outside 48000 to 24000000 nL/d"),
    (other(command={"flow": 1}), "command.flow: 1 nL/d is outside 48000 to"),
    (other(command={"flow": -200_000}), "command.flow: -200000 nL/d is outside 48000 to"),
    (other(command={"burn": 0}), "command.burn: 0 shares/s is not "),
    (other(command={"until": DAY + SLOT + 1}), "command.until: 88201 s is outside 86400 to 88200 s"),
    (other(command={"until": DAY - 1}), "command.until: 86399 s is outside 86400 to 88200 s"),
    (other(limits={"potency": -7}), "command.burn: "),
    (other(limits={"potency": 0}, command={"flow": 0, "burn": 0}), "limits.potency: 0 shares a quantum is not "),
    (other(limits={"bolus": 10**15}), "limits.bolus: 1000000000000000 quanta is not "),
    (other(schedule={"flows": (0,) + (200_000,) * 47}), "schedule.burns[0]: "),
    (other(schedule={"reserved": (0,) * 48}), "schedule.reserved[0]: 0 shares/s is outside "),
    (other(therapy={"day": 1}), "therapy.day: 1 shares is not "),
]


@pytest.mark.parametrize(("made", "why"), IMPOSSIBLE, ids=lambda each: each[:40] if isinstance(each, str) else "")
def test_a_state_that_no_pump_is_in_is_refused_in_one_line(made: Callable[[], Pump], why: str) -> None:
    assert decode(encode(Saved(3, RUNNING))).pump == RUNNING
    with pytest.raises(Refused) as refused:
        decode(encode(Saved(3, made())))
    assert str(refused.value).startswith(f"holds what no pump is: {why}")
    assert "\n" not in str(refused.value)


def test_no_state_that_a_pump_reaches_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str | None] = []
    tell = Life.tell

    def watched(life: Life, told: Any) -> Any:
        answer = tell(life, told)
        found.append(impossible(answer.pump))
        return answer

    monkeypatch.setattr(Life, "tell", watched)
    for _ in lives(Random(5), 3_000):
        pass
    assert len(found) >= 3_000
    assert set(found) == {None}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"now": -3}, "pump: holds what no pump is: now: -3 s is outside 0 to 3155760000 s"),
        ({"now": 2**63}, "pump: holds what no pump is: "),
        ({"schedule": {**plain(RUNNING.schedule), "flows": []}}, "pump: holds what no pump is: "),
    ],
)
def test_a_journal_that_begins_with_no_pump_is_none(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    path = tmp_path / "journal"
    first = {"format": FORMAT, "pump": plain(RUNNING) | changed}
    path.write_bytes(canonical({**first, DIGEST: chained("", first)}) + b"\n")
    told = CliRunner().invoke(replay, [str(path)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)
    assert told.stderr.startswith(f"{path}: line 1: {why}")
