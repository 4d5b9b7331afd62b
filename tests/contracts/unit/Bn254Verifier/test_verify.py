"""Bn254Verifier.verify: everybody who is claimed had a key and signed that choice, or it reverts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice, permutations

import pytest

from tests.support.bodies import now
from tests.support.chain import reverts
from tests.support.verifying import ABSTAIN, AGAINST, FOR, KEYED, NO_HINT, Claim, Hall, on_twist, proof_of, signature_of
from zonedao.ballots.bn254 import FIELD, ORDER, add, hash_to_point, negate
from zonedao.chain.abi import keccak
from zonedao.errors import ContractRevert

GOLDEN_POINT = (
    0x28539490B81425B0B74B78E41BEF9C9B15EE0719C516F386BD840B51B9C52024,
    0x133046843348B81AF09FA9213FDEA237ED63674548FEE97B8CA3487373BA321E,
)
GOLDEN_COUNTER = 0
GOLDEN_PROOF = [
    "0xd7b11fce6f3e4284d379891eba835d8b5bb1ee5fe514d3770873ac2bc25ac2f",
    "0x93d43bce7a5a0b553b1c570fda569ed7da48a9a033283b9d814298ba8f1868d",
    "0x1f254f3778f241beeaf691ac59223549e6a59e74cd3ea434850c0bfb7384cd34",
    "0x25b5448adef8630bf1730a806162f65a79996fb3cf4967b2ae58599cf629ab26",
    "0x4b31555fa63777f625859e1a26eea5b7e4c8fbdc4cce64d28a143246f57f411",
    "0x2533e3a108e16e3b519e3d98405ad9221ecf2d8da65739cc8b7ce90b14a17ccb",
    "0x0",
    "0x133046843348b81af09fa9213fdea237ed63674548fee97b8ca3487373ba321e",
]
THREE = {AGAINST: (2, 257), FOR: (1, 3, 4, 5, 6, 256), ABSTAIN: (7,)}


def with_proof(claim: Claim, position: int, value: int) -> Claim:
    """The claim with one number of its proof changed."""
    return replace(claim, proof=[value if at == position else each for at, each in enumerate(claim.proof)])


# --- what is true ---


@pytest.mark.parametrize("hint", [AGAINST, FOR, ABSTAIN, NO_HINT])
def test_three_choices_in_two_words(hall: Hall, hint: int) -> None:
    hall.verify(hall.claim(THREE, hint=hint))


@pytest.mark.parametrize("sizes", [*permutations((1, 2, 3)), (2, 2, 2), (2, 2, 1), (1, 2, 2), (2, 1, 2)], ids=str)
def test_whichever_choice_has_the_most(hall: Hall, sizes: tuple[int, int, int]) -> None:
    """The largest set of a word is added last, over the keys of the others."""
    persons = iter(range(1, 7))
    hall.verify(hall.claim({choice: list(islice(persons, size)) for choice, size in enumerate(sizes)}))


@pytest.mark.parametrize("choice", [AGAINST, FOR, ABSTAIN])
def test_everybody_for_one_choice(hall: Hall, choice: int) -> None:
    """All keys of every page: nothing is added up but what the pages say, and nothing is subtracted."""
    hall.verify(hall.claim({choice: KEYED}, hint=choice))


def test_one_voter(hall: Hall) -> None:
    hall.verify(hall.claim({FOR: [256]}))


def test_in_a_transaction(hall: Hall) -> None:
    from tests.support.bodies import read, transact

    transact(hall.caller, "verify", *hall.claim(THREE).args)
    assert read(hall.caller, "verified") == 1


def test_a_word_of_which_nobody_is_claimed(hall: Hall) -> None:
    claim = hall.claim({FOR: [1, 2]})
    hall.verify(replace(claim, words=[*claim.words, 1, 0, 0, 0, 900, 0, 0, 0]))


def test_golden_vector(hall: Hall) -> None:
    """The digests' points, and the sum of two keys: numbers that stay."""
    assert hash_to_point(keccak(b"proposal1")) == (GOLDEN_POINT, GOLDEN_COUNTER)
    claim = hall.claim({FOR: [1, 2]})
    assert [hex(number) for number in claim.proof] == GOLDEN_PROOF
    hall.verify(claim)


