"""Bls12381Verifier.verify: everybody who is claimed had a key and signed that choice, or it reverts.

What it shares with the other verifier (which keys count, claims that are none) is tested in `Bn254Verifier/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.bodies import attempt, now, stand_at, transact
from tests.support.chain import KINDS, at, deploy, open_chain, reverts
from tests.support.verifying import ABSTAIN, AGAINST, BLOCK_GAS, FOR, NO_HINT, Claim, Hall, Voter, proof_of
from zonedao.ballots import bls12_381
from zonedao.ballots.bls12_381 import FIELD, INFINITY2, Point2, hash_to_point2, negate2, total2
from zonedao.ballots.keys import encode_enrolments
from zonedao.ballots.poll import read_keys
from zonedao.ballots.schemes import BLS12_381
from zonedao.errors import ContractRevert

THREE = {AGAINST: (2, 257), FOR: (1, 3, 4, 5, 256), ABSTAIN: (6,)}
MAP = 17  # the precompile that is missed first where there are none


def words(point: Point2) -> list[int]:
    """A point of the second group as the proof has it."""
    return [part for each in point for part in divmod(each, 2**256)]


def with_signature(claim: Claim, change: Callable[[Point2], Point2]) -> Claim:
    """The claim with another signature."""
    high = claim.proof[::2]
    x0, x1, y0, y1 = (each * 2**256 + low for each, low in zip(high, claim.proof[1::2], strict=True))
    return replace(claim, proof=words(change((x0, x1, y0, y1))))


def outside() -> Point2:
    """A point of the second curve that is not in the group: most are not."""
    from py_ecc.bls.hash_to_curve import map_to_curve_G2
    from py_ecc.optimized_bls12_381 import FQ2, normalize

    x, y = normalize(map_to_curve_G2(FQ2((1, 2))))
    point = int(x.coeffs[0]), int(x.coeffs[1]), int(y.coeffs[0]), int(y.coeffs[1])
    assert bls12_381.is_on_curve2(point)
    assert not bls12_381.is_in_group2(point)
    return point


def encode_key(voter: Voter) -> bytes:
    return BLS12_381.encode_key(voter.key.public)


# --- what is true ---


def test_on_every_kind_of_chain(on_python: Hall) -> None:
    """Somebody is found by subtraction, somebody is missing."""
    claim = on_python.claim({FOR: (1, 2, 3, 4, 6)}, hint=FOR)
    on_python.verify(claim)
    with reverts("WrongSignature"):
        on_python.verify(replace(claim, words=[0, 0, 0b1111110, 0]))


def test_it_says_its_curve(hall: Hall) -> None:
    assert hall.ask("curve") == BLS12_381.name


@pytest.mark.parametrize("hint", [AGAINST, FOR, ABSTAIN, NO_HINT])
def test_with_every_hint(hall: Hall, hint: int) -> None:
    """The largest choice may be what is left of all."""
    hall.verify(hall.claim(THREE, hint=hint))
    hall.verify(hall.claim({FOR: (1, 2, 3, 4, 5), AGAINST: (256,)}, hint=hint))
    hall.verify(hall.claim({ABSTAIN: (1, 2, 3, 4, 5, 6)}, hint=hint))


def test_a_signature_is_an_ordinary_one(hall: Hall) -> None:
    """What py_ecc's own signing makes, as every library of the scheme does."""
    from py_ecc.bls import G2ProofOfPossession
    from py_ecc.bls.g2_primitives import signature_to_G2
    from py_ecc.optimized_bls12_381 import normalize

    claim = hall.claim({FOR: [1]})
    signed = G2ProofOfPossession.Sign(hall.voter(1).key.secret, claim.digests[FOR])
    a, b, c, d = (int(part) for each in normalize(signature_to_G2(signed)) for part in each.coeffs)
    assert words((a, b, c, d)) == claim.proof
    hall.verify(claim)


def test_whole_words(hall: Hall) -> None:
    """255 and 256 keys, more than one contract holds; the last ones are claimed, left out, replaced and read."""
    first, second = range(1, 256), range(256, 512)
    hall.enroll([hall.voter(index) for index in (*first[6:], *second[2:-1])])
    assert hall.keyed(0) == 2**256 - 2
    assert hall.keyed(1) == 2**255 - 1
    assert [hall.kept(index) for index in (509, 510)] == [encode_key(hall.voter(index)) for index in (509, 510)]
    hall.enroll([hall.voter(511)])
    assert hall.keyed(1) == 2**256 - 1
    everybody = {FOR: [*first, *second]}
    for hint in (FOR, NO_HINT):
        hall.verify(hall.claim(everybody, hint=hint))
    few = {AGAINST: (3, 255, 511), FOR: (*range(4, 255), *range(300, 510)), ABSTAIN: (510,)}
    claim = hall.claim(few, hint=FOR)
    hall.verify(claim)
    hall.verify(replace(claim, hint=NO_HINT))
    for index in (1, 253, 254, 255, 256, 509, 510, 511):
        assert hall.kept(index) == encode_key(hall.voter(index))
    hall.enroll([hall.voter(index).renewed() for index in (255, 300, 510)])
    renewed = hall.claim(few, hint=FOR)
    hall.verify(renewed)
    with reverts("WrongSignature"):
        hall.verify(replace(renewed, snapshot=claim.snapshot))
    for word in (0, 1):
        transact(hall.verifier, "compact", hall.registry.address, word, gas_limit=BLOCK_GAS)
        with reverts("NothingToCompact", word=word):
            attempt(hall.verifier, "compact", hall.registry.address, word)
    stand_at(hall.chain, now(hall.chain) + 1)
    for hint in (FOR, NO_HINT):
        hall.verify(replace(renewed, snapshot=now(hall.chain) - 1, hint=hint))
        hall.verify(replace(claim, hint=hint))
    assert read_keys(hall.verifier, hall.registry.address, 1, now(hall.chain)) == {
        index: hall.voter(index).key.public for index in second
    }


