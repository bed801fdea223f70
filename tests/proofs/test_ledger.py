"""The ledger tells what it was made of, and is stale as soon as that is another."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from intrathecal.pump import Pump
from intrathecal_proofs.counted import digest_said
from intrathecal_proofs.false_requirements import FALSE
from intrathecal_proofs.families import INVARIANTS
from intrathecal_proofs.ledger import (
    ITSELF,
    NOBODY,
    TOTALITY,
    TOTALITY_ALONE,
    Campaign,
    Entry,
    Ledger,
    faults,
    ledger_of,
    orphans,
    read,
    write,
)
from intrathecal_proofs.ledger_command import BY_CLAIM, ledger
from intrathecal_proofs.looks import Song
from intrathecal_proofs.machinery import origins
from intrathecal_proofs.machinery.claims import parameters
from intrathecal_proofs.machinery.conjuncts import conjuncts_of, rested_on
from intrathecal_proofs.machinery.lifted import Lifted, record
from intrathecal_proofs.machinery.prover import Verdict
from intrathecal_proofs.machinery.rows import Opinions, Row
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.matrix import EVENT_NAMES, concerns, missing
from intrathecal_specs.everything import REQUIREMENTS

NAMES = [*REQUIREMENTS, *(name for name in missing([]) if name not in REQUIREMENTS)]
CLAIM = "no_drug_appears_or_vanishes"
FIRST, *OTHERS = FALSE
SONGS = (Song("z3", tuple(FALSE), ()), Song("cvc5", tuple(FALSE), ()))
CAMPAIGNS = {
    "mutants": Campaign({"refuted": 3, "sample": None}, {CLAIM: 2}),
    "witnesses": Campaign({"premise": {"counts": {"reached": 3, "impossible": 1}}}, {CLAIM: {"reached": 1}}),
}


def rows(**changes: object) -> list[Row]:
    """One proven obligation of every claim, and of every event that it is about; of RES-1's, with these changes."""
    row = Row("", "settle", "*", "", Verdict.PROVEN, ("z3",), 0.5, 7, 2, second=Opinions(2), place="settle")
    made = [attrs.evolve(row, claim=name, event=event) for name in NAMES for event in events_of(name)]
    return [attrs.evolve(each, **changes) if each.claim == CLAIM else each for each in made]  # type: ignore[arg-type]


def events_of(name: str) -> list[str]:
    if name in REQUIREMENTS and "event" in parameters(REQUIREMENTS[name].function):
        return [event for event in EVENT_NAMES if concerns(name, event)]
    return ["*"]


def made_of(
    some: list[Row],
    campaigns: dict[str, Campaign] | None = None,
    songs: tuple[Song, ...] = SONGS,
    lost: tuple[str, ...] = (),
) -> Ledger:
    return ledger_of(some, CAMPAIGNS if campaigns is None else campaigns, songs, lost)


def test_a_ledger_of_these_sources_is_in_order(tmp_path: Path) -> None:
    made = made_of(rows())
    write(made, tmp_path / "ledger.json")
    kept = read(tmp_path / "ledger.json")
    assert kept == made
    assert faults(kept) == []
    entry = kept.requirements[CLAIM]
    assert (entry.obligations, entry.proven, entry.questions, entry.confirmed) == (1, 1, 2, 2)
    assert entry.fingerprint == REQUIREMENTS[CLAIM].fingerprint
    assert kept.campaigns["mutants"] == {"refuted": 3, "sample": None}
    assert (entry.mutants, entry.witnesses) == (2, {"reached": 1})


def test_a_campaign_that_was_not_taken_over_leaves_nothing_behind_and_is_a_fault() -> None:
    made = made_of(rows(), {"mutants": CAMPAIGNS["mutants"]})
    entry = made.requirements[CLAIM]
    assert (entry.mutants, entry.witnesses) == (2, None)
    assert faults(made) == ["witnesses: nothing is known of them, of these sources"]


