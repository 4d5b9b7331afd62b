"""JSON-RPC over HTTP against a server that answers what a test wants."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from zonedao.chain import rpc
from zonedao.chain.connection import connect
from zonedao.chain.rpc import HttpTransport, display_url, parse_node_url
from zonedao.errors import NodeProblem, NodeRefused, NodeUnreachable, UsageProblem

Answer = Callable[[dict[str, Any]], bytes]


class Server:
    """Counts requests and connections; `answer` makes the body, `hang_up` closes after each without a word."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: json.dumps({"id": request["id"], "result": "0x1"}).encode()
        self.hang_up = False
        self.status = 200
        self.more_headers: dict[str, str] = {}
        self.cut = 0  # answers that end in the middle
        self.drip_seconds = 0.0  # between a byte and the next
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                outer.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                outer.headers.append(dict(self.headers))
                outer.paths.append(self.path)
                content = outer.answer(body)
                self.send_response(outer.status)
                for name, value in outer.more_headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if outer.cut:
                    outer.cut -= 1
                    self.close_connection = True
                    content = content[: len(content) // 2]
                if outer.drip_seconds:
                    self.drip(content)
                else:
                    with suppress(OSError):  # who asked may have gone
                        self.wfile.write(content)
                if outer.hang_up:
                    self.close_connection = True

            def drip(self, content: bytes) -> None:
                with suppress(OSError):
                    for at in range(len(content)):
                        self.wfile.write(content[at : at + 1])
                        time.sleep(outer.drip_seconds)

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self) -> None:
        if not self.thread.is_alive():
            return
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def transport(server: Server) -> Iterator[HttpTransport]:
    client = HttpTransport(server.url)
    yield client
    client.close()


def test_a_result(server: Server, transport: HttpTransport) -> None:
    assert transport.request("eth_getBalance", "0x0", "latest") == "0x1"
    (request,) = server.requests
    assert request == {"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": ["0x0", "latest"]}


def test_one_connection_serves_many_requests(server: Server, transport: HttpTransport) -> None:
    for _ in range(5):
        transport.request("eth_chainId")
    assert server.connections == 1


def test_a_connection_that_the_node_closed_is_opened_again(server: Server, transport: HttpTransport) -> None:
    server.hang_up = True
    for _ in range(3):
        assert transport.request("eth_chainId") == "0x1"
    assert (server.connections, len(server.requests)) == (3, 3)


