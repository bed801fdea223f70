"""The store: a state reads back equal, and what is damaged is told, whatever happened to it."""

from __future__ import annotations

import json
import struct
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

import pytest
from click.testing import CliRunner

from intrathecal import Pump, Tick, candidate, step
from intrathecal.catalogue import device
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.store import ordeal_command
from intrathecal_hosts.store.medium import FileMedium, Flash
from intrathecal_hosts.store.ordeal import (
    Damaged,
    FailingFlash,
    Outcome,
    PowerLost,
    States,
    cut,
    erased,
    erasures,
    foreign,
    power_cuts_after_damage,
    saved,
    scattered_flips,
)
from intrathecal_hosts.store.saved import CHECKSUM, HEADER, Refused, Saved, checksum, decode, encode, length
from intrathecal_hosts.store.shape import shape_of
from intrathecal_hosts.store.slots import Found, Held, Slots, read_back, size, slot_size

SCENARIOS: Final = Path(__file__).parent.parent / "scenarios"
BOXED: Final = candidate(device("SynchroMed II 20 mL", serial=1))


def boxed_at(now: int) -> Pump:
    """The pump in its box, once its host has called at that time (s)."""
    return step(BOXED.device, BOXED, Tick(now)).pump


STATES: Final = States(BOXED, boxed_at(5), boxed_at(9))


def again(told: bytes) -> bytes:
    """The bytes with a checksum that fits."""
    return told[: -CHECKSUM.size] + CHECKSUM.pack(checksum(told[: -CHECKSUM.size]))


@pytest.mark.parametrize("name", ["full_course", "replacement", "constant_flow_change", "baclofen_faults"])
def test_every_state_of_a_therapy_reads_back_equal(name: str) -> None:
    pumps = [record.step.pump for record in run(read(SCENARIOS / f"{name}.toml"))][::40]
    assert len(pumps) > 10
    for sequence, pump in enumerate(pumps):
        assert decode(encode(Saved(sequence, pump))) == Saved(sequence, pump)


def test_a_state_is_608_numbers_and_71_truth_values() -> None:
    # 38 bytes before them, 8 for each number, 1 for each truth value, and 4 of the checksum.
    assert Counter(shape_of(Pump).codes) == {"q": 608, "?": 71}
    assert len(encode(Saved(0, BOXED))) == length() == 38 + 608 * 8 + 71 + 4


def test_the_checksum_is_the_one_of_castagnoli() -> None:
    assert checksum(b"123456789") == 0xE3069283


@pytest.mark.parametrize(
    ("begin", "told", "why"),
    [
        (0, b"X", "does not begin as a saved state does"),
        (8, struct.pack(">H", 2), "is of version 2, this reads version 1"),
        (10, struct.pack(">I", 7), "has 4977 bytes, says 7, a saved state has 4977"),
        (14, b"another core....", "is of a core whose pumps have other fields"),
        (38, struct.pack(">q", -1), "holds what no pump is: Device.serial: -1 (serial number) is outside"),
        (38 + 11 * 8, b"\2", "is not written as a saved state is"),
    ],
)
def test_what_is_no_saved_state_is_refused_in_one_line(begin: int, told: bytes, why: str) -> None:
    whole = encode(Saved(3, BOXED))
    with pytest.raises(Refused) as refused:
        decode(again(whole[:begin] + told + whole[begin + len(told) :]))
    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)


