"""A study of simulated patients: when reservoirs run low and empty, which boluses are refused, what truly is delivered.

    python hosts/examples/batch_study.py --output study

Each patient's pump, drug, therapy, hardware and habits are drawn from the seed and the patient's number, within what
the catalogue allows, and lived through on core, plant and auditor. Patients come for a refill some days after the low
alarm; some stay away until the pump gives nothing more, which shows how long that takes. A thousand patients for 60
days are some 6 minutes of one core's work; `--scheduler ADDRESS` spreads them over a Dask cluster.

Software for engineers, with invented patients: not a medical device, no clinical advice. How such patients fare says
nothing of real ones.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import as_completed
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Final

import click
from attrs import asdict, define, evolve, field, frozen
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from intrathecal import (
    Alarm,
    Authority,
    Cause,
    Drive,
    Event,
    PatientBolus,
    Program,
    Pump,
    Step,
    Tick,
    candidate,
    step,
)
from intrathecal.catalogue import DEVICES, DRUGS, device, drug
from intrathecal.constructors import BolusDose, commission, make_solution, prescription_from_doses, refill
from intrathecal.device import ordinary_air
from intrathecal.quantities import Concentration, DailyMass, Duration, Mass, Volume, minutes, ml
from intrathecal.units import DAY, END, MILLILITRE
from intrathecal_hosts import plot
from intrathecal_hosts.executors import executor
from intrathecal_hosts.output import progress, unwritten, write_json
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.plant.strengths import Exact
from intrathecal_hosts.record import Record

MODELS: Final = tuple(facts.name for facts in DEVICES if facts.drive.value == Drive.PROGRAMMABLE)
BATCH: Final = 10
"""Patients that one process lives through at a time."""
STAY_AWAY: Final = 0.3
"""How often a patient comes only once the pump gives nothing more."""
HOUR: Final = 3_600
"""s."""


@frozen
class Patient:
    """What is drawn of one."""

    number: int
    model: str
    drug: str
    fast: int
    """per mille: the hardware's tolerance above the commanded flow."""
    slow: int
    """per mille: and below it."""
    flow: str
    """How the true flow lies within it."""
    flow_seed: int
    strength: int
    """ng/mL."""
    dose: int
    """ng/d, without boluses."""
    bolus: int
    """ng; 0: the patient may trigger none."""
    bolus_minutes: int
    lockout_minutes: int
    count: int
    asks: float
    """How often a day the patient asks for a bolus, on average."""
    filled: int
    """quanta, each time."""


@define
class Filling:
    """From one filling of the reservoir to the next, or to the end of the study; each in s since the filling."""

    patient: int
    low: int | None = None
    """When the low alarm sounded."""
    stopped: int | None = None
    """When the pump ended therapy for want of drug."""
    empty: int | None = None
    """When truly no more could be delivered."""
    refilled: int | None = None


@define
class Course:
    """What came of one patient."""

    patient: Patient
    fillings: list[Filling] = field(factory=list)
    boluses: int = 0
    refused: Counter[str] = field(factory=Counter)
    """Boluses, by reason."""
    ratios: list[float] = field(factory=list)
    """By day: what truly reached the patient, of what was programmed and given."""
    broken: list[str] = field(factory=list)
    """Promises, as the auditor saw it."""


