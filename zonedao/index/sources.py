"""Whose events an index keeps: the contracts of a zone, and how those are found that it does not begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zonedao.governance.calls import (
    ELECTIONS_ROLE,
    PERSONHOOD_ROLE,
    STORES_ROLE,
    TRADE_POST_ROLE,
    TREASURY_ROLE,
    VERIFIER_ROLE,
    WISHES_ROLE,
)
from zonedao.index.reading import Source

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

_KIND_OF_ROLE: Mapping[int, str] = {
    TREASURY_ROLE: "treasury",
    STORES_ROLE: "stores",
    TRADE_POST_ROLE: "post",
    VERIFIER_ROLE: "verifier",
    PERSONHOOD_ROLE: "personhood",
    ELECTIONS_ROLE: "elections",
    WISHES_ROLE: "wishes",
}
NOBODY = "0x" + "00" * 20


def first_sources(connection: Connection, root: str, first_block: int) -> list[Source]:
    """The zone itself and the contracts that it was born with and never changes.

    Raises CodeMissing where there is no such zone.
    """
    from zonedao.chain.contract import BoundContract

    zone = BoundContract(connection, "IWholeBody", root)
    wiring = {
        "body": root,
        "factory": zone.call("factory"),
        "registry": zone.call("registry"),
        "treasury": zone.call("treasury"),
    }
    return [
        Source(number, address.lower(), kind, first_block, None)
        for number, (kind, address) in enumerate(wiring.items(), 1)
    ]


def sources_at(connection: Connection, root: str, first_block: int, last_block: int) -> list[Source]:
    """The contracts of a zone that are known from all that was told up to a block. Raises CodeMissing, NodeRefused."""
    from zonedao.chain.contract import BoundContract, fetch_logs
    from zonedao.chain.events import decode_logs

    found = first_sources(connection, root, first_block)
    known = Known(found, first_block)
    factory = BoundContract(connection, "IZoneFactory", next(each.address for each in found if each.kind == "factory"))
    births, level = factory.interface.event("IndustryCreated"), [root]
    while level:
        topics = births.topics({"parent": level})
        raw = fetch_logs(connection, [factory.address], topics, first_block, last_block)
        born = decode_logs(raw, factory.interface)
        for event in born:
            industry, parent = (event.args[name].lower() for name in ("industry", "parent"))
            found += filter(None, [known.founded(industry, parent, event.block_number)])
        level = [event.args["industry"] for event in born]
    zone = BoundContract(connection, "IWholeBody", root)
    for event in zone.logs("ModuleSet", first_block, last_block):
        module = event.args["module"].lower()
        found += filter(None, [known.listed(root.lower(), event.args["role"], module, event.block_number)])
    return found


class Known:
    """The sources of one zone, growing with what events tell."""

    def __init__(self, sources: list[Source], first_block: int) -> None:
        self.by_address = {source.address: source for source in sources}
        self._root = sources[0].address
        self._first_block = first_block

    def founded(self, industry: str, parent: str, block: int) -> Source | None:
        """An industry that the factory made, unless it is another zone's."""
        above = self.by_address.get(parent)
        return self._add(industry, "body", block, block) if above is not None and above.kind == "body" else None

    def listed(self, teller: str, role: int, module: str, block: int) -> Source | None:
        """A module that the zone lists; what industries say about modules is nothing."""
        kind = _KIND_OF_ROLE.get(role)
        if teller != self._root or kind is None or module == NOBODY:
            return None
        # A trade post numbers the trades of all zones, and is older than most.
        return self._add(module, kind, 0 if kind == "post" else self._first_block, block)

    def _add(self, address: str, kind: str, since: int, found: int) -> Source | None:
        if address in self.by_address:
            return None
        number = max(source.id for source in self.by_address.values()) + 1
        source = Source(number, address, kind, since, found)
        self.by_address[address] = source
        return source
