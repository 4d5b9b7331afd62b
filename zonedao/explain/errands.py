"""What a person's own transactions change, beyond what their sentence says already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.explain.phrases_elections import approved, chosen, said
from zonedao.explain.watched_money import account, wallet
from zonedao.explain.watched_trade import due_in_post, left_to_buy
from zonedao.explain.watched_voting import officers
from zonedao.explain.watching import EVER, Change, Moved, Scenery, Watch, counting
from zonedao.governance.elections import Phase
from zonedao.text import owned
from zonedao.trade.post import TradePost, TradeState

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.governance.zone import Zone

Args = Mapping[str, Any]


@dataclass(frozen=True)
class Errand(Scenery):
    """Where a transaction of somebody is rehearsed: also whose it is, and in which zone."""

    sender: str
    zone: Zone

    @property
    def who(self) -> str:
        """Whose it is."""
        return self.speaker.who(self.sender)


Watcher = Callable[[Errand, Args], Iterable[Watch]]


# --- money ---


def _account(errand: Errand, body: str, asset: str) -> Iterator[Watch]:
    """The account of a body, where its treasury is known."""
    found = errand.speaker.body(body)
    if found is not None:
        yield account(errand, found.zone.treasury.contract, body, asset)


def _withdraw(errand: Errand, args: Args) -> Iterator[Watch]:
    payee, asset = args["payee"], args["asset"]
    if errand.speaker.body(payee) is not None:
        yield from _account(errand, payee, asset)
    else:
        yield wallet(errand, asset, payee, owned("wallet", errand.speaker.who(payee)), Moved)


def _sweep(errand: Errand, args: Args) -> Iterator[Watch]:
    ended = errand.zone.body_at(args["body"])
    yield from _account(errand, ended.address, args["asset"])
    if ended.parent is not None:
        yield from _account(errand, ended.parent.address, args["asset"])


def _collect(errand: Errand, args: Args) -> Iterator[Watch]:
    yield from _account(errand, args["body"], args["asset"])


# --- goods ---


def _stock(errand: Errand, stores: BoundContract, good: int) -> Iterator[Watch]:
    """What is in stores, and what of that nobody was promised."""
    name, place = errand.speaker.good_of(stores.address, good), errand.speaker.who(stores.address)
    yield errand.count(stores, "good", good, what=f"{name} in {place}", pick=lambda found: found.stock)
    yield errand.count(stores, "surplus", good, what=f"{name} that others may be offered")


def _order(errand: Errand, args: Args) -> Iterator[Watch]:
    stores, good = errand.zone.stores, args["good"]
    name = errand.speaker.good_of(stores.address, good)
    person = errand.zone.registry.index_of(errand.sender)
    what = f"{name} that {errand.who} may still order in this epoch"
    yield errand.count(stores.contract, "entitlementLeft", good, person, what=what)
    yield from _stock(errand, stores.contract, good)


def _of_order(errand: Errand, args: Args) -> Iterator[Watch]:
    stores, number = errand.zone.stores, args["order"]
    what = f"still to be handed over of order {number}"
    yield errand.count(stores.contract, "orderOf", number, what=what, pick=lambda found: found.left)
    yield from _stock(errand, stores.contract, stores.order_at(number).good)


def _report(errand: Errand, args: Args) -> Iterator[Watch]:
    yield from _stock(errand, errand.zone.stores.contract, args["good"])


# --- trades ---


def _trade(errand: Errand, args: Args) -> Iterator[Watch]:
    """How a trade stands, the goods that it takes from stores of ours, and what both sides get."""
    post = TradePost(errand.zone, errand.target)
    trade = post.trade(args["trade"])

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is not None and after is not None:
            yield Change(f"trade {trade.number}", *(TradeState(each.state).title for each in (before, after)))

    yield errand.told(post.contract, "tradeOf", trade.number, tell=tell)
    if errand.speaker.body(trade.seller) is not None:
        stores = errand.speaker.client.bind("IStores", trade.listing.stores)
        yield from _stock(errand, stores, trade.listing.good)
    for side in (trade.seller, trade.buyer):
        yield due_in_post(errand, side, trade.listing.asset.address)


def _expire(errand: Errand, args: Args) -> Iterator[Watch]:
    yield from left_to_buy(errand, args)
    listing = TradePost(errand.zone, errand.target).listing(args["listing"])
    yield from _stock(errand, errand.speaker.client.bind("IStores", listing.stores), listing.good)


def _reclaim(errand: Errand, args: Args) -> Iterator[Watch]:
    listing = TradePost(errand.zone, errand.target).listing(args["listing"])
    yield due_in_post(errand, args["body"], listing.asset.address)


# --- elections and wishes ---


def _outcome(errand: Errand, args: Args) -> Iterator[Watch]:
    """How an election stands, and whom or what it has chosen."""
    number = args["election"]
    elections = errand.speaker.client.bind("IWholeElections", errand.target)

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is None or after is None:
            return
        yield Change(f"election {number}", *(Phase(each.phase).title for each in (before, after)))
        won = (approved(each.winners) for each in (before, after))
        shown = (", ".join(chosen(errand.speaker, errand.target, number, each)) or "nothing" for each in won)
        yield Change(f"chosen in election {number}", *shown)

    yield errand.told(elections, "electionOf", number, tell=tell)


def _recall(errand: Errand, args: Args) -> Iterator[Watch]:
    elections = errand.speaker.client.bind("IWholeElections", errand.target)
    yield from officers(errand, {"election": elections.call("petitionOf", args["number"]).election})


def _read(errand: Errand, args: Args) -> Iterator[Watch]:
    wishes = errand.speaker.client.bind("IWishes", errand.target)
    name = f"{said(args['name'])} of {errand.speaker.who(args['body'])}"

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is not None and after is not None:
            for what, key in ((name, "current"), (f"{name} from the next reading", "following")):
                # In steps, as wishes are.
                values = (each.least + each.step * getattr(each, key) for each in (before, after))
                yield counting(what, *values)

    yield errand.told(wishes, "parameterOf", args["body"], args["name"], tell=tell)


# --- members and bodies ---


def _members(errand: Errand, args: Args) -> Iterator[Watch]:
    what = f"members of {errand.place}"
    body = errand.zone.body_at(errand.target).contract
    yield errand.told(body, "headcountAt", EVER, tell=lambda was, becomes: [counting(what, was, becomes)])


def _parent(errand: Errand, args: Args) -> Iterator[Watch]:
    body = errand.zone.body_at(errand.target).contract
    yield errand.value(body, "parent", what=f"the body above {errand.place}", show=errand.speaker.who)


WATCHERS: Mapping[tuple[str, str], Watcher] = {
    ("ITreasury", "deposit"): lambda errand, args: _account(errand, args["body"], args["asset"]),
    ("ITreasury", "withdraw"): _withdraw,
    ("ITreasury", "sweep"): _sweep,
    ("IStores", "order"): _order,
    ("IStores", "deliver"): _of_order,
    ("IStores", "lapse"): _of_order,
    ("IStores", "report"): _report,
    ("ITradePost", "ship"): _trade,
    ("ITradePost", "attest"): _trade,
    ("ITradePost", "settle"): _trade,
    ("ITradePost", "expire"): _expire,
    ("ITradePost", "reclaim"): _reclaim,
    ("ITradePost", "reclaimStray"): lambda errand, args: [due_in_post(errand, args["body"], args["asset"])],
    ("ITradePost", "withdraw"): _collect,
    ("IWholeElections", "count"): _outcome,
    ("IWholeElections", "decide"): _outcome,
    ("IWholeElections", "decidePoll"): _outcome,
    ("IWholeElections", "closeRecall"): _recall,
    ("IWholeElections", "resign"): officers,
    ("IWishes", "readWishes"): _read,
    ("IWholeBody", "enroll"): _members,
    ("IWholeBody", "leave"): _members,
    ("IWholeBody", "prune"): _members,
    ("IWholeBody", "finishExpulsion"): _members,
    ("IWholeBody", "rehang"): _parent,
}
