"""Elections and wishes through the client: proposed, stood for, voted, counted, recalled, and said in words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.client.acting import Actors, happens, reach
from tests.client.test_words import NUMBERS, values
from tests.support.bodies import Person, just_before
from tests.support.chain import rollback
from tests.support.kept import kept
from tests.support.plans import DAY
from tests.support.polls import APPROVAL, POLL, SECRET, STV, Polls, polls, polls_grounds
from tests.support.world import PEOPLE
from zonedao.actions import Action
from zonedao.addressbook import AddressBook
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert, KeyProblem, NotFound, UsageProblem, WrongState
from zonedao.explain.calls import explain_call
from zonedao.governance.elections import Elections, Kind, OfficeTerms, Phase, PollTerms
from zonedao.governance.stv import count_stv, ranking, received
from zonedao.governance.wishes import ParameterTerms, Wishes

__all__ = ["polls", "polls_grounds"]

ALICE, BOB, CHARLIE, DAVE = PEOPLE[:4]

WRONG_TERMS: list[tuple[PollTerms | OfficeTerms | ParameterTerms, str]] = [
    (PollTerms("x", []), "There can be 1 to 63 options, not 0"),
    (PollTerms("x", ["a", "a"]), "Two options look alike"),
    (PollTerms("x", ["a", ""]), "or one is empty"),
    (PollTerms("x", ["a"], vote_seconds=1), "The vote lasts 1 h at least and 60 days at most, not 1 s"),
    (PollTerms("x", ["a"], reveal_seconds=61 * DAY), "The time to reveal ballots lasts .* not 61 days"),
    (OfficeTerms("x", stand_seconds=0), "The time to stand lasts"),
    (OfficeTerms("x", vote_seconds=0), "The vote lasts"),
    (OfficeTerms("x", term_delay_seconds=366 * DAY), "The delay of the term lasts"),
    (OfficeTerms("x", term_seconds=1), "A term lasts 24 h at least and 3653 days at most, not 1 s"),
    (ParameterTerms("x", 0, 101, 1, 0), "there are 102 values, and there can be 2 to 101"),
    (ParameterTerms("x", 0, 0, 1, 0), "there are 1 value, and there can be 2 to 101"),
    (ParameterTerms("x", 0, 1, 1, 0, epoch_seconds=1), "An epoch lasts 24 h at least and 366 days at most, not 1 s"),
]


@pytest.fixture
def people(polls: Polls, book: AddressBook) -> Actors:
    """Hillside as its people see it."""
    return Actors(polls.chain, polls.zone.address, book)


def elections(people: Actors, who: Person = ALICE) -> Elections:
    return people.zone(who).require_elections()


def wishes(people: Actors, who: Person = ALICE) -> Wishes:
    return people.zone(who).require_wishes()


def all_do(people: Actors, act: Callable[[Elections], Action[None]], *who: Person) -> None:
    for person in who:
        act(elections(people, person)).transact()


def officers(at: Elections, office: str) -> tuple[int, ...]:
    """Who holds an office; an index tells the same, and the same of every election."""
    with kept(at.body.zone) as zone:
        told = zone.body(at.body.path).require_elections()
        assert told.officers(office) == at.officers(office)
        assert told.replaced_until(office) == at.replaced_until(office)
        assert told.numbers() == at.numbers()
        for number in at.numbers():
            assert told.election(number) == at.election(number)
            assert told.replacement(number) == at.replacement(number)
    return at.officers(office)


def refused(action: Action[None], words: str) -> None:
    with pytest.raises(ContractRevert) as caught:
        action.simulate()
    assert re.fullmatch(words, caught.value.message), caught.value.message


def test_a_poll_from_proposal_to_outcome(people: Actors) -> None:
    terms = PollTerms("trees", ["oaks", "limes"], [3, 4], budget=5, most=2, vote_seconds=DAY)
    action = people.zone().propose_poll(terms, title="Trees")
    said = str(action.explain().lines)
    assert "let the members of hillside choose for 24 h about “trees”: 1. oaks for 3; 2. limes for 4. " in said
    assert "At most 2 win within 5" in said
    for terms, wrong in WRONG_TERMS:
        with pytest.raises(UsageProblem, match=wrong):
            terms.encoded()
    done = people.decide(action)
    newest = elections(people).numbers()[-1]
    assert f"hillside opened election {newest}, a choice of options about “trees”." in done.in_words()
    (sentence, *_) = elections(people).vote(newest, [2, 1]).explain().lines
    assert sentence.endswith("for good: approve of 1 (oaks), 2 (limes).")
    all_do(people, lambda at: at.vote(newest, [2]), ALICE, BOB)
    all_do(people, lambda at: at.vote(newest, [1]), CHARLIE)
    refused(
        elections(people).vote(newest, [1]),
        r"A ballot of this person is there already\. Ballots are final\. Nothing was sent\.",
    )
    with pytest.raises(UsageProblem, match="the choices 1 to 2"):
        elections(people).vote(newest, [3])
    found = elections(people).election(newest)
    assert (found.kind, found.phase, found.options, found.costs) == (Kind.POLL, Phase.VOTING, ("oaks", "limes"), (3, 4))
    assert (found.approvals, found.ballots, found.secret) == ((1, 2), 3, False)
    assert elections(people).has_voted(newest, 1)
    reach(people.chain, found.closes_at)
    with rollback(people.chain):
        decided = happens(elections(people).decide(newest))
        assert decided == [
            f"election {newest}: counting → decided",
            f"chosen in election {newest}: nothing → 2 (limes)",
        ]
    said = elections(people).decide(newest).transact().in_words()
    assert said == (f"Election {newest} is decided with 3 ballots. Won by: 2 (limes).",)
    assert elections(people).election(newest).winners == (2,)
    with pytest.raises(NotFound, match="has no election 99"):
        elections(people).election(99)


def test_officers_are_elected_and_recalled(people: Actors) -> None:
    all_do(people, lambda at: at.stand(APPROVAL), ALICE, BOB)
    with pytest.raises(WrongState, match="Nobody stands in election"):
        elections(people).vote(STV, [1])
    found = elections(people).election(APPROVAL)
    assert (found.persons, found.phase, found.about) == ((1, 2), Phase.STANDING, "council")
    reach(people.chain, found.opens_at)
    all_do(people, lambda at: at.vote(APPROVAL, [1, 2]), CHARLIE, DAVE)
    reach(people.chain, found.closes_at)
    elections(people).decide(APPROVAL).transact()
    assert officers(elections(people), "council") == (1, 2)
    with pytest.raises(NotFound, match="no petition"):
        elections(people).petition_against(APPROVAL, 1)
    alices = f"the recall of alice, elected in election {APPROVAL}"
    told = elections(people, CHARLIE).petition(APPROVAL, 1).transact().in_words()
    assert told == (f"A petition asks for {alices}. It takes 2 signatures.", f"You signed for {alices}.")
    (_, opened) = elections(people, DAVE).petition(APPROVAL, 1).transact().in_words()
    assert opened.startswith(f"Enough have signed for {alices}. The vote on it ends ")
    number = elections(people).petition_against(APPROVAL, 1)
    (sentence, *_) = elections(people).vote_recall(number, True).explain().lines
    assert sentence == f"Vote for your recall, elected in election {APPROVAL}, for good."
    all_do(people, lambda at: at.vote_recall(number, True), CHARLIE, DAVE)
    all_do(people, lambda at: at.vote_recall(number, False), ALICE)
    just_before(people.chain, elections(people).contract.call("petitionOf", number).voteEnd)
    with rollback(people.chain):
        recalled = happens(elections(people).close_recall(number))
        assert recalled == ["office “council” of hillside: you, bob → bob"]
    said = elections(people).close_recall(number).transact().in_words()
    assert said[0] == f"Your recall, elected in election {APPROVAL}: carried, 2 for and 1 against."
    assert happens(elections(people, BOB).resign(APPROVAL)) == ["office “council” of hillside: you → nobody"]
    assert officers(elections(people), "council") == ()


def test_the_body_above_replaces_officers_for_a_time(people: Actors, polls: Polls) -> None:
    """By its own vote; an appeal of the industry's members brings who was elected back."""
    polls.world.new_industry(polls.zone, "Garden", PEOPLE[:6])
    zone, garden = people.zone(), people.body("garden")
    with pytest.raises(NotFound, match="No term of 'clerk' runs in hillside/garden"):
        zone.calls.replace_officers("garden", "clerk", ["dave"], DAY)
    people.decide(garden.propose_election(OfficeTerms("clerk", seats=2), title="Clerks"), PEOPLE[:6])
    number = garden.require_elections().numbers()[-1]
    for who in (ALICE, BOB):
        people.body("garden", who).require_elections().stand(number).transact()
    found = garden.require_elections().election(number)
    reach(people.chain, found.opens_at)
    people.body("garden", CHARLIE).require_elections().vote(number, [1, 2]).transact()
    reach(people.chain, found.closes_at)
    garden.require_elections().decide(number).transact()
    action = zone.propose_replace_officers("garden", "clerk", ["dave", "heidi"], 30 * DAY, title="Others")
    assert "name dave, heidi to the office “clerk” of hillside/garden in place of who was elected in election" in str(
        action.explain().lines
    )
    done = people.decide(action)
    assert any("hillside named dave, heidi in place of who was elected" in line for line in done.in_words())
    at = garden.require_elections()
    replacement = at.replacement(number)
    assert replacement is not None
    assert (officers(at, "clerk"), replacement.persons) == ((4, 8), (4, 8))
    assert at.replaced_until("clerk") == replacement.until == replacement.since + 30 * DAY
    with pytest.raises(UsageProblem, match="about one thing"):
        garden.calls.appeal(garden.proposal(1), office="clerk")
    petition = garden.open_petition(garden.calls.appeal(office="clerk")).transact().value
    for who in (BOB, CHARLIE):
        petition.acting_as(who.signer).sign().transact()
    petition.enact().transact()
    appeal = people.pass_(zone.proposals()[-1])
    assert appeal.title == "Appeal of Garden: give the office clerk back"
    reach(people.chain, appeal.status().eta + 1)
    told = appeal.execute().transact().in_words()
    assert any("gave the office of election" in line for line in told), told
    assert (officers(at, "clerk"), at.replaced_until("clerk")) == ((1, 2), 0)


