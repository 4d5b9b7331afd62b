"""The audit: every figure of a zone rebuilt from events alone, and compared with the chain as of one block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from zonedao.audit import (
    activity,
    bodies,
    elections,
    goods,
    laws,
    money,
    oversight,
    petitions,
    proposals,
    register,
    trade,
)
from zonedao.audit.chronicle import Chronicle, Progress, ReadLogs, in_order
from zonedao.audit.decisions import Places, check_decisions
from zonedao.audit.report import AuditReport, Check, Inconsistent
from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event
from zonedao.errors import CodeMissing, ContractRevert, NodeProblem
from zonedao.governance.calls import ELECTIONS_ROLE, STORES_ROLE, TRADE_POST_ROLE, TREASURY_ROLE, WISHES_ROLE
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

T = TypeVar("T")
_CHECKS = 23  # that there may be; progress is measured by them
_PLACES = (TREASURY_ROLE, STORES_ROLE, TRADE_POST_ROLE, ELECTIONS_ROLE, WISHES_ROLE)  # as in Places
Made = Mapping[str, Mapping[int, proposals.ProposalRecord]]  # proposals by body and id


def audit(
    connection: Connection,
    zone: str,
    *,
    deploy_block: int = 0,
    read_logs: ReadLogs | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Audit the zone at an address, as of the last block.

    `deploy_block` is the first block that can hold its events. `read_logs` is where events come from, the node by
    default. Nothing that this user keeps is read. `progress` hears how far it is, check by check. Raises NodeProblem
    when the chain was reorganised meanwhile.
    """
    head = connection.block()
    checks = audit_as_of(
        connection, zone, head.number, deploy_block=deploy_block, read_logs=read_logs, progress=progress
    )
    if connection.block(head.number).hash != head.hash:
        raise NodeProblem("The chain was reorganised while it was audited. Run the audit again.")
    return AuditReport(checksum_address(zone), head.number, checks)


def audit_as_of(
    connection: Connection,
    zone: str,
    block: int,
    *,
    deploy_block: int = 0,
    read_logs: ReadLogs | None = None,
    progress: Progress | None = None,
) -> tuple[Check, ...]:
    """What `audit` compares, as of any block that the node still answers for. Raises NodeRefused where it does not."""
    chronicle = Chronicle(connection, block, deploy_block, read_logs, progress)
    try:
        return tuple(_Audit(chronicle, checksum_address(zone)).run())
    except Inconsistent as problem:
        return (Check("bodies", False, str(problem)),)


