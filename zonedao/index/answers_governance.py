"""What bodies and the register would answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.governance.calls import VERIFIER_ROLE
from zonedao.governance.laws import (
    CHILD_ROLE,
    LAW_FIELDS,
    Law,
    ProposalClass,
    class_of_row,
    last_part_seconds,
    row_of_call,
)
from zonedao.index.chain import NotTold
from zonedao.index.members import members
from zonedao.index.reading import stored_integer

if TYPE_CHECKING:
    from zonedao.index.chain import Answer, Answers, IndexedChain
    from zonedao.index.proposals import IndexedProposal
    from zonedao.index.reading import Source

_NOBODY = "0x" + "00" * 20
_SELF_ROLE, _TREASURY_ROLE, _NO_ROLE = 1, 2, 0
_WORD = 256  # persons of a word


def _only(chain: IndexedChain, query: str, *values: Any) -> Any:
    """The first column of the first row. Raises NotTold where there is none."""
    row = chain.database.execute(query, values).fetchone()
    if row is None:
        raise NotTold
    return row[0]


def _wiring(kind: str) -> Answer:
    return lambda chain, _: checksum_address(chain.only(kind).address)


# --- a body ---


def _name(chain: IndexedChain, body: Source) -> str:
    name = _only(chain, "SELECT name FROM body_body_initialized WHERE source = ?", body.id)
    return name if isinstance(name, str) else bytes(name).decode(errors="replace")


def _module(chain: IndexedChain, _: Source, role: int) -> str:
    """Industries have the modules of their zone."""
    query = "SELECT module FROM body_module_set WHERE source = ? AND role = ? ORDER BY block DESC, log DESC LIMIT 1"
    row = chain.database.execute(query, (chain.zone.id, role)).fetchone()
    return checksum_address(row[0] if row is not None else _NOBODY)


def _verifier(chain: IndexedChain, _: Source) -> tuple[str, int]:
    """What counts aggregates, and when it was listed: 0 where that was at the zone's birth (CollectedBallots.sol)."""
    query = """
        SELECT told.module, born.tx IS NULL, time FROM body_module_set AS told JOIN blocks ON number = told.block
        LEFT JOIN body_body_initialized AS born ON born.source = told.source AND born.tx = told.tx
        WHERE told.source = ? AND role = ? ORDER BY told.block DESC, told.log DESC LIMIT 1
    """
    row = chain.database.execute(query, (chain.zone.id, VERIFIER_ROLE)).fetchone()
    return (checksum_address(row[0]), row[2] if row[1] else 0) if row is not None else (_NOBODY, 0)


def _role_of(chain: IndexedChain, body: Source, target: str) -> int:
    """What a contract is to a body (BodyStorage.sol, `_roleOf`)."""
    if target.lower() == body.address:
        return _SELF_ROLE
    roles = dict(
        chain.database.execute(
            "SELECT role, module FROM body_module_set WHERE source = ? ORDER BY block, log", (chain.zone.id,)
        ).fetchall()
    )
    return next((role for role, module in roles.items() if module == target.lower()), _NO_ROLE)


def _is_child(chain: IndexedChain, body: Source, target: str) -> bool:
    branch, source = chain.tree.get(target.lower()), chain.source(target)
    below = branch is not None and branch.parent == body.address
    return below and source is not None and not chain.proposals(source).dissolved_at


def _strict_row(chain: IndexedChain, body: Source, role: int, selector: bytes) -> bool:
    query = "SELECT strict FROM body_row_set WHERE source = ? AND role = ? AND selector = ?"
    row = chain.database.execute(f"{query} ORDER BY block DESC, log DESC", (body.id, role, bytes(selector))).fetchone()
    return row is not None and bool(row[0])


def _cap(chain: IndexedChain, body: Source, class_: int, asset: str) -> SimpleNamespace:
    where = "FROM body_{} WHERE source = ? AND class = ? AND asset = ? ORDER BY block DESC, log DESC LIMIT 1"
    key = (body.id, class_, asset.lower())
    limit = chain.database.execute("SELECT limit_ ".replace("limit_", '"limit" ') + where.format("cap_set"), key)
    charged = chain.database.execute("SELECT used, epoch " + where.format("cap_charged"), key)
    (used, epoch), most = charged.fetchone() or (0, 0), limit.fetchone()
    return SimpleNamespace(limit=int(most[0]) if most is not None else 0, used=int(used), epoch=epoch)


