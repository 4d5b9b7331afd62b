"""What a command works with: the options it was given, its output, the chain, the zone and the key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.ask import ask_new_password, ask_password, somebody_there
from zonedao.cli.kit.groups import did_you_mean
from zonedao.cli.kit.output import Output, terminal
from zonedao.errors import Interrupted, KeyFileProblem, NotFound, UsageProblem, ZonedaoError

if TYPE_CHECKING:
    from zonedao.addressbook import AddressBook, ZoneEntry
    from zonedao.chain.accounts import KeyFile, KeyStore
    from zonedao.chain.connection import Connection
    from zonedao.chain.fees import FeeCap
    from zonedao.chain.journal import Journal
    from zonedao.chain.signers import Signer
    from zonedao.cli.kit.options import Options
    from zonedao.cli.kit.signing import FileSigner
    from zonedao.client import Client
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone
    from zonedao.networks import Network, Networks


class Session:
    """One run of one command. What it opens is closed when the command ends.

    `interrupted` is what a Ctrl-C is answered with at this moment.
    """

    def __init__(self, options: Options, ctx: click.Context) -> None:
        self.options = options
        self.ctx = ctx
        self.out = Output(options.json)
        self.interrupted = "Stopped. Nothing was sent."
        self.zones: list[Zone] = []  # that were opened
        self._connections: list[Connection] = []
        self._signer: FileSigner | None = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Runs a command: a Ctrl-C becomes `Interrupted`, and whatever was opened is closed."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort, EOFError, Interrupted) as stopped:
            if terminal(sys.stderr):
                # The cursor stands behind the question, or behind ^C.
                click.echo(err=True)
            if isinstance(stopped, Interrupted):
                raise
            raise Interrupted(self.interrupted) from None
        finally:
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

    @cached_property
    def book(self) -> AddressBook:
        """This user's address book."""
        from zonedao.addressbook import AddressBook

        return AddressBook.default()

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

    # --- persons ---

    def somebody(self, zone: Zone, who: str) -> str:
        """An address given as such, as a name in the address book, or as one of our accounts. Raises NotFound."""
        try:
            found = zone.registry.address_of(who)
        except NotFound:
            files = {file.name: file.address for file in self.keys.list() if file.address}
            if who in files:
                return files[who]
            names = [person.name for person in self.book.people()]
            raise NotFound(
                f"You know nobody called {who}.{did_you_mean(who, [*names, *files])} "
                f"Use an address, or add the name to {self.book.path}."
            ) from None
        if who.strip().startswith("0x"):
            alike = zone.client.speaker.lookalikes.of(found).get(found)
            if alike is not None:
                self.out.note(f"WARNING: {found} is NOT {alike}: it only begins and ends alike. Compare every digit.")
        return found

    def payee(self, zone: Zone, who: str) -> str:
        """The address of a person, or of a body of the zone. Raises NotFound, UsageProblem where it may be either."""
        if who.startswith("0x"):
            return self.somebody(zone, who)
        try:
            body: Body | None = zone.body(who)
        except NotFound:
            body = None
        try:
            person = self.somebody(zone, who)
        except NotFound:
            if body is None:
                raise
            return body.address
        if body is not None and body.address != person:
            raise UsageProblem(
                f"{who} may be a person ({person}) or the body {body.path} ({body.address}). Say which by its address."
            )
        return person

    def member(self, zone: Zone, who: str) -> int | str:
        """A person of the zone: a number, or an address. Raises NotFound."""
        return int(who) if who.isascii() and who.isdecimal() and len(who) < 20 else self.somebody(zone, who)

    # --- who acts ---

    @cached_property
    def keys(self) -> KeyStore:
        """This user's key files."""
        from zonedao.chain.accounts import KeyStore

        return KeyStore.default()

    @cached_property
    def signer(self) -> FileSigner | None:
        """Who acts, their key still locked; None where it is not clear who, which only matters for sending."""
        try:
            return self.require_signer()
        except ZonedaoError:
            if self.options.account is not None:
                raise
            return None

    def require_signer(self) -> FileSigner:
        """Who acts, their key still locked. Raises NotFound, UsageProblem."""
        if self._signer is None:
            from zonedao.cli.kit.signing import FileSigner

            self._signer = FileSigner(self.account(), self.unlock)
        return self._signer

    def account(self) -> KeyFile:
        """The key file that `--account` names, or the only one there is. Raises NotFound, UsageProblem."""
        wanted = self.options.account
        if wanted is not None:
            return self.keys.find(wanted)
        files = self.keys.list()
        if len(files) == 1:
            return files[0]
        if not files:
            raise NotFound("You have no account yet. Make one with `zonedao account new NAME`.")
        names = ", ".join(file.name for file in files)
        raise UsageProblem(f"You have several accounts: {names}. Say which with --account NAME.")

    def address_of(self, whom: str) -> str:
        """The address of an account of ours, of a name in the address book, or the address itself.

        Raises NotFound, KeyFileProblem, UsageProblem.
        """
        from zonedao.chain.abi import checksum_address

        if whom.lower().startswith("0x"):
            return checksum_address(whom)
        try:
            file = self.keys.find(whom)
        except NotFound:
            if whom.lower() in {person.name.lower() for person in self.book.people()}:
                return self.book.find_person(whom)
            raise
        if not file.address:
            raise KeyFileProblem(f"The key file of {file.name} does not tell its address. Give the address itself.")
        return file.address

    def unlock(self, file: KeyFile) -> Signer:
        """The key in a file, its password taken from a file or asked for. Raises WrongPassword, KeyFileProblem."""
        return self.keys.unlock(str(file.path), self.password(f"Password of {file.name}"))

    def password(self, question: str) -> str:
        """An existing password: from the password file, else asked for. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_password if somebody_there() else None, question)

    def new_password(self, question: str) -> str:
        """A password to be: from the password file, else asked for twice. Raises UsageProblem, KeyFileProblem."""
        from zonedao.chain.accounts import read_password

        return read_password(self.options.password_file, ask_new_password if somebody_there() else None, question)

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
        if wanted < 1:
            raise UsageProblem(
                f"--confirmations {wanted} is none to wait for. Write 1 for the block it is in, or more."
            )
        return wanted
