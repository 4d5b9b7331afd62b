"""The schemes by which voting keys sign: one for each curve that a verifier may have.

Which one a vote uses is said by the verifier that the zone lists (`IBallotVerifier.curve`). In both a voting key is a
secret s below `order`, and s·G in G1 what is enrolled; they differ in where signatures are.

- BN254: a share is s·H with H in G1, and the key in G2 comes with it; every EVM since Byzantium can check it.
- BLS12-381: a share is s·H with H in G2, an ordinary BLS signature; the curve is stronger, and EVMs can check it since
  Prague (EIP-2537).
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Protocol

from zonedao.ballots import bls12_381, bn254, bn254_g2
from zonedao.errors import ContractRevert, NodeRefused, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

Point = tuple[int, int]
Point2 = tuple[int, int, int, int]

_POINTS = 64  # digests whose points are remembered: the choices of twenty votes


class Multiples(Protocol):
    """Multiples of the point of a digest, for the shares of many keys."""

    def multiply(self, scalar: int, /) -> tuple[int, ...]:
        """`scalar` times the point."""


@dataclass(frozen=True)
class Share:
    """A part of an aggregate: `value` is secret · H; `key2` is the voting key in G2, on BN254 only."""

    value: tuple[int, ...]
    key2: Point2 | None = None

    def __post_init__(self) -> None:
        if not self.scheme.is_share(self):
            raise UsageProblem("The share of this ballot is no point of the curve. Sign the ballot again.")

    @property
    def scheme(self) -> Scheme:
        """What it was made with."""
        return BLS12_381 if self.key2 is None else BN254


@dataclass(frozen=True)
class Claim:
    """A share and the enrolled key, in G1, that it must fit."""

    share: Share
    key: Point


class Scheme(ABC):
    """What a curve makes of secrets and digests. `key_bytes` is the length of an enrolled key, `coordinate_bytes` that
    of a coordinate as the precompiles write it and as ballots do; `salt` keeps secrets of different schemes apart.

    Gas, measured by `benchmarks.ballots`: `entry_gas` is what a key takes in a batch at most; in an aggregate
    `pairing_gas` is what comes once (the signature, the verifier's own reads), `choice_gas` what each choice adds,
    `key_gas` what finding and adding a key takes."""

    name: str
    order: int
    key_bytes: int
    coordinate_bytes: int
    entry_gas: int
    pairing_gas: int
    choice_gas: int
    key_gas: int
    salt: bytes

    def encode_key(self, key: Point) -> bytes:
        """A key as the verifier keeps it: x and y."""
        return b"".join(each.to_bytes(self.key_bytes // 2, "big") for each in key)

    def decode_key(self, raw: bytes) -> Point:
        """A key from what the verifier keeps, unchecked."""
        return int.from_bytes(raw[: self.key_bytes // 2], "big"), int.from_bytes(raw[self.key_bytes // 2 :], "big")

    @abstractmethod
    def public(self, secret: int) -> Point:
        """The key of a secret."""

    @abstractmethod
    def is_key(self, key: Point) -> bool:
        """Whether a verifier would keep this key: in the group, not zero, reduced."""

    @abstractmethod
    def commitment(self, response: int, challenge: int, key: Point) -> Point:
        """response · G + challenge · key: where the proof of possession began."""

    def write(self, numbers: Iterable[int]) -> bytes:
        """Coordinates of a point as the precompiles write them."""
        return b"".join(each.to_bytes(self.coordinate_bytes, "big") for each in numbers)

    @abstractmethod
    def table(self, digest: bytes) -> Multiples:
        """Makes shares of many keys for one digest cheaper."""

    @abstractmethod
    def signature(self, secret: int, digest: bytes, table: Multiples | None = None) -> tuple[int, ...]:
        """The secret times the point of a digest of 32 bytes."""

    def public2(self, secret: int) -> Point2 | None:
        """The key in G2, where shares need it beside them."""
        return None

    @abstractmethod
    def is_share(self, share: Share) -> bool:
        """Whether everything in a share is a point of its curve; not whether of the group."""

    @abstractmethod
    def fit(self, connection: Connection, digest: bytes, claims: Sequence[Claim]) -> bool:
        """Whether the shares of a choice, summed, are the signature of all these keys together."""

    @abstractmethod
    def proof(self, shares: Sequence[tuple[bytes, Share]]) -> list[int]:
        """The `proof` of `IBallotVerifier.verify` of digests and shares, choices rising."""


class _Bn254(Scheme):
    """Checked is, with sums σ of the shares, K of the keys in G1 and K₂ of the same keys in G2, and a random w,

    e(σ + w·K, −G₂) · e(H + w·G, K₂) = 1.
    """

    name = "bn254"
    order = bn254.ORDER
    key_bytes = 64
    coordinate_bytes = 32
    entry_gas = 36_000
    pairing_gas = 74_000
    choice_gas = 58_000
    key_gas = 390
    salt = b"zonedao BN254 voting key v1"

    _pairing = "0x" + "00" * 19 + "08"
    _minus_generator2: Point2 = (
        *bn254_g2.GENERATOR2[:2],
        bn254.FIELD - bn254_g2.GENERATOR2[2],
        bn254.FIELD - bn254_g2.GENERATOR2[3],
    )

    def public(self, secret: int) -> Point:
        return _generator_table().multiply(secret)

    def is_key(self, key: Point) -> bool:
        return bn254.is_on_curve(key)

    def commitment(self, response: int, challenge: int, key: Point) -> Point:
        return bn254.add(_generator_table().multiply(response), bn254.multiply(key, challenge))

    def table(self, digest: bytes) -> Multiples:
        return bn254.Table(_bn254_point(digest)[0])

    def signature(self, secret: int, digest: bytes, table: Multiples | None = None) -> tuple[int, ...]:
        return table.multiply(secret) if table else bn254.multiply(_bn254_point(digest)[0], secret)

    def public2(self, secret: int) -> Point2 | None:
        return bn254_g2.multiply_generator2(secret)

    def is_share(self, share: Share) -> bool:
        if len(share.value) != 2 or share.key2 is None:
            return False
        return bn254.is_on_curve((share.value[0], share.value[1])) and bn254_g2.is_on_curve2(share.key2)

    def fit(self, connection: Connection, digest: bytes, claims: Sequence[Claim]) -> bool:
        weight = secrets.randbits(128)
        keys = bn254.multiply(bn254.total(claim.key for claim in claims), weight)
        left = bn254.add(self._sum(claim.share for claim in claims), keys)
        right = bn254.add(_bn254_point(digest)[0], bn254.multiply(bn254.GENERATOR, weight))
        points = (*left, *self._minus_generator2, *right, *self._sum2(claim.share for claim in claims))
        try:
            answer = connection.call(self._pairing, self.write(points))
        except (ContractRevert, NodeRefused):
            key2 = claims[0].share.key2
            if len(claims) == 1 and key2 is not None and bn254_g2.is_in_group2(key2):
                raise
            # A key outside the group makes the contract fail; whoever halves further finds whose it is.
            return False
        return int.from_bytes(answer, "big") == 1

    def proof(self, shares: Sequence[tuple[bytes, Share]]) -> list[int]:
        """The sum of shares; then, for each choice, the sum of keys in G2, counter and y."""
        proof = list(self._sum(share for _, share in shares))
        for digest in dict.fromkeys(digest for digest, _ in shares):
            (_, y), counter = _bn254_point(digest)
            proof += [*self._sum2(share for about, share in shares if about == digest), counter, y]
        return proof

    @staticmethod
    def _sum(shares: Iterable[Share]) -> Point:
        return bn254.total((share.value[0], share.value[1]) for share in shares)

    @staticmethod
    def _sum2(shares: Iterable[Share]) -> Point2:
        return bn254_g2.total2(share.key2 for share in shares if share.key2 is not None)


class _Bls12381(Scheme):
    """Checked is, with sums σ of the shares and K of the keys, e(−G, σ) · e(K, H) = 1."""

    name = "bls12-381"
    order = bls12_381.ORDER
    key_bytes = 96
    coordinate_bytes = 64
    entry_gas = 60_000
    pairing_gas = 80_000
    choice_gas = 92_000
    key_gas = 670
    salt = b"zonedao BLS12-381 voting key v1"

    _pairing = "0x" + "00" * 19 + "0f"

    def public(self, secret: int) -> Point:
        return bls12_381.multiply_generator(secret)

    def is_key(self, key: Point) -> bool:
        return bls12_381.is_on_curve(key) and bls12_381.is_in_group(key)

    def commitment(self, response: int, challenge: int, key: Point) -> Point:
        return bls12_381.add(bls12_381.multiply_generator(response), bls12_381.multiply(key, challenge))

    def table(self, digest: bytes) -> Multiples:
        return bls12_381.Table2(_bls12_381_point(digest))

    def signature(self, secret: int, digest: bytes, table: Multiples | None = None) -> tuple[int, ...]:
        return table.multiply(secret) if table else bls12_381.multiply2(_bls12_381_point(digest), secret)

    def is_share(self, share: Share) -> bool:
        return len(share.value) == 4 and bls12_381.is_on_curve2(_point2(share))

    def fit(self, connection: Connection, digest: bytes, claims: Sequence[Claim]) -> bool:
        points = (
            *bls12_381.negate(bls12_381.GENERATOR),
            *bls12_381.total2(_point2(claim.share) for claim in claims),
            *bls12_381.total(claim.key for claim in claims),
            *_bls12_381_point(digest),
        )
        try:
            answer = connection.call(self._pairing, self.write(points))
        except (ContractRevert, NodeRefused):
            if len(claims) == 1 and bls12_381.is_in_group2(_point2(claims[0].share)):
                raise
            # A share outside the group makes the contract fail; whoever halves further finds whose it is.
            return False
        return int.from_bytes(answer, "big") == 1

    def proof(self, shares: Sequence[tuple[bytes, Share]]) -> list[int]:
        """The sum of shares, as the precompiles read it."""
        raw = self.write(bls12_381.total2(_point2(share) for _, share in shares))
        return [int.from_bytes(raw[start : start + 32], "big") for start in range(0, len(raw), 32)]


BN254: Scheme = _Bn254()
BLS12_381: Scheme = _Bls12381()
SCHEMES = {scheme.name: scheme for scheme in (BN254, BLS12_381)}


def scheme_named(curve: str) -> Scheme:
    """The scheme of a curve, as its verifier names it. Raises UsageProblem for one that this version does not know."""
    if curve not in SCHEMES:
        raise UsageProblem(
            f"The verifier of this zone is of the curve {curve[:40]!r}, which this version of zonedao does not know. "
            "Update zonedao, or vote directly."
        )
    return SCHEMES[curve]


def scheme_of_length(key_bytes: int) -> Scheme:
    """The scheme whose keys are so long. Raises UsageProblem."""
    for scheme in SCHEMES.values():
        if scheme.key_bytes == key_bytes:
            return scheme
    raise UsageProblem("A voting key has 64 bytes on BN254 and 96 on BLS12-381. Enrol again.")


# --- inside ---


@cache
def _generator_table() -> bn254.Table:
    """Multiples of G1's generator, made once in a process."""
    return bn254.Table(bn254.GENERATOR, 8)


@lru_cache(_POINTS)
def _bn254_point(digest: bytes) -> tuple[Point, int]:
    return bn254.hash_to_point(digest)


@lru_cache(_POINTS)
def _bls12_381_point(digest: bytes) -> Point2:
    return bls12_381.hash_to_point2(digest)


def _point2(share: Share) -> Point2:
    x0, x1, y0, y1 = share.value
    return x0, x1, y0, y1
