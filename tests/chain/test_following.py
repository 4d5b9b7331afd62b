"""What becomes of what was sent, on a chain that is no local one: nodes that lag, forget, refuse, reorganise."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import GAS_PRICE_WEI, KINDS
from tests.support.journals import left_by
from zonedao.chain import numbers, waiting
from zonedao.chain.connection import Connection
from zonedao.chain.following import Follower, this_process
from zonedao.chain.journal import Journal
from zonedao.chain.local import LocalNode
from zonedao.chain.numbers import taker_of
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.sending import Sender
from zonedao.chain.signed import NoKey, read_signed, write_signed
from zonedao.chain.signers import dev_account
from zonedao.errors import (
    KeyProblem,
    NodeProblem,
    NodeRefused,
    StorageProblem,
    Unconfirmed,
    WrongChain,
    WrongState,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif("anvil" not in KINDS, reason="Anvil is not among the chains of this run"),
]

CHAIN_ID = 777_123
ANN = dev_account(1)
PAYEE = "0x" + "b0" * 20
ELSEWHERE = "0x" + "c0" * 20


class Between:
    """What stands between the client and a node: it may answer by itself, refuse, or do something first."""

    def __init__(self, url: str) -> None:
        self.inner = HttpTransport(url)
        self.answers: dict[str, Any] = {}
        self.before: dict[str, Callable[[], None]] = {}
        self.after: dict[str, Callable[[], None]] = {}
        self.sent: list[str] = []

    def request(self, method: str, *params: Any) -> Any:
        self.before.get(method, lambda: None)()
        if method in self.answers:
            return self.answers[method]
        answer = self.inner.request(method, *params)
        if method == "eth_sendRawTransaction":
            self.sent.append(params[0])
        self.after.get(method, lambda: None)()
        return answer

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def node() -> Iterator[LocalNode]:
    """One for each test: what Anvil has in its pool as it goes back to a snapshot, it may mine once more."""
    with LocalNode("anvil", chain_id=CHAIN_ID) as started:
        yield started


@pytest.fixture
def between(node: LocalNode) -> Iterator[Between]:
    between = Between(node.url)
    yield between
    between.close()


@pytest.fixture
def net(between: Between) -> Connection:
    """A chain that is not known to be a local one."""
    return Connection(between, kind="rpc", name="net")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "transactions.jsonl")


@pytest.fixture
def here(net: Connection, journal: Journal) -> Sender:
    return Sender(net, ANN, journal, gas_price_wei=GAS_PRICE_WEI)


def mining(net: Connection, automatic: bool) -> None:
    net.request("evm_setAutomine", automatic)


def fails(problem: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise problem

    return fail


def states(sender: Sender) -> list[str]:
    return [found.state for found in sender.look_up()]


def pay(sender: Sender, amount: int, **more: Any) -> str:
    return sender.send(sender.prepare(PAYEE, value_wei=amount, **more))


def mined(sender: Sender, amount: int) -> str:
    """The hash of a payment that is in a block, and of which nobody was told."""
    tx_hash = pay(sender, amount)
    sender.wait(tx_hash, settle=False)
    return tx_hash


# --- told before it is settled ---


def test_killed_between_the_receipt_and_the_last_word(here: Sender, journal: Journal) -> None:
    receipt = here.wait(pay(here, 5), settle=False)
    (found,) = here.look_up()
    assert (found.state, found.receipt) == ("mined", receipt)
    here.settle_found(found)
    assert here.look_up() == []
    assert journal.records()[0].block_hash == receipt.block_hash


def test_the_same_again_is_not_sent_when_nobody_was_told(here: Sender, between: Between) -> None:
    tx_hash = mined(here, 5)
    with pytest.raises(WrongState, match=rf"mined meanwhile, as {tx_hash}.*not sent again"):
        here.transact(PAYEE, value_wei=5)
    assert len(between.sent) == 1
    # Who was told and wants it once more gets it.
    assert here.transact(PAYEE, value_wei=5).ok
    assert here.connection.balance(PAYEE) == 10


# --- nodes of which one lags behind ---


def test_a_receipt_that_one_node_does_not_show_yet(here: Sender, between: Between) -> None:
    """Its number is taken, says the node that is ahead; the other has not seen by which transaction."""
    tx_hash = mined(here, 5)
    between.answers = {"eth_getTransactionReceipt": None, "eth_getTransactionByHash": None}
    assert states(here) == ["waiting"]
    assert len(between.sent) == 1
    between.answers = {}
    (found,) = here.recover()
    assert (found.state, found.entry.hash) == ("mined", tx_hash)


def test_a_node_that_does_not_show_who_has_a_number_is_not_believed(here: Sender, between: Between) -> None:
    mined(here, 5)
    between.answers = {"eth_getTransactionReceipt": None, "eth_getTransactionByHash": None}
    between.before["eth_getBlockByNumber"] = fails(NodeRefused("eth_getBlockByNumber", -32000, "missing trie node"))
    _ = here.connection.genesis
    assert states(here) == ["waiting"]
    here.connection.request("anvil_mine", hex(70))
    assert states(here) == ["replaced"]


def test_a_node_behind_our_last_transaction_gives_no_number(
    here: Sender, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "LAG_PATIENCE_SECONDS", 0.0)
    before = here.connection.block_number()
    receipt = here.transact(PAYEE, value_wei=5)
    between.answers = {"eth_blockNumber": hex(before)}
    with pytest.raises(NodeProblem, match=rf"does not know your transaction {receipt.hash}.*lags behind.*Nothing was"):
        here.prepare(PAYEE, value_wei=6)
    between.answers = {}
    assert here.prepare(PAYEE, value_wei=6).nonce == here.connection.nonce(ANN.address)


def test_who_took_a_number(here: Sender) -> None:
    net = here.connection
    first = net.nonce(ANN.address)
    hashes = [here.transact(PAYEE, value_wei=amount).hash for amount in range(1, 8)]
    net.request("anvil_mine", hex(5))
    assert [taker_of(net, ANN.address, first + number) for number in range(8)] == [*hashes, ""]


# --- what is told of a refusal ---


@pytest.mark.parametrize("code", [-32005, -32603])
def test_a_refusal_that_says_nothing_of_the_transaction(here: Sender, between: Between, code: int) -> None:
    """A provider's limit, or an inner error: it may have been passed on all the same."""
    between.after["eth_sendRawTransaction"] = fails(NodeRefused("eth_sendRawTransaction", code, "limit exceeded"))
    between.answers = {"eth_getTransactionByHash": None}
    with pytest.raises(Unconfirmed, match="did not say whether it took") as caught:
        pay(here, 5)
    between.after, between.answers = {}, {}
    assert states(here) in (["waiting"], ["mined"])
    assert here.wait(caught.value.tx_hash).ok
    assert (here.look_up(), len(between.sent)) == ([], 1)


