"""The constant-flow pumps of the catalogue, by factory flow. Outside the verifiable subset.

Tolerances are the widest of any pressure that is allowed; see `pressure`.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from intrathecal.catalogue import pressure
from intrathecal.catalogue.facts import DeviceFacts, Fact, chosen, derived, read, unverified
from intrathecal.device import Drive, MriPolicy
from intrathecal.quantities import Flow, Volume, days, hours, ml, ml_per_day, per_cent, seconds

_FAST = chosen(per_cent(70), "S-codfaq", note="in the cabin of an airliner; the table of pressures says why")
_SLOW = chosen(per_cent(30), "S-codfaq", note="in heavy air; the table of pressures says why")


def _of(name: str, capacity: Fact[Volume], residual: str, low: str, flow: Fact[Flow]) -> DeviceFacts:
    return DeviceFacts(
        name=name,
        capacity=capacity,
        residual=unverified(ml(residual), "1 to 3 mL by size"),
        low=chosen(ml(low), note="2 mL above what it cannot deliver: it must not run dry"),
        flow_min=flow,
        flow_max=flow,
        fast=_FAST,
        slow=_SLOW,
        measuring_error=chosen(ml("0.5"), note="half a mark of a syringe that is marked by the mL"),
        grace=chosen(seconds(60), note="rule CMD-3 of this project"),
        silence=chosen(hours(1), note="as SynchroMed II's"),
        patient_bolus=chosen(False, note="it has no electronics that a patient could ask"),
        tubing=chosen(ml(0), note="no source was read; none, so that a priming is never too much"),
        mri=chosen(MriPolicy.FORBIDDEN, note="no source was read: the strictest"),
        mri_recovery=chosen(hours(24), note="as SynchroMed II's"),
        refill_within=unverified(days(180), "the longest that policies allow"),
        drive=unverified(Drive.CONSTANT_FLOW, "gas behind a flow restrictor, no battery"),
        bands=pressure.CONSTANT_FLOW,
        port=chosen(ml(0), note="no source was read of what its port takes: none"),
    )


def _isomed(size: str, suffix: str, flow: str) -> DeviceFacts:
    drawn = derived(ml_per_day(flow), "S-iso", note=f"model 8472-{size}-{suffix}: tenths of a mL a day")
    capacity = derived(ml(size), "S-iso", note=f"model 8472-{size}-{suffix}")
    residual, low = ("1", "3") if size == "20" else ("2", "4")
    made = _of(f"IsoMed {size} mL at {flow} mL/d", capacity, residual, low, drawn)
    return evolve(made, mri=read(MriPolicy.KEEP_RUNNING, "S-isomri", note="1.5 T showed no effect on its function"))


def _codman(size: str, flow: str, residual: str, low: str, note: str) -> DeviceFacts:
    made = _of(
        f"Codman 3000 {size} mL at {flow} mL/d", unverified(ml(size)), residual, low, unverified(ml_per_day(flow), note)
    )
    return evolve(
        made,
        drive=read(Drive.CONSTANT_FLOW, "S-cod", note="propellant, filter and flow restrictor, no battery"),
        port=chosen(ml(1), note="its raised bolus access; no source was read for a volume"),
    )


def _generic(size: str) -> DeviceFacts:
    flow = chosen(ml_per_day("0.15"), note="a refill every 3 to 6 months")
    capacity = chosen(ml(size), note="of two common sizes, 18 and 20 mL")
    return evolve(
        _of(f"generic constant-flow {size} mL at 0.15 mL/d", capacity, "1", "2", flow),
        low=chosen(ml(2), "S-neuro2mL", note="a common threshold"),
        slow=chosen(per_cent("99.9"), note="in a dive; the table of pressures says why"),
        refill_within=chosen(days(180), note="a refill every 3 to 6 months"),
        bands=pressure.GENERIC_CONSTANT_FLOW,
    )


CONSTANT_FLOW: Final = (
    _codman("16", "0.3", "1", "3", "the slowest of about 0.3 to 3.4 mL/d by size"),
    _codman("30", "1", "2", "4", "within about 0.3 to 3.4 mL/d by size"),
    _codman("50", "3.4", "3", "5", "the fastest of about 0.3 to 3.4 mL/d by size"),
    _isomed("20", "03", "0.3"),
    _isomed("20", "05", "0.5"),
    _isomed("20", "10", "1"),
    _isomed("20", "15", "1.5"),
    _isomed("35", "03", "0.3"),
    _isomed("35", "05", "0.5"),
    _isomed("35", "10", "1"),
    _isomed("35", "15", "1.5"),
    _isomed("35", "20", "2"),
    _isomed("35", "25", "2.5"),
    _generic("18"),
    _generic("20"),
)
"""Every constant-flow pump that the catalogue knows."""
