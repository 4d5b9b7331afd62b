"""A member's month, as docs/a-members-month.md tells it, is what comes of its commands on either kind of node."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.support.chain import KINDS, require_node
from tests.support.forks import forge
from tests.support.month import PAGE, lived
from zonedao.chain.local import NodeKind

pytestmark = pytest.mark.once


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "embedded"])
def test_month_is_true(kind: str, tmp_path: Path) -> None:
    require_node(kind)
    page = PAGE.read_text(encoding="utf-8")
    with forge() as start:
        told = lived(page, cast(NodeKind, kind), tmp_path, start)
    assert told == page, "What people see has changed. If it is to, write it down: python scripts/record_month.py"
