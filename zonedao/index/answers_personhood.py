"""What the module that decides who is a person would answer about those for whom members vouch (Vouching.sol)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.index.members import members

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source

_FEWEST_CHALLENGERS, _CHALLENGERS_SHARE = 3, 100  # of the members, one in so many
_COURSE = """
SELECT block, log, 'opened' AS what, nullifier, expires_at FROM personhood_vouching_opened WHERE {claim}
UNION ALL SELECT block, log, 'vouched', voucher, 0 FROM personhood_vouched WHERE {claim}
UNION ALL SELECT block, log, 'ready', ready_at, expires_at FROM personhood_vouching_ready WHERE {claim}
UNION ALL SELECT block, log, 'challenged', challengers, 0 FROM personhood_vouching_challenged WHERE {claim}
UNION ALL SELECT block, log, 'contested', NULL, decide_by FROM personhood_vouching_contested WHERE {claim}
UNION ALL SELECT block, log, 'over', NULL, 0 FROM personhood_vouching_fulfilled WHERE {claim}
UNION ALL SELECT block, log, 'over', NULL, 0 FROM personhood_vouchers_cleared WHERE {claim}
ORDER BY block, log
""".format(claim="source = :module AND zone = :zone AND key = :key")


def _application(chain: IndexedChain, module: Source, zone: str, key: str) -> SimpleNamespace:
    found = _nobody()
    where = {"module": module.id, "zone": zone.lower(), "key": key.lower()}
    for _block, _log, what, value, until in chain.database.execute(_COURSE, where):
        if what in ("opened", "over"):
            found = _nobody()
        if what == "opened":
            found.nullifier, found.expiresAt = bytes(value), until
        elif what == "vouched":
            found.vouchers = (*found.vouchers, value)
        elif what == "ready":
            found.readyAt, found.expiresAt = value, until
        elif what == "challenged":
            found.challengers = value
        elif what == "contested":
            found.contested, found.expiresAt = True, until
    return found if found.expiresAt >= chain.now else _nobody()


def _nobody() -> SimpleNamespace:
    return SimpleNamespace(nullifier=bytes(32), vouchers=(), readyAt=0, expiresAt=0, challengers=0, contested=False)


def _challengers_needed(chain: IndexedChain, _: Source, __: str) -> int:
    heads = len(members(chain.index, chain.zone.address))
    return max(-(-heads // _CHALLENGERS_SHARE), _FEWEST_CHALLENGERS)


def _person_of(chain: IndexedChain, _: Source, nullifier: bytes) -> int:
    query = 'SELECT "index" FROM registry_nullifier_proven WHERE nullifier = ? ORDER BY block, log LIMIT 1'
    row = chain.database.execute(query, (bytes(nullifier),)).fetchone()
    return int(row[0]) if row is not None else 0


ANSWERS: Answers = {
    ("IPersonhood", "kind"): lambda chain, module: chain.constant(module.address, "kind"),
    ("IVouching", "VOUCHERS"): lambda chain, module: chain.constant(module.address, "VOUCHERS"),
    ("IVouching", "application"): _application,
    ("IVouching", "challengersNeeded"): _challengers_needed,
    ("IWholeRegistry", "personOf"): _person_of,
}
