"""`connection.w3`: a real Web3 on every kind of chain, over the connection's own transport."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from web3 import Web3

from tests.support.chain import deploy, send
from zonedao import artifacts
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.provider import TransportProvider
from zonedao.chain.receipts import receipt_of
from zonedao.chain.reverts import revert_from
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.signers import dev_account
from zonedao.errors import NodeRefused, NodeUnreachable

ANN = dev_account(1).address


def test_it_sees_the_same_chain(chain: Connection) -> None:
    chain.mine(2)
    assert isinstance(chain.w3, Web3)
    assert chain.w3 is chain.w3
    assert chain.w3.is_connected()
    assert chain.w3.eth.chain_id == chain.chain_id
    assert chain.w3.eth.block_number == chain.block_number() >= 2
    assert chain.w3.eth.get_block("latest")["timestamp"] == chain.block().timestamp
    assert chain.w3.eth.get_balance(ANN) == chain.balance(ANN) > 0


def test_a_shipped_contract(chain: Connection) -> None:
    registry = deploy(chain, "Registry", ANN, ANN)
    through_web3 = chain.w3.eth.contract(address=registry.address, abi=artifacts.load("Registry").abi)
    assert through_web3.functions.root().call() == registry.call("root") == ANN
    assert through_web3.functions.count().call() == registry.call("count")


def test_events_with_bytes_of_web3_in_the_question(probe: BoundContract) -> None:
    w3 = probe.connection.w3
    receipt = send(probe, "note", 7, "hello")
    (event,) = probe.events(receipt)
    (log,) = w3.eth.get_logs({"address": probe.address, "topics": [w3.keccak(text=event.signature)]})
    assert log["transactionHash"] == bytes.fromhex(receipt.hash[2:])
    # A receipt holds its logs as the node wrote them, as reading gives them.
    (raw,) = probe.connection.request("eth_getTransactionReceipt", receipt.hash)["logs"]
    same = ("topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex")
    assert [receipt.logs[0][key] for key in same] == [raw[key] for key in same]


def test_no_receipt_is_none(chain: Connection) -> None:
    assert receipt_of(chain, "0x" + "12" * 32) is None


class TestProblems:
    """Ours, not web3's: what catches them need not know which way a request went."""

    def test_a_revert_is_what_reading_gets(self, chain: Connection) -> None:
        post = deploy(chain, "TradePost")
        through_web3 = chain.w3.eth.contract(address=post.address, abi=artifacts.load("TradePost").abi)
        with pytest.raises(NodeRefused) as caught:
            through_web3.functions.listingOf(7).call()
        revert = revert_from(caught.value)
        assert revert is not None
        assert (revert.name, revert.args_dict) == ("NoSuchListing", {"listing": 7})

    def test_a_request_that_the_node_does_not_know(self, chain: Connection) -> None:
        with pytest.raises(NodeRefused, match="eth_notThere"):
            chain.w3.manager.request_blocking("eth_notThere", [])

    def test_a_transaction_that_the_node_refuses(self, chain: Connection) -> None:
        with pytest.raises(NodeRefused, match="eth_sendRawTransaction"):
            chain.w3.eth.send_raw_transaction(b"\x02\x01")

    def test_nobody_there(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            w3 = Web3(TransportProvider(HttpTransport(f"http://127.0.0.1:{reserved.getsockname()[1]}")))
            with pytest.raises(NodeUnreachable, match="No node answers"):
                _ = w3.eth.block_number
            assert not w3.is_connected()
            with pytest.raises(NodeUnreachable, match="No node answers"):
                w3.is_connected(show_traceback=True)


READ = """
import sys
from zonedao.chain.connection import connect
from zonedao.chain.contract import BoundContract
with connect(sys.argv[1]) as chain:
    registry = BoundContract(chain, "Registry", sys.argv[2])
    registry.call("root"), registry.logs(), chain.block(), chain.now()
    chain.balance(sys.argv[2]), chain.code(sys.argv[2])
    print("web3" in sys.modules)
    chain.nonce(sys.argv[2])
    print("web3" in sys.modules)
"""


def test_reading_does_not_wait_for_web3(chain: Connection) -> None:
    if chain.kind == "embedded":
        pytest.skip("the embedded chain has no address for a second process")
    words = [sys.executable, "-c", READ, chain.url, deploy(chain, "Registry", ANN, ANN).address]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