def test_a_number_that_is_said_to_be_taken_by_itself(here: Sender, between: Between, journal: Journal) -> None:
    """A server that hands a request to two nodes tells what the second says."""
    first = here.connection.nonce(ANN.address)

    def once_mined() -> None:
        while int(between.inner.request("eth_getTransactionCount", ANN.address, "latest"), 16) < first + len(
            between.sent
        ):
            time.sleep(0.01)
        raise NodeRefused("eth_sendRawTransaction", -32000, "nonce too low")

    between.after["eth_sendRawTransaction"] = once_mined
    between.answers = {"eth_getTransactionByHash": None}
    assert here.wait(pay(here, 5)).ok
    # Nor does it show the receipt; but it shows the block.
    between.answers |= {"eth_getTransactionReceipt": None}
    tx_hash = pay(here, 6)
    assert taker_of(here.connection, ANN.address, first + 1) == tx_hash
    # Nor that the number is used at all.
    between.answers |= {"eth_getTransactionCount": hex(first + 2)}
    with pytest.raises(Unconfirmed, match="does not show by which one"):
        pay(here, 7)
    between.answers = {}
    assert [found.state for found in here.recover()] == ["mined", "mined"]
    assert (len(between.sent), here.connection.balance(PAYEE), journal.open_entries(CHAIN_ID)) == (3, 18, [])


def test_given_up_when_the_node_will_not_have_it_any_more(here: Sender, journal: Journal) -> None:
    net = here.connection
    journal.begin(left_by(here, here.prepare(PAYEE, value_wei=5, note="pay")))
    coins = net.balance(ANN.address)
    net.request("anvil_setBalance", ANN.address, "0x0")
    (found,) = here.recover()
    assert (found.state, "cannot pay" in found.reason) == ("refused", True)
    net.request("anvil_setBalance", ANN.address, hex(coins))
    # Its number is free again: one of the two can be mined, never both.
    assert here.prepare(PAYEE, value_wei=5).nonce == found.entry.nonce


