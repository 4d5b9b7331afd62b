"""Sending: simulate, prepare, sign, record, broadcast, wait. Nothing is ever sent twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.fees import Fees, current_fees, require_funds
from zonedao.chain.journal import Entry, Journal
from zonedao.chain.receipts import Receipt, receipt_of
from zonedao.chain.reverts import decode_revert, lacks_funds, revert_from
from zonedao.errors import (
    ContractRevert,
    InsufficientFunds,
    Interrupted,
    NodeProblem,
    NodeRefused,
    NodeUnreachable,
    Unconfirmed,
    WrongState,
)

if TYPE_CHECKING:
    from eth_typing import HexStr

    from zonedao.chain.connection import Connection
    from zonedao.chain.signers import Signer

GAS_MARGIN_PPM = 250_000  # added to an estimate: state may change before the transaction is mined
DEFAULT_TIMEOUT_SECONDS = 300.0

Tick = Callable[[float], None]


@dataclass(frozen=True)
class Prepared:
    """A transaction ready to be signed.

    `to` is None when it creates a contract; `gas_limit` in gas; `fee_limit_wei` the most that the fee can be.
    """

    chain_id: int
    sender: str
    to: str | None
    data: bytes = field(repr=False)
    value_wei: int
    nonce: int
    gas_limit: int
    fees: Fees
    note: str = ""

    @property
    def fee_limit_wei(self) -> int:
        """The most that the fee can be."""
        return self.gas_limit * self.fees.max_wei

    def fields(self) -> dict[str, Any]:
        """The transaction as signers take it."""
        transaction: dict[str, Any] = {
            "chainId": self.chain_id,
            "nonce": self.nonce,
            "gas": self.gas_limit,
            "value": self.value_wei,
            "data": self.data,
            **self.fees.fields(),
        }
        if self.to is not None:
            transaction["to"] = self.to
        return transaction


@dataclass(frozen=True)
class Recovered:
    """What became of a transaction of an earlier run.

    `state` is 'mined' (with its `receipt`), 'waiting' (the node has it), 'resent' (the node had lost it; the same
    signed bytes were broadcast again), or 'replaced' (another transaction took its number; it can never happen).
    """

    entry: Entry
    state: str
    receipt: Receipt | None = None


class Sender:
    """Sends transactions of one signer on one chain.

    With a `journal` every signed transaction is on disk before it is broadcast, and `recover` finishes what an
    interrupted run left open. `gas_price_wei` fixes the price, so that the same steps cost the same everywhere.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer,
        journal: Journal | None = None,
        *,
        gas_price_wei: int | None = None,
    ) -> None:
        self.connection = connection
        self.signer = signer
        self.journal = journal
        self.gas_price_wei = gas_price_wei

    @property
    def address(self) -> str:
        """Whose transactions these are."""
        return self.signer.address

    def simulate(self, to: str, data: bytes, value_wei: int = 0) -> bytes:
        """What the call would return if it were sent now. Raises ContractRevert."""
        return self.connection.call(to, data, value_wei=value_wei, sender=self.address)

    def prepare(
        self,
        to: str | None,
        data: bytes = b"",
        value_wei: int = 0,
        *,
        nonce: int | None = None,
        gas_limit: int | None = None,
        note: str = "",
    ) -> Prepared:
        """A transaction with number, gas limit and prices, checked to succeed now and to be payable.

        `nonce` and `gas_limit` are asked of the node unless given; giving the limit skips the check that it would
        succeed. Raises ContractRevert, InsufficientFunds, and Unconfirmed when the very same transaction of an
        earlier run is still under way.
        """
        self._require_not_under_way(to, data, value_wei)
        fees = Fees(self.gas_price_wei) if self.gas_price_wei is not None else current_fees(self.connection)
        if gas_limit is None:
            if value_wei:
                require_funds(self.connection, self.address, value_wei, 0)
            estimate = self.connection.estimate_gas(to, data, value_wei=value_wei, sender=self.address)
            with_margin = estimate + estimate * GAS_MARGIN_PPM // 1_000_000
            gas_limit = max(estimate, min(with_margin, self.connection.block().gas_limit))
        prepared = Prepared(
            chain_id=self.connection.chain_id,
            sender=self.address,
            to=checksum_address(to) if to is not None else None,
            data=data,
            value_wei=value_wei,
            nonce=self._next_nonce() if nonce is None else nonce,
            gas_limit=gas_limit,
            fees=fees,
            note=note,
        )
        require_funds(self.connection, self.address, value_wei, prepared.fee_limit_wei)
        return prepared

    def send(self, prepared: Prepared) -> str:
        """Sign, record and broadcast; the transaction's hash.

        Raises InsufficientFunds, WrongState (its number was taken meanwhile), NodeRefused: then nothing was sent.
        Raises Unconfirmed or Interrupted, with the hash, when it may have been.
        """
        raw = self.signer.sign_transaction(prepared.fields())
        tx_hash = "0x" + keccak(raw).hex()
        if self.journal is not None:
            self.journal.begin(
                Entry(
                    chain_id=prepared.chain_id,
                    sender=prepared.sender,
                    nonce=prepared.nonce,
                    hash=tx_hash,
                    raw="0x" + raw.hex(),
                    to=prepared.to,
                    value_wei=prepared.value_wei,
                    data="0x" + prepared.data.hex(),
                    note=prepared.note,
                    signed_at=int(time.time()),
                )
            )
        try:
            self._broadcast(tx_hash, "0x" + raw.hex())
        except NodeUnreachable as problem:
            raise Unconfirmed(
                f"The node went away while transaction {tx_hash} was being sent; it may have arrived. "
                "Run the command again when the node is back: nothing will be sent twice.",
                tx_hash=tx_hash,
            ) from problem
        except KeyboardInterrupt:
            raise _interrupted(tx_hash) from None
        return tx_hash

    def wait(
        self, tx_hash: str, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, on_tick: Tick | None = None
    ) -> Receipt:
        """The receipt, once there is one. `on_tick` is called with the seconds waited, several times a second.

        Raises ContractRevert (mined, and reverted), Unconfirmed after the timeout, Interrupted on Ctrl-C.
        """
        started = time.monotonic()
        pause = 0.002 if self.connection.is_local else 0.5
        last_problem = ""
        try:
            while True:
                try:
                    receipt = self.receipt(tx_hash)
                except NodeUnreachable as problem:
                    # It was sent; a node that is away for a moment does not change that.
                    receipt, last_problem = None, f" ({problem.message})"
                if receipt is not None:
                    break
                elapsed = time.monotonic() - started
                if elapsed >= timeout_seconds:
                    raise Unconfirmed(
                        f"Transaction {tx_hash} was sent but is not mined after {elapsed:.0f} s{last_problem}. "
                        "Run the command again later: it will be looked up, and nothing will be sent twice.",
                        tx_hash=tx_hash,
                    )
                if on_tick is not None:
                    on_tick(elapsed)
                time.sleep(min(pause, max(timeout_seconds - elapsed, 0.0)))
                pause = min(pause * 1.5, 0.25 if self.connection.is_local else 2.0)
        except KeyboardInterrupt:
            raise _interrupted(tx_hash) from None
        if self.journal is not None:
            self.journal.finish(tx_hash, "mined")
        if not receipt.ok:
            raise self.explain_failure(receipt)
        return receipt

    def transact(
        self,
        to: str | None,
        data: bytes = b"",
        value_wei: int = 0,
        *,
        nonce: int | None = None,
        gas_limit: int | None = None,
        note: str = "",
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        on_tick: Tick | None = None,
    ) -> Receipt:
        """`prepare`, `send` and `wait` in one."""
        if self.journal is None:
            prepared = self.prepare(to, data, value_wei, nonce=nonce, gas_limit=gas_limit, note=note)
            tx_hash = self.send(prepared)
        else:
            with self.journal.lock():
                prepared = self.prepare(to, data, value_wei, nonce=nonce, gas_limit=gas_limit, note=note)
                tx_hash = self.send(prepared)
        return self.wait(tx_hash, timeout_seconds, on_tick)

    def receipt(self, tx_hash: str) -> Receipt | None:
        """The receipt of a mined transaction, None before."""
        return receipt_of(self.connection, tx_hash)

    def recover(self) -> list[Recovered]:
        """Look up every transaction that an earlier run left open, and broadcast again what the node has lost.

        The same signed bytes are used, which a chain accepts once only. Raises NodeUnreachable.
        """
        if self.journal is None:
            return []
        found: list[Recovered] = []
        with self.journal.lock():
            for entry in self.journal.open_entries(self.connection.chain_id, self.address):
                found.append(self._recover(entry))
        return found

    def explain_failure(self, receipt: Receipt) -> ContractRevert:
        """Why a mined transaction reverted: the same call is run again at its block."""
        transaction = self.connection.request("eth_getTransactionByHash", receipt.hash)
        call = {key: transaction[key] for key in ("from", "to", "gas", "value", "input") if transaction.get(key)}
        call["data"] = call.pop("input", "0x")
        # The failed transaction changed no state, so its own block has both its time and what it saw, unless another
        # transaction of that block came after it; then the block before is the better witness.
        for block in (receipt.block, receipt.block - 1):
            try:
                self.connection.request("eth_call", call, hex(block))
            except NodeRefused as problem:
                revert = revert_from(problem, tx_hash=receipt.hash)
                if revert is not None:
                    return revert
        return decode_revert(b"", tx_hash=receipt.hash)

    # --- inside ---

    def _next_nonce(self) -> int:
        nonce = self.connection.nonce(self.address)
        if self.journal is not None:
            # A node that restarted has forgotten what waits; the journal has not.
            waiting = [entry.nonce for entry in self.journal.open_entries(self.connection.chain_id, self.address)]
            while nonce in waiting:
                nonce += 1
        return nonce

    def _require_not_under_way(self, to: str | None, data: bytes, value_wei: int) -> None:
        if self.journal is None:
            return
        target = checksum_address(to) if to is not None else None
        for entry in self.journal.open_entries(self.connection.chain_id, self.address):
            if (entry.to, entry.data, entry.value_wei) != (target, "0x" + data.hex(), value_wei):
                continue
            if self._recover(entry).state in ("waiting", "resent"):
                raise Unconfirmed(
                    f"The same transaction is already under way as {entry.hash}, and was not sent again. "
                    "Wait until it is mined, then look at the result.",
                    tx_hash=entry.hash,
                )

    def _recover(self, entry: Entry) -> Recovered:
        journal = self.journal
        assert journal is not None
        receipt = self.receipt(entry.hash)
        if receipt is not None:
            journal.finish(entry.hash, "mined")
            return Recovered(entry, "mined", receipt)
        if self.connection.request("eth_getTransactionByHash", entry.hash) is not None:
            return Recovered(entry, "waiting")
        if self.connection.nonce(entry.sender, "latest") > entry.nonce:
            journal.finish(entry.hash, "replaced")
            return Recovered(entry, "replaced")
        self._broadcast(entry.hash, entry.raw)
        return Recovered(entry, "resent")

    def _broadcast(self, tx_hash: str, raw: str) -> None:
        try:
            self.connection.w3.eth.send_raw_transaction(cast("HexStr", raw))
        except NodeRefused as problem:
            reason = problem.reason.lower()
            if any(word in reason for word in ("already known", "already imported", "known transaction")):
                return
            if self.connection.request("eth_getTransactionByHash", tx_hash) is not None:
                return
            if self.journal is not None:
                self.journal.finish(tx_hash, "refused")
            raise self._refusal(problem) from problem

    def _refusal(self, problem: NodeRefused) -> Exception:
        reason = problem.reason.lower()
        if lacks_funds(problem):
            return InsufficientFunds(
                f"{self.address} cannot pay for this: {problem.reason}. Nothing was sent. Put coins into it first.",
                address=self.address,
            )
        if "nonce" in reason or "replacement" in reason:
            return WrongState(
                f"Another transaction of {self.address} came between ({problem.reason}). Nothing was sent. "
                "Run the command again."
            )
        return revert_from(problem) or NodeProblem(f"{problem.message} Nothing was sent.")


def _interrupted(tx_hash: str) -> Interrupted:
    return Interrupted(
        f"Stopped. Transaction {tx_hash} may be under way; run the command again to look it up. "
        "Nothing will be sent twice.",
        tx_hash=tx_hash,
    )
