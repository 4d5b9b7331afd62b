"""A Ledger of ours: it speaks the protocol of the Ethereum app and signs with a real key, and forgets nothing it shows.

    device = Hardware()                         # the accounts of local chains, by BIP-32 path
    with plugged_in(device, monkeypatch): ...   # hidapi finds it on USB
    with emulated(device) as address: ...       # tcp://…, as Speculos is reached

Hashes and signatures are made here anew: nothing of `zonedao.chain.ledger` or of eth-account's typed data is used.
"""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]
from coincurve import PrivateKey
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from zonedao.chain.abi import keccak
from zonedao.chain.signers import DEV_MNEMONIC

OK, REFUSED, LOCKED, NOT_TAKEN, NO_COMMAND, NO_CLASS = 0x9000, 0x6985, 0x5515, 0x6A80, 0x6D00, 0x6E00
REPORT = 64
_PRIMITIVES = {1: "int", 2: "uint", 3: "address", 4: "bool", 5: "string", 6: "bytes", 7: "bytes"}


class _Refusal(Exception):
    """A status that is no success."""


@dataclass
class Hardware:
    """A device that can be locked, show another app, have another owner who refuses, or be old.

    `blind` lets transactions with data be signed; `clear` is whether the app knows EIP-712 field by field. `shown` is
    everything that its owner was shown before they confirmed.
    """

    mnemonic: str = DEV_MNEMONIC
    app: str = "Ethereum"
    locked: bool = False
    refuses: bool = False
    blind: bool = True
    clear: bool = True
    shown: list[str] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)  # class and instruction of each command
    _path: str = ""
    _payload: bytes = b""
    _structs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _values: dict[str, list[bytes]] = field(default_factory=dict)
    _filling: str = ""
    _part: bytes = b""

    def answer(self, command: bytes) -> bytes:
        """What comes back for an APDU, with its status."""
        kind, instruction, p1, p2, length = command[:5]
        data = command[5:]
        assert len(data) == length, "a command says how long it is"
        self.asked.append((kind, instruction))
        try:
            return self._done(kind, instruction, p1, p2, data) + OK.to_bytes(2, "big")
        except _Refusal as refusal:
            return int(refusal.args[0]).to_bytes(2, "big")

    def _done(self, kind: int, instruction: int, p1: int, p2: int, data: bytes) -> bytes:
        if self.locked:
            raise _Refusal(LOCKED)
        if (kind, instruction) == (0xB0, 0x01):
            name, version = self.app.encode(), b"1.13.0"
            return bytes([1, len(name)]) + name + bytes([len(version)]) + version + b"\x01\x00"
        if kind != 0xE0 or self.app != "Ethereum":
            raise _Refusal(NO_CLASS)
        if instruction in (0x1A, 0x1C) and not self.clear:
            raise _Refusal(NO_COMMAND)
        handlers = {0x02: self._address, 0x04: self._sign, 0x0C: self._typed, 0x1A: self._define, 0x1C: self._fill}
        if instruction not in handlers:
            raise _Refusal(NO_COMMAND)
        return handlers[instruction](p1, p2, data)

    # --- keys ---

    def _take_path(self, data: bytes) -> bytes:
        """Remember the path that a command begins with; the rest."""
        count = data[0]
        numbers = [int.from_bytes(data[1 + 4 * at : 5 + 4 * at], "big") for at in range(count)]
        self._path = "m/" + "/".join(f"{n & 0x7FFFFFFF}{chr(39) if n >> 31 else ''}" for n in numbers)
        return data[1 + 4 * count :]

    @property
    def _key(self) -> PrivateKey:
        return PrivateKey(key_from_seed(seed_from_mnemonic(self.mnemonic, ""), self._path))

    def _confirmed(self, *shown: str) -> None:
        self.shown += shown
        if self.refuses:
            raise _Refusal(REFUSED)

    def _signed(self, digest: bytes) -> tuple[int, bytes]:
        signature = self._key.sign_recoverable(digest, hasher=None)
        return signature[64], signature[:64]

    def _address(self, p1: int, p2: int, data: bytes) -> bytes:
        assert self._take_path(data) == b""
        public = self._key.public_key.format(compressed=False)
        address = keccak(public[1:])[12:].hex()
        if p1:
            self._confirmed(f"address 0x{address}")
        return bytes([len(public)]) + public + bytes([len(address)]) + address.encode()

    # --- transactions ---

    def _sign(self, p1: int, p2: int, data: bytes) -> bytes:
        if p1 == 0:
            self._payload = b""
            data = self._take_path(data)
        self._payload += data
        payload = self._payload
        typed = payload[0] == 2
        body = payload[1:] if typed else payload
        missing = _length(body) - len(body)
        assert missing >= 0
        if missing:
            # Some versions take a legacy transaction for whole where only the chain id and what follows is missing.
            if not typed and missing in (3, 4, 5, 6) and _is_replay_protection(body, missing):
                raise _Refusal(NOT_TAKEN)
            return b""
        fields = rlp.decode(body)
        to, value, content = fields[5:8] if typed else fields[3:6]
        chain_id = int.from_bytes(fields[0] if typed else fields[6], "big")
        if content and not self.blind:
            raise _Refusal(NOT_TAKEN)
        self._confirmed(
            f"chain {chain_id}",
            f"to 0x{to.hex()}",
            f"value {int.from_bytes(value, 'big')}",
            f"data {len(content)} bytes",
        )
        parity, signature = self._signed(keccak(payload))
        v = parity if typed else (chain_id * 2 + 35 + parity) & 0xFF
        return bytes([v]) + signature

    # --- typed data ---

    def _define(self, p1: int, p2: int, data: bytes) -> bytes:
        if p2 == 0:
            self._filling = data.decode()
            self._structs[self._filling] = []
            return b""
        assert p2 == 0xFF
        kind, at = data[0] & 0x0F, 1
        assert not data[0] & 0x80, "no arrays"
        solidity = _PRIMITIVES[kind]
        if data[0] & 0x40:
            solidity += str(data[1] * (8 if kind in (1, 2) else 1))
            at = 2
        assert data[at] == len(data) - at - 1
        self._structs[self._filling].append((solidity, data[at + 1 :].decode()))
        return b""

    def _fill(self, p1: int, p2: int, data: bytes) -> bytes:
        if p2 == 0:
            self._filling = data.decode()
            assert self._filling in self._structs
            self._values[self._filling] = []
            return b""
        assert p2 == 0xFF
        self._part += data
        if p1:
            return b""
        content, self._part = self._part, b""
        assert int.from_bytes(content[:2], "big") == len(content) - 2
        self._values[self._filling].append(content[2:])
        return b""

    def _typed(self, p1: int, p2: int, data: bytes) -> bytes:
        rest = self._take_path(data)
        if p2 == 0:
            assert len(rest) == 64
            if not self.blind:
                raise _Refusal(NOT_TAKEN)
            self._confirmed(f"hashes {rest[:4].hex()} {rest[32:36].hex()}")
            hashes = [rest[:32], rest[32:]]
        else:
            primary = self._filling
            hashes = [self._hash("EIP712Domain"), self._hash(primary)]
            named = zip(self._structs[primary], self._values[primary], strict=True)
            self._confirmed(*(f"{name}: {_readable(solidity, value)}" for (solidity, name), value in named))
            self._structs, self._values = {}, {}
        parity, signature = self._signed(keccak(b"\x19\x01" + hashes[0] + hashes[1]))
        return bytes([27 + parity]) + signature

    def _hash(self, name: str) -> bytes:
        fields = self._structs[name]
        kind = f"{name}({','.join(' '.join(each) for each in fields)})"
        words = [keccak(kind.encode())]
        for (solidity, _), value in zip(fields, self._values[name], strict=True):
            if solidity in ("string", "bytes"):
                words.append(keccak(value))
            elif solidity.startswith("int"):
                # Below zero only where all of its bytes have come.
                below = len(value) == int(solidity[3:]) // 8 and value[0] & 0x80
                words.append(value.rjust(32, b"\xff" if below else b"\0"))
            else:
                words.append(value.ljust(32, b"\0") if solidity.startswith("bytes") else value.rjust(32, b"\0"))
        return keccak(b"".join(words))


