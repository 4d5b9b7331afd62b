"""Is the contract at an address the one that this package ships? Runtime code compared byte by byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zonedao.errors import CodeMissing

if TYPE_CHECKING:
    from zonedao.artifacts import Artifact
    from zonedao.chain.connection import Connection

# EIP-1167: a minimal proxy is these bytes around the implementation's address.
_CLONE_HEAD = bytes.fromhex("363d3d373d3d3d363d73")
_CLONE_TAIL = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")


def require_code(connection: Connection, address: str, expected: str | Artifact | None = None) -> bytes:
    """The runtime code at an address, which must be there.

    `expected` is a shipped contract's name or an artifact: the code must equal it except where immutable values and
    linked library addresses are written at deployment. Raises CodeMissing naming the first byte that differs.
    """
    code = connection.code(address)
    if not code:
        raise CodeMissing(
            f"There is no contract at {address} on {connection.name} (chain {connection.chain_id}). "
            "Check the network, and that the zone's file is the current one."
        )
    if expected is None:
        return code
    if isinstance(expected, str):
        from zonedao import artifacts

        expected = artifacts.load(expected)
    difference = first_difference(code, expected)
    if difference is not None:
        raise CodeMissing(
            f"The contract at {address} is not the {expected.name} of this version of zonedao: {difference}. "
            "Install the version that the zone was deployed with, or ask who gave you the address."
        )
    return code


def first_difference(code: bytes, artifact: Artifact) -> str | None:
    """Where runtime code differs from an artifact, in words; None when it does not."""
    holes = [hole for places in artifact.immutable_references.values() for hole in places]
    holes += _link_holes(artifact.link_references.get("runtime", {}))
    template = artifact.runtime_bytecode.removeprefix("0x")
    size = len(template) // 2
    if len(code) != size:
        return f"it has {len(code)} bytes, not {size}"
    masked = set[int]()
    for hole in holes:
        masked.update(range(hole["start"], hole["start"] + hole["length"]))
    # Link placeholders are no hexadecimal, so they are blanked before the text becomes bytes.
    digits = (
        "".join("00" if at in masked else template[2 * at : 2 * at + 2] for at in range(size)) if masked else template
    )
    wanted = bytes.fromhex(digits)
    for at in range(size):
        if code[at] != wanted[at] and at not in masked:
            return f"byte {at} of {size} differs"
    return None


def implementation_of(code: bytes) -> str | None:
    """The address behind an EIP-1167 clone's runtime code, checksummed; None for other code."""
    from zonedao.chain.abi import checksum_address

    inside = code[len(_CLONE_HEAD) : len(_CLONE_HEAD) + 20]
    if code != _CLONE_HEAD + inside + _CLONE_TAIL:
        return None
    return checksum_address(inside)


def _link_holes(links: Mapping[str, Mapping[str, Sequence[Mapping[str, int]]]]) -> list[Mapping[str, int]]:
    return [hole for libraries in links.values() for places in libraries.values() for hole in places]
