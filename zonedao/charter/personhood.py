"""Reading [personhood]: who decides, beside votes, who is a person."""

from __future__ import annotations

from pathlib import Path

from zonedao.charter.mistakes import instead_of
from zonedao.charter.model import PersonhoodModule
from zonedao.charter.tables import Table
from zonedao.errors import ZonedaoError
from zonedao.federation.modules import DEFAULT_VOUCHERS, KINDS, LEAST_VOUCHERS, MOST_VOUCHERS
from zonedao.governance.proofs import read_list

_KEYS = {"vouching": "vouchers", "allow-list": "list", "attester": "attester"}  # what each kind wants to know


def read_personhood(top: Table, folder: Path) -> PersonhoodModule | None:
    """The module that the zone is born with, None for a zone that admits by vote only."""
    table = top.table("personhood")
    if table is None:
        return None
    kind = table.text("kind", '"vouching"')
    if kind is None:
        return None
    if kind not in KINDS:
        table.mistakes.note(table.at("kind"), f"There is no personhood of the kind {kind}.", instead_of(kind, KINDS))
        return None
    table.require_known("kind", _KEYS[kind])
    if kind == "vouching":
        vouchers: int | None = DEFAULT_VOUCHERS
        if "vouchers" in table.content:
            vouchers = table.integer("vouchers", str(DEFAULT_VOUCHERS), LEAST_VOUCHERS, MOST_VOUCHERS)
        return PersonhoodModule(kind, vouchers=vouchers or DEFAULT_VOUCHERS)
    if kind == "attester":
        return PersonhoodModule(kind, attester=table.address("attester") or "")
    return PersonhoodModule(kind, root=_root(table, folder))


def _root(table: Table, folder: Path) -> bytes:
    text = table.text("list", '"persons.csv"')
    if text is None:
        return b""
    try:
        return read_list((folder / Path(text).expanduser()).absolute()).root
    except ZonedaoError as problem:
        table.mistakes.note(table.at("list"), problem.message, "Write a line for each person: address, text.")
        return b""
