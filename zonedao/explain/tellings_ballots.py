"""Events about ballots and voting keys that others brought, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.text import owned

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _counted(at: Happening, args: Args) -> str:
    # Four numbers a word of persons: the word, and who was counted for each choice.
    counts = [sum(int(bits).bit_count() for bits in args["words"][choice::4]) for choice in (1, 2, 3)]
    words = [
        f"{count} {choice}" for count, choice in zip(counts, ("against", "for", "abstaining"), strict=True) if count
    ]
    ballots = "ballot was" if sum(counts) == 1 else "ballots were"
    return f"{sum(counts)} {ballots} counted on {at.proposal(args['proposalId'])}: {', '.join(words) or 'none'}."


def _delegated(at: Happening, args: Args) -> str:
    who, to = at.speaker.who(args["delegator"]), at.speaker.who(args["toDelegate"])
    if args["delegator"] == args["toDelegate"]:
        return f"Nobody represents {who} any longer, on proposals made from now on."
    return f"From now on, new proposals can count the vote of {to} for {who} too, where {who} cast none."


def _represented(at: Happening, args: Args) -> str:
    who = at.person(args["representative"])
    return f"{owned('followers', who)} can be counted alike on {at.proposal(args['proposalId'])}."


def _followed(at: Happening, args: Args) -> str:
    count = int(args["followers"]).bit_count()
    persons = "1 follower is" if count == 1 else f"{count} followers are"
    return f"{persons} counted with {at.person(args['representative'])} on {at.proposal(args['proposalId'])}."


def _keys(verb: str) -> Telling:
    def telling(at: Happening, args: Args) -> str:
        count = int(args["mask"]).bit_count()
        return f"The voting keys of {count} {'person' if count == 1 else 'persons'} of word {args['word']} {verb}."

    return telling


TELLINGS: Mapping[str, Telling] = {
    "BallotsCounted": _counted,
    "DelegateChanged": _delegated,
    "RepresentativeVoted": _represented,
    "FollowersCounted": _followed,
    "KeysEnrolled": _keys("are enrolled"),
    "KeysCompacted": _keys("are in one page"),
}
