"""Representatives as members see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.client.acting import Actors, reach
from tests.client.test_sponsors import refused
from tests.support.bodies import Person
from tests.support.plans import ETHER, body_plan, genesis, own
from tests.support.registers import somebody
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.ballots.representing import (
    bring_representative,
    read_representative,
    sign_as_representative,
    write_representative,
)
from zonedao.ballots.signing import SigningRecord
from zonedao.errors import ContractRevert, Refused, StorageProblem, UsageProblem
from zonedao.governance.delegations import bring_delegation, read_delegation, sign_delegation, write_delegation
from zonedao.governance.followers import Representative, representative
from zonedao.governance.proposals import Proposal, Support, Votes
from zonedao.governance.registry import Registry

ALICE, BOB, CHARLIE, DAVE = PEOPLE[:4]


def register(actors: Actors, who: Person) -> Registry:
    return actors.zone(who).registry


@pytest.fixture
def proposal(actors: Actors, world: World) -> Proposal:
    """A payment, its vote open; bob and charlie follow alice."""
    for who in (BOB, CHARLIE):
        register(actors, who).delegate("alice").transact()
    proposal = actors.zone(DAVE).propose_pay("bob", ETHER, title="Wages").transact().value
    reach(world.chain, proposal.opens_at + 1)
    return proposal.acting_as(ALICE.signer)


def test_choosing_and_undoing(actors: Actors) -> None:
    action = register(actors, BOB).delegate("alice")
    wanted = "Let alice represent you on proposals made from now on, wherever you do not vote yourself."
    assert action.explain().sentence == wanted
    assert "new proposals can count the vote of alice for you too" in " ".join(action.transact().in_words())
    found = register(actors, BOB).representative("bob")
    assert found is not None
    assert found.index == ALICE.index
    assert register(actors, BOB).followers("alice").indices == (BOB.index,)
    refused(register(actors, CHARLIE).delegate("bob"), "bob is represented by alice, and only one level is counted")
    refused(register(actors, CHARLIE).dismiss("bob"), "bob does not follow you.")
    refused(register(actors, STRANGER).delegate("bob"), "You are no person of the zone.")
    assert register(actors, ALICE).dismiss("bob").explain().sentence == "No longer represent bob."
    register(actors, ALICE).dismiss("bob").transact()
    register(actors, BOB).delegate("alice").transact()
    undone = register(actors, BOB).delegate(None)
    assert undone.explain().sentence == "Represent yourself again, on proposals made from now on."
    assert "Nobody represents you any longer" in " ".join(undone.transact().in_words())
    assert register(actors, BOB).representative("bob") is None
    for who in PEOPLE[1:6]:
        register(actors, who).delegate("alice").transact()
    refused(register(actors, PEOPLE[6]).delegate("alice"), "alice represents 5 persons already, as many as one may.")


def test_a_vote_for_others(actors: Actors, world: World, proposal: Proposal) -> None:
    refused(proposal.acting_as(DAVE.signer).count_followers("alice"), "alice has not voted as a representative on this")
    refused(
        proposal.acting_as(ALICE.signer).count_followers("alice"),
        "You have not voted as a representative on this proposal, so nobody is counted with you. Whoever has not voted",
    )
    with pytest.raises(UsageProblem, match="carries no reason"):
        proposal.vote("for", "because", as_representative=True)
    action = proposal.vote("for", as_representative=True)
    said = "Vote for proposal 1 of elmcourt, “Wages”, and let your followers be counted alike."
    assert action.explain().sentence == said
    assert "can be counted alike on proposal 1" in " ".join(action.transact().in_words())
    assert representative(proposal, ALICE.index) == Representative(ALICE.index, Support.FOR, 0)
    assert representative(proposal, BOB.index) is None

    (waiting,) = todo_of(actors.zone(ALICE))
    assert (waiting.kind, waiting.number, waiting.yours) == ("followers", 1, True)
    assert waiting.text.startswith("have those who follow you counted on proposal 1 of elmcourt, “Wages”; ")
    counting = proposal.acting_as(DAVE.signer).count_followers("alice")
    assert counting.explain().sentence == "Count those who follow alice on proposal 1 of elmcourt, “Wages”."
    assert "2 followers are counted with alice" in " ".join(counting.transact().in_words())
    assert proposal.votes == Votes(0, 3, 0)
    assert todo_of(actors.zone(ALICE)) == ()
    shown = [(each.voter, each.support, each.representative) for each in proposal.ballots()]
    assert shown == [
        (ALICE.address, Support.FOR, ""),
        (BOB.address, Support.FOR, ALICE.address),
        (CHARLIE.address, Support.FOR, ALICE.address),
    ]
    with pytest.raises(Refused, match="Nobody who follows alice is left to be counted on proposal 1"):
        proposal.count_followers("alice")
    assert [each.kind for each in todo_of(actors.zone(BOB))] == ["vote"]  # it can still be their own

    proposal.acting_as(BOB.signer).vote("against").transact()
    assert proposal.votes == Votes(1, 2, 0)
    assert todo_of(actors.zone(BOB)) == ()
    assert {each.voter: each.representative for each in proposal.ballots()}[BOB.address] == ""
    assert len(proposal.ballots()) == 3
    report = actors.zone().audit()
    assert report.ok, report.first_difference


def test_no_more_than_a_body_counts_with_one_person(world: World, actors: Actors) -> None:
    """Three hundred let one have six followers; in an industry of twelve five of them are counted, and no more wait."""
    inside = genesis([own("admit", [person.address for person in PEOPLE])])
    founded = own("found", body_plan("Within", inside.commitment), list(inside.steps))
    crowd: list[Any] = [*PEOPLE, *(SimpleNamespace(address=each) for each in somebody(1, 288))]
    large = Actors(world.chain, world.new_zone("Large", crowd, calls=[founded]).body.address, actors.book)
    for who in PEOPLE[1:7]:
        register(large, who).delegate(ALICE.address).transact()
    proposal = large.body("within", DAVE).propose_set_dao_uri("", title="Nowhere").transact().value
    reach(world.chain, proposal.opens_at + 1)
    alice = proposal.acting_as(ALICE.signer)
    alice.vote("for", as_representative=True).transact()
    world.chain.mine()
    assert [each.kind for each in todo_of(large.zone(ALICE))] == ["followers"]
    alice.count_followers(ALICE.index).transact()
    assert (proposal.votes.for_, representative(proposal, ALICE.index)) == (6, Representative(1, 1, 5))
    world.chain.mine()
    assert todo_of(large.zone(ALICE)) == ()
    with pytest.raises(Refused, match="as many as may be are counted"):
        alice.count_followers(ALICE.index)


def test_a_representative_who_leaves(actors: Actors) -> None:
    register(actors, BOB).delegate("alice").transact()
    assert todo_of(actors.zone(BOB)) == ()
    actors.zone(ALICE).leave().transact()
    (waiting,) = todo_of(actors.zone(BOB))
    assert (waiting.kind, waiting.yours) == ("delegate", True)
    assert waiting.text == "choose who represents you: alice has left elmcourt, so that nobody votes for you"
    assert todo_of(actors.zone(CHARLIE)) == ()
    register(actors, BOB).delegate("charlie").transact()
    assert todo_of(actors.zone(BOB)) == ()


def test_a_vote_for_others_by_signature(actors: Actors, world: World, proposal: Proposal, tmp_path: Path) -> None:
    record, path = SigningRecord(tmp_path / "record.jsonl"), tmp_path / "alice.json"
    signed = sign_as_representative(proposal, Support.FOR, record)
    with pytest.raises(Refused, match="You signed a ballot for on this proposal already"):
        sign_as_representative(proposal, Support.AGAINST, record)
    with pytest.raises(Refused, match="may not vote on proposal 1"):
        sign_as_representative(proposal.acting_as(STRANGER.signer), Support.FOR, record)
    write_representative(path, signed)
    with pytest.raises(StorageProblem, match="cannot be written"):
        write_representative(path, signed)
    assert read_representative(path) == signed
    bringing = bring_representative(actors.zone(STRANGER), signed)
    said = "Bring the signed ballot of alice: vote for proposal 1 of elmcourt, “Wages”, and let their followers be"
    assert bringing.explain().sentence.startswith(said)
    bringing.transact()
    assert representative(proposal, ALICE.index) == Representative(ALICE.index, Support.FOR, 0)
    proposal.acting_as(DAVE.signer).count_followers("alice").transact()
    assert proposal.votes == Votes(0, 3, 0)
    refused(bringing, "The signature is not that of alice for this very ballot, or it was used before.")
    assert actors.zone().audit().ok
    with pytest.raises(UsageProblem, match="which is no body of elmcourt"):
        bring_representative(actors.zone(), replace(signed, body=BOB.address))
    for text, wrong in (('"support": "for"', '"support": "yes"'), ('"proposal": "0x', '"proposal": "0xg')):
        other = tmp_path / "other.json"
        other.write_text(path.read_text().replace(text, wrong))
        with pytest.raises(UsageProblem, match="holds no signed vote of a representative"):
            read_representative(other)
        other.write_text("no")
        assert read_representative(other) is None
    with pytest.raises(StorageProblem, match="cannot be read"):
        read_representative(tmp_path / "nothing.json")


def test_only_in_time(world: World, proposal: Proposal) -> None:
    proposal.vote("for", as_representative=True).transact()
    reach(world.chain, proposal.closes_at - 60)
    refused(proposal.count_followers("alice"), "Too late for a batch")
    refused(proposal.acting_as(DAVE.signer).vote("for", as_representative=True), "Too late for a batch")
    proposal.acting_as(BOB.signer).vote("for").transact()


def test_by_signature(actors: Actors, world: World, tmp_path: Path) -> None:
    """Signed by the one, brought by another, once and in this register only; a file that is none says so."""
    now = world.chain.block().timestamp
    signed = sign_delegation(register(actors, BOB), "alice", now + 86_400)
    path = tmp_path / "bob.json"
    write_delegation(path, signed)
    with pytest.raises(StorageProblem, match="cannot be written"):
        write_delegation(path, signed)
    assert read_delegation(path) == signed
    bringing = bring_delegation(register(actors, STRANGER), read_delegation(path))
    said = "Let alice represent somebody, as they signed, on proposals made from now on."
    assert bringing.explain().sentence == said
    assert "new proposals can count the vote of alice for bob too" in " ".join(bringing.transact().in_words())
    found = register(actors, BOB).representative("bob")
    assert found is not None
    assert found.index == ALICE.index
    refused(bringing, "What bob signed was brought already")
    undone = bring_delegation(register(actors, DAVE), sign_delegation(register(actors, BOB), None, now + 9_000))
    assert "represent themself again" in undone.explain().sentence
    reach(world.chain, now + 9_001)
    refused(undone, "The signature was good until")
    for changed in (replace(signed, expiry=now), replace(signed, delegator=CHARLIE.address)):
        with pytest.raises(UsageProblem, match="did not sign this for the register"):
            bring_delegation(register(actors, DAVE), changed)
    for text in ("", "[]", path.read_text().replace('"nonce": 0', '"nonce": -1'), "{" + " " * 5_000):
        path.write_text(text)
        with pytest.raises(UsageProblem, match="holds no signed delegation"):
            read_delegation(path)
    with pytest.raises(StorageProblem, match="cannot be read"):
        read_delegation(tmp_path / "nothing.json")


def test_gas_suffices_in_a_later_second(actors: Actors) -> None:
    """Checkpoints of one second share a slot: what is estimated within it costs more when it is mined later."""
    chain = actors.chain
    if chain.kind != "anvil":
        pytest.skip("only Anvil can be told the time between blocks")
    chain.request("anvil_setBlockTimestampInterval", 0)
    try:
        for who in (BOB, CHARLIE):
            register(actors, who).delegate("alice").transact()
        action = register(actors, ALICE).dismiss("charlie")
        sender = action.client.sender
        prepared = sender.prepare(action.to, action.data)
    finally:
        chain.request("anvil_setBlockTimestampInterval", 1)  # as it was
    receipt = sender.wait(sender.send(prepared))
    assert receipt.ok
    assert register(actors, ALICE).followers("alice").indices == (BOB.index,)


def test_too_little_gas_is_said(actors: Actors) -> None:
    register(actors, BOB).delegate("alice").transact()
    action = register(actors, ALICE).dismiss("bob")
    with pytest.raises(ContractRevert, match=r"\(out of gas: run it again.*It was mined as 0x"):
        action.client.sender.transact(action.to, action.data, gas_limit=50_000)
    action.transact()
    assert register(actors, ALICE).followers("alice").indices == ()
