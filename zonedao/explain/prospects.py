"""What executing a proposal would do as things are now, before it is even made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zonedao.actions import plain
from zonedao.chain.abi import checksum_address
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert, NodeProblem, NotFound, UsageProblem
from zonedao.explain.reverts import Scene, reason
from zonedao.trade.post import ListingState

if TYPE_CHECKING:
    from zonedao.explain.effects import Effects
    from zonedao.explain.funds import Funds
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call

_WORD = 32  # bytes
# What only a running execution of a queued proposal has: that it is missing now says nothing.
_OF_AN_EXECUTION = ("NotExecuting", "NotReserved")


def prospects(body: Body, calls: Sequence[Call], seen: Effects | None, money: Sequence[Funds]) -> tuple[str, ...]:
    """Warnings about calls that would be refused if the body made them now, or lose what they pay, each a phrase
    without a full stop.

    `seen` is what a rehearsal of all calls found; without one only the first can be tried, because each may build on
    the one before it. `money` says whether theirs is there. Things change before a vote ends, so that this is a
    warning and no refusal.
    """
    known = (
        *(each.words for each in money if not each.there),
        *_beyond_what_is_offered(body, calls),
        *_to_what_was_dissolved(body, calls),
        *_to_itself(body, calls),
        *_to_keys_that_were_left(body, calls),
    )
    refused = _refused(body, calls[0]) if seen is None else (seen.refused,) * bool(seen.refused)
    # What is known says it better, and what has no money is refused for want of it.
    return known if known else tuple(f"as things are now, executing it would be refused: {why}" for why in refused)


def _beyond_what_is_offered(body: Body, calls: Sequence[Call]) -> Iterator[str]:
    """A purchase stands behind its escrow, so that it is never the first call."""
    post = body.zone.trade_post
    accept = shipped("ITradePost").function("accept").selector
    for call in calls if post is not None else ():
        if post is None or call.target != post.address or call.data[:4] != accept:
            continue
        try:
            _, args = post.contract.decode_call(call.data)
            offer = post.listing(args["listing"])
        except (NotFound, UsageProblem):
            continue
        name = f"listing {offer.number}"
        if offer.state is not ListingState.OPEN or offer.expires_at < body.client.now():
            yield f"{name} is over, so nothing can be bought from it"
        elif args["quantity"] > offer.left:
            yield f"{name} has {offer.left} units left, and {args['quantity']} are wanted. Buy less"
        elif args["quantity"] < min(offer.least, offer.left):
            yield f"{name} sells {min(offer.least, offer.left)} units at least at a time. Buy more"
        if args["maxUnitPrice"] < offer.unit_price.amount:
            yield f"{name} asks {offer.unit_price} each, which is more than would be paid. Offer that"


def _to_what_was_dissolved(body: Body, calls: Sequence[Call]) -> Iterator[str]:
    treasury = body.zone.treasury.contract
    for call in calls:
        if call.target != treasury.address:
            continue
        try:
            signature, args = treasury.decode_call(call.data)
        except UsageProblem:
            continue
        name = signature.split("(")[0]
        ended = body.client.speaker.body(args["to" if name == "pay" else "child"]) if name in ("pay", "allow") else None
        if ended is not None and ended.dissolution().dissolved_at:
            so = "what it is paid goes to the body above it" if name == "pay" else "it can draw nothing any more"
            yield f"{ended.path} was dissolved, and {so}"


def _payees(calls: Sequence[Call]) -> tuple[str, ...]:
    pay = shipped("ITreasury").function("pay").selector
    paid = (call.data[4 + _WORD : 4 + 2 * _WORD] for call in calls if call.data[:4] == pay)
    return tuple(dict.fromkeys(checksum_address("0x" + word[-20:].hex()) for word in paid if len(word) == _WORD))


def _to_itself(body: Body, calls: Sequence[Call]) -> tuple[str, ...]:
    paid = body.address in _payees(calls)
    return (f"{body.path} would pay itself: the money is collected back into the account it comes from",) * paid


def _to_keys_that_were_left(body: Body, calls: Sequence[Call]) -> Iterator[str]:
    """Names in an address book outlive keys, and what is paid to a lost or stolen key is lost or stolen as well."""
    registry = body.zone.registry
    for payee in _payees(calls):
        index = registry.retired_by(payee)
        if index:
            who = registry.person(index)
            yield (
                f"{payee} is a key that {body.client.speaker.person(index, body.zone)} has left; the money is for "
                f"whoever has it. Their key now is {who.key}"
            )


def _refused(body: Body, first: Call) -> tuple[str, ...]:
    try:
        body.client.connection.call(first.target, first.data, sender=body.address)
    except ContractRevert as revert:
        # An empty one may be a lack of gas, which an execution is given more of.
        if revert.name in (*_OF_AN_EXECUTION, "Empty"):
            return ()
        return (reason(Scene(body.client.speaker, plain(body.client, first.target, first.data, "")), revert),)
    except NodeProblem:
        # Some nodes let no contract ask.
        return ()
    return ()
