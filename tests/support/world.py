"""The world that contract tests live in, built once per node and put back after each test.

    from tests.support.world import alice, bob, chain, grounds, node, stranger, world   # in a conftest.py

    def test_pay(world: World, alice: Person) -> None:
        zone = world.zone
        zone.enact(world.pay(alice.address, 5))
        transact(world.treasury, "withdraw", COIN, alice.address)
        with reverts("NothingDue"):
            attempt(world.treasury, "withdraw", COIN, alice.address)

What is there (`World`):

- `factory`, `post` (the trade post), `token` (an ERC-20 that anybody mints), all with code on the chain;
- `zone` Elmcourt: twelve people, alice (index 1) to laura (12), all of them seasoned; laws `plans.LAWS`; spending
  capped at 10 ether and 10,000 tokens an epoch; 100 ether and 100,000 tokens in its account; `registry`, `treasury`,
  `stores`;
- `food`, an industry of the zone with persons 1 to 6, which may draw 2 ether an epoch from it, and cap 5 ether;
- `bakery`, an industry of food with persons 1 to 3, which may draw 1 ether an epoch, through food, from the zone.

`world.new_zone(...)` makes further zones, `world.new_industry(...)` further industries by vote. What drives proposals
is in `bodies`: `Body.propose / enact`, `Proposal.vote / carry / queue / execute`, `stand_at` and `just_before` for the
clock, `attempt` inside `chain.reverts` for what must fail. Time skips are exact: after `just_before(chain, t)` the next
transaction runs at second t on every node. Epoch 0 begins at the chain's genesis; `world.next_epoch()` goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.bodies import DEPLOYER, Body, Call, Person, call_of, event, now, read, stand_at, transact
from tests.support.chain import at, chain, deploy, node
from tests.support.plans import (
    COIN,
    EPOCH_SECONDS,
    ETHER,
    LAWS,
    NOTHING,
    SPENDING,
    Genesis,
    GenesisCall,
    Law,
    body_plan,
    genesis,
    own,
    plan_hash,
    zone_plan,
)
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.signers import dev_account

__all__ = [
    "PEOPLE",
    "STRANGER",
    "Industry",
    "World",
    "Zone",
    "alice",
    "bob",
    "chain",
    "charlie",
    "dave",
    "erin",
    "frank",
    "grace",
    "grounds",
    "heidi",
    "node",
    "stranger",
    "world",
]

NAMES = ("alice", "bob", "charlie", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kevin", "laura")
PEOPLE = tuple(Person(name, index, dev_account(index)) for index, name in enumerate(NAMES, 1))
STRANGER = Person("stranger", 0, dev_account(40))
FOOD, BAKERY = PEOPLE[:6], PEOPLE[:3]

COIN_CAP, TOKEN_CAP = 10 * ETHER, 10_000
COIN_FUNDS, TOKEN_FUNDS = 100 * ETHER, 100_000
FOOD_CAP, FOOD_LIMIT, BAKERY_LIMIT = 5 * ETHER, 2 * ETHER, 1 * ETHER  # wei per epoch
ALLOWANCE_EPOCHS = 12
LINE, EVIDENCE = b"line".ljust(32, b"\0"), b"evidence".ljust(32, b"\0")
LARGE_GAS_LIMIT = 29_000_000  # just under a block's


@dataclass(frozen=True)
class Zone:
    """A zone and what belongs to it."""

    body: Body
    registry: BoundContract
    treasury: BoundContract
    stores: BoundContract
    plan: tuple[Any, ...]


@dataclass(frozen=True)
class Industry:
    """An industry and the plan it was founded by."""

    body: Body
    plan: tuple[Any, ...]


class World:
    """Everything that stands on one chain when a test begins. Holds addresses only, so that a rollback restores it."""

    def __init__(
        self,
        connection: Connection,
        factory: BoundContract,
        post: BoundContract,
        token: BoundContract,
        elmcourt: Zone,
        food: Industry,
        bakery: Industry,
    ) -> None:
        self.chain = connection
        self.factory = factory
        self.post = post
        self.token = token
        self.elmcourt = elmcourt
        self.zone = Body(connection, elmcourt.body.address, PEOPLE)
        self.registry = elmcourt.registry
        self.treasury = elmcourt.treasury
        self.stores = elmcourt.stores
        self.food_plan, self.bakery_plan = food.plan, bakery.plan
        self.food = Body(connection, food.body.address, FOOD)
        self.bakery = Body(connection, bakery.body.address, BAKERY)

    # --- what is there ---

    def again(self) -> World:
        """The same world for a new test: its bodies begin counting their proposals' texts at 1."""
        return World(
            self.chain,
            self.factory,
            self.post,
            self.token,
            self.elmcourt,
            Industry(self.food, self.food_plan),
            Industry(self.bakery, self.bakery_plan),
        )

    # --- calls for proposals ---

    def pay(self, to: str, amount: int = 1, asset: str = COIN) -> Call:
        """The treasury pays: of the spending class within a cap, otherwise constitutional."""
        return call_of(self.treasury, "pay", asset, to, amount, LINE, EVIDENCE)

    def allow(self, child: Body, amount: int, epochs: int = 1, asset: str = COIN, source: Body | None = None) -> Call:
        """The zone lets a child draw, from the zone unless a `source` is named."""
        paying = (source or self.zone).address
        return call_of(self.treasury, "allow", asset, child.address, amount, epochs, paying, LINE, EVIDENCE)

    # --- more of it ---

    def new_zone(
        self,
        name: str,
        people: Sequence[Person] = PEOPLE,
        *,
        calls: Sequence[GenesisCall] = (),
        laws: Sequence[Law] = LAWS,
        caps: Sequence[tuple[int, str, int]] = ((SPENDING, COIN, COIN_CAP),),
        funds_wei: int = 0,
        nonce: int = 0,
        verifier: str = COIN,
    ) -> Zone:
        """A further zone of these people, who get the indices 1, 2, … there, with `calls` after their admission."""
        admitted = genesis([own("admit", [person.address for person in people]), *calls])
        body = body_plan(name, admitted.commitment, laws=laws, caps=caps, nonce=nonce)
        plan = zone_plan(body, self.post.address, verifier=verifier)
        zone = create_zone(self.factory, plan, admitted, people)
        if funds_wei:
            deposit(zone.treasury, zone.body, COIN, funds_wei)
        return zone

    def new_industry(
        self,
        parent: Body,
        name: str,
        people: Sequence[Person] = (),
        *,
        laws: Sequence[Law] = LAWS,
        caps: Sequence[tuple[int, str, int]] = ((SPENDING, COIN, COIN_CAP),),
    ) -> Industry:
        """An industry that `parent` founds by vote now, with these of its members; live at once."""
        admitted = genesis([own("admit", [person.address for person in people])]) if people else genesis()
        plan = body_plan(name, admitted.commitment, laws=laws, caps=caps)
        receipt = parent.enact(parent.own("found", plan, list(admitted.steps)))
        founded = event(receipt, "BodyFounded", parent.address)
        return Industry(Body(self.chain, founded["child"], people), plan)

    def next_epoch(self) -> int:
        """Go to the first second of the next epoch of the zone's treasury; its number."""
        number = int(read(self.treasury, "epochAt", now(self.chain))) + 1
        stand_at(self.chain, read(self.treasury, "epochStart") + number * EPOCH_SECONDS)
        return number


