"""ZoneBallots.castBallots: signed ballots of many persons in one transaction, each counted once or passed over."""

from __future__ import annotations

import pytest

from tests.support.ballots import Ballot, ballot, batch, domain_of, group
from tests.support.bodies import (
    ABSTAIN,
    AGAINST,
    FOR,
    Person,
    Proposal,
    State,
    events,
    just_before,
    now,
    stand_at,
    transact,
)
from tests.support.chain import reverts
from tests.support.world import PEOPLE, World

ACTIVE_ONLY = (1 << State.ACTIVE).to_bytes(32, "big")


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, its vote about to open."""
    return world.zone.propose(world.pay(alice.address)).open()


def tried(proposal: Proposal, data: bytes) -> int:
    """How many these bytes would count now, or in the first second of the vote."""
    opened = proposal.read("proposalVoteStart") + 1
    if now(proposal.chain) < opened:
        stand_at(proposal.chain, opened)
    return int(proposal.body.attempt("castBallots", proposal.id, data))


def counted(proposal: Proposal, *ballots: Ballot) -> int:
    """How many a batch of these would count."""
    return tried(proposal, batch(*ballots))


def bits(*persons: Person) -> int:
    return sum(1 << person.index for person in persons)


# --- what it counts ---


@pytest.mark.parametrize("support", [AGAINST, FOR, ABSTAIN])
@pytest.mark.parametrize("voters", [1, 2, 3, 4, 12])
def test_it_counts_whoever_signed(proposal: Proposal, support: int, voters: int) -> None:
    """Few are looked up one by one, more in a page of keys: nothing is different."""
    ballots = [ballot(proposal, support, person) for person in PEOPLE[:voters]]
    receipt = proposal.body.send("castBallots", proposal.id, batch(*ballots))
    assert proposal.tally[support] == voters == sum(proposal.tally)
    assert proposal.read("votedMask", 0) == bits(*PEOPLE[:voters])
    assert all(proposal.read("hasVoted", person.address) for person in PEOPLE[:voters])
    told = [0, 0, 0]
    told[support] = bits(*PEOPLE[:voters])
    (event,) = events(receipt, "BallotsCounted")
    assert event.args == {"proposalId": proposal.id, "words": (0, *told)}
    assert len(receipt.logs) == 1


def test_keys_come_from_the_page(world: World, alice: Person) -> None:
    """What a ballot more costs has room for recovering its signer (3,000), its 65 bytes (1,040) and little else, not
    for asking the register about each. Gas is exact, so this is no measure of time."""
    proposals = [world.zone.propose(world.pay(alice.address, 1 + n), by=PEOPLE[n]).open() for n in range(2)]
    few, many = (
        each.body.send("castBallots", each.id, batch(*(ballot(each, FOR, person) for person in PEOPLE[:voters])))
        for each, voters in zip(proposals, (4, 12), strict=True)
    )
    assert many.gas_used - few.gas_used < 8 * 4_500


def test_it_returns_how_many(proposal: Proposal) -> None:
    assert counted(proposal, *(ballot(proposal, FOR, person) for person in PEOPLE[:7])) == 7


def test_three_choices_of_a_word_are_one_event(proposal: Proposal) -> None:
    ballots = [ballot(proposal, number % 3, person) for number, person in enumerate(PEOPLE)]
    receipt = proposal.body.send("castBallots", proposal.id, batch(*ballots))
    assert proposal.tally == (4, 4, 4)
    (event,) = events(receipt, "BallotsCounted")
    assert event.args["words"] == (0, *(bits(*PEOPLE[choice::3]) for choice in range(3)))


def test_groups_in_any_order(proposal: Proposal) -> None:
    """Words may come back, and choices too."""
    nobody = ballot(proposal, FOR, PEOPLE[0], index=300)
    parts = [
        batch(ballot(proposal, FOR, PEOPLE[0])),
        batch(nobody),
        batch(ballot(proposal, AGAINST, PEOPLE[1]), ballot(proposal, AGAINST, PEOPLE[0])),
        batch(ballot(proposal, FOR, PEOPLE[2])),
    ]
    receipt = proposal.body.send("castBallots", proposal.id, b"".join(parts))
    assert proposal.tally == (1, 2, 0)
    (event,) = events(receipt, "BallotsCounted")
    assert event.args["words"] == (0, 0, bits(PEOPLE[0]), 0, 0, bits(PEOPLE[1]), bits(PEOPLE[2]), 0)


def test_an_industry_counts_its_own_members(world: World, alice: Person) -> None:
    """Persons 1 to 6 belong to it; the others are passed over."""
    proposal = world.food.propose(world.pay(alice.address)).open()
    receipt = world.food.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, one) for one in PEOPLE)))
    assert proposal.tally == (0, 6, 0)
    assert events(receipt, "BallotsCounted")[0].args["words"] == (0, 0, bits(*PEOPLE[:6]), 0)


def test_anybody_may_bring_it(proposal: Proposal, stranger: Person) -> None:
    proposal.body.send("castBallots", proposal.id, batch(ballot(proposal, FOR, PEOPLE[0])), by=stranger)
    assert proposal.tally == (0, 1, 0)


# --- what it passes over ---


def test_a_bad_ballot_spoils_no_other(proposal: Proposal, stranger: Person) -> None:
    good = [ballot(proposal, FOR, person) for person in PEOPLE[:4]]
    bad = [
        ballot(proposal, FOR, PEOPLE[5], index=PEOPLE[4].index),  # another person's signature
        ballot(proposal, FOR, PEOPLE[6], said=AGAINST),  # signed otherwise
        ballot(proposal, FOR, stranger, index=PEOPLE[7].index),  # nobody's
        Ballot(FOR, PEOPLE[8].index, bytes(64)),  # no signature at all
        Ballot(FOR, PEOPLE[9].index, b"\xff" * 64),
        ballot(proposal, FOR, stranger, index=0),  # index 0 is nobody, and so is a stranger
        ballot(proposal, FOR, PEOPLE[0], index=13),  # beyond the register
        ballot(proposal, FOR, PEOPLE[0], index=255),
    ]
    assert counted(proposal, *good, *bad) == 4
    assert counted(proposal, *bad, good[0]) == 1
    with reverts("NothingCounted", proposalId=proposal.id):
        counted(proposal, *bad)
    for each in bad:
        with reverts("NothingCounted"):
            counted(proposal, each)


def test_one_that_cannot_be_recovered_does_not_borrow_the_signer_before_it(proposal: Proposal) -> None:
    """The precompile answers nothing then, and what it answered before counts for nobody else: few and many."""
    good = ballot(proposal, FOR, PEOPLE[0])
    for signature in (bytes(64), bytes(63) + b"\x01", b"\xff" * 64, good.signature[:32] + bytes(32)):
        forged = [Ballot(FOR, person.index, signature) for person in PEOPLE[1:6]]
        assert counted(proposal, good, *forged) == 1
        assert counted(proposal, good, forged[0]) == 1
        again = Ballot(AGAINST, PEOPLE[0].index, signature)
        assert counted(proposal, again, good, *forged) == 1


def test_a_page_that_ends_early_has_no_keys(proposal: Proposal) -> None:
    """Signatures that recover to nobody, for persons that are nobody."""
    with reverts("NothingCounted"):
        counted(proposal, *(Ballot(FOR, index, bytes(64)) for index in range(13, 40)))


def test_not_beyond_the_register(proposal: Proposal) -> None:
    for word in (1, 2, 255, 2**24 - 1):
        entries = [(person.index, ballot(proposal, FOR, person).signature) for person in PEOPLE]
        with reverts("NothingCounted"):
            tried(proposal, group(word, FOR, entries))


# --- once ---


def test_nobody_counts_twice_in_one_batch(proposal: Proposal) -> None:
    one = ballot(proposal, FOR, PEOPLE[0])
    entry = (1, one.signature)
    for data in (
        group(0, FOR, [entry, entry]),
        group(0, FOR, [entry] * 9),
        group(0, FOR, [entry]) + group(0, FOR, [entry]),
        group(0, FOR, [entry]) + group(0, AGAINST, [(1, ballot(proposal, AGAINST, PEOPLE[0]).signature)]),
        group(0, FOR, [entry]) + group(7, FOR, []) + group(0, FOR, [entry] * 5),
    ):
        assert tried(proposal, data) == 1
    receipt = proposal.body.send("castBallots", proposal.id, data)
    assert proposal.tally == (0, 1, 0)
    (told,) = events(receipt, "BallotsCounted")
    assert len(told.args["words"]) == 4


def test_the_first_of_two_choices_counts(proposal: Proposal) -> None:
    both = [ballot(proposal, AGAINST, PEOPLE[0]), ballot(proposal, FOR, PEOPLE[0])]
    proposal.body.send("castBallots", proposal.id, b"".join(batch(each) for each in reversed(both)))
    assert proposal.tally == (0, 1, 0)


def test_a_batch_cannot_be_brought_again(proposal: Proposal) -> None:
    data = batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:5]))
    proposal.body.send("castBallots", proposal.id, data)
    with reverts("NothingCounted", proposalId=proposal.id):
        tried(proposal, data)
    assert proposal.tally == (0, 5, 0)


def test_whoever_voted_before_is_passed_over(proposal: Proposal, alice: Person, bob: Person) -> None:
    """A vote that lands first breaks no batch."""
    proposal.vote(AGAINST, alice)
    receipt = proposal.body.send(
        "castBallots", proposal.id, batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:5]))
    )
    assert proposal.tally == (1, 4, 0)
    assert events(receipt, "BallotsCounted")[0].args["words"] == (0, 0, bits(*PEOPLE[1:5]), 0)
    with reverts("NothingCounted"):
        tried(proposal, batch(ballot(proposal, FOR, alice)))


def test_whoever_was_in_a_batch_votes_no_more(proposal: Proposal, bob: Person) -> None:
    proposal.body.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:5])))
    with reverts("GovernorAlreadyCastVote", voter=bob.address):
        proposal.body.attempt("castVote", proposal.id, AGAINST, by=bob)
    proposal.vote(AGAINST, PEOPLE[5])
    assert proposal.tally == (1, 5, 0)


# --- the electorate of the snapshot ---


def test_not_whoever_came_later(world: World, alice: Person, stranger: Person) -> None:
    zone = world.zone
    proposal = zone.propose(world.pay(alice.address))
    admission = zone.propose(zone.own("admit", [stranger.address]))
    admission.carry().wait_until_due().execute()
    newcomer = Person("newcomer", 13, stranger.signer)
    late = zone.propose(world.pay(alice.address)).open()
    for each in (proposal, late):
        assert each.read("proposalSnapshot") < each.read("proposalVoteStart")
    with reverts("NothingCounted"):
        tried(late, batch(ballot(late, FOR, newcomer)))
    assert counted(late, *(ballot(late, FOR, person) for person in (*PEOPLE[:4], newcomer))) == 4


def test_whoever_left_after_the_snapshot_still_counts(proposal: Proposal) -> None:
    gone = PEOPLE[3]
    proposal.body.send("leave", by=gone)
    proposal.body.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:5])))
    assert proposal.tally == (0, 5, 0)
    assert proposal.read("votedMask", 0) == bits(*PEOPLE[:5])


def test_whoever_left_before_the_snapshot_does_not(world: World, alice: Person) -> None:
    world.zone.send("leave", by=PEOPLE[3])
    proposal = world.zone.propose(world.pay(alice.address)).open()
    world.zone.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:5])))
    assert proposal.read("votedMask", 0) == bits(*PEOPLE[:5]) ^ bits(PEOPLE[3])


# --- bytes that are no batch ---


@pytest.mark.parametrize("length", [1, 5, 6 + 1, 6 + 64, 6 + 65 + 3, 6 + 2 * 65 - 1])
def test_a_group_must_be_whole(proposal: Proposal, length: int) -> None:
    data = batch(*(ballot(proposal, FOR, person) for person in PEOPLE[:2]))
    with reverts("TruncatedBatch", position=0):
        tried(proposal, data[:length])


def test_the_group_that_is_not_whole_is_named(proposal: Proposal) -> None:
    """And nothing of the batch is counted."""
    first, second = batch(ballot(proposal, FOR, PEOPLE[0])), batch(ballot(proposal, FOR, PEOPLE[1]))
    for data in (
        first + b"\x00",
        first + second[:-1],
        first + group(0, FOR, [], n=1),
        first + group(0, FOR, [], n=65_535),
    ):
        with reverts("TruncatedBatch", position=len(first)):
            tried(proposal, data)
    assert proposal.tally == (0, 0, 0)


@pytest.mark.parametrize("support", [3, 4, 128, 255])
def test_there_are_three_kinds_of_vote(proposal: Proposal, support: int) -> None:
    entry = (1, ballot(proposal, FOR, PEOPLE[0]).signature)
    for data in (group(0, support, [entry]), group(0, FOR, [entry]) + group(0, support, [])):
        with reverts("GovernorInvalidVoteType"):
            tried(proposal, data)


def test_empty_groups_count_nobody(proposal: Proposal) -> None:
    for data in (b"", group(0, FOR, []), group(0, FOR, []) + group(2**24 - 1, AGAINST, [])):
        with reverts("NothingCounted", proposalId=proposal.id):
            tried(proposal, data)
    whole = group(0, FOR, []) + batch(ballot(proposal, FOR, PEOPLE[0])) + group(0, FOR, [])
    assert tried(proposal, whole) == 1


@pytest.mark.parametrize("gas", [60_000, 70_000, 90_000])
def test_starved_of_gas_it_counts_nothing(proposal: Proposal, gas: int) -> None:
    """A relayer cannot have ballots passed over by giving too little gas: then the whole batch fails."""
    data = batch(*(ballot(proposal, FOR, person) for person in PEOPLE))
    with reverts("Empty"):
        transact(proposal.body.contract, "castBallots", proposal.id, data, gas_limit=gas)
    assert proposal.tally == (0, 0, 0)
    assert proposal.read("votedMask", 0) == 0


# --- in time ---


def test_the_proposal_must_exist(world: World, alice: Person) -> None:
    draft = world.zone.draft(world.pay(alice.address))
    with reverts("GovernorNonexistentProposal", proposalId=draft.id):
        world.zone.attempt("castBallots", draft.id, batch(ballot(draft, FOR, alice)))


def test_not_before_the_vote_opens(proposal: Proposal, alice: Person) -> None:
    stand_at(proposal.chain, proposal.read("proposalVoteStart"))
    with reverts("GovernorUnexpectedProposalState", current=State.PENDING, expectedStates=ACTIVE_ONLY):
        proposal.body.attempt("castBallots", proposal.id, batch(ballot(proposal, FOR, alice)))


def test_until_the_batch_deadline(proposal: Proposal, alice: Person, bob: Person) -> None:
    """To the second; from then on only the voters themselves, or somebody with their single signature."""
    deadline = proposal.read("batchDeadline")
    just_before(proposal.chain, deadline)
    proposal.body.send("castBallots", proposal.id, batch(ballot(proposal, FOR, alice)))
    stand_at(proposal.chain, deadline + 1)
    with reverts("BatchesClosed", proposalId=proposal.id, deadline=deadline):
        proposal.body.attempt("castBallots", proposal.id, batch(ballot(proposal, FOR, bob)))
    proposal.vote(AGAINST, bob)
    assert proposal.tally == (1, 1, 0)
    stand_at(proposal.chain, proposal.read("proposalDeadline") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED, expectedStates=ACTIVE_ONLY):
        proposal.body.attempt("castBallots", proposal.id, batch(ballot(proposal, FOR, PEOPLE[2])))


def test_not_on_a_canceled_proposal(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    proposal.cancel()
    stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        world.zone.attempt("castBallots", proposal.id, batch(ballot(proposal, FOR, alice)))


def test_what_is_signed_in_one_domain_counts_there_only(world: World, alice: Person) -> None:
    """The same calls with the same text have the same id in every body; the ballot names the body."""
    call = world.pay(alice.address)
    ours = world.zone.propose(call, description="same")
    theirs = world.food.propose(call, description="same").open()
    assert ours.id == theirs.id
    one = ballot(ours, FOR, alice)
    assert domain_of(world.zone) != domain_of(world.food)
    with reverts("NothingCounted"):
        tried(theirs, batch(one))
    world.zone.send("castBallots", ours.id, batch(one))
    assert (ours.tally, theirs.tally) == ((0, 1, 0), (0, 0, 0))
