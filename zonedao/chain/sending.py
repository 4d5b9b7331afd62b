"""Sending: simulate, prepare, sign, record, broadcast, wait. Nothing is ever sent twice."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.broadcasting import broadcast
from zonedao.chain.fees import FeeCap, Fees, current_fees, require_funds
from zonedao.chain.following import Follower, Recovered, this_process
from zonedao.chain.impersonation import Impersonated
from zonedao.chain.journal import Entry, Journal
from zonedao.chain.numbers import next_nonce, taker_of
from zonedao.chain.receipts import Receipt, failure_of, receipt_of
from zonedao.chain.waiting import DEFAULT_TIMEOUT_SECONDS, OnConfirmation, Tick, wait_for_receipt
from zonedao.errors import (
    ContractRevert,
    InsufficientFunds,
    Interrupted,
    NodeProblem,
    Unconfirmed,
    WrongState,
)

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.signers import Signer

GAS_MARGIN_PPM = 250_000  # added to an estimate: state may change before the transaction is mined
# And at least so much: checkpoints of one second share a slot, so that a call estimated in the second of another one
# writes up to four slots more when it is mined later (EIP-2929: 22,100 instead of 5,000, and 2,900 for the length).
LEAST_MARGIN_GAS = 80_000
__all__ = ["DEFAULT_TIMEOUT_SECONDS", "OnConfirmation", "Prepared", "Recovered", "Sender", "Tick"]


@dataclass(frozen=True)
class Prepared:
    """A transaction ready to be signed.

    `to` is None when it creates a contract; `gas_limit` in gas; `fee_limit_wei` the most that the fee can be.
    `genesis`, `replaces` and `cancels` are those of `journal.Entry`.
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
    genesis: str = ""
    replaces: str = ""
    cancels: bool = False

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


