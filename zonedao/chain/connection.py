"""A connection to one chain, and how to get one: by name, by URL, by profile."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from zonedao.chain.reading import Block, BlockInfo, Kind
from zonedao.chain.rpc import HttpTransport, Transport, display_url
from zonedao.chain.steering import SteerableChain
from zonedao.errors import NodeProblem, NodeUnreachable, UsageProblem, WrongChain

if TYPE_CHECKING:
    from zonedao.chain.embedded import Hardfork
    from zonedao.chain.local import LocalNode


@dataclass(frozen=True)
class Profile:
    """A network that a member knows by name: where its node is and which chain it must serve."""

    name: str
    url: str
    chain_id: int


class Connection(SteerableChain):
    """One chain and the way to it.

    `kind` tells what serves it ('rpc' is any node that is no local test node), `url` where (empty for the embedded
    chain), `chain_id` which chain it is, `name` what the user calls it. `fixed_clock` says that blocks step one
    second each instead of following the wall clock. `clock_lead_seconds` is by how much this machine's clock was found
    to be ahead (below 0: behind) and left out of account, 0 for a clock that is right. Close it, or use it as a context
    manager.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        kind: Kind | None = None,
        url: str = "",
        name: str = "",
        node: LocalNode | None = None,
        fixed_clock: bool = False,
    ) -> None:
        super().__init__(transport, kind=kind, url=url, name=name, fixed_clock=fixed_clock)
        self._node = node

    def close(self) -> None:
        """Let go of the node, and end it if this connection started it."""
        self.transport.close()
        if self._node is not None:
            self._node.stop()
            self._node = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Connection({self.name}, chain {self.chain_id})"


def connect(
    network: str | Profile | None = None,
    *,
    start: bool = False,
    fixed_clock: bool = False,
    hardfork: Hardfork = "shanghai",
) -> Connection:
    """Connect to a network.

    `network` is 'embedded', 'anvil' or 'ganache', a URL, or a profile of a joined zone; None means the local node
    that `zonedao chain up` started. With `start`, a local node that is not running is started and lives as long as
    the connection; `fixed_clock` then makes it step one second a block from a fixed genesis, as the embedded chain
    always does. `hardfork` is whose rules hold on a chain that is started; with another than Shanghai's no node that
    runs already is taken.

    Raises NodeUnreachable, WrongChain, UsageProblem, MissingExtra; each says what to do.
    """
    if isinstance(network, Profile):
        return _connect_profile(network)
    if network == "embedded":
        from zonedao.chain.embedded import EmbeddedTransport

        return Connection(EmbeddedTransport(hardfork=hardfork), kind="embedded", fixed_clock=True)
    if network is None or network in ("anvil", "ganache"):
        return _connect_local(network, start, fixed_clock, hardfork)
    if "://" not in network:
        raise UsageProblem(
            f"There is no network {network!r}. Use embedded, anvil, ganache, a URL, or the name of a joined zone."
        )
    return Connection(HttpTransport(network), url=network)


def _connect_profile(profile: Profile) -> Connection:
    try:
        connection = Connection(HttpTransport(profile.url), url=profile.url, name=profile.name)
    except NodeUnreachable as problem:
        raise NodeUnreachable(f"{profile.name}: {problem.message}") from problem
    if connection.chain_id != profile.chain_id:
        connection.close()
        raise WrongChain(
            f"The node at {display_url(profile.url)} serves chain {connection.chain_id}, but {profile.name} lives on "
            f"chain {profile.chain_id}. Nothing was sent. Name a node of that chain with --network URL."
        )
    return connection


def _connect_local(kind: str | None, start: bool, fixed_clock: bool, hardfork: Hardfork) -> Connection:
    from zonedao.chain import resident

    running = resident.status() if hardfork == "shanghai" else None
    if running is not None and (kind is None or running.kind == kind):
        return Connection(HttpTransport(running.url), kind=running.kind, url=running.url)
    wanted = f"--node {kind}" if kind else ""
    if not start:
        raise NodeUnreachable(
            f"No local {kind or 'node'} is running. Start one with `zonedao chain up{' ' + wanted if wanted else ''}`, "
            "or name a network with --network."
        )
    from zonedao.chain.embedded import GENESIS_TIMESTAMP
    from zonedao.chain.local import LocalNode, available_kinds

    kinds = available_kinds()
    chosen: Any = kind or (kinds[0] if kinds else None)
    if chosen is None:
        raise NodeProblem(
            "Neither Anvil nor Ganache is installed. Run `npm install -g ganache@7.9.2` (it needs Node 20; in a "
            "checkout of zonedao `make install` brings both), put Foundry's `anvil` on PATH, or use --network embedded."
        )
    node = LocalNode(chosen, genesis_timestamp=GENESIS_TIMESTAMP if fixed_clock else None, hardfork=hardfork)
    try:
        return Connection(HttpTransport(node.url), kind=chosen, url=node.url, node=node, fixed_clock=fixed_clock)
    except BaseException:
        node.stop()
        raise


__all__ = ["Block", "BlockInfo", "Connection", "Kind", "Profile", "connect"]
