"""Devices, drugs and protocols of trials by name, each number with its source. Outside the verifiable subset.

Examples for engineers, not clinical advice: a product takes its limits from the current labels of its pump and drugs,
and a host can give devices and drugs of its own. What is not known of a model is the strictest there is.
"""

from __future__ import annotations

from typing import Final, TypeVar

from intrathecal.catalogue.constant_flow import CONSTANT_FLOW
from intrathecal.catalogue.drugs import DRUGS
from intrathecal.catalogue.facts import Basis, DeviceFacts, DrugFacts, Fact, ProtocolFacts
from intrathecal.catalogue.programmable import PROGRAMMABLE
from intrathecal.catalogue.protocols import PROTOCOLS
from intrathecal.catalogue.sources import SOURCES
from intrathecal.constructors import make_device, make_drug, make_protocol, make_titration
from intrathecal.device import Device
from intrathecal.drug import Drug
from intrathecal.trial import Protocol

__all__ = [
    "DEVICES",
    "DRUGS",
    "PROTOCOLS",
    "SOURCES",
    "Basis",
    "DeviceFacts",
    "DrugFacts",
    "Fact",
    "ProtocolFacts",
    "device",
    "device_facts",
    "drug",
    "drug_facts",
    "protocol",
    "protocol_facts",
]

DEVICES: Final = PROGRAMMABLE + CONSTANT_FLOW
"""Every model that the catalogue knows."""

_Facts = TypeVar("_Facts", DeviceFacts, DrugFacts, ProtocolFacts)


def device(name: str, serial: int) -> Device:
    """The device of the model `name` with the serial number `serial`.

    Raises `ValueError`, listing the names, for a model that the catalogue does not know.
    """
    facts = device_facts(name)
    return make_device(
        serial=serial,
        capacity=facts.capacity.value,
        residual=facts.residual.value,
        low=facts.low.value,
        flow_min=facts.flow_min.value,
        flow_max=facts.flow_max.value,
        fast=facts.fast.value,
        slow=facts.slow.value,
        measuring_error=facts.measuring_error.value,
        grace=facts.grace.value,
        silence=facts.silence.value,
        patient_bolus=facts.patient_bolus.value,
        tubing=facts.tubing.value,
        mri=facts.mri.value,
        mri_recovery=facts.mri_recovery.value,
        drive=facts.drive.value,
        bands=facts.bands.value,
        port=facts.port.value,
    )


def drug(name: str) -> Drug:
    """The drug called `name`.

    Raises `ValueError`, listing the names, for a drug that the catalogue does not know.
    """
    facts = drug_facts(name)
    return make_drug(
        code=facts.code,
        kind=facts.kind.value,
        concentration_max=facts.concentration_max.value,
        hard=facts.hard.value,
        soft=facts.soft.value,
        single=facts.single.value,
        limit_source=facts.limit_source.value,
        stop_dangerous=facts.stop_dangerous.value,
        patient_bolus=facts.patient_bolus.value,
        never_with=facts.never_with.value,
        cautious_with=facts.cautious_with.value,
        titration=make_titration(
            start=facts.start.value,
            rise=facts.rise.value,
            rise_share=facts.rise_share.value,
            fall_share=facts.fall_share.value,
            interval=facts.interval.value,
            sudden_below=facts.sudden_below.value,
        ),
    )


def protocol(name: str) -> Protocol:
    """The protocol called `name`.

    Raises `ValueError`, listing the names, for a protocol that the catalogue does not know.
    """
    facts = protocol_facts(name)
    return make_protocol(
        drug=drug(facts.drug),
        by=facts.by.value,
        ladder=facts.ladder.value,
        interval=facts.interval.value,
        observation=facts.observation.value,
        success=facts.success.value,
        relief=facts.relief.value,
        multiple=facts.multiple.value,
        multiple_if_long=facts.multiple_if_long.value,
        long_effect=facts.long_effect.value,
    )


def device_facts(name: str) -> DeviceFacts:
    """What the catalogue says of the model `name`. Raises `ValueError`, listing the names, for one it does not know."""
    return _named("device", name, DEVICES)


def drug_facts(name: str) -> DrugFacts:
    """What the catalogue says of the drug `name`. Raises `ValueError`, listing the names, for one it does not know."""
    return _named("drug", name, DRUGS)


def protocol_facts(name: str) -> ProtocolFacts:
    """What the catalogue says of the protocol `name`. Raises `ValueError`, listing the names, for an unknown one."""
    return _named("protocol", name, PROTOCOLS)


def _named(kind: str, name: str, rows: tuple[_Facts, ...]) -> _Facts:
    for facts in rows:
        if facts.name == name:
            return facts
    raise ValueError(f"{kind}: {name!r} is not in the catalogue, which holds {', '.join(facts.name for facts in rows)}")