def test_a_damaged_or_shortened_state_is_refused() -> None:
    whole = encode(Saved(3, BOXED))
    with pytest.raises(Refused, match="is damaged"):
        decode(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    for short in (b"", whole[:37], whole[:-1], whole + b"\0"):
        with pytest.raises(Refused, match="bytes"):
            decode(short)


def test_the_newest_of_two_states_is_read_back(tmp_path: Path) -> None:
    for medium in (Flash(size()), FileMedium(tmp_path / "pump")):
        assert read_back(medium).found is Found.NOTHING
        slots = Slots(medium)
        for now in range(5):
            slots.save(boxed_at(now))
            back = read_back(medium)
            assert (back.found, back.pump) == (Found.NEWEST, boxed_at(now))
        assert read_back(medium) == back
        Slots(medium).save(BOXED)  # by a host that has just begun
        assert read_back(medium).pump == BOXED


def test_power_that_goes_while_a_state_is_saved_loses_that_step_at_most() -> None:
    for before in ((STATES.older,), (STATES.older, STATES.newest)):
        flash = saved(*before)
        cuts = [*range(0, 2 * 8 + length(), 89), *range(12), *range(8 + length() - 2, 2 * 8 + length())]
        assert {cut(flash, left, before, STATES.next) for left in cuts} == {Outcome.NEWEST}


@pytest.mark.parametrize("place", [0, 1])
def test_damage_is_not_forgotten_when_the_power_goes_while_the_next_state_is_saved(place: int) -> None:
    # A pump that has obeyed what is damaged must be told so again, until another state stands in its place.
    flash = STATES.saved()
    flash.held[place * slot_size() + 40] ^= 1
    for left in (*range(0, length(), 97), length() - 1):
        failing = FailingFlash(size(), left=left)
        failing.held[:] = flash.held
        with pytest.raises(PowerLost):
            Slots(failing).save(STATES.next)
        back = read_back(failing)
        assert back.found is Found.DOUBTFUL or back.pump == STATES.newest  # which by then stands there whole again
    Slots(flash).save(STATES.next)
    assert (read_back(flash).found, read_back(flash).pump) == (Found.NEWEST, STATES.next)


def test_no_power_cut_forgets_what_was_damaged() -> None:
    outcomes = Counter(islice(power_cuts_after_damage(STATES, Random(1), 0), 1_000))
    assert outcomes[Outcome.LOST] == 0
    assert outcomes[Outcome.DOUBTFUL] > 0


def test_power_that_goes_before_the_mark_is_no_damage() -> None:
    flash = STATES.saved()
    failing = FailingFlash(size(), left=8 + 1_000)
    failing.held[:] = flash.held
    with pytest.raises(PowerLost):
        Slots(failing).save(STATES.next)
    back = read_back(failing)
    assert (back.found, back.pump, back.slots[0].held) == (Found.NEWEST, STATES.newest, Held.BROKEN_OFF)


def test_the_first_state_is_the_newest_while_its_neighbour_was_never_written() -> None:
    flash = Flash(size())
    Slots(flash)
    assert [slot.held for slot in read_back(flash).slots] == [Held.FORMATTED, Held.FORMATTED]
    assert read_back(flash).found is Found.NOTHING
    Slots(flash).save(STATES.older)
    assert (read_back(flash).found, read_back(flash).pump) == (Found.NEWEST, STATES.older)


def test_power_that_goes_in_the_first_save_leaves_nothing_or_the_first_state() -> None:
    # Two slots are written to format a medium, and one byte of each; then 8 of the mark, the state, and 8 once more.
    formatted = size() + 2
    for left in (0, 1, size(), size() + 1, formatted, formatted + 8, formatted + 9, formatted + 8 + length() - 1):
        assert cut(Flash(size()), left, (), STATES.next) is Outcome.NEWEST
    assert cut(Flash(size()), formatted + 8 + length(), (), STATES.next) is Outcome.NEWEST


@pytest.mark.parametrize("place", [0, 1])
def test_a_page_that_is_lost_as_a_whole_makes_what_is_left_doubtful(place: int) -> None:
    for count in (2, 3, 4):
        pumps = [boxed_at(now) for now in range(count)]
        back = read_back(erased(saved(*pumps), place))
        left = pumps[-1] if place != (count - 1) % 2 else pumps[-2]
        assert (back.found, back.pump) == (Found.DOUBTFUL, left)
    assert read_back(erased(saved(BOXED), 1)).found is Found.DOUBTFUL


def test_the_only_state_is_not_forgotten_with_its_page() -> None:
    flash = erased(saved(STATES.older), 0)
    assert (read_back(flash).found, read_back(flash).pump) == (Found.LOST, None)
    Slots(flash).save(STATES.next)
    assert (read_back(flash).found, read_back(flash).pump) == (Found.NEWEST, STATES.next)


def cut_off(flash: Flash, left: int) -> Flash:
    """The medium, once the power went after so many bytes of saving the next state."""
    failing = FailingFlash(size(), left=left)
    failing.held[:] = flash.held
    with pytest.raises(PowerLost):
        Slots(failing).save(STATES.next)
    return failing


@pytest.mark.parametrize(("before", "place"), [(1, 0), (2, 0), (2, 1)])
def test_a_lost_page_is_not_forgotten_when_the_power_goes_while_the_next_state_is_saved(
    before: int, place: int
) -> None:
    flash = erased(saved(*(STATES.older, STATES.newest)[:before]), place)
    for left in (0, 1, 7, 8, 9, 1_000, 8 + length() - 1):
        once = cut_off(flash, left)
        for back in (read_back(once), read_back(cut_off(once, 500))):
            assert back.found is (Found.LOST if before == 1 else Found.DOUBTFUL)


def test_the_ordeal_erases_slots() -> None:
    outcomes = Counter(islice(erasures(STATES, Random(1), 0), 1_000))
    assert outcomes[Outcome.LOST] == 0
    assert outcomes[Outcome.REFUSED] > 900  # the only state is gone


def with_sequences(*sequences: int) -> Flash:
    """The states of 0 s and 1 s, saved under these numbers."""
    flash = Flash(size())
    for place, sequence in enumerate(sequences):
        pump = boxed_at(place)
        flash.write(place * slot_size(), encode(Saved(sequence, pump)) + bytes(8))
    return flash


@pytest.mark.parametrize(
    ("sequences", "found", "now"),
    [
        ((4, 5), Found.NEWEST, 1),
        ((6, 5), Found.NEWEST, 0),
        ((4, 4), Found.DOUBTFUL, 0),  # one is a copy, or was saved by a host that knew nothing of the other
        ((4, 7), Found.DOUBTFUL, 1),  # the first slot takes no writes any more: 6 is missing, and perhaps 8
        ((8, 5), Found.DOUBTFUL, 0),
    ],
)
def test_states_that_do_not_follow_each_other_are_doubtful(sequences: tuple[int, int], found: Found, now: int) -> None:
    flash = with_sequences(*sequences)
    back = read_back(flash)
    assert (back.found, back.pump) == (found, boxed_at(now))
    for left in (8, 9, 8 + length() - 1):
        assert read_back(cut_off(flash, left)).found is found
    Slots(flash).save(STATES.next)
    assert (read_back(flash).found, read_back(flash).pump) == (Found.NEWEST, STATES.next)


def test_a_slot_that_takes_no_writes_is_noticed() -> None:
    class Stuck(Flash):
        def write(self, begin: int, told: bytes) -> None:
            if begin >= slot_size():
                super().write(begin, told)

    flash = Stuck(size())
    flash.held[:] = STATES.saved().held
    slots = Slots(flash)
    for now in (20, 30):  # the first of them is to go into the slot that is stuck
        slots.save(boxed_at(now))
    assert (read_back(flash).found, read_back(flash).pump) == (Found.DOUBTFUL, boxed_at(30))


def test_a_bit_that_flips_in_a_state_makes_what_is_left_doubtful() -> None:
    damaged = Damaged(STATES)
    bits = 8 * slot_size()
    for place in (0, 1):
        outcomes = [damaged.flipped((place * bits + bit,)) for bit in range(0, 8 * length(), 101)]
        assert set(outcomes) == {Outcome.DOUBTFUL}
        assert damaged.flipped((place * bits + 8 * length(),)) is Outcome.NEWEST  # in the mark: nothing is lost


def test_bits_that_flip_anywhere_are_never_taken_for_a_state() -> None:
    assert set(scattered_flips(STATES, Random(1), 300)) == {Outcome.DOUBTFUL}


def test_both_states_damaged_are_told_as_lost() -> None:
    flash = STATES.saved()
    for place in (0, slot_size()):
        flash.held[place + 50] ^= 1
    back = read_back(flash)
    assert (back.found, back.pump) == (Found.LOST, None)


def test_a_file_that_is_cut_off_is_never_taken_for_whole(tmp_path: Path) -> None:
    whole = bytes(STATES.saved().held)
    path = tmp_path / "pump"
    for long in (1, 38, length(), slot_size() - 1, slot_size(), slot_size() + 1, size() - 1):
        path.write_bytes(whole[:long])
        back = read_back(FileMedium(path))
        assert back.found is (Found.LOST if long < slot_size() else Found.DOUBTFUL)
    path.write_bytes(b"\xff" * 1_000)  # formatting was broken off: nothing was ever saved
    assert read_back(FileMedium(path)).found is Found.NOTHING


def test_foreign_states_with_a_fitting_checksum_are_told() -> None:
    outcomes = Counter(outcome for _, outcome in zip(range(2_000), foreign(STATES, Random(0), 0), strict=False))
    assert outcomes == {Outcome.DOUBTFUL: 2_000}


def test_another_version_is_refused_by_its_number() -> None:
    flash = STATES.saved()
    told = flash.read(slot_size(), length())
    magic, _, whole, kind, sequence = HEADER.unpack_from(told)
    flash.write(slot_size(), again(HEADER.pack(magic, 9, whole, kind, sequence) + told[HEADER.size :]))
    assert read_back(flash).slots[1].why == "is of version 9, this reads version 1"


def test_the_ordeal_counts_and_exits_by_what_was_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ordeal.json"
    monkeypatch.setattr(ordeal_command, "KINDS", {"two or three bits, anywhere": scattered_flips})
    told = CliRunner().invoke(ordeal_command.ordeal, ["--flips", "20", "--seed", "3", "--json", str(file)])
    assert told.exit_code == 0
    assert "20 trials from seed 3, states of 4977 bytes: 0 lost" in told.stdout
    assert json.loads(file.read_text())["kinds"] == [
        {"kind": "two or three bits, anywhere", "trials": 20, "doubtful": 20}
    ]
    monkeypatch.setattr(ordeal_command, "KINDS", {"a wrong guess": lambda *_: iter([Outcome.LOST])})
    assert CliRunner().invoke(ordeal_command.ordeal, []).exit_code == 1
    assert CliRunner().invoke(ordeal_command.ordeal, ["--flips", "0"]).exit_code == 2
