"""Membership.prune: leaving a body between does not cascade; anybody may say so."""

from __future__ import annotations

from tests.support.bodies import FOR, Person, event, events, now, read
from tests.support.chain import reverts
from tests.support.plans import body_plan, genesis, own
from tests.support.world import PEOPLE, STRANGER, World


def test_level_by_level(world: World, alice: Person, bob: Person) -> None:
    """Her vote on what was proposed before stays hers; her return above revives nothing."""
    food, bakery = world.food, world.bakery
    proposal = bakery.propose(world.pay(bob.address), by=bob)
    food.send("leave", by=alice)
    assert bakery.read("isMember", alice.index)
    receipt = bakery.send("prune", alice.index, by=STRANGER)
    pruned_at = now(world.chain)
    assert event(receipt, "MemberPruned", bakery.address) == {"index": alice.index}
    assert not events(receipt, "PersonLeft")
    assert [bakery.read("membersAt", 0, time) for time in (pruned_at - 1, pruned_at)] == [0b1110, 0b1100]
    assert [bakery.read("headcountAt", time) for time in (pruned_at - 1, pruned_at)] == [3, 2]
    assert world.zone.read("isMember", alice.index)
    assert read(world.registry, "departureCount") == 0
    proposal.open().vote(FOR, alice)
    food.enact(food.own("admit", [alice.address]), by=bob, voters=PEOPLE[1:5])
    assert (food.read("isMember", alice.index), bakery.read("isMember", alice.index)) == (True, False)


def test_everybody_it_refuses(world: World, alice: Person, grace: Person) -> None:
    food, bakery = world.food, world.bakery
    for index in (alice.index, grace.index):  # grace belongs to the zone, not to food
        with reverts("StillInParent", index=index):
            food.attempt("prune", index)
    for index in (0, 13, grace.index, 2**255):
        with reverts("NotMember", index=index):
            bakery.attempt("prune", index)
    with reverts("OnlyIndustry"):
        world.zone.attempt("prune", alice.index)
    food.send("leave", by=alice)
    bakery.send("prune", alice.index)
    with reverts("NotMember", index=alice.index):
        bakery.attempt("prune", alice.index)


def test_who_left_the_zone_is_out_without_it(world: World, alice: Person) -> None:
    """The departure is applied first, dated when it happened; nobody is left to prune."""
    world.zone.send("leave", by=alice)
    with reverts("NotMember", index=alice.index):
        world.bakery.attempt("prune", alice.index)


def test_not_while_it_is_being_born(world: World, alice: Person) -> None:
    begun = genesis([own("admit", [alice.address])], [])
    receipt = world.food.enact(world.food.own("found", body_plan("Cellar", begun.commitment), [begun.steps[0]]))
    cellar = type(world.food)(world.chain, event(receipt, "BodyFounded")["child"], [alice])
    world.food.send("leave", by=alice)
    with reverts("NotLive"):
        cellar.attempt("prune", alice.index)
    cellar.send("genesis", begun.steps[1])
    cellar.send("prune", alice.index)
    assert not cellar.read("isMember", alice.index)
