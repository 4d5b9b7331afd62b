"""A vote as a representative, signed by the one and brought by another (`castVoteAsRepresentativeBySig`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.ballots.casting import admitted
from zonedao.ballots.signing import SigningRecord
from zonedao.ballots.typed import typed_data
from zonedao.chain.abi import checksum_address
from zonedao.errors import UsageProblem
from zonedao.governance.proposals import Support
from zonedao.jsontext import parse_json
from zonedao.papers import paper_text, write_paper

if TYPE_CHECKING:
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone

_FIELDS = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
_MOST_BYTES = 4_096  # of a file


@dataclass(frozen=True)
class RepresentativeBallot:
    """What a representative signed: their choice on a proposal (IGovernor's id) of a body, with which their followers
    may be counted. It counts only if no other single signature of theirs is brought to this body before."""

    body: str
    proposal_id: int
    support: Support
    voter: str
    signature: bytes = field(repr=False)


def sign_as_representative(
    proposal: Proposal, support: Support, record: SigningRecord | None = None
) -> RepresentativeBallot:
    """Sign the signer's vote as a representative, for anybody to bring until batches close; nothing is sent.

    What is signed is recorded first, as for any ballot. Raises Refused, WrongState.
    """
    body = proposal.body
    signer = body.client.require_signer()
    poll, _ = admitted(proposal, support, signer.address)
    (record or SigningRecord.default()).note(poll.question, signer.address, support, proposal.number)
    domain = {
        "name": poll.question.body_name,
        "version": "1",
        "chainId": poll.question.chain_id,
        "verifyingContract": body.address,
    }
    values = {
        "proposalId": proposal.id,
        "support": int(support),
        "voter": signer.address,
        "nonce": int(body.contract.call("nonces", signer.address)),
    }
    signature = signer.sign_typed_data(typed_data(domain, "RepresentativeBallot", _FIELDS, values))
    return RepresentativeBallot(body.address, proposal.id, support, signer.address, signature)


def bring_representative(zone: Zone, ballot: RepresentativeBallot) -> Action[None]:
    """Bring a representative's vote. Anyone may. Raises UsageProblem where it is of no body of the zone."""
    body = next((each for each in zone.bodies() if each.address == ballot.body), None)
    if body is None:
        raise UsageProblem(f"The vote was signed for {ballot.body}, which is no body of {zone.path}. Bring it there.")
    arguments = (ballot.proposal_id, int(ballot.support), ballot.voter, ballot.signature)
    data = body.contract.encode("castVoteAsRepresentativeBySig", *arguments)
    meaning = f"bring the vote of {ballot.voter} as a representative in {body.name}"
    return plain(zone.client, body.address, data, meaning)


# --- files ---


def write_representative(path: Path, ballot: RepresentativeBallot) -> None:
    """Write a representative's vote to a file, which must not be there. Raises StorageProblem."""
    document = {
        "body": ballot.body,
        "proposal": f"0x{ballot.proposal_id:064x}",
        "support": ballot.support.title,
        "voter": ballot.voter,
        "signature": "0x" + ballot.signature.hex(),
    }
    write_paper(path, document)


def read_representative(path: Path) -> RepresentativeBallot | None:
    """The representative's vote in a file, None where something else is in it. Raises StorageProblem, UsageProblem."""
    text = paper_text(path)
    try:
        document: Any = parse_json(text) if len(text) <= _MOST_BYTES else None
    except ValueError:
        return None
    if not isinstance(document, dict) or "proposal" not in document:
        return None
    try:
        proposal = int(document["proposal"], 16)
        if not 0 <= proposal < 2**256:
            raise ValueError("no id")
        signature = bytes.fromhex(document["signature"].removeprefix("0x"))
        chosen = {each.title: each for each in Support}[document["support"]]
        return RepresentativeBallot(
            checksum_address(document["body"]), proposal, chosen, checksum_address(document["voter"]), signature
        )
    except (ValueError, KeyError, TypeError, AttributeError, UsageProblem) as problem:
        raise UsageProblem(f"{path} holds no signed vote of a representative. Have it signed again.") from problem
