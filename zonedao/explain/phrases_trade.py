"""Calls of stores and trade posts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.errors import ZonedaoError
from zonedao.explain.calls import Explained
from zonedao.explain.phrases_treasury import papers
from zonedao.text import inline, read_label
from zonedao.trade.post import Listing, Trade, TradePost

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]


# --- stores ---


def _order_words(setting: Setting, number: int) -> str:
    if setting.zone is None:
        return f"order {number}"
    order = setting.zone.stores.order_at(number)
    return f"order {number} of {setting.speaker.person(order.person, setting.zone)}"


def _deliver(setting: Setting, args: Args) -> str:
    what = f"{args['quantity']} units"
    if setting.zone is not None:
        order = setting.zone.stores.order_at(args["order"])
        what = setting.speaker.goods(order.good, args["quantity"], setting.zone)
    return f"record that {what} of {_order_words(setting, args['order'])} were handed over{papers(args)}"


def _keepers(setting: Setting, args: Args) -> str:
    people = ", ".join(setting.speaker.person(index, setting.zone) for index in args["persons"])
    return f"make these the keepers of {setting.place}: {people or 'nobody'}"


# --- the trade post ---


def _post(setting: Setting) -> TradePost | None:
    return TradePost(setting.zone, setting.target) if setting.zone is not None else None


def _listing(setting: Setting, number: int) -> Listing | None:
    post = _post(setting)
    try:
        return post.listing(number) if post is not None else None
    except ZonedaoError:
        return None


def _trade(setting: Setting, number: int) -> Trade | None:
    post = _post(setting)
    try:
        return post.trade(number) if post is not None else None
    except ZonedaoError:
        return None


def _list(setting: Setting, args: Args) -> str:
    terms, speaker = args["terms"], setting.speaker
    good = speaker.goods(terms.good, terms.quantity, setting.actor.zone if setting.actor else setting.zone)
    price = speaker.money(terms.asset, terms.unitPrice)
    return (
        f"offer {good} to other zones at {price} each until {speaker.when(terms.expiresAt)}, at least {terms.least} at "
        f"a time, to be shipped within {terms.shipHours} h and attested within {terms.attestHours} h"
    )


def _accept(setting: Setting, args: Args) -> Explained:
    speaker = setting.speaker
    until = speaker.when(args["deadline"])
    offer = _listing(setting, args["listing"])
    if offer is None:
        return Explained(
            f"buy {args['quantity']} units of listing {args['listing']} until {until}",
            warnings=("That listing cannot be read.",),
        )
    good = f"{args['quantity']} {speaker.good_of(offer.stores, offer.good)}"
    price = speaker.money(offer.asset.address, args["maxUnitPrice"])
    return Explained(
        f"buy {good} from {speaker.who(offer.seller)} (listing {args['listing']}) at {price} each at most, until "
        f"{until}"
    )


def _trade_words(setting: Setting, number: int) -> str:
    trade = _trade(setting, number)
    if trade is None:
        return f"trade {number}"
    speaker = setting.speaker
    good = f"{trade.quantity} {speaker.good_of(trade.listing.stores, trade.listing.good)}"
    return f"trade {number} ({good} from {speaker.who(trade.seller)} to {speaker.who(trade.buyer)})"


def _attest(setting: Setting, args: Args) -> str:
    speaker = setting.speaker
    return (
        f"attest for {speaker.who(args['side'])} that {args['quantity']} units of "
        f"{_trade_words(setting, args['trade'])} arrived under the document {read_label(args['document'])}"
    )


def _settle(setting: Setting, args: Args) -> str:
    trade = _trade(setting, args["trade"])
    words = _trade_words(setting, args["trade"])
    if trade is None:
        return f"settle {words}"
    if not trade.settles_at():
        return f"end {words}: {trade.price} go back to the buyer"
    unit, asset = trade.listing.unit_price.amount, trade.listing.asset
    paid = setting.speaker.money(asset.address, trade.settles_at() * unit)
    return f"settle {words} at {trade.settles_at()} units: {paid} go to the seller, the rest back"


def _due(setting: Setting, args: Args) -> str:
    due = int(setting.speaker.client.bind("ITradePost", setting.target).call("due", args["body"], args["asset"]))
    amount = setting.speaker.money(args["asset"], due)
    return f"send {amount} that are due to {setting.speaker.who(args['body'])} to its account in its own treasury"


def _units(setting: Setting, args: Args, verb: str) -> str:
    return f"{verb} {setting.speaker.goods(args['good'], args['quantity'], setting.zone)} in {setting.place}"


_STORES: Mapping[str, Phrase] = {
    "addGood": lambda s, a: (
        f"add the good “{inline(a['name'])}” to {s.place}: keep back {a['safety']}, "
        f"{a['entitlement']} a person and epoch"
    ),
    "setGood": lambda s, a: (
        f"keep back {a['safety']} of {s.speaker.good(a['good'], s.zone)} and let a person order {a['entitlement']} "
        "in an epoch"
    ),
    "setKeepers": _keepers,
    "report": lambda s, a: (
        f"report that {s.speaker.goods(a['good'], a['quantity'], s.zone)} are in {s.place}, counted after shipment "
        f"{a['shipments']}{papers(a)}"
    ),
    "deliver": _deliver,
    "order": lambda s, a: (
        f"order {s.speaker.goods(a['good'], a['quantity'], s.zone)} for yourself until {s.speaker.when(a['due'])}"
    ),
    "lapse": lambda s, a: f"end {_order_words(s, a['order'])}, whose day has passed",
    "list": lambda s, a: _units(s, a, "put up"),
    "unlist": lambda s, a: _units(s, a, "take back"),
    "agree": lambda s, a: _units(s, a, "promise"),
    "disagree": lambda s, a: _units(s, a, "give back"),
    "ship": lambda s, a: _units(s, a, "ship"),
}

_POST: Mapping[str, Phrase] = {
    "list": _list,
    "unlist": lambda s, a: f"take back what is left of listing {a['listing']}",
    "accept": _accept,
    "fund": lambda s, a: f"credit what arrived to a purchase of {s.speaker.who(a['body'])}",
    "ship": lambda s, a: (
        f"record that the goods of {_trade_words(s, a['trade'])} left under the document {read_label(a['document'])}"
    ),
    "attest": _attest,
    "settle": _settle,
    "expire": lambda s, a: f"end listing {a['listing']}, whose day has passed",
    "reclaim": lambda s, a: (
        f"give {s.speaker.who(a['body'])} back what it put into escrow for listing {a['listing']} and did not use"
    ),
    "reclaimStray": lambda s, a: f"give {s.speaker.who(a['body'])} back what no purchase took out of escrow in 30 days",
    "withdraw": _due,
}

PHRASES: Mapping[tuple[str, str], Phrase] = {
    **{("IStores", name): phrase for name, phrase in _STORES.items()},
    **{("ITradePost", name): phrase for name, phrase in _POST.items()},
}
