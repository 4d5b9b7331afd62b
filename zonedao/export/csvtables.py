"""The books of a zone as tables: the lines of `books.py` by type, amounts in wholes and in base units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zonedao.export.jsonlines import Line, digest_of, text_of

_WHERE = ("block", "transaction", "log", "event")

# By file: which lines, and which of their words in which columns. What is measured becomes three columns.
_TABLES: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "agents.csv": (
        ("Person", "Organization", "Agent"),
        {
            "agent": "@id",
            "type": "@type",
            "name": "name",
            "person": "zd:person",
            "key": "zd:key",
            "parent": "zd:parent",
        },
    ),
    "kinds.csv": (
        ("ResourceSpecification",),
        {"kind": "@id", "name": "name", "decimals": "zd:decimals"},
    ),
    "resources.csv": (
        ("EconomicResource",),
        {
            "resource": "@id",
            "name": "name",
            "agent": "primaryAccountable",
            "kind": "conformsTo",
            "quantity": "accountingQuantity",
            "reserved": "zd:reserved",
        },
    ),
    "events.csv": (
        ("EconomicEvent",),
        {
            "id": "@id",
            "time": "hasPointInTime",
            "action": "action",
            "provider": "provider",
            "receiver": "receiver",
            "kind": "resourceConformsTo",
            "quantity": "resourceQuantity",
            "from": "resourceInventoriedAs",
            "to": "toResourceInventoriedAs",
            "fulfills": "fulfills",
            "agreement": "realizationOf",
            "proposal": "zd:proposal",
            "line": "zd:line",
            "origin": "zd:origin",
            "evidence": "zd:evidence",
            "entry": "zd:entry",
            **{each: f"zd:{each}" for each in _WHERE},
        },
    ),
    "commitments.csv": (
        ("Commitment",),
        {
            "commitment": "@id",
            "created": "created",
            "due": "due",
            "provider": "provider",
            "receiver": "receiver",
            "kind": "resourceConformsTo",
            "quantity": "resourceQuantity",
            "open": "zd:open",
            "released": "zd:released",
            "finished": "finished",
            "agreement": "clauseOf",
            "proposal": "zd:proposal",
            **{each: f"zd:{each}" for each in _WHERE},
        },
    ),
    "agreements.csv": (
        ("Agreement", "Proposal", "zd:Recall", "zd:Closing"),
        {
            "agreement": "@id",
            "type": "@type",
            "name": "name",
            "created": "created",
            "ends": "zd:ends",
            "provider": "zd:provider",
            "grantor": "zd:grantor",
            "grantee": "zd:grantee",
            "source": "zd:source",
            "limit": "zd:limit",
            "until_epoch": "zd:untilEpoch",
            "offered": "zd:publishes",
            "left": "zd:left",
            "unit_price": "zd:unitPrice",
            "until": "zd:until",
            "listing": "zd:listing",
            "line": "zd:line",
            "evidence": "zd:evidence",
            **{each: f"zd:{each}" for each in _WHERE},
        },
    ),
}
_MEASURED = ("quantity", "reserved", "open", "released", "limit", "offered", "left", "unit_price")


def csv_files(lines: Sequence[Line]) -> dict[str, str]:
    """The tables by file name, and `about.csv`, which says what they are of. The same lines give the same texts."""
    units = {line["defaultUnitOfResource"]: line for line in lines if line.get("@type") == "ResourceSpecification"}
    files = {
        name: _table(columns, (line for line in lines if line.get("@type") in types), units)
        for name, (types, columns) in _TABLES.items()
    }
    first = lines[0]
    about = [(key, str(first[f"zd:{key}"])) for key in ("chain", "zone", "block", "blockHash")]
    about += [("time", first["created"]), ("valueflows_digest", digest_of(text_of(lines)))]
    return {"about.csv": _text([("what", "value"), *about]), **files}


def _table(columns: Mapping[str, str], lines: Iterable[Line], units: Mapping[str, Line]) -> str:
    head: list[str] = []
    for column in columns:
        head += [column, f"{column}_base_units", f"{column}_unit"] if column in _MEASURED else [column]
    rows = [
        [cell for column, word in columns.items() for cell in _cells(column, line.get(word), units)] for line in lines
    ]
    return _text([head, *rows])


def _cells(column: str, value: Any, units: Mapping[str, Line]) -> list[str]:
    if column not in _MEASURED:
        return ["" if value is None else str(value).lower() if isinstance(value, bool) else _harmless(str(value))]
    if value is None:
        return ["", "", ""]
    kind = units[value["hasUnit"]]
    digits, decimals = value["hasNumericalValue"], kind.get("zd:decimals", 0)
    padded = digits.rjust(decimals + 1, "0")
    fraction = padded[len(padded) - decimals :].rstrip("0")
    wholes = padded[: len(padded) - decimals] + (f".{fraction}" if fraction else "")
    return [wholes, digits, _harmless(kind["name"])]


def _harmless(text: str) -> str:
    """Spreadsheets compute what begins like a formula, and anybody may have written it on the chain."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _text(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
