"""`zonedao index`: what a zone's contracts have told, read once and kept on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.looking import again
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.cli.kit.output import pairs
from zonedao.cli.kit.progress import ReadingBar
from zonedao.errors import CodeMissing, NodeProblem, NotFound
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from zonedao.addressbook import ZoneEntry
    from zonedao.cli.kit.session import Session
    from zonedao.governance.zone import Zone
    from zonedao.index.syncing import Synced


@click.group(cls=Group)
def index() -> None:
    """The index of a zone: every event of its contracts in a SQLite file, from which reading is instant."""


@command(index, uses=WRITES)
@in_option
@click.option("--follow", is_flag=True, help="Go on with every new block, until Ctrl-C.")
def sync(session: Session, where: str | None, follow: bool) -> None:
    """Read what is new on the chain, after taking back what the chain has replaced.

    It goes on from where an earlier run ended, however that ended. The first run of a large zone takes a while; it can
    be stopped at any time.

    Examples:
        zonedao index sync
        zonedao index sync --in corner --follow
    Exit codes:
        6: the node does not answer, or refuses even a single block
    See also:
        zonedao index status: how far it is
    """
    entry = _entry(session, where)
    path = _path(entry)
    if session.options.dry_run:
        session.out.would(f"The events of {entry.name} would be read into {path}.")
        return
    zone = session.zone(entry.name)
    session.interrupted = "Stopped. What was read stays; `zonedao index sync` goes on from there."
    done = _sync(session, zone, path)
    if follow:
        _tell(session, done)
        for done in again(session, lambda: _sync(session, zone, path)):
            if done.events or done.taken_back:
                _tell(session, done)
    session.out.show(
        {
            "zone": zone.path,
            "path": str(path),
            "block": done.position.block if done.position is not None else None,
            "events": done.events,
            "taken_back": done.taken_back,
            "behind": done.behind,
        },
        _said(done),
    )


@command(index, uses=READS)
@in_option
def status(session: Session, where: str | None) -> None:
    """How far the index is, and how far the node, if one answers.

    Examples:
        zonedao index status
    See also:
        zonedao index sync: bring it up to date
    """
    from zonedao.index.reading import Index
    from zonedao.text import counted
    from zonedao.times import moment

    entry = _entry(session, where)
    path = _path(entry)
    with Index.open(path) as found, found.at_one_moment():
        position, read_at, ahead_seconds = found.position, found.read_at, found.ahead_seconds
        sources, events = found.sources(), found.event_count()
    node_block, node = None, "does not answer"
    try:
        node_block = session.zone(entry.name).connection.block_number()
        node = f"is at block {node_block}"
    except CodeMissing:
        node = f"shows another chain, on which there is no {entry.name}"
    except NodeProblem:
        pass
    block = position.block if position is not None else None
    behind = max(node_block - (block if block is not None else -1), 0) if node_block is not None else None
    if node_block is not None and block is not None and node_block < block:
        node += ", before that of the index: it is behind, or its chain began anew and `zonedao index sync` says so"
    size = sum(each.stat().st_size for each in path.parent.glob(path.name + "*"))
    bodies = sum(source.kind == "body" for source in sources)
    now = int(time.time())
    session.out.show(
        {
            "zone": entry.name,
            "path": str(path),
            "block": block,
            "time": position.time if position is not None else None,
            "read_at": read_at,
            "events": events,
            "bodies": bodies,
            "contracts": len(sources),
            "size_bytes": size,
            "node_block": node_block,
            "behind_blocks": behind,
        },
        pairs(
            [
                ("read up to", f"block {block}" if block is not None else "nothing yet"),
                ("of", moment(position.time, now + ahead_seconds) if position is not None else ""),
                ("last read", moment(read_at, now) if read_at is not None else ""),
                ("the node", node),
                ("behind by", f"{counted(behind, 'block')}: `zonedao index sync` reads on" if behind else ""),
                ("events", f"{events:,}"),
                ("contracts", f"{len(sources)}, {bodies} of them bodies"),
                ("size", f"{size / 2**20:.1f} MiB"),
                ("file", str(path)),
            ]
        ),
    )


@command(index, uses=READS)
@in_option
def verify(session: Session, where: str | None) -> None:
    """Read everything again from the node, and compare the index with it.

    A difference ends it with status 1 and is named. Two members whose fingerprints are the same have read the same.

    Examples:
        zonedao index verify --in corner
    Exit codes:
        1: the index differs from the node, which is named
    See also:
        zonedao index reset: begin anew
    """
    from zonedao.index.verifying import verify as compare

    entry = _entry(session, where)
    zone = session.zone(entry.name)
    with ReadingBar("Verifying") as bar:
        found = compare(zone.connection, _path(entry), zone.address, bar)
    session.out.show(
        {
            "zone": zone.path,
            "block": found.position.block,
            "events": found.events,
            "fingerprint": found.fingerprint,
        },
        [
            f"{found.events:,} events up to block {found.position.block} are what the chain says.",
            f"Fingerprint {found.fingerprint}",
        ],
    )


@command(index, uses=WRITES)
@in_option
def reset(session: Session, where: str | None) -> None:
    """Remove the index, which `index sync` then reads anew.

    Nothing is lost: everything in it stands on the chain.

    Examples:
        zonedao index reset --in corner
    See also:
        zonedao index sync: read it again
    """
    from zonedao.index.store import remove

    entry = _entry(session, where)
    path = _path(entry)
    if session.options.dry_run:
        session.out.would(f"{path} would be removed.")
        return
    removed = remove(path)
    session.out.show(
        {"zone": entry.name, "path": str(path), "removed": removed},
        [f"{path} is removed." if removed else f"{entry.name} has no index."],
    )


def _path(entry: ZoneEntry) -> Path:
    from zonedao.index.reading import path_of

    return path_of(entry.chain_id, entry.root)


def _entry(session: Session, where: str | None) -> ZoneEntry:
    """The zone that `--in` names; an index is of a whole zone, so no word is taken for an industry."""
    known = [each.name for each in session.known_zones()]
    top = where.strip("/").partition("/")[0] if where is not None else None
    if top is not None and known and top not in known:
        raise NotFound(
            f"You know no zone {top}.{did_you_mean(top, known)} An index is of a whole zone: "
            f"those known are {', '.join(known)}."
        )
    return session.entry(where)


def _sync(session: Session, zone: Zone, path: Path) -> Synced:
    from zonedao.index.store import writing
    from zonedao.index.syncing import sync as read

    def busy() -> None:
        session.out.note("Another process reads into this index; this one goes on when that is done.")

    with writing(path, busy), ReadingBar(f"Reading {zone.path}") as bar:
        return read(zone.connection, path, zone.address, first_block=zone.deploy_block, progress=bar)


def _tell(session: Session, done: Synced) -> None:
    for line in _said(done):
        session.out.note(line)


def _said(done: Synced) -> list[str]:
    from zonedao.text import counted

    if done.position is None:
        return ["The node has no block yet that could hold events of the zone."]
    if done.behind:
        return [f"The node is behind the index, which stays at block {done.position.block}. Nothing was read."]
    back = f"{counted(done.taken_back, 'block')} that the chain replaced taken back, " if done.taken_back else ""
    return [f"Block {done.position.block}: {back}{done.events:,} new events."]
