"""Quorums over the active members: what counts as a vote, who is active, and how long a count is good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.ballots import ballot, batch, signed
from tests.support.bodies import (
    ABSTAIN,
    AGAINST,
    FOR,
    Body,
    Person,
    Proposal,
    event,
    events,
    just_before,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import reverts
from tests.support.model.activity import MONTH, mask_in
from tests.support.plans import DAY, LAWS, SPENDING, body_plan, genesis, own, plan_hash
from tests.support.registers import somebody
from tests.support.town import PERSONS, UNION, Town
from tests.support.world import PEOPLE, World
from zonedao.chain.receipts import Receipt

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI = PEOPLE[:8]
QUORUM_PPM = LAWS[SPENDING].quorum_ppm


def share(persons: int) -> int:
    """The quorum of a payment."""
    return -(-persons * QUORUM_PPM // 1_000_000)


def turn_on(body: Body, last_votes: int = 2, voters: Sequence[Person] | None = None) -> Proposal:
    """A constitutional vote, which is itself a vote that counts."""
    proposal = body.propose(body.own("setActivity", last_votes)).carry(voters)
    proposal.wait_until_due()
    assert event(proposal.execute(), "ActivitySet") == {"lastVotes": last_votes}
    return proposal


def vote(world: World, body: Body, *voters: Person, by: Person | None = None) -> Proposal:
    """A payment on which so many vote, to the end."""
    proposal = body.propose(world.pay(ALICE.address), by=by).open()
    for who in voters:
        proposal.vote(FOR, who)
    return proposal.close()


def recount(body: Body, *proposals: Proposal, words: Sequence[int] = (0,), by: Any = ALICE) -> Receipt:
    """The proposals as they were made; the contract wants the newest first."""
    return body.send("openRecount", [each.id for each in reversed(proposals)], list(words), by=by)


def bases(body: Body) -> tuple[int, int]:
    """Over how many the quorum counts now, and until when."""
    return body.read("quorumBaseAt", now(body.chain)), body.read("activity").until


def test_whoever_voted_in_any_way_or_checked_in_or_came_later(world: World) -> None:
    zone = world.zone
    transact(world.registry, "delegate", ALICE.address, by=DAVE)
    first = turn_on(zone, 2, PEOPLE[:4])
    second = zone.propose(world.pay(ALICE.address)).open()
    second.body.send("castVoteAsRepresentative", second.id, FOR, by=ALICE)
    zone.send("countFollowers", second.id, ALICE.index, [0])
    zone.send("castVoteBySig", *signed(second, AGAINST, BOB))
    zone.send("castBallots", second.id, batch(ballot(second, ABSTAIN, ERIN)))
    second.close()
    assert event(zone.send("checkIn", by=FRANK), "CheckedIn") == {"person": FRANK.index}
    (newcomer,) = somebody(900)
    third = zone.propose(zone.own("admit", [newcomer])).open()
    third.vote(FOR, ALICE, BOB)  # the quorum of this class, but not three voters: no vote of the window
    third.close().queue()
    third.wait_until_due().execute()
    stand_at(world.chain, first.read("proposalSnapshot") + MONTH + 1)
    assert bases(zone) == (13, 0)

    receipt = recount(zone, first, second, third)
    at = now(world.chain) - 1
    since = min(p.read("proposalSnapshot") - law.seasoning for p, law in ((first, LAWS[0]), (second, LAWS[SPENDING])))
    told = {"counter": ALICE.address, "at": at, "since": since, "votes": (second.id, first.id)}
    assert event(receipt, "RecountOpened") == told
    active = {1, 2, 3, 4, 5, FRANK.index, 13}  # charlie voted in the first, dave by alice in the second as well
    assert event(receipt, "ActiveCounted") == {"counter": ALICE.address, "word": 0, "active": mask_in(active, 0)}
    until = at + MONTH
    assert event(receipt, "QuorumBaseSet") == {"counter": ALICE.address, "active": 7, "base": 7, "until": until}
    assert tuple(zone.read("recountOf", ALICE.address)) == (0, 0, 0, 0)
    assert bases(zone) == (7, until)
    assert [zone.read("headcountAt", now(world.chain)), zone.read("quorumBaseAt", at)] == [13, 13]

    # Proposals of this second are of the second before; later ones have the new base, the older keep theirs.
    stand_at(world.chain, now(world.chain) + 1)
    assert zone.read("quorum", now(world.chain) - 1) == share(7) == 2
    assert zone.read("quorum", at) == share(13) == 3
    fourth = zone.propose(world.pay(BOB.address))
    assert event(fourth.receipt, "ProposalNumbered")["electorate"] == fourth.read("proposalElectorate") == 7
    assert (fourth.read("proposalQuorum"), second.read("proposalElectorate"), second.read("proposalQuorum")) == (
        2,
        12,
        3,
    )
    fourth.open().vote(FOR, ALICE, BOB)
    fourth.close().queue()
    # Who comes counts in the base, who goes is not taken out of it.
    zone.enact(zone.own("admit", somebody(901, 2)), voters=PEOPLE[:3])
    assert bases(zone) == (9, until)
    zone.send("leave", by=HEIDI)
    assert bases(zone) == (9, until)
    assert zone.read("headcountAt", now(world.chain)) == 14
    # Until the count is too old. What was proposed before keeps its quorum.
    just_before(world.chain, until)
    fifth = zone.propose(world.pay(BOB.address, 2))
    sixth = zone.propose(world.pay(BOB.address, 3))
    assert [p.read("proposalElectorate") for p in (fifth, sixth)] == [9, 14]
    assert bases(zone) == (14, 0)
    assert (fourth.read("proposalElectorate"), fifth.read("proposalQuorum"), sixth.read("proposalQuorum")) == (7, 2, 3)


def test_never_over_nobody(world: World) -> None:
    """However few vote: a quarter of the members, and three of them; the extremes of a vote that counts."""
    zone, union = world.zone, world.food
    first = turn_on(union, 2, PEOPLE[:3])
    second = vote(world, union, ALICE, BOB, CHARLIE)
    stand_at(world.chain, first.read("proposalSnapshot") + MONTH)
    with reverts("TooFewVotes", votes=2, wanted=2, oldest=first.read("proposalSnapshot")):
        union.attempt("openRecount", [second.id, first.id], [0])
    stand_at(world.chain, first.read("proposalSnapshot") + MONTH)
    told = event(recount(union, first, second), "QuorumBaseSet")
    assert (told["active"], told["base"]) == (3, 3)
    union.send("leave", by=ALICE)
    union.send("leave", by=BOB)
    union.send("leave", by=CHARLIE)
    union.send("leave", by=DAVE)
    assert bases(union)[0] == 2 == union.read("headcountAt", now(world.chain))
    # Of who was active there is hardly anybody left.
    start = turn_on(zone, 2, PEOPLE[:4])
    again = vote(world, zone, *PEOPLE[:4])
    zone.send("leave", by=ALICE)
    zone.send("leave", by=BOB)
    stand_at(world.chain, start.read("proposalSnapshot") + MONTH + 9)
    told = event(recount(zone, start, again), "QuorumBaseSet")
    assert (told["active"], told["base"]) == (2, 3)


def test_what_is_no_vote(world: World) -> None:
    """Canceled, with two voters, not ended: passed over, but named. Spam makes nobody inactive and hides no vote."""
    zone = world.zone
    first = turn_on(zone, 2, PEOPLE[:6])
    second = vote(world, zone, *PEOPLE[:5])
    canceled = zone.propose(world.pay(GRACE.address), by=GRACE)
    canceled.cancel()
    spam = [vote(world, zone, GRACE, HEIDI, by=who) for who in (GRACE, HEIDI)]
    stand_at(world.chain, first.read("proposalSnapshot") + MONTH)
    running = zone.propose(world.pay(GRACE.address, 2), by=GRACE).open()
    running.vote(FOR, *PEOPLE[6:12])
    every = (first, second, canceled, *spam, running)
    ids = [each.id for each in reversed(every)]
    for wrong, position in ((ids[1:], 0), ([ids[0], *ids[2:]], 1), ([ids[0], *ids], 1), ([1], 0)):
        with reverts("NotInOrder", proposalId=wrong[position], expected=len(every) - position):
            zone.attempt("openRecount", wrong, [0])
    with reverts("TooFewVotes", votes=1, wanted=2, oldest=second.read("proposalSnapshot")):
        zone.attempt("openRecount", ids[:-1], [0])
    told = event(recount(zone, *every), "QuorumBaseSet")
    assert (told["active"], told["base"]) == (6, 6)
    running.close()
    told = event(recount(zone, *every), "QuorumBaseSet")
    assert told["active"] == 12  # it counts once it has ended; the window is longer than two votes
    assert len(event(recount_opened(zone, *every), "RecountOpened")["votes"]) == 3


def recount_opened(body: Body, *proposals: Proposal) -> Receipt:
    """A count of nobody yet."""
    return recount(body, *proposals, words=(), by=BOB)


def test_pages(town: Town) -> None:
    """G5, of a zone and of an industry whose members are in two words: in any number of pages, whoever sends them."""
    union, chain = town.union, town.chain
    turn_on_union = union.propose(union.own("setActivity", 3)).open()
    town.act(20, 99, union, "castVote", turn_on_union.id, FOR)
    turn_on_union.close().queue()
    turn_on_union.wait_until_due().execute()
    others = []
    for first, last in ((30, 60), (100, 140)):
        others.append(union.propose(union.own("setCap", SPENDING, town.crowd.address, len(others) + 1)).open())
        town.act(first, last, union, "castVote", others[-1].id, AGAINST)
        others[-1].close()
    town.act(150, 151, union, "checkIn")
    every = (turn_on_union, *others)
    stand_at(chain, turn_on_union.read("proposalSnapshot") + MONTH)
    # Persons leave the zone: of those counted, and of the others.
    town.act(139, 142, town.zone, "leave")
    active = {*range(20, 139), 150, 151}
    receipt = recount(union, *every, words=())
    assert not events(receipt, "ActiveCounted")
    at, votes = now(chain) - 1, [each.id for each in reversed(every)]
    assert tuple(union.read("recountOf", ALICE.address)) == (at, 0, 0, 0)
    with reverts("NoRecount", counter=BOB.address):
        union.attempt("continueRecount", votes, [0], by=BOB)
    with reverts("OtherVotes", counter=ALICE.address):
        union.attempt("continueRecount", votes[1:], [0], by=ALICE)
    town.act(152, 155, town.zone, "leave")  # after it was begun: they are looked at
    told = event(union.send("continueRecount", votes, [0], by=ALICE), "ActiveCounted")
    assert told["active"] == mask_in(active, 0)
    told = event(recount(union, *every, words=(0,), by=BOB), "QuorumBaseSet")
    assert (told["active"], told["base"]) == (len(active), len(active))
    assert bases(union)[0] == len(active)
    assert union.read("headcountAt", now(chain)) == UNION - 8

    # The zone itself: 270 persons in two words.
    zone = town.zone
    proposals = [zone.propose(zone.own("setActivity", 2)).open()]
    town.act(20, 100, zone, "castVote", proposals[0].id, FOR)
    proposals[0].close().queue()
    proposals[0].wait_until_due().execute()
    proposals.append(zone.propose(zone.own("setCap", SPENDING, town.crowd.address, 9)).open())
    town.act(200, 230, zone, "castVote", proposals[1].id, AGAINST)
    town.act(250, 270, zone, "castVote", proposals[1].id, ABSTAIN)
    stand_at(chain, proposals[0].read("proposalSnapshot") + MONTH)
    votes = [each.id for each in reversed(proposals)]
    recount(zone, *proposals, words=(0,))
    heads = PERSONS - 8
    for words in ([0], [0, 1], [1, 1]):
        with reverts("WordsNotRising", word=words[-1] if words[0] else 0):
            zone.attempt("continueRecount", votes, words, by=ALICE)
    begun = zone.read("recountOf", ALICE.address)
    assert (begun.nextWord, begun.seen) == (1, 255 - 8)
    receipt = zone.send("continueRecount", votes, [1, 7], by=ALICE)
    told = event(receipt, "QuorumBaseSet")
    people = {*range(20, 101), *range(200, 231), *range(250, 271)}
    assert (told["active"], told["base"]) == (len(people), len(people))
    assert event_of_word(receipt, 1)["active"] == mask_in(people, 1)
    assert zone.read("headcountAt", now(chain)) == heads


def test_a_tenth_makes_a_vote_and_a_quarter_a_base(town: Town) -> None:
    zone, chain = town.zone, town.chain
    rule = zone.propose(zone.own("setActivity", 2)).open()
    town.act(20, 100, zone, "castVote", rule.id, FOR)
    rule.close().queue()
    rule.wait_until_due().execute()
    small = []
    for last in (46, 46, 45):  # 27 of 270, and one fewer
        small.append(zone.propose(zone.own("setCap", SPENDING, town.crowd.address, len(small))).open())
        town.act(20, last, zone, "castVote", small[-1].id, AGAINST)
        small[-1].close()
    stand_at(chain, small[0].read("proposalSnapshot") + MONTH)
    receipt = recount(zone, *small, words=(0, 1))
    assert event(receipt, "RecountOpened")["votes"] == (small[1].id, small[0].id)
    told = event(receipt, "QuorumBaseSet")
    assert (told["active"], told["base"]) == (27, 68)


def event_of_word(receipt: Receipt, word: int) -> dict[str, Any]:
    (found,) = [each for each in events(receipt, "ActiveCounted") if each.args["word"] == word]
    return dict(found.args)


def test_whoever_counts_last_of_the_latest_moment_is_right(world: World) -> None:
    """Nobody keeps a count up their sleeve, and a change of the rule ends every count."""
    zone, chain = world.zone, world.chain
    first = turn_on(zone, 2, PEOPLE[:4])
    second = vote(world, zone, *PEOPLE[:3])
    votes = [second.id, first.id]
    stand_at(chain, first.read("proposalSnapshot") + MONTH)
    recount(zone, first, second, words=(), by=CHARLIE)
    stand_at(chain, now(chain) + 60)
    recount(zone, first, second, words=(), by=DAVE)
    at = now(chain) - 1
    assert event(recount(zone, first, second), "QuorumBaseSet")["base"] == 4
    latest = bases(zone)[1] - MONTH
    for who in (CHARLIE, DAVE):
        with reverts("RecountOutdated", at=latest):
            zone.attempt("continueRecount", votes, [0], by=who)
    recount(zone, first, second, words=(), by=ERIN)
    opened = now(chain) - 1
    # Persons who come while it goes on count in its base.
    stand_at(chain, opened + DAY)
    zone.attempt("continueRecount", votes, [0], by=ERIN)
    stand_at(chain, opened + DAY + 1)
    with reverts("NoRecount", counter=ERIN.address):
        zone.attempt("continueRecount", votes, [0], by=ERIN)
    assert at < latest < opened
    change = zone.propose(zone.own("setActivity", 0)).carry(PEOPLE[:4])
    change.wait_until_due()
    recount(zone, first, second, change, words=(), by=FRANK)
    change.execute()
    assert tuple(zone.read("activity")) == (0, 0)
    assert bases(zone) == (12, 0)
    with reverts("NoRecount", counter=FRANK.address):
        zone.attempt("continueRecount", [change.id, *votes], [0], by=FRANK)
    for function, arguments in (("openRecount", ([], [])), ("checkIn", ())):
        with reverts("ActivityOff"):
            zone.attempt(function, *arguments, by=FRANK)


def test_refusals(world: World, stranger: Person) -> None:
    zone = world.zone
    with reverts("GovernorOnlyExecutor", account=ALICE.address):
        zone.attempt("setActivity", 2, by=ALICE)
    for votes in (1, 17, 255):
        with reverts("ActivityOutOfBounds", lastVotes=votes, least=2, most=16):
            zone.attempt("setActivity", votes, by=_itself(zone))
    assert zone.read("classOf", zone.address, zone.own("setActivity", 2)[1]) == 0
    with reverts("NoRecount", counter=ALICE.address):
        zone.attempt("continueRecount", [], [], by=ALICE)
    only = turn_on(zone, 16)
    with reverts("TooFewVotes", votes=0, wanted=16, oldest=0):
        zone.attempt("openRecount", [], [0])
    with reverts("NotInOrder", proposalId=5, expected=0):
        zone.attempt("openRecount", [only.id, 5], [0])
    zone.send("checkIn", by=GRACE)
    month = now(world.chain) // MONTH
    with reverts("AlreadyCheckedIn", person=GRACE.index, nextAt=(month + 1) * MONTH):
        zone.attempt("checkIn", by=GRACE)
    with reverts("NotMember", index=0):
        zone.attempt("checkIn", by=stranger)
    zone.send("leave", by=HEIDI)
    with reverts("NotMember", index=HEIDI.index):
        zone.attempt("checkIn", by=HEIDI)
    stand_at(world.chain, (month + 1) * MONTH)
    zone.send("checkIn", by=GRACE)
    assert zone.read("checkedInSince", 0, 0) == 1 << GRACE.index
    assert zone.read("checkedInSince", 1, 0) == zone.read("checkedInSince", 0, (month + 2) * MONTH) == 0


class _Caller:
    """The body's own address as a caller of what is only tried."""

    def __init__(self, address: str) -> None:
        self.address = address


def _itself(body: Body) -> Any:
    return _Caller(body.address)


def test_from_birth_on(world: World) -> None:
    """A body is born with the rule, and who is admitted in its genesis counts once."""
    within = genesis([own("setActivity", 4), own("admitWords", [0], [0b11110])])
    plan = body_plan("Club", within.commitment)
    world.zone.enact(world.zone.own("found", plan, list(within.steps)))
    club = Body(world.chain, read(world.factory, "industryAddress", world.zone.address, plan_hash(plan)), PEOPLE[:4])
    assert tuple(club.read("activity")) == (4, 0)
    assert bases(club) == (4, 0)
