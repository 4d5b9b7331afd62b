"""Events of stores and trade posts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.phrases_treasury import papers
from zonedao.text import inline, read_label
from zonedao.trade.post import ListingState, TradePost

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _goods(at: Happening, args: Args) -> str:
    """A quantity of a good of the stores that speak."""
    return f"{args['quantity']} {at.speaker.good_of(at.event.address, args['good'])}"


def _orderer(at: Happening, number: int) -> str:
    zone = at.zone
    return at.person(zone.stores.order_at(number).person) if zone is not None else f"order {number}"


def _opened(at: Happening, args: Args) -> str:
    terms, speaker = args["terms"], at.speaker
    good = f"{terms.quantity} {speaker.good_of(_post(at).listing(args['listing']).stores, terms.good)}"
    return (
        f"Listing {args['listing']}: {speaker.who(args['seller'])} offers {good} at "
        f"{speaker.money(terms.asset, terms.unitPrice)} each until {speaker.when(terms.expiresAt)}."
    )


def _committed(at: Happening, args: Args) -> str:
    offer = _post(at).listing(args["listing"])
    good = f"{args['quantity']} {at.speaker.good_of(offer.stores, offer.good)}"
    price = at.speaker.money(offer.asset.address, args["amount"])
    return (
        f"Trade {args['trade']}: {at.speaker.who(args['buyer'])} buys {good} from {at.speaker.who(offer.seller)} for "
        f"{price}, to be shipped by {at.speaker.when(args['shipBy'])}."
    )


def _fulfilled(at: Happening, args: Args) -> str:
    trade = _post(at).trade(args["trade"])
    paid = at.speaker.money(trade.listing.asset.address, args["paid"])
    back = ""
    if args["refunded"]:
        refund = at.speaker.money(trade.listing.asset.address, args["refunded"])
        back = f", {refund} back to {at.speaker.who(trade.buyer)}"
    return (
        f"Trade {args['trade']} is settled at {args['quantity']} units: {paid} to {at.speaker.who(trade.seller)}{back}."
    )


def _refunded(at: Happening, args: Args) -> str:
    trade = _post(at).trade(args["trade"])
    back = at.speaker.money(trade.listing.asset.address, args["refunded"])
    return f"Trade {args['trade']} came to nothing: {back} go back to {at.speaker.who(trade.buyer)}."


def _post(at: Happening) -> TradePost:
    """The post that emitted the event; any zone will do to read it."""
    return TradePost(at.speaker.zones[-1], at.event.address)


def _keeper(at: Happening, side: str | None, index: int) -> str:
    """A keeper by the index in the register of their own side, which may be a zone that the speaker does not know."""
    body = at.speaker.body(side) if side is not None else None
    if body is not None:
        return at.speaker.person(index, body.zone)
    if side is None:
        return f"Keeper {index}"
    client = at.speaker.client
    register = client.bind("IWholeRegistry", str(client.bind("IWholeBody", side).call("registry")))
    key = register.call("person", index).key
    known = at.speaker.who(key)
    return known if known != key else f"Keeper {index} of {at.speaker.who(side)}"


def _shipped(at: Happening, args: Args) -> str:
    trade = _post(at).trade(args["trade"])
    return (
        f"{_keeper(at, trade.seller, args['keeper'])} shipped trade {args['trade']} under the document "
        f"{read_label(args['document'])}; both sides attest by {at.speaker.when(args['attestBy'])}."
    )


def _attested(at: Happening, args: Args) -> str:
    return (
        f"{_keeper(at, args['side'], args['keeper'])} attested for {at.speaker.who(args['side'])} that "
        f"{args['quantity']} units of trade {args['trade']} arrived."
    )


TELLINGS: Mapping[str, Telling] = {
    "GoodAdded": lambda at, a: (
        f"Good {a['good']} of {at.place} is “{inline(a['name'])}”: {a['safety']} are kept back, a person may order "
        f"{a['entitlement']} in an epoch."
    ),
    "GoodSet": lambda at, a: (
        f"Of {at.speaker.good_of(at.event.address, a['good'])} {a['safety']} are kept back, and a person may order "
        f"{a['entitlement']} in an epoch."
    ),
    "KeepersSet": lambda at, a: (
        f"The keepers of {at.place} are {', '.join(at.person(index) for index in a['persons'])} (panel {a['panel']})."
    ),
    "StockReported": lambda at, a: f"{at.person(a['keeper'])} counted {_goods(at, a)}{papers(a)}.",
    "Ordered": lambda at, a: (
        f"Order {a['order']}: {at.person(a['person'])} ordered {_goods(at, a)} until {at.speaker.when(a['due'])}."
    ),
    "Delivered": lambda at, a: (
        f"{at.person(a['keeper'])} handed {_goods(at, a)} to {_orderer(at, a['order'])} (order {a['order']})"
        f"{papers(a)}."
    ),
    "OrderLapsed": lambda at, a: f"Order {a['order']} ended with {_goods(at, a)} not delivered.",
    "ListedChanged": lambda at, a: (
        f"{a['listed']} of {at.speaker.good_of(at.event.address, a['good'])} are listed and {a['agreed']} are promised "
        "to others."
    ),
    "StockShipped": lambda at, a: f"{_goods(at, a)} left the stores (shipment {a['shipments']}).",
    "SurplusShort": lambda at, a: (
        f"{at.speaker.good_of(at.event.address, a['good'])}: {a['by']} are missing for what was promised and ordered."
    ),
    "ListingOpened": _opened,
    "ListingClosed": lambda at, a: (
        f"Listing {a['listing']} is {ListingState(a['state']).title}; {a['left']} units were left."
    ),
    "Funded": lambda at, a: (
        f"{at.speaker.money(a['asset'], a['amount'])} of {at.speaker.who(a['body'])} are in escrow for a purchase."
    ),
    "FundsReclaimed": lambda at, a: (
        f"{at.speaker.money(a['asset'], a['amount'])} of escrow that was not used are due to "
        f"{at.speaker.who(a['body'])} again."
    ),
    "CommitmentMade": _committed,
    "Shipped": _shipped,
    "Attested": _attested,
    "Fulfilled": _fulfilled,
    "Refunded": _refunded,
    "ProceedsWithdrawn": lambda at, a: (
        f"{at.speaker.money(a['asset'], a['amount'])} went to the account of {at.speaker.who(a['body'])} in its "
        "treasury."
    ),
}
