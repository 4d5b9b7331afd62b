"""Every revert of every node becomes one `ContractRevert`, whether called, estimated or mined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.chain import send, sender
from zonedao.chain.contract import BoundContract
from zonedao.chain.interface import Interface
from zonedao.errors import ContractRevert, InsufficientFunds

GAS = 200_000

# function, arguments, name of the error, its arguments
CASES: list[tuple[str, tuple[Any, ...], str, dict[str, Any]]] = [
    ("refuseAbove", (5, 6), "ProbeRefused", {"limit": 5, "given": 6}),
    ("saying", ("not today",), "Error", {"message": "not today"}),
    ("saying", ("",), "Error", {"message": ""}),
    ("silent", (), "Empty", {}),
    ("failedAssertion", (), "Panic", {"code": 1, "meaning": "assertion failed"}),
    ("overflow", (1,), "Panic", {"code": 0x11, "meaning": "arithmetic overflow or underflow"}),
    ("outOfBounds", (), "Panic", {"code": 0x32, "meaning": "array index out of bounds"}),
    ("stranger", (), "Unknown", {}),
    ("truncated", (), "Unknown", {}),
]

Way = Callable[[BoundContract, bytes], Any]


def simulated(contract: BoundContract, data: bytes) -> None:
    sender(contract.connection).simulate(contract.address, data)


def estimated(contract: BoundContract, data: bytes) -> None:
    sender(contract.connection).prepare(contract.address, data)


def mined(contract: BoundContract, data: bytes) -> None:
    sender(contract.connection).transact(contract.address, data, gas_limit=GAS)


@pytest.mark.parametrize(("function", "args", "name", "values"), CASES, ids=lambda value: str(value)[:24])
@pytest.mark.parametrize("way", [simulated, estimated, mined])
def test_every_revert_in_every_way(
    probe: BoundContract, way: Way, function: str, args: tuple[Any, ...], name: str, values: dict[str, Any]
) -> None:
    before = probe.connection.nonce(sender(probe.connection).address)
    with pytest.raises(ContractRevert) as caught:
        way(probe, probe.encode(function, *args))
    revert = caught.value
    assert (revert.name, revert.args_dict) == (name, values)
    assert revert.contract == ("ChainProbe" if name == "ProbeRefused" else "")
    sent = probe.connection.nonce(sender(probe.connection).address) - before
    assert sent == (1 if way is mined else 0)
    assert bool(revert.tx_hash) == (way is mined)
    assert ("Nothing was sent" in revert.message) == (way is not mined)


@pytest.mark.parametrize("way", [simulated, estimated, mined])
def test_an_error_that_bubbles_up_keeps_its_name(probe: BoundContract, relay: BoundContract, way: Way) -> None:
    inner = probe.encode("refuseAbove", 1, 2)
    once = relay.encode("relay", probe.address, inner)
    twice = relay.encode("relay", relay.address, once)
    with pytest.raises(ContractRevert) as caught:
        way(relay, twice)
    assert caught.value.name == "ProbeRefused"
    assert caught.value.args_dict == {"limit": 1, "given": 2}


@pytest.mark.parametrize("function", ["invalidOpcode", "endless"])
def test_execution_that_stops_without_data(probe: BoundContract, function: str) -> None:
    with pytest.raises(ContractRevert) as caught:
        mined(probe, probe.encode(function))
    assert caught.value.name == "Empty"
    assert caught.value.tx_hash


def test_reason_of_a_transaction_that_was_right_when_it_was_sent(probe: BoundContract) -> None:
    late = sender(probe.connection).prepare(probe.address, probe.encode("onlyOnce"), nonce=2)
    send(probe, "onlyOnce")
    here = sender(probe.connection)
    with pytest.raises(ContractRevert) as caught:
        here.wait(here.send(late))
    assert (caught.value.name, caught.value.args_dict) == ("ProbeRefused", {"limit": 0, "given": 1})


def test_replay_sees_the_time_of_the_block(probe: BoundContract) -> None:
    opens_at = probe.connection.now() + 1000
    with pytest.raises(ContractRevert) as caught:
        mined(probe, probe.encode("openFrom", opens_at))
    probe.connection.skip(5000)
    assert caught.value.name == "ProbeTooEarly"
    receipt = sender(probe.connection).receipt(caught.value.tx_hash)
    assert receipt is not None
    again = sender(probe.connection).explain_failure(receipt)
    assert again.args_dict["nowAt"] == probe.connection.block(receipt.block).timestamp


def test_a_success_is_none(probe: BoundContract) -> None:
    simulated(probe, probe.encode("refuseAbove", 6, 6))
    estimated(probe, probe.encode("refuseAbove", 6, 6))
    mined(probe, probe.encode("refuseAbove", 6, 6))
    assert probe.call("count") == 6


def test_only_a_contract_is_blamed_for_what_a_contract_did(probe: BoundContract) -> None:
    """A call that a node refuses for want of money is no revert of the contract."""
    poor = "0x" + "77" * 20
    with pytest.raises(InsufficientFunds) as caught:
        probe.connection.call(probe.address, b"", value_wei=10**18, sender=poor)
    assert (caught.value.address, caught.value.need_wei, caught.value.have_wei) == (poor, 10**18, 0)


def test_the_interface_knows_its_errors() -> None:
    declared = Interface("X", [{"type": "error", "name": "Two", "inputs": [{"name": "", "type": "uint8"}]}])
    (error,) = declared.errors.values()
    assert error.decode((7).to_bytes(32, "big")) == {"_0": 7}
