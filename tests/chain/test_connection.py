"""A connection: which chain it is, what it reads, and the clock and coins of local chains."""

from __future__ import annotations

import socket

import pytest

from tests.support.chain import deploy, open_chain, rollback, send, sender
from zonedao.chain.code import require_code
from zonedao.chain.connection import Connection, Profile, connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.signers import DEV_ACCOUNT_COUNT, DEV_BALANCE_ETHER, dev_account
from zonedao.errors import (
    CodeMissing,
    ContractRevert,
    NodeRefused,
    NodeUnreachable,
    UsageProblem,
    WrongChain,
    WrongState,
)

ANN = "0x" + "a1" * 20


def test_what_it_is(chain: Connection) -> None:
    assert chain.chain_id == {"embedded": 131277322940537, "anvil": 31337, "ganache": 1337}[chain.kind]
    assert chain.is_local
    assert chain.fixed_clock
    assert (chain.url == "") == (chain.kind == "embedded")
    assert chain.name == chain.kind


def test_every_local_account_is_funded(node: Connection) -> None:
    with rollback(node):
        for index in (0, 40, DEV_ACCOUNT_COUNT - 1):
            assert node.balance(dev_account(index).address) == DEV_BALANCE_ETHER * 10**18


def test_rules_and_limits_are_the_same(chain: Connection) -> None:
    head = chain.block()
    assert head.gas_limit == 30_000_000
    assert head.base_fee_wei is not None
    # PUSH0 (Shanghai) runs, TLOAD (Cancun) does not.
    push0, tload = bytes.fromhex("5f5ff3"), bytes.fromhex("5f5c00")
    assert chain.estimate_gas(None, push0, sender=dev_account(0).address) > 53_000
    with pytest.raises(ContractRevert):
        chain.estimate_gas(None, tload, sender=dev_account(0).address)


def test_reading_a_block(chain: Connection) -> None:
    chain.mine(2)
    head = chain.block()
    assert head.number == chain.block_number()
    assert chain.block(head.number) == head
    assert chain.block(head.number - 1).timestamp == head.timestamp - 1
    assert chain.block("earliest").number == 0
    assert chain.block("earliest").timestamp == GENESIS_TIMESTAMP
    assert len(head.hash) == 66
    with pytest.raises(UsageProblem, match="no block 99999"):
        chain.block(99999)


def test_nonce_code_and_storage(probe: BoundContract) -> None:
    chain = probe.connection
    here = sender(chain)
    before = chain.nonce(here.address)
    send(probe, "count10")
    assert chain.nonce(here.address) == chain.nonce(here.address, "latest") == before + 1
    assert chain.storage(probe.address, 0) == (10).to_bytes(32, "big")
    assert chain.storage(probe.address, 99) == bytes(32)
    assert len(chain.code(probe.address)) > 1000
    assert chain.code(ANN) == b""


def test_the_past_is_readable(probe: BoundContract) -> None:
    before = probe.connection.block_number()
    send(probe, "count10")
    send(probe, "count10")
    assert probe.call("count") == 20
    assert probe.call("count", block=before) == 0
    assert probe.call("count", block=before + 1) == 10


class TestClock:
    def test_a_block_a_second(self, chain: Connection) -> None:
        start = chain.block().timestamp
        chain.mine(3)
        assert chain.block().timestamp == start + 3

    def test_skip(self, chain: Connection) -> None:
        now = chain.now()
        assert chain.skip(86_400) == now + 86_400
        assert chain.block().timestamp == now + 86_400
        assert chain.now() - chain.block().timestamp in (0, 1)

    def test_set_time_is_exact_and_goes_forward_only(self, chain: Connection) -> None:
        target = chain.now() + 12_345
        chain.set_time(target)
        assert chain.block().timestamp == target
        for earlier in (target, target - 1, 0):
            with pytest.raises(UsageProblem, match="cannot go back"):
                chain.set_time(earlier)
        chain.mine()
        assert chain.block().timestamp == target + 1

    def test_nothing_is_skipped_backwards(self, chain: Connection) -> None:
        for seconds in (0, -1):
            with pytest.raises(UsageProblem, match="forward"):
                chain.skip(seconds)

    def test_calls_see_the_time_at_which_a_transaction_would_run(self, probe: BoundContract) -> None:
        chain = probe.connection
        chain.skip(1000)
        assert probe.call("time") == chain.now()
        opens_at = chain.now() + 500
        chain.skip(500)
        sender(chain).simulate(probe.address, probe.encode("openFrom", opens_at))
        assert send(probe, "openFrom", opens_at).ok

    def test_gas_is_estimated_at_the_time_at_which_a_transaction_would_run(self, probe: BoundContract) -> None:
        chain = probe.connection
        chain.skip(1000)
        data = probe.encode("openFrom", chain.now())
        assert chain.estimate_gas(probe.address, data, sender=dev_account(0).address) > 21_000

    def test_a_snapshot_holds_time_state_and_numbers(self, probe: BoundContract) -> None:
        chain = probe.connection
        before = (chain.block(), chain.now(), chain.nonce(dev_account(0).address), probe.call("count"))
        with rollback(chain):
            send(probe, "count10")
            chain.skip(5000)
            with rollback(chain):
                send(probe, "count10")
            assert probe.call("count") == 10
        assert (chain.block(), chain.now(), chain.nonce(dev_account(0).address), probe.call("count")) == before
        # The same steps again give the same chain.
        send(probe, "count10")
        assert chain.block().timestamp == before[0].timestamp + 1

    def test_a_snapshot_serves_once(self, chain: Connection) -> None:
        snapshot = chain.snapshot()
        chain.revert(snapshot)
        with pytest.raises(UsageProblem, match="no snapshot"):
            chain.revert(snapshot)

    @pytest.mark.parametrize("kind", ["anvil", "ganache"])
    def test_what_waits_to_be_mined_is_dropped_by_going_back(self, kind: str) -> None:
        """Mined later, it would come in front of whatever is sent next."""
        with open_chain(kind) as chain:
            signer = dev_account(0)
            snapshot = chain.snapshot()
            chain.request(*(["evm_setAutomine", False] if kind == "anvil" else ["miner_stop"]))
            by = sender(chain)
            waiting = by.send(by.prepare(ANN, value_wei=1))
            assert by.receipt(waiting) is None
            chain.revert(snapshot)
            chain.request(*(["evm_setAutomine", True] if kind == "anvil" else ["miner_start"]))
            chain.mine()
            assert chain.nonce(signer.address) == chain.balance(ANN) == 0


