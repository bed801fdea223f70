"""The console script `intrathecal`. On a plain install, without click, it still answers for itself."""

from __future__ import annotations

import errno
import os
import sys
from typing import Final

from intrathecal_hosts.commands import COMMANDS, SUBJECT, missing_line, release

_NOBODY_READS: Final = 1
_NOT_WRITTEN: Final = 2


def main() -> None:
    """Run the command line and exit: 0 as asked, 1 where a claim or an expectation fails, or where nobody reads what is
    printed, 2 for bad input or what cannot be written, 130 where it is interrupted."""
    code: str | int | None
    try:
        try:
            code = _answered(sys.argv[1:])
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
    except OSError as reason:
        if reason.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it is not tried once more
        code = _NOBODY_READS
        if reason.errno == errno.ENOSPC:
            print(f"intrathecal: {reason.filename or 'what is printed'}: {reason.strerror}", file=sys.stderr)
            code = _NOT_WRITTEN
    sys.exit(code)


def _answered(arguments: list[str]) -> int:
    try:
        from intrathecal_hosts.lazy_group import answered
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        return _without_click(arguments)
    return answered(arguments)


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
