"""What a trade post would answer about the listings and trades of a zone, and its stores about goods and keepers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.interface import shipped
from zonedao.governance.calls import STORES_ROLE
from zonedao.index.chain import NotTold
from zonedao.trade.standing import TradeState

if TYPE_CHECKING:
    from zonedao.index.chain import Answer, Answers, IndexedChain
    from zonedao.index.reading import Source

_NOBODY = "0x" + "00" * 20
_DOCUMENT_BYTES = 22  # of a document's hash, which the post keeps

_LISTING = """
SELECT opened.block, opened.log, opened.seller, opened.terms, coalesce(closed.state, 1),
    (SELECT coalesce(sum(quantity), 0) FROM post_commitment_made AS made
     WHERE made.source = opened.source AND made.listing = opened.listing)
FROM post_listing_opened AS opened
LEFT JOIN post_listing_closed AS closed ON closed.source = opened.source AND closed.listing = opened.listing
WHERE opened.source = :post AND opened.listing = :number
"""
_TRADE = """
SELECT made.block, made.log, made.listing, made.buyer, made.quantity, made.ship_by, shipped.document, shipped.attest_by,
    EXISTS (SELECT 1 FROM post_fulfilled AS ended WHERE ended.source = made.source AND ended.trade = made.trade),
    EXISTS (SELECT 1 FROM post_refunded AS ended WHERE ended.source = made.source AND ended.trade = made.trade)
FROM post_commitment_made AS made
LEFT JOIN post_shipped AS shipped ON shipped.source = made.source AND shipped.trade = made.trade
WHERE made.source = :post AND made.trade = :number
"""
_GOOD = """
SELECT told.*, time FROM (
SELECT block, log, 'set' AS what, safety, entitlement FROM stores_good_added WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'set', safety, entitlement FROM stores_good_set WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'reported', quantity, NULL FROM stores_stock_reported
WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'ordered', quantity, NULL FROM stores_ordered WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'delivered', quantity, NULL FROM stores_delivered WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'lapsed', quantity, NULL FROM stores_order_lapsed WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'listed', listed, agreed FROM stores_listed_changed
WHERE source = :stores AND good = :good
UNION ALL SELECT block, log, 'shipped', quantity, shipments FROM stores_stock_shipped
WHERE source = :stores AND good = :good
) AS told JOIN blocks ON number = block ORDER BY block, log
"""


# --- the post ---


def _listing(chain: IndexedChain, post: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_LISTING, {"post": post.id, "number": number}).fetchone()
    if row is None:
        raise NotTold
    block, log, seller, text, state, bought = row
    terms = json.loads(text)
    return SimpleNamespace(
        seller=checksum_address(seller),
        stores=_sellers_stores(chain, post, number, seller, (block, log)),
        good=int(terms["good"]),
        state=state,
        left=int(terms["quantity"]) - bought,  # also of one that was withdrawn or has ended
        least=int(terms["least"]),
        asset=checksum_address(terms["asset"]),
        unitPrice=int(terms["unitPrice"]),
        expiresAt=int(terms["expiresAt"]),
        shipHours=int(terms["shipHours"]),
        attestHours=int(terms["attestHours"]),
    )


def _trade(chain: IndexedChain, post: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_TRADE, {"post": post.id, "number": number}).fetchone()
    if row is None:
        raise NotTold
    block, log, listing, buyer, quantity, ship_by, document, attest_by, fulfilled, refunded = row
    seller = _listing(chain, post, listing).seller
    query = "SELECT side, quantity FROM post_attested WHERE source = ? AND trade = ?"
    said = dict(chain.database.execute(query, (post.id, number)).fetchall())
    agreed = len(said) == 2 and len(set(said.values())) == 1
    state = (
        TradeState.SETTLED if fulfilled
        else TradeState.REFUNDED if refunded
        else TradeState.AGREED if document is None
        else TradeState.DELIVERED if agreed
        else TradeState.SHIPPED
    )  # fmt: skip
    buyers = _stores_of(chain, buyer, block, log)
    # A listing keeps the stores that its seller had when it was opened.
    sellers = _listing(chain, post, listing).stores
    return SimpleNamespace(
        buyer=checksum_address(buyer),
        listing=listing,
        quantity=quantity,
        buyerStores=buyers,
        deadline=ship_by if attest_by is None else attest_by,
        sellerPanel=_panel_at(chain, sellers, block, log),
        buyerPanel=_panel_at(chain, buyers, block, log),
        state=int(state),
        document=bytes(document or b"")[:_DOCUMENT_BYTES].ljust(_DOCUMENT_BYTES, b"\0"),
        # One more than was attested, 0 while nobody spoke.
        sellerAttested=said.get(seller.lower(), -1) + 1,
        buyerAttested=said.get(buyer, -1) + 1,
    )


def _sellers_stores(chain: IndexedChain, post: Source, number: int, seller: str, at: tuple[int, int]) -> str:
    """The stores of which a listing sells; nothing of another zone's with which this one has nothing to do."""
    if seller in chain.tree:
        return _stores_of(chain, seller, *at)
    told = chain.index.constant(post.address, f"stores {number}")
    return checksum_address(told[0]) if told is not None else _NOBODY


