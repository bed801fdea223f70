"""How long work takes: what the processor spends on this process, so that others count as little as they can."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(work: Callable[[], None]) -> float:
    """s of processor time."""
    begun = time.process_time_ns()
    work()
    return (time.process_time_ns() - begun) / 1e9
