"""All rules together: what waits, whatever it is read from."""

from __future__ import annotations

from typing import NamedTuple

from zonedao.todo import activity, elections, goods, keys, money, oversight, sent, trades, votes, wishes
from zonedao.todo.items import Sight, Todo, urgency


class Sources(NamedTuple):
    """What is read of each subject, by one and the same who looks."""

    sight: Sight
    sent: sent.Sent
    keys: keys.Keys
    votes: votes.Votes
    activity: activity.Quorums
    money: money.Purse
    oversight: oversight.Oversight
    goods: goods.Stock
    trades: trades.Market
    elections: elections.Polls
    wishes: wishes.Wishes


def waiting(sources: Sources) -> tuple[Todo, ...]:
    """What waits for who looks: their own things first, the most urgent ones first."""
    sight = sources.sight
    found = [
        *sent.waiting(sight, sources.sent),
        *keys.waiting(sight, sources.keys),
        *votes.waiting(sight, sources.votes),
        *activity.waiting(sources.activity),
        *money.waiting(sight, sources.money),
        *oversight.waiting(sight, sources.oversight),
        *goods.waiting(sight, sources.goods),
        *trades.waiting(sight, sources.trades),
        *elections.waiting(sight, sources.elections),
        *wishes.waiting(sight, sources.wishes),
    ]
    return tuple(sorted(found, key=urgency))
