"""Evidence is written for other solvers to check, and checked again: as files, against the source, and by cvc5."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intrathecal_proofs import canaries
from intrathecal_proofs.evidence import exporting, rechecking
from intrathecal_proofs.evidence.export_command import export_command
from intrathecal_proofs.evidence.manifest import MANIFEST, read_manifest
from intrathecal_proofs.evidence.obligation_text import questions_of, text_of
from intrathecal_proofs.evidence.recheck_command import recheck_command
from intrathecal_proofs.evidence.rechecking import NoQuestions, ask
from intrathecal_proofs.machinery.digests import of_sources
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.prover import Question, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.machinery.terms import at_most, const, variable
from intrathecal_specs.everything import REQUIREMENTS

TASK, FOLDER = "step XRay", "step_XRay"
IDS = ("AUTH-3", "ENV-1", "NUM-1")
CLAIMS = frozenset(name for name, needed in REQUIREMENTS.items() if needed.id in IDS)
"""What is exported: little."""


ONLY = [word for id in IDS for word in ("--only", id)]


def exported(folder: Path, *options: str, hash_seed: str = "0", **more: Any) -> subprocess.CompletedProcess[str]:
    code = "from intrathecal_hosts.cli import main; main()"
    command = [sys.executable, "-c", code, "export", str(folder), "--task", TASK, "--jobs", "1", *ONLY, *options]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, **more)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence") / "made"
    said = exported(folder)
    assert (said.returncode, said.stderr) == (0, "")
    return folder


@pytest.fixture
def some(evidence: Path, tmp_path: Path) -> Path:
    """A folder with two of the obligations, and a manifest of just these."""
    folder = tmp_path / "some"
    manifest = json.loads((evidence / MANIFEST).read_text())
    asked = [each for each in manifest["obligations"] if "frame" not in each["engines"]]
    few = asked[:2]
    for path in [*manifest["others"], *(each["path"] for each in few)]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(evidence / path, folder / path)
    (folder / MANIFEST).write_text(json.dumps({**manifest, "obligations": few}))
    return folder


def rechecked(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(recheck_command, [str(folder), "--jobs", "1", *options])


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def one_of(folder: Path) -> Path:
    return next(iter(sorted(folder.glob("*/*.smt2"))))


def put_in(file: Path, text: str) -> None:
    """The text in place of the file's own, as if it had been exported so."""
    manifest = json.loads((file.parents[1] / MANIFEST).read_text())
    for each in manifest["obligations"]:
        if each["path"] == file.relative_to(file.parents[1]).as_posix():
            each["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    file.write_text(text)
    (file.parents[1] / MANIFEST).write_text(json.dumps(manifest))


# -- export ---------------------------------------------------------------------------------------------------------


def test_the_same_export_gives_the_same_bytes_in_any_process(evidence: Path, tmp_path: Path) -> None:
    assert exported(tmp_path / "again", hash_seed="7").returncode == 0
    assert files(tmp_path / "again") == files(evidence)


def test_an_obligation_has_a_text_that_does_not_hang_on_what_was_lifted_before(evidence: Path) -> None:
    before = next(task for task in tasks() if task.label == "begin")
    assert list(before.obligations(Lifted()))
    task = next(task for task in tasks() if task.label == TASK)
    obligation = next(task.obligations(Lifted(wanted=CLAIMS)))
    questions = questions_of(obligation, settle_obligation(obligation))
    assert questions is not None
    assert text_of(obligation, questions) == (evidence / FOLDER / f"{obligation.claim}-1.smt2").read_text()


def test_every_obligation_has_a_file_that_says_what_it_is(evidence: Path) -> None:
    manifest = read_manifest(evidence)
    task = next(task for task in tasks() if task.label == TASK)
    claims = [obligation.claim for obligation in task.obligations(Lifted(wanted=CLAIMS))]
    assert sorted(each.claim for each in manifest.obligations) == sorted(claims)
    for each in manifest.obligations:
        text = (evidence / each.path).read_text()
        assert text.startswith(f"; claim: {each.claim}\n; {each.id}: ")
        assert f"\n; setting: {each.setting}\n; event: {each.event}\n" in text
        assert text.count("\n(check-sat)\n") == text.count("(set-info :status unsat)") == each.questions > 0
    assert set(manifest.only) == {*IDS, TASK}
    assert "intrathecal/stepping.py" in manifest.source
    assert "intrathecal_specs/dose.py" in manifest.source
    assert "intrathecal_proofs/machinery/lifter.py" in manifest.source


def test_premises_that_questions_share_are_said_once_and_a_denied_goal_is_taken_back() -> None:
    x = variable("x")
    premises = (at_most(const(7), x), at_most(x, const(9)))
    setting = Setting("alone", "*", {}, premises, (), (), frozenset())
    goals = (at_most(const(6), x), at_most(const(8), x), at_most(x, const(10)))
    text = text_of(Obligation("levels_are_in_order", setting, goals[0]), [Question(premises, goal) for goal in goals])
    assert text.count("(declare-const |x| Int)") == text.count("(+ 7 (* (- 1) |x|))") == 1
    assert "; of 2 premises: 3 questions, each with its goal denied\n" in text
    assert ask(text, 10_000) == ["unsat", "sat", "unsat"]


def test_no_name_of_a_file_hangs_on_where_it_was_made(evidence: Path) -> None:
    text = "".join(file.read_text() for file in evidence.rglob("*.smt2"))
    assert "; where: intrathecal/stepping.py:" in text
    assert str(Path(rechecking.__file__).parents[2]) not in text


def test_the_whole_system_is_written_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "system_lines", lambda: iter(["; one", "; two"]))
    assert exporting.write_system(tmp_path / "system.vmt") == hashlib.sha256(b"; one\n; two\n").hexdigest()
    assert (tmp_path / "system.vmt").read_text() == "; one\n; two\n"
    with pytest.raises(OSError, match="No such file") as error:
        exporting.write_system(tmp_path / "gone" / "system.vmt")
    assert error.value.filename == str(tmp_path / "gone" / "system.vmt")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    said = exported(tmp_path)
    assert said.returncode == 2
    assert said.stderr == (
        f"intrathecal export: {tmp_path}: holds notes.txt already; evidence goes into a folder of its own\n"
    )
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_a_task_that_there_is_not_is_told(tmp_path: Path) -> None:
    said = exported(tmp_path / "new", "--task", "decide Nothing")
    assert said.returncode == 2
    assert "'decide Nothing' is no task; there are begin, arm, " in " ".join(said.stderr.split())


