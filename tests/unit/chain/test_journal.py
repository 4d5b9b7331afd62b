"""The journal of transactions: what is on disk whatever happens to the process that writes it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from zonedao.chain.journal import Entry, Journal
from zonedao.errors import StorageProblem

ENTRY = Entry(
    chain_id=1,
    sender="0xA",
    nonce=4,
    hash="0x01",
    raw="0xf8",
    to="0xB",
    value_wei=5,
    data="0x",
    note="vote",
    signed_at=1_700_000_000,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "sub" / "transactions.jsonl")


def test_open_until_finished(journal: Journal) -> None:
    later = replace(ENTRY, nonce=5, hash="0x02")
    assert journal.open_entries(1) == []
    journal.begin(later)
    journal.begin(ENTRY)
    assert journal.open_entries(1) == [ENTRY, later]
    journal.finish("0x01", "mined")
    assert journal.open_entries(1) == [later]
    journal.finish("0x02", "refused")
    assert journal.open_entries(1) == []


def test_chains_and_senders_are_kept_apart(journal: Journal) -> None:
    journal.begin(ENTRY)
    journal.begin(replace(ENTRY, chain_id=2, hash="0x02"))
    journal.begin(replace(ENTRY, sender="0xC", hash="0x03"))
    assert [entry.hash for entry in journal.open_entries(1, "0xA")] == ["0x01"]
    assert [entry.hash for entry in journal.open_entries(1)] == ["0x01", "0x03"]


def test_half_a_line_of_a_killed_process_hides_nothing(journal: Journal) -> None:
    journal.begin(ENTRY)
    whole = journal.path.read_bytes()
    for cut in range(1, len(whole)):
        journal.path.write_bytes(whole + whole[:cut])
        journal.finish("0x01", "mined")
        assert journal.open_entries(1) == [], cut
        journal.begin(replace(ENTRY, hash="0x02"))
        assert [entry.hash for entry in journal.open_entries(1)] == ["0x02"], cut


def test_it_is_private_and_one_object_a_line(journal: Journal) -> None:
    journal.begin(ENTRY)
    journal.finish("0x01", "replaced")
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    first, second = map(json.loads, journal.path.read_text().splitlines())
    assert first["signed"]["raw"] == "0xf8"
    assert (second["finished"], second["outcome"]) == ("0x01", "replaced")


def test_a_journal_that_cannot_be_written_stops_the_sending(journal: Journal) -> None:
    journal.begin(ENTRY)
    journal.path.unlink()
    journal.path.mkdir()
    with pytest.raises(StorageProblem, match="nothing was sent"):
        journal.begin(ENTRY)


def test_a_journal_that_cannot_be_read_is_not_taken_for_an_empty_one(journal: Journal) -> None:
    journal.path.mkdir(parents=True)
    with pytest.raises(StorageProblem, match="cannot be read"):
        journal.open_entries(1)


def test_the_lock_is_beside_it(journal: Journal) -> None:
    with journal.lock():
        assert os.listdir(journal.path.parent) == ["transactions.lock"]


def test_it_is_in_the_home_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path / "here"))
    assert Journal.default().path == tmp_path / "here" / "transactions.jsonl"


def test_rivals_for_a_number(journal: Journal) -> None:
    """All that may have a number are one slot, what is open last; a new chain of the same id has its own."""
    faster = replace(ENTRY, hash="0x02", replaces="0x01")
    refused = replace(ENTRY, hash="0x03")
    journal.begin(ENTRY)
    journal.begin(faster)
    journal.begin(refused)
    journal.finish("0x03", "refused")
    elsewhere = replace(ENTRY, hash="0x04", genesis="0xA0")
    journal.begin(elsewhere)
    other = replace(ENTRY, hash="0x05", genesis="0xB0")
    journal.begin(other)
    assert journal.slots(1, genesis="0xA0") == [(refused, ENTRY, faster, elsewhere)]
    # Where a node does not show where its chain began, everything may be of it.
    assert [len(slot) for slot in journal.slots(1, genesis="")] == [5]
    assert journal.slot_of("0x05") == (refused, ENTRY, faster, other)
    assert journal.slot_of("0x99") == ()
    assert [entry.hash for entry in journal.open_entries(1, genesis="0xB0")] == ["0x01", "0x02", "0x05"]


def test_lines_that_tell_nothing_are_numbered(journal: Journal) -> None:
    assert journal.unreadable() == ()
    journal.begin(ENTRY)
    with journal.path.open("a") as file:
        file.write('{"signed": {"chain_id": 1}}\n[1]\n\n{"v": 2, "later": 1}\n{"finished": "0x01"}\n')
        file.write('{}\n{"v": 1, "a": 1}\n{"signed": {"ch')
    assert journal.open_entries(1) == [ENTRY]
    assert journal.unreadable() == (2, 3, 6, 7, 8, 9)
    journal.finish("0x01", "mined")
    assert (journal.open_entries(1), journal.unreadable()) == ([], (2, 3, 6, 7, 8, 9))


def test_mined_and_taken_back(journal: Journal) -> None:
    journal.begin(ENTRY)
    journal.finish("0x01", "mined", block=7, block_hash="0xbb")
    (record,) = journal.records()
    assert (record.outcome, record.block, record.block_hash, record.is_open) == ("mined", 7, "0xbb", False)
    journal.reopen("0x01")
    assert journal.open_entries(1) == [ENTRY]
    assert journal.records()[0].block_hash == ""


def test_kept_in_a_file_is_not_sent(journal: Journal, tmp_path: Path) -> None:
    journal.keep(ENTRY, tmp_path / "a.json")
    (record,) = journal.records()
    assert (record.file, record.is_open, journal.open_entries(1)) == (str(tmp_path / "a.json"), False, [])
    journal.begin(ENTRY)
    assert journal.open_entries(1) == [ENTRY]
    # Whoever signs it into a file once more takes nothing back.
    journal.keep(ENTRY, tmp_path / "b.json")
    assert journal.open_entries(1) == [ENTRY]


def test_lines_of_other_versions(journal: Journal) -> None:
    """What an earlier one wrote lacks what came since; a later one may add what is not known here."""
    journal.begin(ENTRY)
    line = json.loads(journal.path.read_text())
    for key in ("genesis", "replaces", "cancels", "owner"):
        del line["signed"][key]
    line["signed"]["mood"] = "good"
    journal.path.write_text(json.dumps(line) + "\n" + json.dumps({"v": 9, "news": 1}) + "\n")
    assert Journal(journal.path).open_entries(1) == [ENTRY]


def test_an_end_that_cannot_be_written_is_no_failure(journal: Journal) -> None:
    journal.begin(ENTRY)
    text = journal.path.read_text()
    journal.path.unlink()
    journal.path.mkdir()
    journal.finish("0x01", "mined")
    journal.path.rmdir()
    journal.path.write_text(text)
    assert journal.open_entries(1) == [ENTRY]
