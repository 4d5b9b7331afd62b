"""Every step of ours that is measured, each a transaction of a short story of two zones, and its gas.

Elmcourt has twelve members; they vote and pay, found a kitchen that pays from its allowance, admit somebody and see
somebody leave. Millfield has a hundred members, then two hundred and fifty-six, and founds industries of several sizes.
In the end Elmcourt sells to Millfield, twice, elects, and counts votes that others bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from benchmarks.inner import Tracer, calldata_gas
from benchmarks.setting import ALICE, PAYEE, PEOPLE, Deployments, Steps, draft, keys
from benchmarks.signed_votes import signed_votes
from tests.support.bodies import (
    DEPLOYER,
    FOR,
    Body,
    Call,
    Person,
    Proposal,
    call_of,
    event,
    just_before,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import at
from tests.support.plans import (
    COIN,
    DAY,
    EPOCH_SECONDS,
    ETHER,
    HOUR,
    NOTHING,
    SPENDING,
    STALE_SECONDS,
    GenesisCall,
    Law,
    body_plan,
    genesis,
    of_stores,
    own,
    plan_hash,
    zone_plan,
)
from tests.support.verifying import Hall
from tests.support.world import LARGE_GAS_LIMIT, Zone, deposit
from zonedao.ballots.keys import encode_enrolments
from zonedao.chain.abi import address_bytes, keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.receipts import Receipt
from zonedao.governance.stv import count_stv

# Two votes carry anything in a zone of twelve, three in one of 256: gas does not depend on how many are needed.
_CONSTITUTIONAL = Law(HOUR, HOUR, 24 * HOUR, 24 * HOUR, 72 * HOUR, 100_000, 666_667)
_ORDINARY = Law(HOUR, HOUR, 24 * HOUR, 12 * HOUR, 72 * HOUR, 10_000, 500_000)
_LAWS = (_CONSTITUTIONAL, _ORDINARY, _ORDINARY, _CONSTITUTIONAL, _ORDINARY, _ORDINARY)

_FUNDS, _CAP, _LIMIT, _PAYMENT = 100 * ETHER, 50 * ETHER, 2 * ETHER, ETHER // 8  # wei
_TOKEN_FUNDS, _TOKEN_CAP, _TOKEN_PAYMENT = 10**12, 10**11, 1_500 * 10**6  # base units
_LINE, _INVOICE, _WAYBILL = b"health".ljust(32, b"\0"), keccak(b"invoice"), keccak(b"waybill")

_GRAIN, _STOCK, _LISTED, _BOUGHT = 1, 5_000, 600, 150  # number of the good; units
_UNIT_PRICE = ETHER // 1_000  # wei a unit
_DEADLINE = GENESIS_TIMESTAMP + 300 * DAY  # the same bytes whenever the trade is made
_SHIP_HOURS = _ATTEST_HOURS = 72


class Ours:
    """Measures on a fresh chain. `steps` has the gas of what was done by name, `deployments` that of contracts."""

    def __init__(self, chain: Connection) -> None:
        self.chain = chain
        self.steps: Steps = {}
        self.deployments = Deployments(chain)
        self._tracer = Tracer(chain)

    def measure(self) -> Ours:
        """Tell the whole story."""
        create = self.deployments.create
        names = ("RegistryDeployer", "TreasuryDeployer", "StoresDeployer", "ZoneBallots")
        parts = {name: create(name).address for name in names}
        parts["ZoneMembers"] = create("ZoneMembers", create("ZoneOversight").address).address
        self._ballots_part, self._members_part = parts["ZoneBallots"], parts["ZoneMembers"]
        self._factory = create("ZoneFactory", *parts.values())
        self._post = create("TradePost")
        self._token = create("TestToken")
        everybody = [person.address for person in PEOPLE]
        self._elmcourt = self._create("Elmcourt", everybody)
        self._millfield = self._create("Millfield", everybody + keys(0, 88))
        self._create("Fernhill", everybody + keys(1_000, 256))
        self._pay()
        self._run_an_industry()
        self._change_members()
        self._admit_and_found_many()
        self._trade()
        self._admit_a_word()
        self._count_by_one_signature()
        self._deploy_alone()
        self._elect()
        self.steps.update(signed_votes(self._elmcourt, self._verifier, self._payment(COIN, _PAYMENT)))
        return self

    # --- the story ---

    def _create(self, name: str, members: Sequence[str]) -> Zone:
        calls = [own("admit", members), of_stores("addGood", "grain, kg", 200, 20), of_stores("setKeepers", [1, 2])]
        begun = genesis(calls)
        caps = [(SPENDING, COIN, _CAP), (SPENDING, self._token.address, _TOKEN_CAP)]
        for nonce in range(1, 256):
            plan = zone_plan(body_plan(name, begun.commitment, laws=_LAWS, caps=caps, nonce=nonce), self._post.address)
            receipt = transact(self._factory, "createZone", plan, list(begun.steps), gas_limit=LARGE_GAS_LIMIT)
            made = event(receipt, "ZoneCreated", self._factory.address)
            if 0 not in address_bytes(made["zone"]) + address_bytes(made["treasury"]):
                break
        self.steps[f"create a zone with {len(members)} members"] = receipt.gas_used
        zone = Zone(
            Body(self.chain, made["zone"], PEOPLE),
            at(self.chain, "IWholeRegistry", made["registry"]),
            at(self.chain, "Treasury", made["treasury"]),
            at(self.chain, "Stores", made["stores"]),
            plan,
        )
        deposit(zone.treasury, zone.body, COIN, _FUNDS)
        return zone

    def _pay(self) -> None:
        zone = self._elmcourt
        transact(self._token, "mint", DEPLOYER.address, _TOKEN_FUNDS)
        transact(self._token, "approve", zone.treasury.address, _TOKEN_FUNDS)
        deposit(zone.treasury, zone.body, self._token.address, _TOKEN_FUNDS)
        first = draft(zone.body, self._payment(COIN, _PAYMENT)).make()
        self._note("propose, a person's first in the body", first.receipt)
        self._enact("pay", zone.body, self._payment(COIN, _PAYMENT), votes="vote in a zone")
        self._enact("pay a payee who has money due", zone.body, self._payment(COIN, _PAYMENT))
        self._do("withdraw", zone.treasury, "withdraw", COIN, PAYEE.address, by=PAYEE)
        self._enact("pay in a token", zone.body, self._payment(self._token.address, _TOKEN_PAYMENT))
        self._do("withdraw a token", zone.treasury, "withdraw", self._token.address, PAYEE.address, by=PAYEE)

    def _run_an_industry(self) -> None:
        zone = self._elmcourt
        kitchen = self._found("Kitchen", zone.body, range(1, 7))
        grant = (COIN, kitchen.address, _LIMIT, 12, zone.body.address, _LINE, NOTHING)
        self._enact("allow an industry to draw", zone.body, call_of(zone.treasury, "allow", *grant))
        draft(kitchen, self._payment(COIN, _PAYMENT)).make()  # whoever proposes for the first time pays for a new slot
        self._enact("pay from an allowance", kitchen, self._payment(COIN, _PAYMENT), votes="vote in an industry")
        self._do("withdraw what an industry paid", zone.treasury, "withdraw", COIN, PAYEE.address, by=PAYEE)
        self._kitchen = kitchen

    def _change_members(self) -> None:
        zone, kitchen = self._elmcourt.body, self._kitchen
        self._enact("admit 1 member", zone, zone.own("admit", keys(400, 1)))
        self._propose(zone, "vote in a zone, members changed since", self._payment(COIN, _PAYMENT))
        stand_at(self.chain, now(self.chain) + 2 * HOUR)
        self._propose(zone, "vote in a zone, members changed before the seasoning", self._payment(COIN, _PAYMENT))
        longer = draft(zone, self._payment(COIN, _PAYMENT), length=1_000).make()
        self._note("propose, with a text of 1,000 bytes", longer.receipt)
        self._do("leave a zone", zone.contract, "leave", by=PEOPLE[5])
        payment = self._payment(COIN, _PAYMENT)
        after = self._propose(kitchen, "vote in an industry, a member left since", payment)
        self._note("propose in an industry after a departure", after.receipt)

    def _admit_and_found_many(self) -> None:
        zone = self._millfield.body
        draft(zone, zone.own("admit", keys(88, 1))).make()
        self._enact("admit 100 members", zone, zone.own("admit", keys(88, 100)))
        self._enact("admit 56 members", zone, zone.own("admit", keys(188, 56)))
        for name, members in (("Bakery", 0), ("School", 1), ("Clinic", 100), ("Union", 256)):
            self._found(name, zone, range(1, members + 1))

    def _admit_a_word(self) -> None:
        """Last: a larger electorate needs more votes than the others of this story cast."""
        zone = self._millfield.body
        self._enact("admit 256 members", zone, zone.own("admit", keys(500, 256)))

    def _trade(self) -> None:
        stores = self._elmcourt.stores
        self._do("report stock", stores, "report", _GRAIN, _STOCK, 0, _INVOICE, by=PEOPLE[0])
        due = (now(self.chain) // DAY + 20) * DAY
        self._do("order at home", stores, "order", _GRAIN, 15, due, by=PEOPLE[3])
        self._do("deliver at home", stores, "deliver", 1, 10, NOTHING, by=PEOPLE[0])
        self._sell("first trade", 1)
        self._do("report stock again", stores, "report", _GRAIN, _STOCK, 1, _INVOICE, by=PEOPLE[0])
        self._sell("later trade", 2)

    def _sell(self, label: str, number: int) -> None:
        seller, buyer, post = self._elmcourt, self._millfield, self._post
        terms = (_GRAIN, _LISTED, 1, COIN, _UNIT_PRICE, _DEADLINE, _SHIP_HOURS, _ATTEST_HOURS)
        executed = self._enact(f"{label}, list", seller.body, call_of(post, "list", terms))
        self._look_inside(f"{label}, list", executed, seller.body.address, post.address)

        for deadline in count(_DEADLINE):
            purchase = (number, _BOUGHT, _UNIT_PRICE, deadline)
            trade_key = read(post, "tradeKeyOf", buyer.body.address, *purchase)
            if 0 not in trade_key:
                break
        payment = (post.address, COIN, _BOUGHT * _UNIT_PRICE, trade_key, b"grain".ljust(32, b"\0"), NOTHING)
        calls = call_of(buyer.treasury, "escrow", *payment), call_of(post, "accept", *purchase)
        executed = self._enact(f"{label}, accept", buyer.body, *calls)
        self._look_inside(f"{label}, accept", executed, buyer.body.address, post.address)
        self._look_inside(f"{label}, escrow", executed, buyer.body.address, buyer.treasury.address)

        keeper = PEOPLE[1]
        self._do(f"{label}, ship", post, "ship", number, _WAYBILL, by=keeper)
        for side, body in (("seller", seller.body), ("buyer", buyer.body)):
            words = (number, body.address, _BOUGHT, _WAYBILL)
            self._do(f"{label}, attest for the {side}", post, "attest", *words, by=keeper)
        self._do(f"{label}, settle", post, "settle", number)
        self._do(f"{label}, withdraw", post, "withdraw", seller.body.address, COIN)

    def _count_by_one_signature(self) -> None:
        """Voting keys of a whole word, one more in place of another, and 100 ballots of three choices at the verifier.

        Signatures are other bytes on every chain, so calldata of keys is counted as if no byte of it were zero.
        """
        self._verifier = self.deployments.create("Bn254Verifier")
        hall = Hall.open(self.chain, 511)
        word = hall.voters[255:]
        for label, voters in (
            ("enrol 256 voting keys", word),
            ("enrol a voting key in place of another", [word[0].renewed()]),
        ):
            call = hall.registry.address, 1, encode_enrolments(hall.entry(voter) for voter in voters)
            receipt = transact(hall.verifier, "enroll", *call, gas_limit=LARGE_GAS_LIMIT)
            self.steps[label] = receipt.gas_used + 12 * call[2].count(0)
        hall.voters[255] = word[0].renewed()
        stand_at(self.chain, now(self.chain) + 1)
        claim = hall.claim({0: range(300, 335), 1: range(335, 390), 2: range(390, 400)})
        receipt = transact(hall.caller, "verify", *claim.args)
        bare = receipt.gas_used - 21_000 - calldata_gas(hall.caller.encode("verify", *claim.args))
        self.steps["verify 100 ballots, asked for the first time (inner)"] = bare

    def _deploy_alone(self) -> None:
        """What the factory and its deployers create, each in a transaction of its own."""
        create, factory, zone = self.deployments.create, self._factory.address, self._elmcourt
        affairs = create("ZoneAffairs", factory, self._members_part)
        create("Zone", factory, affairs.address, self._ballots_part)
        create("Registry", zone.body.address, create("RegistryAffairs").address)
        create("Treasury", zone.body.address, factory, GENESIS_TIMESTAMP, EPOCH_SECONDS)
        modules = zone.body.address, zone.registry.address, self._post.address
        create("Stores", *modules, GENESIS_TIMESTAMP, EPOCH_SECONDS, STALE_SECONDS)

    def _elect(self) -> None:
        """Ballots that approve of three of seven options, rankings of three candidates and their count, and wishes."""
        zone, create = self._elmcourt.body, self.deployments.create
        elections = at(self.chain, "IWholeElections", create("Elections").address)
        wishes = create("Wishes")
        options = [bytes([number]) * 32 for number in range(1, 8)]
        poll = (_LINE, options, [], 0, 2, 0, 0, 2 * DAY, 0)
        council = (_LINE, 2, 2, 0, DAY, 2 * DAY, 0, 0, 30 * DAY)
        wage = (_LINE, 0, 1, 101, 0, 1, 0, 30 * DAY)
        calls = [("openPoll", poll), ("openElection", council)]
        opened = [call_of(elections, function, terms) for function, terms in calls]
        self._enact("open a poll and an election", zone, *opened, call_of(wishes, "openParameter", wage))
        voters = PEOPLE[1:5]
        for position, person in enumerate(voters[:2]):
            kind = ("first", "further")[position]
            self._do(f"approve of three options, {kind}", elections, "vote", 1, 0b1011 << 1, by=person)
            self._do(f"wish, {kind}", wishes, "wish", zone.address, _LINE, 50, by=person)
        self._do("wish for something else", wishes, "wish", zone.address, _LINE, 51, by=voters[0])
        for person in voters:
            transact(elections, "stand", 2, by=person)
        just_before(self.chain, read(elections, "electionOf", 2).voteStart)
        for position, person in enumerate(voters):
            kind = ("first", "second", "further")[min(position, 2)]
            self._do(f"rank three candidates, {kind}", elections, "vote", 2, 0x030102, by=person)
        just_before(self.chain, read(elections, "electionOf", 2).voteEnd)
        found = count_stv([(2, 1, 3)] * len(voters), 4, 2)
        self._do("count four rankings", elections, "count", 2, found.words, [], [0x030102] * len(voters))

    # --- single steps ---

    def _note(self, label: str, receipt: Receipt | None) -> Receipt:
        assert receipt is not None
        self.steps[label] = receipt.gas_used
        return receipt

    def _do(self, label: str, contract: BoundContract, function: str, *args: Any, by: Person = ALICE) -> None:
        receipt = self._note(label, transact(contract, function, *args, by=by))
        if contract is self._post:
            bare = receipt.gas_used - 21_000 - calldata_gas(contract.encode(function, *args))
            self.steps[f"{label} (inner)"] = bare

    def _look_inside(self, label: str, executed: Receipt, caller: str, callee: str) -> None:
        self.steps[f"{label} (inner)"] = self._tracer.inner_gas(executed, caller, callee)

    def _propose(self, body: Body, votes: str | None, *calls: Call) -> Proposal:
        """Propose and vote; `votes` names the first two votes."""
        proposal = draft(body, *calls).make()
        proposal.open()
        for position, voter in enumerate(PEOPLE[1:4]):
            receipt = proposal.vote(FOR, voter)
            if votes is not None and position < 2:
                self._note(f"{votes}, {('first of its word', 'further')[position]}", receipt)
        return proposal

    def _enact(self, label: str, body: Body, *calls: Call, votes: str | None = None) -> Receipt:
        proposal = self._propose(body, votes, *calls)
        self._note(f"{label}: propose", proposal.receipt)
        proposal.close()
        self._note(f"{label}: queue", proposal.queue())
        proposal.wait_until_due()
        return self._note(f"{label}: execute", proposal.execute())

    def _found(self, name: str, parent: Body, persons: range) -> Body:
        begun = genesis([_members(persons)]) if persons else genesis()
        for nonce in count(1):
            plan = body_plan(name, begun.commitment, laws=_LAWS, caps=[(SPENDING, COIN, _LIMIT)], nonce=nonce)
            address = read(self._factory, "industryAddress", parent.address, plan_hash(plan))
            if 0 not in address_bytes(address):
                break
        label = f"found an industry with {len(persons)} members"
        self._enact(label, parent, parent.own("found", plan, list(begun.steps)))
        return Body(self.chain, address, PEOPLE[:6])

    def _payment(self, asset: str, amount: int) -> Call:
        return call_of(self._elmcourt.treasury, "pay", asset, PAYEE.address, amount, _LINE, _INVOICE)


def _members(persons: range) -> GenesisCall:
    """Admit these persons of the parent, a word of 256 at a time."""
    masks: dict[int, int] = {}
    for person in persons:
        masks[person >> 8] = masks.get(person >> 8, 0) | 1 << (person & 255)
    return own("admitWords", list(masks), list(masks.values()))
