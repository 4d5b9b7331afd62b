"""Calls of bodies, registers and factories in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zonedao.explain.births import ROLES, founded, steps_in_words
from zonedao.explain.calls import Explained, explain_calls
from zonedao.explain.laws import law_changes, law_in_words
from zonedao.governance.calls import struct
from zonedao.governance.laws import ProposalClass, law_from, row_name
from zonedao.governance.proposals import Support
from zonedao.governance.registry import indices_in
from zonedao.governance.standing import title_of
from zonedao.text import inline, printable

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body

Args = Mapping[str, Any]

# --- proposals and votes ---


def _propose(setting: Setting, args: Args) -> Explained:
    body = setting.body
    calls = explain_calls(setting.speaker, args["targets"], args["calldatas"], body, setting.depth + 1)
    title = title_of(args["description"])
    return Explained(f"propose in {setting.place}: “{title}”", calls)


def _about(verb: str) -> Phrase:
    """A phrase about an existing proposal that is named by its arrays."""

    def phrase(setting: Setting, args: Args) -> Explained:
        body = setting.body
        calls = explain_calls(setting.speaker, args["targets"], args["calldatas"], body, setting.depth + 1)
        name = f"a proposal of {setting.place}"
        if body is not None:
            identity = body.contract.call("hashProposal", *(args[name] for name in _ARRAYS))
            name = _named(setting.speaker, body, identity)
        return Explained(f"{verb} {name}", calls)

    return phrase


_ARRAYS = ("targets", "values", "calldatas", "descriptionHash")


def vote_in_words(setting: Setting, args: Args) -> Explained:
    """A vote with `proposalId`, `support` and perhaps `reason`, and the calls that it is about."""
    choice = Support(args["support"]).title if args["support"] <= Support.ABSTAIN else f"{args['support']} (no vote)"
    name, calls = proposal_in_words(setting, args["proposalId"])
    word = "abstain from" if choice == "abstain" else f"vote {choice}"
    reason = inline(args.get("reason", ""))
    return Explained(f"{word} {name}" + (f", because “{reason}”" if reason else ""), calls)


def proposal_in_words(setting: Setting, identity: int) -> tuple[str, tuple[Explained, ...]]:
    """What a proposal of the called body is named, and its calls."""
    body = setting.body
    if body is None:
        return f"proposal 0x{identity:064x}", ()
    name, proposal = _named(setting.speaker, body, identity), setting.speaker.proposal(body, identity)
    if proposal is None:
        return name, ()
    targets, datas = [call.target for call in proposal.calls], [call.data for call in proposal.calls]
    return name, explain_calls(setting.speaker, targets, datas, body, setting.depth + 1)


def _named(speaker: Speaker, body: Body, identity: int) -> str:
    proposal = speaker.proposal(body, identity)
    if proposal is None:
        return f"a proposal that {body.path} does not have"
    return f"proposal {proposal.number} of {body.path}, “{proposal.title}”"


# --- members ---


def _admit(setting: Setting, args: Args) -> str:
    people = _listed([setting.speaker.who(key) for key in args["keys"]])
    return f"admit {people} to {setting.place}"


def _admit_words(setting: Setting, args: Args) -> str:
    indices = [
        index for word, mask in zip(args["words"], args["masks"], strict=False) for index in indices_in(word, mask)
    ]
    people = _listed([setting.speaker.person(index, setting.zone) for index in indices[:20]])
    more = f" and {len(indices) - 20} more" if len(indices) > 20 else ""
    return f"admit to {setting.place} those of these who are members of the body above: {people}{more}"


def _remove(setting: Setting, args: Args) -> str:
    who = setting.speaker.person(args["index"], setting.zone)
    body = setting.body
    if body is not None and body.is_zone:
        return f"give {who} notice of expulsion from {setting.place}"
    return f"remove {who} from {setting.place}"


def _prune(setting: Setting, args: Args) -> str:
    who = setting.speaker.person(args["index"], setting.zone)
    return f"end the membership in {setting.place} of {who}, who left the body above"


def _leave(setting: Setting, args: Args) -> str:
    body = setting.body
    below = " and every body below it" if body is not None and body.is_zone else ""
    return f"leave {setting.place}{below}"


# --- bodies and laws ---


def _set_law(setting: Setting, args: Args) -> str:
    title = ProposalClass(args["class"]).title if args["class"] in list(ProposalClass) else f"class {args['class']}"
    new = law_from(args["law"])
    body = setting.body
    if body is None:
        changes = law_in_words(new)
    else:
        changes = [f"{name} from {a} to {b}" for name, a, b in law_changes(body.law(args["class"]), new)]
    return f"change the law of {setting.place} for {title} proposals: {', '.join(changes) or 'nothing changes'}"


def _set_cap(setting: Setting, args: Args) -> str:
    if args["limit"] == 0:
        symbol = setting.speaker.asset(args["asset"])
        return f"remove the cap of {setting.place} for {symbol}: spending it will need a constitutional vote"
    return f"let {setting.place} spend up to {setting.speaker.money(args['asset'], args['limit'])} in an epoch"


def _sponsor(setting: Setting, args: Args) -> Explained:
    about = vote_in_words(setting, {**args, "support": int(Support.FOR)})
    return Explained(about.sentence.replace("vote for", "sponsor", 1), about.inside)


def _set_row(setting: Setting, args: Args) -> str:
    name = row_name(args["role"], args["selector"])
    change = "take a constitutional vote" if args["strict"] else "have their ordinary class again"
    return f"let calls of {name} {change} in {setting.place}"


def _set_module(setting: Setting, args: Args) -> Explained:
    role = ROLES.get(args["role"], f"role {args['role']}")
    known = setting.speaker.name(args["module_"])
    warnings = () if known else (f"{args['module_']} is a contract that zonedao does not know.",)
    return Explained(f"make {setting.speaker.who(args['module_'])} the {role} of {setting.place}", warnings=warnings)


def _set_dao_uri(setting: Setting, args: Args) -> str:
    uri = printable(args["uri"])
    about = f"the document about {setting.place}"
    return f"publish {about} at {uri}" if uri else f"withdraw {about}"


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names) or "nobody"
    return f"{', '.join(names[:-1])} and {names[-1]}"


_BODY: Mapping[str, Phrase] = {
    "propose": _propose,
    "queue": _about("queue"),
    "execute": _about("execute"),
    "cancel": _about("withdraw"),
    "releaseExpired": _about("free what is reserved for the expired"),
    "sponsor": _sponsor,
    "castVote": vote_in_words,
    "castVoteWithReason": vote_in_words,
    "castVoteWithReasonAndParams": vote_in_words,
    "admit": _admit,
    "admitWords": _admit_words,
    "remove": _remove,
    "finishExpulsion": lambda s, a: f"finish the expulsion of {s.speaker.person(a['index'], s.zone)} from {s.place}",
    "withdrawExpulsion": lambda s, a: (
        f"take back the notice of expulsion of {s.speaker.person(a['index'], s.zone)} from {s.place}"
    ),
    "leave": _leave,
    "prune": _prune,
    "syncDepartures": lambda s, a: f"apply up to {a['most']} departures from the zone to {s.place}",
    "found": lambda s, a: founded(s, s.body, a),
    "setModule": _set_module,
    "removeModule": lambda s, a: f"let {s.place} have no {ROLES.get(a['role'], 'such module')}",
    "setDaoURI": _set_dao_uri,
    "setLaw": _set_law,
    "setCap": _set_cap,
    "setRow": _set_row,
    "initialize": lambda s, a: f"begin the birth of {s.place}",
    "genesis": lambda s, a: Explained(
        f"run the next step of the birth of {s.place}", steps_in_words(s, [a["step"]], s.place)
    ),
    "allowAtGenesis": lambda s, a: (
        f"at the birth of {s.place}, let a body below it draw {s.speaker.money(a['asset'], a['maxAmount'])} "
        f"in each of {a['epochs']} epochs"
    ),
}


def _rotate(setting: Setting, args: Args) -> Explained:
    who = setting.speaker.who(args["newKey"])
    warning = f"Whoever has the key of {who} has your place from then on. Your old key has no way back."
    return Explained(f"act with {who} from now on, for good", warnings=(warning,))


def _recover(verb: str) -> Phrase:
    def phrase(setting: Setting, args: Args) -> str:
        who = setting.speaker.person(args["index"], setting.zone)
        key = setting.speaker.who(args["newKey"])
        return f"{verb} {'your key' if key == 'you' else key} is the key of {who}"

    return phrase


_REGISTER: Mapping[str, Phrase] = {
    "rotate": _rotate,
    "vouchRecovery": _recover("vouch that"),
    "recoverByVote": _recover("decide that"),
    "vetoRecovery": lambda s, a: "end the recovery of your key, and bar those who vouched for half a year",
    "finishRecovery": lambda s, a: f"become the key of {s.speaker.person(a['index'], s.zone)}",
    "compact": lambda s, a: f"write the keys of persons {256 * a['word']} to {256 * a['word'] + 255} into a new page",
}

PHRASES: Mapping[tuple[str, str], Phrase] = {
    **{("IWholeBody", name): phrase for name, phrase in _BODY.items()},
    ("IWholeRegistry", "admit"): lambda s, a: (
        f"enter {_listed([s.speaker.who(key) for key in a['keys']])} in {s.place}"
    ),
    **{("IWholeRegistry", name): phrase for name, phrase in _REGISTER.items()},
    ("IWholeRegistry", "depart"): lambda s, a: f"record in {s.place} that {s.speaker.person(a['index'], s.zone)} left",
    ("IZoneFactory", "createZone"): lambda s, a: f"create the zone “{inline(struct(a['plan'], 'body').name)}”",
    ("IZoneFactory", "createIndustry"): lambda s, a: founded(s, s.actor, a),
}
