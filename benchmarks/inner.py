"""Gas of a call inside a transaction, exactly: what the called contract used up, before refunds.

Each kind of chain tells it in its own way: Anvil by `callTracer`, Ganache by the gas before and after every step, the
embedded chain by the tree of computations that py-evm leaves behind. The three agree to the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from zonedao.chain.connection import Connection
from zonedao.chain.evm import Evm
from zonedao.chain.receipts import Receipt

if TYPE_CHECKING:
    from eth.abc import ComputationAPI, ReceiptAPI, SignedTransactionAPI


@dataclass(frozen=True)
class Frame:
    """One call: on whose behalf, into whose account, and the gas it used up."""

    caller: str
    callee: str
    gas: int


class Tracer:
    """Looks into transactions. On the embedded chain it sees only those sent after it was made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._computations: dict[str, Any] = {}
        if connection.kind == "embedded":
            transport: Any = connection.transport
            self._remember(transport.evm)

    def inner_gas(self, receipt: Receipt, caller: str, callee: str) -> int:
        """Gas of the one call from `caller` to `callee` in a transaction, without what calling costs the caller."""
        pair = (caller.lower(), callee.lower())
        (found,) = [frame.gas for frame in self._frames(receipt) if (frame.caller, frame.callee) == pair]
        return found

    def _frames(self, receipt: Receipt) -> Iterator[Frame]:
        if self._connection.kind == "embedded":
            return _of_computation(self._computations[receipt.hash])
        if self._connection.kind == "anvil":
            trace = self._connection.request("debug_traceTransaction", receipt.hash, {"tracer": "callTracer"})
            return _of_call_trace(trace)
        options = {"disableMemory": True, "disableStorage": True}
        steps = self._connection.request("debug_traceTransaction", receipt.hash, options)["structLogs"]
        return _of_steps(steps, receipt)

    def _remember(self, evm: Evm) -> None:
        # py-evm forgets a computation once its transaction is in a block.
        apply = evm.apply

        def applied(transaction: SignedTransactionAPI) -> tuple[ReceiptAPI, ComputationAPI]:
            receipt, computation = apply(transaction)
            self._computations["0x" + transaction.hash.hex()] = computation
            return receipt, computation

        evm.apply = applied  # type: ignore[method-assign]


def _of_computation(computation: Any) -> Iterator[Frame]:
    for child in computation.children:
        message = child.msg
        yield Frame("0x" + message.sender.hex(), "0x" + message.storage_address.hex(), child.get_gas_used())
        yield from _of_computation(child)


def _of_call_trace(call: Mapping[str, Any]) -> Iterator[Frame]:
    for child in call.get("calls", ()):
        if child["type"] != "DELEGATECALL":
            yield Frame(child["from"].lower(), child["to"].lower(), int(child["gasUsed"], 16))
        yield from _of_call_trace(child)


def _of_steps(steps: list[Mapping[str, Any]], receipt: Receipt) -> Iterator[Frame]:
    assert receipt.to is not None
    accounts = [receipt.to.lower()]  # whose storage each open frame works on
    begun: list[int] = []
    for before, step in pairwise(steps):
        if step["depth"] > before["depth"]:
            target = "0x" + before["stack"][-2][-40:]
            accounts.append(accounts[-1] if before["op"] == "DELEGATECALL" else target.lower())
            begun.append(int(step["gas"], 16))
        elif step["depth"] < before["depth"]:
            callee = accounts.pop()
            # What ends a call (RETURN, STOP) costs nothing itself; the `gasCost` told for it is another number.
            yield Frame(accounts[-1], callee, begun.pop() - int(before["gas"], 16))


def calldata_gas(data: bytes) -> int:
    """Gas of a transaction's calldata (EIP-2028)."""
    return sum(16 if byte else 4 for byte in data)