class Sender:
    """Sends transactions of one signer on one chain.

    With a `journal` every signed transaction is on disk before it is broadcast, and `recover` finishes what an
    interrupted run left open. `gas_price_wei` fixes the price, so that the same steps cost the same everywhere;
    `fee_cap` is the most that it may be. `confirmations` are those that `wait` waits for: 1 is the block it is in.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer,
        journal: Journal | None = None,
        *,
        gas_price_wei: int | None = None,
        fee_cap: FeeCap | None = None,
        confirmations: int = 1,
    ) -> None:
        self.connection = connection
        self.signer = signer
        # Of what a node makes itself there are no bytes to be sent again.
        self.journal = None if isinstance(signer, Impersonated) else journal
        self.gas_price_wei = gas_price_wei
        self.fee_cap = fee_cap
        self.confirmations = confirmations

    @property
    def address(self) -> str:
        """Whose transactions these are."""
        return self.signer.address

    def require_able(self) -> None:
        """Raise WrongState where the signer cannot send on this chain."""
        if isinstance(self.signer, Impersonated):
            self.signer.require_allowed(self.connection)

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
        kept: bool = False,
    ) -> Prepared:
        """A transaction with number, gas limit and prices, checked to succeed now and to be payable.

        `nonce` and `gas_limit` are asked of the node unless given; giving the limit skips the check that it would
        succeed. With `kept` it is one to be kept in a file, whose number comes after those of others that are kept.
        Raises ContractRevert, InsufficientFunds, WrongState where prices are above the cap, and Unconfirmed when the
        very same transaction of an earlier run is still under way.
        """
        self._require_not_under_way(to, data, value_wei)
        if gas_limit is None:
            if value_wei:
                require_funds(self.connection, self.address, value_wei, 0)
            estimate = self.connection.estimate_gas(to, data, value_wei=value_wei, sender=self.address)
            margin = max(estimate * GAS_MARGIN_PPM // 1_000_000, LEAST_MARGIN_GAS if data else 0)
            gas_limit = max(estimate, min(estimate + margin, self.connection.block().gas_limit))
        prepared = Prepared(
            chain_id=self.connection.chain_id,
            sender=self.address,
            to=checksum_address(to) if to is not None else None,
            data=data,
            value_wei=value_wei,
            nonce=next_nonce(self.connection, self.address, self.journal, kept) if nonce is None else nonce,
            gas_limit=gas_limit,
            fees=self.fees(gas_limit),
            note=note,
            genesis=self._genesis(),
        )
        require_funds(self.connection, self.address, value_wei, prepared.fee_limit_wei)
        return prepared

    def fees(self, gas_limit: int) -> Fees:
        """What a transaction would pay now for each unit of gas. Raises WrongState where that is above the cap."""
        fees = Fees(self.gas_price_wei) if self.gas_price_wei is not None else current_fees(self.connection)
        return fees if self.fee_cap is None else self.fee_cap.applied(fees, gas_limit)

    def sign(self, prepared: Prepared) -> Entry:
        """The signed transaction as the journal takes it. Nothing is written or sent. Raises KeyProblem."""
        raw = self.signer.sign_transaction(prepared.fields())
        return Entry(
            chain_id=prepared.chain_id,
            sender=prepared.sender,
            nonce=prepared.nonce,
            hash="0x" + keccak(raw).hex(),
            raw="0x" + raw.hex(),
            to=prepared.to,
            value_wei=prepared.value_wei,
            data="0x" + prepared.data.hex(),
            note=prepared.note,
            signed_at=int(time.time()),
            genesis=prepared.genesis,
            replaces=prepared.replaces,
            cancels=prepared.cancels,
            owner=this_process(),
        )

    def send(self, prepared: Prepared) -> str:
        """Sign, record and broadcast; the transaction's hash. Raises what `submit` raises."""
        if isinstance(self.signer, Impersonated):
            return self.signer.send(self.connection, prepared.fields())
        return self.submit(self.sign(prepared))

    def submit(self, entry: Entry) -> str:
        """Record and broadcast what was signed; its hash.

        Raises InsufficientFunds, WrongState (its number was taken meanwhile), ContractRevert, NodeProblem: then nothing
        was sent. Raises Unconfirmed or Interrupted, with the hash, when it may have been.
        """
        if self.journal is not None:
            self.journal.begin(entry)
        try:
            broadcast(self.connection, entry.sender, entry.hash, entry.raw)
        except WrongState as problem:
            # A server that hands a request to several nodes may tell of the second what the first one did.
            if not self._is_taken_by_another(entry, said_used="too low" in problem.message.lower()):
                return entry.hash
            self._finish_refused(entry)
            raise
        except (InsufficientFunds, ContractRevert, NodeProblem):
            self._finish_refused(entry)
            raise
        except KeyboardInterrupt:
            raise _interrupted(entry.hash) from None
        return entry.hash

    def wait(
        self,
        tx_hash: str,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        on_tick: Tick | None = None,
        *,
        on_confirmation: OnConfirmation | None = None,
        settle: bool = True,
    ) -> Receipt:
        """The receipt, once there is one with as many confirmations as are wanted.

        `on_tick` is called with the seconds waited, several times a second, `on_confirmation` with the confirmations so
        far and those wanted. What the node forgets meanwhile is broadcast again. The receipt is that of another
        transaction where one took its number and does the same (see `replacing`). `timeout_seconds` are those without
        any progress. With `settle` the end is written into the journal; otherwise call `settle` when it was told.

        Raises ContractRevert (mined, and reverted), WrongState (another transaction took its number), WrongChain,
        Unconfirmed after the timeout, Interrupted on Ctrl-C.
        """
        try:
            receipt = wait_for_receipt(
                self.connection, self.journal, tx_hash, timeout_seconds, on_tick, self.confirmations, on_confirmation
            )
        except KeyboardInterrupt:
            raise _interrupted(tx_hash) from None
        if settle or not receipt.ok:
            self.settle(receipt)
        if not receipt.ok:
            raise self.explain_failure(receipt)
        return receipt

    def settle(self, receipt: Receipt) -> None:
        """Write down that a transaction was mined, and that nothing else with its number ever will be."""
        if self.journal is not None:
            Follower(self.connection, self.journal).settle_mined(receipt)

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
        """`look_up`, and everything that has an end is settled: for a caller who takes it from here."""
        found = self.look_up()
        for each in found:
            if not each.running:
                self.settle_found(each)
        return found

    def look_up(self) -> list[Recovered]:
        """What became of every transaction that an earlier run left open; what the node has lost is broadcast again.

        The same signed bytes are used, which a chain accepts once only. Raises NodeProblem.
        """
        if self.journal is None:
            return []
        with self.journal.lock():
            return Follower(self.connection, self.journal).look_up(self.address)

    def settle_found(self, found: Recovered) -> None:
        """Write down what `look_up` found, once whom it concerns was told."""
        if self.journal is not None:
            Follower(self.connection, self.journal).settle(found)

    def explain_failure(self, receipt: Receipt) -> ContractRevert:
        """Why a mined transaction reverted, as `failure_of` finds it."""
        return failure_of(self.connection, receipt)

    # --- inside ---

    def _require_not_under_way(self, to: str | None, data: bytes, value_wei: int) -> None:
        if self.journal is None:
            return
        follower = Follower(self.connection, self.journal)
        wanted = (checksum_address(to) if to is not None else None, "0x" + data.hex(), value_wei)
        for slot in self.journal.slots(self.connection.chain_id, self.address, self._genesis()):
            if all((entry.to, entry.data, entry.value_wei) != wanted for entry in slot):
                continue
            found = follower.follow(slot)
            if found.state in ("waiting", "resent") and found.entry.cancels:
                raise Unconfirmed(
                    f"The same is being canceled by {found.entry.hash}, and which of the two is mined is not decided. "
                    "Nothing more was sent. Run the command again when `zonedao tx list` shows neither.",
                    tx_hash=found.entry.hash,
                )
            if found.state in ("waiting", "resent"):
                raise Unconfirmed(
                    f"The same transaction is already under way as {found.entry.hash}, and was not sent again. "
                    "Wait until it is mined, then look at the result.",
                    tx_hash=found.entry.hash,
                )
            if not found.running:
                follower.settle(found)
            if found.state == "mined" and not found.entry.cancels and found.receipt is not None and found.receipt.ok:
                raise WrongState(
                    f"The same was sent by another run and mined meanwhile, as {found.entry.hash}, and was not sent "
                    "again. Look at the result; run the command once more only if you want it twice."
                )

    def _is_taken_by_another(self, entry: Entry, *, said_used: bool) -> bool:
        """Whether a transaction that was refused for its number is none that was mined with it. Raises Unconfirmed."""
        if self.receipt(entry.hash) is not None:
            return False
        used = self.connection.nonce(entry.sender, "latest") > entry.nonce
        if used and self.connection.is_local:
            return True
        if not used and not said_used:
            return True  # another one with the number waits, and is preferred
        taker = taker_of(self.connection, entry.sender, entry.nonce)
        if not taker:
            raise Unconfirmed(
                f"The node says that the number of transaction {entry.hash} is taken, and does not show by which one. "
                "Run the command again in a moment: it is looked up, and nothing will be sent twice.",
                tx_hash=entry.hash,
            )
        return taker != entry.hash

    def _finish_refused(self, entry: Entry) -> None:
        if self.journal is not None:
            self.journal.finish(entry.hash, "refused")

    def _genesis(self) -> str:
        return self.connection.genesis if self.journal is not None else ""


def _interrupted(tx_hash: str) -> Interrupted:
    return Interrupted(
        f"Stopped. Transaction {tx_hash} may be under way; run the command again to look it up. "
        "Nothing will be sent twice.",
        tx_hash=tx_hash,
    )
