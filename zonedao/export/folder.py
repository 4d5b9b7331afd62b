"""Documents into a folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from zonedao.errors import UsageProblem


def write_folder(files: Mapping[str, str], folder: Path) -> list[str]:
    """Write texts by file name, in their order, and return the names of those that were not there like that already.

    Each file is replaced whole or not at all, so an interrupted run leaves nothing half, and the next one goes on.
    Raises UsageProblem when the folder cannot be written.
    """
    written: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != text.encode():
                _replace(path, text)
                written.append(name)
    except OSError as problem:
        raise UsageProblem(
            f"{folder} cannot be written ({problem.strerror}). Choose another folder, or correct its permissions."
        ) from None
    return written


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(text.encode())
            handle.flush()
            os.fsync(handle.fileno())
        # mkstemp keeps files to their owner; these are made to be read by everybody.
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
