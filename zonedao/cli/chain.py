"""`zonedao chain`: a local node to try things on, its coins and its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.cli.kit.output import pairs
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.embedded import Hardfork
    from zonedao.chain.local import NodeKind
    from zonedao.chain.resident import NodeStatus
    from zonedao.cli.kit.session import Session

FUND_ETHER = "100 ETH"


@click.group(cls=Group)
def chain() -> None:
    """A local node to try things on. It outlives this shell and keeps its chain until told to forget it."""


@command(chain, network_names=("--node", "--network"), uses=WRITES)
@click.option("--port", type=int, metavar="PORT", help="Where it listens; 8547 or a free one by default, never 8545.")
@click.option("--chain-id", type=click.IntRange(1), metavar="NUMBER", help="Of a new chain; the node's own by default.")
@click.option(
    "--block-time", type=click.IntRange(1), metavar="SECONDS", help="A block this often, not one a transaction."
)
@click.option(
    "--hardfork", type=click.Choice(["shanghai", "prague"]), help="Whose rules a new chain has; Shanghai's by default."
)
@click.option("--fresh", is_flag=True, help="Forget the chain kept from last time.")
def up(
    session: Session,
    port: int | None,
    chain_id: int | None,
    block_time: int | None,
    hardfork: Hardfork | None,
    fresh: bool,
) -> None:
    """Start the local node, or say where it runs: Anvil if it is installed, else Ganache (--node chooses).

    Examples:
        zonedao chain up
        zonedao chain up --node ganache --port 8600 --fresh
    See also:
        zonedao chain fund: coins to try with
        zonedao deploy: found a zone on it
    """
    from zonedao.chain import resident

    kind = session.said("network")
    if kind not in (None, "anvil", "ganache"):
        raise UsageProblem(f"{kind} is no local node. Say --node anvil or --node ganache.")
    running = resident.status()
    if session.options.dry_run:
        session.out.would(
            f"{running.kind} runs already at {running.url}." if running else "A local node would be started."
        )
        return
    session.interrupted = "Stopped. No node was left running; run `zonedao chain up` again."
    status = resident.up(
        cast("NodeKind | None", kind),
        port=port,
        chain_id=chain_id,
        block_time_seconds=block_time,
        hardfork=hardfork,
        fresh=fresh,
    )
    verb = "runs already" if running else "runs"
    _show(session, status, [f"{status.kind} {verb} at {status.url}, chain {status.chain_id}."])
    told = {"--port": port, "--chain-id": chain_id, "--block-time": block_time, "--hardfork": hardfork}
    unheard = [option for option, value in told.items() if value is not None]
    if running and unheard:
        count = "counts" if len(unheard) == 1 else "count"
        session.out.note(
            f"It goes on as it is: {' and '.join(unheard)} {count} when it starts. Stop it first: `zonedao chain down`."
        )
    if not running:
        session.out.note("It goes on until `zonedao chain down`. Coins: `zonedao chain fund NAME`.")


@command(chain, uses=WRITES)
def down(session: Session) -> None:
    """Stop the local node that `chain up` started. Its chain is kept.

    Examples:
        zonedao chain down
    See also:
        zonedao chain up: start it again
    """
    from zonedao.chain import resident

    running = resident.status()
    if session.options.dry_run:
        session.out.would(
            f"{running.kind} at {running.url} would be stopped." if running else "No local node is running."
        )
        return
    stopped = resident.down()
    session.out.show(
        {"stopped": stopped},
        [f"Stopped {running.kind} at {running.url}. Its chain is kept." if running else "No local node was running."],
    )


@command(chain, uses=READS)
def status(session: Session) -> None:
    """Where the local node runs, and what time it is there. With --network: the same of that network.

    Examples:
        zonedao chain status
        zonedao chain status --network https://rpc.example.org
    See also:
        zonedao chain up: start a local node
    """
    from zonedao.chain import resident

    running = resident.status()
    if running is None and session.options.network is None:
        session.out.show({"running": False}, ["No local node is running. Start one with `zonedao chain up`."])
        return
    _show(session, running if session.options.network is None else None, _status_lines(session, running))


@command(chain, uses=WRITES)
@argument("whom", "One of your accounts, a name of your address book, or an address.", metavar="ACCOUNT|ADDRESS")
@click.argument("amount", default=FUND_ETHER)
def fund(session: Session, whom: str, amount: str) -> None:
    """Give coins out of nothing to ACCOUNT or ADDRESS on a local chain (100 ETH unless AMOUNT says otherwise).

    Examples:
        zonedao chain fund anna
        zonedao chain fund 0x90F79bf6EB2c4f870365E785982E1f101E93b906 "5 ETH" --network anvil
    Exit codes:
        4: it is no local chain
    """
    from zonedao.cli.kit.amounts import parse_coin
    from zonedao.treasury.assets import COIN

    address = session.address_of(whom)
    who = address if whom.lower().startswith("0x") else f"{whom} ({address})"
    amount_wei = parse_coin(amount)
    connection = session.connection
    connection.require_local("make coins")
    if session.options.dry_run:
        session.out.would(f"{who} would get {COIN.format(amount_wei)} on {connection.name}. Nothing was done.")
        return
    balance_wei = connection.fund(address, amount_wei)
    session.out.show(
        {"address": address, "added_wei": str(amount_wei), "balance_wei": str(balance_wei)},
        [f"{who} now has {COIN.format(balance_wei)} on {connection.name}, a local chain where coins cost nothing."],
    )


@command(chain, uses=WRITES)
@argument("length", "A length of time: 90s, 30min, 1h30m, 2 days, 1 week.", metavar="DURATION", nargs=-1, required=True)
def skip(session: Session, length: tuple[str, ...]) -> None:
    """Move the clock of a local chain forward by DURATION, like 2 days or 1h30m.

    Examples:
        zonedao chain skip 2 days
        zonedao chain skip 1h30m --network anvil
    Exit codes:
        4: it is no local chain
    """
    from zonedao import times
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(" ".join(length))
    connection = session.connection
    connection.require_local("skip time")
    if session.options.dry_run:
        session.out.would(f"The clock of {connection.name} would go {times.duration(seconds)} forward.")
        return
    now = connection.skip(seconds)
    import time

    line = (
        f"The clock of {connection.name}, a local chain, went {times.duration(seconds)} forward: "
        f"it is {times.clock(now, int(time.time()))} there."
    )
    session.out.show({"skipped_seconds": seconds, "time": now}, [line])


def _show(session: Session, status: NodeStatus | None, lines: Any) -> None:
    from zonedao.chain.rpc import display_url

    connection = session.connection
    document: dict[str, Any] = {
        "running": True,
        "kind": connection.kind,
        "url": display_url(connection.url),
        "chain_id": connection.chain_id,
        "block": connection.block_number(),
        "time": connection.now(),
    }
    if status is not None:
        document |= {"pid": status.pid, "folder": str(status.folder)}
        document |= {"block_time_seconds": status.block_time_seconds, "hardfork": status.hardfork}
    session.out.show(document, lines)


def _status_lines(session: Session, running: NodeStatus | None) -> list[str]:
    import time

    from zonedao import times
    from zonedao.chain.rpc import display_url

    connection = session.connection
    now, wall = connection.now(), int(time.time())
    ahead = f" ({times.duration(now - wall)} ahead of the wall clock)" if now - wall > times.MINUTE else ""
    ours = running is not None and session.options.network is None
    return pairs(
        [
            ("network", connection.name),
            ("address", display_url(connection.url)),
            ("chain id", str(connection.chain_id)),
            ("rules", running.hardfork if running and ours else ""),
            ("last block", str(connection.block_number())),
            ("time there", times.clock(now, wall) + ahead),
            ("process", str(running.pid) if running and ours else ""),
            ("kept in", str(running.folder) if running and ours else ""),
        ]
    )
