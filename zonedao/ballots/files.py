"""Ballots and voting keys as files, for communities that carry them by hand: a JSON document a line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zonedao.ballots.enrolling import enrolment_document, read_enrolment
from zonedao.ballots.keys import Enrolment
from zonedao.ballots.signing import SignedBallot, read_ballot
from zonedao.errors import StorageProblem, UsageProblem
from zonedao.jsontext import parse_json
from zonedao.papers import add_to_paper, unwritable
from zonedao.text import reason

MOST_BYTES = 4_096  # of one document, here and at the relayer; a ballot with a share has about 800

Item = SignedBallot | Enrolment


@dataclass(frozen=True)
class Line:
    """A line of a file: what stands there, or why it is neither a ballot nor a key."""

    path: Path
    number: int
    item: Item | None
    problem: str = ""


def document_of(item: Item) -> dict[str, Any]:
    """A ballot or an entry for a voting key in JSON's types."""
    return item.document() if isinstance(item, SignedBallot) else enrolment_document(item)


def read_item(document: Any) -> Item:
    """A ballot or an entry for a voting key from its document. Raises UsageProblem."""
    if isinstance(document, dict) and "owner" in document:
        return read_enrolment(document)
    return read_ballot(document)


def append_items(path: Path, items: Iterable[Item]) -> int:
    """Add ballots and keys to a file, which is made if it is not there; how many did not stand there already.

    Raises StorageProblem.
    """
    there = {line.item for line in read_items(path)} if path.is_file() else set()
    new = [item for item in dict.fromkeys(items) if item not in there]
    add_to_paper(path, [document_of(item) for item in new])
    return len(new)


def require_addable(path: Path) -> None:
    """Raises StorageProblem where nothing could be added to a file; asked before what cannot be taken back is done."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        why = "it is a folder" if path.is_dir() else "no such folder" if not path.parent.is_dir() else "not allowed"
        raise unwritable(path, why)


def read_items(path: Path) -> Iterator[Line]:
    """Every line of a file but empty ones; one that cannot be used does not stop the others. Raises StorageProblem."""
    try:
        with path.open("rb") as handle:
            number = 0
            while raw := handle.readline(MOST_BYTES + 1):
                number += 1
                if len(raw) > MOST_BYTES:
                    while raw and not raw.endswith(b"\n"):
                        raw = handle.readline(MOST_BYTES)
                    yield Line(path, number, None, f"The line is longer than {MOST_BYTES} bytes. Check the file.")
                elif raw.strip():
                    yield _line(path, number, raw)
    except OSError as problem:
        raise StorageProblem(f"{path} cannot be read ({reason(problem)}). Check its path.") from problem


def _line(path: Path, number: int, raw: bytes) -> Line:
    try:
        return Line(path, number, read_item(parse_json(raw)))
    except UsageProblem as problem:
        return Line(path, number, None, problem.message)
    except ValueError:
        return Line(path, number, None, "The line is no JSON. Hand in what zonedao wrote, unchanged.")
