"""The protocols of trials of the catalogue. Outside the verifiable subset."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from intrathecal.catalogue.facts import ProtocolFacts, chosen, derived, read, unverified
from intrathecal.quantities import hours, mg, mg_per_day, per_cent, times, ug, ug_per_day
from intrathecal.trial import SuccessBy, TrialBy

_DECIDES_NOTHING = chosen(per_cent(50), note="a response counts: it decides nothing")
_HALF_THE_PAIN = unverified(per_cent(50), "commonly required, read in a copy of an encyclopaedia alone")
_LESS_PAIN = unverified(SuccessBy.RELIEF, "as the relief")
_NO_LONGER = chosen(hours(24), note="makes no difference")
_NO_DOSE = chosen(hours(24), note="no dose is given by syringe: makes no difference")
_SINGLE_SHOTS = unverified(TrialBy.SYRINGE, "single shots, an option that is commonly named")
_EXTERNAL_CATHETER = unverified(TrialBy.INFUSION, "a continuous external catheter, an option that is commonly named")
_THE_SAME_DAY = chosen(times(1), note="the implanted pump goes on with the daily dose that was a success")
_NO_LENGTH = chosen(times(1), note="the effect of an infusion has no length")

_BACLOFEN = ProtocolFacts(
    name="baclofen trial",
    drug="baclofen",
    by=read(TrialBy.SYRINGE, "S-bac1", note="over a minute or longer"),
    ladder=read((ug(50), ug(75), ug(100)), "S-bac1", "S-bac2", "S-bac4", note="24 h apart, and no further"),
    interval=read(hours(24), "S-bac1"),
    observation=read(hours(4), "S-bac1", note="4 to 8 h; an effect that has not ended then counts as long"),
    success=read(SuccessBy.RESPONSE, "S-bac1"),
    relief=_DECIDES_NOTHING,
    multiple=read(times(2), "S-bac1", "S-bac2"),
    multiple_if_long=read(times(1), "S-bac1", "S-bac2"),
    long_effect=read(hours(8), "S-bac1", "S-bac2"),
)

PROTOCOLS: Final = (
    _BACLOFEN,
    evolve(
        _BACLOFEN,
        name="baclofen trial small child",
        ladder=derived(
            (ug(25), ug(50), ug(75), ug(100)),
            "S-itbscr",
            "S-bac1",
            note="25 ug first in very small children or those who rely on spasticity; then as others",
        ),
    ),
    ProtocolFacts(
        name="morphine trial",
        drug="morphine",
        by=_SINGLE_SHOTS,
        ladder=unverified(
            (mg("0.1"), mg("0.15")), "the least of a PACC single shot, and the most for outpatients new to opioids"
        ),
        interval=chosen(hours(24), "S-infu", note="as long as patients are monitored after a start"),
        observation=chosen(hours(24), "S-infu", note="24 to 72 h after a start, said of infusions"),
        success=_LESS_PAIN,
        relief=_HALF_THE_PAIN,
        multiple=chosen(times(1), note="a day then holds no more than one shot did"),
        multiple_if_long=chosen(times(1), note="the same"),
        long_effect=_NO_LONGER,
    ),
    ProtocolFacts(
        name="ziconotide trial",
        drug="ziconotide",
        by=_SINGLE_SHOTS,
        ladder=unverified((ug(1), ug(2), ug(3), ug(5)), "single shots of 1 to 5 ug; the steps are chosen"),
        interval=chosen(hours(24), "S-prialt4", note="by then less than 5 % of the peak is left"),
        observation=chosen(hours(24), "S-prialt4", note="the same"),
        success=_LESS_PAIN,
        relief=_HALF_THE_PAIN,
        multiple=chosen(times("0.48"), "S-prialt", note="5 ug lead to the largest start of the label, 2.4 ug/d"),
        multiple_if_long=chosen(times("0.48"), "S-prialt", note="the same"),
        long_effect=_NO_LONGER,
    ),
    ProtocolFacts(
        name="morphine infusion trial",
        drug="morphine",
        by=_EXTERNAL_CATHETER,
        ladder=chosen(
            (mg_per_day("0.2"), mg_per_day(1)), "S-infu", note="from least to most of a start where opioids are new"
        ),
        interval=_NO_DOSE,
        observation=read(hours(24), "S-infu", note="24 to 72 h after a start and after increases"),
        success=_LESS_PAIN,
        relief=_HALF_THE_PAIN,
        multiple=_THE_SAME_DAY,
        multiple_if_long=_NO_LENGTH,
        long_effect=_NO_LONGER,
    ),
    ProtocolFacts(
        name="ziconotide infusion trial",
        drug="ziconotide",
        by=_EXTERNAL_CATHETER,
        ladder=chosen(
            (ug_per_day("0.5"), ug_per_day("4.8")),
            "S-prialt",
            "S-prialtweb",
            note="from the least start of the PACC to one step above the label's largest start",
        ),
        interval=_NO_DOSE,
        observation=chosen(hours(56), "S-prialtweb", note="as long as from step to step"),
        success=_LESS_PAIN,
        relief=_HALF_THE_PAIN,
        multiple=_THE_SAME_DAY,
        multiple_if_long=_NO_LENGTH,
        long_effect=_NO_LONGER,
    ),
)
"""Every protocol that is known by name. Those of morphine and ziconotide rest on little that was read. In a trial by
infusion any programmable pump of the catalogue is worn, such as a generic one."""
