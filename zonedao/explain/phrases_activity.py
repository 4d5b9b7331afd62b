"""Calls about who is active, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]


def _set(setting: Setting, args: Args) -> str:
    if args["lastVotes"] == 0:
        return f"let quorums in {setting.place} count over all members"
    return f"let quorums in {setting.place} count over who was active in its last {args['lastVotes']} votes"


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("IWholeBody", "setActivity"): _set,
    ("IWholeBody", "checkIn"): lambda s, a: f"check in, so that you count as active in {s.place} without a vote",
    ("IWholeBody", "openRecount"): lambda s, a: f"count the active members of {s.place}",
    ("IWholeBody", "continueRecount"): lambda s, a: f"go on counting the active members of {s.place}",
}
