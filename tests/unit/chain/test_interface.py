"""Finding functions, events and errors in an ABI."""

from __future__ import annotations

from typing import Any

import pytest

from zonedao.chain.abi import keccak
from zonedao.chain.contract import decode_call
from zonedao.chain.decoding import MalformedData
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import Interface
from zonedao.errors import UsageProblem


def function(name: str, *types: str, outputs: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "inputs": [{"name": f"a{i}", "type": kind} for i, kind in enumerate(types)],
        "outputs": [{"name": "", "type": kind} for kind in outputs],
    }


ERC20 = Interface(
    "Token",
    [
        function("transfer", "address", "uint256", outputs=("bool",)),
        function("vote", "uint256"),
        function("vote", "uint256", "uint8"),
        function("vote", "address"),
        function("nothing"),
        function("pair", outputs=("uint8", "bool")),
        {
            "type": "event",
            "name": "Transfer",
            "inputs": [
                {"name": "from", "type": "address", "indexed": True},
                {"name": "to", "type": "address", "indexed": True},
                {"name": "value", "type": "uint256", "indexed": False},
            ],
        },
        {
            "type": "event",
            "name": "Said",
            "inputs": [
                {"name": "text", "type": "string", "indexed": True},
                {"name": "numbers", "type": "uint8[2]", "indexed": True},
            ],
        },
        {"type": "event", "name": "Hidden", "anonymous": True, "inputs": []},
    ],
)
ANN, BOB = "0x" + "aa" * 20, "0x" + "bb" * 20


def test_selectors_of_the_standard() -> None:
    assert ERC20.function("transfer").selector.hex() == "a9059cbb"
    assert ERC20.event("Transfer").topic.hex() == "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


def test_overloads_by_signature_by_count_or_not_at_all() -> None:
    assert ERC20.function("vote", 2).signature == "vote(uint256,uint8)"
    assert ERC20.function("vote(address)").signature == "vote(address)"
    with pytest.raises(UsageProblem, match=r"name one of vote\(uint256\), vote\(uint256,uint8\), vote\(address\)"):
        ERC20.function("vote", 1)
    with pytest.raises(UsageProblem, match="no function veto"):
        ERC20.function("veto")


def test_arguments_are_counted_and_named_in_the_complaint() -> None:
    with pytest.raises(UsageProblem, match=r"transfer\(address,uint256\) takes 2 arguments, not 1"):
        ERC20.function("transfer").encode([ANN])
    with pytest.raises(UsageProblem, match=r"transfer\(address,uint256\): -1 does not fit uint256"):
        ERC20.function("transfer").encode([ANN, -1])


def test_outputs_none_one_or_several() -> None:
    word = (1).to_bytes(32, "big")
    assert ERC20.function("nothing").decode_output(b"") is None
    assert ERC20.function("transfer").decode_output(word) is True
    assert tuple(ERC20.function("pair").decode_output(word + word)) == (1, True)


def test_calldata_both_ways() -> None:
    data = ERC20.function("vote", 2).encode([3, 1])
    assert decode_call(ERC20, data) == ("vote(uint256,uint8)", {"a0": 3, "a1": 1})
    with pytest.raises(UsageProblem, match="malformed"):
        decode_call(ERC20, data[:20])
    with pytest.raises(UsageProblem, match="0x01020304"):
        decode_call(ERC20, b"\1\2\3\4")


def test_topics_of_a_filter() -> None:
    event = ERC20.event("Transfer")
    head = "0x" + event.topic.hex()

    def word(address: str) -> str:
        return "0x" + "00" * 12 + address[2:]

    assert event.topics({}) == [head]
    assert event.topics({"from": ANN}) == [head, word(ANN)]
    assert event.topics({"to": [ANN, BOB]}) == [head, None, [word(ANN), word(BOB)]]
    with pytest.raises(UsageProblem, match="by value, only by from, to"):
        event.topics({"value": 3})
    assert ERC20.event("Said").topics({"text": "hi"})[1] == "0x" + keccak(b"hi").hex()


def log(*topics: bytes, data: bytes = b"") -> dict[str, Any]:
    return {
        "address": ANN,
        "topics": ["0x" + topic.hex() for topic in topics],
        "data": "0x" + data.hex(),
        "blockNumber": "0x7",
        "blockHash": "0x01",
        "transactionHash": "0x02",
        "logIndex": "0x3",
    }


def test_logs_become_events_and_what_is_foreign_is_left_out() -> None:
    transfer, said = ERC20.event("Transfer"), ERC20.event("Said")
    wide = [bytes(12) + bytes.fromhex(address[2:]) for address in (ANN, BOB)]
    good = log(transfer.topic, *wide, data=(5).to_bytes(32, "big"))
    # ERC-721 has the same signature with the value indexed.
    other_standard = log(transfer.topic, *wide, bytes(32))
    hashed = log(said.topic, keccak(b"hi"), bytes(32))
    found = decode_logs([good, other_standard, log(bytes(32)), log(), hashed], ERC20)
    assert [(event.name, event.block_number, event.log_index) for event in found] == [
        ("Transfer", 7, 3),
        ("Said", 7, 3),
    ]
    assert dict(found[0].args)["value"] == 5
    assert found[0].args["to"].lower() == BOB
    assert found[1].args == {"text": keccak(b"hi"), "numbers": bytes(32)}


def test_an_event_with_too_few_topics_is_malformed() -> None:
    with pytest.raises(MalformedData):
        ERC20.event("Transfer").decode([ERC20.event("Transfer").topic], b"")
