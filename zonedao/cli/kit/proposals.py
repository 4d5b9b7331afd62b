"""How a proposal is chosen, summed up and turned into a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zonedao.cli.kit.arguments import PROPOSAL, argument
from zonedao.cli.kit.completing import proposals

if TYPE_CHECKING:
    from zonedao.governance.proposals import Proposal, ProposalStatus
    from zonedao.index.proposals import IndexedProposal

number_argument: Callable[[Any], Any] = argument(
    "number",
    PROPOSAL,
    metavar="N",
    shell_complete=proposals,
)


def document(proposal: Proposal, status: ProposalStatus) -> dict[str, Any]:
    """A proposal and its status in JSON's types."""
    return document_of(
        proposal, status, proposal.body.path, proposal.proposer, proposal.body.client.name_of(proposal.proposer)
    )


def document_of(
    proposal: Proposal | IndexedProposal, status: ProposalStatus, path: str, proposer: str, proposer_name: str | None
) -> dict[str, Any]:
    """The same of a proposal of the body with a path, from wherever it was read."""
    return {
        "body": path,
        "number": proposal.number,
        "id": proposal.hex_id,
        "state": status.state.title,
        "title": proposal.title,
        "text": proposal.text,
        "proposer": proposer,
        "proposer_name": proposer_name,
        "classes": [each.title for each in proposal.classes],
        "votes": {"for": status.votes.for_, "against": status.votes.against, "abstain": status.votes.abstain},
        "quorum": status.quorum,
        "sponsors": status.sponsors,
        "sponsors_needed": status.sponsors_needed,
        "threshold_ppm": status.law.threshold_ppm,
        "electorate": proposal.electorate,
        "opens_at": proposal.opens_at,
        "closes_at": proposal.closes_at,
        "extended": proposal.extended,
        "executable_at": status.eta or None,
        "expires_at": status.expires_at,
        "held_up_until": status.held_up_until or None,
    }


def standing(proposal: Proposal | IndexedProposal, status: ProposalStatus) -> str:
    """What it waits for, with the moment."""
    from zonedao.governance.standing import ProposalState
    from zonedao.times import moment

    now = status.read_at
    match status.state:
        case ProposalState.PENDING if status.sponsors_missing:
            return f"needs {status.sponsors_missing} more sponsors by {moment(proposal.opens_at, now)}"
        case ProposalState.DEFEATED if status.sponsors_missing:
            return f"for want of {status.sponsors_missing} more sponsors"
        case ProposalState.PENDING:
            return f"opens {moment(proposal.opens_at, now)}"
        case ProposalState.ACTIVE:
            return f"closes {moment(proposal.closes_at, now)}"
        case ProposalState.SUCCEEDED | ProposalState.QUEUED if status.held_up_until:
            return f"held up until {moment(status.held_up_until, now)}"
        case ProposalState.SUCCEEDED:
            return f"to be queued by {moment(status.expires_at, now)}"
        case ProposalState.QUEUED if now < status.eta:
            return f"can be executed from {moment(status.eta, now)}"
        case ProposalState.QUEUED:
            return f"to be executed by {moment(status.expires_at, now)}"
        case ProposalState.EXPIRED:
            return f"since {moment(status.expires_at, now)}"
        case _:
            return ""