def test_a_mutant_that_survives_and_a_witness_that_is_not_found_are_faults() -> None:
    mutants = Campaign({"refuted": 3, "survivor": 2}, {})
    witnesses = Campaign({"premise": {"counts": {"unknown": 1}}, "refusal": {"counts": {"reached": 9}}}, {})
    found = faults(made_of(rows(), {"mutants": mutants, "witnesses": witnesses}))
    assert found == ["mutants: 2 survive", "witnesses: 1 premises are unknown"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sources": "of another day"}, "is of other sources than these"),
        ({"only": "window.py"}, "is limited, to only window.py"),
        ({"sample": 20}, "is limited, to sample 20"),
    ],
)
def test_a_campaign_of_other_sources_or_of_a_part_is_not_taken_over(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    file = tmp_path / "mutants.json"
    of_all: dict[str, object] = {"only": None, "sample": None, "sources": digest_said()}
    file.write_text(json.dumps({"summary": {"refuted": 3}, "mutants": [], **of_all, **changes}))
    answer = CliRunner().invoke(ledger, [str(tmp_path / "ledger.json"), "--mutants", str(file)])
    assert answer.exit_code == 2
    assert f"mutants.json: {said}" in " ".join(answer.output.split())
    assert not (tmp_path / "ledger.json").exists()


def test_what_campaigns_wrote_is_told_by_claim() -> None:
    rows = [{"claim": CLAIM, "fate": fate} for fate in ("refuted", "refuted", "unproven")]
    assert BY_CLAIM["mutants"]({"mutants": rows}) == {CLAIM: 2}
    assert BY_CLAIM["witnesses"]({"claims": {CLAIM: {"reached": 1}}}) == {CLAIM: {"reached": 1}}
    assert BY_CLAIM["witnesses"]({}) == {}


def test_a_file_that_is_no_campaign_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "mutants.json"
    file.write_text("{}")
    answer = CliRunner().invoke(ledger, [str(tmp_path / "ledger.json"), "--mutants", str(file)])
    assert answer.exit_code == 2
    assert "holds no summary" in answer.output


def test_what_only_one_solver_decides_is_listed_by_its_place_and_told_apart() -> None:
    undecided = made_of(rows(second=Opinions(1, undecided=1))).requirements[CLAIM]
    assert (undecided.undecided_at, undecided.unasked_at) == (("settle",), ())
    unasked = made_of(rows(second=Opinions(1, unasked=1))).requirements[CLAIM]
    assert (unasked.undecided_at, unasked.unasked_at) == ((), ("settle",))


def test_what_is_framed_is_counted_by_claim_and_by_task() -> None:
    made = made_of(rows(engines=("frame",)))
    assert made.requirements[CLAIM].framed == 1
    assert made.framed == {"settle": 1}


def test_a_conjunct_that_no_proof_needs_is_told_by_name() -> None:
    first, second, third, *_ = conjuncts_of(LEMMA)
    used = [
        attrs.evolve(row, second=Opinions(2, rests_on=said))
        for row, said in ((row, SAID.get(row.claim, ())) for row in rows())
    ]
    unneeded = made_of(used).unneeded
    assert first not in {name for names in unneeded.values() for name in names}
    assert second in unneeded[ITSELF]
    assert third in unneeded[TOTALITY_ALONE]
    assert set(conjuncts_of(LEMMA)) - {first, second, third} <= set(unneeded[NOBODY])


LEMMA = "times_are_in_order"
SAID = {
    CLAIM: tuple(conjuncts_of(LEMMA))[:1],
    LEMMA: tuple(conjuncts_of(LEMMA))[1:2],
    TOTALITY[0]: tuple(conjuncts_of(LEMMA))[2:3],
}


def test_a_conjunct_is_told_from_its_neighbours_by_what_it_says_of_a_pump() -> None:
    origins.forget()
    code = Lifted()
    pump = record(Symbols().arbitrary(Pump, "settled"))
    held = code.assume("settled", pump, armed=False, lemmas=frozenset([LEMMA]))
    assert rested_on(code, held) == set(conjuncts_of(LEMMA))
    assert all(len(rested_on(code, [truth])) == 1 for truth in held)


def test_every_invariant_has_conjuncts_of_its_own() -> None:
    names = [said for lemma in INVARIANTS for said in conjuncts_of(lemma)]
    assert len(set(names)) == len(names) > len(INVARIANTS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": Verdict.UNKNOWN}, f"{CLAIM}: 1 of its obligations are not proven"),
        ({"second": Opinions(1, contradicted=1)}, f"{CLAIM}: 1 of its questions are contradicted"),
        (
            {"second": Opinions(1)},
            f"{CLAIM}: not every question has cvc5's answer, or the reason that there is none",
        ),
    ],
)
def test_what_is_open_or_contradicted_is_a_fault(changes: dict[str, object], said: str) -> None:
    assert faults(made_of(rows(**changes))) == [said]


