"""What the Ethereum app of a Ledger is told, and what its refusals mean (app-ethereum, doc/ethapp.adoc)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.errors import KeyProblem
from zonedao.text import printable

if TYPE_CHECKING:
    from zonedao.chain.ledger.transports import Device

DEFAULT_PATH = "m/44'/60'/0'/0/0"  # of the first account of most wallets

APP = "Ethereum"
HARDENED = 0x8000_0000
LARGEST_DATA = 255  # bytes of a command behind its head

Signature = tuple[int, int, int]  # v as the device says it, r, s

_ETHEREUM, _SYSTEM = 0xE0, 0xB0  # classes of commands
_APP_NAME = 0x01
_ADDRESS, _SIGN, _SIGN_TYPED = 0x02, 0x04, 0x0C

_OK = 0x9000
_REFUSED = (0x6985, 0x5501)
_LOCKED = (0x5515, 0x6804, 0x6982, 0x6B0C)
_UNKNOWN = (0x6D00, 0x6D02, 0x6E00, 0x6E01, 0x6511, 0x6A15)  # command, class or app
_NOT_TAKEN = 0x6A80

_NUMBER = re.compile(r"[0-9]{1,10}")
_ADDRESS_DIGITS = re.compile(rb"[0-9a-fA-F]{40}")
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1 (SEC 2, 2.4.1)


class NotKnown(KeyProblem):
    """The app is too old for a command, or another one is open."""


def parse_path(path: str) -> tuple[int, ...]:
    """The numbers of a BIP-32 path like m/44'/60'/0'/0/0. Raises KeyProblem."""
    parts = path.strip().removeprefix("m/").split("/")
    numbers: list[int] = []
    for part in parts:
        digits = part.removesuffix("'").removesuffix("h")
        if not _NUMBER.fullmatch(digits) or int(digits) >= HARDENED:
            raise KeyProblem(f"{path!r} is no path to an account. Write it like {DEFAULT_PATH}.")
        numbers.append(int(digits) + (HARDENED if part != digits else 0))
    if len(numbers) > 10:
        raise KeyProblem(f"{path!r} is longer than a Ledger takes. Write it like {DEFAULT_PATH}.")
    return tuple(numbers)


class EthereumApp:
    """The Ethereum app of a device. Everything raises KeyProblem, whose message says what to do."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def require_open(self) -> None:
        """Raise KeyProblem unless the device is unlocked and shows this app."""
        answer = self._ask(_SYSTEM, _APP_NAME)
        name = printable(_counted(answer[1:])[0].decode("ascii", "replace"))
        if name != APP:
            shown = "its list of apps" if name == "BOLOS" else f"its app {name or 'without a name'}"
            raise KeyProblem(f"The Ledger shows {shown}. Open its {APP} app and try again.")

    def address(self, path: Sequence[int], *, confirm: bool = False) -> str:
        """The address at a path; with `confirm` the device shows it, and its owner compares."""
        answer = self._ask(_ETHEREUM, _ADDRESS, int(confirm), 0, _packed(path))
        key, rest = _counted(answer)
        digits, _ = _counted(rest)
        if not key or not _ADDRESS_DIGITS.fullmatch(digits):
            raise KeyProblem("The Ledger answered with no address. Open its Ethereum app anew and try again.")
        return checksum_address("0x" + digits.decode("ascii").lower())

    def sign_transaction(self, path: Sequence[int], payload: bytes, tail: int = 0) -> Signature:
        """The signature of an unsigned transaction, as it is hashed. Its last `tail` bytes stay together."""
        content = _packed(path) + payload
        size = _chunk_size(len(content), tail)
        answer = b""
        for at in range(0, len(content), size):
            answer = self._ask(_ETHEREUM, _SIGN, 0x80 if at else 0x00, 0, content[at : at + size])
        return _signature(answer)

    def sign_typed(self, path: Sequence[int], steps: Iterable[tuple[int, int, int, bytes]]) -> Signature:
        """The signature of an EIP-712 message that is told in `steps` (instruction, P1, P2, data), and shown whole.

        Raises NotKnown where the app is too old for that.
        """
        for instruction, p1, p2, data in steps:
            self._ask(_ETHEREUM, instruction, p1, p2, data)
        return _signature(self._ask(_ETHEREUM, _SIGN_TYPED, 0x00, 0x01, _packed(path)))

    def sign_hashes(self, path: Sequence[int], domain: bytes, message: bytes) -> Signature:
        """The signature of an EIP-712 message of which the device knows, and shows, no more than two hashes."""
        return _signature(self._ask(_ETHEREUM, _SIGN_TYPED, 0x00, 0x00, _packed(path) + domain + message))

    def _ask(self, kind: int, instruction: int, p1: int = 0, p2: int = 0, data: bytes = b"") -> bytes:
        answer = self._device.exchange(bytes([kind, instruction, p1, p2, len(data)]) + data)
        status = int.from_bytes(answer[-2:], "big")
        if status != _OK or len(answer) < 2:
            raise _problem(status)
        return answer[:-2]


def _problem(status: int) -> KeyProblem:
    if status in _REFUSED:
        return KeyProblem(
            "It was refused on the Ledger. Nothing was signed. Run the command again if it was a mistake."
        )
    if status in _LOCKED:
        return KeyProblem("The Ledger is locked. Unlock it, open its Ethereum app, and try again.")
    if status in _UNKNOWN:
        return NotKnown(
            f"The Ledger does not know this command ({status:04x}). Open its {APP} app, bring it up to date, and try "
            "again."
        )
    if status == _NOT_TAKEN:
        return KeyProblem(
            f"The Ledger does not sign this unless you let it. Turn on “Blind signing” in the settings of its {APP} "
            "app, and try again."
        )
    return KeyProblem(f"The Ledger answered {status:04x} and signed nothing. Open its {APP} app anew and try again.")


def _chunk_size(total: int, tail: int) -> int:
    """Bytes a command, so that the last one is more than the `tail`: some versions take what is before it for all."""
    size = LARGEST_DATA
    while tail and 0 < (total % size or size) <= tail:
        size -= 1
    return size


def _packed(path: Sequence[int]) -> bytes:
    return bytes([len(path)]) + b"".join(number.to_bytes(4, "big") for number in path)


def _counted(answer: bytes) -> tuple[bytes, bytes]:
    """What stands behind its own length in a byte, and the rest; of an answer that ends too soon what there is."""
    size = answer[0] if answer else 0
    return answer[1 : 1 + size], answer[1 + size :]


def _signature(answer: bytes) -> Signature:
    r, s = int.from_bytes(answer[1:33], "big"), int.from_bytes(answer[33:65], "big")
    if len(answer) < 65 or not (0 < r < _ORDER and 0 < s < _ORDER):
        raise KeyProblem("The Ledger answered with no signature. Open its Ethereum app anew and try again.")
    return answer[0], r, s
