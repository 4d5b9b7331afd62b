"""Deploying a zone with this package: plan in, zone out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.fees import FeeCap, Fees, current_fees, require_funds
from zonedao.chain.journal import Journal
from zonedao.chain.moments import first_block_at
from zonedao.chain.receipts import Receipt
from zonedao.chain.rpc import display_url
from zonedao.chain.sending import DEFAULT_TIMEOUT_SECONDS, Sender
from zonedao.chain.signers import Signer
from zonedao.charter.plans import DeploymentPlan, PlannedTransaction
from zonedao.errors import CodeMissing, ContractRevert, UsageProblem, WrongState
from zonedao.federation.addresses import VERIFIERS
from zonedao.federation.execution import Executed, OnProgress, Progress, execute, remaining
from zonedao.federation.modules import require_curve
from zonedao.federation.zonefile import ZoneFile
from zonedao.governance.calls import STORES_ROLE, TRADE_POST_ROLE

__all__ = ["Deployment", "Progress", "deploy", "describe", "require_chain"]


@dataclass(frozen=True)
class Deployment:
    """A zone that exists.

    `sent` are the transactions that this run sent, none when everything was there. `bodies` has addresses by path,
    `people` addresses by the names of the charter, `goods` the numbers of the goods by their names on chain.
    """

    zone: ZoneFile
    bodies: Mapping[str, str]
    people: Mapping[str, str]
    goods: Mapping[str, int]
    sent: tuple[Executed, ...]

    @property
    def gas_used(self) -> int:
        """Gas of all transactions of this run."""
        return sum(executed.receipt.gas_used for executed in self.sent)

    def to_json(self) -> dict[str, Any]:
        """Everything in JSON's types."""
        return {
            "zone": self.zone.to_json(),
            "bodies": dict(self.bodies),
            "people": dict(self.people),
            "goods": dict(self.goods),
            "sent": [{"name": each.name, "tx": each.receipt.hash, "gas": each.receipt.gas_used} for each in self.sent],
            "gas_total": self.gas_used,
        }


