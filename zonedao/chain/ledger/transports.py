"""The way to a Ledger: over USB with hidapi, or over a socket to Speculos, Ledger's emulator.

A command and its answer are APDUs (ISO 7816-4). USB carries them in reports of 64 bytes: channel, tag and number of the
report, and in the first one the length of the whole.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import urllib.parse
from typing import Any, Protocol

from zonedao.errors import KeyProblem, MissingExtra, UsageProblem

EMULATOR_VARIABLE = "ZONEDAO_LEDGER"  # tcp://HOST:PORT of an emulator, instead of a device

_VENDOR = 0x2C97
_INTERFACE, _USAGE_PAGE = 0, 0xFFA0  # of the part of the device that takes commands; systems tell either
_REPORT_BYTES = 64
_HEAD = bytes.fromhex("010105")  # channel 0x0101, tag 0x05
_LARGEST_ANSWER = 0xFFFF  # bytes of data that an APDU can have
_LOOK_MILLISECONDS = 200  # between chances for Ctrl-C while somebody reads what the device shows

GONE = "The Ledger does not answer any more ({why}). Nothing was signed. Connect it again and run the command again."


class Device(Protocol):
    """Something that answers APDUs."""

    def exchange(self, command: bytes) -> bytes:
        """The answer, its last two bytes the status; waits as long as somebody reads. Raises KeyProblem."""
        ...

    def close(self) -> None:
        """Let others use it; closing twice is harmless."""
        ...


def can_open_devices() -> bool:
    """Whether what speaks to a Ledger is installed, or an emulator is named."""
    return EMULATOR_VARIABLE in os.environ or importlib.util.find_spec("hid") is not None


def open_device() -> Device:
    """The Ledger that is connected, or the emulator of ZONEDAO_LEDGER.

    Raises KeyProblem, MissingExtra, UsageProblem.
    """
    emulator = os.environ.get(EMULATOR_VARIABLE)
    return SocketDevice.open(emulator) if emulator else UsbDevice.open()


class UsbDevice:
    """A Ledger on USB, as hidapi opened it."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @classmethod
    def open(cls) -> UsbDevice:
        """The one that is connected. Raises KeyProblem, MissingExtra."""
        try:
            hid = importlib.import_module("hid")
            # Another package of that name has no such thing, and would be found instead.
            device, enumerate_ = hid.device, hid.enumerate
        except (ImportError, AttributeError) as problem:
            raise MissingExtra(
                f"What speaks to a Ledger is not installed ({problem}). Run `pip install 'zonedao[ledger]'`."
            ) from problem
        paths = {
            each["path"]
            for each in enumerate_(_VENDOR, 0)
            if each.get("interface_number") == _INTERFACE or each.get("usage_page") == _USAGE_PAGE
        }
        if not paths:
            raise KeyProblem("No Ledger is connected. Connect it, unlock it, open its Ethereum app, and try again.")
        if len(paths) > 1:
            raise KeyProblem("Several Ledgers are connected. Leave the one that is meant, and try again.")
        handle = device()
        try:
            handle.open_path(paths.pop())
            # What somebody confirmed after a run was stopped is the answer to nothing any more.
            while handle.read(_REPORT_BYTES, 1):
                pass
        except OSError as problem:
            raise KeyProblem(
                f"The Ledger cannot be opened ({problem}). Close other programs that use it; on Linux install the udev "
                "rules that Ledger publishes."
            ) from problem
        return cls(handle)

    def exchange(self, command: bytes) -> bytes:
        try:
            content = len(command).to_bytes(2, "big") + command
            room = _REPORT_BYTES - len(_HEAD) - 2
            for number, at in enumerate(range(0, len(content), room)):
                report = _HEAD + number.to_bytes(2, "big") + content[at : at + room]
                # hidapi wants the number of the report type first, which is 0 where there is one type.
                if self._handle.write(b"\0" + report.ljust(_REPORT_BYTES, b"\0")) < 0:
                    raise OSError("it was not written")
            return self._answer()
        except (OSError, ValueError) as problem:
            raise KeyProblem(GONE.format(why=problem)) from problem

    def close(self) -> None:
        self._handle.close()

    def _answer(self) -> bytes:
        content, number = b"", 0
        while len(content) < 2 or len(content) - 2 < int.from_bytes(content[:2], "big"):
            report = b""
            while not report:
                report = bytes(self._handle.read(_REPORT_BYTES, _LOOK_MILLISECONDS))
            if report[: len(_HEAD)] != _HEAD or int.from_bytes(report[3:5], "big") != number:
                raise OSError("its answer is out of order")
            content += report[5:]
            number += 1
        return content[2 : 2 + int.from_bytes(content[:2], "big")]


class SocketDevice:
    """An emulator that takes APDUs behind four bytes with their length."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    @classmethod
    def open(cls, address: str) -> SocketDevice:
        """The one at `tcp://HOST:PORT`. Raises KeyProblem, UsageProblem."""
        parts = urllib.parse.urlsplit(address)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if parts.scheme != "tcp" or not host or not port:
            raise UsageProblem(f"{EMULATOR_VARIABLE} is {address!r}. Write it like tcp://127.0.0.1:9999, or unset it.")
        try:
            return cls(socket.create_connection((host, port), timeout=10.0))
        except OSError as problem:
            raise KeyProblem(
                f"No emulator of a Ledger answers at {address} ({problem}). Start it, or unset {EMULATOR_VARIABLE}."
            ) from problem

    def exchange(self, command: bytes) -> bytes:
        try:
            self._connection.settimeout(None)
            self._connection.sendall(len(command).to_bytes(4, "big") + command)
            size = int.from_bytes(self._take(4), "big")
            if size > _LARGEST_ANSWER:
                raise OSError("what answers there is no emulator")
            # The length is that of the data, without the status behind it.
            return self._take(size + 2)
        except OSError as problem:
            raise KeyProblem(GONE.format(why=problem)) from problem

    def close(self) -> None:
        self._connection.close()

    def _take(self, count: int) -> bytes:
        content = b""
        while len(content) < count:
            chunk = self._connection.recv(count - len(content))
            if not chunk:
                raise OSError("it hung up")
            content += chunk
        return content
