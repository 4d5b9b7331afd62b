"""A registry, a verifier and people with voting keys, for tests of the verifier alone.

    hall = Hall.open(chain, 5)                 # persons 1 to 5, none with a voting key
    hall.enroll(hall.voters)
    claim = hall.claim({FOR: [1, 2], AGAINST: [4]})
    hall.verify(claim)                          # raises ContractRevert, or not

Signatures are real: each share is made with its voter's key and added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from tests.support.bodies import DEPLOYER, attempt, now, stand_at, transact
from tests.support.chain import at, deploy
from tests.support.world import PEOPLE, World
from zonedao.ballots import bls12_381, bn254
from zonedao.ballots.bn254 import ORDER, hash_to_point
from zonedao.ballots.bn254_g2 import GENERATOR2, multiply2
from zonedao.ballots.keys import Enrolment, Place, VotingKey, encode_enrolments, enrolment
from zonedao.ballots.schemes import BN254, Scheme
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import LocalKey, Signer
from zonedao.federation.addresses import VERIFIERS

AGAINST, FOR, ABSTAIN, NO_HINT = range(4)
BLOCK_GAS = 29_900_000
_FEW = 16  # voters, for whom no table is made


@cache
def account(number: int) -> LocalKey:
    """An account of its own for each number."""
    return LocalKey(keccak(b"account" + number.to_bytes(4, "big")))


@cache
def voting_key(number: int, generation: int = 0, scheme: Scheme = BN254) -> VotingKey:
    """A voting key for each number, and further ones."""
    seed = keccak(b"voting key" + number.to_bytes(4, "big") + generation.to_bytes(4, "big"))
    return VotingKey(int.from_bytes(seed, "big") % (scheme.order - 1) + 1, scheme)


@dataclass(frozen=True)
class Voter:
    """A person of the registry: what they act with and what they vote with."""

    index: int
    account: Signer
    key: VotingKey

    def renewed(self, generation: int = 1) -> Voter:
        """The same person with another voting key."""
        return replace(self, key=voting_key(self.index, generation, self.key.scheme))


@dataclass(frozen=True)
class Claim:
    """What is given to `verify`, to be spoilt in parts."""

    snapshot: int
    digests: tuple[bytes, bytes, bytes]
    hint: int
    words: list[int]
    proof: list[int]
    registry: str

    @property
    def args(self) -> tuple[Any, ...]:
        return (self.registry, self.snapshot, list(self.digests), self.hint, self.words, self.proof)


@dataclass
class Hall:
    """Everything a test of the verifier needs on a chain."""

    chain: Connection
    registry: BoundContract
    verifier: BoundContract
    caller: BoundContract
    voters: list[Voter] = field(default_factory=list)
    scheme: Scheme = BN254

    @classmethod
    def open(cls, chain: Connection, people: int, scheme: Scheme = BN254) -> Hall:
        verifier = deploy(chain, VERIFIERS[scheme.name])
        registry = new_registry(deploy(chain, "RegistryDeployer"))
        hall = cls(chain, registry, verifier, deploy(chain, "VerifierCaller", verifier.address), scheme=scheme)
        hall.admit(people)
        return hall

    @classmethod
    def of(cls, world: World) -> Hall:
        """The people of the world's zone, with its register and their accounts."""
        verifier = deploy(world.chain, "Bn254Verifier")
        caller = deploy(world.chain, "VerifierCaller", verifier.address)
        voters = [Voter(person.index, person.signer, voting_key(person.index)) for person in PEOPLE]
        return cls(world.chain, world.registry, verifier, caller, voters)

    def admit(self, people: int) -> None:
        """Admit so many more persons."""
        first = len(self.voters) + 1
        persons = range(first, first + people)
        voters = [Voter(index, account(index), voting_key(index, scheme=self.scheme)) for index in persons]
        for start in range(0, people, 250):
            keys = [voter.account.address for voter in voters[start : start + 250]]
            transact(self.registry, "admit", keys, gas_limit=BLOCK_GAS)
        self.voters += voters

    def voter(self, index: int) -> Voter:
        return self.voters[index - 1]

    def place(self, index: int) -> Place:
        return Place(self.chain.chain_id, self.verifier.address, self.registry.address, index)

    def kept(self, index: int) -> bytes:
        """The key that is kept for a person now."""
        return bytes(self.ask("keyOf", self.registry.address, index, now(self.chain)))

    def entry(self, voter: Voter) -> Enrolment:
        """A good entry for what is kept now."""
        return enrolment(voter.account, voter.key, self.place(voter.index), self.kept(voter.index))

    def attempt(self, *entries: Enrolment, word: int = 0, raw: bytes | None = None) -> None:
        """Try to enrol, without a transaction. Raises ContractRevert."""
        data = encode_enrolments(entries) if raw is None else raw
        attempt(self.verifier, "enroll", self.registry.address, word, data)

    def keyed(self, word: int = 0, time: int | None = None) -> int:
        """Mask of those with a key at a time, now by default."""
        return int(self.ask("keyedAt", self.registry.address, word, now(self.chain) if time is None else time))

    def ask(self, function: str, *args: Any) -> Any:
        """A view of the verifier."""
        return self.verifier.call(function, *args, block="latest")

    def enroll(self, voters: Sequence[Voter], *, next_second: bool = True) -> list[Receipt]:
        """Enrol keys, word by word; from then on they are the voters' keys here."""
        receipts = []
        for word in sorted({voter.index >> 8 for voter in voters}):
            entries = encode_enrolments(self.entry(voter) for voter in voters if voter.index >> 8 == word)
            receipts.append(
                transact(self.verifier, "enroll", self.registry.address, word, entries, gas_limit=BLOCK_GAS)
            )
        for voter in voters:
            self.voters[voter.index - 1] = voter
        if next_second:
            stand_at(self.chain, now(self.chain) + 1)
        return receipts

    def claim(
        self,
        choices: Mapping[int, Iterable[int]],
        *,
        snapshot: int | None = None,
        hint: int = NO_HINT,
        about: bytes = b"proposal",
        signing: Mapping[int, Iterable[Voter]] | None = None,
    ) -> Claim:
        """Indices by choice, all claimed; signed by their voters, or by `signing` instead."""
        digests = (keccak(about + b"0"), keccak(about + b"1"), keccak(about + b"2"))
        words: dict[int, list[int]] = {}
        signers: dict[int, list[Voter]] = {}
        for choice, indices in sorted(choices.items()):
            for index in indices:
                bits = words.setdefault(index >> 8, [0, 0, 0])
                bits[choice] |= 1 << (index & 255)
                signers.setdefault(choice, []).append(self.voter(index))
        signed = {choice: list(voters) for choice, voters in signing.items()} if signing is not None else signers
        return Claim(
            now(self.chain) - 1 if snapshot is None else snapshot,
            digests,
            hint,
            [part for word, bits in sorted(words.items()) for part in (word, *bits)],
            proof_of(digests, signed),
            self.registry.address,
        )

    def verify(self, claim: Claim) -> None:
        """Ask the verifier, without a transaction. Raises ContractRevert."""
        self.verifier.call("verify", *claim.args, block="latest")


