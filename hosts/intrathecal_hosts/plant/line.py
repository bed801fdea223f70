"""The line: tubing and catheter, through which what enters pushes what is there, without mixing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from attrs import define, field, frozen

from intrathecal_hosts.plant.strengths import NOTHING, Strengths


@frozen
class Plug:
    """Some of one solution."""

    volume: int
    """Thousandths of a quantum."""
    strengths: Strengths
    """What is in it."""
    told: Strengths = field()
    """What the clinicians told of it; if nothing else is said, the truth."""

    @told.default
    def _truth(self) -> Strengths:
        return self.strengths

    def part(self, volume: int) -> Plug:
        """So much of it (thousandths of a quantum)."""
        return Plug(volume, self.strengths, self.told)

    def like(self, other: Plug) -> bool:
        """Whether both are of one solution, by what was told too."""
        return (self.strengths, self.told) == (other.strengths, other.told)


@define(eq=False)
class Line:
    """What lies between the reservoir and the tip: from the tip on, one plug after another."""

    plugs: deque[Plug] = field(factory=deque)

    @property
    def volume(self) -> int:
        """Thousandths of a quantum."""
        return sum(plug.volume for plug in self.plugs)

    def before(self, strengths: Strengths) -> int:
        """Thousandths of a quantum: what must leave the tip until, by what was told, all that is in the line is that
        solution."""
        others = [place for place, plug in enumerate(self.plugs) if plug.told != strengths]
        return sum(plug.volume for plug in list(self.plugs)[: others[-1] + 1]) if others else 0

    def lay(self, volume: int) -> None:
        """So much more at the tip, full of what is no drug (thousandths of a quantum)."""
        if volume > 0:
            self.plugs.appendleft(Plug(volume, NOTHING))

    def cut(self, volume: int) -> None:
        """All is gone but so much at the reservoir's end (thousandths of a quantum)."""
        gone = self.volume - volume
        while gone > 0:
            first = self.plugs.popleft()
            if first.volume > gone:
                self.plugs.appendleft(first.part(first.volume - gone))
            gone -= first.volume

    def push(self, plug: Plug) -> Iterator[Plug]:
        """What leaves the tip while the plug enters: as much as enters, the oldest first."""
        self._enter(plug)
        left = plug.volume
        while left > 0:
            first = self.plugs.popleft()
            if first.volume > left:
                self.plugs.appendleft(first.part(first.volume - left))
                first = first.part(left)
            left -= first.volume
            yield first

    def _enter(self, plug: Plug) -> None:
        if self.plugs and self.plugs[-1].like(plug):
            plug = plug.part(self.plugs.pop().volume + plug.volume)
        self.plugs.append(plug)
