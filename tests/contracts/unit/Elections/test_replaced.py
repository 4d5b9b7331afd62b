"""Officers whom the body above replaces for a time."""

from __future__ import annotations

from typing import Any

from tests.support.bodies import Body, Call, Person, call_of, event, events, just_before, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import attempt_as
from tests.support.plans import CONSTITUTIONAL, DAY, INDUSTRY
from tests.support.polls import COUNCIL, ELECTIONS, POLL, Polls, choices
from tests.support.world import PEOPLE, STRANGER

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI = PEOPLE[:8]
YEAR = 365 * DAY


def elect(polls: Polls, garden: Body, *people: Person, **changes: Any) -> int:
    """An industry elects the first two of these to its council; the election."""
    garden.enact(polls.election(**changes))
    election = int(polls.read("electionCount"))
    polls.stand(election, *people)
    polls.until(election, "voteStart")
    polls.vote(election, *[choices(*range(1, min(len(people), 2) + 1))] * 2)
    polls.until(election, "voteEnd")
    polls.send("decide", election)
    return election


def council(polls: Polls, **changes: Any) -> tuple[Body, int]:
    """An industry of the first six, whose council are alice and bob for 200 days; charlie was not elected."""
    garden = polls.world.new_industry(polls.zone, "Garden", PEOPLE[:6]).body
    return garden, elect(polls, garden, ALICE, BOB, CHARLIE, **{"term_seconds": 200 * DAY, **changes})


def replacing(polls: Polls, election: int, *people: Person, seconds: int = 60 * DAY) -> Call:
    """What the body above votes on."""
    return call_of(polls.elections, "replaceOfficers", election, [person.index for person in people], seconds)


def officers(polls: Polls, garden: Body) -> tuple[int, list[int]]:
    """Who is on the council now."""
    election, persons = polls.read("officers", garden.address, COUNCIL)
    for person in range(15):
        assert polls.read("isOfficer", garden.address, COUNCIL, person) == (person in persons)
    return int(election), list(persons)


def test_named_by_vote_of_the_body_above_until_the_time_is_over(polls: Polls) -> None:
    """Members of the body above, one of whom gives it up, one of whom is recalled; then who was elected is back."""
    garden, election = council(polls)
    receipt = polls.zone.enact(replacing(polls, election, CHARLIE, GRACE))
    begun = now(polls.chain)
    until, origin = begun + 60 * DAY, event(receipt, "OfficersReplaced")["proposal"]
    assert event(receipt, "OfficersReplaced") == {
        "election": election,
        "by": polls.zone.address,
        "persons": (3, 7),
        "until": until,
        "proposal": origin,
    }
    assert polls.zone.read("proposalNumber", event(receipt, "ProposalExecuted")["proposalId"]) == origin
    assert officers(polls, garden) == (election, [3, 7])
    assert polls.read("replacementOf", election) == (polls.zone.address, begun, until, (3, 7))
    assert polls.read("officeRestsUntil", garden.address, COUNCIL) == begun + YEAR
    with reverts("NotOfficer", election=election, person=8):
        polls.attempt("resign", election, by=HEIDI)

    with reverts("NotElector", person=7):
        polls.attempt("petition", election, 3, by=GRACE)
    for signer in (DAVE, ERIN):  # members of the industry recall whom others named, and whom they elected
        polls.send("petition", election, 3, by=signer)
        polls.send("petition", election, 1, by=signer)
    for number, voter in ((1, DAVE), (1, ERIN), (2, DAVE), (2, ERIN)):
        polls.send("voteRecall", number, True, by=voter)
    just_before(polls.chain, polls.read("petitionOf", 2).voteEnd)
    assert event(polls.send("closeRecall", 1), "OfficerLeft") == {"election": election, "person": 3, "recalled": True}
    assert events(polls.send("closeRecall", 2), "OfficerLeft")
    assert officers(polls, garden) == (election, [7])
    assert polls.read("replacementOf", election)[3] == (0, 7)

    polls.zone.send("leave", by=GRACE)
    assert officers(polls, garden) == (election, [])
    stand_at(polls.chain, until - 1)
    assert officers(polls, garden) == (election, [])
    stand_at(polls.chain, until)
    assert officers(polls, garden) == (election, [2])
    with reverts("NotOfficer", person=7):
        polls.attempt("resign", election, by=GRACE)
    with reverts("NotReplaced", election=election):
        attempt_as(polls.zone.address, polls.elections, "restoreOfficers", election)
    with reverts("OfficeRests", until=begun + YEAR):
        attempt_as(polls.zone.address, polls.elections, "replaceOfficers", election, [4], DAY)


def test_who_is_recalled_after_the_time_has_nothing_to_lose(polls: Polls) -> None:
    garden, election = council(polls)
    polls.zone.enact(replacing(polls, election, CHARLIE, seconds=5 * DAY))
    for signer in (DAVE, ERIN):
        polls.send("petition", election, 3, by=signer)
    for voter in (DAVE, ERIN):
        polls.send("voteRecall", 1, True, by=voter)
    just_before(polls.chain, polls.read("petitionOf", 1).voteEnd)
    receipt = polls.send("closeRecall", 1)
    assert event(receipt, "RecallClosed")["recalled"]
    assert not events(receipt, "OfficerLeft")
    assert officers(polls, garden) == (election, [1, 2])


