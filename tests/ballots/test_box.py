"""Collecting: what the box takes, what it refuses and why, what stays on the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from py_ecc.fields import optimized_bn128_FQ2 as Fq2
from py_ecc.optimized_bn128 import b2

from tests.support.bodies import stand_at
from tests.support.polling import ABSTAIN, AGAINST, FOR, PEOPLE, Village, Vote, account, voting_key
from zonedao.ballots.bn254 import FIELD, GENERATOR, add, multiply, negate
from zonedao.ballots.bn254_g2 import is_in_group2, is_on_curve2
from zonedao.ballots.box import BallotBox
from zonedao.ballots.keys import VotingKey
from zonedao.ballots.schemes import Share
from zonedao.ballots.signing import SignedBallot, sign_ballot
from zonedao.errors import NotFound, StorageProblem


def codes(box: BallotBox, *ballots: SignedBallot) -> list[str]:
    return [verdict.code for verdict in box.collect(ballots)]


def test_good_ballots_are_kept(box: BallotBox, vote: Vote) -> None:
    ballots = vote.ballots({FOR: [1, 2, 256, 264], AGAINST: [3, 100], ABSTAIN: [4]})
    assert codes(box, *ballots) == ["accepted"] * 7
    assert box.held(vote.id) == sorted(ballots, key=lambda ballot: ballot.index)
    assert box.waiting(vote.id) == box.held(vote.id)
    assert box.proposals() == [vote.id]
    status = box.status(vote.id)
    assert (status.held, status.counted, status.waiting, status.with_share) == (
        {FOR: 4, AGAINST: 2, ABSTAIN: 1},
        0,
        7,
        5,
    )


def test_before_the_vote_opens(village: Village, box: BallotBox) -> None:
    assert codes(box, village.propose().ballot(5, FOR)) == ["accepted"]


def test_once_a_person(box: BallotBox, vote: Vote) -> None:
    ballot, other = vote.ballot(5, FOR), vote.ballot(5, AGAINST)
    assert codes(box, ballot, ballot, other) == ["accepted", "held", "other-choice"]
    assert codes(box, ballot, other) == ["held", "other-choice"]
    assert box.held(vote.id) == [ballot]


def test_what_another_chain_body_or_proposal_counts(box: BallotBox, vote: Vote) -> None:
    """G19: a ballot counts where it was signed for and nowhere else."""
    ballot = vote.ballot(5, FOR)
    assert codes(
        box,
        replace(ballot, chain_id=1),
        replace(ballot, body="0x" + "11" * 20),
        replace(ballot, proposal_id=vote.id + 1),
        replace(ballot, support=AGAINST),
    ) == ["wrong-chain", "wrong-body", "no-proposal", "bad-signature"]
    assert box.proposals() == []


def test_signed_for_another_proposal(village: Village, box: BallotBox, vote: Vote) -> None:
    other = village.open_vote()
    assert codes(box, replace(vote.ballot(5, FOR), proposal_id=other.id)) == ["bad-signature"]


def test_who_may_not_vote(box: BallotBox, vote: Vote) -> None:
    stranger = sign_ballot(account(999), vote.poll().question, PEOPLE + 1, FOR, record=None)
    assert codes(box, stranger, replace(stranger, index=2**24)) == ["no-elector"] * 2


def test_signed_by_somebody_else(box: BallotBox, vote: Vote) -> None:
    forged = replace(vote.ballot(5, FOR), index=6)
    assert codes(box, forged, replace(forged, signature=bytes(64))) == ["bad-signature"] * 2


def test_who_voted_directly(box: BallotBox, vote: Vote) -> None:
    vote.vote_directly(5, AGAINST)
    assert codes(box, vote.ballot(5, FOR), vote.ballot(6, FOR)) == ["voted", "accepted"]


def test_times(village: Village, box: BallotBox, vote: Vote) -> None:
    deadline = vote.poll().batch_deadline
    stand_at(village.chain, deadline - 1)
    assert codes(box, vote.ballot(5, FOR)) == ["accepted"]
    stand_at(village.chain, deadline + 1)
    assert codes(box, vote.ballot(6, FOR)) == ["late"]
    stand_at(village.chain, vote.proposal.read("proposalDeadline") + 2)
    assert codes(box, vote.ballot(6, FOR)) == ["closed"]


def test_every_refusal_says_what_to_do(village: Village, box: BallotBox, vote: Vote) -> None:
    ballot = vote.ballot(5, FOR)
    (verdict,) = box.collect([replace(ballot, chain_id=5)])
    assert verdict.reason == "The ballot is for chain 5. Hand it in where that chain is counted."
    stand_at(village.chain, vote.poll().batch_deadline + 1)
    (verdict,) = box.collect([ballot])
    assert verdict.reason == "Collected ballots no longer count. Vote directly: `zonedao vote 1 CHOICE`."


def test_bad_shares_are_found_among_many(box: BallotBox, vote: Vote) -> None:
    ballots = [vote.ballot(index, FOR) for index in range(1, 9)]
    wrong = {
        3: spoilt(ballots[2]),
        5: of_key(ballots[4], voting_key(6)),
        8: replace(ballots[7], share=ballots[0].share),
    }
    handed_in = [wrong.get(ballot.index, ballot) for ballot in ballots]
    verdicts = box.collect(handed_in)
    assert [verdict.ballot.index for verdict in verdicts if verdict.code == "signature-only"] == [3, 5, 8]
    assert all(verdict.accepted for verdict in verdicts)
    assert [ballot.index for ballot in box.held(vote.id) if ballot.share is None] == [3, 5, 8]


def spoilt(ballot: SignedBallot) -> SignedBallot:
    assert ballot.share is not None
    return replace(ballot, share=Share(add(ballot.share.value, GENERATOR), ballot.share.key2))


def of_key(ballot: SignedBallot, key: VotingKey) -> SignedBallot:
    assert ballot.share is not None
    return replace(ballot, share=Share(ballot.share.value, key.public2))


def test_a_key_outside_the_group(box: BallotBox, vote: Vote) -> None:
    """A point of the twist that is in no group of the right order makes the precompile fail, not answer no."""
    outside = point_outside()
    assert is_on_curve2(outside)
    assert not is_in_group2(outside)
    ballots = [vote.ballot(1, FOR), vote.ballot(2, FOR)]
    assert ballots[1].share is not None
    bad = replace(ballots[1], share=Share(ballots[1].share.value, outside))
    assert codes(box, ballots[0], bad) == ["accepted", "signature-only"]


def point_outside() -> tuple[int, int, int, int]:
    """The first point of the twist with a small real x; only one point in 10⁷⁶ of the twist is in the group."""
    for real in range(1, 100):
        x = Fq2([real, 0])
        square = x * x * x + b2
        root = square ** ((FIELD**2 + 15) // 32)
        for turn in range(16):
            candidate = root * Fq2([1, 1]) ** ((FIELD**2 - 1) // 16 * turn)
            if candidate * candidate == square:
                return 0, real, int(candidate.coeffs[1]), int(candidate.coeffs[0])
    raise AssertionError


def test_shares_that_cancel_each_other(box: BallotBox, vote: Vote) -> None:
    """Two wrong shares with the right sum pass together, harm nobody together, and are found once they are apart."""
    first, second = vote.ballot(1, FOR), vote.ballot(2, FOR)
    assert first.share is not None
    assert second.share is not None
    noise = multiply(GENERATOR, 12345)
    pair = [
        replace(first, share=Share(add(first.share.value, noise), first.share.key2)),
        replace(second, share=Share(add(second.share.value, negate(noise)), second.share.key2)),
    ]
    assert codes(box, *pair) == ["accepted", "accepted"]
    assert [ballot.index for ballot in box.bad_shares(pair[:1])] == [1]


def test_a_share_of_somebody_without_a_key(box: BallotBox, vote: Vote) -> None:
    ballot = vote.ballot(100, FOR, with_share=True)
    assert ballot.share is not None
    assert codes(box, ballot) == ["signature-only"]
    assert box.held(vote.id) == [replace(ballot, share=None)]


def test_a_share_that_comes_later_is_added(box: BallotBox, vote: Vote) -> None:
    ballot = vote.ballot(5, FOR)
    assert codes(box, replace(ballot, share=None), ballot) == ["accepted", "accepted"]
    assert box.held(vote.id) == [ballot]
    assert codes(box, replace(ballot, share=None), spoilt(ballot)) == ["held", "held"]
    assert box.held(vote.id) == [ballot]


def test_a_rotated_account_acts_at_once(village: Village, box: BallotBox, vote: Vote) -> None:
    """The key of today signs; the one before no longer does, although the box had read it."""
    before = vote.ballot(5, FOR)
    assert codes(box, replace(vote.ballot(6, FOR))) == ["accepted"]
    village.rotate(5, account(5005))
    after = sign_ballot(account(5005), vote.poll().question, 5, FOR, record=None)
    assert codes(box, before) == ["bad-signature"]
    assert codes(box, after) == ["accepted"]


def test_a_box_is_what_is_in_its_file(village: Village, box: BallotBox, vote: Vote) -> None:
    ballots = vote.ballots({FOR: [1, 2, 100]})
    box.collect(ballots)
    box.close()
    with village.box(box.store.path) as again:
        assert again.held(vote.id) == ballots
    assert box.store.path.stat().st_mode & 0o077 == 0


def test_unknown_proposals(box: BallotBox) -> None:
    with pytest.raises(NotFound, match="no such proposal"):
        box.status(77)


def test_files_that_are_no_box(village: Village, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database, but rather longer than the header of one, " * 40)
    with pytest.raises(StorageProblem, match="--box"):
        village.box(path)
    with pytest.raises(StorageProblem, match="--box"):
        village.box(tmp_path)
