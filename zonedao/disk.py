"""How files of this user are written so that a crash loses nothing.

A file is replaced whole or stays as it was; a log grows by whole lines, and half a line that a killed process left is
passed over; processes that change the same file wait for each other. What these functions have written is on the disk
when they return.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from zonedao.errors import StorageProblem
from zonedao.home import private_folder
from zonedao.jsontext import parse_json
from zonedao.text import reason

OWNER_ONLY = 0o600
FOR_EVERYBODY = 0o644

_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)


@contextmanager
def locked(path: Path, undone: str = "", busy: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep other processes of this user out of a block, by a file that stays where it is. Raises StorageProblem.

    `undone` is what the message says is then left undone, as `nothing was sent`; `busy` is called where another
    process has to be waited for.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
    except OSError as problem:
        raise StorageProblem(
            f"{path} cannot be written ({reason(problem)}){undone and f', so {undone}'}. Make the folder {path.parent} "
            "writable for you, or choose another with ZONEDAO_HOME."
        ) from problem
    try:
        _lock(descriptor, busy)
        yield
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Write a file, over another one if it is there; who reads it finds the old content or the new. Raises OSError."""
    with _beside(path, content, mode) as temporary:
        os.replace(temporary, path)
    _sync_folder(path.parent)


def write_new_file(path: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Write a file, whole or not at all. Raises FileExistsError when there is one already, OSError."""
    with _beside(path, content, mode) as temporary:
        # A hard link appears whole and only if nothing is there, which a rename does not promise.
        os.link(temporary, path)
    _sync_folder(path.parent)


def require_writable(folder: Path) -> None:
    """Raise StorageProblem where no file can be put into a folder, which may be yet to be made.

    Asked before what takes long, or cannot be taken back. A disk may be full all the same.
    """
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise unwritable(folder, "permission denied" if there.is_dir() else f"{there} is no folder")


def unwritable(folder: Path, why: str) -> StorageProblem:
    """What is said where a folder takes no file."""
    return StorageProblem(
        f"{folder} cannot be written ({why}). Make room there, correct its permissions, or choose another folder."
    )


def remove_unfinished(folder: Path) -> None:
    """Remove what writers that were killed left in a folder in which nobody is writing now."""
    for path in folder.glob(".*.new"):
        with suppress(OSError):
            path.unlink()


def append_line(path: Path, line: str) -> None:
    """Append a line to a file of its owner's only. Raises OSError: then there is no such line."""
    created = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    try:
        text = line + "\n"
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            # A process killed in mid-line left half of one; start on a line of our own.
            text = "\n" + text
        content = text.encode()
        try:
            if os.write(descriptor, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            _blank(path, size, content)
            raise
    finally:
        os.close(descriptor)
    if created:
        _sync_folder(path.parent)


class LineLog:
    """JSON objects, one a line, in a file that only ever grows and that only its owner reads.

    `name` is what messages call it, as `The journal`, and `undone` what is then left undone, as `nothing was sent`.
    """

    def __init__(self, path: Path, name: str, undone: str) -> None:
        self.path = path
        self._name = name
        self._undone = undone

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes of this user out of a block. Raises StorageProblem."""
        private_folder(self.path.parent)
        with locked(self.path.with_suffix(".lock"), self._undone):
            yield

    def append(self, entry: Mapping[str, Any]) -> None:
        """Add an object. Raises StorageProblem."""
        private_folder(self.path.parent)
        try:
            append_line(self.path, json.dumps(entry, separators=(",", ":")))
        except OSError as problem:
            raise StorageProblem(
                f"{self._name} {self.path} cannot be written ({reason(problem)}), so {self._undone}. "
                "Make room or correct its permissions."
            ) from problem

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every object, oldest first; none where there is no file. Raises StorageProblem."""
        return (entry for _, entry in self.lines() if entry is not None)

    def lines(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        """Every line with its number, from 1: its object, or None where it holds none. Raises StorageProblem.

        A process that was killed in mid-line leaves such a line: it had not yet done what the line was to tell.
        """
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as problem:
            # Not to know what was written is a reason not to go on.
            raise StorageProblem(
                f"{self._name} {self.path} cannot be read ({reason(problem)}), so {self._undone}. "
                "Correct its permissions."
            ) from problem
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                entry = parse_json(line)
            except ValueError:
                entry = None
            yield number, entry if isinstance(entry, dict) else None


def _blank(path: Path, at: int, content: bytes) -> None:
    """Make nothing of what was written and may not have reached the disk: whoever wrote it says that it was not."""
    # Blanks rather than a shorter file, to which another process may have appended by now.
    with suppress(OSError), open(path, "r+b", buffering=0) as file:
        file.seek(at)
        there = file.read(len(content)) or b""
        if content.startswith(there):
            file.seek(at)
            file.write(b" " * len(there))


@contextmanager
def _beside(path: Path, content: str | bytes, mode: int) -> Iterator[str]:
    """The path of a temporary file in the same folder with a content that is on the disk; removed afterwards."""
    # What only reads need not wait for it.
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content.encode() if isinstance(content, str) else content)
            handle.flush()
            os.fsync(handle.fileno())
        # mkstemp keeps files to their owner.
        os.chmod(temporary, mode)
        yield temporary
    except OSError as problem:
        # A full disk is told of a descriptor, which says nothing to whoever must make room.
        if problem.filename is None:
            problem.filename = str(path)
        raise
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _lock(descriptor: int, busy: Callable[[], None] | None) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: a single user seldom runs two commands in the same second
        return
    if busy is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            busy()
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open folders
        return
    try:
        os.fsync(descriptor)
    except OSError as problem:
        # Some file systems cannot; the file itself is on the disk.
        if problem.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)
