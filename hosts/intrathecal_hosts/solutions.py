"""Devices, solutions and protocols of a scenario made: from the catalogue by name, or from explicit fields."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import asdict, evolve

from intrathecal import Device, Drug, Protocol, Solution, catalogue
from intrathecal.constructors import make_band, make_device, make_drug, make_solution, make_titration
from intrathecal_hosts.device_text import DeviceByFields, DeviceByModel
from intrathecal_hosts.scenario import TrialText
from intrathecal_hosts.solution_text import IngredientText


def device_of(text: DeviceByModel | DeviceByFields) -> Device:
    """The device. Raises `ValueError` for a model that the catalogue does not know, and what `Device` raises."""
    if isinstance(text, DeviceByModel):
        made = catalogue.device(text.model, text.serial)
        return made if text.port is None else evolve(made, port=text.port.quanta)
    fields = asdict(text, recurse=False)
    if text.bands is not None:
        fields["bands"] = tuple(make_band(**asdict(band, recurse=False)) for band in text.bands)
    return make_device(**fields)


def solution_of(texts: Sequence[IngredientText]) -> Solution:
    """The solution; no ingredient is saline.

    Raises `ValueError` for more drugs than a solution can hold, for a concentration of 0, for a drug that the catalogue
    does not know, and what `Drug` raises.
    """
    return make_solution(ingredients=[(drug_of(text), text.concentration) for text in texts])


def drug_of(text: IngredientText) -> Drug:
    """The drug. Raises `ValueError` for one that the catalogue does not know, and what `Drug` raises."""
    if text.limits is None:
        return catalogue.drug(text.name)
    fields = asdict(text.limits, recurse=False)
    titration = make_titration(**asdict(text.limits.titration, recurse=False))
    return make_drug(**{**fields, "titration": titration})


def protocol_of(text: TrialText | None) -> Protocol | None:
    """The protocol, where there is a trial. Raises `ValueError` for one that is not known."""
    return None if text is None else catalogue.protocol(text.protocol)
