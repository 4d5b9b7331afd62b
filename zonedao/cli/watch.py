"""`zonedao watch`: what happens in a zone, while it happens."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

import click

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import ask
from zonedao.cli.kit.looking import again
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, DIM, STRONG, style
from zonedao.cli.kit.progress import ReadingBar
from zonedao.cli.todo import document_of, way_to_do
from zonedao.errors import UsageProblem
from zonedao.text import counted
from zonedao.times import clock

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.index.events import Told
    from zonedao.index.feed import Feed
    from zonedao.todo import Todo

What = Literal["event", "taken back", "todo"]

_MOST_REMEMBERED = 10_000  # sentences, for those that may be taken back
_TODO_SECONDS = 60.0  # after which something may wait that no event told of, such as a vote that has opened


@command(uses=READS)
@click.option(
    "--from",
    "since",
    metavar="BLOCK|TIME",
    help="Tell first what happened since a block, a date, or a length of time like `2 days`.",
)
@click.option("--once", is_flag=True, help="End when everything is told that has happened.")
@in_option
def watch(session: Session, since: str | None, once: bool, where: str | None) -> None:
    """What happens in a zone, or in a body and below it: a sentence each, until Ctrl-C.

    What begins to wait for you is told as well, and what a reorganisation of the chain takes back. A node that does not
    answer is asked again until it does. An index that the zone has is read on meanwhile; without one nothing is left
    behind.

    Examples:
        zonedao watch
        zonedao watch --in elmcourt/kitchen --from "2 days"
        zonedao watch --from 2026-03-01 --once --json
    See also:
        zonedao todo: all that waits for you
        zonedao index sync --follow: read every event into the index, and tell none
    """
    from zonedao.index.feed import following
    from zonedao.index.reading import path_of

    body = session.body(where)
    zone = body.zone
    connection, path = zone.connection, path_of(zone.connection.chain_id, zone.address)
    block = _block(body, since) if since is not None else None
    with following(connection, path, zone.address, first_block=zone.deploy_block, since=block) as feed:
        telling = _Telling(session, where, body, feed)
        telling.look()
        if once:
            return
        session.out.note(f"Watching {body.path} from block {telling.block} on. Ctrl-C ends it.")
        try:
            telling.look_for_todo()
            for _ in again(session, telling.look_at_all):
                pass
        except KeyboardInterrupt:
            session.out.fresh_line()
            session.out.note(f"Seen up to block {telling.block}.")


def _block(body: Body, since: str) -> int:
    """The block from which on is told. Raises UsageProblem for one that is still to come."""
    from zonedao.chain.moments import first_block_at
    from zonedao.cli.kit.times import parse_past

    connection = body.zone.connection
    if since.isascii() and since.isdecimal():
        return connection.block(int(since)).number
    try:
        at = parse_past(since, body.client.now())
    except UsageProblem as problem:
        raise UsageProblem(f"--from: {problem.message} A number is that of a block.") from None
    return first_block_at(connection, at)


class _Telling:
    """Tells what a feed finds, each thing once, however often a node fails in between. `block` is how far it is."""

    def __init__(self, session: Session, where: str | None, body: Body, feed: Feed) -> None:
        from zonedao.explain.concerning import Concerned

        self.block = 0
        self._session = session
        self._where = where
        self._body = body
        self._feed = feed
        self._concerned = Concerned(body.zone)
        self._to_tell: deque[tuple[What, Told]] = deque()
        self._told: dict[Any, tuple[str, str]] = {}  # body and sentence
        self._waiting: set[tuple[object, ...]] | None = None
        self._looked_at = 0.0

    def look_at_all(self) -> None:
        """Tell what is new, and what waits now."""
        if self.look() or time.monotonic() - self._looked_at >= _TODO_SECONDS:
            self.look_for_todo()

    def look(self) -> bool:
        """Tell what has happened, and whether something has. Raises NodeProblem."""
        with ReadingBar(f"Reading {self._body.zone.path}") as bar:
            news = self._feed.look(bar)
        self.block = news.block if news.block is not None else self.block
        if news.taken_back:
            self._body.client.speaker.forget()
        self._to_tell += [("taken back", told) for told in news.taken_back]
        self._to_tell += [("event", told) for told in news.told]
        something = bool(self._to_tell)
        with self._body.client.at_one_moment():
            while self._to_tell:
                self._tell(*self._to_tell[0])
                self._to_tell.popleft()
        return something

    def look_for_todo(self) -> None:
        """Tell what has begun to wait for the one who watches, if it is known who that is. Raises NodeProblem."""
        signer = self._session.signer
        if signer is None:
            return
        self._looked_at = time.monotonic()
        zone = self._body.zone
        waiting = ask(self._session, self._body, self._where, lambda body: body.zone.todo(signer.address))
        found = [each for each in waiting if each.yours and self._is_here(each.where)]
        if self._waiting is None and found:
            things = counted(len(found), "thing")
            self._session.out.note(f"{things} wait{'s' * (len(found) == 1)} for you: `zonedao todo` shows what.")
        elif self._waiting is not None:
            for each in found:
                if _identity(each) not in self._waiting:
                    what = f"{each.text[:1].upper()}{each.text[1:]}"
                    how = way_to_do(self._session, zone, each)
                    line = f"{style('For you', STRONG)}  {what}: {how}"
                    self._session.out.tell({"what": "todo", **document_of(zone.path, each, how)}, line)
        self._waiting = {_identity(each) for each in found}

    def _tell(self, what: What, told: Told) -> None:
        path, text = self._told.get(told.identity) or self._in_words(told)
        if not path or not self._is_here(path):
            return
        self._told[told.identity] = path, text
        if len(self._told) > _MOST_REMEMBERED:
            del self._told[next(iter(self._told))]
        event = told.event
        said = text if path in text else f"{text} {style(f'({path})', DIM)}"
        back = f"{style('Taken back by the chain:', BAD)} " if what == "taken back" else ""
        self._session.out.tell(
            {
                "what": what,
                "zone": self._body.zone.path,
                "body": path,
                "time": told.at,
                "block": event.block_number,
                "tx": event.tx_hash,
                "log": event.log_index,
                "contract": event.address,
                "event": event.name,
                "text": text,
            },
            f"{style(clock(told.at, self._body.client.now()), DIM)}  {back}{said}",
        )

    def _in_words(self, told: Told) -> tuple[str, str]:
        """The path of the body that it is about, empty for no matter of this zone, and a sentence."""
        from zonedao.explain.events import event_in_words, is_worth_telling

        branch = self._concerned.by(told.event) if is_worth_telling(told.event) else None
        return ("", "") if branch is None else (branch.path, event_in_words(self._body.client.speaker, told.event))

    def _is_here(self, path: str) -> bool:
        return f"{path}/".startswith(f"{self._body.path}/")


def _identity(each: Todo) -> tuple[object, ...]:
    return each.kind, each.where, each.number, each.asset, each.name
