"""What a parent does to a body, as members read and propose it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.acting import Actors, reach
from tests.support.charters import address
from tests.support.plans import DAY, ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.actions import Action
from zonedao.audit import audit
from zonedao.errors import ContractRevert, NotFound, StorageProblem, UsageProblem, WrongState
from zonedao.governance.laws import ProposalClass
from zonedao.governance.petitions import PetitionSignature, append_signature, read_signatures

ALICE, BOB, CHARLIE = PEOPLE[:3]


def refused(action: Action[object], said: str) -> None:
    with pytest.raises(ContractRevert) as caught:
        action.simulate()
    assert said in caught.value.message, caught.value.message


def test_held_up_and_let_go(actors: Actors, world: World) -> None:
    zone, food = actors.zone(), actors.body("food")
    wages = actors.pass_(food.propose_pay(STRANGER.address, ETHER, title="Wages").transact().value)
    measure = zone.propose_object(wages, 2 * DAY, title="Wait")
    said = measure.explain()
    assert said.lines[0] == "Propose in elmcourt: “Wait”."
    assert any("hold up proposal 1 of elmcourt/food, “Wages” for 2 days" in line for line in said.lines), said.lines
    outcome = actors.decide(measure)
    assert any("There is an objection to proposal 1 of elmcourt/food" in line for line in outcome.in_words())
    status = wages.status()
    assert status.held_up_until > status.read_at
    refused(wages.execute(), "Proposal 1 is held up by an objection until")
    assert not [each for each in todo_of(zone) if each.kind == "execute"]  # nobody is sent to what is refused
    outcome = actors.decide(zone.propose_freeze("food", 5 * DAY, title="Stop"))
    assert any("elmcourt froze elmcourt/food until" in line for line in outcome.in_words())
    assert food.frozen_until() > food.client.now()
    refused(wages.execute(), "elmcourt/food is frozen by the body above it until")
    assert audit(world.chain, zone.address).ok
    calls = [zone.calls.resume(wages), zone.calls.unfreeze("food"), zone.calls.recall("food")]
    assert zone.classes_of(calls) == (ProposalClass.INDUSTRY,)
    outcome = actors.decide(zone.propose(calls, "Go on"))
    told = outcome.in_words()
    for words in ("no longer holds up proposal 1", "ended the freeze of", "recalled the allowance of elmcourt/food"):
        assert any(words in line for line in told), told
    assert (food.frozen_until(), wages.status().held_up_until) == (0, 0)
    wages.execute().transact()
    assert zone.treasury.due(STRANGER.address).amount == ETHER
    (late,) = zone.propose_object(wages, DAY, title="Too late").explain().warnings
    assert "Proposal 1 is executed, so nothing of it is left to be held up" in late
    assert audit(world.chain, zone.address).ok


def test_the_end_of_a_body(actors: Actors, world: World) -> None:
    """Announced, appealed against, announced again by petition, finished; its money and what is below it go up."""
    zone, food = actors.zone(), actors.body("food")
    announcement = zone.propose_dissolve("food", title="The end")
    assert any("announce that elmcourt/food is dissolved" in line for line in announcement.explain().lines)
    told = actors.decide(announcement).in_words()
    assert any("elmcourt announced that elmcourt/food is dissolved" in line for line in told)
    assert food.dissolution().announced
    refused(food.propose_pay(STRANGER.address, 1, title="Late"), "elmcourt/food is going to be dissolved")
    refused(food.finish_dissolution(), "two weeks pass between announcement and end")
    (plea,) = (each for each in todo_of(zone) if each.where == food.path)
    assert (plea.kind, plea.yours, plea.action) == ("plead", True, None)
    appeal = food.open_petition(food.calls.appeal()).transact().value
    for who in (BOB, CHARLIE):
        appeal.acting_as(who.signer).sign().transact()
    appeal.enact().transact()
    (put,) = (each for each in zone.proposals() if each.proposer == food.address)
    assert put.title == "Appeal of Food: do not dissolve it"
    actors.pass_(put)
    reach(world.chain, put.status().eta + 1)
    assert any("took back" in line for line in put.execute().transact().in_words())
    assert not food.dissolution().announced
    refused(food.finish_dissolution(), "Nobody announced that elmcourt/food is dissolved")
    refused(zone.treasury.sweep("food"), "is not dissolved, so what it has stays its own")
    zone.treasury.deposit(5, body=food).transact()
    petition = zone.open_petition(zone.calls.dissolve("food")).transact().value
    for who in PEOPLE[1:9]:
        petition.acting_as(who.signer).sign().transact()
    petition.enact().transact()
    reach(world.chain, food.dissolution().ready_at + 1)
    world.chain.mine()
    (finish,) = (each for each in todo_of(zone) if each.kind == "dissolve")
    assert finish.action is not None
    assert any("elmcourt/food is dissolved; what it has is" in line for line in finish.action.transact().in_words())
    assert food.dissolution().dissolved_at > 0
    assert food.frozen_until() == 0
    allowances = [zone.treasury.allowance(path) for path in ("food", "food/bakery")]
    assert [each is not None and (each.runs, each.left.amount) for each in allowances] == [(False, 0), (False, 0)]
    refused(food.propose_pay(STRANGER.address, 1, title="Late"), "elmcourt/food was dissolved")
    bakery = actors.body("food/bakery")
    wages = bakery.propose_pay(STRANGER.address, 1, title="Wages").transact().value
    refused(actors.win(wages).queue(), "Hang those below it elsewhere first")
    assert {each.kind for each in todo_of(zone) if each.where in (food.path, bakery.path)} >= {"sweep", "rehang"}
    for each in todo_of(actors.zone()):
        if each.kind in ("sweep", "rehang"):
            assert each.action is not None
            each.action.transact()
    refused(bakery.rehang(), "which goes on, so it stays there")
    refused(zone.treasury.sweep("food"), "has nothing in ETH that is not reserved")
    for action, so in (
        (zone.propose_pay(food.address, 1, title="Late"), "what it is paid goes to the body above it"),
        (zone.propose_allow(food.address, 1, 1, title="Late"), "it can draw nothing any more"),
    ):
        assert f"elmcourt/food was dissolved, and {so}" in action.explain().warnings
    hung = actors.body("bakery")
    assert (hung.path, hung.parent) == ("elmcourt/bakery", actors.zone())
    assert [child.path for child in actors.zone().children] == ["elmcourt/food", "elmcourt/bakery"]
    assert audit(world.chain, zone.address).ok


def test_a_body_moves(actors: Actors, world: World) -> None:
    """Offered by its parent, taken by the zone; the tree, its paths and the audit follow."""
    zone, food, bakery = actors.zone(), actors.body("food"), actors.body("food/bakery")
    assert bakery.move_offer() is None
    offering = food.propose_offer_move("food/bakery", "elmcourt", title="To the zone")
    assert any("offer elmcourt/food/bakery to elmcourt" in line for line in offering.explain().lines)
    told = actors.decide(offering).in_words()
    assert any("elmcourt/food offered elmcourt/food/bakery to elmcourt" in line for line in told)
    offer = bakery.move_offer()
    assert offer is not None
    assert offer.to == zone.address
    waits = [(each.kind, each.where, each.by, each.name) for each in todo_of(zone)]
    taking = ("take", "elmcourt", offer.expires_at, "elmcourt/food/bakery")
    assert waits == [("plead", "elmcourt/food/bakery", offer.expires_at, ""), taking]
    outside = todo_of(actors.zone(PEOPLE[9]))  # who belongs to the zone alone
    assert [each.kind for each in outside] == ["take"]
    assert outside[0].text.startswith("elmcourt/food/bakery is offered to elmcourt, which can take it by vote from ")
    reach(world.chain, offer.ready_at + 1)
    world.chain.mine()
    taken = zone.propose_accept_move("food/bakery", title="A bakery for all")
    assert any("take elmcourt/food/bakery below the body that does this" in line for line in taken.explain().lines)
    told = actors.decide(taken).in_words()
    assert any("moved from elmcourt/food to elmcourt" in line for line in told)
    moved = actors.body("bakery")
    assert (moved.path, moved.parent, moved.move_offer()) == ("elmcourt/bakery", actors.zone(), None)
    assert actors.body("food").children == ()
    assert audit(world.chain, zone.address).ok


def test_signed_by_enough(actors: Actors, world: World, tmp_path: Path) -> None:
    """A petition signed on the chain and in a file stops a payment; those it stops appeal."""
    zone, food = actors.zone(), actors.body("food")
    with pytest.raises(WrongState, match="Nothing stops elmcourt/food now"):
        food.calls.appeal()
    wages = food.propose_pay(STRANGER.address, ETHER, title="Wages").transact().value
    opening = zone.open_petition(zone.calls.freeze("food", 3 * DAY))
    assert "Open a petition in elmcourt, and sign it: freeze elmcourt/food for 3 days" in opening.explain().sentence
    made = opening.transact()
    petition = made.value
    assert (petition.number, petition.opener, petition.wanted) == (1, ALICE.index, 3)
    assert any(line.startswith("You opened petition 1 of elmcourt; 3 must sign it by ") for line in made.in_words())
    assert zone.petitions() == (petition,) == (zone.petition(1),)
    with pytest.raises(NotFound, match="elmcourt has no petition 2"):
        zone.petition(2)
    refused(petition.sign(), "You signed this already.")
    refused(petition.enact(), "1 have signed, and 3 must.")
    refused(petition.acting_as(STRANGER.signer).sign(), "cannot sign here")
    (sign,) = (each for each in todo_of(actors.zone(BOB)) if each.kind == "sign")
    assert (sign.number, sign.yours, sign.by) == (1, True, petition.deadline)
    assert sign.action is not None
    sign.action.transact()
    assert {each.kind for each in todo_of(actors.zone(BOB))} & {"sign", "enact"} == set()
    file = tmp_path / "signatures"
    for who in (BOB, CHARLIE, STRANGER):
        append_signature(file, petition, petition.acting_as(who.signer).sign_apart())
    signatures = read_signatures(file, petition)
    more = [*(PetitionSignature(address(number), b"") for number in range(150)), *signatures]
    rest, left = petition.bring_next(more)
    rest.simulate()  # the hundred that count for nothing do not stand in the way of charlie's
    assert left == 0
    with_some, left = petition.bring_next([*signatures, *more])
    with_some.simulate()
    assert left == len(signatures) + len(more) - 2 - 100  # two of bob's are counted already
    brought = petition.bring(signatures)
    assert brought.explain().sentence.startswith("Bring signatures of petition 1 of elmcourt: freeze elmcourt/food")
    assert any("signed petition 1 of elmcourt; that makes 3." in line for line in brought.transact().in_words())
    refused(brought, "None of these signatures of petition 1 counts")
    assert petition.signers() == (ALICE.index, BOB.index, CHARLIE.index)
    (enact,) = (each for each in todo_of(zone) if each.kind == "enact")
    assert (enact.number, enact.yours, enact.action) == (1, False, petition.enact())
    told = petition.enact().transact().in_words()
    assert "Petition 1 of elmcourt takes effect." in told
    assert (petition.status().signed, petition.status().enacted, petition.status().open) == (3, True, False)
    assert food.frozen_until() > food.client.now()
    appeal = food.open_petition(food.calls.appeal(text="Wages are due.")).transact().value
    for who in (BOB, CHARLIE):
        appeal.acting_as(who.signer).sign().transact()
    appeal.enact().transact()
    (put,) = zone.proposals()
    assert (put.proposer, put.title) == (food.address, "Appeal of Food: end its freeze")
    assert put.classes == (ProposalClass.INDUSTRY,)
    actors.pass_(put)
    reach(world.chain, put.status().eta + 1)
    put.execute().transact()
    assert food.frozen_until() == 0
    assert food.calls.appeal(wages).target == zone.address
    with pytest.raises(UsageProblem, match="Nobody stands above elmcourt"):
        zone.calls.appeal()
    assert audit(world.chain, zone.address).ok


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Line 1 of .* is no signature of a petition"),
        ("x" * 2_000, "Line 1 of .* is no signature of a petition"),
        ('{"chain_id": 1, "body": "0x' + "11" * 20 + '", "petition": 1, "signer": "0x' + "11" * 20
         + '", "signature": "0x"}', "Line 1 of .* is about another petition"),
    ],
)  # fmt: skip
def test_files_that_are_no_signatures(actors: Actors, tmp_path: Path, line: str, said: str) -> None:
    zone = actors.zone()
    petition = zone.open_petition(zone.calls.freeze("food", DAY)).transact().value
    file = tmp_path / "signatures"
    file.write_text(line + "\n")
    with pytest.raises(UsageProblem, match=said):
        read_signatures(file, petition)
    file.write_text("\n")
    assert read_signatures(file, petition) == []
    for several in ([], [petition.sign_apart()] * 101):
        with pytest.raises(UsageProblem, match="One transaction brings 1 to 100 signatures"):
            petition.bring(several)
    with pytest.raises(StorageProblem):
        read_signatures(tmp_path, petition)
    with pytest.raises(StorageProblem):
        append_signature(tmp_path, petition, petition.sign_apart())
