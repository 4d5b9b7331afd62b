"""Ballots as members sign them and relayers bring them, made by eth-account: nothing here comes from the product.

ballot = Ballot(proposal, FOR, alice)                   # one person's choice
batch(ballot, Ballot(proposal, AGAINST, bob))           # bytes for castBallots
signed(proposal, FOR, alice)                            # arguments of castVoteBySig
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

from coincurve import PrivateKey
from eth_account.messages import encode_typed_data

from tests.support.bodies import Body, Person, Proposal, read
from zonedao.chain.abi import keccak
from zonedao.chain.contract import BoundContract

Message = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What is voted on: all that a ballot says of a `Proposal`."""

    id: int
    body: Body


DOMAIN_FIELDS = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}
BALLOT = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
EXTENDED_BALLOT = {**BALLOT, "reason": "string", "params": "bytes"}
DELEGATION = {"delegatee": "address", "nonce": "uint256", "expiry": "uint256"}
BATCH_BALLOT = {"proposalId": "uint256", "support": "uint8", "choice": "bytes32"}
WORD = 256  # persons
HEADER_BYTES, BALLOT_BYTES = 6, 65
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1


# --- what is signed ---


def message(kind: str, fields: Mapping[str, str], values: Mapping[str, Any], domain: Mapping[str, Any]) -> Message:
    """A whole EIP-712 message, as `eth_signTypedData` takes it."""
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": type_} for name, type_ in DOMAIN_FIELDS.items()],
            kind: [{"name": name, "type": type_} for name, type_ in fields.items()],
        },
        "primaryType": kind,
        "domain": dict(domain),
        "message": dict(values),
    }


def domain_of(body: Body) -> dict[str, Any]:
    """The domain a body's members sign in."""
    return domain(body.read("name"), body.chain.chain_id, body.address)


def domain(name: str, chain_id: int, address: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": address}


def digest_of(message_: Message) -> bytes:
    """The 32 bytes that are signed (EIP-712), as eth-account finds them."""
    signable = encode_typed_data(full_message=message_)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def batch_message(proposal: Proposal | Subject, support: int, domain_: Mapping[str, Any] | None = None) -> Message:
    values = {"proposalId": proposal.id, "support": support, "choice": bytes(32)}
    return message("Ballot", BATCH_BALLOT, values, domain_ or domain_of(proposal.body))


# --- single signed votes ---


def signed(
    proposal: Proposal | Subject,
    support: int,
    voter: Person,
    *,
    kind: str = "Ballot",
    fields: Mapping[str, str] = BALLOT,
    more: Mapping[str, Any] = MappingProxyType({}),
    nonce: int | None = None,
    by: Person | None = None,
    domain_: Mapping[str, Any] | None = None,
) -> tuple[Any, ...]:
    """Arguments of castVoteBySig; with another `kind` of message, which may hold `more`, of its relatives."""
    if nonce is None:
        nonce = int(proposal.body.read("nonces", voter.address))
    values = {"proposalId": proposal.id, "support": support, "voter": voter.address, "nonce": nonce, **more}
    text = message(kind, fields, values, domain_ or domain_of(proposal.body))
    return proposal.id, support, voter.address, *more.values(), (by or voter).signer.sign_typed_data(text)


def signed_as_representative(proposal: Proposal | Subject, support: int, voter: Person, **how: Any) -> tuple[Any, ...]:
    """Arguments of castVoteAsRepresentativeBySig."""
    return signed(proposal, support, voter, kind="RepresentativeBallot", **how)


def signed_with_reason(
    proposal: Proposal | Subject,
    support: int,
    voter: Person,
    reason: str = "because",
    params: bytes = b"",
    **how: Any,
) -> tuple[Any, ...]:
    """Arguments of castVoteWithReasonAndParamsBySig."""
    more = {"reason": reason, "params": params}
    return signed(proposal, support, voter, kind="ExtendedBallot", fields=EXTENDED_BALLOT, more=more, **how)


# --- delegations ---


def signed_delegation(
    registry: BoundContract,
    delegator: Person,
    delegatee: str,
    expiry: int,
    *,
    nonce: int | None = None,
    by: Person | None = None,
    domain_: Mapping[str, Any] | None = None,
) -> tuple[Any, ...]:
    """Arguments of delegateBySig."""
    number = int(read(registry, "nonces", delegator.address)) if nonce is None else nonce
    values = {"delegatee": delegatee, "nonce": number, "expiry": expiry}
    within = domain_ or domain(read(registry, "name"), registry.connection.chain_id, registry.address)
    signature = (by or delegator).signer.sign_typed_data(message("Delegation", DELEGATION, values, within))
    return delegatee, number, expiry, signature[64], signature[:32], signature[32:64]


# --- batches ---


@dataclass(frozen=True)
class Ballot:
    """One person's choice in a batch. `index` is the claimed person, `signature` 64 bytes r, s with v = 27."""

    support: int
    index: int
    signature: bytes


def ballot(
    proposal: Proposal | Subject,
    support: int,
    voter: Person,
    *,
    index: int | None = None,
    domain_: Mapping[str, Any] | None = None,
    said: int | None = None,
) -> Ballot:
    """A ballot signed by `voter`; what they `said` in it is `support` unless somebody changed it."""
    text = batch_message(proposal, support if said is None else said, domain_)
    place = voter.index if index is None else index
    return Ballot(support, place, even(voter.signer.sign_typed_data(text)))


def ballot_by_key(key: PrivateKey, digest: bytes, support: int, index: int) -> Ballot:
    """The same, fast: for thousands."""
    raw = key.sign_recoverable(digest, hasher=None)
    return Ballot(support, index, even(raw[:64] + bytes([27 + raw[64]])))


def even(signature: bytes) -> bytes:
    """65 bytes r, s, v as the 64 bytes r, s of the same signature with v = 27."""
    s = int.from_bytes(signature[32:64], "big")
    return signature[:32] + (ORDER - s if signature[64] == 28 else s).to_bytes(32, "big")


def group(word: int, support: int, entries: Iterable[tuple[int, bytes]], n: int | None = None) -> bytes:
    """A group of a batch: persons of one word (by their place in it) with one choice. `n` is a lie about how many."""
    listed = list(entries)
    head = word.to_bytes(3, "big") + bytes([support]) + (len(listed) if n is None else n).to_bytes(2, "big")
    return head + b"".join(bytes([place]) + signature for place, signature in listed)


def batch(*ballots: Ballot) -> bytes:
    """Bytes for castBallots: groups in rising order of word and choice, in each the ballots as given."""

    def place(each: Ballot) -> tuple[int, int]:
        return each.index // WORD, each.support

    return b"".join(
        group(word, support, [(each.index % WORD, each.signature) for each in members])
        for (word, support), members in groupby(sorted(ballots, key=place), place)
    )


def key_of(proposal: Proposal | Subject, index: int) -> str:
    """The key of a person now."""
    return str(read(proposal.body.registry, "person", index).key)
