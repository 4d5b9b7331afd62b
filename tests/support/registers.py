"""A register on its own: its zone is a double that is told what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.support.bodies import Person, read, transact
from tests.support.chain import at, deploy
from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt

LARGE_GAS_LIMIT = 29_000_000
ZERO = "0x" + "00" * 20


def somebody(first: int, number: int = 1) -> list[str]:
    """Addresses of persons `first`, `first + 1`, …; nobody has their keys."""
    return [
        checksum_address(keccak(b"somebody" + position.to_bytes(4, "big"))[:20])
        for position in range(first, first + number)
    ]


class Register:
    """A register whose zone admits and lets leave whenever a test says so."""

    def __init__(self, chain: Connection) -> None:
        self.chain = chain
        self.zone = deploy(chain, "BodyDouble")
        affairs = deploy(chain, "RegistryAffairs")
        lone = deploy(chain, "Registry", self.zone.address, affairs.address)
        self.contract: BoundContract = at(chain, "IWholeRegistry", lone.address)

    def by_zone(self, function: str, *args: Any) -> Receipt:
        """A call that the zone makes."""
        data = self.contract.encode(function, *args)
        return transact(self.zone, "run", self.contract.address, data, gas_limit=LARGE_GAS_LIMIT)

    def try_by_zone(self, function: str, *args: Any) -> Any:
        """Try a call as the zone, without mining it."""
        return self.contract.call(function, *args, sender=self.zone.address, block="latest")

    def admit(self, keys: Sequence[str]) -> Receipt:
        """Admit persons."""
        return self.by_zone("admit", list(keys))

    def depart(self, index: int) -> Receipt:
        """Record that somebody left."""
        return self.by_zone("depart", index)

    def rotate(self, who: Person, key: str) -> Receipt:
        """Somebody takes another key."""
        return transact(self.contract, "rotate", key, by=who)

    def compact(self, word: int) -> Receipt:
        """Write a new page."""
        return transact(self.contract, "compact", word)

    def read(self, function: str, *args: Any) -> Any:
        """What a view says at the present second."""
        return read(self.contract, function, *args)

    def page(self, word: int) -> tuple[list[str], list[int], int]:
        """Keys and dates of the page of a word, as its code has them, and who is loose."""
        address, loose = self.read("keysOf", word)
        if address == ZERO:
            return [], [], loose
        code = self.chain.code(address)
        size, odd = divmod(len(code) - 1, 25)
        assert (code[0], odd) == (0, 0)
        keys = [checksum_address(code[1 + 20 * i : 21 + 20 * i]) for i in range(size)]
        dates = [int.from_bytes(code[1 + 20 * size + 5 * i :][:5], "big") for i in range(size)]
        return keys, dates, loose

    def key_in_words(self, index: int) -> str:
        """The key of a person as who counts ballots finds it: from the page, or by `person` when loose."""
        keys, _, loose = self.page(index >> 8)
        if loose >> (index & 255) & 1:
            return str(self.read("person", index).key)
        return keys[index & 255]


def lone_register(chain: Connection) -> BoundContract:
    """One whose zone is the deployer: what asks the zone something reverts, for it has no code."""
    from tests.support.bodies import DEPLOYER

    affairs = deploy(chain, "RegistryAffairs")
    return at(chain, "IWholeRegistry", deploy(chain, "Registry", DEPLOYER.address, affairs.address).address)


def mask_of(places: Iterable[int]) -> int:
    """A bit for each."""
    return sum({1 << place for place in places})
