"""Events of elections and wishes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.phrases_elections import approved, chosen, recalled, said, wished
from zonedao.text import counted, owned

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _who(at: Happening, args: Args) -> str:
    return at.person(args["person"])


def _body(at: Happening, args: Args) -> str:
    return at.speaker.who(args["body"])


def _value(at: Happening, args: Args, steps: str) -> int:
    return wished(at.speaker, at.event.address, args, args[steps])


def _decided(at: Happening, args: Args) -> str:
    election, ballots = args["election"], counted(args["ballots"], "ballot")
    if not args["quorumReached"]:
        return f"Election {election} is void: too few voted ({ballots})."
    winners = chosen(at.speaker, at.event.address, election, approved(args["winners"]))
    return f"Election {election} is decided with {ballots}. Won by: {', '.join(winners) or 'none'}."


def _recall(at: Happening, args: Args) -> str:
    return recalled(at.speaker, at.event.address, args["petition"])


def _closed(at: Happening, args: Args) -> str:
    outcome = "carried" if args["recalled"] else "failed"
    return f"{_recall(at, args)}: {outcome}, {args['votesFor']} for and {args['votesAgainst']} against."


TELLINGS: Mapping[str, Telling] = {
    "PollOpened": lambda at, a: (
        f"{_body(at, a)} opened election {a['election']}, a choice of options about {said(a['terms'].subject)}."
    ),
    "ElectionOpened": lambda at, a: (
        f"{_body(at, a)} opened election {a['election']} for the office {said(a['terms'].office)}."
    ),
    "CandidateStood": lambda at, a: f"Number {a['number']} of election {a['election']} is {_who(at, a)}.",
    "BallotCast": lambda at, a: f"{owned('ballot', _who(at, a))} counts in election {a['election']}.",
    "BallotCommitted": lambda at, a: (
        f"{_who(at, a)} committed to a ballot in election {a['election']}. It counts once it is revealed."
    ),
    "BallotsReplayed": lambda at, a: (
        f"{counted(a['counted'], 'ballot')} of election {a['election']} are counted so far."
    ),
    "StvCounted": lambda at, a: (
        f"The count of election {a['election']} in {counted(len(a['stages']), 'stage')} was checked and is right."
    ),
    "Decided": _decided,
    "RecallAsked": lambda at, a: f"A petition asks for {_recall(at, a)}. It takes {counted(a['needed'], 'signature')}.",
    "RecallSigned": lambda at, a: f"{_who(at, a)} signed for {_recall(at, a)}.",
    "RecallOpened": lambda at, a: (
        f"Enough have signed for {_recall(at, a)}. The vote on it ends {at.speaker.when(a['voteEnd'])}."
    ),
    "RecallVoteCast": lambda at, a: f"{_who(at, a)} voted {'for' if a['recall'] else 'against'} {_recall(at, a)}.",
    "RecallClosed": _closed,
    "OfficerLeft": lambda at, a: (
        f"{owned('office', _who(at, a))} by election {a['election']} ended by "
        f"{'recall' if a['recalled'] else 'resignation'}."
    ),
    "OfficersReplaced": lambda at, a: (
        f"{at.speaker.who(a['by'])} named {', '.join(at.person(each) for each in a['persons'])} in place of who was "
        f"elected in election {a['election']}, until {at.speaker.when(a['until'])} or the next term."
    ),
    "OfficersRestored": lambda at, a: (
        f"{at.speaker.who(a['by'])} gave the office of election {a['election']} back to who was elected."
    ),
    "ParameterOpened": lambda at, a: f"Members of {_body(at, a)} set {said(a['name'])} by their wishes from now on.",
    "Wished": lambda at, a: f"{_who(at, a)} wished for {_value(at, a, 'bin')} of {said(a['name'])} in {_body(at, a)}.",
    "WishForgotten": lambda at, a: (
        f"{owned('wish', _who(at, a))} for {said(a['name'])} of {_body(at, a)} is taken back."
    ),
    "WishesRead": lambda at, a: (
        f"The median of {counted(a['wishes'], 'wish')} for {said(a['name'])} of {_body(at, a)} is "
        f"{_value(at, a, 'median')}. In force is {_value(at, a, 'current')}, and from the next reading "
        f"{_value(at, a, 'following')}."
    ),
}
