"""Executing a plan: each transaction is sent only if the chain does not show its effect yet.

Nothing is remembered between runs that the chain does not remember better, so a run may be killed anywhere, resumed by
anybody, or overtaken by another one: what is there is not made again, and addresses are the same for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt, receipt_of
from zonedao.charter.plans import CodeAt, DeploymentPlan, Done, FundedFor, PlannedTransaction
from zonedao.errors import CodeMissing, ContractRevert, Interrupted, NodeProblem, NodeRefused, Unconfirmed, WrongState
from zonedao.federation.addresses import PROXY, PROXY_CREATOR

State = Literal["there", "sending", "mined"]

PRESIGNED_TIMEOUT_SECONDS = 300.0

_LAGGING_SECONDS = 15


@dataclass(frozen=True)
class Progress:
    """One transaction of a plan: `number` of `count`. It is `there` already, being sent, or mined in this run."""

    number: int
    count: int
    name: str
    state: State
    tx_hash: str = ""
    gas_used: int = 0


OnProgress = Callable[[Progress], None]


class Submitter(Protocol):
    """Sends transactions for whoever deploys."""

    def submit(self, transaction: PlannedTransaction) -> Receipt:
        """Send it, unless the same one is under way already, and wait for the receipt. Raises ContractRevert."""
        ...


@dataclass(frozen=True)
class Executed:
    """A transaction of the plan that this run sent."""

    name: str
    receipt: Receipt


def execute(
    connection: Connection, plan: DeploymentPlan, submitter: Submitter, on_progress: OnProgress | None = None
) -> tuple[Executed, ...]:
    """Bring the chain to what the plan describes; the transactions that it took.

    Raises WrongState for a zone whose birth was left unfinished for 30 days, NodeProblem, and what sending raises.
    """
    report = on_progress or (lambda progress: None)
    sent: list[Executed] = []
    for number, transaction in enumerate(plan.transactions, 1):
        progress = Progress(number, len(plan.transactions), transaction.name, "there")
        if is_done(connection, transaction.done):
            report(progress)
            continue
        report(replace(progress, state="sending"))
        receipt = _perform(connection, transaction, submitter)
        if receipt is None:
            report(progress)
            continue
        sent.append(Executed(transaction.name, receipt))
        report(replace(progress, state="mined", tx_hash=receipt.hash, gas_used=receipt.gas_used))
    return tuple(sent)


def remaining(connection: Connection, plan: DeploymentPlan) -> tuple[PlannedTransaction, ...]:
    """The transactions whose effect the chain does not show yet."""
    return tuple(transaction for transaction in plan.transactions if not is_done(connection, transaction.done))


def is_done(connection: Connection, done: Done) -> bool:
    """Whether the chain shows the effect of a transaction. Raises WrongState when it can never happen any more."""
    if isinstance(done, CodeAt):
        return bool(connection.code(done.address))
    if isinstance(done, FundedFor):
        return connection.balance(done.address) >= done.wei or bool(connection.code(done.creation))
    if not connection.code(done.body):
        return False
    pending, deadline = BoundContract(connection, "IBody", done.body).call("genesisPending")
    if "0x" + pending.hex() != done.commitments[0]:
        return not any(pending) or "0x" + pending.hex() in done.commitments
    if connection.now() > deadline:
        raise WrongState(
            f"The birth of {done.body} was not completed in 30 days: it is dead. "
            "Change the charter, if only a comment in it, and deploy anew: the zone then gets another address."
        )
    return False


def _perform(connection: Connection, transaction: PlannedTransaction, submitter: Submitter) -> Receipt | None:
    """The receipt; None when somebody else did the same in the meantime."""
    try:
        if transaction.kind == "presigned":
            receipt = _broadcast(connection, transaction)
        else:
            receipt = submitter.submit(transaction)
    except ContractRevert:
        if is_done(connection, transaction.done):
            return None
        raise
    if not _shows(connection, transaction.done):
        raise CodeMissing(
            f"{transaction.name}: mined as {receipt.hash}, but its effect is not there. "
            f"{connection.name} is not an EVM of 2023 or later; use another chain."
        )
    return receipt


def _shows(connection: Connection, done: Done) -> bool:
    """Whether the effect of a mined transaction is there; behind one address may be nodes that have not heard of it."""
    for _ in range(0 if connection.is_local else _LAGGING_SECONDS):
        if is_done(connection, done):
            return True
        time.sleep(1.0)
    return is_done(connection, done)


def _broadcast(connection: Connection, transaction: PlannedTransaction) -> Receipt:
    tx_hash = "0x" + keccak(transaction.data).hex()
    if (receipt := receipt_of(connection, tx_hash)) is not None:
        return receipt
    if connection.nonce(PROXY_CREATOR, "latest") > 0:
        raise NodeProblem(
            f"The deployment proxy can no longer be created on chain {connection.chain_id}: its one transaction was "
            "spent without effect. Use another chain."
        )
    try:
        connection.request("eth_sendRawTransaction", "0x" + transaction.data.hex())
    except NodeRefused as problem:
        if connection.request("eth_getTransactionByHash", tx_hash) is None:
            raise NodeProblem(
                f"The node refuses the transaction that creates the deployment proxy ({problem.reason}). It carries no "
                f"chain id, so that {PROXY} is the same on every chain, and some nodes take no such transaction. "
                "Use a node that allows unprotected transactions (geth: --rpc.allow-unprotected-txs) with --network "
                "URL, or ask for the proxy on this chain: github.com/Arachnid/deterministic-deployment-proxy."
            ) from problem
    deadline = time.monotonic() + PRESIGNED_TIMEOUT_SECONDS
    try:
        while (receipt := receipt_of(connection, tx_hash)) is None:
            if time.monotonic() > deadline:
                raise Unconfirmed(
                    f"Transaction {tx_hash}, which creates the deployment proxy at 100 gwei a gas, is not mined after "
                    f"{PRESIGNED_TIMEOUT_SECONDS:.0f} s. Run the command again when fees are below that.",
                    tx_hash=tx_hash,
                )
            time.sleep(0.02 if connection.is_local else 1.0)
    except KeyboardInterrupt:
        raise Interrupted(
            f"Stopped. Transaction {tx_hash}, which creates the deployment proxy, is under way. Run the command again: "
            "nothing will be sent twice.",
            tx_hash=tx_hash,
        ) from None
    return receipt
