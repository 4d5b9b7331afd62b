"""What is refused about who is active, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.speaker import begun

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]


def _too_few(scene: Scene, args: Args) -> str:
    since = f", the oldest made {scene.speaker.when(args['oldest'])}" if args["oldest"] else ""
    return (
        f"Only {args['votes']} of the proposals named were votes that count{since}: {args['wanted']} are wanted, the "
        "oldest of them 30 days old at least. Wait for more, or name more proposals."
    )


def _out_of_order(scene: Scene, args: Args) -> str:
    if args["expected"] == 0:
        return "There are no further proposals. Name those there are, the newest first."
    return (
        f"Proposal {args['expected']} was to be named here: they go from the newest back without a gap. "
        "`zonedao body recount` names them as they are now."
    )


SENTENCES: Mapping[str, Sentence] = {
    "ActivityOutOfBounds": lambda s, a: (
        f"Activity goes over {a['least']} to {a['most']} votes, not {a['lastVotes']}. Choose another number, or off."
    ),
    "ActivityOff": lambda s, a: (
        "Quorums count over all members here, whether they are active or not. Nothing needs to be done."
    ),
    "AlreadyCheckedIn": lambda s, a: (
        f"{begun(s.speaker.person(a['person'], s.zone))} checked in already. Again is possible "
        f"{s.speaker.when(a['nextAt'])}."
    ),
    "NotInOrder": _out_of_order,
    "TooFewVotes": _too_few,
    "NoRecount": lambda s, a: (
        f"{begun(s.speaker.who(a['counter']))} has no count that is open: it was not begun, is a day old, or the body "
        "has changed its rule. Begin another: `zonedao body recount`."
    ),
    "OtherVotes": lambda s, a: "These are not the votes with which the count was begun. Give those.",
    "RecountOutdated": lambda s, a: (
        f"A count of {s.speaker.when(a['at'])} is in force, which is as new. Begin another: `zonedao body recount`."
    ),
}
