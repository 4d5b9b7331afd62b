"""Acting as somebody whose key is not at hand, on test nodes that let anybody do that.

The node makes such a transaction itself, without a signature. So there are no bytes that could be kept and sent again:
nothing of it is in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.reverts import revert_from
from zonedao.chain.rpc import is_loopback, parse_node_url
from zonedao.errors import KeyProblem, NodeRefused, WrongState

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.signers import Signer

_PASSWORD = "zonedao"  # of an account without a key, which Ganache wants one for


class Impersonated:
    """Somebody as whom a local node acts without their key. `name` is what this user calls them."""

    def __init__(self, address: str, name: str = "") -> None:
        self._address = checksum_address(address)
        self.name = name or self._address

    @property
    def address(self) -> str:
        return self._address

    def ready(self) -> None:
        """Nothing has to be opened before something is sent."""

    def unlocked(self) -> Signer:
        """There is no key. Raises KeyProblem."""
        raise self._no_key()

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        raise self._no_key()

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        raise self._no_key()

    def require_allowed(self, connection: Connection) -> None:
        """Raise WrongState unless a chain is Anvil's or Ganache's on this machine, and lets us act as anybody."""
        local = connection.kind in ("anvil", "ganache") and is_loopback(str(parse_node_url(connection.url).hostname))
        if not local:
            raise WrongState(
                f"Nobody acts as {self.name} without their key on {connection.name}: only Anvil and Ganache on this "
                "machine let us. Nothing was sent. Use --network anvil or ganache, or name an account of yours."
            )
        try:
            with self._acting(connection):
                pass
        except NodeRefused as problem:
            raise WrongState(
                f"The node of {connection.name} does not let us act as {self.name} ({problem.reason}). Nothing was "
                "sent. Start one with `zonedao chain up`."
            ) from problem

    def send(self, connection: Connection, fields: Mapping[str, Any]) -> str:
        """Have the node send a transaction; its hash. Raises ContractRevert, NodeProblem, WrongState."""
        self.require_allowed(connection)
        transaction = {name: _quantity(value) for name, value in fields.items() if name not in ("chainId", "type")}
        with self._acting(connection):
            try:
                return str(connection.request("eth_sendTransaction", {"from": self.address, **transaction}))
            except NodeRefused as problem:
                raise revert_from(problem) or problem from None

    @contextmanager
    def _acting(self, connection: Connection) -> Iterator[None]:
        if connection.kind == "anvil":
            connection.request("anvil_impersonateAccount", self.address)
            try:
                yield
            finally:
                connection.request("anvil_stopImpersonatingAccount", self.address)
            return
        # Ganache says false of an account that it has: it may have its key, and then no password opens it.
        added = connection.request("evm_addAccount", self.address, _PASSWORD)
        if added:
            connection.request("personal_unlockAccount", self.address, _PASSWORD, 0)
        try:
            yield
        finally:
            if added:
                connection.request("evm_removeAccount", self.address, _PASSWORD)

    def _no_key(self) -> KeyProblem:
        return KeyProblem(
            f"The key of {self.name} is not here, so that nothing can be signed for them. Nothing was signed. Only "
            "transactions that a local node sends go without one."
        )

    def __repr__(self) -> str:
        return f"Impersonated({self.address})"


def _quantity(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return hex(value) if isinstance(value, int) else value
