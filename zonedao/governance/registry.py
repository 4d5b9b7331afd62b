"""The persons of a zone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract, fetch_logs
from zonedao.chain.events import Event, decode_logs
from zonedao.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from zonedao.client import Client

WORD_BITS = 256


@dataclass(frozen=True)
class Person:
    """Somebody in the register.

    `index` is theirs for life, `key` the account they act with, `name` what this user calls them (empty if nothing),
    `admitted_at` and `left_at` unix seconds; `left_at` is 0 while they are members of the zone.
    """

    index: int
    key: str
    name: str
    admitted_at: int
    left_at: int

    def __str__(self) -> str:
        return self.name or self.key


class Registry:
    """The register of the persons of a zone."""

    def __init__(self, client: Client, address: str, deploy_block: int, zone_name: str) -> None:
        self.client = client
        self.contract: BoundContract = client.bind("IRegistry", address)
        self._deploy_block = deploy_block
        self._zone_name = zone_name

    @property
    def address(self) -> str:
        """Where the register is."""
        return self.contract.address

    @cached_property
    def root(self) -> str:
        """The zone whose persons these are."""
        return str(self.contract.call("root"))

    def count(self) -> int:
        """The highest index given so far."""
        return int(self.contract.call("count"))

    def index_of(self, address: str) -> int:
        """The index of who acts with a key, 0 for a stranger; who left the zone keeps theirs."""
        return int(self.contract.call("indexOf", address))

    def person(self, who: int | str) -> Person:
        """Somebody by index, address, or name in the address book. Raises NotFound, UsageProblem."""
        index = who if isinstance(who, int) else self.index_of(self.address_of(who))
        if index <= 0 or index > self.count():
            raise NotFound(f"{who} is no person of this zone. `zonedao member list` shows who is.")
        found = self.contract.call("person", index)
        return Person(index, found.key, self.client.name_of(found.key) or "", found.admittedAt, found.leftAt)

    def address_of(self, who: str) -> str:
        """An address given as such, or as a name in the address book. Raises NotFound, UsageProblem."""
        text = who.strip()
        if text.startswith("0x"):
            return checksum_address(text)
        if self.client.book is None:
            raise UsageProblem(f"{who!r} is no address, and no address book is in use. Use an address.")
        return self.client.book.find_person(text, self._zone_name)

    def keys(self) -> dict[int, str]:
        """Everybody's key by index, read from the log of admissions in one go."""
        kinds = [self.contract.interface.event(name) for name in ("PersonAdmitted", "PersonReturned")]
        raw = fetch_logs(
            self.client.connection, [self.address], [["0x" + kind.topic.hex() for kind in kinds]], self._deploy_block
        )
        return {event.args["index"]: event.args["key"] for event in decode_logs(raw, self.contract.interface)}

    def departures(self) -> tuple[Event, ...]:
        """Who left the zone, oldest first."""
        return self.contract.logs("PersonLeft", self._deploy_block)


def indices_in(word: int, mask: int) -> list[int]:
    """The persons in a bitmap word: bit i is person 256·word + i."""
    return [word * WORD_BITS + bit for bit in range(WORD_BITS) if mask >> bit & 1]


def words_of(indices: list[int]) -> tuple[list[int], list[int]]:
    """Words and masks of some persons, as `admitWords` takes them."""
    masks: dict[int, int] = {}
    for index in indices:
        masks[index // WORD_BITS] = masks.get(index // WORD_BITS, 0) | 1 << index % WORD_BITS
    words = sorted(masks)
    return words, [masks[word] for word in words]
