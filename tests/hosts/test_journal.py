"""The journal: what happened, in a chain of digests; and the core run again on it, up to the first difference."""

from __future__ import annotations

import errno
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from intrathecal import Authority, Fault, FaultFound, Pump, Reread, Stop, Tick, candidate, step
from intrathecal.catalogue import device
from intrathecal_hosts.plain import NotPlain, event_of, plain, plain_event, record_of
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read as read_scenario
from intrathecal_hosts.simulate_command import simulate
from intrathecal_hosts.store.journal import DIGEST, BadJournal, Writer, canonical, chained, read
from intrathecal_hosts.store.medium import ERASED, FileMedium
from intrathecal_hosts.store.replay_command import replay
from intrathecal_hosts.store.replaying import replayed
from intrathecal_hosts.store.slots import Slots, slot_size

BOXED: Final = candidate(device("SynchroMed II 20 mL", serial=1))
SCENARIOS: Final = Path(__file__).parent.parent / "scenarios"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "pump.journal"
    writer = Writer(path, BOXED)
    pump = BOXED
    for at in (0, 600, 1_800):
        answer = step(pump.device, pump, Tick(at=at))
        writer.add(Tick(at=at), answer)
        pump = answer.pump
    return path


def chained_again(lines: list[dict[str, Any]]) -> bytes:
    """Lines with digests that fit, as someone writes them who wants to deceive."""
    told, last = b"", ""
    for line in lines:
        rest = {key: value for key, value in line.items() if key != DIGEST}
        last = chained(last, rest)
        told += canonical({**rest, DIGEST: last}) + b"\n"
    return told


def test_an_event_is_json_by_names_and_back() -> None:
    event = FaultFound(at=5, fault=Fault.RESET)
    assert plain_event(event) == {"type": "FaultFound", "at": 5, "fault": "RESET"}
    assert event_of(plain_event(event)) == event
    assert record_of(json.loads(json.dumps(plain(BOXED))), type(BOXED)) == BOXED


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"type": "Tock", "at": 1}, "needs a 'type' that is one of the core's events"),
        ({"type": "Tick"}, "at is missing"),
        ({"type": "Tick", "at": 1.0}, "1.0 is no whole number"),
        ({"type": "Tick", "at": True}, "True is no whole number"),
        ({"type": "Tick", "at": -1}, "Tick.at: -1 s is outside 0 to"),
        ({"type": "Tick", "at": 1, "for": 2}, "knows nothing of for"),
        ({"type": "FaultFound", "at": 1, "fault": 4}, "4 is no Fault"),
        ("Tick", "needs a 'type'"),
    ],
)
def test_what_is_no_event_is_told_in_one_line(told: object, why: str) -> None:
    with pytest.raises(NotPlain) as refused:
        event_of(told)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_journal_is_read_as_it_was_written_and_goes_on(journal: Path) -> None:
    held = read(journal)
    assert held.pump == BOXED
    assert [entry.event for entry in held.entries] == [Tick(at=0), Tick(at=600), Tick(at=1_800)]
    assert replayed(held, lambda: None) is None
    writer = Writer(journal, BOXED)
    writer.add(Tick(at=1_801), step(BOXED.device, BOXED, Tick(at=1_801)))
    assert len(read(journal).entries) == 4


def test_a_line_that_was_broken_off_is_left_out_and_written_over(journal: Path) -> None:
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    held = read(journal)
    assert held.torn
    assert len(held.entries) == 2
    told = CliRunner().invoke(replay, [str(journal)])
    assert told.exit_code == 0
    assert told.stdout == "2 events replayed, every answer the same\nthe last line was broken off, and is left out\n"
    Writer(journal, BOXED)
    assert not read(journal).torn
    assert journal.read_bytes() == b"".join(whole.splitlines(keepends=True)[:3])


@pytest.mark.parametrize("left", [0, 1, 11, 5_000, -1])
def test_a_first_line_that_was_broken_off_is_written_again(journal: Path, left: int) -> None:
    first = journal.read_bytes().splitlines(keepends=True)[0]
    journal.write_bytes(first[:left])
    Writer(journal, BOXED).add(Tick(at=5), step(BOXED.device, BOXED, Tick(at=5)))
    held = read(journal)
    assert held.pump == BOXED
    assert [entry.event for entry in held.entries] == [Tick(at=5)]
    journal.write_bytes(first[:20] + bytes(50))  # as some file systems leave what was not written yet
    Writer(journal, BOXED)
    assert journal.read_bytes() == first


