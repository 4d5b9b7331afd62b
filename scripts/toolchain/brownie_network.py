"""What our Brownie scripts share: the active network as a `Connection`, an account, and sending with it.

Brownie only signs and broadcasts. Its own way of deploying prints tracebacks on live networks and its record of
deployments stops every run after a node is restarted, so plans, checks and records are those of the package.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brownie import accounts, network, project, web3
from brownie._config import CONFIG
from brownie.exceptions import VirtualMachineError

from zonedao import artifacts
from zonedao.chain.accounts import PASSWORD_FILE_VARIABLE, read_password
from zonedao.chain.connection import Connection
from zonedao.chain.fees import current_fees
from zonedao.chain.receipts import Receipt, receipt_of
from zonedao.charter.plans import PlannedTransaction
from zonedao.errors import (
    NodeProblem,
    NodeRefused,
    NodeUnreachable,
    UsageProblem,
    WrongPassword,
    WrongState,
    ZonedaoError,
)

DEPLOYMENTS = "deployments"

# Contracts that hold no other contract's code, whose metadata would be in the middle of theirs.
_PLAIN = (
    "Bls12381Verifier",
    "Bn254Verifier",
    "Registry",
    "RegistryAffairs",
    "Stores",
    "TradePost",
    "Treasury",
    "Zone",
    "ZoneAffairs",
    "ZoneBallots",
    "ZoneMembers",
    "ZoneOversight",
)
_METADATA_DIGITS = 2 * 53  # at the end of all code; Brownie writes what is installed in its home into it
_GAS_MARGIN = 4  # a quarter on top of an estimate
_WAIT_SECONDS = 300.0


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the script with one line and the exit code of the package where Brownie would print a traceback."""
    try:
        yield
    except ZonedaoError as problem:
        print(problem.message, file=sys.stderr, flush=True)
        sys.exit(problem.exit_code)
    except (VirtualMachineError, ValueError, ConnectionError) as problem:
        sys.exit(f"Brownie stopped: {problem}. Run the same command again: what is there is not made again.")


class BrownieTransport:
    """Brownie's own connection to the node, whatever it is, behind the package's seam."""

    def request(self, method: str, *params: Any) -> Any:
        try:
            answer = web3.provider.make_request(method, list(params))
        except Exception as problem:
            raise NodeUnreachable(f"The node of {network.show_active()} does not answer ({problem}).") from problem
        error = answer.get("error")
        if error is None:
            return _plain(answer.get("result"))
        if not isinstance(error, dict):
            raise NodeRefused(method, 0, str(error))
        raise NodeRefused(method, int(error.get("code") or 0), str(error.get("message")), error.get("data"))

    def close(self) -> None:
        """Brownie closes it."""


def connection() -> Connection:
    """The network that Brownie is connected to."""
    return Connection(BrownieTransport(), url=str(getattr(web3.provider, "endpoint_uri", "")), name=network_name())


def require_fresh_artifacts() -> None:
    """Raise WrongState when the contracts of the project are no longer those that the package carries."""
    (ours,) = project.get_loaded_projects()
    for name in _PLAIN:
        compiled = str(ours._build.get(name)["deployedBytecode"]).removeprefix("0x")
        shipped = artifacts.load(name).runtime_bytecode.removeprefix("0x")
        if compiled[:-_METADATA_DIGITS] != shipped[:-_METADATA_DIGITS]:
            raise WrongState(
                f"contracts/ has another {name} than zonedao/artifacts/, which is what would be deployed. "
                "Nothing was sent. Run `python scripts/export_artifacts.py` first."
            )


def network_name() -> str:
    """What Brownie calls the network."""
    return str(network.show_active())


def deployments_folder() -> Path:
    """Where deployments to this network are recorded; it is made if it is not there."""
    (ours,) = project.get_loaded_projects()
    folder = Path(ours._path) / DEPLOYMENTS / network_name()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def account(name: str | None) -> Any:
    """Brownie's account of a name; without one, on development networks only, the first of the node.

    The password comes from the file that ZONEDAO_PASSWORD_FILE names, else from a prompt.
    """
    if name is None:
        if CONFIG.network_type == "development":
            return accounts[0]
        raise UsageProblem(
            "Name the account that pays, after the file: `brownie accounts list` shows those there are, "
            "`brownie accounts new NAME` makes one."
        )
    known = accounts.load()
    if name not in known:
        shown = f"It has {', '.join(sorted(known))}." if known else "It has none yet."
        raise UsageProblem(f"Brownie has no account {name!r}. {shown} Make one with `brownie accounts new {name}`.")
    prompt = None if sys.stdin is None or not sys.stdin.isatty() else _ask
    password = read_password(None, prompt, f"Password of {name}")
    try:
        return accounts.load(name, password)
    except ValueError:
        raise WrongPassword(
            f"The password does not open Brownie's account {name}. Check the file that {PASSWORD_FILE_VARIABLE} names."
        ) from None


class BrownieSubmitter:
    """Sends planned transactions by Brownie, each written down before and after in `record` (JSON lines)."""

    def __init__(self, chain: Connection, payer: Any, record: Path) -> None:
        self._chain = chain
        self._payer = payer
        self._record = record

    def submit(self, transaction: PlannedTransaction) -> Receipt:
        return self.send(transaction.name, transaction.to, transaction.data, transaction.value_wei)

    def send(self, name: str, to: str, data: bytes, value_wei: int = 0) -> Receipt:
        """Send a call and wait until it is mined. Raises ContractRevert before anything is sent."""
        estimate = self._chain.estimate_gas(to, data, value_wei=value_wei, sender=self._payer.address)
        fees = current_fees(self._chain)
        price = {"gas_price": fees.max_wei}
        if fees.tip_wei is not None:
            price = {"max_fee": fees.max_wei, "priority_fee": fees.tip_wei}
        nonce = self._chain.nonce(self._payer.address)
        self._write(sending=name, sender=self._payer.address, nonce=nonce, to=to)
        sent = self._payer.transfer(
            to,
            value_wei,
            gas_limit=estimate + estimate // _GAS_MARGIN,
            data="0x" + data.hex(),
            nonce=nonce,
            silent=True,
            skip_undo=True,
            **price,
        )
        receipt = receipt_of(self._chain, sent.txid)
        assert receipt is not None  # Brownie has waited for it
        self._write(mined=name, tx=receipt.hash, block=receipt.block, gas=receipt.gas_used)
        return receipt

    def finish_earlier(self) -> None:
        """Wait until nothing of this account is under way: an interrupted run may have left a transaction there."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while self._chain.nonce(self._payer.address) > self._chain.nonce(self._payer.address, "latest"):
            if time.monotonic() > deadline:
                raise NodeProblem(
                    f"A transaction of {self._payer.address} is waiting to be mined since before this run. "
                    "Run the command again when it is."
                )
            time.sleep(0.5)

    def _write(self, **entry: Any) -> None:
        with open(self._record, "a", encoding="utf-8") as handle:
            handle.write(json.dumps({**entry, "chain_id": self._chain.chain_id, "at": int(time.time())}) + "\n")
            handle.flush()
            os.fsync(handle.fileno())


def _plain(value: Any) -> Any:
    """What a web3 middleware may have made of a JSON value, as JSON has it."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value


def _ask(question: str) -> str:
    import getpass

    return getpass.getpass(f"{question}: ")
