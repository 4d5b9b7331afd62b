"""A transaction in words: who sent what, what came of it, and why it was refused if it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event, decode_logs
from zonedao.chain.fees import ether
from zonedao.chain.interface import Interface
from zonedao.chain.receipts import Receipt, failure_of, read_receipt
from zonedao.errors import NotFound
from zonedao.explain.calls import Explained, explain_call
from zonedao.explain.events import event_in_words, is_worth_telling
from zonedao.explain.natspec import Notice, of_error, of_event, quoted
from zonedao.explain.reverts import Scene, reason
from zonedao.explain.speaker import begun
from zonedao.treasury.assets import COIN, COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker

State = Literal["waiting", "mined", "refused"]


@dataclass(frozen=True)
class Transaction:
    """A transaction in words.

    `call` is what it was to do, `sender` the address of who sent it; it is `waiting` until it is mined, or `refused`
    where a contract said no: `refusal` says why, without a full stop. `events` are sentences; `notices` are what the
    contracts themselves say of the call, the refusal and the events. `block` and `at` (unix seconds) are when it was
    mined and `fee_wei` what it cost, 0 while it waits. `lines` tell all of that.
    """

    hash: str
    sender: str
    call: Explained
    state: State
    refusal: str = ""
    events: tuple[str, ...] = ()
    block: int = 0
    at: int = 0
    fee_wei: int = 0
    notices: tuple[Notice, ...] = ()
    lines: tuple[str, ...] = ()


def transaction(speaker: Speaker, tx_hash: str) -> Transaction:
    """A transaction by its hash. Raises NotFound where the node knows none."""
    connection = speaker.client.connection
    found = connection.request("eth_getTransactionByHash", tx_hash)
    if found is None:
        raise NotFound(
            f"{connection.name} knows no transaction {tx_hash}. Check the hash and the network; one that was just sent "
            "may not have come there yet."
        )
    sender, call = checksum_address(found["from"]), _call(speaker, found)
    first, *inside = call.lines(documented=True)
    lines = [f"Sent by {speaker.who(sender)}: {first}.", *inside]
    lines += [f"WARNING: {warning}" for warning in call.all_warnings()]
    receipt = read_receipt(connection, tx_hash)
    if receipt is None:
        lines.append("It is not mined yet.")
        return Transaction(tx_hash, sender, call, "waiting", notices=call.notices(), lines=tuple(lines))
    at = connection.block(receipt.block).timestamp
    refusal, why = ("", None) if receipt.ok else _refusal(speaker, receipt)
    if not receipt.ok:
        lines.append(f"It was refused and changed nothing but the fee. {begun(refusal)}.")
        lines += quoted(why)
    events = _events(speaker, receipt)
    for sentence, notice in events:
        lines += [sentence, *quoted(notice)]
    lines.append(f"Block {receipt.block}, {speaker.when(at)}; fee {ether(receipt.fee_wei)}.")
    return Transaction(
        tx_hash,
        sender,
        call,
        "mined" if receipt.ok else "refused",
        refusal,
        tuple(sentence for sentence, _ in events),
        receipt.block,
        at,
        receipt.fee_wei,
        tuple(dict.fromkeys([*call.notices(), *filter(None, [why, *(notice for _, notice in events)])])),
        tuple(lines),
    )


def _call(speaker: Speaker, found: Mapping[str, Any]) -> Explained:
    data, value_wei = bytes.fromhex(found["input"].removeprefix("0x")), int(found.get("value") or "0x0", 16)
    if not found.get("to"):
        return Explained("put a contract on this chain")
    to = checksum_address(found["to"])
    if not data:
        return Explained(f"send {COIN.format(value_wei)} to {speaker.who(to)}")
    return explain_call(speaker, to, data)


def _refusal(speaker: Speaker, receipt: Receipt) -> tuple[str, Notice | None]:
    revert = failure_of(speaker.client.connection, receipt)
    return reason(Scene(speaker), revert), of_error(revert)


def _events(speaker: Speaker, receipt: Receipt) -> list[tuple[str, Notice | None]]:
    """What our events tell; where there are none, what tokens tell."""
    if receipt.events:
        told = filter(is_worth_telling, receipt.events)
        return [(event_in_words(speaker, event), of_event(event)) for event in told]
    return [(_moved(speaker, event), None) for event in decode_logs(receipt.logs, _token())]


def _moved(speaker: Speaker, event: Event) -> str:
    amount, *parties = (event.args["value"], *(event.args[name] for name in _PARTIES[event.name]))
    money, (first, second) = speaker.money(event.address, amount), map(speaker.who, parties)
    if event.name == "Approval":
        return begun(f"{second} may take {money} from {first}.")
    if COIN_ADDRESS in parties:
        made = parties[0] == COIN_ADDRESS
        return begun(f"{money} were {'made for' if made else 'ended by'} {second if made else first}.")
    return begun(f"{money} went from {first} to {second}.")


_PARTIES = {"Transfer": ("from", "to"), "Approval": ("owner", "spender")}


@cache
def _token() -> Interface:
    def event(name: str) -> dict[str, Any]:
        parties = [{"name": each, "type": "address", "indexed": True} for each in _PARTIES[name]]
        return {"type": "event", "name": name, "inputs": [*parties, {"name": "value", "type": "uint256"}]}

    return Interface("ERC20", [event(name) for name in _PARTIES])
