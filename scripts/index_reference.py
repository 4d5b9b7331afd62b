"""Writes docs/reference/index.md: the tables of the event index.

python scripts/index_reference.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "index.md"

_HEAD = """# The event index

`zonedao index sync` keeps every event of a zone's contracts in the SQLite file `index/CHAIN-ROOT.sqlite` of the folder
`ZONEDAO_HOME` (chain id, and address of the zone in small letters). Any program may read it, also while it is written
(WAL); nothing but `index sync` should write it. `scripts/index_reference.py` makes this page out of the shipped ABIs.

## What a column holds

Each event has a table, called after the kind of its contract and its own name. All begin with

| column | what |
|---|---|
| `block`, `log` | the number of its block and its place there; together the key |
| `tx` | BLOB: the 32 bytes of its transaction's hash |
| `source` | INTEGER: the `id` of its contract in `sources` |

and then have the arguments in their order, in snake_case; one that has the name of these four ends with `_`. Where SQL
has a word of its own, such as `to`, `order` or `index`, write it in double quotes.

| type | column |
|---|---|
| `bool` | INTEGER, 0 or 1 |
| `uint8` … `uint56`, `int8` … `int64` | INTEGER |
| `uint64` … `uint256` | INTEGER below 2^63, from there on TEXT of 78 decimal digits: SQLite sorts them as numbers |
| `address` | TEXT: 0x and 40 small hexadecimal digits |
| `bytes32` and other bytes | BLOB |
| `string` | TEXT; a BLOB if it is no UTF-8 |
| arrays, structs | TEXT: JSON; structs are objects, bytes 0x-hex, numbers from 2^63 on decimal text |

SQLite cannot add up numbers that are TEXT without loss: sum amounts in a program.

## Tables that are not of events

| table | columns |
|---|---|
| `sources` | `id`, `address`, `kind`, `since` (first block read of it), `found` (block that told of it, or NULL) |
| `blocks` | `number`, `hash`, `time` (unix seconds), `events` (0 for one that the index merely stood at) |
| `position` | one row: `block`, `hash`, `time` of the last block read; `read_at` (when), `ahead` (local clock) |
| `tallies` | the votes of each proposal: `source`, `proposal_id`, `against`, `for`, `abstain` |
| `meta` | `key`, `value`: `version` of the tables, `chain_id`, `root`, `first_block`; `modules` that zones may share |
| `constants` | what contracts say that never changes: `address`, `name`, `value` (JSON), such as a token's symbol |

## Tables of events
"""


def page() -> str:
    """The whole page."""
    from zonedao.index.schema import INTERFACES, tables

    lines = [_HEAD]
    for kind, interfaces in INTERFACES.items():
        lines += [f"### {kind}", "", f"Of {', '.join(f'`{each}`' for each in interfaces)}.", ""]
        lines += ["| table | columns |", "|---|---|"]
        for table in tables().values():
            if table.kind == kind:
                columns = ", ".join(f"`{each.name}` {each.type.canonical}" for each in table.columns)
                lines.append(f"| `{table.name}` | {columns} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
