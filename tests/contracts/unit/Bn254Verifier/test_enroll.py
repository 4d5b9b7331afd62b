"""Bn254Verifier.enroll: a key is kept with its owner's consent and a proof that its secret is known, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.bodies import attempt, event, now, stand_at, transact
from tests.support.chain import GAS_PRICE_WEI, deploy, reverts
from tests.support.verifying import Hall, Voter, account, new_registry, voting_key
from tests.support.world import World
from zonedao.ballots.bn254 import FIELD, INFINITY, add, negate, total
from zonedao.ballots.keys import Enrolment, Place, encode_enrolments, enrolment, prove_possession
from zonedao.ballots.schemes import BN254
from zonedao.chain.abi import keccak
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, NodeRefused

NEW = 20  # somebody without a key in the hall


def test_keys_are_kept_from_the_next_second(hall: Hall) -> None:
    before = hall.keyed()
    voters = [hall.voter(index) for index in (NEW, 21, 255)]
    (receipt,) = hall.enroll(voters)
    at = now(hall.chain) - 1
    new = 1 << NEW | 1 << 21 | 1 << 255
    told = event(receipt, "KeysEnrolled", hall.verifier.address)
    assert (told["registry"], told["word"], told["mask"]) == (hall.registry.address, 0, new)
    assert hall.keyed(time=at - 1) == before
    assert hall.keyed(time=at) == hall.keyed() == before | new
    assert [hall.kept(voter.index) for voter in voters] == [BN254.encode_key(voter.key.public) for voter in voters]
    assert hall.kept(NEW + 2) == hall.ask("keyOf", hall.registry.address, NEW, at - 1) == b""


def test_a_page_is_code_that_does_nothing(hall: Hall) -> None:
    """0x00 | mask | sum | keys in order of person."""
    voters = [hall.voter(index) for index in range(30, 60)]
    (receipt,) = hall.enroll(voters)
    pages, added = hall.ask("pagesAt", hall.registry.address, 0, now(hall.chain))
    assert pages[0] == event(receipt, "KeysEnrolled")["page"]
    assert added[0] == now(hall.chain) - 1
    everybody = [hall.voter(index) for index in (*range(1, 9), *range(30, 60))]  # the smaller page was merged
    assert len(pages) == 1
    keys = [voter.key.public for voter in everybody]
    mask = sum(1 << voter.index for voter in everybody)
    expected = b"\0" + mask.to_bytes(32, "big") + BN254.encode_key(total(keys)) + b"".join(map(BN254.encode_key, keys))
    assert hall.chain.code(pages[0]) == expected
    assert hall.chain.call(pages[0], b"anything") == b""


def test_anyone_sends_the_whole_word_at_once(hall: Hall) -> None:
    voters = [hall.voter(index) for index in (256, 257, 258, 259, 260)]
    hall.enroll([voter.renewed() for voter in voters])
    assert hall.keyed(1) == 0b11111
    assert [hall.kept(voter.index) for voter in voters] == [
        BN254.encode_key(voter.renewed().key.public) for voter in voters
    ]


def test_persons_of_another_register_are_other_persons(hall: Hall) -> None:
    other = replace(hall, registry=new_registry(deploy(hall.chain, "RegistryDeployer"), 1), voters=[])
    other.admit(3)
    other.enroll([other.voter(2)])
    assert other.keyed() == 0b100
    assert hall.keyed() == sum(1 << index for index in range(1, 9))


# --- entries that are none ---


def test_no_registry(hall: Hall) -> None:
    with reverts("NotARegistry", registry=account(1).address):
        attempt(hall.verifier, "enroll", account(1).address, 0, b"")


def test_a_register_that_says_too_little(hall: Hall) -> None:
    """What is missing in its answer is not made up from what is in memory: the enrolment ends, without a word."""
    code = bytes.fromhex("600580600b6000396000f3" + "60406000f3")  # answers whatever it is asked with 64 zero bytes
    receipt = Sender(hall.chain, dev_account(0), gas_price_wei=GAS_PRICE_WEI).transact(None, code, 0)
    entry = encode_enrolments([hall.entry(hall.voter(NEW))])
    with reverts("Empty"):
        attempt(hall.verifier, "enroll", receipt.contract_address, 0, entry)


@pytest.mark.parametrize("length", [0, 1, 176, 178, 353])
def test_malformed(hall: Hall, length: int) -> None:
    entries = encode_enrolments(hall.entry(hall.voter(index)) for index in (NEW, 21))
    with reverts("EntriesMalformed", length=length, entrySize=177):
        hall.attempt(raw=entries[:length])


@pytest.mark.parametrize(("one", "other"), [(21, 20), (20, 20), (255, 20)])
def test_not_rising(hall: Hall, one: int, other: int) -> None:
    raw = b"".join(encode_enrolments([hall.entry(hall.voter(index))]) for index in (one, other))
    with reverts("EntriesNotRising", index=other):
        hall.attempt(raw=raw)


@pytest.mark.parametrize(("word", "index"), [(0, 0), (1, 261), (7, 2000)])
def test_nobody(hall: Hall, word: int, index: int) -> None:
    stranger = Voter(index, account(9999), voting_key(9999))
    entry = enrolment(stranger.account, stranger.key, hall.place(index))
    with reverts("NoSuchPerson", index=index):
        hall.attempt(entry, word=word)


def test_not_who_left(hall: Hall) -> None:
    entry = hall.entry(hall.voter(NEW))
    transact(hall.registry, "depart", NEW)
    with reverts("PersonLeft", index=NEW):
        hall.attempt(entry)


# --- keys that are none ---


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: INFINITY,
        lambda key: (key[0], key[1] + 1),
        lambda key: (key[0] + FIELD, key[1]),
        lambda key: (key[0], key[1] + FIELD),
        lambda key: (0, FIELD),
        lambda key: (FIELD, 0),
        lambda key: (key[1], key[0]),
    ],
    ids=[
        "zero",
        "off the curve",
        "x not reduced",
        "y not reduced",
        "zero, y not reduced",
        "zero, x not reduced",
        "turned",
    ],
)
def test_not_a_key(hall: Hall, spoil: Callable[[tuple[int, int]], tuple[int, int]]) -> None:
    voter = hall.voter(NEW)
    entry = replace(hall.entry(voter), key=spoil(voter.key.public))
    with reverts("NotAKey", index=NEW):
        hall.attempt(entry)


def test_a_wrong_entry_keeps_all_of_them_out_and_is_named(hall: Hall) -> None:
    good, bad = hall.entry(hall.voter(NEW)), hall.entry(hall.voter(21))
    before = hall.keyed()
    spoilt = replace(bad, proof=(bad.proof[0], bad.proof[1] + 1))
    with reverts("NoPossession", index=21):
        transact(hall.verifier, "enroll", hall.registry.address, 0, encode_enrolments([good, spoilt]))
    assert hall.keyed(time=now(hall.chain) + 1) == before
    hall.attempt(good, bad)


# --- proof of possession ---


def consented(hall: Hall, voter: Voter, key: tuple[int, int], owner: Voter | None = None) -> Enrolment:
    """An entry whose owner really consents to `key`, with a proof made with the voter's secret."""
    from zonedao.ballots.keys import consent_message
    from zonedao.ballots.typed import compact, typed_digest

    signer = (owner or voter).account
    message = consent_message(hall.place(voter.index), BN254.encode_key(key), hall.kept(voter.index))
    proof = prove_possession(voter.key, typed_digest(message), signer.address)
    return Enrolment(hall.place(voter.index), signer.address, key, b"", proof, compact(signer.sign_typed_data(message)))