@pytest.mark.parametrize("told", [b"a letter", b"a letter\nof two lines", b"{}"])
def test_a_file_that_is_no_journal_stays_as_it_is(tmp_path: Path, told: bytes) -> None:
    path = tmp_path / "letter"
    path.write_bytes(told)
    with pytest.raises(BadJournal, match="line 1: is"):
        Writer(path, BOXED)
    assert path.read_bytes() == told


def test_a_chained_file_of_another_format_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "other"
    told = chained_again([{"format": "intrathecal journal 2", "pump": plain(BOXED)}])
    path.write_bytes(told)
    with pytest.raises(BadJournal, match="line 1: says that it is 'intrathecal journal 2'"):
        Writer(path, BOXED)
    assert path.read_bytes() == told


def test_the_journal_of_another_pump_is_not_added_to(journal: Path) -> None:
    whole = journal.read_bytes()
    other = candidate(device("SynchroMed II 20 mL", serial=2))
    with pytest.raises(BadJournal) as refused:
        Writer(journal, other)
    assert str(refused.value) == "line 1: is of another pump: its device has serial 1, not 2"
    assert journal.read_bytes() == whole
    Writer(journal, step(BOXED.device, BOXED, Tick(at=1_800)).pump)  # the same pump, later in its life


def test_a_journal_goes_on_with_the_pump_that_took_over(tmp_path: Path) -> None:
    path = tmp_path / "replacement.journal"
    CliRunner().invoke(simulate, [str(SCENARIOS / "replacement.toml"), "--journal", str(path)])
    *_, last = (record.step.pump for record in run(read_scenario(SCENARIOS / "replacement.toml")))
    Writer(path, last).add(Tick(last.now), step(last.device, last, Tick(last.now)))
    assert last.device != read(path).pump.device
    assert replayed(read(path), lambda: None) is None


