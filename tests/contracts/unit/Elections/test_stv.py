"""The single transferable vote on the chain: the same integers as in Python, and no count but the right one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby

from tests.support import stv_examples as published
from tests.support.bodies import call_of, event, events, just_before, now, read, stand_at, transact
from tests.support.chain import deploy, reverts
from tests.support.polls import COUNTING, KIND_STV, STANDING, STV, VOTING, Polls, office_terms
from tests.support.town import Town, town, town_grounds
from tests.support.world import LARGE_GAS_LIMIT, PEOPLE
from zonedao.chain.contract import BoundContract
from zonedao.governance.stv import Count, count_stv, ranking

__all__ = ["town", "town_grounds"]

Ballots = Sequence[tuple[int, ...]]


def cast(polls: Polls, ballots: Ballots, candidates: int, election: int = STV) -> list[int]:
    """Hold an election up to the count; the ballots as words."""
    polls.stand(election, *PEOPLE[:candidates])
    polls.until(election, "voteStart")
    words = [ranking(ballot) for ballot in ballots]
    polls.vote(election, *words)
    just_before(polls.chain, polls.read("electionOf", election).voteEnd)
    return words


def test_a_small_election_is_counted_in_one_go(polls: Polls) -> None:
    words = cast(polls, published.CASTOR, 3)
    stand_at(polls.chain, polls.read("electionOf", STV).voteEnd)
    right = count_stv(published.CASTOR, 3, 2)
    sums = polls.attempt("count", STV, right.words, [], words)
    assert list(sums) == [400_000, 0, 200_000, 0, 100_000, 0, 0, 0, 0]
    receipt = polls.send("count", STV, right.words, [], words)
    assert tuple(event(receipt, "StvCounted")["stages"]) == tuple(right.words)
    assert event(receipt, "Decided") == {"election": STV, "winners": 0b1010, "ballots": 6, "quorumReached": True}
    found = polls.read("electionOf", STV)
    assert polls.read("officers", polls.zone.address, office_terms()[0]) == (0, ())  # the term begins a day later
    stand_at(polls.chain, found.termStart)
    assert polls.read("officers", polls.zone.address, office_terms()[0]) == (STV, (1, 3))


def test_only_the_right_count_is_accepted(polls: Polls) -> None:
    words = cast(polls, published.POLLUX, 3)
    stand_at(polls.chain, polls.read("electionOf", STV).voteEnd)
    right = count_stv(published.POLLUX, 3, 2).words
    assert len(right) == 2
    wrong = {
        1: [right[0] + (1 << 48), right[1]],  # another surplus
        2: [right[0], right[1] ^ 1],  # another candidate
        3: [*right, right[1]],  # a stage too many
    }
    for stage, stages in wrong.items():
        with reverts("WrongCount", stage=stage):
            polls.attempt("count", STV, stages, [], words)
    with reverts("WrongCount", stage=2):
        polls.attempt("count", STV, right[:1], [], words)
    with reverts("WrongCount", stage=1):
        polls.attempt("count", STV, right[::-1], [], words)
    with reverts("WrongCount", stage=2):
        polls.attempt("count", STV, [right[0], 4], [], words)  # nobody has number 4
    for ballots in ([*words[:-1], words[0]], words[::-1], [*words, words[0]]):
        with reverts("WrongBallots", cast=9):
            polls.attempt("count", STV, right, [], ballots)
    with reverts("StaleCount", counted=0):
        polls.attempt("count", STV, right, [0] * 9, words)
    with reverts("WrongKind", kind=KIND_STV):
        polls.attempt("decide", STV)


def test_in_pages_and_several_claims_beside_each_other(polls: Polls) -> None:
    words = cast(polls, published.POLLUX, 3)
    right = count_stv(published.POLLUX, 3, 2).words
    wrong = [right[0], right[1] ^ 1]
    stand_at(polls.chain, polls.read("electionOf", STV).voteEnd)
    sums = {}
    for claim, stages in (("right", right), ("wrong", wrong)):
        sums[claim] = list(polls.attempt("count", STV, stages, [], words[:4]))
        receipt = polls.send("count", STV, stages, [], words[:4])
        assert event(receipt, "BallotsReplayed")["counted"] == 4
    stand_at(polls.chain, now(polls.chain))
    with reverts("StaleCount", counted=4):
        polls.attempt("count", STV, right, [each + 1 for each in sums["right"]], words[4:])
    # Somebody else's wrong ballots for the same stages spoil nothing, not even theirs: they begin anew.
    polls.send("count", STV, right, [], words[5:], by=PEOPLE[5])
    with reverts("StaleCount", counted=4):
        polls.attempt("count", STV, right, sums["right"], words[4:], by=PEOPLE[5])
    assert polls.attempt("count", STV, right, [], words, by=PEOPLE[5])
    polls.send("count", STV, right, [], words[:3], by=PEOPLE[5])
    with reverts("WrongBallots", counted=9):
        polls.attempt("count", STV, right, sums["right"], [*words[4:8], words[0]])
    with reverts("WrongCount", stage=2):
        polls.attempt("count", STV, wrong, sums["wrong"], words[4:])
    assert polls.phase(STV) == COUNTING
    assert events(polls.send("count", STV, right, sums["right"], words[4:]), "Decided")


def test_a_ballot_ranks_candidates_once_each(polls: Polls) -> None:
    polls.stand(STV, *PEOPLE[:3])
    with reverts("WrongPhase", phase=STANDING):
        polls.attempt("vote", STV, 1)
    stand_at(polls.chain, polls.read("electionOf", STV).voteStart)
    assert polls.phase(STV) == VOTING
    for wrong in (0, 0x04, 0x0101, 0x010002, 1 << 248):
        with reverts("BadBallot", ballot=wrong):
            polls.attempt("vote", STV, wrong)
    polls.vote(STV, 0x030201)
    assert polls.read("approvals", STV) == ()
    assert polls.read("ballotsHash", STV) != 0 == polls.read("ballotsHash", 1)


def test_without_ballots_nobody_is_elected(polls: Polls) -> None:
    polls.stand(STV, PEOPLE[0])
    stand_at(polls.chain, polls.read("electionOf", STV).voteEnd)
    with reverts("WrongBallots", cast=0):
        polls.attempt("count", STV, [], [], [])
    receipt = polls.send("decide", STV)
    assert event(receipt, "Decided") == {"election": STV, "winners": 0, "ballots": 0, "quorumReached": False}


def test_as_many_candidates_as_seats_need_no_stage(polls: Polls) -> None:
    words = cast(polls, [(1,)], 2)
    receipt = polls.send("count", STV, [], [], words)
    assert event(receipt, "Decided")["winners"] == 0b110


def test_the_chain_counts_as_python_does(polls: Polls) -> None:
    """Differential: ballots drawn at random, with many equals, through the contract's own arithmetic."""
    probe = deploy(polls.chain, "StvProbe")
    chance = random.Random(7)
    for _ in range(24):
        candidates, seats = chance.randint(1, 8), chance.randint(1, 4)
        ballots = [
            tuple(chance.sample(range(1, candidates + 1), chance.randint(1, candidates)))
            for _ in range(chance.choice((1, 5, 12, 60)))
        ]
        assert counted(probe, ballots, candidates, seats).winners, ballots


