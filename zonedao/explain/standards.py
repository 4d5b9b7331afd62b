"""Contracts that are not ours but speak a standard: tokens (ERC-20) and Governors (OpenZeppelin)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import BoundContract
from zonedao.chain.interface import Interface
from zonedao.errors import CodeMissing, ContractRevert, NodeProblem
from zonedao.text import inline
from zonedao.treasury.assets import erc20

if TYPE_CHECKING:
    from zonedao.client import Client

_MOST_NAME = 60  # characters
_ARRAYS = (("targets", "address[]"), ("values", "uint256[]"), ("calldatas", "bytes[]"))
_ABOUT = (*_ARRAYS, ("descriptionHash", "bytes32"))
_VOTE = (("proposalId", "uint256"), ("support", "uint8"))
_REASON = ("reason", "string")

# What Governor of OpenZeppelin Contracts 4 and 5 declares, also where signatures of the two differ.
_GOVERNOR: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("propose", (*_ARRAYS, ("description", "string"))),
    ("queue", _ABOUT),
    ("execute", _ABOUT),
    ("cancel", _ABOUT),
    ("cancel", (("proposalId", "uint256"),)),
    ("castVote", _VOTE),
    ("castVoteWithReason", (*_VOTE, _REASON)),
    ("castVoteWithReasonAndParams", (*_VOTE, _REASON, ("params", "bytes"))),
    ("castVoteBySig", (*_VOTE, ("voter", "address"), ("signature", "bytes"))),
    ("castVoteBySig", (*_VOTE, ("v", "uint8"), ("r", "bytes32"), ("s", "bytes32"))),
    ("relay", (("target", "address"), ("value", "uint256"), ("data", "bytes"))),
)


@cache
def governor() -> Interface:
    """What anybody can ask of a Governor and tell it."""
    changing = [_function(name, inputs) for name, inputs in _GOVERNOR]
    asking = [_function(name, (), "string") for name in ("name", "COUNTING_MODE")]
    return Interface("Governor", [*changing, *asking])


def standard_of(client: Client, target: str, data: bytes) -> Interface | None:
    """The standard that a contract says it keeps and `data` is a call of, None for neither.

    Only what it says itself is known: anybody can put a contract on a chain that calls itself whatever they like.
    """
    called = erc20().by_selector.get(data[:4])
    if called is not None and called.mutability != "view":
        return erc20() if client.asset(target).answers else None
    if data[:4] in governor().by_selector and governor_name(client, target) is not None:
        return governor()
    return None


def governor_name(client: Client, target: str) -> str | None:
    """What a Governor calls itself, None for a contract that is none."""
    contract = BoundContract(client.connection, governor(), target)
    try:
        contract.call("COUNTING_MODE")
        return inline(str(contract.call("name")), _MOST_NAME)
    except (CodeMissing, ContractRevert, NodeProblem):
        return None


def _function(name: str, inputs: tuple[tuple[str, str], ...], output: str = "") -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "inputs": [{"name": each, "type": kind} for each, kind in inputs],
        "outputs": [{"name": "", "type": output}] if output else [],
        "stateMutability": "view" if output else "nonpayable",
    }
