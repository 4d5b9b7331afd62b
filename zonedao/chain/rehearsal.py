"""What calls would do, one after the other, if a contract made them now: tried on the node, and nothing of it stays.

A node runs a single call without a trace. For that one call a program takes the place of a contract's code. Called by
the prompter, an address drawn by lot, it makes the calls it is given, so that others see them come from that contract,
and gives back each answer. For anybody else it is what it was: the EIP-1167 clone of its implementation. Nodes know
this as the state overrides of `eth_call`; where one does not, it refuses.

A contract that looks for it can tell a rehearsal by the code of its caller, and behave then. So what is rehearsed says
what known contracts do; a contract that is not known may do anything else when it comes to it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.chain.abi import ZERO_ADDRESS, checksum_address
from zonedao.chain.code import implementation_of
from zonedao.errors import NodeProblem

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

_MAGIC = b"zdr1"
_CALL, _STORE, _BALANCE = range(3)
_VALUE_AT = 24  # in a step: behind kind 1, target 20, length of its data 3
_HEAD = _VALUE_AT + 32  # bytes of a step before its data
_MARK = 4  # bytes of an answer before its data: success 1, length 3
_ADDRESS, _WORD = 20, 32  # bytes


@dataclass(frozen=True)
class Step:
    """One thing to do: see `calling`, `storing` and `weighing`."""

    kind: int
    target: str
    data: bytes = b""
    value_wei: int = 0

    def encoded(self) -> bytes:
        """As the program reads it."""
        head = bytes([self.kind]) + bytes.fromhex(self.target[2:]) + len(self.data).to_bytes(3, "big")
        return head + self.value_wei.to_bytes(_WORD, "big") + self.data


@dataclass(frozen=True)
class Answer:
    """What a step gave: whether it went through, and what it returned, or the data of its revert."""

    ok: bool
    data: bytes


def calling(target: str, data: bytes, value_wei: int = 0) -> Step:
    """Call a contract, with coins of the caller's; its answer is what it returns."""
    return Step(_CALL, checksum_address(target), data, value_wei)


def weighing(target: str) -> Step:
    """Ask for the coins of an address; its answer is a word, in wei."""
    return Step(_BALANCE, checksum_address(target))


def storing(slot: int, keep: int, bits: int) -> Step:
    """In a slot of the contract's own storage keep the bits of `keep`, and set those of `bits`."""
    return Step(_STORE, ZERO_ADDRESS, b"".join(each.to_bytes(_WORD, "big") for each in (slot, keep, bits)))


def rehearse(connection: Connection, actor: str, steps: Sequence[Step]) -> tuple[Answer, ...]:
    """The answers to `steps`, each after all before it, as if `actor` did them now. A failed step changes nothing.

    `actor` is an address without code, or a clone. Raises NodeProblem where the node cannot be asked so, and for an
    actor of any other kind.
    """
    actor = checksum_address(actor)
    own = connection.code(actor)
    behind = implementation_of(own) if own else ZERO_ADDRESS
    if behind is None:
        raise NodeProblem(f"What {actor} would do cannot be tried: its code is no clone. Judge it by its calls.")
    script = b"".join(step.encoded() for step in steps)
    # Another each time, so that nobody can wait for it.
    prompter = os.urandom(_ADDRESS)
    code = {actor: _program(prompter, bytes.fromhex(behind[2:]))}
    data = connection.call(actor, script, sender="0x" + prompter.hex(), code=code)
    if data[: len(_MAGIC)] != _MAGIC:
        raise NodeProblem("The node does not try calls with other code. Use another node with --network URL.")
    found: list[Answer] = []
    at = len(_MAGIC)
    for _ in steps:
        size = int.from_bytes(data[at + 1 : at + _MARK], "big")
        found.append(Answer(data[at] == 1, data[at + _MARK : at + _MARK + size]))
        at += _MARK + size
    return tuple(found)


# --- the program ---

