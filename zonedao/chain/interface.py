"""The functions, events and errors that one JSON ABI declares, found by name, signature, selector or topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, cast

from zonedao.chain.abi import AbiType, decode, encode, keccak, tuple_of
from zonedao.chain.decoding import MalformedData
from zonedao.errors import UsageProblem
from zonedao.records import record


@record
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


@record
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


@record
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
    """Everything one ABI declares. `name` is the contract's.

    Each kind of entry is read when it is first asked for: whoever wants one function of a large contract need not wait
    for all its events. `selectors` are those of its functions where they are known, 8 hex digits by signature.
    """

    def __init__(self, name: str, abi: Sequence[Mapping[str, Any]], selectors: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._abi = abi
        self._selectors = selectors or {}
        self._asked: dict[tuple[str, str], Sequence[Function | EventType]] = {}

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Its functions by signature."""
        return {each.signature: each for each in map(self._function, self._entries("function"))}

    @cached_property
    def by_selector(self) -> Mapping[bytes, Function]:
        """Its functions by selector."""
        return {function.selector: function for function in self.functions.values()}

    @cached_property
    def events(self) -> Mapping[bytes, EventType]:
        """Its events by topic, without anonymous ones."""
        return {each.topic: each for each in map(_event, self._entries("event"))}

    @cached_property
    def errors(self) -> Mapping[bytes, ErrorType]:
        """Its errors by selector."""
        found: dict[bytes, ErrorType] = {}
        for entry in self._entries("error"):
            name, inputs, signature = _declared(entry)
            selector = keccak(signature.encode())[:4]
            found[selector] = ErrorType(name, signature, selector, inputs, self.name)
        return found

    @cached_property
    def constructor(self) -> AbiType:
        """What its constructor takes."""
        return next((tuple_of(entry.get("inputs", ())) for entry in self._entries("constructor")), tuple_of(()))

    def function(self, wanted: str, argument_count: int | None = None) -> Function:
        """A function by signature, or by name where that (with the number of arguments) names one only.

        Raises UsageProblem listing the signatures when it names none or several.
        """
        found = self._named("function", wanted)
        fitting = found
        if len(found) > 1 and argument_count is not None:
            fitting = [each for each in found if len(each.inputs.items) == argument_count]
        if len(fitting) == 1:
            return cast("Function", fitting[0])
        if not found:
            raise UsageProblem(f"{self.name} has no function {wanted}. Check its name in the reference.")
        raise UsageProblem(
            f"{self.name} has several functions {wanted}: name one of {', '.join(each.signature for each in found)}."
        )

    def event(self, wanted: str) -> EventType:
        """An event by signature or name. Raises UsageProblem when there is none or several."""
        found = self._named("event", wanted)
        if len(found) != 1:
            raise UsageProblem(f"{self.name} has {'no' if not found else 'several'} events called {wanted}.")
        return cast("EventType", found[0])

    # --- inside ---

    def _named(self, kind: str, wanted: str) -> Sequence[Function | EventType]:
        """The functions or events of a name, or the one with a signature."""
        if (kind, wanted) not in self._asked:
            read: Callable[[Any], Function | EventType] = self._function if kind == "function" else _event
            name = wanted.partition("(")[0]
            found = [read(entry) for entry in self._entries(kind) if entry["name"] == name]
            self._asked[kind, wanted] = [each for each in found if wanted in (name, each.signature)]
        return self._asked[kind, wanted]

    def _function(self, entry: Mapping[str, Any]) -> Function:
        name, inputs, signature = _declared(entry)
        known = self._selectors.get(signature)
        selector = bytes.fromhex(known) if known is not None else keccak(signature.encode())[:4]
        mutability = str(entry.get("stateMutability", "nonpayable"))
        return Function(name, signature, selector, inputs, tuple_of(entry.get("outputs", ())), mutability)

    def _entries(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (entry for entry in self._abi if entry.get("type") == kind and not entry.get("anonymous"))


def _event(entry: Mapping[str, Any]) -> EventType:
    name, inputs, signature = _declared(entry)
    indexed = tuple(bool(part.get("indexed")) for part in entry.get("inputs", ()))
    return EventType(name, signature, keccak(signature.encode()), inputs, indexed)


def _declared(entry: Mapping[str, Any]) -> tuple[str, AbiType, str]:
    """The name, the arguments and the signature of an entry."""
    inputs = tuple_of(entry.get("inputs", ()))
    return str(entry["name"]), inputs, str(entry["name"]) + inputs.canonical


def argument_names(inputs: AbiType) -> list[str]:
    """The names of arguments; one without a name is called by its position, `_0`."""
    return [name or f"_{position}" for position, name in enumerate(inputs.names)]


@cache
def shipped(name: str) -> Interface:
    """The interface of a contract of the product. Raises NotFound."""
    from zonedao import artifacts

    artifact = artifacts.load(name)
    return Interface(name, artifact.abi, artifact.method_identifiers)


def _topic(kind: AbiType, value: Any) -> bytes:
    if kind.kind in ("bytes", "string"):
        raw = value.encode() if isinstance(value, str) and kind.kind == "string" else value
        return keccak(bytes.fromhex(raw[2:]) if isinstance(raw, str) else bytes(raw))
    return encode(kind, value)
