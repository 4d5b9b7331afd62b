"""ZoneBallots.batchDeadline: how long batches are open, for every length of a vote."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person
from tests.support.chain import reverts
from tests.support.plans import DAY, HOUR, LAWS, MINUTE, SPENDING, Law
from tests.support.world import World


@pytest.mark.parametrize(
    ("period", "quiet"),
    [
        (1 * HOUR, 30 * MINUTE),  # half of a short vote
        (1 * HOUR + 1, 30 * MINUTE),
        (90 * MINUTE, 45 * MINUTE),
        (2 * HOUR - 1, HOUR - 1),
        (2 * HOUR, HOUR),  # an hour of a day's vote
        (9 * HOUR, HOUR),
        (10 * HOUR + 9, HOUR),
        (10 * HOUR + 10, HOUR + 1),  # a tenth of a long one
        (10 * DAY, DAY),
        (60 * DAY, 6 * DAY),
    ],
)
def test_it_leaves_time_to_vote_oneself(world: World, alice: Person, period: int, quiet: int) -> None:
    laws = [law._replace(voting_period=period) if class_ == SPENDING else law for class_, law in enumerate(LAWS)]
    zone = world.new_zone("Periods", laws=laws, nonce=period)
    proposal = zone.body.propose((zone.treasury.address, zone.treasury.encode("pay", *payment(alice))))
    assert proposal.read("proposalDeadline") - proposal.read("proposalVoteStart") == period
    assert proposal.read("proposalDeadline") - proposal.read("batchDeadline") == quiet


def payment(to: Person) -> tuple[object, ...]:
    return "0x" + "00" * 20, to.address, 1, bytes(32), bytes(32)


def test_within_the_bounds_of_the_law_somebody_can_always_bring_a_batch(world: World) -> None:
    for law in world.zone.read("bounds", SPENDING):
        assert Law(*law).voting_period >= HOUR


def test_the_proposal_must_exist(world: World) -> None:
    with reverts("GovernorNonexistentProposal", proposalId=77):
        world.zone.read("batchDeadline", 77)