# At 0 of its memory stands where it reads, at 32 where it writes; answers begin at 64.
_TARGET = "88 SHR MASK AND"
_PROGRAM = f"""
    CALLER PROMPTER EQ @script JUMPI
    CALLDATASIZE 0 0 CALLDATACOPY
    0 0 CALLDATASIZE 0 BEHIND GAS DELEGATECALL
    RETURNDATASIZE 0 0 RETURNDATACOPY
    @returned JUMPI
    RETURNDATASIZE 0 REVERT
:returned
    RETURNDATASIZE 0 RETURN
:script
    MAGIC 224 SHL 64 MSTORE
    68 32 MSTORE
:next
    CALLDATASIZE 0 MLOAD LT ISZERO @done JUMPI
    0 MLOAD CALLDATALOAD
    DUP1 0 BYTE
    DUP1 {_STORE} EQ @store JUMPI
    {_BALANCE} EQ @balance JUMPI
    DUP1 64 SHR 0xffffff AND
    DUP1 0 MLOAD {_HEAD} ADD 32 MLOAD {_MARK} ADD CALLDATACOPY
    0 0 DUP3 32 MLOAD {_MARK} ADD 0 MLOAD {_VALUE_AT} ADD CALLDATALOAD DUP7 {_TARGET} GAS CALL
    24 SHL RETURNDATASIZE OR 224 SHL 32 MLOAD MSTORE
    RETURNDATASIZE 0 32 MLOAD {_MARK} ADD RETURNDATACOPY
    32 MLOAD {_MARK} ADD RETURNDATASIZE ADD 32 MSTORE
    @step JUMP
:store
    POP
    0 MLOAD {_HEAD} ADD CALLDATALOAD
    DUP1 SLOAD 0 MLOAD {_HEAD + _WORD} ADD CALLDATALOAD AND 0 MLOAD {_HEAD + 2 * _WORD} ADD CALLDATALOAD OR
    SWAP1 SSTORE
    0x01000000 224 SHL 32 MLOAD MSTORE
    32 MLOAD {_MARK} ADD 32 MSTORE
    {3 * _WORD} @step JUMP
:balance
    DUP1 {_TARGET} BALANCE
    0x01000020 224 SHL 32 MLOAD MSTORE
    32 MLOAD {_MARK} ADD MSTORE
    32 MLOAD {_MARK + _WORD} ADD 32 MSTORE
    0
:step
    {_HEAD} ADD 0 MLOAD ADD 0 MSTORE
    POP
    @next JUMP
:done
    64 32 MLOAD SUB 64 RETURN
"""

_OPCODES = """
    ADD:01 SUB:03 LT:10 EQ:14 ISZERO:15 AND:16 OR:17 BYTE:1a SHL:1b SHR:1c BALANCE:31 CALLER:33 CALLDATALOAD:35
    CALLDATASIZE:36 CALLDATACOPY:37 RETURNDATASIZE:3d RETURNDATACOPY:3e POP:50 MLOAD:51 MSTORE:52 SLOAD:54 SSTORE:55
    JUMP:56 JUMPI:57 GAS:5a DUP1:80 DUP3:82 DUP7:86 SWAP1:90 CALL:f1 RETURN:f3 DELEGATECALL:f4 REVERT:fd
"""
_CODES = {name: int(code, 16) for name, code in (each.split(":") for each in _OPCODES.split())}
_JUMPDEST = 0x5B
_PUSH = 0x5F  # with n bytes after it: 0x5f + n; it works on every chain when n is at least 1


def _program(prompter: bytes, behind: bytes) -> bytes:
    constants = {"PROMPTER": prompter, "BEHIND": behind, "MAGIC": _MAGIC, "MASK": b"\xff" * _ADDRESS}
    code, places, wanted = bytearray(), dict[str, int](), dict[int, str]()
    for word in _PROGRAM.split():
        if word.startswith(":"):
            places[word[1:]] = len(code)
            code.append(_JUMPDEST)
        elif word in _CODES:
            code.append(_CODES[word])
        else:
            if word.startswith("@"):
                wanted[len(code) + 1] = word[1:]
                pushed = bytes(2)
            else:
                pushed = constants.get(word) or _number(int(word, 0))
            code += bytes([_PUSH + len(pushed)]) + pushed
    for at, name in wanted.items():
        code[at : at + 2] = places[name].to_bytes(2, "big")
    return bytes(code)


def _number(value: int) -> bytes:
    return value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big")
