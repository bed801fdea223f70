"""The scenes of single steps that CrossHair looks at: a state of therapy, and an event that is about to happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from intrathecal import (
    Acknowledge,
    Alarm,
    Authority,
    CancelBolus,
    ChangeSolution,
    ClinicianBolus,
    Commission,
    Device,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    Missed,
    MriBegins,
    MriEnds,
    PatientBolus,
    PortBolus,
    PressureChanged,
    Prime,
    Program,
    Pump,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Step,
    Stop,
    Tick,
    Withdraw,
    XRay,
    candidate,
    in_trial,
    step,
)
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import make_patient_bolus, make_prescription, make_solution
from intrathecal.quantities import hours, mg_per_ml, minutes, ml, ml_per_day
from intrathecal.units import SLOT

NOW: Final = SLOT // 2
"""s: when most scenes take place, so that what runs ends within the next slot."""
LATER: Final = NOW + SLOT
"""s: when a host that was away since then comes back."""
BY: Final = Authority.CLINICIAN
ON: Final = device("SynchroMed II 20 mL", 1)
SOLUTION: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))])
COMMISSION: Final = Commission(
    at=0,
    number=1,
    authority=BY,
    solution=SOLUTION,
    filled=ml(20).quanta,
    formulary_confirmed=True,
    mixture_acknowledged=True,
    catheter=ml("0.15").quanta,
    catheter_uncertainty=0,
    reference=(5_400_000, 0, 0, 0),
    reference_acknowledged=True,
)
ORDER: Final = make_patient_bolus(volume=ml("0.01"), duration=minutes(10), lockout=hours(1), count=4)
PROGRAM: Final = Program(
    0, 2, BY, make_prescription(flows=ml_per_day("0.5"), patient_bolus=ORDER), soft_limit_acknowledged=True
)
REFILL: Final = Refill(NOW, 3, BY, emptied=True, drawn=ml(18).quanta, filled=ml(20).quanta, solution=SOLUTION)


@attrs.frozen
class Scene:
    """A state of therapy, how it came about, and an event that is about to happen to it."""

    name: str
    device: Device
    pump: Pump
    history: tuple[tuple[Pump, Event, Step], ...]
    event: Event
    """Its numbers, answers and members of enumerations are chosen; `at` near the pump's time, `number` near its own."""

    def then(self, event: Event) -> Scene:
        """The scene after the event. Raises `ValueError` where it is refused: then the scene is not the one meant."""
        after = step(self.device, self.pump, event)
        if not after.verdict.accepted:
            raise ValueError(f"{self.name}: {type(event).__name__} is refused, {after.verdict.reason.name}")
        return attrs.evolve(self, pump=after.pump, history=(*self.history, (self.pump, event, after)))

    def about(self, event: Event) -> Scene:
        """The scene with this event about to happen."""
        return attrs.evolve(self, event=event, name=f"step {type(event).__name__}")


def scenes() -> Iterator[Scene]:
    """One for each kind of event: morphine at 10 mg/mL, 0.5 mL a day, and boluses of the patient's of 0.01 mL; a trial
    of baclofen; morphine at a constant flow of 1 mL a day."""
    new = Scene("step", ON, candidate(ON), (), COMMISSION)
    basal = new.then(COMMISSION).then(PROGRAM).then(Tick(NOW))
    yield new.about(COMMISSION)
    yield from _of_what_runs(basal)
    yield from _of_the_reservoir(basal)
    yield from _of_hardware(basal)
    yield from _of_surroundings(basal)
    yield from _of_alarms(basal)
    yield from _of_a_trial()
    yield from _of_a_constant_flow()


def _of_what_runs(basal: Scene) -> Iterator[Scene]:
    bolus = basal.then(PatientBolus(NOW, 3))
    yield basal.about(Tick(NOW))
    yield basal.about(Missed(LATER))
    yield basal.about(PatientBolus(NOW, 3))
    yield basal.about(ClinicianBolus(NOW, 3, BY, ml("0.01").quanta, 600))
    yield basal.about(Prime(NOW, 3, BY, ml("0.1").quanta, 600))
    yield basal.about(ReviseCatheter(NOW, 3, BY, ml("0.2").quanta, ml("0.01").quanta))
    yield basal.about(ShiftSchedule(NOW, 3, BY, 2))
    yield bolus.about(CancelBolus(NOW, 4, BY))
    yield basal.about(attrs.evolve(PROGRAM, at=NOW, number=3))
    yield bolus.about(Stop(NOW, 4, BY))
    yield basal.about(Retire(NOW, 3, BY))


def _of_the_reservoir(basal: Scene) -> Iterator[Scene]:
    yield basal.about(Withdraw(NOW, 3, BY, ml(1).quanta))
    yield basal.about(REFILL)
    yield basal.about(
        ChangeSolution(
            at=NOW,
            number=3,
            authority=BY,
            emptied=True,
            rinsed=True,
            drawn=ml(18).quanta,
            filled=ml(20).quanta,
            solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(20))]),
            prescription=make_prescription(flows=ml_per_day("0.25")),
            bridge_flow=500_000,
            meeting_flow=250_000,
            soft_limit_acknowledged=True,
        )
    )
    yield basal.about(LevelMeasured(NOW, ml(18).quanta))


def _of_hardware(basal: Scene) -> Iterator[Scene]:
    yield basal.about(FaultFound(NOW, Fault.RESET))
    yield basal.then(FaultFound(NOW, Fault.MOTOR_STALL)).about(FaultGone(LATER, Fault.MOTOR_STALL))
    yield basal.about(Reread(NOW))


def _of_surroundings(basal: Scene) -> Iterator[Scene]:
    scanned = basal.then(MriBegins(NOW, 3, BY))
    yield basal.about(XRay(NOW))
    yield basal.about(MriBegins(NOW, 3, BY))
    yield scanned.about(MriEnds(LATER, 4, BY))
    yield scanned.then(MriEnds(LATER, 4, BY)).about(Interrogate(LATER, 5, BY, motor_turns=True, program_confirmed=True))
    yield basal.about(PressureChanged(NOW, 1_013))


def _of_alarms(basal: Scene) -> Iterator[Scene]:
    alarmed = basal.then(Missed(LATER)).then(Tick(LATER + 1))
    over = basal.then(attrs.evolve(REFILL, drawn=ml(10).quanta)).then(Tick(LATER))
    yield alarmed.about(Silence(LATER + 1, 3, 600))
    yield over.about(Acknowledge(LATER, 4, BY, Alarm.OVER_DELIVERY))


def _of_a_trial() -> Iterator[Scene]:
    tried = attrs.evolve(protocol("baclofen trial"), observation=SLOT)
    dose = ScreeningDose(0, 1, BY, tried.drug, tried.ladder[0])
    trial = Scene("step", ON, in_trial(ON, tried), (), dose)
    yield trial.about(dose)
    yield trial.then(dose).about(ScreeningResponse(SLOT, 2, BY, relief=0, responded=True, lasted=SLOT))


def _of_a_constant_flow() -> Iterator[Scene]:
    flowing = device("Codman 3000 30 mL at 1 mL/d", 1)
    filled = attrs.evolve(COMMISSION, reference=(10_000_000, 0, 0, 0))
    syringe = make_solution(ingredients=[(drug("morphine"), mg_per_ml(1))])
    constant = Scene("step", flowing, candidate(flowing), (), filled).then(filled).then(Tick(SLOT))
    yield constant.about(PortBolus(SLOT, 2, BY, ml("0.25").quanta, syringe))
