"""Personhood modules for tests: lists and attestations made here, beside the package that makes them for members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.bodies import Body, Call, Person, call_of
from tests.support.chain import at, deploy
from tests.support.world import World
from zonedao.chain.abi import encode, keccak, parse_type
from zonedao.chain.signers import Signer

PERSONHOOD = 6
_LEAF = parse_type("tuple", [{"type": "address"}, {"type": "bytes32"}])
_LISTED = parse_type("tuple", [{"type": "bytes32"}, {"type": "bytes32[]"}])
_ATTESTED = parse_type("tuple", [{"type": "bytes32"}, {"type": "uint256"}, {"type": "bytes"}])
ATTESTATION = {"zone": "address", "key": "address", "nullifier": "bytes32", "deadline": "uint256"}


def as_zone(body: Body, contract: Any, function: str, *args: Any) -> Any:
    """What the zone would be told, without a vote and without mining it."""
    return contract.call(function, *args, sender=body.address, block="latest")


class Listed:
    """An allow-list, whose proofs need one sibling for each level: the leaves are folded from the left."""

    def __init__(self, world: World, body: Body | None = None) -> None:
        self.world, self.body = world, body or world.zone
        self.contract = at(world.chain, "IAllowList", deploy(world.chain, "AllowList").address)
        self.entries: list[tuple[str, bytes]] = []

    def call(self, function: str, *args: Any) -> Call:
        return call_of(self.contract, function, *args)

    def tree(self, entries: Sequence[tuple[Person, bytes]]) -> Listed:
        """Remember a list."""
        self.entries = [(who.address, number) for who, number in entries]
        return self

    def call_data(self) -> bytes:
        return self.call("setRoot", self.root, "")[1]

    def listed(self, entries: Sequence[tuple[Person, bytes]]) -> Listed:
        """Have the zone list this module and vote for the list."""
        self.tree(entries)
        zone = self.body
        calls = [zone.own("setModule", PERSONHOOD, self.contract.address), self.call("setRoot", self.root, "ipfs://l")]
        zone.enact(*calls, voters=zone.members[:9])
        return self

    @property
    def root(self) -> bytes:
        return self._fold(len(self.entries))

    def proof(self, who: Person, entry: int | None = None) -> bytes:
        """That somebody is on the list."""
        place = entry if entry is not None else [key for key, _ in self.entries].index(who.address)
        path = ([self._fold(place)] if place else []) + [leaf(*each) for each in self.entries[place + 1 :]]
        return encode(_LISTED, (self.entries[place][1], path))

    def _fold(self, count: int) -> bytes:
        node = leaf(*self.entries[0])
        for each in self.entries[1:count]:
            node = keccak(b"".join(sorted((node, leaf(*each)))))
        return node


def leaf(key: str, nullifier: bytes) -> bytes:
    """As OpenZeppelin's standard tree has it."""
    return keccak(keccak(encode(_LEAF, (key, nullifier))))


def listed_proof(nullifier: bytes, path: Sequence[bytes] = ()) -> bytes:
    return encode(_LISTED, (nullifier, list(path)))


def attestation(by: Signer, module: str, chain_id: int, zone: str, key: str, nullifier: bytes, deadline: int) -> bytes:
    """A proof for the attester, signed with eth-account."""
    types = {
        "EIP712Domain": [
            {"name": name, "type": kind}
            for name, kind in (
                ("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"),
            )
        ],
        "Attestation": [{"name": name, "type": kind} for name, kind in ATTESTATION.items()],
    }  # fmt: skip
    domain = {"name": "zonedao attestations", "version": "1", "chainId": chain_id, "verifyingContract": module}
    message = {"zone": zone, "key": key, "nullifier": nullifier, "deadline": deadline}
    signed = by.sign_typed_data({"types": types, "primaryType": "Attestation", "domain": domain, "message": message})
    return attested_proof(nullifier, deadline, signed)


def attested_proof(nullifier: bytes, deadline: int, signature: bytes) -> bytes:
    return encode(_ATTESTED, (nullifier, deadline, signature))
