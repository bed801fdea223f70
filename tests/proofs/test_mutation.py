"""Mutants of the core: which there are, how one is caught, when none is needed, and what a campaign keeps and shows."""

from __future__ import annotations

import ast
import inspect
import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from click.testing import CliRunner

from intrathecal.arithmetic import greatest, least
from intrathecal.pricing import flow_of_dose
from intrathecal.pump import replaces_schedule
from intrathecal.reservoir import draw
from intrathecal_proofs.machinery.digests import of_sources
from intrathecal_proofs.machinery.sources import source_of
from intrathecal_proofs.monitor import EVERY
from intrathecal_proofs.mutation import campaign, equality, mutants_command, replay
from intrathecal_proofs.mutation import ledger as mutation_ledger
from intrathecal_proofs.mutation.bank import SEED, Bank, Size, broken_before, broken_in, built
from intrathecal_proofs.mutation.campaign import chosen, run, with_the_listed
from intrathecal_proofs.mutation.equality import Budget, differences
from intrathecal_proofs.mutation.ledger import Ledger
from intrathecal_proofs.mutation.listed import LISTED, unmatched
from intrathecal_proofs.mutation.mutants import Mutant, mutants, mutants_of
from intrathecal_proofs.mutation.nearness import near, taken_on_by
from intrathecal_proofs.mutation.replay import installed, tried
from intrathecal_proofs.mutation.solving import Fate, Settled

SMALL: Final = Size(lives=2, rules=20, visits=False, alike=1, variants=1, arguments=20)
KEY: Final = "intrathecal.window.fits: load <= ceiling -> load < ceiling"
ROW: Final = Settled(KEY, "window.py", 58, "comparison", Fate.SURVIVOR, told=("every claim is still proven",))


@pytest.fixture(scope="module")
def bank() -> Bank:
    return built(SEED, SMALL)


def named(key: str) -> Mutant:
    return next(mutant for mutant in mutants() if mutant.key == key)


def test_every_mutant_changes_something_and_no_two_are_the_same() -> None:
    found = mutants()
    texts = {(mutant.place, ast.unparse(mutant.tree)) for mutant in found}
    assert len(texts) == len({mutant.key for mutant in found}) == len(found)
    shipped = {(mutant.place, ast.unparse(source_of(mutant.function, {}).tree)) for mutant in found}
    assert texts.isdisjoint(shipped)


def test_of_two_numbers_the_lesser_has_four_mutants() -> None:
    """`a if a <= b else b`: two comparisons beside it, and two sides."""
    assert [(m.kind, m.was, m.now) for m in mutants_of(least)] == [
        ("side", "a if a <= b else b", "a"),
        ("side", "a if a <= b else b", "b"),
        ("comparison", "a <= b", "a < b"),
        ("comparison", "a <= b", "a > b"),
    ]


def test_two_conditions_joined_have_seven_mutants() -> None:
    """`pump.mode == Mode.BOLUS or pump.mode == Mode.PRIMING`: joined otherwise, either left out, and each its own."""
    kinds = Counter(mutant.kind for mutant in mutants_of(replaces_schedule))
    assert kinds == {"logic": 3, "comparison": 2, "member": 2}


def test_what_is_drawn_and_not_booked_is_refuted_by_a_requirement_that_the_core_keeps(bank: Bank) -> None:
    mutant = next(m for m in mutants_of(draw) if m.was == "reservoir.remaining - volume")
    caught = tried(mutant, bank).caught
    assert caught is not None
    assert caught.claim in ("no_drug_appears_or_vanishes", "only_filling_raises_what_remains")
    scene = bank.scenes[caught.scene]
    assert (broken_before(scene), broken_in(scene, scene.call(*scene.args))) == ([], [])
    with installed(mutant):
        assert broken_before(scene) == []
        assert caught.claim in broken_in(scene, scene.call(*scene.args))
    assert scene.call(*scene.args) == scene.gave