def test_a_disk_that_is_full_is_one_line_and_leaves_no_manifest(tmp_path: Path) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))

    said = exported(tmp_path / "full", preexec_fn=little)
    assert said.returncode == 2
    assert said.stderr.startswith(f"intrathecal export: {tmp_path / 'full' / FOLDER}")
    assert said.stderr.endswith(": File too large\n")
    assert said.stderr.count("\n") == 1
    answer = rechecked(tmp_path / "full")
    assert answer.exit_code == 1
    assert "no manifest: the export was interrupted, or this is none" in answer.output


def test_a_whole_export_that_lacks_a_requirement_is_not_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*_: object, **__: object) -> Iterator[tuple[str, exporting.Written, str]]:
        yield "begin", exporting.Written((), ()), of_sources()

    monkeypatch.setattr(exporting, "streamed", written)
    found = exporting.export(tmp_path, ["begin"], None, (), 1, lambda _: None)
    assert "a_daily_dose_rises_by_one_step_at_most: has no obligation" in found.unproven
    assert read_manifest(tmp_path).unproven == found.unproven
    assert exporting.export(tmp_path, ["begin"], None, ("DOSE-1",), 1, lambda _: None).unproven == ()


@pytest.mark.parametrize("of", ["", "the digest of another checkout"])
def test_sources_that_change_during_an_export_leave_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    def written(*_: object, **__: object) -> Iterator[tuple[str, exporting.Written, str]]:
        yield "begin", exporting.Written((), ()), of

    monkeypatch.setattr(exporting, "streamed", written)
    answer = CliRunner().invoke(export_command, [str(tmp_path / "made"), "--task", "begin"])
    assert answer.exit_code == 1
    assert answer.output == "intrathecal export: the sources were changed meanwhile: there is no manifest\n"
    assert not (tmp_path / "made" / MANIFEST).exists()


