"""What is refused between a parent and a body, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.speaker import begun
from zonedao.governance.reading import FOR_EVER

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]


def _place(scene: Scene) -> str:
    return scene.body.path if scene.body is not None else "This body"


def _proposal(scene: Scene, args: Args) -> str:
    proposal = scene.speaker.proposal(scene.body, args["proposalId"])
    return f"Proposal {proposal.number}" if proposal is not None else "The proposal"


def _too_long(scene: Scene, args: Args) -> str:
    left = f"{scene.speaker.duration(args['left'])} are left now" if args["left"] else "nothing is left now"
    return (
        f"A body is frozen for 30 days in a year at most: {left}, and {scene.speaker.duration(args['wanted'])} are "
        "wanted. Propose a shorter freeze, or wait."
    )


def _frozen_above(scene: Scene, args: Args) -> str:
    source = f"{scene.speaker.who(args['body'])}, through whose account or allowance the money would come,"
    if args["until"] >= FOR_EVER:
        return f"{source} was dissolved. Hang those below it elsewhere first: `zonedao body rehang`."
    return f"{source} is frozen until {scene.speaker.when(args['until'])}. Queue it then."


SENTENCES: Mapping[str, Sentence] = {
    "BodyFrozen": lambda s, a: (
        f"{_place(s)} is frozen by the body above it until {s.speaker.when(a['until'])}: nothing is queued or executed "
        "until then, and every deadline is as much later."
    ),
    "ProposalPaused": lambda s, a: (
        f"{_proposal(s, a)} is held up by an objection until {s.speaker.when(a['until'])}. Its deadline is as much "
        "later: try again then."
    ),
    "FrozenAbove": _frozen_above,
    "BeingDissolved": lambda s, a: (
        f"{_place(s)} is going to be dissolved, from {s.speaker.when(a['readyAt'])} on: nothing new is proposed in it. "
        "Its members can appeal to the body above: `zonedao petition appeal`."
    ),
    "AlreadyDissolved": lambda s, a: (
        f"{_place(s)} was dissolved {s.speaker.when(a['at'])}. Propose it in the body above."
    ),
    "DissolutionOpen": lambda s, a: (
        f"It is announced already that {_place(s)} is dissolved, until {s.speaker.when(a['expiresAt'])}."
    ),
    "NoDissolution": lambda s, a: (
        f"Nobody announced that {_place(s)} is dissolved, or it was taken back, or is done, or lapsed. "
        "The body above announces it: `zonedao propose dissolve`."
    ),
    "DissolutionNotReady": lambda s, a: (
        f"{_place(s)} can be dissolved {s.speaker.when(a['readyAt'])}: two weeks pass between announcement and end."
    ),
    "MoveOpen": lambda s, a: (
        f"{_place(s)} is offered to another body already, until {s.speaker.when(a['expiresAt'])}. Take that back "
        "first: `zonedao propose hold`."
    ),
    "NotOffered": lambda s, a: (
        f"{_place(s)} is not offered to {s.speaker.who(a['caller'])}, or was sixty days ago. The body above it offers "
        "it: `zonedao propose move`."
    ),
    "MoveNotReady": lambda s, a: (
        f"{_place(s)} can be taken {s.speaker.when(a['readyAt'])}: two weeks pass between the offer and the move."
    ),
    "CannotStandBelow": lambda s, a: (
        f"{_place(s)} cannot be moved below {s.speaker.who(a['body'])}: only below another body of the same zone that "
        "was not dissolved."
    ),
    "WouldBeDeeper": lambda s, a: (
        f"{_place(s)} stands {a['now_']} below the zone and would stand {a['depth']} below it. Bodies move up or "
        "sideways only: offer it to one that stands higher."
    ),
    "NothingToRehang": lambda s, a: (
        f"{_place(s)} stands below {s.speaker.who(a['parent'])}, which goes on, so it stays there."
    ),
    "OnlyParent": lambda s, a: (
        "Only the body directly above can do this, by a vote. Propose it there: `zonedao propose --help`."
    ),
    "WrongDuration": lambda s, a: (
        f"It lasts from a second to {s.speaker.duration(a['most'])}, not {s.speaker.duration(a['seconds_'])}. "
        "Choose another time."
    ),
    "AlreadyObjected": lambda s, a: (
        f"{_proposal(s, a)} was held up once already, and cannot be held up again. Freeze the body, or vote "
        "against what it proposes next."
    ),
    "NotPaused": lambda s, a: f"{_proposal(s, a)} is not held up, so nothing is to be ended.",
    "AlreadyFrozen": lambda s, a: (
        f"{_place(s)} is frozen until {s.speaker.when(a['until'])} already. It can be frozen anew afterwards."
    ),
    "NotFrozen": lambda s, a: f"{_place(s)} is not frozen, so nothing is to be ended.",
    "FrozenTooLong": _too_long,
    "NotPetitionable": lambda s, a: (
        "Members cannot bring this about by signing. They can object to a proposal of the body or of one directly "
        "below, freeze a body directly below for up to 7 days, have it dissolved, and appeal: see "
        "`zonedao petition --help`."
    ),
    "NotPetitioner": lambda s, a: (
        f"{begun(s.speaker.who(a['account']))} cannot sign here: only who had been a member long enough when the "
        "petition was opened can."
    ),
    "TooManyPetitions": lambda s, a: (
        f"{begun(s.speaker.person(a['person'], s.zone))} can open another petition after "
        f"{s.speaker.when(a['freeAt'])}: one person has at most two at a time. Ask somebody else to open it."
    ),
    "MatterRests": lambda s, a: (
        f"A petition about this took effect not long ago: the matter rests until {s.speaker.when(a['until'])}. "
        "No vote is bound by that: propose it, an appeal in the body above (`zonedao propose --help`)."
    ),
    "NoSuchPetition": lambda s, a: (
        f"There is no petition {a['petition']} in {_place(s)}. `zonedao petition list` shows those there are."
    ),
    "PetitionClosed": lambda s, a: f"Petition {a['petition']} took effect, or its time is over. Open another.",
    "AlreadySigned": lambda s, a: f"{begun(s.speaker.person(a['person'], s.zone))} signed this already. Ask others.",
    "NothingSigned": lambda s, a: (
        f"None of these signatures of petition {a['petition']} counts: they are of no members, or counted already."
    ),
    "UnequalSigners": lambda s, a: (
        f"{a['signers']} signers came with {a['signatures']} signatures. Give one signature for each."
    ),
    "TooFewSigners": lambda s, a: f"{a['signed']} have signed, and {a['wanted']} must. Ask more members.",
    "OtherPetition": lambda s, a: f"Petition {a['petition']} is about another call. Give the one that was signed.",
}
