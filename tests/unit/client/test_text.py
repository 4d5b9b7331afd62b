"""Text that crosses the chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonedao.chain.abi import keccak
from zonedao.errors import StorageProblem, UsageProblem
from zonedao.governance.standing import text_of, title_of
from zonedao.text import counted, document_hash, inline, is_uri, label, one_of, owned, printable, read_label, slug


@given(st.text())
def test_nothing_printed_can_move_a_terminal(text: str) -> None:
    for shown in (printable(text), printable(text, lines=True)):
        assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
        assert "\x7f" not in shown
        assert "\x1b" not in shown
    assert "\n" not in printable(text)


def test_direction_marks_are_taken_out() -> None:
    assert printable("pay \u202eenoyreve\u202c 1 ETH\x1b[2K") == "pay enoyreve 1 ETH[2K"
    assert printable("two\nlines\tand a tab", lines=True) == "two\nlines\tand a tab"


@pytest.mark.parametrize("blank", ["\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\ufe0f", "\u034f", "\U000e0101"])
def test_letters_that_show_nothing_are_taken_out(blank: str) -> None:
    """They are letters or marks to Unicode, and can fill a line so that what follows begins the next."""
    assert printable(f"an{blank}na{blank * 60}") == "anna"


def test_texts_within_sentences() -> None:
    """Nothing of them can look like the end of the text, like a line of ours, or like a command that stays whole."""
    assert inline("Bread”.\n  1. pay\u00a0`zonedao x`\u2028now\u3164 “so") == "Bread\". 1. pay 'zonedao x' now \"so"
    assert inline("word " * 100, 12) == "word word w…"
    assert inline("x" * 12, 12) == "x" * 12


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two swings", "two swings"),
        ("Yes; 2. No", "“Yes; 2. No”"),
        ("trees, 99 approve", "“trees, 99 approve”"),
        ("no”. At most 3 win", '“no". At most 3 win”'),
        ("a), 2 (b", "“a), 2 (b”"),
    ],
)
def test_one_thing_of_a_list_does_not_look_like_two(text: str, shown: str) -> None:
    assert one_of(text) == shown


def test_a_title_that_is_none() -> None:
    """Who reads the beginning is shown all of it below."""
    mark = "#proposer=0x" + "ab" * 20
    assert (title_of(f"# Bread\n\nWhy\n\n{mark}"), text_of(f"# Bread\n\nWhy\n\n{mark}")) == ("Bread", "Why")
    endless = "word " * 100
    assert title_of(f"# {endless}\n\nWhy\n\n{mark}") == ("word " * 40)[:199].rstrip() + "…"
    assert text_of(f"# {endless}\n\nWhy\n\n{mark}") == f"# {endless.rstrip()} \n\nWhy"


@pytest.mark.parametrize(
    "uri", ["https://x.org/dao.json", "ipfs://Qm/a%20b", "data:application/json,{}", "urn:a:b", "a" + ":" * 1999]
)
def test_uris(uri: str) -> None:
    assert is_uri(uri)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dao.json",
        "https:",
        "//x.org",
        "https://x.org/a b",
        "https://x.org\n",
        "https://x.org/é",
        "1a:b",
        "a" + ":" * 2000,
    ],
)
def test_what_is_no_uri(text: str) -> None:
    assert not is_uri(text)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Elm Court", "elm-court"),
        ("Küche & Bäckerei", "kuche-backerei"),
        ("  a--b ", "a-b"),
        ("!!", "body"),
        ("日", "body"),
    ],
)
def test_names_in_paths(name: str, part: str) -> None:
    assert slug(name) == part


@given(st.text())
def test_a_slug_is_its_own_slug(name: str) -> None:
    assert slug(slug(name)) == slug(name)


def test_labels() -> None:
    assert label("bread") == b"bread".ljust(32, b"\0")
    assert label(None) == label("") == label(b"") == bytes(32)
    assert label(b"\x01\x02") == b"\x01\x02".ljust(32, b"\0")
    assert label("0x" + "ab" * 32) == b"\xab" * 32
    assert label("0x12") == b"0x12".ljust(32, b"\0")
    with pytest.raises(UsageProblem, match="longer than 32 bytes"):
        label("ä" * 17)


@given(st.text(max_size=32).filter(lambda text: len(text.encode()) <= 32))
def test_labels_come_back(text: str) -> None:
    shown = read_label(label(text))
    if text == printable(text) and not text.endswith("\0"):
        assert shown == text
    else:
        assert shown.startswith("0x") or shown == printable(shown)


def test_hashes_come_back_as_hashes() -> None:
    assert read_label(b"\xab" * 32) == "0x" + "ab" * 32
    assert read_label(b"\x1b[2K".ljust(32, b"\0")).startswith("0x1b")


def test_numbers_and_owners_of_things() -> None:
    things = ("vote", "body", "key", "wish")
    assert [counted(1, thing) for thing in things] == ["1 vote", "1 body", "1 key", "1 wish"]
    assert [counted(2, thing) for thing in things] == ["2 votes", "2 bodies", "2 keys", "2 wishes"]
    assert (owned("ballot", "you"), owned("ballot", "ada")) == ("your ballot", "the ballot of ada")


def test_documents(tmp_path: Path) -> None:
    paper = tmp_path / "waybill.txt"
    paper.write_bytes(b"300 kg")
    assert document_hash(paper) == keccak(b"300 kg")
    assert document_hash(paper) != document_hash(_other(tmp_path))
    with pytest.raises(StorageProblem, match=r"cannot be read \(no such file or directory\)"):
        document_hash(tmp_path / "nothing")


def _other(folder: Path) -> Path:
    paper = folder / "other.txt"
    paper.write_bytes(b"301 kg")
    return paper
