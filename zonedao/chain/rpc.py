"""JSON-RPC over HTTP with the standard library alone.

A read then costs a tenth of a second instead of the second that importing web3 takes. Whatever answers requests
behind a `Connection` is a `Transport`; the embedded EVM is another one.
"""

from __future__ import annotations

import base64
import email.utils
import http.client
import json
import re
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from time import monotonic
from time import sleep as pause
from typing import Any, Protocol

from zonedao.chain.answers import fits
from zonedao.errors import NodeRefused, NodeUnreachable, UsageProblem
from zonedao.jsontext import parse_json
from zonedao.text import printable

TIMEOUT_SECONDS = 60.0
PAUSES_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0)  # between attempts to read from a node that is busy
LONGEST_PAUSE_SECONDS = 30.0  # who asks for a longer one with Retry-After is not waited for
LARGEST_BATCH = 100  # requests in one message; what most nodes take

Request = tuple[str, Sequence[Any]]  # a method and its parameters

# Not the node's own answers: whoever stands before it is asked too often, or does not get through.
_BUSY = (408, 429, 502, 503, 504)

# Some say so in an answer of HTTP 200, with codes that they also give to a question whose answer is too long.
_TOO_OFTEN = re.compile(
    r"rate.?limit|over rate|too many (requests|calls)|request (rate|limit)|(requests?|calls|units) ?(/|per) ?(s|min)|"
    r"throttl|too fast|requests limited",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(r"result|logs|range|blocks|size|revert", re.IGNORECASE)
_LONGEST_REFUSAL = 10_000  # bytes; longer answers hold data
_CHUNK_BYTES = 65_536

# Ganache 7.9.2 runs an account's first transaction again when it is broadcast again.
_ONCE_ONLY = ("eth_sendRawTransaction", "eth_sendTransaction", "evm_", "anvil_", "personal_")


class Transport(Protocol):
    """Answers Ethereum JSON-RPC requests; quantities and bytes are 0x-hex strings as in the specification."""

    def request(self, method: str, *params: Any) -> Any:
        """The result of one request. Raises NodeRefused for an error answer, NodeUnreachable for none."""
        ...

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        """The result of each of several reading requests, or the NodeRefused that it was answered with.

        The node may answer them in any order and at once. Raises NodeUnreachable.
        """
        ...

    def close(self) -> None:
        """Let go of sockets and processes; closing twice is harmless."""
        ...


def one_by_one(transport: Transport, requests: Iterable[Request]) -> list[Any]:
    """What `batch` gives, where requests can only be made singly."""
    found: list[Any] = []
    for method, params in requests:
        try:
            found.append(transport.request(method, *params))
        except NodeRefused as problem:
            found.append(problem)
    return found


def parse_node_url(url: str) -> urllib.parse.SplitResult:
    """The parts of an http(s) URL. Raises UsageProblem for anything else."""
    try:
        parts = urllib.parse.urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise UsageProblem(
            f"{url!r} is no node address. Write one like http://127.0.0.1:8547 or https://node.example.org/key."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name alone."""
    return host in ("localhost", "::1") or host.startswith("127.")


def display_url(url: str) -> str:
    """The URL without user, password, path and query, which often hold a provider's key."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


class HttpTransport:
    """One kept-alive HTTP connection to one node.

    `timeout_seconds` bounds each answer (`TIMEOUT_SECONDS` unless given). What only reads is asked again, after pauses,
    of a node that says it is busy or asked too often, or breaks off its answer; what must happen once only is sent
    once, whatever comes back. Proxies are taken from the environment as urllib does, never for loopback addresses. Not
    safe to share between threads.
    """

    def __init__(self, url: str, timeout_seconds: float | None = None) -> None:
        parts = parse_node_url(url)
        self.url = url
        self._timeout_seconds = TIMEOUT_SECONDS if timeout_seconds is None else timeout_seconds
        self._secure = parts.scheme == "https"
        self._host = str(parts.hostname)
        self._port = parts.port or (443 if self._secure else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "User-Agent": "zonedao"}
        if parts.username is not None:
            plain = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + base64.b64encode(plain.encode()).decode()
        self._connection: http.client.HTTPConnection | None = None
        self._next_id = 0
        self._dated: tuple[str, float] = ("", 0.0)  # the node's clock and this machine's at the last answer
        self._largest_batch = LARGEST_BATCH

    def request(self, method: str, *params: Any) -> Any:
        self._next_id += 1
        body = json.dumps({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": list(params)}).encode()
        status, answer = self._post(body, once=method.startswith(_ONCE_ONLY))
        document = _parsed(answer)
        if not _is_answer(document) or document.get("id", self._next_id) not in (self._next_id, None):
            # What is no answer is no refusal either: a transaction may have been taken all the same.
            raise self._no_answer(status)
        result = _result_of(method, document)
        if not fits(method, result):
            raise NodeUnreachable(
                f"The node at {display_url(self.url)} answered {method} with {result!r:.60}, which no Ethereum node "
                "would. Check its address, or name another with --network URL."
            )
        return result

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        found: list[Any] = []
        while len(found) < len(requests):
            some = requests[len(found) : len(found) + self._largest_batch]
            answers = self._batched(some) if len(some) > 1 else None
            if answers is None and len(some) > 1:
                # The node takes no batches, or none of this size.
                self._largest_batch = len(some) // 2
            else:
                found += one_by_one(self, some) if answers is None else answers
        return found

    @property
    def clock_lead_seconds(self) -> float:
        """How far this machine's clock was ahead of the node's at the last answer; 0 where that has no date."""
        date, here = self._dated
        try:
            return here - email.utils.parsedate_to_datetime(date).timestamp()
        except ValueError:
            return 0.0

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _batched(self, requests: Sequence[Request]) -> list[Any] | None:
        """The answers to requests in one message, None where the node does not answer each of them."""
        first = self._next_id + 1
        self._next_id += len(requests)
        message = [
            {"jsonrpc": "2.0", "id": first + at, "method": method, "params": list(params)}
            for at, (method, params) in enumerate(requests)
        ]
        _, answer = self._post(json.dumps(message).encode())
        documents = _parsed(answer)
        if not isinstance(documents, list):
            return None
        by_id = {each["id"]: each for each in documents if _is_answer(each) and isinstance(each.get("id"), int)}
        if set(by_id) != set(range(first, first + len(requests))):
            return None
        found: list[Any] = []
        for at, (method, _) in enumerate(requests):
            try:
                result = _result_of(method, by_id[first + at])
            except NodeRefused as problem:
                result = self.request(method, *requests[at][1]) if _is_too_often(problem) else problem
            if not isinstance(result, NodeRefused) and not fits(method, result):
                return None
            found.append(result)
        return found

    def _post(self, body: bytes, once: bool = False) -> tuple[int, bytes]:
        """Status and content of the answer. What is done `once` is neither asked again nor over an old connection."""
        pauses: Iterator[float] = iter(())
        if once:
            self.close()
        else:
            pauses = iter(PAUSES_SECONDS)
        while True:
            asked_for = 0.0
            try:
                status, retry_after, answer = self._exchange(body)
                limit = "" if once else _limit_told(answer)
                broken = status == HTTPStatus.INTERNAL_SERVER_ERROR and not _is_json_rpc(answer)
                if status not in _BUSY and not broken and not limit:
                    return status, answer
                problem = self._busy(status, limit)
                asked_for = _seconds(retry_after)
            except _BrokenOff as broken_off:
                problem = self._unreachable(f"it broke off its answer: {_reason(broken_off.args[0])}")
            shortest = next(pauses, None)
            if shortest is None or asked_for > LONGEST_PAUSE_SECONDS:
                raise problem
            pause(max(shortest, asked_for))

    def _exchange(self, body: bytes) -> tuple[int, str, bytes]:
        """Status, Retry-After and content of one answer."""
        # A node closes idle connections, so the first failure on a kept-alive one is retried on a fresh one. Not
        # after a time-out: then the node has the request and may still be doing it.
        for fresh in (self._connection is None, True):
            begun = False
            try:
                if self._connection is None:
                    self._connection = self._open()
                self._connection.request("POST", self._path, body, self._headers)
                response = self._connection.getresponse()
                begun = True
                self._dated = response.headers.get("Date", ""), time.time()
                return response.status, response.headers.get("Retry-After", ""), self._content(response)
            except (OSError, http.client.HTTPException, UnicodeError) as problem:
                self.close()
                if isinstance(problem, TimeoutError) or (fresh and not begun):
                    raise self._unreachable(_reason(problem)) from problem
                if begun:
                    raise _BrokenOff(problem) from problem
            except BaseException:
                # Ctrl-C between request and answer leaves the socket half read; the next request needs a new one.
                self.close()
                raise
        raise AssertionError("unreachable")

    def _content(self, response: http.client.HTTPResponse) -> bytes:
        # A socket's own time-out begins anew with each byte; a node that drips must not hold us for ever.
        deadline = monotonic() + self._timeout_seconds
        content = bytearray()
        while chunk := response.read1(_CHUNK_BYTES):
            content += chunk
            if monotonic() > deadline:
                raise TimeoutError("timed out")
        if response.length:
            raise http.client.IncompleteRead(bytes(content), response.length)
        response.read()  # nothing more comes, and the connection is free for the next request
        return bytes(content)

    def _unreachable(self, why: str) -> NodeUnreachable:
        return NodeUnreachable(
            f"No node answers at {display_url(self.url)} ({why}). "
            "Start one with `zonedao chain up`, or name another with --network URL."
        )

    def _busy(self, status: int, limit: str = "") -> NodeUnreachable:
        try:
            meaning = limit or f"HTTP {status}, {HTTPStatus(status).phrase}"
        except ValueError:
            meaning = f"HTTP {status}"
        return NodeUnreachable(
            f"The node at {display_url(self.url)} cannot answer now ({meaning}). "
            "Try again in a while, or name another with --network URL."
        )

    def _no_answer(self, status: int) -> NodeUnreachable:
        return NodeUnreachable(
            f"{display_url(self.url)} answered HTTP {status} but no JSON-RPC. "
            "Check that the address is that of an Ethereum node."
        )

    def _open(self) -> http.client.HTTPConnection:
        proxy = urllib.request.getproxies().get("https" if self._secure else "http")
        if proxy and not is_loopback(self._host) and not urllib.request.proxy_bypass(self._host):
            return self._open_through(urllib.parse.urlsplit(proxy if "//" in proxy else f"http://{proxy}"))
        if self._secure:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout_seconds, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)

    def _open_through(self, proxy: urllib.parse.SplitResult) -> http.client.HTTPConnection:
        host, port = str(proxy.hostname), proxy.port or 8080
        connection: http.client.HTTPConnection
        if self._secure:
            connection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout_seconds, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout_seconds)
        connection.set_tunnel(self._host, self._port)
        return connection


class _BrokenOff(Exception):
    """An answer began and did not end; it holds what happened to it."""


def _parsed(answer: bytes) -> Any:
    """A JSON document, None for what is none."""
    try:
        return parse_json(answer)
    except ValueError:
        return None


def _is_json_rpc(answer: bytes) -> bool:
    """Whether a node wrote this itself, be it an error or a batch."""
    document = _parsed(answer)
    one = document[0] if isinstance(document, list) and document else document
    return isinstance(one, dict) and ("result" in one or isinstance(one.get("error"), dict))


def _limit_told(answer: bytes) -> str:
    """What a node says of being asked too often, instead of an answer; empty where it does not."""
    if len(answer) > _LONGEST_REFUSAL or b'"error"' not in answer:
        return ""
    document = _parsed(answer)
    if not isinstance(document, dict) or not document.get("error"):
        return ""
    try:
        _result_of("", document)
    except NodeRefused as problem:
        return printable(problem.reason) if _is_too_often(problem) else ""
    return ""


def _is_too_often(problem: NodeRefused) -> bool:
    """Whether a node refuses because it was asked too often, and not because of what it was asked."""
    if problem.code == 3 or _TOO_MUCH.search(problem.reason):
        return False
    return problem.code == HTTPStatus.TOO_MANY_REQUESTS or _TOO_OFTEN.search(problem.reason) is not None


def _is_answer(document: Any) -> bool:
    """Whether this answers a request, be it with an error."""
    return isinstance(document, dict) and ("result" in document or document.get("error") is not None)


def _result_of(method: str, document: dict[str, Any]) -> Any:
    error = document.get("error")
    if error is not None:
        if not isinstance(error, dict):
            error = {"message": str(error)}
        code = error.get("code")
        raise NodeRefused(
            method, code if isinstance(code, int) else 0, str(error.get("message", "")), error.get("data")
        )
    return document["result"]


def _seconds(retry_after: str) -> float:
    """The seconds that a Retry-After header asks for; a date, which few servers write, counts as none."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdecimal() else 0.0


def _reason(problem: BaseException) -> str:
    if isinstance(problem, http.client.RemoteDisconnected):
        return "it hung up without an answer"
    text = str(problem) or type(problem).__name__
    return text.split("] ", 1)[-1].lower() if text.startswith("[Errno") else text
