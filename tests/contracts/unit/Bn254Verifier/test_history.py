"""Keys as of a proposal's snapshot: what is enrolled, replaced or compacted later changes nothing for it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.bodies import event, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.verifying import FOR, NO_HINT, Hall
from zonedao.ballots.keys import encode_enrolments, enrolment
from zonedao.ballots.schemes import BN254

HINTS = (FOR, NO_HINT)


def pages(hall: Hall, time: int, word: int = 0) -> list[int]:
    """Persons in each page that is read at a time, newest first."""
    found, _ = hall.ask("pagesAt", hall.registry.address, word, time)
    return [int.from_bytes(hall.chain.code(page)[1:33], "big").bit_count() for page in found]


def compact(hall: Hall, word: int = 0) -> dict[str, object]:
    receipt = transact(hall.verifier, "compact", hall.registry.address, word)
    stand_at(hall.chain, now(hall.chain) + 1)
    return event(receipt, "KeysCompacted", hall.verifier.address)


def test_a_key_enrolled_after_the_snapshot_does_not_count(hall: Hall) -> None:
    snapshot = now(hall.chain) - 1
    stand_at(hall.chain, snapshot + 100)
    hall.enroll([hall.voter(20)])
    enrolled = now(hall.chain) - 1
    for time in (snapshot, enrolled - 1):
        with reverts("NoVotingKey", word=0, mask=1 << 20):
            hall.verify(hall.claim({FOR: [1, 20]}, snapshot=time))
    hall.verify(hall.claim({FOR: [1, 20]}, snapshot=enrolled))
    hall.verify(hall.claim({FOR: [1, 2]}, snapshot=snapshot))


@pytest.mark.parametrize("hint", HINTS)
def test_a_replaced_key_is_the_key_of_older_proposals_only(hall: Hall, hint: int) -> None:
    before, old = now(hall.chain) - 1, hall.voter(3)
    everybody = range(1, 9)
    hall.enroll([old.renewed()])
    after, new = now(hall.chain) - 1, hall.voter(3)
    with_old = {FOR: [old if index == 3 else hall.voter(index) for index in everybody]}
    with_new = {FOR: [hall.voter(index) for index in everybody]}
    assert (old.key, new.key) == (old.key, old.renewed().key)
    for snapshot, right, wrong in ((before, with_old, with_new), (after, with_new, with_old)):
        hall.verify(hall.claim({FOR: everybody}, snapshot=snapshot, hint=hint, signing=right))
        with reverts("WrongSignature"):
            hall.verify(hall.claim({FOR: everybody}, snapshot=snapshot, hint=hint, signing=wrong))


def test_two_changes_in_one_second(hall: Hall) -> None:
    """The later one holds, and the earlier one never did."""
    first, second = (hall.voter(3).renewed(generation) for generation in (1, 2))
    entries = [
        hall.entry(first),
        enrolment(second.account, second.key, hall.place(3), BN254.encode_key(first.key.public)),
    ]
    calls = [hall.verifier.encode("enroll", hall.registry.address, 0, encode_enrolments([entry])) for entry in entries]
    before = now(hall.chain)
    transact(hall.caller, "together", calls)
    at = now(hall.chain)
    assert hall.ask("keyOf", hall.registry.address, 3, at) == BN254.encode_key(second.key.public)
    assert hall.ask("keyOf", hall.registry.address, 3, before) == BN254.encode_key(hall.voter(3).key.public)
    hall.verify(hall.claim({FOR: [2, 3]}, snapshot=at, signing={FOR: [hall.voter(2), second]}))


@pytest.mark.parametrize("hint", HINTS)
def test_compacting_changes_no_key_at_any_time(hall: Hall, hint: int) -> None:
    times = [now(hall.chain) - 1]
    for voters in (
        [hall.voter(index) for index in range(40, 60)],
        [hall.voter(3).renewed()],
        [hall.voter(41).renewed()],
    ):
        hall.enroll(voters)
        times.append(now(hall.chain) - 1)
    word = [hall.ask("keyedAt", hall.registry.address, 0, time) for time in times]
    keys = [[hall.ask("keyOf", hall.registry.address, index, time) for index in (3, 41, 50)] for time in times]
    claimed = [*range(1, 9), *range(40, 60)]
    claim = hall.claim({FOR: claimed}, hint=hint)
    assert len(pages(hall, times[-1])) == 2
    told = compact(hall)
    assert told == {"registry": hall.registry.address, "word": 0, "mask": word[-1], "page": told["page"]}
    assert pages(hall, now(hall.chain)) == [28]
    assert len(pages(hall, times[-1])) == 2
    assert word == [hall.ask("keyedAt", hall.registry.address, 0, time) for time in times]
    assert keys == [[hall.ask("keyOf", hall.registry.address, index, time) for index in (3, 41, 50)] for time in times]
    assert hall.keyed() == word[-1]
    hall.verify(claim)
    hall.verify(hall.claim({FOR: claimed}, hint=hint))


def test_nothing_to_compact(hall: Hall) -> None:
    for word in (0, 1, 2, 2**256 - 1):
        with reverts("NothingToCompact", registry=hall.registry.address, word=word):
            transact(hall.verifier, "compact", hall.registry.address, word)
    hall.enroll([hall.voter(3).renewed()])
    compact(hall)
    with reverts("NothingToCompact", registry=hall.registry.address, word=0):
        transact(hall.verifier, "compact", hall.registry.address, 0)


def test_a_page_that_cannot_be_paid_is_not_half_made(hall: Hall) -> None:
    hall.enroll([hall.voter(index) for index in range(40, 60)])
    hall.enroll([hall.voter(3).renewed()])
    with reverts("PageNotCreated"):
        transact(hall.verifier, "compact", hall.registry.address, 0, gas_limit=200_000)
    assert len(pages(hall, now(hall.chain))) == 2


def test_pages_double(hall: Hall) -> None:
    """One by one: a page merges those below it of at most twice its size, so that there are few, and larger below."""
    start = now(hall.chain)
    for index in range(60, 85):
        hall.enroll([hall.voter(index)])
        sizes = pages(hall, now(hall.chain))
        assert all(2 * upper < lower for upper, lower in pairwise(sizes)), sizes
        assert sum(sizes) == 8 + index - 59
    assert pages(hall, start) == [8]
    assert hall.keyed() == sum(1 << index for index in (*range(1, 9), *range(60, 85)))
    hall.verify(hall.claim({FOR: [1, 8, 60, 70, 84]}))


def test_who_enrols_again_and_again_makes_no_old_vote_dear(hall: Hall) -> None:
    """Entries after the snapshot are skipped by doubling steps, and pages of one person replace each other."""
    snapshot = now(hall.chain) - 1
    claim = hall.claim({FOR: [1, 2]}, snapshot=snapshot)
    question = hall.verifier.encode("keyedAt", hall.registry.address, 0, snapshot)
    before = hall.chain.estimate_gas(hall.verifier.address, question)
    marks = {}
    for generation in range(1, 18):
        hall.enroll([hall.voter(5).renewed(generation)])
        marks[now(hall.chain) - 1] = hall.kept(5)
    assert pages(hall, now(hall.chain)) == [1, 8]
    assert {time: bytes(hall.ask("keyOf", hall.registry.address, 5, time)) for time in marks} == marks
    assert hall.chain.estimate_gas(hall.verifier.address, question) < before + 2 * 5 * 2_300
    hall.verify(claim)
