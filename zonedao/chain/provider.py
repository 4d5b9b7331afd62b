"""web3's way to a node: a provider over the `Transport` of a connection.

So web3 speaks to every kind of chain over the very same sockets, with the same errors: what the transport raises,
NodeRefused or NodeUnreachable, comes out of web3's calls as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from web3.providers import JSONBaseProvider

from zonedao.errors import NodeProblem

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

    from zonedao.chain.rpc import Transport


class TransportProvider(JSONBaseProvider):
    """Answers web3's requests from a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The answer to one request, as JSON-RPC wraps it. Raises NodeRefused, NodeUnreachable."""
        # Through JSON and back: a transport takes plain values, not web3's own kinds of bytes and mappings.
        asked = json.loads(self.encode_rpc_request(method, params))
        answer = self._transport.request(method, *asked["params"])
        return {"jsonrpc": "2.0", "id": asked["id"], "result": answer}

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether a node answers; with `show_traceback` its problem is raised."""
        try:
            self._transport.request("web3_clientVersion")
        except NodeProblem:
            if show_traceback:
                raise
            return False
        return True
