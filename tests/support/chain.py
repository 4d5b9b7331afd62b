"""Chains to test on: one of each kind a run, put back after each test as it was before.

    from tests.support.chain import chain, node     # in a conftest.py, to have the fixtures

A test that takes `chain` runs on every kind. `ZONEDAO_TEST_CHAINS=embedded` (or `embedded,anvil`) chooses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from scripts.toolchain import testing
from zonedao import artifacts
from zonedao.artifacts import Artifact
from zonedao.chain import reverts as seam
from zonedao.chain.abi import encode
from zonedao.chain.binaries import find_anvil, find_ganache
from zonedao.chain.connection import Connection, connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import Hardfork
from zonedao.chain.interface import Interface
from zonedao.chain.receipts import Receipt
from zonedao.chain.sending import Sender
from zonedao.chain.signers import Signer, dev_account
from zonedao.errors import ContractRevert

KINDS = tuple(os.environ.get("ZONEDAO_TEST_CHAINS", "embedded,anvil,ganache").split(","))
GAS_PRICE_WEI = 2 * 10**9  # above every base fee here, and the same everywhere: balances then agree as well


def require_node(*kinds: str) -> str:
    """The first of these kinds of node that is installed. Without any the test is skipped; in CI, where all of them
    must be, it fails, so that nobody takes a missing installation for a test that passed."""
    found = {"anvil": find_anvil, "ganache": find_ganache}
    for kind in kinds:
        if kind not in found or found[kind]() is not None:
            return kind
    words = f"{' or '.join(kinds)} is not installed"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def open_chain(kind: str, hardfork: Hardfork = "shanghai") -> Connection:
    """A fresh chain of a kind, with the fixed clock. Skips the test where the node is not installed."""
    require_node(kind)
    return connect(kind, start=True, fixed_clock=True, hardfork=hardfork)


@contextmanager
def rollback(connection: Connection) -> Iterator[None]:
    """Put the chain back as it was before the block; blocks may be nested."""
    snapshot = connection.snapshot()
    try:
        yield
    finally:
        connection.revert(snapshot)


@pytest.fixture(scope="session", params=KINDS)
def node(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """One chain of each kind for the whole run."""
    with open_chain(request.param) as connection:
        yield connection


@pytest.fixture
def chain(node: Connection) -> Iterator[Connection]:
    """A chain of each kind, put back afterwards."""
    with rollback(node):
        yield node


def artifact(name: str) -> Artifact:
    """A shipped contract, or one of contracts/testing/."""
    return artifacts.load(name) if name in artifacts.names() else testing.load(name)


@cache
def interface(name: str) -> Interface:
    """Its interface, whose errors the client then knows. Reading one costs as much as ten transactions."""
    found = Interface(name, artifact(name).abi)
    seam.learn(found)
    return found


def at(connection: Connection, name: str, address: str) -> BoundContract:
    """A contract of a name, shipped or for tests, at an address."""
    return BoundContract(connection, interface(name), address)


def deploy(
    connection: Connection, name: str, *args: Any, by: Signer | None = None, value_wei: int = 0
) -> BoundContract:
    """Deploy a contract, shipped or for tests, with constructor arguments."""
    declared = interface(name)
    code = bytes.fromhex(artifact(name).bytecode.removeprefix("0x")) + encode(declared.constructor, args)
    receipt = sender(connection, by).transact(None, code, value_wei)
    assert receipt.contract_address is not None
    return BoundContract(connection, declared, receipt.contract_address)


def sender(connection: Connection, by: Signer | None = None) -> Sender:
    """Sends for a signer, the first local account by default, at a price that is the same everywhere."""
    return Sender(connection, by or dev_account(0), gas_price_wei=GAS_PRICE_WEI)


def send(contract: BoundContract, function: str, *args: Any, by: Signer | None = None, value_wei: int = 0) -> Receipt:
    """Send a call and wait for its receipt. Raises ContractRevert."""
    return sender(contract.connection, by).transact(contract.address, contract.encode(function, *args), value_wei)


@contextmanager
def reverts(name: str, **expected: Any) -> Iterator[None]:
    """The block must revert with the custom error `name`, and with these of its arguments."""
    with pytest.raises(ContractRevert) as caught:
        yield
    revert = caught.value
    assert revert.name == name, revert.message
    shown: Mapping[str, Any] = {key: revert.args_dict.get(key) for key in expected}
    assert shown == expected