# --- building ---


def deploy_factory(connection: Connection) -> BoundContract:
    """A factory with its deployers and the parts of the body code that it does not make itself."""
    names = ("RegistryDeployer", "TreasuryDeployer", "StoresDeployer", "ZoneBallots")
    parts = [deploy(connection, name).address for name in names]
    members = deploy(connection, "ZoneMembers", deploy(connection, "ZoneOversight").address)
    return deploy(connection, "ZoneFactory", *parts, members.address)


def create_zone(
    factory: BoundContract, plan: tuple[Any, ...], begun: Genesis, people: Sequence[Person] = PEOPLE
) -> Zone:
    """Create a zone by its plan and run the steps of its genesis."""
    chain_ = factory.connection
    receipt = transact(factory, "createZone", plan, list(begun.steps), gas_limit=LARGE_GAS_LIMIT)
    created = event(receipt, "ZoneCreated", factory.address)
    return Zone(
        Body(chain_, created["zone"], people),
        at(chain_, "IWholeRegistry", created["registry"]),
        at(chain_, "Treasury", created["treasury"]),
        at(chain_, "Stores", created["stores"]),
        plan,
    )


def deposit(treasury: BoundContract, body: Body, asset: str, amount: int) -> None:
    """Put money of the deployer into a body's account; tokens must be approved before."""
    value_wei = amount if asset == COIN else 0
    transact(treasury, "deposit", body.address, asset, amount, NOTHING, NOTHING, value_wei=value_wei)


