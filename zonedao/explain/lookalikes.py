"""Addresses that only look like known ones.

People compare the beginning and the end of an address, and programs show no more. Who makes an address that is alike
there waits for somebody to copy it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import AbiType, checksum_address
from zonedao.errors import ZonedaoError
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.zone import Zone

DIGITS = 4  # at each end, which must be the same


def ends(address: str) -> str:
    """What people compare: the first and the last digits."""
    digits = address.removeprefix("0x").lower()
    return digits[:DIGITS] + digits[-DIGITS:]


class Known:
    """Addresses with names: those that are `sure`, and `others`, which are only somebody's."""

    def __init__(self, sure: Mapping[str, str], others: Iterable[tuple[str, str]]) -> None:
        self._sure = sure
        self._by_ends: dict[str, list[tuple[str, str]]] = {}  # what is sure first
        for address, name in (*sure.items(), *others):
            self._by_ends.setdefault(ends(address), []).append((address, name))

    def alike(self, addresses: Iterable[str]) -> dict[str, str]:
        """Whom or what those of these addresses look like that are not sure themselves and somebody else's."""
        found: dict[str, str] = {}
        for address in map(checksum_address, addresses):
            if address in self._sure or not int(address, 16):
                continue
            near = self._by_ends.get(ends(address), ())
            alike = [name for known, name in near if known.lower() != address.lower()]
            if alike:
                found[address] = alike[0]
        return found


class Lookalikes:
    """What the addresses that a speaker knows look like.

    What is named in the address book, one's own account, and the contracts of known zones are sure; a key in a
    register is only somebody's, and a token only what somebody deposited. An address that is not sure itself is
    flagged where it looks like any other of these.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._read_at: tuple[Any, ...] = ()
        self._known = Known({}, ())

    def of(self, *addresses: str) -> dict[str, str]:
        """Whom or what those of these addresses look like that are somebody else's."""
        self._refresh()
        return self._known.alike(addresses)

    def _refresh(self) -> None:
        client, zones = self._speaker.client, self._speaker.zones
        people = client.book.people() if client.book is not None else ()
        version = (client.head().hash, len(zones), self._speaker.you, people)
        if version == self._read_at:
            return
        others = [each for zone in zones for part in (_persons, _tokens) for each in part(zone)]
        self._known = Known(dict(self._names()), others)
        self._read_at = version

    def _names(self) -> Iterator[tuple[str, str]]:
        client = self._speaker.client
        for zone in self._speaker.zones:
            yield from ((address, branch.path) for address, branch in zone.tree().items())
            yield from self._speaker.contracts(zone)
        if client.book is not None:
            yield from (
                (each.root, each.name) for each in client.book.zones() if each.chain_id == client.connection.chain_id
            )
            yield from ((each.address, each.name) for each in client.book.people())
        if self._speaker.you is not None:
            yield self._speaker.you, "you"


def _persons(zone: Zone) -> Iterator[tuple[str, str]]:
    try:
        held, path = zone.registry.held(), zone.path
    except ZonedaoError:
        return
    yield from ((key, f"person {index} of {path}") for index, key in held.items())


def _tokens(zone: Zone) -> Iterator[tuple[str, str]]:
    # Their symbols are not asked for: anybody may deposit any number of tokens.
    try:
        held = zone.treasury.contract.told_of("Deposited", "asset", from_block=zone.deploy_block)
    except ZonedaoError:
        return
    yield from ((asset, f"a token that {zone.path} was given") for (asset,) in held if asset != COIN_ADDRESS)


def addresses_in(kind: AbiType, value: Any) -> Iterator[str]:
    """Every address in a decoded value."""
    if kind.kind == "address":
        yield value
    elif kind.kind == "array":
        for each in value:
            yield from addresses_in(kind.items[0], each)
    elif kind.kind == "tuple":
        for item, each in zip(kind.items, value, strict=False):
            yield from addresses_in(item, each)
