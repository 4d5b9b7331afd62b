"""Voting keys: derivation, possession, consent, and their encoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from coincurve import PublicKey
from eth_account.messages import _hash_eip191_message, encode_typed_data

from zonedao.ballots import keys
from zonedao.ballots.bn254 import GENERATOR, ORDER, hash_to_point, multiply
from zonedao.ballots.bn254_g2 import GENERATOR2, multiply2
from zonedao.ballots.keys import Place, VotingKey, derive, encode_enrolments, enrolment, require_valid
from zonedao.ballots.schemes import BN254
from zonedao.ballots.typed import compact, even, recover, typed_digest
from zonedao.chain.signers import dev_account, dev_key
from zonedao.errors import KeyProblem, UsageProblem

PLACE = Place(31337, "0x" + "11" * 20, "0x" + "22" * 20, 300)
OWNER = dev_account(1)


def test_the_key_of_an_account_never_changes() -> None:
    """Whoever changes the derivation takes every member's enrolled key away."""
    key = derive(OWNER)
    assert key.secret == 0xC885CC3804655723F725B230E797163A39E9D66345ADAE66DE5265F9D3570D8
    assert key.public == multiply(GENERATOR, key.secret)
    assert key.public2 == multiply2(GENERATOR2, key.secret)
    assert derive(OWNER) == key
    assert derive(OWNER, 1) != key
    assert derive(dev_account(2)) != key


def test_a_key_is_not_shown() -> None:
    key = derive(OWNER)
    assert str(key.secret) not in repr(key)
    assert hex(key.secret)[2:] not in repr(key)


@pytest.mark.parametrize("secret", [0, ORDER, -1])
def test_secrets_that_are_no_keys(secret: int) -> None:
    with pytest.raises(KeyProblem, match="no voting key"):
        VotingKey(secret)


def test_a_signer_with_random_nonces_is_refused() -> None:
    class Moody:
        address = OWNER.address
        count = 0

        def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
            self.count += 1
            return bytes([self.count]) * 65

        def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
            raise AssertionError

    with pytest.raises(KeyProblem, match="Vote directly"):
        derive(Moody())


def test_hkdf_is_that_of_rfc_5869() -> None:
    # appendix A.1
    found = keys._hkdf(bytes.fromhex("0b" * 22), bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert found.hex() == ("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")


def test_digests_are_those_of_eth_account() -> None:
    for message in (
        keys.derivation_message(3),
        keys.consent_message(PLACE, BN254.encode_key(derive(OWNER).public), b"\1" * 64),
    ):
        assert typed_digest(message) == bytes(_hash_eip191_message(encode_typed_data(full_message=message)))


def test_shares_with_and_without_a_table() -> None:
    key = derive(OWNER)
    digest = bytes(31) + b"7"
    share = key.share(digest)
    assert share == key.share(digest, BN254.table(digest))
    assert share.value == multiply(hash_to_point(digest)[0], key.secret)
    assert share.key2 == multiply2(GENERATOR2, key.secret)


def test_an_enrolment_is_valid() -> None:
    entry = enrolment(OWNER, derive(OWNER), PLACE)
    require_valid(entry)
    assert entry == enrolment(OWNER, derive(OWNER), PLACE)


CHANGES: list[dict[str, Any]] = [
    {"place": replace(PLACE, chain_id=1)},
    {"place": replace(PLACE, verifier="0x" + "33" * 20)},
    {"place": replace(PLACE, registry="0x" + "33" * 20)},
    {"place": replace(PLACE, index=301)},
    {"replaces": bytes(64)},
    {"key": multiply(GENERATOR, 5)},
]


@pytest.mark.parametrize("change", [*CHANGES, {"owner": dev_account(2).address}, {"consent": bytes(64)}])
def test_consent_is_bound_to_everything(change: dict[str, Any]) -> None:
    entry = replace(enrolment(OWNER, derive(OWNER), PLACE), **change)
    with pytest.raises(UsageProblem, match="consent of person"):
        require_valid(entry)


@pytest.mark.parametrize("change", CHANGES)
def test_possession_is_bound_to_everything(change: dict[str, Any]) -> None:
    entry = replace(enrolment(OWNER, derive(OWNER), PLACE), **change)
    message = keys.consent_message(entry.place, BN254.encode_key(entry.key), entry.replaces)
    entry = replace(entry, consent=compact(OWNER.sign_typed_data(message)))
    with pytest.raises(UsageProblem, match="does not prove"):
        require_valid(entry)


def test_possession_is_bound_to_the_owner() -> None:
    other = enrolment(dev_account(2), derive(OWNER), PLACE)
    with pytest.raises(UsageProblem, match="does not prove"):
        require_valid(replace(other, proof=enrolment(OWNER, derive(OWNER), PLACE).proof))


def test_a_response_is_not_taken_in_another_form() -> None:
    entry = enrolment(OWNER, derive(OWNER), PLACE)
    challenge, response = entry.proof
    for proof in ((challenge, response + ORDER), (challenge + (1 << 128), response), (0, 0), (-1, response)):
        with pytest.raises(UsageProblem, match="does not prove"):
            require_valid(replace(entry, proof=proof))


def test_a_key_off_the_curve() -> None:
    with pytest.raises(UsageProblem, match="no point"):
        require_valid(replace(enrolment(OWNER, derive(OWNER), PLACE), key=(1, 3)))


def test_encoded_entries_rise_by_person() -> None:
    entries = [enrolment(OWNER, derive(OWNER), replace(PLACE, index=index)) for index in (511, 256, 300)]
    data = encode_enrolments(entries)
    assert len(data) == 3 * 177
    assert [data[start] for start in (0, 177, 354)] == [0, 44, 255]
    first = entries[1]
    assert data[1:65] == BN254.encode_key(first.key)
    assert data[65:113] == first.proof[0].to_bytes(16, "big") + first.proof[1].to_bytes(32, "big")
    assert data[113:177] == first.consent


def test_compact_signatures() -> None:
    message = keys.derivation_message(7)
    for number in range(6):  # both parities
        signer = dev_account(number)
        signature = signer.sign_typed_data(message)
        short = compact(signature)
        assert recover(typed_digest(message), short) == signer.address
        assert compact(signature[:64] + bytes([signature[64] - 27])) == short
        for parity in (0, 1):
            plain = PublicKey.from_signature_and_message(
                even(short) + bytes([parity]), typed_digest(message), hasher=None
            )
            assert (plain == PublicKey.from_secret(dev_key(number))) == (parity == 0), "v is 27, whatever it was"
    assert recover(typed_digest(keys.derivation_message(8)), short) != signer.address
    assert recover(typed_digest(message), bytes(64)) == ""
    assert recover(typed_digest(message), short[:63]) == ""


def test_malleable_signatures_are_nobodys() -> None:
    """G20: s and n − s are the same signature; only the low one is taken, as on the chain."""
    curve = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    message = keys.derivation_message(7)
    signature = OWNER.sign_typed_data(message)
    high = curve - int.from_bytes(signature[32:64], "big")
    with pytest.raises(UsageProblem, match="canonical"):
        compact(signature[:32] + high.to_bytes(32, "big") + bytes([55 - signature[64]]))
    with pytest.raises(UsageProblem, match="canonical"):
        compact(signature[:64])
