"""What `--json` prints, against docs/reference/cli.schema.json: whatever runs a command line for tests asks here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.jsonschema import problems

A_DOCUMENT_A_LINE = ("watch",)
PATH = Path(__file__).parents[2] / "docs" / "reference" / "cli.schema.json"


@cache
def schema() -> dict[str, Any]:
    """The schema of an object with the documents of commands by their words."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def require_foreseen(words: Sequence[str], out: str) -> None:
    """Fail where `zonedao WORDS` printed another document than the schema of its command foresees.

    A run without `--json`, and one that printed nothing, is none of this.
    """
    if "--json" not in words or "--help" in words or not out:
        return
    told = next(filter(schema()["properties"].__contains__, (" ".join(words[:2]), words[0])))
    for document in out.splitlines() if told in A_DOCUMENT_A_LINE else [out]:
        found = problems({told: json.loads(document)}, schema())
        assert not found, found
