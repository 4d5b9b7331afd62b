"""A node as a public test network has it: blocks of its own accord, an unknown chain id, no unlocked accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.chain import KINDS, interface
from zonedao.chain.abi import encode
from zonedao.chain.connection import Connection, Profile, connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.journal import Journal
from zonedao.chain.local import LocalNode
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.sending import Sender
from zonedao.chain.signers import LocalKey, dev_account
from zonedao.errors import ContractRevert, InsufficientFunds, Unconfirmed, WrongChain, WrongState

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif("anvil" not in KINDS, reason="Anvil is not among the chains of this run"),
]

CHAIN_ID = 9_876_543_210
ANN = dev_account(1)
PAYEE = "0x" + "b0" * 20


@pytest.fixture(scope="module")
def net() -> Iterator[Connection]:
    with LocalNode("anvil", chain_id=CHAIN_ID, block_time_seconds=1, base_fee_wei=7 * 10**9) as node:
        transport = HttpTransport(node.url)
        with Connection(transport, kind="rpc", url=node.url, name="testnet") as connection:
            yield connection


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "transactions.jsonl")


def test_a_transaction_waits_for_its_block(net: Connection, journal: Journal) -> None:
    here = Sender(net, ANN, journal)
    prepared = here.prepare(PAYEE, value_wei=5, note="pay")
    assert prepared.chain_id == CHAIN_ID
    assert prepared.fees.tip_wei is not None
    assert prepared.fees.max_wei > 7 * 10**9
    tx_hash = here.send(prepared)
    ticks: list[float] = []
    receipt = here.wait(tx_hash, on_tick=ticks.append)
    assert receipt.ok
    assert ticks
    assert net.balance(PAYEE) >= 5


def test_several_before_the_next_block(net: Connection, journal: Journal) -> None:
    here = Sender(net, dev_account(2), journal)
    hashes = [here.send(here.prepare(PAYEE, value_wei=amount)) for amount in (1, 2, 3)]
    assert [here.wait(each).ok for each in hashes] == [True, True, True]
    assert journal.open_entries(CHAIN_ID) == []


def test_the_same_again_while_the_first_is_under_way(net: Connection, journal: Journal) -> None:
    here = Sender(net, dev_account(3), journal)
    net.request("evm_setIntervalMining", 0)
    try:
        tx_hash = here.send(here.prepare(PAYEE, value_wei=77))
        with pytest.raises(Unconfirmed, match=r"already under way.*not sent again") as caught:
            here.prepare(PAYEE, value_wei=77)
        assert caught.value.tx_hash == tx_hash
        assert [found.state for found in here.recover()] == ["waiting"]
        # Something else is no repetition, and takes the next number.
        assert here.prepare(PAYEE, value_wei=78).nonce == 1
        with pytest.raises(Unconfirmed, match="is not mined after"):
            here.wait(tx_hash, timeout_seconds=0.2)
    finally:
        net.request("evm_setIntervalMining", 1)
    assert here.wait(tx_hash).ok
    assert here.prepare(PAYEE, value_wei=77).nonce == 1


def test_a_node_that_forgot_is_told_again(net: Connection, journal: Journal) -> None:
    here = Sender(net, dev_account(4), journal)
    net.request("evm_setIntervalMining", 0)
    try:
        tx_hash = here.send(here.prepare(PAYEE, value_wei=1))
        net.request("anvil_dropTransaction", tx_hash)
        # The node offers the number of the one it lost; the journal knows better.
        assert net.nonce(here.address) == 0
        assert here.prepare(PAYEE, value_wei=2).nonce == 1
        (found,) = here.recover()
        assert (found.state, found.entry.hash) == ("resent", tx_hash)
    finally:
        net.request("evm_setIntervalMining", 1)
    assert here.wait(tx_hash).ok


def test_contracts_and_reverts(net: Connection) -> None:
    from tests.support.chain import artifact

    declared = interface("ChainProbe")
    here = Sender(net, ANN)
    code = bytes.fromhex(artifact("ChainProbe").bytecode[2:]) + encode(declared.constructor, [9])
    receipt = here.transact(None, code)
    assert receipt.contract_address is not None
    probe = BoundContract(net, declared, receipt.contract_address)
    assert probe.call("seed") == 9
    note = here.transact(probe.address, probe.encode("note", 4, "on a testnet"))
    assert [event.args["number"] for event in probe.events(note)] == [4]
    assert [event.args["text"] for event in probe.logs("Noted", number=4)] == ["on a testnet"]
    with pytest.raises(ContractRevert, match="Nothing was sent"):
        here.prepare(probe.address, probe.encode("refuseAbove", 1, 2))
    with pytest.raises(ContractRevert, match=r"ProbeRefused\(limit=1, given=2\).*mined"):
        here.transact(probe.address, probe.encode("refuseAbove", 1, 2), gas_limit=100_000)


def test_a_wallet_without_coins(net: Connection) -> None:
    with pytest.raises(InsufficientFunds, match=r"no coins to pay the fee.*Send coins to"):
        Sender(net, LocalKey(b"\x51" * 32)).prepare(PAYEE)


def test_its_clock_is_its_own(net: Connection) -> None:
    with pytest.raises(WrongState, match="real network"):
        net.skip(60)


def test_the_chain_of_a_profile(net: Connection) -> None:
    with connect(Profile("elmcourt", net.url, CHAIN_ID)) as joined:
        assert joined.chain_id == CHAIN_ID
    with pytest.raises(WrongChain, match="9876543210"):
        connect(Profile("elmcourt", net.url, 1))
