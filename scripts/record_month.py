"""Lives the month of docs/a-members-month.md, and writes down what everybody sees.

python scripts/record_month.py [anvil|ganache]

Change what people type, or when, in the page itself; what is shown below their commands is written anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.forks import forge  # noqa: E402 - a script is found from anywhere
from tests.support.month import PAGE, lived  # noqa: E402
from zonedao.chain.local import NodeKind  # noqa: E402


def main(kind: NodeKind) -> None:
    """Record it on a node of a kind."""
    with tempfile.TemporaryDirectory() as folder, forge() as start:
        PAGE.write_text(lived(PAGE.read_text(encoding="utf-8"), kind, Path(folder), start), encoding="utf-8")


if __name__ == "__main__":
    main(cast("NodeKind", sys.argv[1] if len(sys.argv) > 1 else "anvil"))
