"""Filling the ballot box: from files, and over HTTP."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.ballot.box import ballot, box_option, opened_box
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import WRITES, command
from zonedao.errors import Refused
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.ballots.box import BallotBox
    from zonedao.ballots.files import Item
    from zonedao.cli.kit.session import Session

_TOGETHER = 256  # ballots of a file that are checked at once


@command(ballot, uses=WRITES)
@argument(
    "files",
    "Files of ballots and voting keys, as `ballot sign` and `ballot key` write them.",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@box_option
@in_option
def collect(session: Session, files: tuple[Path, ...], box_file: Path | None, where: str | None) -> None:
    """Put the ballots and voting keys of FILES into the ballot box, and say which were refused and why.

    The box is a file of yours. Each ballot is checked against the chain. Nothing is sent.

    Examples:
        zonedao ballot collect ben.json eva.json
        zonedao ballot collect inbox/*.json --in corner/kitchen --box april.sqlite
    Exit codes:
        4: none of them could be kept
    See also:
        zonedao ballot post: have them counted
    """
    from zonedao.ballots.files import read_items

    if session.options.dry_run:
        lines = sum(1 for file in files for _ in read_items(file))
        session.out.would(f"{lines} ballots and voting keys would be checked and kept.")
        return
    taken: set[Item] = set()
    accepted = 0
    refused: list[dict[str, Any]] = []
    with opened_box(session, where, box_file) as box:
        for batch in _batches(line for file in files for line in read_items(file)):
            for line, code, reason in _collect(box, batch):
                if code is None:
                    accepted += 1
                    taken.add(line.item)
                else:
                    refused.append({"file": str(line.path), "line": line.number, "code": code, "reason": reason})
    doubles = accepted - len(taken)
    told = f"{len(taken)} in the box, {len(refused)} refused."
    session.out.show(
        {"accepted": len(taken), "doubles": doubles, "refused": refused},
        [*_refusals(refused), told + (f" {counted(doubles, 'line')} stood there twice." if doubles else "")],
    )
    if refused and not taken:
        raise Refused("Nothing in these files could be kept. The reasons stand above.")


@command(ballot, uses=WRITES)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="A free one by default.")
@click.option(
    "--rate",
    type=click.FloatRange(0.01),
    default=10.0,
    show_default=True,
    metavar="N",
    help="Requests a second and client.",
)
@box_option
@in_option
def serve(session: Session, host: str, port: int, rate: float, box_file: Path | None, where: str | None) -> None:
    """Collect ballots and voting keys over HTTP until Ctrl-C. Members hand in with --to; see `ballot post`.

    Whoever collects sees who voted how, and can leave a ballot out, but not change one; who was left out can vote
    directly. With --host 0.0.0.0 others reach it.

    Examples:
        zonedao ballot serve --port 8600 --host 0.0.0.0 --in corner
    See also:
        zonedao ballot post: have them counted
    """
    from zonedao.ballots.relay import Relay

    with opened_box(session, where, box_file) as box:
        name = box.body.name
        if session.options.dry_run:
            session.out.would(f"Ballots of {name} would be collected at {host}:{port or 'a free port'}.")
            return
        # From here on the box and its node belong to the relayer's worker alone.
        relay = Relay(box, host, port, rate=rate, burst=max(int(rate * 5), 1), log=session.out.note)
        with _until_stopped() as stopped, relay:
            session.out.note(f"Collecting ballots of {name} at {relay.url}. Ctrl-C ends it.")
            stopped.wait()
        session.out.show(
            {"url": relay.url, "accepted": relay.accepted, "refused": relay.refused},
            [f"{relay.accepted} accepted, {relay.refused} refused. Have them counted with `zonedao ballot post N`."],
        )


def _batches(lines: Iterator[Any]) -> Iterator[list[Any]]:
    from itertools import islice

    while batch := list(islice(lines, _TOGETHER)):
        yield batch


def _collect(box: BallotBox, lines: list[Any]) -> Iterator[tuple[Any, str | None, str]]:
    """Each line with no code if it was accepted, otherwise with code and reason."""
    from zonedao.ballots.enrolling import collect_enrolments
    from zonedao.ballots.signing import SignedBallot

    ballots = [line for line in lines if isinstance(line.item, SignedBallot)]
    entries = [line for line in lines if line.item is not None and not isinstance(line.item, SignedBallot)]
    for line in lines:
        if line.item is None:
            yield line, "unreadable", line.problem
    for line, verdict in zip(ballots, box.collect([line.item for line in ballots]), strict=True):
        yield line, None if verdict.accepted else verdict.code, verdict.reason
    judged = collect_enrolments(box, [line.item for line in entries]) if entries else []
    for line, found in zip(entries, judged, strict=True):
        yield line, None if found.accepted else found.code, found.reason


def _refusals(refused: list[dict[str, Any]]) -> Iterator[str]:
    """Lines that follow each other and are refused for the same reason are told of together: a wrong file is one."""
    from itertools import groupby

    for (file, reason), run in groupby(refused, key=lambda each: (each["file"], each["reason"])):
        lines = [each["line"] for each in run]
        where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines from {lines[0]} to {lines[-1]}"
        yield f"{file}, {where}: {reason}"


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C or SIGTERM, so that what was handed in is still answered."""
    stopped = threading.Event()
    before = {each: signal.signal(each, lambda *_: stopped.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
