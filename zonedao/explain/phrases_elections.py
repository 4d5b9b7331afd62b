"""Calls of elections and wishes in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.calls import Explained
from zonedao.governance.elections import Elections
from zonedao.governance.stv import preferences
from zonedao.text import counted, inline, one_of, owned, read_label, share

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting
    from zonedao.explain.speaker import Speaker

Args = Mapping[str, Any]

_KINDS = ("a choice of options", "approval", "single transferable vote")


def said(label: bytes) -> str:
    """A label between quotation marks."""
    return f"“{inline(read_label(label))}”"


def approved(ballot: int) -> list[int]:
    """The numbers of a ballot by approval."""
    return [number for number in range(ballot.bit_length()) if ballot >> number & 1]


def _place(setting: Setting) -> str:
    return setting.actor.path if setting.actor is not None else "the calling body"


def _open_poll(setting: Setting, args: Args) -> str:
    terms, speaker = args["terms"], setting.speaker
    options = [f"{number}. {one_of(read_label(each))}" for number, each in enumerate(terms.options, 1)]
    if terms.costs:
        options = [f"{each} for {cost}" for each, cost in zip(options, terms.costs, strict=False)]
    budget = f" within {terms.budget}" if terms.costs else ""
    secret = f", then {speaker.duration(terms.revealSeconds)} to reveal ballots" if terms.revealSeconds else ""
    return (
        f"let the members of {_place(setting)} choose for {speaker.duration(terms.voteSeconds)}{secret} about "
        f"{said(terms.subject)}: {'; '.join(options)}. At most {terms.most} win{budget}, each with "
        f"{share(terms.thresholdPpm)} of the ballots at least, if {share(terms.quorumPpm)} of the members vote"
    )


def _open_election(setting: Setting, args: Args) -> str:
    terms, speaker = args["terms"], setting.speaker
    kind = _KINDS[terms.kind] if terms.kind < len(_KINDS) else f"method {terms.kind}"
    secret = f" and {speaker.duration(terms.revealSeconds)} to reveal ballots" if terms.revealSeconds else ""
    later = f", from {speaker.duration(terms.termDelay)} after" if terms.termDelay else ""
    return (
        f"let {_place(setting)} elect {counted(terms.seats, 'person')} to the office {said(terms.office)} by {kind}: "
        f"{speaker.duration(terms.standSeconds)} to stand, {speaker.duration(terms.voteSeconds)} to vote{secret}; for "
        f"{speaker.duration(terms.termSeconds)}{later}, if {share(terms.quorumPpm)} of the members vote"
    )


def chosen(speaker: Speaker, contract: str, election: int, numbers: Iterable[int]) -> list[str]:
    """Choices of an election with what they are called, as far as its body is known: `2 (swings)`."""
    found = speaker.client.bind("IWholeElections", contract).call("electionOf", election)
    body = speaker.body(found.body)
    names: list[str] = []
    if body is not None:
        at = Elections(body, contract).election(election)
        names = [one_of(each) for each in at.options] or [speaker.person(index, body.zone) for index in at.persons]
    return [f"{each} ({names[each - 1]})" if 0 < each <= len(names) else str(each) for each in numbers]


def _vote(setting: Setting, args: Args) -> str:
    """What a ballot says is known only with the kind of its election."""
    number, ballot = args["election"], args["ballot"]
    found = setting.speaker.client.bind("IWholeElections", setting.target).call("electionOf", number)
    ranked = found.kind == len(_KINDS) - 1
    choices = chosen(setting.speaker, setting.target, number, preferences(ballot) if ranked else approved(ballot))
    words = f"first {', then '.join(choices) or 'nobody'}" if ranked else f"approve of {', '.join(choices) or 'none'}"
    return f"vote in election {number} about {said(found.label)}, for good: {words}"


def _reveal(setting: Setting, args: Args) -> str:
    who = setting.speaker.person(args["person"], setting.zone)
    return f"reveal the ballot that {who} committed to in election {args['election']}"


def recalled(speaker: Speaker, contract: str, number: int) -> str:
    """The recall that a petition asks for: `the recall of ada, elected in election 1`."""
    at = speaker.client.bind("IWholeElections", contract)
    found = at.call("petitionOf", number)
    body = speaker.body(at.call("electionOf", found.election).body)
    who = speaker.person(found.person, body.zone if body is not None else None)
    return f"{owned('recall', who)}, elected in election {found.election}"


def _recall(setting: Setting, args: Args) -> str:
    recall = recalled(setting.speaker, setting.target, args["number"])
    return f"vote {'for' if args['recall'] else 'against'} {recall}, for good"


def wished(speaker: Speaker, contract: str, args: Args, steps: int) -> int:
    """The value that a number of steps of a parameter stands for."""
    found = speaker.client.bind("IWishes", contract).call("parameterOf", args["body"], args["name"])
    return int(found.least + found.step * steps)


def _wish(setting: Setting, args: Args) -> str:
    value = wished(setting.speaker, setting.target, args, args["bin"])
    return f"wish for {value} of {said(args['name'])} in {_body(setting, args)}, in place of any earlier wish"


def _held_by(setting: Setting, election: int) -> str:
    """The office and the body that an election was about."""
    found = setting.speaker.client.bind("IWholeElections", setting.target).call("electionOf", election)
    return f"the office {said(found.label)} of {setting.speaker.who(found.body)}"


def _replace(setting: Setting, args: Args) -> str:
    people = ", ".join(setting.speaker.person(index, setting.zone) for index in args["persons"])
    return (
        f"name {people or 'nobody'} to {_held_by(setting, args['election'])} in place of who was elected in election "
        f"{args['election']}, for {setting.speaker.duration(args['seconds_'])}, or until its next term begins"
    )


def _open_parameter(setting: Setting, args: Args) -> Explained:
    terms, speaker = args["terms"], setting.speaker
    most = terms.least + terms.step * (terms.bins - 1)
    return Explained(
        f"let the members of {_place(setting)} set {said(terms.name)} by the median of their wishes: from "
        f"{terms.least} to {most} in steps of {terms.step}, {terms.least + terms.step * terms.first} at first, at most "
        f"{counted(terms.move, 'step')} in {speaker.duration(terms.epochSeconds)}, if {share(terms.quorumPpm)} of the "
        "members have a wish",
        warnings=("These bounds stay for good.",),
    )


def _forget(setting: Setting, args: Args) -> str:
    people = [setting.speaker.person(index, setting.zone) for index in args["persons"]]
    whose = owned("wish", people[0]) if len(people) == 1 else f"the wishes of {', '.join(people) or 'nobody'}"
    return f"take back {whose} for {said(args['name'])} of {_body(setting, args)}"


def _body(setting: Setting, args: Args) -> str:
    return setting.speaker.who(args["body"])


_ELECTIONS: Mapping[str, Phrase] = {
    "openPoll": _open_poll,
    "openElection": _open_election,
    "stand": lambda s, a: f"stand in election {a['election']}, and accept the office if elected",
    "vote": _vote,
    "commit": lambda s, a: f"commit to a ballot in election {a['election']}, for good; reveal it after the vote",
    "reveal": _reveal,
    "decide": lambda s, a: f"decide election {a['election']}",
    "decidePoll": lambda s, a: f"decide election {a['election']} about {said(a['terms'].subject)}",
    "count": lambda s, a: (
        f"count {counted(len(a['ballots']), 'ballot')} of election {a['election']} in "
        f"{counted(len(a['stages']), 'stage')}"
    ),
    "replaceOfficers": _replace,
    "restoreOfficers": lambda s, a: (
        f"give {_held_by(s, a['election'])} back to who was elected in election {a['election']}"
    ),
    "resign": lambda s, a: f"give up the office of election {a['election']}",
    "petition": lambda s, a: (
        f"sign the petition to recall {s.speaker.person(a['person'], s.zone)}, elected in election {a['election']}"
    ),
    "voteRecall": _recall,
    "closeRecall": lambda s, a: f"end the vote on {recalled(s.speaker, s.target, a['number'])}",
}

_WISHES: Mapping[str, Phrase] = {
    "openParameter": _open_parameter,
    "wish": _wish,
    "forget": _forget,
    "readWishes": lambda s, a: f"read the median of the wishes for {said(a['name'])} of {_body(s, a)}",
}

PHRASES: Mapping[tuple[str, str], Phrase] = {
    **{("IWholeElections", name): phrase for name, phrase in _ELECTIONS.items()},
    **{("IWishes", name): phrase for name, phrase in _WISHES.items()},
}
