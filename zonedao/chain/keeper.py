"""Keeps a whole copy of Anvil's state file while Anvil runs: `python -m zonedao.chain.keeper PID STARTED FILE COPY`.

Anvil writes its state over the old one every second. Killed in the middle of that it leaves half a file and nothing
else; then the copy, a second or two old, is what the chain resumes from.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from zonedao.chain.processes import start_time
from zonedao.disk import replace_file

INTERVAL_SECONDS = 0.7


def keep(pid: int, started: str, source: Path, copy: Path) -> None:
    """Copy `source` whenever it is whole and has changed, until the process is gone."""
    kept = b""
    while True:
        alive = start_time(pid) == started
        kept = copy_if_whole(source, copy, kept)
        if not alive:
            return
        time.sleep(INTERVAL_SECONDS)


def copy_if_whole(source: Path, copy: Path, kept: bytes) -> bytes:
    """Replace `copy` by `source` if that is whole JSON and its digest is not `kept`; the digest of what is kept."""
    try:
        content = source.read_bytes()
    except OSError:
        return kept
    digest = hashlib.sha256(content).digest()
    if digest == kept or not is_whole(content):
        return kept
    replace_file(copy, content)
    return digest


def is_whole(content: bytes) -> bool:
    """Whether these bytes are a complete JSON document."""
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
