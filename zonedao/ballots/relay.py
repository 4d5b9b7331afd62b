"""A relayer: members hand ballots and voting keys in over HTTP, and hear at once whether they are in the box.

    POST /ballots   a ballot or an entry for a voting key, or a list of them  → {"verdicts": [{accepted, code, reason}]}
    GET  /status    how the collecting stands

200 when all were accepted, 422 when some were not; 400, 404, 411, 413, 429 and 503 come with {"error": …}. Nobody
needs to trust a relayer: it can hold ballots back, but not change one, and whoever was held back can vote directly.

Connections have threads of their own; one worker has the box. It takes everything that was handed in while it was
busy at once, so that one look at the chain, one pairing and one write to the disk serve many members under load.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from zonedao.ballots.enrolling import collect_enrolments
from zonedao.ballots.files import MOST_BYTES, Item, document_of, read_item
from zonedao.ballots.signing import SignedBallot
from zonedao.errors import NodeUnreachable, Refused, UsageProblem, WrongState, ZonedaoError
from zonedao.jsontext import parse_json
from zonedao.text import reason

if TYPE_CHECKING:
    from zonedao.ballots.box import BallotBox

MOST_ITEMS = 256  # in one request
MOST_CONNECTIONS = 64  # at once
MOST_CLIENTS = 10_000  # remembered for their rate
_TOGETHER = 1_024  # ballots that are checked at once
_SOCKET_SECONDS = 10.0
_LENGTH_DIGITS = 12  # of a Content-Length that is read
_ANSWER_SECONDS = 60.0

Answer = dict[str, Any]
Log = Callable[[str], None]


class RateLimit:
    """So many requests a client: `burst` at once, then `per_second` (a token bucket each)."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second, self.burst = per_second, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, client: str) -> float:
        """0.0 if the client may go on, else the seconds it should wait."""
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.pop(client, (float(self.burst), now))
            tokens = min(tokens + (now - at) * self.per_second, float(self.burst))
            wait = 0.0 if tokens >= 1 else (1 - tokens) / self.per_second
            self._buckets[client] = (tokens - 1 if wait == 0.0 else tokens), now
            if len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return wait