def _stores_of(chain: IndexedChain, body: str, block: int, log: int) -> str:
    """The stores that a body of the zone had at a moment; nothing where it is another zone's."""
    if body not in chain.tree:
        return _NOBODY
    query = "SELECT module FROM body_module_set WHERE source = ? AND role = ? AND (block, log) < (?, ?)"
    row = chain.database.execute(
        f"{query} ORDER BY block DESC, log DESC LIMIT 1", (chain.zone.id, STORES_ROLE, block, log)
    ).fetchone()
    return checksum_address(row[0] if row is not None else _NOBODY)


def _panel_at(chain: IndexedChain, stores: str, block: int, log: int) -> int:
    """The number of the panel of keepers that stores had at a moment, 0 for those of another zone."""
    source = chain.source(stores)
    if source is None:
        return 0
    query = "SELECT coalesce(max(panel), 0) FROM stores_keepers_set WHERE source = ? AND (block, log) < (?, ?)"
    return int(chain.database.execute(query, (source.id, block, log)).fetchone()[0])


def _due(chain: IndexedChain, post: Source, body: str, asset: str) -> int:
    """What waits for a body: what it earned, what came back to it, less what it has withdrawn."""
    where, funds, due = {"post": post.id, "body": body.lower()}, Counter[bytes](), 0
    for block, _, what, of, amount, key, listing in chain.database.execute(_COURSE, where):
        if of != asset.lower():
            continue
        if what == "funded":
            funds[key] += int(amount)
        elif what == "bought":
            used = _keys_used(chain, post, body.lower(), (block, key), listing)
            due += sum(funds.pop(each, 0) for each in used) - int(amount)
        else:
            due += -int(amount) if what == "withdrawn" else int(amount)
            funds.pop(key, None)
    return due


# Of a body, in one asset after the other; a purchase has its transaction where the others have the key of an escrow,
# and its listing.
_COURSE = """
SELECT block, log, 'funded' AS what, asset, amount, trade_key, NULL FROM post_funded
WHERE source = :post AND body = :body
UNION ALL SELECT block, log, 'reclaimed', asset, amount, trade_key, NULL FROM post_funds_reclaimed
WHERE source = :post AND body = :body
UNION ALL SELECT block, log, 'withdrawn', asset, amount, NULL, NULL FROM post_proceeds_withdrawn
WHERE source = :post AND body = :body
UNION ALL SELECT made.block, made.log, 'bought', json_extract(opened.terms, '$.asset'), made.amount, made.tx,
    made.listing
FROM post_commitment_made AS made
JOIN post_listing_opened AS opened ON opened.source = made.source AND opened.listing = made.listing
WHERE made.source = :post AND made.buyer = :body
UNION ALL SELECT ended.block, ended.log, 'earned', json_extract(opened.terms, '$.asset'), ended.paid, NULL, NULL
FROM post_fulfilled AS ended
JOIN post_commitment_made AS made ON made.source = ended.source AND made.trade = ended.trade
JOIN post_listing_opened AS opened ON opened.source = ended.source AND opened.listing = made.listing
WHERE ended.source = :post AND opened.seller = :body
UNION ALL SELECT ended.block, ended.log, 'back', json_extract(opened.terms, '$.asset'), ended.refunded, NULL, NULL
FROM (
    SELECT block, log, source, trade, refunded FROM post_fulfilled
    UNION ALL SELECT block, log, source, trade, refunded FROM post_refunded
) AS ended
JOIN post_commitment_made AS made ON made.source = ended.source AND made.trade = ended.trade
JOIN post_listing_opened AS opened ON opened.source = ended.source AND opened.listing = made.listing
WHERE ended.source = :post AND made.buyer = :body
ORDER BY block, log
"""
_EXECUTED = """
SELECT made.targets, made.calldatas FROM body_proposal_executed AS done
JOIN sources ON sources.id = done.source AND sources.address = :body
JOIN body_proposal_created AS made ON made.source = done.source AND made.proposal_id = done.proposal_id
WHERE done.block = :block AND done.tx = :tx
"""


