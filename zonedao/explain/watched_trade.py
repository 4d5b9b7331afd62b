"""Goods, listings and trades that calls change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zonedao.explain.watching import Change, Scenery, Stage, Watch, Watcher, counting

Args = Mapping[str, Any]


def _goods(stage: Stage, args: Args) -> Iterator[Watch]:
    stores = stage.speaker.client.bind("IStores", stage.target)
    yield stage.count(stores, "goodCount", what=f"goods of {stage.place}")


def _good(stage: Stage, args: Args) -> Iterator[Watch]:
    stores = stage.speaker.client.bind("IStores", stage.target)
    name = stage.speaker.good_of(stage.target, args["good"])

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is not None and after is not None:
            yield Change(f"kept back of {name}", str(before.safety), str(after.safety))
            yield Change(f"one person may order of {name}", str(before.entitlement), str(after.entitlement))

    yield stage.told(stores, "good", args["good"], tell=tell)


def _keepers(stage: Stage, args: Args) -> Iterator[Watch]:
    stores, zone = stage.zone.stores, stage.zone
    now = ", ".join(stage.speaker.person(each.index, zone) for each in stores.keepers())
    wanted = ", ".join(stage.speaker.person(index, zone) for index in args["persons"])

    def tell(before: Any, after: Any) -> Iterable[Change]:
        yield Change(f"keepers of {stage.place}", now or "nobody", wanted or "nobody")

    yield stage.told(stores.contract, "panel", tell=tell)


def _list(stage: Stage, args: Args) -> Iterator[Watch]:
    post = stage.speaker.client.bind("ITradePost", stage.target)
    yield stage.count(post, "listingCount", what=f"listings in {stage.place}")
    stores, good = stage.actor.zone.stores, args["terms"].good
    name = stage.speaker.good_of(stores.address, good)
    what = f"surplus of {name} in {stage.speaker.who(stores.address)}"
    yield stage.count(stores.contract, "surplus", good, what=what)


def left_to_buy(stage: Scenery, args: Args) -> Iterator[Watch]:
    """What a listing still offers."""
    post = stage.speaker.client.bind("ITradePost", stage.target)

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is not None and after is not None:
            was, becomes = (found.left if found.state == 1 else 0 for found in (before, after))
            yield counting(f"left to buy of listing {args['listing']}", was, becomes)

    yield stage.told(post, "listingOf", args["listing"], tell=tell)


def _accept(stage: Stage, args: Args) -> Iterator[Watch]:
    yield from left_to_buy(stage, args)
    post = stage.speaker.client.bind("ITradePost", stage.target)
    yield stage.count(post, "tradeCount", what=f"trades in {stage.place}")


def due_in_post(stage: Scenery, body: str, asset: str) -> Watch:
    """What waits for a body at the trade post that is called."""
    post = stage.speaker.client.bind("ITradePost", stage.target)
    what = f"due to {stage.speaker.who(body)} in {stage.place}"
    return stage.amount(post, "due", body, asset, what=what, asset=asset)


WATCHERS: Mapping[tuple[str, str], Watcher] = {
    ("IStores", "addGood"): _goods,
    ("IStores", "setGood"): _good,
    ("IStores", "setKeepers"): _keepers,
    ("ITradePost", "list"): _list,
    ("ITradePost", "unlist"): left_to_buy,
    ("ITradePost", "accept"): _accept,
    ("ITradePost", "withdraw"): lambda stage, args: [due_in_post(stage, args["body"], args["asset"])],
}