class Relay:
    """Serves one box at an address until `stop`. `rate` is requests a second and client, `burst` at once.

    `port` 0 takes a free one; `url` says where. Raises UsageProblem when the address cannot be used.
    """

    def __init__(
        self,
        box: BallotBox,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        rate: float = 10.0,
        burst: int = 50,
        log: Log | None = None,
    ) -> None:
        self.box = box
        self.limit = RateLimit(rate, burst)
        self.log: Log = log or (lambda line: None)
        self.accepted = self.refused = 0
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._waiting: queue.Queue[tuple[list[Item] | None, Future[Answer]] | None] = queue.Queue(4 * MOST_CONNECTIONS)
        self._ended = threading.Event()
        try:
            self._server = _Server((host, port), _Handler)
        except OSError as problem:
            raise UsageProblem(
                f"{host}:{port} cannot be served ({reason(problem)}). Choose others with --host and --port."
            ) from problem
        self._server.relay = self
        self._threads = [
            threading.Thread(target=self._work, name="box"),
            threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="relay"),
        ]

    @property
    def url(self) -> str:
        """Where members hand in."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> Relay:
        """Serve, in threads of its own."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Take nothing more, answer what was taken, let go of the address. Who comes later is told so."""
        self._server.shutdown()
        self._threads[1].join()
        self._waiting.put(None)
        self._threads[0].join()
        self._ended.set()
        self._turn_away()
        self._server.server_close()

    def __enter__(self) -> Relay:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- between connections and the worker ---

    def ask(self, items: list[Item] | None) -> Answer:
        """Have the worker collect some items, or tell the status (None). Raises queue.Full, ZonedaoError."""
        answer: Future[Answer] = Future()
        self._waiting.put((items, answer), timeout=1.0)
        # Either this sees that the worker has ended, or whoever ended it sees what waits.
        if self._ended.is_set():
            self._turn_away()
        return answer.result(_ANSWER_SECONDS)

    def _turn_away(self) -> None:
        while True:
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                return
            if waiting is not None:
                problem = WrongState("This relayer has stopped. Hand in when it serves again, or to another one.")
                waiting[1].set_exception(problem)

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            taken = [first]
            stopping = False
            while sum(len(items or ()) for items, _ in taken) < _TOGETHER:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stopping = True
                    break
                taken.append(more)
            self._serve(taken)
            if stopping:
                return

    def _serve(self, taken: list[tuple[list[Item] | None, Future[Answer]]]) -> None:
        try:
            verdicts = self._collect([item for items, _ in taken for item in items or ()])
            for items, answer in taken:
                if items is None:
                    answer.set_result(self._status())
                else:
                    answer.set_result({"verdicts": verdicts[: len(items)]})
                    del verdicts[: len(items)]
        except Exception as problem:
            # Whatever it was, each who waits is told, and the next are served.
            self.log(f"failed: {problem}")
            for _, answer in taken:
                if not answer.done():
                    answer.set_exception(problem)

    def _collect(self, items: list[Item]) -> list[Answer]:
        if not items:
            return []
        ballots = iter(self.box.collect([item for item in items if isinstance(item, SignedBallot)]))
        entries = [item for item in items if not isinstance(item, SignedBallot)]
        keys = iter(collect_enrolments(self.box, entries) if entries else ())
        found: list[Answer] = []
        for item in items:
            verdict = next(ballots) if isinstance(item, SignedBallot) else next(keys)
            found.append({"accepted": verdict.accepted, "code": verdict.code, "reason": verdict.reason})
        accepted = sum(each["accepted"] for each in found)
        self.accepted += accepted
        self.refused += len(found) - accepted
        self.log(f"{accepted} accepted, {len(found) - accepted} refused; {self.accepted} in all")
        return found

    def _status(self) -> Answer:
        body = self.box.body
        statuses = [self.box.status(proposal) for proposal in self.box.proposals()]
        return {
            "chain_id": body.client.connection.chain_id,
            "body": body.address,
            "accepted": self.accepted,
            "refused": self.refused,
            "proposals": [
                {
                    "number": status.number,
                    "proposal": f"0x{status.proposal_id:064x}",
                    "held": {support.title: count for support, count in sorted(status.held.items())},
                    "overruled": status.overruled,
                    "counted": status.counted,
                    "waiting": status.waiting,
                    "batch_deadline": status.batch_deadline,
                }
                for status in statuses
            ],
        }


