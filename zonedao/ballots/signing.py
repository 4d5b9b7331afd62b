"""Signing a ballot: the ECDSA signature, and the share of an aggregate where the member has a voting key.

Both sign the same 32 bytes: the EIP-712 digest of `Ballot(uint256 proposalId,uint8 support,bytes32 choice)` in the
body's domain (its name, version 1, its chain and address). `choice` is zero in a vote for, against or abstaining.

A second, different ballot of the same member on the same proposal would let whoever carries them choose, so what was
signed is recorded before it is signed, beside the key files, and a different choice is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.ballots.here import record_path
from zonedao.ballots.schemes import BLS12_381, Multiples, Share
from zonedao.ballots.typed import compact, typed_data, typed_digest
from zonedao.disk import LineLog
from zonedao.errors import Refused, UsageProblem
from zonedao.governance.proposals import Support

if TYPE_CHECKING:
    from zonedao.ballots.keys import VotingKey
    from zonedao.chain.signers import Signer

DOMAIN_VERSION = "1"
NO_CHOICE = bytes(32)
MOST_SIGNATURE_BYTES = 1_024  # of a smart account: fifteen owners, 65 bytes each


@dataclass(frozen=True)
class Question:
    """What is voted on: a proposal (IGovernor's id) of a body, by `name` and address, on a chain."""

    chain_id: int
    body: str
    body_name: str
    proposal_id: int

    def message(self, support: Support) -> dict[str, Any]:
        """The EIP-712 message that a ballot signs."""
        return typed_data(
            {
                "name": self.body_name,
                "version": DOMAIN_VERSION,
                "chainId": self.chain_id,
                "verifyingContract": self.body,
            },
            "Ballot",
            {"proposalId": "uint256", "support": "uint8", "choice": "bytes32"},
            {"proposalId": self.proposal_id, "support": int(support), "choice": NO_CHOICE},
        )

    def digest(self, support: Support) -> bytes:
        """The 32 bytes that a ballot signs."""
        return _digest(self, support)

    def single_message(self, support: Support, voter: str, nonce: int) -> dict[str, Any]:
        """The EIP-712 message of a ballot that is posted singly: that of OpenZeppelin's `castVoteBySig`."""
        return typed_data(
            self.message(support)["domain"],
            "Ballot",
            {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"},
            {"proposalId": self.proposal_id, "support": int(support), "voter": voter, "nonce": nonce},
        )

    def single_digest(self, support: Support, voter: str, nonce: int) -> bytes:
        """The 32 bytes that such a ballot signs."""
        return typed_digest(self.single_message(support, voter, nonce))


@cache
def _digest(question: Question, support: Support) -> bytes:
    return typed_digest(question.message(support))


@dataclass(frozen=True)
class Single:
    """The account that votes by `castVoteBySig`, and the number of its signature in the body (`nonces`)."""

    voter: str
    nonce: int


@dataclass(frozen=True)
class SignedBallot:
    """A ballot as it is handed in: person `index` of the zone's registry, choice, compact signature (64 bytes), share.

    `share` is None for a member without an enrolled voting key; such a ballot is posted by its signature.

    `single` is what the ballot of a smart account has besides (ERC-1271): it is posted on its own, its signature is
    what the account accepts, up to `MOST_SIGNATURE_BYTES`, and it has no share.
    """

    chain_id: int
    body: str
    proposal_id: int
    index: int
    support: Support
    signature: bytes = field(repr=False)
    share: Share | None = field(default=None, repr=False)
    single: Single | None = None

    def document(self) -> dict[str, Any]:
        """In JSON's types; the form of files and of the relayer. Read it back with `read_ballot`."""
        found: dict[str, Any] = {
            "chain_id": self.chain_id,
            "body": self.body,
            "proposal": f"0x{self.proposal_id:064x}",
            "person": self.index,
            "support": self.support.title,
            "signature": "0x" + self.signature.hex(),
        }
        if self.share is not None:
            found["share"] = _hex(self.share.value, self.share.scheme.coordinate_bytes)
            if self.share.key2 is not None:
                found["key2"] = _hex(self.share.key2, self.share.scheme.coordinate_bytes)
        if self.single is not None:
            found |= {"voter": self.single.voter, "nonce": self.single.nonce}
        return found


def read_ballot(document: Any) -> SignedBallot:
    """A ballot from its document. Raises UsageProblem, naming the field, for anything else."""
    if not isinstance(document, Mapping):
        raise UsageProblem("A ballot is a JSON object. Hand in what `zonedao ballot sign` wrote, unchanged.")
    known = {"chain_id", "body", "proposal", "person", "support", "signature", "share", "key2", "voter", "nonce"}
    strange = sorted(str(each)[:40] for each in document if each not in known)
    if strange:
        raise UsageProblem(
            f"A ballot has no field {strange[0]!r}. Hand in what `zonedao ballot sign` wrote, unchanged."
        )
    support = document.get("support")
    if support not in ("against", "for", "abstain"):
        raise _unusable("support", "against, for or abstain")
    share = None
    if "key2" in document:
        key2 = _words(document, "key2", 4)
        share = Share(tuple(_words(document, "share", 2)), (key2[0], key2[1], key2[2], key2[3]))
    elif "share" in document:
        share = Share(tuple(_words(document, "share", 4, BLS12_381.coordinate_bytes)))
    single = None
    if "voter" in document or "nonce" in document:
        single = Single(_address(document, "voter"), _whole(document, "nonce", 2**63, least=0))
        signature = _some_bytes(document, "signature")
        if share is not None:
            raise _unusable("share", "left out: the ballot of a smart account has none")
    else:
        signature = b"".join(word.to_bytes(32, "big") for word in _words(document, "signature", 2))
    return SignedBallot(
        _whole(document, "chain_id", 2**63),
        _address(document, "body"),
        _words(document, "proposal", 1)[0],
        _whole(document, "person", 2**32),
        Support[support.upper()],
        signature,
        share,
        single,
    )


class SigningRecord:
    """What this user has signed, one JSON object a line beside the key files; nothing is ever removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = LineLog(path, "The record of signed ballots", "nothing was signed")

    @classmethod
    def default(cls) -> SigningRecord:
        """The record of this user, under the home folder of the package."""
        return cls(record_path())

    def signed(self, question: Question, signer: str) -> Support | None:
        """The choice that somebody signed, None if none. Raises StorageProblem."""
        key = _record_key(question, signer)
        for line in self._log.entries():
            if all(line.get(name) == value for name, value in key.items()):
                return Support[str(line["support"]).upper()]
        return None

    def note(self, question: Question, signer: str, support: Support, number: int) -> None:
        """Put a choice on the disk before it is signed. Raises Refused if it was another, StorageProblem.

        `number` is the body's own number of the proposal.
        """
        with self._log.lock():
            before = self.signed(question, signer)
            if before is not None and before is not support:
                raise Refused(
                    f"You signed a ballot {_said(before)} on this proposal already, and whoever carries both could "
                    f"choose between them. Nothing was signed. Vote directly instead: `zonedao vote {number} "
                    f"{support.title}` counts if it arrives before your ballot is posted."
                )
            if before is None:
                self._log.append({**_record_key(question, signer), "support": support.title})


def sign_ballot(
    signer: Signer,
    question: Question,
    index: int,
    support: Support,
    *,
    key: VotingKey | None = None,
    record: SigningRecord | None,
    number: int = 0,
    table: Multiples | None = None,
) -> SignedBallot:
    """Sign a ballot as person `index`, with a share if `key` is given.

    What is signed is put into `record` first; None keeps no record, for somebody who signs for throw-away keys. The
    proposal's `number` is for the message that a second choice is refused with.
    The `table` of the key's scheme for the choice's digest makes many shares of the same choice cheaper. Raises
    Refused for a second choice.
    """
    if record is not None:
        record.note(question, signer.address, support, number)
    signature = compact(signer.sign_typed_data(question.message(support)))
    share = None
    if key is not None:
        share = key.share(question.digest(support), table)
    return SignedBallot(question.chain_id, question.body, question.proposal_id, index, support, signature, share)


def sign_single(
    signer: Signer, question: Question, index: int, support: Support, single: Single, signature: bytes | None = None
) -> SignedBallot:
    """The ballot of a smart account, signed by somebody who acts for it, or with the `signature` that it made itself.

    Nothing is recorded: whether the account accepts the signature is to be asked of the chain first.
    """
    if signature is None:
        signature = signer.sign_typed_data(question.single_message(support, single.voter, single.nonce))
    return SignedBallot(
        question.chain_id, question.body, question.proposal_id, index, support, signature, single=single
    )


# --- inside ---


def _record_key(question: Question, signer: str) -> dict[str, Any]:
    return {
        "chain_id": question.chain_id,
        "body": question.body,
        "proposal": f"0x{question.proposal_id:064x}",
        "signer": signer,
    }


def _said(support: Support) -> str:
    return "to abstain" if support is Support.ABSTAIN else support.title


def _hex(numbers: tuple[int, ...], size: int) -> str:
    return "0x" + b"".join(number.to_bytes(size, "big") for number in numbers).hex()


def _whole(document: Mapping[str, Any], name: str, bound: int, least: int = 1) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < bound:
        raise _unusable(name, "a number above zero" if least else "a number")
    return value


def _address(document: Mapping[str, Any], name: str) -> str:
    from zonedao.chain.abi import checksum_address

    value = document.get(name)
    try:
        if isinstance(value, str) and len(value) == 42 and value.startswith("0x"):
            return checksum_address(value)
    except UsageProblem:
        pass
    raise _unusable(name, "an address")


def _some_bytes(document: Mapping[str, Any], name: str) -> bytes:
    value = document.get(name)
    try:
        if isinstance(value, str) and value.startswith("0x") and value.isascii():
            raw = bytes.fromhex(value[2:])
            if len(raw) <= MOST_SIGNATURE_BYTES:
                return raw
    except ValueError:
        pass
    raise _unusable(name, f"at most {MOST_SIGNATURE_BYTES} bytes as 0x-hex")


def _words(document: Mapping[str, Any], name: str, count: int, size: int = 32) -> list[int]:
    value = document.get(name)
    if isinstance(value, str) and value.startswith("0x") and len(value) == 2 + 2 * size * count and value.isascii():
        try:
            raw = bytes.fromhex(value[2:])
            return [int.from_bytes(raw[start : start + size], "big") for start in range(0, len(raw), size)]
        except ValueError:
            pass
    raise _unusable(name, f"{size * count} bytes as 0x-hex")


def _unusable(name: str, wanted: str) -> UsageProblem:
    return UsageProblem(
        f"The field {name!r} of this ballot is not {wanted}. Hand in what `zonedao ballot sign` wrote, unchanged."
    )
