"""The way in: `connect` gives a zone on a chain, for somebody who reads or for somebody who signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.errors import CodeMissing, ContractRevert, NotFound, UsageProblem, WrongChain
from zonedao.text import inline
from zonedao.treasury.assets import COIN, COIN_ADDRESS, Asset, read_asset

if TYPE_CHECKING:
    from zonedao.chain.connection import BlockInfo, Connection
    from zonedao.chain.fees import FeeCap
    from zonedao.chain.journal import Journal
    from zonedao.chain.sending import Sender
    from zonedao.chain.signers import Signer
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.zone import Zone

ZONE_FILE_SUFFIX = ".zone.toml"
_MOST_FOREIGN = 60  # characters of what a contract of strangers calls itself or its goods


class Shared(Protocol):
    """A contract that zones may share: what people call it, and the interface that it keeps."""

    @property
    def title(self) -> str: ...

    @property
    def interface(self) -> str: ...


@dataclass
class _Moment:
    """What was asked for, if it was."""

    head: BlockInfo | None = None
    now: int | None = None


class Client:
    """A connection together with who acts, which names this user knows, and what was read once and never changes.

    `signer` None reads only. With a `journal` transactions survive an interrupted run (see `Sender`);
    `gas_price_wei` fixes the price of gas, `fee_cap` is the most that it may be, and who waits for what was sent waits
    for so many `confirmations`. `book` None means no names.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer | None = None,
        *,
        journal: Journal | None = None,
        gas_price_wei: int | None = None,
        fee_cap: FeeCap | None = None,
        confirmations: int = 1,
        book: AddressBook | None = None,
    ) -> None:
        self.connection = connection
        self.signer = signer
        self.journal = journal
        self.gas_price_wei = gas_price_wei
        self.fee_cap = fee_cap
        self.confirmations = confirmations
        self.book = book
        self._assets: dict[str, Asset] = {COIN_ADDRESS: COIN}
        self._speaker: Speaker | None = None
        self._moment: _Moment | None = None

    # --- who acts ---

    @property
    def address(self) -> str | None:
        """The signer's address, None for one who only reads."""
        return self.signer.address if self.signer is not None else None

    def require_address(self) -> str:
        """The signer's address. Raises UsageProblem when there is no signer."""
        return self.require_signer().address

    def require_signer(self) -> Signer:
        """The signer. Raises UsageProblem when there is none."""
        if self.signer is None:
            raise UsageProblem("Nobody is named who acts. Choose a key: --account NAME, or signer=… in Python.")
        return self.signer

    @property
    def sender(self) -> Sender:
        """Sends the signer's transactions. Raises UsageProblem when there is no signer."""
        from zonedao.chain.sending import Sender

        return Sender(
            self.connection,
            self.require_signer(),
            self.journal,
            gas_price_wei=self.gas_price_wei,
            fee_cap=self.fee_cap,
            confirmations=self.confirmations,
        )

    def acting_as(self, signer: Signer | None) -> Client:
        """The same for somebody else, with what was read already."""
        return self._like(signer, self.journal)

    def keeping(self, journal: Journal) -> Client:
        """The same with a journal, and with what was read already."""
        return self._like(self.signer, journal)

    def _like(self, signer: Signer | None, journal: Journal | None) -> Client:
        other = Client(
            self.connection,
            signer,
            journal=journal,
            gas_price_wei=self.gas_price_wei,
            fee_cap=self.fee_cap,
            confirmations=self.confirmations,
            book=self.book,
        )
        other._assets = self._assets
        return other

    # --- reading ---

    def bind(self, name: str, address: str) -> BoundContract:
        """A contract of the product at an address."""
        return BoundContract(self.connection, name, address)

    def now(self) -> int:
        """Seconds since 1970 that a transaction sent now would see."""
        if self._moment is None:
            return self.connection.now()
        if self._moment.now is None:
            self._moment.now = self.connection.now()
        return self._moment.now

    def head(self) -> BlockInfo:
        """The last block."""
        if self._moment is None:
            return self.connection.block()
        if self._moment.head is None:
            self._moment.head = self.connection.block()
        return self._moment.head

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """In a block that only tells something, the last block and the time are asked for once."""
        outer = self._moment
        self._moment = outer if outer is not None else _Moment()
        try:
            yield
        finally:
            self._moment = outer

    def asset(self, address: str) -> Asset:
        """An asset by its address, zero for the chain's coin."""
        address = checksum_address(address)
        if address not in self._assets:
            self._assets[address] = read_asset(self.connection, address)
        return self._assets[address]

    def named_itself(self, address: str) -> str | None:
        """What a contract calls itself that says it is a body, of whatever zone; None for anything else.

        Raises NodeProblem.
        """
        if not self.connection.code(address):
            return None
        body = self.bind("IWholeBody", address)
        try:
            body.call("depth")
            return inline(str(body.call("name")), _MOST_FOREIGN)
        except (ContractRevert, CodeMissing):
            return None

    def good_of(self, stores: str, good: int) -> str | None:
        """The name of a good of any stores, as those stores tell it; None where they do not. Raises NodeProblem."""
        try:
            return inline(str(self.bind("IStores", stores).call("goodName", good)), _MOST_FOREIGN) or None
        except (ContractRevert, CodeMissing):
            return None

    def modules(self) -> Mapping[str, Shared]:
        """The contracts that zones may share, by address, whether they are on this chain or not."""
        from zonedao.federation.modules import modules

        return modules()

    def name_of(self, address: str) -> str | None:
        """What this user calls an address, with the address where that is not clear; None when they do not."""
        return self.book.clear_name_of(address) if self.book is not None else None

    @property
    def speaker(self) -> Speaker:
        """Puts what contracts say into words, with the names this user knows."""
        if self._speaker is None:
            from zonedao.explain.speaker import Speaker

            self._speaker = Speaker(self)
        return self._speaker

    def zone(self, address: str, *, deploy_block: int = 0, called: str = "") -> Zone:
        """The zone at an address; `called` is what its paths begin with, by default what this user calls it.

        Raises CodeMissing when there is no body, UsageProblem when it is an industry.
        """
        from zonedao.governance.zone import Zone

        body = self.bind("IWholeBody", address)
        try:
            depth = body.call("depth")
        except ContractRevert as problem:
            raise CodeMissing(f"The contract at {body.address} is no zone. Check the address.") from problem
        if depth != 0:
            raise UsageProblem(f"{body.address} is an industry. Its zone is {body.call('root')}: use that.")
        zone = Zone(self, body.address, deploy_block, called)
        self.speaker.meet(zone)
        return zone

    # --- closing ---

    def close(self) -> None:
        """Let go of the node."""
        self.connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(
    network: str | Connection | Path | None = None,
    zone: str | ZoneEntry | Path | None = None,
    signer: Signer | None = None,
    *,
    journal: Journal | None = None,
    gas_price_wei: int | None = None,
    fee_cap: FeeCap | None = None,
    confirmations: int = 1,
    book: AddressBook | None = None,
) -> Zone:
    """A zone on a chain.

    `network` is an open `Connection`, 'anvil', 'ganache', a node's URL, or what `zone` may be; None is where the zone
    lives according to the address book, else the node of `zonedao chain up`. `zone` is its address, its name in the
    address book, its `NAME.zone.toml`, or an entry. `book` is this user's address book by default; the
    rest is said at `Client`.

    Raises NodeUnreachable, WrongChain, CodeMissing, NotFound, UsageProblem; each says what to do.
    """
    from zonedao.chain.connection import Connection

    book = book if book is not None else AddressBook.default()
    if zone is None and not isinstance(network, Connection):
        network, zone = None, _named_zone(network, book)
    if zone is None:
        raise UsageProblem("Say which zone: its address, its name in the address book, or its NAME.zone.toml.")
    entry = find_zone(zone, book)
    connection = open_connection(entry, network)
    try:
        client = Client(
            connection,
            signer,
            journal=journal,
            gas_price_wei=gas_price_wei,
            fee_cap=fee_cap,
            confirmations=confirmations,
            book=book,
        )
        if isinstance(entry, ZoneEntry):
            return client.zone(entry.root, deploy_block=entry.deploy_block, called=entry.name)
        known = book.zone_at(connection.chain_id, entry)
        return client.zone(entry, deploy_block=known.deploy_block if known is not None else 0)
    except BaseException:
        if connection is not network:
            connection.close()
        raise


