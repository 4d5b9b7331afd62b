"""Quorums over the active members: who counts as active, since when, and having them counted.

The rules are those of Activity.sol; `IActivity` says them in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.errors import Refused, UsageProblem
from zonedao.governance.registry import WORD_BITS
from zonedao.times import DAY

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.chain.receipts import Receipt
    from zonedao.governance.reading import BodyView

LEAST_VOTES, MOST_VOTES = 2, 16  # of a window, as a body may set it
MONTH_SECONDS = 30 * DAY  # how old the window is at least, how long a count is good, and the months of check-ins
PAGING_SECONDS = DAY
_FEWEST, _TURNOUT, _SHARE = 3, 10, 4

# Of one transaction that counts, from above: each word, and each vote in it.
_COUNT_GAS = 8_000_000
_WORD_GAS, _VOTE_GAS = 45_000, 2_400


@dataclass(frozen=True)
class Activity:
    """Over how many persons the quorums of a body count now, its `base`, of `members` in all.

    `last_votes` is over how many votes activity goes, 0 where quorums count over everybody. `active` are those who were
    found active by the count in force, which is good until `until` (unix seconds); both are 0 where none is.
    """

    last_votes: int
    members: int
    base: int
    active: int
    until: int


@dataclass(frozen=True)
class Counted:
    """What a transaction that counts came to: `seen` persons were looked at and `active` were active; `base` is what
    quorums count over from now on, None where persons of further words must be looked at first."""

    seen: int
    active: int
    base: int | None


def at_least(heads: int, share: int) -> int:
    """One in `share` of so many members, rounded up, but at least three, or all."""
    return max(-(-heads // share), min(_FEWEST, heads))


def turnout_needed(heads: int) -> int:
    """How many must vote among so many members for a vote to count."""
    return at_least(heads, _TURNOUT)


def smallest_base(heads: int) -> int:
    """Over how many of so many members quorums count at least."""
    return at_least(heads, _SHARE)


def require_votes(last_votes: int) -> int:
    """The same number. Raises UsageProblem for one that no vote can set."""
    if last_votes and not LEAST_VOTES <= last_votes <= MOST_VOTES:
        raise UsageProblem(
            f"Activity goes over {LEAST_VOTES} to {MOST_VOTES} votes, not {last_votes}, and no vote can change that. "
            "Choose another number, or off."
        )
    return last_votes


def activity(body: BodyView) -> Activity:
    """How quorums count in a body now."""
    now = body.client.now()
    last_votes, until = body.contract.call("activity")
    counts = body.events("QuorumBaseSet") if until else ()
    return Activity(
        int(last_votes),
        body.headcount(now),
        int(body.contract.call("quorumBaseAt", now)),
        int(counts[-1].args["active"]) if counts else 0,
        int(until),
    )


def check_in(body: BodyView) -> Action[None]:
    """Say that one is here: one counts as active without a vote, until the window is younger than this month."""
    return plain(body.client, body.address, body.contract.encode("checkIn"), f"check in, as active in {body.name}")


def recount(body: BodyView) -> Action[Counted]:
    """Count the active members, or go on with a count of one's own. Anybody may.

    Large bodies take several transactions: the value of each says whether it was the last. Raises Refused where the
    body counts over everybody, or too few votes count yet.
    """
    last_votes, _ = body.contract.call("activity")
    if not last_votes:
        raise Refused(
            f"In {body.path} quorums count over all members. `zonedao propose set activity` has them count over the "
            "active ones."
        )
    words = body.zone.registry.count() // WORD_BITS + 1
    opened, first = _going_on(body)
    if opened is not None:
        votes = list(opened.args["votes"])
        data = body.contract.encode("continueRecount", votes, _some(first, words, len(votes)))
        meaning = f"go on counting the active members of {body.name}"
    else:
        votes = _window(body, int(last_votes))
        data = body.contract.encode("openRecount", votes, _some(0, words, len(votes)))
        meaning = f"count the active members of {body.name}"

    def read(receipt: Receipt) -> Counted:
        settled = body.contract.events(receipt, "QuorumBaseSet")
        if settled:
            active = int(settled[0].args["active"])
            return Counted(body.headcount(), active, int(settled[0].args["base"]))
        standing = body.contract.call("recountOf", body.client.require_address())
        return Counted(int(standing.seen), int(standing.active), None)

    return Action(body.client, body.address, data, meaning, read)


def _some(first: int, words: int, votes: int) -> list[int]:
    """As many words from `first` on as one transaction counts."""
    most = max(_COUNT_GAS // (_WORD_GAS + votes * _VOTE_GAS), 1)
    return list(range(first, min(words, first + most)))


def _going_on(body: BodyView) -> tuple[Event | None, int]:
    """The count that this account has open, as it was opened, and the next word of it."""
    address = body.client.address
    standing = body.contract.call("recountOf", address) if address else None
    if standing is None or not standing.at or body.client.now() > standing.at + PAGING_SECONDS:
        return None, 0
    events = [
        event
        for event in body.events("RecountOpened", "ActivitySet")
        if event.name == "ActivitySet" or event.args["counter"] == address
    ]
    fits = bool(events) and events[-1].name == "RecountOpened" and events[-1].args["at"] == standing.at
    return (events[-1], int(standing.nextWord)) if fits else (None, 0)


def _window(body: BodyView, wanted: int) -> list[int]:
    """Ids from the newest proposal back to the oldest vote of the window. Raises Refused where too few count."""
    now = body.client.now()
    heads = body.headcount(now)
    ids: list[int] = []
    found = 0
    for identity in _newest_first(body):
        ids.append(identity)
        if int(body.contract.call("proposalDeadline", identity)) >= now:
            continue
        if sum(body.contract.call("proposalVotes", identity)) < turnout_needed(heads):
            continue
        found += 1
        if found >= wanted and int(body.contract.call("proposalSnapshot", identity)) + MONTH_SECONDS <= now:
            return ids
    raise Refused(
        f"{found} {'vote counts' if found == 1 else 'votes count'} in {body.path}: {wanted} are wanted, in which "
        f"{turnout_needed(heads)} members or more voted, the oldest of them made 30 days ago or earlier. Until then "
        "quorums count over all members."
    )


def _newest_first(body: BodyView) -> Iterator[int]:
    numbered: Sequence[Event] = body.events("ProposalNumbered")
    return (int(event.args["proposalId"]) for event in reversed(numbered))
