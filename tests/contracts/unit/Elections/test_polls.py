"""Choosing options by approval, openly and by commitment."""

from __future__ import annotations

from tests.support.bodies import attempt, event, events, just_before, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.plans import DAY, HOUR, MEMBERSHIP
from tests.support.polls import (
    COUNTING,
    DECIDED,
    POLL,
    REVEALING,
    SECRET,
    VOTING,
    Polls,
    choices,
    poll_terms,
    word,
)
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.chain.signers import dev_account


def test_a_poll_is_opened_by_a_vote_of_the_membership_class(polls: Polls) -> None:
    zone = polls.zone
    assert zone.read("classOf", *polls.poll()) == zone.read("classOf", *polls.election()) == MEMBERSHIP
    found = polls.read("electionOf", POLL)
    assert (found.body, found.choices, found.label, found.phase) == (zone.address, 4, word("summer"), VOTING)
    assert found.voteEnd - found.voteStart == 2 * DAY
    assert (found.snapshot, found.snapshot - found.seasonedAt) == (found.voteStart - 1, 2 * HOUR)
    assert found.revealEnd == found.voteEnd


def test_the_order_of_approvals_within_the_budget(polls: Polls) -> None:
    """Swings and benches have 5 each and cost the same; the stage (4) and the trees (3) no longer fit."""
    polls.vote(POLL, *[choices(1, 2)] * 5, *[choices(4)] * 4, *[choices(3)] * 3)
    assert polls.read("approvals", POLL) == (5, 5, 3, 4)
    assert polls.read("electionOf", POLL).ballots == 12
    polls.until(POLL, "voteEnd")
    receipt = polls.send("decidePoll", POLL, poll_terms())
    assert event(receipt, "Decided") == {
        "election": POLL,
        "winners": choices(1, 2),
        "ballots": 12,
        "quorumReached": True,
    }
    assert (polls.phase(POLL), polls.read("electionOf", POLL).winners) == (DECIDED, choices(1, 2))


def test_what_does_not_fit_is_passed_over_and_of_equals_the_cheaper_goes_first(polls: Polls) -> None:
    polls.vote(POLL, *[choices(4)] * 5, *[choices(1, 3)] * 4)
    polls.until(POLL, "voteEnd")
    polls.send("decidePoll", POLL, poll_terms())
    assert polls.read("electionOf", POLL).winners == choices(4, 3)  # 70 + 30; the swings at 50 did not fit


def test_neither_below_the_threshold_nor_without_a_quorum(polls: Polls) -> None:
    stand_at(polls.chain, now(polls.chain))
    first, second, third = (
        polls.open(polls.poll(**each))
        for each in ({"threshold_ppm": 500_000}, {"quorum_ppm": 300_000}, {"threshold_ppm": 0, "most": 1})
    )
    polls.vote(third, choices(3), choices(2, 3), 0)
    just_before(polls.chain, polls.read("electionOf", third).voteEnd)
    polls.send("decidePoll", third, poll_terms(threshold_ppm=0, most=1))
    assert polls.read("electionOf", third).winners == choices(3)
    # Nobody voted in the others.
    polls.send("decidePoll", first, poll_terms(threshold_ppm=500_000))
    receipt = polls.send("decidePoll", second, poll_terms(quorum_ppm=300_000))
    assert event(receipt, "Decided") == {"election": second, "winners": 0, "ballots": 0, "quorumReached": False}


def test_three_of_twelve_are_a_quarter_and_half_of_four_is_enough(polls: Polls) -> None:
    polls.vote(POLL, choices(1), choices(1, 2))
    polls.until(POLL, "voteEnd")
    stand_at(polls.chain, now(polls.chain))
    receipt = polls.send("decidePoll", POLL, poll_terms())
    assert event(receipt, "Decided")["quorumReached"] is False
    assert polls.read("electionOf", POLL).winners == 0


def test_threshold_and_quorum_are_met_exactly(polls: Polls) -> None:
    polls.vote(POLL, choices(1), choices(2), choices(2), 0)
    polls.until(POLL, "voteEnd")
    polls.send("decidePoll", POLL, poll_terms())
    assert polls.read("electionOf", POLL).winners == choices(1, 2)  # one of four is 25 %


def test_one_ballot_a_person_for_good_whatever_their_key(polls: Polls) -> None:
    """G19, G20: the bit belongs to the person, and a new key brings no second ballot."""
    alice, bob = PEOPLE[:2]
    polls.vote(POLL, choices(1))
    assert polls.read("hasVoted", POLL, alice.index)
    assert not polls.read("hasVoted", POLL, bob.index)
    with reverts("AlreadyVoted", person=alice.index):
        polls.attempt("vote", POLL, choices(2))
    new = dev_account(30)
    transact(polls.zone.registry, "rotate", new.address, by=alice)
    with reverts("AlreadyVoted", person=alice.index):
        attempt(polls.elections, "vote", POLL, choices(2), by=new)
    with reverts("NotElector", person=0):
        polls.attempt("vote", POLL, choices(2))


