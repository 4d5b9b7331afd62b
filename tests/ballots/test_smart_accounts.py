"""Persons whose keys are contracts (ERC-1271): their ballots are checked by asking them, and posted on their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.ballots.test_posting import kinds
from tests.support.bodies import stand_at, transact
from tests.support.chain import deploy
from tests.support.plans import ETHER
from tests.support.polling import ABSTAIN, AGAINST, FOR, Village, Vote, account
from zonedao.ballots import posting
from zonedao.ballots.box import BallotBox
from zonedao.ballots.casting import single_message
from zonedao.ballots.files import append_items, read_items
from zonedao.ballots.posting import TOO_DEAR, TOO_LATE
from zonedao.ballots.signing import SignedBallot, SigningRecord, Single, read_ballot, sign_single
from zonedao.ballots.store import _SCHEMA, Store
from zonedao.chain.contract import BoundContract
from zonedao.errors import Refused, UsageProblem
from zonedao.governance.proposals import Support

RIGHT, WRONG, TOO_SHORT, PADDED, REVERTS, BURNS = range(6)  # ContractAccount.Answer


@dataclass(frozen=True)
class Holder:
    """A person who acts with a contract."""

    vote: Vote
    index: int
    contract: BoundContract

    def ballot(self, support: Support, *, approved: bool = True, nonce: int = 0) -> SignedBallot:
        """What the contract says that it signed, if it is `approved`."""
        single = Single(self.contract.address, nonce)
        question = self.vote.poll().question
        signature = b"owners of %d" % self.index
        if approved:
            transact(self.contract, "approve", question.single_digest(support, single.voter, nonce), signature)
        return sign_single(account(self.index), question, self.index, support, single, signature)


Holders = tuple[Holder, Holder]


@pytest.fixture
def holders(village: Village, vote: Vote) -> Holders:
    """Two persons who went over to contracts since the proposal was made."""
    found = []
    for index in (100, 262):
        contract = deploy(village.chain, "ContractAccount")
        village.chain.fund(account(index).address, ETHER)
        transact(village.client_zone().registry.contract, "rotate", contract.address, by=account(index))
        found.append(Holder(vote, index, contract))
    return found[0], found[1]


def codes(box: BallotBox, *ballots: SignedBallot) -> list[str]:
    return [verdict.code for verdict in box.collect(ballots)]


def test_counted_once_beside_a_batch(box: BallotBox, vote: Vote, holders: Holders) -> None:
    """The account is asked when the ballot is handed in and when it is posted. Posting again does nothing."""
    one, two = holders
    ballot = one.ballot(AGAINST)
    assert codes(
        box,
        two.ballot(FOR, approved=False),
        one.ballot(FOR, approved=False, nonce=1),
        replace(ballot, single=Single(two.contract.address, 0)),
        replace(vote.ballot(101, FOR), single=Single(account(101).address, 0)),
        replace(ballot, support=FOR),
        vote.ballot(100, AGAINST),
    ) == ["bad-signature", "wrong-number", *["bad-signature"] * 4]
    assert codes(box, ballot, two.ballot(FOR), *vote.ballots({FOR: [101, 102]})) == ["accepted"] * 4
    assert codes(box, ballot, one.ballot(FOR)) == ["held", "other-choice"]
    assert box.held(vote.id)[0] == ballot

    planned = posting.preview(box, vote.id)
    assert [(each.kind, each.claimed) for each in planned] == [("signed", 2), ("single", 1), ("single", 1)]
    said = f"Bring the signed ballot of {one.contract.address}: vote against proposal"
    assert planned[1].description.sentence.startswith(said)
    posted = box.post(vote.id)
    assert kinds(posted) == ["signed", "single", "single"]
    assert (posted.counted, posted.left) == (4, ())
    assert vote.tally == (1, 3, 0)
    assert vote.has_voted(100)
    assert vote.has_voted(262)
    assert box.post(vote.id).transactions == ()
    assert codes(box, ballot) == ["voted"]
    status = box.status(vote.id)
    assert (status.held, status.overruled, status.counted) == ({FOR: 3, AGAINST: 1}, 0, 4)


def test_what_an_account_takes_back_is_left_where_it_is(
    box: BallotBox, vote: Vote, holders: Holders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told why, harms nobody else, and counts once the account says yes again."""
    one, two = holders
    assert codes(box, one.ballot(FOR), two.ballot(FOR), vote.ballot(101, ABSTAIN)) == ["accepted"] * 3
    for answer in (WRONG, TOO_SHORT, PADDED, REVERTS, BURNS):
        transact(one.contract, "answer", answer)
        posted = box.post(vote.id)
        assert [(ballot.index, reason.split(" (")[0]) for ballot, reason in posted.left] == [
            (100, "The account does not accept this signature")
        ]
    assert vote.tally == (0, 1, 1)
    transact(one.contract, "answer", RIGHT)
    monkeypatch.setattr(posting, "MOST_SINGLE_GAS", 50_000)
    assert [reason for _, reason in box.post(vote.id).left] == [TOO_DEAR]
    monkeypatch.undo()
    assert box.post(vote.id).counted == 1
    assert vote.tally == (0, 2, 1)


