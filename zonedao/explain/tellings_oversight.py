"""What happened between a parent and a body, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling


def _upper(at: Happening) -> str:
    """The body above the one that tells, by name."""
    parent = at.body.parent if at.body is not None else None
    return parent.path if parent is not None else "The body above"


TELLINGS: Mapping[str, Telling] = {
    "ProposalObjected": lambda at, a: (
        f"There is an objection to {at.proposal(a['proposalId'])}: it is held up from {at.speaker.when(a['begin'])} "
        f"to {at.speaker.when(a['end'])}."
    ),
    "ProposalResumed": lambda at, a: f"{_upper(at)} no longer holds up {at.proposal(a['proposalId'])}.",
    "Frozen": lambda at, a: f"{_upper(at)} froze {at.place} until {at.speaker.when(a['until'])}.",
    "PetitionOpened": lambda at, a: (
        f"{at.person(a['person'])} opened petition {a['petition']} of {at.place}; {a['wanted']} must sign it by "
        f"{at.speaker.when(a['deadline'])}."
    ),
    "PetitionSigned": lambda at, a: (
        f"{at.person(a['person'])} signed petition {a['petition']} of {at.place}; that makes {a['signed']}."
    ),
    "PetitionEnacted": lambda at, a: f"Petition {a['petition']} of {at.place} takes effect.",
    "DissolutionAnnounced": lambda at, a: (
        f"{_upper(at)} announced that {at.place} is dissolved: anybody can finish it from "
        f"{at.speaker.when(a['readyAt'])} to {at.speaker.when(a['expiresAt'])}."
    ),
    "DissolutionWithdrawn": lambda at, a: f"{_upper(at)} took back that {at.place} is to be dissolved.",
    "BodyDissolved": lambda at, a: f"{at.place} is dissolved; what it has is {at.speaker.who(a['heir'])}'s.",
    "BodyRehung": lambda at, a: f"{at.place} stands below {at.speaker.who(a['to'])} now, at depth {a['depth']}.",
    "MoveOffered": lambda at, a: (
        f"{_upper(at)} offered {at.place} to {at.speaker.who(a['to'])}, which can take it from "
        f"{at.speaker.when(a['readyAt'])} to {at.speaker.when(a['expiresAt'])}."
    ),
    "MoveWithdrawn": lambda at, a: f"{_upper(at)} took back that {at.place} is offered to another body.",
    "BodyMoved": lambda at, a: (
        f"{at.place} moved from {at.speaker.who(a['from'])} to {at.speaker.who(a['to'])}: it stands below that now, at "
        f"depth {a['depth']}."
    ),
    "Unfrozen": lambda at, a: f"{_upper(at)} ended the freeze of {at.place}.",
}
