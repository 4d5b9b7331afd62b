"""Votes as a representative, followers counted in pages, and how a vote of one's own takes theirs back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.support.ballots import ballot, batch, signed, signed_as_representative
from tests.support.bodies import (
    ABSTAIN,
    AGAINST,
    FOR,
    Body,
    Person,
    Proposal,
    State,
    call_of,
    event,
    events,
    just_before,
    read,
    stand_at,
)
from tests.support.bodies import transact as do
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN, ETHER, LAWS, NOTHING, SPENDING, body_plan, genesis, own, plan_hash
from tests.support.registers import mask_of, somebody
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import encode, tuple_of
from zonedao.chain.receipts import Receipt

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI = PEOPLE[:8]
FOLLOWERS = (BOB, CHARLIE, DAVE)
PART = LAWS[SPENDING].voting_period // 10

BY_SIGNATURE = "castVoteAsRepresentativeBySig"

Way = Callable[[Proposal, int, Person], Receipt]

WAYS: dict[str, Way] = {
    "direct": lambda p, support, who: p.vote(support, who),
    "by signature": lambda p, support, who: p.body.send("castVoteBySig", *signed(p, support, who)),
    "in a batch": lambda p, support, who: p.body.send("castBallots", p.id, batch(ballot(p, support, who))),
    "in an aggregate": lambda p, support, who: p.body.send(
        "castAggregate", p.id, 3, [0, *((1 << who.index) * (support == choice) for choice in range(3))], []
    ),
    "as a representative": lambda p, support, who: p.body.send("castVoteAsRepresentative", p.id, support, by=who),
}


class Nobody(NamedTuple):
    """Somebody whose key nobody has."""

    address: str


def follow(world: World, whom: Person, *people: Person) -> None:
    for who in people:
        do(world.registry, "delegate", whom.address, by=who)


@pytest.fixture
def proposal(world: World) -> Proposal:
    """A payment; bob, charlie and dave follow alice, who voted for it as their representative."""
    follow(world, ALICE, *FOLLOWERS)
    proposal = world.zone.propose(world.pay(ERIN.address), by=ERIN).open()
    receipt = represent(proposal, FOR, ALICE)
    assert [each.name for each in receipt.events] == ["VoteCast", "RepresentativeVoted"]
    assert event(receipt, "RepresentativeVoted") == {"proposalId": proposal.id, "representative": 1, "support": FOR}
    return proposal


def represent(proposal: Proposal, support: int, who: Person) -> Receipt:
    return proposal.body.send("castVoteAsRepresentative", proposal.id, support, by=who)


def count(proposal: Proposal, whom: Person = ALICE, words: tuple[int, ...] = (0,)) -> Receipt:
    """Anyone may: the deployer is nobody here."""
    return proposal.body.send("countFollowers", proposal.id, whom.index, list(words))


def test_followers_are_counted(proposal: Proposal) -> None:
    assert proposal.tally == (0, 1, 0)
    receipt = count(proposal, words=(7, 0, 0))
    told = {"proposalId": proposal.id, "representative": 1, "word": 0, "followers": 0b11100}
    assert event(receipt, "FollowersCounted") == told
    assert proposal.tally == (0, 4, 0)
    assert tuple(proposal.read("followedMasks", 0)) == (0, 0b11100, 0)
    assert tuple(proposal.read("representativeVote", 1)) == (True, FOR, 3)
    assert tuple(proposal.read("representativeVote", 2)) == (False, 0, 0)
    # They have not voted themselves, and still can.
    assert proposal.read("votedMask", 0) == 0b10
    assert [proposal.read("hasVoted", who.address) for who in (ALICE, BOB)] == [True, False]
    with reverts("NoFollowersCounted", proposalId=proposal.id, representative=1):
        proposal.body.attempt("countFollowers", proposal.id, 1, [0])
    assert proposal.read("proposalClasses") == 1 << SPENDING


@pytest.mark.parametrize(
    ("way", "support"),
    [
        *(("direct", support) for support in (AGAINST, FOR, ABSTAIN)),
        *(("by signature", AGAINST), ("in a batch", ABSTAIN), ("in an aggregate", AGAINST)),
        ("as a representative", FOR),
    ],
)
def test_a_vote_of_ones_own_takes_its_place(world: World, proposal: Proposal, way: str, support: int) -> None:
    """Once; the other followers stay counted, and nobody is counted anew."""
    if way == "in an aggregate":
        double = deploy(world.chain, "VerifierDouble")
        do(double, "takeEverything")
        world.zone.enact(world.zone.own("setModule", 5, double.address))
        proposal = world.zone.propose(world.pay(ERIN.address, 2), by=ERIN).open()
        represent(proposal, FOR, ALICE)
    count(proposal)
    WAYS[way](proposal, support, BOB)
    expected = [0, 3, 0]
    expected[support] += 1
    assert proposal.tally == tuple(expected)
    assert tuple(proposal.read("followedMasks", 0)) == (0, 0b11000, 0)
    assert proposal.read("votedMask", 0) == 0b110
    for again in {"direct", "by signature", "in a batch", "as a representative", way}:
        together = again in ("in a batch", "in an aggregate")
        with reverts("NothingCounted" if together else "GovernorAlreadyCastVote"):
            WAYS[again](proposal, FOR, BOB)
    with reverts("NoFollowersCounted"):
        proposal.body.attempt("countFollowers", proposal.id, 1, [0])
    assert proposal.tally == tuple(expected)


def test_a_representative_by_signature(world: World, stranger: Person) -> None:
    """Anybody brings it; it is the representative's only vote, and open as long as batches are."""
    follow(world, ALICE, *FOLLOWERS)
    proposal = world.zone.propose(world.pay(ERIN.address), by=ERIN).open()
    receipt = proposal.body.send(BY_SIGNATURE, *signed_as_representative(proposal, AGAINST, ALICE), by=stranger)
    cast = {"voter": ALICE.address, "proposalId": proposal.id, "support": AGAINST, "weight": 1, "reason": ""}
    assert [each.name for each in receipt.events] == ["VoteCast", "RepresentativeVoted"]
    assert event(receipt, "VoteCast") == cast
    assert event(receipt, "RepresentativeVoted") == {"proposalId": proposal.id, "representative": 1, "support": AGAINST}
    assert proposal.body.read("nonces", ALICE.address) == 1
    count(proposal)
    assert proposal.tally == (4, 0, 0)
    assert proposal.body.attempt(BY_SIGNATURE, *signed_as_representative(proposal, FOR, BOB)) == 1
    with reverts("GovernorInvalidSignature", voter=FRANK.address):
        proposal.body.attempt(BY_SIGNATURE, *signed_as_representative(proposal, FOR, FRANK, by=BOB))
    stand_at(world.chain, proposal.read("batchDeadline") + 1)
    with reverts("BatchesClosed"):
        proposal.body.attempt(BY_SIGNATURE, *signed_as_representative(proposal, FOR, FRANK))


