"""Contracts: values of every type there and back, overloads, events, logs over refused ranges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.chain import at, send
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract, fetch_logs
from zonedao.chain.signers import dev_account
from zonedao.errors import CodeMissing, NodeRefused, UsageProblem

ANN = dev_account(1).address


def test_every_type_there_and_back(probe: BoundContract) -> None:
    sent = (-128, ANN, b"\1\2\3\4", b"x" * 33, ({"x": -5, "label": "ü"}, (7, "")), (1, 65535), True)
    got = probe.call("echo", *sent)
    assert tuple(got) == (-128, ANN, b"\1\2\3\4", b"x" * 33, ((-5, "ü"), (7, "")), (1, 65535), True)
    assert got[4][0].label == "ü"


def test_overloads(probe: BoundContract) -> None:
    assert probe.call("overloaded", 3, 4) == 7
    assert probe.call("overloaded(uint256)", 3) == 4
    assert probe.call("overloaded(address)", ANN) == 2
    with pytest.raises(UsageProblem, match="several functions overloaded"):
        probe.call("overloaded", 3)


def test_what_was_encoded_is_decoded(probe: BoundContract) -> None:
    data = probe.encode("note", 7, "hello")
    assert probe.decode_call(data) == ("note(uint256,string)", {"number": 7, "text": "hello"})


def test_sender_and_value_of_a_call(probe: BoundContract) -> None:
    assert probe.call("refuseAbove", 9, 9, sender=ANN) == 9
    assert probe.call("count") == 0


def test_events_of_a_receipt(probe: BoundContract, relay: BoundContract) -> None:
    receipt = send(probe, "note", 7, "hello", by=dev_account(1))
    (event,) = probe.events(receipt)
    assert (event.contract, event.name, event.signature) == ("ChainProbe", "Noted", "Noted(address,uint256,string)")
    assert dict(event.args) == {"who": ANN, "number": 7, "text": "hello"}
    assert (event.address, event.tx_hash) == (probe.address, receipt.hash)
    assert (event.block_number, event.block_hash, event.log_index) == (receipt.block, receipt.block_hash, 0)
    with pytest.raises(TypeError):
        event.args["number"] = 8  # type: ignore[index]
    # Another contract's event in the same receipt is not the relay's own.
    through = send(relay, "relay", probe.address, probe.encode("note", 8, ""))
    assert relay.events(through) == ()
    assert [event.args["who"] for event in probe.events(through, "Noted")] == [relay.address]
    assert probe.events(through, "Labelled") == ()


def test_indexed_text_is_a_hash_and_structs_have_names(probe: BoundContract) -> None:
    (event,) = probe.events(send(probe, "label", "kitchen", -3))
    assert event.args["label"] == keccak(b"kitchen")
    assert (event.args["point"].x, event.args["point"].label) == (-3, "kitchen")


def test_logs_by_event_and_by_indexed_argument(probe: BoundContract) -> None:
    start = probe.connection.block_number() + 1
    send(probe, "noteMany", 0, 5)
    send(probe, "note", 3, "again", by=dev_account(1))
    send(probe, "label", "x", 1)

    def numbers(**where: Any) -> list[int]:
        return [event.args["number"] for event in probe.logs("Noted", **where)]

    assert numbers() == [0, 1, 2, 3, 4, 3]
    assert numbers(number=3) == [3, 3]
    assert numbers(number=[1, 3]) == [1, 3, 3]
    assert numbers(who=ANN) == [3]
    assert numbers(who=ANN, number=2) == []
    assert numbers(from_block=start + 1) == [3]
    assert numbers(to_block=start) == [0, 1, 2, 3, 4]
    assert numbers(from_block=start, to_block=start - 1) == []
    assert [event.name for event in probe.logs()] == ["Noted"] * 6 + ["Labelled"]
    assert [event.args["point"].x for event in probe.logs("Labelled", label="x")] == [1]
    with pytest.raises(UsageProblem, match="Name the event"):
        probe.logs(number=3)
    with pytest.raises(UsageProblem, match="cannot be filtered by text"):
        probe.logs("Noted", text="x")


class Picky:
    """A node that refuses log queries over more than some blocks, or with more than some results."""

    def __init__(self, connection: Connection, blocks: int, results: int = 10**9) -> None:
        self.inner = connection.transport
        self.blocks, self.results = blocks, results
        self.asked = 0

    def request(self, method: str, *params: Any) -> Any:
        answer = self.inner.request(method, *params)
        if method == "eth_getLogs":
            self.asked += 1
            span = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            if span > self.blocks or len(answer) > self.results:
                raise NodeRefused(method, -32005, "query returned more than 10000 results")
        return answer

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("blocks", "results"), [(1, 99), (7, 99), (99, 2), (10, 3), (64, 99)])
def test_refused_ranges_are_split_and_nothing_is_lost_or_doubled(
    probe: BoundContract, blocks: int, results: int
) -> None:
    for number in range(6):
        send(probe, "note", number, "")
        probe.connection.mine(5)
    picky = Picky(probe.connection, blocks, results)
    found = at(Connection(picky, kind="rpc", url="http://x"), "ChainProbe", probe.address).logs("Noted")
    assert [event.args["number"] for event in found] == list(range(6))
    total = probe.connection.block_number() + 1
    assert picky.asked <= 3 * (total // min(blocks, total) + 8) + 8


def test_a_node_that_refuses_a_single_block_is_reported(probe: BoundContract) -> None:
    picky = Connection(Picky(probe.connection, 0), kind="rpc", url="http://x")
    with pytest.raises(NodeRefused, match="more than 10000"):
        fetch_logs(picky, [probe.address], [])


def test_logs_of_a_chain_without_blocks_after_the_start(probe: BoundContract) -> None:
    head = probe.connection.block_number()
    assert probe.logs("Noted", from_block=head + 1) == ()


def test_no_contract_at_the_address(chain: Connection) -> None:
    nobody = at(chain, "ChainProbe", "0x" + "77" * 20)
    with pytest.raises(CodeMissing, match="no contract at 0x7777"):
        nobody.call("count")


def test_another_contract_at_the_address(chain: Connection, relay: BoundContract) -> None:
    # Answers every call with nothing, as a contract with a fallback does.
    from tests.support.chain import sender

    mute = sender(chain).transact(None, bytes.fromhex("6001600c60003960016000f300")).contract_address
    assert mute is not None
    with pytest.raises(CodeMissing, match=r"does not answer like a chain probe \(count\(\)"):
        at(chain, "ChainProbe", mute).call("count")
