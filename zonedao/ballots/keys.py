"""Voting keys: derived from an account, proved to be held, and enrolled with their owner's consent.

A voting key is a secret s below the order of the curve of its scheme (`schemes.py`) and its public key s·G, which is
enrolled on the chain. A share of a vote is s·H, where H stands for the choice.

Enrolment, checked on the chain for every entry (`IBallotVerifier.enroll`):

- consent, the owner's EIP-712 signature of `VotingKey(address registry,uint256 index,bytes key,bytes replaces)` in the
  verifier's domain, in the 64 bytes of EIP-2098; `replaces` is the key that is kept now, so that it is used up;
- possession, a Schnorr proof with a short challenge: c is the low half of keccak256(digest of the consent ‖ owner as 32
  bytes ‖ R) for R = k·G, and r = k − c·s modulo the order; the verifier finds R again as r·G + c·key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zonedao.ballots.schemes import BN254, Multiples, Point, Point2, Scheme, Share
from zonedao.ballots.typed import compact, recover, typed_data, typed_digest
from zonedao.errors import KeyProblem, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.signers import Signer

VERIFIER_NAME, VERIFIER_VERSION = "zonedao voting keys", "1"  # the verifier's EIP-712 domain

_WARNING = (
    "Whoever has this signature can sign ballots in your name. "
    "Sign it in zonedao only, when you enrol your voting key or vote."
)


@dataclass(frozen=True)
class VotingKey:
    """A voting key. `secret` is never shown, written or sent."""

    secret: int = field(repr=False)
    scheme: Scheme = BN254

    def __post_init__(self) -> None:
        if not 0 < self.secret < self.scheme.order:
            raise KeyProblem(
                "That is no voting key: it must be above zero and below the order of the curve. Derive one."
            )

    @cached_property
    def public(self) -> Point:
        """The key in G1, as it is enrolled."""
        return self.scheme.public(self.secret)

    @cached_property
    def public2(self) -> Point2 | None:
        """The same key in G2, where shares need it beside them."""
        return self.scheme.public2(self.secret)

    def share(self, digest: bytes, table: Multiples | None = None) -> Share:
        """The share of a vote whose digest is 32 bytes. The scheme's `table` of it serves many keys."""
        return Share(self.scheme.signature(self.secret, digest, table), self.public2)


def derive(signer: Signer, number: int = 0, scheme: Scheme = BN254) -> VotingKey:
    """The voting key of an account: HKDF-SHA256 (RFC 5869) over its signature of a typed text of no other use.

    The same account gives the same key on every chain and in every zone; `number` counts up for a new one after a
    leak. Nothing is stored. Raises KeyProblem when the signer does not sign the same text alike twice (RFC 6979).
    """
    message = derivation_message(number)
    signature = signer.sign_typed_data(message)
    if signer.sign_typed_data(message) != signature:
        raise KeyProblem(
            f"The account {signer.address} signs the same text differently each time, so that no voting key can be "
            "derived from it. Vote directly, or use a key file."
        )
    # r and s alone: wallets write v in two ways.
    material = _hkdf(signature[:64], scheme.salt, b"secret", 48)
    return VotingKey(int.from_bytes(material, "big") % scheme.order, scheme)


def derivation_message(number: int = 0) -> dict[str, Any]:
    """The EIP-712 message whose signature a voting key is derived from. Its domain names no contract and no chain."""
    return typed_data(
        {"name": "zonedao voting key seed", "version": "1"},
        "VotingKeySeed",
        {"warning": "string", "number": "uint256"},
        {"warning": _WARNING, "number": number},
    )


@dataclass(frozen=True)
class Place:
    """Where a voting key is enrolled: for person `index` of `registry`, at `verifier` on `chain_id`."""

    chain_id: int
    verifier: str
    registry: str
    index: int


