"""The hazards that requirements answer."""

from __future__ import annotations

from enum import IntEnum


class Hazard(IntEnum):
    """What can harm the patient."""

    OVER_DELIVERY = 1
    UNDER_DELIVERY = 2
    WRONG_VOLUME = 3
    STUCK = 4
    SILENT_STOP = 5
    ALARM_MASKED = 6
    RECORD_LAGS = 7
    WRONG_TIME = 8
    SENSOR_DISAGREEMENT = 9
    FLOW_DRIFT = 10
    MISPLACED_REFILL = 11
    WRONG_MODEL = 12
    CORRUPTED_PROGRAM = 13
    TRANSPORT_IGNORED = 14


HAZARD_WORDS = {
    Hazard.OVER_DELIVERY: "over-delivery",
    Hazard.UNDER_DELIVERY: "under-delivery or withdrawal",
    Hazard.WRONG_VOLUME: "wrong volume in the books",
    Hazard.STUCK: "stuck without delivery",
    Hazard.SILENT_STOP: "silent stop",
    Hazard.ALARM_MASKED: "alarm masked, lost or blocking",
    Hazard.RECORD_LAGS: "record lags reality",
    Hazard.WRONG_TIME: "wrong date or time arithmetic",
    Hazard.SENSOR_DISAGREEMENT: "sensor disagreement",
    Hazard.FLOW_DRIFT: "drift of the hardware's flow",
    Hazard.MISPLACED_REFILL: "misplaced refill",
    Hazard.WRONG_MODEL: "wrong rule for the environment or model",
    Hazard.CORRUPTED_PROGRAM: "corrupted program after reset",
    Hazard.TRANSPORT_IGNORED: "mixing or transport delay ignored",
}
"""The words of the hazard list."""
