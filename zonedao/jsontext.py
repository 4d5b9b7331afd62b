"""JSON that anybody may have written, read so that no nesting of it ends the process.

Libraries that reckon with curves raise Python's recursion limit to what no thread's stack holds: where `json` would
have raised RecursionError, the process then dies.
"""

from __future__ import annotations

import json
import re
from typing import Any

MOST_DEPTH = 200  # brackets within brackets; what nodes and our own files say has fewer than ten

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_REST = bytes(set(range(256)) - set(b'[]{}"'))  # all that is not looked at


class TwiceNamed(ValueError):
    """An object in a JSON text has a name twice."""


def parse_json(text: str | bytes, *, unambiguous: bool = False) -> Any:
    """What a JSON text says. Raises ValueError where it is none or is nested deeper than `MOST_DEPTH`.

    If it is to be `unambiguous`, also where an object has a name twice: other programs and people may read the first.
    """
    if _depth_exceeds(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text, MOST_DEPTH):
        raise ValueError(f"more than {MOST_DEPTH} brackets within brackets")
    return json.loads(text, object_pairs_hook=_once_each if unambiguous else None)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TwiceNamed("a name stands twice in an object")
    return found


def _depth_exceeds(data: bytes, most: int) -> bool:
    """Whether brackets are nested deeper; also for some texts that are no JSON."""
    if data.count(b"[") + data.count(b"{") <= most:
        return False
    # Strings without brackets leave two quotes side by side. Where a quote is left over, a string has a bracket, which
    # does not nest, or a quote of its own: then strings are taken out one by one, which takes ten times as long.
    shape = b'"' if b"\\" in data else data.translate(None, _REST).replace(b'""', b"")
    if b'"' in shape:
        shape = _STRING.sub(b"", data).translate(None, _REST)
    for _ in range(most):
        smaller = shape.replace(b"[]", b"").replace(b"{}", b"")
        if len(smaller) == len(shape):
            return len(shape) > most  # no JSON, and what is left over may open as many
        shape = smaller
    return bool(shape)
