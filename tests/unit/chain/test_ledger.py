"""Signing with a Ledger, against a device of ours that speaks the protocol of the real one."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.support.hardware import Hardware, Usb, emulated, plugged_in
from zonedao.ballots.typed import typed_data
from zonedao.chain.ledger import transports
from zonedao.chain.ledger.app import DEFAULT_PATH, parse_path
from zonedao.chain.ledger.signer import CONFIRM, LedgerSigner
from zonedao.chain.signers import dev_account
from zonedao.errors import KeyProblem, MissingExtra, UsageProblem

ANN = dev_account(0)
TO = "0x" + "cd" * 20
PRICES = {"legacy": {"gasPrice": 10**10}, "dynamic": {"maxFeePerGas": 10**11, "maxPriorityFeePerGas": 0}}


@pytest.fixture
def hardware() -> Hardware:
    return Hardware()


@pytest.fixture
def usb(hardware: Hardware) -> Iterator[list[Usb]]:
    with plugged_in(hardware) as opened:
        yield opened


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def ledger(usb: list[Usb], told: list[str]) -> Iterator[LedgerSigner]:
    signer = LedgerSigner.open(DEFAULT_PATH, told.append)
    yield signer
    signer.close()
    assert not any(each.is_open for each in usb)


def transaction(kind: str, **fields: Any) -> dict[str, Any]:
    plain = {"chainId": 31337, "nonce": 3, "gas": 21_000, "to": TO, "value": 10**18, "data": b"", **PRICES[kind]}
    return plain | fields


# --- what is signed ---


@pytest.mark.parametrize("kind", PRICES)
@pytest.mark.parametrize("chain_id", [1, 137, 31337, 424_242, 2**40])
def test_a_transaction_is_the_one_that_a_key_file_signs(
    ledger: LedgerSigner, hardware: Hardware, told: list[str], kind: str, chain_id: int
) -> None:
    wanted = transaction(kind, chainId=chain_id)
    assert ledger.sign_transaction(wanted) == ANN.sign_transaction(wanted)
    assert hardware.shown == [f"chain {chain_id}", f"to {TO}", "value 1000000000000000000", "data 0 bytes"]
    assert told == [CONFIRM]


@pytest.mark.parametrize("kind", PRICES)
def test_of_any_length(ledger: LedgerSigner, kind: str) -> None:
    """Around every length at which a command more is needed; a legacy one never ends before its chain id."""
    for length in (*range(172, 196), *range(426, 452), 24_000):
        wanted = transaction(kind, data=b"\x01" * length)
        assert ledger.sign_transaction(wanted) == ANN.sign_transaction(wanted), length


def test_a_creation(ledger: LedgerSigner) -> None:
    wanted = transaction("dynamic", data=b"\x60\x00")
    del wanted["to"]
    assert ledger.sign_transaction(wanted) == ANN.sign_transaction(wanted)


FIELDS = {"proposalId": "uint256", "support": "uint8", "voter": "address", "reason": "string", "root": "bytes32"}
MORE = {"params": "bytes", "urgent": "bool", "change": "int64"}
MESSAGE = {"proposalId": 2**255 + 7, "support": 0, "voter": TO, "reason": "ä" * 300, "root": b"\x07" * 32}
DOMAIN = {"name": "Elmcourt", "version": "1", "chainId": 31337, "verifyingContract": "0x" + "ab" * 20}


@pytest.mark.parametrize("clear", [True, False], ids=["field by field", "an old app"])
def test_typed_data(ledger: LedgerSigner, hardware: Hardware, clear: bool) -> None:
    hardware.clear = clear
    for fields, message in (
        (FIELDS, MESSAGE),
        (FIELDS | MORE, MESSAGE | {"params": b"\x01\x02", "urgent": True, "change": -5}),
    ):
        wanted = typed_data(DOMAIN, "Ballot", fields, message)
        assert ledger.sign_typed_data(wanted) == ANN.sign_typed_data(wanted)
    if clear:
        assert hardware.shown[:3] == [f"proposalId: {2**255 + 7}", "support: 0", f"voter: {TO}"]
    else:
        assert [each.split()[0] for each in hardware.shown] == ["hashes", "hashes"]


def test_structs_in_structs_are_signed_by_their_hash(ledger: LedgerSigner, hardware: Hardware) -> None:
    wanted = typed_data({"name": "x"}, "Mail", {"from": "Person"}, {"from": {"name": "Ann"}})
    wanted["types"]["Person"] = [{"name": "name", "type": "string"}]
    assert ledger.sign_typed_data(wanted) == ANN.sign_typed_data(wanted)
    assert hardware.shown[0].startswith("hashes ")


# --- accounts ---


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("m/44'/60'/0'/0/0", (0x8000002C, 0x8000003C, 0x80000000, 0, 0)),
        ("44h/60h/3h/0/7", (0x8000002C, 0x8000003C, 0x80000003, 0, 7)),
    ],
)
def test_paths(path: str, numbers: tuple[int, ...]) -> None:
    assert parse_path(path) == numbers


@pytest.mark.parametrize(
    "path", ["", "m", "m/", "m/44''/0", "m/-1", "m/2147483648", "m/" + "1" * 5_000, "m/x", "/".join(["0"] * 11)]
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(KeyProblem, match=r"Write it like m/44'/60'/0'/0/0"):
        parse_path(path)


def test_other_paths_are_other_accounts(usb: list[Usb], told: list[str]) -> None:
    signer = LedgerSigner.open("m/44'/60'/0'/0/5", told.append)
    wanted = transaction("dynamic")
    assert (signer.address, signer.sign_transaction(wanted)) == (
        dev_account(5).address,
        dev_account(5).sign_transaction(wanted),
    )


def test_the_owner_compares_the_address(ledger: LedgerSigner, hardware: Hardware, told: list[str]) -> None:
    ledger.compare()
    assert told[0].endswith(ANN.address)
    assert hardware.shown == [f"address {ANN.address.lower()}"]


def test_another_device(usb: list[Usb], hardware: Hardware, told: list[str]) -> None:
    hardware.mnemonic = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    with pytest.raises(KeyProblem, match=f"and not {ANN.address}"):
        LedgerSigner.open(DEFAULT_PATH, told.append, ANN.address)
    assert not usb[0].is_open


def test_another_device_between(ledger: LedgerSigner, hardware: Hardware) -> None:
    hardware.mnemonic = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    with pytest.raises(KeyProblem, match="is not signed by"):
        ledger.sign_transaction(transaction("legacy"))
    with pytest.raises(KeyProblem, match="is not signed by"):
        ledger.sign_typed_data(typed_data(DOMAIN, "Ballot", FIELDS, MESSAGE))


# --- refusals ---


def becomes(hardware: Hardware, how: dict[str, Any]) -> None:
    for name, value in how.items():
        setattr(hardware, name, value)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"refuses": True}, "It was refused on the Ledger. Nothing was signed."),
        ({"locked": True}, "The Ledger is locked. Unlock it"),
        ({"app": "BOLOS"}, "Open its Ethereum app"),
        ({"blind": False}, "Turn on “Blind signing”"),
    ],
    ids=["refused", "locked", "no app", "no blind signing"],
)
def test_what_the_device_does_not_do(ledger: LedgerSigner, hardware: Hardware, how: dict[str, Any], said: str) -> None:
    becomes(hardware, how)
    with pytest.raises(KeyProblem, match=said):
        ledger.sign_transaction(transaction("dynamic", data=b"\x01"))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"locked": True}, "is locked"),
        ({"app": "BOLOS"}, "shows its list of apps. Open its Ethereum app"),
        ({"app": "Bitcoin"}, "shows its app Bitcoin. Open its Ethereum app"),
    ],
)
def test_opened_too_early(usb: list[Usb], hardware: Hardware, told: list[str], how: dict[str, Any], said: str) -> None:
    becomes(hardware, how)
    with pytest.raises(KeyProblem, match=said):
        LedgerSigner.open(DEFAULT_PATH, told.append)
    assert not usb[0].is_open


ADDRESSES = [b"", b"\x41", b"\x00", b"\x00\x28" + b"1" * 40, b"\x01k", b"\x01k\x28" + b"1" * 39]
ADDRESSES += [b"\x01k\x28" + each for each in (b"g" * 40, b"\xff" * 40, b"0x" + b"1" * 40)]


@pytest.mark.parametrize("answer", ADDRESSES)
def test_what_is_no_address(ledger: LedgerSigner, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(Hardware, "_address", lambda *_: answer)
    with pytest.raises(KeyProblem, match=r"answered with no address\. Open its Ethereum app"):
        ledger.compare()


ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
NO_POINT = 5  # no x of a point of the curve, so that no key can have made it


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "answered with no signature"),
        (bytes(64), "answered with no signature"),
        (bytes(65), "answered with no signature"),
        (b"\x1b" + b"\xff" * 64, "answered with no signature"),
        (b"\x1b" + ORDER.to_bytes(32, "big") + b"\x01" * 32, "answered with no signature"),
        (b"\x1b" + NO_POINT.to_bytes(32, "big") + b"\x01" * 32, "is not signed by"),
        (b"\x1b" + b"\x01" * 64, "is not signed by"),
    ],
)
def test_what_is_no_signature(ledger: LedgerSigner, monkeypatch: pytest.MonkeyPatch, answer: bytes, said: str) -> None:
    for name in ("_sign", "_typed"):
        monkeypatch.setattr(Hardware, name, lambda *_: answer)
    for kind in PRICES:
        with pytest.raises(KeyProblem, match=said):
            ledger.sign_transaction(transaction(kind))
    with pytest.raises(KeyProblem, match=said):
        ledger.sign_typed_data(typed_data(DOMAIN, "Ballot", FIELDS, MESSAGE))


@pytest.mark.parametrize("answer", [b"", b"\x01", b"\x01\xff", b"\x01\x05\x1b[2J\xff"])
def test_an_app_without_a_name(usb: list[Usb], told: list[str], monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(Hardware, "_done", lambda *_: answer)
    with pytest.raises(KeyProblem, match="Open its Ethereum app") as raised:
        LedgerSigner.open(DEFAULT_PATH, told.append)
    assert str(raised.value).isprintable()


def test_unplugged(ledger: LedgerSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: Usb, size: int, timeout_ms: int = 0) -> list[int]:
        raise OSError("read error")

    monkeypatch.setattr(Usb, "read", gone)
    with pytest.raises(KeyProblem, match=r"does not answer any more \(read error\). Nothing was signed"):
        ledger.sign_transaction(transaction("dynamic"))


def test_no_device_several_and_no_library(monkeypatch: pytest.MonkeyPatch, hardware: Hardware) -> None:
    with plugged_in(), pytest.raises(KeyProblem, match="No Ledger is connected"):
        transports.open_device()
    with plugged_in(hardware, hardware), pytest.raises(KeyProblem, match="Several Ledgers"):
        transports.open_device()
    another = ModuleType("hid")  # a package of the same name without what hidapi has
    for module in (None, another):
        monkeypatch.setitem(sys.modules, "hid", module)
        with pytest.raises(MissingExtra, match=r"pip install 'zonedao\[ledger\]'"):
            transports.open_device()


def test_an_emulator(monkeypatch: pytest.MonkeyPatch, hardware: Hardware, told: list[str]) -> None:
    wanted = transaction("dynamic", data=b"\x05" * 700)
    with emulated(hardware) as address:
        monkeypatch.setenv(transports.EMULATOR_VARIABLE, address)
        for _ in range(2):
            signer = LedgerSigner.open(DEFAULT_PATH, told.append, ANN.address)
            assert signer.sign_transaction(wanted) == ANN.sign_transaction(wanted)
            signer.close()
    with pytest.raises(KeyProblem, match="No emulator of a Ledger answers at tcp://"):
        transports.open_device()
    monkeypatch.setenv(transports.EMULATOR_VARIABLE, "127.0.0.1:9999")
    with pytest.raises(UsageProblem, match="Write it like tcp://"):
        transports.open_device()


def test_something_else_behind_the_address_of_an_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(transports.EMULATOR_VARIABLE, f"tcp://127.0.0.1:{server.getsockname()[1]}")
        device = transports.open_device()
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            with pytest.raises(KeyProblem, match="what answers there is no emulator"):
                device.exchange(b"\xb0\x01\0\0\0")
        device.close()
