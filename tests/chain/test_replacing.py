"""A transaction that waits gets a rival: either of the two is mined, both are known, neither is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chain.test_following import (
    ANN,
    CHAIN_ID,
    ELSEWHERE,
    PAYEE,
    Between,
    between,
    here,
    journal,
    mining,
    net,
    node,
)
from tests.chain.test_following import impatient as impatient
from tests.support.chain import GAS_PRICE_WEI, KINDS
from zonedao.chain.connection import Connection
from zonedao.chain.fees import FeeCap, Fees, current_fees
from zonedao.chain.journal import Journal
from zonedao.chain.raw import read_raw
from zonedao.chain.replacing import cancel, speed_up
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account
from zonedao.errors import NodeRefused, Unconfirmed, UsageProblem, WrongState

__all__ = ["between", "here", "journal", "net", "node"]

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif("anvil" not in KINDS, reason="Anvil is not among the chains of this run"),
]


@pytest.fixture
def stuck(here: Sender) -> str:
    """A payment of 5 that waits."""
    mining(here.connection, False)
    return here.send(here.prepare(PAYEE, value_wei=5, note="pay"))


def outcomes(journal: Journal) -> list[str | None]:
    return [record.outcome for record in journal.records()]


def test_offering_more(here: Sender, journal: Journal, stuck: str) -> None:
    prepared = speed_up(here, stuck)
    assert (prepared.nonce, prepared.replaces, prepared.cancels) == (journal.slot_of(stuck)[0].nonce, stuck, False)
    assert prepared.fees.max_wei >= GAS_PRICE_WEI * 1125 // 1000
    faster = here.send(prepared)
    (found,) = here.look_up()
    assert (found.state, found.entry.hash) == ("waiting", faster)
    assert here.prepare(PAYEE, value_wei=6).nonce == prepared.nonce + 1
    here.connection.request("evm_mine")
    # Whoever waits for the first is answered by the second.
    assert here.wait(faster).hash == faster
    assert outcomes(journal) == ["replaced", "mined"]
    assert here.connection.balance(PAYEE) == 5


@pytest.mark.usefixtures("impatient")
def test_who_waits_for_the_first_is_told_of_the_second(here: Sender, journal: Journal, stuck: str) -> None:
    faster = here.send(speed_up(here, stuck))
    here.connection.request("evm_mine")
    here.settle(here.wait(faster))
    assert here.wait(stuck).hash == faster


@pytest.mark.usefixtures("impatient")
def test_the_first_is_mined_all_the_same(here: Sender, between: Between, journal: Journal, stuck: str) -> None:
    """Whoever makes the block had not heard of the second."""
    between.answers = {"eth_sendRawTransaction": "0x"}
    faster = here.send(speed_up(here, stuck))
    between.answers = {}
    here.connection.request("evm_mine")
    assert here.wait(faster).hash == stuck
    assert outcomes(journal) == ["mined", "replaced"]
    assert here.connection.balance(PAYEE) == 5


@pytest.mark.usefixtures("impatient")
def test_canceled(here: Sender, journal: Journal, stuck: str) -> None:
    prepared = cancel(here, stuck)
    assert (prepared.to, prepared.value_wei, prepared.data, prepared.note) == (ANN.address, 0, b"", "cancel pay")
    empty = here.send(prepared)
    with pytest.raises(WrongState, match="being canceled already"):
        cancel(here, stuck)
    # The empty one can be sped up like any other.
    emptier = here.send(speed_up(here, stuck))
    here.connection.request("evm_mine")
    with pytest.raises(WrongState, match=rf"It was canceled: {emptier} took the number of {stuck}"):
        here.wait(stuck)
    assert here.wait(empty).hash == emptier
    assert outcomes(journal) == ["replaced", "replaced", "mined"]
    assert here.connection.balance(PAYEE) == 0


def test_the_same_again_while_it_is_canceled(here: Sender, stuck: str) -> None:
    empty = here.send(cancel(here, stuck))
    with pytest.raises(Unconfirmed, match=rf"being canceled by {empty}.*Nothing more was sent"):
        here.prepare(PAYEE, value_wei=5)
    here.connection.request("evm_mine")
    # That is decided, and whoever wants it after all gets it.
    assert here.prepare(PAYEE, value_wei=5).value_wei == 5


def test_too_late(here: Sender, journal: Journal, stuck: str) -> None:
    here.connection.request("evm_mine")
    with pytest.raises(WrongState, match=r"“pay” was mined in block \d+, as 0x.*nothing to replace"):
        cancel(here, stuck)
    assert outcomes(journal) == ["mined"]


def test_the_node_has_lost_both(here: Sender, between: Between, stuck: str) -> None:
    """The one that offers more is sent again: whoever has the other will take it instead."""
    faster = here.send(speed_up(here, stuck))
    here.connection.request("anvil_dropAllTransactions")
    (found,) = here.look_up()
    assert (found.state, found.entry.hash) == ("resent", faster)
    assert between.sent[-1] == between.sent[-2]


def test_a_node_that_does_not_take_the_second(here: Sender, between: Between, journal: Journal, stuck: str) -> None:
    problem = NodeRefused("eth_sendRawTransaction", -32000, "replacement transaction underpriced")

    def refuse() -> None:
        raise problem

    between.before["eth_sendRawTransaction"] = refuse
    with pytest.raises(WrongState, match="Nothing was sent"):
        here.send(speed_up(here, stuck))
    between.before.clear()
    assert outcomes(journal) == [None, "refused"]
    (found,) = here.look_up()
    assert found.state == "waiting"


def test_what_cannot_be_replaced(here: Sender, journal: Journal, net: Connection, stuck: str) -> None:
    with pytest.raises(UsageProblem, match="tx list"):
        speed_up(here, "0x" + "12" * 32)
    with pytest.raises(UsageProblem, match="tx list"):
        speed_up(Sender(net, dev_account(2), journal), stuck)
    with pytest.raises(UsageProblem, match="journal"):
        speed_up(Sender(net, ANN), stuck)


def test_the_cap_holds_for_the_second_too(net: Connection, journal: Journal, stuck: str) -> None:
    capped = Sender(net, ANN, journal, gas_price_wei=GAS_PRICE_WEI, fee_cap=FeeCap(per_gas_wei=GAS_PRICE_WEI))
    with pytest.raises(WrongState, match=r"2\.25.* gwei must be offered .*your limit is 2 gwei.*Nothing was sent"):
        speed_up(capped, stuck)


def test_prices_with_a_tip(net: Connection, journal: Journal) -> None:
    """Both prices grow, by what the node asks for at least and to what is usual now."""
    mining(net, False)
    here = Sender(net, ANN, journal)
    first = here.prepare(PAYEE, value_wei=5)
    second = speed_up(here, here.send(first))
    assert first.fees.tip_wei is not None
    assert second.fees.tip_wei is not None
    assert second.fees.max_wei >= max(first.fees.max_wei * 9 // 8, current_fees(net).max_wei)
    assert second.fees.tip_wei >= first.fees.tip_wei * 9 // 8
    here.send(second)
    net.request("evm_mine")
    assert net.balance(PAYEE) == 5


class TestCap:
    @pytest.mark.parametrize(
        ("text", "cap"),
        [
            ("30 gwei", FeeCap(per_gas_wei=30 * 10**9)),
            ("0.5gwei", FeeCap(per_gas_wei=5 * 10**8)),
            (" 0.01 ETH ", FeeCap(total_wei=10**16)),
        ],
    )
    def test_read(self, text: str, cap: FeeCap) -> None:
        assert FeeCap.parse(text) == cap
        assert FeeCap.parse(str(cap)) == cap

    @pytest.mark.parametrize("text", ["", "30", "gwei", "-1 gwei", "0 ETH", "1 wei", "1,5 gwei", "0.0000000001 gwei"])
    def test_refused(self, text: str) -> None:
        with pytest.raises(UsageProblem, match="no limit of fees"):
            FeeCap.parse(text)

    @pytest.mark.parametrize(
        ("cap", "kept"),
        [
            (FeeCap(), Fees(21, 1)),
            (FeeCap(per_gas_wei=21), Fees(21, 1)),
            (FeeCap(per_gas_wei=20), Fees(20, 1)),
            (FeeCap(per_gas_wei=11), Fees(11, 1)),
            (FeeCap(per_gas_wei=10), None),
            (FeeCap(total_wei=2100), Fees(21, 1)),
            (FeeCap(total_wei=2099), Fees(20, 1)),
            (FeeCap(total_wei=1099), None),
        ],
    )
    def test_a_base_fee_of_ten_and_a_tip_of_one(self, cap: FeeCap, kept: Fees | None) -> None:
        """Twice the base fee is room for later blocks; the next one needs no more than the base fee itself."""
        if kept is not None:
            assert cap.applied(Fees(21, 1), 100) == kept
        else:
            with pytest.raises(WrongState, match=r"costs .* now.*your limit is .*Nothing was sent"):
                cap.applied(Fees(21, 1), 100)

    def test_a_price_without_a_tip(self) -> None:
        assert FeeCap(per_gas_wei=7).applied(Fees(7), 100) == Fees(7)
        with pytest.raises(WrongState):
            FeeCap(per_gas_wei=6).applied(Fees(7), 100)

    def test_when_preparing(self, net: Connection) -> None:
        with pytest.raises(WrongState, match="--max-fee"):
            Sender(net, ANN, fee_cap=FeeCap(total_wei=10)).prepare(ELSEWHERE, value_wei=1)
        usual = current_fees(net).max_wei
        capped = Sender(net, ANN, fee_cap=FeeCap(per_gas_wei=usual - 1)).prepare(ELSEWHERE, value_wei=1)
        assert capped.fees.max_wei == usual - 1


@pytest.mark.parametrize(
    "prices",
    [{"gasPrice": 7}, {"maxFeePerGas": 9, "maxPriorityFeePerGas": 2}, {"gasPrice": 7, "accessList": []}],
    ids=["legacy", "by tip", "access list"],
)
@pytest.mark.parametrize("to", [PAYEE, None], ids=["call", "creation"])
def test_what_a_signed_transaction_says(prices: dict[str, Any], to: str | None) -> None:
    fields = {"chainId": CHAIN_ID, "nonce": 3, "gas": 50_000, "value": 5, "data": b"\x01\x02", **prices}
    raw = ANN.sign_transaction(fields | ({"to": to} if to else {}))
    read = read_raw("0x" + raw.hex())
    assert (read.chain_id, read.sender, read.nonce, read.gas_limit) == (CHAIN_ID, ANN.address, 3, 50_000)
    assert (read.value_wei, read.data, read.to and read.to.lower()) == (5, b"\x01\x02", to)
    assert read.fees == (Fees(7) if "gasPrice" in prices else Fees(9, 2))
    for broken in ("0x", "0x03" + raw.hex(), "0x" + raw.hex()[:-2], "zz"):
        with pytest.raises(UsageProblem, match="Sign it again"):
            read_raw(broken)


def test_the_raw_of_the_journal_is_what_was_sent(journal: Journal, stuck: str, between: Between) -> None:
    (record,) = journal.records()
    assert between.sent == [record.entry.raw]
    assert read_raw(record.entry.raw).hash == stuck
