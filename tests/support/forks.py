"""Runs of the command line that may be killed by the dozen: forked from one process that has imported everything.

    with forge() as start:
        run = start("deposit", "1 ETH", "--yes", home=folder)
        run.signal(signal.SIGKILL)
        done = run.end()

Each is a process of its own, without a terminal unless it is given one. It can be left without the rights of root, with
little room for files, and with a clock that stands still.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from tests.support.cli import Done, environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60  # a run that hangs is ended by its alarm
_CAPABILITIES_VERSION_3 = 0x20080522


class Run:
    """A command line that is running."""

    def __init__(self, forge: subprocess.Popen[str], order: dict[str, Any]) -> None:
        self._forge = forge
        self.pid = int(_asked(forge, order))

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def end(self) -> Done:
        """Wait for its end. The code of one that a signal ended is the signal's number, negative."""
        return Done(*_asked(self._forge, {"wait": self.pid}))


Start = Callable[..., Run]


@contextmanager
def forge() -> Iterator[Start]:
    """What starts runs; it ends with the block, and with it what still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.forks"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def start(
            *words: str | Path,
            home: Path,
            cwd: Path = ROOT,
            env: Mapping[str, str] | None = None,
            room_bytes: int | None = None,
            plain: bool = False,
            clock: int | None = None,
            terminal: str | None = None,
        ) -> Run:
            """`room_bytes` is how large a file can become; `plain` takes away what root may and others may not. `clock`
            is what time it is, in unix seconds; `terminal` the path of the one that shows everything, in place of what
            the run leaves."""
            order = {
                "words": [str(word) for word in words],
                "environment": environment(home, **(env or {})),
                "folder": str(cwd),
                "room": room_bytes,
                "plain": plain,
                "clock": clock,
                "terminal": terminal,
            }
            return Run(process, order)

        try:
            yield start
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


def _asked(process: subprocess.Popen[str], order: dict[str, Any]) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


# --- in the process that is forked ---


def _serve() -> None:
    import zonedao
    from zonedao import artifacts
    from zonedao.chain import interface

    # The seconds that each run does not need again.
    for module in pkgutil.walk_packages(zonedao.__path__, "zonedao."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in artifacts.names():
        interface.shipped(name)
    running: dict[int, tuple[int, int]] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            said = running.pop(order["wait"])
            _, ended = os.waitpid(order["wait"], 0)
            print(json.dumps([os.waitstatus_to_exitcode(ended), *map(_drained, said)]), flush=True)
            continue
        # Pipes, for which a disk is never too full, take what a command says: 64 KB of it without a reader.
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        taken = [os.open(os.devnull, os.O_RDONLY), out_end, err_end]
        if order["terminal"] is not None:
            taken += [os.open(order["terminal"], os.O_RDWR | os.O_NOCTTY)]
        pid = os.fork()
        if pid == 0:
            _run(order, taken[:3] if order["terminal"] is None else taken[3:] * 3)
        for descriptor in taken:
            os.close(descriptor)
        running[pid] = out, err
        print(json.dumps(pid), flush=True)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _drained(descriptor: int) -> str:
    with open(descriptor, encoding="utf-8") as pipe:
        return pipe.read()


def _run(order: dict[str, Any], streams: list[int]) -> NoReturn:
    code = 70
    try:
        for descriptor, taken in enumerate(streams):
            os.dup2(taken, descriptor)
        if order["terminal"] is not None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # Whoever started the tests in the background may have had them ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(PATIENCE_SECONDS)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        if order["clock"] is not None:
            time.tzset()
            time.time = lambda: float(order["clock"])
        if order["room"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["room"], resource.RLIM_INFINITY))
        if order["plain"] and os.geteuid() == 0:
            _without_capabilities()
        from zonedao.cli import main

        code = main(order["words"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _without_capabilities() -> None:
    """Root is then refused where another owner of the same files would be (capabilities(7), capset(2))."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    _serve()
