"""A run on the plant: what happens to the pump happens to the hardware, and the auditor looks on."""

from __future__ import annotations

from attrs import define, field

from intrathecal import Device
from intrathecal_hosts.plant.auditor import UNDATED, Auditor, Breach
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.runner import Record
from intrathecal_hosts.therapy import Replacement


@define(eq=False)
class Audited:
    """One plant after another, as one pump takes over from another, in the same patient."""

    auditor: Auditor
    breaches: list[Breach] = field(factory=list)
    """Of pumps that were replaced."""

    @classmethod
    def of(cls, device: Device, flow: Flow, seed: int) -> Audited:
        """A plant whose flow is so true, and its auditor."""
        return cls(Auditor(Plant(device, flow, seed)))

    def see(self, record: Record) -> None:
        """One more step of the run."""
        event, answer = record.event, record.step
        if isinstance(event, Replacement):
            if record.replaced:
                self.replace(event)
        elif answer.verdict.reason not in UNDATED:
            plant = self.auditor.plant
            plant.advance(event.at)
            if answer.verdict.accepted:
                plant.happen(event)
            self.auditor.see(event, answer)
            plant.obey(answer.command)
        if record.lost:
            self.auditor.lose(record.before)

    def replace(self, replacement: Replacement) -> None:
        """Another pump in the same patient."""
        old = self.auditor
        plant = old.plant
        new = Plant(replacement.device, plant.flow, plant.seed, body=plant.body, now=plant.now)
        self.breaches += old.breaches
        self.auditor = Auditor(
            new,
            drugs=old.drugs,
            starts=old.starts,
            bolus_ends=old.bolus_ends,
            fastest=max(old.fastest, replacement.device.fast),
            judged=old.judged,
            number=old.number,
            outside=old.outside if old.allowed_pressure() else plant.now,
        )

    def found(self) -> list[Breach]:
        """All promises that were broken."""
        return [*self.breaches, *self.auditor.breaches]
