"""Replacing a transaction that waits: the same at a higher price, or nothing at all in its place.

Nodes take a second transaction with a number only if it offers clearly more than the first. Which of the two is mined
is then not ours to say: both stay in the journal, both are looked up, and the chain takes one of them at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.chain.fees import FeeCap, Fees, current_fees, gwei, require_funds
from zonedao.chain.following import Follower, Recovered
from zonedao.chain.raw import read_raw
from zonedao.chain.sending import Prepared
from zonedao.errors import UsageProblem, WrongState

if TYPE_CHECKING:
    from zonedao.chain.journal import Entry
    from zonedao.chain.sending import Sender

# Geth, Erigon, Nethermind, Besu and Anvil want a tenth more of both prices; an eighth is what the base fee may grow by
# in a block, and what some have wanted.
MORE_PPM = 125_000


def speed_up(sender: Sender, tx_hash: str) -> Prepared:
    """What does the same as a waiting transaction, at a higher price. Hold the journal's lock until it is sent.

    Raises UsageProblem, WrongState (it waits no more, or that is above the cap), InsufficientFunds, NodeProblem.
    """
    newest, fees = _waiting(sender, tx_hash)
    raw = read_raw(newest.raw)
    prepared = Prepared(
        chain_id=newest.chain_id,
        sender=newest.sender,
        to=newest.to,
        data=raw.data,
        value_wei=newest.value_wei,
        nonce=newest.nonce,
        gas_limit=raw.gas_limit,
        fees=_within(sender.fee_cap, fees, raw.gas_limit),
        note=newest.note,
        genesis=newest.genesis,
        replaces=newest.hash,
        cancels=newest.cancels,
    )
    require_funds(sender.connection, sender.address, prepared.value_wei, prepared.fee_limit_wei)
    return prepared


def cancel(sender: Sender, tx_hash: str) -> Prepared:
    """What does nothing, with the number of a waiting transaction, at a higher price. Hold the journal's lock.

    Raises UsageProblem, WrongState (it waits no more, is canceled already, or that is above the cap),
    InsufficientFunds, NodeProblem.
    """
    newest, fees = _waiting(sender, tx_hash)
    if newest.cancels:
        raise WrongState(f"It is being canceled already, by {newest.hash}. Speed that up instead, or wait.")
    gas_limit = sender.connection.estimate_gas(sender.address, b"", sender=sender.address)
    prepared = Prepared(
        chain_id=newest.chain_id,
        sender=newest.sender,
        to=sender.address,
        data=b"",
        value_wei=0,
        nonce=newest.nonce,
        gas_limit=gas_limit,
        fees=_within(sender.fee_cap, fees, gas_limit),
        note=f"cancel {newest.note}",
        genesis=newest.genesis,
        replaces=newest.hash,
        cancels=True,
    )
    require_funds(sender.connection, sender.address, 0, prepared.fee_limit_wei)
    return prepared


def _waiting(sender: Sender, tx_hash: str) -> tuple[Entry, Fees]:
    """The newest transaction with the number of one that waits, and what must be offered to take its place."""
    journal = sender.journal
    if journal is None:
        raise UsageProblem("What was sent without a journal cannot be replaced. Give the sender a journal.")
    slot = journal.slot_of(tx_hash)
    if not slot or slot[0].sender != sender.address or slot[0].chain_id != sender.connection.chain_id:
        raise UsageProblem(f"{sender.address} sent no {tx_hash} on this chain. `zonedao tx list` shows what was sent.")
    follower = Follower(sender.connection, journal)
    found = follower.follow(slot)
    if found.state not in ("waiting", "resent"):
        follower.settle(found)
        raise WrongState(f"{_ended(found)} There is nothing to replace. `zonedao tx list --all` shows what was sent.")
    # All that may still be mined is outbid, not the last alone.
    offered = [read_raw(entry.raw).fees for entry in found.slot]
    now = current_fees(sender.connection) if sender.gas_price_wei is None else Fees(sender.gas_price_wei)
    return found.slot[-1], _outbidding(offered, now)


def _ended(found: Recovered) -> str:
    if found.state == "mined" and found.receipt is not None:
        return f"“{found.entry.note}” was mined in block {found.receipt.block}, as {found.entry.hash}."
    if found.state == "replaced":
        return f"Another transaction took the number of {found.entry.hash}."
    return f"The node does not take {found.entry.hash} any more, and it was given up. {found.reason}"


def _outbidding(offered: list[Fees], now: Fees) -> Fees:
    most = max(now.max_wei, *(_more(each.max_wei) for each in offered))
    if all(each.tip_wei is None for each in offered):
        return Fees(most)
    # A price without a tip is all tip to a node that compares the two.
    tips = [_more(each.max_wei if each.tip_wei is None else each.tip_wei) for each in offered]
    return Fees(most, min(max(now.tip_wei or 0, *tips), most))


def _more(price_wei: int) -> int:
    return price_wei + price_wei * MORE_PPM // 1_000_000 + 1


def _within(cap: FeeCap | None, fees: Fees, gas_limit: int) -> Fees:
    """The same prices, which cannot be less. Raises WrongState where they are above the cap."""
    most = cap.of_gas(gas_limit) if cap is not None else None
    if most is not None and fees.max_wei > most:
        raise WrongState(
            f"To take its place {gwei(fees.max_wei)} must be offered for a unit of gas; your limit is {cap}. "
            "Nothing was sent. Wait for the first one, or give more with --max-fee."
        )
    return fees
