"""Documents into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zonedao.disk import FOR_EVERYBODY, replace_file, unwritable
from zonedao.text import reason


def write_folder(files: Mapping[str, str], folder: Path) -> list[str]:
    """Write texts by file name, in their order, and return the names of those that were not there like that already.

    Each file is replaced whole or not at all, so an interrupted run leaves nothing half, and the next one goes on.
    Raises StorageProblem when the folder cannot be written.
    """
    written: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != text.encode():
                replace_file(path, text, mode=FOR_EVERYBODY)
                written.append(name)
    except OSError as problem:
        raise unwritable(folder, reason(problem)) from None
    return written