def _length(content: bytes) -> int:
    """How long a list in RLP is by its first bytes."""
    first = content[0]
    if first < 0xF8:
        return 1 + first - 0xC0
    size = first - 0xF7
    return 1 + size + int.from_bytes(content[1 : 1 + size], "big")


def _is_replay_protection(body: bytes, missing: int) -> bool:
    """Whether exactly the first six fields of a legacy transaction have come."""
    header = 1 if body[0] < 0xF8 else 1 + body[0] - 0xF7
    inner = body[header:]
    with contextlib.suppress(Exception):
        short = b"\xf8" + bytes([len(inner)]) if 56 <= len(inner) < 256 else b""
        short = short or (bytes([0xC0 + len(inner)]) if len(inner) < 56 else b"\xf9" + len(inner).to_bytes(2, "big"))
        return len(rlp.decode(short + inner)) == 6
    return False


def _readable(solidity: str, value: bytes) -> str:
    if solidity == "string":
        return value.decode()
    return str(int.from_bytes(value, "big")) if re.match("u?int", solidity) else "0x" + value.hex()


# --- ways to it ---


class Usb:
    """What hidapi's `device` is for a Ledger: reports of 64 bytes, and a moment of silence before each answer."""

    def __init__(self, device: Hardware) -> None:
        self._device = device
        self._incoming = b""
        self._reports: list[bytes] = []
        self._silent = True
        self.is_open = False

    def open_path(self, path: bytes) -> None:
        assert path == b"/dev/hidraw7"
        self.is_open = True

    def write(self, report: bytes) -> int:
        assert (len(report), report[0]) == (REPORT + 1, 0)
        assert report[1:4] == bytes.fromhex("010105")
        number = int.from_bytes(report[4:6], "big")
        self._incoming = b"" if number == 0 else self._incoming
        assert number == len(self._incoming) // (REPORT - 5)
        self._incoming += report[6:]
        length = int.from_bytes(self._incoming[:2], "big")
        if len(self._incoming) >= 2 + length:
            answer = self._device.answer(self._incoming[2 : 2 + length])
            content = len(answer).to_bytes(2, "big") + answer
            pieces = [content[at : at + REPORT - 5] for at in range(0, len(content), REPORT - 5)]
            self._reports = [
                (bytes.fromhex("010105") + at.to_bytes(2, "big") + each).ljust(REPORT, b"\0")
                for at, each in enumerate(pieces)
            ]
            self._silent = True
        return len(report)

    def read(self, size: int, timeout_ms: int = 0) -> list[int]:
        assert (size, timeout_ms > 0) == (REPORT, True)
        if self._silent or not self._reports:
            self._silent = False
            return []
        return list(self._reports.pop(0))

    def close(self) -> None:
        self.is_open = False


@contextmanager
def plugged_in(*devices: Hardware) -> Iterator[list[Usb]]:
    """Devices on USB, as hidapi finds them; what was opened."""
    opened: list[Usb] = []

    def device() -> Usb:
        opened.append(Usb(devices[0]))
        return opened[-1]

    def enumerate_(vendor: int, product: int) -> list[dict[str, Any]]:
        assert vendor == 0x2C97
        # A Ledger shows several interfaces; the first takes commands.
        return [
            {"path": b"/dev/hidraw%d" % (7 + 2 * at + interface), "interface_number": interface, "usage_page": 0xF1D0}
            for at in range(len(devices))
            for interface in (0, 1)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "hid", SimpleNamespace(enumerate=enumerate_, device=device))
        yield opened


@contextmanager
def emulated(device: Hardware) -> Iterator[str]:
    """The device behind a socket, as Speculos offers it; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, device), daemon=True)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(server: socket.socket, device: Hardware) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as stream:
            while head := stream.read(4):
                answer = device.answer(stream.read(int.from_bytes(head, "big")))
                stream.write((len(answer) - 2).to_bytes(4, "big") + answer)
                stream.flush()
