"""The bodies of a zone, found from the events of their births."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.governance.branches import Birth, Branch, grow
from zonedao.text import printable, slug

__all__ = ["Branch", "discover"]

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


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
    found: list[Birth] = []
    level = [root]
    while level:
        topics = births.topics({"parent": level})
        born = decode_logs(fetch_logs(connection, [factory], topics, deploy_block), shipped("IZoneFactory"))
        level = [event.args["industry"] for event in born]
        raw = fetch_logs(connection, level, beginnings.topics({}), deploy_block) if level else []
        names = {event.address: printable(event.args["name"]) for event in decode_logs(raw, shipped("IBody"))}
        found += [
            Birth(
                event.args["industry"], event.args["parent"], event.block_number, names.get(event.args["industry"], "")
            )
            for event in born
        ]
    top = Branch(root, root_name, called or slug(root_name), 0, None, deploy_block)
    return grow(top, found, _parents(connection, [birth.address for birth in found], deploy_block))


def _parents(connection: Connection, addresses: list[str], deploy_block: int) -> Mapping[str, str]:
    """The body above each that was hung elsewhere."""
    kind = shipped("IWholeBody")
    moves = [["0x" + kind.event(name).topic.hex() for name in ("BodyRehung", "BodyMoved")]]
    raw = fetch_logs(connection, addresses, moves, deploy_block) if addresses else []
    return {event.address: event.args["to"] for event in decode_logs(raw, kind)}
