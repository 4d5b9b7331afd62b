"""The bodies of a zone, found from the events of their births."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.text import printable, slug

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


@dataclass(frozen=True)
class Branch:
    """Where a body stands: its address, the name it was born with, its path from the zone, its parent's address.

    `parent` is the one of now; another founded it if what that one was has been dissolved.
    """

    address: str
    name: str
    path: str
    depth: int
    parent: str | None
    founded_block: int
    children: tuple[str, ...] = ()


def discover(
    connection: Connection, factory: str, root: str, root_name: str, deploy_block: int, called: str = ""
) -> Mapping[str, Branch]:
    """Every body of a zone by address, parents before children and older ones first.

    All paths begin with what the zone is `called`, its own name by default.

    Only bodies that the zone's own factory made count: anybody can emit an event that looks like a birth. Siblings
    whose names look alike in a path are numbered in the order of their births.
    """
    births = shipped("IZoneFactory").event("IndustryCreated")
    beginnings = shipped("IBody").event("BodyInitialized")
    top = Branch(root, root_name, called or slug(root_name), 0, None, deploy_block)
    found: dict[str, Branch] = {root: top}
    level = [top]
    while level:
        topics = births.topics({"parent": [branch.address for branch in level]})
        born = decode_logs(fetch_logs(connection, [factory], topics, deploy_block), shipped("IZoneFactory"))
        if not born:
            break
        addresses = [event.args["industry"] for event in born]
        raw = fetch_logs(connection, addresses, beginnings.topics({}), deploy_block)
        names = {event.address: printable(event.args["name"]) for event in decode_logs(raw, shipped("IBody"))}
        level = []
        for event in born:
            parent = found[event.args["parent"]]
            address = event.args["industry"]
            name = names.get(address, "")
            taken = {found[child].path for child in parent.children}
            branch = Branch(
                address, name, _free(f"{parent.path}/{slug(name)}", taken), parent.depth + 1, parent.address,
                event.block_number,
            )  # fmt: skip
            found[address] = branch
            found[parent.address] = Branch(
                parent.address, parent.name, parent.path, parent.depth, parent.parent, parent.founded_block,
                (*parent.children, address),
            )  # fmt: skip
            level.append(branch)
    return _rehung(connection, found, top, deploy_block)


def _rehung(connection: Connection, found: dict[str, Branch], top: Branch, deploy_block: int) -> Mapping[str, Branch]:
    """The same bodies under the parents they have now, where any were hung elsewhere."""
    kind = shipped("IWholeBody")
    moves = [["0x" + kind.event(name).topic.hex() for name in ("BodyRehung", "BodyMoved")]]
    raw = fetch_logs(connection, list(found), moves, deploy_block) if len(found) > 1 else []
    parents = {event.address: event.args["to"] for event in decode_logs(raw, shipped("IWholeBody"))}
    if all(found[address].parent == parent for address, parent in parents.items()):
        return found
    above = {address: parents.get(address, branch.parent) for address, branch in found.items()}
    again = {top.address: replace(top, children=())}
    level = [top.address]
    while level:
        below = [address for address in found if above[address] in level]
        for address in below:
            branch, parent = found[address], again[above[address] or ""]
            path = _free(f"{parent.path}/{slug(branch.name)}", {again[child].path for child in parent.children})
            again[address] = replace(branch, path=path, depth=parent.depth + 1, parent=parent.address, children=())
            again[parent.address] = replace(parent, children=(*parent.children, address))
        level = below
    return again


def _free(path: str, taken: set[str]) -> str:
    if path not in taken:
        return path
    number = 2
    while f"{path}-{number}" in taken:
        number += 1
    return f"{path}-{number}"