def test_looked_at_without_sending_again(here: Sender, journal: Journal, between: Between) -> None:
    mining(here.connection, False)
    tx_hash = pay(here, 5)
    (slot,) = journal.slots(CHAIN_ID, ANN.address, here.connection.genesis)
    follower = Follower(here.connection, journal)
    assert follower.follow(slot, resend=False).state == "waiting"
    here.connection.request("anvil_dropTransaction", tx_hash)
    assert follower.follow(slot, resend=False).state == "lost"
    assert len(between.sent) == 1


def test_a_node_that_takes_no_number_ahead_of_time(here: Sender, journal: Journal, between: Between) -> None:
    """What comes before is gone, so this can never go there either: its number is given back."""
    net = here.connection
    late = here.prepare(PAYEE, value_wei=5, nonce=net.nonce(ANN.address) + 3)
    journal.begin(left_by(here, late))
    between.before["eth_sendRawTransaction"] = fails(NodeRefused("eth_sendRawTransaction", -32000, "nonce too high"))
    assert states(here) == ["refused"]
    # Where it is next, another one with it is before the door, and nothing is decided.
    here.recover()
    journal.begin(left_by(here, here.prepare(PAYEE, value_wei=6)))
    between.before["eth_sendRawTransaction"] = fails(
        NodeRefused("eth_sendRawTransaction", -32000, "replacement transaction underpriced")
    )
    assert states(here) == ["waiting"]


# --- signed into files ---


def test_a_file_whose_number_waits_for_another(here: Sender, journal: Journal, tmp_path: Path) -> None:
    net = here.connection
    entries = [here.sign(here.prepare(PAYEE, value_wei=5, kept=True))]
    write_signed(tmp_path / "a", entries[0])
    journal.keep(entries[0], tmp_path / "a")
    entries.append(here.sign(here.prepare(PAYEE, value_wei=6, kept=True)))
    write_signed(tmp_path / "b", entries[1])
    first, second = read_signed(tmp_path / "a"), read_signed(tmp_path / "b")
    assert (first.entry.hash, second.raw.nonce) == (entries[0].hash, first.raw.nonce + 1)
    first.require_chain(net)
    first.require_valid(net, journal)
    with pytest.raises(WrongState, match=rf"Send {tmp_path / 'a'} first"):
        second.require_valid(net, journal)
    mining(net, False)
    pay(here, 7)
    with pytest.raises(WrongState, match="waits already"):
        first.require_valid(net, journal)
    second.require_valid(net, journal)
    mining(net, True)
    net.request("evm_mine")
    with pytest.raises(WrongState, match=r"went to another transaction \(0x[0-9a-f]{64}\)"):
        first.require_valid(net, journal)
    with pytest.raises(StorageProblem):
        write_signed(tmp_path / "b", entries[1])
    with pytest.raises(KeyProblem, match="--sign-only"):
        Sender(net, NoKey(ANN.address)).transact(PAYEE, value_wei=1)


# --- waiting ---


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
def test_what_the_node_forgets_while_it_is_waited_for(here: Sender, between: Between) -> None:
    mining(here.connection, False)
    tx_hash = pay(here, 5)
    here.connection.request("anvil_dropTransaction", tx_hash)
    mining(here.connection, True)
    assert here.wait(tx_hash).ok
    assert between.sent == [between.sent[0]] * 2
    assert here.connection.balance(PAYEE) == 5


@pytest.mark.usefixtures("impatient")
def test_another_wallet_takes_the_number_while_it_is_waited_for(here: Sender, journal: Journal) -> None:
    mining(here.connection, False)
    tx_hash = pay(here, 5)
    here.connection.request("anvil_dropTransaction", tx_hash)
    other = Sender(here.connection, ANN, gas_price_wei=2 * GAS_PRICE_WEI)
    other.send(other.prepare(ELSEWHERE, value_wei=1))
    mining(here.connection, True)
    here.connection.request("evm_mine")
    with pytest.raises(WrongState, match=rf"took the number of {tx_hash}, which can never happen"):
        here.wait(tx_hash)
    assert journal.open_entries(CHAIN_ID) == []
    assert here.connection.balance(PAYEE) == 0


@pytest.mark.usefixtures("impatient")
def test_a_node_that_came_to_serve_another_chain(here: Sender, journal: Journal, between: Between) -> None:
    mining(here.connection, False)
    tx_hash = pay(here, 5)
    here.connection.request("anvil_dropTransaction", tx_hash)
    genesis = here.connection.request("eth_getBlockByNumber", "0x0", False)
    between.answers = {"eth_getBlockByNumber": {**genesis, "hash": "0x" + "77" * 32}}
    with pytest.raises(WrongChain, match="another chain than that of"):
        here.wait(tx_hash)
    # One that finds the other chain from the start has nothing open there.
    assert Sender(Connection(between, kind="rpc"), ANN, journal).look_up() == []
    assert len(between.sent) == 1