def test_a_count_in_pages(people: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zonedao.governance.elections.PAGE_BALLOTS", 2)
    all_do(people, lambda at: at.stand(STV), ALICE, BOB, CHARLIE)
    found = elections(people).election(STV)
    reach(people.chain, found.opens_at)
    ballots = [(1, 2)] * 4 + [(3, 2)]
    for person, ballot in zip(PEOPLE, ballots, strict=False):
        elections(people, person).vote(STV, ballot).transact()
    assert elections(people).rankings(STV) == tuple(ballots)
    reach(people.chain, found.closes_at)
    meanings = []
    while elections(people).election(STV).phase is not Phase.DECIDED:
        action = elections(people).decide(STV)
        meanings.append(action.meaning)
        action.transact()
    assert [meaning.split(" of ")[0] for meaning in meanings] == [
        "count the ballots 1 to 2",
        "count the ballots 3 to 4",
        "count the ballots 5 to 5",
    ]
    assert elections(people).election(STV).winners == elections(people).stv_count(STV).winners == (1, 2)
    with pytest.raises(UsageProblem, match="not counted by"):
        elections(people).stv_count(POLL)


def test_a_secret_ballot_is_remembered_by_its_owner(people: Actors) -> None:
    all_do(people, lambda at: at.commit(SECRET, [2]), ALICE, BOB)
    assert elections(people).election(SECRET).secret
    refused(elections(people, DAVE).vote(SECRET, [1]), r"Ballots are secret until all have voted here\. .*")
    found = elections(people).election(SECRET)
    reach(people.chain, found.closes_at)
    with pytest.raises(WrongState, match="committed to other choices"):
        elections(people).reveal(SECRET, [1])
    elections(people).reveal(SECRET, [2]).transact()
    reach(people.chain, found.revealed_at)
    said = elections(people).decide(SECRET).transact().in_words()
    assert said == (f"Election {SECRET} is void: too few voted (1 ballot).",)


def test_who_signs_differently_each_time_has_no_secret_ballot(people: Actors) -> None:
    class Fickle:
        address = ALICE.address
        signed = 0

        def sign_typed_data(self, message: object) -> bytes:
            self.signed += 1
            return bytes([self.signed]) * 65

    at = elections(people)
    at.client.signer = Fickle()  # type: ignore[assignment]
    with pytest.raises(KeyProblem, match="differently each time"):
        at.commit(SECRET, [1])


def test_wishes(people: Actors) -> None:
    terms = ParameterTerms("rent", least=100, most=200, step=25, first=150)
    done = people.decide(people.zone().propose_parameter(terms, title="Rent"))
    assert "Members of hillside set “rent” by their wishes from now on." in done.in_words()
    assert wishes(people).names() == ("wage", "rent")
    wishing = wishes(people).wish("rent", 200)
    assert wishing.explain().sentence == "Wish for 200 of “rent” in hillside, in place of any earlier wish."
    assert wishing.transact().in_words() == ("You wished for 200 of “rent” in hillside.",)
    wishes(people, BOB).wish("rent", 100).transact()
    found = wishes(people).parameter("rent")
    assert (found.least, found.most, found.step, found.value, found.median) == (100, 200, 25, 150, 100)
    assert (found.wishes, found.histogram) == (2, ((100, 1), (200, 1)))
    reach(people.chain, found.readable_at)
    with rollback(people.chain):
        assert happens(wishes(people).read("rent")) == [
            "“rent” of hillside from the next reading: 150 → 125 (−25)",
        ]
    told = wishes(people).read("rent").transact().in_words()
    assert told == (
        "The median of 2 wishes for “rent” of hillside is 100. In force is 150, and from the next reading 125.",
    )
    assert wishes(people).parameter("rent").following == 125
    refused(wishes(people).read("rent"), r"The wishes were read in this epoch\. The next reading is possible .*")
    for value, near in ((110, "100 or 125"), (99, "100"), (226, "200"), (10**30, "200")):
        with pytest.raises(UsageProblem, match=f"in steps of 25, which {value} is not. Wish for {near}.$"):
            wishes(people).wish("rent", value)
    with pytest.raises(NotFound, match="hillside has no parameter 'rents'"):
        wishes(people).wish("rents", 100)
    told = wishes(people).forget("rent", [1]).transact().in_words()
    assert told == ("Your wish for “rent” of hillside is taken back.",)
    wishes(people, BOB).forget("rent", [2]).transact()
    assert wishes(people).parameter("rent").median is None


@pytest.mark.parametrize(
    "changes", [{"step": 30}, {"step": 0}, {"first": 110}, {"first": 225}], ids=["step", "none", "between", "beyond"]
)
def test_parameters_that_make_no_sense(changes: dict[str, int]) -> None:
    with pytest.raises(UsageProblem):
        ParameterTerms("x", **{"least": 100, "most": 200, "step": 25, "first": 150, **changes}).encoded()


def test_an_election_is_proposed(people: Actors) -> None:
    terms = OfficeTerms("clerk", Kind.STV, 3, 100_000, reveal_seconds=DAY, term_delay_seconds=DAY)
    said = str(people.zone().propose_election(terms, title="Clerks").explain().lines)
    assert "let hillside elect 3 persons to the office “clerk” by single transferable vote" in said
    assert "if 10 % of the members vote" in said


def test_a_zone_without_them(people: Actors, polls: Polls, book: AddressBook) -> None:
    zone = Actors(polls.chain, polls.world.zone.address, book).zone()
    assert zone.elections is None
    assert zone.wishes is None
    for ask in (zone.require_elections, zone.require_wishes):
        with pytest.raises(NotFound, match="propose set module"):
            ask()


@pytest.mark.parametrize("number", NUMBERS, ids=["0", "1", "3", "most"])
def test_any_arguments_can_be_explained(people: Actors, polls: Polls, number: int) -> None:
    zone = people.zone()
    for interface, contract in (("IWholeElections", polls.elections), ("IWishes", polls.wishes)):
        for function in shipped(interface).functions.values():
            if function.mutability != "nonpayable":
                continue
            args = [values(item, number) for item in function.inputs.items]
            said = explain_call(zone.client.speaker, contract.address, function.encode(args), zone)
            assert said.known, function.signature
            assert "\x1b" not in "".join(said.lines())


def test_what_a_page_brings() -> None:
    """The sums of all ballots are the votes of the count."""
    ballots = [(1, 2)] * 5 + [(2,)] + [(3,)] * 3
    found = count_stv(ballots, 3, 2)
    sums = received(found.words, ballots, 3)
    assert tuple(sums[:3]) == found.first
    assert [sum(sums[place::3]) for place in range(3)] == [500_000, 200_000, 300_000]
    assert ranking((1, 2)) == 0x0201
