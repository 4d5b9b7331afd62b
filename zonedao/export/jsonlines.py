"""JSON lines that cannot be changed unnoticed: each carries the hash of itself and of all before it.

The last line counts the others, and its hash stands for the whole file. Whoever changes a line can compute all hashes
anew; but the same block of the chain gives everybody the same file, so that two need only compare its last hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from zonedao.jsontext import parse_json

Line = dict[str, Any]

FORMAT = "zonedao-valueflows"
VERSION = 1
HASH = "zd:hash"
END = "zd:End"
ENTRIES = "zd:entries"  # how many numbered entries the chain knows of


def text_of(lines: Iterable[Line]) -> str:
    """The lines as text, with their hashes and the last line."""
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in _chained(lines))


def digest_of(text: str) -> str:
    """The hash in the last line of a text that `text_of` made."""
    return str(parse_json(text.rstrip("\n").rpartition("\n")[2])[HASH])


def chained(before: str, line: Line) -> str:
    """The hash of a line that follows a hash: SHA-256 of that, a line feed and the line as JSON with sorted keys."""
    plain = {key: value for key, value in line.items() if key != HASH}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()


def _chained(lines: Iterable[Line]) -> Iterator[Line]:
    before, count = "", 0
    for line in lines:
        before = chained(before, line)
        count += 1
        yield {**line, HASH: before}
    end = {"@type": END, "zd:lines": count}
    yield {**end, HASH: chained(before, end)}