def test_a_batch_of_all_kinds_of_persons(proposal: Proposal) -> None:
    """Of one who was counted by another, one who voted, one twice, one anew: each counts as they should."""
    count(proposal)
    follow_up = [ballot(proposal, AGAINST, who) for who in (BOB, ALICE, HEIDI)]
    follow_up += [ballot(proposal, ABSTAIN, who) for who in (BOB, CHARLIE)]
    receipt = proposal.body.send("castBallots", proposal.id, batch(*follow_up))
    told = event(receipt, "BallotsCounted")
    assert told["words"] == (0, mask_of([2, 8]), 0, mask_of([3]))
    assert proposal.tally == (2, 2, 1)  # alice herself and dave by her
    assert tuple(proposal.read("followedMasks", 0)) == (0, 1 << DAVE.index, 0)
    assert proposal.read("votedMask", 0) == mask_of([1, 2, 3, 8])


def test_one_level_only(world: World) -> None:
    """G6, G7: grace follows frank, who follows erin. Erin brings frank; he brings grace only by a vote of his own."""
    follow(world, FRANK, GRACE)
    follow(world, ERIN, FRANK)
    proposal = world.zone.propose(world.pay(ALICE.address), by=ALICE).open()
    with reverts("NotRepresenting", proposalId=proposal.id, representative=ERIN.index):
        proposal.body.send("countFollowers", proposal.id, ERIN.index, [0])
    represent(proposal, AGAINST, ERIN)
    count(proposal, ERIN)
    assert proposal.tally == (2, 0, 0)
    with reverts("NotRepresenting"):
        proposal.body.attempt("countFollowers", proposal.id, FRANK.index, [0])
    represent(proposal, FOR, FRANK)
    assert proposal.tally == (1, 1, 0)
    count(proposal, FRANK)
    assert proposal.tally == (1, 2, 0)
    proposal.vote(ABSTAIN, GRACE)
    assert proposal.tally == (1, 1, 1)
    assert tuple(proposal.read("followedMasks", 0)) == (0, 0, 0)
    assert proposal.read("votedMask", 0) == mask_of([5, 6, 7])


def test_as_of_the_snapshot(world: World, proposal: Proposal) -> None:
    """Who follows later does not count, and who went elsewhere meanwhile does; who left meanwhile still counts."""
    do(world.registry, "delegate", ERIN.address, by=BOB)
    follow(world, ALICE, FRANK)
    do(world.registry, "dismiss", DAVE.index, by=ALICE)
    world.zone.send("leave", by=CHARLIE)
    count(proposal)
    assert proposal.tally == (0, 4, 0)
    represent(proposal, AGAINST, ERIN)
    with reverts("NoFollowersCounted", representative=ERIN.index):
        proposal.body.attempt("countFollowers", proposal.id, ERIN.index, [0])


