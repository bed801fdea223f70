"""In an announced MRI, and where the ambient pressure is outside the allowed bands, nothing optional runs."""

from __future__ import annotations

from typing import Final

import pytest
from tests.telling import accepted

from intrathecal import (
    Authority,
    ClinicianBolus,
    Event,
    MriBegins,
    MriEnds,
    PatientBolus,
    Prime,
    Program,
    Pump,
    Reason,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    commission,
    make_patient_bolus,
    make_prescription,
    make_solution,
    pressure_changed,
)
from intrathecal.quantities import Pressure, hours, hpa, mg_per_day, mg_per_ml, minutes, ml, ml_per_day

ON: Final = device("SynchroMed II 20 mL", 1)
CLINICIAN: Final = Authority.CLINICIAN


def running() -> Pump:
    """5 mg of morphine a day at 10 mg/mL, and 0.1 mg when the patient asks for it."""
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(6)],
        reference_acknowledged=True,
    )
    order = make_patient_bolus(volume=ml("0.01"), duration=minutes(5), lockout=hours(1), count=4)
    day = make_prescription(flows=ml_per_day("0.5"), patient_bolus=order, ceiling=ml("0.9"))
    pump = accepted(candidate(ON), event).pump
    return accepted(pump, Program(0, 2, CLINICIAN, day, soft_limit_acknowledged=False)).pump


OPTIONAL: Final[tuple[Event, ...]] = (
    PatientBolus(0, 9),
    ClinicianBolus(0, 9, CLINICIAN, volume=ml("0.02").quanta, duration=600),
    Prime(0, 9, CLINICIAN, volume=ml("0.2").quanta, duration=900),
)


@pytest.mark.parametrize("event", OPTIONAL)
def test_none_begins_in_an_announced_mri(event: Event) -> None:
    pump = running()
    assert step(ON, pump, event).verdict.accepted
    scanned = accepted(pump, MriBegins(0, 3, CLINICIAN)).pump
    assert step(ON, scanned, event).verdict.reason == Reason.UNSURE_FLOW
    assert scanned.command == pump.command  # the schedule runs on
    assert step(ON, accepted(scanned, MriEnds(0, 4, CLINICIAN)).pump, event).verdict.accepted


@pytest.mark.parametrize("event", OPTIONAL)
@pytest.mark.parametrize(("pressure", "told"), [(hpa(400), Reason.UNSURE_FLOW), (hpa(800), Reason.NONE)])
def test_none_begins_outside_the_allowed_bands_of_pressure(event: Event, pressure: Pressure, told: Reason) -> None:
    pump = accepted(running(), pressure_changed(at=hours(0), pressure=pressure)).pump
    assert step(ON, pump, event).verdict.reason == told
