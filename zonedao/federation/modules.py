"""Contracts that zones share when they want them: put on a chain by whoever needs them first, at one address for all.

They are not part of founding a zone, which would be much dearer for the first founder on a chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from zonedao.errors import CodeMissing, UsageProblem, WrongState
from zonedao.federation.addresses import CURVES, PROXY, SALT, VERIFIERS, Creation, creation

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.chain.connection import Connection
    from zonedao.client import Client

DEFAULT_VOUCHERS = 3
LEAST_VOUCHERS, MOST_VOUCHERS = 2, 8  # Vouching.sol

_PERSONHOOD = {"vouching": "Vouching", "allow-list": "AllowList", "attester": "Attester"}
_VOTING = {"elections": "Elections", "wishes": "Wishes"}
_INTERFACES = {"elections": "IWholeElections", **dict.fromkeys(CURVES, "IBallotVerifier")}
_COMMANDS = {**dict.fromkeys(_VOTING, "election deploy"), **dict.fromkeys(CURVES, "ballot deploy")}
_ADDING = "0x" + "00" * 19 + "0b"  # the precompile that adds points; where there is none, a call returns nothing

KINDS = tuple(_PERSONHOOD)  # ways to decide who is a person
VOTING = tuple(_VOTING)  # ways to vote beside proposals


@dataclass(frozen=True)
class Module:
    """A shared contract: its `kind`, a `title` for people, and the contract as it is deployed."""

    kind: str
    title: str
    contract: Creation

    @property
    def address(self) -> str:
        """Where it is on every chain that has it."""
        return self.contract.address

    @property
    def interface(self) -> str:
        """What can be asked of it."""
        return _INTERFACES.get(self.kind, f"I{self.contract.name}")


@cache
def personhood_module(kind: str, vouchers: int = DEFAULT_VOUCHERS) -> Module:
    """The module of a kind; `vouchers` is how many members must vouch. Raises UsageProblem."""
    if kind not in _PERSONHOOD:
        raise UsageProblem(f"There is no module {kind!r} for personhood. Choose one of {', '.join(KINDS)}.")
    if kind != "vouching":
        return Module(kind, kind, creation(_PERSONHOOD[kind]))
    if not LEAST_VOUCHERS <= vouchers <= MOST_VOUCHERS:
        raise UsageProblem(f"Choose from {LEAST_VOUCHERS} to {MOST_VOUCHERS} vouchers, not {vouchers}.")
    return Module(kind, f"{kind} ({vouchers} vouchers)", creation(_PERSONHOOD[kind], [vouchers]))


@cache
def voting_module(kind: str) -> Module:
    """The module for elections or for wishes. Raises UsageProblem."""
    if kind not in _VOTING:
        raise UsageProblem(f"There is no module {kind!r}. Choose one of {', '.join(VOTING)}.")
    return Module(kind, kind, creation(_VOTING[kind]))


@cache
def verifier_module(curve: str) -> Module:
    """The verifier of aggregate ballots on a curve. Raises UsageProblem."""
    if curve not in VERIFIERS:
        raise UsageProblem(f"There is no verifier {curve!r}. Choose one of {', '.join(CURVES)}.")
    return Module(curve, f"{curve} verifier", creation(VERIFIERS[curve]))


def require_curve(connection: Connection, curve: str) -> None:
    """Raises CodeMissing unless a chain can reckon on a curve."""
    if curve == "bls12-381" and len(connection.call(_ADDING, bytes(256))) != 128:
        raise CodeMissing(
            f"{connection.name} (chain {connection.chain_id}) cannot reckon on the curve BLS12-381: it has not the "
            "rules of Prague (EIP-2537). Nothing was sent. Use the verifier bn254, or another chain; "
            "`zonedao chain up --hardfork prague` starts one."
        )


@cache
def modules() -> Mapping[str, Module]:
    """All of them, by address."""
    found = [personhood_module(kind) for kind in KINDS if kind != "vouching"]
    found += [personhood_module("vouching", number) for number in range(LEAST_VOUCHERS, MOST_VOUCHERS + 1)]
    found += [voting_module(kind) for kind in VOTING]
    found += [verifier_module(curve) for curve in CURVES]
    return MappingProxyType({each.address: each for each in found})


def module_put(target: str, data: bytes) -> Module | None:
    """The module that a transaction to `target` would put on the chain, None if it is none."""
    if target != PROXY or not data.startswith(SALT):
        return None
    return next((each for each in modules().values() if each.contract.data == data), None)


def put_module(client: Client, module: Module) -> Action[None]:
    """Put a module on the chain, once for everybody.

    Raises WrongState, and CodeMissing without the deployment proxy, or where the chain cannot run the module.
    """
    from zonedao.actions import plain

    require_curve(client.connection, module.kind)
    if client.connection.code(module.address):
        raise WrongState(
            f"The {module.title} module is on {client.connection.name} already, at {module.address}. "
            "Have the zone list it: `zonedao propose set module`."
        )
    if not client.connection.code(PROXY):
        raise CodeMissing(f"There is no deployment proxy at {PROXY}. Deploying a zone puts it there: `zonedao deploy`.")
    return plain(client, PROXY, module.contract.data, f"put the {module.title} module on this chain")


def require_module(client: Client, module: Module) -> str:
    """Where the module is. Raises CodeMissing while it is not on the chain."""
    if not client.connection.code(module.address):
        command = _COMMANDS.get(module.kind, "member module")
        raise CodeMissing(
            f"The {module.title} module is not on this chain yet. "
            f"Put it there first: `zonedao {command} {module.kind}`."
        )
    return module.address
