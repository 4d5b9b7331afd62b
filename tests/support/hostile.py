"""A party to a trade whose contracts do whatever harm they can: `HostileParty` of contracts/testing/, driven."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from tests.support.bodies import GAS_LIMIT, events, transact
from tests.support.chain import deploy
from tests.support.market import Market
from tests.support.plans import COIN
from zonedao.chain.contract import BoundContract
from zonedao.chain.interface import shipped
from zonedao.chain.receipts import Receipt
from zonedao.chain.reverts import decode_revert
from zonedao.errors import ContractRevert


class Manner(IntEnum):
    """`HostileParty.Manner`."""

    ANSWER = 0
    ZERO = 1
    REFUSE = 2
    BURN = 3
    FLOOD = 4
    CALL = 5


class Hostile:
    """A body, its stores and its treasury at one address. `side` is how the trade post calls it."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.contract = deploy(market.chain, "HostileParty")
        self.address = self.contract.address

    def behave(self, interface_name: str, function: str, manner: Manner) -> None:
        """From now on do this when that function is called."""
        self._behave(interface_name, function, manner, COIN, b"")

    def call_meanwhile(self, interface_name: str, function: str, target: BoundContract, *call: Any) -> None:
        """From now on make that call while the function is running, and answer as usual."""
        self._behave(interface_name, function, Manner.CALL, target.address, target.encode(*call))

    def act(self, target: BoundContract, *call: Any, value_wei: int = 0, gas_limit: int = GAS_LIMIT) -> Receipt:
        """Call as this party."""
        data = target.encode(*call)
        return transact(self.contract, "act", target.address, data, value_wei=value_wei, gas_limit=gas_limit)

    def list(self, quantity: int = 100, **terms: Any) -> int:
        """Offer goods that nobody ever counted; number of the listing."""
        receipt = self.act(self.market.post, "list", self.market.terms(quantity, **terms))
        (opened,) = events(receipt, "ListingOpened")
        return int(opened.args["listing"])

    def buy(self, listing: int, quantity: int) -> int:
        """Buy with coin that falls from the sky; number of the trade."""
        market = self.market
        price, deadline = market.listing(listing).unitPrice, 2**40
        key = market.key(self.contract, listing, quantity, price, deadline)
        transact(market.post, "fund", self.address, COIN, key, value_wei=quantity * price)
        receipt = self.act(market.post, "accept", listing, quantity, price, deadline)
        (made,) = events(receipt, "CommitmentMade")
        return int(made.args["trade"])

    def heard(self, receipt: Receipt) -> list[str]:
        """What became of the calls it made meanwhile: the error's name, or empty for a success."""
        called = self.contract.events(receipt, "Called")
        return ["" if event.args["success"] else decode_revert(event.args["returned"]).name for event in called]

    def refusals(self, receipt: Receipt) -> list[ContractRevert]:
        """The errors it got for the calls it made meanwhile."""
        called = self.contract.events(receipt, "Called")
        return [decode_revert(event.args["returned"]) for event in called if not event.args["success"]]

    def _behave(self, interface_name: str, function: str, manner: Manner, target: str, data: bytes) -> None:
        selector = shipped(interface_name).function(function).selector
        transact(self.contract, "behave", selector, manner, target, data)
