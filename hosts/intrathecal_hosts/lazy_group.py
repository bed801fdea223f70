"""The click group that imports a command only when it is called: its help needs no extra but click."""

from __future__ import annotations

import click

from intrathecal_hosts.commands import COMMANDS, SUBJECT, load, release


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = load(cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name].target} is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])


@click.group(cls=_LazyGroup, name="intrathecal", help=SUBJECT)
@click.version_option(release(), prog_name="intrathecal")
def intrathecal() -> None:
    """The group of all commands."""