def deploy(
    connection: Connection,
    signer: Signer,
    plan: DeploymentPlan,
    on_progress: OnProgress | None = None,
    *,
    journal: Journal | None = None,
    gas_price_wei: int | None = None,
    fee_cap: FeeCap | None = None,
    confirmations: int = 1,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Deployment:
    """Found the zone of a plan, or finish what an earlier run or somebody else began; harmless when all is there.

    Every transaction is in the `journal` before it is broadcast: this user's own unless another is given; the
    embedded chain ends with the process and needs none. `timeout_seconds` bounds the wait for each transaction.

    Raises CodeMissing (this chain lacks what the charter relies on), InsufficientFunds (before anything is sent),
    WrongState (the zone's birth expired), NodeProblem, Unconfirmed, Interrupted.
    """
    if journal is None and connection.kind != "embedded":
        journal = Journal.default()
    sender = Sender(
        connection, signer, journal, gas_price_wei=gas_price_wei, fee_cap=fee_cap, confirmations=confirmations
    )
    submitter = _SenderSubmitter(sender, timeout_seconds)
    require_chain(connection, plan)
    submitter.finish_earlier()
    missing = remaining(connection, plan)
    if missing:
        fees = Fees(gas_price_wei) if gas_price_wei is not None else current_fees(connection)
        own = [transaction for transaction in missing if transaction.kind != "presigned"]
        value_wei = sum(transaction.value_wei for transaction in own)
        require_funds(connection, signer.address, value_wei, fees.max_wei * sum(each.gas for each in own))
    sent = execute(connection, plan, submitter, on_progress)
    return describe(connection, plan, sent)


def require_chain(connection: Connection, plan: DeploymentPlan) -> None:
    """Raise CodeMissing unless this chain has what the charter relies on: its tokens, and what its verifier runs on."""
    for curve, name in VERIFIERS.items():
        if name in plan.infrastructure:
            require_curve(connection, curve)
    for symbol, address in plan.tokens.items():
        if not connection.code(address):
            raise CodeMissing(
                f"There is no {symbol} at {address} on {connection.name} (chain {connection.chain_id}). Nothing was "
                "sent. Correct [assets] in the charter, or use the chain where the token is."
            )


def describe(connection: Connection, plan: DeploymentPlan, sent: tuple[Executed, ...] = ()) -> Deployment:
    """What a plan has brought about on a chain. Raises CodeMissing when it has not been executed there."""
    zone = BoundContract(connection, "IWholeBody", plan.zone.address)
    for body in plan.bodies:
        if not BoundContract(connection, "IWholeBody", body.address).call("live"):
            raise CodeMissing(f"{body.path} is not complete. Run the deployment again.")
    return Deployment(
        zone=ZoneFile(
            name=plan.name,
            chain_id=connection.chain_id,
            root=zone.address,
            registry=zone.call("registry"),
            treasury=zone.call("treasury"),
            stores=zone.call("module", STORES_ROLE),
            factory=zone.call("factory"),
            trade_post=zone.call("module", TRADE_POST_ROLE),
            deploy_block=_deploy_block(connection, plan, zone, sent),
            charter_hash=plan.charter_hash,
            build_hash=plan.build_hash,
            url=_public_url(connection),
        ),
        bodies={body.path: body.address for body in plan.bodies},
        people=plan.people,
        goods={name: number for number, name in enumerate(plan.goods, 1)},
        sent=sent,
    )


class _SenderSubmitter:
    """Sends by this package, with a journal."""

    def __init__(self, sender: Sender, timeout_seconds: float) -> None:
        self._sender = sender
        self._timeout_seconds = timeout_seconds

    def finish_earlier(self) -> None:
        """Wait for whatever an earlier run of this account left under way: it may be what this run would send."""
        for found in self._sender.recover():
            if found.state not in ("waiting", "resent", "dropped"):
                continue
            if found.entry.nonce > self._sender.connection.nonce(self._sender.address, "latest"):
                # Others must come first that nobody has: it is of a chain that was begun anew since.
                continue
            # What it did, or that it failed, is seen on the chain afterwards.
            with suppress(ContractRevert, WrongState):
                self._sender.wait(found.entry.hash, self._timeout_seconds)

    def submit(self, transaction: PlannedTransaction) -> Receipt:
        # An estimate runs a transaction several times: seconds in the embedded EVM, where failing costs nothing.
        embedded = self._sender.connection.kind == "embedded"
        return self._sender.transact(
            transaction.to,
            transaction.data,
            transaction.value_wei,
            gas_limit=transaction.gas * 5 // 4 if embedded else None,
            note=transaction.name,
            timeout_seconds=self._timeout_seconds,
        )


def _deploy_block(connection: Connection, plan: DeploymentPlan, zone: BoundContract, sent: tuple[Executed, ...]) -> int:
    """The block that created the zone: from this run's receipts, otherwise from the factory's log."""
    for executed in sent:
        if executed.receipt.to == plan.infrastructure["ZoneFactory"]:
            return executed.receipt.block
    factory = BoundContract(connection, "IZoneFactory", plan.infrastructure["ZoneFactory"])
    registry = BoundContract(connection, "IWholeRegistry", zone.call("registry"))
    first = first_block_at(connection, registry.call("person", 1).admittedAt)
    # Person 1 may have left and come back since, which is later than the birth: then the whole log is searched.
    for start in (first, 0):
        found = factory.logs("ZoneCreated", from_block=start, zone=zone.address)
        if found:
            return found[0].block_number
    raise UsageProblem(f"{zone.address} was not made by the factory {factory.address}. Check the plan.")


def _public_url(connection: Connection) -> str:
    """The node's address, unless it holds what may be a key of its user."""
    shown = display_url(connection.url) if connection.url else ""
    return shown if connection.url.rstrip("/") == shown else ""
