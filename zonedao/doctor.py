"""Is everything in order: what was sent, nodes, clocks, contracts, indexes? Files are in doctor_files.py.

Nothing is changed. Each thing that was looked at is a finding; one that is not good says what to do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zonedao.errors import NodeRefused, NotFound, StorageProblem, ZonedaoError
from zonedao.text import counted, lines_in_words
from zonedao.times import MINUTE, duration

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.chain.connection import Connection
    from zonedao.chain.journal import Journal

State = Literal["good", "notice", "wrong"]

OLDEST_HEAD_SECONDS = 10 * MINUTE  # of a public network; the slowest of them make a block every few minutes
AHEAD_SECONDS = 2 * MINUTE  # a block may be a little ahead of everybody's clock


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `about` is what it is called; `remedy` what to do, empty where it is good."""

    subject: str
    about: str
    state: State
    detail: str
    remedy: str = ""


def what_of(problem: ZonedaoError) -> str:
    """What went wrong, without what to do next, which a finding says apart."""
    return problem.message.rpartition(". ")[0].removesuffix(". Nothing was sent") or problem.message


def examine_program() -> Finding:
    """Which version this is, and with what it runs."""
    from importlib import metadata
    from platform import python_version

    from zonedao import __version__, artifacts

    try:
        with_ = ", ".join(f"{name} {metadata.version(name)}" for name in ("web3", "eth-account", "click"))
    except metadata.PackageNotFoundError as problem:
        what = f"{problem.name} is not installed"
        return Finding(
            "program", "zonedao", "wrong", what, "Install zonedao again: pip install --force-reinstall zonedao"
        )
    build = artifacts.build_hash()[:12]
    return Finding(
        "program", "zonedao", "good", f"{__version__}, contracts {build}, Python {python_version()}, {with_}"
    )


# --- what was sent ---


def examine_journal(journal: Journal, chains: set[int]) -> Iterator[Finding]:
    """Transactions on some chains that were signed and of which no end is known, and lines that cannot be read."""
    count = 0
    try:
        if unreadable := journal.unreadable():
            yield Finding(
                "journal",
                str(journal.path),
                "notice",
                f"{lines_in_words(unreadable)} cannot be read",
                "A command that was killed while it wrote leaves half a line, and had sent nothing. If the file was "
                "damaged in another way, look whether something is missing: zonedao tx list --all",
            )
        for chain_id in sorted(chains):
            for entry in journal.open_entries(chain_id):
                count += 1
                age = duration(max(int(time.time()) - entry.signed_at, 0))
                yield Finding(
                    "journal",
                    entry.hash,
                    "notice",
                    f"{entry.note or 'a transaction'} of {entry.sender}, signed {age} ago on chain {chain_id}, has no "
                    "known end",
                    "The next command that sends for this account finishes it; it is never sent twice.",
                )
    except ZonedaoError as problem:
        yield Finding("journal", str(journal.path), "wrong", problem.message, "Nothing can be sent before.")
        return
    if count == 0 and not unreadable:
        yield Finding("journal", str(journal.path), "good", "nothing is open")


# --- a node and the zones on it ---


def examine_node(connection: Connection) -> Iterator[Finding]:
    """Who answers, whether it has caught up, and whether its clock is ours."""
    name = connection.name
    head = connection.block()
    try:
        version = str(connection.request("web3_clientVersion"))[:60]
    except NodeRefused:
        version = "a node that does not say what it is"
    where = f"{version}, chain {connection.chain_id}, block {head.number}"
    try:
        behind = bool(connection.request("eth_syncing"))
    except NodeRefused:
        behind = False
    if behind:
        yield Finding("node", name, "wrong", f"{where}; it still catches up", "Wait, or use another: --network URL")
    else:
        yield Finding("node", name, "good", where)
    yield _clock(connection, head.timestamp)


