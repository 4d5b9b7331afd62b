"""A member's own ballot, made by the client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bodies import now, stand_at
from tests.support.polling import AGAINST, FOR, Village, Vote, account, voting_key
from zonedao.ballots.box import BallotBox
from zonedao.ballots.enrolling import collect_enrolments, make_enrolment, post_enrolments
from zonedao.ballots.files import append_items, read_items
from zonedao.ballots.keys import derive
from zonedao.ballots.signing import SignedBallot, SigningRecord
from zonedao.errors import Refused, StorageProblem, WrongState


@pytest.fixture
def record(tmp_path: Path) -> SigningRecord:
    return SigningRecord(tmp_path / "keys" / ".ballots.jsonl")


def cast(vote: Vote, index: int, choice: str, record: SigningRecord) -> SignedBallot:
    return vote.village.client_zone(account(index)).proposal(vote.id).sign_ballot(choice, record=record)


def test_with_and_without_a_voting_key(vote: Vote, box: BallotBox, record: SigningRecord) -> None:
    ballots = [cast(vote, 5, "for", record), cast(vote, 100, "against", record)]
    assert ballots == [vote.ballot(5, FOR), vote.ballot(100, AGAINST)]
    assert [verdict.code for verdict in box.collect(ballots)] == ["accepted", "accepted"]
    with pytest.raises(Refused, match="zonedao vote 1 against"):
        cast(vote, 5, "against", record)


def test_with_a_later_voting_key(village: Village, box: BallotBox, record: SigningRecord) -> None:
    new = derive(account(5), 2)
    collect_enrolments(box, [make_enrolment(box.body, account(5), new)])
    post_enrolments(box)
    stand_at(village.chain, now(village.chain) + 2)
    ballot = cast(village.open_vote(), 5, "for", record)
    assert ballot.share is not None
    assert ballot.share.key2 == new.public2


def test_with_a_voting_key_of_another_account(village: Village, vote: Vote, record: SigningRecord) -> None:
    """After a rotation the old key is still the one of this vote, and the new account cannot make it."""
    village.rotate(5, account(5005))
    ballot = village.client_zone(account(5005)).proposal(vote.id).sign_ballot("for", record=record)
    assert ballot.index == 5
    assert ballot.share is None


def test_who_cannot(village: Village, vote: Vote, record: SigningRecord) -> None:
    with pytest.raises(Refused, match="may not vote"):
        cast(vote, 999, "for", record)
    vote.vote_directly(6, FOR)
    with pytest.raises(Refused, match="counted already"):
        cast(vote, 6, "for", record)
    stand_at(village.chain, vote.poll().batch_deadline + 1)
    with pytest.raises(WrongState, match="zonedao vote 1 for"):
        cast(vote, 7, "for", record)
    stand_at(village.chain, vote.proposal.read("proposalDeadline") + 2)
    with pytest.raises(WrongState, match="is over"):
        cast(vote, 7, "for", record)
    assert not record.path.exists()


def test_the_page_of_keys_agrees_with_the_verifier(vote: Vote) -> None:
    poll = vote.poll()
    assert poll.verifier is not None
    for index in (1, 40, 41, 255, 256, 260, 261):
        key = poll.voting_key(index)
        kept = bytes(poll.verifier.call("keyOf", poll.registry.address, index, poll.snapshot))
        assert kept == (b"" if key is None else b"".join(word.to_bytes(32, "big") for word in key))
        assert key == (voting_key(index).public if key is not None else None)
    accounts = poll.account_keys(0)
    assert accounts == {index: account(index).address for index in accounts}
    assert accounts
    assert all(poll.account_key(index) == account(index).address for index in (1, 255, 264))


def test_files(vote: Vote, tmp_path: Path) -> None:
    ballots = vote.ballots({FOR: [1, 100], AGAINST: [2]})
    path = tmp_path / "ballots.jsonl"
    append_items(path, ballots[:2])
    append_items(path, ballots[2:])
    assert [line.item for line in read_items(path)] == ballots
    with path.open("a") as handle:
        handle.write("\nnonsense\n{}\n" + "[" * 3000 + "\n" + "x" * 10_000 + "\n[1]\n")
    lines = list(read_items(path))[3:]
    assert [line.number for line in lines] == [5, 6, 7, 8, 9]
    assert all(line.item is None and line.problem.endswith(".") for line in lines)
    with pytest.raises(StorageProblem, match="Check its path"):
        list(read_items(tmp_path / "nothing"))
    with pytest.raises(StorageProblem, match="Choose another file"):
        append_items(tmp_path, ballots)
