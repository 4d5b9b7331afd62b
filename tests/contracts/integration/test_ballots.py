"""A zone, its register and its verifier together: aggregates with real keys and proofs, and keys that change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.support.ballots import ballot, batch, batch_message, digest_of, signed
from tests.support.bodies import Body, Person, Proposal, event, read, stand_at, transact
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN
from tests.support.verifying import ABSTAIN, AGAINST, FOR, NO_HINT, Hall, Voter, proof_of, voting_key
from tests.support.world import PEOPLE, World
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert

KEYED = PEOPLE[:10]
REFUSALS = {"WrongSignature", "NotThePointOf", "ProofMalformed"}  # of the verifier, for a proof of something else


@pytest.fixture
def hall(world: World) -> Hall:
    """The register and the verifier of a zone born with it: persons 1 to 12, of whom 1 to 10 have voting keys."""
    verifier = deploy(world.chain, "Bn254Verifier")
    zone = world.new_zone("Hall", verifier=verifier.address)
    hall = Hall(world.chain, zone.body.registry, verifier, verifier, [voter(person) for person in PEOPLE])
    hall.enroll(hall.voters[: len(KEYED)])
    return hall


@pytest.fixture
def zone(hall: Hall) -> Body:
    return Body(hall.chain, read(hall.registry, "root"), PEOPLE)


def voter(person: Person) -> Voter:
    return Voter(person.index, person.signer, voting_key(person.index))


def opened(body: Body) -> Proposal:
    """In the first second of its vote."""
    made = body.propose(body.own("setCap", 1, COIN, 5))
    stand_at(body.chain, made.read("proposalVoteStart") + 1)
    return made


def aggregate(
    proposal: Proposal,
    choices: Mapping[int, Iterable[Person]],
    *,
    hint: int = NO_HINT,
    signing: Mapping[int, Iterable[Person]] | None = None,
) -> tuple[Any, ...]:
    """Arguments of castAggregate: these persons are claimed, and these (by default the same) signed."""
    digests = [digest_of(batch_message(proposal, support)) for support in range(3)]
    masks = [bits(*choices.get(support, ())) for support in range(3)]
    signers = {choice: [voter(person) for person in persons] for choice, persons in (signing or choices).items()}
    return proposal.id, hint, [0, *masks], proof_of(digests, signers)


def bits(*persons: Person) -> int:
    return sum(1 << person.index for person in persons)


# --- aggregates ---


@pytest.mark.parametrize("hint", [AGAINST, FOR, ABSTAIN, NO_HINT])
def test_an_aggregate_counts_like_votes(zone: Body, hint: int) -> None:
    proposal = opened(zone)
    choices = {AGAINST: KEYED[:2], FOR: KEYED[2:9], ABSTAIN: KEYED[9:]}
    receipt = zone.send("castAggregate", *aggregate(proposal, choices, hint=hint))
    assert proposal.tally == (2, 7, 1)
    assert proposal.read("votedMask", 0) == bits(*KEYED)
    assert event(receipt, "BallotsCounted")["words"] == (0, *(bits(*choices[support]) for support in range(3)))
    for person in KEYED:
        with reverts("GovernorAlreadyCastVote", voter=person.address):
            zone.attempt("castVote", proposal.id, FOR, by=person)


def test_it_counts_beside_every_other_path(zone: Body) -> None:
    """G19: who voted before is passed over; who is in the aggregate votes no more."""
    proposal = opened(zone)
    arguments = aggregate(proposal, {FOR: KEYED})
    proposal.vote(AGAINST, PEOPLE[0])
    zone.send("castVoteBySig", *signed(proposal, AGAINST, PEOPLE[1]))
    zone.send(
        "castBallots", proposal.id, batch(*(ballot(proposal, ABSTAIN, one) for one in (*PEOPLE[2:6], PEOPLE[11])))
    )
    receipt = zone.send("castAggregate", *arguments)
    assert event(receipt, "BallotsCounted")["words"] == (0, 0, bits(*PEOPLE[6:10]), 0)
    assert proposal.tally == (2, 4, 5)
    with reverts("NothingCounted"):
        zone.attempt("castAggregate", *arguments)
    with reverts("NothingCounted"):
        zone.attempt("castBallots", proposal.id, batch(*(ballot(proposal, AGAINST, one) for one in KEYED)))
    zone.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, one) for one in PEOPLE)))
    assert proposal.tally == (2, 5, 5)


def test_what_is_not_proved_is_not_counted(zone: Body) -> None:
    """A signer missing, one too many, another one, for another proposal or another choice; nothing is written."""
    proposal, other = opened(zone), opened(zone)
    claimed = {FOR: KEYED[:6]}
    wrong = [
        aggregate(proposal, claimed, signing={FOR: KEYED[:5]}),
        aggregate(proposal, claimed, signing={FOR: KEYED[:7]}),
        aggregate(proposal, claimed, signing={FOR: KEYED[1:7]}),
        (other.id, *aggregate(proposal, claimed)[1:]),
        (proposal.id, NO_HINT, [0, bits(*KEYED[:6]), 0, 0], aggregate(proposal, claimed)[3]),
        (proposal.id, NO_HINT, [0, 0, bits(*KEYED[:6]), 0], aggregate(proposal, {AGAINST: KEYED[:6]})[3]),
    ]
    for arguments in wrong:
        with pytest.raises(ContractRevert) as caught:
            zone.attempt("castAggregate", *arguments)
        assert caught.value.name in REFUSALS
    assert (proposal.tally, other.tally) == ((0, 0, 0), (0, 0, 0))
    zone.send("castAggregate", *aggregate(proposal, claimed))
    assert proposal.tally == (0, 6, 0)


def test_nobody_is_claimed_without_a_key(zone: Body) -> None:
    """The keyed mask: neither members without a voting key nor indices that nobody has."""
    proposal = opened(zone)
    for mask in (bits(PEOPLE[10]), 1 << 13, 1 << 255, 1):
        _, hint, words, proof = aggregate(proposal, {FOR: KEYED})
        with reverts("NoVotingKey"):
            zone.attempt("castAggregate", proposal.id, hint, [0, 0, words[2] | mask, 0], proof)


def test_a_key_enrolled_later_serves_later_proposals(zone: Body, hall: Hall) -> None:
    early = opened(zone)
    hall.enroll(hall.voters[10:])
    late = opened(zone)
    with reverts("NoVotingKey"):
        zone.attempt("castAggregate", *aggregate(early, {FOR: PEOPLE}))
    zone.send("castAggregate", *aggregate(late, {FOR: PEOPLE}))
    zone.send("castAggregate", *aggregate(early, {FOR: KEYED}))
    assert (early.tally, late.tally) == ((0, 10, 0), (0, 12, 0))


def test_an_industry_counts_its_own(world: World, zone: Body) -> None:
    """The keys are the zone's, the electorate the industry's."""
    food = world.new_industry(zone, "Food", PEOPLE[:6]).body
    stand_at(world.chain, world.chain.block().timestamp + 4 * 3600)
    proposal = opened(food)
    zone_like = aggregate(proposal, {FOR: KEYED})
    receipt = food.send("castAggregate", *zone_like)
    assert proposal.tally == (0, 6, 0)
    assert event(receipt, "BallotsCounted")["words"] == (0, 0, bits(*PEOPLE[:6]), 0)
    with reverts("GovernorNonexistentProposal"):
        zone.attempt("castAggregate", *zone_like)


# --- account keys that change ---


def rotated(hall: Hall, person: Person, number: int = 45) -> Person:
    """The person with another account key."""
    successor = Person(f"{person.name} again", person.index, dev_account(number))
    transact(hall.registry, "rotate", successor.address, by=person)
    return successor


@pytest.mark.parametrize("with_others", [False, True], ids=["alone", "with others"])
def test_a_new_account_key_acts_at_once(zone: Body, hall: Hall, with_others: bool) -> None:
    """In the signed paths as in the direct one, on proposals made before: looked up alone, loose beside a page."""
    proposal = opened(zone)
    alice, others = PEOPLE[0], PEOPLE[1:7] if with_others else ()
    before = [ballot(proposal, FOR, person) for person in (alice, *others)]
    single = signed(proposal, FOR, alice)
    again = rotated(hall, alice)
    assert hall.registry.call("keysOf", 0)[1] >> alice.index & 1
    after = [ballot(proposal, AGAINST, person) for person in (again, *others)]
    with reverts("NotInElectorate", account=alice.address):
        zone.attempt("castVoteBySig", *single)
    with reverts("NothingCounted"):
        zone.attempt("castBallots", proposal.id, batch(before[0]))
    if others:
        assert zone.attempt("castBallots", proposal.id, batch(*before)) == len(others)
    zone.attempt("castVoteBySig", *signed(proposal, ABSTAIN, again))
    zone.attempt("castVote", proposal.id, ABSTAIN, by=again)
    receipt = zone.send("castBallots", proposal.id, batch(*after))
    assert event(receipt, "BallotsCounted")["words"] == (0, bits(alice, *others), 0, 0)


def test_nobody_votes_again_with_a_new_key(zone: Body, hall: Hall) -> None:
    """G20: the bit belongs to the person, whatever key cast it and by whatever path."""
    proposal = opened(zone)
    one, two, three, four = PEOPLE[:4]
    proposal.vote(FOR, one)
    zone.send("castVoteBySig", *signed(proposal, FOR, two))
    zone.send("castBallots", proposal.id, batch(ballot(proposal, FOR, three)))
    zone.send("castAggregate", *aggregate(proposal, {FOR: [four]}))
    for number, person in enumerate((one, two, three, four), 45):
        again = rotated(hall, person, number)
        with reverts("GovernorAlreadyCastVote", voter=again.address):
            zone.attempt("castVote", proposal.id, AGAINST, by=again)
        with reverts("GovernorAlreadyCastVote", voter=again.address):
            zone.attempt("castVoteBySig", *signed(proposal, AGAINST, again))
        with reverts("NothingCounted"):
            zone.attempt("castBallots", proposal.id, batch(ballot(proposal, AGAINST, again)))
    with reverts("NothingCounted"):
        zone.attempt("castAggregate", *aggregate(proposal, {AGAINST: [one, two, three, four]}))
    assert proposal.tally == (0, 4, 0)
    assert proposal.read("votedMask", 0) == bits(one, two, three, four)


def test_a_key_that_was_given_up_is_nobodys(zone: Body, hall: Hall) -> None:
    """The page still has it; the person is loose, so the page is not asked."""
    proposal = opened(zone)
    alice = PEOPLE[0]
    old = [ballot(proposal, FOR, person) for person in PEOPLE[:8]]
    rotated(hall, alice)
    receipt = zone.send("castBallots", proposal.id, batch(*old))
    assert event(receipt, "BallotsCounted")["words"] == (0, 0, bits(*PEOPLE[1:8]), 0)
