"""Networks by name: where their nodes are, and how much may be paid there. They live with the user.

A TOML file that a person may edit, apart from the address book, which people show each other: a node's address often
holds a key.

    use = "holesky"                             # the one that is meant where no other is named

    [networks.holesky]
    url = "https://node.example.org/key"
    chain_id = 17000
    max_fee = "30 gwei"                         # or "0.01 ETH" for a transaction
    confirmations = 2

Every change reads the file again under a lock and replaces it whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path

from zonedao.addressbook import quoted
from zonedao.chain.connection import Profile
from zonedao.chain.fees import FeeCap
from zonedao.chain.rpc import parse_node_url
from zonedao.chain.waiting import MOST_CONFIRMATIONS
from zonedao.disk import locked, replace_file
from zonedao.errors import NotFound, StorageProblem, UsageProblem
from zonedao.home import home, private_folder
from zonedao.records import record
from zonedao.text import did_you_mean, flaw, reason

BUILT_IN = ("embedded", "anvil", "ganache")  # what `--network` understands as something else

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@record
class Network:
    """A network that this user knows: its node and the chain that it must serve.

    `max_fee` is the most to pay there, as `FeeCap.parse` reads it, empty for no limit; `confirmations` are waited for.
    """

    name: str
    url: str
    chain_id: int
    max_fee: str = ""
    confirmations: int = 1

    @property
    def profile(self) -> Profile:
        """As a connection is made from it."""
        return Profile(self.name, self.url, self.chain_id)


@record
class _Content:
    networks: Mapping[str, Network] = field(default_factory=dict)
    used: str = ""


class Networks:
    """The networks in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def default(cls) -> Networks:
        """Those of this user, under the home folder of the package."""
        return cls(home() / "networks.toml")

    def all(self) -> tuple[Network, ...]:
        """All of them, by name. Raises StorageProblem, UsageProblem."""
        return tuple(sorted(self._read().networks.values(), key=lambda network: network.name))

    def find(self, name: str) -> Network | None:
        """A network by name, None if there is none."""
        return self._read().networks.get(name)

    def used(self) -> Network | None:
        """The one that is meant where no other is named."""
        content = self._read()
        return content.networks.get(content.used)

    def of_chain(self, chain_id: int) -> Network | None:
        """What is set for a chain: by the network in use if it is of that chain, else by the first by name."""
        used = self.used()
        if used is not None and used.chain_id == chain_id:
            return used
        return next((network for network in self.all() if network.chain_id == chain_id), None)

    def add(self, network: Network) -> None:
        """Add a network, or change the one of that name. Raises UsageProblem, StorageProblem."""
        _require_valid(network)
        self._change(lambda content: replace(content, networks={**content.networks, network.name: network}))

    def use(self, name: str | None) -> None:
        """Mean a network from now on where none is named; with None none. Raises NotFound."""
        if name is not None and self.find(name) is None:
            known = [network.name for network in self.all()]
            remedy = (
                f"Those there are: {', '.join(known)}." if known else "Add one with `zonedao network add NAME URL`."
            )
            raise NotFound(f"There is no network {name}.{did_you_mean(name, known)} {remedy}")
        self._change(lambda content: replace(content, used=name or ""))

    # --- the file ---

    def _read(self) -> _Content:
        try:
            document = tomllib.loads(self.path.read_text(encoding="utf-8"))
            networks = {
                name: Network(
                    name,
                    str(entry["url"]),
                    _count(entry["chain_id"]),
                    str(entry.get("max_fee", "")),
                    _count(entry.get("confirmations", 1)),
                )
                for name, entry in document.get("networks", {}).items()
            }
            for network in networks.values():
                _require_valid(network)
            used = document.get("use", "")
            if used and used not in networks:
                raise UsageProblem(f"{used!r} is in use, and there is no such network. Name one that is there")
            return _Content(networks, used)
        except FileNotFoundError:
            return _Content()
        except OSError as problem:
            raise StorageProblem(f"{self.path} cannot be read ({reason(problem)}). Correct its permissions.") from None
        except (ValueError, KeyError, TypeError, AttributeError, UsageProblem) as problem:
            raise UsageProblem(f"{self.path} is malformed ({flaw(problem)}). Correct it, or move it away.") from None

    def _change(self, change: Callable[[_Content], _Content]) -> None:
        private_folder(self.path.parent)
        with locked(self.path.with_suffix(".lock")):
            try:
                replace_file(self.path, _text_of(change(self._read())))
            except OSError as problem:
                raise StorageProblem(
                    f"{self.path} cannot be written ({reason(problem)}). Make room or correct its permissions."
                ) from None


def _require_valid(network: Network) -> None:
    if network.name in BUILT_IN:
        raise UsageProblem(f"--network {network.name} means something already. Choose another name.")
    if not _NAME.fullmatch(network.name) or network.name.startswith("0x"):
        raise UsageProblem(
            f"{network.name!r} cannot be what you call a network. Use small letters, digits and hyphens: test-net."
        )
    parse_node_url(network.url)
    if network.max_fee:
        FeeCap.parse(network.max_fee)
    if network.chain_id < 1:
        raise UsageProblem(f"{network.chain_id} is the id of no chain. Write 1 or more.")
    if not 1 <= network.confirmations <= MOST_CONFIRMATIONS:
        raise UsageProblem(
            f"{network.confirmations} confirmations are none that can be waited for. Write 1 to {MOST_CONFIRMATIONS}."
        )


def _count(value: object) -> int:
    """A whole number of TOML. Raises UsageProblem."""
    if type(value) is not int:
        raise UsageProblem(f"{value!r} stands where a whole number should. Write one")
    return value


def _text_of(content: _Content) -> str:
    lines = ["# Networks that you have named. A node's address may hold a key: keep this file to yourself."]
    if content.used:
        lines += ["", f"use = {quoted(content.used)}"]
    for network in sorted(content.networks.values(), key=lambda each: each.name):
        lines += ["", f"[networks.{quoted(network.name)}]", f"url = {quoted(network.url)}"]
        lines += [f"chain_id = {network.chain_id}"]
        if network.max_fee:
            lines += [f"max_fee = {quoted(network.max_fee)}"]
        if network.confirmations != 1:
            lines += [f"confirmations = {network.confirmations}"]
    return "\n".join(lines) + "\n"