def find_zone(zone: str | ZoneEntry | Path, book: AddressBook) -> ZoneEntry | str:
    """What is known of a zone, or its bare address. Raises NotFound, UsageProblem."""
    if isinstance(zone, ZoneEntry):
        return zone
    text = str(zone)
    if text.startswith("0x"):
        return checksum_address(text)
    if isinstance(zone, Path) or text.endswith(ZONE_FILE_SUFFIX):
        from zonedao.joining import read_zone_file

        return read_zone_file(Path(zone))
    return book.zone(text)


def _named_zone(network: str | Path | None, book: AddressBook) -> str | Path | ZoneEntry | None:
    """The zone that a network is named after, or the only one that this user knows."""
    if network is not None:
        return network if isinstance(network, Path) or "://" not in network else None
    known = book.zones()
    if len(known) == 1:
        return known[0]
    if not known:
        raise NotFound("You know no zone yet. Join one with `zonedao join FILE`, or deploy one.")
    raise UsageProblem(f"Say which zone: {', '.join(entry.name for entry in known)}.")


def open_connection(entry: ZoneEntry | str, network: str | Connection | Path | None) -> Connection:
    """The chain of a zone: `network`, or what the entry names. Raises WrongChain when it is another chain."""
    from zonedao.chain.connection import Connection, Profile
    from zonedao.chain.connection import connect as connect_to

    if isinstance(network, Connection):
        connection = network
    elif network is None and isinstance(entry, ZoneEntry) and entry.url:
        return connect_to(Profile(entry.name, entry.url, entry.chain_id))
    else:
        connection = connect_to(None if network is None else str(network))
    if isinstance(entry, ZoneEntry) and connection.chain_id != entry.chain_id:
        name = connection.name
        if connection is not network:
            connection.close()
        raise WrongChain(
            f"{entry.name} lives on chain {entry.chain_id}, but {name} serves chain {connection.chain_id}. "
            "Nothing was sent. Name a node of that chain with --network URL."
        )
    return connection
