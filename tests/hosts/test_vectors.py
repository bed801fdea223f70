"""Vectors: traces that take the branches of the core, and tell a port of it where it answers otherwise."""

from __future__ import annotations

import functools
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from intrathecal import Drive, Reason, Tick, refill_by
from intrathecal.arithmetic import least
from intrathecal.catalogue import device
from intrathecal_hosts.attack.life import Told, a_beginning
from intrathecal_hosts.therapy import answered
from intrathecal_hosts.vectors.branches import Branch, all_branches, taken
from intrathecal_hosts.vectors.checking import against_answers, against_the_core
from intrathecal_hosts.vectors.choosing import Trace, all_goals, fewest, part, refusal
from intrathecal_hosts.vectors.command import vectors
from intrathecal_hosts.vectors.edges import all_edges, watching
from intrathecal_hosts.vectors.form import MANIFEST, BadVectors, jsons, read
from intrathecal_hosts.vectors.page import page
from intrathecal_hosts.vectors.writing import write

STEPS: Final = 3_000
ON: Final = device("SynchroMed II 20 mL", serial=1)


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return fewest(part(0, 0, STEPS))


@pytest.fixture(scope="module")
def written(traces: list[Trace], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    write(folder, traces, {"steps": STEPS, "seed": 0}, lambda: None)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "written")


def answers_of(folder: Path, to: Path, **left_out: bool) -> Path:
    """What a port answers that answers as the core does; without the keys that are left out."""
    to.mkdir()
    for name in json.loads((folder / MANIFEST).read_text())["files"]:
        lines = list(jsons(folder / name))[1:]
        told = [{key: line[key] for key in ("answer", "changed") if not left_out.get(key)} for line in lines]
        (to / name).write_text("".join(json.dumps(each) + "\n" for each in told))
    return to


def changed_answer(answers: Path, line: int, change: dict[str, Any]) -> str:
    """One command of the first trace that has that line is another; the trace's name."""
    path = min(path for path in answers.glob("*.jsonl") if len(path.read_text().splitlines()) >= line - 1)
    lines = path.read_text().splitlines()
    told = json.loads(lines[line - 2])
    told["answer"]["command"] |= change
    lines[line - 2] = json.dumps(told)
    path.write_text("\n".join(lines) + "\n")
    return path.name


def test_a_branch_goes_one_way_or_the_other() -> None:
    smaller, larger = taken(lambda: least(1, 2)), taken(lambda: least(2, 1))
    assert {each.jumps for each in smaller} == {False}
    assert {each.jumps for each in larger} == {True}
    assert smaller | larger == {each for each in all_branches() if each.function == "arithmetic.least"}


def test_both_ways_of_a_chained_condition_are_told_apart() -> None:
    of_titrating = {each for each in all_branches() if each.function == "titrating.left_out"}
    by_line: dict[int, set[Branch]] = {}
    for each in of_titrating:
        by_line.setdefault(each.line, set()).add(each)
    assert max(len(some) for some in by_line.values()) > 2


def test_what_checks_a_record_is_no_branch_of_a_step() -> None:
    assert not any(".valid_" in each.function for each in all_branches())
    assert not any(each.function.startswith("constructors") for each in all_branches())


def test_a_part_is_the_same_for_the_same_seed() -> None:
    assert part(7, 1, 300) == part(7, 1, 300)
    assert part(7, 1, 300) != part(8, 1, 300)


def test_traces_meet_what_they_say(traces: list[Trace]) -> None:
    for trace in traces[:3]:
        pump, met = trace.beginning, set[str]()
        for place, each in enumerate(trace.told):
            asked = functools.partial(answered, each.device, pump, each.event)
            answer = asked()
            met |= set(map(str, taken(lambda ask=asked: refill_by(ask().pump))))  # type: ignore[misc]  # a default
            with watching() as watcher:
                refill_by(asked().pump)
            met |= set(map(str, watcher.met()))
            met.add(refusal(answer.verdict.reason))
            if place in trace.met:
                assert {goal for goal in trace.met[place] if "alarm" not in goal and " in " not in goal} <= met
            pump = answer.pump


def test_each_trace_meets_what_no_other_before_it_does(traces: list[Trace]) -> None:
    met: set[str] = set()
    for trace in traces:
        assert trace.goals
        assert not trace.goals & met
        assert len(trace.told) - 1 == max(trace.met)
        met |= trace.goals
    whole = part(0, 0, STEPS)
    assert met == set().union(*(trace.goals for trace in whole)) & all_goals()


def test_a_lost_step_is_in_no_trace(traces: list[Trace]) -> None:
    assert not any(each.lost for trace in traces for each in trace.told)