def test_a_claim_without_an_obligation_is_a_fault() -> None:
    found = made_of([row for row in rows() if row.claim != CLAIM])
    assert faults(found) == [f"{CLAIM}: has no obligation"]


def test_a_requirement_without_an_obligation_about_one_of_its_events_is_a_fault(tmp_path: Path) -> None:
    lost = ("at_most_one_bolus_runs", "ClinicianBolus")
    write(made_of([row for row in rows() if (row.claim, row.event) != lost]), tmp_path / "ledger.json")
    assert faults(read(tmp_path / "ledger.json")) == ["at_most_one_bolus_runs at ClinicianBolus: has no obligation"]


def test_a_task_that_never_came_to_an_end_is_a_fault_for_good(tmp_path: Path) -> None:
    write(made_of(rows(), lost=("arm",)), tmp_path / "ledger.json")
    assert faults(read(tmp_path / "ledger.json")) == ["arm: its process was ended before it was done, each time"]


def test_a_solver_that_does_not_refute_what_is_false_is_a_fault() -> None:
    silent = (SONGS[0], Song("cvc5", tuple(OTHERS), (FIRST,)))
    assert faults(made_of(rows(), songs=silent)) == [f"canaries: cvc5 1 of 2 refuted, NOT {FIRST}"]
    assert faults(made_of(rows(), songs=SONGS[:1])) == ["canaries: cvc5 was not asked for all"]
    others = (SONGS[0], Song("cvc5", ("a", "b"), ()))
    assert faults(made_of(rows(), songs=others)) == ["canaries: cvc5 was not asked for all"]


def changed(made: Ledger, **more: object) -> Ledger:
    entry: Entry = attrs.evolve(made.requirements[CLAIM], **more)  # type: ignore[arg-type]
    return attrs.evolve(made, requirements={**made.requirements, CLAIM: entry})


def test_a_requirement_or_a_source_that_has_changed_is_a_fault() -> None:
    made = made_of(rows())
    assert faults(changed(made, fingerprint="0")) == [f"{CLAIM}: has another fingerprint now"]
    settling = "intrathecal.settling"
    other = attrs.evolve(made, sources={**made.sources, settling: "0", "intrathecal.gone": "1"})
    assert faults(other) == [f"{name}: the source has changed since" for name in ("intrathecal.gone", settling)]


def test_every_file_of_the_proofs_is_imported() -> None:
    assert orphans() == []


def test_a_file_that_is_no_ledger_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    file.write_text('{"seed": "none"}')
    answer = CliRunner().invoke(ledger, [str(file), "--check"])
    assert answer.exit_code == 2
    assert "is no ledger" in answer.output
    absent = CliRunner().invoke(ledger, [str(tmp_path / "absent.json"), "--check"])
    assert absent.exit_code == 2
    assert "No such file" in absent.output


def test_a_stale_ledger_fails_the_check(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    write(changed(made_of(rows()), fingerprint="0"), file)
    answer = CliRunner().invoke(ledger, [str(file), "--check"])
    assert answer.exit_code == 1
    assert f"{CLAIM}: has another fingerprint now" in answer.output
