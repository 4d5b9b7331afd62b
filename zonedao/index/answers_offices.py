"""What the elections of a zone would answer about who holds an office now (Seats.sol)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source

Persons = tuple[int, ...]

_NOBODY = "0x" + "00" * 20
_DECIDED = """
SELECT opened.election, opened.terms FROM elections_election_opened AS opened
JOIN elections_decided AS decided ON decided.source = opened.source AND decided.election = opened.election
WHERE opened.source = :elections AND opened.body = :body ORDER BY decided.block, decided.log
"""
_REPLACED = """
SELECT told.block, told.log, time, "by", persons, until FROM elections_officers_replaced AS told
JOIN blocks ON number = told.block WHERE told.source = :elections AND election = :election
ORDER BY told.block DESC, told.log DESC LIMIT 1
"""
_RESTORED = """
SELECT time FROM elections_officers_restored AS told JOIN blocks ON number = told.block
WHERE told.source = :elections AND election = :election AND (told.block, told.log) > (:block, :log)
"""
_LEFT = """
SELECT person FROM elections_officer_left
WHERE source = :elections AND election = :election AND (block, log) > (:block, :log)
"""


def _officers(chain: IndexedChain, elections: Source, body: str, office: bytes) -> tuple[int, Persons]:
    election = _term_now(chain, elections, body, bytes(office))
    if not election:
        return 0, ()
    by, _, until, persons = _replacement_of(chain, elections, election)
    replaced = chain.now < until
    if not replaced:
        persons = _seated(chain, elections, election)
    where = by if replaced else body
    there = (each for each in persons if each and chain.ask("IWholeBody", where, "isMember", (each,)))
    return election, tuple(there)


def sits(chain: IndexedChain, elections: Source, election: int, person: int) -> bool:
    """Whether somebody was elected there, in a term that runs, and has not left, or is named in their place now."""
    found = chain.ask("IWholeElections", elections.address, "electionOf", (election,))
    if chain.now < found.termEnd and person in _seated(chain, elections, election):
        return True
    _, _, until, named = _replacement_of(chain, elections, election)
    return chain.now < until and person in named


def _seated(chain: IndexedChain, elections: Source, election: int) -> Persons:
    """Who was elected there and has not left, in the order of the candidates."""
    winners = chain.ask("IWholeElections", elections.address, "electionOf", (election,)).winners
    candidates = chain.ask("IWholeElections", elections.address, "candidates", (election,))
    gone = _left(chain, elections, election)
    return tuple(each for number, each in enumerate(candidates, 1) if winners >> number & 1 and each not in gone)


def _term_now(chain: IndexedChain, elections: Source, body: str, office: bytes) -> int:
    """The election whose term began last, 0 for none and for one whose term is over."""
    rows = chain.database.execute(_DECIDED, {"elections": elections.id, "body": body.lower()}).fetchall()
    ours = [number for number, terms in rows if bytes.fromhex(json.loads(terms)["office"][2:]) == office]
    found = [(each, chain.ask("IWholeElections", elections.address, "electionOf", (each,))) for each in ours]
    begun = [(number, term) for number, term in found if term.termStart <= chain.now]
    if not begun:
        return 0
    # Of those that begin at one moment, the one that was decided last.
    number, term = max(reversed(begun), key=lambda each: int(each[1].termStart))
    return number if term.termEnd > chain.now else 0


def _replacement_of(chain: IndexedChain, elections: Source, election: int) -> tuple[str, int, int, Persons]:
    place = {"elections": elections.id, "election": election}
    row = chain.database.execute(_REPLACED, place).fetchone()
    if row is None:
        return _NOBODY, 0, 0, ()
    block, log, since, by, persons, until = row
    restored = chain.database.execute(_RESTORED, {**place, "block": block, "log": log}).fetchone()
    gone = _left(chain, elections, election, block, log)
    named = tuple(0 if each in gone else each for each in map(int, json.loads(persons)))
    return checksum_address(by), since, restored[0] if restored is not None else until, named


def _left(chain: IndexedChain, elections: Source, election: int, block: int = 0, log: int = 0) -> set[int]:
    """Who gave up an office of an election, or was recalled, after a place in the chain."""
    place = {"elections": elections.id, "election": election, "block": block, "log": log}
    return {person for (person,) in chain.database.execute(_LEFT, place)}


ANSWERS: Answers = {
    ("IWholeElections", "officers"): _officers,
    ("IWholeElections", "replacementOf"): _replacement_of,
}
