"""Sending on every kind of chain: prepare, sign, record, broadcast, wait; and whatever interrupts it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import GAS_PRICE_WEI, deploy, send, sender
from tests.support.journals import left_by
from zonedao.chain.abi import create_address
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.fees import Fees, ether
from zonedao.chain.journal import Journal
from zonedao.chain.sending import LEAST_MARGIN_GAS, Prepared, Sender
from zonedao.chain.signers import LocalKey, dev_account
from zonedao.errors import (
    ContractRevert,
    InsufficientFunds,
    Interrupted,
    NodeRefused,
    NodeUnreachable,
    StorageProblem,
    Unconfirmed,
    WrongState,
)

ANN = dev_account(1)
PAYEE = "0x" + "b0" * 20
POOR = LocalKey(bytes.fromhex("51" * 32))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "transactions.jsonl")


class Faulty:
    """A node on which something happens at the request for a method: before it arrives, or after."""

    def __init__(self, connection: Connection) -> None:
        self.inner = connection.transport
        self.before: dict[str, Callable[[], None]] = {}
        self.after: dict[str, Callable[[], None]] = {}
        self.sent: list[str] = []

    def request(self, method: str, *params: Any) -> Any:
        self.before.get(method, lambda: None)()
        answer = self.inner.request(method, *params)
        if method == "eth_sendRawTransaction":
            self.sent.append(params[0])
        self.after.get(method, lambda: None)()
        return answer

    def close(self) -> None:
        pass


def through(faulty: Faulty, like: Connection, journal: Journal | None = None) -> Sender:
    connection = Connection(faulty, kind=like.kind, url=like.url, fixed_clock=True)
    return Sender(connection, ANN, journal, gas_price_wei=GAS_PRICE_WEI)


def failing(problem: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise problem

    return fail


class TestReceipt:
    def test_of_a_payment(self, chain: Connection) -> None:
        before = chain.balance(ANN.address)
        receipt = sender(chain, ANN).transact(PAYEE, value_wei=5)
        assert (receipt.ok, receipt.status, receipt.gas_used) == (True, 1, 21_000)
        assert (receipt.gas_price_wei, receipt.fee_wei) == (GAS_PRICE_WEI, 21_000 * GAS_PRICE_WEI)
        assert (receipt.sender, receipt.to.lower() if receipt.to else "") == (ANN.address, PAYEE)
        assert receipt.contract_address is None
        assert chain.block(receipt.block).hash == receipt.block_hash
        assert chain.balance(PAYEE) == 5
        assert before - chain.balance(ANN.address) == 5 + receipt.fee_wei

    def test_of_a_creation(self, chain: Connection) -> None:
        nonce = chain.nonce(dev_account(0).address)
        assert deploy(chain, "ChainProbeRelay").address == create_address(dev_account(0).address, nonce)

    def test_there_is_none_before(self, chain: Connection) -> None:
        assert sender(chain).receipt("0x" + "12" * 32) is None


class TestFees:
    def test_by_eip1559_where_there_is_a_base_fee(self, chain: Connection) -> None:
        prepared = Sender(chain, ANN).prepare(PAYEE, value_wei=5)
        base_fee_wei = chain.block().base_fee_wei
        assert base_fee_wei is not None
        assert prepared.fees.tip_wei is not None
        assert prepared.fees.max_wei == 2 * base_fee_wei + prepared.fees.tip_wei
        receipt = Sender(chain, ANN).transact(PAYEE, value_wei=5)
        assert prepared.fees.tip_wei < receipt.gas_price_wei <= prepared.fees.max_wei
        assert receipt.fee_wei <= prepared.fee_limit_wei

    def test_by_gas_price_where_there_is_none(self, chain: Connection) -> None:
        class Legacy(Faulty):
            def request(self, method: str, *params: Any) -> Any:
                answer = super().request(method, *params)
                if method == "eth_getBlockByNumber":
                    del answer["baseFeePerGas"]
                return answer

        connection = Connection(Legacy(chain), kind=chain.kind, fixed_clock=True)
        prepared = Sender(connection, ANN).prepare(PAYEE, value_wei=5)
        assert prepared.fees == Fees(int(chain.request("eth_gasPrice"), 16))
        assert "gasPrice" in prepared.fields()
        assert Sender(connection, ANN).transact(PAYEE, value_wei=5).ok

    def test_a_node_that_advises_no_tip(self, chain: Connection) -> None:
        faulty = Faulty(chain)
        faulty.before["eth_maxPriorityFeePerGas"] = failing(NodeRefused("eth_maxPriorityFeePerGas", -32601, "no"))
        connection = Connection(faulty, kind=chain.kind, fixed_clock=True)
        assert Sender(connection, ANN).prepare(PAYEE, value_wei=5).fees.tip_wei == 10**9

    def test_a_limit_above_what_is_used(self, probe: BoundContract) -> None:
        prepared = sender(probe.connection, ANN).prepare(probe.address, probe.encode("count10"))
        receipt = send(probe, "count10", by=ANN)
        least = receipt.gas_used + LEAST_MARGIN_GAS
        assert least <= prepared.gas_limit < least + 10_000  # what is given back for what is cleared comes afterwards
        assert prepared.fee_limit_wei == prepared.gas_limit * GAS_PRICE_WEI

    def test_an_estimate_suffices_when_calls_are_nested(self, probe: BoundContract, relay: BoundContract) -> None:
        """A call keeps back 1/64 of its gas for each level below, which is not used but must be there."""
        data = relay.encode("relay", probe.address, probe.encode("noteMany", 0, 40))
        for _ in range(5):
            data = relay.encode("relay", relay.address, data)
        needed = probe.connection.estimate_gas(relay.address, data, sender=ANN.address)
        assert sender(probe.connection, ANN).transact(relay.address, data, gas_limit=needed).ok


class TestFunds:
    def test_a_wallet_without_coins_is_told_so(self, chain: Connection) -> None:
        with pytest.raises(InsufficientFunds, match=r"has no coins to pay the fee.*Nothing was sent.*chain fund") as e:
            sender(chain, POOR).prepare(PAYEE)
        assert (e.value.address, e.value.have_wei) == (POOR.address, 0)
        assert e.value.need_wei >= 21_000 * GAS_PRICE_WEI

    def test_value_that_is_not_there(self, chain: Connection) -> None:
        chain.fund(POOR.address, 10**15)
        with pytest.raises(InsufficientFunds, match=r"has 0\.001 ETH, but 1 ETH are to be sent") as e:
            sender(chain, POOR).prepare(PAYEE, value_wei=10**18)
        assert (e.value.have_wei, e.value.need_wei) == (10**15, 10**18)

    def test_value_without_the_fee(self, chain: Connection) -> None:
        chain.fund(POOR.address, 10**15)
        with pytest.raises(InsufficientFunds, match="of it for the fee"):
            sender(chain, POOR).prepare(PAYEE, value_wei=10**15)

    def test_just_enough(self, chain: Connection) -> None:
        chain.fund(POOR.address, 7 + 21_000 * GAS_PRICE_WEI)
        assert sender(chain, POOR).transact(PAYEE, value_wei=7, gas_limit=21_000).ok
        assert chain.balance(POOR.address) == 0

    def test_coins_that_went_away_between(self, chain: Connection, journal: Journal) -> None:
        chain.fund(POOR.address, 10**16)
        here = Sender(chain, POOR, journal, gas_price_wei=GAS_PRICE_WEI)
        prepared = here.prepare(PAYEE, value_wei=9 * 10**15)
        sender(chain, POOR).transact(PAYEE, value_wei=5 * 10**15)
        late = Prepared(**{**vars(prepared), "nonce": prepared.nonce + 1})
        with pytest.raises(InsufficientFunds, match="Nothing was sent"):
            here.send(late)
        assert journal.open_entries(chain.chain_id) == []

    @pytest.mark.parametrize(
        ("wei", "text"), [(0, "0 ETH"), (1, "0.000000000000000001 ETH"), (10**18, "1 ETH"), (15 * 10**17, "1.5 ETH")]
    )
    def test_amounts_in_words(self, wei: int, text: str) -> None:
        assert ether(wei) == text


class TestRefusals:
    def test_a_number_that_is_taken(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        here.transact(PAYEE, value_wei=1)
        prepared = here.prepare(PAYEE, value_wei=5)
        sender(chain, ANN).transact(PAYEE, value_wei=2)
        with pytest.raises(WrongState, match=r"came between.*Nothing was sent.*again"):
            here.send(prepared)
        assert chain.balance(PAYEE) == 3
        assert journal.open_entries(chain.chain_id) == []

    def test_a_revert_is_not_sent(self, probe: BoundContract, journal: Journal) -> None:
        here = Sender(probe.connection, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        before = probe.connection.nonce(ANN.address)
        with pytest.raises(ContractRevert, match="Nothing was sent"):
            here.transact(probe.address, probe.encode("refuseAbove", 1, 2))
        assert probe.connection.nonce(ANN.address) == before
        assert not journal.path.exists()

    def test_a_mined_revert_is_finished_business(self, probe: BoundContract, journal: Journal) -> None:
        here = Sender(probe.connection, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        with pytest.raises(ContractRevert, match="It was mined as 0x"):
            here.transact(probe.address, probe.encode("refuseAbove", 1, 2), gas_limit=100_000)
        assert journal.open_entries(probe.connection.chain_id) == []

    def test_a_journal_that_cannot_be_written_sends_nothing(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        prepared = here.prepare(PAYEE, value_wei=5)
        journal.path.mkdir()
        with pytest.raises(StorageProblem, match="nothing was sent"):
            here.send(prepared)
        assert chain.balance(PAYEE) == 0


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever started the tests in the background may have had them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class TestNothingTwice:
    """Whatever stops the client and wherever: a transaction happens once or not at all."""

    def test_killed_before_broadcasting(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        journal.begin(left_by(here, here.prepare(PAYEE, value_wei=5, note="pay")))
        (found,) = here.recover()
        assert (found.state, found.entry.note) == ("resent", "pay")
        here.wait(found.entry.hash)
        assert here.recover() == []
        assert chain.balance(PAYEE) == 5

    def test_killed_after_broadcasting(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        tx_hash = here.send(here.prepare(PAYEE, value_wei=5))
        Sender(chain, ANN).wait(tx_hash)
        (found,) = here.recover()
        assert found.state == "mined"
        assert found.receipt is not None
        assert found.receipt.hash == tx_hash
        assert here.recover() == []
        assert chain.balance(PAYEE) == 5

    def test_its_number_went_to_another(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        journal.begin(left_by(here, here.prepare(PAYEE, value_wei=5)))
        sender(chain, ANN).transact(PAYEE, value_wei=1)
        (found,) = here.recover()
        assert found.state == "replaced"
        assert here.recover() == []
        assert chain.balance(PAYEE) == 1

    def test_the_node_goes_away_before_it_arrives(self, chain: Connection, journal: Journal) -> None:
        faulty = Faulty(chain)
        here = through(faulty, chain, journal)
        prepared = here.prepare(PAYEE, value_wei=5)
        faulty.before["eth_sendRawTransaction"] = failing(NodeUnreachable("gone"))
        with pytest.raises(Unconfirmed, match=r"may have arrived.*nothing will be sent twice") as caught:
            here.send(prepared)
        assert chain.balance(PAYEE) == 0
        faulty.before.clear()
        (found,) = here.recover()
        assert (found.state, found.entry.hash) == ("resent", caught.value.tx_hash)
        assert here.wait(found.entry.hash).ok
        assert chain.balance(PAYEE) == 5

    def test_the_node_goes_away_after_it_arrived(self, chain: Connection, journal: Journal) -> None:
        faulty = Faulty(chain)
        here = through(faulty, chain, journal)
        prepared = here.prepare(PAYEE, value_wei=5)
        faulty.after["eth_sendRawTransaction"] = failing(NodeUnreachable("gone"))
        with pytest.raises(Unconfirmed) as caught:
            here.send(prepared)
        faulty.after.clear()
        here.wait(caught.value.tx_hash)
        assert len(faulty.sent) == 1
        assert here.recover() == []
        assert chain.balance(PAYEE) == 5

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_ctrl_c_while_sending(self, chain: Connection, journal: Journal, moment: str) -> None:
        faulty = Faulty(chain)
        here = through(faulty, chain, journal)
        prepared = here.prepare(PAYEE, value_wei=5)
        getattr(faulty, moment)["eth_sendRawTransaction"] = failing(KeyboardInterrupt())
        with pytest.raises(Interrupted, match="Nothing will be sent twice") as caught:
            here.send(prepared)
        assert caught.value.exit_code == 130
        getattr(faulty, moment).clear()
        # The same command again: whatever happened to the first, the payment happens once.
        for found in here.recover():
            here.wait(found.entry.hash)
        assert chain.balance(PAYEE) == 5
        assert len(faulty.sent) == 1

    @pytest.mark.usefixtures("interruptible")
    def test_ctrl_c_while_waiting(self, chain: Connection, journal: Journal) -> None:
        faulty = Faulty(chain)
        here = through(faulty, chain, journal)
        tx_hash = here.send(here.prepare(PAYEE, value_wei=5))
        faulty.before["eth_getTransactionReceipt"] = lambda: os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted, match=tx_hash) as caught:
            here.wait(tx_hash)
        assert caught.value.tx_hash == tx_hash
        faulty.before.clear()
        assert here.wait(tx_hash).ok
        assert chain.balance(PAYEE) == 5

    def test_no_receipt_in_time(self, chain: Connection, journal: Journal) -> None:
        here = Sender(chain, ANN, journal, gas_price_wei=GAS_PRICE_WEI)
        ticks: list[float] = []
        with pytest.raises(Unconfirmed, match="nothing will be sent twice") as caught:
            here.wait("0x" + "99" * 32, timeout_seconds=0.05, on_tick=ticks.append)
        assert caught.value.tx_hash == "0x" + "99" * 32
        assert ticks == sorted(ticks)
        assert ticks

    def test_a_node_that_is_away_while_waiting_is_waited_for(self, chain: Connection) -> None:
        faulty = Faulty(chain)
        here = through(faulty, chain)
        tx_hash = here.send(here.prepare(PAYEE, value_wei=5))
        away = iter([NodeUnreachable("gone")] * 3)

        def sometimes() -> None:
            for problem in away:
                raise problem

        faulty.before["eth_getTransactionReceipt"] = sometimes
        assert here.wait(tx_hash).ok

    def test_two_at_once_take_different_numbers(self, chain: Connection, journal: Journal) -> None:
        if chain.kind == "embedded":
            pytest.skip("one process, one thread")
        problems: list[BaseException] = []

        def pay(amount: int) -> None:
            from zonedao.chain.rpc import HttpTransport

            try:
                own = Connection(HttpTransport(chain.url), kind=chain.kind, url=chain.url, fixed_clock=True)
                Sender(own, ANN, journal, gas_price_wei=GAS_PRICE_WEI).transact(PAYEE, value_wei=amount)
            except BaseException as problem:
                problems.append(problem)

        threads = [threading.Thread(target=pay, args=(10**exponent,)) for exponent in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert chain.balance(PAYEE) == 1111
        assert journal.open_entries(chain.chain_id) == []


SEEN: dict[str, dict[str, int]] = {}


def test_the_same_steps_use_the_same_gas(probe: BoundContract, relay: BoundContract) -> None:
    """With Shanghai's rules, one mnemonic, fixed times and numbers: to the unit on every chain."""
    here = sender(probe.connection)
    SEEN[probe.connection.kind] = {
        "deploy": here.transact(None, bytes.fromhex("60fe5f5360015ff3")).gas_used,
        "first": send(probe, "count10").gas_used,
        "again": send(probe, "count10").gas_used,
        "note": send(probe, "note", 7, "hello").gas_used,
        "label": send(probe, "label", "kitchen", -1).gas_used,
        "openFrom": send(probe, "openFrom", 5).gas_used,
        "relay": send(relay, "relay", probe.address, probe.encode("noteMany", 0, 3)).gas_used,
    }
    assert SEEN[probe.connection.kind] == next(iter(SEEN.values()))
