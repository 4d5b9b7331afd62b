"""A treasury in ValueFlows words: accounts and dues, payments, what is reserved, what may be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zonedao.audit.report import Inconsistent
from zonedao.export.flows_trade import TradeFlows
from zonedao.export.scribe import Commitment, Scribe

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.chain.events import Event
    from zonedao.treasury.assets import Asset


class MoneyFlows:
    """Writes down the events of a treasury, one after the other."""

    def __init__(
        self, scribe: Scribe, treasury: BoundContract, read_asset: Callable[[str], Asset], trades: TradeFlows
    ) -> None:
        self.scribe = scribe
        self.treasury = treasury
        self.read_asset = read_asset
        self.trades = trades
        self._reserved: dict[tuple[Any, ...], list[Commitment]] = {}
        self._allowances: dict[tuple[str, str, str], str] = {}
        self._place = scribe.account(treasury.address)

    def tell(self, event: Event) -> None:
        """Write down one event."""
        apply = _APPLY.get(event.name)
        if apply is not None:
            apply(self, event, event.args)

    def account(self, body: str, asset: str) -> str:
        """The account of a body in an asset."""

        def state() -> dict[str, int]:
            found = self.scribe.chronicle.ask(self.treasury, "account", body, asset)
            return {"accountingQuantity": found.balance, "zd:reserved": found.reserved}

        name = f"{self._place}/account/{body}/{asset}"
        return self.scribe.resource(name, "account", self.scribe.agent(body), self.kind(asset), state)

    def due(self, payee: str, asset: str) -> str:
        """What a payee can collect."""

        def state() -> dict[str, int]:
            return {"accountingQuantity": self.scribe.chronicle.ask(self.treasury, "due", payee, asset)}

        name = f"{self._place}/due/{payee}/{asset}"
        return self.scribe.resource(name, "due", self.scribe.agent(payee), self.kind(asset), state)

    def kind(self, asset: str) -> str:
        """What an asset is called."""
        return self.scribe.asset(self.read_asset(asset))

    # --- one for each event of ITreasury ---

    def _deposited(self, event: Event, args: Any) -> None:
        body, asset = args["body"], args["asset"]
        account, kind, agent = self.account(body, asset), self.kind(asset), self.scribe.agent(body)
        proceeds = self.trades.proceeds_behind(event)
        if proceeds is None:
            giver = self.scribe.agent(args["from"])
            self.scribe.event(event, "transfer", args["amount"], kind, provider=giver, receiver=agent, target=account)
            return
        due = self.trades.due(body, asset)
        self.scribe.event(
            event, "move", args["amount"], kind, provider=agent, receiver=agent, source=due, target=account
        )
        self._lost(event, proceeds.args["amount"] - args["amount"], kind, agent, due)

    def _paid(self, event: Event, args: Any) -> None:
        asset, source = args["asset"], args["source"]
        self._spend(event, "transfer", args["to"], self.due(args["to"], asset), self.account(source, asset))

    def _escrowed(self, event: Event, args: Any) -> None:
        body, asset, source = args["body"], args["asset"], args["source"]
        funded = self.trades.funds_behind(event)
        escrow = self.trades.escrow(body, asset, bytes(args["tradeKey"])) if funded is not None else None
        self._spend(event, "move" if source == body else "transfer", body, escrow, self.account(source, asset))
        if funded is not None and escrow is not None:
            lost = args["amount"] - funded.args["amount"]
            self._lost(event, lost, self.kind(asset), self.scribe.agent(body), escrow)

    def _spend(self, event: Event, action: str, receiver: str, target: str | None, account: str) -> None:
        """What leaves an account was reserved: a part for each reservation that it comes from."""
        args, scribe = event.args, self.scribe
        left, kind = args["amount"], self.kind(args["asset"])
        for commitment in self._open(args):
            part = min(left, commitment.open)
            if part:
                left -= part
                scribe.event(
                    event, action, part, kind, provider=scribe.agent(args["source"]), receiver=scribe.agent(receiver),
                    source=account, target=target, fulfills=commitment,
                    decidedBy=scribe.agent(args["body"]), proposal=args["proposal"],
                )  # fmt: skip
        if left or not args["amount"]:
            scribe.event(
                event, action, left, kind, provider=scribe.agent(args["source"]), receiver=scribe.agent(receiver),
                source=account, target=target, decidedBy=scribe.agent(args["body"]), proposal=args["proposal"],
            )  # fmt: skip

    def _lost(self, event: Event, quantity: int, kind: str, agent: str, resource: str) -> None:
        """Less arrived than was sent: the token kept something for itself."""
        if quantity:
            self.scribe.event(event, "lower", quantity, kind, provider=agent, receiver=agent, source=resource)

    def _key(self, args: Any) -> tuple[Any, ...]:
        return args["body"], args["proposal"], args["asset"], args["source"]

    def _open(self, args: Any) -> list[Commitment]:
        return [each for each in self._reserved.get(self._key(args), ()) if each.open]

    def _set_aside(self, event: Event, args: Any) -> None:
        body, asset, source = args["body"], args["asset"], args["source"]
        name = f"{self._place}/reservation/{event.tx_hash}/{event.log_index}"
        commitment = self.scribe.commit(
            event, name, args["amount"], self.kind(asset), provider=self.scribe.agent(source), receiver=None,
            source=self.account(source, asset), decidedBy=self.scribe.agent(body), proposal=args["proposal"],
        )  # fmt: skip
        self._reserved.setdefault(self._key(args), []).append(commitment)

    def _released(self, event: Event, args: Any) -> None:
        left = args["amount"]
        for commitment in self._open(args):
            part = min(left, commitment.open)
            commitment.released += part
            left -= part
        if left:
            raise Inconsistent(f"proposal {args['proposal']} of {args['body']} released what it had not reserved")

    def _allowed(self, event: Event, args: Any) -> None:
        body, child, asset = args["body"], args["child"], args["asset"]
        self._allowances[body, child, asset] = self.scribe.note(
            event, "Agreement", f"{self._place}/allowance/{args['entry']}", name="allowance",
            grantor=self.scribe.agent(body), grantee=self.scribe.agent(child), source=self.scribe.agent(args["source"]),
            limit=self.scribe.measure(self.kind(asset), args["limit"]), untilEpoch=args["untilEpoch"],
            proposal=args["proposal"],
        )  # fmt: skip

    def _recalled(self, event: Event, args: Any) -> None:
        ended = self._allowances.get((args["body"], args["child"], args["asset"]))
        outstanding = self.scribe.measure(self.kind(args["asset"]), args["outstanding"])
        name = f"{self._place}/recall/{args['entry']}"
        self.scribe.note(
            event, "zd:Recall", name, ends=ended, grantor=self.scribe.agent(args["body"]),
            grantee=self.scribe.agent(args["child"]), outstanding=outstanding, proposal=args["proposal"],
        )  # fmt: skip

    def _withdrawn(self, event: Event, args: Any) -> None:
        agent, due = self.scribe.agent(args["payee"]), self.due(args["payee"], args["asset"])
        kind = self.kind(args["asset"])
        self.scribe.event(event, "move", args["amount"], kind, provider=agent, receiver=agent, source=due)

    def _collected(self, event: Event, args: Any) -> None:
        body, asset = args["body"], args["asset"]
        agent, due, account = self.scribe.agent(body), self.due(body, asset), self.account(body, asset)
        self.scribe.event(
            event, "move", args["amount"], self.kind(asset), provider=agent, receiver=agent, source=due, target=account
        )

    def _swept(self, event: Event, args: Any) -> None:
        body, heir, asset = args["body"], args["heir"], args["asset"]
        self.scribe.event(
            event, "transfer", args["amount"], self.kind(asset),
            provider=self.scribe.agent(body), receiver=self.scribe.agent(heir),
            source=self.account(body, asset), target=self.account(heir, asset),
        )  # fmt: skip


_APPLY = {
    "Deposited": MoneyFlows._deposited,
    "Paid": MoneyFlows._paid,
    "Escrowed": MoneyFlows._escrowed,
    "Reserved": MoneyFlows._set_aside,
    "Released": MoneyFlows._released,
    "Allowed": MoneyFlows._allowed,
    "Recalled": MoneyFlows._recalled,
    "Withdrawn": MoneyFlows._withdrawn,
    "Collected": MoneyFlows._collected,
    "Swept": MoneyFlows._swept,
}
