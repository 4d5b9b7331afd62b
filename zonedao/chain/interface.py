"""The functions, events and errors that one JSON ABI declares, found by name, signature, selector or topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from zonedao.chain.abi import AbiType, MalformedData, decode, encode, keccak, tuple_of
from zonedao.errors import UsageProblem


@dataclass(frozen=True)
class Function:
    """One function: `signature` as in the ABI specification, `selector` its first four hash bytes."""

    name: str
    signature: str
    selector: bytes
    inputs: AbiType
    outputs: AbiType
    mutability: str

    def encode(self, args: Sequence[Any]) -> bytes:
        """Calldata for the arguments. Raises UsageProblem naming the function when they do not fit."""
        if len(args) != len(self.inputs.items):
            raise UsageProblem(f"{self.signature} takes {len(self.inputs.items)} arguments, not {len(args)}.")
        try:
            return self.selector + encode(self.inputs, args)
        except UsageProblem as problem:
            raise UsageProblem(f"{self.signature}: {problem.message}") from None

    def decode_output(self, data: bytes) -> Any:
        """One value, a named tuple of several, or None for a function that returns nothing."""
        values = decode(self.outputs, data)
        if not values:
            return None
        return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class EventType:
    """One event: `topic` is the hash of its signature, `indexed` tells which inputs are topics."""

    name: str
    signature: str
    topic: bytes
    inputs: AbiType
    indexed: tuple[bool, ...]

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """Arguments by name. An indexed value of dynamic type is its 32-byte hash, as the chain keeps no more."""
        members = list(zip(argument_names(self.inputs), self.inputs.items, self.indexed, strict=True))
        plain = AbiType(
            "tuple",
            0,
            tuple(kind for _, kind, indexed in members if not indexed),
            tuple(name for name, _, indexed in members if not indexed),
        )
        if len(topics) - 1 != sum(self.indexed):
            raise MalformedData(f"{self.signature} has {sum(self.indexed)} indexed values, the log {len(topics) - 1}")
        from_data = iter(decode(plain, data))
        from_topics = iter(topics[1:])
        args: dict[str, Any] = {}
        for name, kind, indexed in members:
            if not indexed:
                value = next(from_data)
            else:
                topic = next(from_topics)
                hashed = kind.dynamic or kind.kind in ("array", "tuple")
                value = topic if hashed else decode(kind, topic)
            args[name] = value
        return args

    def topics(self, wanted: Mapping[str, Any]) -> list[Any]:
        """The topic list of a log filter: values of indexed arguments by name, a list meaning any of them."""
        indexed = [name for name, is_topic in zip(self.inputs.names, self.indexed, strict=True) if is_topic]
        unknown = set(wanted) - set(indexed)
        if unknown:
            raise UsageProblem(
                f"{self.signature} cannot be filtered by {', '.join(sorted(unknown))}, only by {', '.join(indexed)}."
            )
        found: list[Any] = ["0x" + self.topic.hex()]
        for name, kind, is_topic in zip(self.inputs.names, self.inputs.items, self.indexed, strict=True):
            if not is_topic:
                continue
            value = wanted.get(name)
            if value is None:
                found.append(None)
            elif isinstance(value, (list, tuple, set, frozenset)):
                found.append(["0x" + _topic(kind, each).hex() for each in value])
            else:
                found.append("0x" + _topic(kind, value).hex())
        while found[-1] is None:
            found.pop()
        return found


@dataclass(frozen=True)
class ErrorType:
    """One custom error and the contract that declares it."""

    name: str
    signature: str
    selector: bytes
    inputs: AbiType
    contract: str

    def decode(self, data: bytes) -> dict[str, Any]:
        """Arguments by name from revert data without its selector."""
        values = decode(self.inputs, data)
        return dict(zip(argument_names(self.inputs), values, strict=True))


class Interface:
    """Everything one ABI declares. `name` is the contract's."""

    def __init__(self, name: str, abi: Sequence[Mapping[str, Any]]) -> None:
        self.name = name
        self.functions: dict[str, Function] = {}
        self.by_selector: dict[bytes, Function] = {}
        self.events: dict[bytes, EventType] = {}
        self.errors: dict[bytes, ErrorType] = {}
        self.constructor: AbiType = tuple_of(())
        for entry in abi:
            self._add(entry)

    def _add(self, entry: Mapping[str, Any]) -> None:
        inputs = tuple_of(entry.get("inputs", ()))
        kind = entry.get("type")
        name = str(entry.get("name", ""))
        signature = name + inputs.canonical
        if kind == "constructor":
            self.constructor = inputs
        elif kind == "function":
            mutability = str(entry.get("stateMutability", "nonpayable"))
            function = Function(
                name, signature, keccak(signature.encode())[:4], inputs, tuple_of(entry.get("outputs", ())), mutability
            )
            self.functions[signature] = function
            self.by_selector[function.selector] = function
        elif kind == "event" and not entry.get("anonymous"):
            indexed = tuple(bool(part.get("indexed")) for part in entry.get("inputs", ()))
            event = EventType(name, signature, keccak(signature.encode()), inputs, indexed)
            self.events[event.topic] = event
        elif kind == "error":
            error = ErrorType(name, signature, keccak(signature.encode())[:4], inputs, self.name)
            self.errors[error.selector] = error

    def function(self, wanted: str, argument_count: int | None = None) -> Function:
        """A function by signature, or by name where that (with the number of arguments) names one only.

        Raises UsageProblem listing the signatures when it names none or several.
        """
        if wanted in self.functions:
            return self.functions[wanted]
        overloads = [function for function in self.functions.values() if function.name == wanted]
        fitting = overloads
        if len(overloads) > 1 and argument_count is not None:
            fitting = [function for function in overloads if len(function.inputs.items) == argument_count]
        if len(fitting) == 1:
            return fitting[0]
        if not overloads:
            raise UsageProblem(f"{self.name} has no function {wanted}. Check its name in the reference.")
        raise UsageProblem(
            f"{self.name} has several functions {wanted}: name one of {', '.join(f.signature for f in overloads)}."
        )

    def event(self, wanted: str) -> EventType:
        """An event by signature or name. Raises UsageProblem when there is none or several."""
        found = [event for event in self.events.values() if wanted in (event.name, event.signature)]
        if len(found) != 1:
            raise UsageProblem(f"{self.name} has {'no' if not found else 'several'} events called {wanted}.")
        return found[0]


def argument_names(inputs: AbiType) -> list[str]:
    """The names of arguments; one without a name is called by its position, `_0`."""
    return [name or f"_{position}" for position, name in enumerate(inputs.names)]


@cache
def shipped(name: str) -> Interface:
    """The interface of a contract of the product. Raises NotFound."""
    from zonedao import artifacts

    return Interface(name, artifacts.load(name).abi)


def _topic(kind: AbiType, value: Any) -> bytes:
    if kind.kind in ("bytes", "string"):
        raw = value.encode() if isinstance(value, str) and kind.kind == "string" else value
        return keccak(bytes.fromhex(raw[2:]) if isinstance(raw, str) else bytes(raw))
    return encode(kind, value)