def test_a_rogue_key_has_no_proof(hall: Hall) -> None:
    """Mine less all others' would let me sign for everybody; I do not know its secret."""
    mine = hall.voter(NEW)
    others = total(hall.voter(index).key.public for index in range(1, 9))
    rogue = add(mine.key.public, negate(others))
    with reverts("NoPossession", index=NEW):
        hall.attempt(consented(hall, mine, rogue))
    hall.attempt(consented(hall, mine, mine.key.public))


@pytest.mark.parametrize("part", [0, 1])
def test_a_wrong_proof(hall: Hall, part: int) -> None:
    entry = hall.entry(hall.voter(NEW))
    proof = tuple(number ^ (position == part) for position, number in enumerate(entry.proof))
    with reverts("NoPossession", index=NEW):
        hall.attempt(replace(entry, proof=proof))


def test_a_proof_of_somebody_else(hall: Hall) -> None:
    entry, other = hall.entry(hall.voter(NEW)), hall.entry(hall.voter(21))
    with reverts("NoPossession", index=NEW):
        hall.attempt(replace(entry, proof=other.proof))


@pytest.mark.parametrize("elsewhere", ["registry", "index", "chain", "verifier"])
def test_a_proof_and_a_consent_for_elsewhere(hall: Hall, elsewhere: str) -> None:
    """Whatever was signed for another place is worth nothing here, neither both nor one of them."""
    here, voter = hall.place(NEW), hall.voter(NEW)
    there = {
        "registry": replace(here, registry=account(7).address),
        "index": replace(here, index=21),
        "chain": replace(here, chain_id=here.chain_id + 1),
        "verifier": replace(here, verifier=account(8).address),
    }[elsewhere]
    foreign, good = enrolment(voter.account, voter.key, there), hall.entry(voter)
    with reverts("NoPossession", index=NEW):
        hall.attempt(replace(foreign, place=here))
    with reverts("NoPossession", index=NEW):
        hall.attempt(replace(good, proof=foreign.proof))
    with reverts("NoConsent", index=NEW, owner=voter.account.address):
        hall.attempt(replace(good, consent=foreign.consent))