def _clock(connection: Connection, head: int) -> Finding:
    late = int(time.time()) - head
    if not connection.is_local:
        connection.now()  # which compares the clocks
    lead = connection.clock_lead_seconds
    if connection.is_local:
        distance = (
            "the time of this machine" if abs(late) < MINUTE else f"{duration(abs(late))} from this machine's time"
        )
        return Finding("clock", connection.name, "good", f"a test chain, at {distance}")
    if lead:
        what = f"this machine's clock is {duration(abs(lead))} {'ahead of' if lead > 0 else 'behind'} the node's"
        return Finding(
            "clock", connection.name, "wrong", what, "Set this machine's clock: deadlines are shown wrongly."
        )
    if late < -AHEAD_SECONDS:
        what = f"the last block is {duration(-late)} ahead of this machine"
        return Finding(
            "clock", connection.name, "wrong", what, "Set this machine's clock: deadlines are shown wrongly."
        )
    if late > OLDEST_HEAD_SECONDS:
        what = f"the last block is {duration(late)} old"
        remedy = "The node lags behind, or this machine's clock is ahead. Set the clock, or use another: --network URL"
        return Finding("clock", connection.name, "wrong", what, remedy)
    return Finding("clock", connection.name, "good", f"the last block is {duration(max(late, 0))} old")


def examine_zone(connection: Connection, entry: ZoneEntry) -> Iterator[Finding]:
    """Whether a zone's contracts are those of this package, it is the one that was joined, and its past can be read."""
    from zonedao.client import Client
    from zonedao.joining import check_code

    ask = "Ask who gave you the zone's file, and the other members, before you send anything."
    try:
        checks = check_code(connection, entry.root)
        charter = Client(connection).zone(entry.root, deploy_block=entry.deploy_block).charter_hash
    except ZonedaoError as problem:
        yield Finding("contracts", entry.name, "wrong", what_of(problem), ask)
        return
    if entry.charter_hash and charter != entry.charter_hash.lower():
        yield Finding("contracts", entry.name, "wrong", f"the zone was born of another charter ({charter})", ask)
        return
    what = f"the code of {counted(len(checks), 'contract')} is what this version ships"
    yield Finding("contracts", entry.name, "good", what)
    try:
        connection.code(entry.root, entry.deploy_block)
        yield Finding("history", entry.name, "good", "older states can be asked for")
    except NodeRefused:
        yield Finding(
            "history",
            entry.name,
            "notice",
            "the node does not keep older states",
            "All works but finding where a difference began, and exports as of earlier blocks. An archive node can.",
        )


def examine_index(connection: Connection, entry: ZoneEntry) -> Finding:
    """How far the index of a zone is, and whether it is of the chain that the node shows."""
    from zonedao.index.reading import Index, path_of

    remedy = f"Read what is missing: zonedao index sync --in {entry.name}"
    path = path_of(entry.chain_id, entry.root)
    if not path.exists():
        return Finding("index", entry.name, "notice", "there is none yet", remedy)
    try:
        with Index.open(path) as index:
            position = index.position
    except NotFound as problem:
        return Finding("index", entry.name, "notice", what_of(problem), remedy)
    except StorageProblem as problem:
        return Finding(
            "index", entry.name, "wrong", what_of(problem), f"Begin anew: zonedao index reset --in {entry.name}"
        )
    head = connection.block_number()
    if position is None:
        return Finding("index", entry.name, "notice", "nothing was read yet", remedy)
    if position.block > head:
        what = f"it is at block {position.block}, and the node at {head}"
        return Finding(
            "index",
            entry.name,
            "notice",
            what,
            f"The node is behind, or its chain began anew. See which: zonedao index sync --in {entry.name}",
        )
    if connection.block(position.block).hash != position.hash:
        what = f"the chain has replaced block {position.block}, up to which it was read"
        return Finding("index", entry.name, "notice", what, remedy)
    if position.block < head:
        what = f"it is at block {position.block}, {counted(head - position.block, 'block')} behind the node"
        return Finding("index", entry.name, "notice", what, remedy)
    return Finding("index", entry.name, "good", f"it is at block {head}, as the node is")
