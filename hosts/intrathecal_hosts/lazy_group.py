"""The click group that imports a command only when it is called: its help needs no extra but click."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from intrathecal_hosts.commands import COMMANDS, SUBJECT, ExtraMissing, load, release

INTERRUPTED: Final = 130
"""The exit code of what was interrupted, as shells have it."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = load(cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name].target} is no click command")
        for each in command.params:
            if "--json" in each.opts:
                each.callback = _tried
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])


@click.group(cls=_LazyGroup, name="intrathecal", help=SUBJECT)
@click.version_option(release(), prog_name="intrathecal")
def intrathecal() -> None:
    """The group of all commands."""


def answered(arguments: list[str]) -> int:
    """Run the command that the arguments name. Its exit code, where it does not exit by itself."""
    try:
        return intrathecal.main(arguments, standalone_mode=False) or 0
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except click.Abort:
        print("intrathecal: interrupted", file=sys.stderr)
        return INTERRUPTED
    except ExtraMissing as missing:
        print(missing, file=sys.stderr)
        return 2


def _tried(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    """That the file can be written is found before the work for it is done, not after. It is left as it was."""
    if path is None or path == Path("-") or (path.exists() and not path.is_file()):
        return path
    is_new = not path.exists()
    try:
        path.open("ab").close()
        if is_new:
            path.unlink()
    except OSError as reason:
        print(f"{path}: cannot be written: {reason.strerror}", file=sys.stderr)
        sys.exit(2)
    return path