def test_the_published_count_of_94_ballots(polls: Polls) -> None:
    probe = deploy(polls.chain, "StvProbe")
    found = counted(probe, published.STEERING, published.STEERING_CANDIDATES, published.STEERING_SEATS)
    assert found.winners == published.STEERING_WINNERS
    wrong = [*found.words[:5], found.words[6], found.words[5], *found.words[7:]]
    with reverts("WrongCount", stage=6):
        read(probe, "count", wrong, [ranking(each) for each in published.STEERING], 13, 4)


def counted(probe: BoundContract, ballots: Ballots, candidates: int, seats: int) -> Count:
    """Python's count, which the contract must accept, with the same winners and sums."""
    found = count_stv(ballots, candidates, seats)
    words = [ranking(ballot) for ballot in ballots]
    winners, sums = read(probe, "count", found.words, words, candidates, seats)
    assert winners == sum(1 << number for number in found.winners)
    assert tuple(sums[:candidates]) == found.first
    before = found.first
    for number, stage in enumerate(found.stages, 1):
        received = sums[number * candidates : (number + 1) * candidates]
        for candidate in range(1, candidates + 1):
            if candidate != stage.candidate:
                assert before[candidate - 1] + received[candidate - 1] == stage.after[candidate - 1]
        before = stage.after
    return found


def test_an_election_of_a_town(town: Town, polls: Polls) -> None:
    """Forty published ballots, cast by members of both words for thirteen who stand, counted in two pages."""
    elections = polls.elections
    terms = office_terms(kind=KIND_STV, seats=4)
    receipt = town.enact(call_of(elections, "openElection", terms))
    election = event(receipt, "ElectionOpened", elections.address)["election"]
    for person in PEOPLE:
        transact(elections, "stand", election, by=person)
    act(town, 13, 13, elections, "stand", election)
    just_before(town.chain, read(elections, "electionOf", election).voteStart)
    first = 230
    ballots = published.STEERING[:40]
    for ballot, group in groupby(ballots):
        papers = len(list(group))
        act(town, first, first + papers - 1, elections, "vote", election, ranking(ballot))
        first += papers
    just_before(town.chain, read(elections, "electionOf", election).voteEnd)
    right = count_stv(ballots, 13, 4)
    words = [ranking(ballot) for ballot in ballots]
    stand_at(town.chain, read(elections, "electionOf", election).voteEnd)
    sums = read(elections, "count", election, right.words, [], words[:25])
    transact(elections, "count", election, right.words, [], words[:25], gas_limit=LARGE_GAS_LIMIT)
    transact(elections, "count", election, right.words, list(sums), words[25:], gas_limit=LARGE_GAS_LIMIT)
    assert read(elections, "officers", town.zone.address, terms[0]) == (election, right.winners)


def act(town: Town, first: int, last: int, contract: BoundContract, function: str, *args: object) -> None:
    """Persons `first` to `last` of the town call a contract."""
    data = contract.encode(function, *args)
    transact(town.crowd, "act", first - 13, last - first + 1, contract.address, data, gas_limit=LARGE_GAS_LIMIT)
