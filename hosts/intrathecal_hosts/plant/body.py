"""What reaches a patient: drug by drug, when and how much, exactly, and the most that any 24 hours hold of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from attrs import define, field

from intrathecal_hosts.plant.strengths import Exact

DAY: Final = 86_400
"""s."""
Time = Exact
"""s."""
NANOGRAM: Final = 86_400 * 1_000_000 * 1_000
"""Thousandths of a quantum times ng/mL in 1 ng."""


@define(eq=False)
class Intake:
    """How much of one drug has come, piece by piece; within a piece it comes evenly, or all at once where the piece has
    no length. Amounts are in thousandths of a quantum times ng/mL: `NANOGRAM` of them are 1 ng."""

    begins: list[Time] = field(factory=list)
    ends: list[Time] = field(factory=list)
    sums: list[Exact] = field(factory=lambda: [0])
    """The amounts of all pieces before each, and of all."""

    def add(self, begin: Time, end: Time, amount: Exact) -> None:
        """One more piece, which begins no earlier than the last one ended."""
        self.begins.append(begin)
        self.ends.append(end)
        self.sums.append(self.sums[-1] + amount)

    def until(self, time: Time) -> Exact:
        """What has come before the time; of what comes at once at that time, nothing."""
        whole = bisect_left(self.ends, time)
        if whole == len(self.ends) or self.begins[whole] >= time:
            return self.sums[whole]
        begin, end = self.begins[whole], self.ends[whole]
        return self.sums[whole] + Fraction(self.sums[whole + 1] - self.sums[whole]) * (time - begin) / (end - begin)

    def through(self, time: Time) -> Exact:
        """The same, and what comes at once at that time."""
        at_once = bisect_right(self.ends, time)
        whole = self.sums[at_once]
        return max(whole, self.until(time))

    def worst_day(self, ended: int, begun: int, over: int) -> Exact:
        """The most that 24 hours hold, of those that end with a piece, from the `ended`th on, or begin with one, from
        the `begun`th up to before the `over`th. What comes evenly in each piece is most where they do; those that
        begin with a piece hold all that they will once they are over."""
        by_end = (self.through(end) - self.until(end - DAY) for end in self.ends[ended:])
        by_begin = (self.through(begin + DAY) - self.until(begin) for begin in self.begins[begun:over])
        return max((0, *by_end, *by_begin))

    def over(self, at: int) -> int:
        """How many pieces began 24 hours before the time (s), or earlier."""
        return bisect_right(self.begins, at - DAY)


@define(eq=False)
class Body:
    """What has reached the patient of each drug, by its code."""

    intakes: dict[int, Intake] = field(factory=lambda: defaultdict(Intake))
    told: dict[int, Intake] = field(factory=lambda: defaultdict(Intake))
    """The same, had all that came held what the clinicians told of it: what a pump can know."""
    served: bool = False
    """A pump has delivered something."""
    rested: Time = 0
    """s: how long none has delivered anything, since the first did."""

    def rest(self, seconds: Time) -> None:
        """So long nothing is delivered."""
        self.rested += seconds if self.served else 0

    def take(self, begin: Time, end: Time, amounts: Mapping[int, Exact], told: Mapping[int, Exact]) -> None:
        """Some of each of these drugs, evenly from one time to the other; and what was told of it."""
        for intakes, came in ((self.intakes, amounts), (self.told, told)):
            for code, amount in came.items():
                if amount:
                    intakes[code].add(begin, end, amount)
