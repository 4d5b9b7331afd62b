"""A vote in a zone whose verifier is of BLS12-381: the same words and the same box, other keys and shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.chain import open_chain, require_node
from tests.support.polling import ABSTAIN, AGAINST, FOR, KEYED, Village, account, voting_key
from zonedao.ballots import bls12_381
from zonedao.ballots.enrolling import (
    collect_enrolments,
    enrolment_document,
    make_enrolment,
    read_enrolment,
    scheme_at,
)
from zonedao.ballots.schemes import BLS12_381, BN254, Share
from zonedao.ballots.signing import SignedBallot, SigningRecord, read_ballot, sign_ballot
from zonedao.errors import UsageProblem


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """The village with the other verifier, on Anvil with Prague's rules."""
    require_node("anvil")
    with open_chain("anvil", "prague") as connection:
        yield Village.found(connection, tmp_path_factory.mktemp("hamlet"), BLS12_381)


def moved(ballot: SignedBallot) -> SignedBallot:
    """The ballot with the share of another digest: a point of the group, and wrong."""
    assert ballot.share is not None
    a, b, c, d = ballot.share.value
    wrong = bls12_381.total2([(a, b, c, d), bls12_381.hash_to_point2(b"another")])
    return replace(ballot, share=Share(wrong))


def test_from_keys_to_the_tally(hamlet: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are enrolled and read back; bad shares are found; what is posted is one aggregate."""
    assert scheme_at(hamlet.client_zone()) is BLS12_381
    vote = hamlet.open_vote()
    assert vote.poll().scheme is BLS12_381
    for index in (1, 40, 256, 260):
        assert vote.poll().voting_key(index) == voting_key(index, BLS12_381).public
    assert vote.poll().voting_key(41) is None

    choices = {FOR: KEYED[:30], AGAINST: KEYED[30:41], ABSTAIN: KEYED[41:43]}
    ballots = vote.ballots(choices)
    foreign = sign_ballot(
        account(KEYED[43]), vote.poll().question, KEYED[43], FOR, key=voting_key(KEYED[43]), record=None
    )
    handed_in = [read_ballot(ballot.document()) for ballot in (*ballots[:4], moved(ballots[4]), *ballots[5:], foreign)]
    with hamlet.box(tmp_path / "box.sqlite") as box:
        codes = [verdict.code for verdict in box.collect(handed_in)]
        assert codes == ["accepted"] * 4 + ["signature-only"] + ["accepted"] * 38 + ["signature-only"]
        assert [ballot.share is None for ballot in box.held(vote.id)].count(True) == 2
        # So few ballots are cheaper as signatures; many are not, and this is how many are posted.
        monkeypatch.setattr("zonedao.ballots.plan._SIGNED_GAS", 60_000)
        posted = box.post(vote.id)
        assert [(each.kind, each.counted) for each in posted.transactions] == [("aggregate", 42), ("signed", 2)]
        assert box.waiting(vote.id) == []
    assert vote.tally == (11, 31, 2)

    own = hamlet.propose()
    record = SigningRecord(tmp_path / "record.jsonl")
    signed = hamlet.client_zone(account(7)).proposal(own.id).sign_ballot("for", record=record)
    assert signed.share == voting_key(7, BLS12_381).share(own.poll().question.digest(FOR))


def test_entries_of_keys(hamlet: Village, tmp_path: Path) -> None:
    """Their documents, and those that are for the other curve."""
    zone = hamlet.client_zone()
    good = make_enrolment(zone, account(50), voting_key(50, BLS12_381))
    document = enrolment_document(good)
    assert read_enrolment(document) == good
    assert len(document["key"]) == 2 + 2 * 96
    other = make_enrolment(zone, account(50), voting_key(50))
    assert other.scheme is BN254
    assert read_enrolment(enrolment_document(other)) == other
    wrong = [other, replace(good, proof=(1, 2)), replace(good, key=(good.key[0], good.key[1] + 1))]
    with hamlet.box(tmp_path / "box.sqlite") as box:
        codes = [verdict.code for verdict in collect_enrolments(box, [*wrong, good])]
    assert codes == ["wrong-verifier", "bad-entry", "bad-entry", "accepted"]
    with pytest.raises(UsageProblem, match="ballot key"):
        read_enrolment({**document, "replaces": "0x" + "00" * 64})
