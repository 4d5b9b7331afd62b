"""Leaving the zone ends membership in every body below: seen at once, applied later, dated when it happened."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Body, Person, event, events, now, stand_at
from tests.support.plans import LAWS, SPENDING, genesis, own
from tests.support.town import UNION, Town
from tests.support.world import World, body_plan


def heads(body: Body, time: int | None = None) -> int:
    return int(body.read("headcountAt", now(body.chain) if time is None else time))


def mask(body: Body, time: int | None = None, word: int = 0) -> int:
    return int(body.read("membersAt", word, now(body.chain) if time is None else time))


# --- seen at once ---


def test_at_every_depth(world: World, alice: Person, erin: Person) -> None:
    for person in (alice, erin):
        world.zone.send("leave", by=person)
    assert (mask(world.food), heads(world.food)) == (0b1011100, 4)
    assert (mask(world.bakery), heads(world.bakery)) == (0b1100, 2)
    for body in (world.food, world.bakery):
        assert not body.read("isMember", alice.index)
        assert body.read("departuresSeen") == 0, "nobody has written anything yet"


def test_from_the_second_of_leaving(world: World, alice: Person) -> None:
    world.zone.send("leave", by=alice)
    left_at = now(world.chain)
    for _ in range(2):
        assert [mask(world.bakery, time) for time in (left_at - 1, left_at)] == [0b1110, 0b1100]
        assert [heads(world.bakery, time) for time in (left_at - 1, left_at)] == [3, 2]
        world.bakery.send("syncDepartures", 64)


def test_who_was_no_member_changes_nothing(world: World, grace: Person) -> None:
    world.zone.send("leave", by=grace)
    assert (heads(world.food), heads(world.bakery)) == (6, 3)
    receipt = world.food.send("syncDepartures", 64)
    assert not events(receipt, "MembershipEnded")
    assert world.food.read("departuresSeen") == 1


def test_who_left_the_industry_before_is_not_counted_twice(world: World, alice: Person) -> None:
    world.food.send("leave", by=alice)
    world.zone.send("leave", by=alice)
    assert heads(world.food) == 5
    world.food.send("syncDepartures", 64)
    assert heads(world.food) == 5


def test_who_left_twice_is_counted_once(world: World, alice: Person) -> None:
    zone = world.zone
    zone.send("leave", by=alice)
    zone.enact(zone.own("admit", [alice.address]))
    zone.send("leave", by=alice)
    assert (heads(world.food), heads(world.bakery)) == (5, 2)
    receipt = world.food.send("syncDepartures", 64)
    assert len(events(receipt, "MembershipEnded")) == 1
    assert world.food.read("departuresSeen") == 2
    assert heads(world.food) == 5


def test_many_at_once(town: Town) -> None:
    left_at = now(town.chain) + 1
    town.act(100, 230, town.zone, "leave")
    gone = (1 << 201) - (1 << 100)
    everybody = (1 << (UNION + 1)) - 2
    assert (mask(town.union, left_at - 1), heads(town.union, left_at - 1)) == (everybody, UNION)
    assert (mask(town.union, left_at), heads(town.union, left_at)) == (everybody & ~gone, 99)


# --- a return ---


def test_a_return_to_the_zone_revives_nothing_below(world: World, alice: Person) -> None:
    zone = world.zone
    zone.send("leave", by=alice)
    zone.enact(zone.own("admit", [alice.address]))
    assert zone.read("isMember", alice.index)
    for body in (world.food, world.bakery):
        assert not body.read("isMember", alice.index)
        body.send("syncDepartures", 64)
        assert not body.read("isMember", alice.index)


def test_admitted_again_below_after_the_return(world: World, alice: Person, bob: Person) -> None:
    zone, food = world.zone, world.food
    zone.send("leave", by=alice)
    left_at = now(world.chain)
    zone.enact(zone.own("admit", [alice.address]))
    food.enact(food.own("admit", [alice.address]))
    admitted_at = now(world.chain)
    times = (left_at - 1, left_at, admitted_at - 1, admitted_at)
    assert [heads(food, time) for time in times] == [6, 5, 5, 6]
    assert [mask(food, time) >> 1 & 1 for time in times] == [1, 0, 0, 1]
    # And the bakery, which still has both departures before it, does not take her back.
    assert not world.bakery.read("isMember", alice.index)


def test_the_old_membership_does_not_season_the_new(world: World, alice: Person, bob: Person) -> None:
    zone, food = world.zone, world.food
    zone.send("leave", by=alice)
    zone.enact(zone.own("admit", [alice.address]))
    food.enact(food.own("admit", [alice.address]))
    admitted_at = now(world.chain)
    stand_at(world.chain, admitted_at + LAWS[SPENDING].seasoning + 1)
    early, seasoned = admitted_at + LAWS[SPENDING].seasoning - 1, admitted_at + LAWS[SPENDING].seasoning
    assert [food.read("getVotes", alice.address, time) for time in (early, seasoned)] == [0, 1]


# --- applied by anybody ---


def test_sync_applies_and_says_when(world: World, alice: Person, charlie: Person, stranger: Person) -> None:
    for person in (alice, charlie):
        world.zone.send("leave", by=person)
    left_at = now(world.chain)
    stand_at(world.chain, left_at + 500)
    receipt = world.bakery.send("syncDepartures", 64, by=stranger)
    assert [dict(found.args) for found in events(receipt, "MembershipEnded", world.bakery.address)] == [
        {"index": 1, "at": left_at - 1},
        {"index": 3, "at": left_at},
    ]
    assert world.bakery.read("departuresSeen") == 2
    assert world.food.read("departuresSeen") == 0, "each body applies for itself"


def test_sync_page_by_page(town: Town) -> None:
    left_at = now(town.chain) + 1
    town.act(101, 180, town.zone, "leave")
    union = town.union
    for most, seen in ((0, 0), (1, 1), (30, 31), (30, 61), (2**255, 80), (5, 80)):
        union.send("syncDepartures", most)
        assert union.read("departuresSeen") == seen
        # Whatever is applied and whatever waits, every reader sees the same.
        assert (heads(union), heads(union, left_at - 1)) == (120, 200)
        assert mask(union) == (1 << 201) - 2 - ((1 << 181) - (1 << 101))


def test_sync_of_nothing(world: World) -> None:
    for body in (world.zone, world.food):
        receipt = body.send("syncDepartures", 64)
        assert not receipt.logs
        assert body.read("departuresSeen") == 0


def test_a_zone_applies_its_own_at_once(world: World, alice: Person) -> None:
    world.zone.send("leave", by=alice)
    receipt = world.zone.send("syncDepartures", 64)
    assert not receipt.logs
    assert world.zone.read("departuresSeen") == 0


def test_an_industry_founded_later_has_nothing_to_apply(world: World, alice: Person, bob: Person) -> None:
    world.zone.send("leave", by=alice)
    health = world.new_industry(world.zone, "Health", world.zone.members[1:4])
    assert health.body.read("departuresSeen") == 1
    world.zone.send("leave", by=bob)
    assert heads(health.body) == 2


# --- what applies them ---


@pytest.mark.parametrize("how", ["propose", "leave", "execute"])
def test_every_change_and_every_proposal(world: World, alice: Person, bob: Person, charlie: Person, how: str) -> None:
    food = world.food
    pending = food.propose(food.own("remove", charlie.index)).carry()
    world.zone.send("leave", by=alice)
    left_at = now(world.chain)
    if how == "propose":
        receipt = food.propose(world.pay(bob.address), by=bob).receipt
    elif how == "leave":
        receipt = food.send("leave", by=bob)
    else:
        receipt = pending.wait_until_due().execute()
    assert receipt is not None
    assert event(receipt, "MembershipEnded", food.address) == {"index": alice.index, "at": left_at}
    assert food.read("departuresSeen") == 1


def test_a_vote_applies_nothing(world: World, alice: Person, bob: Person) -> None:
    proposal = world.food.propose(world.pay(bob.address))
    world.zone.send("leave", by=alice)
    receipt = proposal.open().vote(FOR, bob)
    assert len(receipt.logs) == 1
    assert world.food.read("departuresSeen") == 0


# --- while the industry is being born ---


def test_departures_during_a_birth(world: World, alice: Person, bob: Person, charlie: Person, dave: Person) -> None:
    """Alice was admitted below before she left: her return revives nothing. Charlie was admitted after his return: his
    departure was before. Dave left and is not back: nobody admits him."""
    zone = world.zone
    begun = genesis([own("admit", [alice.address, bob.address])], [own("admitWords", [0], [0b11000])])
    plan = body_plan("Clinic", begun.commitment)
    receipt = zone.enact(zone.own("found", plan, [begun.steps[0]]))
    clinic = Body(world.chain, event(receipt, "BodyFounded")["child"], [bob])
    for person in (alice, charlie, dave):
        zone.send("leave", by=person)
    zone.enact(zone.own("admit", [alice.address, charlie.address]))
    clinic.send("genesis", begun.steps[1])
    assert clinic.read("live")
    for _ in range(2):
        assert mask(clinic) == 1 << bob.index | 1 << charlie.index
        assert heads(clinic) == 2
        clinic.send("syncDepartures", 64)