def drawn(seed: int, number: int) -> Patient:
    """The patient with that number."""
    random = Random(f"{seed} {number}")
    name, facts = random.choice(MODELS), random.choice(DRUGS)
    model, medicine = device(name, number), drug(facts.name)
    dose = medicine.soft * random.randint(20, 60) // 100
    slowest, fastest = max(2 * model.flow_min, 100_000), min(model.flow_max // 8, 1_000_000)
    strengths = [medicine.concentration_max // part for part in (1, 2, 4, 8, 16)]
    strength = random.choice([each for each in strengths if slowest <= dose * 1_000_000 // each <= fastest])
    fast, slow = random.randint(20, model.fast), random.randint(20, model.slow)
    bolus = min(dose * random.randint(3, 8) // 100, medicine.single * 9 // 10 * 1_000 // (1_000 + fast))
    if not (medicine.patient_bolus and model.patient_bolus):
        bolus = 0
    filled = 5 * MILLILITRE + random.randint(7, 28) * dose * MILLILITRE // strength
    return Patient(
        number=number,
        model=name,
        drug=facts.name,
        fast=fast,
        slow=slow,
        flow=random.choice(tuple(Flow)).value,
        flow_seed=random.randrange(1_000_000),
        strength=strength,
        dose=dose,
        bolus=bolus,
        bolus_minutes=random.randint(15, 30),
        lockout_minutes=random.randint(60, 240),
        count=random.randint(2, 6),
        asks=random.uniform(0.5, 8) if bolus else 0,
        filled=min(filled, model.capacity),
    )


@define(eq=False)
class Life:
    """A patient, with the pump's host beside."""

    patient: Patient
    random: Random
    pump: Pump
    audited: Audited
    course: Course
    visit: int | None = None
    """s: when the patient comes for a refill."""
    filled_at: int = 0
    """s."""
    nominal: int = 0
    """quanta: what the books of the day have counted as delivered."""
    reached: Exact = 0
    """What had reached the patient when the day began."""
    counts: bool = False
    """The day is one of therapy: the line held the solution when it began, so that what is delivered reaches the
    patient at once, and the pump has not counted as empty since."""

    def tell(self, event: Event) -> Step:
        """The pump answers, the hardware obeys, and the auditor looks on."""
        before = self.pump
        record = Record(happening=None, key="", before=before, event=event, step=step(before.device, before, event))
        self.audited.see(record)
        self.pump = record.step.pump
        self.nominal += record.delivered
        if self.pump.now % DAY == 0 and self.pump.now > before.now:
            self._end_day()
        self._watch(record.step)
        return record.step

    def begin(self) -> None:
        """The pump is implanted and programmed."""
        patient, medicine = self.patient, drug(self.patient.drug)
        solution = make_solution(ingredients=[(medicine, Concentration(patient.strength))])
        implanted = commission(
            at=Duration(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=solution,
            filled=Volume(patient.filled),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.01"),
            formulary_confirmed=True,
            reference=[DailyMass(patient.dose + patient.count * patient.bolus)],
            reference_acknowledged=True,
        )
        bolus = BolusDose(
            dose=Mass(patient.bolus),
            duration=minutes(patient.bolus_minutes),
            lockout=minutes(patient.lockout_minutes),
            count=patient.count,
        )
        prescription = prescription_from_doses(
            solution=solution,
            drug=medicine,
            dose=DailyMass(patient.dose),
            bolus=bolus if patient.bolus else None,
            fallback=DailyMass(patient.dose * 6 // 10) if medicine.stop_dangerous else None,
        )
        self.order(implanted)
        self.order(Program(0, 2, Authority.CLINICIAN, prescription, soft_limit_acknowledged=True))

    def order(self, event: Event) -> None:
        """What a clinician does: all of it is within the limits.

        Raises `ValueError` where the core finds that it is not.
        """
        verdict = self.tell(event).verdict
        if not verdict.accepted:
            raise ValueError(f"{self.patient}: {type(event).__name__} is refused, {verdict.reason.name}")

    def run(self, until: int) -> None:
        """Up to then (s)."""
        asks = self._next_ask()
        while self.pump.now < until:
            at = min(until, self.pump.command.until, asks, until if self.visit is None else self.visit)
            if at == self.visit:
                self._refill(at)
            elif at == asks:
                verdict = self.tell(PatientBolus(at, self.pump.number + 1)).verdict
                self.course.boluses += verdict.accepted
                if not verdict.accepted:
                    self.course.refused[verdict.reason.name] += 1
                asks = self._next_ask()
            else:
                self.tell(Tick(at))

    def _next_ask(self) -> int:
        if self.patient.asks == 0:
            return END
        return self.pump.now + 1 + int(self.random.expovariate(self.patient.asks) * DAY)

    def _refill(self, at: int) -> None:
        """All is drawn that can be, and as much filled in as before."""
        self.tell(Tick(at))
        plant = self.audited.auditor.plant
        drawn = max(plant.volume // THOUSAND - plant.device.residual, 0)
        self.order(
            refill(
                at=Duration(at),
                number=self.pump.number + 1,
                authority=Authority.CLINICIAN,
                emptied=True,
                drawn=Volume(drawn),
                filled=Volume(self.patient.filled),
                solution=self.pump.solution,
                restart_acknowledged=True,
            )
        )
        self.course.fillings[-1].refilled = at - self.filled_at
        self.course.fillings.append(Filling(self.patient.number))
        self.filled_at, self.visit = at, None

    def _watch(self, answer: Step) -> None:
        """What the filling has come to, and when the patient comes for the next."""
        filling, now, plant = self.course.fillings[-1], self.pump.now, self.audited.auditor.plant
        if filling.low is None and answer.alarms.listed[Alarm.LOW_RESERVOIR]:
            filling.low = now - self.filled_at
            if self.random.random() >= STAY_AWAY:
                self.visit = now + self.random.randint(1, 3 * DAY)
        if answer.command.cause == Cause.EMPTY:
            self.counts = False
        if filling.stopped is None and answer.command.cause == Cause.EMPTY:
            filling.stopped = now - self.filled_at
            self.visit = self.visit or now + DAY
        if filling.empty is None and plant.implanted and plant.volume <= THOUSAND * plant.device.residual:
            filling.empty = int(plant.ran_at or 0) - self.filled_at

    def _end_day(self) -> None:
        plant = self.audited.auditor.plant
        reached = sum(intake.sums[-1] for intake in plant.body.intakes.values())
        if self.counts and self.nominal > 0:
            due = self.nominal * self.patient.strength * THOUSAND
            self.course.ratios.append(float((reached - self.reached) / due))
        self.reached, self.nominal = reached, 0
        self.counts = all(plug.strengths for plug in plant.line.plugs)


def lived(seed: int, number: int, days: int) -> Course:
    """What comes of the patient with that number in so many days: the same for the same seed, wherever it runs."""
    patient = drawn(seed, number)
    model = evolve(
        device(patient.model, number),
        fast=patient.fast,
        slow=patient.slow,
        bands=ordinary_air(patient.fast, patient.slow),
    )
    course = Course(patient, [Filling(number)])
    audited = Audited.of(model, Flow(patient.flow), patient.flow_seed)
    life = Life(patient, Random(f"{seed} {number} lives"), candidate(model), audited, course)
    life.begin()
    life.run(days * DAY)
    course.broken = [f"{each.promise} at {each.at} s: {each.what}" for each in audited.found()]
    return course


def batch(seed: int, numbers: Sequence[int], days: int) -> list[Course]:
    """Some patients, one after the other."""
    return [lived(seed, number, days) for number in numbers]


def study(seed: int, patients: int, days: int, jobs: int, scheduler: str | None) -> list[Course]:
    """All patients, in the order of their numbers."""
    courses: list[Course] = []
    with progress() as bar, executor(jobs, scheduler) as pool:
        task = bar.add_task("patients", total=patients)
        numbers = range(1, patients + 1)
        parts = [numbers[start : start + BATCH] for start in range(0, patients, BATCH)]
        for done in as_completed([pool.submit(batch, seed, part, days) for part in parts]):
            courses += done.result()
            bar.update(task, completed=len(courses))
    return sorted(courses, key=lambda course: course.patient.number)


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Least, lower and upper twentieth, middle and greatest; `None` of fewer than two."""
    if len(values) < 2:
        return None
    parts = quantiles(values, n=20, method="inclusive")
    named = {"least": min(values), "5 %": parts[0], "middle": parts[9], "95 %": parts[-1], "greatest": max(values)}
    return {name: round(value, 4) for name, value in named.items()}


def after_low(courses: Sequence[Course], what: str) -> list[float]:
    """h: from the low alarm to `stopped` or `empty`, of each filling that came so far."""
    pairs = [(each.low, getattr(each, what)) for course in courses for each in course.fillings]
    return [(then - low) / HOUR for low, then in pairs if low is not None and then is not None]


def to_low(courses: Sequence[Course]) -> list[float]:
    """days: from a filling to its low alarm."""
    return [each.low / DAY for course in courses for each in course.fillings if each.low is not None]


def figures(courses: Sequence[Course]) -> dict[str, object]:
    """The study in figures."""
    fillings = [each for course in courses for each in course.fillings]
    refused: Counter[str] = Counter()
    for course in courses:
        refused.update(course.refused)
    return {
        "patients": len(courses),
        "days from filling to low alarm": spread(to_low(courses)),
        "days from filling to refill": spread([each.refilled / DAY for each in fillings if each.refilled is not None]),
        "hours from low alarm until the pump ends therapy": spread(after_low(courses, "stopped")),
        "hours from low alarm until truly empty": spread(after_low(courses, "empty")),
        "true daily dose, of the programmed": spread([ratio for course in courses for ratio in course.ratios]),
        "boluses given": sum(course.boluses for course in courses),
        "boluses refused": dict(sorted(refused.items())),
        "promises broken": [f"patient {course.patient.number}: {each}" for course in courses for each in course.broken],
    }


def picture(courses: Sequence[Course]) -> Figure:
    """The study for the eye."""
    made = Figure(figsize=(9, 10), layout="constrained")
    FigureCanvasAgg(made)
    made.suptitle(f"{len(courses)} simulated patients: not a medical device, no clinical advice")
    low, end, dose = made.subplots(3, 1)
    low.hist(to_low(courses), bins=30, color="#1f5f99")
    low.set(xlabel="days from filling to low alarm", ylabel="fillings")
    hours = [after_low(courses, "stopped"), after_low(courses, "empty")]
    end.hist(hours, bins=30, label=["the pump ends therapy", "truly empty"], color=["#1f5f99", "#b3261e"])
    end.set(xlabel="hours from low alarm", ylabel="fillings", xlim=(0, None))
    end.legend(frameon=False)
    by_flow = {flow.value: [100 * r for c in courses if c.patient.flow == flow for r in c.ratios] for flow in Flow}
    dose.hist(list(by_flow.values()), bins=40, stacked=True, label=list(by_flow))
    dose.set(xlabel="true daily dose, % of the programmed", ylabel="days of patients")
    dose.legend(title="true flow", frameon=False)
    for axes in (low, end, dose):
        axes.spines[["top", "right"]].set_visible(False)
    return made


def write(courses: Sequence[Course], output: Path) -> None:
    """Tables, figures and picture, into that folder.

    Raises `OSError` where something cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, object]]] = {"patients": [], "fillings": []}
    for course in courses:
        mean = sum(course.ratios) / len(course.ratios) if course.ratios else ""
        refused = sum(course.refused.values())
        told = {"boluses": course.boluses, "refused": refused, "true_of_programmed": mean, "broken": len(course.broken)}
        rows["patients"].append({**asdict(course.patient), **told})
        rows["fillings"] += [asdict(each) for each in course.fillings]
    for name, table in rows.items():
        with (output / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table)
    write_json(output / "study.json", figures(courses))
    plot.save(picture(courses), output / "study.svg")


@click.command()
@click.option("--patients", type=click.IntRange(min=1), default=1_000, show_default=True, help="How many.")
@click.option("--days", type=click.IntRange(min=1), default=60, show_default=True, help="How long each is followed.")
@click.option("--seed", type=int, default=0, show_default=True, help="What is drawn at random is drawn from it.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster whose scheduler has this address.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=Path("study"), show_default=True)
def main(patients: int, days: int, seed: int, jobs: int, scheduler: str | None, output: Path) -> None:
    """Simulate patients, and write `patients.csv`, `fillings.csv`, `study.json` and `study.svg` into the folder OUTPUT.
    Not a medical device, no clinical advice.

    Exit 0 if no promise was broken, 1 if one was, 2 for bad arguments or a folder that cannot be written.
    """
    courses = study(seed, patients, days, jobs, scheduler)
    try:
        write(courses, output)
    except OSError as reason:
        unwritten(output, reason)
    found = figures(courses)
    for name, value in found.items():
        print(f"{name}: {value}")
    sys.exit(1 if found["promises broken"] else 0)


if __name__ == "__main__":
    main()
