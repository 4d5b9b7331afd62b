"""A zone as an index tells it: the same objects as on a node, over `IndexedChain`.

Whoever works with them asks for nothing else than with a node behind them, and is told NotTold where only a node knows.
Nothing can be sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from zonedao.chain.abi import AbiType, checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.chain.interface import EventType, argument_names
from zonedao.client import Client
from zonedao.governance.registry import Registry
from zonedao.governance.zone import Zone
from zonedao.index.chain import IndexedChain, NotTold
from zonedao.index.values import stored, value_of
from zonedao.treasury.assets import COIN, COIN_ADDRESS, Asset, shown_symbol

if TYPE_CHECKING:
    from zonedao.addressbook import AddressBook
    from zonedao.chain.connection import Block, BlockInfo, Connection
    from zonedao.chain.journal import Journal
    from zonedao.chain.signers import Signer
    from zonedao.governance.branches import Branch
    from zonedao.index.reading import Source
    from zonedao.todo import Todo


_LOG_BITS = 24  # a block has fewer events


class Shared(NamedTuple):
    """A contract that zones may share."""

    title: str
    interface: str


class Head(NamedTuple):
    """The last block that an index knows."""

    number: int
    hash: str
    timestamp: int


class IndexedContract(BoundContract):
    """A contract that tells and is asked through an index."""

    def __init__(self, chain: IndexedChain, name: str, address: str) -> None:
        super().__init__(cast("Connection", chain), name, address)
        self._chain = chain

    def call(
        self, function: str, *args: Any, block: Block | None = None, sender: str | None = None, value_wei: int = 0
    ) -> Any:
        """What the function would return at the present of the index. Raises NotTold."""
        if block is not None or sender is not None or value_wei:
            raise NotTold
        return self._chain.ask(self.name, self.address, function, args)

    def would_take(self, sender: str, function: str, *args: Any) -> bool:
        """Whether a call by somebody would succeed at the present of the index. Raises NotTold."""
        return self._chain.takes(self.name, self.address, sender, function, args)

    def logs(
        self, event: str | None = None, from_block: int = 0, to_block: int | None = None, **where: Any
    ) -> tuple[Event, ...]:
        """Past events, oldest first. Raises NotTold for those of contracts that the index does not keep."""
        return self.told(*([event] if event is not None else ()), from_block=from_block, to_block=to_block, **where)

    def told(self, *events: str, from_block: int = 0, to_block: int | None = None, **where: Any) -> tuple[Event, ...]:
        """Past events of some names, oldest first. Raises NotTold."""
        found = [
            each for kind in self._kinds(events) for each in self._rows(self._source, kind, from_block, to_block, where)
        ]
        return tuple(sorted(found, key=lambda each: (each.block_number, each.log_index)))

    def told_of(self, event: str, *arguments: str, from_block: int = 0) -> tuple[tuple[Any, ...], ...]:
        """What past events of one name have named in some arguments, each once. Raises NotTold."""
        from zonedao.index.schema import quoted

        source, kind = self._source, self.interface.event(event)
        wanted = [self._column(kind, name) for name in arguments]
        columns = ", ".join(quoted(column) for column, _ in wanted)
        query = f"SELECT {columns} FROM {self._table(source, kind)} WHERE source = ? AND block >= ? GROUP BY {columns} "
        rows = self._chain.database.execute(
            query + f"ORDER BY min(block << {_LOG_BITS} | log)", (source.id, from_block)
        )
        return tuple(tuple(value_of(type_, each) for (_, type_), each in zip(wanted, row, strict=True)) for row in rows)

    # --- inside ---

    @property
    def _source(self) -> Source:
        found = self._chain.source(self.address)
        if found is None:
            raise NotTold
        return found

    def _kinds(self, names: tuple[str, ...]) -> list[EventType]:
        return [self.interface.event(name) for name in names] or list(self.interface.events.values())

    def _table(self, source: Source, kind: EventType) -> str:
        from zonedao.index.schema import table_name

        return table_name(source.kind, kind)

    def _column(self, kind: EventType, argument: str) -> tuple[str, AbiType]:
        from zonedao.index.schema import columns_of

        names = argument_names(kind.inputs)
        column = columns_of(kind)[names.index(argument)]
        return column.name, column.type

    def _rows(
        self, source: Source, kind: EventType, first: int, last: int | None, where: Mapping[str, Any]
    ) -> Iterator[Event]:
        from zonedao.index.events import event_at
        from zonedao.index.schema import columns_of, quoted

        columns, names = columns_of(kind), argument_names(kind.inputs)
        conditions, values = ["told.source = ?", "told.block >= ?"], [source.id, first]
        if last is not None:
            conditions, values = [*conditions, "told.block <= ?"], [*values, last]
        for name, wanted in where.items():
            column, type_ = self._column(kind, name)
            several = list(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
            conditions.append(f"told.{quoted(column)} IN ({', '.join('?' * len(several))})")
            values += [stored(type_, each) for each in several]
        chosen = ", ".join(f"told.{quoted(column.name)}" for column in columns)
        query = f"SELECT told.block, told.log, told.tx, blocks.hash, {chosen} FROM {self._table(source, kind)} AS told "
        query += f"JOIN blocks ON blocks.number = told.block WHERE {' AND '.join(conditions)}"
        for block, log, tx, hash_, *row in self._chain.database.execute(query, values):
            args = {name: value_of(column.type, each) for name, column, each in zip(names, columns, row, strict=True)}
            yield event_at(self.name, kind, self.address, (block, log, tx, hash_), args)


class IndexedClient(Client):
    """A client that reads an index; `signer` is only who asks, and the `journal` is only read."""

    def __init__(
        self, chain: IndexedChain, signer: Signer | None, book: AddressBook, journal: Journal | None = None
    ) -> None:
        super().__init__(cast("Connection", chain), signer, journal=journal, book=book)
        self.chain = chain

    def bind(self, name: str, address: str) -> BoundContract:
        """A contract of the product at an address."""
        return IndexedContract(self.chain, name, address)

    def now(self) -> int:
        """The moment that stands for the present, unix seconds."""
        return self.chain.now

    def head(self) -> BlockInfo:
        """The last block that the index knows."""
        position = self.chain.position
        return cast("BlockInfo", Head(position.block, position.hash, position.time))

    def asset(self, address: str) -> Asset:
        """An asset by its address, zero for the chain's coin. Raises NotTold for a token that nobody deposited."""
        if address == COIN_ADDRESS:
            return COIN
        symbol, decimals, answers = self.chain.constant(address, "token")
        where = checksum_address(address)
        # Older indexes have it as the token said it.
        return Asset(where, shown_symbol(symbol, where), decimals, answers)

    def named_itself(self, address: str) -> str | None:
        """What a body of another zone calls itself, if the zone trades with it. Raises NotTold."""
        if self.chain.source(address) is not None or not self.chain.traded_with(address):
            return None
        named: list[str | None] = self.chain.constant(address, "name")
        return named[0]

    def good_of(self, stores: str, good: int) -> str | None:
        """The name of a good of any stores with which the zone has to do. Raises NotTold."""
        if self.chain.source(stores) is not None:
            return super().good_of(stores, good)
        named: list[str | None] = self.chain.constant(stores, f"good {good}")
        return named[0]

    def modules(self) -> Mapping[str, Shared]:
        """The contracts that zones may share."""
        listed = json.loads(self.chain.index.modules)
        return {address: Shared(*each) for address, each in listed.items()}


