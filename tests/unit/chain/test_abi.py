"""Values to bytes and back, in the forms and with the complaints of this package; and bytes that are no encoding."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from eth_hash.auto import keccak as eth_keccak
from hypothesis import given
from hypothesis import strategies as st

from zonedao.chain.abi import (
    AbiType,
    _hasher,
    address_bytes,
    checksum_address,
    create_address,
    decode,
    encode,
    keccak,
    parse_type,
)
from zonedao.chain.decoding import MalformedData
from zonedao.errors import UsageProblem

EIP55 = [  # the examples of EIP-55
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


def components(names: list[str]) -> list[dict[str, Any]]:
    return [{"name": f"m{i}", "type": name} for i, name in enumerate(names)]


ELEMENTARY: dict[str, st.SearchStrategy[Any]] = {
    "uint8": st.integers(0, 2**8 - 1),
    "uint32": st.integers(0, 2**32 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "int8": st.integers(-(2**7), 2**7 - 1),
    "int256": st.integers(-(2**255), 2**255 - 1),
    "bool": st.booleans(),
    "address": st.binary(min_size=20, max_size=20).map(checksum_address),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes": st.binary(max_size=70),
    "string": st.text(max_size=40),
}


@st.composite
def typed_values(draw: st.DrawFn, depth: int = 2) -> tuple[dict[str, Any], Any]:
    """A JSON ABI entry and a value of its type; arrays as tuples, structs as tuples."""
    shape = draw(st.sampled_from(["plain", "plain", "array", "fixed", "tuple"])) if depth else "plain"
    if shape == "plain":
        name = draw(st.sampled_from(sorted(ELEMENTARY)))
        return {"type": name}, draw(ELEMENTARY[name])
    if shape == "tuple":
        parts = draw(st.lists(typed_values(depth=depth - 1), min_size=1, max_size=3))
        entries = [{**entry, "name": f"m{i}"} for i, (entry, _) in enumerate(parts)]
        return {"type": "tuple", "components": entries}, tuple(value for _, value in parts)
    entry, first = draw(typed_values(depth=depth - 1))
    count = draw(st.integers(0, 3)) if shape == "array" else draw(st.integers(1, 3))
    suffix = "[]" if shape == "array" else f"[{count}]"
    return {**entry, "type": entry["type"] + suffix}, (first,) * count


def kind_of(entry: dict[str, Any]) -> AbiType:
    return parse_type("tuple", [{**entry, "name": "value"}])


@given(typed_values())
def test_a_value_comes_back_as_it_went_in(sample: tuple[dict[str, Any], Any]) -> None:
    entry, value = sample
    kind = kind_of(entry)
    assert decode(kind, encode(kind, (value,))) == (value,)


def test_the_bytes_of_the_specification() -> None:
    """The example f(uint256,uint32[],bytes10,bytes) of the Contract ABI Specification, "Use of Dynamic Types"."""
    kind = parse_type("tuple", components(["uint256", "uint32[]", "bytes10", "bytes"]))
    words = [
        f"{0x123:064x}",
        f"{0x80:064x}",
        b"1234567890".hex().ljust(64, "0"),
        f"{0xE0:064x}",
        f"{2:064x}",
        f"{0x456:064x}",
        f"{0x789:064x}",
        f"{13:064x}",
        b"Hello, world!".hex().ljust(64, "0"),
    ]
    value = (0x123, (0x456, 0x789), b"1234567890", b"Hello, world!")
    assert encode(kind, value) == bytes.fromhex("".join(words))
    assert decode(kind, bytes.fromhex("".join(words))) == value


@given(typed_values(), st.binary(max_size=200))
def test_bytes_that_are_no_encoding_are_malformed_and_nothing_else(
    sample: tuple[dict[str, Any], Any], data: bytes
) -> None:
    kind = kind_of(sample[0])
    try:
        value = decode(kind, data)
    except MalformedData:
        return
    # What was accepted is a value of the type, whatever the way it was written in.
    assert decode(kind, encode(kind, value)) == value


@given(typed_values(), st.data())
def test_a_cut_encoding_is_malformed(sample: tuple[dict[str, Any], Any], data: st.DataObject) -> None:
    kind = kind_of(sample[0])
    encoded = encode(kind, (sample[1],))
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(MalformedData):
        decode(kind, encoded[:cut])


def test_an_enormous_array_is_refused_before_memory_is_taken() -> None:
    kind = parse_type("tuple", components(["uint256[]"]))
    claim = (32).to_bytes(32, "big") + (2**255).to_bytes(32, "big")
    with pytest.raises(MalformedData):
        decode(kind, claim)


@pytest.mark.parametrize(
    ("name", "word"),
    [("bool", 2), ("uint8", 256), ("int8", 128), ("int8", 2**256 - 129), ("bytes", 2**200), ("uint8[]", 33)],
)
def test_words_out_of_range_are_malformed(name: str, word: int) -> None:
    with pytest.raises(MalformedData):
        decode(parse_type(name), word.to_bytes(32, "big") + bytes(32))


def test_padding_that_is_not_empty_is_malformed() -> None:
    dirty = b"\1" + bytes(30) + b"\1"
    for name in ("address", "bytes20", "uint128"):
        with pytest.raises(MalformedData):
            decode(parse_type(name), dirty)
    with pytest.raises(MalformedData):
        decode(parse_type("bytes"), (1).to_bytes(32, "big") + dirty)


def test_a_text_that_is_no_utf8_is_shown_as_far_as_it_goes() -> None:
    data = (3).to_bytes(32, "big") + b"a\xffb" + bytes(29)
    assert decode(parse_type("string"), data) == "a\ufffdb"


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("uint8", 256, "256 does not fit uint8. The range is 0 to 255."),
        ("uint8", -1, "-1 does not fit uint8. The range is 0 to 255."),
        ("int8", 128, "128 does not fit int8. The range is -128 to 127."),
        ("uint256", True, "uint256 takes an integer, not True."),
        ("uint256", "7", "uint256 takes an integer, not '7'."),
        ("bool", 1, "bool takes True or False, not 1."),
        ("bytes4", b"123", "bytes4 takes 4 bytes, not the 3 given."),
        ("bytes4", b"12345", "bytes4 takes 4 bytes, not the 5 given."),
        ("bytes", "hello", "bytes takes bytes or 0x-hex, not 'hello'."),
        ("string", b"hello", "string takes text, not b'hello'."),
        ("uint8[2]", [1], "uint8[2] takes 2 values, not 1."),
        ("uint8[]", "12", "uint8[] takes a list, not '12'."),
        ("address", "0x1234", "'0x1234' is no address. Write 0x and 40 hexadecimal digits."),
        ("address", "11" * 20, f"'{'11' * 20}' is no address. Write 0x and 40 hexadecimal digits."),
    ],
)
def test_values_that_do_not_fit_name_the_type(name: str, value: object, complaint: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        encode(parse_type(name), value)
    assert caught.value.message == complaint


def test_bytes_in_every_form() -> None:
    for value in (b"\1\2", bytearray(b"\1\2"), memoryview(b"\1\2"), "0x0102"):
        assert encode(parse_type("bytes2"), value) == b"\1\2" + bytes(30)


def test_structs_from_tuple_mapping_or_object_and_back_by_name() -> None:
    kind = parse_type("tuple", [{"name": "x", "type": "uint8"}, {"name": "label", "type": "string"}])
    encoded = encode(kind, (7, "a"))
    assert encode(kind, {"label": "a", "x": 7}) == encoded
    value = decode(kind, encoded)
    assert (value.x, value.label) == (7, "a")
    assert encode(kind, value) == encoded
    with pytest.raises(UsageProblem, match="members x, label"):
        encode(kind, {"x": 7})
    with pytest.raises(UsageProblem):
        encode(kind, object())


@pytest.mark.parametrize("name", ["uint7", "uint264", "int0", "bytes0", "bytes33", "fixed", "uint", "tuple[", ""])
def test_types_that_do_not_exist(name: str) -> None:
    with pytest.raises(UsageProblem, match="no ABI type"):
        parse_type(name)


@pytest.mark.parametrize("address", EIP55)
def test_checksums_of_the_standard(address: str) -> None:
    assert checksum_address(address.lower()) == address
    assert address_bytes(address) == bytes.fromhex(address[2:])


def test_a_mistyped_digit_is_found() -> None:
    with pytest.raises(UsageProblem, match="capitals"):
        address_bytes("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")


@pytest.mark.parametrize(
    ("nonce", "created"),
    [
        (0, "0xcd234A471b72ba2F1Ccf0A70FCABA648a5eeCD8d"),
        (1, "0x343c43A37D37dfF08AE8C4A11544c718AbB4fCF8"),
        (2, "0xf778B86FA74E846c4f0a1fBd1335FE81c00a0C91"),
        (3, "0xffFd933A0bC612844eaF0C6Fe3E5b8E9B6C1d19c"),
    ],
)
def test_address_of_a_created_contract(nonce: int, created: str) -> None:
    assert create_address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", nonce) == created


def test_address_of_a_contract_created_late() -> None:
    """A number from 128 on takes a length byte of its own in RLP."""
    payload = bytes.fromhex("d7" + "94" + EIP55[2][2:] + "8180")
    assert create_address(EIP55[2], 128) == checksum_address(keccak(payload)[12:])


@pytest.mark.parametrize("quick", [True, False])
def test_either_library_makes_the_same(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if quick:
        pytest.importorskip("_pysha3", reason="the extra `quick` is not installed")
    else:
        monkeypatch.setitem(sys.modules, "_pysha3", None)
    _hasher.cache_clear()
    try:
        assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        assert keccak(b"abc" * 100) == eth_keccak(b"abc" * 100)
        assert type(keccak(b"a")) is bytes
    finally:
        _hasher.cache_clear()


def test_keccak_is_not_sha3() -> None:
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
