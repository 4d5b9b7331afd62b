"""The option that chooses a body, and how persons and shares are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zonedao.client import Client

in_option: Callable[[Any], Any] = click.option(
    "--in",
    "where",
    metavar="BODY",
    help="The body: a path such as elmcourt/kitchen; the zone itself by default.",
)


def whom(client: Client, address: str) -> str:
    """What this user calls somebody, else their address."""
    return client.name_of(address) or address


def share(ppm: int) -> str:
    """Parts per million as a percentage: `66.6666 %`."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}" + (f".{rest:04d}".rstrip("0") if rest else "") + " %"
