"""Records: a bad field is refused with its name, its value, its unit and its limit."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from intrathecal import (
    NO_DRUG,
    SALINE,
    Authority,
    ClinicianBolus,
    Device,
    Ingredient,
    PatientBolusOrder,
    Prescription,
    Refill,
    Solution,
    Stop,
    Tick,
    valid_device,
    valid_drug,
)
from intrathecal.catalogue import device, drug, protocol

DEVICE = device("SynchroMed II 20 mL", 1)
MORPHINE = drug("morphine")
BACLOFEN_TRIAL = protocol("baclofen trial")
BOLUS = PatientBolusOrder(volume=864_000_000, duration=540, lockout=7_200, count=4)
PRESCRIPTION = Prescription(flows=(200_000,) * 48, patient_bolus=BOLUS, ceiling=21_600_000_000, fallback=0)
REFILL = Refill(
    at=0, number=1, authority=Authority.CLINICIAN, emptied=True, drawn=0, filled=1_728_000_000_000, solution=SALINE
)


@pytest.mark.parametrize(
    ("record", "field", "value", "said"),
    [
        (DEVICE, "fast", 1_000, "Device.fast: 1000 per mille is outside 0 to 999 per mille"),
        (DEVICE, "flow_min", 0, "Device.flow_min: 0 nL/d is outside 1 to 100000000 nL/d"),
        (DEVICE, "grace", -1, "Device.grace: -1 s is outside 0 to 86400 s"),
        (
            DEVICE,
            "capacity",
            8_640_000_000_001,
            "Device.capacity: 8640000000001 quanta is outside 1 to 8640000000000 quanta",
        ),
        (MORPHINE, "hard", 0, "Drug.hard: 0 ng/d is outside 1 to 10000000000 ng/d"),
        (MORPHINE, "soft", 20_000_001, "Drug: needs soft <= hard, has soft 20000001 ng/d, hard 20000000 ng/d"),
        (MORPHINE, "never_with", (), "Drug.never_with: takes exactly 4 items, not 0 items"),
        (BACLOFEN_TRIAL, "interval", 86_399, "Protocol.interval: 86399 s is outside 86400 to 2592000 s"),
        (BACLOFEN_TRIAL, "relief", 0, "Protocol.relief: 0 per mille is outside 1 to 1000 per mille"),
        (BOLUS, "count", 49, "PatientBolusOrder.count: 49 boluses in 24 h is outside 0 to 48 boluses in 24 h"),
        (BOLUS, "duration", 0, "PatientBolusOrder.duration: 0 s is outside 1 to 86400 s"),
        (PRESCRIPTION, "flows", (0,) * 47, "Prescription.flows: takes exactly 48 items, not 47 items"),
        (PRESCRIPTION, "flows", (-1,) * 48, "Prescription.flows: -1 nL/d is outside 0 to 100000000 nL/d"),
        (REFILL, "drawn", -1, "Refill.drawn: -1 quanta is outside 0 to 8640000000000 quanta"),
        (SALINE, "ingredients", (), "Solution.ingredients: takes exactly 4 items, not 0 items"),
        (
            Ingredient(drug=MORPHINE, concentration=1),
            "concentration",
            1_000_000_001,
            "Ingredient.concentration: 1000000001 ng/mL is outside 0 to 1000000000 ng/mL",
        ),
    ],
)
def test_a_value_out_of_range_is_named_with_unit_and_limit(record: Any, field: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        attrs.evolve(record, **{field: value})
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("record", "field", "value", "said"),
    [
        (DEVICE, "fast", True, "Device.fast: takes a whole number of per mille, not True"),
        (DEVICE, "fast", 14.5, "Device.fast: takes a whole number of per mille, not 14.5"),
        (DEVICE, "capacity", "20", "Device.capacity: takes a whole number of quanta, not '20'"),
        (DEVICE, "patient_bolus", 1, "Device.patient_bolus: takes a bool, not 1"),
        (MORPHINE, "kind", 1, "Drug.kind: takes a DrugClass, not 1"),
        (PRESCRIPTION, "flows", [0] * 48, f"Prescription.flows: takes a tuple of 48 items, not {[0] * 48!r}"),
        (PRESCRIPTION, "flows", (False,) * 48, "Prescription.flows: takes a whole number of nL/d, not False"),
        (REFILL, "authority", 1, "Refill.authority: takes a Authority, not 1"),
        (REFILL, "number", True, "Refill.number: takes a whole number of (event number), not True"),
        (REFILL, "solution", None, "Refill.solution: takes a Solution, not None"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_a_bool_is_no_number(
    record: Any, field: str, value: object, said: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        attrs.evolve(record, **{field: value})
    assert str(refusal.value) == said


@pytest.mark.parametrize("event", [Tick, Stop, ClinicianBolus])
def test_an_event_before_commissioning_is_no_event(event: type[Any]) -> None:
    values: dict[str, object] = {"number": 1, "authority": Authority.CLINICIAN, "volume": 0, "duration": 1}
    known = {name.name: values[name.name] for name in attrs.fields(event) if name.name in values}
    with pytest.raises(ValueError, match=rf"^{event.__name__}\.at: -1 s is outside 0 to 20000000000 s$"):
        event(at=-1, **known)


@pytest.mark.parametrize(
    "change",
    [
        {"residual": 172_800_000_000},
        {"low": 1_728_000_000_001},
        {"flow_min": 24_000_001},
    ],
)
def test_a_device_whose_limits_cross_is_refused(change: dict[str, Any]) -> None:
    assert valid_device(DEVICE)
    with pytest.raises(ValueError, match=r"^Device: needs residual < low <= capacity and flow_min <= flow_max, has "):
        attrs.evolve(DEVICE, **change)


def test_records_do_not_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        DEVICE.fast = 0  # type: ignore[misc]  # what the type checker forbids is the subject


def test_no_drug_is_a_valid_drug_and_saline_holds_nothing_else() -> None:
    assert valid_drug(NO_DRUG)
    assert Solution(ingredients=(Ingredient(drug=NO_DRUG, concentration=0),) * 4) == SALINE
    assert isinstance(DEVICE, Device)
