"""What a command works with: the options it was given, its output, the chain and the zone; `people.py` has who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.output import Output
from zonedao.cli.kit.people import People
from zonedao.errors import Interrupted, NotFound, UsageProblem
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.chain.connection import Connection
    from zonedao.chain.fees import FeeCap
    from zonedao.chain.journal import Journal
    from zonedao.chain.signers import Signer
    from zonedao.cli.kit.options import Options
    from zonedao.client import Client
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone
    from zonedao.networks import Network, Networks


class Session(People):
    """One run of one command. What it opens is closed when the command ends.

    `interrupted` is what a Ctrl-C is answered with at this moment.
    """

    def __init__(self, options: Options, ctx: click.Context) -> None:
        super().__init__(options, Output(options.json))
        self.ctx = ctx
        self.interrupted = "Stopped. Nothing was sent."
        self.zones: list[Zone] = []  # that were opened
        self._connections: list[Connection] = []

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Runs a command: a Ctrl-C becomes `Interrupted`, and whatever was opened is closed."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort, EOFError, Interrupted) as stopped:
            self.out.fresh_line()
            if isinstance(stopped, Interrupted):
                raise
            raise Interrupted(self.interrupted) from None
        finally:
            self._at_the_end.close()
            for connection in self._connections:
                self._tell_of_the_clock(connection.clock_lead_seconds)
                connection.close()

    def _tell_of_the_clock(self, lead_seconds: int) -> None:
        if lead_seconds:
            from zonedao.times import duration

            how = f"{duration(abs(lead_seconds))} {'ahead of' if lead_seconds > 0 else 'behind'}"
            self.out.note(f"This machine's clock is {how} the node's. Times here are the chain's. Set the clock right.")

    def said(self, option: str) -> Any:
        """The value of a common option if it stands on the command line, None if it stems from the environment."""
        source = self.ctx.get_parameter_source(option)
        return getattr(self.options, option) if source is click.core.ParameterSource.COMMANDLINE else None

    # --- the chain ---

    @cached_property
    def connection(self) -> Connection:
        """The chain that `--network` names, else the network in use, else the local node of `zonedao chain up`."""
        from zonedao.chain.connection import Profile, connect

        entry = self._network_zone()
        if entry is not None:
            return self.keep(connect(Profile(entry.name, entry.url, entry.chain_id) if entry.url else None))
        named = self._named_network()
        if named is None and self.options.network is None:
            named = self.networks.used()
        return self.keep(connect(named.profile if named is not None else self.options.network))

    @cached_property
    def networks(self) -> Networks:
        """The networks that this user has named."""
        from zonedao.networks import Networks

        return Networks.default()

    @cached_property
    def chain(self) -> Connection:
        """The chain that `--network` names, else that of the only zone this user knows, else the local node's."""
        known = self.known_zones()
        chains = {entry.chain_id for entry in known}
        if self.options.network is None and len(chains) > 1:
            names = ", ".join(entry.name for entry in known)
            raise UsageProblem(f"Your zones live on several chains: {names}. Say which with --network NAME.")
        return self.chain_of(known[0].chain_id) if known else self.connection

    def chain_of(self, chain_id: int) -> Connection:
        """The chain that `--network` names, else the one with an id by the network in use or by a zone, else the local
        node's."""
        from zonedao.chain.connection import Profile, connect

        if self.options.network is None:
            used = self.networks.used()
            if used is not None and used.chain_id == chain_id:
                return self.connection
            for entry in self.book.zones():
                if entry.chain_id == chain_id and entry.url:
                    return self.keep(connect(Profile(entry.name, entry.url, chain_id)))
        return self.connection

    def client(self, connection: Connection, signer: Signer) -> Client:
        """A client of a chain for somebody who signs, with this user's journal, names and limits."""
        from zonedao.client import Client

        return self.limited(Client(connection, signer, journal=self.journal, book=self.book))

    def limited(self, client: Client) -> Client:
        """A client that keeps to the limits of this command, else to those of its network. Raises UsageProblem."""
        from zonedao.chain.fees import FeeCap

        network = self.networks.of_chain(client.connection.chain_id)
        client.fee_cap, client.confirmations = self.fee_cap, self.confirmations
        if network is not None:
            if client.fee_cap is None and network.max_fee:
                client.fee_cap = FeeCap.parse(network.max_fee)
            if self.options.confirmations is None:
                client.confirmations = network.confirmations
        return client

    # --- the zone ---

    def zone(self, name: str | None = None, *, option: str = "--in") -> Zone:
        """A zone by name, address or NAME.zone.toml; without one, that of `--network`, else the only one known.

        `option` is what an error tells people to name a zone with, where they know several.
        """
        from zonedao.client import connect

        wanted: Any = name if name is not None else self._network_zone() or self._only_zone(option)
        known = {entry.name: entry for entry in self.book.zones()}
        entry = known.get(wanted) if isinstance(wanted, str) else wanted
        node = self.node(entry.chain_id if entry is not None else None)
        zone = connect(node, wanted, self.signer, journal=self.journal, book=self.book)
        self.keep(zone.connection)
        self.limited(zone.client)
        self.zones.append(zone)
        return zone

    def entry(self, path: str | None) -> ZoneEntry:
        """What the address book has of the zone of the body that `--in` names; no node is asked.

        Raises NotFound, UsageProblem.
        """
        top = path.strip("/").partition("/")[0] if path is not None else None
        named = [entry for entry in self.book.zones() if entry.name == top]
        return named[0] if named else self._network_zone() or self._only_zone("--in")

    def body(self, path: str | None) -> Body:
        """The body that `--in` names: a path from a zone's name, or from an industry of the zone at hand."""
        if path is None:
            return self.zone()
        top, _, below = path.strip("/").partition("/")
        known = {entry.name for entry in self.book.zones()}
        if top in known:
            zone = self.zone(top)
            return self.below(zone, below) if below else zone
        if self._network_zone() is None and len(known) != 1:
            raise NotFound(
                f"You know no zone {top}.{did_you_mean(top, sorted(known))} "
                + (f"Those known are: {', '.join(sorted(known))}." if known else "Join one with `zonedao join FILE`.")
            )
        return self.below(self.zone(), path)

    def below(self, zone: Zone, path: str) -> Body:
        """A body of a zone by path, name or address. Raises NotFound with a guess, UsageProblem."""
        try:
            return zone.body(path)
        except NotFound:
            paths = [branch.path for branch in zone.tree().values()]
            names = {each.rpartition("/")[2]: each for each in paths}
            guess = did_you_mean(path, paths) or did_you_mean(path.rpartition("/")[2], list(names))
            raise NotFound(f"There is no body {path} in {zone.name}.{guess} `zonedao body list` shows them.") from None

    def _network_zone(self) -> ZoneEntry | None:
        """The zone that `--network` names, if it names one."""
        network = self.options.network
        if network is None or "://" in network or network in ("embedded", "anvil", "ganache"):
            return None
        known = {entry.name: entry for entry in self.book.zones()}
        if network not in known and self.networks.find(network) is not None:
            return None
        if network not in known:
            names = ["embedded", "anvil", "ganache", *(each.name for each in self.networks.all()), *known]
            raise NotFound(
                f"There is no network {network}.{did_you_mean(network, names)} "
                f"Those there are: {', '.join(names)}, or a node's address like http://127.0.0.1:8547."
            )
        return known[network]

    def _only_zone(self, option: str) -> ZoneEntry:
        known = self._zones_there()
        if not known:
            raise NotFound(
                "You know no zone yet. Join one with `zonedao join FILE`, or found one with `zonedao deploy`."
            )
        if len(known) > 1:
            names = ", ".join(entry.name for entry in known)
            raise UsageProblem(f"You know several zones: {names}. Say which with {option} NAME.")
        return known[0]

    def place(self, zone: Zone, path: str) -> str:
        """A body's path as `--in` takes it here: with the name that this user gave the zone."""
        entry = self.book.zone_at(zone.connection.chain_id, zone.address)
        return path if entry is None else entry.name + path[len(zone.path) :]

    def known_zones(self) -> tuple[ZoneEntry, ...]:
        """The zone that `--network` names, else all that this user knows."""
        named = self._network_zone()
        return (named,) if named is not None else self._zones_there()

    def _zones_there(self) -> tuple[ZoneEntry, ...]:
        """All zones that this user knows, or those of the chain whose network `--network` names."""
        network = self._named_network()
        return tuple(entry for entry in self.book.zones() if network is None or entry.chain_id == network.chain_id)

    def _named_network(self) -> Network | None:
        """The network that `--network` names, if it is one that this user named, and not a zone."""
        name = self.options.network
        return self.networks.find(name) if name is not None and self._network_zone() is None else None

    def node(self, chain_id: int | None = None) -> str | Connection | None:
        """The node that `--network` says if it is one rather than a zone; without it the network in use, if it serves
        that chain."""
        if self._network_zone() is not None:
            return None
        if self._named_network() is not None:
            return self.connection
        if self.options.network is None and chain_id is not None:
            used = self.networks.used()
            return self.connection if used is not None and used.chain_id == chain_id else None
        return self.options.network

    def node_name(self) -> str | None:
        """What `--network` says if it is a node or a named network rather than a zone; nothing is asked of it."""
        return None if self._network_zone() is not None else self.options.network

    def keep(self, connection: Connection) -> Connection:
        """Close a connection when the command ends."""
        self._connections.append(connection)
        return connection

    # --- how it is sent ---

    @cached_property
    def journal(self) -> Journal:
        """This user's journal of transactions."""
        from zonedao.chain.journal import Journal

        return Journal.default()

    @cached_property
    def fee_cap(self) -> FeeCap | None:
        """The most that `--max-fee` lets a transaction cost. Raises UsageProblem."""
        from zonedao.chain.fees import FeeCap

        return FeeCap.parse(self.options.max_fee) if self.options.max_fee is not None else None

    @property
    def confirmations(self) -> int:
        """How many blocks are waited for, that of the transaction included. Raises UsageProblem."""
        wanted = 1 if self.options.confirmations is None else self.options.confirmations
        if wanted != 1:
            from zonedao.chain.waiting import MOST_CONFIRMATIONS

            if not 1 <= wanted <= MOST_CONFIRMATIONS:
                raise UsageProblem(
                    f"--confirmations {wanted} is none to wait for. Write 1 for the block it is in, or more, up to "
                    f"{MOST_CONFIRMATIONS}."
                )
        return wanted