class TestCoins:
    def test_fund_adds(self, chain: Connection) -> None:
        assert chain.fund(ANN, 5) == 5
        assert chain.fund(ANN, 7) == 12
        assert chain.balance(ANN) == 12

    @pytest.mark.parametrize("amount", [0, -5])
    def test_nothing_is_no_amount(self, chain: Connection, amount: int) -> None:
        with pytest.raises(UsageProblem, match="above zero"):
            chain.fund(ANN, amount)


class TestRealNetwork:
    """A node that is no test chain: here one of ours that is treated as a stranger's."""

    @pytest.fixture
    def real(self, chain: Connection) -> Connection:
        return Connection(chain.transport, kind="rpc", url=chain.url or "http://127.0.0.1:1")

    def test_its_clock_and_coins_are_left_alone(self, real: Connection) -> None:
        head = real.block()
        for attempt in (
            lambda: real.skip(5),
            lambda: real.set_time(head.timestamp + 5),
            real.mine,
            lambda: real.fund(ANN, 5),
            real.snapshot,
            lambda: real.revert("0x1"),
        ):
            with pytest.raises(WrongState, match=r"Only a local chain .* real network"):
                attempt()
        assert real.block() == head
        assert real.balance(ANN) == 0

    def test_its_time_is_the_wall_clock_or_later(self, real: Connection) -> None:
        assert real.now() >= real.block().timestamp

    def test_calls_see_its_last_block(self, real: Connection) -> None:
        probe = deploy(real, "ChainProbe", 1)
        assert probe.call("time") == real.block().timestamp


class TestConnect:
    def test_nobody_there(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
            with pytest.raises(NodeUnreachable, match="No node answers"):
                connect(url)
            with pytest.raises(NodeUnreachable, match="elmcourt: No node answers"):
                connect(Profile("elmcourt", url, 31337))

    @pytest.mark.parametrize("name", ["mainnet", "", "Embedded", "localhost:8547"])
    def test_names_that_are_none(self, name: str) -> None:
        with pytest.raises(UsageProblem, match="There is no network"):
            connect(name)

    def test_a_profile_names_its_chain(self, node: Connection) -> None:
        if node.kind == "embedded":
            pytest.skip("the embedded chain has no address")
        with connect(Profile("elmcourt", node.url, node.chain_id)) as joined:
            assert (joined.name, joined.kind, joined.chain_id) == ("elmcourt", node.kind, node.chain_id)
        with pytest.raises(WrongChain, match=rf"serves chain {node.chain_id}, but elmcourt lives on chain 11155111"):
            connect(Profile("elmcourt", node.url, 11155111))

    def test_a_url_tells_what_serves_it(self, node: Connection) -> None:
        if node.kind == "embedded":
            pytest.skip("the embedded chain has no address")
        with connect(node.url) as again:
            assert again.kind == node.kind

    def test_no_local_node_is_running(self, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
        monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path))
        with pytest.raises(NodeUnreachable, match=r"zonedao chain up"):
            connect(None)
        with pytest.raises(NodeUnreachable, match=r"zonedao chain up --node ganache"):
            connect("ganache")


class TestCode:
    def test_our_contract_whatever_its_immutables(self, chain: Connection) -> None:
        from tests.support.chain import artifact

        probes = [deploy(chain, "ChainProbe", seed).address for seed in (1, 2**255)]
        assert chain.code(probes[0]) != chain.code(probes[1])
        for address in probes:
            require_code(chain, address, artifact("ChainProbe"))  # raises where it is another contract

    def test_another_contract(self, chain: Connection, relay: BoundContract) -> None:
        from tests.support.chain import artifact

        with pytest.raises(CodeMissing, match="is not the ChainProbe of this version"):
            require_code(chain, relay.address, artifact("ChainProbe"))

    def test_no_contract(self, chain: Connection) -> None:
        with pytest.raises(CodeMissing, match=f"no contract at {ANN}"):
            require_code(chain, ANN)

    def test_a_contract_of_the_product_by_name(self, chain: Connection, relay: BoundContract) -> None:
        with pytest.raises(CodeMissing, match="is not the Registry"):
            require_code(chain, relay.address, "Registry")


def test_a_node_that_refuses_is_quoted(node: Connection) -> None:
    with pytest.raises(NodeRefused, match="eth_notThere"):
        node.request("eth_notThere")


def test_transport_may_be_closed_twice_and_used_again(node: Connection) -> None:
    if node.kind == "embedded":
        pytest.skip("there is no socket")
    transport = HttpTransport(node.url)
    transport.close()
    transport.close()
    assert int(transport.request("eth_chainId"), 16) == node.chain_id
    transport.close()
