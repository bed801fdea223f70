"""Workers end with the process that they work for, however that ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

MASTER: Final = """
import os
import select
import sys

from intrathecal_hosts.executors import executor

if __name__ == "__main__":
    with executor(1, None) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        sys.stdin.read()
"""


def test_a_worker_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "master.py"
    script.write_text(MASTER)
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as master:
        assert master.stdout is not None
        worker = os.pidfd_open(int(master.stdout.readline()))
        master.send_signal(signal.SIGKILL)
        assert master.wait(60) == -signal.SIGKILL
        # Of a process that has ended the descriptor can be read.
        poll = select.poll()
        poll.register(worker, select.POLLIN)
        assert poll.poll(60_000) != []
        os.close(worker)
