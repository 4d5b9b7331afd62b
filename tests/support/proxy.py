"""A way to a real node on which things go wrong, where a test says so.

    with on_the_way(node.url) as proxy:
        proxy.on("eth_sendRawTransaction", reset)                   # each of them
        proxy.on("eth_call", status(429, retry_after=1), times=2)   # the next two of them

Whoever comes this way meets a public node that calls itself Geth. What no rule is about reaches the node and comes back
as it was.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 60.0  # a guard against a test that hangs, never a measure

Fault = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """A connection of a client; faults see one message of it at a time. That of a batch is of the method `batch`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy
    method: str
    params: list[Any]
    _number: Any
    _onward: http.client.HTTPConnection | None = None

    # --- what faults are made of ---

    def ask(self) -> dict[str, Any]:
        """What the node answers: its result or its error, or what it says to a `batch`."""
        if self.method == "web3_clientVersion":
            return {"result": "Geth/v1.16.0-stable/linux-amd64/go1.24.1"}
        if self.method == "eth_sendRawTransaction":
            self.server.sent.append(self.params[0])
        if self._onward is None or self._onward.host != self.server.node:
            self._onward = http.client.HTTPConnection(self.server.node, timeout=PATIENCE_SECONDS)
        one = {"jsonrpc": "2.0", "id": 1, "method": self.method, "params": self.params}
        body = json.dumps(self.params if self.method == "batch" else one)
        self._onward.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = self._onward.getresponse()
        document = json.loads(answer.read())
        self.server.date = answer.headers["Date"]
        if self.method == "batch":
            return {"batch": document}
        return {key: document[key] for key in ("result", "error") if key in document}

    def tell(self, answer: dict[str, Any]) -> None:
        """Answer as JSON-RPC wants it."""
        self.write(self.document(answer))

    def document(self, answer: dict[str, Any]) -> bytes:
        """The content of an answer."""
        return json.dumps(answer.get("batch", {"jsonrpc": "2.0", "id": self._number, **answer})).encode()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What time it is for the node, whatever the clock of a test's process says."""
        if self.server.clock is not None:
            return super().date_time_string(self.server.clock)
        return self.server.date or super().date_time_string(timestamp)

    def write(self, content: bytes, code: int = 200, *, promised: int | None = None, **headers: str) -> None:
        """Answer with anything; `promised` bytes where the content is only the beginning of them."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self._headers_buffer.append(b"\r\n" + content)
        self.flush_headers()

    def hang_up(self, *, rudely: bool = False) -> None:
        """Say nothing more; `rudely` resets the connection."""
        if rudely:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            self.connection.close() if rudely else self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    # --- what the server needs ---

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if isinstance(request, list):
            request = {"method": "batch", "params": request, "id": None}
        self.method, self.params, self._number = request["method"], request["params"], request["id"]
        self.server.seen.append(self.method)
        fault = self.server.fault_of(self.method)
        if fault is None:
            self.tell(self.ask())
        else:
            fault(self)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        if self._onward is not None:
            self._onward.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test says what went wrong."""


@dataclass
class _Rule:
    pattern: str
    fault: Fault
    left: int | None


class Proxy(ThreadingHTTPServer):
    """The way. `seen` are the methods that were asked for, `sent` the transactions that went to the node."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.lead_to(url)
        self.seen: list[str] = []
        self.sent: list[str] = []
        self.date = ""  # of the last answer of the node
        self.clock: int | None = None  # what time it is, unix seconds, where that is not the node's to say
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it begins."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def lead_to(self, url: str) -> None:
        """Where it ends from now on."""
        self.node = urllib.parse.urlsplit(url).netloc

    def on(self, pattern: str, fault: Fault, *, times: int | None = None) -> None:
        """From now on this happens to requests for a method (`eth_get*` for several): always, or so many times."""
        with self._lock:
            self._rules.insert(0, _Rule(pattern, fault, times))

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._rules.clear()

    def fault_of(self, method: str) -> Fault | None:
        """What happens to a request that has come."""
        with self._lock:
            for rule in self._rules:
                if fnmatch(method, rule.pattern) and rule.left != 0:
                    rule.left = None if rule.left is None else rule.left - 1
                    return rule.fault
        return None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that are killed hang up."""


@contextmanager
def on_the_way(url: str) -> Iterator[Proxy]:
    """A proxy in front of a node."""
    proxy = Proxy(url)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


# --- faults ---


def lost(exchange: Exchange) -> None:
    """The request never arrives."""
    exchange.hang_up()


def reset(exchange: Exchange) -> None:
    """It arrives; the answer is reset in the middle."""
    content = exchange.document(exchange.ask())
    exchange.write(content[: len(content) // 2], promised=len(content))
    exchange.hang_up(rudely=True)


def cut(exchange: Exchange) -> None:
    """It arrives; the answer ends in the middle."""
    content = exchange.document(exchange.ask())
    exchange.write(content[: len(content) // 2], promised=len(content))
    exchange.hang_up()


def malformed(exchange: Exchange) -> None:
    """It arrives; the answer is no JSON, though it says it is."""
    exchange.ask()
    exchange.write(b'{"jsonrpc": "2.0", "id": ', Content_Type="application/json")


def status(code: int, *, arrives: bool = False, **headers: str) -> Fault:
    """A gateway answers for the node, with a page of its own."""

    def fault(exchange: Exchange) -> None:
        if arrives:
            exchange.ask()
        exchange.write(b"<html><h1>Sorry</h1></html>", code, **headers)

    return fault


def answering(answer: dict[str, Any], *, arrives: bool = False) -> Fault:
    """An answer that is not the node's."""

    def fault(exchange: Exchange) -> None:
        if arrives:
            exchange.ask()
        exchange.tell(answer)

    return fault


def behind(block: int) -> Fault:
    """A second node, which knows the chain up to a block only, answers."""

    def fault(exchange: Exchange) -> None:
        if exchange.method == "eth_sendRawTransaction":
            exchange.tell({"result": "0x" + "00" * 32})
            return
        exchange.params = [hex(block) if each in ("latest", "pending") else each for each in exchange.params]
        answer = exchange.ask()
        found = answer.get("result")
        if exchange.method == "eth_blockNumber":
            answer = {"result": hex(block)}
        elif isinstance(found, dict):
            stands_in = found.get("blockNumber", found.get("number"))
            if stands_in is None or int(stands_in, 16) > block:
                answer = {"result": None}
        exchange.tell(answer)

    return fault


@dataclass
class Pause:
    """A request that stops on its way: before it reaches the node, or after, its answer on the way back.

    When a request has come, `come` is set; it goes on when `go` is set.
    """

    after: bool = False
    come: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> None:
        answer = exchange.ask() if self.after else None
        self.come.set()
        assert self.go.wait(PATIENCE_SECONDS)
        if self.after:
            assert answer is not None
            with suppress(OSError):
                exchange.tell(answer)
        else:
            # Whoever asked has gone, or is to think that nobody answers.
            exchange.hang_up()
