"""Contracts beside a model of them: a step is taken in both, and everything is read in one call and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.support.bodies import attempt
from tests.support.rules import Refused
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.errors import ContractRevert

Problem = TypeVar("Problem", bound=Exception)


@dataclass(frozen=True)
class Fact:
    """One thing to read, and what the model says it is. `seen` makes the two comparable."""

    contract: BoundContract
    function: str
    args: tuple[Any, ...]
    said: Any
    seen: Callable[[Any], Any] = lambda value: value

    def __str__(self) -> str:
        shown = ", ".join(str(arg) for arg in self.args)
        return f"{self.contract.name} {self.contract.address[:8]} {self.function}({shown})"


class Reader:
    """Reads facts through a ManyReads. Most are read again after every step, so what was coded once is kept."""

    def __init__(self, many: BoundContract) -> None:
        self.many = many
        self._encoded: dict[tuple[str, str, tuple[Any, ...]], bytes] = {}
        self._selectors: dict[tuple[str, str], bytes] = {}
        self._answers: dict[tuple[str, str, bytes], Any] = {}

    def compare(self, facts: Iterable[Fact]) -> None:
        """Everything that the chain says is what the model says."""
        asked = list(facts)
        answers = attempt(self.many, "read", b"".join([self._call(fact) for fact in asked]))
        wrong, at = [], 0
        for fact in asked:
            begin, at = at + 2, at + 2 + int.from_bytes(answers[at : at + 2], "big")
            seen = fact.seen(self._decoded(fact, answers[begin:at]))
            if seen != fact.said:
                wrong.append(f"{fact}: the chain says {seen}, the rules say {fact.said}")
        assert not wrong, "\n".join(wrong)

    def _call(self, fact: Fact) -> bytes:
        """As ManyReads takes it: target, length, calldata."""
        data = self._calldata(fact)
        return bytes.fromhex(fact.contract.address[2:]) + len(data).to_bytes(2, "big") + data

    def _calldata(self, fact: Fact) -> bytes:
        key = (fact.contract.name, fact.function, fact.args)
        if key not in self._encoded:
            self._encoded[key] = self._encode(fact)
        return self._encoded[key]

    def _encode(self, fact: Fact) -> bytes:
        """As the client does it, or, where there are only numbers and addresses, twenty times as fast."""
        if not all(isinstance(arg, int) or _is_address(arg) for arg in fact.args):
            return fact.contract.encode(fact.function, *fact.args)
        kind = (fact.contract.name, fact.function)
        if kind not in self._selectors:
            self._selectors[kind] = fact.contract.interface.function(fact.function, len(fact.args)).selector
        numbers = (arg if isinstance(arg, int) else int(arg, 16) for arg in fact.args)
        return self._selectors[kind] + b"".join(number.to_bytes(32, "big") for number in numbers)

    def _decoded(self, fact: Fact, answer: bytes) -> Any:
        key = (fact.contract.name, fact.function, answer)
        if key not in self._answers:
            kind = fact.contract.interface.function(fact.function, len(fact.args))
            self._answers[key] = kind.decode_output(answer)
        return self._answers[key]


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith("0x") and len(value) == 42


def take(
    name: str, in_model: Callable[[], object], on_chain: Callable[[], Receipt], outcomes: Counter[str]
) -> Receipt | None:
    """Take a step in both; None when both refused it, for a reason that the rules know.

    `outcomes` counts what it led to: "vote" done, "vote: NotInElectorate" refused.
    """
    refused = _problem(Refused, in_model)
    receipts: list[Receipt] = []
    reverted = _problem(ContractRevert, lambda: receipts.append(on_chain()))
    if reverted is not None:
        assert refused is not None, f"{name}: the rules allow it, the chain says {reverted.message}"
        assert reverted.name in refused.names, f"{name}: {reverted.name}, where the rules say {refused}"
        outcomes[f"{name}: {reverted.name}"] += 1
        return None
    assert refused is None, f"{name}: the chain did what the rules forbid ({refused})"
    outcomes[name] += 1
    return receipts[0]


def _problem(kind: type[Problem], act: Callable[[], object]) -> Problem | None:
    """The exception of a kind that it ends with, or None."""
    try:
        act()
    except kind as problem:
        return problem
    return None
