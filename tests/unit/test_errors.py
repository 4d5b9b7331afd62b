"""Every error says what to do next: its message does not end with what went wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from zonedao import errors

PACKAGE = Path(__file__).parents[2] / "zonedao"
TREE = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.ZonedaoError)}
# Whoever writes programs with them knows what to do: values that do not fit a type of the ABI.
FOR_PROGRAMS = ("chain/abi.py", "chain/interface.py")
# What is wrong, then what to do about it: in a sentence of its own, behind a colon, or by a word that is shown.
TWO_PARTS = re.compile(r"[.:;?!] \S|, (?:so|or|like) |`zonedao |\}\.?$|^(?:Deposit|Give|Name|Say|Write) ")


def written(node: ast.expr) -> str:
    """A message as it stands in the source, with what is put in as `{}`."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    if isinstance(node, ast.BinOp):
        return written(node.left) + written(node.right)
    return "{}"


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the message of every error of the tree that a file raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            name = node.exc.func.id if isinstance(node.exc.func, ast.Name) else ""
            # What a node says of itself comes with a remedy of its own (`NodeRefused`).
            if name in TREE - {"NodeRefused"}:
                yield node.lineno, written(node.exc.args[0])


def test_what_to_do_is_said() -> None:
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    told = [(file, *each) for file, path in files.items() if file not in FOR_PROGRAMS for each in messages(path)]
    assert len(told) > 300
    assert [each for each in told if not TWO_PARTS.search(each[-1])] == []


def test_a_message_that_says_what_is_wrong_only() -> None:
    assert not TWO_PARTS.search("That is no private key.")
    assert not TWO_PARTS.search("There is no contract at {} any more.")
    assert TWO_PARTS.search("That is no private key. Use another.")
