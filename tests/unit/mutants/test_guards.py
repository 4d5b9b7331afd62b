"""What counts as a guard, found in what solc says of a small source."""

from __future__ import annotations

import pytest

from scripts.mutants.guards import Guard, find
from scripts.toolchain import compiler

pytestmark = pytest.mark.once

FILE = "contracts/Vault.sol"
SOURCE = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

interface IGate {
    error NotOwner(address caller);
    error TooMuch(uint256 amount);
}

// Größe: what comes before a guard may have letters of several bytes.
abstract contract Owned is IGate {
    address public immutable owner = msg.sender;

    constructor(uint256 most) {
        if (most == 0) { revert TooMuch(most); }
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    function _small(uint256 n) internal pure returns (uint256) {
        if (n > 10) revert IGate.TooMuch(n);
        return n;
    }
}

contract Vault is Owned(5) {
    uint256 public sum;

    function add(uint256 n) external onlyOwner returns (uint256) {
        _small(n);
        uint256 m = _small(n);
        if (n == 3) sum += 1;
        else revert TooMuch(n);
        return sum += m;
    }

    function take(uint256 n) external {
        if (n == 0 || (n > sum || n == 77)) {
            revert TooMuch(n);
        }
        require(msg.sender == owner, "owner");
        assert(n != 78);
        if (n == 79) revert();
        if (n == 79) revert();
    }

    function push(address to) external {
        (bool ok,) = to.call("");
        assembly { if iszero(ok) { revert(0, 0) } }
    }
}
"""


@pytest.fixture(scope="module")
def guards() -> list[Guard]:
    return find(FILE, SOURCE, compiler.run_solc({FILE: SOURCE}, only={})["sources"])


def test_every_guard_by_name(guards: list[Guard]) -> None:
    assert [(guard.kind, guard.name, guard.error) for guard in guards] == [
        ("revert", "Owned.constructor: if (most == 0) revert TooMuch(most)", "TooMuch"),
        ("revert", "Owned.onlyOwner: if (msg.sender != owner) revert NotOwner(msg.sender)", "NotOwner"),
        ("revert", "Owned._small: if (n > 10) revert IGate.TooMuch(n)", "TooMuch"),
        ("modifier", "Vault.add: onlyOwner", "NotOwner"),
        ("check", "Vault.add: _small(n)", "TooMuch"),
        ("revert", "Vault.add: unless (n == 3) revert TooMuch(n)", "TooMuch"),
        ("revert", "Vault.take: if (n == 0 || (n > sum || n == 77)) revert TooMuch(n)", "TooMuch"),
        ("require", 'Vault.take: require(msg.sender == owner, "owner")', ""),
        ("require", "Vault.take: assert(n != 78)", ""),
        ("revert", "Vault.take: if (n == 79) revert()", ""),
        ("revert", "Vault.take: if (n == 79) revert() #2", ""),
        ("assembly", "Vault.push: revert(0, 0)", ""),
    ]


def test_lines(guards: list[Guard]) -> None:
    lines = SOURCE.splitlines()
    for guard in guards:
        assert guard.text.split(") ")[-1].split("(")[0].split()[-1] in lines[guard.line - 1], guard.name


def test_what_is_left_compiles_and_is_only_that_much_shorter(guards: list[Guard]) -> None:
    rests = [guard.deleted_from(SOURCE) for guard in guards]
    for guard, rest in zip(guards, rests, strict=True):
        assert len(SOURCE) - len(rest) == guard.end - guard.start - len(guard.replacement)
    assert len({SOURCE, *rests}) == len(guards) + 1
    compiler.run_solc({f"contracts/Vault{number}.sol": rest for number, rest in enumerate(rests)}, only={})


def test_names_survive_other_changes(guards: list[Guard]) -> None:
    text = SOURCE.replace("abstract contract", "\n\n\nabstract contract").replace("(n > 10)", "(\n  n   >   10\n)")
    again = find(FILE, text, compiler.run_solc({FILE: text}, only={})["sources"])
    assert [guard.name for guard in again] == [guard.name for guard in guards]
    assert [guard.line for guard in again] != [guard.line for guard in guards]


def test_parts_of_a_condition() -> None:
    trees = compiler.run_solc({FILE: SOURCE}, only={})["sources"]
    parts = [guard for guard in find(FILE, SOURCE, trees, parts=True) if guard.kind == "part"]
    whole = "Vault.take: if (n == 0 || (n > sum || n == 77)) revert TooMuch(n)"
    assert [part.name for part in parts] == [f"{whole} without {side}" for side in ("n == 0", "n > sum", "n == 77")]
    for part, left in zip(
        parts, ("false || (n > sum || n == 77)", "n == 0 || (false || n == 77)", "n == 0 || (n > sum || false)"),
        strict=True,
    ):  # fmt: skip
        assert f"if ({left}) {{" in part.deleted_from(SOURCE)
    rests = {f"contracts/Vault{number}.sol": part.deleted_from(SOURCE) for number, part in enumerate(parts)}
    compiler.run_solc(rests, only={})
