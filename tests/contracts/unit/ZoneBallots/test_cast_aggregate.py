"""ZoneBallots.castAggregate: what a body asks of its verifier, and how it counts whatever the verifier lets through.

The verifier here is a double which takes what the test told it to take; the real one has tests of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.ballots import ballot, batch, batch_message, digest_of, signed
from tests.support.bodies import (
    AGAINST,
    FOR,
    Body,
    Person,
    Proposal,
    State,
    events,
    just_before,
    read,
    stand_at,
    transact,
)
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN, CONSTITUTIONAL, VERIFIER, own
from tests.support.world import BAKERY, PEOPLE, World
from zonedao.chain.abi import encode, keccak, parse_type
from zonedao.chain.contract import BoundContract

ALL = (1 << 256) - 1
PROOF = [7, 8, 9]
QUESTION = parse_type(
    "tuple",
    [{"type": kind} for kind in ("address", "address", "uint256", "bytes32[3]", "uint256", "uint256[]", "uint256[]")],
)


@pytest.fixture
def verifier(chain: Any) -> BoundContract:
    return deploy(chain, "VerifierDouble")


@pytest.fixture
def zone(world: World, verifier: BoundContract) -> Body:
    """A zone born with the verifier: persons 1 to 12."""
    return world.new_zone("Aggregates", verifier=verifier.address).body


@pytest.fixture
def proposal(zone: Body) -> Proposal:
    """In the first second of its vote."""
    return opened(zone)


def opened(body: Body) -> Proposal:
    made = body.propose(body.own("setCap", 1, COIN, 5))
    stand_at(body.chain, made.read("proposalVoteStart") + 1)
    return made


def question(proposal: Proposal, words: Sequence[int], hint: int = 3, proof: Sequence[int] = PROOF) -> bytes:
    """Hash of what the body must ask its verifier."""
    body = proposal.body
    digests = [digest_of(batch_message(proposal, support)) for support in range(3)]
    asked = (body.address, body.read("registry"), proposal.read("proposalSnapshot"), digests, hint, words, proof)
    return keccak(encode(QUESTION, asked))


def take(verifier: BoundContract, proposal: Proposal, words: Sequence[int], hint: int = 3) -> tuple[Any, ...]:
    """Have the double take an aggregate; arguments of castAggregate."""
    transact(verifier, "take", question(proposal, words, hint))
    return proposal.id, hint, list(words), PROOF


def bits(*persons: Person) -> int:
    return sum(1 << person.index for person in persons)


# --- what it asks ---


@pytest.mark.parametrize("hint", [0, 1, 2, 3])
def test_it_asks_about_exactly_what_is_claimed(proposal: Proposal, verifier: BoundContract, hint: int) -> None:
    """Register, snapshot, digests of the three choices in the body's own domain, words and proof as given."""
    words = [0, bits(PEOPLE[0]), bits(*PEOPLE[1:5]), bits(PEOPLE[5])]
    arguments = take(verifier, proposal, words, hint)
    for changed in (
        (proposal.id, (hint + 1) % 4, words, PROOF),
        (proposal.id, hint, words, PROOF[:-1]),
        (proposal.id, hint, [*words[:3], 0], PROOF),
        (proposal.id, hint, [*words, 1, 0, 0, 0], PROOF),
    ):
        with reverts("NotInTable"):
            proposal.body.attempt("castAggregate", *changed)
    assert proposal.body.attempt("castAggregate", *arguments) == 6
    receipt = proposal.body.send("castAggregate", *arguments)
    assert proposal.tally == (1, 4, 1)
    (told,) = events(receipt, "BallotsCounted")
    assert told.args == {"proposalId": proposal.id, "words": (0, *words[1:])}
    assert len(receipt.logs) == 1


