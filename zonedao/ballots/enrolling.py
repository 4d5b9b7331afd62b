"""Enrolling voting keys through a ballot box: entries are handed in, checked, and sent in batches by anybody.

A member makes an entry once (`enrolment`) and needs no transaction; the key counts for proposals made after the batch
was mined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.actions import plain
from zonedao.ballots.keys import (
    Enrolment,
    Place,
    VotingKey,
    encode_enrolments,
    enrolment,
    require_valid,
)
from zonedao.ballots.poll import scheme_of
from zonedao.ballots.posting import (
    Posted,
    Preview,
    Tell,
    Transaction,
    finish_earlier,
    most_gas,
    posting_client,
    send,
)
from zonedao.ballots.schemes import SCHEMES, scheme_of_length
from zonedao.chain.abi import checksum_address
from zonedao.disk import locked
from zonedao.errors import ContractRevert, NotFound, Refused, UsageProblem
from zonedao.governance.registry import WORD_BITS

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.ballots.box import BallotBox
    from zonedao.ballots.schemes import Scheme
    from zonedao.chain.contract import BoundContract
    from zonedao.chain.signers import Signer
    from zonedao.client import Client
    from zonedao.governance.body import Body

_BATCH_GAS = 150_000  # what a batch takes besides
_FAR_FUTURE = 2**40 - 1
_NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class KeyVerdict:
    """What became of an entry that was handed in: accepted, or the code and reason of a refusal.

    Codes: accepted, enrolled (the chain has this key), wrong-verifier, no-person, replaced, bad-entry.
    """

    entry: Enrolment
    code: str
    reason: str

    @property
    def accepted(self) -> bool:
        """Whether the entry is in the box, or on the chain already."""
        return self.code in ("accepted", "enrolled")


def verifier_of(body: Body) -> BoundContract:
    """The verifier that the zone of a body lists now. Raises NotFound where there is none."""
    address, _ = body.contract.call("verifier")
    if address == _NOBODY:
        raise NotFound(f"{body.zone.name} lists no verifier, so it needs no voting keys. Sign ballots without.")
    return body.client.bind("IBallotVerifier", address)


def kept_key(verifier: BoundContract, registry: str, index: int, time: int = _FAR_FUTURE) -> bytes:
    """The encoded voting key of a person at a time; the one kept now without one; empty if none."""
    return bytes(verifier.call("keyOf", registry, index, time))


def scheme_at(body: Body) -> Scheme:
    """What voting keys of a body are made with now. Raises NotFound where there is no verifier."""
    return scheme_of(verifier_of(body))


def make_enrolment(body: Body, signer: Signer, key: VotingKey) -> Enrolment:
    """The signer's entry for a voting key at the verifier of a body. Raises NotFound, Refused."""
    verifier = verifier_of(body)
    registry = body.zone.registry
    index = registry.index_of(signer.address)
    if index == 0 or registry.person(index).left_at:
        raise Refused(f"{signer.address} is no member of {body.zone.name}. Use the account that is.")
    place = Place(body.client.connection.chain_id, verifier.address, registry.address, index)
    kept = kept_key(verifier, registry.address, index)
    if kept == key.scheme.encode_key(key.public):
        raise Refused("This voting key is enrolled already. Nothing is left to do.")
    return enrolment(signer, key, place, kept)


def collect_enrolments(box: BallotBox, entries: Iterable[Enrolment]) -> list[KeyVerdict]:
    """Check entries and keep those that the chain would take; a verdict for each, in order. Raises NotFound."""
    verifier = verifier_of(box.body)
    handed_in = list(entries)
    verdicts = [KeyVerdict(entry, *_judge(box, verifier, entry)) for entry in handed_in]
    now = box.body.client.now()
    with box.store.writing():
        for verdict in verdicts:
            if verdict.code == "accepted":
                box.store.keep_enrolment(_place(verdict.entry), enrolment_document(verdict.entry), now)
    return verdicts


def waiting_enrolments(box: BallotBox) -> list[Enrolment]:
    """The entries in the box that the chain does not have yet, by person."""
    verifier = verifier_of(box.body)
    entries = _held(box, verifier)
    return [entry for entry in entries if not _is_kept(verifier, entry)]


def post_enrolments(box: BallotBox, tell: Tell | None = None) -> Posted:
    """Send all waiting entries, a batch for each word of 256 persons; entries that the chain refuses are taken out.

    Resumes like the posting of ballots: the chain says which keys it has.
    """
    say: Tell = tell or (lambda line: None)
    done: list[Transaction] = []
    with locked(box.store.path.with_suffix(".lock")):
        client = posting_client(box)
        verifier = verifier_of(box.body)
        finish_earlier(client, verifier.address, say)
        most = _most_entries(client, verifier)
        for entries in _by_word(waiting_enrolments(box)):
            while entries:
                part = entries[:most]
                try:
                    receipt = send(client, _batch(client, verifier, part), say)
                except ContractRevert as revert:
                    refused = [entry for entry in part if entry.place.index == revert.args_dict.get("index")]
                    if not refused:
                        raise
                    say(f"Taken out: {revert.message}")
                    box.store.remove_enrolments(_place(entry) for entry in refused)
                    entries = [entry for entry in entries if entry not in refused]
                    continue
                done.append(Transaction("keys", len(part), len(part), receipt.gas_used, receipt.hash))
                box.store.remove_enrolments(_place(entry) for entry in part)
                entries = entries[most:]
    return Posted(tuple(done), ())


