"""SIGKILL and Ctrl-C at every stage of a send: the same command again ends in one gift or vote, not in none or two."""

from __future__ import annotations

import signal
from dataclasses import dataclass

import pytest

from tests.faults.conftest import GIFT, VOTE, Member, Place


@dataclass(frozen=True)
class Stage:
    """Where a run is stopped: at a request, before it reaches the node or after; whether the node mines meanwhile."""

    method: str
    after: bool = False
    mining: bool = True
    nth: int = 1
    recorded: bool = True  # in the journal
    broadcast: bool = True


STAGES = {
    "before signing": Stage("eth_estimateGas", recorded=False, broadcast=False),
    "journal written": Stage("eth_sendRawTransaction", broadcast=False),
    "broadcast": Stage("eth_sendRawTransaction", after=True),
    "waiting": Stage("eth_getTransactionReceipt", mining=False),
    "mined": Stage("eth_getTransactionReceipt", after=True),
}


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGKILL, GIFT), (signal.SIGINT, VOTE)], ids=["killed", "stopped"]
)
@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES.keys())
def test_stopped(ada: Member, place: Place, stage: Stage, number: signal.Signals, words: tuple[str, ...]) -> None:
    place.mining(stage.mining)
    done = ada.is_stopped(*words, number=number, method=stage.method, after=stage.after)
    if number == signal.SIGKILL:
        assert done.code == -signal.SIGKILL
    else:
        assert done.code == 130
        assert ("Nothing was sent." in done.error) == (not stage.recorded)
        assert ("Nothing will be sent twice." in done.error) == stage.recorded
    assert (len(ada.left_open), len(place.proxy.sent)) == (stage.recorded, stage.broadcast)
    place.mining(True)

    again = ada.does(*words)
    assert again.code == 0, again.err
    assert ("is looked up; nothing is sent again." in again.err) == stage.recorded
    assert len(place.proxy.sent) == 1
    assert (place.money, place.votes) == ((1, 0) if words == GIFT else (0, 1))
    assert ada.left_open == []
