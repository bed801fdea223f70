"""What befalls a pump's hardware, at which second, whether anybody is told or not: the motor stands still, a battery is
new, the gas is warm."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from intrathecal_hosts.plant.battery import Battery


@frozen
class Standstill:
    """The motor stands still, whatever it is commanded."""

    begins: int
    """s."""
    ends: int | None
    """s: when it turns again; `None`: never."""

    def lasts_at(self, at: int) -> bool:
        """Whether the motor stands still at that time (s)."""
        return self.begins <= at and (self.ends is None or at < self.ends)


@frozen
class Fitting:
    """The pump in use begins to live on a battery that is full."""

    at: int
    """s."""
    battery: Battery


@frozen
class Warm:
    """The gas that drives a pump is warmer than the body, or colder."""

    begins: int
    """s."""
    ends: int
    """s."""
    faster: int
    """per mille: by how much more of its flow the pump runs faster; slower, where it is negative."""


@frozen
class Fate:
    """Everything that befalls the hardware in a run."""

    standstills: tuple[Standstill, ...] = ()
    fittings: tuple[Fitting, ...] = ()
    """In order of time."""
    warm: tuple[Warm, ...] = ()

    def since(self, at: int) -> Fate:
        """What of it begins at that time (s) or later: it befalls a pump that is in use since then."""
        return Fate(
            standstills=tuple(each for each in self.standstills if each.begins >= at),
            fittings=tuple(each for each in self.fittings if each.at >= at),
            warm=tuple(each for each in self.warm if each.begins >= at),
        )

    def stands(self, at: int) -> bool:
        """Whether the motor stands still at that time (s)."""
        return any(each.lasts_at(at) for each in self.standstills)

    def faster(self, at: int) -> int:
        """per mille: by how much more of its flow the pump runs faster at that time (s), as it is warm, or slower."""
        return sum(each.faster for each in self.warm if each.begins <= at < each.ends)

    def fitted(self, at: int) -> Fitting | None:
        """The battery on which the pump lives at that time (s): the one that was new last."""
        return next((each for each in reversed(self.fittings) if each.at <= at), None)

    def next_turn(self, at: int, until: int) -> int:
        """s: the first time after `at` at which something begins or ends, or `until` where that is earlier."""
        turns = [each.begins for each in self.standstills]
        turns += [each.ends for each in self.standstills if each.ends is not None]
        turns += [each.at for each in self.fittings]
        turns += [turn for each in self.warm for turn in (each.begins, each.ends)]
        return min((turn for turn in turns if at < turn < until), default=until)


NOTHING_BEFALLS: Final = Fate()
"""The hardware does all it should."""
