"""What a member can do: an intention that is explained, simulated, prepared, sent and waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from zonedao.chain.waiting import DEFAULT_TIMEOUT_SECONDS
from zonedao.errors import ContractRevert
from zonedao.records import record

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.chain.receipts import Receipt
    from zonedao.chain.sending import OnConfirmation, Prepared, Tick
    from zonedao.client import Client
    from zonedao.explain.description import Description

T = TypeVar("T")


def _nothing(_: Receipt) -> None:
    return None


@record
class Outcome(Generic[T]):
    """A mined action: its `receipt` and the `value` it produced (a proposal, the number of an order, or None)."""

    receipt: Receipt
    value: T
    client: Client = field(repr=False)

    @property
    def events(self) -> tuple[Event, ...]:
        """Events of our contracts, in order."""
        return self.receipt.events

    def in_words(self) -> tuple[str, ...]:
        """The events as sentences."""
        from zonedao.explain.events import events_in_words

        with self.client.at_one_moment():
            return events_in_words(self.client.speaker, self.receipt.events)


@record
class Action(Generic[T]):
    """One transaction that somebody may want: `data` sent to `to` with `value_wei`.

    `meaning` says in a few words what it is. `first` are actions that must be mined before this one can succeed, such
    as the approval of a token; `transact` sends those too. `read` finds the value in the receipt.
    """

    client: Client = field(repr=False)
    to: str
    data: bytes = field(repr=False)
    meaning: str
    read: Callable[[Receipt], T] = field(repr=False)
    value_wei: int = 0
    first: tuple[Action[Any], ...] = ()

    def explain(self, *, fee: bool = False) -> Description:
        """What it does in words, with class, quorum and times where it is about a proposal.

        With `fee`, also what the transaction costs at most, which simulates it. Raises ContractRevert then.
        """
        from zonedao.explain.description import describe

        return describe(self, fee=fee)

    def simulate(self, sender: str | None = None) -> bytes:
        """What the call would return if it were sent now, by the signer or by `sender`. Raises ContractRevert."""
        who = sender or self.client.require_address()
        try:
            return self.client.connection.call(self.to, self.data, value_wei=self.value_wei, sender=who)
        except ContractRevert as revert:
            raise self._in_words(revert) from None

    def prepare(self, *, kept: bool = False) -> Prepared:
        """The transaction with number, gas limit and fee; with `kept` one that is signed now and sent later.

        Raises what `Sender.prepare` raises.
        """
        try:
            return self.client.sender.prepare(self.to, self.data, self.value_wei, note=self.meaning, kept=kept)
        except ContractRevert as revert:
            raise self._in_words(revert) from None

    def send(self, prepared: Prepared) -> str:
        """Sign, record and broadcast; the hash. See `Sender.send` for what is raised."""
        try:
            return self.client.sender.send(prepared)
        except ContractRevert as revert:
            raise self._in_words(revert) from None

    def wait(
        self,
        tx_hash: str,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        on_tick: Tick | None = None,
        *,
        on_confirmation: OnConfirmation | None = None,
        settle: bool = True,
    ) -> Outcome[T]:
        """The outcome once it is mined and has the confirmations wanted. `Sender.wait` says what is raised."""
        try:
            receipt = self.client.sender.wait(
                tx_hash,
                timeout_seconds,
                on_tick,
                on_confirmation=on_confirmation,
                settle=settle,
            )
        except ContractRevert as revert:
            raise self._in_words(revert) from None
        return Outcome(receipt, self.read(receipt), self.client)

    def transact(self, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, on_tick: Tick | None = None) -> Outcome[T]:
        """Send what must come first, then this, and wait for each. Raises what `prepare`, `send` and `wait` raise."""
        for action in self.first:
            action.transact(timeout_seconds=timeout_seconds, on_tick=on_tick)
        try:
            receipt = self.client.sender.transact(
                self.to,
                self.data,
                self.value_wei,
                note=self.meaning,
                timeout_seconds=timeout_seconds,
                on_tick=on_tick,
            )
        except ContractRevert as revert:
            raise self._in_words(revert) from None
        return Outcome(receipt, self.read(receipt), self.client)

    def _in_words(self, revert: ContractRevert) -> ContractRevert:
        from zonedao.explain.reverts import in_words

        return in_words(self.client.speaker, revert, self)


def plain(client: Client, to: str, data: bytes, meaning: str, *, value_wei: int = 0) -> Action[None]:
    """An action that produces nothing but its events."""
    return Action(client, to, data, meaning, _nothing, value_wei)