def _class_of(chain: IndexedChain, body: Source, target: str, data: bytes) -> int:
    """The class of a call (Constitution.sol, `_classOf`). Raises NotTold for one that no vote can make."""
    role = _role_of(chain, body, target)
    if role == _NO_ROLE and target.lower() in (chain.only("registry").address, chain.only("factory").address):
        raise NotTold
    if role == _NO_ROLE and row_of_call(CHILD_ROLE, data) and _is_child(chain, body, target):
        role = CHILD_ROLE
    function = row_of_call(role, data)
    if not function and role == _TREASURY_ROLE:
        # What a treasury keeps for the body itself is no call of a vote.
        raise NotTold
    found = class_of_row(function, is_zone=body == chain.zone)
    if found is ProposalClass.SPENDING:
        word = 1 if function == "escrow" else 0
        asset = "0x" + data[4 + 32 * word : 4 + 32 * (word + 1)][-20:].hex()
        if not _cap(chain, body, found, asset).limit:
            return ProposalClass.CONSTITUTIONAL
    strict = found is not ProposalClass.CONSTITUTIONAL and _strict_row(chain, body, role, data[:4])
    return ProposalClass.CONSTITUTIONAL if strict else found


def _dissolution(chain: IndexedChain, body: Source) -> tuple[int, int, int]:
    ended = chain.proposals(body).dissolved_at
    query = """
        SELECT ready_at, expires_at FROM (
            SELECT block, log, ready_at, expires_at FROM body_dissolution_announced WHERE source = :body
            UNION ALL SELECT block, log, 0, 0 FROM body_dissolution_withdrawn WHERE source = :body
        ) ORDER BY block DESC, log DESC LIMIT 1
    """
    announced = chain.database.execute(query, {"body": body.id}).fetchone()
    ready, expires = announced or (0, 0)
    return (0, 0, ended) if ended or expires < chain.now else (ready, expires, 0)


def _law(law: Law) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(LAW_FIELDS, law.as_struct(), strict=True)))


def _law_at(chain: IndexedChain, body: Source, class_: int, at: int) -> SimpleNamespace:
    return _law(chain.proposals(body).law_at((ProposalClass(class_),), at))