def _keys_used(chain: IndexedChain, post: Source, body: str, place: tuple[int, bytes], listing: int) -> Iterator[bytes]:
    """The keys of the escrows that the purchases of a listing in a transaction used, from the calls of the proposals
    behind them. A key says nothing of its asset: money in another one may wait under it."""
    accept = shipped("ITradePost").function("accept")
    arguments = slice(4, 4 + 32 * len(accept.inputs.items))  # whatever follows them, the post does not read
    where = {"body": body, "block": place[0], "tx": place[1]}
    for targets, calldatas in chain.database.execute(_EXECUTED, where).fetchall():
        for target, text in zip(json.loads(targets), json.loads(calldatas), strict=True):
            data = bytes.fromhex(text[2:])
            said = data[arguments]
            bought = target.lower() == post.address and data[:4] == accept.selector
            if bought and int.from_bytes(said[:32], "big") == listing:
                yield keccak(bytes.fromhex(body[2:]).rjust(32, b"\0") + said)  # ITradePost.tradeKeyOf


def _count(table: str, column: str) -> Answer:
    def answer(chain: IndexedChain, source: Source) -> int:
        query = f"SELECT coalesce(max({column}), 0) FROM {table} WHERE source = ?"
        return int(chain.database.execute(query, (source.id,)).fetchone()[0])

    return answer


# --- stores ---


def _good(chain: IndexedChain, stores: Source, good: int) -> SimpleNamespace:
    names = ("stock", "safety", "home", "listed", "agreed", "reportedAt", "shipments", "entitlement", "entries")
    found = SimpleNamespace(**dict.fromkeys(names, 0))
    for _block, _log, what, first, second, time in chain.database.execute(_GOOD, {"stores": stores.id, "good": good}):
        found.entries += 1
        if what == "set":
            found.safety, found.entitlement = first, second
        elif what == "reported":
            found.stock, found.reportedAt = first, time
        elif what == "listed":
            found.listed, found.agreed = first, second
        elif what == "shipped":
            found.stock, found.agreed, found.shipments = found.stock - first, found.agreed - first, second
        else:
            found.home += first if what == "ordered" else -first
            found.stock -= first if what == "delivered" else 0
    return found


def _keeper_index(chain: IndexedChain, stores: Source, panel: int, address: str) -> int:
    person = int(chain.ask("IWholeRegistry", chain.only("registry").address, "indexOf", (address,)))
    query = "SELECT persons FROM stores_keepers_set WHERE source = ? AND panel = ?"
    rows = chain.database.execute(query, (stores.id, panel)).fetchall()
    return person if any(person in map(int, json.loads(persons)) for (persons,) in rows) else 0


ANSWERS: Answers = {
    ("ITradePost", "listingOf"): _listing,
    ("ITradePost", "listingCount"): _count("post_listing_opened", "listing"),
    ("ITradePost", "tradeOf"): _trade,
    ("ITradePost", "tradeCount"): _count("post_commitment_made", "trade"),
    ("ITradePost", "due"): _due,
    ("IStores", "good"): _good,
    ("IStores", "panel"): _count("stores_keepers_set", "panel"),
    ("IStores", "keeperIndex"): _keeper_index,
    ("IStores", "staleSeconds"): lambda chain, stores: chain.constant(stores.address, "staleSeconds"),
}