def test_another_body_asks_otherwise(world: World, verifier: BoundContract, proposal: Proposal) -> None:
    """What was proved for one body is not taken for another with the same proposal and the same register."""
    zone = proposal.body
    food = world.new_industry(zone, "Food", PEOPLE[:6]).body
    stand_at(world.chain, world.chain.block().timestamp + 4 * 3600)
    theirs = food.propose(zone.own("setCap", 1, COIN, 5), description="same")
    ours = zone.propose(zone.own("setCap", 1, COIN, 5), description="same")
    assert ours.id == theirs.id
    stand_at(world.chain, ours.read("proposalVoteStart") + 1)
    arguments = take(verifier, ours, [0, 0, bits(PEOPLE[0]), 0])
    with reverts("NotInTable"):
        food.attempt("castAggregate", *arguments)
    zone.send("castAggregate", *arguments)
    food.send("castAggregate", *take(verifier, theirs, [0, 0, bits(*PEOPLE), 0]))
    assert (ours.tally, theirs.tally) == ((0, 1, 0), (0, 6, 0))


# --- what it counts ---


def test_only_electors_who_have_not_voted(proposal: Proposal, verifier: BoundContract) -> None:
    """Whatever is claimed: counted = claimed & electorate & ~voted."""
    proposal.vote(AGAINST, PEOPLE[0])
    proposal.body.send("castVoteBySig", *signed(proposal, AGAINST, PEOPLE[1]))
    proposal.body.send("castBallots", proposal.id, batch(ballot(proposal, AGAINST, PEOPLE[2])))
    transact(verifier, "takeEverything")
    receipt = proposal.body.send(
        "castAggregate", proposal.id, 3, [0, 0, ALL, 0, 1, ALL, 0, 0, 2**24 - 1, 0, 0, ALL], []
    )
    assert proposal.tally == (3, 9, 0)
    (told,) = events(receipt, "BallotsCounted")
    assert told.args["words"] == (0, 0, bits(*PEOPLE[3:]), 0)
    for person in PEOPLE:
        with reverts("GovernorAlreadyCastVote", voter=person.address):
            proposal.body.attempt("castVote", proposal.id, FOR, by=person)
    with reverts("NothingCounted", proposalId=proposal.id):
        proposal.body.attempt("castAggregate", proposal.id, 3, [0, 0, ALL, 0], [])
    with reverts("NothingCounted", proposalId=proposal.id):
        proposal.body.attempt("castBallots", proposal.id, batch(*(ballot(proposal, FOR, one) for one in PEOPLE)))


def test_words_are_counted_each(world: World, verifier: BoundContract) -> None:
    """Two words, the second of them partial: everybody once, one event a word."""
    crowd = deploy(world.chain, "Crowd")
    for _ in range(3):
        transact(crowd, "grow", 100)
    keys = read(crowd, "all")
    zone = world.new_zone("Crowded", PEOPLE[:1], calls=[own("admit", keys)], verifier=verifier.address).body
    proposal = opened(zone)
    assert proposal.read("proposalElectorate") == 301
    transact(verifier, "takeEverything")
    odd, even = (sum(1 << place for place in range(start, 256, 2)) for start in (1, 0))
    tail = (1 << 301 - 255) - 1
    words = [0, even, odd, 0, 1, odd, 0, even, 2, 0, ALL, 0]
    receipt = zone.send("castAggregate", proposal.id, 3, words, [])
    (told,) = events(receipt, "BallotsCounted")
    assert told.args["words"] == (0, even ^ 1, odd, 0, 1, odd & tail, 0, even & tail)
    assert proposal.tally == (127 + 23, 128, 23)
    assert [proposal.read("votedMask", word) for word in range(3)] == [ALL ^ 1, tail, 0]


def test_not_whoever_came_later(world: World, proposal: Proposal, verifier: BoundContract, stranger: Person) -> None:
    zone = proposal.body
    zone.enact(zone.own("admit", [stranger.address]))
    late = opened(zone)  # not yet seasoned
    transact(verifier, "takeEverything")
    zone.send("castAggregate", late.id, 3, [0, 0, ALL, 0], [])
    assert late.read("votedMask", 0) == bits(*PEOPLE)


