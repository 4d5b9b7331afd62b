"""Voting keys through the box: handed in, checked, posted in batches, replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.bodies import now, stand_at
from tests.support.plans import body_plan, genesis, own, zone_plan
from tests.support.polling import FOR, Village, account, voting_key
from tests.support.world import create_zone, deploy_factory
from zonedao.ballots import enrolling
from zonedao.ballots.box import BallotBox
from zonedao.ballots.enrolling import (
    collect_enrolments,
    enrolment_document,
    kept_key,
    make_enrolment,
    post_enrolments,
    read_enrolment,
    verifier_of,
    waiting_enrolments,
)
from zonedao.ballots.files import append_items, read_items
from zonedao.ballots.keys import VERIFIER_NAME, VERIFIER_VERSION, Enrolment, derive
from zonedao.ballots.schemes import BN254
from zonedao.errors import NotFound, Refused, UsageProblem


def entry_of(village: Village, index: int) -> Enrolment:
    return make_enrolment(village.client_zone(), account(index), voting_key(index))


def test_the_domain_is_the_verifiers(village: Village) -> None:
    """G24."""
    domain = verifier_of(village.client_zone()).call("eip712Domain")
    assert (domain.name, domain.version) == (VERIFIER_NAME, VERIFIER_VERSION)


def test_a_batch_for_each_word(village: Village, box: BallotBox) -> None:
    entries = [entry_of(village, index) for index in (50, 52, 51, 262)]
    assert [verdict.code for verdict in collect_enrolments(box, entries)] == ["accepted"] * 4
    posted = post_enrolments(box)
    assert [transaction.claimed for transaction in posted.transactions] == [3, 1]
    verifier = verifier_of(box.body)
    for entry in entries:
        assert kept_key(verifier, entry.place.registry, entry.place.index) == BN254.encode_key(entry.key)
    assert waiting_enrolments(box) == []
    assert post_enrolments(box).transactions == ()
    assert [verdict.code for verdict in collect_enrolments(box, entries)] == ["enrolled"] * 4


def test_a_key_counts_from_the_next_proposal(village: Village, box: BallotBox, tmp_path: Path) -> None:
    before = village.open_vote()
    village.enrol([50], tmp_path / "more.sqlite")
    stand_at(village.chain, now(village.chain) + 2)
    after = village.open_vote()
    assert before.poll().voting_key(50) is None
    assert after.poll().voting_key(50) == voting_key(50).public
    assert [each.code for each in box.collect([before.ballot(50, FOR, with_share=True)])] == ["signature-only"]
    assert [each.code for each in box.collect([after.ballot(50, FOR, with_share=True)])] == ["accepted"]


def test_a_key_is_replaced_by_the_next(village: Village, box: BallotBox) -> None:
    old, new = derive(account(5)), derive(account(5), 1)
    stale = make_enrolment(box.body, account(5), derive(account(5), 2))
    entry = make_enrolment(box.body, account(5), new)
    assert entry.replaces == BN254.encode_key(old.public)
    collect_enrolments(box, [entry])
    post_enrolments(box)
    assert [verdict.code for verdict in collect_enrolments(box, [stale])] == ["replaced"]
    stand_at(village.chain, now(village.chain) + 2)
    assert village.open_vote().poll().voting_key(5) == new.public


def test_who_is_refused(village: Village, box: BallotBox) -> None:
    entry = entry_of(village, 50)
    place = entry.place
    wrong = [
        replace(entry, place=replace(place, chain_id=1)),
        replace(entry, place=replace(place, registry="0x" + "11" * 20)),
        replace(entry, place=replace(place, index=9999)),
        replace(entry, place=replace(place, index=51)),
        replace(entry, replaces=bytes(64)),
        replace(entry, proof=(1, 2)),
        replace(entry, consent=bytes(64)),
    ]
    assert [verdict.code for verdict in collect_enrolments(box, wrong)] == [
        "wrong-verifier", "wrong-verifier", "no-person", "no-person", "replaced", "bad-entry", "bad-entry",
    ]  # fmt: skip
    assert waiting_enrolments(box) == []


def test_an_entry_that_the_chain_refuses_stops_no_other(
    village: Village, box: BallotBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that is rotated between handing in and posting."""
    collect_enrolments(box, [entry_of(village, index) for index in (50, 51, 52)])
    village.rotate(51, account(5051))
    said: list[str] = []
    posted = post_enrolments(box, said.append)
    assert [transaction.counted for transaction in posted.transactions] == [2]
    assert any(line.startswith("Taken out") for line in said)
    assert waiting_enrolments(box) == []


def test_large_words_are_divided(village: Village, box: BallotBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolling, "most_gas", lambda client: 150_000 + 2 * 36_000)
    collect_enrolments(box, [entry_of(village, index) for index in (50, 51, 52)])
    assert [transaction.claimed for transaction in post_enrolments(box).transactions] == [2, 1]


def test_documents(village: Village, tmp_path: Path) -> None:
    entry = entry_of(village, 50)
    assert read_enrolment(enrolment_document(entry)) == entry
    append_items(tmp_path / "keys.jsonl", [entry])
    assert [line.item for line in read_items(tmp_path / "keys.jsonl")] == [entry]
    for change in ({"person": 0}, {"key": "0x00"}, {"owner": 5}, {"verifier": "0x12"}, {"extra": 1}, {"consent": "zz"}):
        with pytest.raises(UsageProblem, match="ballot key"):
            read_enrolment({**enrolment_document(entry), **change})


def test_who_makes_an_entry(village: Village) -> None:
    zone = village.client_zone()
    with pytest.raises(Refused, match="no member"):
        make_enrolment(zone, account(999), voting_key(999))
    with pytest.raises(Refused, match="enrolled already"):
        make_enrolment(zone, account(5), voting_key(5))


def test_a_zone_without_a_verifier(village: Village) -> None:
    begun = genesis([own("admit", [account(1).address])])
    plan = zone_plan(body_plan("Lowland", begun.commitment))
    made = create_zone(deploy_factory(village.chain), plan, begun, [])
    zone = village.client_zone().client.zone(made.body.address)
    with pytest.raises(NotFound, match="needs no voting keys"):
        make_enrolment(zone, account(1), voting_key(1))
