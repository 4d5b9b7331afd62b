"""Who signs with a Ledger: the device shows what is signed, and its owner confirms it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from zonedao.chain.ledger.app import EthereumApp, NotKnown, Signature, parse_path
from zonedao.chain.ledger.transports import Device, open_device
from zonedao.chain.ledger.typed import is_flat, steps
from zonedao.errors import KeyProblem

Tell = Callable[[str], None]

CONFIRM = "Look at your Ledger: it shows what is to be signed. Confirm it there, or refuse it."
COMPARE = "Look at your Ledger: it shows an address. Confirm it there if it is this one: {address}"


class LedgerSigner:
    """Signs for the address at a path of a Ledger. `tell` is called with what to do whenever the device waits.

    Raises KeyProblem where the device is locked, shows another app, refuses, or has another address at that path.
    """

    def __init__(self, device: Device, path: str, address: str, tell: Tell) -> None:
        self._device = device
        self._app = EthereumApp(device)
        self._path = parse_path(path)
        self._address = address
        self._tell = tell

    @classmethod
    def open(cls, path: str, tell: Tell, address: str = "") -> LedgerSigner:
        """The account at a path of the Ledger that is connected, which must be `address` where that is given.

        Raises KeyProblem, MissingExtra.
        """
        numbers, device = parse_path(path), open_device()
        try:
            app = EthereumApp(device)
            app.require_open()
            found = app.address(numbers)
            if address and found != address:
                raise KeyProblem(
                    f"This Ledger has {found} at {path}, and not {address}. Connect the one that is meant, or leave "
                    "the passphrase that it was unlocked with."
                )
        except BaseException:
            device.close()
            raise
        return cls(device, path, found, tell)

    @property
    def address(self) -> str:
        return self._address

    def compare(self) -> None:
        """Have the device show the address, and its owner confirm it. Raises KeyProblem where they do not."""
        self._tell(COMPARE.format(address=self._address))
        if self._app.address(self._path, confirm=True) != self._address:
            raise KeyProblem("The Ledger showed another address than it told. Do not use it.")

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        import rlp  # type: ignore[import-untyped]

        fields = _fields(transaction)
        chain_id = int(transaction["chainId"])
        self._tell(CONFIRM)
        if "gasPrice" in transaction:
            # EIP-155: the chain id and two empty places stand where the signature will.
            payload = rlp.encode([*fields, chain_id, 0, 0])
            signature = self._app.sign_transaction(self._path, payload, len(rlp.encode(chain_id)) + 2)
            return self._made(lambda parity, r, s: rlp.encode([*fields, chain_id * 2 + 35 + parity, r, s]), signature)
        payload = b"\x02" + rlp.encode(fields)
        signature = self._app.sign_transaction(self._path, payload)
        return self._made(lambda parity, r, s: b"\x02" + rlp.encode([*fields, parity, r, s]), signature)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        from eth_account import Account
        from eth_account.messages import encode_typed_data
        from eth_keys.exceptions import BadSignature

        signable = encode_typed_data(full_message=dict(message))
        self._tell(CONFIRM)
        _, r, s = self._typed(message, bytes(signable.header), bytes(signable.body))
        for v in (27, 28):
            # Not every pair of numbers is a signature, and not with every v.
            with suppress(BadSignature):
                if str(Account.recover_message(signable, vrs=(v, r, s))) == self._address:
                    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])
        raise self._another()

    def close(self) -> None:
        """Let other programs use the device."""
        self._device.close()

    def _typed(self, message: Mapping[str, Any], domain: bytes, body: bytes) -> Signature:
        if is_flat(message):
            try:
                return self._app.sign_typed(self._path, steps(message))
            except NotKnown:
                pass  # an old app, which shows hashes only
        return self._app.sign_hashes(self._path, domain, body)

    def _made(self, make: Callable[[int, int, int], bytes], signature: Signature) -> bytes:
        """The signed transaction. What the device says of v depends on its version; the address does not."""
        from eth_account import Account
        from eth_keys.exceptions import BadSignature

        _, r, s = signature
        for parity in (0, 1):
            raw = make(parity, r, s)
            with suppress(BadSignature):
                if str(Account.recover_transaction(raw)) == self._address:
                    return raw
        raise self._another()

    def _another(self) -> KeyProblem:
        return KeyProblem(
            f"What the Ledger signed is not signed by {self._address}. Nothing was sent. Open its Ethereum app anew "
            "and try again."
        )


def _fields(transaction: Mapping[str, Any]) -> list[Any]:
    """What is signed of a transaction, in the order of its type: legacy, or EIP-1559."""
    to = transaction.get("to") or ""
    target = to if isinstance(to, bytes) else bytes.fromhex(to.removeprefix("0x"))
    rest = [transaction["gas"], target, transaction["value"], bytes(transaction["data"])]
    if "gasPrice" in transaction:
        return [transaction["nonce"], transaction["gasPrice"], *rest]
    prices = [transaction["maxPriorityFeePerGas"], transaction["maxFeePerGas"]]
    return [transaction["chainId"], transaction["nonce"], *prices, *rest, []]
