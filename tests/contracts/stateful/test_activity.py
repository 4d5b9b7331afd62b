"""Quorums over the active members beside the rules: any order of voting, checking in, coming, leaving and counting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from tests.support.bodies import FOR, Person, Proposal, event, just_before, now, stand_at
from tests.support.chain import reverts, rollback
from tests.support.histories import FAST, open_fastest
from tests.support.model.activity import MONTH, Activity, Vote, mask_in
from tests.support.plans import DAY
from tests.support.registers import somebody
from tests.support.world import PEOPLE, World, build

ALICE = PEOPLE[0]


@pytest.fixture(scope="module")
def lone() -> Iterator[World]:
    """A world on the fastest chain there is."""
    with open_fastest() as connection:
        yield build(connection)


@pytest.mark.once
def test_the_chain_agrees_with_the_rules(lone: World) -> None:
    counts = 0
    for seed in range(5 if FAST else 2):
        with rollback(lone.chain):
            counts += one_history(lone.again(), Random(seed))
    assert counts > 3  # histories that never get to count would find nothing


def one_history(world: World, random: Random) -> int:
    """The contract and the reference agree after every step; how often was counted."""
    zone, chain = world.zone, world.chain
    people = list(PEOPLE)
    rules = Activity(random.choice((2, 3)), members={each.index: [(0, True)] for each in people})
    indices = {each.address: each.index for each in people}

    def note(proposal: Proposal, voters: Sequence[Person]) -> None:
        law = proposal.read("proposalLaw")
        rules.votes.append(
            Vote(
                len(rules.votes) + 1,
                proposal.id,
                proposal.read("proposalSnapshot"),
                law.seasoning,
                proposal.read("proposalDeadline"),
                {each.index for each in voters},
            )
        )

    rule = zone.propose(zone.own("setActivity", rules.last_votes)).carry(people[:4])
    rule.wait_until_due().execute()
    note(rule, people[:4])
    until, base, next_person = 0, 0, 13
    counted = 0
    for _ in range(25):
        step = random.choice(("vote", "vote", "vote", "check in", "leave", "admit", "wait", "count", "count"))
        if step == "vote":
            proposal = zone.propose(world.pay(ALICE.address, random.randint(1, 10**6)), by=random.choice(people[:6]))
            electors = [each for each in people if proposal.body.read("getVotes", each.address, now(chain) - 1)]
            voters = random.sample(electors, random.randint(1, min(5, len(electors))))
            snapshot = proposal.read("proposalSnapshot")
            assert proposal.read("proposalElectorate") == zone.read("quorumBaseAt", snapshot)
            proposal.open().vote(FOR, *voters)
            proposal.close()
            note(proposal, voters)
        elif step == "check in":
            who = random.choice(people)
            if (who.index, now(chain) // MONTH) not in {(i, t // MONTH) for i, t in rules.check_ins}:
                zone.send("checkIn", by=who)
                rules.check_ins.append((indices[who.address], now(chain)))
        elif step == "leave" and len(people) > 8:
            who = people.pop(random.randint(6, len(people) - 1))
            zone.send("leave", by=who)
            rules.members[who.index].append((now(chain), False))
        elif step == "admit":
            voters = people[: -(-len(rules.heads(now(chain))) * 16 // 100) + 1]
            proposal = zone.propose(zone.own("admit", somebody(next_person))).carry(voters)
            note(proposal, voters)
            proposal.wait_until_due().execute()
            rules.members[next_person] = [(now(chain), True)]
            next_person += 1
            base += 1
        elif step == "wait":
            stand_at(chain, now(chain) + random.randint(1, 25) * DAY)
        elif step == "count":
            just_before(chain, now(chain) + 60)
            at = now(chain)
            ids = [each.id for each in reversed(rules.votes)]
            window = rules.window(at)
            if window is None:
                with reverts("TooFewVotes"):
                    zone.send("openRecount", ids, [0])
                continue
            receipt = zone.send("openRecount", ids, [0])
            assert event(receipt, "ActiveCounted")["active"] == mask_in(rules.active(at, window), 0)
            told = event(receipt, "QuorumBaseSet")
            until, base = at + MONTH, rules.base(at, at + 1)
            assert (told["base"], told["until"]) == (base, until)
            counted += 1
        time = now(chain)
        heads = len(rules.heads(time))
        assert zone.read("headcountAt", time) == heads
        assert zone.read("quorumBaseAt", time) == (min(base, heads) if time < until else heads)
    return counted
