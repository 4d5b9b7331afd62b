"""A contract at an address: calls, calldata, events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address, decode
from zonedao.chain.decoding import MalformedData
from zonedao.chain.events import Event, decode_logs
from zonedao.chain.interface import Interface, argument_names, shipped
from zonedao.errors import CodeMissing, ContractRevert, NodeRefused, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.connection import Block, Connection
    from zonedao.chain.receipts import Receipt

_KINDS = {"Body": "zone or industry", "ERC20": "ERC-20 token", "ERC165": "ERC-165 contract"}
_INTERFACE = re.compile("I[A-Z]")
_WORD = re.compile("[A-Z][a-z0-9]*")


class BoundContract:
    """A contract of the product (by name) or any other (by its `Interface`) at an address on a chain.

    Functions are named by their name, or by full signature where several share it.
    """

    def __init__(self, connection: Connection, name: str | Interface, address: str) -> None:
        self.connection = connection
        self.name = name if isinstance(name, str) else name.name
        self.address = checksum_address(address)
        self._interface = name

    @cached_property
    def interface(self) -> Interface:
        """What can be asked of it."""
        return shipped(self._interface) if isinstance(self._interface, str) else self._interface

    @property
    def kind(self) -> str:
        """What members call such a contract, with its article: a trade post."""
        plain = self.name.removeprefix("IWhole")
        plain = plain[1:] if _INTERFACE.match(plain) else plain
        words = _KINDS.get(plain) or " ".join(_WORD.findall(plain)).lower()
        return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"

    def call(
        self, function: str, *args: Any, block: Block | None = None, sender: str | None = None, value_wei: int = 0
    ) -> Any:
        """What the function returns: one value, a named tuple of several, or None.

        Without a `block` it sees the time at which a transaction sent now would run. Raises ContractRevert, and
        CodeMissing when there is no such contract at the address.
        """
        kind = self.interface.function(function, len(args))
        data = self.connection.call(self.address, kind.encode(args), block=block, sender=sender, value_wei=value_wei)
        try:
            return kind.decode_output(data)
        except MalformedData as problem:
            if not data and not self.connection.code(self.address):
                raise CodeMissing(
                    f"There is no contract at {self.address} on {self.connection.name}, where {self.kind} should be. "
                    "Check the network and the zone's file."
                ) from None
            raise CodeMissing(
                f"The contract at {self.address} does not answer like {self.kind} ({kind.signature}: {problem}). "
                "Check the address."
            ) from None

    def encode(self, function: str, *args: Any) -> bytes:
        """Calldata of a call. Raises UsageProblem when the arguments do not fit."""
        return self.interface.function(function, len(args)).encode(args)

    def decode_call(self, data: bytes) -> tuple[str, Mapping[str, Any]]:
        """Signature and arguments by name of calldata for this contract. Raises UsageProblem for anything else."""
        return decode_call(self.interface, data)

    def events(self, source: Receipt | Iterable[Mapping[str, Any]], name: str | None = None) -> tuple[Event, ...]:
        """Events of this contract in a receipt or in raw logs, all or those called `name`."""
        logs: Any = getattr(source, "logs", source)
        own = [log for log in logs if checksum_address(log["address"]) == self.address]
        wanted = self.interface.event(name).signature if name is not None else None
        return tuple(event for event in decode_logs(own, self.interface) if wanted in (None, event.signature))

    def logs(
        self, event: str | None = None, from_block: int = 0, to_block: int | None = None, **where: Any
    ) -> tuple[Event, ...]:
        """Past events of this contract, oldest first.

        `event` by name or signature, None for all; `where` filters by indexed arguments, a list meaning any of its
        values; blocks are inclusive, to the last mined one by default.
        """
        if event is None and where:
            raise UsageProblem("Name the event whose arguments are filtered.")
        topics = self.interface.event(event).topics(where) if event is not None else []
        raw = fetch_logs(self.connection, [self.address], topics, from_block, to_block)
        return decode_logs(raw, self.interface)

    def would_take(self, sender: str, function: str, *args: Any) -> bool:
        """Whether a call by somebody would succeed now; nothing is sent."""
        try:
            self.call(function, *args, sender=sender)
        except ContractRevert:
            return False
        return True

    def told(self, *events: str, from_block: int = 0, to_block: int | None = None, **where: Any) -> tuple[Event, ...]:
        """Past events of this contract with these names (none: all), oldest first; `where` asks for those whose
        arguments have these values, which they must all have, indexed or not."""
        topics = [["0x" + self.interface.event(name).topic.hex() for name in events]] if events else []
        raw = fetch_logs(self.connection, [self.address], topics, from_block, to_block)
        found = decode_logs(raw, self.interface)
        return tuple(event for event in found if all(event.args[name] == value for name, value in where.items()))

    def told_of(self, event: str, *arguments: str, from_block: int = 0) -> tuple[tuple[Any, ...], ...]:
        """What past events of one name have named in some arguments, each once, in the order of the first."""
        events = self.logs(event, from_block)
        return tuple(dict.fromkeys(tuple(each.args[name] for name in arguments) for each in events))

    def __repr__(self) -> str:
        return f"{self.name}({self.address})"


def decode_call(interface: Interface, data: bytes) -> tuple[str, Mapping[str, Any]]:
    """Signature and arguments by name of calldata. Raises UsageProblem when the interface has no such call."""
    function = interface.by_selector.get(data[:4])
    if function is None:
        raise UsageProblem(f"{interface.name} has no function with selector 0x{data[:4].hex()}.")
    try:
        values = decode(function.inputs, data[4:])
    except MalformedData as problem:
        raise UsageProblem(f"The arguments of {function.signature} are malformed: {problem}.") from None
    return function.signature, dict(zip(argument_names(function.inputs), values, strict=True))


def fetch_logs(
    connection: Connection, addresses: list[str], topics: list[Any], from_block: int = 0, to_block: int | None = None
) -> list[dict[str, Any]]:
    """Raw logs of some contracts over any number of blocks (inclusive), oldest first.

    Asks for everything at once and, when the node refuses, for ever smaller ranges, growing again where it can.
    Raises NodeRefused when even one block is refused.
    """
    last = connection.block_number() if to_block is None else to_block
    first = from_block
    span = max(last - first + 1, 1)
    refused_span = 0
    found: list[dict[str, Any]] = []
    while first <= last:
        until = min(first + span - 1, last)
        wanted: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(until)}
        if addresses:
            wanted["address"] = addresses
        if topics:
            wanted["topics"] = topics
        try:
            found += connection.request("eth_getLogs", wanted)
        except NodeRefused:
            refused_span = until - first + 1
            if refused_span == 1:
                raise
            span = refused_span // 2
            continue
        first = until + 1
        # Close in on the node's limit from below, and stop trying once near it.
        if refused_span - span > span // 8:
            span += (refused_span - span) // 2
    return found