class _Audit:
    """One run. What cannot be rebuilt fails its check, and those that stand on it are left out."""

    def __init__(self, chronicle: Chronicle, zone: str) -> None:
        self.chronicle = chronicle
        self.zone = chronicle.bind("IWholeBody", zone)
        self.factory = chronicle.bind("IZoneFactory", chronicle.ask(self.zone, "factory"))
        self.everybody = bodies.find_bodies(chronicle, self.zone, self.factory.address)
        self.places = Places(*(self._module(role) for role in _PLACES))
        self.of_treasury = self._told("ITreasury", self.places.treasury)
        self.of_stores = self._told("IStores", self.places.stores)
        # The post is older than the zone: it serves all zones of the chain.
        self.of_post = self._told("ITradePost", self.places.post, first_block=0)
        self.of_elections = self._told("IWholeElections", self.places.elections)
        self.of_wishes = self._told("IWishes", self.places.wishes)
        self.checks: list[Check] = []

    def run(self) -> list[Check]:
        """All checks, in the order in which they stand on each other."""
        chronicle, everybody = self.chronicle, self.everybody
        registry = chronicle.bind("IWholeRegistry", chronicle.ask(self.zone, "registry"))
        self._done(bodies.check_bodies(chronicle, everybody, registry.address, self.factory))
        told = self._told("IWholeRegistry", registry.address)
        persons = self._rebuild("persons", lambda: bodies.replay_persons(chronicle, told))
        if persons is None:
            return self.checks
        self._done(bodies.check_persons(chronicle, registry, persons))
        shelves = self._rebuild("register", lambda: register.replay_register(chronicle, registry, told))
        if shelves is not None:
            self._done(register.check_register(chronicle, registry, shelves, persons))
        members = self._rebuild(
            "members", lambda: [bodies.replay_members(body, persons, chronicle) for body in everybody]
        )
        if members is not None:
            self._done(bodies.check_members(chronicle, everybody, persons))
        made = self._rebuild(
            "proposals", lambda: {body.address: proposals.replay_proposals(body, persons) for body in everybody}
        )
        if made is not None:
            every = [record for records in made.values() for record in records.values()]
            signed = self._rebuild(
                "petitions", lambda: {body.address: petitions.replay_petitions(chronicle, body) for body in everybody}
            )
            if signed is not None:
                self._done(petitions.check_petitions(chronicle, everybody, signed))
            stops = self._rebuild(
                "oversight",
                lambda: {body.address: oversight.replay_stops(chronicle, body, everybody) for body in everybody},
            )
            if stops is not None:
                self._done(oversight.check_stops(chronicle, everybody, stops))
                self._done(proposals.check_proposals(chronicle, everybody, every, stops))
            self._done(proposals.check_tallies(chronicle, every))
            quorums = self._rebuild(
                "activity",
                lambda: [activity.replay_activity(chronicle, body, made[body.address]) for body in everybody],
            )
            if quorums is not None:
                self._done(activity.check_activity(chronicle, quorums, made))
            self._decisions(made)
            self._laws(made)
        self._money(made)
        self._goods(persons)
        if made is not None:
            self._trade(made)
        self._elections()
        return self.checks

    def _decisions(self, made: Made) -> None:
        own = [event for body in self.everybody for event in body.events]
        everything = in_order(
            [*own, *self.of_treasury, *self.of_stores, *self.of_post, *self.of_elections, *self.of_wishes]
        )
        self._done(check_decisions(self.places, made, everything))

    def _laws(self, made: Made) -> None:
        chronicle = self.chronicle
        if self.places.treasury is None:
            return
        treasury = chronicle.bind("ITreasury", self.places.treasury)

        def replay() -> dict[str, laws.LawBook]:
            start, seconds = chronicle.ask(treasury, "epochStart"), chronicle.ask(treasury, "epochSeconds")
            epochs = laws.Epochs(treasury.address, start, seconds)
            return {
                body.address: laws.replay_laws(chronicle, body, made[body.address], epochs) for body in self.everybody
            }

        books = self._rebuild("laws and caps", replay)
        if books is not None:
            assets = {COIN_ADDRESS, *(event.args["asset"] for event in self.of_treasury)}
            self._done(laws.check_laws(chronicle, self.everybody, books, assets))

    def _money(self, made: Made | None) -> None:
        chronicle = self.chronicle
        if self.places.treasury is None:
            return
        treasury = chronicle.bind("ITreasury", self.places.treasury)
        ledger = self._rebuild(
            "accounts", lambda: money.replay_treasury(chronicle, treasury, self.of_treasury, self.everybody)
        )
        if ledger is None:
            return
        self._done(money.check_accounts(chronicle, treasury, ledger))
        self._done(money.check_dues(chronicle, treasury, ledger))
        self._done(money.check_allowances(chronicle, treasury, ledger))
        self._done(money.check_vault(chronicle, treasury, ledger))
        if made is not None:
            released = {
                (body, record.number)
                for body, records in made.items()
                for record in records.values()
                if record.released
            }
            self._done(money.check_releases(ledger, released))

    def _goods(self, persons: bodies.Persons) -> None:
        chronicle = self.chronicle
        if self.places.stores is None:
            return
        stores = chronicle.bind("IStores", self.places.stores)

        def replay() -> goods.Shelf:
            # Stores obey the post they were born with, whatever the zone lists today.
            post = str(chronicle.ask(stores, "tradePost"))
            told = self.of_post if post == self.places.post else self._told("ITradePost", post, first_block=0)
            return goods.replay_stores(chronicle, self.of_stores, goods.asked_by_post(self.zone.address, told))

        shelf = self._rebuild("goods", replay)
        if shelf is None:
            return
        self._done(goods.check_goods(chronicle, stores, shelf))
        self._done(goods.check_orders(chronicle, stores, shelf))
        self._done(goods.check_keepers(chronicle, stores, shelf, sorted(persons.keys)))

    def _trade(self, made: Made) -> None:
        chronicle = self.chronicle
        if self.places.post is None:
            return
        post = chronicle.bind("ITradePost", self.places.post)
        addresses = [body.address for body in self.everybody]
        executions = [event for body in self.everybody for event in body.named("ProposalExecuted")]
        record = self._rebuild(
            "trades", lambda: trade.replay_post(chronicle, post.address, self.of_post, executions, made)
        )
        if record is None:
            return
        self._done(trade.check_trades(chronicle, post, record, addresses))
        self._done(trade.check_escrow(chronicle, post, record, addresses))

    def _elections(self) -> None:
        """Only where the zone lists them. An earlier module that it listed is not looked at again."""
        bodies = [body.address for body in self.everybody]
        for name, address, told, check in (
            ("elections", self.places.elections, self.of_elections, elections.check_elections),
            ("wishes", self.places.wishes, self.of_wishes, elections.check_wishes),
        ):
            if address is not None:
                found = self._rebuild(name, partial(check, self.chronicle, address, told, bodies))
                if found is not None:
                    self._done(found)

    def _done(self, check: Check) -> None:
        self.checks.append(check)
        self.chronicle.reach(len(self.checks), _CHECKS)

    def _told(self, interface: str, address: str | None, first_block: int | None = None) -> list[Event]:
        """The events of one contract, none where there is no contract."""
        return self.chronicle.events(interface, [address] if address else [], first_block=first_block)

    def _module(self, role: int) -> str | None:
        """The contract that the zone's events list under a role."""
        listed = [event.args["module"] for event in self.everybody[0].named("ModuleSet") if event.args["role"] == role]
        return str(listed[-1]) if listed and listed[-1] != COIN_ADDRESS else None

    def _rebuild(self, name: str, build: Callable[[], T]) -> T | None:
        """What `build` makes, or None and a failed check when the events contradict each other."""
        try:
            return build()
        except Inconsistent as problem:
            self._done(Check(name, False, str(problem)))
        except (ContractRevert, CodeMissing) as problem:
            self._done(Check(name, False, f"the events name a contract that is not there: {problem.message}"))
        except (KeyError, ValueError) as problem:
            self._done(Check(name, False, f"an event tells of something that never was ({problem!r})"))
        return None
