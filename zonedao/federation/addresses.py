"""Where contracts will be, before they are there.

Everything is created by CREATE2 (EIP-1014), so an address depends on code and salt alone: whoever deploys, on whatever
chain, the same charter gets the same zone, and zones on one chain share one factory and one trade post.

The contract that runs CREATE2 for us is the deterministic deployment proxy (github.com/Arachnid/deterministic-
deployment-proxy), which is on nearly every chain. Its creating transaction carries a signature that nobody made with
a key, so that it is valid on every chain and has one sender, who can send nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from zonedao.chain.abi import address_bytes, checksum_address, create_address, encode, keccak, parse_type
from zonedao.chain.interface import shipped

PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
PROXY_CODE = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
)
PROXY_CREATOR = "0x3fAB184622Dc19b6109349B94811493BF2a45362"
PROXY_FEE_WEI = 10**16  # its transaction takes 100,000 gas at 100 gwei, no more and no less
PROXY_TRANSACTION = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe"
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
    "1ba02222222222222222222222222222222222222222222222222222222222222222"
    "a02222222222222222222222222222222222222222222222222222222222222222"
)

# Verifiers of aggregate ballots by the curve that a charter names; every chain can have the first.
VERIFIERS = {"bn254": "Bn254Verifier", "bls12-381": "Bls12381Verifier"}
CURVES = tuple(VERIFIERS)

SALT = b"zonedao".ljust(32, b"\0")

# The factory's second creation is the code of all bodies; the first is its part for what is rare.
_IMPLEMENTATION_NONCE = 2
_FACTORY_VERSION = 1

_CLONE_HEAD = bytes.fromhex("3d602d80600a3d3981f3363d3d373d3d3d363d73")
_CLONE_TAIL = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")

_SALTED = parse_type("tuple", [{"type": "uint256"}, {"type": "address"}, {"type": "bytes32"}])


@dataclass(frozen=True)
class Creation:
    """A contract of the product, deployed through the proxy: its creation code with arguments, and its address."""

    name: str
    address: str
    code: bytes

    @property
    def data(self) -> bytes:
        """Calldata for the proxy."""
        return SALT + self.code


@dataclass(frozen=True)
class Infrastructure:
    """What a zone shares with all others on its chain, in the order in which it is deployed; `ballot_verifier` with
    those that chose the same curve."""

    registry_deployer: Creation
    treasury_deployer: Creation
    stores_deployer: Creation
    ballots_part: Creation
    oversight_part: Creation
    members_part: Creation
    factory: Creation
    trade_post: Creation
    ballot_verifier: Creation

    @property
    def creations(self) -> tuple[Creation, ...]:
        """All of them, each after what it needs."""
        return (
            self.registry_deployer,
            self.treasury_deployer,
            self.stores_deployer,
            self.ballots_part,
            self.oversight_part,
            self.members_part,
            self.factory,
            self.trade_post,
            self.ballot_verifier,
        )

    @property
    def implementation(self) -> str:
        """The code that every body runs."""
        return create_address(self.factory.address, _IMPLEMENTATION_NONCE)

    def body_address(self, parent: str, plan_hash: bytes) -> str:
        """Where the factory makes the body of a plan (ZoneFactory, `_salt`); a zone has the zero address as parent."""
        salt = keccak(encode(_SALTED, (_FACTORY_VERSION, parent, plan_hash)))
        clone = _CLONE_HEAD + address_bytes(self.implementation) + _CLONE_TAIL
        return create2_address(self.factory.address, salt, clone)


def create2_address(creator: str, salt: bytes, code: bytes) -> str:
    """The address of what `creator` creates with a salt and a creation code (EIP-1014)."""
    return checksum_address(keccak(b"\xff" + address_bytes(creator) + salt + keccak(code))[12:])


@cache
def infrastructure(curve: str = CURVES[0]) -> Infrastructure:
    """The shared contracts of this version of the package, with the verifier of a curve; other versions have others."""
    registry = creation("RegistryDeployer")
    treasury = creation("TreasuryDeployer")
    stores = creation("StoresDeployer")
    ballots, oversight = creation("ZoneBallots"), creation("ZoneOversight")
    members = creation("ZoneMembers", [oversight.address])
    needed = (registry, treasury, stores, ballots, members)
    factory = creation("ZoneFactory", [each.address for each in needed])
    post, verifier = creation("TradePost"), creation(VERIFIERS[curve])
    return Infrastructure(registry, treasury, stores, ballots, oversight, members, factory, post, verifier)


def creation(name: str, arguments: Sequence[Any] = ()) -> Creation:
    """A contract of the product as it is deployed through the proxy with these constructor arguments."""
    from zonedao import artifacts

    code = bytes.fromhex(artifacts.load(name).bytecode.removeprefix("0x"))
    code += encode(shipped(name).constructor, arguments)
    return Creation(name, create2_address(PROXY, SALT, code), code)
