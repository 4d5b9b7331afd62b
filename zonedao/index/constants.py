"""What no event tells and nothing changes: contracts are asked for it once, when an index first needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from zonedao.errors import CodeMissing, ContractRevert, NodeRefused

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.index.reading import Index

# Functions without arguments, by the kind of contract: its interface, and which.
_FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "treasury": ("ITreasury", ("epochStart", "epochSeconds")),
    "stores": ("IStores", ("staleSeconds",)),
}


# What a zone has to do with: its own listings and trades, and those listings of others that are open.
_SHOWN = """
WITH bodies AS (SELECT address FROM sources WHERE kind = 'body'),
trades AS (
    SELECT made.source, made.listing, opened.seller, made.buyer FROM post_commitment_made AS made
    JOIN post_listing_opened AS opened ON opened.source = made.source AND opened.listing = made.listing
    WHERE made.buyer IN bodies OR opened.seller IN bodies
),
listings AS (
    SELECT sources.address AS post, opened.listing, opened.seller, json_extract(opened.terms, '$.asset') AS asset,
        json_extract(opened.terms, '$.good') AS good
    FROM post_listing_opened AS opened JOIN sources ON sources.id = opened.source
    LEFT JOIN post_listing_closed AS closed ON closed.source = opened.source AND closed.listing = opened.listing
    WHERE closed.listing IS NULL OR opened.seller IN bodies
        OR EXISTS (SELECT 1 FROM trades WHERE trades.source = opened.source AND trades.listing = opened.listing)
)
"""
_ASSETS = f"{_SHOWN} SELECT asset FROM treasury_deposited UNION SELECT asset FROM listings"
_PARTNERS = f"""
{_SHOWN} SELECT seller FROM listings WHERE seller NOT IN bodies
UNION SELECT buyer FROM trades WHERE buyer NOT IN bodies
"""
_THEIR_GOODS = f"{_SHOWN} SELECT post, listing, good FROM listings WHERE seller NOT IN bodies"


def constants(connection: Connection, index: Index) -> Iterator[tuple[str, str, str]]:
    """Address (small letters), name and value (JSON) of what an index lacks: what functions return, as `token`
    the symbol, the decimals and whether it answers of every token that was deposited, or for which somebody sells, and
    what shows those of other zones who trade. Raises NodeProblem."""
    from zonedao.chain.contract import BoundContract
    from zonedao.treasury.assets import COIN_ADDRESS, read_asset

    there = set(index.database.execute("SELECT address, name FROM constants"))
    for source in index.sources():
        interface, names = _FUNCTIONS.get(source.kind, ("", ()))
        for name in names:
            if (source.address, name) not in there:
                # A vote may list anything as stores.
                with suppress(ContractRevert, CodeMissing, NodeRefused):
                    value = BoundContract(connection, interface, source.address).call(name)
                    yield source.address, name, json.dumps(value)
    root = index.sources()[0].address
    if (root, "genesis") not in there:
        yield root, "genesis", json.dumps(connection.genesis)
    for (address,) in index.database.execute(_ASSETS).fetchall():
        if address != COIN_ADDRESS and (address, "token") not in there:
            asset = read_asset(connection, address)
            yield address, "token", json.dumps([asset.symbol, asset.decimals, asset.answers])
    yield from _of_personhood(connection, index, there)
    yield from _of_strangers(connection, index, there)


def _of_personhood(connection: Connection, index: Index, there: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """The `kind` of modules that decide who is a person, and how many `VOUCHERS` those want that count them."""
    from zonedao.chain.contract import BoundContract

    for source in index.sources():
        if source.kind == "personhood" and (source.address, "kind") not in there:
            # This, too.
            with suppress(ContractRevert, CodeMissing, NodeRefused):
                kind = str(BoundContract(connection, "IPersonhood", source.address).call("kind"))
                if kind == "vouching":
                    vouchers = BoundContract(connection, "IVouching", source.address).call("VOUCHERS")
                    yield source.address, "VOUCHERS", json.dumps(vouchers)
                yield source.address, "kind", json.dumps(kind)


def _of_strangers(connection: Connection, index: Index, there: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Of bodies of other zones their `name`, and of what they sell the `stores N` of listing N of a post, and the
    `good N` of those stores: lists of one, which is null where a contract has no such answer."""
    from zonedao.chain.contract import BoundContract
    from zonedao.client import Client

    client = Client(connection)
    # Whoever makes a node give up is asked for again, and keeps nobody from reading on.
    for (body,) in index.database.execute(_PARTNERS).fetchall():
        if (body, "name") not in there:
            with suppress(NodeRefused):
                yield body, "name", json.dumps([client.named_itself(body)])
    for post, listing, good in index.database.execute(_THEIR_GOODS).fetchall():
        if (post, f"stores {listing}") in there:
            continue
        with suppress(NodeRefused):
            stores = str(BoundContract(connection, "ITradePost", post).call("listingOf", listing).stores).lower()
            if (stores, f"good {good}") not in there:
                yield stores, f"good {good}", json.dumps([client.good_of(stores, int(good))])
                there.add((stores, f"good {good}"))
            yield post, f"stores {listing}", json.dumps([stores])


def modules_known() -> str:
    """The contracts that zones may share, as an index keeps them."""
    from zonedao.federation.modules import modules

    return json.dumps({address: [module.title, module.interface] for address, module in modules().items()})
