"""The ABI codec against eth_abi, an independent implementation, and against bytes that are no encoding."""

from __future__ import annotations

from typing import Any

import eth_abi
import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from zonedao.chain.abi import (
    AbiType,
    MalformedData,
    address_bytes,
    checksum_address,
    create_address,
    decode,
    encode,
    keccak,
    parse_type,
)
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


def lowered(value: Any) -> Any:
    """As eth_abi gives it: addresses in lower case."""
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return value.lower()
    return tuple(lowered(each) for each in value) if isinstance(value, tuple) else value


@given(typed_values())
def test_agrees_with_eth_abi(sample: tuple[dict[str, Any], Any]) -> None:
    entry, value = sample
    kind = kind_of(entry)
    encoded = encode(kind, (value,))
    canonical = kind.items[0].canonical
    assert encoded == eth_abi.encode([canonical], [value])
    (decoded,) = decode(kind, encoded)
    assert decoded == value
    assert lowered(decoded) == eth_abi.decode([canonical], encoded)[0]


@given(typed_values(), st.binary(max_size=200))
def test_bytes_that_are_no_encoding_are_malformed_and_nothing_else(
    sample: tuple[dict[str, Any], Any], data: bytes
) -> None:
    kind = kind_of(sample[0])
    try:
        value = decode(kind, data)
    except MalformedData:
        return
    # What was accepted is a value of the type.
    encode(kind, value)


@given(typed_values(), st.data())
def test_a_cut_encoding_is_malformed(sample: tuple[dict[str, Any], Any], data: st.DataObject) -> None:
    kind = kind_of(sample[0])
    encoded = encode(kind, (sample[1],))
    if encoded and kind.items[0].head_bytes:
        cut = data.draw(st.integers(0, min(len(encoded), 32 if kind.dynamic else len(encoded)) - 1))
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


def test_values_that_do_not_fit_name_the_type() -> None:
    for name, value in [
        ("uint8", 256),
        ("uint8", -1),
        ("int8", 128),
        ("uint256", True),
        ("uint256", "7"),
        ("bool", 1),
        ("bytes4", b"123"),
        ("bytes", "hello"),
        ("string", b"hello"),
        ("uint8[2]", [1]),
        ("uint8[]", "12"),
        ("address", "0x1234"),
    ]:
        with pytest.raises(UsageProblem):
            encode(parse_type(name), value)


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


@pytest.mark.parametrize("nonce", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 2**40])
def test_address_of_a_created_contract(nonce: int) -> None:
    sender = EIP55[2]
    payload = rlp.encode([bytes.fromhex(sender[2:]), nonce])
    assert create_address(sender, nonce) == checksum_address(keccak(payload)[12:])


def test_keccak_is_not_sha3() -> None:
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