class _Unusable(Exception):
    """A request that is answered with `status` and `text` instead of a verdict."""

    def __init__(self, status: int, text: str, retry_after: float = 0.0) -> None:
        self.status, self.text, self.retry_after = status, text, retry_after


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    relay: Relay

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's problem."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _SOCKET_SECONDS
    server_version = "zonedao"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer("/status", lambda: None)

    def do_POST(self) -> None:
        self._answer("/ballots", self._items)

    def handle(self) -> None:
        # More threads than these would only be a way to use up memory.
        slots = self.server.relay._slots
        if not slots.acquire(blocking=False):
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            return
        try:
            super().handle()
        finally:
            slots.release()

    def _answer(self, path: str, read: Callable[[], list[Item] | None]) -> None:
        try:
            if self.path != path:
                raise _Unusable(404, "There is GET /status and POST /ballots.")
            wait = self.server.relay.limit.admit(self.client_address[0])
            if wait:
                raise _Unusable(429, "Too many requests. Wait a moment and try again.", wait)
            answer = self.server.relay.ask(read())
        except _Unusable as problem:
            self._say(problem.status, {"error": problem.text}, problem.retry_after)
        except (queue.Full, WaitedTooLong):
            self._say(503, {"error": "Too many are handing in at this moment. Try again soon."}, 2)
        except ZonedaoError as problem:
            self._say(503, {"error": problem.message}, 10)
        else:
            refused = any(not verdict["accepted"] for verdict in answer.get("verdicts", ()))
            self._say(422 if refused else 200, answer)

    def _items(self) -> list[Item]:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise _Unusable(411, "The length of what is handed in must be said (Content-Length).")
        # Counted first: Python refuses to read a number of thousands of digits.
        if len(length) > _LENGTH_DIGITS or int(length) > MOST_ITEMS * MOST_BYTES:
            raise _Unusable(413, f"Hand in at most {MOST_ITEMS} ballots at once.")
        raw = self.rfile.read(int(length))
        try:
            document = parse_json(raw)
            documents = document if isinstance(document, list) else [document]
            if not 0 < len(documents) <= MOST_ITEMS:
                raise _Unusable(413, f"Hand in 1 to {MOST_ITEMS} ballots at once.")
            if not isinstance(document, list) and len(raw) > MOST_BYTES:
                raise _Unusable(413, f"A ballot has at most {MOST_BYTES} bytes.")
            return [read_item(each) for each in documents]
        except UsageProblem as problem:
            raise _Unusable(400, problem.message) from None
        except ValueError:
            raise _Unusable(400, "That is no JSON. Hand in what zonedao wrote, unchanged.") from None

    def _say(self, status: int, answer: Answer, retry_after: float = 0.0) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", str(max(round(retry_after + 0.5), 1)))
        if status >= 400 and status != 422:
            # What was not read would be taken for the next request.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who asked is not kept."""


def post_ballot(url: str, item: Item, *, timeout_seconds: float = 30.0) -> str:
    """Hand a ballot or a voting key in to a relayer; what it answered, in words.

    Raises Refused with the relayer's reason, NodeUnreachable when nobody usable answers.
    """
    (answer,) = post_items(url, [item], timeout_seconds=timeout_seconds)
    if not answer["accepted"]:
        raise Refused(f"The relayer refused: {answer['reason']}")
    return str(answer["reason"])


def post_items(url: str, items: list[Item], *, timeout_seconds: float = 30.0) -> list[Answer]:
    """Hand in up to 256 at once; the relayer's verdicts, in order. Raises Refused, NodeUnreachable, UsageProblem."""
    if not url.startswith(("http://", "https://")):
        raise UsageProblem(f"{url} is no address of a relayer. Write http:// or https:// before it.")
    content = json.dumps([document_of(item) for item in items]).encode()
    request = Request(url.rstrip("/") + "/ballots", content, {"Content-Type": "application/json"})
    try:
        try:
            with urlopen(request, timeout=timeout_seconds) as response:
                answer = parse_json(response.read(1 << 20))
        except HTTPError as problem:
            if problem.code == HTTPStatus.NOT_FOUND:
                raise NodeUnreachable(
                    f"No relayer takes ballots at {url}. Give its address as `zonedao ballot serve` shows it, without "
                    "anything after it."
                ) from problem
            answer = parse_json(problem.read(1 << 20))
        if "error" in answer:
            raise Refused(f"The relayer refused: {answer['error']}")
        verdicts = [
            {"accepted": bool(each["accepted"]), "code": str(each["code"]), "reason": str(each["reason"])}
            for each in answer["verdicts"]
        ]
    except (URLError, OSError, ValueError, KeyError, TypeError, HTTPException) as problem:
        cause = problem.reason if isinstance(problem, URLError) else problem
        why = reason(cause) if isinstance(cause, OSError) else "its answer is none of a relayer's"
        raise NodeUnreachable(
            f"No relayer answers at {url} ({why}). Check the address, or write to a file with --out and hand that in."
        ) from problem
    if len(verdicts) != len(items):
        raise NodeUnreachable(f"What answers at {url} is no relayer. Check the address.")
    return verdicts