def test_until_the_next_term_or_until_taken_back(polls: Polls) -> None:
    """The election that goes on meanwhile ends it; and who gave the office up as named is no officer any more."""
    garden, election = council(polls)
    polls.zone.enact(replacing(polls, election, ALICE, DAVE))
    polls.send("resign", election, by=ALICE)  # elected and named at once
    assert officers(polls, garden) == (election, [4])
    receipt = polls.zone.enact(call_of(polls.elections, "restoreOfficers", election))
    assert event(receipt, "OfficersRestored")["election"] == election
    assert officers(polls, garden) == (election, [2])
    assert polls.read("replacementOf", election)[2] == now(polls.chain)

    stand_at(polls.chain, polls.read("officeRestsUntil", garden.address, COUNCIL))
    later = elect(polls, garden, BOB, CHARLIE, term_seconds=YEAR)
    polls.zone.enact(replacing(polls, later, FRANK, HEIDI, seconds=90 * DAY))
    assert officers(polls, garden) == (later, [6, 8])
    newest = elect(polls, garden, ERIN)
    assert officers(polls, garden) == (newest, [5])
    with reverts("NotTheirTerm", election=later):
        attempt_as(polls.zone.address, polls.elections, "replaceOfficers", later, [4], DAY)


def test_not_beyond_the_term(polls: Polls) -> None:
    garden, election = council(polls, term_seconds=20 * DAY)
    polls.zone.enact(replacing(polls, election, DAVE))
    ends = polls.read("electionOf", election).termEnd
    assert polls.read("replacementOf", election)[2] == ends
    stand_at(polls.chain, ends - 1)
    assert officers(polls, garden) == (election, [4])
    stand_at(polls.chain, ends)
    assert officers(polls, garden) == (0, [])
    with reverts("NotTheirTerm", election=election):
        attempt_as(polls.zone.address, polls.elections, "replaceOfficers", election, [4], DAY)


def test_what_is_refused(polls: Polls) -> None:
    garden, election = council(polls)
    polls.send("resign", election, by=BOB)
    zone, above = polls.elections, polls.zone.address
    for function, args in (("replaceOfficers", (election, [4], DAY)), ("restoreOfficers", (election,))):
        for caller in (ALICE.address, garden.address, polls.world.zone.address):
            with reverts("NotFromAbove", caller=caller):
                attempt_as(caller, zone, function, *args)
        with reverts("NoSuchElection", election=99):
            attempt_as(above, zone, function, 99, *args[1:])
    with reverts("NotFromAbove", caller=above):  # a zone has nobody above it
        attempt_as(above, zone, "restoreOfficers", POLL)
    with reverts("NotReplaced", election=election):
        attempt_as(above, zone, "restoreOfficers", election)
    for seconds in (0, 90 * DAY + 1):
        with reverts("WrongTime", seconds_=seconds, most=90 * DAY):
            attempt_as(above, zone, "replaceOfficers", election, [4], seconds)
    for seconds in (1, 90 * DAY):
        attempt_as(above, zone, "replaceOfficers", election, [4], seconds)
    for persons in ([], [4, 5, 6]):
        with reverts("WrongNumber", persons=len(persons), seats=2):
            attempt_as(above, zone, "replaceOfficers", election, persons, DAY)
    # Nobody, a stranger, somebody twice, out of order, who gave it up in this term.
    for persons, named in (([0], 0), ([13], 13), ([4, 4], 4), ([5, 4], 4), ([2], 2)):
        with reverts("CannotName", person=named):
            attempt_as(above, zone, "replaceOfficers", election, persons, DAY)
    transact(polls.zone.registry, "rotate", STRANGER.address, by=DAVE)  # a key is not a person
    attempt_as(above, zone, "replaceOfficers", election, [1, 4], DAY)


def test_sixteen_are_named(polls: Polls) -> None:
    """More than eight are in two words, of which an earlier replacement leaves nothing."""
    garden, election = council(polls, seats=16, term_seconds=2 * YEAR)
    polls.zone.enact(replacing(polls, election, *PEOPLE))
    begun = now(polls.chain)
    assert officers(polls, garden) == (election, list(range(1, 13)))
    polls.send("resign", election, by=PEOPLE[10])
    assert officers(polls, garden) == (election, [*range(1, 11), 12])
    stand_at(polls.chain, begun + YEAR)
    polls.zone.enact(replacing(polls, election, *PEOPLE[3:6]))
    assert polls.read("replacementOf", election)[3] == (4, 5, 6)
    assert officers(polls, garden) == (election, [4, 5, 6])


def test_of_which_class_they_are(polls: Polls) -> None:
    calls = [replacing(polls, 1, ALICE), call_of(polls.elections, "restoreOfficers", 1)]
    for target, data in calls:
        assert polls.zone.read("classOf", target, data) == INDUSTRY
    polls.zone.enact(polls.zone.own("setRow", ELECTIONS, calls[0][1][:4], True))
    assert [polls.zone.read("classOf", *each) for each in calls] == [CONSTITUTIONAL, INDUSTRY]
