"""What bodies, their register and their factory refuse, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.speaker import doing
from zonedao.governance.laws import Law, ProposalClass
from zonedao.governance.proposals import Proposal, ProposalState, ProposalStatus
from zonedao.governance.registry import WORD_BITS
from zonedao.text import share
from zonedao.treasury.assets import COIN

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence
    from zonedao.governance.body import Body

Args = Mapping[str, Any]

_FIELDS = (
    "how long a person must have been a member",
    "the time before the vote opens",
    "the time of the vote",
    "the delay before execution",
    "the time to queue and to execute",
    "the quorum",
    "the threshold",
    "the number of sponsors",
)
_SHARES = (5, 6)  # fields that are shares in parts per million; those before are seconds, what follows is a count


# --- states ---


def _unexpected_state(scene: Scene, args: Args) -> str:
    current = ProposalState(args["current"])
    expected = int.from_bytes(args["expectedStates"], "big")
    proposal = scene.speaker.proposal(scene.body, args["proposalId"])
    if proposal is None:
        return f"The proposal is {current.title}; this cannot be done to it now."
    if expected == 0 and _tried(scene) in ("object", "enactPetition"):
        return f"Proposal {proposal.number} is {current.title}, so nothing of it is left to be held up."
    if expected == 0:
        return (
            f"This very proposal exists already as number {proposal.number}, and is {current.title}. "
            "Change the title or the text to propose it again."
        )
    wanted = ProposalState(expected.bit_length() - 1)
    if current is ProposalState.PENDING:
        return _still_pending(scene, proposal, wanted)
    if wanted is ProposalState.PENDING and current is ProposalState.CANCELED:
        return f"Proposal {proposal.number} was withdrawn already."
    status = proposal.status()
    if current is ProposalState.DEFEATED and status.sponsors_missing:
        return _ended(scene, proposal, current, status)
    if wanted is ProposalState.PENDING:
        if _tried(scene) == "sponsor":
            return f"Too late to sponsor proposal {proposal.number}: its vote opened {_when(scene, proposal.opens_at)}."
        return f"Too late to withdraw proposal {proposal.number}: voting opened {_when(scene, proposal.opens_at)}."
    if current is ProposalState.ACTIVE:
        return f"Not yet: voting closes {_when(scene, proposal.closes_at)}."
    if wanted is ProposalState.ACTIVE:
        closed = f"voting closed {_when(scene, proposal.closes_at)}, and the proposal is {current.title}"
        return f"Too late: {closed}." if current is not ProposalState.CANCELED else _ended(scene, proposal, current)
    if current is ProposalState.SUCCEEDED:
        if wanted is ProposalState.QUEUED:
            return f"Proposal {proposal.number} must be queued first: `zonedao queue {proposal.number}`."
        return f"Proposal {proposal.number} has not expired; it can be queued until {_when(scene, status.expires_at)}."
    if current is ProposalState.QUEUED:
        if wanted is ProposalState.SUCCEEDED:
            return f"Proposal {proposal.number} is queued already. It can be executed from {_when(scene, status.eta)}."
        return (
            f"Proposal {proposal.number} has not expired; it can be executed until {_when(scene, status.expires_at)}."
        )
    return _ended(scene, proposal, current, status)


def _still_pending(scene: Scene, proposal: Proposal, wanted: ProposalState) -> str:
    opens = f"Not yet: voting opens {_when(scene, proposal.opens_at)}"
    if wanted is ProposalState.ACTIVE:
        return f"{opens}."
    return f"{opens}, and closes {_when(scene, proposal.closes_at)}."


def _ended(scene: Scene, proposal: Proposal, state: ProposalState, status: ProposalStatus | None = None) -> str:
    name = f"Proposal {proposal.number}"
    if state is ProposalState.CANCELED:
        return f"{name} was withdrawn by its proposer. Propose it again if it is wanted."
    if state is ProposalState.EXECUTED:
        return f"{name} was executed already."
    if state is ProposalState.DEFEATED and status is not None and status.sponsors_missing:
        return (
            f"{name} found {status.sponsors} of the {status.sponsors_needed} sponsors that it needed by "
            f"{_when(scene, proposal.opens_at)}, so there was no vote. Propose it again with more support."
        )
    if state is ProposalState.DEFEATED and status is not None:
        votes = status.votes
        return (
            f"{name} was defeated: {votes.for_} for, {votes.against} against, {votes.abstain} abstaining, "
            f"where {status.quorum} for or abstaining and {share(status.law.threshold_ppm)} for were needed."
        )
    if state is ProposalState.EXPIRED and status is not None:
        return f"{name} expired {_when(scene, status.expires_at)}. Propose it again if it is still wanted."
    return f"{name} is {state.title}."


def _tried(scene: Scene) -> str:
    """The function that was called, of those that fail like others; empty for the rest."""
    from zonedao.chain.interface import shipped

    data = scene.action.data if scene.action is not None else b""
    functions = (shipped("IWholeBody").function(name) for name in ("sponsor", "object", "enactPetition"))
    return next((function.name for function in functions if data[:4] == function.selector), "")


def _not_ready(scene: Scene, args: Args) -> str:
    return f"Not yet: it can be executed from {_when(scene, args['eta'])}."


def _nonexistent(scene: Scene, args: Args) -> str:
    place = f" in {scene.body.path}" if scene.body is not None else ""
    return f"There is no such proposal{place} (0x{args['proposalId']:064x}). `zonedao proposal list` shows them."


def _nothing_reserved(scene: Scene, args: Args) -> str:
    proposal = scene.speaker.proposal(scene.body, args["proposalId"])
    name = f"Proposal {proposal.number}" if proposal is not None else "The proposal"
    return f"{name} has nothing reserved: it was never queued, or it was released already."


# --- who ---


def _not_in_electorate(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["account"])
    begin = doing(who, "are", "is")
    body = scene.body
    proposal = scene.speaker.proposal(body, args["proposalId"])
    if body is None or proposal is None:
        return f"{begin} not in the electorate of this proposal, which was fixed when it was made."
    reason = _why_no_elector(body, args["account"], proposal.status().law, _snapshot(body, proposal), scene)
    return f"{begin} not in the electorate of proposal {proposal.number}: {reason}."


def _snapshot(body: Body, proposal: Proposal) -> int:
    return int(body.contract.call("proposalSnapshot", proposal.id))


def _why_no_elector(body: Body, account: str, law: Law, snapshot: int, scene: Scene) -> str:
    index = body.zone.registry.index_of(account)
    if index == 0:
        return f"nobody in {body.zone.name} acts with this key"
    word, bit = index // WORD_BITS, 1 << index % WORD_BITS
    they = "you" if scene.speaker.who(account) == "you" else "they"
    if int(body.contract.call("membersAt", word, snapshot)) & bit:
        seasoning = scene.speaker.duration(law.seasoning_seconds)
        return f"{they} must have been a member of {body.path} for {seasoning} by {_when(scene, snapshot)}"
    if body.is_member(index):
        return f"{they} joined {body.path} after {_when(scene, snapshot)}"
    return f"{they} were no member of {body.path} at {_when(scene, snapshot)}"


def _cannot_propose(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["proposer"])
    begin = doing(who, "cannot", "cannot")
    body = scene.body
    if body is None:
        return f"{begin} propose here: only seasoned members do."
    snapshot = scene.speaker.now() - 1
    law = max((body.law(each) for each in ProposalClass), key=lambda each: each.seasoning_seconds)
    return f"{begin} propose in {body.path}: {_why_no_elector(body, args['proposer'], law, snapshot, scene)}."


def _too_many_live(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["proposer"])
    return (
        f"{doing(who, 'have', 'has')} {args['most']} proposals in {_place(scene)} whose votes "
        f"have not ended, as many as one may. The next is possible {_when(scene, args['nextAt'])}, or when one of them "
        "is withdrawn before its vote opens: `zonedao cancel N`."
    )


def _no_sponsor_wanted(scene: Scene, args: Args) -> str:
    proposal = scene.speaker.proposal(scene.body, args["proposalId"])
    if proposal is None:
        return "This proposal needs no more sponsors. Vote on it when its vote opens."
    opens = f"voting opens {_when(scene, proposal.opens_at)}"
    return f"Proposal {proposal.number} needs no more sponsors; {opens}."


def _already_sponsor(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["account"])
    return f"{doing(who, 'have', 'has')} proposed or signed this already. Others must sign it too."


def _already_voted(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["voter"])
    return f"{doing(who, 'have', 'has')} voted already. A vote is cast once."


def _not_member(scene: Scene, args: Args) -> str:
    place = scene.body.path if scene.body is not None else "this body"
    if args["index"] == 0:
        return f"Nobody with this key is a member of {place}."
    who = scene.speaker.person(args["index"], scene.zone)
    return f"{doing(who, 'are', 'is')} no member of {place}."


def _already_member(scene: Scene, args: Args) -> str:
    who = scene.speaker.person(args["index"], scene.zone)
    return f"{doing(who, 'are', 'is')} a member already. Leave them out of the list."


def _already_person(scene: Scene, args: Args) -> str:
    if scene.action is not None and scene.zone is not None and scene.action.to == scene.zone.registry.address:
        return _already_key(scene, args)
    who = scene.speaker.who(args["key"])
    return f"{doing(who, 'are', 'is')} a member of the zone already. Leave them out of the list."


def _already_key(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["key"])
    begin = "This is your own key." if who == "you" else f"{who} is the key of person {args['index']} already."
    return f"{begin} Take one that nobody has used."


def _retired(scene: Scene, args: Args) -> str:
    who = scene.speaker.person(args["index"], scene.zone)
    whose = doing(who, "have", "has")
    return f"{whose} left the key {args['key']}, and a key that was left is nobody's for ever. Take another."


def _has_left(scene: Scene, args: Args) -> str:
    who = scene.speaker.person(args["index"], scene.zone)
    return f"{doing(who, 'have', 'has')} left the zone. Ask its members to be admitted again."


def _recovery_open(scene: Scene, args: Args) -> str:
    who = scene.speaker.person(args["index"], scene.zone)
    return (
        f"Others vouch for {args['newKey']} as the key of {who} until {_when(scene, args['expiresAt'])}. "
        "Vouch for that one, or wait."
    )


def _recovery_not_ready(scene: Scene, args: Args) -> str:
    if args["readyAt"] == 0:
        return "Vouchers are missing still. `zonedao member recovery` shows who has vouched."
    return f"Not yet: the old key may object until then. It can be finished from {_when(scene, args['readyAt'])}."


def _not_of_parent(scene: Scene, args: Args) -> str:
    return (
        f"{scene.speaker.who(args['key'])} is no member of the body above, and only its members can be admitted. "
        "Admit them there first."
    )


# --- laws ---


def _cap_exceeded(scene: Scene, args: Args) -> str:
    money, title = scene.speaker.money, ProposalClass(args["class"]).title
    return (
        f"The cap for {title} is used up in this epoch: left {money(args['asset'], args['left'])}, "
        f"wanted {money(args['asset'], args['wanted'])}. Queue it in the next epoch, or vote for a higher cap."
    )


def _out_of_bounds(scene: Scene, args: Args) -> str:
    field = args["field"]
    shown = [_in_units(field, args[key], scene) for key in ("value", "least", "most")]
    title = ProposalClass(args["class"]).title
    name = _FIELDS[field] if field < len(_FIELDS) else f"field {field}"
    return f"For the class {title}, {name} cannot be {shown[0]}: between {shown[1]} and {shown[2]} is allowed."


def _in_units(field: int, value: int, scene: Scene) -> str:
    if field in _SHARES:
        return share(value)
    return scene.speaker.duration(value) if field < _SHARES[0] else str(value)


def _forbidden(scene: Scene, args: Args) -> str:
    return (
        f"No proposal can make this call of {scene.speaker.who(args['target'])} (0x{bytes(args['selector']).hex()}): "
        "bodies make it themselves. Propose what it is for instead."
    )


# --- small helpers ---


def _when(scene: Scene, at: int) -> str:
    return scene.speaker.when(at)


def _place(scene: Scene) -> str:
    return scene.body.path if scene.body is not None else "this body"


SENTENCES: Mapping[str, Sentence] = {
    # IZone
    "GovernorUnexpectedProposalState": _unexpected_state,
    "GovernorNonexistentProposal": _nonexistent,
    "GovernorAlreadyCastVote": _already_voted,
    "GovernorInsufficientProposerVotes": _cannot_propose,
    "NotInElectorate": _not_in_electorate,
    "TooManyLiveProposals": _too_many_live,
    "NoSponsorWanted": _no_sponsor_wanted,
    "AlreadySponsor": _already_sponsor,
    "ProposalNotReady": _not_ready,
    "NothingReserved": _nothing_reserved,
    "GovernorOnlyProposer": lambda s, a: "Only who proposed it can withdraw it.",
    "GovernorOnlyExecutor": lambda s, a: (
        "Only the body itself can do this, by a vote. Propose it: `zonedao propose --help`."
    ),
    "GovernorRestrictedProposer": lambda s, a: (
        "The description names another proposer. Leave the line #proposer=0x… to this program."
    ),
    "GovernorInvalidProposalLength": lambda s, a: (
        f"A proposal needs as many calls as targets and values, and at least one; these are {a['targets']} targets, "
        f"{a['calldatas']} calls and {a['values']} values."
    ),
    "GovernorInvalidVoteType": lambda s, a: "There is no such vote. Vote for, against or abstain.",
    "GovernorInvalidVoteParams": lambda s, a: "A vote here takes no parameters. Leave them empty.",
    "TooManyCalls": lambda s, a: f"A proposal has at most {a['most']} calls, not {a['calls']}. Make several proposals.",
    "ValueNotZero": lambda s, a: "A body holds no coins and sends none along. Pay through the treasury.",
    "CodeChanged": lambda s, a: (
        "A contract that the proposal calls has changed since it was made, so it cannot run. Propose it again."
    ),
    "ExecutionRunning": lambda s, a: (
        f"Proposal {a['number']} is being executed at this moment. Try again when it is done."
    ),
    # IBody
    "AlreadyInitialized": lambda s, a: "This body was born already. Change it by votes.",
    "OnlyFactory": lambda s, a: "Only the factory makes bodies. Deploy one with `zonedao deploy`.",
    "WrongGenesisStep": lambda s, a: (
        "This is not the next step of the body's birth. Run the deployment again: it goes on where it stopped."
    ),
    "GenesisExpired": lambda s, a: (
        f"The birth was not completed by {s.speaker.when(a['deadline'])}: this body is dead. "
        "Deploy it again with another nonce."
    ),
    "OnlyGenesis": lambda s, a: "That is possible only while a body is being born. Propose it to its members.",
    "NoSuchModule": lambda s, a: (
        f"No contract can be listed under role {a['role']}. A zone lists its stores (3), its trade post (4), its "
        "verifier of ballots (5), who decides who is a person (6), elections (7) and wishes (8)."
    ),
    "ModuleTaken": lambda s, a: (
        f"{s.speaker.who(a['module'])} serves the zone in another place already. Choose another contract."
    ),
    "ModuleWithoutCode": lambda s, a: f"There is no contract at {a['module']}. Check the address.",
    "TooDeep": lambda s, a: f"{_place(s)} stands at the greatest depth, {a['depth']}. Found the industry further up.",
    # IMembership
    "NotLive": lambda s, a: f"{_place(s)} is still being born. Run the deployment again to complete it.",
    "NotMember": _not_member,
    "AlreadyMember": _already_member,
    "NotMemberOfParent": _not_of_parent,
    "NoticeOpen": lambda s, a: (
        f"{doing(s.speaker.person(a['index'], s.zone), 'have', 'has')} notice already, "
        f"until {_when(s, a['expiresAt'])}."
    ),
    "NoNotice": lambda s, a: (
        f"No notice of expulsion runs for {s.speaker.person(a['index'], s.zone)}. "
        "A vote gives one: `zonedao propose remove`."
    ),
    "NoticeRunning": lambda s, a: f"Not yet: the notice runs until {_when(s, a['readyAt'])}.",
    "StillInParent": lambda s, a: (
        f"{s.speaker.person(a['index'], s.zone)}, a member of the body above, stays one of {_place(s)}. "
        "A vote here can remove them: `zonedao propose remove`."
    ),
    "OnlyIndustry": lambda s, a: (
        "Only an industry does this: persons enter a zone by their keys, and there is no body above it to have left."
    ),
    "DeparturesPending": lambda s, a: (
        f"{a['pending']} departures from the zone must be applied to {_place(s)} first. Anyone may do that."
    ),
    # IRegistry
    "OnlyRoot": lambda s, a: "Only the zone writes its register, by a vote. Propose it there.",
    "AlreadyPerson": _already_person,
    "ZeroKey": lambda s, a: "The zero address cannot be anybody's key. Check the list.",
    "NoSuchPerson": lambda s, a: f"There is no person {a['index']} in the zone, or they left it.",
    "PersonHasLeft": _has_left,
    "RetiredKey": _retired,
    "PageNotWritten": lambda s, a: "There was too little gas to write the page. Try again with more.",
    # IKeyRecovery
    "NotAPerson": lambda s, a: (
        f"Nobody in the zone acts with that key ({s.speaker.who(a['caller'])}). Choose your member's key with "
        "--account."
    ),
    "OwnRecovery": lambda s, a: "Nobody vouches for themself. With the key at hand, use `zonedao member rotate`.",
    "NotSeasoned": lambda s, a: (
        f"Only who has been a member for {s.speaker.duration(a['seconds_'])} can vouch. Ask somebody else."
    ),
    "VoucherNotFree": lambda s, a: (
        f"You vouched not long ago, and can again from {_when(s, a['freeAt'])}. Ask somebody else."
        if s.speaker.person(a["voucher"], s.zone) == "you"
        else f"{s.speaker.person(a['voucher'], s.zone)} can vouch again from {_when(s, a['freeAt'])}."
    ),
    "TooFewMembers": lambda s, a: (
        f"A zone of {a['members']} members gives keys back by vote only; from {a['least']} on, vouchers can. "
        "Propose it: `zonedao propose recover`."
    ),
    "RecoveryOpen": _recovery_open,
    "EnoughVouchers": lambda s, a: "There are vouchers enough. The new key finishes it in its time.",
    "NoRecovery": lambda s, a: (
        "No recovery of this key is open, so nothing is to be done. `zonedao member recovery WHO` shows who has one."
    ),
    "RecoveryNotReady": _recovery_not_ready,
    "OnlyNewKey": lambda s, a: f"Only the new key, {a['newKey']}, can finish this. Choose it with --account.",
    "VoucherGone": lambda s, a: (
        f"{s.speaker.person(a['voucher'], s.zone)}, who vouched, is no member any more. Let it expire, and ask others."
    ),
    # The register and the verifiers have this one in common.
    "NothingToCompact": lambda s, a: f"The keys of word {a['word']} are in one page already. Nothing is to be done.",
    # IMembershipToken
    "NotTransferable": lambda s, a: (
        "A membership cannot be given away or lent. Who needs another key uses `zonedao member rotate`."
    ),
    "ERC721NonexistentToken": lambda s, a: (
        f"No member has the number {a['tokenId']}. `zonedao member list` shows who has."
    ),
    "ERC721InvalidOwner": lambda s, a: "The zero address is nobody. Give another address.",
    # IConstitution
    "CapExceeded": _cap_exceeded,
    "OutOfBounds": _out_of_bounds,
    "ForbiddenCall": _forbidden,
    "NoSuchRow": lambda s, a: (
        f"No row is about this call (role {a['role']}, 0x{bytes(a['selector']).hex()}): it is constitutional already."
    ),
    "NoSuchClass": lambda s, a: f"There is no class {a['class']} that this applies to. Only spending has caps.",
    "TruncatedCall": lambda s, a: f"The call is cut short: it has only {a['length']} bytes. Build it again.",
    # IProposals
    "ERC5805FutureLookup": lambda s, a: "That moment is still to come. Ask for one that is past.",
    # IZoneFactory and the libraries it uses
    "AlreadyCreated": lambda s, a: (
        f"This very body exists already, at {a['body']}. Join it, or change the plan's nonce."
    ),
    "NotABody": lambda s, a: "Only a body founds an industry below itself, by a vote. Propose it: `propose found`.",
    "FailedDeployment": lambda s, a: "The contract could not be created. Try again with more gas.",
    "InsufficientBalance": lambda s, a: (
        f"The contract has {COIN.format(a['balance'])} and needs {COIN.format(a['needed'])}. Send coins to it first."
    ),
}
