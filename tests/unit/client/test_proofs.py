"""Lists and attestations: trees as OpenZeppelin makes them, files as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zonedao.chain.abi import decode, encode, keccak, parse_type
from zonedao.chain.signers import dev_account
from zonedao.errors import NotFound, StorageProblem, UsageProblem
from zonedao.governance.proofs import PersonList, attest, nullifier_from, read_attestation, read_list

KEYS = [dev_account(number).address for number in range(40, 49)]
LISTED = parse_type("tuple", [{"type": "bytes32"}, {"type": "bytes32[]"}])
LEAF = parse_type("tuple", [{"type": "address"}, {"type": "bytes32"}])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 9])
def test_every_proof_leads_to_the_root(size: int) -> None:
    listed = PersonList(tuple((key, bytes([number]) * 32) for number, key in enumerate(KEYS[:size], 1)))
    for key, nullifier in listed.entries:
        found, path = decode(LISTED, listed.proof(key))
        node = keccak(keccak(encode(LEAF, (key, nullifier))))
        for each in path:
            node = keccak(b"".join(sorted((node, each))))
        assert (found, node) == (nullifier, listed.root)
        assert len(path) <= 4


def test_the_tree_of_openzeppelin() -> None:
    """The example of the README of its merkle-tree package has amounts; this is three persons, worked out by hand."""
    leaves = sorted(keccak(keccak(encode(LEAF, (key, bytes([n]) * 32)))) for n, key in enumerate(KEYS[:3], 1))
    # Sorted leaves stand at the end of the array, the smallest last: node 1 has the two smallest below it.
    inner = keccak(b"".join(sorted((leaves[1], leaves[0]))))
    root = keccak(b"".join(sorted((inner, leaves[2]))))
    assert PersonList(tuple((key, bytes([n]) * 32) for n, key in enumerate(KEYS[:3], 1))).root == root


def test_a_list_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        f"# who is a person\n{KEYS[0]}, passport 12 and a secret\n\n{KEYS[1].lower()}\t0x{'ab' * 32}\n",
        encoding="utf-8",
    )
    listed = read_list(file)
    assert listed.entries == ((KEYS[0], keccak(b"passport 12 and a secret")), (KEYS[1], b"\xab" * 32))
    with pytest.raises(NotFound, match="is not on the list"):
        listed.proof(KEYS[2])
    wrong = [
        ("", "lists nobody"),
        (f"{KEYS[0]}\n", "line 1: write an address, a comma"),
        ("ada, passport\n", "line 1: write an address, a comma"),
        (f"{KEYS[0]},a\n{KEYS[0]},b\n", "line 2: .* twice"),
        ("0x12,a\n", "0x12"),
        (f"{KEYS[0]},0x{'00' * 32}\n", "Say what tells this person"),
    ]
    for text, said in wrong:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UsageProblem, match=said):
            read_list(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageProblem, match="no UTF-8"):
        read_list(file)
    with pytest.raises(StorageProblem, match="cannot be read"):
        read_list(tmp_path / "none")


def test_what_a_text_stands_for() -> None:
    assert nullifier_from(" ada ") == nullifier_from("ada") == keccak(b"ada")
    assert nullifier_from("0x" + "zz" * 32) == keccak(b"0x" + b"zz" * 32)
    assert nullifier_from("0x12") == keccak(b"0x12")


def test_an_attestation_as_a_file(tmp_path: Path) -> None:
    import json

    made = attest(
        dev_account(45), chain_id=5, module=KEYS[0], zone=KEYS[1], key=KEYS[2], nullifier=b"\1" * 32, deadline=7
    )
    file = tmp_path / "attestation.json"
    file.write_text(json.dumps(made.document()), encoding="utf-8")
    assert read_attestation(file) == made
    for text in ("{}", "[]", "no json", json.dumps({**made.document(), "nullifier": 5})):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UsageProblem, match="is no attestation"):
            read_attestation(file)
