"""The tables of the index: one for every event that a contract of a zone can tell, made from the shipped ABIs.

A table is called after the kind of its contract and the event, `body_vote_cast`. Its first columns are `block` and
`log` (where in the chain, together the key), `tx` (32 bytes) and `source` (a row of `sources`); then the arguments
in their order and in snake_case, with a `_` behind a name that one of the first four has. What a column holds follows
from the type of the argument, see `stored_as`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from zonedao.chain.abi import AbiType
from zonedao.chain.interface import EventType, argument_names, shipped
from zonedao.records import record

WHERE_COLUMNS = ("block", "log", "tx", "source")

# Whose events are kept, by the kind of contract; all of a kind have these interfaces.
INTERFACES: Mapping[str, tuple[str, ...]] = {
    "body": ("IWholeBody",),
    "factory": ("IZoneFactory",),
    "registry": ("IWholeRegistry",),
    "treasury": ("ITreasury",),
    "stores": ("IStores",),
    "post": ("ITradePost",),
    "verifier": ("IBallotVerifier",),
    "personhood": ("IVouching", "IAttester", "IAllowList"),
    "elections": ("IWholeElections",),
    "wishes": ("IWishes",),
}

_OWN = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE position (
    one INTEGER PRIMARY KEY CHECK (one = 1), block INTEGER NOT NULL, hash BLOB NOT NULL, time INTEGER NOT NULL,
    read_at INTEGER NOT NULL, ahead INTEGER NOT NULL
);
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, since INTEGER NOT NULL, found INTEGER
);
CREATE TABLE blocks (
    number INTEGER PRIMARY KEY, hash BLOB NOT NULL, time INTEGER NOT NULL, events INTEGER NOT NULL
);
CREATE TABLE tallies (
    source INTEGER NOT NULL, proposal_id NOT NULL, against INTEGER NOT NULL, "for" INTEGER NOT NULL,
    abstain INTEGER NOT NULL, PRIMARY KEY (source, proposal_id)
) WITHOUT ROWID;
CREATE TABLE constants (
    address TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (address, name)
) WITHOUT ROWID;
CREATE INDEX blocks_without_events ON blocks (number) WHERE events = 0;
"""
# Who shows a proposal, or counts it anew, need not read all there are. It is created in the block it is numbered in.
_FOUND_BY_PROPOSAL = ("numbered", "queued", "executed", "canceled", "extended", "sponsored")
_PROPOSALS = "\n".join(
    [
        "\nCREATE INDEX votes_of_proposal ON body_vote_cast (proposal_id);",
        "CREATE INDEX proposal_by_number ON body_proposal_numbered (number);",
        *(f"CREATE INDEX {each}_proposal ON body_proposal_{each} (proposal_id);" for each in _FOUND_BY_PROPOSAL),
    ]
)


@record
class Column:
    """An argument of an event: its column, its type in the ABI, and how SQLite is told to keep it."""

    name: str
    type: AbiType
    declared: str


@record
class Table:
    """The table of an event, which kind of contract tells it, and the interface that declares it."""

    name: str
    kind: str
    interface: str
    event: EventType
    columns: tuple[Column, ...]

    @property
    def create(self) -> str:
        """The statement that makes it."""
        where = ["block INTEGER NOT NULL", "log INTEGER NOT NULL", "tx BLOB NOT NULL", "source INTEGER NOT NULL"]
        own = [f"{quoted(column.name)} {column.declared} NOT NULL".replace("  ", " ") for column in self.columns]
        # Rows lie in the order of the chain, so that taking back its end is one cut.
        return f"CREATE TABLE {self.name} ({', '.join([*where, *own])}, PRIMARY KEY (block, log)) WITHOUT ROWID;"

    @property
    def insert(self) -> str:
        """The statement that adds a row."""
        return f"INSERT INTO {self.name} VALUES ({', '.join('?' * (len(WHERE_COLUMNS) + len(self.columns)))})"


def stored_as(kind: AbiType) -> str:
    """How a column of a type is declared.

    INTEGER for booleans (0 or 1) and for integers that always fit, TEXT for addresses (0x, small letters) and text,
    BLOB for bytes, TEXT for arrays and structs (JSON, bytes as 0x-hex, numbers too large for SQLite as decimal text).
    Nothing for wider integers: those below 2^63 are INTEGERs, larger ones TEXT of 78 decimal digits, so that SQLite
    compares and sorts them all as numbers. Text that is no UTF-8 is kept as a BLOB.
    """
    if kind.kind == "bool":
        return "INTEGER"
    if kind.kind in ("uint", "int"):
        return "INTEGER" if kind.size < 64 or (kind.kind == "int" and kind.size == 64) else ""
    if kind.kind in ("bytes", "fixed"):
        return "BLOB"
    # No affinity where text may be bytes: SQLite would not change them, but a reader is not to count on text.
    return "" if kind.kind == "string" else "TEXT"


@cache
def tables() -> Mapping[str, Table]:
    """Every table of an event, by name."""
    found: dict[str, Table] = {}
    for kind, interfaces in INTERFACES.items():
        for interface in interfaces:
            for event in shipped(interface).events.values():
                table = Table(table_name(kind, event), kind, interface, event, columns_of(event))
                if table.name in found:
                    raise AssertionError(f"two events of a {kind} would share the table {table.name}")
                found[table.name] = table
    return found


def create_all() -> str:
    """The statements that make an empty index."""
    return _OWN + "\n".join(table.create for table in tables().values()) + _PROPOSALS


def quoted(name: str) -> str:
    """A name as SQL takes it even where it is a word of its own, such as `to` or `order`."""
    return f'"{name}"'


def snake_case(name: str) -> str:
    """`voteStart` as `vote_start`, `DAOURIUpdate` as `daouri_update`."""
    apart = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", apart).lower()


def table_name(kind: str, event: EventType) -> str:
    """The table of an event that contracts of a kind tell."""
    return f"{kind}_{snake_case(event.name)}"


def columns_of(event: EventType) -> tuple[Column, ...]:
    """A column for each argument of an event, in their order."""
    columns: list[Column] = []
    for name, type_, indexed in zip(argument_names(event.inputs), event.inputs.items, event.indexed, strict=True):
        column = snake_case(name)
        if column in WHERE_COLUMNS:
            column += "_"
        # Of an indexed value that has no fixed length the chain keeps a hash only.
        hashed = indexed and (type_.dynamic or type_.kind in ("array", "tuple"))
        kept = AbiType("fixed", 32, canonical="bytes32") if hashed else type_
        columns.append(Column(column, kept, stored_as(kept)))
    return tuple(columns)
