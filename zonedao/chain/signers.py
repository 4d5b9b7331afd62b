"""Who signs: the `Signer` protocol, a key held in memory, and the well-known accounts of local nodes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from zonedao.errors import KeyProblem, UsageProblem

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# The test phrase every Ethereum tool knows, so that nobody mistakes these accounts for their own.
DEV_MNEMONIC = "test test test test test test test test test test test junk"
DEV_ACCOUNT_COUNT = 60  # accounts that every local chain funds at genesis
DEV_BALANCE_ETHER = 1_000_000  # ether each of them holds at genesis


class Signer(Protocol):
    """Something that can sign for one address without showing its key."""

    @property
    def address(self) -> str:
        """The checksummed address signed for."""
        ...

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """The raw signed transaction, ready to broadcast. Raises KeyProblem when signing is impossible."""
        ...

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """A 65-byte EIP-712 signature of a full message (types, primaryType, domain, message)."""
        ...


class LocalKey:
    """A private key in this process. `repr` shows the address only."""

    def __init__(self, private_key: bytes) -> None:
        from eth_account import Account

        require_native_curve()
        try:
            self._account: LocalAccount = Account.from_key(private_key)
        except Exception:
            # The cause would print the key.
            raise KeyProblem(
                "That is no private key: 32 bytes, not zero, below the curve's order. Use another."
            ) from None

    @property
    def address(self) -> str:
        return str(self._account.address)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        fields = dict(transaction)
        if isinstance(fields.get("to"), str):
            fields["to"] = bytes.fromhex(fields["to"].removeprefix("0x"))
        return bytes(self._account.sign_transaction(fields).raw_transaction)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        from eth_account.messages import encode_typed_data

        return bytes(self._account.sign_message(encode_typed_data(full_message=dict(message))).signature)

    def __repr__(self) -> str:
        return f"LocalKey({self.address})"


@cache
def dev_account(index: int) -> LocalKey:
    """The account at `index` (0 … DEV_ACCOUNT_COUNT − 1) of every local chain that this package starts."""
    return LocalKey(dev_key(index))


@cache
def dev_key(index: int) -> bytes:
    """The 32-byte private key of `dev_account(index)`, by BIP-32 along m/44'/60'/0'/0/index."""
    if not 0 <= index < DEV_ACCOUNT_COUNT:
        raise UsageProblem(f"Local chains have accounts 0 to {DEV_ACCOUNT_COUNT - 1}; there is no account {index}.")
    from eth_account.hdaccount import key_from_seed

    return bytes(key_from_seed(_dev_seed(), f"m/44'/60'/0'/0/{index}"))


@cache
def _dev_seed() -> bytes:
    from eth_account.hdaccount import seed_from_mnemonic

    return bytes(seed_from_mnemonic(DEV_MNEMONIC, ""))


@cache
def require_native_curve() -> None:
    """Raise KeyProblem unless signatures are made by libsecp256k1 (coincurve).

    The pure-Python fallback of eth-keys is a hundred times slower and not constant-time.
    """
    from eth_keys.backends import get_backend

    try:
        backend = type(get_backend()).__name__
    except ImportError:
        backend = ""
    if backend != "CoinCurveECCBackend":
        raise KeyProblem("The coincurve library is missing or not used by eth-keys. Run `pip install coincurve`.")