def new_registry(deployer: BoundContract, number: int = 0) -> BoundContract:
    """A register whose root is the deployer; another one for each number."""
    args = (number.to_bytes(32, "big"), DEPLOYER.address)
    address = attempt(deployer, "deploy", *args)
    transact(deployer, "deploy", *args)
    return at(deployer.connection, "IRegistry", address)


def signature_of(digests: Sequence[bytes], signers: Mapping[int, Sequence[Voter]]) -> tuple[int, ...]:
    """All shares, each made with its voter's key for the point of the voter's choice, added up."""
    shares: list[Any] = []
    for choice, voters in sorted(signers.items()):
        if voters:
            scheme = voters[0].key.scheme
            if scheme is not BN254 and len(voters) > _FEW:
                # The same point; in pure Python each share of many would take a test ten milliseconds.
                shares.append(scheme.signature(sum(voter.key.secret for voter in voters), digests[choice]))
                continue
            table = scheme.table(digests[choice]) if len(voters) > _FEW else None
            shares += [scheme.signature(voter.key.secret, digests[choice], table) for voter in voters]
    return bls12_381.total2(shares) if shares and len(shares[0]) == 4 else bn254.total(shares)


def proof_of(digests: Sequence[bytes], signers: Mapping[int, Sequence[Voter]]) -> list[int]:
    """The proof of `verify`: the signature; on BN254 for each choice the sum of the keys on the twist, counter,
    ordinate."""
    proof = [*signature_of(digests, signers)]
    if len(proof) == 4:
        return [part for each in proof for part in divmod(each, 2**256)]
    for choice, voters in sorted(signers.items()):
        point, counter = hash_to_point(digests[choice])
        proof += [*on_twist(sum(voter.key.secret for voter in voters)), counter, point[1]]
    return proof


def on_twist(secret: int) -> tuple[int, int, int, int]:
    """A key on the twist in the order of the pairing precompile: x imaginary, x real, y imaginary, y real."""
    return multiply2(GENERATOR2, secret % ORDER)


# --- fixtures ---

KEYED = (*range(1, 9), 256, 257, 259)  # who has a voting key in `hall`; 9 to 255, 258 and 260 have none


@pytest.fixture(scope="session")
def hall_grounds(node: Connection) -> Hall:
    """Persons 1 to 260, so that word 0 has 255 and word 1 five, and the first keys; built once."""
    hall = Hall.open(node, 260)
    hall.enroll([hall.voter(index) for index in KEYED])
    return hall


@pytest.fixture
def hall(hall_grounds: Hall, chain: Connection) -> Hall:
    """The hall, put back afterwards."""
    return replace(hall_grounds, voters=list(hall_grounds.voters))
