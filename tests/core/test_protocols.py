"""Protocols of trials by name: what they hold, what is marked, and what is said of a name that is not known."""

from __future__ import annotations

import attrs
import pytest

from intrathecal import Protocol, SuccessBy, TrialBy, first_dose
from intrathecal.catalogue import PROTOCOLS, Fact, ProtocolFacts, drug, protocol
from intrathecal.constructors import make_protocol
from intrathecal.quantities import hours, per_cent, times, ug
from intrathecal.trial import trial_of


def test_baclofen_is_tried_as_its_label_has_it() -> None:
    # 50, 75 and 100 ug, a day apart, observed for 4 h; twice the effective dose a day, or once, if it lasted over 8 h.
    assert protocol("baclofen trial") == Protocol(
        drug=2,
        by=TrialBy.SYRINGE,
        ladder=(50_000, 75_000, 100_000, 0),
        interval=86_400,
        observation=14_400,
        success=SuccessBy.RESPONSE,
        relief=500,
        multiple=2_000,
        multiple_if_long=1_000,
        long_effect=28_800,
    )


def test_a_small_child_begins_with_half_of_that() -> None:
    child = protocol("baclofen trial small child")
    assert child.ladder == (25_000, 50_000, 75_000, 100_000)
    assert attrs.evolve(child, ladder=protocol("baclofen trial").ladder) == protocol("baclofen trial")


def test_no_ziconotide_trial_leads_above_the_labels_start() -> None:
    # The largest shot is 5 ug; the label's largest start is 2.4 ug/d.
    tried = protocol("ziconotide trial")
    assert max(tried.ladder) == 5_000
    trial = attrs.evolve(trial_of(tried), rung=3, dosed_at=0, effective=5_000)
    assert first_dose(trial) == 2_400


@pytest.mark.parametrize("row", PROTOCOLS, ids=lambda row: row.name)
def test_no_screening_dose_is_above_its_drugs_single_dose(row: ProtocolFacts) -> None:
    assert max(protocol(row.name).ladder) <= drug(row.drug).single


@pytest.mark.parametrize("name", [row.name for row in PROTOCOLS if row.drug != "baclofen"])
def test_what_no_source_was_read_for_is_marked(name: str) -> None:
    row = next(row for row in PROTOCOLS if row.name == name)
    facts = [fact for field in attrs.fields(type(row)) if isinstance(fact := getattr(row, field.name), Fact)]
    assert len(facts) == 8
    assert not any(fact.verified for fact in facts)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"^protocol: 'Baclofen' is not in the catalogue, which holds baclofen trial, "
    ):
        protocol("Baclofen")


def test_a_ladder_has_four_doses_at_most() -> None:
    with pytest.raises(ValueError, match=r"^ladder: 5 doses, takes at most 4 doses$"):
        make_protocol(
            drug=drug("baclofen"),
            ladder=[ug(10), ug(20), ug(30), ug(40), ug(50)],
            interval=hours(24),
            observation=hours(4),
            success=SuccessBy.RESPONSE,
            relief=per_cent(50),
            multiple=times(2),
            multiple_if_long=times(1),
            long_effect=hours(8),
        )