def test_stopped_after_it_was_sent(
    box: BallotBox, vote: Vote, holders: Holders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run finds it in the journal and on the chain, and goes on with the other."""
    codes(box, *(each.ballot(FOR) for each in holders))
    genuine = posting.send

    def then_stopped(*args: Any) -> None:
        genuine(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(posting, "send", then_stopped)
    with pytest.raises(KeyboardInterrupt):
        box.post(vote.id)
    monkeypatch.undo()
    assert vote.tally == (0, 1, 0)
    assert box.post(vote.id).counted == 1
    assert vote.tally == (0, 2, 0)


def test_until_the_end_of_the_vote(village: Village, box: BallotBox, vote: Vote, holders: Holders) -> None:
    """Like every vote on its own, and other than batches."""
    one, two = holders
    assert codes(box, one.ballot(FOR), vote.ballot(101, FOR)) == ["accepted"] * 2
    stand_at(village.chain, vote.poll().batch_deadline + 1)
    assert codes(box, two.ballot(FOR), vote.ballot(102, FOR)) == ["accepted", "late"]
    posted = box.post(vote.id)
    assert kinds(posted) == ["single", "single"]
    assert [(ballot.index, reason) for ballot, reason in posted.left] == [(101, TOO_LATE)]
    assert vote.tally == (0, 2, 0)


def test_a_ballot_that_died_gives_way(village: Village, box: BallotBox, vote: Vote, holders: Holders) -> None:
    """Of who went over to a contract after signing, and of a contract whose signature was used up elsewhere."""
    one, _ = holders
    assert codes(box, vote.ballot(103, FOR)) == ["accepted"]
    village.chain.fund(account(103).address, ETHER)
    registry = village.client_zone().registry.contract
    transact(registry, "rotate", deploy(village.chain, "ContractAccount").address, by=account(103))
    new = Holder(vote, 103, BoundContract(village.chain, one.contract.interface, registry.call("person", 103).key))
    assert codes(box, new.ballot(AGAINST)) == ["accepted"]

    assert codes(box, one.ballot(FOR)) == ["accepted"]
    other = village.open_vote()
    elsewhere = Holder(other, 100, one.contract)
    assert codes(box, elsewhere.ballot(ABSTAIN)) == ["accepted"]
    assert box.post(other.id).counted == 1
    ((stale, reason),) = [each for each in box.post(vote.id).left if each[0].index == 100]
    assert reason.startswith(f"This is signature 0 of {stale.single and stale.single.voter} here, and 1 is the next")
    assert codes(box, one.ballot(FOR, nonce=1)) == ["accepted"]
    assert box.post(vote.id).counted == 1
    assert vote.tally == (1, 1, 0)


def test_signing_for_an_account(village: Village, vote: Vote, holders: Holders, tmp_path: Path) -> None:
    """By who acts for it, as the account itself says; the choice is recorded once the account accepts it."""
    one, _ = holders
    record = SigningRecord(tmp_path / "record.jsonl")
    proposal = village.client_zone(account(7)).proposal(vote.id)
    with pytest.raises(Refused, match="does not accept this signature"):
        proposal.sign_single_ballot("for", one.contract.address, record=record)
    with pytest.raises(Refused, match="is no smart account"):
        proposal.sign_single_ballot("for", account(101).address, record=record)
    with pytest.raises(Refused, match="at most 1024 bytes"):
        proposal.sign_single_ballot("for", one.contract.address, bytes(1025), record=record)
    with pytest.raises(Refused, match="may not vote"):
        proposal.sign_single_ballot("for", village.address, record=record)
    message = single_message(proposal, FOR, one.contract.address)
    by_wallet = account(7).sign_typed_data(message)
    transact(one.contract, "approve", vote.poll().question.single_digest(FOR, one.contract.address, 0), by_wallet)
    ballot = proposal.sign_single_ballot("for", one.contract.address, record=record)
    assert ballot == proposal.sign_single_ballot("for", one.contract.address, by_wallet, record=record)
    one.ballot(AGAINST)
    with pytest.raises(Refused, match=r"Nothing was signed. Vote directly instead: `zonedao vote \d+ against`"):
        proposal.sign_single_ballot("against", one.contract.address, b"owners of 100", record=record)

    append_items(tmp_path / "ballots.jsonl", [ballot])
    assert [line.item for line in read_items(tmp_path / "ballots.jsonl")] == [ballot]
    document = ballot.document()
    assert read_ballot(json.loads(json.dumps(document))) == ballot
    shared = vote.ballot(1, FOR).document()
    for change in (
        {"voter": "0x12"},
        {"voter": 5},
        {"nonce": -1},
        {"nonce": True},
        {"signature": "0x" + "00" * 1025},
        {"signature": "0xzz"},
        {"share": shared["share"], "key2": shared["key2"]},
    ):
        with pytest.raises(UsageProblem, match=f"The field '{next(iter(change))}' of this ballot is not"):
            read_ballot({**document, **change})
    with pytest.raises(UsageProblem, match="nonce"):
        read_ballot({name: value for name, value in document.items() if name != "nonce"})


def test_a_box_of_before_has_room_for_them(vote: Vote, holders: Holders, tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(_SCHEMA.replace("    voter TEXT, nonce INTEGER,\n", "") + "PRAGMA user_version = 1;")
        ballot = vote.ballot(5, FOR)
        values = (ballot.chain_id, ballot.body, f"0x{vote.id:064x}", 5, 1, ballot.signature, None, 0)
        old.execute("INSERT INTO ballots VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    old.close()
    of_account = holders[0].ballot(FOR)
    for _ in range(2):
        store = Store(path)
        store.keep_ballot(of_account, 0)
        assert store.ballots(ballot.chain_id, ballot.body, vote.id) == [replace(ballot, share=None), of_account]
        store.close()
