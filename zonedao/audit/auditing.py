"""The audit: every figure of a zone rebuilt from events alone, and compared with the chain as of one block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from zonedao.audit import bodies, goods, money, proposals, trade
from zonedao.audit.chronicle import Chronicle, ReadLogs
from zonedao.audit.report import AuditReport, Check, Inconsistent
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.errors import NodeProblem
from zonedao.governance.calls import STORES_ROLE, TRADE_POST_ROLE, TREASURY_ROLE

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

T = TypeVar("T")


def audit(
    connection: Connection, zone: str, *, deploy_block: int = 0, read_logs: ReadLogs | None = None
) -> AuditReport:
    """Audit the zone at an address, as of the last block.

    `deploy_block` is the first block that can hold its events. `read_logs` is where events come from, the node by
    default. Nothing that this user keeps is read. Raises NodeProblem when the chain was reorganised meanwhile.
    """
    head = connection.block()
    chronicle = Chronicle(connection, head.number, deploy_block, read_logs)
    checks = _Audit(chronicle, checksum_address(zone)).run()
    if connection.block(head.number).hash != head.hash:
        raise NodeProblem("The chain was reorganised while it was audited. Run the audit again.")
    return AuditReport(checksum_address(zone), head.number, tuple(checks))


class _Audit:
    """One run. What cannot be rebuilt fails its check, and those that stand on it are left out."""

    def __init__(self, chronicle: Chronicle, zone: str) -> None:
        self.chronicle = chronicle
        self.zone = chronicle.bind("IWholeBody", zone)
        self.checks: list[Check] = []

    def run(self) -> list[Check]:
        """All checks, in the order in which they stand on each other."""
        chronicle = self.chronicle
        registry = chronicle.bind("IRegistry", chronicle.ask(self.zone, "registry"))
        factory = chronicle.bind("IZoneFactory", chronicle.ask(self.zone, "factory"))
        everybody = bodies.find_bodies(chronicle, self.zone, factory.address)
        persons = self._rebuild(
            "persons", lambda: bodies.replay_persons(chronicle, chronicle.events("IRegistry", [registry.address]))
        )
        self.checks.append(bodies.check_bodies(chronicle, everybody, registry.address, factory))
        if persons is None:
            return self.checks
        self.checks.append(bodies.check_persons(chronicle, registry, persons))
        if self._rebuild("members", lambda: sum(map(bodies.replay_members, everybody))) is not None:
            self.checks.append(bodies.check_members(chronicle, everybody, persons))
        self.checks.append(bodies.check_laws(chronicle, everybody))

        made = self._rebuild(
            "proposals", lambda: {body.address: proposals.replay_proposals(body, persons) for body in everybody}
        )
        if made is not None:
            every = [record for records in made.values() for record in records.values()]
            self.checks.append(proposals.check_proposals(chronicle, everybody, every))
            self.checks.append(proposals.check_tallies(chronicle, every))
        self._money(everybody, made)
        self._goods(everybody, persons)
        if made is not None:
            self._trade(everybody, made)
        return self.checks

    def _money(
        self, everybody: Sequence[bodies.BodyRecord], made: dict[str, dict[int, proposals.ProposalRecord]] | None
    ) -> None:
        chronicle = self.chronicle
        address = self._module(everybody, TREASURY_ROLE)
        if address is None:
            return
        treasury = chronicle.bind("ITreasury", address)
        parents = {body.address: body.parent for body in everybody}
        ledger = self._rebuild(
            "accounts",
            lambda: money.replay_treasury(chronicle, treasury, chronicle.events("ITreasury", [address]), parents),
        )
        if ledger is None:
            return
        self.checks.append(money.check_accounts(chronicle, treasury, ledger))
        self.checks.append(money.check_dues(chronicle, treasury, ledger))
        self.checks.append(money.check_allowances(chronicle, treasury, ledger))
        self.checks.append(money.check_vault(chronicle, treasury, ledger))
        if made is not None:
            released = {
                (body, record.number)
                for body, records in made.items()
                for record in records.values()
                if record.released
            }
            self.checks.append(money.check_releases(ledger, released))

    def _goods(self, everybody: Sequence[bodies.BodyRecord], persons: bodies.Persons) -> None:
        chronicle = self.chronicle
        address = self._module(everybody, STORES_ROLE)
        if address is None:
            return
        stores = chronicle.bind("IStores", address)
        shelf = self._rebuild(
            "goods", lambda: goods.replay_stores(chronicle, stores, chronicle.events("IStores", [address]))
        )
        if shelf is None:
            return
        self.checks.append(goods.check_goods(chronicle, stores, shelf))
        self.checks.append(goods.check_orders(chronicle, stores, shelf))
        self.checks.append(goods.check_keepers(chronicle, stores, shelf, sorted(persons.keys)))

    def _trade(
        self, everybody: Sequence[bodies.BodyRecord], made: dict[str, dict[int, proposals.ProposalRecord]]
    ) -> None:
        chronicle = self.chronicle
        address = self._module(everybody, TRADE_POST_ROLE)
        if address is None:
            return
        post: BoundContract = chronicle.bind("ITradePost", address)
        addresses = [body.address for body in everybody]
        executions = [event for body in everybody for event in body.named("ProposalExecuted")]
        # The post is older than the zone: it serves all zones of the chain.
        events = chronicle.events("ITradePost", [address], first_block=0)
        record = self._rebuild("trades", lambda: trade.replay_post(address, events, executions, made))
        if record is None:
            return
        self.checks.append(trade.check_trades(chronicle, post, record, addresses))
        self.checks.append(trade.check_escrow(chronicle, post, record, addresses))

    def _module(self, everybody: Sequence[bodies.BodyRecord], role: int) -> str | None:
        """The contract that the zone's events list under a role."""
        listed = [e.args["module"] for e in everybody[0].named("ModuleSet") if e.args["role"] == role]
        return str(listed[-1]) if listed else None

    def _rebuild(self, name: str, build: Callable[[], T]) -> T | None:
        """What `build` makes, or None and a failed check when the events contradict each other."""
        try:
            return build()
        except Inconsistent as problem:
            self.checks.append(Check(name, False, str(problem)))
        except (KeyError, ValueError, AttributeError) as problem:
            self.checks.append(Check(name, False, f"an event cannot be understood ({problem!r})"))
        return None