# --- who did not sign ---


def test_who_is_claimed_signed_that_choice(hall: Hall) -> None:
    one, two, three = hall.voter(1), hall.voter(2), hall.voter(3)
    for signing in ({FOR: [one, two]}, {FOR: [one, two, three, hall.voter(4)]}, {FOR: [one, two], AGAINST: [three]}):
        for hint in (FOR, NO_HINT):
            with reverts("WrongSignature"):
                hall.verify(hall.claim({FOR: [1, 2, 3]}, signing=signing, hint=hint))
    claim = hall.claim({FOR: [1, 2], AGAINST: [3]})
    with reverts("WrongSignature"):
        hall.verify(replace(claim, words=[0, claim.words[2], claim.words[1], 0]))
    for digests in (tuple(reversed(claim.digests)), hall.claim({FOR: [1]}, about=b"another").digests):
        with reverts("WrongSignature"):
            hall.verify(replace(claim, digests=digests))


def test_who_has_no_key(hall: Hall) -> None:
    """One signer who claims others without a key."""
    signing = {FOR: [hall.voter(1)]}
    for hint in (FOR, NO_HINT):
        with reverts("NoVotingKey", word=0, mask=1 << 7 | 1 << 255):
            hall.verify(hall.claim({FOR: [1, 7, 255]}, signing=signing, hint=hint))


@pytest.mark.parametrize("length", [0, 2, 7, 9, 16])
def test_proofs_have_a_length(hall: Hall, length: int) -> None:
    claim = hall.claim({FOR: [1, 2]})
    with reverts("ProofMalformed", length=length, expected=8):
        hall.verify(replace(claim, proof=[*claim.proof, *claim.proof][:length]))


# --- points that are none ---


def test_a_wrong_signature(hall: Hall) -> None:
    claim = hall.claim({FOR: [1, 2]})
    other = hash_to_point2(b"other")
    changes: tuple[Callable[[Point2], Point2], ...] = (
        lambda signature: INFINITY2,
        negate2,
        lambda signature: total2((signature, other)),
        lambda signature: other,
    )
    for change in changes:
        with reverts("WrongSignature"):
            hall.verify(with_signature(claim, change))


def test_a_signature_that_is_no_point_of_the_group(hall: Hall) -> None:
    """Off the curve, not reduced, on the curve and outside of the group."""
    claim = hall.claim({FOR: [1, 2]})
    for position in range(4):
        for change in (1, FIELD):
            spoilt = with_signature(
                claim, lambda point, at=position, by=change: (*point[:at], point[at] + by, *point[at + 1 :])
            )
            with reverts("PrecompileFailed", precompile=15):
                hall.verify(spoilt)
    with reverts("PrecompileFailed", precompile=15):
        hall.verify(with_signature(claim, lambda signature: outside()))


# --- what it runs on ---


def test_starved_of_gas_nothing_is_true(hall: Hall) -> None:
    """With whatever gas, a call succeeds only if the claim holds: a precompile that ran dry counts for nothing."""
    claim = hall.claim({AGAINST: [2], FOR: [1, 3]}, hint=FOR)
    true = hall.verifier.encode("verify", *claim.args)
    signing = {AGAINST: [hall.voter(2)], FOR: [hall.voter(1)]}
    false = hall.verifier.encode("verify", *replace(claim, proof=proof_of(claim.digests, signing)).args)
    for gas in (*range(10_000, 240_000, 6_991), 900_000):
        try:
            done = hall.caller.call("verifyWith", gas, true, block="latest").done
        except ContractRevert:
            done = False
        assert done == (gas == 900_000)
        assert not hall.caller.call("verifyWith", gas, false, block="latest").done


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_not_where_the_precompiles_are_not(kind: str) -> None:
    """Under Shanghai's rules a call of a precompile succeeds and returns nothing: no such verifier comes to be."""
    with open_chain(kind) as connection, reverts("PrecompileFailed", precompile=MAP):
        deploy(connection, "Bls12381Verifier")


def test_nor_does_its_code_believe_anything_there(hall: Hall) -> None:
    """The same state on a chain without the precompiles; Anvil lets it be carried there."""
    if hall.chain.kind != "anvil":
        pytest.skip("only Anvil hands out its state")
    claim = hall.claim({FOR: [1, 2]})
    entry = encode_enrolments([hall.entry(hall.voter(20))])
    with open_chain("anvil") as bare:
        assert bare.chain_id == hall.chain.chain_id
        bare.request("anvil_loadState", hall.chain.request("anvil_dumpState"))
        there = replace(hall, chain=bare, verifier=at(bare, "Bls12381Verifier", hall.verifier.address))
        assert there.keyed(time=claim.snapshot) == hall.keyed()
        with reverts("PrecompileFailed", precompile=11):
            there.verify(claim)
        with reverts("PrecompileFailed", precompile=12):
            there.attempt(raw=entry)
