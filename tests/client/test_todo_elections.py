"""What elections, recalls and wishes have somebody do: each thing while it waits, and no longer."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import Person, just_before
from tests.support.plans import DAY
from tests.support.polls import APPROVAL, POLL, SECRET, STV, Polls, choices, polls, polls_grounds
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, STRANGER
from zonedao.addressbook import AddressBook
from zonedao.governance.elections import OfficeTerms
from zonedao.todo import Todo

__all__ = ["polls", "polls_grounds"]

ALICE, BOB, CHARLIE, DAVE = PEOPLE[:4]


@pytest.fixture
def people(polls: Polls, book: AddressBook) -> Actors:
    """Hillside as its people see it."""
    return Actors(polls.chain, polls.zone.address, book)


def todo(people: Actors, who: Person) -> dict[tuple[str, int], Todo]:
    people.chain.mine()
    return {(each.kind, each.number): each for each in todo_of(people.zone(who))}


def test_each_phase_waits_for_those_it_is_open_to(people: Actors, polls: Polls) -> None:
    wages = ("wish", 0)
    assert todo(people, ALICE).keys() == {
        ("elect", POLL),
        ("commit", SECRET),
        ("stand", APPROVAL),
        ("stand", STV),
        wages,
    }
    assert todo(people, STRANGER) == {}
    waits = todo(people, ALICE)
    assert waits["elect", POLL].text.startswith(f"vote in election {POLL} of hillside, “summer”; it closes ")
    assert (waits["elect", POLL].yours, waits["elect", POLL].by) == (True, polls.read("electionOf", POLL).voteEnd)
    assert (
        waits[wages].text
        == "wish for “wage” of hillside, from 1000 to 1500; it is 1050, and 0 of the members have a wish"
    )
    stand = waits["stand", APPROVAL].action
    assert stand is not None
    stand.transact()
    elections = people.zone(ALICE).require_elections()
    elections.commit(SECRET, [1]).transact()
    elections.vote(POLL, [2]).transact()
    people.zone(ALICE).require_wishes().wish("wage", 1000).transact()
    assert todo(people, ALICE).keys() == {("stand", STV)}

    polls.until(STV, "voteStart")
    assert todo(people, ALICE).keys() == {("elect", APPROVAL)}  # nobody stood in the other
    polls.vote(APPROVAL, choices(1), people=[BOB])
    assert ("elect", APPROVAL) not in todo(people, BOB)
    reach(people.chain, polls.read("electionOf", SECRET).voteEnd + 1)
    assert ("reveal", SECRET) not in todo(people, BOB)  # who committed to nothing
    waits = todo(people, ALICE)
    assert "otherwise it does not count" in waits["reveal", SECRET].text
    assert not waits["count", POLL].yours
    elections.decide(POLL).transact()
    elections.reveal(SECRET, [1]).transact()
    assert not {("reveal", SECRET), ("count", POLL)} & todo(people, ALICE).keys()

    polls.until(STV, "voteEnd")
    polls.send("decide", APPROVAL)
    assert ("ask", APPROVAL) not in todo(people, BOB)
    polls.send("petition", APPROVAL, 1, by=CHARLIE)
    asked = todo(people, BOB)["ask", APPROVAL]
    assert asked.text.startswith(f"sign for a vote on the recall of alice, elected in election {APPROVAL} of hillside")
    assert asked.text.endswith(", if you want it (1 of 2 have)")
    assert (asked.name, asked.by) == ("1", polls.read("petitionOf", 1).signEnd)
    assert todo(people, ALICE)["ask", APPROVAL].text.startswith(
        f"sign for a vote on your recall, elected in election {APPROVAL} of hillside"
    )
    assert ("ask", APPROVAL) not in todo(people, CHARLIE)
    assert ("ask", APPROVAL) not in todo(people, STRANGER)
    polls.send("petition", APPROVAL, 1, by=DAVE)
    assert ("ask", APPROVAL) not in todo(people, BOB)
    waits = todo(people, BOB)
    assert waits["recall", APPROVAL].text.startswith(
        f"vote on the recall of alice, elected in election {APPROVAL} of hillside"
    )
    assert (waits["recall", APPROVAL].name, waits["recall", APPROVAL].by) == ("1", polls.read("petitionOf", 1).voteEnd)
    polls.send("voteRecall", 1, False, by=BOB)
    assert ("recall", APPROVAL) not in todo(people, BOB)
    just_before(polls.chain, polls.read("petitionOf", 1).voteEnd + 1)
    waits = todo(people, BOB)
    close, read = waits["close", APPROVAL].action, waits["read", 0].action
    assert close is not None
    assert read is not None
    close.transact()
    read.transact()
    assert not {("close", APPROVAL), ("read", 0)} & todo(people, BOB).keys()


def test_an_industry_asks_its_own(people: Actors, polls: Polls) -> None:
    polls.world.new_industry(polls.zone, "Garden", PEOPLE[:2])
    garden = people.body("garden")
    people.decide(garden.propose_election(OfficeTerms("clerk", stand_seconds=DAY), title="Clerk"), PEOPLE[:2])
    number = garden.require_elections().numbers()[-1]
    waits = todo(people, BOB)["stand", number]
    assert (waits.where, waits.text.split(",")[0]) == (
        "hillside/garden",
        f"stand in election {number} of hillside/garden",
    )
    assert ("stand", number) not in todo(people, CHARLIE)


def test_nobody_follows_those_whose_term_ends(people: Actors, polls: Polls) -> None:
    polls.send("stand", APPROVAL)
    polls.until(APPROVAL, "voteStart")
    polls.vote(APPROVAL, choices(1), people=[BOB])
    ends = polls.read("electionOf", APPROVAL).termEnd
    polls.until(STV, "voteEnd")
    polls.send("decide", APPROVAL)
    polls.send("decide", STV)  # of the same office; nobody stood
    reach(people.chain, ends - 16 * DAY)
    assert ("succeed", APPROVAL) not in todo(people, BOB)
    reach(people.chain, ends - 14 * DAY)
    waits = todo(people, BOB)["succeed", APPROVAL]
    assert waits.text.startswith("the term of “council” in hillside ends ")
    assert (waits.by, waits.yours, waits.name, waits.action) == (ends, True, "council", None)
    assert ("succeed", APPROVAL) not in todo(people, STRANGER)
    polls.open(polls.election())
    assert ("succeed", APPROVAL) not in todo(people, BOB)


def test_who_was_named_can_be_recalled_while_named(people: Actors, polls: Polls) -> None:
    polls.world.new_industry(polls.zone, "Garden", PEOPLE[:6])
    garden = people.body("garden")
    people.decide(garden.propose_election(OfficeTerms("clerk"), title="A clerk"), PEOPLE[:6])
    at = garden.require_elections()
    number = at.numbers()[-1]
    at.stand(number).transact()
    found = at.election(number)
    reach(people.chain, found.opens_at)
    at.vote(number, [1]).transact()
    reach(people.chain, found.closes_at)
    at.decide(number).transact()
    people.decide(people.zone().propose_replace_officers("garden", "clerk", ["dave"], DAY, title="Dave"))
    people.body("garden", BOB).require_elections().petition(number, 4).transact()
    asked = ("ask", number)
    assert asked in todo(people, CHARLIE)
    until = at.replaced_until("clerk")
    people.chain.set_time(until - 2)
    assert asked in {(each.kind, each.number) for each in todo_of(people.zone(CHARLIE))}  # the last second
    assert asked not in todo(people, CHARLIE)
