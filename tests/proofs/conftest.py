"""What was found of each guard is told at the end of a run, whichever worker found it."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    found = sorted(value for report in reports for name, value in report.user_properties if name == "guard")
    if found:
        terminalreporter.write_line("guard taken out -> requirement that is no longer proven")
    for _, told in found:
        terminalreporter.write_line(f"  {told}")
