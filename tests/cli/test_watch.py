"""`zonedao watch` at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import terminal
from tests.support.elmcourt import Town
from zonedao.chain.signers import dev_account


@pytest.mark.once
def test_until_control_c(town: Town, files: Path) -> None:
    before = town.connection.block_number()
    with terminal("watch", "--in", "elmcourt", "--account", "ada", home=files) as screen:
        screen.await_text(f"Watching elmcourt from block {before} on. Ctrl-C ends it.")
        town.elmcourt.acting_as(dev_account(0)).treasury.deposit(10**18).transact()
        screen.await_text("  You deposited 1 ETH for elmcourt.")
        screen.control_c()
        done = screen.end()
    assert done.code == 0
    assert done.err.splitlines()[-1] == f"Seen up to block {before + 1}."
    assert "Error" not in done.err
