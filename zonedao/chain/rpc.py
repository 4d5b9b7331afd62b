"""JSON-RPC over HTTP with the standard library alone.

A read then costs a tenth of a second instead of the second that importing web3 takes. Whatever answers requests
behind a `Connection` is a `Transport`; the embedded EVM is another one.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from zonedao.errors import NodeRefused, NodeUnreachable, UsageProblem

TIMEOUT_SECONDS = 60.0
LARGEST_BATCH = 100  # requests in one message; what most nodes take

Request = tuple[str, Sequence[Any]]  # a method and its parameters

# Ganache 7.9.2 runs an account's first transaction again when it is broadcast again.
_ONCE_ONLY = ("eth_sendRawTransaction", "evm_", "anvil_")


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


def display_url(url: str) -> str:
    """The URL without user, password, path and query, which often hold a provider's key."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


class HttpTransport:
    """One kept-alive HTTP connection to one node.

    `timeout_seconds` bounds each request. Proxies are taken from the environment as urllib does, never for
    loopback addresses. Not safe to share between threads.
    """

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = parse_node_url(url)
        self.url = url
        self._timeout_seconds = timeout_seconds
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
        self._largest_batch = LARGEST_BATCH

    def request(self, method: str, *params: Any) -> Any:
        self._next_id += 1
        body = json.dumps({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": list(params)}).encode()
        if method.startswith(_ONCE_ONLY):
            self.close()
        status, answer = self._post(body)
        try:
            document = json.loads(answer)
        except ValueError:
            raise NodeUnreachable(
                f"{display_url(self.url)} answered HTTP {status} but no JSON-RPC. "
                "Check that the address is that of an Ethereum node."
            ) from None
        return _result_of(method, status, document)

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
        status, answer = self._post(json.dumps(message).encode())
        try:
            documents = json.loads(answer)
        except ValueError:
            return None
        if not isinstance(documents, list):
            return None
        by_id = {each["id"]: each for each in documents if isinstance(each, dict) and isinstance(each.get("id"), int)}
        if set(by_id) != set(range(first, first + len(requests))):
            return None
        found: list[Any] = []
        for at, (method, _) in enumerate(requests):
            try:
                found.append(_result_of(method, status, by_id[first + at]))
            except NodeRefused as problem:
                found.append(problem)
        return found

    def _post(self, body: bytes) -> tuple[int, bytes]:
        # A node closes idle connections, so the first failure on a kept-alive one is retried on a fresh one. Not
        # after a time-out: then the node has the request and may still be doing it. What must not be done twice
        # always goes over a fresh one, and so is never retried.
        for fresh in (self._connection is None, True):
            try:
                if self._connection is None:
                    self._connection = self._open()
                self._connection.request("POST", self._path, body, self._headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException, UnicodeError) as problem:
                self.close()
                if fresh or isinstance(problem, TimeoutError):
                    raise NodeUnreachable(
                        f"No node answers at {display_url(self.url)} ({_reason(problem)}). "
                        "Start one with `zonedao chain up`, or name another with --network URL."
                    ) from problem
            except BaseException:
                # Ctrl-C between request and answer leaves the socket half read; the next request needs a new one.
                self.close()
                raise
        raise AssertionError("unreachable")

    def _open(self) -> http.client.HTTPConnection:
        proxy = urllib.request.getproxies().get("https" if self._secure else "http")
        loopback = self._host in ("localhost", "::1") or self._host.startswith("127.")
        if proxy and not loopback and not urllib.request.proxy_bypass(self._host):
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


def _result_of(method: str, status: int, document: object) -> Any:
    """The result in an answer. Raises NodeRefused for an error, and for what is no answer."""
    if not isinstance(document, dict):
        raise NodeRefused(method, 0, "the answer is no JSON-RPC object")
    error = document.get("error")
    if error is not None:
        if not isinstance(error, dict):
            error = {"message": str(error)}
        code = error.get("code")
        raise NodeRefused(
            method, code if isinstance(code, int) else 0, str(error.get("message", "")), error.get("data")
        )
    if "result" not in document:
        raise NodeRefused(method, status, "the answer holds neither a result nor an error")
    return document["result"]


def _reason(problem: BaseException) -> str:
    text = str(problem) or type(problem).__name__
    return text.split("] ", 1)[-1].lower() if text.startswith("[Errno") else text
