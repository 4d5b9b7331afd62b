"""What waits for somebody: nothing of others, nothing that is done, and everything that is theirs."""

from __future__ import annotations

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.plans import DAY, ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.governance.calls import Call
from zonedao.todo import Todo


def kinds(actors: Actors, who: Person) -> list[tuple[str, str, int]]:
    return [(each.kind, each.where, each.number) for each in todo(actors, who)]


def todo(actors: Actors, who: Person) -> tuple[Todo, ...]:
    actors.chain.mine()
    return todo_of(actors.zone(who))


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
    assert [each.kind for each in todo_of(actors.reader(), "alice")] == ["vote", "vote"]
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


def test_what_was_held_up_can_be_queued_for_longer(actors: Actors, alice: Person) -> None:
    zone = actors.zone()
    frozen, free = actors.body("food"), actors.body("food/bakery")
    actors.decide(zone.propose_freeze("food", 20 * DAY, title="Wait"))
    held, late = (actors.win(body.propose_pay("bob", 2, title="Wages").transact().value) for body in (frozen, free))
    status = held.status()
    assert kinds(actors, alice) == [("queue", "elmcourt/food/bakery", late.number)]
    reach(actors.chain, status.held_up_until + 1)
    assert kinds(actors, alice) == [("queue", "elmcourt/food", held.number)]
    assert actors.chain.now() > held.closes_at + 7 * DAY
    reach(actors.chain, status.expires_at + 1)
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


def test_what_soon_cannot_be_drawn(actors: Actors, alice: Person, grace: Person) -> None:
    vault = actors.zone().treasury
    allowance = vault.allowance("food")
    assert allowance is not None
    ends = vault.epoch_ends(allowance.until_epoch)
    reach(actors.chain, ends - 15 * DAY)
    assert kinds(actors, alice) == []
    reach(actors.chain, ends - 13 * DAY)
    assert kinds(actors, alice) == [("renew", "elmcourt/food", 0), ("renew", "elmcourt", 0)]
    assert kinds(actors, grace) == []  # who belongs to the zone alone
    (_, first) = todo(actors, alice)
    assert first.text.startswith("the 2 ETH that elmcourt/food may draw in each epoch end ")
    assert first.text.endswith(", unless elmcourt allows it more by vote")
    assert (first.by, first.yours, first.asset, first.name) == (ends, True, "ETH", "elmcourt/food")
    actors.decide(actors.zone().propose_allow("food", ETHER, 3, title="On we go"))
    assert kinds(actors, alice) == [("renew", "elmcourt/food", 0)]
    reach(actors.chain, ends)
    assert kinds(actors, alice) == []


def test_an_appeal_that_proposes_nothing(actors: Actors, alice: Person, bob: Person) -> None:
    """Members can sign it, and it can never take effect."""
    zone, food = actors.zone(), actors.body("food")
    for lists in (([], [], []), ([zone.address], [0], []), ([zone.address], [0], [b"\1"])):
        nothing = Call(zone.address, zone.contract.encode("propose", *lists, "Nothing"))
        petition = food.open_petition(nothing).transact().value
        for who in PEOPLE[1:4]:
            petition.acting_as(who.signer).sign().transact()
        todo(actors, alice)
        reach(actors.chain, petition.deadline + 2)
