"""The modules that decide who is a person, one of each for everybody on a chain, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from zonedao.errors import UsageProblem
from zonedao.federation.addresses import PROXY, SALT, Creation, creation

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.client import Client

DEFAULT_VOUCHERS = 3
LEAST_VOUCHERS, MOST_VOUCHERS = 2, 8  # Vouching.sol
_CONTRACTS = {"vouching": "Vouching", "allow-list": "AllowList", "attester": "Attester"}
KINDS = tuple(_CONTRACTS)


@dataclass(frozen=True)
class Module:
    """A module that decides who is a person: its `kind`, a `title` for people, and the contract as it is deployed."""

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
        return f"I{self.contract.name}"


@cache
def personhood_module(kind: str, vouchers: int = DEFAULT_VOUCHERS) -> Module:
    """The module of a kind; `vouchers` is how many members must vouch. Raises UsageProblem."""
    if kind not in _CONTRACTS:
        raise UsageProblem(f"There is no module {kind!r} for personhood. There are {', '.join(KINDS)}.")
    if kind != "vouching":
        return Module(kind, kind, creation(_CONTRACTS[kind]))
    if not LEAST_VOUCHERS <= vouchers <= MOST_VOUCHERS:
        raise UsageProblem(f"Choose from {LEAST_VOUCHERS} to {MOST_VOUCHERS} vouchers, not {vouchers}.")
    return Module(kind, f"{kind} ({vouchers} vouchers)", creation(_CONTRACTS[kind], [vouchers]))


@cache
def personhood_modules() -> Mapping[str, Module]:
    """All of them, by address."""
    found = [personhood_module(kind) for kind in KINDS if kind != "vouching"]
    found += [personhood_module("vouching", number) for number in range(LEAST_VOUCHERS, MOST_VOUCHERS + 1)]
    return MappingProxyType({each.address: each for each in found})


def module_put(target: str, data: bytes) -> Module | None:
    """The module that a transaction to `target` would put on the chain, None if it is none."""
    if target != PROXY or not data.startswith(SALT):
        return None
    return next((each for each in personhood_modules().values() if each.contract.data == data), None)


def put_module(client: Client, module: Module) -> Action[None]:
    """Put a module on the chain, once for everybody. Raises UsageProblem where that cannot be, or was done."""
    from zonedao.actions import plain

    if client.connection.code(module.address):
        raise UsageProblem(f"The {module.title} module is on {client.connection.name} already, at {module.address}.")
    if not client.connection.code(PROXY):
        raise UsageProblem("No zone was deployed on this chain with this program yet. `zonedao deploy` founds one.")
    return plain(client, PROXY, module.contract.data, f"put the {module.title} module on this chain")
