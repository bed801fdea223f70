"""`intrathecal attack`: hosts that do everything wrong, for millions of steps, and an auditor who looks on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click
from rich.table import Table

from intrathecal import Reason
from intrathecal_hosts.attack.campaign import PAIRS, PART, Found, campaign
from intrathecal_hosts.attack.life import Reached, Vice
from intrathecal_hosts.executors import executor
from intrathecal_hosts.output import progress, unwritten, write_json, write_text
from intrathecal_hosts.report import console

STEPS: Final = 1_000_000
"""With so many or more everything must be reached."""


@click.command()
@click.option("--steps", type=click.IntRange(min=1), default=STEPS, show_default=True, help="How many steps in all.")
@click.option("--seed", type=int, default=0, show_default=True, help="What is drawn at random is drawn from it.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster whose scheduler has this address.")
@click.option(
    "--scenarios",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default=True,
    help="Where scenarios of broken promises are written; made where it is not there.",
)
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JSON."
)
def attack(steps: int, seed: int, jobs: int, scheduler: str | None, scenarios: Path, json_path: Path | None) -> None:
    """Attack the core: hosts that are late, early, repeating, reordering, dropping, corrupting, or lose a step with
    their power, on hardware that is as untrue as it may be; and judge from outside whether any promise is broken.

    What breaks one is made as short as possible, and written as a scenario file.

    Exit 0 if no promise was broken, and, with a million steps or more, everything was reached; 1 else, 2 for bad
    arguments.
    """
    found = Found()
    try:
        scenarios.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        unwritten(scenarios, reason)
    with progress() as bar, executor(jobs, scheduler) as pool:
        task = bar.add_task("attacking", total=steps)
        for each in campaign(steps, seed, pool):
            found.reached.add(each.reached)
            found.violations += each.violations
            bar.update(task, completed=found.reached.steps)
    missing = found.missing()
    console().print(table(found.reached))
    for place, violation in enumerate(found.violations):
        path = scenarios / f"broken-{seed}-{place}.toml"
        print(f"BROKEN {violation.what}; {violation.steps} steps")
        if violation.scenario:
            write_text(path, violation.scenario)
            print(f"  {violation.command.replace('FILE', str(path))}")
    for name in missing if steps >= STEPS else ():
        print(f"not reached: {name}")
    print(
        f"{found.reached.steps} steps from seed {seed}: {len(found.violations)} promises broken; "
        f"{len(found.reached.pairs & set(PAIRS))} of {len(PAIRS)} pairs of event and mode, {len(missing)} things not "
        "reached"
    )
    if json_path is not None:
        write_json(json_path, as_json(found, seed))
    sys.exit(1 if found.violations or (missing and steps >= STEPS) else 0)


def table(reached: Reached) -> Table:
    """What hosts did, and for what events were refused."""
    made = Table(title="Attacked", title_justify="left")
    for heading in ("host", "times", "refused for", "times"):
        made.add_column(heading, justify="right" if heading == "times" else "left")
    hosts = [(str(vice), reached.vices[vice]) for vice in Vice]
    reasons = [(reason.name, reached.reasons[reason]) for reason in Reason if reason != Reason.NONE]
    for place in range(max(len(hosts), len(reasons))):
        cells = [*(hosts[place] if place < len(hosts) else ("", "")), *reasons[place]]
        made.add_row(*(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells))
    return made


def as_json(found: Found, seed: int) -> dict[str, object]:
    """For scripts."""
    reached = found.reached
    return {
        "seed": seed,
        "steps": reached.steps,
        "part": PART,
        "violations": [
            {"what": each.what, "steps": each.steps, "scenario": each.scenario, "command": each.command}
            for each in found.violations
        ],
        "reasons": {reason.name: reached.reasons[reason] for reason in Reason},
        "hosts": {str(vice): reached.vices[vice] for vice in Vice},
        "alarms": sorted(alarm.name for alarm in reached.alarms),
        "missing": found.missing(),
    }
