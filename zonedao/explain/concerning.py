"""Which body an event is about: that which told it, which it names, or whose election or trade it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert, NotFound
from zonedao.explain.lookalikes import addresses_in
from zonedao.governance.branches import Branch
from zonedao.trade.post import TradePost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zonedao.chain.events import Event
    from zonedao.governance.zone import Zone


class Concerned:
    """Finds the body of a zone that an event is about. The factory and some modules serve many zones: of what others do
    there, nothing is about a body of this one."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._own = {zone.registry.address, zone.treasury.address}
        self._shared: dict[tuple[str, str, int], tuple[str, ...]] = {}  # bodies by contract, name and number

    def by(self, event: Event) -> Branch | None:
        """Where the body stands, None for what is no matter of this zone."""
        tree = self._zone.tree()
        found = next((tree[each] for each in self._named(event) if each in tree), None)
        if found is None and self._is_own(event.address):
            return tree[self._zone.address]
        return found

    def _is_own(self, address: str) -> bool:
        return address in self._own or self._zone.client.speaker.role(self._zone, address) == "stores"

    def _named(self, event: Event) -> Iterator[str]:
        yield event.address
        kind = shipped(event.contract).event(event.signature)
        named = list(addresses_in(kind.inputs, tuple(event.args.values())))
        yield from named
        if self._zone.registry.address in named:
            yield self._zone.address
        for name in ("election", "petition", "trade", "listing"):
            if name in event.args:
                key = (event.address, name, event.args[name])
                if key not in self._shared:
                    self._shared[key] = tuple(self._bodies(*key))
                yield from self._shared[key]

    def _bodies(self, contract: str, name: str, number: int) -> Iterator[str]:
        """Whose election, petition for a recall, trade or listing it is; nobody's where it was taken back."""
        try:
            yield from self._parties(contract, name, number)
        except (NotFound, ContractRevert):
            return

    def _parties(self, contract: str, name: str, number: int) -> Iterator[str]:
        if name in ("election", "petition"):
            elections = self._zone.client.bind("IWholeElections", contract)
            election = elections.call("petitionOf", number).election if name == "petition" else number
            yield elections.call("electionOf", election).body
        elif name == "listing":
            yield TradePost(self._zone, contract).listing(number).seller
        else:
            trade = TradePost(self._zone, contract).trade(number)
            yield from (trade.seller, trade.buyer)
