"""The address book: names of people and of zones. It lives with the user and never on a chain.

A TOML file that a person may edit:

    [people."0x70997970C51812dc3A010C7d01b50e0d17dc79C8"]
    name = "Anna"
    zones = ["elmcourt"]

    [zones.elmcourt]
    chain_id = 31337
    root = "0x…"
    deploy_block = 12
    charter_hash = "0x…"
    url = "http://127.0.0.1:8547"

Every change reads the file again under a lock and replaces it whole.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.disk import locked, replace_file
from zonedao.errors import NotFound, StorageProblem, UsageProblem
from zonedao.home import home, private_folder
from zonedao.likeness import is_taken_for_ours, likeness
from zonedao.records import record
from zonedao.text import did_you_mean, flaw, printable, reason

# What `--network` understands as something else.
_NETWORKS = ("embedded", "anvil", "ganache")
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

FILE_NAME = "addressbook.toml"
MOST_NAME = 64  # characters of a person's


@record
class ZoneEntry:
    """A zone that this user knows.

    `root` is its address, `deploy_block` the first block that can hold its events, `charter_hash` 0x-hex as on the
    chain, `url` a node that serves it (empty: the local node).
    """

    name: str
    chain_id: int
    root: str
    deploy_block: int = 0
    charter_hash: str = ""
    url: str = ""


@record
class PersonEntry:
    """A person by address: what this user calls them, and in which zones they are known to be."""

    address: str
    name: str
    zones: tuple[str, ...] = ()


@record
class _Content:
    people: Mapping[str, PersonEntry] = field(default_factory=dict)
    zones: Mapping[str, ZoneEntry] = field(default_factory=dict)


class AddressBook:
    """The address book in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int] | None = None
        self._known = _Content()
        self._likenesses: tuple[_Content, Counter[str]] | None = None  # how many names look alike, of what was read

    @classmethod
    def default(cls) -> AddressBook:
        """This user's address book, under the home folder of the package."""
        return cls(home() / FILE_NAME)

    # --- people ---

    def people(self) -> tuple[PersonEntry, ...]:
        """Everybody in it, by name."""
        return tuple(sorted(self._content().people.values(), key=lambda entry: (entry.name.lower(), entry.address)))

    def name_of(self, address: str) -> str | None:
        """What this user calls somebody."""
        entry = self._content().people.get(checksum_address(address))
        return entry.name if entry is not None else None

    def clear_name_of(self, address: str) -> str | None:
        """The same as it is shown: with the address where another person or a zone looks to be called so, too."""
        name = self.name_of(address)
        if name is None or not (is_taken_for_ours(name) or self._shared(name)):
            return name
        return f"“{name}” ({checksum_address(address)})"

    def namesakes(self, name: str) -> tuple[PersonEntry, ...]:
        """Everybody whose name looks like this one."""
        like = likeness(name)
        return tuple(each for each in self.people() if likeness(each.name) == like)

    def _shared(self, name: str) -> bool:
        content = self._content()
        if self._likenesses is None or self._likenesses[0] is not content:
            names = [*(each.name for each in content.people.values()), *content.zones]
            self._likenesses = content, Counter(map(likeness, names))
        return self._likenesses[1][likeness(name)] > 1

    def find_person(self, name: str, zone: str | None = None) -> str:
        """The address of somebody by name, preferring people of a zone. Raises NotFound, UsageProblem."""
        found = [entry for entry in self.people() if entry.name.lower() == name.strip().lower()]
        if len(found) > 1 and zone is not None:
            found = [entry for entry in found if zone in entry.zones] or found
        if len(found) > 1:
            shown = ", ".join(entry.address for entry in found)
            raise UsageProblem(f"Several people are called {name}: {shown}. Use the address.")
        if not found:
            raise NotFound(
                f"Nobody in the address book is called {name}. Use the address, or add them with "
                "`zonedao name add NAME ADDRESS`."
            )
        return found[0].address

    def add_people(self, names: Mapping[str, str], zone: str | None = None) -> None:
        """Add people, or change their names: address -> name. They are noted as people of `zone`."""
        wanted = {checksum_address(address): _person_name(name) for address, name in names.items()}

        def change(content: _Content) -> _Content:
            people = dict(content.people)
            for address, name in wanted.items():
                zones = people[address].zones if address in people else ()
                if zone is not None and zone not in zones:
                    zones = (*zones, zone)
                people[address] = PersonEntry(address, name, zones)
            return replace(content, people=people)

        self._change(change)

    def forget_person(self, address: str) -> None:
        """Take somebody out. Nothing happens where they are not in it."""
        gone = checksum_address(address)
        self._change(lambda content: replace(content, people={k: v for k, v in content.people.items() if k != gone}))

    # --- zones ---

    def zones(self) -> tuple[ZoneEntry, ...]:
        """All known zones, by name."""
        return tuple(sorted(self._content().zones.values(), key=lambda entry: entry.name))

    def zone(self, name: str) -> ZoneEntry:
        """A zone by name. Raises NotFound."""
        found = self._content().zones.get(name)
        if found is None:
            known = [entry.name for entry in self.zones()]
            remedy = f"Those known are: {', '.join(known)}." if known else "Join one with `zonedao join FILE`."
            raise NotFound(f"There is no zone {name} in the address book.{did_you_mean(name, known)} {remedy}")
        return found

    def zone_at(self, chain_id: int, address: str) -> ZoneEntry | None:
        """The zone with an address on a chain, if it is known."""
        for entry in self._content().zones.values():
            if entry.chain_id == chain_id and entry.root == checksum_address(address):
                return entry
        return None

    def add_zone(self, entry: ZoneEntry) -> None:
        """Add a zone. Raises UsageProblem when another zone has the name; the same zone is updated."""
        entry = replace(entry, name=_name(entry.name), root=checksum_address(entry.root))

        def change(content: _Content) -> _Content:
            there = content.zones.get(entry.name)
            if there is not None and (there.chain_id, there.root) != (entry.chain_id, entry.root):
                raise UsageProblem(
                    f"Another zone is called {entry.name} already: {there.root} on chain {there.chain_id}. "
                    "Choose another name for this one."
                )
            return replace(content, zones={**content.zones, entry.name: entry})

        self._change(change)

    def forget_zone(self, name: str) -> None:
        """Take a zone out. Raises NotFound."""
        self.zone(name)
        self._change(lambda content: replace(content, zones={k: v for k, v in content.zones.items() if k != name}))

    # --- the file ---

    def _content(self) -> _Content:
        try:
            status = self.path.stat()
        except OSError:
            return _Content()
        version = (status.st_mtime_ns, status.st_ino)
        if version != self._read_at:
            self._known = _read(self.path)
            self._read_at = version
        return self._known

    def _change(self, change: Callable[[_Content], _Content]) -> None:
        private_folder(self.path.parent)
        with locked(self.path.with_suffix(".lock")):
            self._read_at = None
            text = _text_of(change(self._content()))
            try:
                replace_file(self.path, text)
            except OSError as problem:
                raise StorageProblem(
                    f"The address book {self.path} cannot be written ({reason(problem)}). "
                    "Make room or correct its permissions."
                ) from None
            self._read_at = None


