"""The units and fixed numbers in which everything inside the core is counted."""

from __future__ import annotations

from typing import Final

SLOTS: Final = 48
"""Half-hours of a day: how many flows a prescription holds."""
SLOT: Final = 1_800
"""s: one slot."""
DAY: Final = SLOTS * SLOT
"""s: one day."""
DAYS: Final = 36_525
"""days: 100 years."""
END: Final = DAYS * DAY
"""s: the end of time; an event after it is refused."""
NEVER: Final = -END
"""s: the time of what has not happened yet."""
STOPPED_LONGEST: Final = 48 * 3_600
"""s: without delivery for longer is a critical alarm (HSA Singapore, 8 Nov 2016)."""

NANOLITRE: Final = DAY
"""quanta in 1 nL; a quantum is 1 nL/d for 1 s, so that flow times seconds is exact."""
MILLILITRE: Final = 1_000_000 * NANOLITRE
"""quanta in 1 mL."""

SHARES: Final = 8_640_000_000_000_000
"""shares in a day's ceiling of drug: what the dose window may hold at the most."""
BURN_MAX: Final = SHARES // DAY
"""shares a second: the fastest burn that could run all day under the ceiling."""
PER_MILLE: Final = 1_000
"""The whole, in per mille."""

MULTIPLE_MAX: Final = 10 * PER_MILLE
"""per mille: ten times as much; bounds the types."""

FLOW_MAX: Final = 100_000_000
"""nL/d: above any device's flow (Prometra: 28.8 mL/d); bounds the types."""
PRESSURE_MAX: Final = 100_000
"""hPa: a thousand metres under water; bounds the types."""
STANDARD_PRESSURE: Final = 1_013
"""hPa: ordinary air pressure at sea level, 1 atm."""
VOLUME_MAX: Final = 100 * MILLILITRE
"""quanta: above any reservoir (40 mL); bounds the types."""
CONCENTRATION_MAX: Final = 1_000_000_000
"""ng/mL: 1 g/mL; bounds the types."""
DAILY_MASS_MAX: Final = 10_000_000_000
"""ng/d: 10 g a day; bounds the types."""
SINGLE_MASS_MAX: Final = 1_000_000_000
"""ng: 1 g at once; bounds the types."""
NUMBER_MAX: Final = 2**53
"""The largest number an event may carry."""
PLACES: Final = 4
"""Drugs that one solution can hold."""

WIDEST: Final = 2**63 - 1
"""The largest value of a signed 64-bit integer: no value in the core passes it, on either side."""
