"""A node on a testnet's terms: real Anvil with a block a second, behind a door that lets no test request through.

    with at_the_door() as (door, behind): ...

Whoever comes in sees chain 777001, EIP-1559 blocks, no unlocked account, and a client that calls itself Geth. `evm_*`,
`anvil_*`, `hardhat_*`, `debug_*` and the sending of unsigned transactions are refused. `Door.shut` makes it a node that
is down.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.chain import require_node
from zonedao.chain.connection import Connection, connect
from zonedao.chain.local import LocalNode

CHAIN_ID = 777_001
_REFUSED = ("evm_", "anvil_", "hardhat_", "debug_", "txpool_", "eth_sendTransaction", "eth_sign", "personal_")


class Door(ThreadingHTTPServer):
    """Lets JSON-RPC through to a node, as a public provider would."""

    daemon_threads = True

    def __init__(self, node: str) -> None:
        super().__init__(("127.0.0.1", 0), _Keeper)
        self.node = node
        self.sent: list[str] = []  # raw transactions that came through, oldest first
        self.shut = False

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Keeper(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # heads and bodies are two packets, of which the second would wait for 40 ms
    server: Door

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.shut:
            self.close_connection = True
            return
        answer = json.dumps({"jsonrpc": "2.0", "id": request["id"], **self._answer(request)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        method = request["method"]
        if method.startswith(_REFUSED):
            return {"error": {"code": -32601, "message": f"the method {method} does not exist/is not available"}}
        if method == "web3_clientVersion":
            return {"result": "Geth/v1.16.0-stable/linux-amd64/go1.24.1"}
        if method == "eth_accounts":
            return {"result": []}
        if method == "eth_sendRawTransaction":
            self.server.sent.append(request["params"][0])
        passed = urllib.request.Request(
            self.server.node, json.dumps(request).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(passed, timeout=60) as answer:
            document: dict[str, Any] = json.load(answer)
        return {key: document[key] for key in ("result", "error") if key in document}

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test says what went wrong."""


@contextmanager
def at_the_door() -> Iterator[tuple[Door, Connection]]:
    """The door, and the node behind it for what only a test may do. Skips where Anvil is not installed."""
    require_node("anvil")
    with (
        LocalNode("anvil", chain_id=CHAIN_ID, block_time_seconds=1) as node,
        connect(node.url) as behind,
    ):
        door = Door(node.url)
        thread = threading.Thread(target=door.serve_forever, daemon=True)
        thread.start()
        try:
            yield door, behind
        finally:
            door.shutdown()
            door.server_close()
            thread.join()
