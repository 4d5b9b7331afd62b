"""Posting: the cheapest way that works, everybody once, and going on after whatever happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ballots.test_box import spoilt
from tests.support.bodies import stand_at
from tests.support.polling import (
    ABSTAIN,
    AGAINST,
    FOR,
    KEYED,
    PEOPLE,
    Village,
    Vote,
    account,
    once_where_pairing_is_fast,
)
from zonedao.ballots import posting
from zonedao.ballots.bn254 import GENERATOR, add, multiply, negate
from zonedao.ballots.box import BallotBox
from zonedao.ballots.posting import PASSED_OVER, UNSIGNED_NOW
from zonedao.ballots.schemes import Share
from zonedao.ballots.signing import SignedBallot
from zonedao.errors import UsageProblem, WrongState


def collected(box: BallotBox, ballots: Sequence[SignedBallot]) -> None:
    assert all(verdict.accepted for verdict in box.collect(ballots))


def kinds(posted: posting.Posted) -> list[str]:
    return [transaction.kind for transaction in posted.transactions]


def test_a_single_ballot(box: BallotBox, vote: Vote) -> None:
    collected(box, [vote.ballot(100, FOR)])
    posted = box.post(vote.id)
    assert kinds(posted) == ["signed"]
    assert posted.counted == 1
    assert vote.tally == (0, 1, 0)
    assert vote.has_voted(100)
    assert box.waiting(vote.id) == []
    assert box.post(vote.id).transactions == ()


def test_an_aggregate_beside_a_batch(box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody with a key in one signature, all others in a batch, in every word."""
    monkeypatch.setattr("zonedao.ballots.plan._SIGNED_GAS", 1_000_000)
    others = [50, 60, 262, 263]
    collected(
        box, vote.ballots({FOR: [*KEYED[:30], *others[:2]], AGAINST: [*KEYED[30:42], *others[2:]], ABSTAIN: KEYED[42:]})
    )
    posted = box.post(vote.id)
    assert sorted(set(kinds(posted))) == ["aggregate", "signed"]
    assert posted.counted == len(KEYED) + 4
    assert posted.left == ()
    assert vote.tally == (14, 32, 3)
    assert [transaction.claimed for transaction in posted.transactions if transaction.kind == "aggregate"] == [45]


