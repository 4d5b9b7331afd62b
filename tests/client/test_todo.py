"""What waits for somebody: nothing of others, nothing that is done, and everything that is theirs."""

from __future__ import annotations

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.todo import Todo


def kinds(actors: Actors, who: Person) -> list[tuple[str, str, int]]:
    return [(each.kind, each.where, each.number) for each in todo(actors, who)]


def todo(actors: Actors, who: Person) -> tuple[Todo, ...]:
    actors.chain.mine()
    return actors.zone(who).todo()


def test_nothing(actors: Actors, alice: Person) -> None:
    assert todo(actors, alice) == ()
    assert todo(actors, STRANGER) == ()


def test_votes(actors: Actors, alice: Person, bob: Person, grace: Person) -> None:
    proposal = actors.zone().propose_pay("bob", 1, title="In the zone").transact().value
    bakery = actors.body("bakery").propose_pay("bob", 2, title="In the bakery").transact().value
    assert kinds(actors, alice) == []  # the votes are not open yet
    reach(actors.chain, bakery.opens_at + 1)
    assert kinds(actors, alice) == [("vote", "elmcourt", 1), ("vote", "elmcourt/food/bakery", 1)]
    assert kinds(actors, grace) == [("vote", "elmcourt", 1)]
    assert kinds(actors, STRANGER) == []
    proposal.acting_as(bob.signer).vote("for").transact()
    assert kinds(actors, bob) == [("vote", "elmcourt/food/bakery", 1)]
    (first, _) = todo(actors, alice)
    assert first.text.startswith("vote on proposal 1 of elmcourt, “In the zone”; it closes ")
    assert (first.by, first.yours, first.action) == (proposal.closes_at, True, None)
    assert [each.kind for each in actors.reader().todo("alice")] == ["vote", "vote"]
    reach(actors.chain, bakery.closes_at + 1)
    assert kinds(actors, alice) == []  # both were defeated


def test_pushes(actors: Actors, alice: Person) -> None:
    proposal = actors.zone().propose_pay("bob", ETHER, title="Wages").transact().value
    actors.win(proposal, PEOPLE[:3])
    (queue,) = todo(actors, PEOPLE[9])
    assert (queue.kind, queue.yours, queue.by) == ("queue", False, proposal.status().expires_at)
    assert queue.action is not None
    queue.action.transact()
    assert kinds(actors, alice) == []  # not due yet
    reach(actors.chain, proposal.status().eta)
    (execute,) = todo(actors, alice)
    assert (execute.kind, execute.text.split(";")[0]) == (
        "execute",
        "execute proposal 1 of elmcourt, “Wages”, which is due",
    )
    assert execute.action is not None
    execute.action.transact()
    assert kinds(actors, alice) == []


def test_release(actors: Actors, alice: Person) -> None:
    proposal = actors.pass_(actors.zone().propose_pay("bob", ETHER, title="Late").transact().value)
    reach(actors.chain, proposal.status().expires_at + 1)
    (release,) = todo(actors, alice)
    assert (release.kind, release.text) == (
        "release",
        "free what the expired proposal 1 of elmcourt, “Late” had reserved",
    )
    assert release.action is not None
    release.action.transact()
    assert kinds(actors, alice) == []


def test_nothing_was_reserved_for_what_pays_nobody(actors: Actors, alice: Person) -> None:
    proposal = actors.pass_(actors.zone().propose_set_cap(5, title="Late").transact().value)
    reach(actors.chain, proposal.status().expires_at + 1)
    assert kinds(actors, alice) == []


def test_money(actors: Actors, bob: Person, grace: Person, world: World) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_pay("bob", ETHER, title="Wages"))
    actors.decide(zone.propose_pay("bob", 5, world.token.address, title="Tokens"))
    actors.decide(zone.propose_pay("bakery", 7, title="To the bakery"))
    assert kinds(actors, grace) == [("withdraw", "elmcourt/food/bakery", 0)]
    own = [each for each in todo(actors, bob) if each.yours]
    assert own[0].text == "withdraw 1 ETH, which are due to you"
    assert len(own) == 2
    for each in todo(actors, bob):
        assert each.action is not None
        each.action.transact()
    assert kinds(actors, bob) == []
    assert zone.treasury.account("bakery").balance.amount == 7
