"""Acting as somebody without their key: on test nodes of this machine, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.chain import deploy
from tests.support.proxy import on_the_way
from zonedao.chain.connection import Connection, connect
from zonedao.chain.impersonation import Impersonated
from zonedao.chain.journal import Journal
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, KeyProblem, WrongState

NOBODY = "0x" + "ab" * 20  # whose key nobody has
PAYEE = "0x" + "cd" * 20


@pytest.mark.parametrize("whom", [NOBODY, dev_account(3).address], ids=["no key", "the node's own"])
def test_without_a_key(chain: Connection, tmp_path: Path, whom: str) -> None:
    somebody, journal = Impersonated(whom), Journal(tmp_path / "journal.jsonl")
    if chain.kind == "embedded":
        with pytest.raises(WrongState, match="only Anvil and Ganache on this machine let us"):
            Sender(chain, somebody).require_able()
        return
    chain.fund(whom, 10**18)
    sender = Sender(chain, somebody, journal)
    sender.require_able()
    before = chain.nonce(whom)
    for count in (1, 2):
        receipt = sender.transact(PAYEE, value_wei=5)
        assert (receipt.ok, receipt.sender, chain.nonce(whom)) == (True, somebody.address, before + count)
    assert chain.balance(PAYEE) == 10
    assert (journal.records(), sender.recover()) == ([], [])
    with pytest.raises(KeyProblem, match="is not here, so that nothing can be signed"):
        somebody.sign_typed_data({})
    with pytest.raises(KeyProblem, match="Nothing was signed"):
        sender.sign(sender.prepare(PAYEE, value_wei=1))


def test_what_would_fail_is_not_sent(chain: Connection) -> None:
    if chain.kind == "embedded":
        pytest.skip("nobody is impersonated there")
    probe = deploy(chain, "ChainProbe", 3)
    chain.fund(NOBODY, 10**18)
    sender, before = Sender(chain, Impersonated(NOBODY)), chain.nonce(NOBODY)
    with pytest.raises(ContractRevert):
        sender.transact(probe.address, probe.encode("silent"))
    assert chain.nonce(NOBODY) == before


def test_only_on_test_nodes_of_this_machine(chain: Connection) -> None:
    if chain.kind == "embedded":
        pytest.skip("it is in this process")
    somebody = Impersonated(NOBODY, "ada")
    elsewhere = Connection(chain.transport, kind=chain.kind, url="http://192.0.2.1:8547")
    with pytest.raises(WrongState, match=r"Nobody acts as ada without their key on (anvil|ganache)"):
        somebody.send(elsewhere, {})
    with on_the_way(chain.url) as proxy:
        with connect(proxy.url) as geth, pytest.raises(WrongState, match="only Anvil and Ganache"):
            somebody.require_allowed(geth)
        assert not [method for method in proxy.seen if "mpersonate" in method or method.startswith("evm_")]
    # A node that only calls itself the other one, and so does not know how.
    other = Connection(chain.transport, kind="anvil" if chain.kind == "ganache" else "ganache", url=chain.url)
    with pytest.raises(WrongState, match="does not let us act as ada"):
        somebody.require_allowed(other)