@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "evm_mine", "anvil_setBalance"])
def test_what_must_happen_once_only_is_never_repeated(
    server: Server, transport: HttpTransport, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport.request("eth_chainId")

    def vanish(request: dict[str, Any]) -> bytes:
        raise ConnectionAbortedError

    server.answer = vanish
    monkeypatch.setattr(server.http, "handle_error", lambda *args: None)
    with pytest.raises(NodeUnreachable):
        transport.request(method)
    assert [request["method"] for request in server.requests] == ["eth_chainId", method]


def test_an_error_answer(server: Server, transport: HttpTransport) -> None:
    error = {"code": 3, "message": "execution reverted", "data": "0x1234"}
    server.answer = lambda request: json.dumps({"id": request["id"], "error": error}).encode()
    with pytest.raises(NodeRefused) as caught:
        transport.request("eth_call")
    problem = caught.value
    assert (problem.method, problem.code, problem.reason, problem.data) == (
        "eth_call",
        3,
        "execution reverted",
        "0x1234",
    )


def test_an_error_answer_with_a_status_of_its_own(server: Server, transport: HttpTransport) -> None:
    server.status = 400
    server.answer = lambda request: json.dumps({"error": {"code": -32600, "message": "no"}}).encode()
    with pytest.raises(NodeRefused, match="no"):
        transport.request("eth_call")


@pytest.mark.parametrize("body", [b"<html>Not Found</html>", b"", b"\xff\xfe"])
def test_something_that_is_no_node(server: Server, transport: HttpTransport, body: bytes) -> None:
    server.status = 404
    server.answer = lambda request: body
    with pytest.raises(NodeUnreachable, match="HTTP 404 but no JSON-RPC"):
        transport.request("eth_chainId")


@pytest.mark.parametrize("document", [[], {"id": 1}, {"id": 7, "result": "0x1"}, {"error": None}, "text", None])
def test_json_that_is_no_answer(server: Server, transport: HttpTransport, document: Any) -> None:
    """No refusal: whoever sends a transaction must not take it for one."""
    server.answer = lambda request: json.dumps(document).encode()
    with pytest.raises(NodeUnreachable, match="HTTP 200 but no JSON-RPC"):
        transport.request("eth_chainId")


def test_json_that_never_ends(server: Server, transport: HttpTransport) -> None:
    server.answer = lambda request: b"[" * 200_000
    with pytest.raises(NodeUnreachable, match="no JSON-RPC"):
        transport.request("eth_chainId")


def test_an_error_in_a_word(server: Server, transport: HttpTransport) -> None:
    server.answer = lambda request: b'{"error": "busy"}'
    with pytest.raises(NodeRefused, match="busy"):
        transport.request("eth_chainId")


class TestPatience:
    """What only reads is asked again of a node that is busy; what must happen once only is not."""

    @pytest.fixture
    def paused(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """The pauses that were made, none of them in fact."""
        made: list[float] = []
        monkeypatch.setattr(rpc, "pause", made.append)
        return made

    def busy(self, server: Server, status: int, times: int, body: bytes = b"busy", **headers: str) -> None:
        """Answers so many requests like that, and then as usual."""
        usual = server.answer
        left = iter(range(times))

        def answer(request: dict[str, Any]) -> bytes:
            if next(left, None) is None:
                server.status, server.more_headers, server.answer = 200, {}, usual
                return usual(request)
            return body

        server.status, server.more_headers, server.answer = status, headers, answer

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_reading(self, server: Server, transport: HttpTransport, paused: list[float], status: int) -> None:
        self.busy(server, status, 3)
        assert transport.request("eth_call") == "0x1"
        assert paused == list(rpc.PAUSES_SECONDS[:3])
        assert len(server.requests) == 4

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            (-32005, "daily request count exceeded, request rate limited"),
            (-32005, "rate limit exceeded"),
            (-32007, "50/second request limit reached"),
            (-32090, "Too many requests, reason: call rate limit exhausted"),
            (429, "Your app has exceeded its compute units per second capacity"),
        ],
    )
    def test_asked_too_often(
        self, server: Server, transport: HttpTransport, paused: list[float], code: int, said: str
    ) -> None:
        body = json.dumps({"jsonrpc": "2.0", "error": {"code": code, "message": said}}).encode()
        self.busy(server, 200, 2, body)
        assert transport.request("eth_call") == "0x1"
        assert paused == list(rpc.PAUSES_SECONDS[:2])
        self.busy(server, 200, 99, body)
        with pytest.raises(NodeUnreachable, match="cannot answer now"):
            transport.request("eth_call")
        with pytest.raises(NodeRefused):
            transport.request("eth_sendRawTransaction", "0x00")
        assert len(paused) == 2 + len(rpc.PAUSES_SECONDS)

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            (-32005, "query returned more than 10000 results"),
            (-32005, "limit exceeded"),
            (-32602, "Log response size exceeded, rate limited to 2K block range"),
            (3, "execution reverted: rate limit"),
            (-32000, "execution reverted: too many requests"),
        ],
    )
    def test_asked_too_much(
        self, server: Server, transport: HttpTransport, paused: list[float], code: int, said: str
    ) -> None:
        """Asking the same again gets the same answer: who asks must ask for less."""
        self.busy(server, 200, 1, json.dumps({"error": {"code": code, "message": said}}).encode())
        with pytest.raises(NodeRefused, match=re.escape(said)):
            transport.request("eth_getLogs")
        assert paused == []

    def test_some_of_a_batch_too_often(self, server: Server, transport: HttpTransport, paused: list[float]) -> None:
        def some(request: Any) -> bytes:
            if isinstance(request, dict):
                return answered(request)
            refused = {"code": -32005, "message": "rate limit exceeded"}
            answers = [
                {"id": each["id"], **({"error": refused} if at % 2 else {"result": each["params"][0]})}
                for at, each in enumerate(request)
            ]
            return json.dumps(answers).encode()

        server.answer = some  # type: ignore[assignment]
        assert transport.batch([("eth_a", [number]) for number in range(5)]) == list(range(5))
        assert len(server.requests) == 3

    @pytest.mark.parametrize(("asked", "made"), [("7", 7.0), ("0", 0.25), ("Wed, 21 Oct 2037 07:28:00 GMT", 0.25)])
    def test_as_long_as_it_asks_for(
        self, server: Server, transport: HttpTransport, paused: list[float], asked: str, made: float
    ) -> None:
        self.busy(server, 429, 1, **{"Retry-After": asked})
        assert transport.request("eth_call") == "0x1"
        assert paused == [made]

    def test_not_for_an_hour(self, server: Server, transport: HttpTransport, paused: list[float]) -> None:
        self.busy(server, 429, 1, **{"Retry-After": "3600"})
        with pytest.raises(NodeUnreachable, match=r"cannot answer now \(HTTP 429, Too Many Requests\).*in a while"):
            transport.request("eth_call")
        assert (paused, len(server.requests)) == ([], 1)

    def test_it_has_an_end(self, server: Server, transport: HttpTransport, paused: list[float]) -> None:
        self.busy(server, 503, 99)
        with pytest.raises(NodeUnreachable, match=r"HTTP 503, Service Unavailable"):
            transport.request("eth_call")
        assert paused == list(rpc.PAUSES_SECONDS)

    @pytest.mark.parametrize("body", [b"busy", b'{"error": {"code": 429, "message": "slow down"}}'])
    def test_sending(self, server: Server, transport: HttpTransport, paused: list[float], body: bytes) -> None:
        self.busy(server, 429, 1, body)
        with pytest.raises(NodeUnreachable, match="HTTP 429"):
            transport.request("eth_sendRawTransaction", "0x00")
        assert (paused, len(server.requests)) == ([], 1)

    def test_a_nodes_own_error_with_status_500(
        self, server: Server, transport: HttpTransport, paused: list[float]
    ) -> None:
        self.busy(server, 500, 1, b'{"error": {"code": 3, "message": "execution reverted"}}')
        with pytest.raises(NodeRefused, match="execution reverted"):
            transport.request("eth_call")
        assert paused == []

    @pytest.mark.parametrize("method", ["eth_call", "eth_sendRawTransaction"])
    def test_an_answer_that_breaks_off(
        self, server: Server, transport: HttpTransport, paused: list[float], method: str
    ) -> None:
        server.cut = 1
        if method == "eth_call":
            assert transport.request(method) == "0x1"
            assert (paused, len(server.requests)) == ([0.25], 2)
        else:
            with pytest.raises(NodeUnreachable, match="broke off its answer"):
                transport.request(method, "0x00")
            assert (paused, len(server.requests)) == ([], 1)

    def test_an_answer_that_drips(self, server: Server) -> None:
        """Each byte comes in time; the whole never would."""
        server.drip_seconds = 0.05
        with pytest.raises(NodeUnreachable, match="timed out"):
            HttpTransport(server.url, timeout_seconds=0.2).request("eth_call")