def test_a_proof_for_another_owner(hall: Hall) -> None:
    voter = hall.voter(NEW)
    with reverts("NoPossession", index=NEW):
        hall.attempt(consented(hall, voter, voter.key.public, owner=hall.voter(21)))


# --- consent ---


def test_a_consent_by_somebody_else(hall: Hall) -> None:
    good = hall.entry(hall.voter(NEW))
    other = consented(hall, hall.voter(NEW), good.key, owner=hall.voter(21))
    with reverts("NoConsent", index=NEW, owner=hall.voter(NEW).account.address):
        hall.attempt(replace(good, consent=other.consent))


@pytest.mark.parametrize("consent", [bytes(64), b"\xff" * 64])
def test_a_consent_that_is_no_signature(hall: Hall, consent: bytes) -> None:
    with reverts("NoConsent", index=NEW):
        hall.attempt(replace(hall.entry(hall.voter(NEW)), consent=consent))


def test_the_account_key_of_now(world: World) -> None:
    """Who rotated the account key consents with the new one; the old one's word is worth nothing from then on."""
    hall = Hall.of(world)
    ann = hall.voter(1)
    entry = hall.entry(ann)
    hall.attempt(entry)
    new = dev_account(30)
    transact(world.registry, "rotate", new.address, by=dev_account(1))
    with reverts("NoPossession", index=1):
        hall.attempt(entry)
    moved = hall.entry(replace(ann, account=new))
    with reverts("NoConsent", index=1, owner=new.address):
        hall.attempt(replace(moved, consent=entry.consent))
    hall.attempt(moved)


def test_an_abandoned_key_is_not_brought_back(hall: Hall) -> None:
    """The first entry is public for ever; it says that it replaces nothing, and something is there now."""
    voter = hall.voter(NEW)
    first = hall.entry(voter)
    hall.enroll([voter])
    with reverts("NoPossession", index=NEW):
        hall.attempt(first)
    hall.enroll([voter.renewed()])
    with reverts("NoPossession", index=NEW):
        hall.attempt(first)
    assert hall.kept(NEW) == BN254.encode_key(voter.renewed().key.public)


# --- gas ---


def test_starved_of_gas_nothing_is_kept(hall: Hall) -> None:
    before, entry = hall.keyed(), encode_enrolments([hall.entry(hall.voter(NEW))])
    for gas_limit in range(40_000, 1_000_000, 120_000):
        try:
            transact(hall.verifier, "enroll", hall.registry.address, 0, entry, gas_limit=gas_limit)
        except (ContractRevert, NodeRefused):
            continue
        stand_at(hall.chain, now(hall.chain) + 1)
        assert hall.kept(NEW) == BN254.encode_key(hall.voter(NEW).key.public)
        break
    else:
        raise AssertionError("never enrolled")
    assert gas_limit > 100_000
    assert hall.keyed() == before | 1 << NEW


def test_golden_consent(hall: Hall) -> None:
    """The typehash, and the domain that wallets are shown (ERC-5267)."""
    said = b"VotingKey(address registry,uint256 index,bytes key,bytes replaces)"
    assert bytes(hall.ask("VOTING_KEY_TYPEHASH")) == keccak(said)
    domain = hall.ask("eip712Domain")
    assert tuple(domain) == (
        b"\x0f",
        "zonedao voting keys",
        "1",
        hall.chain.chain_id,
        hall.verifier.address,
        bytes(32),
        (),
    )
    assert Place(domain.chainId, domain.verifyingContract, hall.registry.address, 1) == hall.place(1)
