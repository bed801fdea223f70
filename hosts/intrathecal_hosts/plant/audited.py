"""A run on the plant: what happens to the pump happens to the hardware, and the auditor looks on.

Here plant and host meet. What befalls the hardware comes with each record, and no core is told of it; what the hardware
senses and reports, a host asks for.
"""

from __future__ import annotations

from attrs import define, field

from intrathecal import ChangeSolution, Device, Fault, Refill
from intrathecal_hosts.amounts import ml_exactly
from intrathecal_hosts.deeds import ChangingSolution, Refilling
from intrathecal_hosts.plant.auditor import UNDATED, Auditor
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.hardware import Fate
from intrathecal_hosts.plant.needle import RefillTruth
from intrathecal_hosts.plant.plant import THOUSAND, Plant
from intrathecal_hosts.plant.promises import Breach
from intrathecal_hosts.plant.sensor import Error
from intrathecal_hosts.record import Record
from intrathecal_hosts.therapy import Replacement, ScenarioError


@define(eq=False)
class Audited:
    """One plant after another, as one pump takes over from another, in the same patient."""

    auditor: Auditor
    breaches: list[Breach] = field(factory=list)
    """Of pumps that were replaced."""

    @classmethod
    def of(cls, device: Device, flow: Flow, seed: int) -> Audited:
        """A plant whose flow is so true, and its auditor."""
        return cls(Auditor.of(Plant(device, flow, seed)))

    def see(self, record: Record) -> None:
        """One more step of the run.

        Raises `ScenarioError` where a needle would truly bring more than the reservoir takes.
        """
        event, answer = record.event, record.step
        kept = self.auditor.heard.prescribed.kept() if record.lost else None
        self.befall(record.fate)
        if isinstance(event, Replacement):
            if record.replaced:
                self.replace(event)
        elif answer.verdict.reason not in UNDATED:
            plant = self.auditor.plant
            plant.advance(event.at)
            if answer.verdict.accepted:
                self._happen(record)
            self.auditor.see(event, answer)
            plant.obey(answer.command)
        if kept is not None:
            self.auditor.lose(record.before, kept)

    def befall(self, fate: Fate) -> None:
        """What befalls the hardware in the run that is seen."""
        self.plant.befall(fate)

    def level(self, at: int, error: Error) -> int:
        """quanta: what the level sensor shows at that time (s), which is not before the last step's."""
        self.plant.advance(at)
        return self.plant.level(error)

    def reported(self) -> list[Fault]:
        """What the hardware has to report of itself, as it was in the last step."""
        return self.plant.reported()

    @property
    def plant(self) -> Plant:
        """That of the pump in use."""
        return self.auditor.plant

    def _happen(self, record: Record) -> None:
        event, asked = record.event, record.happening
        if isinstance(event, Refill) and isinstance(asked, Refilling):
            self._check(record.key, event, asked.truly)
            self.plant.refill(event, asked.truly)
        elif isinstance(event, ChangeSolution) and isinstance(asked, ChangingSolution):
            self._check(record.key, event, asked.truly)
            self.plant.change(event, asked.truly)
        elif not isinstance(event, Replacement):
            self.plant.happen(event)

    def _check(self, key: str, event: Refill | ChangeSolution, truly: RefillTruth) -> None:
        """That what the needle truly left and brought has room in the reservoir."""
        came, room = self.plant.filled(event, truly), self.plant.device.residual + self.plant.device.capacity
        if truly.drawn is not None and came > THOUSAND * room:
            told = f"{ml_exactly(came // THOUSAND)} would be in the reservoir, which takes at most {ml_exactly(room)}"
            raise ScenarioError(f"{key}.truly: {told}")

    def replace(self, replacement: Replacement) -> None:
        """Another pump in the same patient."""
        old = self.auditor
        plant = old.plant
        new = Plant(replacement.device, plant.flow, plant.seed, body=plant.body, now=plant.now)
        self.breaches += old.breaches
        self.auditor = old.successor(new)

    def found(self) -> list[Breach]:
        """All promises that were broken."""
        return [*self.breaches, *self.auditor.breaches]