def _members_at(chain: IndexedChain, body: Source, word: int, at: int) -> int:
    """Only of now: membership before is what a node is asked for."""
    if at < chain.position.time:
        raise NotTold
    found = members(chain.index, body.address)
    return sum(1 << index % _WORD for index in found if index // _WORD == word)


def _is_member(chain: IndexedChain, body: Source, index: int) -> bool:
    return index in members(chain.index, body.address)


# --- proposals ---


def _proposal(read: Answer) -> Answer:
    """An answer about a proposal by IGovernor's id."""

    def answer(chain: IndexedChain, body: Source, identity: int) -> Any:
        found = chain.proposals(body).find(identity)
        if found is None:
            raise NotTold
        return read(*found)

    return answer


def _votes(_: IndexedProposal, status: Any) -> tuple[int, int, int]:
    return status.votes.against, status.votes.for_, status.votes.abstain


def _batch_deadline(proposal: IndexedProposal, status: Any) -> int:
    """The last second before the last part of the vote as it was announced (ProposalWords.sol, `lastPartFrom`)."""
    period = status.law.voting_period_seconds
    return int(proposal.opens_at + period - last_part_seconds(period))


def _voted(chain: IndexedChain, body: Source, identity: int, word: int) -> int:
    from zonedao.index.tallies import counted

    persons = counted(chain.database, (body.id, stored_integer(identity)))
    return sum(1 << person % _WORD for person in persons if person // _WORD == word)


def _followed(chain: IndexedChain, body: Source, identity: int, word: int) -> tuple[int, ...]:
    from zonedao.index.tallies import followed

    masks = [0, 0, 0]
    for person, choice in followed(chain.database, (body.id, stored_integer(identity))).items():
        if person // _WORD == word:
            masks[choice] |= 1 << person % _WORD
    return tuple(masks)


# --- the register ---

_PERSONS = """
SELECT 0 AS what, told.block, log, "index", key, time FROM registry_person_admitted AS told
JOIN blocks ON number = told.block WHERE "index" = :index
UNION ALL SELECT 0, told.block, log, "index", key, time FROM registry_person_returned AS told
JOIN blocks ON number = told.block WHERE "index" = :index
UNION ALL SELECT 1, told.block, log, "index", new_key, time FROM registry_key_rotated AS told
JOIN blocks ON number = told.block WHERE "index" = :index
UNION ALL SELECT 2, told.block, log, "index", NULL, time FROM registry_person_left AS told
JOIN blocks ON number = told.block WHERE "index" = :index
ORDER BY 2, 3
"""


def _person(chain: IndexedChain, _: Source, index: int) -> SimpleNamespace:
    found = SimpleNamespace(key="", admittedAt=0, leftAt=0)
    for what, _block, _log, _index, key, time in chain.database.execute(_PERSONS, {"index": index}):
        if what == 2:
            found.leftAt = time
            continue
        found.key = checksum_address(key)
        if what == 0:
            found.admittedAt, found.leftAt = time, 0
    if not found.key:
        raise NotTold
    return found


def _count(chain: IndexedChain, _: Source) -> int:
    return int(_only(chain, 'SELECT coalesce(max("index"), 0) FROM registry_person_admitted'))


def _holder(chain: IndexedChain, address: str) -> tuple[int, bool]:
    """Who ever acted with a key (0: nobody), and whether they still do. No key is ever two persons'."""
    query = """
        SELECT "index" FROM registry_person_admitted WHERE key = :key
        UNION SELECT "index" FROM registry_key_rotated WHERE new_key = :key
    """
    row = chain.database.execute(query, {"key": address.lower()}).fetchone()
    if row is None:
        return 0, False
    return row[0], _person(chain, chain.only("registry"), row[0]).key.lower() == address.lower()


def _index_of(chain: IndexedChain, _: Source, address: str) -> int:
    index, still = _holder(chain, address)
    return index if still else 0


def _retired_by(chain: IndexedChain, _: Source, address: str) -> int:
    index, still = _holder(chain, address)
    return 0 if still else index


_BODY: dict[str, Answer] = {
    "registry": _wiring("registry"),
    "treasury": _wiring("treasury"),
    "factory": _wiring("factory"),
    "name": _name,
    "depth": lambda chain, body: chain.tree[body.address].depth,
    "module": _module,
    "verifier": _verifier,
    "roleOf": _role_of,
    "isChild": _is_child,
    "strictRow": _strict_row,
    "cap": _cap,
    "classOf": _class_of,
    "dissolution": _dissolution,
    "frozenUntil": lambda chain, body: chain.proposals(body).frozen_until,
    "lawAt": _law_at,
    "membersAt": _members_at,
    "isMember": _is_member,
    "proposalCount": lambda chain, body: chain.proposals(body).count(),
    "pauseOf": lambda chain, body, identity: chain.proposals(body).pause_of(identity),
    "state": _proposal(lambda _, status: int(status.state)),
    "proposalVotes": _proposal(_votes),
    "proposalQuorum": _proposal(lambda _, status: status.quorum),
    "proposalLaw": _proposal(lambda _, status: _law(status.law)),
    "proposalEta": _proposal(lambda _, status: status.eta),
    "proposalExpiry": _proposal(lambda _, status: status.expires_at),
    "proposalDeadline": _proposal(lambda proposal, _: proposal.closes_at),
    "proposalSnapshot": _proposal(lambda proposal, _: proposal.created_at - 1),
    "proposalSponsors": _proposal(lambda _, status: (status.sponsors, status.sponsors_needed)),
    "proposalNumber": _proposal(lambda proposal, _: proposal.number),
    "batchDeadline": _proposal(_batch_deadline),
    "votedMask": _voted,
    "followedMasks": _followed,
}

ANSWERS: Answers = {
    **{("IWholeBody", name): answer for name, answer in _BODY.items()},
    ("IWholeRegistry", "count"): _count,
    ("IWholeRegistry", "person"): _person,
    ("IWholeRegistry", "indexOf"): _index_of,
    ("IWholeRegistry", "retiredBy"): _retired_by,
}
