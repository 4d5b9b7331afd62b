"""Joining: is the zone of a file what it says it is, and who are you there?"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao import artifacts
from zonedao.addressbook import AddressBook, ZoneEntry, require_alias
from zonedao.chain.abi import checksum_address
from zonedao.chain.code import implementation_of, require_code
from zonedao.client import Client, open_connection
from zonedao.errors import CodeMissing, NotFound, UsageProblem, WrongChain
from zonedao.federation.addresses import CURVES, VERIFIERS
from zonedao.federation.zonefile import ZoneFile, load_zone_file
from zonedao.governance.calls import ELECTIONS_ROLE, STORES_ROLE, TRADE_POST_ROLE, VERIFIER_ROLE, WISHES_ROLE
from zonedao.likeness import is_taken_for_ours
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.artifacts import Artifact
    from zonedao.chain.connection import Connection
    from zonedao.governance.registry import Person
    from zonedao.governance.zone import Zone


@dataclass(frozen=True)
class CodeCheck:
    """A contract whose code was compared with the artifact of a name, and equals it."""

    title: str
    address: str
    artifact: str


@dataclass(frozen=True)
class Joined:
    """A zone that is what its file says.

    `you` is the person who acts with the asked address, None for a stranger; `bodies` are the paths of the bodies that
    they belong to; `keeper` tells whether they keep the stores. `people` are the names by address in its charter.
    """

    entry: ZoneEntry
    zone: Zone
    checks: tuple[CodeCheck, ...]
    you: Person | None
    bodies: tuple[str, ...]
    keeper: bool
    people: Mapping[str, str] = field(default_factory=dict)


def join(
    file: str | Path | ZoneEntry,
    network: str | Connection | None = None,
    address: str | None = None,
    *,
    called: str | None = None,
    charter: Path | None = None,
    book: AddressBook | None = None,
    save: bool = True,
) -> Joined:
    """Check a zone and enter it in the address book.

    `file` is a `NAME.zone.toml`; `network` where to look (the file's own node by default); `address` whoever asks;
    `called` what this user calls the zone, its own name by default; `charter` the file that the zone was founded with,
    for the names of its people, where they have none in the address book. With `save` false nothing is written. Raises
    WrongChain, CodeMissing naming what differs, NodeUnreachable, NotFound, UsageProblem, CharterProblem.
    """
    from zonedao.chain.connection import Connection

    book = book if book is not None else AddressBook.default()
    stated: ZoneFile | None = None
    if isinstance(file, ZoneEntry):
        entry = file
    else:
        stated = load_zone_file(Path(file))
        entry = _entry(stated)
    if called is not None:
        entry = replace(entry, name=called)
    require_alias(entry.name)
    connection = open_connection(entry, network)
    try:
        checks = check_code(connection, entry.root)
        if stated is not None:
            _require_stated(stated, checks)
        head = connection.block_number()
        if entry.deploy_block > head:
            raise WrongChain(
                f"The file says that the zone was founded in block {entry.deploy_block}, but {connection.name} has "
                f"{head} blocks. Wait until it has caught up, or ask the founder for the right file."
            )
        zone = Client(connection, book=book).zone(entry.root, deploy_block=entry.deploy_block, called=entry.name)
        if entry.charter_hash and zone.charter_hash != entry.charter_hash.lower():
            raise CodeMissing(
                f"The zone at {zone.address} was born of another charter ({zone.charter_hash}) than the file says "
                f"({entry.charter_hash}). Ask the founder for the right file."
            )
        joined = _who_you_are(entry, zone, checks, address)
        if charter is not None:
            joined = replace(joined, people=_names_in(charter, zone))
        if save:
            book.add_zone(entry)
            unnamed = {
                key: name
                for key, name in joined.people.items()
                if book.name_of(key) is None and not is_taken_for_ours(name)
            }
            book.add_people(unnamed, entry.name)
        return joined
    except BaseException:
        if not isinstance(network, Connection):
            connection.close()
        raise


def _names_in(path: Path, zone: Zone) -> dict[str, str]:
    """Names of people by address, from the charter of a zone, which its hash on the chain tells from any other."""
    from zonedao import charter

    law = charter.load(path)
    if law.hash != zone.charter_hash:
        raise UsageProblem(
            f"{path} is not the charter that {zone.name} was founded with, to the letter. Ask the founder for that "
            "file, or leave it out: then people go by their addresses."
        )
    return {member.address: name for name, member in law.members.items()}


def read_zone_file(path: Path) -> ZoneEntry:
    """A `NAME.zone.toml` as an entry of the address book. Raises NotFound, UsageProblem."""
    return _entry(load_zone_file(path))


def _entry(file: ZoneFile) -> ZoneEntry:
    return ZoneEntry(file.name, file.chain_id, file.root, file.deploy_block, file.charter_hash, file.url)


def _require_stated(file: ZoneFile, checks: tuple[CodeCheck, ...]) -> None:
    """Refuse a file that names other contracts than the zone has. A vote may have replaced its stores and its trade
    post since the file was written."""
    found = {check.title: check.address for check in checks}
    for title, stated in (("register", file.registry), ("treasury", file.treasury), ("factory", file.factory)):
        _fits(stated, found[title], f"The file names another {title} than the zone has")


def check_code(connection: Connection, root: str) -> tuple[CodeCheck, ...]:
    """Compare the code of a zone and of every contract it relies on with the shipped artifacts.

    Whatever a contract was given at its creation and keeps in its code must fit the others as well. Raises CodeMissing.
    """
    root = checksum_address(root)
    code = require_code(connection, root)
    implementation = implementation_of(code)
    if implementation is None:
        raise CodeMissing(f"The contract at {root} is no body: it is not a clone. Check the address.")
    client = Client(connection)
    found: list[CodeCheck] = []

    def check(title: str, address: str, name: str) -> bytes:
        found.append(CodeCheck(title, checksum_address(address), name))
        return require_code(connection, address, name)

    body_code = check("body code", implementation, "Zone")
    affairs = _kept(body_code, "Zone", "_affairsPart")
    affairs_code = check("second part of the body code", affairs, "ZoneAffairs")
    check("third part of the body code", _kept(body_code, "Zone", "_ballotsPart"), "ZoneBallots")
    members_code = check(
        "fourth part of the body code", _kept(affairs_code, "ZoneAffairs", "_membersPart"), "ZoneMembers"
    )
    check("fifth part of the body code", _kept(members_code, "ZoneMembers", "_oversightPart"), "ZoneOversight")
    zone = client.bind("IWholeBody", root)
    factory = checksum_address(zone.call("factory"))
    factory_code = check("factory", factory, "ZoneFactory")
    _fits(_kept(factory_code, "ZoneFactory", "implementation"), implementation, "The factory makes other bodies")
    for part, name in ((body_code, "Zone"), (affairs_code, "ZoneAffairs")):
        _fits(_kept(part, name, "_factory"), factory, "The bodies obey another factory")
    if not client.bind("IZoneFactory", factory).call("isBody", root):
        raise CodeMissing(f"The factory at {factory} did not make the zone at {root}. Ask who gave you the address.")
    if zone.call("depth") != 0:
        raise CodeMissing(f"{root} is an industry and no zone. Use its zone: {zone.call('root')}.")

    registry_code = check("register", zone.call("registry"), "Registry")
    check("second half of the register", _kept(registry_code, "Registry", "_affairs"), "RegistryAffairs")
    treasury_code = check("treasury", zone.call("treasury"), "Treasury")
    _fits(_kept(registry_code, "Registry", "root"), root, "The register belongs to another zone")
    _fits(_kept(treasury_code, "Treasury", "root"), root, "The treasury belongs to another zone")
    _fits(_kept(treasury_code, "Treasury", "factory"), factory, "The treasury trusts another factory")
    stores = zone.call("module", STORES_ROLE)
    if stores != COIN_ADDRESS:
        stores_code = check("stores", stores, "Stores")
        _fits(_kept(stores_code, "Stores", "zone"), root, "The stores belong to another zone")
    post = zone.call("module", TRADE_POST_ROLE)
    if post != COIN_ADDRESS:
        check("trade post", post, "TradePost")
    verifier = zone.call("module", VERIFIER_ROLE)
    if verifier != COIN_ADDRESS:
        check("verifier of ballots", verifier, _verifier_name(connection, verifier))
    for role, title, artifact in ((ELECTIONS_ROLE, "elections", "Elections"), (WISHES_ROLE, "wishes", "Wishes")):
        module = zone.call("module", role)
        if module != COIN_ADDRESS:
            code = check(title, module, artifact)
            if role == ELECTIONS_ROLE:
                check("second part of the elections", _kept(code, artifact, "_officesPart"), "Offices")
    return tuple(found)


def _verifier_name(connection: Connection, address: str) -> str:
    """Which verifier is at an address; the one that every chain can have where none is."""
    for name in VERIFIERS.values():
        with suppress(CodeMissing):
            require_code(connection, address, name)
            return name
    return VERIFIERS[CURVES[0]]


def _kept(code: bytes, artifact_name: str, variable: str) -> str:
    """The address that runtime code carries as an immutable variable."""
    artifact: Artifact = artifacts.load(artifact_name)
    for name, places in artifact.immutable_references.items():
        if name.split(".")[-1] == variable:
            start = places[0]["start"]
            return checksum_address(code[start + 12 : start + 32])
    raise NotFound(f"{artifact_name} keeps no {variable} in its code. Name one that it has.")


def _fits(actual: str, expected: str, problem: str) -> None:
    if checksum_address(actual) != checksum_address(expected):
        raise CodeMissing(f"{problem}: {actual} instead of {expected}. Ask who gave you the address.")


def _who_you_are(entry: ZoneEntry, zone: Zone, checks: tuple[CodeCheck, ...], address: str | None) -> Joined:
    index = zone.registry.index_of(address) if address is not None else 0
    if address is None or index == 0:
        return Joined(entry, zone, checks, None, (), False)
    bodies = tuple(body.path for body in zone.bodies() if body.is_member(index))
    try:
        keeper = zone.stores.is_keeper(address)
    except NotFound:
        keeper = False
    return Joined(entry, zone, checks, zone.registry.person(index), bodies, keeper)