def test_another_counter_is_another_point(hall: Hall) -> None:
    """Voters sign the point of the smallest counter; a later one that is on the curve as well was not signed."""
    claim = hall.claim({FOR: [1, 2]})
    counter = claim.proof[6] + 1
    while True:
        x = int.from_bytes(keccak(claim.digests[FOR] + counter.to_bytes(32, "big")), "big") % FIELD
        y = pow(x**3 + 3, (FIELD + 1) // 4, FIELD)
        if (y * y - x**3 - 3) % FIELD == 0:
            break
        counter += 1
    with reverts("WrongSignature"):
        hall.verify(with_proof(with_proof(claim, 6, counter), 7, y))


# --- who did not sign ---


def test_a_signer_is_missing(hall: Hall) -> None:
    signing = {FOR: [hall.voter(index) for index in (1, 2)]}
    with reverts("WrongSignature"):
        hall.verify(hall.claim({FOR: [1, 2, 3]}, signing=signing))


def test_a_signer_too_many(hall: Hall) -> None:
    signing = {FOR: [hall.voter(index) for index in (1, 2, 3)]}
    with reverts("WrongSignature"):
        hall.verify(hall.claim({FOR: [1, 2]}, signing=signing))


def test_the_sum_on_the_twist_is_of_who_is_claimed(hall: Hall) -> None:
    """The keys are right and a signer is missing, or the other way round."""
    both = hall.claim({FOR: [1, 2, 3]})
    few = hall.claim({FOR: [1, 2]})
    for wrong in (
        replace(both, proof=few.proof[:2] + both.proof[2:]),
        replace(both, proof=both.proof[:2] + few.proof[2:]),
    ):
        with reverts("WrongSignature"):
            hall.verify(wrong)


@pytest.mark.parametrize("hint", [FOR, NO_HINT])
def test_a_choice_is_moved(hall: Hall, hint: int) -> None:
    """Person 3 was against, and is claimed to be for."""
    signing = {AGAINST: [hall.voter(3)], FOR: [hall.voter(1), hall.voter(2)]}
    true = hall.claim({AGAINST: [3], FOR: [1, 2]})
    moved = hall.claim({FOR: [1, 2, 3]}, hint=hint)
    with reverts("WrongSignature"):
        hall.verify(replace(moved, proof=[*signature_of(true.digests, signing), *moved.proof[2:]]))
    with reverts("WrongSignature"):
        hall.verify(replace(true, words=[0, 1 << 1 | 1 << 2, 1 << 3, 0]))


def test_another_proposal(hall: Hall) -> None:
    """Neither the digests alone nor with the right point: a signature is for one proposal."""
    claim, other = hall.claim({FOR: [1, 2]}), hall.claim({FOR: [1, 2]}, about=b"another")
    with reverts("NotThePointOf", support=FOR):
        hall.verify(replace(claim, digests=other.digests))
    with reverts("WrongSignature"):
        hall.verify(replace(claim, digests=other.digests, proof=claim.proof[:2] + other.proof[2:]))


def test_digests_of_choices_nobody_made_are_free(hall: Hall) -> None:
    claim = hall.claim({FOR: [1, 2]})
    hall.verify(replace(claim, digests=(bytes(32), claim.digests[FOR], bytes(32))))


# --- who has no key ---


def test_persons_without_a_key_are_not_claimed(hall: Hall) -> None:
    """One signer who claims 212 persons without a key gave a tally of 213 elsewhere: here it names them."""
    keyless = [index for index in range(1, 256) if index not in KEYED][:212]
    signing = {FOR: [hall.voter(1)]}
    claim = hall.claim({FOR: [1, *keyless]}, signing=signing)
    for hint in (FOR, NO_HINT):
        with reverts("NoVotingKey", word=0, mask=sum(1 << index for index in keyless)):
            hall.verify(replace(claim, hint=hint))


@pytest.mark.parametrize(("index", "word", "bit"), [(9, 0, 9), (258, 1, 2)])
def test_nor_one_of_them_beside_others(hall: Hall, index: int, word: int, bit: int) -> None:
    with reverts("NoVotingKey", word=word, mask=1 << bit):
        hall.verify(hall.claim({AGAINST: [1, 2], FOR: [3, 4, 256, index]}))


def test_words_without_any_key(hall: Hall) -> None:
    claim = hall.claim({FOR: [1, 2]})
    for word in (2, 1 << 24, 1 << 248, 2**256 - 1 - 1):
        with reverts("NoVotingKey", word=word, mask=1):
            hall.verify(replace(claim, words=[*claim.words, word, 0, 1, 0]))


def test_before_there_were_keys(hall: Hall) -> None:
    with reverts("NoVotingKey", word=0, mask=0b110):
        hall.verify(hall.claim({FOR: [1, 2]}, snapshot=0))


def test_another_registry_has_other_keys(hall: Hall) -> None:
    with reverts("NoVotingKey", word=0, mask=0b110):
        hall.verify(replace(hall.claim({FOR: [1, 2]}), registry=hall.verifier.address))


# --- claims that are none ---


@pytest.mark.parametrize("length", [1, 2, 3, 5, 7])
def test_claims_come_in_fours(hall: Hall, length: int) -> None:
    claim = hall.claim({FOR: [1, 256]})
    with reverts("ClaimsMalformed", length=length):
        hall.verify(replace(claim, words=claim.words[:length]))


@pytest.mark.parametrize("word", [0, 1])
def test_words_rise(hall: Hall, word: int) -> None:
    claim = hall.claim({FOR: [1, 256]})
    again = [*claim.words[:4], 1, 0, 1, 0, word, 0, 1, 0]
    with reverts("WordsNotRising", word=word):
        hall.verify(replace(claim, words=again))


@pytest.mark.parametrize(("bits", "twice"), [((6, 2, 0), 2), ((6, 0, 4), 4), ((0, 6, 2), 2), ((6, 6, 6), 6)])
@pytest.mark.parametrize("hint", [AGAINST, FOR, ABSTAIN, NO_HINT])
def test_nobody_has_two_choices(hall: Hall, bits: tuple[int, int, int], twice: int, hint: int) -> None:
    claim = hall.claim({FOR: [1, 2]})
    with reverts("ChoicesOverlap", word=0, mask=twice):
        hall.verify(replace(claim, words=[0, *bits], hint=hint))


def test_somebody_is_claimed(hall: Hall) -> None:
    claim = hall.claim({FOR: [1]})
    for words in ([], [0, 0, 0, 0]):
        with reverts("NothingClaimed"):
            hall.verify(replace(claim, words=words, proof=[0, 0]))


@pytest.mark.parametrize("hint", [4, 2**256 - 1])
def test_hints_there_are(hall: Hall, hint: int) -> None:
    with reverts("HintUnknown", hint=hint):
        hall.verify(replace(hall.claim({FOR: [1]}), hint=hint))


@pytest.mark.parametrize("length", [0, 2, 7, 9, 14])
def test_proofs_have_a_length(hall: Hall, length: int) -> None:
    claim = hall.claim({FOR: [1, 2]})
    with reverts("ProofMalformed", length=length, expected=8):
        hall.verify(replace(claim, proof=[*claim.proof, *range(9)][:length]))


# --- points that are none ---


@pytest.mark.parametrize(
    "spoil",
    [
        lambda signature: (0, 0),
        lambda signature: negate(signature),
        lambda signature: add(signature, (1, 2)),
        lambda signature: (1, 2),
    ],
    ids=["zero", "negative", "moved", "generator"],
)
def test_a_wrong_signature(hall: Hall, spoil: Callable[[tuple[int, int]], tuple[int, int]]) -> None:
    claim = hall.claim({FOR: [1, 2]})
    x, y = spoil((claim.proof[0], claim.proof[1]))
    with reverts("WrongSignature"):
        hall.verify(with_proof(with_proof(claim, 0, x), 1, y))


@pytest.mark.parametrize(("position", "change"), [(0, 1), (1, 1), (0, FIELD), (1, FIELD)])
def test_a_signature_off_the_curve_or_not_reduced(hall: Hall, position: int, change: int) -> None:
    claim = hall.claim({FOR: [1, 2]})
    with reverts("PrecompileFailed", precompile=6):
        hall.verify(with_proof(claim, position, claim.proof[position] + change))


def test_another_key_on_the_twist(hall: Hall) -> None:
    """Of somebody else, of nobody, the negative of the right one."""
    claim = hall.claim({FOR: [1, 2]})
    secret = sum(hall.voter(index).key.secret for index in (1, 2))
    for wrong in (on_twist(secret + 1), on_twist(ORDER - secret), on_twist(1), (0, 0, 0, 0)):
        with reverts("WrongSignature"):
            hall.verify(replace(claim, proof=[*claim.proof[:2], *wrong, *claim.proof[6:]]))


@pytest.mark.parametrize("position", [2, 3, 4, 5])
@pytest.mark.parametrize("change", [1, FIELD])
def test_a_key_off_the_twist_or_not_reduced(hall: Hall, position: int, change: int) -> None:
    claim = hall.claim({FOR: [1, 2]})
    with reverts("PrecompileFailed", precompile=8):
        hall.verify(with_proof(claim, position, claim.proof[position] + change))


@pytest.mark.parametrize(
    "spoil",
    [lambda y: y + 1, lambda y: y + FIELD, lambda y: 0, lambda y: 2**256 - 1],
    ids=["off the curve", "not reduced", "zero", "large"],
)
def test_the_point_of_a_choice(hall: Hall, spoil: Callable[[int], int]) -> None:
    claim = hall.claim(THREE)
    for support in (AGAINST, FOR, ABSTAIN):
        with reverts("NotThePointOf", support=support):
            hall.verify(with_proof(claim, 7 + 6 * support, spoil(claim.proof[7 + 6 * support])))


def test_the_negative_of_a_point_has_the_negative_signature(hall: Hall) -> None:
    """The only freedom there is: it says the same about the same persons."""
    claim = hall.claim({FOR: [1, 2]})
    x, y = negate((claim.proof[0], claim.proof[1]))
    turned = with_proof(claim, 7, FIELD - claim.proof[7])
    with reverts("WrongSignature"):
        hall.verify(turned)
    hall.verify(with_proof(with_proof(turned, 0, x), 1, y))


def test_sums_of_choices_are_not_exchanged(hall: Hall) -> None:
    """The keys of two choices in each other's place: together the same sum, apart not."""
    claim = hall.claim({AGAINST: [1], FOR: [2]})
    proof = claim.proof
    with reverts("WrongSignature"):
        hall.verify(replace(claim, proof=[*proof[:2], *proof[8:12], *proof[6:8], *proof[2:6], *proof[12:]]))
    away = 12345
    keys = (on_twist(hall.voter(1).key.secret + away), on_twist(hall.voter(2).key.secret - away))
    with reverts("WrongSignature"):
        hall.verify(replace(claim, proof=[*proof[:2], *keys[0], *proof[6:8], *keys[1], *proof[12:]]))


# --- gas ---


def test_starved_of_gas_nothing_is_true(hall: Hall) -> None:
    """With whatever gas, a call succeeds only if the claim holds: a precompile that ran dry counts for nothing."""
    claim = hall.claim({AGAINST: [2], FOR: [1, 3]}, hint=FOR)
    true = hall.verifier.encode("verify", *claim.args)
    signing = {AGAINST: [hall.voter(2)], FOR: [hall.voter(1)]}
    false = hall.verifier.encode("verify", *replace(claim, proof=proof_of(claim.digests, signing)).args)
    results = {}
    for gas in (*range(10_000, 180_000, 9_973), 700_000):
        try:
            results[gas] = hall.caller.call("verifyWith", gas, true, block="latest").done
        except ContractRevert:
            results[gas] = False
        assert not hall.caller.call("verifyWith", gas, false, block="latest").done
    assert [done for gas, done in results.items() if gas < 180_000] == [False] * (len(results) - 1)
    assert results[700_000]


def test_nobody_asks_about_the_present_in_vain(hall: Hall) -> None:
    """Keys of this very second are there for a snapshot of this second, which no proposal has."""
    hall.verify(hall.claim({FOR: [1, 2]}, snapshot=now(hall.chain)))
