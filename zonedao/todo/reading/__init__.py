"""What waits, read from the objects of a zone, whether a node or an index is behind them: each file reads for its
namesake in the folder above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.todo.reading.activity import ActivityRead
from zonedao.todo.reading.elections import PollsRead
from zonedao.todo.reading.goods import StockRead
from zonedao.todo.reading.keys import KeysRead
from zonedao.todo.reading.money import PurseRead
from zonedao.todo.reading.oversight import OversightRead
from zonedao.todo.reading.sent import SentRead
from zonedao.todo.reading.sight import ZoneSight
from zonedao.todo.reading.trades import MarketRead
from zonedao.todo.reading.wishes import WishesRead
from zonedao.todo.rules import Sources

if TYPE_CHECKING:
    from zonedao.todo.votes import Votes


def sources(sight: ZoneSight, votes: Votes) -> Sources:
    """Everything about a zone, for who looks; how proposals are read is said."""
    return Sources(
        sight,
        sent=SentRead(sight),
        keys=KeysRead(sight),
        votes=votes,
        activity=ActivityRead(sight),
        money=PurseRead(sight),
        oversight=OversightRead(sight),
        goods=StockRead(sight),
        trades=MarketRead(sight),
        elections=PollsRead(sight),
        wishes=WishesRead(sight),
    )
