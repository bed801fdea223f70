"""A picture of a run over its days: flow, reservoir, dose window, and what the pump and its alarms did."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from intrathecal import Alarm
from intrathecal.alarm import CRITICALS
from intrathecal.units import DAY
from intrathecal_hosts.spans import Activity
from intrathecal_hosts.therapy import Scenario
from intrathecal_hosts.trace import Trace

_BLUE, _LIGHT, _ORANGE, _RED, _GREY = "#1f5f99", "#9ec3e6", "#d98200", "#b3261e", "#6b6b6b"
_LANES: Final = {
    Activity.BASAL: _LIGHT,
    Activity.BOLUS: _BLUE,
    Activity.BRIDGING: _BLUE,
    Activity.PRIMING: _BLUE,
    Activity.STOPPED: _GREY,
    Activity.EMPTY: _RED,
    Activity.SAFE: _RED,
    Activity.SUSPENDED: _ORANGE,
    Activity.AWAY: _ORANGE,
    Activity.NOT_IMPLANTED: _GREY,
}
"""By activity: the colour of its lane."""
_SHORT: Final = (Activity.BOLUS, Activity.PRIMING)
"""Activities that run for minutes, at many times the schedule's flow."""
_HALF_LANE = 0.32
_ABOVE = 1.4
"""How far the axis of flows goes above the fastest of the schedule: boluses, many times as fast, are cut off there."""


def draw(trace: Trace, scenario: Scenario) -> Figure:
    """The picture."""
    figure = Figure(figsize=(12, 10), layout="constrained")
    FigureCanvasAgg(figure)
    lanes = _lanes(trace)
    flow, reservoir, window, states = figure.subplots(
        4, 1, sharex=True, gridspec_kw={"height_ratios": (3, 4, 3, 0.6 + 0.45 * len(lanes))}
    )
    figure.suptitle(scenario.title, parse_math=False)
    _draw_flow(flow, trace)
    _draw_reservoir(reservoir, trace)
    _draw_window(window, trace)
    _draw_lanes(states, lanes)
    states.set_xlabel(f"days from the midnight before {'the trial' if scenario.protocol else 'commissioning'}")
    for axes in (flow, reservoir, window, states):
        axes.grid(axis="x", color="#e4e4e4", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        axes.margins(x=0.01)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write the picture to `path` as SVG; the same run gives the same file."""
    with matplotlib.rc_context({"svg.hashsalt": "intrathecal", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None})


def _draw_flow(axes: Axes, trace: Trace) -> None:
    basal = [span for span in trace.spans if span.activity not in _SHORT]
    times = [edge / DAY for span in basal for edge in (span.start, span.end)]
    flows = [span.flow / 1e6 for span in basal for _ in range(2)]
    boluses = [span for span in trace.spans if span.activity in _SHORT]
    if boluses:
        fast = [span.flow / 1e6 for span in boluses]
        label = f"boluses, priming: up to {max(fast):.3g} mL/d"
        axes.vlines([span.start / DAY for span in boluses], 0, fast, color=_LIGHT, linewidth=0.5, label=label)
    axes.plot(times, flows, color=_BLUE, linewidth=1.2, label="schedule")
    axes.set_ylabel("flow, mL/d")
    axes.set_ylim(0, _ABOVE * max(flows) if any(flows) else None)
    _legend(axes)


def _draw_reservoir(axes: Axes, trace: Trace) -> None:
    days = [level.day for level in trace.levels]
    axes.fill_between(
        days,
        [level.remaining_least for level in trace.levels],
        [level.remaining_greatest for level in trace.levels],
        color=_LIGHT,
        alpha=0.6,
        linewidth=0,
        label="could truly be",
    )
    axes.plot(days, [level.remaining for level in trace.levels], color=_BLUE, linewidth=1.2, label="in the books")
    lows = [level.low for level in trace.levels]
    axes.plot(days, lows, color=_ORANGE, linewidth=1, linestyle="--", label="low alarm")
    residuals = [level.residual for level in trace.levels]
    axes.plot(days, residuals, color=_RED, linewidth=1, linestyle=":", label="cannot be delivered")
    if trace.replacements:
        across = axes.get_xaxis_transform()
        axes.vlines(trace.replacements, 0, 1, color=_GREY, linewidth=1, transform=across, label="another pump")
    axes.set_ylabel("reservoir, mL")
    axes.set_ylim(bottom=0)
    _legend(axes)


def _draw_window(axes: Axes, trace: Trace) -> None:
    axes.plot(
        [level.day for level in trace.levels],
        [level.share for level in trace.levels],
        color=_BLUE,
        linewidth=1,
        label="last 24 h, at the fast end of tolerance",
    )
    axes.axhline(100, color=_RED, linewidth=1, linestyle="--", label="ceiling")
    axes.set_ylabel("dose, % of the ceiling")
    axes.set_ylim(0, 108)
    _legend(axes)


def _lanes(trace: Trace) -> list[tuple[str, str, list[tuple[int, int]]]]:
    activities = [(activity.value, colour, trace.during(activity)) for activity, colour in _LANES.items()]
    alarms = [
        (alarm.name.lower().replace("_", " "), _RED if alarm < CRITICALS else _ORANGE, trace.alarms.get(alarm, []))
        for alarm in Alarm
    ]
    return [lane for lane in (*activities, *alarms) if lane[2]]


def _draw_lanes(axes: Axes, lanes: list[tuple[str, str, list[tuple[int, int]]]]) -> None:
    for row, (_, colour, stretches) in enumerate(lanes):
        bars = [(start / DAY, (end - start) / DAY) for start, end in stretches]
        axes.broken_barh(bars, (row - _HALF_LANE, 2 * _HALF_LANE), facecolors=colour, edgecolors=colour, linewidth=0.6)
    axes.set_yticks(range(len(lanes)), [name for name, _, _ in lanes])
    axes.invert_yaxis()


def _legend(axes: Axes) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, borderaxespad=0.2, frameon=False, fontsize="small")
