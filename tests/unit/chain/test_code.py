"""Comparing runtime code with an artifact: holes for immutables and libraries, every other byte counts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from zonedao.artifacts import Artifact
from zonedao.chain.abi import checksum_address
from zonedao.chain.code import first_difference, implementation_of

LINK = "__$" + "a" * 34 + "$__"
ARTIFACT = Artifact(
    name="Thing",
    kind="contract",
    source="Thing.sol",
    abi=[],
    bytecode="0x",
    runtime_bytecode="0x" + "11" * 4 + "00" * 3 + "22" * 3 + LINK + "33" * 5,
    immutable_references={"Thing.seed": [{"start": 4, "length": 3}]},
    link_references={"runtime": {"L.sol": {"L": [{"start": 10, "length": 20}]}}},
    method_identifiers={},
    natspec={},
    build_hash="",
)
SIZE = 35
HOLES = {*range(4, 7), *range(10, 30)}


def code() -> bytearray:
    return bytearray(b"\x11" * 4 + b"\xaa" * 3 + b"\x22" * 3 + b"\xbb" * 20 + b"\x33" * 5)


def test_holes_may_hold_anything() -> None:
    assert first_difference(bytes(code()), ARTIFACT) is None


@given(st.integers(0, SIZE - 1), st.integers(1, 255))
def test_one_wrong_byte_is_named_unless_it_is_in_a_hole(at: int, change: int) -> None:
    wrong = code()
    wrong[at] ^= change
    found = first_difference(bytes(wrong), ARTIFACT)
    assert found == (None if at in HOLES else f"byte {at} of 35 differs")


def test_length_counts() -> None:
    assert first_difference(bytes(code()) + b"\0", ARTIFACT) == "it has 36 bytes, not 35"
    assert first_difference(b"", replace(ARTIFACT, runtime_bytecode="0x6000")) == "it has 0 bytes, not 2"


def test_the_implementation_behind_a_clone() -> None:
    address = "0xbebebebebebebebebebebebebebebebebebebebe"
    # The example of EIP-1167.
    clone = bytes.fromhex("363d3d373d3d3d363d73" + address[2:] + "5af43d82803e903d91602b57fd5bf3")
    assert implementation_of(clone) == checksum_address(address)
    for other in (b"", clone[:-1], clone + b"\0", clone[1:] + b"\0", b"\x60" + clone[1:]):
        assert implementation_of(other) is None
