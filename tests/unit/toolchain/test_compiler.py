"""What becomes an artifact, on small sources compiled for real."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.toolchain import compiler

pytestmark = pytest.mark.once

HEAD = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\n"

LEAF = (
    HEAD
    + """
interface ILeaf {
    /// @notice Grow by `n`.
    function grow(uint256 n) external;
}
library Inside { function twice(uint256 n) internal pure returns (uint256) { return 2 * n; } }
library Outside { function thrice(uint256 n) external pure returns (uint256) { return 3 * n; } }
abstract contract Base { uint256 public immutable born = block.timestamp; }
contract Leaf is ILeaf, Base {
    uint256 public size;
    /// @inheritdoc ILeaf
    function grow(uint256 n) external { size += Inside.twice(Outside.thrice(n)); }
}
"""
)


def build(**texts: str) -> dict[str, dict[str, Any]]:
    units = {f"contracts/{name}.sol": text for name, text in texts.items()}
    return compiler.artifacts(compiler.run_solc(units), units)


def test_artifacts_of_what_can_be_called() -> None:
    built = build(Leaf=LEAF)
    assert {name: artifact["kind"] for name, artifact in built.items()} == {
        "ILeaf": "interface",
        "Leaf": "contract",
        "Outside": "library",
    }
    leaf = built["Leaf"]
    assert leaf["method_identifiers"] == {"born()": "10c19421", "grow(uint256)": "28531f06", "size()": "949d225d"}
    assert list(leaf["immutable_references"]) == ["Base.born"]
    assert leaf["natspec"]["userdoc"]["methods"]["grow(uint256)"]["notice"] == "Grow by `n`."
    for part, code in (("creation", leaf["bytecode"]), ("runtime", leaf["runtime_bytecode"])):
        (place,) = leaf["link_references"][part]["contracts/Leaf.sol"]["Outside"]
        start = 2 + 2 * place["start"]
        assert code[start : start + 2 * place["length"]].startswith("__$")
    assert built["ILeaf"]["bytecode"] == built["ILeaf"]["runtime_bytecode"] == "0x"


def test_one_contract_does_not_depend_on_its_neighbours() -> None:
    other = HEAD + "contract Other { uint256 public immutable made = 1; }"
    assert build(Leaf=LEAF)["Leaf"] == build(Another=other, Leaf=LEAF)["Leaf"]


def test_build_hash_covers_comments_and_settings() -> None:
    before = build(Leaf=LEAF)["Leaf"]
    after = build(Leaf=LEAF.replace("Grow by", "Grow with"))["Leaf"]
    assert before["build_hash"] != after["build_hash"]
    assert before["runtime_bytecode"] != after["runtime_bytecode"]


def test_a_name_used_twice_is_refused() -> None:
    text = HEAD + "contract Twin {}"
    with pytest.raises(compiler.CompileError, match=r"Twin is in contracts/A\.sol and in contracts/B\.sol"):
        build(A=text, B=text)


def test_errors_are_the_compilers_own() -> None:
    with pytest.raises(compiler.CompileError, match="ParserError: Expected ';'"):
        build(Broken=HEAD + "contract Broken { uint256 x }")


def test_imports_come_from_the_pinned_library() -> None:
    text = HEAD + 'import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";\n'
    built = build(Coin=text + 'contract Coin is ERC20("Coin", "C") {}')
    assert list(built) == ["Coin"]
    assert "transfer(address,uint256)" in built["Coin"]["method_identifiers"]


def test_imports_from_outside_are_refused() -> None:
    with pytest.raises(compiler.CompileError, match=r"outside of the project|not found"):
        build(Spy=HEAD + 'import "../../outside.sol"; contract Spy {}')


def test_the_product_and_its_doubles_are_apart() -> None:
    product, doubles = compiler.sources(testing=False), compiler.sources(testing=True)
    assert product
    assert not any(name.startswith("contracts/testing/") for name in product)
    assert all(name.startswith("contracts/testing/") for name in doubles)
