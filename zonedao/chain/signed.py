"""Transactions that were signed into a file and not sent: written, read, and checked before they are sent.

What a file says beside the signed bytes is for those who read it. What is checked, explained and sent is what the bytes
say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zonedao.chain.broadcasting import is_known
from zonedao.chain.fees import ether, gwei, require_funds
from zonedao.chain.following import this_process
from zonedao.chain.journal import Entry
from zonedao.chain.numbers import taker_of
from zonedao.chain.raw import RawTransaction, read_raw
from zonedao.chain.receipts import receipt_of
from zonedao.errors import KeyProblem, UsageProblem, WrongChain, WrongState
from zonedao.jsontext import parse_json
from zonedao.papers import paper_text, write_paper
from zonedao.text import printable

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.journal import Journal

FORMAT = "zonedao signed transaction 1"
_MOST_NOTE = 200  # characters


@dataclass(frozen=True)
class SignedFile:
    """A signed transaction out of a file: what its bytes say, and the entry that the journal gets when it is sent."""

    path: Path
    raw: RawTransaction
    entry: Entry

    def is_sent(self, connection: Connection) -> bool:
        """Whether the chain or the node's pool has it. Raises NodeProblem."""
        return receipt_of(connection, self.raw.hash) is not None or is_known(connection, self.raw.hash)

    def require_chain(self, connection: Connection) -> None:
        """Raise WrongChain unless a node serves the chain that this was signed for."""
        if connection.chain_id != self.raw.chain_id:
            raise WrongChain(
                f"{self.path} was signed for chain {self.raw.chain_id}, and {connection.name} serves chain "
                f"{connection.chain_id}. Nothing was sent. Name a node of that chain with --network."
            )
        if self.entry.genesis and connection.genesis and self.entry.genesis != connection.genesis:
            raise WrongChain(
                f"{self.path} was signed for another chain that has the id {self.raw.chain_id}, too: the one that "
                f"{connection.name} serves began anew. Nothing was sent. Sign it again for this one."
            )

    def require_valid(self, connection: Connection, journal: Journal) -> None:
        """Raise unless it could be mined now: its number is next, its price is enough, its sender can pay.

        Raises WrongState, InsufficientFunds, NodeProblem. Whether its call would succeed is not looked at.
        """
        raw = self.raw
        if connection.nonce(raw.sender, "latest") > raw.nonce:
            taker = taker_of(connection, raw.sender, raw.nonce)
            if taker != raw.hash:
                by = f" ({taker})" if taker else ""
                raise WrongState(
                    f"The number {raw.nonce} of {raw.sender} went to another transaction{by}, so that {self.path} can "
                    "never be mined. Nothing was sent. Sign it again if it is still wanted."
                )
        pending = connection.nonce(raw.sender)
        if pending > raw.nonce:
            raise WrongState(
                f"Another transaction with the number {raw.nonce} of {raw.sender} waits already. Nothing was sent. "
                "See `zonedao tx list`; sign this again when that is mined."
            )
        if pending < raw.nonce:
            self._missing(journal, pending)
        base_fee_wei = connection.block().base_fee_wei
        if base_fee_wei is not None and raw.fees.max_wei < base_fee_wei:
            raise WrongState(
                f"It offers {gwei(raw.fees.max_wei)} for a unit of gas, and the price is {gwei(base_fee_wei)} now. "
                "Nothing was sent. Wait until prices fall, or sign it again."
            )
        require_funds(connection, raw.sender, raw.value_wei, self.fee_limit_wei)

    @property
    def fee_limit_wei(self) -> int:
        """The most that its fee can be."""
        return self.raw.gas_limit * self.raw.fees.max_wei

    def _missing(self, journal: Journal, pending: int) -> NoReturn:
        raw = self.raw
        kept = [
            record.file
            for record in journal.records(raw.chain_id, raw.sender)
            if record.file and pending <= record.entry.nonce < raw.nonce
        ]
        first = f"Send {kept[0]} first" if kept else f"Send what has number {pending} first, or sign this again"
        raise WrongState(
            f"It has the number {raw.nonce}, and the next one of {raw.sender} is {pending}. Nothing was sent. {first}."
        )


class NoKey:
    """Somebody whose transactions are signed already, elsewhere."""

    def __init__(self, address: str) -> None:
        self._address = address

    @property
    def address(self) -> str:
        return self._address

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        raise KeyProblem(f"The key of {self._address} is not at hand. Sign it where the key is, with --sign-only FILE.")

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        raise KeyProblem(f"The key of {self._address} is not at hand. Sign it where the key is.")


def write_signed(path: Path, entry: Entry, explanation: Sequence[str] = ()) -> None:
    """Write a signed transaction to a file, which must not be there. Raises StorageProblem."""
    raw = read_raw(entry.raw)
    write_paper(
        path,
        {
            "format": FORMAT,
            "action": entry.note,
            "explanation": list(explanation),
            "chain_id": entry.chain_id,
            "genesis": entry.genesis,
            "sender": entry.sender,
            "number": entry.nonce,
            "to": entry.to,
            "value_wei": str(entry.value_wei),
            "gas_limit": raw.gas_limit,
            "fee_limit": ether(raw.gas_limit * raw.fees.max_wei),
            "signed_at": entry.signed_at,
            "tx": entry.hash,
            "raw": entry.raw,
        },
    )


def read_signed(path: Path) -> SignedFile:
    """The signed transaction in a file. Raises StorageProblem, UsageProblem where it does not hold together."""
    try:
        document = parse_json(paper_text(path))
        if document["format"] != FORMAT:
            raise ValueError("another format")
        raw_text, genesis, note = str(document["raw"]), str(document["genesis"]), str(document["action"])
        signed_at = int(document["signed_at"])
    except (ValueError, TypeError, KeyError) as problem:
        raise UsageProblem(
            f"{path} holds no transaction that was signed with --sign-only. Check its path."
        ) from problem
    raw = read_raw(raw_text)
    said = {
        "tx": raw.hash,
        "chain_id": raw.chain_id,
        "sender": raw.sender,
        "number": raw.nonce,
        "to": raw.to,
        "value_wei": str(raw.value_wei),
    }
    wrong = [key for key, value in said.items() if document.get(key) != value]
    if wrong:
        raise UsageProblem(
            f"{path} was changed: its {', '.join(wrong)} is not what was signed. Sign it again, and trust none of it."
        )
    entry = Entry(
        chain_id=raw.chain_id,
        sender=raw.sender,
        nonce=raw.nonce,
        hash=raw.hash,
        raw="0x" + raw_text.removeprefix("0x").lower(),
        to=raw.to,
        value_wei=raw.value_wei,
        data="0x" + raw.data.hex(),
        note=printable(note)[:_MOST_NOTE],
        signed_at=signed_at,
        genesis=genesis,
        owner=this_process(),
    )
    return SignedFile(path, raw, entry)
