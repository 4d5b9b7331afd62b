"""What calls would do, tried on the node as somebody else, without a trace."""

from __future__ import annotations

import pytest

from tests.support.chain import at, deploy, send, sender
from zonedao.chain.abi import checksum_address
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.rehearsal import calling, rehearse, storing, weighing
from zonedao.errors import NodeProblem

SOMEBODY, OTHER = checksum_address("0x" + "a1" * 20), checksum_address("0x" + "b2" * 20)
_ALL = 2**256 - 1


def clone_of(chain: Connection, address: str) -> str:
    """An EIP-1167 clone, put on the chain."""
    creation = "3d602d80600a3d3981f3363d3d373d3d3d363d73" + address[2:] + "5af43d82803e903d91602b57fd5bf3"
    made = sender(chain).transact(None, bytes.fromhex(creation)).contract_address
    assert made is not None
    return made


def test_steps_build_on_each_other_and_leave_no_trace(chain: Connection) -> None:
    token = deploy(chain, "TestToken")
    clone = at(chain, "TestToken", clone_of(chain, token.address))
    chain.fund(SOMEBODY, 5)
    for actor, kept in ((SOMEBODY, token), (clone.address, clone)):
        send(kept, "mint", actor, 10)
        held, spoiled = (calling(kept.address, kept.encode("balanceOf", who)) for who in (actor, OTHER))
        answers = rehearse(
            chain,
            actor,
            [
                held,
                calling(kept.address, kept.encode("transfer", OTHER, 7)),
                held,
                spoiled,
                calling(kept.address, kept.encode("transfer", OTHER, 4)),
                held,
                weighing(SOMEBODY),
                # Who asks the actor itself is answered by what it is.
                calling(actor, b"" if actor == SOMEBODY else kept.encode("decimals")),
            ],
        )
        numbers = [int.from_bytes(answers[place].data, "big") for place in (0, 2, 3, 5, 6)]
        assert numbers == [10, 3, 7, 3, 5]
        assert [each.ok for each in answers] == [True, True, True, True, False, True, True, True]
        assert answers[-1].data == (b"" if actor == SOMEBODY else (18).to_bytes(32, "big"))
        assert answers[4].data[:4] == bytes.fromhex("e450d38c")  # ERC20InsufficientBalance
        assert (kept.call("balanceOf", actor), kept.call("balanceOf", OTHER)) == (10, 0)


def test_coins_go_with_a_call(chain: Connection) -> None:
    chain.fund(SOMEBODY, 5)
    before = chain.balance(SOMEBODY), chain.balance(OTHER)
    held, got = weighing(SOMEBODY), weighing(OTHER)
    steps = [held, got, calling(OTHER, b"", 3), held, got, calling(OTHER, b"", before[0]), got]
    answers = rehearse(chain, SOMEBODY, steps)
    had, was, has, becomes, still = (int.from_bytes(answers[place].data, "big") for place in (0, 1, 3, 4, 6))
    assert (had, was, has, becomes, still) == (*before, before[0] - 3, before[1] + 3, before[1] + 3)
    assert [each.ok for each in answers] == [True] * 5 + [False, True]
    assert (chain.balance(SOMEBODY), chain.balance(OTHER)) == before


def test_own_storage_is_set_bit_by_bit(chain: Connection) -> None:
    """Slot 2 of the token has the supply, which is read through the code that the actor has."""
    token = deploy(chain, "TestToken")
    clone = at(chain, "TestToken", clone_of(chain, token.address))
    send(clone, "mint", OTHER, 0xABCD)
    supply = calling(clone.address, clone.encode("totalSupply"))
    steps = [supply, storing(2, _ALL ^ 0xFF, 0x11), supply, storing(2, 0, 5), supply]
    answers = rehearse(chain, clone.address, steps)
    assert [int.from_bytes(each.data, "big") for each in answers] == [0xABCD, 0, 0xAB11, 0, 5]
    assert clone.call("totalSupply") == 0xABCD


def test_long_answers_and_data_pass_whole(chain: Connection) -> None:
    identity = "0x" + "00" * 19 + "04"
    long = bytes(range(256)) * 300
    steps = [calling(identity, each) for each in (long, b"", long[:33], b"x")]
    assert [each.data for each in rehearse(chain, SOMEBODY, steps)] == [step.data for step in steps]
    assert rehearse(chain, SOMEBODY, []) == ()


def test_what_cannot_be_tried_is_said(chain: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    token: BoundContract = deploy(chain, "TestToken")
    with pytest.raises(NodeProblem, match="its code is no clone"):
        rehearse(chain, token.address, [])
    # A node that passes over what it does not know answers as if nobody were there.
    ask = chain.request
    monkeypatch.setattr(chain, "request", lambda method, *params: ask(method, *params[:2]))
    with pytest.raises(NodeProblem, match="does not try calls"):
        rehearse(chain, SOMEBODY, [weighing(SOMEBODY)])
