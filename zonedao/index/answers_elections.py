"""What the elections and the wishes of a zone would answer."""

from __future__ import annotations

import json
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.governance.electing import Kind, Phase
from zonedao.index.chain import NotTold
from zonedao.times import DAY

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source

_OPENED = """
SELECT body, terms, snapshot, seasoned_at, time, 1 FROM elections_poll_opened JOIN blocks ON number = block
WHERE source = :elections AND election = :number
UNION ALL SELECT body, terms, snapshot, seasoned_at, time, 0 FROM elections_election_opened
JOIN blocks ON number = block WHERE source = :elections AND election = :number
"""
_SIGN_SECONDS = 30 * DAY  # Offices.sol
_RECALL = """
SELECT asked.election, asked.person, asked.needed, asked.snapshot, asked.seasoned_at, time,
    coalesce(opened.vote_end, 0), closed.petition IS NOT NULL,
    (SELECT count(*) FROM elections_recall_signed AS signed
     WHERE signed.source = asked.source AND signed.petition = asked.petition)
FROM elections_recall_asked AS asked
JOIN blocks ON number = asked.block
LEFT JOIN elections_recall_opened AS opened ON opened.source = asked.source AND opened.petition = asked.petition
LEFT JOIN elections_recall_closed AS closed ON closed.source = asked.source AND closed.petition = asked.petition
WHERE asked.source = :elections AND asked.petition = :number
"""
_PARAMETER = """
SELECT terms, seasoning, time FROM wishes_parameter_opened JOIN blocks ON number = block
WHERE source = :wishes AND body = :body AND name = :name
"""
_READ = """
SELECT epoch, "current", "following" FROM wishes_wishes_read WHERE source = :wishes AND body = :body AND name = :name
ORDER BY block DESC, log DESC LIMIT 1
"""
_WISHES = """
SELECT person, bin FROM (
    SELECT block, log, person, bin FROM wishes_wished WHERE source = :wishes AND body = :body AND name = :name
    UNION ALL SELECT block, log, person, NULL FROM wishes_wish_forgotten
    WHERE source = :wishes AND body = :body AND name = :name
) ORDER BY block, log
"""


def _election(chain: IndexedChain, elections: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_OPENED, {"elections": elections.id, "number": number}).fetchone()
    if row is None:
        raise NotTold
    body, text, snapshot, seasoned_at, time, poll = row
    terms = json.loads(text)
    opens = time + int(terms.get("standSeconds", 0))
    closes = opens + int(terms["voteSeconds"])
    revealed = closes + int(terms["revealSeconds"])
    begins = 0 if poll else revealed + int(terms["termDelay"])
    decided = _of(chain, elections, number, "decided", "winners")
    candidates = _of(chain, elections, number, "candidate_stood", "person")
    cast = _of(chain, elections, number, "ballot_cast", "person")
    phase = (
        Phase.DECIDED if decided
        else Phase.STANDING if chain.now < opens
        else Phase.VOTING if chain.now < closes
        else Phase.REVEALING if chain.now < revealed
        else Phase.COUNTING
    )  # fmt: skip
    return SimpleNamespace(
        body=checksum_address(body),
        kind=int(Kind.POLL if poll else terms["kind"]),
        label=bytes.fromhex((terms["subject"] if poll else terms["office"])[2:]),
        seats=0 if poll else int(terms["seats"]),
        choices=len(terms["options"]) if poll else len(candidates),
        phase=int(phase),
        quorumPpm=int(terms["quorumPpm"]),
        snapshot=snapshot,
        seasonedAt=seasoned_at,
        voteStart=opens,
        voteEnd=closes,
        revealEnd=revealed,
        termStart=begins,
        termEnd=begins + int(terms["termSeconds"]) if begins else 0,
        ballots=len(cast),
        winners=int(decided[-1]) if decided else 0,
    )


def _of(chain: IndexedChain, elections: Source, number: int, event: str, column: str) -> list[Any]:
    """A column of the events of one election, oldest first."""
    query = f"SELECT {column} FROM elections_{event} WHERE source = ? AND election = ? ORDER BY block, log"
    return [value for (value,) in chain.database.execute(query, (elections.id, number))]


