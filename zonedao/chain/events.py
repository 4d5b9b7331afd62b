"""Events: from raw logs to typed records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from types import MappingProxyType
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.decoding import MalformedData
from zonedao.chain.interface import EventType, Interface, shipped
from zonedao.records import record


@record
class Event:
    """One event as a contract emitted it.

    `contract` is the name of the contract or interface that declares it, `args` its arguments by name in the
    contract's units, `address` the emitter. `block_number` and `log_index` order events of one chain. `data` is what
    the arguments that are not indexed were decoded from.
    """

    contract: str
    name: str
    args: Mapping[str, Any]
    address: str
    block_number: int
    block_hash: str
    tx_hash: str
    log_index: int
    signature: str = field(default="", repr=False)
    data: bytes = field(default=b"", repr=False)


def decode_logs(logs: Iterable[Mapping[str, Any]], interface: Interface | None = None) -> tuple[Event, ...]:
    """The events among raw JSON-RPC logs, in their order.

    With an `interface` those that it declares, without one those that any shipped contract declares. Logs of other
    contracts are left out.
    """
    known = interface.events if interface is not None else _shipped_events()
    owners = dict.fromkeys(known, interface.name) if interface is not None else _shipped_owners()
    found: list[Event] = []
    for log in logs:
        topics = [bytes.fromhex(topic[2:]) for topic in log["topics"]]
        kind = known.get(topics[0]) if topics else None
        if kind is None:
            continue
        try:
            args = kind.decode(topics, bytes.fromhex(log["data"][2:]))
        except MalformedData:
            # Same signature, other indexed arguments: somebody else's event.
            continue
        found.append(
            Event(
                contract=owners[kind.topic],
                name=kind.name,
                args=MappingProxyType(args),
                address=checksum_address(log["address"]),
                block_number=int(log["blockNumber"], 16),
                block_hash=log["blockHash"],
                tx_hash=log["transactionHash"],
                log_index=int(log["logIndex"], 16),
                signature=kind.signature,
                data=bytes.fromhex(log["data"][2:]),
            )
        )
    return tuple(found)


@cache
def _shipped_events() -> Mapping[bytes, EventType]:
    return {event.topic: event for _, event in _all_shipped()}


@cache
def _shipped_owners() -> Mapping[bytes, str]:
    return {event.topic: name for name, event in _all_shipped()}


@cache
def _all_shipped() -> Sequence[tuple[str, EventType]]:
    from zonedao import artifacts

    # Contracts repeat the events of the interfaces they implement; the interface, coming last, is named.
    names = sorted(artifacts.names(), key=lambda name: (artifacts.load(name).kind == "interface", name))
    return [(name, event) for name in names for event in shipped(name).events.values()]
