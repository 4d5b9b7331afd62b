"""JSON of others: whatever its brackets, it is read or refused, and the process lives."""

from __future__ import annotations

import json
import random
import sys

import py_ecc  # raises the recursion limit beyond any stack
import pytest

from zonedao.jsontext import MOST_DEPTH, parse_json

LISTS = {
    "open": "[" * 200_000,
    "closed": "[" * 200_000 + "]" * 200_000,
    "objects": '{"a":' * 200_000 + "1" + "}" * 200_000,
}
HIDDEN = {
    "side by side": "[[]," * 100_000 + "1" + "]" * 100_000,
    "closed in strings": '["]",' * 100_000 + "1" + "]" * 100_000,
    "behind quotes": '["\\"]",' * 100_000 + "1" + "]" * 100_000,
    "behind backslashes": '["\\\\",' * 100_000 + "1" + "]" * 100_000,
    "a string without end": '"' + "[" * 200_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in (LISTS | HIDDEN).items()])
def test_too_deep(text: str) -> None:
    assert py_ecc.__name__
    assert sys.getrecursionlimit() > 50_000
    for each in (text, text.encode()):
        with pytest.raises(ValueError, match="within brackets"):
            parse_json(each)


def test_what_is_deep_enough_is_read() -> None:
    text = "[" * MOST_DEPTH + "]" * MOST_DEPTH
    assert parse_json(text) == json.loads(text)
    with pytest.raises(ValueError, match="within brackets"):
        parse_json(f"[{text}]")


def test_everything_else_is_read_as_ever() -> None:
    chance = random.Random(7)

    def value(depth: int) -> object:
        if depth == 0 or chance.random() < 0.3:
            return chance.choice([1, "", "[{", "]}", '"', "\\", '\\"[', "\ud83d", "é", None, 1.5, [], {}])
        if chance.random() < 0.5:
            return [value(depth - 1) for _ in range(chance.randrange(5))]
        return {str(value(0)): value(depth - 1) for _ in range(chance.randrange(5))}

    for _ in range(300):
        document = [value(5) for _ in range(60)]
        for text in (json.dumps(document), json.dumps(document, indent=1)):
            assert parse_json(text) == parse_json(text.encode()) == json.loads(text)
    logs = [{"address": "0x" + "ab" * 20, "topics": ["0x" + "cd" * 32] * 4, "data": "0x"}] * 1_000
    assert parse_json(json.dumps(logs)) == logs


@pytest.mark.parametrize("text", ["", "[", '{"a"', "[1,]", "nan nan"])
def test_no_json(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(text)
