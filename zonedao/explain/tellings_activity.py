"""Events about who is active, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _set(at: Happening, args: Args) -> str:
    if args["lastVotes"] == 0:
        return f"Quorums in {at.place} count over all members from now on."
    return (
        f"Quorums in {at.place} count over who was active in its last {args['lastVotes']} votes, once somebody has "
        "counted them."
    )


def _opened(at: Happening, args: Args) -> str:
    return (
        f"{at.speaker.who(args['counter'])} began to count who was active in {len(args['votes'])} votes of {at.place}."
    )


def _counted(at: Happening, args: Args) -> str:
    count = int(args["active"]).bit_count()
    persons = "1 person is" if count == 1 else f"{count} persons are"
    return f"{persons} active in word {args['word']} of {at.place}."


def _base(at: Happening, args: Args) -> str:
    until = at.speaker.when(args["until"])
    return (
        f"{args['active']} members of {at.place} are active: the quorums of new proposals count over {args['base']} "
        f"persons until {until}."
    )


TELLINGS: Mapping[str, Telling] = {
    "ActivitySet": _set,
    "CheckedIn": lambda at, args: f"{at.person(args['person'])} checked in, as active in {at.place}.",
    "RecountOpened": _opened,
    "ActiveCounted": _counted,
    "QuorumBaseSet": _base,
}
