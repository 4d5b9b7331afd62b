"""Pages of the documentation on which people type: what they type, what they are shown, how it ends.

A `console` block has commands, each after the prompt `$ ` or, where several people type, after `ben$ `. What a command
prints may stand below it. A comment `<!-- meanwhile` has commands, too, which the page only tells about.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^(```console|<!-- meanwhile)\n(.*?)^(```|-->)", re.DOTALL | re.MULTILINE)
_PROMPT = re.compile(r"^([a-z]*)\$ ", re.MULTILINE)
_DOCUMENT = re.compile(r"<<'?(\w+)'?\n(?:.*\n)*?\1\n")  # a here-document, which belongs to what is typed
_EXIT = re.compile(r"#\s*exits (\d+)")
_LOOP = re.compile(r"for (\w+) in (.+?); do (.+?); done")


@dataclass(frozen=True)
class Typed:
    """One command of a page: who types it (nobody in particular: empty), the exit code it must have, and what is
    shown below it."""

    text: str
    code: int
    who: str = ""
    shown: str = ""


def commands(text: str) -> Iterator[Typed]:
    """Every command of a page, or of a part of one."""
    for _, block, _ in _BLOCK.findall(text):
        yield from _commands(block)


def commands_of(page: Path) -> Iterator[Typed]:
    """Every command of the page in a file."""
    return commands(page.read_text(encoding="utf-8"))


def retold(text: str, tell: Callable[[Typed], str]) -> str:
    """A page, or a part of one, with what `tell` says is shown below each command of its blocks. It is asked about
    every command, in their order."""

    def block(found: re.Match[str]) -> str:
        told = [f"{each.who}$ {each.text}\n{tell(each)}" for each in _commands(found[2])]
        return f"{found[1]}\n{''.join(told)}{found[3]}" if found[3] == "```" else found[0]

    return _BLOCK.sub(block, text)


def unrolled(text: str) -> Iterator[list[str]]:
    """The words of a command, one list for each turn where it is a loop."""
    loop = _LOOP.fullmatch(text)
    turns = loop[2].split() if loop else [""]
    for value in turns:
        line = loop[3].replace(f"${loop[1]}", value) if loop else text
        yield shlex.split(line, comments=True)


def _commands(block: str) -> Iterator[Typed]:
    _, *pieces = _PROMPT.split(block)
    for who, piece in zip(pieces[::2], pieces[1::2], strict=True):
        document = _DOCUMENT.search(piece)
        end = document.end() if document else piece.index("\n") + 1
        typed = piece[:end].rstrip()
        found = _EXIT.search(typed)
        yield Typed(typed, int(found[1]) if found else 0, who, piece[end:])
