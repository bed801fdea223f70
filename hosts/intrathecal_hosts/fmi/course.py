"""A therapy under way on core and plant, led from outside: from one time to the next, and by what comes up."""

from __future__ import annotations

from attrs import define

from intrathecal import Pump, Reason, Tick, step
from intrathecal.quantities import Duration, Pressure
from intrathecal_hosts.calling import due_at
from intrathecal_hosts.circumstances import PressureChanging
from intrathecal_hosts.deeds import PatientAsks
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.record import Record
from intrathecal_hosts.runner import Host
from intrathecal_hosts.therapy import Due, Scenario

FROM_OUTSIDE = "input"
"""The key of what no scenario lists."""


@define(eq=False)
class Course:
    """Host, core, plant and auditor at one moment.

    What the host does is the same whatever the times to which it is led; only what comes from outside is bound to them.
    """

    host: Host
    audited: Audited
    now: int = 0
    """s."""
    reason: Reason = Reason.NONE
    """Why the last happening was refused, if it was; the host's own ticks do not count."""
    pressure: Pressure | None = None
    """As it was last set from outside."""
    _told: bool = True
    """The pump knows of that pressure."""

    @classmethod
    def of(cls, scenario: Scenario, flow: Flow, seed: int) -> Course:
        """At time 0, before anything has happened."""
        audited = Audited.of(scenario.beginning.device, flow, seed)
        return cls(Host.of(scenario, audited), audited)

    @property
    def plant(self) -> Plant:
        """That of the pump in use."""
        return self.audited.plant

    @property
    def pump(self) -> Pump:
        """As it is after the last step."""
        return self.host.pump

    @property
    def books(self) -> Pump:
        """The pump as it would be, did the host call now; while the host is away, as it is after the last step."""
        if self.host.back is not None:
            return self.pump
        return step(self.pump.device, self.pump, Tick(at=self.now)).pump

    @property
    def commanded(self) -> int:
        """nL/d: what the hardware was told to run now."""
        command = self.plant.command
        return command.flow if command is not None and self.now < command.until else 0

    def lead(self, to: int) -> None:
        """To that time (s, not before `now`): all that is listed happens, that time included, and the host calls if a
        command ends then, or a silence.

        Raises `ScenarioError` for an event that cannot be made.
        """
        for record in self.host.lead(to):
            self._see(record)
        if self.host.back is None and due_at(self.pump) == to:
            self._see(self.host.look_in(to))
            for record in self.host.listen():
                self._see(record)
        self.plant.advance(to)
        self.now = to

    def ask_for_bolus(self) -> None:
        """The patient asks for a bolus now; nobody hears it while the host is away."""
        if self.host.back is None:
            self._happen(PatientAsks(at=Duration(self.now)))

    def press(self, pressure: Pressure) -> None:
        """The ambient pressure is this one from now on; the pump is told by `tell_pressure`."""
        self.pressure, self._told = pressure, False
        self.plant.pressure = pressure.hpa

    def tell_pressure(self) -> None:
        """Tell the pump of a pressure that was set from outside, if the host is here and it does not know it yet."""
        if self.pressure is not None and not self._told and self.host.back is None:
            self._told = True
            self._happen(PressureChanging(at=Duration(self.now), pressure=self.pressure))

    def _happen(self, happening: Happening) -> None:
        for record in self.host.deliver(Due(at=self.now, key=FROM_OUTSIDE, happening=happening)):
            self._see(record)

    def _see(self, record: Record) -> None:
        if record.happening is not None:
            self.reason = record.step.verdict.reason
        if record.replaced and self.pressure is not None:  # the pump that takes over knows of ordinary air alone
            self.press(self.pressure)
