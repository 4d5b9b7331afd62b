"""What bodies, registers and their modules refuse about who is a person, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.speaker import begun, doing

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]


def _person(scene: Scene, args: Args) -> str:
    return scene.speaker.person(args["index"], scene.zone)


def _not_ready(scene: Scene, args: Args) -> str:
    if args["readyAt"] == 0:
        return "Vouchers are missing still. `zonedao member application` shows who has vouched."
    return f"Not yet: others may object. It is possible from {scene.speaker.when(args['readyAt'])}."


SENTENCES: Mapping[str, Sentence] = {
    # IMembership, IEnrolment
    "NoPersonhood": lambda s, a: "Nobody decides here who is a person but a vote: `zonedao propose admit`.",
    "OnlyReturningKey": lambda s, a: (
        f"Who returns comes by themself: use the account {a['key']}, so that nobody is brought back against their will."
    ),
    "ReturnBarred": lambda s, a: (
        f"{doing(_person(s, a), 'were', 'was')} expelled, or left before that. Only a vote admits "
        "again: `zonedao propose admit`."
    ),
    "ZeroNullifier": lambda s, a: "The module says nothing about who this is. The zone should list another one.",
    "NullifierTaken": lambda s, a: (
        f"This person is a member already, number {a['index']}. For another key there is `zonedao member rotate`."
    ),
    # IVouching
    "VouchersOutOfBounds": lambda s, a: f"Choose from {a['least']} to {a['most']} vouchers, not {a['vouchers']}.",
    "NotAVoucher": lambda s, a: "Only members of the zone vouch and object. Choose your member's key with --account.",
    "VoucherTooNew": lambda s, a: (
        f"Only who has been a member for {s.speaker.duration(a['seconds_'])} vouches and objects. Ask somebody else."
    ),
    "VoucherSuspended": lambda s, a: (
        f"{begun(s.speaker.person(a['voucher'], s.zone))} vouched for somebody who was rejected, and cannot again "
        f"until {s.speaker.when(a['until'])}. Ask somebody else."
    ),
    "TooManyVouchees": lambda s, a: (
        f"You vouched for {a['most']} who are new still, and can for another {s.speaker.when(a['freeAt'])}. "
        "Ask somebody else."
    ),
    "TooFewToVouch": lambda s, a: (
        f"A zone of {a['members']} members admits by vote only; from {a['least']} on, members can vouch. Propose it: "
        "`zonedao propose admit`."
    ),
    "UnknownNullifier": lambda s, a: "Nobody ever proved to be that person. Vouch for a new one.",
    "AlreadyIn": lambda s, a: f"{doing(_person(s, a), 'are', 'is')} a member already. Nothing is left to do.",
    "ClaimedOtherwise": lambda s, a: (
        f"Others vouch for {a['key']} as another person, until {s.speaker.when(a['expiresAt'])}. Ask them."
    ),
    "AlreadyVouched": lambda s, a: "You have vouched for this one already. Others must, too.",
    "AlreadyChallenged": lambda s, a: "You have objected to this one already. Others must, too.",
    "VouchersComplete": lambda s, a: "There are vouchers enough. Anybody can enrol them in due time.",
    "NoVouching": lambda s, a: (
        f"Nobody vouches for {a['key']} in {s.speaker.who(a['zone'])}, or it took too long. "
        "`zonedao member vouch` begins it."
    ),
    "VouchingIsContested": lambda s, a: (
        f"Enough members objected to {a['key']}: only a vote admits, until {s.speaker.when(a['decideBy'])}. "
        "Propose it: `zonedao propose admit`."
    ),
    "NotContested": lambda s, a: "Not enough members objected, so there is nobody to clear.",
    "NotAdmitted": lambda s, a: f"The zone has not admitted {a['key']}, so its vouchers stay suspended.",
    "VouchingNotReady": _not_ready,
    "VoucherLeft": lambda s, a: (
        f"{s.speaker.person(a['voucher'], s.zone)}, who vouched, is no member any more. Let it expire, and ask others."
    ),
    "EpochIsFull": lambda s, a: (
        f"The zone takes in {a['most']} in an epoch, and has. Try again {s.speaker.when(a['nextAt'])}."
    ),
    # IAllowList, IAttester
    "NotListed": lambda s, a: (
        f"{a['key']} is not on the list that {s.speaker.who(a['zone'])} voted for, or the file is another list. "
        "Ask for the file of that list."
    ),
    "NoAttester": lambda s, a: f"{s.speaker.who(a['zone'])} has named nobody to attest. A vote does.",
    "AttestationExpired": lambda s, a: (
        f"The attestation was good until {s.speaker.when(a['deadline'])}. Ask the attester for another."
    ),
    "NotAttested": lambda s, a: (
        f"Whom {s.speaker.who(a['zone'])} named to attest did not sign this for {a['key']}. Ask for an attestation."
    ),
}
