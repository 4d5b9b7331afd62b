"""What an action would do, before it is signed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from zonedao.chain.fees import ether
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert, NotFound
from zonedao.explain.calls import Explained, explain_call
from zonedao.explain.classes import classes_in_words, why
from zonedao.explain.foreseen import foreseen
from zonedao.explain.outlook import Outlook, outlook, outlook_of_petition
from zonedao.explain.reverts import in_words
from zonedao.governance.calls import Call
from zonedao.governance.laws import ProposalClass
from zonedao.text import share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zonedao.actions import Action
    from zonedao.explain.watching import Change
    from zonedao.governance.body import Body

_ABOUT_PETITIONS = ("openPetition", "signPetition", "signPetitionFor", "enactPetition")
_ABOUT_ARRAYS = ("queue", "execute", "cancel", "releaseExpired")


@dataclass(frozen=True)
class Description:
    """What an action does, in words and figures.

    Where it is about a proposal: `classes`, and the `reasons` why it has them; the votes that it needs (`quorum` of
    `electorate`), how many must still sign before its vote opens, and the times (unix seconds, 0 where unknown): the
    vote opens and closes, and the earliest execution if it is queued at once. `proposing` tells that it makes one,
    `ahead` what executing it would do as things are now, and whether its money is there. `changes` are what any other
    action changes beyond what its sentence says, None where that is not known.
    `fee_limit_wei` is the most that the transaction can cost, None when that was not asked for.
    """

    call: Explained
    first: tuple[str, ...] = ()
    classes: tuple[ProposalClass, ...] = ()
    reasons: Mapping[ProposalClass, str] = field(default_factory=dict)
    electorate: int = 0
    quorum: int = 0
    threshold_ppm: int = 0
    sponsors_missing: int = 0
    opens_at: int = 0
    closes_at: int = 0
    earliest_execution_at: int = 0
    fee_limit_wei: int | None = None
    proposing: bool = False
    ahead: Outlook = field(default_factory=Outlook)
    changes: tuple[Change, ...] | None = None
    lines: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What it does, in one sentence."""
        return self.call.said()[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before signing."""
        return (*self.call.all_warnings(), *self.ahead.warnings)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def describe(action: Action[Any], *, fee: bool = False) -> Description:
    """What an action would do. With `fee` it is simulated and priced: raises ContractRevert, InsufficientFunds."""
    with action.client.at_one_moment():
        speaker = action.client.speaker
        call = explain_call(speaker, action.to, action.data)
        body = speaker.body(action.to)
        figures = _figures(action, body)
        fee_limit_wei = action.prepare().fee_limit_wei if fee else None
        first = tuple(step.explain().sentence for step in action.first)
        said = Description(call=call, first=first, fee_limit_wei=fee_limit_wei, changes=foreseen(action), **figures)
        return replace(said, lines=_lines(action, said))


def _lines(action: Action[Any], said: Description) -> tuple[str, ...]:
    speaker = action.client.speaker
    found = [f"First: {sentence[:1].lower()}{sentence[1:]}" for sentence in said.first]
    found += said.call.said()
    found += said.ahead.lines
    if said.changes:
        found += ["It would change, as things are now:", *(f"  {each}" for each in said.changes)]
    if said.classes:
        classes = ", and ".join(classes_in_words(said.classes, said.reasons))
        found.append(
            f"Class: {classes}. It needs {said.quorum} of {said.electorate} persons voting for or abstaining, and "
            f"{share(said.threshold_ppm)} of for and against."
        )
    if said.sponsors_missing:
        found.append(f"{said.sponsors_missing} more members must sponsor it before the vote opens, or there is none.")
    if said.opens_at:
        now = speaker.now()
        opens = "opens" if said.opens_at >= now else "opened"
        closes = "closes" if said.closes_at >= now else "closed"
        found.append(f"Voting {opens} {speaker.when(said.opens_at)}; it {closes} {speaker.when(said.closes_at)}.")
    if said.earliest_execution_at:
        found.append(f"Earliest execution: {speaker.when(said.earliest_execution_at)}.")
    found += [f"WARNING: {warning}" for warning in said.warnings]
    if said.fee_limit_wei is not None:
        found.append(f"The fee is {ether(said.fee_limit_wei)} at most.")
    return tuple(found)


def _figures(action: Action[Any], body: Body | None) -> dict[str, Any]:
    """Class, quorum and times of the proposal that an action makes or is about."""
    if body is None:
        return {}
    from zonedao.chain.contract import decode_call

    signature, args = decode_call(shipped("IWholeBody"), action.data)
    verb = signature.split("(")[0]
    if verb == "propose":
        calls = [Call(*pair) for pair in zip(args["targets"], args["calldatas"], strict=True)]
        try:
            judged = body.judge(calls)
        except ContractRevert as revert:
            raise in_words(action.client.speaker, revert, action) from None
        return {
            "proposing": True,
            "ahead": outlook(body, calls),
            "classes": judged.classes,
            "reasons": why(body, calls),
            "electorate": judged.electorate,
            "quorum": judged.quorum,
            "threshold_ppm": judged.law.threshold_ppm,
            "sponsors_missing": judged.law.sponsors_needed(judged.electorate),
            "opens_at": judged.opens_at,
            "closes_at": judged.closes_at,
            "earliest_execution_at": judged.earliest_execution_at,
        }
    if verb in _ABOUT_PETITIONS:
        found = _petitioned(body, args)
        return {} if found is None else {"ahead": outlook_of_petition(body, found)}
    if verb in _ABOUT_ARRAYS:
        identity = int(body.contract.call("hashProposal", *args.values()))
    elif verb == "sponsor" or verb.startswith("castVote"):
        identity = args["proposalId"]
    else:
        return {}
    proposal = action.client.speaker.proposal(body, identity)
    if proposal is None:
        return {}
    status = proposal.status()
    return {
        "ahead": outlook(body, proposal.calls, proposal, status.state),
        "classes": proposal.classes,
        "reasons": why(body, proposal.calls),
        "electorate": proposal.electorate,
        "quorum": status.quorum,
        "threshold_ppm": status.law.threshold_ppm,
        "sponsors_missing": status.sponsors_missing,
        "opens_at": proposal.opens_at,
        "closes_at": proposal.closes_at,
        "earliest_execution_at": status.eta,
    }


def _petitioned(body: Body, args: Mapping[str, Any]) -> Call | None:
    """The call that a petition is about, None for one that is not there."""
    if "target" in args:
        return Call(args["target"], args["data"])
    try:
        return body.petition(args["petition"]).call
    except NotFound:
        return None
