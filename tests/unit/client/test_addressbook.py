"""The address book: names that stay, whatever is written into them and whoever writes at the same time."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.abi import checksum_address
from zonedao.errors import NotFound, StorageProblem, UsageProblem
from zonedao.likeness import is_taken_for_ours
from zonedao.text import printable

ANNA, BEN = checksum_address("0x" + "a1" * 20), checksum_address("0x" + "b2" * 20)
ELM = ZoneEntry("elmcourt", 31337, checksum_address("0x" + "e1" * 20), 12, "0x" + "cc" * 32, "http://127.0.0.1:8547")


@pytest.fixture
def book(tmp_path: Path) -> AddressBook:
    return AddressBook(tmp_path / "home" / "addressbook.toml")


def test_an_empty_book_reads_nothing_and_writes_nothing(book: AddressBook) -> None:
    assert book.people() == ()
    assert book.zones() == ()
    assert book.name_of(ANNA) is None
    assert not book.path.parent.exists()


def test_people_by_name_and_address(book: AddressBook) -> None:
    book.add_people({ANNA: "Anna", BEN.lower(): "Ben"}, "elmcourt")
    assert book.name_of(ANNA.lower()) == "Anna"
    assert book.find_person("anna") == ANNA
    assert [person.name for person in book.people()] == ["Anna", "Ben"]
    with pytest.raises(NotFound, match="Nobody in the address book is called Cleo"):
        book.find_person("Cleo")


@pytest.mark.parametrize("name", ["3", " 12 ", "٣"])
def test_nobody_is_called_like_a_number(book: AddressBook, name: str) -> None:
    with pytest.raises(UsageProblem, match="members go by number as well"):
        book.add_people({"0x" + "11" * 20: name})


@pytest.mark.parametrize(
    "name", ["you", "YOU", "yοu", "nobody", "person 2", f"ben ({BEN})", "corner/kitchen", "x" * 65, "“anna”"]
)
def test_nobody_is_called_what_sentences_call_people(book: AddressBook, name: str) -> None:
    with pytest.raises(UsageProblem, match="sentences would not be clear with it"):
        book.add_people({"0x" + "11" * 20: name})


@pytest.mark.parametrize("other", ["Anna", "аnnа", "anna\u3164", "an\ufe0fna", "ａｎｎａ"])
def test_who_looks_to_be_called_like_another_is_shown_with_the_address(book: AddressBook, other: str) -> None:
    """The charter of one zone may call somebody what a member of another zone is called."""
    book.add_people({ANNA: "anna"}, "elmcourt")
    assert book.clear_name_of(ANNA) == "anna"
    book.add_people({BEN: other}, "millbrook")
    assert book.name_of(ANNA) == "anna"
    assert book.clear_name_of(ANNA) == f"“anna” ({ANNA})"
    assert str(book.clear_name_of(BEN)).endswith(f"” ({BEN})")
    assert {each.address for each in book.namesakes("ANNA")} == {ANNA, BEN}
    book.forget_person(BEN)
    assert book.clear_name_of(ANNA) == "anna"


def test_who_is_called_like_a_zone_is_shown_with_the_address(book: AddressBook) -> None:
    book.add_people({ANNA: "Elmcourt", BEN: "ben"})
    book.add_zone(ELM)
    assert (book.clear_name_of(ANNA), book.clear_name_of(BEN)) == (f"“Elmcourt” ({ANNA})", "ben")
    assert book.clear_name_of("0x" + "11" * 20) is None


def test_one_name_for_several_people(book: AddressBook) -> None:
    book.add_people({ANNA: "Anna"}, "elmcourt")
    book.add_people({BEN: "Anna"}, "millbrook")
    assert book.find_person("Anna", "millbrook") == BEN
    for zone in (None, "somewhere"):
        with pytest.raises(UsageProblem, match=f"Several people are called Anna: {ANNA}, {BEN}"):
            book.find_person("Anna", zone)


def test_one_person_in_several_zones(book: AddressBook) -> None:
    book.add_people({ANNA: "Anna"}, "elmcourt")
    book.add_people({ANNA: "Anna M."}, "millbrook")
    (person,) = book.people()
    assert (person.name, person.zones) == ("Anna M.", ("elmcourt", "millbrook"))


def test_zones(book: AddressBook) -> None:
    book.add_zone(ELM)
    book.add_zone(replace(ELM, name="bare", chain_id=1, deploy_block=0, charter_hash="", url=""))
    assert book.zone("elmcourt") == ELM
    assert book.zone_at(31337, ELM.root.lower()) == ELM
    assert book.zone_at(2, ELM.root) is None
    assert [zone.name for zone in book.zones()] == ["bare", "elmcourt"]
    book.forget_zone("bare")
    with pytest.raises(NotFound, match=r"There is no zone bare in the address book. Those known are: elmcourt"):
        book.zone("bare")


def test_a_name_is_not_taken_from_another_zone(book: AddressBook) -> None:
    book.add_zone(ELM)
    book.add_zone(replace(ELM, url="http://127.0.0.1:9999"))
    assert book.zone("elmcourt").url == "http://127.0.0.1:9999"
    with pytest.raises(UsageProblem, match="Another zone is called elmcourt already"):
        book.add_zone(replace(ELM, chain_id=1))


def test_another_process_is_seen(book: AddressBook) -> None:
    assert book.people() == ()
    AddressBook(book.path).add_people({ANNA: "Anna"})
    assert book.name_of(ANNA) == "Anna"


def test_what_a_person_wrote_by_hand_stays(book: AddressBook) -> None:
    book.path.parent.mkdir()
    book.path.write_text(f'[people."{ANNA.lower()}"]\nname = "Anna"\n')
    book.add_people({BEN: "Ben"})
    assert (book.name_of(ANNA), book.name_of(BEN)) == ("Anna", "Ben")


@given(st.text(min_size=1))
def test_any_name_comes_back_as_it_can_be_shown(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    book = AddressBook(tmp_path_factory.mktemp("book") / "addressbook.toml")
    cleaned = printable(name).strip()
    if (
        not cleaned
        or cleaned.startswith("0x")
        or cleaned.isdecimal()
        or is_taken_for_ours(cleaned)
        or len(cleaned) > 64
    ):
        with pytest.raises(UsageProblem, match="is no name"):
            book.add_people({ANNA: name})
        return
    book.add_people({ANNA: name}, zone=name)
    assert AddressBook(book.path).name_of(ANNA) == cleaned
    assert tomllib.loads(book.path.read_text())["people"][ANNA]["zones"] == [name]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        ("[people", "Expected ']' at the end of a table declaration (at end of document)"),
        ("[people.x]\nname = 'a'", "'x' is no address. Write 0x and 40 hexadecimal digits"),
        (f"[people.{ANNA}]\nx = 1", "name is missing"),
        ("[zones.e]\nroot = 'x'", "chain_id is missing"),
        ("people = 3", "something in it is of another kind than it should be"),
        ("\xff", "it is no text"),
    ],
)
def test_a_malformed_book_is_named_and_kept(book: AddressBook, content: str, flaw: str) -> None:
    book.path.parent.mkdir()
    book.path.write_bytes(content.encode("latin-1"))
    for attempt in (book.people, lambda: book.add_people({ANNA: "Anna"})):
        with pytest.raises(UsageProblem, match=re.escape(f"is malformed ({flaw}).")):
            attempt()
    assert book.path.read_bytes() == content.encode("latin-1")


def test_nothing_is_lost_when_many_write_at_once(book: AddressBook) -> None:
    program = (
        "import sys; from pathlib import Path; from zonedao.addressbook import AddressBook\n"
        "book, first = AddressBook(Path(sys.argv[1])), int(sys.argv[2])\n"
        "for n in range(first, first + 10): book.add_people({f'0x{n:040x}': f'p{n}'})"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(book.path), str(first)]) for first in (100, 200, 300)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(book.people()) == 30
    assert sorted(path.name for path in book.path.parent.iterdir()) == ["addressbook.lock", "addressbook.toml"]


def test_a_folder_that_cannot_be_written(book: AddressBook, monkeypatch: pytest.MonkeyPatch) -> None:
    book.add_people({ANNA: "Anna"})

    def refuse(source: str, target: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(StorageProblem, match=r"cannot be written \(permission denied\)"):
        book.add_people({BEN: "Ben"})
    monkeypatch.undo()
    assert AddressBook(book.path).name_of(ANNA) == "Anna"
    assert len(list(book.path.parent.iterdir())) == 2
