"""What a model description needs beyond what `pythonfmu` writes: units, enumerations, and what is unknown at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement

from intrathecal_hosts.fmi.units import UNITS, Unit
from intrathecal_hosts.fmi.variables import Causality, Choice, Kind, Variable


def complete(description: Element, variables: Sequence[Variable]) -> None:
    """Add to a model description what is said of these variables, the order in which it lists them."""
    choices = {each.choice.name: each.choice for each in variables if each.choice is not None}
    simulation = _part(description, "CoSimulation")
    place = list(description).index(simulation) + 1
    description.insert(place, _unit_definitions(UNITS))
    description.insert(place + 1, _type_definitions(choices.values()))
    for element, variable in zip(_part(description, "ModelVariables"), variables, strict=True):
        _complete_variable(element, variable)
    unknowns = SubElement(_part(description, "ModelStructure"), "InitialUnknowns")
    for index, variable in enumerate(variables, start=1):
        if variable.causality is Causality.OUTPUT:
            SubElement(unknowns, "Unknown", index=str(index))


def _part(description: Element, tag: str) -> Element:
    found = description.find(tag)
    if found is None:
        raise ValueError(f"{tag}: is missing in the model description")
    return found


def _unit_definitions(units: Iterable[Unit]) -> Element:
    definitions = Element("UnitDefinitions")
    for unit in units:
        base = {name: str(exponent) for name, exponent in unit.base.items()}
        SubElement(SubElement(definitions, "Unit", name=unit.name), "BaseUnit", base, factor=repr(unit.factor))
    return definitions


def _type_definitions(choices: Iterable[Choice]) -> Element:
    definitions = Element("TypeDefinitions")
    for choice in choices:
        enumeration = SubElement(SubElement(definitions, "SimpleType", name=choice.name), "Enumeration")
        for name, value in choice.items:
            SubElement(enumeration, "Item", name=name, value=str(value))
    return definitions


def _complete_variable(element: Element, variable: Variable) -> None:
    """An enumeration is written as a whole number at first: `pythonfmu` has no kind of its own for it."""
    (values,) = element
    if variable.unit is not None:
        values.set("unit", variable.unit.name)
    if variable.choice is not None:
        values.tag = Kind.ENUMERATION.value
        values.set("declaredType", variable.choice.name)