def require_alias(name: str) -> None:
    """Raise UsageProblem for what no zone can be called here: paths begin with it, and options stand before it."""
    if not _ALIAS.fullmatch(name) or name.startswith("0x") or name in _NETWORKS:
        raise UsageProblem(
            f"{name!r} cannot be what you call a zone. Use small letters, digits and hyphens, as in --as river-town."
        )


def _name(name: str) -> str:
    cleaned = printable(name).strip()
    if not cleaned or cleaned.startswith("0x"):
        raise UsageProblem(f"{name!r} is no name for the address book. Use letters, and do not begin with 0x.")
    return cleaned


def _person_name(name: str) -> str:
    cleaned = _name(name)
    if cleaned.isdecimal():
        raise UsageProblem(f"{name!r} is no name for a person: members go by number as well. Use a name with a letter.")
    if is_taken_for_ours(cleaned) or len(cleaned) > MOST_NAME:
        raise UsageProblem(
            f"{cleaned[:MOST_NAME]!r} is no name for a person: sentences would not be clear with it. Use one of at "
            f"most {MOST_NAME} letters, without slashes and curved quotation marks, and none like 'you' or 'person 2'."
        )
    return cleaned


def _read(path: Path) -> _Content:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        people = {
            checksum_address(address): PersonEntry(
                checksum_address(address), str(entry["name"]), tuple(map(str, entry.get("zones", ())))
            )
            for address, entry in document.get("people", {}).items()
        }
        zones = {
            name: ZoneEntry(
                name,
                int(entry["chain_id"]),
                checksum_address(entry["root"]),
                int(entry.get("deploy_block", 0)),
                str(entry.get("charter_hash", "")),
                str(entry.get("url", "")),
            )
            for name, entry in document.get("zones", {}).items()
        }
    except OSError as problem:
        raise StorageProblem(f"The address book {path} cannot be read ({reason(problem)}). Check it.") from None
    except (ValueError, KeyError, TypeError, AttributeError, UsageProblem) as problem:
        raise UsageProblem(
            f"The address book {path} is malformed ({flaw(problem)}). Correct it, or move it away."
        ) from None
    return _Content(people, zones)


def _text_of(content: _Content) -> str:
    lines = ["# Names that you give to people and zones. They stay on this machine."]
    for person in sorted(content.people.values(), key=lambda entry: entry.address.lower()):
        zones = ", ".join(quoted(zone) for zone in person.zones)
        lines += ["", f"[people.{quoted(person.address)}]", f"name = {quoted(person.name)}", f"zones = [{zones}]"]
    for zone in sorted(content.zones.values(), key=lambda entry: entry.name):
        lines += ["", f"[zones.{quoted(zone.name)}]", f"chain_id = {zone.chain_id}", f"root = {quoted(zone.root)}"]
        lines += [f"deploy_block = {zone.deploy_block}"]
        lines += [f"{key} = {quoted(value)}" for key, value in (
            ("charter_hash", zone.charter_hash), ("url", zone.url)) if value]  # fmt: skip
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped: dict[str, Any] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escaped.get(c, c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}") for c in text) + '"'