@pytest.mark.parametrize("result", [None, "seven", {}, "0x"])
def test_another_kind_of_service(server: Server, result: Any) -> None:
    server.answer = lambda request: json.dumps({"result": result}).encode()
    with pytest.raises(NodeProblem, match="which no Ethereum node would"):
        connect(server.url)


def test_a_null_result_is_a_result(server: Server, transport: HttpTransport) -> None:
    server.answer = lambda request: b'{"id": 1, "result": null}'
    assert transport.request("eth_getTransactionReceipt", "0x0") is None


def answered(request: Any, limit: int = 1000) -> bytes:
    """What a node says that takes batches up to a limit: each request's parameter, and an error for what has none."""
    if isinstance(request, dict):
        request, single = [request], True
    else:
        single = False
    if len(request) > limit:
        return json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32005, "message": "batch limit"}}).encode()
    answers = [
        {"id": each["id"], "result": each["params"][0]}
        if each["params"]
        else {"id": each["id"], "error": {"code": -32602, "message": "nothing given"}}
        for each in request
    ]
    return json.dumps(answers[0] if single else answers[::-1]).encode()


def test_a_batch(server: Server, transport: HttpTransport) -> None:
    server.answer = answered  # type: ignore[assignment]
    found = transport.batch([("eth_a", [1]), ("eth_b", []), ("eth_c", [3])])
    assert (found[0], found[2]) == (1, 3)
    assert isinstance(found[1], NodeRefused)
    assert (found[1].method, found[1].code, found[1].reason) == ("eth_b", -32602, "nothing given")
    assert len(server.requests) == 1
    assert transport.batch([]) == []


