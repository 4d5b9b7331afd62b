"""What a treasury would answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.index.money import NOBODY, Grant

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source


def _account(chain: IndexedChain, _: Source, body: str, asset: str) -> SimpleNamespace:
    key = body.lower(), asset.lower()
    return SimpleNamespace(balance=chain.books.balances[key], reserved=chain.books.reserved[key])


def _allowance(chain: IndexedChain, _: Source, child: str, asset: str) -> SimpleNamespace:
    books, key = chain.books, (child.lower(), asset.lower())
    branch = chain.tree.get(key[0])
    grant = books.grants.get((branch.parent if branch is not None else None, *key), Grant())
    return SimpleNamespace(
        limit=grant.limit,
        used=grant.used,
        usedEpoch=books.epoch,
        untilEpoch=grant.until_epoch,
        source=checksum_address(books.drawn_from.get(key, NOBODY)),
        outstanding=books.outstanding[key],
    )


def _due(chain: IndexedChain, _: Source, payee: str, asset: str) -> int:
    return chain.books.dues[payee.lower(), asset.lower()]


ANSWERS: Answers = {
    ("ITreasury", "epochStart"): lambda chain, _: chain.books.epoch_start,
    ("ITreasury", "epochSeconds"): lambda chain, _: chain.books.epoch_seconds,
    ("ITreasury", "account"): _account,
    ("ITreasury", "allowance"): _allowance,
    ("ITreasury", "due"): _due,
}
