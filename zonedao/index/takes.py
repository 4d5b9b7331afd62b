"""What a contract would take from somebody now, as an index tells it: who may sponsor, vote, stand, sign or wish.

The conditions are those of the contracts, said with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.governance.electing import Phase
from zonedao.governance.laws import ProposalClass
from zonedao.governance.standing import ProposalState
from zonedao.index.answers_offices import sits
from zonedao.index.reading import stored_integer

if TYPE_CHECKING:
    from zonedao.index.belonging import Belonging
    from zonedao.index.chain import IndexedChain
    from zonedao.index.reading import Source

Takes = Callable[..., bool]  # of a chain, the contract that is asked, who asks, and what they ask with

_MOST_CANDIDATES = 32  # ElectionBallots.sol
_REST_SECONDS = 30 * 86_400  # Petitions.sol


# --- proposals ---


def _sponsor(chain: IndexedChain, body: Source, who: Belonging, identity: int) -> bool:
    found = chain.proposals(body).find(identity)
    if found is None or found[1].state is not ProposalState.PENDING or not found[1].sponsors_missing:
        return False
    signed = _told(
        chain, "body_proposal_sponsored", source=body.id, proposal_id=stored_integer(identity), person=who.person
    )
    return found[0].proposer not in who.keys and not signed and elects(chain, body, who, identity)


def _vote(chain: IndexedChain, body: Source, who: Belonging, identity: int, _: int) -> bool:
    found = chain.proposals(body).find(identity)
    if found is None or found[1].state is not ProposalState.ACTIVE or not elects(chain, body, who, identity):
        return False
    return not voted(body, who, identity, found[0].created_at)


def elects(chain: IndexedChain, body: Source, who: Belonging, identity: int) -> bool:
    """Whether somebody is of the electorate of a proposal."""
    found = chain.proposals(body).find(identity)
    if found is None:
        return False
    snapshot = found[0].created_at - 1
    return who.elects(body.id, snapshot, snapshot - found[1].law.seasoning_seconds)


def voted(body: Source, who: Belonging, identity: int, created_at: int) -> bool:
    """Whether somebody has cast their own vote on a proposal, directly or by signature."""
    return (body.id, stored_integer(identity)) in who.votes(created_at)


# --- petitions ---


def _sign_petition(chain: IndexedChain, body: Source, who: Belonging, number: int) -> bool:
    found = chain.ask("IWholeBody", body.address, "petitionOf", (number,))
    proposals = chain.proposals(body)
    if found.enacted or chain.now > found.deadline or proposals.dissolved_at:
        return False
    moment = found.openedAt - 1
    seasoning = proposals.law_at((ProposalClass.INDUSTRY,), moment).seasoning_seconds
    signed = _told(chain, "body_petition_signed", source=body.id, petition=number, person=who.person)
    return not signed and who.elects(body.id, moment, moment - seasoning)


def _enact_petition(chain: IndexedChain, body: Source, _: Belonging, number: int, target: str, data: bytes) -> bool:
    """What the call itself would come to only a node knows: whoever has it made is told."""
    found = chain.ask("IWholeBody", body.address, "petitionOf", (number,))
    closed = found.enacted or chain.now > found.deadline or chain.proposals(body).dissolved_at
    if closed or found.signed < found.wanted:
        return False
    matter = _matter(target, data)
    return matter is not None and not _rests(chain, body, matter)


def _rests(chain: IndexedChain, body: Source, matter: tuple[str, bytes]) -> bool:
    """Whether another petition about the same took effect lately."""
    query = """
        SELECT opened.target, opened.data FROM body_petition_enacted AS enacted
        JOIN blocks ON blocks.number = enacted.block
        JOIN body_petition_opened AS opened ON opened.source = enacted.source AND opened.petition = enacted.petition
        WHERE enacted.source = ? AND blocks.time > ?
    """
    rows = chain.database.execute(query, (body.id, chain.now - _REST_SECONDS))
    return any(_matter(target, data) == matter for target, data in rows)


def _matter(target: str, data: bytes) -> tuple[str, bytes] | None:
    """What a petition is about: an appeal, what its first call does (Petitions.sol, `_requireNoRest`).

    None for an appeal that the body above cannot read, or that has no call for each target: it refuses it.
    """
    from zonedao.chain.interface import shipped
    from zonedao.errors import UsageProblem

    kind = shipped("IWholeBody")
    if bytes(data[:4]) == kind.function("propose").selector:
        from zonedao.chain.contract import decode_call

        try:
            _, args = decode_call(kind, bytes(data))
        except UsageProblem:
            return None
        targets, calls = args["targets"], args["calldatas"]
        if not targets or not len(targets) == len(calls) == len(args["values"]):
            return None
        return str(targets[0]).lower(), bytes(calls[0][:4]).ljust(4, b"\0")
    return target.lower(), bytes(data[:4])


# --- elections ---


def _stand(chain: IndexedChain, elections: Source, who: Belonging, number: int) -> bool:
    return (
        _in_election(chain, elections, who, number, Phase.STANDING)
        and not _told(chain, "elections_candidate_stood", source=elections.id, election=number, person=who.person)
        and chain.ask("IWholeElections", elections.address, "electionOf", (number,)).choices < _MOST_CANDIDATES
    )


def _ballot(chain: IndexedChain, elections: Source, who: Belonging, number: int, _: object) -> bool:
    own = {"source": elections.id, "election": number, "person": who.person}
    return _in_election(chain, elections, who, number, Phase.VOTING) and not any(
        _told(chain, f"elections_{table}", **own) for table in ("ballot_cast", "ballot_committed")
    )


def _in_election(chain: IndexedChain, elections: Source, who: Belonging, number: int, phase: Phase) -> bool:
    found = chain.ask("IWholeElections", elections.address, "electionOf", (number,))
    return found.phase == phase and _elector(chain, who, found.body, found)


def _elector(chain: IndexedChain, who: Belonging, address: str, moments: Any) -> bool:
    """Whether they were members at a snapshot and a seasoning before it."""
    body = chain.source(address)
    return body is not None and who.elects(body.id, moments.snapshot, moments.seasonedAt)


def _vote_recall(chain: IndexedChain, elections: Source, who: Belonging, number: int, _: bool) -> bool:
    found = chain.ask("IWholeElections", elections.address, "petitionOf", (number,))
    election = chain.ask("IWholeElections", elections.address, "electionOf", (found.election,))
    voted_already = _told(chain, "elections_recall_vote_cast", source=elections.id, petition=number, person=who.person)
    return chain.now < found.voteEnd and not voted_already and _elector(chain, who, election.body, found)


def _ask_recall(chain: IndexedChain, elections: Source, who: Belonging, election: int, person: int) -> bool:
    """Only where somebody has asked before, and there is no vote yet."""
    query = "SELECT max(petition) FROM elections_recall_asked WHERE source = ? AND election = ? AND person = ?"
    (number,) = chain.database.execute(query, (elections.id, election, person)).fetchone()
    if number is None or not sits(chain, elections, election, person):
        return False
    found = chain.ask("IWholeElections", elections.address, "petitionOf", (number,))
    held = chain.ask("IWholeElections", elections.address, "electionOf", (election,))
    signed = _told(chain, "elections_recall_signed", source=elections.id, petition=number, person=who.person)
    return chain.now < found.signEnd and not found.voteEnd and not signed and _elector(chain, who, held.body, found)


# --- wishes ---


def _wish(chain: IndexedChain, wishes: Source, who: Belonging, body: str, name: bytes, _: int) -> bool:
    source = chain.source(body)
    seasoning = chain.ask("IWishes", wishes.address, "parameterOf", (body, name)).seasoning
    return source is not None and who.elects(source.id, chain.now, chain.now - seasoning)


def _read_wishes(chain: IndexedChain, wishes: Source, _: Belonging, body: str, name: bytes) -> bool:
    found = chain.ask("IWishes", wishes.address, "parameterOf", (body, name))
    return bool((chain.now - found.openedAt) // found.epochSeconds > found.epoch)


# --- inside ---


def _told(chain: IndexedChain, table: str, **where: Any) -> bool:
    """Whether there is an event with these columns."""
    conditions = " AND ".join(f"{name} = ?" for name in where)
    return (
        chain.database.execute(f"SELECT 1 FROM {table} WHERE {conditions} LIMIT 1", [*where.values()]).fetchone()
        is not None
    )


TAKES: Mapping[tuple[str, str], Takes] = {
    ("IWholeBody", "sponsor"): _sponsor,
    ("IWholeBody", "castVote"): _vote,
    ("IWholeBody", "signPetition"): _sign_petition,
    ("IWholeBody", "enactPetition"): _enact_petition,
    ("IWholeElections", "stand"): _stand,
    ("IWholeElections", "vote"): _ballot,
    ("IWholeElections", "commit"): _ballot,
    ("IWholeElections", "voteRecall"): _vote_recall,
    ("IWholeElections", "petition"): _ask_recall,
    ("IWishes", "wish"): _wish,
    ("IWishes", "readWishes"): _read_wishes,
}