def test_whoever_left_after_the_snapshot_still_counts(proposal: Proposal, verifier: BoundContract) -> None:
    proposal.body.send("leave", by=PEOPLE[3])
    transact(verifier, "takeEverything")
    proposal.body.send("castAggregate", proposal.id, 3, [0, 0, ALL, 0], [])
    assert proposal.tally == (0, 12, 0)
    later = opened(proposal.body)
    proposal.body.send("castAggregate", later.id, 3, [0, 0, ALL, 0], [])
    assert later.tally == (0, 11, 0)


def test_an_aggregate_that_counts_nobody_is_refused(proposal: Proposal, verifier: BoundContract) -> None:
    transact(verifier, "takeEverything")
    for words in ([], [0, 0, 0, 0], [0, 1, 0, 0], [1, 0, ALL, 0]):
        with reverts("NothingCounted", proposalId=proposal.id):
            proposal.body.attempt("castAggregate", proposal.id, 3, words, [])


# --- words that are none ---


@pytest.mark.parametrize("length", [1, 2, 3, 5, 7])
def test_four_numbers_a_word(proposal: Proposal, verifier: BoundContract, length: int) -> None:
    transact(verifier, "takeEverything")
    with reverts("MalformedWords", length=length):
        proposal.body.attempt("castAggregate", proposal.id, 3, [0, 0, 2, 0, 1, 0, 2, 0][:length], [])


@pytest.mark.parametrize(
    "words",
    [[0, 0], [1, 0], [3, 3], [0, 1, 1], [2**24], [0, 2**24], [2**255], [2**255, 2**255 + 1], [2**256 - 1]],
    ids=str,
)
def test_words_rise_and_have_numbers_of_their_own(
    proposal: Proposal, verifier: BoundContract, words: list[int]
) -> None:
    """2²⁵⁵ has the electorate of word 0 in a shift by one: nobody votes again under such a number."""
    transact(verifier, "takeEverything")
    flat = [number for word in words for number in (word, 0, ALL, 0)]
    with reverts("WordsNotRising"):
        proposal.body.attempt("castAggregate", proposal.id, 3, flat, [])


@pytest.mark.parametrize("classes", [(2, 2, 0), (2, 0, 2), (0, 2, 2), (2, 2, 2), (ALL, 0, 2), (0, 6, 4)])
def test_nobody_has_two_choices(proposal: Proposal, verifier: BoundContract, classes: tuple[int, int, int]) -> None:
    transact(verifier, "takeEverything")
    with reverts("ClassesNotDisjoint", word=0):
        proposal.body.attempt("castAggregate", proposal.id, 3, [0, *classes], [])
    with reverts("ClassesNotDisjoint", word=1):
        proposal.body.attempt("castAggregate", proposal.id, 3, [0, 0, 2, 0, 1, *classes], [])


# --- which verifier ---


def test_without_a_verifier_there_are_no_aggregates(world: World) -> None:
    proposal = opened(world.zone)
    assert world.zone.read("verifier") == (COIN, 0)
    with reverts("NoVerifier"):
        world.zone.attempt("castAggregate", proposal.id, 3, [0, 0, 2, 0], [])


def test_a_verifier_of_the_birth_serves_from_the_first_proposal_on(proposal: Proposal, verifier: BoundContract) -> None:
    assert proposal.body.read("verifier") == (verifier.address, 0)
    assert proposal.body.read("module", VERIFIER) == verifier.address
    assert proposal.body.read("roleOf", verifier.address) == VERIFIER
    transact(verifier, "takeEverything")
    proposal.body.send("castAggregate", proposal.id, 3, [0, 0, 2, 0], [])