def preview_enrolments(box: BallotBox) -> list[Preview]:
    """The transactions that `post_enrolments` would send now; nothing is sent. Raises ContractRevert."""
    client, verifier = box.body.client, verifier_of(box.body)
    most = _most_entries(client, verifier)
    return [
        Preview("keys", len(part), _batch(client, verifier, part).explain(fee=True))
        for entries in _by_word(waiting_enrolments(box))
        for part in (entries[start : start + most] for start in range(0, len(entries), most))
    ]


# --- documents ---


def enrolment_document(entry: Enrolment) -> dict[str, Any]:
    """An entry in JSON's types; the form of files and of the relayer. Read it back with `read_enrolment`."""
    return {
        "chain_id": entry.place.chain_id,
        "verifier": entry.place.verifier,
        "registry": entry.place.registry,
        "person": entry.place.index,
        "owner": entry.owner,
        "key": "0x" + entry.scheme.encode_key(entry.key).hex(),
        "replaces": "0x" + entry.replaces.hex(),
        "proof": f"0x{entry.proof[0]:032x}{entry.proof[1]:064x}",
        "consent": "0x" + entry.consent.hex(),
    }


def read_enrolment(document: Any) -> Enrolment:
    """An entry from its document. Raises UsageProblem for anything else."""
    try:
        if not isinstance(document, Mapping) or set(document) != _FIELDS:
            raise ValueError
        index, chain_id = document["person"], document["chain_id"]
        if type(index) is not int or type(chain_id) is not int or not 0 < index < 2**32 or chain_id <= 0:
            raise ValueError
        key, proof = _bytes(document["key"], *_KEY_LENGTHS), _bytes(document["proof"], 48)
        scheme = scheme_of_length(len(key))
        return Enrolment(
            Place(chain_id, checksum_address(document["verifier"]), checksum_address(document["registry"]), index),
            checksum_address(document["owner"]),
            scheme.decode_key(key),
            _bytes(document["replaces"], 0, len(key)),
            (int.from_bytes(proof[:16], "big"), int.from_bytes(proof[16:], "big")),
            _bytes(document["consent"], 64),
            scheme,
        )
    except (ValueError, TypeError, AttributeError, UsageProblem):
        raise UsageProblem(
            "That is no entry for a voting key. Hand in what `zonedao ballot key` wrote, unchanged."
        ) from None


_KEY_LENGTHS = tuple(scheme.key_bytes for scheme in SCHEMES.values())
_FIELDS = {"chain_id", "verifier", "registry", "person", "owner", "key", "replaces", "proof", "consent"}


# --- inside ---


def _by_word(entries: Iterable[Enrolment]) -> list[list[Enrolment]]:
    words: dict[int, list[Enrolment]] = {}
    for entry in entries:
        words.setdefault(entry.place.index // WORD_BITS, []).append(entry)
    return list(words.values())


def _most_entries(client: Client, verifier: BoundContract) -> int:
    """Entries that one transaction takes."""
    return min(WORD_BITS, max((most_gas(client) - _BATCH_GAS) // scheme_of(verifier).entry_gas, 1))


def _batch(client: Client, verifier: BoundContract, entries: list[Enrolment]) -> Action[None]:
    place = entries[0].place
    word = place.index // WORD_BITS
    data = verifier.encode("enroll", place.registry, word, encode_enrolments(entries))
    return plain(client, verifier.address, data, f"enrol {len(entries)} voting keys of word {word}")


def _judge(box: BallotBox, verifier: BoundContract, entry: Enrolment) -> tuple[str, str]:
    registry = box.body.zone.registry
    place = entry.place
    here = (box.body.client.connection.chain_id, verifier.address, registry.address)
    if (place.chain_id, place.verifier, place.registry) != here or entry.scheme is not scheme_of(verifier):
        return "wrong-verifier", "The entry is for another zone, chain or verifier. Make it again for this zone."
    if place.index > registry.count():
        return "no-person", f"The zone has no person {place.index}. Check on which network the entry was made."
    person = registry.person(place.index)
    if person.left_at or person.key != entry.owner:
        return "no-person", f"{entry.owner} is not the account of person {place.index} now. Make the entry with it."
    kept = kept_key(verifier, registry.address, place.index)
    if kept == entry.scheme.encode_key(entry.key):
        return "enrolled", "The chain has this key already."
    if kept != entry.replaces:
        return "replaced", "Another key was enrolled since this entry was made. Make it again."
    try:
        require_valid(entry)
    except UsageProblem as problem:
        return "bad-entry", problem.message
    return "accepted", "The entry is in the box."


def _held(box: BallotBox, verifier: BoundContract) -> list[Enrolment]:
    chain_id = box.body.client.connection.chain_id
    documents = box.store.enrolments(chain_id, verifier.address, box.body.zone.registry.address)
    return [read_enrolment(document) for document in documents]


def _is_kept(verifier: BoundContract, entry: Enrolment) -> bool:
    return kept_key(verifier, entry.place.registry, entry.place.index) == entry.scheme.encode_key(entry.key)


def _place(entry: Enrolment) -> tuple[int, str, str, int]:
    return entry.place.chain_id, entry.place.verifier, entry.place.registry, entry.place.index


def _bytes(value: Any, *lengths: int) -> bytes:
    if not isinstance(value, str) or not value.startswith("0x") or not value.isascii():
        raise ValueError
    raw = bytes.fromhex(value[2:])
    if len(raw) not in lengths:
        raise ValueError
    return raw