def test_the_electorate_is_that_of_the_opening(polls: Polls, world: World) -> None:
    """G2: who joined later has no ballot here; who has left since keeps theirs, but not another election's."""
    zone = polls.zone
    zone.enact(zone.own("admit", [STRANGER.address]))
    zone.send("leave", by=PEOPLE[11])
    assert polls.phase(POLL) == VOTING
    with reverts("NotElector", caller=STRANGER.address, person=13):
        polls.attempt("vote", POLL, 2, by=STRANGER)
    polls.vote(POLL, 2, people=PEOPLE[11:])
    later = polls.open(polls.poll())
    with reverts("NotElector", person=12):
        polls.attempt("vote", later, 2, by=PEOPLE[11])
    polls.vote(later, 2, people=[STRANGER])


def test_an_industry_decides_among_its_own(polls: Polls, world: World) -> None:
    food = world.food
    food.enact(polls.poll(quorum_ppm=500_000))
    newest = int(polls.read("electionCount"))
    assert polls.read("electionOf", newest).body == food.address
    polls.vote(newest, *[choices(3)] * 3)
    with reverts("NotElector", person=7):
        polls.attempt("vote", newest, 2, by=PEOPLE[6])
    polls.until(newest, "voteEnd")
    polls.send("decidePoll", newest, poll_terms(quorum_ppm=500_000))
    assert polls.read("electionOf", newest).winners == choices(3)  # three of six


def test_secret_until_all_have_committed(polls: Polls) -> None:
    """G18: nothing is revealed before committing ends, nobody commits after it or twice."""
    alice, bob, charlie, dave = PEOPLE[:4]
    salt = bytes(range(32))
    ballots = {alice: choices(1), bob: choices(2), charlie: choices(2), dave: choices(2)}
    for person, ballot in ballots.items():
        polls.send("commit", SECRET, polls.commitment(SECRET, person, ballot, salt), by=person)
        assert polls.read("hasVoted", SECRET, person.index)
    with reverts("AlreadyVoted", person=bob.index):
        polls.attempt("commit", SECRET, bytes(31) + b"\1", by=bob)
    with reverts("WrongPhase", phase=VOTING):
        polls.attempt("reveal", SECRET, alice.index, choices(1), salt)
    assert polls.read("electionOf", SECRET).ballots == 0
    polls.until(SECRET, "voteEnd")
    polls.send("reveal", SECRET, alice.index, choices(1), salt, by=dave)  # anyone may bring it
    assert polls.phase(SECRET) == REVEALING
    with reverts("WrongPhase", phase=REVEALING):
        polls.attempt("commit", SECRET, bytes(31) + b"\1", by=PEOPLE[5])
    with reverts("WrongPhase", phase=REVEALING):
        polls.attempt("decidePoll", SECRET, poll_terms())
    with reverts("AlreadyVoted", person=alice.index):
        polls.attempt("reveal", SECRET, alice.index, choices(1), salt)
    commitment = polls.read("commitmentOf", SECRET, bob.index)
    for wrong in ((bob.index, choices(1), salt), (bob.index, choices(2), bytes(32))):
        with reverts("WrongReveal", person=bob.index, commitment=commitment):
            polls.attempt("reveal", SECRET, *wrong)
    polls.send("reveal", SECRET, bob.index, choices(2), salt)
    receipt = polls.send("reveal", SECRET, charlie.index, choices(2), salt)
    assert [each.args["person"] for each in events(receipt, "BallotCast")] == [charlie.index]
    polls.until(SECRET, "revealEnd")
    terms = poll_terms(subject=word("secret"), costs=[], budget=0, most=1, threshold_ppm=0, reveal_seconds=DAY)
    polls.send("decidePoll", SECRET, terms)
    found = polls.read("electionOf", SECRET)
    assert (found.ballots, found.winners) == (3, choices(2))
    assert polls.read("approvals", SECRET) == (1, 2, 0, 0)


def test_what_cannot_be_read_is_not_counted(polls: Polls) -> None:
    """A commitment to a ballot that names no choice is worth nothing; a copied one is somebody else's."""
    alice, bob = PEOPLE[:2]
    commitment = polls.commitment(SECRET, alice, choices(9), bytes(32))
    for person in (alice, bob):
        polls.send("commit", SECRET, commitment, by=person)
    polls.until(SECRET, "voteEnd")
    stand_at(polls.chain, polls.read("electionOf", SECRET).voteEnd)
    with reverts("BadBallot", ballot=choices(9)):
        polls.attempt("reveal", SECRET, alice.index, choices(9), bytes(32))
    with reverts("WrongReveal", person=bob.index):
        polls.attempt("reveal", SECRET, bob.index, choices(9), bytes(32))
    stand_at(polls.chain, polls.read("electionOf", SECRET).revealEnd)
    assert polls.phase(SECRET) == COUNTING
