"""Histories that hypothesis makes of a state machine.

They run on Anvil, which answers fifty times faster than the embedded EVM, and on that where Anvil is not installed; on
the same examples every time, except with HYPOTHESIS_PROFILE=zonedao-thorough, which looks for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.chain import KINDS, open_chain
from zonedao.chain.binaries import find_anvil
from zonedao.chain.connection import Connection

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "zonedao-thorough"
FAST = "anvil" in KINDS and find_anvil() is not None


def open_fastest() -> Connection:
    """A fresh chain of the fastest kind there is."""
    return open_chain("anvil" if FAST else "embedded")


def run_histories(
    machine: Any, reached: set[str], *, examples: int, thorough: int, steps: int, openings: Sequence[Any] = ()
) -> None:
    """Run a machine, whose `seen` counts what its steps led to; on a fast chain `reached` must all be among it.

    Of each of the `openings`, which the machine finds in `opening`, it first plays the simplest history that begins so:
    what is rare is then reached whatever examples a version of hypothesis thinks of.
    """
    most = thorough if THOROUGH else examples
    same_again = {} if THOROUGH else {"derandomize": True, "database": None}
    chosen = settings(
        settings.default,
        max_examples=most if FAST else max(most // 10, 2 if openings else 3),
        stateful_step_count=steps if FAST or not openings else max(steps // 4, 4),  # a step may be a whole scene
        **same_again,
    )
    for opening in openings if FAST else ():
        machine.opening = opening
        run_state_machine_as_test(machine, settings=settings(chosen, max_examples=1, stateful_step_count=1))
    if openings:
        machine.opening = None
    run_state_machine_as_test(machine, settings=chosen)
    # A machine that gets nowhere would find nothing.
    assert not FAST or set(machine.seen) >= reached, reached - set(machine.seen)
