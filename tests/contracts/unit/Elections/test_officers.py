"""Officers: standing, election by approval, terms, resigning and recall by petition."""

from __future__ import annotations

from tests.support.bodies import Person, event, events, just_before, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, DAY
from tests.support.polls import APPROVAL, COUNCIL, DECIDED, STANDING, TERM, VOTING, Polls, choices
from tests.support.world import PEOPLE, STRANGER

ALICE, BOB, CHARLIE, DAVE = PEOPLE[:4]


def elect(polls: Polls, election: int = APPROVAL, people: tuple[Person, ...] = (ALICE, BOB, CHARLIE)) -> None:
    """The first two of three are elected."""
    polls.stand(election, *people)
    polls.until(election, "voteStart")
    polls.vote(election, choices(1, 2), choices(1, 2), choices(3))
    polls.until(election, "voteEnd")
    polls.send("decide", election)


def officers(polls: Polls) -> tuple[int, list[int]]:
    """Who is on the council now."""
    election, persons = polls.read("officers", polls.zone.address, COUNCIL)
    for person in range(15):
        assert polls.read("isOfficer", polls.zone.address, COUNCIL, person) == (person in persons)
    return int(election), list(persons)


def test_candidates_stand_before_the_vote(polls: Polls) -> None:
    assert polls.phase(APPROVAL) == STANDING
    receipt = polls.send("stand", APPROVAL, by=BOB)
    assert event(receipt, "CandidateStood") == {"election": APPROVAL, "person": BOB.index, "number": 1}
    with reverts("AlreadyStanding", person=BOB.index):
        polls.attempt("stand", APPROVAL, by=BOB)
    with reverts("NotElector", person=0):
        polls.attempt("stand", APPROVAL, by=STRANGER)
    with reverts("WrongPhase", phase=STANDING):
        polls.attempt("vote", APPROVAL, choices(1))
    polls.stand(APPROVAL, *PEOPLE[2:11])
    assert polls.read("candidates", APPROVAL) == tuple(range(2, 12))
    stand_at(polls.chain, polls.read("electionOf", APPROVAL).voteStart)
    with reverts("WrongPhase", phase=VOTING):
        polls.attempt("stand", APPROVAL, by=ALICE)
    with reverts("BadBallot", ballot=choices(11)):
        polls.attempt("vote", APPROVAL, choices(11))
    with reverts("BadBallot", ballot=choices(0, 1)):
        polls.attempt("vote", APPROVAL, choices(0, 1))
    polls.vote(APPROVAL, choices(8, 9, 10), choices(9), choices(10))
    assert polls.read("approvals", APPROVAL) == (0, 0, 0, 0, 0, 0, 0, 1, 2, 2)


def test_seats_go_to_most_approvals_for_a_term(polls: Polls) -> None:
    elect(polls)
    found = polls.read("electionOf", APPROVAL)
    assert (found.phase, found.winners, found.ballots) == (DECIDED, choices(1, 2), 3)
    assert (found.termStart, found.termEnd) == (found.voteEnd, found.voteEnd + TERM)
    assert officers(polls) == (APPROVAL, [1, 2])
    assert not polls.read("isOfficer", COIN, COUNCIL, 1)
    stand_at(polls.chain, found.termEnd - 1)
    assert officers(polls) == (APPROVAL, [1, 2])
    stand_at(polls.chain, found.termEnd)
    assert officers(polls) == (0, [])  # mandates expire
    with reverts("NotOfficer", person=1):
        polls.attempt("resign", APPROVAL, by=ALICE)


def test_of_equals_who_stood_first_and_nobody_without_an_approval(polls: Polls) -> None:
    polls.stand(APPROVAL, CHARLIE, BOB, ALICE)
    polls.until(APPROVAL, "voteStart")
    polls.vote(APPROVAL, choices(1, 2, 3))
    polls.until(APPROVAL, "voteEnd")
    polls.send("decide", APPROVAL)
    assert officers(polls) == (APPROVAL, [CHARLIE.index, BOB.index])
    later = polls.open(polls.election(seats=3))
    polls.stand(later, DAVE, ALICE)
    polls.until(later, "voteStart")
    polls.vote(later, choices(1))
    polls.until(later, "voteEnd")
    polls.send("decide", later)
    assert officers(polls) == (later, [DAVE.index])