def test_bad_shares_are_found_when_the_chain_refuses(
    box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two shares that were right only together, of whom one votes directly: the other counts by its signature."""
    once_where_pairing_is_fast(vote.village.chain)
    monkeypatch.setattr("zonedao.ballots.plan._SIGNED_GAS", 1_000_000)
    ballots = vote.ballots({FOR: range(1, 9)})
    noise = multiply(GENERATOR, 12345)
    for position, part in ((0, noise), (1, negate(noise))):
        share = ballots[position].share
        assert share is not None
        ballots[position] = replace(ballots[position], share=Share(add(share.value, part), share.key2))
    collected(box, ballots)
    vote.vote_directly(1, AGAINST)
    said: list[str] = []
    posted = box.post(vote.id, said.append)
    assert posted.counted == 7
    assert vote.tally == (1, 7, 0)
    assert "1 shares do not fit; these ballots count by their signatures." in said
    assert [ballot.index for ballot in box.held(vote.id) if ballot.share is None] == [2]


def test_who_voted_directly_is_not_counted_again(box: BallotBox, vote: Vote) -> None:
    collected(box, vote.ballots({FOR: [1, 2, 100, 101]}))
    vote.vote_directly(2, AGAINST)
    vote.vote_directly(100, ABSTAIN)
    assert box.post(vote.id).counted == 2
    assert vote.tally == (1, 2, 1)
    status = box.status(vote.id)
    assert (status.held, status.overruled, status.counted) == ({FOR: 2}, 2, 2)


def test_two_boxes_of_the_same_ballots(village: Village, box: BallotBox, vote: Vote, tmp_path: Path) -> None:
    """Relayers need not know of each other."""
    ballots = vote.ballots({FOR: range(1, 20), AGAINST: range(100, 120)})
    collected(box, ballots[:30])
    with village.box(tmp_path / "other.sqlite") as other:
        collected(other, ballots[10:])
        assert box.post(vote.id).counted == 30
        assert other.post(vote.id).counted == 9
        assert box.post(vote.id).counted == other.post(vote.id).counted == 0
    assert vote.tally == (20, 19, 0)


def test_what_is_too_large_is_divided(box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "MOST_GAS", 250_000)
    collected(box, vote.ballots({FOR: range(100, 160), AGAINST: range(258, PEOPLE + 1)}))
    posted = box.post(vote.id)
    assert len(posted.transactions) > 2
    assert all(transaction.gas_used < 270_000 for transaction in posted.transactions)
    assert posted.counted == 67
    assert vote.tally == (7, 60, 0)


def test_an_account_rotated_after_collecting(village: Village, box: BallotBox, vote: Vote) -> None:
    """The signature no longer counts; the share of the key enrolled before the vote still does."""
    collected(box, vote.ballots({FOR: [2, 100, 101]}))
    village.rotate(2, account(5002))
    village.rotate(100, account(5100))
    posted = box.post(vote.id)
    assert [(ballot.index, reason) for ballot, reason in posted.left] == [(100, UNSIGNED_NOW)]
    assert kinds(posted) == ["aggregate", "signed"]
    assert vote.tally == (0, 2, 0)


def test_what_the_chain_passes_over_is_told(
    village: Village, box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that is rotated just after its ballot was looked at, while the batch is on its way."""
    collected(box, vote.ballots({FOR: [100, 101]}))
    genuine = BallotBox.is_signed_by_owner

    def rotated_after(box: BallotBox, ballot: SignedBallot) -> bool:
        answer = genuine(box, ballot)
        if ballot.index == 100 and answer:
            village.rotate(100, account(5100))
        return answer

    monkeypatch.setattr(BallotBox, "is_signed_by_owner", rotated_after)
    posted = box.post(vote.id)
    assert [(ballot.index, reason) for ballot, reason in posted.left] == [(100, PASSED_OVER)]
    assert not genuine(box, posted.left[0][0])
    assert vote.tally == (0, 1, 0)


def test_when_batches_are_not_open(village: Village, box: BallotBox) -> None:
    vote = village.propose()
    collected(box, [vote.ballot(100, FOR)])
    with pytest.raises(WrongState, match="The vote opens"):
        box.post(vote.id)
    stand_at(village.chain, vote.poll().batch_deadline + 1)
    with pytest.raises(WrongState, match="zonedao vote 1 CHOICE"):
        box.post(vote.id)
    stand_at(village.chain, vote.proposal.read("proposalDeadline") + 2)
    with pytest.raises(WrongState, match="The vote is over"):
        box.post(vote.id)


def test_nobody_to_pay(village: Village, vote: Vote, tmp_path: Path) -> None:
    with village.box(tmp_path / "box.sqlite", signer=None) as box:
        collected(box, [vote.ballot(100, FOR)])
        with pytest.raises(UsageProblem, match="Choose a key"):
            box.post(vote.id)


@pytest.mark.parametrize("when", range(3))
def test_stopped_between_steps(box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch, when: int) -> None:
    """Ctrl-C after the n-th transaction was sent, before it is known to be mined."""
    monkeypatch.setattr(posting, "MOST_GAS", 250_000)
    collected(box, vote.ballots({FOR: range(100, 180)}))
    lines: list[str] = []

    def stop(line: str) -> None:
        lines.append(line)
        if len(lines) == when + 1:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        box.post(vote.id, stop)
    box.post(vote.id)
    assert vote.tally == (0, 80, 0)
    assert box.waiting(vote.id) == []


_POSTING = """
import sys
from pathlib import Path
from zonedao.ballots import posting
from zonedao.chain.connection import connect
from zonedao.chain.signers import dev_account
from zonedao.client import Client
posting.MOST_GAS = 250_000
zone = Client(connect(sys.argv[1]), dev_account(0), gas_price_wei=2 * 10**9).zone(sys.argv[2])
with zone.ballot_box(Path(sys.argv[3])) as box:
    print("ready", flush=True)
    box.post(int(sys.argv[4]), lambda line: print(line, flush=True))
    print("done", flush=True)
"""


def test_killed_at_random_moments(village: Village, box: BallotBox, vote: Vote) -> None:
    """Nothing is counted twice and nothing lost, wherever the process dies."""
    if village.chain.kind == "embedded":
        pytest.skip("a chain inside the process that is killed dies with it")
    expected = range(100, 250)
    collected(box, vote.ballots({FOR: expected}))
    arguments = [village.chain.url, village.address, str(box.store.path), str(vote.id)]
    chance = random.Random(20261122)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", _POSTING, *arguments], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert process.stdout is not None
        for _ in range(chance.choice((1, 2, 3))):
            process.stdout.readline()
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    box.post(vote.id)
    assert vote.tally == (0, len(expected), 0)
    counted = box.body.contract.logs("BallotsCounted")
    assert sum(bits.bit_count() for event in counted for bits in event.args["words"][2::4]) == len(expected)


def test_killed_while_collecting(village: Village, box: BallotBox, vote: Vote, tmp_path: Path) -> None:
    """What the box said it took is in it."""
    if village.chain.kind == "embedded":
        pytest.skip("a chain inside the process that is killed dies with it")
    from zonedao.ballots.files import append_items

    append_items(tmp_path / "ballots.jsonl", vote.ballots({FOR: range(100, 200)}))
    script = """
import sys
from pathlib import Path
from zonedao.ballots.files import read_items
from zonedao.chain.connection import connect
from zonedao.client import Client
zone = Client(connect(sys.argv[1])).zone(sys.argv[2])
with zone.ballot_box(Path(sys.argv[3])) as box:
    for line in read_items(Path(sys.argv[4])):
        if box.collect([line.item])[0].accepted:
            print(line.item.index, flush=True)
"""
    arguments = [village.chain.url, village.address, str(box.store.path), str(tmp_path / "ballots.jsonl")]
    for lines in (3, 60):
        process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()
        assert set(told) <= {ballot.index for ballot in box.held(vote.id)}
        assert all(each in box.held(vote.id) for each in vote.ballots({FOR: told[:3]}))


def test_spoilt_shares_do_not_stop_a_vote(box: BallotBox, vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    once_where_pairing_is_fast(vote.village.chain)
    monkeypatch.setattr("zonedao.ballots.plan._SIGNED_GAS", 1_000_000)
    ballots = vote.ballots({FOR: KEYED[:38]})
    collected(box, [spoilt(ballots[0]), *ballots[1:]])
    posted = box.post(vote.id)
    assert kinds(posted) == ["aggregate", "signed"]
    assert posted.counted == 38
    assert vote.tally == (0, 38, 0)
