"""One seam for reverts: whatever a node raises for one becomes `ContractRevert` with the decoded error.

Custom errors are known from the ABIs of all shipped contracts and of those a caller adds with `learn`, so an error
that bubbles up through several contracts is named as the innermost one raised it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from zonedao.chain.abi import decode, parse_type
from zonedao.chain.decoding import MalformedData
from zonedao.chain.interface import ErrorType, Interface, shipped
from zonedao.errors import ContractRevert, NodeRefused

_ERROR_SELECTOR = bytes.fromhex("08c379a0")  # Error(string), from require and revert with a text
_PANIC_SELECTOR = bytes.fromhex("4e487b71")  # Panic(uint256), from checks that the compiler inserts
_GETH_REVERTED = 3

# Solidity documentation, "Panic via assert and Error via require".
_PANICS = {
    0x00: "generic compiler panic",
    0x01: "assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division or modulo by zero",
    0x21: "value out of the enum's range",
    0x22: "badly encoded storage bytes",
    0x31: "pop of an empty array",
    0x32: "array index out of bounds",
    0x41: "too much memory",
    0x51: "call of an uninitialised function",
}

# What nodes say when execution stopped without revert data; each is one node's wording.
_EXECUTION_WORDS = (
    "revert",
    "vm exception",
    "vm execution error",
    "evm error",
    "execution failed",
    "invalid opcode",
    "out of gas",
    "bad instruction",
)
# Execution never began, or was cut short by the node: nothing that a contract decided.
_POOR_WORDS = ("insufficient balance", "insufficient funds", "not have enough balance")
_NOT_EXECUTION_WORDS = (*_POOR_WORDS, "intrinsic gas", "gas limit", "nonce")

_learned: dict[bytes, ErrorType] = {}


def learn(interface: Interface) -> None:
    """Know the errors of a contract that is not shipped, such as a token or a test double."""
    for selector, error in interface.errors.items():
        _learned.setdefault(selector, error)


def revert_from(problem: NodeRefused, tx_hash: str = "") -> ContractRevert | None:
    """The revert that a node's error answer means, or None when it means something else."""
    data = _revert_data(problem.data)
    reason = problem.reason.lower()
    if not data and any(word in reason for word in _NOT_EXECUTION_WORDS):
        return None
    if data or problem.code == _GETH_REVERTED or any(word in reason for word in _EXECUTION_WORDS):
        return decode_revert(data or b"", tx_hash=tx_hash, said=problem.reason)
    return None


def lacks_funds(problem: NodeRefused) -> bool:
    """Whether a node refuses because the sender cannot pay; every node says so in its own words."""
    reason = problem.reason.lower()
    return any(words in reason for words in _POOR_WORDS)


def decode_revert(data: bytes, *, tx_hash: str = "", said: str = "") -> ContractRevert:
    """The revert that raw revert data means. `said` is the node's own wording, shown where there is no data."""
    if not data:
        # Geth's plain "execution reverted" adds nothing; "out of gas" and "invalid opcode" do.
        detail = said if said and "revert" not in said.lower() else ""
        arguments = {"detail": detail} if detail else {}
        return ContractRevert("Empty", arguments, tx_hash=tx_hash)
    selector, body = data[:4], data[4:]
    shown = "0x" + selector.hex()
    try:
        if selector == _ERROR_SELECTOR:
            (text,) = decode(_text_tuple(), body)
            return ContractRevert("Error", {"message": text}, selector=shown, data=data, tx_hash=tx_hash)
        if selector == _PANIC_SELECTOR and len(body) >= 32:
            code = int.from_bytes(body[:32], "big")
            meaning = _PANICS.get(code, "unknown check")
            return ContractRevert(
                "Panic", {"code": code, "meaning": meaning}, selector=shown, data=data, tx_hash=tx_hash
            )
        error = _shipped_errors().get(selector) or _learned.get(selector)
        if error is not None:
            return ContractRevert(
                error.name, error.decode(body), selector=shown, contract=error.contract, data=data, tx_hash=tx_hash
            )
    except MalformedData:
        pass
    return ContractRevert("Unknown", {}, selector=shown, data=data, tx_hash=tx_hash)


def is_cut_off(revert: ContractRevert) -> bool:
    """Whether an error is known and what was given of it is not all."""
    selector = revert.data[:4]
    known = selector in (_ERROR_SELECTOR, _PANIC_SELECTOR) or selector in _shipped_errors()
    return revert.name == "Unknown" and known


def _revert_data(attached: Any) -> bytes | None:
    """The revert bytes among the shapes in which nodes attach them; None when there are none."""
    if isinstance(attached, dict):
        # Ganache: {"result": "0x…", …} for an estimate; older ones key it by transaction hash.
        if "result" in attached:
            return _revert_data(attached["result"])
        if "data" in attached:
            return _revert_data(attached["data"])
        nested = [value for value in attached.values() if isinstance(value, dict) and "return" in value]
        return _revert_data(nested[0]["return"]) if nested else None
    if isinstance(attached, str):
        text = attached.removeprefix("Reverted ").strip()
        if text.startswith("0x"):
            try:
                return bytes.fromhex(text[2:])
            except ValueError:
                return None
    return None


@cache
def _shipped_errors() -> dict[bytes, ErrorType]:
    from zonedao import artifacts

    found: dict[bytes, ErrorType] = {}
    # An error is declared by the interface first; the contract that inherits it only repeats it.
    for name in sorted(artifacts.names(), key=lambda name: (artifacts.load(name).kind != "interface", name)):
        for selector, error in shipped(name).errors.items():
            found.setdefault(selector, error)
    return found


@cache
def _text_tuple() -> Any:
    return parse_type("tuple", ({"name": "message", "type": "string"},))
