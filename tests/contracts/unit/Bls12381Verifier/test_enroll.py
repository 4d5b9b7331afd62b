"""Bls12381Verifier.enroll: a key is kept with its owner's consent and proof of its secret, or not at all."""

from __future__ import annotations

from dataclasses import replace

from tests.support.bodies import event, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.verifying import Hall, voting_key
from zonedao.ballots.bls12_381 import FIELD, INFINITY, Point, add, is_in_group, is_on_curve, negate, total
from zonedao.ballots.keys import Enrolment, encode_enrolments, enrolment
from zonedao.ballots.schemes import BLS12_381
from zonedao.errors import ContractRevert, NodeRefused

NEW = 20  # somebody without a key in the hall
encode_key = BLS12_381.encode_key


def outside() -> Point:
    """A point of the first curve that is not in the group."""
    for x in range(1, 100):
        y = pow(x**3 + 4, (FIELD + 1) // 4, FIELD)
        if is_on_curve((x, y)) and not is_in_group((x, y)):
            return x, y
    raise AssertionError("there is one among the first")


def with_key(entry: Enrolment, key: Point) -> Enrolment:
    return replace(entry, key=key)


def test_a_page_has_the_keys_and_their_sum(on_python: Hall) -> None:
    hall = on_python
    voters = [hall.voter(index) for index in (NEW, 21, 30)]
    (receipt,) = hall.enroll(voters)
    everybody = [hall.voter(index) for index in (*range(1, 7), NEW, 21, 30)]
    keys = [voter.key.public for voter in everybody]
    mask = sum(1 << voter.index for voter in everybody)
    expected = b"\0" + mask.to_bytes(32, "big") + encode_key(total(keys)) + b"".join(map(encode_key, keys))
    page = event(receipt, "KeysEnrolled", hall.verifier.address)["page"]
    assert hall.chain.code(page) == expected
    assert hall.kept(21) == encode_key(hall.voter(21).key.public)


def test_entries_have_a_length(hall: Hall) -> None:
    raw = encode_enrolments([hall.entry(hall.voter(NEW))])
    for length in (0, 177, 208, 210):
        with reverts("EntriesMalformed", length=length, entrySize=209):
            hall.attempt(raw=(raw + raw)[:length])


def test_not_a_key(hall: Hall) -> None:
    """Zero, off the curve, on it and outside of the group, not reduced."""
    entry = hall.entry(hall.voter(NEW))
    x, y = entry.key
    spoilt = [INFINITY, (x, y + 1), (y, x), outside(), (x + FIELD, y), (x, y + FIELD), (0, FIELD), (FIELD, 0)]
    for key in spoilt:
        with reverts("NotAKey", index=NEW):
            hall.attempt(with_key(entry, key))


def test_a_rogue_key_has_no_proof(hall: Hall) -> None:
    """Mine less all others' would let me sign for everybody; I do not know its secret."""
    entry = hall.entry(hall.voter(NEW))
    others = total(hall.voter(index).key.public for index in range(1, 7))
    with reverts("NoPossession", index=NEW):
        hall.attempt(with_key(entry, add(entry.key, negate(others))))


def test_a_proof_and_a_consent_are_for_one_entry(hall: Hall) -> None:
    voter, other = hall.voter(NEW), hall.voter(21)
    entry, foreign = hall.entry(voter), hall.entry(other)
    challenge, response = entry.proof
    for proof in ((challenge ^ 1, response), (challenge, response ^ 1), foreign.proof, (0, 0)):
        with reverts("NoPossession", index=NEW):
            hall.attempt(replace(entry, proof=proof))
    for place in (replace(hall.place(NEW), index=21), replace(hall.place(NEW), chain_id=1)):
        with reverts("NoPossession", index=NEW):
            hall.attempt(replace(enrolment(voter.account, voter.key, place), place=hall.place(NEW)))
    with reverts("NoConsent", index=NEW, owner=voter.account.address):
        hall.attempt(replace(entry, consent=foreign.consent))
    hall.attempt(entry, foreign)


def test_an_abandoned_key_is_not_brought_back(hall: Hall) -> None:
    voter = hall.voter(NEW)
    first = hall.entry(voter)
    hall.enroll([voter])
    hall.enroll([replace(voter, key=voting_key(NEW, 1, BLS12_381))])
    with reverts("NoPossession", index=NEW):
        hall.attempt(first)


def test_starved_of_gas_nothing_is_kept(hall: Hall) -> None:
    before, entry = hall.keyed(), encode_enrolments([hall.entry(hall.voter(NEW))])
    for gas_limit in range(40_000, 1_000_000, 60_000):
        try:
            transact(hall.verifier, "enroll", hall.registry.address, 0, entry, gas_limit=gas_limit)
        except (ContractRevert, NodeRefused):
            continue
        stand_at(hall.chain, now(hall.chain) + 1)
        assert hall.kept(NEW) == encode_key(hall.voter(NEW).key.public)
        break
    else:
        raise AssertionError("never enrolled")
    assert gas_limit > 150_000
    assert hall.keyed() == before | 1 << NEW