@contextmanager
def disk_with_room(path: Path, more: int) -> Iterator[None]:
    """No file grows beyond the size of this one, and so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("durable", [True, False])
def test_a_line_for_which_the_disk_has_no_room_leaves_none_of_it(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "pump.journal"
    writer = Writer(path, BOXED, durable=durable)
    whole = path.read_bytes()
    answer = step(BOXED.device, BOXED, Tick(at=600))
    with disk_with_room(path, 100), pytest.raises(OSError, match="File too large"):
        writer.add(Tick(at=600), answer)
    assert path.read_bytes() == whole
    writer.add(Tick(at=600), answer)
    assert [entry.event for entry in read(path).entries] == [Tick(at=600)]


def test_nothing_is_added_after_a_piece_that_cannot_be_taken_off(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(journal, BOXED)
    answer = step(BOXED.device, BOXED, Tick(at=1_801))
    with monkeypatch.context() as patched, disk_with_room(journal, 100):
        patched.setattr("os.truncate", failing)
        with pytest.raises(OSError, match="File too large"):
            writer.add(Tick(at=1_801), answer)
    torn = journal.read_bytes()
    with pytest.raises(OSError, match="a line broke off, and cannot be taken off"):
        writer.add(Tick(at=1_801), answer)
    assert journal.read_bytes() == torn
    assert read(journal).torn
    Writer(journal, BOXED).add(Tick(at=1_801), answer)  # by a host that has just begun
    assert len(read(journal).entries) == 4


def failing(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_no_line_is_changed_left_out_or_moved_unnoticed(journal: Path) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    changed = lines[2].replace(b'"at":600', b'"at":601')
    for place, told in (
        (3, [*lines[:2], changed, lines[3]]),
        (3, [*lines[:2], lines[3]]),
        (3, [*lines[:2], lines[3], lines[2]]),
        (2, [lines[0], b"no json\n"]),
        (1, lines[1:]),
        (1, [b"{}\n"]),
        (1, []),
    ):
        journal.write_bytes(b"".join(told))
        with pytest.raises(BadJournal, match=f"line {place}: "):
            read(journal)


def test_the_first_difference_is_named(journal: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    lines[2]["answer"]["command"]["flow"] = 48_000
    lines[3]["answer"]["verdict"]["reason"] = "TIME_PAST"
    journal.write_bytes(chained_again(lines))
    file = tmp_path / "difference.json"
    told = CliRunner().invoke(replay, [str(journal), "--json", str(file)])
    assert told.exit_code == 1
    assert told.stdout == "line 3: Tick at 600 s: command.flow: the journal has 48000, the core gives 0\n"
    assert json.loads(file.read_text()) == {
        "events": 3,
        "torn": False,
        "difference": {
            "line": 3,
            "event": {"type": "Tick", "at": 600},
            "field": "command.flow",
            "journal": 48_000,
            "core": 0,
        },
    }


def test_a_file_that_is_no_journal_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "other"
    told = CliRunner().invoke(replay, [str(path)])
    assert (told.exit_code, told.stderr) == (2, f"{path}: cannot be read: No such file or directory\n")
    path.write_bytes(chained_again([{"format": "intrathecal journal 2", "pump": plain(BOXED)}]))
    told = CliRunner().invoke(replay, [str(path)])
    why = "line 1: says that it is 'intrathecal journal 2', this reads 'intrathecal journal 1'"
    assert (told.exit_code, told.stderr) == (2, f"{path}: {why}\n")


FIRST: Final = {"format": "intrathecal journal 1", "pump": plain(BOXED)}
TICK: Final = {"event": {"type": "Tick", "at": 0}, "answer": {}}
NO_JOURNALS: Final[list[tuple[list[dict[str, Any]], str]]] = [
    ([{**FIRST, "pump": []}], "line 1: Pump: is no object of JSON, with its fields by name"),
    ([{**FIRST, "pump": {**plain(BOXED), "device": []}}], "line 1: 'list' object has no attribute 'keys' @ .device"),
    ([{"format": FIRST["format"]}], "line 1: pump is missing"),
    ([{**FIRST, "of": 1}], "line 1: knows nothing of of"),
    (
        [FIRST, {**TICK, "event": {"type": ["Tick"], "at": 0}}],
        "line 2: event: needs a 'type' that is one of the core's",
    ),
    ([FIRST, {**TICK, "event": []}], "line 2: event: needs a 'type' that is one of the core's events"),
    ([FIRST, {**TICK, "transfer": {}}], "line 2: knows nothing of event"),
    ([FIRST, {"transfer": [], "answer": {}}], "line 2: Replacement: is no object of JSON, with its fields by name"),
    ([FIRST, {"event": TICK["event"]}], "line 2: answer is missing"),
    ([FIRST, {**TICK, "answer": None}], "line 2: answer: is no object of JSON"),
    ([FIRST, {**TICK, "note": None}], "line 2: knows nothing of note"),
]


@pytest.mark.parametrize(("lines", "why"), NO_JOURNALS, ids=[why[:30] for _, why in NO_JOURNALS])
def test_what_no_journal_holds_is_told_in_one_line(tmp_path: Path, lines: list[dict[str, Any]], why: str) -> None:
    path = tmp_path / "other"
    path.write_bytes(chained_again(lines))
    told = CliRunner().invoke(replay, [str(path)])
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith(f"{path}: {why}")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"answer":NaN}\n', "line 2: is no JSON: NaN is no number"),
        (b'{"answer":-Infinity}\n', "line 2: is no JSON: -Infinity is no number"),
        (b'{"answer":1e999}\n', "line 2: is no JSON: 1e999 is no number"),
        (b'{"answer":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "line 2: has more than 500 lists and objects"),
        (b"[" * 900 + b"]" * 900 + b"\n", "line 2: has more than 500 lists and objects"),
        (b"[1]\n", "line 2: is no object of JSON"),
        (b"\xff\n", "line 2: is no JSON: "),
    ],
)
def test_what_is_no_line_is_told_in_one_line(journal: Path, line: bytes, why: str) -> None:
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0] + line)
    told = CliRunner().invoke(replay, [str(journal)])
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith(f"{journal}: {why}")


@pytest.mark.parametrize(
    ("part", "key", "value", "core"),
    [
        ("command", "until", 1_800.0, "1800"),
        ("command", "flow", False, "0"),
        ("verdict", "accepted", 1, "True"),
        ("verdict", "doubt", None, "'no such key'"),
        ("verdict", "doubt", 5, "'no such key'"),
    ],
)
def test_an_answer_of_other_types_or_keys_differs(journal: Path, part: str, key: str, value: object, core: str) -> None:
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    lines[2]["answer"][part][key] = value
    journal.write_bytes(chained_again(lines))
    told = CliRunner().invoke(replay, [str(journal)])
    assert told.exit_code == 1
    named = f"{part}.{key}: the journal has {value!r}, the core gives {core}"
    assert told.stdout == f"line 3: Tick at 600 s: {named}\n"


def test_an_answer_without_one_of_its_keys_differs(journal: Path) -> None:
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    del lines[2]["answer"]["alarms"]
    journal.write_bytes(chained_again(lines))
    told = CliRunner().invoke(replay, [str(journal)])
    assert told.exit_code == 1
    assert told.stdout.startswith("line 3: Tick at 600 s: alarms: the journal has 'no such key', the core gives {")


def test_a_simulated_therapy_over_two_pumps_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "replacement.journal"
    told = CliRunner().invoke(simulate, [str(SCENARIOS / "replacement.toml"), "--journal", str(path)])
    assert told.exit_code == 0
    assert sum('"transfer"' in line for line in path.read_text().splitlines()) == 4  # three of them are refused
    told = CliRunner().invoke(replay, [str(path)])
    assert (told.exit_code, told.stdout.endswith("every answer the same\n")) == (0, True)


LOST_STOP: Final = """
title = "A stop is lost with the power"
until = "2 d"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["6 mg/d"]
reference_acknowledged = true