def test_large_batches_are_cut(server: Server, transport: HttpTransport) -> None:
    server.answer = answered  # type: ignore[assignment]
    assert transport.batch([("eth_a", [number]) for number in range(250)]) == list(range(250))
    assert [len(each) for each in server.requests] == [100, 100, 50]


@pytest.mark.parametrize("limit", [1, 7])
def test_a_node_that_takes_small_batches_or_none(server: Server, transport: HttpTransport, limit: int) -> None:
    server.answer = lambda request: answered(request, 0 if limit == 1 and isinstance(request, list) else limit)
    assert transport.batch([("eth_a", [number]) for number in range(20)]) == list(range(20))
    seen = len(server.requests)
    assert transport.batch([("eth_a", [number]) for number in range(6)]) == list(range(6))
    # What was learned is not tried again.
    assert all(isinstance(each, dict) or len(each) <= limit for each in server.requests[seen:])


def test_a_node_that_answers_less_than_was_asked(server: Server, transport: HttpTransport) -> None:
    def lossy(request: Any) -> bytes:
        return answered(request[1:] if isinstance(request, list) else request)

    server.answer = lossy
    assert transport.batch([("eth_a", [number]) for number in range(3)]) == [0, 1, 2]


def test_nobody_there() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with pytest.raises(NodeUnreachable, match=rf"127\.0\.0\.1:{port} \(connection refused\).*zonedao chain up"):
            HttpTransport(f"http://127.0.0.1:{port}").request("eth_chainId")


def test_a_silent_node_is_given_up_and_not_asked_again() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        transport = HttpTransport(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.2)
        with pytest.raises(NodeUnreachable, match="timed out"):
            transport.request("eth_chainId")
        silent.settimeout(0.2)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()


def test_a_node_that_falls_silent_is_not_asked_again_either(server: Server) -> None:
    transport = HttpTransport(server.url, timeout_seconds=2.0)
    transport.request("eth_chainId")
    answered = threading.Event()

    def never(request: dict[str, Any]) -> bytes:
        answered.wait(30)
        return b""

    server.answer = never
    with pytest.raises(NodeUnreachable, match="timed out"):
        transport.request("eth_call")
    answered.set()
    assert [request["method"] for request in server.requests] == ["eth_chainId", "eth_call"]


def test_user_path_and_query_reach_the_node_and_no_message(server: Server) -> None:
    url = server.url.replace("http://", "http://ann:s%20cret@") + "/v3/key?token=abc"
    transport = HttpTransport(url)
    transport.request("eth_chainId")
    transport.close()
    assert server.paths == ["/v3/key?token=abc"]
    assert server.headers[0]["Authorization"] == "Basic " + base64.b64encode(b"ann:s cret").decode()
    server.stop()
    with pytest.raises(NodeUnreachable) as caught:
        transport.request("eth_chainId")
    assert not any(secret in caught.value.message for secret in ("ann", "cret", "key", "token", "abc"))


def test_a_proxy_is_never_asked_for_the_own_machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert HttpTransport(server.url).request("eth_chainId") == "0x1"


def test_a_proxy_is_asked_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    with socket.socket() as proxy:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()

        def serve() -> None:
            peer, _ = proxy.accept()
            asked.append(peer.recv(200))
            peer.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            peer.close()

        thread = threading.Thread(target=serve)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(NodeUnreachable):
            HttpTransport("https://node.example.org/key").request("eth_chainId")
        thread.join()
    assert asked[0].startswith(b"CONNECT node.example.org:443 ")


@pytest.mark.parametrize("url", ["ftp://a", "http://", "node", "", "http://a:99999", "ws://a:1", "http://[::1"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageProblem, match="no node address"):
        parse_node_url(url)


def test_addresses_shown() -> None:
    assert display_url("https://ann:pw@node.example.org/v3/key?x=1") == "https://node.example.org"
    assert display_url("http://[::1]:8547/") == "http://[::1]:8547"
