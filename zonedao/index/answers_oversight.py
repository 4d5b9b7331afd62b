"""What a body would answer about who is expelled, about petitions and moves, and the register about lost keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source

_NOBODY = "0x" + "00" * 20
_WORD = 256  # persons of a word
_NOTICES = """
SELECT block, log, ready_at, expires_at FROM body_expulsion_noticed WHERE source = :body AND "index" = :person
UNION ALL SELECT block, log, 0, 0 FROM body_expulsion_withdrawn WHERE source = :body AND "index" = :person
UNION ALL SELECT block, log, 0, 0 FROM body_member_removed WHERE source = :body AND "index" = :person
UNION ALL SELECT block, log, 0, 0 FROM body_member_left WHERE source = :body AND "index" = :person
ORDER BY block DESC, log DESC LIMIT 1
"""
# What one parent offered binds no other.
_OFFERS = """
SELECT block, log, "to", ready_at, expires_at FROM body_move_offered WHERE source = :body
UNION ALL SELECT block, log, NULL, 0, 0 FROM body_move_withdrawn WHERE source = :body
UNION ALL SELECT block, log, NULL, 0, 0 FROM body_body_moved WHERE source = :body
UNION ALL SELECT block, log, NULL, 0, 0 FROM body_body_rehung WHERE source = :body AND "from" <> "to"
ORDER BY block DESC, log DESC LIMIT 1
"""
_PETITION = """
SELECT time, deadline, person, wanted,
    (SELECT count(*) FROM body_petition_signed WHERE source = :body AND petition = :number),
    EXISTS (SELECT 1 FROM body_petition_enacted WHERE source = :body AND petition = :number)
FROM body_petition_opened JOIN blocks ON number = block WHERE source = :body AND petition = :number
"""
# Whoever leaves, returns or takes another key has no recovery any more.
_RECOVERY = """
SELECT block, log, 'opened' AS what, new_key, expires_at, 0 FROM registry_recovery_opened WHERE "index" = :person
UNION ALL SELECT block, log, 'supported', NULL, NULL, voucher FROM registry_recovery_supported WHERE "index" = :person
UNION ALL SELECT block, log, 'ready', NULL, expires_at, ready_at FROM registry_recovery_ready WHERE "index" = :person
UNION ALL SELECT block, log, 'over', NULL, NULL, 0 FROM registry_recovery_vetoed WHERE "index" = :person
UNION ALL SELECT block, log, 'over', NULL, NULL, 0 FROM registry_recovery_dropped WHERE "index" = :person
UNION ALL SELECT block, log, 'over', NULL, NULL, 0 FROM registry_key_rotated WHERE "index" = :person
UNION ALL SELECT block, log, 'over', NULL, NULL, 0 FROM registry_person_left WHERE "index" = :person
UNION ALL SELECT block, log, 'over', NULL, NULL, 0 FROM registry_person_returned WHERE "index" = :person
ORDER BY block, log
"""
RECOVERY_VOUCHERS = 3  # KeyRecovery.sol


def _expulsion(chain: IndexedChain, body: Source, person: int) -> tuple[int, int]:
    row = chain.database.execute(_NOTICES, {"body": body.id, "person": person}).fetchone()
    return (row[2], row[3]) if row is not None and chain.now <= row[3] else (0, 0)


def _move_offer(chain: IndexedChain, body: Source) -> tuple[str, int, int]:
    row = chain.database.execute(_OFFERS, {"body": body.id}).fetchone()
    if row is None or row[2] is None or chain.now > row[4]:
        return _NOBODY, 0, 0
    return checksum_address(row[2]), row[3], row[4]


def _petition(chain: IndexedChain, body: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_PETITION, {"body": body.id, "number": number}).fetchone()
    names = ("openedAt", "deadline", "opener", "wanted", "signed", "enacted")
    return SimpleNamespace(**dict(zip(names, row or (0,) * len(names), strict=True)))


def _signers(chain: IndexedChain, body: Source, number: int, word: int) -> int:
    """The persons of a word who have signed, a bit each."""
    query = "SELECT person FROM body_petition_signed WHERE source = ? AND petition = ? AND person / ? = ?"
    found = chain.database.execute(query, (body.id, number, _WORD, word))
    return sum(1 << person % _WORD for (person,) in found)


def _recovery(chain: IndexedChain, _: Source, person: int) -> SimpleNamespace:
    found = SimpleNamespace(newKey=_NOBODY, readyAt=0, expiresAt=0, vouchers=())
    for _block, _log, what, new_key, until, number in chain.database.execute(_RECOVERY, {"person": person}):
        if what == "opened":
            found = SimpleNamespace(newKey=checksum_address(new_key), readyAt=0, expiresAt=until, vouchers=())
        elif what == "over":
            found = SimpleNamespace(newKey=_NOBODY, readyAt=0, expiresAt=0, vouchers=())
        elif what == "supported":
            found.vouchers = (*found.vouchers, number)
        else:
            found.readyAt, found.expiresAt = number, until
    if found.expiresAt < chain.now:
        return SimpleNamespace(newKey=_NOBODY, readyAt=0, expiresAt=0, vouchers=())
    return found


ANSWERS: Answers = {
    ("IWholeBody", "expulsion"): _expulsion,
    ("IWholeBody", "moveOffer"): _move_offer,
    ("IWholeBody", "petitionOf"): _petition,
    ("IWholeBody", "petitionSigners"): _signers,
    ("IWholeRegistry", "recovery"): _recovery,
    ("IWholeRegistry", "RECOVERY_VOUCHERS"): lambda *_: RECOVERY_VOUCHERS,
}
