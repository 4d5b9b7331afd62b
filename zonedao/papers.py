"""Files that people hand to each other: what somebody signed, as one JSON document or as one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zonedao.errors import StorageProblem
from zonedao.text import reason


def write_paper(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document to a file, which must not be there. Raises StorageProblem."""
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(json.dumps(document, indent=2) + "\n")
    except OSError as problem:
        raise unwritable(path, reason(problem)) from problem


def add_to_paper(path: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Add documents to a file, a line each; it is made if it is not there. Raises StorageProblem."""
    text = "".join(json.dumps(document, separators=(",", ":")) + "\n" for document in documents)
    try:
        with path.open("a", encoding="utf-8") as handle:
            handle.write(text)
    except OSError as problem:
        raise unwritable(path, reason(problem)) from problem


def paper_text(path: Path) -> str:
    """What is in a file. Raises StorageProblem."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = reason(problem) if isinstance(problem, OSError) else "it is no text"
        raise StorageProblem(f"{path} cannot be read ({why}). Check its path.") from problem


def unwritable(path: Path, why: str) -> StorageProblem:
    """What is said of a file that a command was told to write."""
    return StorageProblem(f"{path} cannot be written ({why}). Choose another file.")
