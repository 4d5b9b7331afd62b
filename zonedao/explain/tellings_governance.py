"""Events of bodies, registers and factories in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.births import ROLES
from zonedao.governance.laws import ProposalClass, classes_in, law_from, row_name
from zonedao.governance.proposals import Support
from zonedao.governance.registry import indices_in
from zonedao.governance.standing import title_of
from zonedao.text import inline, printable, share
from zonedao.times import duration
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _module_set(at: Happening, args: Args) -> str:
    role = ROLES.get(args["role"], "module")
    if args["module"] == COIN_ADDRESS:
        return f"{at.place} has no {role} any longer."
    # By its address: its name says whose it is already.
    return (
        f"The {role} of {at.place} {'are' if role.endswith('s') else 'is'} at {at.speaker.marked(args['module'])} now."
    )


def _created(at: Happening, args: Args) -> str:
    opens, closes = at.speaker.when(args["voteStart"]), at.speaker.when(args["voteEnd"])
    title = title_of(args["description"])
    return (
        f"{at.speaker.who(args['proposer'])} proposed “{title}” in {at.place}: "
        f"voting opens {opens}, and closes {closes}."
    )


def _numbered(at: Happening, args: Args) -> str:
    classes = ", ".join(each.title for each in classes_in(args["classes"]))
    name = f"proposal {args['number']} of {at.place} ({classes})"
    return f"It is {name}; its quorum counts over {args['electorate']} persons."


def _vote(at: Happening, args: Args) -> str:
    who = at.speaker.who(args["voter"])
    choice = Support(args["support"])
    word = "abstained on" if choice is Support.ABSTAIN else f"voted {choice.title}"
    reason = inline(args["reason"])
    return f"{who} {word} {at.proposal(args['proposalId'])}" + (f": “{reason}”." if reason else ".")


def _does(who: str, verb: str, of_you: str) -> str:
    """A person and what they do; the verb has another form where it is "you"."""
    return f"{who} {of_you if who == 'you' else verb}"


def _key_of(who: str) -> str:
    return "your key" if who == "you" else f"the key of {who}"


def _place_of(who: str) -> str:
    return "your place" if who == "you" else f"the place of {who}"


def _law(at: Happening, args: Args) -> str:
    law, title = law_from(args["law"]), ProposalClass(args["class"]).title
    return (
        f"The law of {at.place} for {title} proposals: membership of {duration(law.seasoning_seconds)}, vote after "
        f"{duration(law.voting_delay_seconds)} for {duration(law.voting_period_seconds)}, execution after "
        f"{duration(law.execution_delay_seconds)}, {duration(law.grace_seconds)} to act; quorum "
        f"{share(law.quorum_ppm)}, threshold {share(law.threshold_ppm)}"
        + (f", {law.sponsors} sponsors." if law.sponsors else ".")
    )


def _sponsored(at: Happening, args: Args) -> str:
    missing = f"{args['missing']} more are needed" if args["missing"] else "its vote will open"
    return f"{at.person(args['person'])} sponsored {at.proposal(args['proposalId'])}: {missing}."


def _row(at: Happening, args: Args) -> str:
    name = row_name(args["role"], args["selector"])
    return (
        f"Calls of {name} are {'constitutional' if args['strict'] else 'of their ordinary class again'} in {at.place}."
    )


def _cap(at: Happening, args: Args) -> str:
    if args["limit"] == 0:
        return f"{at.place} has no cap in {at.speaker.asset(args['asset'])} any more."
    return f"{at.place} may spend up to {at.speaker.money(args['asset'], args['limit'])} in an epoch."


def _cap_charged(at: Happening, args: Args) -> str:
    used = at.speaker.money(args["asset"], args["used"])
    return f"{used} of the cap of {at.place} are used in epoch {args['epoch']}."


def _admitted(at: Happening, args: Args) -> str:
    people = indices_in(args["word"], args["mask"])
    names = ", ".join(at.person(index) for index in people[:12])
    more = f" and {len(people) - 12} more" if len(people) > 12 else ""
    return f"{names}{more} joined {at.place}."


TELLINGS: Mapping[str, Telling] = {
    "ProposalCreated": _created,
    "ProposalNumbered": _numbered,
    "ProposalExtended": lambda at, a: (
        f"The outcome turned near the close: voting on {at.proposal(a['proposalId'])} goes on until "
        f"{at.speaker.when(a['extendedDeadline'])}."
    ),
    "ProposalQueued": lambda at, a: (
        f"{at.proposal(a['proposalId'])} is queued and can be executed from {at.speaker.when(a['etaSeconds'])}."
    ),
    "ProposalExecuted": lambda at, a: f"{at.proposal(a['proposalId'])} was executed.",
    "ProposalCanceled": lambda at, a: f"{at.proposal(a['proposalId'])} was withdrawn.",
    "ProposalSponsored": _sponsored,
    "VoteCast": _vote,
    "ReservationsReleased": lambda at, a: f"What proposal {a['number']} of {at.place} had reserved is free again.",
    "BodyInitialized": lambda at, a: f"“{inline(a['name'])}” begins at {at.event.address}.",
    "GenesisStepDone": lambda at, a: (
        f"The birth of {at.place} goes on." if any(a["next"]) else f"The birth of {at.place} is complete."
    ),
    "ModuleSet": _module_set,
    "BodyFounded": lambda at, a: f"{at.place} founded “{inline(a['name'])}” at {a['child']}.",
    "MemberAdmitted": lambda at, a: f"{at.person(a['index'])} joined {at.place}.",
    "MembersAdmitted": _admitted,
    "MemberLeft": lambda at, a: f"{at.person(a['index'])} left {at.place}.",
    "MemberRemoved": lambda at, a: f"{_does(at.person(a['index']), 'was', 'were')} removed from {at.place}.",
    "ExpulsionNoticed": lambda at, a: (
        f"{_does(at.person(a['index']), 'has', 'have')} notice: anybody can end their membership of {at.place} from "
        f"{at.speaker.when(a['readyAt'])} to {at.speaker.when(a['expiresAt'])}, unless a vote takes it back."
    ),
    "ExpulsionWithdrawn": lambda at, a: (
        f"{_does(at.person(a['index']), 'stays', 'stay')} a member of {at.place}: the notice is taken back."
    ),
    "MemberPruned": lambda at, a: (
        f"{at.person(a['index'])} had left the body above {at.place}: that membership has ended, too."
    ),
    "MembershipEnded": lambda at, a: (
        f"{at.person(a['index'])} left the zone {at.speaker.when(a['at'])}, and with it {at.place}."
    ),
    "DAOURIUpdate": lambda at, a: (
        f"The document about {at.place} is at {printable(a['daoURI'])}."
        if a["daoURI"]
        else f"There is no document about {at.place} any more."
    ),
    "LawSet": _law,
    "RowSet": _row,
    "CapSet": _cap,
    "CapCharged": _cap_charged,
    "PersonAdmitted": lambda at, a: f"{_does(at.speaker.who(a['key']), 'is', 'are')} person {a['index']}.",
    "PersonReturned": lambda at, a: f"{_does(at.speaker.who(a['key']), 'is', 'are')} back as person {a['index']}.",
    "PersonLeft": lambda at, a: f"{at.person(a['index'])} left the zone (departure {a['departure'] + 1}).",
    "KeyRotated": lambda at, a: (
        f"{_does(at.person(a['index']), 'now acts', 'now act')} with {a['newKey']}; {a['oldKey']} is retired."
    ),
    "RecoveryOpened": lambda at, a: (
        f"In place of {_key_of(at.person(a['index']))} there is to be {a['newKey']}: vouchers can gather until "
        f"{at.speaker.when(a['expiresAt'])}."
    ),
    "RecoverySupported": lambda at, a: (
        f"{_does(at.person(a['voucher']), 'vouches', 'vouch')} for the new key of {at.person(a['index'])}; "
        f"that makes {a['vouchers']}."
    ),
    "RecoveryReady": lambda at, a: (
        f"The new key can take {_place_of(at.person(a['index']))} from {at.speaker.when(a['readyAt'])} to "
        f"{at.speaker.when(a['expiresAt'])}, unless the old one objects."
    ),
    "RecoveryVetoed": lambda at, a: (
        f"The old key of {at.person(a['index'])} objected: {a['newKey']} does not get the place."
    ),
    "RecoveryDropped": lambda at, a: f"The recovery for {at.person(a['index'])} ended: it is not needed any more.",
    "PageWritten": lambda at, a: (
        f"{a['size']} places of word {a['word']} of {at.place} are now in the code of {a['page']}."
    ),
    "Transfer": lambda at, a: f"Membership {a['tokenId']} went from {a['from']} to {a['to']}.",
    "Locked": lambda at, a: f"Membership {a['tokenId']} cannot be transferred.",
    "ZoneCreated": lambda at, a: f"A zone was created at {a['zone']}.",
    "IndustryCreated": lambda at, a: (
        f"An industry was created at {a['industry']}, below {at.speaker.who(a['parent'])}."
    ),
}