class IndexedRegistry(Registry):
    """A register that an index tells."""

    client: IndexedClient

    def held(self) -> dict[int, str]:
        """Everybody's key by index in small letters: to give thousands their capitals takes longer than all else."""
        from zonedao.index.members import keys

        return keys(self.client.chain.index)


class IndexedZone(Zone):
    """A zone whose bodies an index tells."""

    client: IndexedClient

    @cached_property
    def registry(self) -> Registry:
        """Its persons."""
        address = self.client.chain.only("registry").address
        return IndexedRegistry(self.client, address, self.deploy_block, self.called)

    def tree(self) -> Mapping[str, Branch]:
        """Every body by address, parents before children."""
        if not self._tree:
            self._tree = {
                checksum_address(address): replace(
                    branch,
                    address=checksum_address(address),
                    parent=checksum_address(branch.parent) if branch.parent is not None else None,
                    children=tuple(map(checksum_address, branch.children)),
                )
                for address, branch in self.client.chain.tree.items()
            }
        return self._tree

    def events_of_all(self, *names: str) -> tuple[Event, ...]:
        """Past events of these names of all its bodies, oldest first."""
        found = [event for body in self.bodies() for event in body.events(*names)]
        return tuple(sorted(found, key=lambda event: (event.block_number, event.log_index)))

    def todo(self, person: str | None = None) -> tuple[Todo, ...]:
        """What waits for somebody, as far as the index goes; nothing is done from here. Raises NotTold."""
        from zonedao.todo.reading import sources
        from zonedao.todo.reading.kept_votes import VotesKept
        from zonedao.todo.reading.sight import ZoneSight
        from zonedao.todo.rules import waiting

        address = self.client.require_address() if person is None else self.registry.address_of(person)
        sight = ZoneSight(self, address)
        return waiting(sources(sight, VotesKept(sight, self.client.chain)))


def zone_of(chain: IndexedChain, signer: Signer | None, book: AddressBook, journal: Journal | None = None) -> Zone:
    """The zone of an index, for somebody who reads."""
    client = IndexedClient(chain, signer, book, journal)
    zone = IndexedZone(client, chain.zone.address, chain.index.first_block, chain.called)
    client.speaker.meet(zone)
    return zone
