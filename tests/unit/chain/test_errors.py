"""The exception tree: documented, complete, and one exit code each."""

from __future__ import annotations

import re

import pytest

import zonedao.errors as errors
from zonedao.errors import ContractRevert, ZonedaoError


def tree(kind: type[ZonedaoError]) -> dict[str, tuple[str, int]]:
    found = {}
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            found[child.__name__] = (kind.__name__, child.exit_code)
            found |= tree(child)
    return found


def drawn() -> dict[str, tuple[str, int]]:
    """The tree as the module's docstring draws it: name -> (parent, exit code)."""
    found: dict[str, tuple[str, int]] = {}
    parents = {0: "ZonedaoError"}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"^    ([│ ]*)[├└]── (\w+) +(\d+) ", line):
            depth = len(match[1]) // 4 + 1
            parents[depth] = match[2]
            found[match[2]] = (parents[depth - 1], int(match[3]))
    return found


def test_the_docstring_draws_the_tree_that_is_there() -> None:
    assert drawn() == tree(ZonedaoError)


def test_exit_codes_leave_room_for_success_and_signals() -> None:
    codes = {ZonedaoError.exit_code, *(code for _, code in tree(ZonedaoError).values())}
    assert 0 not in codes
    assert all(code < 64 or code == 130 for code in codes)


@pytest.mark.parametrize(
    ("revert", "expected"),
    [
        (ContractRevert("TooLate", {"closedAt": 7}), "The contract refused: TooLate(closedAt=7). Nothing was sent."),
        (ContractRevert("Error", {"message": "no"}), "The contract refused: no. Nothing was sent."),
        (
            ContractRevert("Bad", {"id": b"\1"}, tx_hash="0xab"),
            "The contract refused: Bad(id=0x01). It was mined as 0xab",
        ),
        (ContractRevert("Empty", {}, message="Own words."), "Own words."),
    ],
)
def test_a_revert_describes_itself(revert: ContractRevert, expected: str) -> None:
    assert str(revert).startswith(expected)
    assert revert.message == str(revert)