@dataclass(frozen=True)
class Enrolment:
    """What the verifier needs to take a key: `proof` is (c, r), `consent` the owner's compact signature (64 bytes).

    `replaces` is the encoded key that is kept for the person now, empty if none.
    """

    place: Place
    owner: str
    key: Point
    replaces: bytes
    proof: tuple[int, int]
    consent: bytes = field(repr=False)
    scheme: Scheme = BN254


def enrolment(signer: Signer, key: VotingKey, place: Place, replaces: bytes = b"") -> Enrolment:
    """Prove possession of a key and consent to it, as the account that the registry has for the person."""
    message = consent_message(place, key.scheme.encode_key(key.public), replaces)
    return Enrolment(
        place,
        signer.address,
        key.public,
        replaces,
        prove_possession(key, typed_digest(message), signer.address),
        compact(signer.sign_typed_data(message)),
        key.scheme,
    )


def prove_possession(key: VotingKey, digest: bytes, owner: str) -> tuple[int, int]:
    """(c, r) of the Schnorr proof; the nonce depends on the secret and on everything that is proved."""
    scheme = key.scheme
    about = digest + bytes.fromhex(owner[2:]) + scheme.encode_key(key.public)
    nonce = int.from_bytes(hmac.digest(key.secret.to_bytes(32, "big"), about, hashlib.sha512), "big") % scheme.order
    challenge = _challenge(digest, owner, scheme.write(scheme.public(nonce)))
    return challenge, (nonce - challenge * key.secret) % scheme.order


def require_valid(entry: Enrolment) -> None:
    """Raise UsageProblem unless the chain would take this entry, `owner` and `replaces` being what it has there."""
    scheme = entry.scheme
    if not scheme.is_key(entry.key):
        raise UsageProblem(f"The voting key of person {entry.place.index} is no point of the curve. Enrol again.")
    digest = typed_digest(consent_message(entry.place, scheme.encode_key(entry.key), entry.replaces))
    if recover(digest, entry.consent) != entry.owner:
        raise UsageProblem(f"The consent of person {entry.place.index} is not signed by {entry.owner}. Enrol again.")
    challenge, response = entry.proof
    if 0 <= response < scheme.order and 0 <= challenge < 1 << 128:
        nonce = scheme.commitment(response, challenge, entry.key)
        if _challenge(digest, entry.owner, scheme.write(nonce)) == challenge:
            return
    raise UsageProblem(f"Person {entry.place.index} does not prove to hold the voting key. Enrol again.")


def consent_message(place: Place, key: bytes, replaces: bytes) -> dict[str, Any]:
    """The EIP-712 message by which an owner agrees to a voting key, which is encoded as it is enrolled."""
    return typed_data(
        {
            "name": VERIFIER_NAME,
            "version": VERIFIER_VERSION,
            "chainId": place.chain_id,
            "verifyingContract": place.verifier,
        },
        "VotingKey",
        {"registry": "address", "index": "uint256", "key": "bytes", "replaces": "bytes"},
        {"registry": place.registry, "index": place.index, "key": key, "replaces": replaces},
    )


def encode_enrolments(entries: Iterable[Enrolment]) -> bytes:
    """The `entries` of `IBallotVerifier.enroll`, all of one word, rising by person.

    Person in the word (1 byte), key (64 or 96), c (16), r (32), consent (64).
    """
    return b"".join(
        bytes([entry.place.index % 256])
        + entry.scheme.encode_key(entry.key)
        + entry.proof[0].to_bytes(16, "big")
        + entry.proof[1].to_bytes(32, "big")
        + entry.consent
        for entry in sorted(entries, key=lambda entry: entry.place.index)
    )


# --- inside ---


def _challenge(digest: bytes, owner: str, nonce: bytes) -> int:
    from zonedao.chain.abi import keccak

    return int.from_bytes(keccak(digest + bytes(12) + bytes.fromhex(owner[2:]) + nonce)[16:], "big")


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869)."""
    pseudorandom = hmac.digest(salt, material, hashlib.sha256)
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(pseudorandom, block + info + bytes([counter]), hashlib.sha256)
        output += block
        counter += 1
    return output[:length]