def test_sources_that_change_at_the_end_of_an_export_leave_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter([of_sources(), "saved meanwhile"])
    monkeypatch.setattr(exporting, "streamed", lambda *_, **__: iter(()))
    monkeypatch.setattr(exporting, "of_sources", lambda: next(said))
    with pytest.raises(exporting.Edited):
        exporting.export(tmp_path, ["begin"], None, ("DOSE-1",), 1, lambda _: None)
    assert not (tmp_path / MANIFEST).exists()


def test_nothing_is_exported_by_a_solver_that_refutes_no_canary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "CHOIR", {"z3": (("a", "b"), lambda name: name == "a", 1)})
    answer = CliRunner().invoke(export_command, [str(tmp_path / "made"), "--task", "begin"])
    assert answer.exit_code == 1
    assert answer.output == "intrathecal export: nothing is written: canaries: z3 1 of 2 refuted, NOT b\n"
    assert files(tmp_path) == {}


# -- recheck --------------------------------------------------------------------------------------------------------


def test_what_was_exported_is_confirmed(some: Path, tmp_path: Path) -> None:
    answer = rechecked(some, "--json", str(tmp_path / "said.json"))
    assert answer.exit_code == 0, answer.output
    assert "2 obligations: " in answer.output
    assert ", 0 unknown within " in answer.output
    said = json.loads((tmp_path / "said.json").read_text())
    assert said["good"] is True
    assert {each["finding"] for each in said["files"]} == {"confirmed"}


def test_what_says_only_that_a_premise_holds_is_told_apart(evidence: Path, tmp_path: Path) -> None:
    folder = tmp_path / "framed"
    manifest = json.loads((evidence / MANIFEST).read_text())
    framed = [each for each in manifest["obligations"] if each["engines"] == ["frame"]][:1]
    for path in [*manifest["others"], *(each["path"] for each in framed)]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(evidence / path, folder / path)
    (folder / MANIFEST).write_text(json.dumps({**manifest, "obligations": framed}))
    answer = rechecked(folder, "--json", str(tmp_path / "said.json"))
    assert answer.exit_code == 0, answer.output
    assert [each["finding"] for each in json.loads((tmp_path / "said.json").read_text())["files"]] == ["framed"]


def test_a_changed_file_is_named(some: Path) -> None:
    file = one_of(some)
    file.write_text(file.read_text().replace("(check-sat)", "(check-sat) "))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"changed: {file.relative_to(some)}\n" in answer.output


def test_a_missing_and_an_extra_file_are_named(some: Path) -> None:
    file = one_of(some)
    file.rename(file.with_name("other.smt2"))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"missing: {file.relative_to(some)}\n" in answer.output
    assert f"extra: {FOLDER}/other.smt2\n" in answer.output


def test_a_source_that_was_changed_since_is_named(some: Path) -> None:
    manifest = json.loads((some / MANIFEST).read_text())
    manifest["source"]["intrathecal/settling.py"] = "0" * 64
    manifest["source"]["intrathecal/gone.py"] = "0" * 64
    del manifest["source"]["intrathecal_specs/dose.py"]
    (some / MANIFEST).write_text(json.dumps(manifest))
    answer = rechecked(some)
    assert answer.exit_code == 1
    for path in ("intrathecal/settling.py", "intrathecal/gone.py", "intrathecal_specs/dose.py"):
        assert f"stale: {path} is not what the evidence was exported from\n" in answer.output


def test_a_question_that_is_satisfiable_is_contradicted(some: Path) -> None:
    file = one_of(some)
    put_in(file, file.read_text().replace("(check-sat)", "(pop 1) (push 1)\n(check-sat)", 1))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"contradicted: {file.relative_to(some)}: 1 questions are satisfiable\n" in answer.output


def test_a_file_that_asks_less_than_was_proven_is_contradicted(some: Path) -> None:
    file = one_of(some)
    put_in(file, file.read_text().replace("(check-sat)", ""))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"contradicted: {file.relative_to(some)}: asks 0 questions, not " in answer.output