def test_what_is_written_is_what_the_core_answers(traces: list[Trace], folder: Path) -> None:
    found = list(against_the_core(folder))
    assert [each.difference for each in found] == [None] * len(traces)
    assert sum(each.steps for each in found) == sum(len(trace.told) for trace in traces)
    for trace, each in zip(traces, found, strict=True):
        written = read(folder / each.file)
        assert written.beginning == trace.beginning
        assert [line.told for line in written.lines] == list(trace.told)


def test_the_manifest_tells_what_is_met_and_what_not(traces: list[Trace], folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    met = {goal for told in manifest["files"].values() for goal in told["meets"]}
    assert met | set(manifest["not_met"]) == all_goals()
    assert not met & set(manifest["not_met"])
    assert (manifest["branches"], manifest["edges"]) == (len(all_branches()), len(all_edges()))


def test_a_core_that_answers_otherwise_is_named_by_trace_line_and_field(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intrathecal.stepping.untimely", lambda *_: Reason.TIME_PAST)
    first = next(iter(against_the_core(folder))).difference
    assert first is not None
    assert first.line >= 2
    assert first.field.startswith("answer.")


def test_a_port_that_answers_the_same_is_told_so(folder: Path, tmp_path: Path) -> None:
    found = list(against_answers(folder, answers_of(folder, tmp_path / "port")))
    assert all(each.difference is None for each in found)
    assert all(each.states == each.steps > 0 for each in found)


def test_answers_alone_are_compared_where_no_states_are_told(folder: Path, tmp_path: Path) -> None:
    found = list(against_answers(folder, answers_of(folder, tmp_path / "port", changed=True)))
    assert all(each.difference is None and each.states == 0 and each.steps > 0 for each in found)


def test_the_first_other_answer_is_named(folder: Path, tmp_path: Path) -> None:
    answers = answers_of(folder, tmp_path / "port")
    name = changed_answer(answers, 3, {"flow": -7})
    wrong = [each for each in against_answers(folder, answers) if each.difference is not None]
    assert [each.file for each in wrong] == [name]
    assert wrong[0].difference is not None
    assert (wrong[0].difference.line, wrong[0].difference.field) == (3, "answer.command.flow")
    assert wrong[0].difference.found == -7


def retold(answers: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The first line of the first trace is another."""
    path = min(answers.glob("*.jsonl"))
    first, *others = path.read_text().splitlines(keepends=True)
    told = json.loads(first)
    change(told)
    path.write_text("".join([json.dumps(told) + "\n", *others]))


def of_type(told: dict[str, Any], key: str, kind: type) -> None:
    """The same number, of another type."""
    told[key] = kind(told[key])


@pytest.mark.parametrize(
    ("change", "field", "found"),
    [
        (lambda told: of_type(told["answer"]["command"], "until", float), "answer.command.until", float),
        (lambda told: of_type(told["answer"]["verdict"], "accepted", int), "answer.verdict.accepted", int),
        (lambda told: told["answer"].update(note=None), "answer.note", type(None)),
        (lambda told: told.update(note=None), "note", type(None)),
        (lambda told: told.pop("answer"), "answer", str),
        (lambda told: told.update(changed=None), "changed", type(None)),
    ],
)
def test_answers_of_other_types_or_keys_differ(
    folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], field: str, found: type
) -> None:
    answers = answers_of(folder, tmp_path / "port")
    retold(answers, change)
    first = next(iter(against_answers(folder, answers))).difference
    assert first is not None
    assert first.line == 2
    assert first.field == field
    assert type(first.found) is found


@pytest.mark.parametrize("line", ["[1]", '{"answer": NaN}', "[" * 100_000 + "]" * 100_000])
def test_an_answer_that_is_no_object_of_json_is_told_in_one_line(folder: Path, tmp_path: Path, line: str) -> None:
    answers = answers_of(folder, tmp_path / "port")
    path = min(answers.glob("*.jsonl"))
    path.write_text(line + "\n")
    told = CliRunner().invoke(vectors, [str(folder), "--answers", str(answers)])
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)
    assert told.stderr.startswith(f"{folder}: {path.name}, line 1: ")


@pytest.mark.parametrize("more", [True, False])
def test_answers_that_are_too_few_or_too_many_differ(folder: Path, tmp_path: Path, more: bool) -> None:
    answers = answers_of(folder, tmp_path / "port")
    path = min(answers.glob("*.jsonl"))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]] if more else lines[:-1]))
    first = next(iter(against_answers(folder, answers))).difference
    assert first is not None
    assert first.field == "the line"
    assert first.line == len(lines) + (2 if more else 1)


def test_a_trace_that_was_changed_is_refused(folder: Path) -> None:
    name = min(path.name for path in folder.glob("*.jsonl"))
    text = (folder / name).read_bytes()
    (folder / name).write_bytes(text.replace(b'"at":', b'"at": ', 1))
    with pytest.raises(BadVectors, match="its digest is another"):
        list(against_the_core(folder))
    result = CliRunner().invoke(vectors, [str(folder), "--check"])
    assert result.exit_code == 2
    assert f"{name}: is not what was written" in result.output


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The folder's manifest is another."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


FIRST: Final = "trace-000.jsonl"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda told: told.update(files={}), "manifest.json: files: lists no traces by name"),
        (lambda told: told.pop("files"), "manifest.json: files: lists no traces by name"),
        (lambda told: told.update(files=list(told["files"])), "manifest.json: files: lists no traces by name"),
        (lambda told: told["files"].pop(FIRST), f"{FIRST}: is none of the traces that manifest.json lists"),
        (lambda told: told["files"][FIRST].pop("sha256"), f"manifest.json: files: {FIRST}: sha256: None is no digest"),
        (lambda told: told["files"][FIRST].pop("steps"), f"manifest.json: files: {FIRST}: steps: None is no number of"),
        (lambda told: told["files"].update({FIRST: []}), f"manifest.json: files: {FIRST}: is no object of JSON"),
        (
            lambda told: told["files"].update({f"../{FIRST}": told["files"].pop(FIRST)}),
            f"manifest.json: files: '../{FIRST}' is no name of a trace, as trace-*.jsonl are",
        ),
    ],
)
def test_a_manifest_that_does_not_list_the_traces_is_refused_in_one_line(
    folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], why: str
) -> None:
    answers = answers_of(folder, tmp_path / "port")
    with_manifest(folder, change)
    for asked in (["--check"], ["--answers", str(answers)]):
        told = CliRunner().invoke(vectors, [str(folder), *asked])
        assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
        assert told.stderr.startswith(f"{folder}: {why}")


def test_the_manifest_counts_the_steps_of_each_trace(folder: Path) -> None:
    steps = len(read(folder / FIRST).lines)
    with_manifest(folder, lambda told: told["files"][FIRST].update(steps=steps + 1))
    with pytest.raises(BadVectors, match=f"{FIRST}: has {steps} steps, manifest.json says {steps + 1}"):
        list(against_the_core(folder))


def test_a_trace_that_is_missing_is_told(folder: Path) -> None:
    (folder / FIRST).unlink()
    told = CliRunner().invoke(vectors, [str(folder), "--check"])
    assert (told.exit_code, told.stderr) == (2, f"{folder / FIRST}: cannot be read: No such file or directory\n")


def test_the_page_tells_of_every_event_and_reason() -> None:
    text = page()
    for kind in ("Program", "Reread", "Pump", "Command", "Window"):
        assert f"### {kind}\n" in text
    for reason in Reason:
        assert f"| `{reason.name}` | {reason.value} |" in text
    assert "| `until` | whole number |" in text
    assert "`intrathecal vectors 1`" in text


def test_the_command_writes_checks_and_compares(tmp_path: Path) -> None:
    folder, figures = tmp_path / "some", tmp_path / "figures.json"
    written = CliRunner().invoke(
        vectors, [str(folder), "--steps", "400", "--jobs", "1", "--json", str(figures)], catch_exceptions=False
    )
    assert written.exit_code == 0
    counts = json.loads(figures.read_text())
    assert f"{counts['traces']} traces, {counts['steps']} steps, of 400 looked through from seed 0" in written.output
    for kind, goals in (("branches", all_branches()), ("edges", all_edges())):
        assert counts[f"{kind}_met"] == len(set(map(str, goals)) - set(counts["not_met"])) > 0
    assert f"{counts['edges_met']} of {len(all_edges())} comparisons with both sides the same" in written.output
    checked = CliRunner().invoke(vectors, [str(folder), "--check"], catch_exceptions=False)
    assert checked.exit_code == 0
    assert f"{counts['steps']} answers compared, {counts['steps']} states; 0 traces differ" in checked.output
    answers = answers_of(folder, tmp_path / "port")
    changed_answer(answers, 2, {"until": -1})
    compared = CliRunner().invoke(vectors, [str(folder), "--answers", str(answers)], catch_exceptions=False)
    assert compared.exit_code == 1
    assert "answer.command.until" in compared.output


def test_a_folder_without_vectors_is_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(vectors, [str(tmp_path), "--check"])
    assert result.exit_code == 2
    assert "manifest.json: cannot be read: No such file or directory" in result.output


def test_a_folder_that_cannot_be_is_told_before_anything_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(vectors, [str(tmp_path / "file" / "below")])
    assert result.exit_code == 2
    assert "below: cannot be written: Not a directory" in result.output


def test_an_event_for_another_device_goes_with_it(tmp_path: Path) -> None:
    pump = a_beginning(random.Random(1))
    other = device("Prometra II 20 mL", serial=9)
    assert pump.device.drive in Drive
    told = Told(other, Tick(pump.now))
    trace = Trace(pump, (told,), {0: frozenset([refusal(Reason.OTHER_DEVICE)])})
    write(tmp_path, [trace], {}, lambda: None)
    assert read(tmp_path / "trace-000.jsonl").lines[0].told == told
