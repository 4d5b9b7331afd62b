"""The command line as people meet it: in this process, as a process of its own, or at a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.documents import require_foreseen

COMMAND = (sys.executable, "-m", "zonedao")
PATIENCE_SECONDS = 240.0  # a guard against a test that hangs, never a measure
_SILENCE_SECONDS = 15.0  # after that a person who struck Ctrl-C strikes it again

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Done:
    """What a command line left: exit code, data and everything else."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line that says what went wrong, without what was said before it."""
        lines = [line for line in self.err.splitlines() if line.startswith("Error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0].removeprefix("Error: ")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a user whose files are in `home`, and who has set nothing else."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZONEDAO_")}
    return {**clean, "ZONEDAO_HOME": str(home), "COLUMNS": "160", **more}


def run(*words: str | Path, home: Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Done:
    """Run `zonedao WORDS` as a process without a terminal; what it prints with `--json` must be as foreseen."""
    typed = [str(word) for word in words]
    done = subprocess.run(
        [*COMMAND, *typed],
        cwd=cwd,
        env=environment(home, **(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    require_foreseen(typed, done.stdout)
    return Done(done.returncode, done.stdout, done.stderr)


def _at_the_terminal() -> None:
    """In the new process: its terminal interrupts it, even where whoever runs the tests ignores Ctrl-C."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A `zonedao`, or another program, at a terminal: what it shows can be awaited, and keys can be struck.

    It is so many `columns` wide, and `COLUMNS` says nothing then; otherwise that says 160.
    """

    def __init__(
        self,
        *words: str | Path,
        home: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        columns: int | None = None,
        program: Sequence[str] = COMMAND,
    ) -> None:
        self.shown = ""
        self._read_to = 0
        self._interrupted = False
        self._master, slave = pty.openpty()
        sized = {}
        if columns is not None:
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            sized = {"COLUMNS": ""}
        self._process = subprocess.Popen(
            [*program, *map(str, words)],
            cwd=cwd,
            env=environment(home, **{"TERM": "xterm", **sized, **(env or {})}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_at_the_terminal,
        )
        os.close(slave)

    def await_text(self, wanted: str) -> str:
        """Everything shown up to and with `wanted`, which must come next."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wanted not in self._plain()[self._read_to :]:
            assert time.monotonic() < deadline, f"{wanted!r} was not shown, but:\n{self._plain()[-2000:]}"
            assert self._read(), f"{wanted!r} was not shown, but:\n{self._plain()[-2000:]}"
        plain = self._plain()
        self._read_to = plain.index(wanted, self._read_to) + len(wanted)
        return plain[: self._read_to]

    def type(self, text: str) -> None:
        """Type a line."""
        self.strike(text + "\n")

    def strike(self, keys: str) -> None:
        """Strike keys."""
        os.write(self._master, keys.encode())

    def control_c(self) -> None:
        """Strike Ctrl-C: the terminal interrupts whoever is in front of it."""
        self._interrupted = True
        os.write(self._master, b"\x03")

    def end(self) -> Done:
        """Wait for the end; both streams went to the terminal and are in `err`.

        Python asks the system for a line in two steps, and an interrupt that comes between them waits for that line. So
        Ctrl-C is struck again where it was followed by silence.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._interrupted and time.monotonic() < deadline:
            if not self._is_readable(_SILENCE_SECONDS):
                self.control_c()
            elif not self._read():
                break
        while self._read():
            pass
        code = self._process.wait(PATIENCE_SECONDS)
        return Done(code, "", self._plain())

    def close(self) -> None:
        """End it, whatever it is doing."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        if not self._is_readable(PATIENCE_SECONDS):
            return False
        try:
            chunk = os.read(self._master, 65536)
        except OSError:  # Linux answers EIO when the last one has hung up
            return False
        self.shown += chunk.decode(errors="replace")
        return bool(chunk)

    def _is_readable(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        return bool(ready)

    def _plain(self) -> str:
        return _ESCAPE.sub("", self.shown).replace("\r\n", "\n")


@contextmanager
def terminal(
    *words: str | Path,
    home: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    columns: int | None = None,
    program: Sequence[str] = COMMAND,
) -> Iterator[Terminal]:
    """Run `zonedao WORDS`, or another program, at a terminal of its own."""
    screen = Terminal(*words, home=home, cwd=cwd, env=env, columns=columns, program=program)
    try:
        yield screen
    finally:
        screen.close()
