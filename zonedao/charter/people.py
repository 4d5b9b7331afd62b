"""Reading [members], and lists of members elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from zonedao.chain.accounts import KeyStore
from zonedao.charter.lines import KeyPath
from zonedao.charter.mistakes import instead_of
from zonedao.charter.model import Member
from zonedao.charter.tables import Table
from zonedao.errors import ZonedaoError
from zonedao.likeness import is_taken_for_ours, likeness
from zonedao.text import printable
from zonedao.treasury.assets import COIN_ADDRESS

EVERYBODY = "all"

_EXAMPLE = '{ address = "0x…" }'
_INSTEAD_OF_FILE = 'Write address = "0x…" in its place.'
_OWN_ADDRESS = "Ask them for the address of their account: `zonedao account list` tells it."
_NAME = re.compile(r"^\w[\w.-]{0,31}$")


class People:
    """The founding members. `names` are all that are named, `members` those whose entry is right."""

    def __init__(self, top: Table, folder: Path) -> None:
        self._mistakes = top.mistakes
        self._folder = folder
        self.names: tuple[str, ...] = ()
        self.members: dict[str, Member] = {}
        self._first_like: dict[str, str] = {}  # the first name by what it looks like
        table = top.table("members", optional=False, example="a heading [members] with one line for each member")
        if table is None:
            return
        self.names = tuple(table.content)
        if not self.names:
            self._mistakes.missing(
                table.where, "The zone has no members.", f"Write name = {_EXAMPLE} for each, below the heading."
            )
        first_with: dict[str, str] = {}
        for name in self.names:
            address = self._read(table, name)
            if address is None:
                continue
            other = first_with.setdefault(address, name)
            if other == name:
                self.members[name] = Member(name, address)
                continue
            line = self._mistakes.source.line_of(table.at(other))
            self._mistakes.note(
                table.at(name),
                f"{name} has the same address as {other} in line {line}.",
                "Each person is one member with an address of their own.",
            )

    def chosen(self, table: Table, key: str, among: tuple[str, ...], whose: str) -> tuple[str, ...]:
        """Members named in a list, in the order of [members]; `among` are those who may be, members of `whose`."""
        if table.content.get(key) == EVERYBODY:
            return among
        found: set[str] = set()
        for name, where in table.names(key, '["ada", "ben"]'):
            if name in among:
                found.add(name)
            elif name in self.names:
                self._mistakes.note(
                    where,
                    f"{name} is no member of {whose}.",
                    f"Add {name} to the members of {whose}, or remove it here.",
                )
            else:
                # Who is on a line that could not be read is not known.
                self._mistakes.missing(where, f"{name} is no member of the zone.", instead_of(name, self.names))
        return tuple(name for name in among if name in found)

    def _read(self, members: Table, name: str) -> str | None:
        if name.isdecimal():
            self._mistakes.note(
                members.at(name),
                f"{name!r} cannot be a member's name: members go by number as well.",
                "Use a name with a letter.",
            )
        elif not _NAME.match(name) or name == EVERYBODY or is_taken_for_ours(name) or printable(name) != name:
            self._mistakes.note(
                members.at(name),
                f"{name!r} cannot be a member's name.",
                f"Use at most 32 letters, digits, '_', '-' and '.', and not {EVERYBODY!r} or 'you'.",
            )
        self._require_unlike(members, name)
        table = members.table(name, example=f"{name} = {_EXAMPLE}")
        if table is None:
            return None
        table.require_known("address", "keyfile")
        given = [key for key in ("address", "keyfile") if key in table.content]
        if len(given) != 1:
            what = "both an address and a key file" if given else "neither an address nor a key file"
            self._mistakes.note(table.where, f"{name} has {what}.", f"Write {name} = {_EXAMPLE}.")
            return None
        if given == ["address"]:
            address = table.address("address")
            if address == COIN_ADDRESS:
                table.mistakes.note(
                    table.at("address"), f"{name} has the zero address, which nobody has a key for.", _OWN_ADDRESS
                )
                return None
            return address
        text = table.text("keyfile", '"keys/name.json"')
        return self._address_in(text, table.at("keyfile")) if text is not None else None

    def _require_unlike(self, members: Table, name: str) -> None:
        """Note a name that cannot be told from an earlier one by looking at it."""
        other = self._first_like.setdefault(likeness(name), name)
        if other != name:
            line = self._mistakes.source.line_of(members.at(other))
            self._mistakes.note(
                members.at(name),
                f"{name!r} looks like {other!r} in line {line}.",
                "Give one of them a name that nobody mistakes for the other's.",
            )

    def _address_in(self, text: str, where: KeyPath) -> str | None:
        file = (self._folder / Path(text).expanduser()).absolute()
        try:
            address = KeyStore(file.parent).find(str(file)).address
        except ZonedaoError as problem:
            self._mistakes.note(where, problem.message, f"Or: {_INSTEAD_OF_FILE}")
            return None
        if not address:
            self._mistakes.note(where, f"The key file {text} does not tell its address.", _INSTEAD_OF_FILE)
            return None
        return address