def test_the_core_as_shipped_keeps_every_claim_of_the_bank(bank: Bank) -> None:
    assert {scene.label.split()[0] for scene in bank.scenes} == {"step", "decide", "transfer", "begin", "leaf", "alone"}
    assert [(s.label, broken_before(s), broken_in(s, s.gave)) for s in bank.scenes if broken_in(s, s.gave)] == []


def test_a_claim_that_the_core_breaks_itself_refutes_no_mutant(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = next(m for m in mutants_of(draw) if m.was == "reservoir.remaining - volume")
    monkeypatch.setattr(replay, "broken_in", lambda scene, gave: ["nothing_ever_holds"])
    attempt = tried(mutant, bank)
    assert attempt.caught is None
    assert attempt.differed > 0


def test_what_hosts_alone_call_is_compared_itself_whatever_claims_say_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equality, "asking", lambda function: {})
    mutant = next(m for m in mutants_of(flow_of_dose) if m.kind == "constant")
    assert next(differences(mutant, Budget(1_000_000)), None) is not None


def test_of_two_equal_numbers_either_is_the_greater() -> None:
    mutant = next(m for m in mutants_of(greatest) if m.now == "a > b")
    assert list(differences(mutant, Budget(1_000_000))) == []


def test_the_smaller_of_two_numbers_is_not_the_greater() -> None:
    mutant = next(m for m in mutants_of(greatest) if m.now == "a < b")
    assert next(differences(mutant, Budget(1_000_000)), None) is not None


def test_a_survivor_is_shown_and_no_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mutants_command, "followed", lambda some, jobs, ledger: [ROW])
    file = tmp_path / "found.json"
    told = CliRunner().invoke(mutants_command.mutants_command, ["--sample", "1", "--json", str(file)])
    assert told.exit_code == 1
    assert "fits: load <= ceiling -> load < ceiling" in told.stdout
    assert json.loads(file.read_text())["mutants"][0]["fate"] == "survivor"
    refuted = evolve(ROW, fate=Fate.REFUTED, claim="every_24_hours_to_come_hold_the_schedule", ids=("DOSE-5",))
    monkeypatch.setattr(mutants_command, "followed", lambda some, jobs, ledger: [refuted])
    assert CliRunner().invoke(mutants_command.mutants_command, ["--sample", "1"]).exit_code == 0


def test_claims_about_the_field_that_takes_a_change_on_are_near_it() -> None:
    of_the_line = named("intrathecal.handlers.programming.on_program: volume > dosing.last -> volume >= dosing.last")
    assert taken_on_by(of_the_line) == {"line"}
    assert "only_an_increase_enters_the_line" in near(of_the_line)


def test_a_function_that_takes_a_tuple_of_any_length_is_compared_where_it_runs() -> None:
    any_length = named("intrathecal.titrating.declares: dose > 0 -> dose > 1")
    found = next(differences(any_length, Budget(1)))
    assert found.obligation.setting.label == "decide Commission"


def test_a_file_that_is_not_of_the_core_is_told() -> None:
    told = CliRunner().invoke(mutants_command.mutants_command, ["--only", "clock.py"])
    assert told.exit_code == 2
    assert "'clock.py' is no file of the core with functions" in told.output


def test_a_sample_is_drawn_from_its_seed() -> None:
    def drawn(seed: int) -> list[str]:
        return [mutant.key for mutant in chosen("window.py", 5, seed)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(drawn(1)) == 5


def test_a_campaign_goes_on_after_a_line_that_was_torn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "kept" / "ledger.jsonl")
    first, second, third = list(mutants_of(least))[:3]
    ledger.keep(evolve(ROW, key=first.key))
    ledger.keep(evolve(ROW, key=second.key))
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write('{"key": "intrathecal.arith')
    assert [row.key for row in ledger.rows()] == [first.key, second.key]
    looked_at: list[str] = []

    def streamed(call: object, keys: list[str], *_: object) -> list[tuple[Settled, str]]:
        looked_at.extend(keys)
        return [(evolve(ROW, key=key, fate=Fate.REFUTED), of_sources()) for key in keys]

    monkeypatch.setattr(campaign, "streamed", streamed)
    monkeypatch.setattr(campaign, "built", lambda seed, size: None)
    heard: list[Settled] = []
    rows = run([first, second, third], 1, ledger, heard.append)
    assert looked_at == [third.key]
    assert list(ledger.rows()) == rows == heard
    ledger.forget()
    assert list(ledger.rows()) == []