[[event]]
at = "12:00"
kind = "program"
rate = "5 mg/d"

[[event]]
at = "86400 s"
kind = "raw"
lost = true
event = {type = "Stop", at = 86400, number = 3, authority = "CLINICIAN"}

[[event]]
at = "86400 s"
kind = "raw"
event = {type = "Reread", at = 86400}
"""
"""The motor stands still, and the pump knows nothing of it."""


def simulated(folder: Path, text: str) -> Path:
    """The journal of this therapy."""
    (folder / "therapy.toml").write_text(text)
    path = folder / "therapy.journal"
    told = CliRunner().invoke(simulate, [str(folder / "therapy.toml"), "--journal", str(path)])
    assert told.exit_code == 0, told.output
    return path


def test_a_step_that_was_lost_with_the_power_is_told_and_replayed(tmp_path: Path) -> None:
    path = simulated(tmp_path, LOST_STOP)
    entries = read(path).entries
    (lost,) = (place for place, entry in enumerate(entries) if entry.event is None)
    assert entries[lost - 1].event == Stop(86_400, 3, Authority.CLINICIAN)
    assert entries[lost - 1].answer["command"]["flow"] == 0
    assert entries[lost].answer == {"pump": entries[lost - 2].answer["pump"]}
    assert entries[lost + 1].event == Reread(86_400)
    told = CliRunner().invoke(replay, [str(path)])
    assert (told.exit_code, told.stdout) == (0, f"{len(entries) - 1} events replayed, every answer the same\n")


def test_a_journal_that_does_not_tell_of_a_lost_step_differs(tmp_path: Path) -> None:
    path = simulated(tmp_path, LOST_STOP)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    (place,) = (place for place, line in enumerate(lines) if "lost" in line)
    path.write_bytes(chained_again(lines[:place] + lines[place + 1 :]))
    told = CliRunner().invoke(replay, [str(path)])
    assert told.exit_code == 1
    assert told.stdout.startswith(f"line {place + 1}: Reread at 86400 s: ")
    lines[place]["answer"]["pump"] = "0" * 64
    path.write_bytes(chained_again(lines))
    file = tmp_path / "difference.json"
    told = CliRunner().invoke(replay, [str(path), "--json", str(file)])
    assert told.exit_code == 1
    assert told.stdout.startswith(f"line {place + 1}: a lost step: pump: the journal has '{'0' * 64}', the core gives ")
    assert json.loads(file.read_text())["difference"]["lost"] is True


@pytest.mark.parametrize(
    ("place", "lost", "why"),
    [
        (1, True, "line 2: lost: no step stands before it that could be"),
        (4, True, "line 6: lost: no step stands before it that could be"),  # the same step twice
        (4, False, "line 5: lost: False is not true"),
    ],
)
def test_no_step_is_lost_that_was_not_there(journal: Path, place: int, lost: bool, why: str) -> None:
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    line = {"lost": lost, "answer": {"pump": lines[-2]["answer"]["pump"]}}
    journal.write_bytes(chained_again([*lines[:place], line, line, *lines[place:]]))
    told = CliRunner().invoke(replay, [str(journal)])
    assert (told.exit_code, told.stderr) == (2, f"{journal}: {why}\n")


def test_a_host_whose_newest_state_was_lost_tells_its_journal(journal: Path) -> None:
    pump = step(BOXED.device, BOXED, Tick(600)).pump  # the state before the last line's
    writer = Writer(journal, pump)
    writer.lose(pump)
    for event in (Tick(1_900), Reread(1_900)):
        answer = step(pump.device, pump, event)
        writer.add(event, answer)
        pump = answer.pump
    assert replayed(read(journal), lambda: None) is None


def test_a_journal_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "no" / "file"
    told = CliRunner().invoke(simulate, [str(SCENARIOS / "travel.toml"), "--journal", str(path)])
    assert (told.exit_code, told.stderr) == (2, f"{path}: cannot be written: No such file or directory\n")


def saved(path: Path, *pumps: Pump) -> str:
    """A file on which the pumps were saved, one after the other."""
    slots = Slots(FileMedium(path))
    for pump in pumps:
        slots.save(pump)
    return str(path)


def test_a_saved_state_is_found_in_the_journal(journal: Path, tmp_path: Path) -> None:
    # line 1: the pump in its box; lines 2 to 4: ticks at 0, 600 and 1,800 s
    pumps = [BOXED]
    for at in (0, 600, 1_800):
        pumps.append(step(pumps[-1].device, pumps[-1], Tick(at=at)).pump)
    file = tmp_path / "told.json"
    last = CliRunner().invoke(
        replay, [str(journal), "--state", saved(tmp_path / "last", *pumps[2:]), "--json", str(file)]
    )
    assert (last.exit_code, last.stdout.splitlines()[-1]) == (0, "the saved state is that after line 4")
    assert json.loads(file.read_text())["state"] == {
        "found": "the newest state",
        "after_line": 4,
        "last_line": 4,
    }
    early = CliRunner().invoke(replay, [str(journal), "--state", saved(tmp_path / "early", *pumps[:3])])
    assert (early.exit_code, early.stdout.splitlines()[-1]) == (
        1,
        "the saved state is that after line 3, and the journal goes on to line 4",
    )
    boxed = CliRunner().invoke(replay, [str(journal), "--state", saved(tmp_path / "boxed", BOXED)])
    assert (boxed.exit_code, boxed.stdout.splitlines()[-1]) == (
        1,
        "the saved state is that after line 1, and the journal goes on to line 4",
    )
    later = step(pumps[-1].device, pumps[-1], Tick(at=2_400)).pump
    ahead = CliRunner().invoke(replay, [str(journal), "--state", saved(tmp_path / "ahead", pumps[-1], later)])
    assert (ahead.exit_code, ahead.stdout.splitlines()[-1]) == (
        1,
        "the saved state is that after no line of the journal",
    )


def test_a_saved_state_that_may_not_be_the_newest_is_not_called_the_same(journal: Path, tmp_path: Path) -> None:
    state = Path(saved(tmp_path / "state", read(journal).pump))
    newest = step(BOXED.device, step(BOXED.device, BOXED, Tick(at=0)).pump, Tick(at=600)).pump
    saved(state, step(newest.device, newest, Tick(at=1_800)).pump)
    with state.open("r+b") as file:  # the first slot, that of the pump in its box, is erased
        file.write(bytes([ERASED]) * slot_size())
    told = CliRunner().invoke(replay, [str(journal), "--state", str(state)])
    assert told.exit_code == 1
    assert told.stdout.splitlines()[-1] == "the saved state is that after line 4; a newer one may be lost"


def test_a_file_that_holds_no_state_is_told_in_one_line(journal: Path, tmp_path: Path) -> None:
    nothing, lost = tmp_path / "nothing", Path(saved(tmp_path / "lost", BOXED))
    lost.write_bytes(b"x" * lost.stat().st_size)
    for path, why in (
        (nothing, "no state was ever saved there"),
        (lost, "something was saved there, and no state can be read"),
    ):
        told = CliRunner().invoke(replay, [str(journal), "--state", str(path)])
        assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"{path}: {why}\n")
