"""Proofs that somebody is a person: lists as Merkle trees, and attestations.

A list is a tree as OpenZeppelin's `merkle-tree` package makes it ("standard", leaves of address and bytes32), so either
makes proofs for the other. An attestation is EIP-712 data, signed by whom the zone has named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address, encode, keccak, parse_type
from zonedao.errors import NotFound, StorageProblem, UsageProblem
from zonedao.jsontext import parse_json
from zonedao.text import reason

if TYPE_CHECKING:
    from zonedao.chain.signers import Signer

NO_ROOT = bytes(32)
ATTESTER_NAME, ATTESTER_VERSION = "zonedao attestations", "1"  # the module's EIP-712 domain

_LEAF = parse_type("tuple", [{"type": "address"}, {"type": "bytes32"}])
_LISTED = parse_type("tuple", [{"type": "bytes32"}, {"type": "bytes32[]"}])
_ATTESTED = parse_type("tuple", [{"type": "bytes32"}, {"type": "uint256"}, {"type": "bytes"}])
_ATTESTATION = {"zone": "address", "key": "address", "nullifier": "bytes32", "deadline": "uint256"}
_NULLIFIER_DIGITS = 64


def nullifier_from(text: str) -> bytes:
    """The nullifier that a text stands for: 0x and 64 digits as they are, anything else by its Keccak-256.

    Whoever can guess the text knows whose nullifier it is: put a secret in it. Raises UsageProblem for an empty one.
    """
    said = text.strip()
    digits = said.removeprefix("0x")
    if said.startswith("0x") and len(digits) == _NULLIFIER_DIGITS:
        try:
            found = bytes.fromhex(digits)
        except ValueError:
            found = keccak(said.encode())
    else:
        found = keccak(said.encode())
    if not said or not any(found):
        raise UsageProblem("Say what tells this person from all others: a text, or 0x and 64 hexadecimal digits.")
    return found


# --- lists ---


@dataclass(frozen=True)
class PersonList:
    """Keys and nullifiers of persons, in the order of the file. One nullifier may have several keys, a key has one."""

    entries: tuple[tuple[str, bytes], ...]

    @cached_property
    def _tree(self) -> list[bytes]:
        """Nodes from the root down; the children of node i are 2i + 1 and 2i + 2, leaves come last, largest first."""
        leaves = sorted((_leaf(*entry) for entry in self.entries), reverse=True)
        nodes = [b""] * (len(leaves) - 1) + leaves
        for i in range(len(leaves) - 2, -1, -1):
            nodes[i] = keccak(b"".join(sorted(nodes[2 * i + 1 : 2 * i + 3])))
        return nodes

    @property
    def root(self) -> bytes:
        """What the zone votes for: 32 bytes."""
        return self._tree[0]

    def proof(self, key: str) -> bytes:
        """The proof for a key, as the list's contract takes it. Raises NotFound."""
        wanted = checksum_address(key)
        nullifier = dict(self.entries).get(wanted)
        if nullifier is None:
            raise NotFound(f"{wanted} is not on the list. Ask those who keep it.")
        at = self._tree.index(_leaf(wanted, nullifier))
        path = []
        while at:
            path.append(self._tree[at + 1 if at % 2 else at - 1])
            at = (at - 1) // 2
        return encode(_LISTED, (nullifier, path))


def _leaf(key: str, nullifier: bytes) -> bytes:
    return keccak(keccak(encode(_LEAF, (key, nullifier))))


def read_list(path: Path) -> PersonList:
    """A list from a file: a person a line, the address and after a comma or a blank what tells them from all others.

    Empty lines and those that begin with # are passed over. Raises StorageProblem, UsageProblem.
    """
    entries: dict[str, bytes] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        words = line.replace(",", " ").split(None, 1)
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or not words[0].startswith("0x"):
            raise UsageProblem(
                f"{path}, line {number}: write an address, a comma, and what tells the person from others."
            )
        key = checksum_address(words[0])
        if key in entries:
            raise UsageProblem(f"{path}, line {number}: {key} is on the list twice. Leave one out.")
        entries[key] = nullifier_from(words[1])
    if not entries:
        raise UsageProblem(f"{path} lists nobody. Write a line for each person.")
    return PersonList(tuple(entries.items()))


# --- attestations ---


@dataclass(frozen=True)
class Attestation:
    """Somebody's word that `key` is the key of the person with `nullifier`, for one zone, good until `deadline`.

    `module` is the contract that checks it on chain `chain_id`; `deadline` is in unix seconds.
    """

    chain_id: int
    module: str
    zone: str
    key: str
    nullifier: bytes
    deadline: int
    signature: bytes

    @property
    def proof(self) -> bytes:
        """As the module takes it."""
        return encode(_ATTESTED, (self.nullifier, self.deadline, self.signature))

    def document(self) -> dict[str, Any]:
        """In JSON's types."""
        return {
            "chain_id": self.chain_id,
            "module": self.module,
            "zone": self.zone,
            "key": self.key,
            "nullifier": "0x" + self.nullifier.hex(),
            "deadline": self.deadline,
            "signature": "0x" + self.signature.hex(),
        }


def attest(
    signer: Signer, *, chain_id: int, module: str, zone: str, key: str, nullifier: bytes, deadline: int
) -> Attestation:
    """Sign an attestation. Raises KeyProblem."""
    from zonedao.ballots.typed import typed_data

    place = checksum_address(module), checksum_address(zone), checksum_address(key)
    domain = {
        "name": ATTESTER_NAME,
        "version": ATTESTER_VERSION,
        "chainId": chain_id,
        "verifyingContract": place[0],
    }
    message = {"zone": place[1], "key": place[2], "nullifier": nullifier, "deadline": deadline}
    signature = signer.sign_typed_data(typed_data(domain, "Attestation", _ATTESTATION, message))
    return Attestation(chain_id, *place, nullifier, deadline, signature)


def read_attestation(path: Path) -> Attestation:
    """An attestation from a file. Raises StorageProblem, UsageProblem."""
    try:
        document = parse_json(_text(path))
        return _attestation(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageProblem(f"{path} is no attestation. Ask the attester for the file again.") from None


def _attestation(document: Mapping[str, Any]) -> Attestation:
    return Attestation(
        int(document["chain_id"]),
        checksum_address(document["module"]),
        checksum_address(document["zone"]),
        checksum_address(document["key"]),
        bytes.fromhex(document["nullifier"].removeprefix("0x")),
        int(document["deadline"]),
        bytes.fromhex(document["signature"].removeprefix("0x")),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} is no UTF-8 text. Save it as one.") from None
    except OSError as problem:
        raise StorageProblem(f"{path} cannot be read ({reason(problem)}). Check its path.") from problem
