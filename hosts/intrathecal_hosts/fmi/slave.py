"""The slave: what an FMU runs in the Python of the other simulator, by the interface of `pythonfmu`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from pythonfmu import Boolean, DefaultExperiment, Fmi2Causality, Fmi2Slave, Fmi2Variability, Integer, Real

from intrathecal.quantities import Pressure
from intrathecal_hosts.commands import release
from intrathecal_hosts.fmi.course import Course
from intrathecal_hosts.fmi.description import complete
from intrathecal_hosts.fmi.variables import (
    BOLUS,
    CHOSEN,
    FLOW,
    FLOWS,
    PRESSURE,
    SEED,
    Causality,
    Kind,
    Output,
    Value,
    Variable,
    outputs,
)
from intrathecal_hosts.plant.flow import AIR, Flow
from intrathecal_hosts.scenario_file import read

SCENARIO: Final = "therapy.toml"
"""Among the resources of an FMU: its scenario."""
START: Final = "start.json"
"""Among the resources of an FMU: the parameters with which it starts."""
IDENTIFIER: Final = "intrathecal"
"""What an FMU's binary is called."""
STEP: Final = 300
"""s: the communication step that an FMU proposes."""
NEARLY: Final = 1e-6
"""s: a communication point so little before a whole second is that second; floats of 100 years are as fine."""
_KINDS: Final = {Kind.REAL: Real, Kind.INTEGER: Integer, Kind.BOOLEAN: Boolean, Kind.ENUMERATION: Integer}


class TherapySlave(Fmi2Slave):  # type: ignore[misc]  # untyped
    """A therapy that another simulator leads.

    Its time 0 is the scenario's. The pump's clock has whole seconds: led to a time between two, it is at the one
    before, and the rest is carried, as communication points are counted from 0. What is set from outside counts from
    the beginning of the next step on. After the scenario's end pump and host go on, and nothing more is listed.
    """

    def __init__(self, **said: Any) -> None:
        super().__init__(**said)
        resources = Path(self.resources)
        text = (resources / SCENARIO).read_bytes()
        start = (resources / START).read_text(encoding="utf-8")
        self._scenario = read(resources / SCENARIO)
        self._outputs = outputs(self._scenario.drugs)
        chosen = json.loads(start)
        self._values: dict[str, Value] = {
            PRESSURE.name: float(AIR),
            BOLUS.name: False,
            FLOW.name: FLOWS.index(Flow(chosen[FLOW.name])) + 1,
            SEED.name: chosen[SEED.name],
        }
        self._began = 0
        self._course: Course | None = None
        self._pressed = AIR
        self._asked = False
        self.modelName = IDENTIFIER
        self.description = self._scenario.title
        self.version = release()
        self.guid = uuid5(NAMESPACE_URL, f"{text!r} {start} {self.version}")
        self.default_experiment = DefaultExperiment(start_time=0, stop_time=self._scenario.until, step_size=STEP)
        for variable in CHOSEN:
            self._register(variable, partial(self._values.__getitem__, variable.name), partial(self._set, variable))
        for output in self._outputs:
            self._register(output.variable, partial(self._read, output))

    def to_xml(self, model_options: dict[str, str] | None = None) -> Element:
        """The model description, with units."""
        description: Element = super().to_xml(model_options or {})
        complete(description, [*CHOSEN, *(output.variable for output in self._outputs)])
        return description

    def setup_experiment(self, start_time: float, stop_time: float | None, tolerance: float | None) -> None:
        """The FMU starts as the therapy is at `start_time` (s). Raises `ValueError` for one before 0."""
        if start_time < 0:
            raise ValueError(f"start_time: {start_time} s is before the scenario's beginning")
        self._began = _whole(start_time)

    def exit_initialization_mode(self) -> None:
        """What is listed up to the start has happened; the parameters are fixed."""
        self._course = self._starting()

    def do_step(self, current_time: float, step_size: float) -> bool:
        """Lead the therapy to `current_time + step_size` (s). Raises `ValueError` for a pressure that cannot be."""
        course = self._course
        if course is None:
            raise ValueError("the FMU is not initialized")
        self._take_inputs(course)
        course.lead(max(_whole(current_time + step_size), course.now))
        return True

    def _take_inputs(self, course: Course) -> None:
        pressure, asked = round(self._values[PRESSURE.name]), bool(self._values[BOLUS.name])
        if pressure != self._pressed:
            course.press(Pressure(pressure))
            self._pressed = pressure
        course.tell_pressure()
        if asked and not self._asked:
            course.ask_for_bolus()
        self._asked = asked

    def _starting(self) -> Course:
        course = Course.of(self._scenario, FLOWS[int(self._values[FLOW.name]) - 1], int(self._values[SEED.name]))
        course.lead(self._began)
        return course

    def _set(self, variable: Variable, value: Value) -> None:
        if variable.causality is Causality.PARAMETER and self._course is not None:
            raise ValueError(f"{variable.name}: is fixed once the FMU is initialized")
        if variable is FLOW and not 1 <= value <= len(FLOWS):
            raise ValueError(f"{variable.name}: takes 1 to {len(FLOWS)}, not {value}")
        self._values[variable.name] = value

    def _read(self, output: Output) -> Value:
        return output.read(self._starting() if self._course is None else self._course)

    def _register(
        self, variable: Variable, getter: Callable[[], Value], setter: Callable[[Value], None] | None = None
    ) -> None:
        steady = Fmi2Variability.continuous if variable.kind is Kind.REAL else Fmi2Variability.discrete
        fixed = variable.causality is Causality.PARAMETER
        self.register_variable(
            _KINDS[variable.kind](
                variable.name,
                causality=Fmi2Causality[variable.causality.value],
                variability=Fmi2Variability.fixed if fixed else steady,
                description=variable.description,
                getter=getter,
                setter=setter,
            )
        )


_KEPT: Final[list[dict[str, Any]]] = []


def keep(names: dict[str, Any]) -> None:
    """Hold the names of the script that an FMU loads, once for each time it is run.

    With every instance the binary of `pythonfmu` runs the script, and gives back a reference to its names that it never
    took (NTNU-IHB/PythonFMU, issue 228): without this one they would be freed in use by the second instance.
    """
    _KEPT.append(names)


def _whole(time: float) -> int:
    """s: the whole second at or before that time."""
    return math.floor(time + NEARLY)
