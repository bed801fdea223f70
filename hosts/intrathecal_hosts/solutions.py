"""Devices and solutions of a scenario made: from the catalogue by name, or from explicit fields."""

from __future__ import annotations

from collections.abc import Sequence

from intrathecal import NO_DRUG, Device, Drug, DrugClass, Ingredient, Solution, catalogue
from intrathecal.drug import PAIRS
from intrathecal.units import PLACES
from intrathecal_hosts.scenario import DeviceByFields, DeviceByModel, DrugLimits, IngredientText


def device_of(text: DeviceByModel | DeviceByFields) -> Device:
    """The device. Raises `ValueError` for a model that the catalogue does not know, and what `Device` raises."""
    if isinstance(text, DeviceByModel):
        return catalogue.device(text.model, text.serial)
    return Device(
        serial=text.serial,
        capacity=text.capacity.quanta,
        residual=text.residual.quanta,
        low=text.low.quanta,
        flow_min=text.flow_min.flow,
        flow_max=text.flow_max.flow,
        fast=text.fast.per_mille,
        slow=text.slow.per_mille,
        measuring_error=text.measuring_error.quanta,
        grace=text.grace.seconds,
        silence=text.silence.seconds,
        patient_bolus=text.patient_bolus,
    )


def solution_of(texts: Sequence[IngredientText]) -> Solution:
    """The solution; no ingredient is saline.

    Raises `ValueError` for more drugs than a solution can hold, a drug that the catalogue does not know, and what
    `Drug` raises.
    """
    if len(texts) > PLACES:
        raise ValueError(f"solution: holds at most {PLACES} drugs, not {len(texts)}")
    made = tuple(
        Ingredient(drug=drug_of(text), concentration=text.concentration.concentration) for text in texts
    )
    return Solution(ingredients=made + (Ingredient(drug=NO_DRUG, concentration=0),) * (PLACES - len(made)))


def drug_of(text: IngredientText) -> Drug:
    """The drug. Raises `ValueError` for one that the catalogue does not know, and what `Drug` raises."""
    return catalogue.drug(text.name) if text.limits is None else _limited(text.limits)


def _limited(limits: DrugLimits) -> Drug:
    return Drug(
        code=limits.code,
        kind=limits.kind,
        concentration_max=limits.concentration_max.concentration,
        hard=limits.hard.dose,
        soft=limits.soft.dose,
        single=limits.single.ng,
        limit_source=limits.limit_source,
        stop_dangerous=limits.stop_dangerous,
        patient_bolus=limits.patient_bolus,
        never_with=_four(limits.never_with),
        cautious_with=_four(limits.cautious_with),
    )


def _four(kinds: tuple[DrugClass, ...]) -> tuple[DrugClass, ...]:
    return kinds + (DrugClass.NONE,) * (PAIRS - len(kinds))
