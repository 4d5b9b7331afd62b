"""Brownie imports this when it opens the project, before it connects: the moment to refuse in one line what it would
answer with a traceback."""

from __future__ import annotations

import socket
import sys
import urllib.parse

from brownie._config import CONFIG


def require_network() -> None:
    """Exit with one line unless the network that was asked for is known to Brownie and, if live, its node answers."""
    name = CONFIG.argv.get("network")
    if not name:
        return
    if name not in CONFIG.networks:
        sys.exit(
            f"Brownie knows no network {name!r}. `brownie networks list` shows those it knows; add one with "
            f"`brownie networks add Ethereum {name} host=http://127.0.0.1:8547 chainid=31337`."
        )
    settings = CONFIG.networks[name]
    host = urllib.parse.urlsplit(str(settings.get("host", "")))
    if "cmd" in settings or host.scheme not in ("http", "https") or not host.hostname:
        return
    try:
        socket.create_connection((host.hostname, host.port or (443 if host.scheme == "https" else 80)), 10).close()
    except OSError as problem:
        sys.exit(
            f"Nobody answers at {host.scheme}://{host.netloc.rpartition('@')[2]} ({problem}), the node of network "
            f"{name!r}. Start it, or correct it with `brownie networks modify {name} host=…`."
        )


require_network()