def test_the_newest_term_counts_also_when_it_is_over(polls: Polls) -> None:
    """A shorter term that began later is not followed by the rest of an older one."""
    early = polls.open(polls.election(term_seconds=DAY, term_delay=20 * DAY), polls.election())
    later = early - 1
    polls.stand(later, DAVE)
    polls.stand(early, CHARLIE)
    polls.until(early, "voteStart")
    for election in (later, early):
        polls.vote(election, choices(1))
    polls.until(early, "voteEnd")
    polls.send("decide", later)  # decided first, begins last
    polls.send("decide", early)
    found = polls.read("electionOf", later)
    assert officers(polls) == (early, [CHARLIE.index])
    stand_at(polls.chain, found.termStart)
    assert officers(polls) == (later, [DAVE.index])
    stand_at(polls.chain, found.termEnd)
    assert found.termEnd < polls.read("electionOf", early).termEnd
    assert officers(polls) == (0, [])


def test_nobody_is_elected_without_a_quorum(polls: Polls) -> None:
    election = polls.open(polls.election(quorum_ppm=250_001))
    elect(polls, election)
    assert polls.read("electionOf", election).winners == 0
    assert officers(polls) == (election, [])


def test_who_leaves_the_body_or_resigns_is_no_officer(polls: Polls) -> None:
    elect(polls)
    receipt = polls.send("resign", APPROVAL, by=ALICE)
    assert event(receipt, "OfficerLeft") == {"election": APPROVAL, "person": 1, "recalled": False}
    assert officers(polls) == (APPROVAL, [2])
    for person in (ALICE, CHARLIE, STRANGER):
        with reverts("NotOfficer", election=APPROVAL, person=person.index):
            polls.attempt("resign", APPROVAL, by=person)
    polls.zone.send("leave", by=BOB)
    assert officers(polls) == (APPROVAL, [])
    with reverts("NotOfficer", election=99, person=0):
        polls.attempt("resign", 99)


def test_recall_by_petition_and_majority(polls: Polls) -> None:
    """Twelve members: two sign, then more for than against, and at least two."""
    elect(polls)
    with reverts("NotOfficer", election=APPROVAL, person=3):
        polls.attempt("petition", APPROVAL, 3)
    first = polls.send("petition", APPROVAL, 1, by=CHARLIE)
    opened = event(first, "RecallAsked")
    assert (opened["petition"], opened["person"], opened["needed"]) == (1, 1, 2)
    assert polls.read("petitionAgainst", APPROVAL, 1) == polls.read("petitionCount") == 1
    assert not events(first, "RecallOpened")
    with reverts("RecallAlreadySigned", person=3):
        polls.attempt("petition", APPROVAL, 1, by=CHARLIE)
    with reverts("NotElector", person=0):
        polls.attempt("petition", APPROVAL, 1, by=STRANGER)
    with reverts("NotNow", voteEnd=0):
        polls.attempt("voteRecall", 1, True)
    with reverts("NotNow", voteEnd=0):
        polls.attempt("closeRecall", 1)
    second = polls.send("petition", APPROVAL, 1, by=DAVE)
    ends = event(second, "RecallOpened")["voteEnd"]
    with reverts("NotNow", voteEnd=ends):
        polls.attempt("petition", APPROVAL, 1, by=BOB)
    polls.send("voteRecall", 1, True, by=CHARLIE)
    polls.send("voteRecall", 1, False, by=ALICE)
    with reverts("AlreadyVoted", person=1):
        polls.attempt("voteRecall", 1, False, by=ALICE)
    polls.send("voteRecall", 1, True, by=BOB)
    with reverts("NotNow", voteEnd=ends):
        polls.attempt("closeRecall", 1)
    just_before(polls.chain, ends)
    receipt = polls.send("closeRecall", 1)
    assert event(receipt, "RecallClosed") == {"petition": 1, "recalled": True, "votesFor": 2, "votesAgainst": 1}
    assert event(receipt, "OfficerLeft") == {"election": APPROVAL, "person": 1, "recalled": True}
    assert officers(polls) == (APPROVAL, [2])
    found = polls.read("petitionOf", 1)
    assert (found.signatures, found.votesFor, found.votesAgainst, found.closed) == (2, 2, 1, True)
    with reverts("NotNow"):
        polls.attempt("closeRecall", 1)
    with reverts("NotNow"):
        polls.attempt("voteRecall", 1, True, by=DAVE)
    with reverts("NotOfficer"):
        polls.attempt("petition", APPROVAL, 1, by=DAVE)