def _candidates(chain: IndexedChain, elections: Source, number: int) -> tuple[int, ...]:
    return tuple(_of(chain, elections, number, "candidate_stood", "person"))


def _approvals(chain: IndexedChain, elections: Source, number: int) -> tuple[int, ...]:
    found = _election(chain, elections, number)
    if found.kind == Kind.STV:
        return ()
    ballots = [int(ballot) for ballot in _of(chain, elections, number, "ballot_cast", "ballot")]
    return tuple(sum(ballot >> choice & 1 for ballot in ballots) for choice in range(1, found.choices + 1))


def _commitment(chain: IndexedChain, elections: Source, number: int, person: int) -> bytes:
    query = "SELECT commitment FROM elections_ballot_committed WHERE source = ? AND election = ? AND person = ?"
    row = chain.database.execute(query, (elections.id, number, person)).fetchone()
    return bytes(row[0]) if row is not None else bytes(32)


def _recall(chain: IndexedChain, elections: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_RECALL, {"elections": elections.id, "number": number}).fetchone()
    if row is None:
        raise NotTold
    names = ("election", "person", "needed", "snapshot", "seasonedAt", "signEnd", "voteEnd", "closed", "signatures")
    found = SimpleNamespace(**dict(zip(names, row, strict=True)))
    found.signEnd += _SIGN_SECONDS
    return found


def _parameter(chain: IndexedChain, wishes: Source, body: str, name: bytes) -> SimpleNamespace:
    place = {"wishes": wishes.id, "body": body.lower(), "name": bytes(name)}
    row = chain.database.execute(_PARAMETER, place).fetchone()
    if row is None:
        raise NotTold
    terms = {key: value if key == "name" else int(value) for key, value in json.loads(row[0]).items()}
    last = chain.database.execute(_READ, place).fetchone()
    epoch, current, following = last if last is not None else (0, terms["first"], terms["first"])
    return SimpleNamespace(
        least=terms["least"],
        step=terms["step"],
        bins=terms["bins"],
        move=terms["move"],
        quorumPpm=terms["quorumPpm"],
        seasoning=row[1],
        openedAt=row[2],
        epochSeconds=terms["epochSeconds"],
        epoch=epoch,
        current=current,
        following=following,
        wishes=len(_wishes(chain, wishes, body, name)),
        value=terms["least"] + terms["step"] * current,
    )


def _wishes(chain: IndexedChain, wishes: Source, body: str, name: bytes) -> dict[int, int]:
    """What members wish for: the number of a value, by person."""
    place = {"wishes": wishes.id, "body": body.lower(), "name": bytes(name)}
    found = dict(chain.database.execute(_WISHES, place).fetchall())
    return {person: number for person, number in found.items() if number is not None}


def _wish(chain: IndexedChain, wishes: Source, body: str, name: bytes, person: int) -> tuple[bool, int]:
    found = _wishes(chain, wishes, body, name)
    return person in found, found.get(person, 0)


def _histogram(chain: IndexedChain, wishes: Source, body: str, name: bytes) -> tuple[int, ...]:
    counts = Counter(_wishes(chain, wishes, body, name).values())
    return tuple(counts[number] for number in range(_parameter(chain, wishes, body, name).bins))


def _median(chain: IndexedChain, wishes: Source, body: str, name: bytes) -> tuple[int, int]:
    """The lower one where there are two."""
    found = sorted(_wishes(chain, wishes, body, name).values())
    return (found[(len(found) - 1) // 2], len(found)) if found else (0, 0)


ANSWERS: Answers = {
    ("IWholeElections", "electionOf"): _election,
    ("IWholeElections", "candidates"): _candidates,
    ("IWholeElections", "approvals"): _approvals,
    ("IWholeElections", "commitmentOf"): _commitment,
    ("IWholeElections", "petitionOf"): _recall,
    ("IWishes", "parameterOf"): _parameter,
    ("IWishes", "histogram"): _histogram,
    ("IWishes", "median"): _median,
    ("IWishes", "wishOf"): _wish,
}