def test_a_new_verifier_serves_proposals_made_after_it(world: World, verifier: BoundContract) -> None:
    """Frozen law: who checks an aggregate is settled before the proposal is made."""
    zone = world.zone
    transact(verifier, "takeEverything")
    listing = zone.propose(zone.own("setModule", VERIFIER, verifier.address)).carry()
    before = listing.read("proposalEta") - 600
    stand_at(world.chain, before)
    early = zone.propose(zone.own("setCap", 1, COIN, 5))
    listing.wait_until_due().execute()
    listed = world.chain.block().timestamp
    assert zone.read("verifier") == world.food.read("verifier") == (verifier.address, listed)
    just_before(world.chain, listed + 1)
    late = zone.propose(zone.own("setCap", 1, COIN, 6))
    assert late.read("proposalSnapshot") == listed
    stand_at(world.chain, late.read("proposalVoteStart") + 1)
    with reverts("VerifierTooNew", listedAt=listed, snapshot=early.read("proposalSnapshot")):
        zone.attempt("castAggregate", early.id, 3, [0, 0, 2, 0], [])
    zone.send("castBallots", early.id, batch(ballot(early, FOR, PEOPLE[0])))
    zone.send("castAggregate", late.id, 3, [0, 0, 2, 0], [])
    assert (early.tally, late.tally) == ((0, 1, 0), (0, 1, 0))


def test_a_replaced_verifier_checks_nothing_more(world: World, proposal: Proposal, verifier: BoundContract) -> None:
    zone = proposal.body
    transact(verifier, "takeEverything")
    strict = deploy(world.chain, "VerifierDouble")
    zone.enact(zone.own("setModule", VERIFIER, strict.address))
    late = opened(zone)
    with reverts("NotInTable"):
        zone.attempt("castAggregate", late.id, 3, [0, 0, 2, 0], PROOF)
    zone.send("castAggregate", *take(strict, late, [0, 0, 2, 0]))
    with reverts("GovernorOnlyExecutor"):
        zone.attempt("setModule", VERIFIER, verifier.address)
    zone.enact(zone.own("setModule", VERIFIER, verifier.address))
    assert zone.read("verifier")[1] == world.chain.block().timestamp
    assert zone.read("roleOf", strict.address) == 0


def test_listing_a_verifier_is_constitutional(world: World, verifier: BoundContract) -> None:
    data = world.zone.contract.encode("setModule", VERIFIER, verifier.address)
    assert world.zone.read("classOf", world.zone.address, data) == CONSTITUTIONAL


def test_industries_ask_the_verifier_of_their_zone(world: World, verifier: BoundContract) -> None:
    world.zone.enact(world.zone.own("setModule", VERIFIER, verifier.address))
    proposal = opened(world.bakery)
    arguments = take(verifier, proposal, [0, 0, bits(*PEOPLE), 0])
    receipt = world.bakery.send("castAggregate", *arguments)
    assert proposal.tally == (0, 3, 0)
    assert events(receipt, "BallotsCounted")[0].args["words"] == (0, 0, bits(*BAKERY), 0)


# --- in time ---


def test_open_like_batches(zone: Body, verifier: BoundContract) -> None:
    transact(verifier, "takeEverything")
    proposal = zone.propose(zone.own("setCap", 1, COIN, 5))
    arguments = (proposal.id, 3, [0, 0, 2, 0], [])
    stand_at(zone.chain, proposal.read("proposalVoteStart"))
    with reverts("GovernorUnexpectedProposalState", current=State.PENDING):
        zone.attempt("castAggregate", *arguments)
    deadline = proposal.read("batchDeadline")
    stand_at(zone.chain, deadline)
    assert zone.attempt("castAggregate", *arguments) == 1
    stand_at(zone.chain, deadline + 1)
    with reverts("BatchesClosed", proposalId=proposal.id, deadline=deadline):
        zone.attempt("castAggregate", *arguments)
    stand_at(zone.chain, proposal.read("proposalDeadline") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED):
        zone.attempt("castAggregate", *arguments)
    with reverts("GovernorNonexistentProposal", proposalId=77):
        zone.attempt("castAggregate", 77, 3, [0, 0, 2, 0], [])
