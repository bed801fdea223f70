"""Every engine refutes what is false, and a run in which one does not has failed."""

from __future__ import annotations

import pytest

from intrathecal_proofs import canaries
from intrathecal_proofs.canaries import CHOIR, canary_songs, song
from intrathecal_proofs.false_requirements import FALSE
from intrathecal_proofs.looks import Song, have_sung, look_of
from intrathecal_specs.everything import REQUIREMENTS


def test_every_engine_has_canaries() -> None:
    assert set(CHOIR) == {*canaries.ALWAYS, *canaries.OTHERS} == {"z3", "cvc5", "crosshair", "hypothesis"}
    assert all(len(names) == 2 for names, *_ in CHOIR.values())


@pytest.mark.parametrize("engine", ["z3", "cvc5", "hypothesis"])
def test_an_engine_refutes_what_is_false(engine: str) -> None:
    (found,) = canary_songs([engine])
    assert found.good
    assert found.line == f"{engine} 2 of 2 refuted"


def test_what_is_false_is_no_requirement_of_any_other_process() -> None:
    assert not FALSE.keys() & REQUIREMENTS.keys()


def test_an_engine_that_ends_in_an_error_has_refuted_nothing() -> None:
    assert not canaries.in_a_process("no such engine")(next(iter(FALSE)))


def test_a_canary_that_does_not_sing_is_told_by_name() -> None:
    found = song("z3", ("true after all", "false"), lambda name: name == "false")
    assert found == Song("z3", ("false",), ("true after all",))
    assert not found.good
    assert found.line == "z3 1 of 2 refuted, NOT true after all"


def test_no_canary_is_no_song() -> None:
    assert not song("z3", (), lambda name: True).good


def test_a_run_whose_canary_does_not_sing_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canaries, "CHOIR", {"z3": (("a", "b"), lambda name: name == "a")})
    look = look_of(canary_songs(["z3"]))
    assert not look.good
    assert look.line == "canaries: z3 1 of 2 refuted, NOT b"


def test_nothing_has_sung_where_no_engine_was_asked() -> None:
    good = Song("z3", ("a",), ())
    assert have_sung([good])
    assert not have_sung([good, Song("cvc5", (), ("a",))])
    assert not have_sung([])