def test_electors_of_the_body_only(world: World) -> None:
    """Alice has followers in the zone who are not of the industry."""
    follow(world, ALICE, BOB, GRACE, HEIDI)
    proposal = world.food.propose(world.pay(ERIN.address), by=BOB).open()
    represent(proposal, FOR, ALICE)
    receipt = proposal.body.send("countFollowers", proposal.id, ALICE.index, [0])
    assert event(receipt, "FollowersCounted")["followers"] == 1 << BOB.index
    with reverts("NotInElectorate", account=GRACE.address):
        proposal.body.attempt("castVoteAsRepresentative", proposal.id, FOR, by=GRACE)


def test_time_to_answer_is_left(proposal: Proposal) -> None:
    """No counting in the last part; a vote of one's own is taken there, and may extend the vote."""
    late = proposal.read("batchDeadline")
    just_before(proposal.chain, late)
    count(proposal)
    proposal.body.attempt("castVoteAsRepresentative", proposal.id, FOR, by=ERIN)
    stand_at(proposal.chain, late + 1)
    closed = {"proposalId": proposal.id, "deadline": late}
    with reverts("BatchesClosed", **closed):
        proposal.body.attempt("castVoteAsRepresentative", proposal.id, FOR, by=ERIN)
    with reverts("BatchesClosed", **closed):
        proposal.body.attempt("countFollowers", proposal.id, 1, [0])
    # 4 for; 1 of them turns, 3 for and 1 against still pass; 2 to 2 do not.
    assert not events(proposal.vote(AGAINST, BOB), "ProposalExtended")
    extended = event(proposal.vote(AGAINST, CHARLIE), "ProposalExtended")["extendedDeadline"]
    assert extended == late + 2 * PART
    stand_at(proposal.chain, extended)
    with reverts("BatchesClosed", **closed):
        proposal.body.attempt("countFollowers", proposal.id, 1, [0])
    stand_at(proposal.chain, extended + 1)
    assert proposal.state == State.DEFEATED
    for function, args in (("countFollowers", (1, [0])), ("castVoteAsRepresentative", (FOR,))):
        with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED):
            proposal.body.attempt(function, proposal.id, *args, by=ERIN)


def test_before_it_opens_and_of_no_kind(world: World, proposal: Proposal) -> None:
    pending = world.zone.propose(world.pay(ERIN.address, 3), by=BOB)
    for function, args in (("countFollowers", (1, [0])), ("castVoteAsRepresentative", (FOR,))):
        with reverts("GovernorUnexpectedProposalState", current=State.PENDING):
            pending.body.attempt(function, pending.id, *args, by=ERIN)
    with reverts("GovernorInvalidVoteType"):
        proposal.body.attempt("castVoteAsRepresentative", proposal.id, 3, by=ERIN)
    with reverts("GovernorAlreadyCastVote", voter=ALICE.address):
        proposal.body.attempt("castVoteAsRepresentative", proposal.id, FOR, by=ALICE)
    with reverts("NoFollowersCounted"):
        proposal.body.attempt("countFollowers", proposal.id, 1, [])


def test_a_word_has_one_number(proposal: Proposal) -> None:
    """Beyond 2²⁴ a number would mean another word's persons: it is no number of a word at all."""
    selector = proposal.body.contract.interface.function("countFollowers").selector
    kinds = tuple_of([{"name": str(n), "type": kind} for n, kind in enumerate(("uint256", "uint256", "uint256[]"))])
    for word in (1 << 24, 1 << 255):
        data = selector + encode(kinds, [proposal.id, 1, [word]])
        with reverts("Empty"):
            proposal.chain.call(proposal.body.address, data, block="latest")


def test_no_more_than_one_may_represent(world: World) -> None:
    """G8: a zone of three hundred lets one have six followers, its industry of twelve counts five of them."""
    people: list[Any] = [*PEOPLE, *(Nobody(address) for address in somebody(1, 288))]
    inside = genesis([own("admit", [person.address for person in PEOPLE])])
    plan = body_plan("Within", inside.commitment, caps=[(SPENDING, COIN, ETHER)])
    zone = world.new_zone("Large", people, calls=[own("found", plan, list(inside.steps))])
    industry = Body(world.chain, read(world.factory, "industryAddress", zone.body.address, plan_hash(plan)), PEOPLE)
    for who in PEOPLE[1:7]:
        do(zone.registry, "delegate", ALICE.address, by=who)
    assert tuple(read(zone.registry, "followerCount", 1)) == (6, 6)

    proposal = industry.propose(call_of(zone.treasury, "pay", COIN, ERIN.address, 1, NOTHING, NOTHING)).open()
    represent(proposal, AGAINST, ALICE)
    assert event(count(proposal), "FollowersCounted")["followers"] == mask_of(range(3, 8))
    assert (proposal.tally, proposal.read("representativeVote", 1).counted) == ((6, 0, 0), 5)
    proposal.vote(FOR, CHARLIE)  # a place that was used stays used
    with reverts("NoFollowersCounted"):
        proposal.body.attempt("countFollowers", proposal.id, 1, [0])