def build(connection: Connection, verifier: str = COIN) -> World:
    """Deploy everything. Some twelve transactions. The zone lists a verifier of aggregates where one is named."""
    factory = deploy_factory(connection)
    post = deploy(connection, "TradePost")
    token = deploy(connection, "TestToken")

    in_bakery = genesis([own("admit", [person.address for person in BAKERY])])
    bakery_plan = body_plan("Bakery", in_bakery.commitment, caps=[(SPENDING, COIN, FOOD_CAP)])
    in_food = genesis(
        [
            own("admit", [person.address for person in FOOD]),
            own("found", bakery_plan, list(in_bakery.steps)),
            own("allowAtGenesis", plan_hash(bakery_plan), COIN, BAKERY_LIMIT, ALLOWANCE_EPOCHS, 1, NOTHING),
        ]
    )
    food_plan = body_plan("Food", in_food.commitment, caps=[(SPENDING, COIN, FOOD_CAP)])
    in_zone = genesis(
        [
            own("admit", [person.address for person in PEOPLE]),
            own("found", food_plan, list(in_food.steps)),
            own("allowAtGenesis", plan_hash(food_plan), COIN, FOOD_LIMIT, ALLOWANCE_EPOCHS, 0, NOTHING),
        ]
    )
    caps = [(SPENDING, COIN, COIN_CAP), (SPENDING, token.address, TOKEN_CAP)]
    plan = zone_plan(body_plan("Elmcourt", in_zone.commitment, caps=caps), post.address, verifier=verifier)
    elmcourt = create_zone(factory, plan, in_zone)
    deposit(elmcourt.treasury, elmcourt.body, COIN, COIN_FUNDS)
    transact(token, "mint", DEPLOYER.address, TOKEN_FUNDS)
    transact(token, "approve", elmcourt.treasury.address, TOKEN_FUNDS)
    deposit(elmcourt.treasury, elmcourt.body, token.address, TOKEN_FUNDS)

    food = read(factory, "industryAddress", elmcourt.body.address, plan_hash(food_plan))
    bakery = read(factory, "industryAddress", food, plan_hash(bakery_plan))
    return World(
        connection,
        factory,
        post,
        token,
        elmcourt,
        Industry(Body(connection, food, FOOD), food_plan),
        Industry(Body(connection, bakery, BAKERY), bakery_plan),
    )


# --- fixtures ---


@pytest.fixture(scope="session")
def grounds(node: Connection) -> World:
    """The world on each node, built once; tests take `world`."""
    return build(node)


@pytest.fixture
def world(grounds: World, chain: Connection) -> World:
    """The world, put back afterwards."""
    return grounds.again()


def _person(number: int) -> Any:
    @pytest.fixture(name=NAMES[number])
    def person() -> Person:
        return PEOPLE[number]

    return person


alice, bob, charlie, dave, erin, frank, grace, heidi = (_person(number) for number in range(8))


@pytest.fixture
def stranger() -> Person:
    """Somebody with coins who is no person of any zone."""
    return STRANGER
