"""A running bolus is ended by another event, and never resumes."""

from __future__ import annotations

from intrathecal.pump import BolusHistory, Mode, Pump


def ended(pump: Pump) -> BolusHistory:
    """The history once a bolus that runs has been ended now."""
    return BolusHistory(ended=pump.now if pump.mode == Mode.BOLUS else pump.history.ended, starts=pump.history.starts)
