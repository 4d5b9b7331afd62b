"""The treasury in few words: what it holds and owes, and the calls by which bodies move money.

    from tests.support.money import vault          # in a conftest.py that also has `world`

    def test_pay(world: World, vault: Vault, alice: Person) -> None:
        world.zone.enact(vault.pay(alice, 5))
        assert vault.due(alice) == 5

After each test that takes `vault` the laws of the treasury are checked for everybody who ever appeared in its events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from tests.support.bodies import (
    DEPLOYER,
    Body,
    Call,
    Person,
    attempt,
    call_of,
    read,
    transact,
)
from tests.support.chain import at, deploy
from tests.support.plans import COIN, NOTHING
from tests.support.world import World
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import Signer

Party = str | Person | Body | BoundContract
LINE, EVIDENCE, ORIGIN = (word.encode().ljust(32, b"\0") for word in ("health", "invoice 7", "harvest"))

_PARTIES = ("body", "payee", "child", "source", "to")


class Account(NamedTuple):
    """Base units: what a body owns, and the part of it that is promised."""

    balance: int
    reserved: int

    @property
    def free(self) -> int:
        return self.balance - self.reserved


class Allowance(NamedTuple):
    """`ITreasury.Allowance`."""

    limit: int
    used: int
    used_epoch: int
    until_epoch: int
    source: str
    outstanding: int


@dataclass(frozen=True)
class Caller:
    """An address that calls without a key: only simulated calls can be made in its name."""

    address: str


def where(party: Party) -> str:
    """The address of a person, body or contract."""
    return party if isinstance(party, str) else party.address


class Vault:
    """A treasury; parties are given as persons, bodies, contracts or addresses."""

    def __init__(self, treasury: BoundContract) -> None:
        self.contract = treasury
        self.chain = treasury.connection
        self.address = treasury.address

    # --- reads ---

    def account(self, body: Party, asset: Party = COIN) -> Account:
        return Account(*self.read("account", where(body), where(asset)))

    def allowance(self, child: Party, asset: Party = COIN) -> Allowance:
        return Allowance(*self.read("allowance", where(child), where(asset)))

    def due(self, payee: Party, asset: Party = COIN) -> int:
        return int(self.read("due", where(payee), where(asset)))

    def epoch(self) -> int:
        """The number of the epoch of the last block."""
        return int(self.read("epochAt", self.chain.block().timestamp))

    def holdings(self, asset: Party = COIN) -> int:
        """What the vault really has."""
        return held(self.contract, asset)

    @property
    def entries(self) -> int:
        return int(self.read("entries"))

    def read(self, function: str, *args: Any) -> Any:
        return read(self.contract, function, *args)

    # --- transactions of anybody ---

    def send(self, function: str, *args: Any, by: Person | Signer = DEPLOYER, value_wei: int = 0) -> Receipt:
        return transact(self.contract, function, *args, by=by, value_wei=value_wei)

    def attempt(self, function: str, *args: Any, by: Any = DEPLOYER, value_wei: int = 0) -> Any:
        """Try a call without mining it, in the name of anybody: also of a body, which has no key."""
        return attempt(self.contract, function, *args, by=by, value_wei=value_wei)

    def deposit(self, body: Party, amount: int, asset: Party = COIN, by: Person | Signer = DEPLOYER) -> Receipt:
        """Coins, or tokens which `by` has approved."""
        args = (where(body), where(asset), amount, ORIGIN, EVIDENCE)
        return self.send("deposit", *args, by=by, value_wei=amount if where(asset) == COIN else 0)

    def give(self, body: Party, amount: int, token: BoundContract) -> Receipt:
        """Mint tokens, approve and deposit them."""
        transact(token, "mint", DEPLOYER.address, amount)
        transact(token, "approve", self.address, amount)
        return self.deposit(body, amount, token)

    def withdraw(self, payee: Party, asset: Party = COIN, by: Person | Signer = DEPLOYER) -> Receipt:
        return self.send("withdraw", where(asset), where(payee), by=by)

    # --- calls for proposals ---

    def pay(
        self, to: Party, amount: int, asset: Party = COIN, *, line: bytes = LINE, evidence: bytes = EVIDENCE
    ) -> Call:
        return call_of(self.contract, "pay", where(asset), where(to), amount, line, evidence)

    def allow(self, child: Party, limit: int, epochs: int, source: Party, asset: Party = COIN) -> Call:
        args = (where(asset), where(child), limit, epochs, where(source), LINE, EVIDENCE)
        return call_of(self.contract, "allow", *args)

    def escrow(self, post: Party, amount: int, trade_key: bytes = NOTHING, asset: Party = COIN) -> Call:
        return call_of(self.contract, "escrow", where(post), where(asset), amount, trade_key, LINE, EVIDENCE)

    # --- laws ---

    def check(self) -> None:
        """The laws of `ITreasury` for everybody who ever appeared in its events, and entries without a gap."""
        past = self.contract.logs()
        numbers = [event.args["entry"] for event in past if "entry" in event.args]
        assert numbers == list(range(1, self.entries + 1))
        parties = {event.args[key] for event in past for key in _PARTIES if key in event.args}
        for asset in sorted({event.args["asset"] for event in past}):
            accounts = [self.account(party, asset) for party in sorted(parties)]
            assert all(account.reserved <= account.balance for account in accounts)
            owed = sum(account.balance for account in accounts) + sum(self.due(party, asset) for party in parties)
            assert owed <= self.holdings(asset), f"{asset}: owes {owed}, holds {self.holdings(asset)}"


def held(holder: Party, asset: Party = COIN) -> int:
    """Coins or tokens of an address. `holder` is anything that knows its chain."""
    assert isinstance(holder, BoundContract | Body)
    chain = holder.connection if isinstance(holder, BoundContract) else holder.chain
    return balance_of(chain, holder, asset)


def balance_of(chain: Any, holder: Party, asset: Party = COIN) -> int:
    """Coins or tokens of an address on a chain."""
    if where(asset) == COIN:
        return int(chain.balance(where(holder)))
    return int(read(at(chain, "TestToken", where(asset)), "balanceOf", where(holder)))


def new_token(world: World, kind: str = "TestToken", *args: Any) -> BoundContract:
    """A further token, which no body has a cap for."""
    return deploy(world.chain, kind, *args)


def mill(world: World, funds_wei: int = 0, **options: Any) -> tuple[Any, Vault]:
    """A second zone of the same people, and its treasury."""
    zone = world.new_zone("Mill", funds_wei=funds_wei, **options)
    return zone.body, Vault(zone.treasury)


@pytest.fixture
def vault(world: World) -> Iterator[Vault]:
    """The treasury of the world, whose laws are checked when the test is over."""
    found = Vault(world.treasury)
    yield found
    found.check()
