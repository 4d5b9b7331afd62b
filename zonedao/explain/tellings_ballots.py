"""Events about ballots and voting keys that others brought, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _counted(at: Happening, args: Args) -> str:
    counts = [int(args[name]).bit_count() for name in ("againstBits", "forBits", "abstainBits")]
    words = [
        f"{count} {choice}" for count, choice in zip(counts, ("against", "for", "abstaining"), strict=True) if count
    ]
    ballots = "ballot was" if sum(counts) == 1 else "ballots were"
    return f"{sum(counts)} {ballots} counted on {at.proposal(args['proposalId'])}: {', '.join(words) or 'none'}."


def _keys(verb: str) -> Telling:
    def telling(at: Happening, args: Args) -> str:
        count = int(args["mask"]).bit_count()
        return f"The voting keys of {count} {'person' if count == 1 else 'persons'} of word {args['word']} {verb}."

    return telling


TELLINGS: Mapping[str, Telling] = {
    "BallotsCounted": _counted,
    "KeysEnrolled": _keys("are enrolled"),
    "KeysCompacted": _keys("are in one page"),
}
