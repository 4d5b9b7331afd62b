"""Typed data (EIP-712) and its signatures as ballots use them: digests, the 64 bytes of EIP-2098, who signed.

eth-account makes the same digests thirty times slower; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zonedao.chain.abi import checksum_address, keccak
from zonedao.errors import UsageProblem

_SECP256K1 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # the order of the group
_HALF_SECP256K1 = _SECP256K1 // 2  # the largest low s
_DOMAIN_FIELDS = {
    "name": {"name": "name", "type": "string"},
    "version": {"name": "version", "type": "string"},
    "chainId": {"name": "chainId", "type": "uint256"},
    "verifyingContract": {"name": "verifyingContract", "type": "address"},
}


def typed_data(
    domain: Mapping[str, Any], name: str, fields: Mapping[str, str], message: Mapping[str, Any]
) -> dict[str, Any]:
    """A full EIP-712 message as `Signer.sign_typed_data` takes it; `fields` gives the type of each."""
    return {
        "types": {
            "EIP712Domain": [_DOMAIN_FIELDS[each] for each in domain],
            name: [{"name": each, "type": kind} for each, kind in fields.items()],
        },
        "primaryType": name,
        "domain": dict(domain),
        "message": dict(message),
    }


def typed_digest(message: Mapping[str, Any]) -> bytes:
    """The 32 bytes that a signature of a full EIP-712 message signs."""
    types, primary = message["types"], message["primaryType"]
    domain = _struct_hash("EIP712Domain", types["EIP712Domain"], message["domain"])
    return keccak(b"\x19\x01" + domain + _struct_hash(primary, types[primary], message["message"]))


def _struct_hash(name: str, fields: list[Mapping[str, str]], values: Mapping[str, Any]) -> bytes:
    """Of a flat struct: what has no fixed length is hashed, everything else is a word of its own."""
    parts = [keccak(f"{name}({','.join(each['type'] + ' ' + each['name'] for each in fields)})".encode())]
    for each in fields:
        value = values[each["name"]]
        if each["type"] == "string":
            parts.append(keccak(value.encode()))
        elif each["type"] == "bytes":
            parts.append(keccak(value))
        elif each["type"] == "address":
            parts.append(bytes.fromhex(value.removeprefix("0x")).rjust(32, b"\0"))
        elif each["type"] == "bytes32":
            parts.append(bytes(value))
        else:
            parts.append(int(value).to_bytes(32, "big"))
    return keccak(b"".join(parts))


def compact(signature: bytes) -> bytes:
    """65 bytes r, s, v as the 64 of EIP-2098: r, and s with v's parity in its highest bit. Raises UsageProblem."""
    if len(signature) != 65 or signature[64] not in (0, 1, 27, 28) or signature[32] & 0x80:
        raise UsageProblem("That is no canonical signature of 65 bytes: r, a low s, and v. Sign again.")
    odd = signature[64] in (1, 28)
    return signature[:32] + bytes([signature[32] | (0x80 if odd else 0)]) + signature[33:64]


def even(compact_signature: bytes) -> bytes:
    """The 64 bytes r, s of the same signature with v = 27: where v was 28, s is the order of the group less s."""
    word = int.from_bytes(compact_signature[32:], "big")
    s = word & ~(1 << 255)
    return compact_signature[:32] + (_SECP256K1 - s if word >> 255 else s).to_bytes(32, "big")


def recover(digest: bytes, compact_signature: bytes) -> str:
    """The address that made a compact signature of a digest, empty if it is none."""
    from coincurve import PublicKey

    s = int.from_bytes(compact_signature[32:], "big")
    plain = compact_signature[:32] + (s & ~(1 << 255)).to_bytes(32, "big") + bytes([s >> 255])
    if len(compact_signature) != 64 or (s & ~(1 << 255)) > _HALF_SECP256K1:
        return ""
    try:
        public = PublicKey.from_signature_and_message(plain, digest, hasher=None).format(compressed=False)
    except Exception:  # coincurve raises bare exceptions of the C library
        return ""
    return checksum_address("0x" + keccak(public[1:])[12:].hex())
