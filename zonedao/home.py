"""Where this user's files live: keys, address book, journal, local nodes."""

from __future__ import annotations

import os
from pathlib import Path

from zonedao.errors import StorageProblem
from zonedao.text import reason


def home() -> Path:
    """The folder of this user's files: `ZONEDAO_HOME`, else the platform's place for application data.

    It is created, readable by the owner only, when something is first written into it; see `private_folder`.
    """
    chosen = os.environ.get("ZONEDAO_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("zonedao", appauthor=False))


def journal_path() -> Path:
    """The file of this user's journal of transactions."""
    return home() / "transactions.jsonl"


def private_folder(path: Path) -> Path:
    """`path`, created with its parents; those that were not there are the owner's alone. Raises StorageProblem."""
    try:
        # Each with its mode, which `mkdir(parents=True)` gives to the last one alone (XDG: 0700 for all).
        for folder in [*reversed(path.parents), path]:
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise StorageProblem(
            f"The folder {path} cannot be made ({reason(problem)}). "
            "Correct its permissions, or choose another with ZONEDAO_HOME."
        ) from problem
    return path
