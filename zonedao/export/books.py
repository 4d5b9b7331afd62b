"""The economy of a zone as of one block: its events in ValueFlows words, beside what the chain states."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from zonedao.audit.bodies import BodyRecord, Persons, find_bodies, replay_persons
from zonedao.audit.chronicle import Chronicle, Progress, ReadLogs, in_order
from zonedao.audit.proposals import replay_proposals
from zonedao.audit.report import Inconsistent
from zonedao.audit.trade import trade_keys
from zonedao.errors import AuditFailed, NodeProblem, UsageProblem
from zonedao.export.flows_goods import GoodsFlows
from zonedao.export.flows_money import MoneyFlows
from zonedao.export.flows_trade import TradeFlows
from zonedao.export.jsonlines import ENTRIES, FORMAT, VERSION, Line
from zonedao.export.scribe import CONTEXT, Scribe
from zonedao.governance.calls import STORES_ROLE, TRADE_POST_ROLE, TREASURY_ROLE
from zonedao.text import printable
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.governance.zone import Zone

T = TypeVar("T")


class Books:
    """What a zone has, gave, took and promised, up to one block.

    Reads the chain when it is made. `lines` are JSON objects, the first of which says what they are; the same block
    gives the same lines. `progress` hears how far it is. Raises AuditFailed where the events contradict each other,
    NodeProblem when the chain was reorganised meanwhile, and UsageProblem for a block in which there was no zone, or
    that is not mined yet.
    """

    def __init__(
        self,
        zone: Zone,
        *,
        block: int | None = None,
        read_logs: ReadLogs | None = None,
        progress: Progress | None = None,
    ) -> None:
        connection = zone.connection
        head = connection.block("latest" if block is None else block)
        if not connection.code(zone.address, head.number):
            raise UsageProblem(f"There was no zone at {zone.address} in block {head.number} yet. Name a later one.")
        self.zone = zone
        self.block = head.number
        self._chronicle = Chronicle(connection, head.number, zone.deploy_block, read_logs, progress)
        try:
            found = self._write()
        except (Inconsistent, KeyError) as problem:
            raise AuditFailed(
                f"The events of {zone.name} contradict each other ({problem}). Find out where: zonedao audit."
            ) from None
        if connection.block(head.number).hash != head.hash:
            raise NodeProblem("The chain was reorganised while it was read. Export again.")
        first: Line = {
            "@context": CONTEXT,
            "@type": "zd:Books",
            "zd:format": FORMAT,
            "zd:version": VERSION,
            "zd:chain": f"eip155:{connection.chain_id}",
            "zd:zone": f"eip155:{connection.chain_id}:{zone.address}",
            "name": self._scribe.agents[self._scribe.account(zone.address)].get("name", ""),
            "zd:block": head.number,
            "zd:blockHash": head.hash,
            "created": self._scribe.time(head.timestamp),
            ENTRIES: self._entries,
        }
        self.lines: tuple[Line, ...] = (first, *found)

    def _write(self) -> tuple[Line, ...]:
        chronicle, zone = self._chronicle, self.zone
        client = zone.client
        everybody = find_bodies(chronicle, chronicle.bind("IWholeBody", zone.address), zone.factory.address)
        registry = str(chronicle.ask(everybody[0].contract, "registry"))
        persons = replay_persons(chronicle, chronicle.events("IWholeRegistry", [registry]))

        def person(index: int) -> str:
            return scribe.agent(persons.keys[index]) if index in persons.keys else scribe.account(zone.address)

        def person_of(address: str) -> str | None:
            index = persons.index_of(address)
            return f"{scribe.account(registry)}/person/{index}" if index else None

        self._scribe = scribe = Scribe(chronicle, zone.connection.chain_id, person_of)
        _introduce(scribe, everybody, persons)
        treasury, stores, post = (_module(everybody[0], each) for each in (TREASURY_ROLE, STORES_ROLE, TRADE_POST_ROLE))
        of_treasury = chronicle.events("ITreasury", [treasury] if treasury else [])
        of_stores = chronicle.events("IStores", [stores] if stores else [])
        # The post is older than the zone: it serves all zones of the chain.
        of_post = chronicle.events("ITradePost", [post] if post else [], first_block=0)
        addresses = {body.address for body in everybody}
        trades = TradeFlows(
            scribe, chronicle.bind("ITradePost", post) if post else None, addresses, client.asset, of_treasury, of_post
        )
        tellers: dict[str, Callable[[Event], None]] = {}
        self._entries = 0
        if treasury:
            self._entries = int(chronicle.ask(chronicle.bind("ITreasury", treasury), "entries"))
            tellers[treasury] = MoneyFlows(scribe, chronicle.bind("ITreasury", treasury), client.asset, trades).tell
        if stores:
            tellers[stores] = GoodsFlows(scribe, chronicle.bind("IStores", stores), zone.address, person, trades).tell
        if post:
            tellers[post] = trades.tell
            made = {body.address: replay_proposals(body, persons) for body in everybody}
        executions = [event for body in everybody for event in body.named("ProposalExecuted")] if post else []
        told = in_order([*of_treasury, *of_stores, *of_post, *executions])
        for done, event in enumerate(told):
            chronicle.reach(done, len(told))
            if event.name == "ProposalExecuted" and event.address in addresses:
                record = made[event.address].get(event.args["proposalId"])
                trades.executed(event.address, trade_keys(str(post), record) if record is not None else [])
            else:
                tellers[event.address](event)
        return tuple(scribe.lines())


def _introduce(scribe: Scribe, everybody: list[BodyRecord], persons: Persons) -> None:
    """Every body and every person, by number; what people are called is nobody else's business."""
    for body in everybody:
        born = body.named("BodyInitialized")
        line: Line = {"@type": "Organization", "@id": scribe.account(body.address)}
        if born:
            line["name"] = printable(born[0].args["name"])
        if body.parent is not None:
            line["zd:parent"] = scribe.account(body.parent)
        scribe.agents[line["@id"]] = line
    for index, key in persons.keys.items():
        name = scribe.agent(key)
        scribe.agents[name] = {"@type": "Person", "@id": name, "zd:person": index, "zd:key": scribe.account(key)}


def _module(zone: BodyRecord, role: int) -> str | None:
    listed = [event.args["module"] for event in zone.named("ModuleSet") if event.args["role"] == role]
    return str(listed[-1]) if listed and listed[-1] != COIN_ADDRESS else None
