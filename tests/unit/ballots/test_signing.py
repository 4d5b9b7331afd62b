"""Signing: what a ballot signs, what its document looks like, and one choice a proposal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data

from zonedao.ballots.bn254 import hash_to_point, multiply
from zonedao.ballots.keys import derive
from zonedao.ballots.schemes import BN254
from zonedao.ballots.signing import Question, SigningRecord, read_ballot, sign_ballot
from zonedao.ballots.typed import recover
from zonedao.chain.signers import dev_account
from zonedao.errors import Refused, StorageProblem, UsageProblem
from zonedao.governance.proposals import Support

QUESTION = Question(31337, "0x" + "11" * 20, "Elmcourt", 2**255 + 7)
ALICE = dev_account(1)


@pytest.fixture
def record(tmp_path: Path) -> SigningRecord:
    return SigningRecord(tmp_path / "keys" / ".ballots.jsonl")


def test_digests_are_those_of_eth_account() -> None:
    """G24."""
    for support in Support:
        message = encode_typed_data(full_message=QUESTION.message(support))
        assert QUESTION.digest(support) == bytes(_hash_eip191_message(message))
    digests = {QUESTION.digest(support) for support in Support}
    for change in ({"chain_id": 1}, {"body": "0x" + "12" * 20}, {"body_name": "x"}, {"proposal_id": 7}):
        digests.add(replace(QUESTION, **change).digest(Support.FOR))
    assert len(digests) == 7


def test_the_digest_never_changes() -> None:
    assert QUESTION.digest(Support.FOR).hex() == "a94f9dcc0ca887a05873efecccfd6309d737eef44edd4dec7bb9c8a1b706d6db"


def test_a_ballot_carries_both_signatures(record: SigningRecord) -> None:
    key = derive(ALICE)
    ballot = sign_ballot(ALICE, QUESTION, 300, Support.FOR, key=key, record=record)
    assert recover(QUESTION.digest(Support.FOR), ballot.signature) == ALICE.address
    assert ballot.share is not None
    assert ballot.share.value == multiply(hash_to_point(QUESTION.digest(Support.FOR))[0], key.secret)
    assert ballot.share.key2 == key.public2
    table = BN254.table(QUESTION.digest(Support.FOR))
    assert sign_ballot(ALICE, QUESTION, 300, Support.FOR, key=key, record=record, table=table) == ballot
    assert sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record) == replace(ballot, share=None)


@pytest.mark.parametrize("with_key", [False, True])
def test_documents_come_back(record: SigningRecord, with_key: bool) -> None:
    ballot = sign_ballot(ALICE, QUESTION, 300, Support.ABSTAIN, key=derive(ALICE) if with_key else None, record=record)
    assert read_ballot(json.loads(json.dumps(ballot.document()))) == replace(ballot)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain_id", "1"), ("chain_id", True), ("chain_id", 0), ("body", "0x12"), ("body", 7),
        ("body", "0x" + "zz" * 20),
        ("proposal", 7), ("proposal", "0x07"), ("proposal", "0x" + "zz" * 32), ("person", 0), ("person", 2**32),
        ("person", 1.0), ("support", "yes"), ("support", ["for"]), ("signature", "0x" + "00" * 65),
        ("signature", None),
        ("share", "0x" + "00" * 64), ("share", None), ("key2", "0x" + "01" * 128), ("extra", 1),
    ],
)  # fmt: skip
def test_what_is_no_ballot(record: SigningRecord, field: str, value: Any) -> None:
    good = sign_ballot(ALICE, QUESTION, 300, Support.FOR, key=derive(ALICE), record=record).document()
    with pytest.raises(UsageProblem, match=r"Sign the ballot again|unchanged"):
        read_ballot({**good, field: value})


@pytest.mark.parametrize("thing", [None, 7, "x", [], [{}]])
def test_what_is_no_document(thing: Any) -> None:
    with pytest.raises(UsageProblem, match="JSON object"):
        read_ballot(thing)


def test_a_second_choice_is_refused(record: SigningRecord) -> None:
    sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record)
    sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record)
    with pytest.raises(Refused, match=r"signed a ballot for on this proposal already.*zonedao vote 12 against"):
        sign_ballot(ALICE, QUESTION, 300, Support.AGAINST, record=record, number=12)
    sign_ballot(dev_account(2), QUESTION, 301, Support.AGAINST, record=record)
    sign_ballot(ALICE, replace(QUESTION, proposal_id=8), 300, Support.AGAINST, record=record)
    sign_ballot(ALICE, replace(QUESTION, body="0x" + "12" * 20), 300, Support.AGAINST, record=record)
    sign_ballot(ALICE, replace(QUESTION, chain_id=5), 300, Support.AGAINST, record=record)
    assert record.signed(QUESTION, ALICE.address) is Support.FOR
    assert len(record.path.read_text().splitlines()) == 5


def test_the_choice_is_on_the_disk_before_the_signature(record: SigningRecord) -> None:
    """A run that dies while it signs may have shown the signature to somebody."""

    class Dying:
        address = ALICE.address

        def sign_typed_data(self, message: object) -> bytes:
            raise KeyboardInterrupt

        def sign_transaction(self, transaction: object) -> bytes:
            raise AssertionError

    with pytest.raises(KeyboardInterrupt):
        sign_ballot(Dying(), QUESTION, 300, Support.FOR, record=record)
    with pytest.raises(Refused):
        sign_ballot(ALICE, QUESTION, 300, Support.AGAINST, record=record)
    sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record)


def test_half_a_line_is_no_choice(record: SigningRecord) -> None:
    sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record)
    whole = record.path.read_text()
    record.path.write_text(whole[: len(whole) // 2])
    sign_ballot(ALICE, QUESTION, 300, Support.AGAINST, record=record)
    assert record.signed(QUESTION, ALICE.address) is Support.AGAINST


def test_a_record_that_cannot_be_kept_signs_nothing(record: SigningRecord) -> None:
    record.path.mkdir(parents=True)
    with pytest.raises(StorageProblem, match="nothing was signed"):
        sign_ballot(ALICE, QUESTION, 300, Support.FOR, record=record)


_SIGNING = """
import sys
from pathlib import Path
from zonedao.ballots.signing import Question, SigningRecord, sign_ballot
from zonedao.chain.signers import dev_account
from zonedao.governance.proposals import Support
record = SigningRecord(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(1, 10**6):
    question = Question(31337, "0x" + "11" * 20, "Elmcourt", number)
    sign_ballot(dev_account(1), question, 1, Support.FOR, record=record)
    print(number, flush=True)
"""


def test_killed_at_any_moment_every_signature_is_recorded(record: SigningRecord) -> None:
    for _ in range(3):
        signing = subprocess.Popen(
            [sys.executable, "-c", _SIGNING, str(record.path)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert signing.stdout is not None
        seen = 0
        for line in signing.stdout:
            if line.strip().isdigit():
                seen = int(line)
            if seen >= 5:
                break
        signing.send_signal(signal.SIGKILL)
        rest = [int(line) for line in signing.stdout.read().split() if line.isdigit()]
        signing.wait()
        last = max([seen, *rest])
        for number in range(1, last + 1):
            assert record.signed(replace(QUESTION, proposal_id=number), ALICE.address) is Support.FOR
