"""A zone: the body at the top, with its industries, register, treasury, stores and trade post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract, fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.errors import NotFound, UsageProblem
from zonedao.governance.body import Body
from zonedao.governance.branches import find_body
from zonedao.governance.calls import STORES_ROLE, TRADE_POST_ROLE
from zonedao.governance.registry import Registry
from zonedao.governance.tree import Branch, discover
from zonedao.text import slug
from zonedao.treasury.assets import COIN, COIN_ADDRESS, Asset

if TYPE_CHECKING:
    from zonedao.audit.chronicle import Progress
    from zonedao.audit.report import AuditReport
    from zonedao.chain.connection import Connection
    from zonedao.chain.events import Event
    from zonedao.chain.signers import Signer
    from zonedao.client import Client
    from zonedao.governance.personhood import Personhood
    from zonedao.todo import Todo
    from zonedao.trade.post import TradePost
    from zonedao.trade.stores import Stores
    from zonedao.treasury.treasury import Treasury


class Zone(Body):
    """A body that has no parent.

    `deploy_block` is the first block that can hold its events, `called` what its paths begin with: by default what this
    user calls it, else its own name.
    """

    def __init__(self, client: Client, address: str, deploy_block: int = 0, called: str = "") -> None:
        super().__init__(client, address, None)
        self.zone = self
        if not called and client.book is not None:
            entry = client.book.zone_at(client.connection.chain_id, self.address)
            called = entry.name if entry is not None else ""
        self.called = called
        self.deploy_block = deploy_block
        self._tree: Mapping[str, Branch] = {}
        self._tree_at = ""
        self._bodies: dict[str, Body] = {self.address: self}

    @property
    def connection(self) -> Connection:
        """The chain it lives on."""
        return self.client.connection

    @property
    def path(self) -> str:
        """What all paths in it begin with. It is known without asking for the births of its industries."""
        return self.called or slug(self.name)

    def acting_as(self, signer: Signer | None) -> Zone:
        """The same zone for somebody else."""
        other = Zone(self.client.acting_as(signer), self.address, self.deploy_block, self.called)
        other._tree, other._tree_at = self._tree, self._tree_at
        other.client.speaker.meet(other)
        return other

    # --- its bodies ---

    def bodies(self) -> tuple[Body, ...]:
        """The zone and every industry in it, parents before children."""
        return tuple(self.body_at(address) for address in self.tree())

    def body(self, wanted: str) -> Body:
        """A body by path from the zone (`elmcourt/kitchen`), from below it (`kitchen`), by its own name, or address.

        A path may begin with what this user calls the zone, or with its own name. Raises NotFound, and UsageProblem
        when a name fits several.
        """
        tree = self.tree()
        if wanted.startswith("0x"):
            return self.body_at(wanted)
        return self.body_at(find_body(tree, self.name, wanted))

    def body_at(self, address: str) -> Body:
        """The body at an address. Raises NotFound when it is none of this zone."""
        address = checksum_address(address)
        if address not in self._bodies:
            self.branch(address)
            self._bodies[address] = Body(self.client, address, self)
        return self._bodies[address]

    def branch(self, address: str) -> Branch:
        """Where a body stands. Raises NotFound when it is none of this zone."""
        address = checksum_address(address)
        if address in self._tree:
            return self._tree[address]
        tree = self.tree()
        if address not in tree:
            raise NotFound(f"{address} is no body of {self.name}. `zonedao body list` shows them.")
        return tree[address]

    def tree(self) -> Mapping[str, Branch]:
        """Every body by address, parents before children, as of the last block."""
        head = self.client.head().hash
        if head != self._tree_at:
            self._tree = discover(
                self.connection, self.factory.address, self.address, self.name, self.deploy_block, self.called
            )
            self._tree_at = head
        return self._tree

    def events_of_all(self, *names: str) -> tuple[Event, ...]:
        """Past events of these names of all its bodies, oldest first."""
        kind = shipped("IWholeBody")
        topics = [["0x" + kind.event(name).topic.hex() for name in names]]
        return decode_logs(fetch_logs(self.connection, list(self.tree()), topics, self.deploy_block), kind)

    # --- its modules ---

    @cached_property
    def registry(self) -> Registry:
        """Its persons."""
        return Registry(
            self.client, str(self.contract.call("registry")), self.deploy_block, self.called or slug(self.name)
        )

    @cached_property
    def treasury(self) -> Treasury:
        """Its money."""
        from zonedao.treasury.treasury import Treasury

        return Treasury(self, str(self.contract.call("treasury")))

    @property
    def stores(self) -> Stores:
        """Its goods. Raises NotFound in a zone without stores."""
        from zonedao.trade.stores import Stores

        address = str(self.contract.call("module", STORES_ROLE))
        if address == COIN_ADDRESS:
            raise NotFound(
                f"{self.name} has no stores. A vote can list some: zonedao propose set module stores ADDRESS."
            )
        return Stores(self, address)

    @property
    def trade_post(self) -> TradePost | None:
        """Where it trades with other zones, None for a zone that does not."""
        from zonedao.trade.post import TradePost

        address = str(self.contract.call("module", TRADE_POST_ROLE))
        return TradePost(self, address) if address != COIN_ADDRESS else None

    @property
    def personhood(self) -> Personhood:
        """What decides who is a person. Raises NotFound in a zone that admits by vote only."""
        from zonedao.governance.personhood import personhood_of

        return personhood_of(self)

    def require_trade_post(self) -> TradePost:
        """The trade post. Raises NotFound in a zone without one."""
        post = self.trade_post
        if post is None:
            raise NotFound(
                f"{self.name} lists no trade post, so it does not trade. A vote can: propose set module post ADDRESS."
            )
        return post

    @cached_property
    def factory(self) -> BoundContract:
        """The contract that made its bodies."""
        return self.client.bind("IZoneFactory", str(self.contract.call("factory")))

    # --- assets ---

    def asset(self, wanted: str) -> Asset:
        """An asset by address, or by symbol among those this zone has to do with. Raises NotFound, UsageProblem."""
        text = wanted.strip()
        if text.startswith("0x"):
            asset = self.client.asset(text)
            if not asset.answers:
                raise NotFound(f"There is no token at {text} on {self.connection.name}. Check the address.")
            return asset
        if text.lower() in (COIN.symbol.lower(), "coin"):
            return COIN
        found = [asset for asset in self.treasury.assets() if asset.symbol.lower() == text.lower()]
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(asset.address for asset in found)
            raise UsageProblem(f"Several tokens are called {wanted}: {shown}. Use the address.")
        raise NotFound(f"{self.name} has no asset {wanted}. Use the token's address.")

    # --- over everything ---

    def todo(self, person: str | None = None) -> tuple[Todo, ...]:
        """What waits for somebody (address or name; the signer by default)."""
        from zonedao.todo import todo

        return todo(self, self.client.require_address() if person is None else self.registry.address_of(person))

    def audit(self, progress: Progress | None = None) -> AuditReport:
        """Rebuild everything from events and compare. Where something differs, `locate` finds where that began.
        `progress` hears how much is done, from 0 to 1, and how many events and answers have come."""
        from zonedao.audit import audit

        return audit(self.connection, self.address, deploy_block=self.deploy_block, progress=progress)

    def locate(self, report: AuditReport, tell: Callable[[int, int], None] | None = None) -> AuditReport:
        """The same report with the block and the transactions in which its first difference began. `tell` hears between
        which two blocks is still looked. Takes a node that keeps older states, or as far as it does."""
        from zonedao.audit import locate

        return locate(self.connection, report, deploy_block=self.deploy_block, tell=tell)