def test_a_file_that_answers_itself_is_contradicted(some: Path) -> None:
    file = one_of(some)
    put_in(file, file.read_text().replace("(check-sat)", '(echo "unsat")'))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"contradicted: {file.relative_to(some)}: says echo, which is no part of a question\n" in answer.output


def test_a_text_that_is_none_is_contradicted(some: Path) -> None:
    file = one_of(some)
    put_in(file, "(assert (= x 1))")
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert f"contradicted: {file.relative_to(some)}: " in answer.output


def test_what_cvc5_does_not_settle_is_listed_and_counted_and_not_called_confirmed(
    some: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hard = one_of(some).read_text()
    monkeypatch.setattr(rechecking, "ask", lambda text, steps: ask(text, 1 if text == hard else steps))
    answer = rechecked(some)
    assert answer.exit_code == 0
    assert f"only z3 decided: {one_of(some).relative_to(some)}: " in answer.output
    assert re.search(r"2 obligations: [1-9]\d* questions confirmed, [1-9]\d* unknown", answer.output)


def test_a_text_that_is_too_long_for_cvc5_is_listed_and_counted(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = sorted(file.stat().st_size for file in some.glob("*/*.smt2"))
    monkeypatch.setattr(rechecking, "LARGEST", sizes[0])
    answer = rechecked(some)
    assert answer.output.count("only z3 decided: ") == sum(size > sizes[0] for size in sizes)
    monkeypatch.setattr(rechecking, "LARGEST", 10)
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "nothing is confirmed" in answer.output


def test_evidence_of_which_nothing_is_confirmed_is_no_good(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecking, "STEPS", 1)
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "nothing is confirmed\n2 obligations: 0 questions confirmed, " in answer.output


def test_what_was_not_proven_is_told(some: Path) -> None:
    manifest = json.loads((some / MANIFEST).read_text())
    (some / MANIFEST).write_text(json.dumps({**manifest, "unproven": ["some_claim: some setting"]}))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "not proven: some_claim: some setting\n" in answer.output


def test_a_whole_manifest_that_leaves_out_claims_is_no_good(some: Path) -> None:
    manifest = json.loads((some / MANIFEST).read_text())
    (some / MANIFEST).write_text(json.dumps({**manifest, "only": []}))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "without an obligation: a_daily_dose_rises_by_one_step_at_most\n" in answer.output


def test_a_solver_that_calls_everything_unsatisfiable_is_not_believed(
    some: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "ask", lambda text, steps: ["unsat"] * text.count("(check-sat)"))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "cvc5 does not find its canary satisfiable: what it says counts for nothing\n" in answer.output


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 2}'])
def test_a_manifest_that_is_none_is_told_in_one_line(text: str, some: Path) -> None:
    (some / MANIFEST).write_text(text)
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert answer.output.startswith(f"intrathecal recheck: {some / MANIFEST}: ")
    assert answer.output.count("\n") == 1


def test_a_manifest_that_names_files_elsewhere_is_none(some: Path) -> None:
    manifest = json.loads((some / MANIFEST).read_text())
    (some / MANIFEST).write_text(json.dumps({**manifest, "others": {"../notes.txt": ""}}))
    answer = rechecked(some)
    assert answer.exit_code == 1
    assert "names a file outside its folder: ../notes.txt" in answer.output


def test_a_file_that_cannot_be_read_is_one_line(some: Path) -> None:
    file = one_of(some)
    file.unlink()
    file.symlink_to(file.name)
    answer = rechecked(some)
    assert answer.exit_code == 2
    assert answer.output == f"intrathecal recheck: {file}: Too many levels of symbolic links\n"


def test_a_folder_without_evidence_is_no_good(some: Path) -> None:
    manifest = json.loads((some / MANIFEST).read_text())
    (some / MANIFEST).write_text(json.dumps({**manifest, "obligations": []}))
    assert rechecked(some).exit_code == 1


def test_each_question_has_steps_of_its_own() -> None:
    question = "(push 1)(declare-const x Int)(assert (< x 0))(assert (> x 0))(check-sat)(pop 1)"
    assert ask("(set-logic QF_LIA)" + question * 3, 100_000) == ["unsat"] * 3
    with pytest.raises(NoQuestions, match="says exit"):
        ask("(exit)", 1)