@pytest.mark.usefixtures("impatient")
def test_confirmations(here: Sender, between: Between) -> None:
    net = here.connection
    here.confirmations = 3
    tx_hash = pay(here, 5)
    seen: list[tuple[int, int]] = []

    def confirmed(so_far: int, wanted: int) -> None:
        seen.append((so_far, wanted))
        if so_far == 2 and len(seen) < 4:
            # The chain thinks again, and the node has lost what it took back.
            net.request("anvil_reorg", 2, [])
            net.request("anvil_dropAllTransactions")
        net.request("evm_mine")

    receipt = here.wait(tx_hash, on_confirmation=confirmed)
    assert net.block_number() - receipt.block + 1 >= 3
    assert net.block(receipt.block).hash == receipt.block_hash
    assert seen[0] == (1, 3)
    assert len(between.sent) == 2
    assert net.balance(PAYEE) == 5


def test_too_few_confirmations_in_time(here: Sender) -> None:
    here.confirmations = 2
    tx_hash = pay(here, 5)
    with pytest.raises(Unconfirmed, match=r"is in block \d+ and has 1 of 2 confirmations after"):
        here.wait(tx_hash, 0.05)


# --- reorganisations after the end ---


@pytest.mark.parametrize("kept", [True, False], ids=["the node kept it", "the node lost it"])
def test_a_reorganisation_takes_back_what_was_told(here: Sender, kept: bool) -> None:
    net = here.connection
    here.transact(PAYEE, value_wei=1)
    mining(net, False)
    tx_hash = pay(here, 5)
    net.request("evm_mine")
    here.wait(tx_hash)
    assert here.look_up() == []
    net.request("anvil_reorg", 1, [])
    if not kept:
        net.request("anvil_dropAllTransactions")
    (found,) = here.look_up()
    assert (found.state, found.entry.hash) == ("dropped", tx_hash)
    net.request("evm_mine")
    assert [each.state for each in here.recover()] == ["mined"]
    assert here.look_up() == []
    assert net.balance(PAYEE) == 6


def test_on_a_local_chain_who_goes_back_means_it(here: Sender, journal: Journal, between: Between) -> None:
    local = Sender(Connection(between, kind="anvil"), ANN, journal, gas_price_wei=GAS_PRICE_WEI)
    snapshot = here.connection.request("evm_snapshot")
    nonce = here.connection.nonce(ANN.address)
    local.transact(PAYEE, value_wei=5)
    here.connection.request("evm_revert", snapshot)
    assert local.look_up() == []
    assert local.prepare(PAYEE, value_wei=5).nonce == nonce


# --- several processes of one account ---


def _pay_in_turn(url: str, path: Path, start: int) -> None:
    sender = Sender(Connection(HttpTransport(url), kind="rpc"), ANN, Journal(path), gas_price_wei=GAS_PRICE_WEI)
    for power in range(start, start + 4):
        sender.transact(PAYEE, value_wei=2**power)


def test_several_processes_of_one_account(here: Sender, node: LocalNode, journal: Journal) -> None:
    net = here.connection
    first = net.nonce(ANN.address)
    fork = multiprocessing.get_context("fork")
    several = [fork.Process(target=_pay_in_turn, args=(node.url, journal.path, 4 * number)) for number in range(4)]
    for each in several:
        each.start()
    for each in several:
        each.join(120)
    assert [each.exitcode for each in several] == [0] * 4
    # Every amount once: they are different powers of two.
    assert net.balance(PAYEE) == 2**16 - 1
    numbers_taken = [record.entry.nonce for record in journal.records()]
    assert numbers_taken == list(range(first, first + 16))
    assert journal.open_entries(CHAIN_ID) == []


def test_what_another_process_waits_for_is_its_own(here: Sender, journal: Journal) -> None:
    mining(here.connection, False)
    prepared = here.prepare(PAYEE, value_wei=5)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            here.send(prepared)
            os.write(writing, b"sent")
            signal.pause()
        finally:
            os._exit(1)
    try:
        os.read(reading, 4)
        (found,) = Follower(here.connection, journal).look_up(ANN.address)
        assert (found.state, found.running) == ("waiting", True)
        assert found.entry.owner != this_process()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    (found,) = here.look_up()
    assert (found.state, found.running) == ("waiting", False)
