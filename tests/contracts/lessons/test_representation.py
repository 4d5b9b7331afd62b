"""A lesson of delegated votes (README.md, G6), beyond those in unit/ZoneBallots and in stateful/test_delegation.py."""

from __future__ import annotations

from tests.support.bodies import AGAINST, FOR, Person, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.plans import COIN
from tests.support.world import World


def test_nobody_is_counted_twice_or_lost(
    world: World, alice: Person, bob: Person, charlie: Person, dave: Person
) -> None:
    """G6 Nouns: who delegates to nobody votes as before; who changed representatives is counted by the last one only,
    and by themself once they vote."""
    for who, whom in ((dave, COIN), (alice, bob.address), (alice, charlie.address)):
        transact(world.registry, "delegate", whom, by=who)
        stand_at(world.chain, now(world.chain) + 60)
    assert [read(world.registry, "getVotes", each.address) for each in (alice, bob, charlie, dave)] == [1] * 4
    proposal = world.zone.propose(world.pay(bob.address)).open()
    zone = proposal.body
    for representative, support in ((bob, AGAINST), (charlie, FOR)):
        zone.send("castVoteAsRepresentative", proposal.id, support, by=representative)
    for nobody in (bob, dave):
        with reverts("NoFollowersCounted" if nobody is bob else "NotRepresenting"):
            zone.attempt("countFollowers", proposal.id, nobody.index, [0])
    zone.send("countFollowers", proposal.id, charlie.index, [0])
    assert proposal.tally == (1, 2, 0)
    proposal.vote(AGAINST, alice, dave)
    assert proposal.tally == (3, 1, 0)
    with reverts("NoFollowersCounted"):
        zone.attempt("countFollowers", proposal.id, charlie.index, [0])
