"""The console script `intrathecal`. On a plain install, without click, it still answers for itself."""

from __future__ import annotations

import sys

from intrathecal_hosts.commands import COMMANDS, SUBJECT, ExtraMissing, missing_line, release


def main() -> None:
    """Run the command line and exit: 0 as asked, 1 where a claim or an expectation fails, 2 for bad input."""
    try:
        from intrathecal_hosts.lazy_group import intrathecal
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        sys.exit(_without_click(sys.argv[1:]))
    try:
        intrathecal()
    except ExtraMissing as missing_extra:
        print(missing_extra, file=sys.stderr)
        sys.exit(2)


def _without_click(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first == "--version":
        print(f"intrathecal, version {release()}")
        return 0
    if first == "--help":
        print(f"Usage: intrathecal COMMAND ...\n\n  {SUBJECT}\n\nCommands:")
        for name in sorted(COMMANDS):
            print(f"  {name:<10}{COMMANDS[name].summary}  (extra '{COMMANDS[name].extra}')")
        return 0
    print(missing_line(first) if first in COMMANDS else f"intrathecal: no command '{first}'", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
