"""Processes told apart by number and start time, because numbers are used again."""

from __future__ import annotations

import subprocess
from pathlib import Path


def start_time(pid: int) -> str | None:
    """When a process started, in whatever words the system has for it; None when it is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
        said = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return said.stdout.strip() or None
    # The second field is the program's name in parentheses and may hold spaces; see proc(5).
    fields = text.rsplit(")", 1)[1].split()
    return None if fields[0] == "Z" else fields[19]
