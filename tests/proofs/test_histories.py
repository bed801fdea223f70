"""Random lives of pumps break nothing, meet everything that can happen, and catch a core that is wrong."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import evolve

import intrathecal
from intrathecal import Device, Drive, Event, Mode, Phase, Pump, Step, candidate, step
from intrathecal_proofs.histories import happenings
from intrathecal_proofs.histories.campaign import Histories, run_histories
from intrathecal_proofs.histories.lives import live
from intrathecal_proofs.histories.pairs import IMPOSSIBLE, PAIRS, WAYS
from intrathecal_proofs.monitor import Monitor, broken_by_state
from intrathecal_proofs.strategies import EVENTS

SEED = 20_261_123


def test_every_event_is_met_in_every_mode_of_each_drive_accepted_and_refused_and_nothing_breaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = run_histories(lives=40, steps=40, seed=SEED)
    with capsys.disabled():
        print("\n" + "\n".join(found.lines))
    assert found.failure is None
    assert (found.never, found.absurd) == ((), ())


def test_a_core_that_forgets_what_it_delivered_is_caught_with_a_life_to_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(device: Device, pump: Pump, event: Event) -> Step:
        after = step(device, pump, event)
        kept = evolve(after.pump.window, current=pump.window.current, total=pump.window.total)
        return evolve(after, pump=evolve(after.pump, window=evolve(kept, past=pump.window.past)))

    monkeypatch.setattr(happenings, "step", forgetful)
    found = run_histories(lives=40, steps=40, seed=SEED)
    assert found.failure is not None
    assert not found.good
    source = found.failure.text
    assert source.startswith("# breaks ")
    exec(source, {})
    monkeypatch.setattr(intrathecal, "step", forgetful)
    with pytest.raises(AssertionError):
        exec(source, {})


def test_a_pair_that_never_happened_is_no_success() -> None:
    met = Counter(pair for pair in PAIRS if pair not in IMPOSSIBLE)
    assert Histories(SEED, met, None).good
    missing = (Drive.CONSTANT_FLOW, "Tick", Mode.BASAL, True)
    del met[missing]
    found = Histories(SEED, met, None)
    assert not found.good
    assert "  never happened: Tick accepted in mode BASAL, drive CONSTANT_FLOW" in list(found.lines)


def test_a_pair_that_cannot_happen_and_did_is_no_success() -> None:
    met = dict.fromkeys(PAIRS, 1)
    found = Histories(SEED, met, None)
    assert set(found.absurd) == set(IMPOSSIBLE)
    assert not found.good


def test_a_way_leads_to_every_mode_of_each_drive() -> None:
    assert set(WAYS) == {(pair[0], pair[2]) for pair in PAIRS if pair not in IMPOSSIBLE}


def test_a_seed_gives_the_same_lives() -> None:
    def events(seed: int) -> list[Event]:
        found: list[Event] = []
        live(2, 10, seed, lambda device: lambda happening: found.append(happening.event))
        return found

    assert events(1) == events(1)
    assert events(1) != events(2)


def test_a_monitor_follows_a_pump_from_its_beginning() -> None:
    found: list[Pump] = []
    live(1, 5, SEED, lambda device: lambda happening: found.append(happening.after.pump))
    pump = found[-1]
    for begun in (evolve(pump, phase=Phase.IMPLANTED), evolve(pump, phase=Phase.CANDIDATE, delivered_at=0)):
        with pytest.raises(ValueError, match="a monitor follows a pump from its beginning"):
            Monitor(pump.device, begun)
    assert broken_by_state(candidate(pump.device)) == []


def test_every_event_has_a_strategy() -> None:
    assert {kind for _, kind, _, _ in PAIRS} == {kind.__name__ for kind in EVENTS}