def test_a_recall_that_fails_waits_for_the_next(polls: Polls) -> None:
    """One vote for is fewer than had to sign; a tie is no majority; then thirty days of peace."""
    elect(polls, polls.open(polls.election(term_seconds=300 * DAY)))
    election = int(polls.read("electionCount"))
    for person in (CHARLIE, DAVE):
        polls.send("petition", election, 1, by=person)
        polls.send("petition", election, 2, by=person)
    polls.send("voteRecall", 1, True, by=CHARLIE)
    for person, recall in zip(PEOPLE, (True, True, False, False), strict=False):
        polls.send("voteRecall", 2, recall, by=person)
    ends = polls.read("petitionOf", 2).voteEnd
    stand_at(polls.chain, ends)
    with reverts("NotNow", voteEnd=polls.read("petitionOf", 1).voteEnd):
        polls.attempt("petition", election, 1, by=CHARLIE)  # the first is to be closed before
    for number, votes_for, votes_against in ((1, 1, 0), (2, 2, 2)):
        closed = event(polls.send("closeRecall", number), "RecallClosed")
        assert (closed["recalled"], closed["votesFor"], closed["votesAgainst"]) == (False, votes_for, votes_against)
    assert officers(polls) == (election, [1, 2])
    with reverts("TooSoon", until=ends + 30 * DAY):
        polls.attempt("petition", election, 2, by=CHARLIE)
    just_before(polls.chain, ends + 30 * DAY)
    receipt = polls.send("petition", election, 2, by=CHARLIE)
    assert event(receipt, "RecallAsked")["petition"] == polls.read("petitionAgainst", election, 2) == 3
    # Too few sign: after thirty days it is over, and thirty more must pass.
    over = polls.read("petitionOf", 3).signEnd
    stand_at(polls.chain, over)
    with reverts("TooSoon", until=over + 30 * DAY):
        polls.attempt("petition", election, 2, by=DAVE)


def test_who_resigned_meanwhile_is_not_recalled_again(polls: Polls) -> None:
    elect(polls)
    for person in (CHARLIE, DAVE):
        polls.send("petition", APPROVAL, 1, by=person)
    for person in (CHARLIE, DAVE):
        polls.send("voteRecall", 1, True, by=person)
    polls.send("resign", APPROVAL, by=ALICE)
    just_before(polls.chain, polls.read("petitionOf", 1).voteEnd)
    receipt = polls.send("closeRecall", 1)
    assert event(receipt, "RecallClosed")["recalled"]
    assert not events(receipt, "OfficerLeft")


def test_only_who_was_a_member_when_it_opened_signs(polls: Polls) -> None:
    zone = polls.zone
    elect(polls, polls.open(polls.election(term_seconds=300 * DAY)))
    election = int(polls.read("electionCount"))
    polls.send("petition", election, 1, by=CHARLIE)
    zone.enact(zone.own("admit", [STRANGER.address]))
    stand_at(polls.chain, read(zone.registry, "person", 13).admittedAt + DAY)
    with reverts("NotElector", person=13):
        polls.attempt("petition", election, 1, by=STRANGER)
    polls.send("petition", election, 2, by=STRANGER)


def test_nothing_is_decided_early_or_twice(polls: Polls) -> None:
    with reverts("WrongPhase", phase=STANDING):
        polls.attempt("decide", APPROVAL)
    polls.stand(APPROVAL, ALICE)
    polls.until(APPROVAL, "voteEnd")
    polls.send("decide", APPROVAL)
    with reverts("WrongPhase", phase=DECIDED):
        polls.attempt("decide", APPROVAL)
