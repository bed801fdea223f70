"""Protocols of trials by name: what they hold, what is marked, and what is said of a name that is not known."""

from __future__ import annotations

import attrs
import pytest

from intrathecal import Protocol, SuccessBy, TrialBy, first_dose
from intrathecal.catalogue import PROTOCOLS, Fact, ProtocolFacts, drug, protocol
from intrathecal.constructors import make_protocol
from intrathecal.quantities import hours, per_cent, times, ug, ug_per_day
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


def test_morphine_is_infused_between_what_its_label_starts_with() -> None:
    # 0.2 to 1 mg/d, watched for 24 h after each change; the implanted pump goes on with the day that was a success.
    tried = protocol("morphine infusion trial")
    assert (tried.by, tried.ladder) == (TrialBy.INFUSION, (200_000, 1_000_000, 0, 0))
    assert (tried.observation, tried.multiple, tried.multiple_if_long) == (86_400, 1_000, 1_000)


@pytest.mark.parametrize("row", PROTOCOLS, ids=lambda row: row.name)
def test_no_dose_of_a_trial_is_above_its_drugs_own_limit(row: ProtocolFacts) -> None:
    tried = drug(row.drug)
    assert max(protocol(row.name).ladder) <= (tried.single if row.by.value == TrialBy.SYRINGE else tried.hard)


def test_what_no_source_was_read_for_is_marked() -> None:
    read = {row.name: [name for name, fact in facts_of(row).items() if fact.verified] for row in PROTOCOLS}
    assert read["morphine trial"] == read["ziconotide trial"] == read["ziconotide infusion trial"] == []
    assert read["morphine infusion trial"] == ["observation"]


def facts_of(row: ProtocolFacts) -> dict[str, Fact[object]]:
    return {field.name: fact for field in attrs.fields(type(row)) if isinstance(fact := getattr(row, field.name), Fact)}


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"^protocol: 'Baclofen' is not in the catalogue, which holds baclofen trial, "
    ):
        protocol("Baclofen")


def test_an_infusion_takes_daily_doses() -> None:
    for by, ladder in ((TrialBy.INFUSION, [ug(10)]), (TrialBy.SYRINGE, [ug_per_day(10)])):
        with pytest.raises(TypeError, match=r"^ladder: "):
            make_protocol(
                drug=drug("baclofen"),
                by=by,
                ladder=ladder,
                interval=hours(24),
                observation=hours(4),
                success=SuccessBy.RESPONSE,
                relief=per_cent(50),
                multiple=times(2),
                multiple_if_long=times(1),
                long_effect=hours(8),
            )


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
