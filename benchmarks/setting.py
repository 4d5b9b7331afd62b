"""What both sides of a comparison stand on: a fresh chain, people, one text for proposals, and gas by name.

A byte of calldata costs 16 gas, a zero byte 4. Hashes in calldata (ids of proposals, addresses made by CREATE2) have a
zero byte now and then, and would bring and take 12 gas with every edit of a comment in a contract. So plans and texts
are numbered until their hashes have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.support.bodies import Body, Call, Person, Proposal
from tests.support.chain import GAS_PRICE_WEI, artifact, at, interface
from tests.support.world import PEOPLE
from zonedao.chain.abi import checksum_address, encode, keccak
from zonedao.chain.binaries import find_anvil, find_ganache
from zonedao.chain.connection import Connection, connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP, Hardfork
from zonedao.chain.local import LocalNode
from zonedao.chain.receipts import Receipt
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account

__all__ = [
    "ALICE",
    "PAYEE",
    "PEOPLE",
    "Deployments",
    "Steps",
    "draft",
    "keys",
    "open_chain",
    "preferred_kind",
    "proposal_text",
]

ALICE = PEOPLE[0]  # proposes everything, and votes last
PAYEE = Person("payee", 0, dev_account(50))

Steps = dict[str, int]  # gas by name

_TEXT = """# Roof of the health post ({number:04})

Pays the workshop for timber and two days of work, as the health circle agreed in May.{more}

#proposer={proposer}"""
_MORE = " The offer and the minutes of the circle are in the archive."


class Deployments(dict[str, int]):
    """Gas of each deployment by the contract's name."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def create(self, name: str, *args: Any) -> BoundContract:
        """Deploy a contract and note what it cost."""
        declared = interface(name)
        code = bytes.fromhex(artifact(name).bytecode.removeprefix("0x")) + encode(declared.constructor, args)
        sender = Sender(self._connection, dev_account(0), gas_price_wei=GAS_PRICE_WEI)
        receipt: Receipt = sender.transact(None, code)
        self[name] = receipt.gas_used
        assert receipt.contract_address is not None
        return at(self._connection, name, receipt.contract_address)


def preferred_kind() -> str:
    """The kind of chain to measure on when nobody names one: a node if there is one."""
    if find_anvil() is not None:
        return "anvil"
    return "embedded" if find_ganache() is None else "ganache"


def open_chain(kind: str, hardfork: Hardfork = "shanghai") -> Connection:
    """A fresh chain of its own, with the fixed clock; never a node that runs already."""
    if kind == "embedded":
        return connect(kind, hardfork=hardfork)
    chosen: Any = kind
    node = LocalNode(chosen, genesis_timestamp=GENESIS_TIMESTAMP, hardfork=hardfork)
    return Connection(HttpTransport(node.url), kind=chosen, url=node.url, node=node, fixed_clock=True)


def proposal_text(number: int, length: int = 0) -> str:
    """The text of a measured proposal: a title, a sentence, and the mark of who may propose it (alice).

    `number` has up to four digits; with a `length` (bytes) the sentence is followed by as many more as that takes.
    """
    text = _TEXT.format(number=number, more="", proposer=ALICE.address.lower())
    more = max(length - len(text), 0)
    return _TEXT.format(number=number, more=(_MORE * (more // len(_MORE) + 1))[:more], proposer=ALICE.address.lower())


def draft(body: Body, *calls: Call, length: int = 0) -> Proposal:
    """A proposal of alice with the usual text, or a longer one, whose id has no zero byte."""
    for text in _texts(body, length):
        proposal = body.draft(*calls, by=ALICE, description=text)
        if 0 not in proposal.id.to_bytes(32, "big"):
            return proposal
    raise AssertionError("there is always another number")


def keys(first: int, number: int) -> list[str]:
    """Addresses that nobody has the keys of, without zero bytes; the same ones always."""
    hashes = (keccak(position.to_bytes(32, "big"))[:20] for position in count())
    whole = (address for address in hashes if 0 not in address)
    return [checksum_address(next(whole)) for _ in range(first + number)][first:]


def _texts(body: Body, length: int) -> Iterator[str]:
    # No text twice in a body, however many were tried before.
    first = int(body.read("proposalCount")) * 100
    return (proposal_text(first + number, length) for number in range(100))
