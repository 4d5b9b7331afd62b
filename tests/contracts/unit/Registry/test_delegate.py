"""Registry.delegate, dismiss and what they say: one representative a person, one level, capped, with history."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, event, just_before, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.plans import COIN
from tests.support.registers import Register, somebody
from tests.support.world import PEOPLE, World
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account

NEW = Person("new", 0, dev_account(41))
LEAST = 5  # followers that anybody may have


def follow(world: World, who: Person, whom: Person | str) -> dict[str, str]:
    receipt = transact(world.registry, "delegate", whom if isinstance(whom, str) else whom.address, by=who)
    return event(receipt, "DelegateChanged")


def followers(world: World, whom: Person, time: int | None = None) -> int:
    return int(read(world.registry, "followersAt", whom.index, 0, now(world.chain) if time is None else time))


def test_from_oneself_to_another_to_nobody(world: World, alice: Person, bob: Person, charlie: Person) -> None:
    """G6: nobody means oneself. Each change is told, and the past stays."""
    times = []
    for whom, said, told in ((bob, bob, alice), (charlie, charlie, bob), (COIN, alice, charlie)):
        fields = {"delegator": alice.address, "fromDelegate": told.address, "toDelegate": said.address}
        assert follow(world, alice, whom) == fields
        assert read(world.registry, "delegates", alice.address) == said.address
        assert read(world.registry, "representativeOf", alice.index) == (said.index if said is not alice else 0)
        times.append(now(world.chain))
        stand_at(world.chain, times[-1] + 60)
    bit = 1 << alice.index
    masks = [(followers(world, bob, time), followers(world, charlie, time)) for time in (times[0] - 1, *times)]
    assert masks == [(0, 0), (bit, 0), (0, bit), (0, 0)]
    assert [tuple(read(world.registry, "followerCount", each.index)) for each in (bob, charlie)] == [(0, LEAST)] * 2
    assert read(world.registry, "getVotes", alice.address) == read(world.registry, "getVotes", bob.address) == 1


def test_what_changes_nothing_says_nothing(world: World, alice: Person, bob: Person) -> None:
    for whom in (COIN, alice.address):
        assert not transact(world.registry, "delegate", whom, by=alice).logs
    follow(world, alice, bob)
    assert not transact(world.registry, "delegate", bob.address, by=alice).logs
    assert tuple(read(world.registry, "followerCount", bob.index)) == (1, LEAST)
    assert follow(world, alice, alice)["toDelegate"] == alice.address


def test_between_persons_of_the_zone(world: World, alice: Person, bob: Person, stranger: Person) -> None:
    with reverts("NoPerson", account=stranger.address):
        attempt(world.registry, "delegate", alice.address, by=stranger)
    with reverts("NoPerson", account=stranger.address):
        attempt(world.registry, "delegate", stranger.address, by=alice)
    world.zone.send("leave", by=bob)
    for who, whom in ((alice, bob), (bob, alice)):
        with reverts("PersonHasLeft", index=bob.index):
            attempt(world.registry, "delegate", whom.address, by=who)


def test_one_level(world: World, alice: Person, bob: Person, charlie: Person) -> None:
    """Nobody delegates to who delegates. Who has followers may: nobody is kept from it by being followed."""
    follow(world, alice, bob)
    with reverts("RepresentativeDelegates", index=alice.index, representative=bob.index):
        attempt(world.registry, "delegate", alice.address, by=charlie)
    follow(world, bob, charlie)
    assert read(world.registry, "delegates", alice.address) == bob.address
    assert (followers(world, bob), followers(world, charlie)) == (1 << alice.index, 1 << bob.index)


def test_so_many_and_no_more(world: World, alice: Person) -> None:
    for who in PEOPLE[1 : 1 + LEAST]:
        follow(world, who, alice)
    assert tuple(read(world.registry, "followerCount", alice.index)) == (LEAST, LEAST)
    with reverts("TooManyFollowers", index=alice.index, most=LEAST):
        attempt(world.registry, "delegate", alice.address, by=PEOPLE[LEAST + 1])
    follow(world, PEOPLE[1], PEOPLE[11])
    follow(world, PEOPLE[LEAST + 1], alice)


@pytest.mark.parametrize(("heads", "most"), [(1, 5), (299, 5), (300, 6), (349, 6), (350, 7), (10_000, 200)])
def test_a_fiftieth_of_the_members(chain: Connection, heads: int, most: int) -> None:
    """The zone is a double that says how many members it has."""
    register = Register(chain)
    register.admit(somebody(1))
    transact(register.zone, "setMembers", 0, 0b10, heads)
    assert tuple(register.read("followerCount", 1)) == (0, most)


def test_by_index_not_by_key(world: World, alice: Person, bob: Person) -> None:
    follow(world, alice, bob)
    transact(world.registry, "rotate", NEW.address, by=bob)
    assert read(world.registry, "delegates", alice.address) == NEW.address
    assert read(world.registry, "delegates", bob.address) == bob.address


def test_a_representative_who_left_represents_nobody(world: World, alice: Person, bob: Person) -> None:
    follow(world, alice, bob)
    world.zone.send("leave", by=bob)
    assert read(world.registry, "delegates", alice.address) == alice.address
    follow(world, alice, COIN)
    assert followers(world, bob) == 0


def test_dismissed_by_the_representative(world: World, alice: Person, bob: Person, charlie: Person) -> None:
    follow(world, alice, bob)
    for who in (alice, charlie):
        with reverts("NotYourFollower", index=alice.index):
            attempt(world.registry, "dismiss", alice.index, by=who)
    receipt = transact(world.registry, "dismiss", alice.index, by=bob)
    told = {"delegator": alice.address, "fromDelegate": bob.address, "toDelegate": alice.address}
    assert event(receipt, "DelegateChanged") == told
    assert (followers(world, bob), read(world.registry, "representativeOf", alice.index)) == (0, 0)
    with reverts("NotYourFollower", index=alice.index):
        attempt(world.registry, "dismiss", alice.index, by=bob)
    with reverts("NoSuchPerson", index=99):
        attempt(world.registry, "dismiss", 99, by=bob)


def test_who_left_is_dismissed_by_anyone(world: World, alice: Person, bob: Person, stranger: Person) -> None:
    """So that nobody's places are taken for ever."""
    follow(world, alice, bob)
    world.zone.send("leave", by=alice)
    transact(world.registry, "dismiss", alice.index, by=stranger)
    assert tuple(read(world.registry, "followerCount", bob.index)) == (0, LEAST)
    with reverts("NotYourFollower", index=alice.index):
        attempt(world.registry, "dismiss", alice.index, by=stranger)


def test_back_and_forth_in_one_moment(world: World, alice: Person, bob: Person, charlie: Person) -> None:
    """Several changes count as the last of them, whatever the proposals of that moment see."""
    time = now(world.chain) + 100
    follow(world, alice, bob)
    just_before(world.chain, time)
    follow(world, alice, charlie)
    follow(world, alice, bob)
    assert (followers(world, bob, time - 1), followers(world, bob, time)) == (1 << alice.index, 0)
    assert followers(world, bob) == 1 << alice.index
    assert followers(world, charlie) == 0