def test_what_is_found_of_sources_that_were_edited_meanwhile_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = list(mutants_of(least))[:2]
    found = [(evolve(ROW, key=first.key), of_sources()), (evolve(ROW, key=second.key, fate=Fate.INVALID), "edited")]
    monkeypatch.setattr(campaign, "streamed", lambda *_: iter(found))
    monkeypatch.setattr(campaign, "built", lambda seed, size: None)
    monkeypatch.setattr(mutants_command, "FOLDER", tmp_path)
    monkeypatch.setattr(mutants_command, "chosen", lambda *_: [first, second])
    told = CliRunner().invoke(mutants_command.mutants_command, ["--only", "arithmetic.py"])
    assert told.exit_code == 1
    assert told.stderr == "intrathecal mutants: the sources were changed meanwhile; what was found before is kept\n"
    (kept,) = tmp_path.glob("*.jsonl")
    assert [row.key for row in Ledger(kept).rows()] == [first.key]


def test_a_line_is_forgotten_once_what_it_rests_on_has_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    claim = "every_24_hours_to_come_hold_the_schedule"
    fates = (Fate.REFUTED, Fate.UNPROVEN, Fate.EQUIVALENT, Fate.SURVIVOR, Fate.INVALID)
    for fate in fates:
        ledger.keep(evolve(ROW, fate=fate, claim=claim if fate in (Fate.REFUTED, Fate.UNPROVEN) else ""))

    def known() -> tuple[Fate, ...]:
        return tuple(row.fate for row in ledger.rows())

    assert known() == fates
    monkeypatch.setattr(mutation_ledger, "_of_everything", lambda: "another requirement")
    assert known() == (Fate.REFUTED, Fate.UNPROVEN, Fate.EQUIVALENT)
    monkeypatch.setattr(mutation_ledger, "_assumed", lambda: "another invariant")
    assert known() == (Fate.REFUTED,)
    monkeypatch.setattr(mutation_ledger, "_of_claim", lambda name: "the claim says something else")
    assert known() == ()


@pytest.mark.parametrize("name", ["every_24_hours_to_come_hold_the_schedule", "a_step_up_is_a_mass_or_a_share"])
def test_what_a_claim_or_a_contract_says_counts_by_its_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = mutation_ledger._of_claim.__wrapped__(name)
    source = inspect.getsource
    monkeypatch.setattr(
        inspect,
        "getsource",
        lambda each: source(each) + ("    # edited" if getattr(each, "__name__", "") == name else ""),
    )
    assert mutation_ledger._of_claim.__wrapped__(name) != said


def test_a_constant_that_a_claim_uses_counts_for_it() -> None:
    told = mutation_ledger._told([EVERY["a_daily_dose_rises_by_one_step_at_most"]])
    assert any("\nNANOGRAM = " in f"\n{each}" for each in told)


def test_a_survivor_with_a_reason_is_listed_and_a_reason_without_a_mutant_is_told() -> None:
    assert [row.fate for row in with_the_listed([ROW], {KEY: "a reason"})] == [Fate.LISTED]
    assert with_the_listed([ROW], {}) == [ROW]
    assert unmatched({named(KEY).key: "a reason", "gone: a -> b": "a reason"}, mutants()) == ("gone: a -> b",)


def test_every_listed_mutant_is_one() -> None:
    assert unmatched(LISTED, mutants()) == ()
